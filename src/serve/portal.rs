//! What the handlers share: the board's configuration, its folders, and connections to its ledger.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use chrono::{NaiveDate, Utc};

use super::guard::{Holder, Visitor};
use super::problem::Problem;
use super::routes::Route;
use crate::access::{audit, token};
use crate::ledger::Ledger;
use crate::model::{Error, Scope};
use crate::pipeline::configuration::Configuration;
use crate::pipeline::desk::Desk;
use crate::pipeline::naming;
use crate::pipeline::run;

/// Returns that are looked at at a time. Each has a child that may use half a gigabyte for a moment.
const WORKERS: usize = 2;

/// How a portal is opened.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The pipeline file.
    pub pipeline: PathBuf,
    /// Instead of the pipeline's data folder.
    pub data: Option<PathBuf>,
    /// Instead of the pipeline's reports folder.
    pub reports: Option<PathBuf>,
    /// Instead of the pipeline's inbox.
    pub inbox: Option<PathBuf>,
    /// Whether browsers reach it by TLS, its own or a proxy's, or on this very machine: cookies then say so.
    pub is_secure: bool,
}

/// What pages say of the board wherever they are.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The board's name.
    pub name: String,
    /// Whether its data are made up.
    pub synthetic: bool,
}

/// The portal's state; a clone is the same portal.
#[derive(Clone)]
pub struct Portal(Arc<Inner>);

struct Inner {
    options: Options,
    data: PathBuf,
    reports: PathBuf,
    inbox: PathBuf,
    configuration: RwLock<Arc<Configuration>>,
    idle: Mutex<Vec<Ledger>>,
    desk: Desk,
}

impl Portal {
    /// Opens a board's portal: reads its configuration and opens its ledger.
    ///
    /// # Errors
    /// A configuration that does not hold, or folders that cannot be used.
    pub fn open(options: Options) -> Result<Self, Error> {
        let configuration = Configuration::read(&options.pipeline)?;
        let pipeline = &configuration.pipeline;
        let data = run::required(pipeline, "data", options.data.clone().or(pipeline.paths.data.clone()))?;
        let reports = run::required(pipeline, "reports", options.reports.clone().or(pipeline.paths.reports.clone()))?;
        let inbox = run::required(pipeline, "inbox", options.inbox.clone().or(pipeline.paths.inbox.clone()))?;
        let ledger = Ledger::open(&data)?;
        let desk = Desk::open(&options.pipeline, &data, WORKERS)?;
        let configuration = RwLock::new(Arc::new(configuration));
        let idle = Mutex::new(vec![ledger]);
        Ok(Self(Arc::new(Inner { options, data, reports, inbox, configuration, idle, desk })))
    }

