//! A board as it would have been seen on any day: what `lscb evaluate --judgements` asks again and again.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::configuration::Configuration;
use super::evidence::Rows;
use super::intake::Intake;
use super::lock::Lock;
use super::progress::Progress;
use super::run::{required, today};
use crate::condense::condense;
use crate::lake::Lake;
use crate::ledger::Ledger;
use crate::model::{Board, Error, Row, Series, Table};
use crate::spec::Reference;
use crate::triangulate::{Depth, triangulate};

/// A board's lake, to be looked at as of any day.
#[derive(Debug)]
pub struct Lookback {
    configuration: Configuration,
    lake: Lake,
}

/// What was seen on a day.
#[derive(Debug)]
pub struct Seen {
    /// The lattice, scores alone.
    pub board: Board,
    /// The series behind it.
    pub series: Vec<Series>,
    /// Audits and inspections known.
    pub audits: Vec<Row>,
}

impl Lookback {
    /// Takes in what has arrived, as a night does, and publishes nothing.
    ///
    /// # Errors
    /// A configuration that does not hold, a store that could not be read or written, another run at work.
    pub fn open(pipeline: &Path, data: Option<PathBuf>, progress: &dyn Progress) -> Result<Self, Error> {
        let mut configuration = Configuration::read(pipeline)?;
        let settings = &configuration.pipeline;
        let inbox = required(settings, "inbox", settings.paths.inbox.clone())?;
        let data = required(settings, "data", data.or(settings.paths.data.clone()))?;
        let _lock = Lock::take(&data)?;
        let ledger = Ledger::open(&data)?;
        configuration.take_decisions(&ledger)?;
        let as_of = today(&configuration.pipeline);
        let intake = Intake { configuration: &configuration, data: &data, inbox: &inbox, as_of, full: false, progress };
        intake.run(&ledger)?;
        let lake = Lake::open(&data, &configuration.pipeline.board)?;
        Ok(Self { configuration, lake })
    }

    /// The board's lists.
    pub fn reference(&self) -> &Reference {
        &self.configuration.reference
    }

    /// What was known on a day, by today's configuration.
    ///
    /// # Errors
    /// The lake could not be read.
    pub fn on(&self, day: NaiveDate) -> Result<Seen, Error> {
        let observations = self.lake.observations(day)?;
        let series = condense(&observations, &self.configuration.reference, day)?;
        let rows = Rows::read(&self.lake, day)?;
        let board = triangulate(&rows.world(&series, &self.configuration, day, Depth::Scores));
        let audits = self.lake.rows(Table::Audits, day)?;
        Ok(Seen { board, series, audits })
    }
}
