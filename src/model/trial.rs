//! What the referee found: how a list fares on simulated boards of known truth, beside what boards do today. `evaluate`
//! makes it, `lscb evaluate --format json` prints it, and a report shows the one that its board keeps.

use serde::{Deserialize, Serialize};

use crate::model::Grain;

/// All that a trial shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Boards of each kind.
    pub boards: usize,
    /// Seed.
    pub seed: u64,
    /// The program's version.
    pub version: String,
    /// The weights, windows and thresholds that were tried, as the manifest of a run names them.
    pub method: serde_json::Value,
    /// Boards on which nothing is worse.
    pub null: Vec<Kind>,
    /// By effect, at the usual correlation.
    pub by_effect: Vec<Kind>,
    /// At the effect where today's rating has an area of 0.65, by correlation.
    pub headline: Vec<Kind>,
    /// The same at the usual correlation, without each stream.
    pub without: Vec<Kind>,
    /// Alarms, optimists, silence and a break, at the headline's effects of place and agency.
    pub extras: Option<ExtrasLine>,
}

/// Boards of one kind, and how all ways fared on them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kind {
    /// d; 0 where nothing is planted.
    pub effect: f64,
    /// The correlation of streams that was aimed at.
    pub correlation: f64,
    /// The stream whose evidence was taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<String>,
    /// The grain.
    pub grain: Grain,
    /// The streams' mean rank correlation over ordinary cells, as measured.
    pub measured_correlation: Option<f64>,
    /// Share of stream-cells that say nothing.
    pub silent: f64,
    /// What each stream sees of it: the mean z, after overdispersion, of the cells that are worse.
    pub seen: [Option<f64>; 6],
    /// A line a way.
    pub lines: Vec<Line>,
}

/// How a way fares at a grain over boards of one kind. Shares are between 0 and 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The grain.
    pub grain: Grain,
    /// The way, by name.
    pub way: String,
    /// Boards.
    pub boards: usize,
    /// Mean over boards of the chance that a cell that is worse scores above one that is not; none where nothing is worse.
    pub auc: Option<f64>,
    /// Mean share of the first five that are worse.
    pub precision: Option<f64>,
    /// Mean number listed.
    pub listed: f64,
    /// Mean share of the listed that are not worse, an empty list counting as 0.
    pub false_share: f64,
    /// Mean share of the worse that are listed.
    pub power: Option<f64>,
    /// The same where the way's threshold is set so that its mean false share is a tenth; the truth was used for that, which
    /// no board can.
    pub power_at_tenth: Option<f64>,
    /// Share of boards with a list, and the 95% limits of Wilson.
    pub non_empty: [f64; 3],
}

/// What became of the other things that are planted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExtrasLine {
    /// Share of single-source alarms listed as hot spots.
    pub alarms_promoted: f64,
    /// Share of them told as a single source.
    pub alarms_told: f64,
    /// How many alarms there were.
    pub alarms: usize,
    /// Share of boards on which the optimist is named.
    pub optimism_recall: f64,
    /// Share of the agencies named for optimism that are not the optimist.
    pub optimism_false: f64,
    /// Share of the optimist's cells that are listed.
    pub optimist_cells: f64,
    /// Share of the silent agency's cells that are blind spots.
    pub silent_blind: f64,
    /// Blind spots in which two streams or more speak.
    pub speaking_blind: usize,
    /// Share of the cells whose first indicator is recorded in a new way that are listed as hot spots.
    pub break_promoted: f64,
}
