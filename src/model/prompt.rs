//! A figure to ask about: a move, a level or a break in recording that stands apart from what other places show. It is a
//! question and no part of any score.

use serde::{Deserialize, Serialize};

use crate::model::period::Period;

/// What stands apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PromptKind {
    /// Several figures moved as they do when what is counted has changed.
    Break,
    /// A change from one period to the next, far from the changes of the other places.
    Move,
    /// A level far from those of the other places in the same period.
    Outlier,
}

impl PromptKind {
    /// The word in the workbook.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Break => "break",
            Self::Move => "move",
            Self::Outlier => "outlier",
        }
    }
}

/// A figure of one period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PromptPoint {
    /// The period.
    pub period: Period,
    /// The value in the indicator's unit.
    pub value: f64,
    /// The numerator as reported, where it is known.
    pub count: Option<f64>,
}

/// The figures of one indicator that a prompt rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PromptFigure {
    /// Agency id.
    pub agency: String,
    /// Indicator id.
    pub indicator: String,
    /// One point of a level, two of a move, every one that there is of a break; the first and the last always among them.
    pub points: Vec<PromptPoint>,
}

impl PromptFigure {
    /// The change from the first to the last point, in the indicator's unit; 0 of a level.
    pub fn change(&self) -> f64 {
        match (self.points.first(), self.points.last()) {
            (Some(first), Some(last)) => last.value - first.value,
            _ => 0.0,
        }
    }
}

/// A place that moved the same way, for comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mover {
    /// Locality id.
    pub locality: String,
    /// Its change, in the indicator's unit.
    pub change: f64,
}

/// A figure to ask about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    /// What stands apart.
    pub kind: PromptKind,
    /// Locality id.
    pub locality: String,
    /// Whether the pipeline file asks for this place's whole history.
    pub focus: bool,
    /// The first period of it.
    pub from: Period,
    /// The last period of it; of a level the same.
    pub to: Period,
    /// Its figures: one, or of a break those that rose and then those that fell.
    pub figures: Vec<PromptFigure>,
    /// Distance from the median of the places, in standard deviations estimated from the median absolute deviation; none
    /// of a break.
    pub z: Option<f64>,
    /// The median level of the places, of an outlier alone.
    pub usual: Option<f64>,
    /// Place among those that moved the same way, or lie on the same side, from 1; 0 of a break.
    pub rank: usize,
    /// Places that were compared; 0 of a break.
    pub of: usize,
    /// The three that moved furthest the same way, of a move alone.
    pub movers: Vec<Mover>,
    /// Whether a move is for the better; none where the indicator has no polarity, or for other kinds.
    pub better: Option<bool>,
    /// What the break is called in the pipeline file; empty for other kinds.
    pub name: String,
    /// The question that the pipeline file asks of a break; empty for other kinds.
    pub question: String,
    /// What the series itself says: `four points: too short for limits`; empty where it has limits.
    pub note: String,
}