    /// Does what may block (files, the ledger, arithmetic) on a thread for it.
    ///
    /// # Errors
    /// What the work gives, as a problem; its words go to the log.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self, &Ledger) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let portal = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let ledger = portal.ledger()?;
            let done = work(&portal, &ledger);
            portal.0.idle.lock().unwrap_or_else(|e| e.into_inner()).push(ledger);
            done
        });
        match done.await {
            Ok(done) => done.map_err(Problem::from),
            Err(_) => Err(Problem::Failed(super::log::number())),
        }
    }

    /// A connection to the ledger that nobody else is using.
    fn ledger(&self) -> Result<Ledger, Error> {
        let idle = self.0.idle.lock().unwrap_or_else(|e| e.into_inner()).pop();
        idle.map_or_else(|| Ledger::reopen(&self.0.data), Ok)
    }

    /// The board's configuration as it was last read.
    pub fn configuration(&self) -> Arc<Configuration> {
        self.0.configuration.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Reads the configuration again, after one of its files was changed.
    ///
    /// # Errors
    /// It does not hold; the one before stays.
    pub fn renew(&self) -> Result<(), Error> {
        let fresh = Arc::new(Configuration::read(&self.0.options.pipeline)?);
        *self.0.configuration.write().unwrap_or_else(|e| e.into_inner()) = fresh;
        Ok(())
    }

    /// The desk at which returns are handed in.
    pub fn desk(&self) -> &Desk {
        &self.0.desk
    }

    /// The pipeline file.
    pub fn pipeline(&self) -> &Path {
        &self.0.options.pipeline
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.0.data
    }

    /// The reports folder.
    pub fn reports(&self) -> &Path {
        &self.0.reports
    }

    /// The inbox.
    pub fn inbox(&self) -> &Path {
        &self.0.inbox
    }

    /// The day that counts as today.
    pub fn today(&self) -> NaiveDate {
        run::today(&self.configuration().pipeline)
    }

    /// What pages say of the board.
    pub fn facts(&self) -> Facts {
        let configuration = self.configuration();
        Facts { name: configuration.pipeline.name.clone(), synthetic: configuration.pipeline.synthetic }
    }

    /// Whether the board has such an agency.
    pub fn is_agency(&self, id: &str) -> bool {
        self.configuration().reference.agencies.iter().any(|a| a.agency == id)
    }

    /// The name of an agency; its id where the list has none.
    pub fn agency_name(&self, id: &str) -> String {
        let configuration = self.configuration();
        let found = configuration.reference.agencies.iter().rev().find(|a| a.agency == id);
        found.map_or_else(|| id.to_owned(), |a| a.name.clone())
    }

    /// What a query is about, in words; empty where it is about nothing that a list names.
    pub fn about(&self, subject: &str, period: &str) -> String {
        naming::about(&self.configuration().reference, subject, period)
    }

    /// Whether browsers reach the portal in a way that keeps cookies secret.
    pub fn is_secure(&self) -> bool {
        self.0.options.is_secure
    }

    /// The address under which browsers know the service, where the pipeline file names it.
    pub fn origin(&self) -> Option<String> {
        self.configuration().pipeline.portal.base_url.clone()
    }

    /// After how many minutes without use a session ends.
    pub fn idle_minutes(&self) -> i64 {
        i64::from(self.configuration().pipeline.portal.idle_minutes)
    }

    /// After how many hours a session ends in any case.
    pub fn session_hours(&self) -> i64 {
        i64::from(self.configuration().pipeline.portal.absolute_hours)
    }

    /// Whether an address is a proxy of the board's, whose word on addresses counts.
    pub fn trusts(&self, peer: &str) -> bool {
        let peer = peer.parse::<IpAddr>();
        peer.is_ok_and(|peer| self.configuration().pipeline.portal.trusted_proxies.contains(&peer))
    }

    /// The holder of a token, if the token counts for this scope and agency. Another agency's page is not there.
    pub(super) async fn holder(&self, secret: String, scope: Scope, agency: Option<&str>) -> Result<Holder, Problem> {
        let token = self.ask(move |_, ledger| token::check(ledger, &secret, Utc::now())).await?;
        let token = token.ok_or(Problem::Unauthorised)?;
        if !token.may(scope) {
            return Err(Problem::Forbidden);
        }
        if let Some(agency) = agency
            && !(token.may_for(scope, agency) && self.is_agency(agency))
        {
            return Err(Problem::NotFound);
        }
        Ok(Holder { id: token.id, name: token.name, agency: token.agency })
    }

    /// Writes down what somebody did, or tried to do: who, what, on which agency, with what outcome. What cannot be written
    /// down stands in the log at least.
    pub(super) async fn audit(&self, visitor: &Visitor, route: &Route, agency: Option<&str>, status: u16) {
        let entry = audit::Entry {
            who: visitor.who(),
            what: route.what.to_owned(),
            object: agency.unwrap_or_default().to_owned(),
            outcome: status.to_string(),
            from: visitor.address().to_owned(),
        };
        let _ = self.ask(move |_, ledger| ledger.record_audit(&entry)).await;
    }
}
