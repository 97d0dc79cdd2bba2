//! From six kinds of evidence to hot spots: what each stream says of each cell of the lattice, how much it counts, what
//! they say together, and how sure that is.
//!
//! A hot spot is a prompt for inquiry: a theme in a place, in an agency or on the board, where independent kinds of
//! evidence point the same way more than chance explains. It is never a risk score for a child and never a league table,
//! so nothing here is thrown away on the way to the score: every cell keeps its six signals, every signal its figures,
//! and every figure the rows that it came from.
//!
//! The steps: `places` says which cells there may be and which row counts for which; each file of `streams` turns
//! the evidence of one kind into z's, positive meaning concern; `score` settles overdispersion, weights and the streams'
//! correlation, and combines; `tiers` says why a cell is listed; `optimism` compares an agency's own view with that of
//! others; `sureness` asks what would take a cell off the list, `mind` what to come would; `words` says all of it aloud.

mod ground;
mod indicators;
mod mind;
mod optimism;
mod places;
mod score;
mod streams;
mod sureness;
mod tally;
mod tiers;
mod weigh;
mod when;
pub mod words;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod lattice_tests;

use chrono::NaiveDate;

use crate::model::cell::GrainSummary;
use crate::model::{Board, Cell, Grain, Row, Series};
use crate::spec::Reference;
use crate::spec::pipeline::{Expected, Method};
pub use words::{sentence, signal_sentence};

/// Everything that the lattice is made of. Rows are those in force on the day.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// The board's reference lists.
    pub reference: &'a Reference,
    /// Weights, windows and thresholds.
    pub method: &'a Method,
    /// Who is expected to send what.
    pub expected: &'a Expected,
    /// The day from which everything is looked at.
    pub as_of: NaiveDate,
    /// Indicators over time.
    pub series: &'a [Series],
    /// Rows of the table `section11`.
    pub section11: &'a [Row],
    /// Rows of the table `audits`.
    pub audits: &'a [Row],
    /// Rows of the table `child-deaths`.
    pub child_deaths: &'a [Row],
    /// Rows of the table `case-reviews`.
    pub case_reviews: &'a [Row],
    /// Rows of the table `intelligence`.
    pub intelligence: &'a [Row],
    /// How much to say beside the scores.
    pub depth: Depth,
}

/// How much is said beside scores and tiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Scores and tiers alone: no evidence lists, no expected ranks, no `fragile`. For simulated boards, of which there are
    /// thousands.
    Scores,
    /// Everything; expected ranks are drawn from this seed, which the caller takes from the manifest's hash.
    Full {
        /// Seed of the draws.
        seed: u64,
    },
}

/// The whole lattice on one day, in the order of `hotspots.csv` within each grain. The same input gives the same bits,
/// whatever the order of rows and the number of threads.
pub fn triangulate(world: &World<'_>) -> Board {
    let ground = ground::Ground::of(world);
    let readings = streams::read_all(&ground);
    let mut cells: Vec<Cell> = Vec::new();
    let mut grains: Vec<GrainSummary> = Vec::new();
    for grain in Grain::ALL {
        let (mut of_grain, summary) = score::combine_grain(&ground, grain, &readings);
        if grain == Grain::Agency {
            optimism::fill(&ground, &mut of_grain, summary.rho);
        }
        tiers::settle(&ground, grain, &mut of_grain);
        if let Depth::Full { seed } = world.depth {
            sureness::fill(world.method, &mut of_grain, summary.rho, seed, grain);
            mind::fill(&ground, grain, &mut of_grain, &summary);
        }
        cells.append(&mut of_grain);
        grains.push(summary);
    }
    Board { as_of: world.as_of, cells, grains, gone: Vec::new(), not_heard: Vec::new() }
}
