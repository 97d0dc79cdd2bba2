//! A series: one indicator of one agency at one place over time, with its statistics.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::number::{Number, Status};
use crate::model::period::Period;

/// A number and its status, without the marker: what calculation needs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The value; present for `value`, `zero` and `low`.
    pub value: Option<f64>,
    /// Its status.
    pub status: Status,
}

impl Figure {
    /// An empty figure.
    pub const MISSING: Self = Self { value: None, status: Status::Missing };

    /// A figure of a number.
    pub fn of(value: f64) -> Self {
        Self { value: Some(value), status: if value == 0.0 { Status::Zero } else { Status::Value } }
    }
}

impl From<&Number> for Figure {
    fn from(number: &Number) -> Self {
        Self { value: number.value, status: number.status }
    }
}

/// The kind of a point by the rules of the SPC chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variation {
    /// Within what chance explains.
    #[default]
    CommonCause,
    /// Special cause, for the better, upwards.
    ImprovementHigh,
    /// Special cause, for the better, downwards.
    ImprovementLow,
    /// Special cause, for the worse, upwards.
    ConcernHigh,
    /// Special cause, for the worse, downwards.
    ConcernLow,
    /// Special cause upwards of an indicator without polarity.
    NeutralHigh,
    /// Special cause downwards of an indicator without polarity.
    NeutralLow,
}

impl Variation {
    /// The word in `series.csv`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CommonCause => "common-cause",
            Self::ImprovementHigh => "improvement-high",
            Self::ImprovementLow => "improvement-low",
            Self::ConcernHigh => "concern-high",
            Self::ConcernLow => "concern-low",
            Self::NeutralHigh => "neutral-high",
            Self::NeutralLow => "neutral-low",
        }
    }
}

/// Whether the process as it runs will meet its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// It will.
    Pass,
    /// It will not.
    Fail,
    /// It will hit and miss by chance.
    HitAndMiss,
    /// No target, or no polarity.
    #[default]
    None,
}

impl Assurance {
    /// The word in `series.csv`; empty for none.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::HitAndMiss => "hit-and-miss",
            Self::None => "",
        }
    }
}

/// One period of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The period.
    pub period: Period,
    /// Numerator as reported.
    pub numerator: Figure,
    /// Denominator as reported.
    pub denominator: Figure,
    /// Value in the indicator's unit (a proportion as a fraction, a rate per its multiplier), reported or computed.
    pub value: Figure,
    /// What the numerator is divided by: the reported denominator, or for a rate on population the population (not yet
    /// multiplied by the period's length). None where there is none.
    pub base: Option<f64>,
    /// 95% interval of the value: lower limit.
    pub lower: Option<f64>,
    /// 95% interval of the value: upper limit.
    pub upper: Option<f64>,
    /// `wilson`, `exact`, `byar`; empty without interval.
    pub interval_method: &'static str,
    /// Centre line at this point.
    pub mean: Option<f64>,
    /// Lower process limit at this point.
    pub lower_limit: Option<f64>,
    /// Upper process limit at this point.
    pub upper_limit: Option<f64>,
    /// Special cause, if any.
    pub variation: Variation,
}

/// One indicator of one agency at one place, in order of period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Agency id.
    pub agency: String,
    /// Indicator id.
    pub indicator: String,
    /// Locality id.
    pub locality: String,
    /// Its periods.
    pub points: Vec<Point>,
    /// Target in force at the last period, in the indicator's unit.
    pub target: Option<f64>,
    /// `met`, `near` (within the tolerance), `missed`; empty without target or value.
    pub target_status: &'static str,
    /// Latest comparator not later than the last period: name and value.
    pub comparator: Option<(String, f64)>,
    /// Variation of the last point; none under 8 points.
    pub variation: Option<Variation>,
    /// Assurance against the target; `None` under 8 points.
    pub assurance: Assurance,
    /// Notes for its reader: provisional limits, population of another year, recorded breaks.
    pub notes: Vec<String>,
    /// The day of the last recorded break that has a period since: what began before it is not comparable with what
    /// came after.
    pub comparable_from: Option<NaiveDate>,
}

impl Series {
    /// The latest period.
    pub fn latest(&self) -> Option<&Point> {
        self.points.last()
    }

    /// Whether a period can be held against the latest one: it lies wholly after the last recorded break.
    pub fn is_comparable(&self, period: Period) -> bool {
        self.comparable_from.is_none_or(|from| period.start() >= from)
    }
}
