//! An agency's own figures as series, exact, for the agency itself and for analysts: it sent them, so that nothing in them is
//! kept from it. With target, comparator and limits, as the report draws them; and the notes that the agency writes on them.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use super::{Desk, now};
use crate::condense::{board_locality, condense};
use crate::lake::Lake;
pub use crate::ledger::Note;
use crate::model::upload::Sender;
use crate::model::{Error, Period, Series};
use crate::pipeline::queries::beside_figures;
use crate::report::chart;
use crate::report::names::Names;
use crate::report::view::chart::of_own;
pub use crate::report::view::chart::{ChartPoint, ChartView};

/// The series of all agencies, kept between pages: they change with a run alone.
#[derive(Default)]
pub(super) struct Kept(Mutex<Option<(String, Arc<Vec<Series>>)>>);

/// An indicator of an agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnIndicator {
    /// Its id.
    pub indicator: String,
    /// Its name.
    pub name: String,
    /// The theme's name.
    pub theme: String,
    /// The newest period with a figure for the whole board, or for the place that comes first, in words.
    pub latest: String,
    /// What that figure says, in a sentence.
    pub sentence: String,
    /// Places of which there is a series, the whole board first: ids and names.
    pub places: Vec<(String, String)>,
}

/// A chart with its drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnChart {
    /// The place.
    pub locality: String,
    /// Its name.
    pub place: String,
    /// The periods of its points.
    pub periods: Vec<Period>,
    /// Figures and words.
    pub view: ChartView,
    /// The drawing, with its title and description inside.
    pub svg: String,
    /// The same figure for the whole board, in words; empty on its own chart, and where there is none.
    pub of_board: String,
    /// The board's notes on the figure that agencies wrote.
    pub notes: Vec<Note>,
}

/// What became of the wish to write a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noted {
    /// It is kept, under this number.
    Kept(i64),
    /// The agency has no such figure.
    NoFigure,
    /// There is no text.
    Empty,
}

impl Desk {
    /// The indicators of which an agency has figures, by name.
    ///
    /// # Errors
    /// The lake could not be read.
    pub fn own_indicators(&self, agency: &str) -> Result<Vec<OwnIndicator>, Error> {
        let configuration = self.configuration()?;
        let reference = &configuration.reference;
        let as_of = super::super::run::today(&configuration.pipeline);
        let names = Names::new(reference, as_of);
        let series = self.series(as_of)?;
        let mut found = Vec::new();
        for of in series.chunk_by(|a, b| (&a.agency, &a.indicator) == (&b.agency, &b.indicator)) {
            let Some(indicator) = reference.indicator(&of[0].indicator).filter(|_| of[0].agency == agency) else {
                continue;
            };
            let mut of: Vec<&Series> = of.iter().collect();
            let board = board_locality(reference, as_of).unwrap_or_default();
            of.sort_by_key(|s| (s.locality != board, names.locality(&s.locality)));
            let view = of_own(of[0], indicator, &names);
            let latest = of[0].points.iter().rev().find(|p| p.value.value.is_some());
            found.push(OwnIndicator {
                indicator: indicator.indicator.clone(),
                name: indicator.name.clone(),
                theme: names.theme(&indicator.theme),
                latest: latest.map(|p| p.period.words()).unwrap_or_default(),
                sentence: view.sentence,
                places: of.iter().map(|s| (s.locality.clone(), names.locality(&s.locality))).collect(),
            });
        }
        found.sort_by(|a, b| (&a.name, &a.indicator).cmp(&(&b.name, &b.indicator)));
        Ok(found)
    }

