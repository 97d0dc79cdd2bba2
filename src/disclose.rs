//! Small numbers: the only maker of what a report may show.
//!
//! Counts from 1 to the threshold (5 by default) are withheld and shown as `[c]`; a true zero is published. Which counts
//! are protected, and what is withheld with them, is said in [`protection`]. What is worked out from withheld figures
//! follows two rules: a stream of a cell that rests on one keeps its light and loses its numbers ([`cells`]), and the lines
//! of a chart are drawn anew from what its reader can see ([`redraw`]).
//!
//! This is primary suppression. What must be withheld with it in a family of tables is chosen by [`suppress`] and audited by
//! [`audit`]; the published tables do not yet use either.

pub mod audit;
pub mod cells;
pub mod keep;
pub mod primary;
mod prompts;
pub mod protection;
pub mod redraw;
pub mod rows;
pub mod series;
pub mod shown;
pub mod suppress;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::calendar::first_load;
use crate::model::{Board, Due, Explanation, Prompt, Series};

pub use crate::model::submission::Submission;
pub use protection::{IndicatorRule, Protection};
pub use rows::{Entry, Rows};
pub use shown::{Publishable, Shown, ShownCell, ShownPoint, ShownSeries, ShownSignal, ShownStandard, ShownSubmission};

/// For whom a report is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Members of the board and its partners: restricted.
    Board,
}

/// What a run knows of itself, for the report's last page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunFacts {
    /// `<as-of>-<first 12 of the SHA-256>`.
    pub run: String,
    /// The run before, if there was one.
    pub previous_run: Option<String>,
    /// Version of the program.
    pub version: String,
    /// Lines of licence and attribution, as the sources ask for them.
    pub attribution: Vec<String>,
}

/// Exact results of a run: what the analyst may see, and nobody else.
#[derive(Debug, Clone, Copy)]
pub struct Results<'a> {
    /// The lattice.
    pub board: &'a Board,
    /// Every series.
    pub series: &'a [Series],
    /// Figures to ask about.
    pub prompts: &'a [Prompt],
    /// Every submission that the report tells of.
    pub submissions: &'a [Submission],
    /// What is owed, and what has come of it.
    pub calendar: &'a [Due],
    /// What each cell is called, `Neglect, Corby`; one a cell, in the order of `board.cells`.
    pub titles: &'a [String],
    /// The explanation of each cell in words; one a cell.
    pub sentences: &'a [Explanation],
    /// What each stream says, in words; six a cell, in the order of the streams.
    pub signal_sentences: &'a [[String; 6]],
    /// Which counts are protected.
    pub protection: &'a Protection,
    /// The run.
    pub facts: &'a RunFacts,
}

impl Results<'_> {
    /// The day of the report.
    pub fn as_of(&self) -> NaiveDate {
        self.board.as_of
    }
}

/// What `audience` may see of a run.
pub fn disclose(results: &Results<'_>, audience: Audience) -> Publishable {
    let Audience::Board = audience;
    let first = first_load(results.submissions);
    let series = results.series.iter().map(|s| series::show(s, results.series, results.protection)).collect();
    Publishable {
        as_of: results.as_of(),
        facts: results.facts.clone(),
        cells: cells::show(results),
        series,
        prompts: prompts::show(results),
        submissions: results.submissions.iter().map(|s| ShownSubmission::of(s, first)).collect(),
        // It names returns, indicators and places, and holds no number of any child.
        calendar: results.calendar.to_vec(),
        grains: results.board.grains.clone(),
        gone: results.board.gone.clone(),
    }
}

/// The exact tables of a run, `hotspots.csv` and `series.csv`, for its private folder and nowhere else.
pub fn private_rows(results: &Results<'_>) -> (Rows, Rows) {
    let cells = cells::show_exactly(results);
    let series: Vec<ShownSeries> = results.series.iter().map(series::show_exactly).collect();
    (rows::hotspots(&cells), rows::series(&series))
}
