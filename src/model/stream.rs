//! The six streams of evidence.

use serde::{Deserialize, Serialize};

/// A kind of evidence, in the order in which files and pages list them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Indicators of the performance dataset.
    Performance,
    /// Section 11 self-assessments, moderated or not.
    Section11,
    /// Single and joint case audits.
    Audits,
    /// Reviews of the child death overview panel.
    ChildDeaths,
    /// Serious case reviews and reviews below that threshold.
    CaseReviews,
    /// Complaints, serious incidents, adverse feedback, whistle-blowing.
    Intelligence,
}

impl Stream {
    /// All six, in order.
    pub const ALL: [Self; 6] =
        [Self::Performance, Self::Section11, Self::Audits, Self::ChildDeaths, Self::CaseReviews, Self::Intelligence];

    /// The id of the data contract, as in the columns `<stream>_z`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Performance => "performance",
            Self::Section11 => "section11",
            Self::Audits => "audits",
            Self::ChildDeaths => "child_deaths",
            Self::CaseReviews => "case_reviews",
            Self::Intelligence => "intelligence",
        }
    }

    /// The name a board member reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Performance => "Performance",
            Self::Section11 => "Section 11",
            Self::Audits => "Audits",
            Self::ChildDeaths => "Child deaths",
            Self::CaseReviews => "Case reviews",
            Self::Intelligence => "Soft intelligence",
        }
    }

    /// Position in `ALL`.
    pub fn index(self) -> usize {
        self as usize
    }
}
