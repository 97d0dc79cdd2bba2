//! The lattice: themes at places, in agencies and on the board, with what each stream says of them.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::calendar::NotHeard;
use crate::model::movement::{Mind, Movement};
use crate::model::period::Period;
use crate::model::row::Provenance;
use crate::model::stream::Stream;
use crate::model::table::Table;

/// What a cell compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// A place with the board's other places.
    Locality,
    /// An agency with the other agencies.
    Agency,
    /// The board with its comparators and its own past.
    Board,
}

impl Grain {
    /// All three, in order.
    pub const ALL: [Self; 3] = [Self::Locality, Self::Agency, Self::Board];

    /// The word of the data contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Locality => "locality",
            Self::Agency => "agency",
            Self::Board => "board",
        }
    }
}

/// A theme at a place, in an agency, or on the board.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellId {
    /// Its grain.
    pub grain: Grain,
    /// Theme id.
    pub theme: String,
    /// Locality or agency id; empty at board grain.
    pub place: String,
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.grain {
            Grain::Board => write!(f, "board/{}", self.theme),
            grain => write!(f, "{}/{}/{}", grain.as_str(), self.theme, self.place),
        }
    }
}

impl CellId {
    /// Reads `locality/neglect/corby`, `agency/supervision/camhs`, `board/cse`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let word = parts.next()?;
        let grain = Grain::ALL.into_iter().find(|g| g.as_str() == word)?;
        let theme = parts.next()?.to_owned();
        let place = parts.next().unwrap_or("").to_owned();
        let whole = parts.next().is_none() && !theme.is_empty() && (grain == Grain::Board) == place.is_empty();
        whole.then_some(Self { grain, theme, place })
    }
}

/// What a stream's light shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// Points to a problem.
    Concern,
    /// Points the other way.
    Reassurance,
    /// Speaks, and says neither.
    Neutral,
    /// Has nothing to say.
    #[default]
    Silent,
}

impl Light {
    /// The word of the data contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Concern => "concern",
            Self::Reassurance => "reassurance",
            Self::Neutral => "neutral",
            Self::Silent => "silent",
        }
    }
}

/// Why a cell is listed, or not. In the order in which the first that fits is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Independent kinds of evidence agree beyond chance.
    HotSpot,
    /// One loud voice.
    SingleSource,
    /// Streams contradict each other.
    Conflicting,
    /// A death of category 1 or a review initiated: listed by rule.
    Mandatory,
    /// Two concern lights, not beyond chance.
    Watch,
    /// Fewer than two streams speak.
    BlindSpot,
    /// The rest.
    #[default]
    Quiet,
}

impl Tier {
    /// All seven, in order.
    pub const ALL: [Self; 7] = [
        Self::HotSpot,
        Self::SingleSource,
        Self::Conflicting,
        Self::Mandatory,
        Self::Watch,
        Self::BlindSpot,
        Self::Quiet,
    ];

    /// The word of the data contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HotSpot => "hot_spot",
            Self::SingleSource => "single_source",
            Self::Conflicting => "conflicting",
            Self::Mandatory => "mandatory",
            Self::Watch => "watch",
            Self::BlindSpot => "blind_spot",
            Self::Quiet => "quiet",
        }
    }

    /// The tier of a word of the data contract.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.as_str() == word)
    }
}

/// One figure behind a signal, and where it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The table it lies in.
    pub table: Table,
    /// Agency id; empty where the table has none.
    pub agency: String,
    /// Indicator, standard, audit, kind of intelligence; never a child's case or review.
    pub subject: String,
    /// Locality id; empty where none.
    pub locality: String,
    /// Period, or day, as text.
    pub when: String,
    /// What was adverse, or the numerator.
    pub adverse: Option<f64>,
    /// Of how many, or the denominator.
    pub of: Option<f64>,
    /// The sender's cell. None for performance, whose rows are looked up in the lake by agency, indicator, place and period.
    pub provenance: Option<Provenance>,
}

/// One part of an indicator's signal: how high, or which way it is going.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// On the common scale, positive meaning concern (signed by polarity), after overdispersion.
    pub z: f64,
    /// Observed value in the indicator's unit (of the latest 12 months).
    pub observed: f64,
    /// What would be usual, in the indicator's unit.
    pub expected: f64,
    /// What it was compared with: `statistical-neighbours`, `england`, `others`, `own-past`.
    pub against: String,
}

/// What one indicator says of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndicatorSignal {
    /// Indicator id.
    pub indicator: String,
    /// Agency whose return counts.
    pub agency: String,
    /// How high: level against the comparator or the others.
    pub level: Option<Part>,
    /// Which way it is going: the latest 12 months against the 24 before.
    pub change: Option<Part>,
    /// Both together; none for a neutral indicator, which is shown and left out of the pool.
    pub z: Option<f64>,
    /// Its latest period.
    pub latest: Option<Period>,
}

/// The figures behind a signal, for its sentence.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Facts {
    /// Silent.
    #[default]
    None,
    /// `adverse` of `n` fell short; `usual` would be usual.
    Counts {
        /// Adverse observations.
        adverse: f64,
        /// All observations; for deaths and intelligence not a trial count but the expected count again.
        n: f64,
        /// The usual number of adverse ones.
        usual: f64,
        /// `others` or `own-past`.
        against: String,
        /// Of a comparison with the own past: the earlier count, and its trials or exposure.
        #[serde(default)]
        before: Option<[f64; 2]>,
    },
    /// Indicators, loudest first.
    Indicators(Vec<IndicatorSignal>),
}

