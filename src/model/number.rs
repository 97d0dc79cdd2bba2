//! Nothing comes in kinds: a number that is absent says why, from the sender's cell to the chart.

use serde::{Deserialize, Serialize};

/// What a number field holds. No stage turns one of these into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A number other than zero.
    Value,
    /// A true zero.
    Zero,
    /// Withheld by the sender because it is small.
    Suppressed,
    /// The question does not arise.
    NotApplicable,
    /// It exists, but the sender cannot give it.
    NotAvailable,
    /// Nobody wrote it down.
    NotRecorded,
    /// The period is not over or the figure not due yet.
    NotDue,
    /// Rounds to zero; the value is 0 but it is no true zero.
    Low,
    /// The cell is empty.
    Missing,
}

impl Status {
    /// All statuses, in the order in which the lake numbers them.
    pub const ALL: [Self; 9] = [
        Self::Value,
        Self::Zero,
        Self::Suppressed,
        Self::NotApplicable,
        Self::NotAvailable,
        Self::NotRecorded,
        Self::NotDue,
        Self::Low,
        Self::Missing,
    ];

    /// The word of the data contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Zero => "zero",
            Self::Suppressed => "suppressed",
            Self::NotApplicable => "not-applicable",
            Self::NotAvailable => "not-available",
            Self::NotRecorded => "not-recorded",
            Self::NotDue => "not-due",
            Self::Low => "low",
            Self::Missing => "missing",
        }
    }

    /// The status of a word of the data contract.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// A number field: its value where it has one, its status, and the marker as the sender wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// The value; present for the statuses `value`, `zero` and `low`.
    pub value: Option<f64>,
    /// Which kind of something or nothing this is.
    pub status: Status,
    /// The marker as sent, such as `c` or `[x]`.
    pub marker: Option<String>,
}

impl Number {
    /// A number that was sent as a number.
    pub fn of(value: f64) -> Self {
        let status = if value == 0.0 { Status::Zero } else { Status::Value };
        Self { value: Some(value), status, marker: None }
    }

    /// An empty cell.
    pub fn missing() -> Self {
        Self { value: None, status: Status::Missing, marker: None }
    }

    /// A marker such as `c`, with the status that it stands for.
    pub fn marked(status: Status, marker: impl Into<String>) -> Self {
        let value = (status == Status::Low).then_some(0.0);
        Self { value, status, marker: Some(marker.into()) }
    }

    /// Whether the cell was empty.
    pub fn is_missing(&self) -> bool {
        self.status == Status::Missing
    }
}

impl Default for Number {
    fn default() -> Self {
        Self::missing()
    }
}
