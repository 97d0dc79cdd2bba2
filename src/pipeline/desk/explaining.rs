//! Queries that an agency is to explain, from the moment of the verdict on: those of a file that no run has taken yet, too.

use super::Desk;
use crate::model::{Error, Upload, Who};
use crate::pipeline::explanations::{self, Explaining, Query, QueryState};
use crate::pipeline::refusal::Refusal;

/// A query as an agency sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToExplain {
    /// Its id.
    pub id: String,
    /// The code of the finding.
    pub code: String,
    /// The series that it is about, in ids.
    pub subject: String,
    /// What was found.
    pub message: String,
    /// The period of the figure; empty where none.
    pub period: String,
    /// The figure; none where the query is about none.
    pub value: Option<f64>,
    /// Where it stands, in words.
    pub state: String,
    /// The colour of its tag.
    pub colour: &'static str,
    /// Whether the agency is to say something.
    pub is_open: bool,
    /// Why the last explanation was sent back; empty where it was not.
    pub reason: String,
    /// What the agency said last; empty where it said nothing.
    pub said: String,
}

impl Desk {
    /// The queries of an upload, with where each stands.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn to_explain(&self, upload: &Upload) -> Result<Vec<ToExplain>, Error> {
        let queries = explanations::of_upload(&self.inner.reader(), upload)?;
        Ok(queries.iter().map(shown).collect())
    }

    /// Every query of an agency, those of its uploads that no run has taken among them; those to be explained first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn all_to_explain(&self, agency: &str) -> Result<Vec<ToExplain>, Error> {
        let mut found: Vec<ToExplain> = self.queries(agency)?.iter().map(shown).collect();
        found.sort_by_key(|q| !q.is_open);
        Ok(found)
    }

    /// A query of an agency; none where it has no such query.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn query_to_explain(&self, agency: &str, id: &str) -> Result<Option<ToExplain>, Error> {
        Ok(self.queries(agency)?.iter().find(|q| q.id() == id).map(shown))
    }

    /// Keeps what an agency says of its query. It waits for an analyst, unless the board lets explanations hold at once.
    ///
    /// # Errors
    /// No such query of this agency, or a form that does not hold.
    pub fn explain(&self, agency: &str, id: &str, form: &Explaining<'_>, by: &Who) -> Result<QueryState, Refusal> {
        let found = self.queries(agency)?.into_iter().find(|q| q.id() == id);
        let Some(query) = found else {
            let gone = "There is no such query. It may have been settled by a later return.";
            return Err(Refusal::Gone(gone.to_owned()));
        };
        let (configuration, today) = (self.configuration()?, self.today()?);
        let at_once = configuration.pipeline.portal.explains_at_once();
        let ledger = self.inner.writer();
        explanations::explain_query(&ledger, &configuration, today, (agency, &query), form, by, at_once)
    }

    fn queries(&self, agency: &str) -> Result<Vec<Query>, Error> {
        explanations::all(&self.inner.reader(), Some(agency))
    }
}

fn shown(query: &Query) -> ToExplain {
    let asked = &query.listed.question.asked;
    let (colour, is_open) = match query.state {
        QueryState::Asked | QueryState::AskedAgain => ("yellow", true),
        QueryState::SentBack(_) => ("orange", true),
        QueryState::Explained => ("blue", false),
        QueryState::AcceptedUntil(_) => ("green", false),
    };
    let reason = if let QueryState::SentBack(reason) = &query.state { reason.clone() } else { String::new() };
    ToExplain {
        id: asked.id.clone(),
        code: asked.code.clone(),
        subject: asked.subject.clone(),
        message: crate::report::verdict::quoted(&asked.message),
        period: asked.period.clone(),
        value: asked.value,
        state: query.state.words(),
        colour,
        is_open,
        reason,
        said: query.said.last().map(|g| g.explanation.clone()).unwrap_or_default(),
    }
}