    /// The charts of an agency's indicator, the whole board first, then its places by name; empty where it has no figures.
    ///
    /// # Errors
    /// The lake could not be read, or a chart not be drawn.
    pub fn own_charts(&self, agency: &str, indicator: &str) -> Result<Vec<OwnChart>, Error> {
        let configuration = self.configuration()?;
        let reference = &configuration.reference;
        let as_of = super::super::run::today(&configuration.pipeline);
        let Some(listed) = reference.indicator(indicator) else { return Ok(Vec::new()) };
        let names = Names::new(reference, as_of);
        let notes = self.notes(Some(agency))?;
        let board = board_locality(reference, as_of).unwrap_or_default();
        let series = self.series(as_of)?;
        let own = |s: &&Series| s.agency == agency && s.indicator == indicator;
        let mut of: Vec<Series> = series.iter().filter(own).cloned().collect();
        of.sort_by_key(|s| (s.locality != board, names.locality(&s.locality)));
        beside_figures(&mut of, &self.inner.reader().answers()?, as_of);
        let chart = |series: &Series| {
            let view = of_own(series, listed, &names);
            let is_here =
                |n: &&Note| n.indicator == indicator && (n.locality.is_empty() || n.locality == series.locality);
            Ok(OwnChart {
                locality: series.locality.clone(),
                place: names.locality(&series.locality),
                periods: series.points.iter().map(|p| p.period).collect(),
                svg: chart::svg_inline(&view)?,
                view,
                of_board: String::new(),
                notes: notes.iter().filter(is_here).cloned().collect(),
            })
        };
        let mut charts = of.iter().map(chart).collect::<Result<Vec<OwnChart>, Error>>()?;
        let whole = charts.iter().find(|c| c.locality == board);
        let latest = whole.and_then(|c| c.view.points.iter().rev().find(|p| p.value.is_some()));
        if let Some(latest) = latest {
            let words = format!("For the whole board it was {} in {}.", latest.value_text, latest.period);
            charts.iter_mut().filter(|c| c.locality != board).for_each(|c| c.of_board.clone_from(&words));
        }
        Ok(charts)
    }

    /// Keeps a note on an agency's figure. The text has passed the gate of free texts before.
    ///
    /// # Errors
    /// The lake could not be read, or the ledger not be written.
    pub fn note(
        &self,
        agency: &str,
        of: (&str, &str, Option<Period>),
        text: &str,
        sender: &Sender,
    ) -> Result<Noted, Error> {
        let (indicator, locality, period) = of;
        if text.trim().is_empty() {
            return Ok(Noted::Empty);
        }
        let series = self.series(self.today()?)?;
        let is_it = |s: &&Series| {
            s.agency == agency && s.indicator == indicator && (locality.is_empty() || s.locality == locality)
        };
        let has = series.iter().filter(is_it).any(|s| period.is_none_or(|p| s.points.iter().any(|x| x.period == p)));
        if !has {
            return Ok(Noted::NoFigure);
        }
        let note = Note {
            id: 0,
            agency: agency.to_owned(),
            indicator: indicator.to_owned(),
            locality: locality.to_owned(),
            period: period.map(|p| p.to_string()).unwrap_or_default(),
            text: text.trim().to_owned(),
            user: sender.user,
            by: sender.name.clone(),
            noted_at: now(),
        };
        self.inner.writer().note(&note).map(Noted::Kept)
    }

    /// Takes an agency's note back; gives whether there was one.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn withdraw_note(&self, agency: &str, id: i64) -> Result<bool, Error> {
        self.inner.writer().withdraw_note(agency, id, &now())
    }

    /// The notes that stand, of one agency or, for the board and analysts, of all; the latest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn notes(&self, agency: Option<&str>) -> Result<Vec<Note>, Error> {
        self.inner.reader().notes(agency)
    }

    /// The series of a day, in order of agency, indicator and locality.
    fn series(&self, as_of: NaiveDate) -> Result<Arc<Vec<Series>>, Error> {
        let configuration = self.configuration()?;
        let stamp = format!("{as_of} {} {}", configuration.rules, self.inner.reader().intake_stamp()?);
        let mut kept = self.inner.figures.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, series)) = kept.as_ref().filter(|(known, _)| *known == stamp) {
            return Ok(series.clone());
        }
        let lake = Lake::open(self.data(), &configuration.pipeline.board)?;
        let mut series = condense(&lake.observations(as_of)?, &configuration.reference, as_of)?;
        series.sort_by(|a, b| (&a.agency, &a.indicator, &a.locality).cmp(&(&b.agency, &b.indicator, &b.locality)));
        let series = Arc::new(series);
        *kept = Some((stamp, series.clone()));
        Ok(series)
    }
}