/// What one stream says of one cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// The stream.
    pub stream: Stream,
    /// What it shows.
    pub light: Light,
    /// z after overdispersion, before the cap; none when silent.
    pub z: Option<f64>,
    /// base x reliability x recency x specificity, and less where there are few cases; 0 when silent.
    pub weight: f64,
    /// The most that its z counts for in the score, each way, which few cases bring down.
    pub cap: f64,
    /// The trials, or the expected count E, else the indicators pooled.
    pub n: Option<f64>,
    /// Age of the evidence in months.
    pub age_months: Option<f64>,
    /// Reliability between 0 and 1.
    pub reliability: f64,
    /// Whether the stream was expected here at all.
    pub expected: bool,
    /// The figures for its sentence.
    pub facts: Facts,
    /// The figures behind it with their cells.
    pub evidence: Vec<Evidence>,
}

impl Signal {
    /// A stream with nothing to say.
    pub fn silent(stream: Stream, expected: bool) -> Self {
        Self {
            stream,
            light: Light::Silent,
            z: None,
            weight: 0.0,
            cap: 0.0,
            n: None,
            age_months: None,
            reliability: 0.0,
            expected,
            facts: Facts::None,
            evidence: Vec::new(),
        }
    }
}

/// How the agency rates itself against what others find.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OptimismGap {
    /// Weighted mean z of the others minus that of the self-assessment.
    pub gap: f64,
    /// The z of the self scores alone.
    pub self_z: f64,
    /// Whether it is listed.
    pub listed: bool,
}

/// A cell of the lattice with everything the method says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Which cell.
    pub id: CellId,
    /// Six signals, in the order of the streams.
    pub signals: Vec<Signal>,
    /// Z with two streams or more; one stream: its capped z; none: none.
    pub score: Option<f64>,
    /// One-sided p, with two streams or more.
    pub p_value: Option<f64>,
    /// Benjamini-Hochberg within the grain.
    pub q_value: Option<f64>,
    /// Weighted mean z and its standard error, with a stream or more.
    pub mean_z: Option<(f64, f64)>,
    /// silence, dissonance, convergence, convergent_reassurance, partial, no_signal.
    pub pattern: String,
    /// Why it is listed.
    pub tier: Tier,
    /// Other tiers that fit, in order.
    pub also: Vec<Tier>,
    /// Rank within the grain, from 1; none for a blind spot.
    pub rank: Option<usize>,
    /// Expected rank and its 5th and 95th percentile.
    pub expected_rank: Option<(f64, f64, f64)>,
    /// The optimism gap, at agency grain.
    pub optimism: Option<OptimismGap>,
    /// The stream whose loss takes it off the list.
    pub fragile: Option<Stream>,
    /// Why it is mandatory, in words without a child's details: `a serious case review initiated on 2014-11-03`.
    pub mandatory_because: Vec<String>,
    /// Tier in the previous run.
    pub previous_tier: Option<Tier>,
    /// Since when, without a break, it has had this tier.
    pub first_seen: Option<NaiveDate>,
    /// What moved it from its tier in the previous run; none where it has the same.
    #[serde(default)]
    pub moved: Vec<Movement>,
    /// What would change our mind of each stream that points to a problem, the loudest first; of a listed cell alone.
    #[serde(default)]
    pub mind: Vec<Mind>,
}

impl Cell {
    /// The signal of a stream.
    pub fn signal(&self, stream: Stream) -> &Signal {
        &self.signals[stream.index()]
    }

    /// Streams that speak.
    pub fn streams_available(&self) -> usize {
        self.signals.iter().filter(|s| s.light != Light::Silent).count()
    }

    /// Streams that point to a problem.
    pub fn streams_concerned(&self) -> usize {
        self.signals.iter().filter(|s| s.light == Light::Concern).count()
    }
}

/// What was estimated once for a grain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrainSummary {
    /// The grain.
    pub grain: Grain,
    /// The streams' correlation.
    pub rho: f64,
    /// How it was got: `estimated`, `default`.
    pub rho_source: String,
    /// Overdispersion of each stream, 1 where not estimated.
    pub phi: [f64; 6],
    /// Correlation between indicators of one theme.
    pub rho_indicators: f64,
    /// Correlation of an indicator's level with its change.
    pub level_and_change: f64,
    /// Cells.
    pub cells: usize,
    /// Cells with two streams or more.
    pub tested: usize,
}

/// The whole lattice on one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// The day.
    pub as_of: NaiveDate,
    /// Cells in the order of `hotspots.csv`, grain by grain.
    pub cells: Vec<Cell>,
    /// What was estimated.
    pub grains: Vec<GrainSummary>,
    /// Cells of the run before that are none any more, with their tier then: their place or agency has ended, or nobody is
    /// expected to report on them and nothing is known.
    #[serde(default)]
    pub gone: Vec<(CellId, Tier)>,
    /// Whose returns did not come, or came with nothing in them: their silence is no reassurance.
    #[serde(default)]
    pub not_heard: Vec<NotHeard>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back() {
        for text in ["locality/neglect/corby", "agency/supervision/camhs", "board/cse"] {
            assert_eq!(CellId::parse(text).map(|c| c.to_string()).as_deref(), Some(text));
        }
        for text in ["", "locality/neglect", "board", "board/cse/x", "place/neglect/corby", "agency//camhs"] {
            assert_eq!(CellId::parse(text), None, "{text}");
        }
    }
}
