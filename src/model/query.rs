//! Queries and their answers. A query is about a figure of a series, not about a cell: it is known again when the next
//! return asks the same, wherever it stands there.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A query as one return asks it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// `C006-1a2b3c4d`: the code, and a hash of what it is about.
    pub id: String,
    /// The code of the finding.
    pub code: String,
    /// The agency; several joined by `;`.
    pub agency: String,
    /// The series or column that it is about, in ids.
    pub subject: String,
    /// The period of the figure; empty where none.
    pub period: String,
    /// The figure, in its indicator's unit; none where the query is about none.
    pub value: Option<f64>,
    /// What was found.
    pub message: String,
}

/// An answer to a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The query's id.
    pub id: String,
    /// Who answered.
    pub by: String,
    /// The explanation.
    pub explanation: String,
    /// The last day of receipt on which it holds.
    pub until: NaiveDate,
    /// The least figure that it explains; none without one.
    pub low: Option<f64>,
    /// The greatest figure that it explains; none without one.
    pub high: Option<f64>,
    /// Whether the one who answered released the explanation for the board's report.
    pub released: bool,
    /// The day of receipt of the return that asked: the answer holds for what is received later.
    pub since: NaiveDate,
    /// The agency and the subject of the query, for lists.
    pub agency: String,
    /// The series or column that it is about, in ids.
    pub subject: String,
}

impl Answer {
    /// Whether a figure lies within what was expected; a query about no figure always does.
    pub fn covers(&self, value: Option<f64>) -> bool {
        let Some(value) = value else { return true };
        self.low.is_none_or(|low| value >= low) && self.high.is_none_or(|high| value <= high)
    }

    /// The expected extent in words, such as `from 20 to 60`; none where none was given.
    pub fn extent(&self) -> Option<String> {
        match (self.low, self.high) {
            (Some(low), Some(high)) => Some(format!("from {low} to {high}")),
            (Some(low), None) => Some(format!("at least {low}")),
            (None, Some(high)) => Some(format!("at most {high}")),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_covers_its_extent_with_both_ends() {
        let day: NaiveDate = "2015-01-31".parse().unwrap();
        let answer = |low, high| Answer {
            id: "C006-00000000".into(),
            by: "A. Analyst".into(),
            explanation: "A new unit.".into(),
            until: day,
            low,
            high,
            released: false,
            since: day,
            agency: "police".into(),
            subject: String::new(),
        };
        for (low, high, value, covered, why) in [
            (Some(20.0), Some(60.0), Some(20.0), true, "the lower end belongs to it"),
            (Some(20.0), Some(60.0), Some(60.0), true, "the upper end belongs to it"),
            (Some(20.0), Some(60.0), Some(60.1), false, "beyond"),
            (Some(20.0), Some(60.0), Some(19.9), false, "below"),
            (None, Some(60.0), Some(-5.0), true, "open below"),
            (Some(20.0), Some(60.0), None, true, "a query about no figure"),
        ] {
            assert_eq!(answer(low, high).covers(value), covered, "{why}");
        }
        assert_eq!(answer(Some(1.0), Some(2.5)).extent().as_deref(), Some("from 1 to 2.5"));
        assert_eq!(answer(None, None).extent(), None);
    }
}
