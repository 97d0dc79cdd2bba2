//! What is wrong with a return, and where: one shape for every rule and every face.

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Must be mended; the return is not taken.
    Error,
    /// Is to be explained or mended; the return is taken.
    Query,
    /// For information.
    Note,
}

/// What became of a submission at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Taken.
    Accepted,
    /// At least one error; nothing of it is used.
    Rejected,
    /// It holds personal data; kept apart and destroyed after its days.
    Quarantined,
}

impl Verdict {
    /// The word of the data contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Quarantined => "quarantined",
        }
    }

    /// The verdict that a list of findings amounts to.
    pub fn of(findings: &[Finding]) -> Self {
        let mut errors = findings.iter().filter(|f| f.severity == Severity::Error).peekable();
        if errors.peek().is_none() {
            Self::Accepted
        } else if errors.any(|f| f.code.starts_with('P')) {
            Self::Quarantined
        } else {
            Self::Rejected
        }
    }
}

/// One problem at one place of the sender's own file, as `validate --format json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Letter and three digits, never reused: F file, L layout, V value, C continuity and cross-checks, P personal data.
    pub code: String,
    /// Error, query or note.
    pub severity: Severity,
    /// Sheet name; empty for CSV.
    pub sheet: String,
    /// Cell such as `C17`; empty for CSV and for what concerns the whole file.
    pub cell: String,
    /// 1-based row as the sender's program shows it.
    pub row: Option<u32>,
    /// The header as written; empty where none applies.
    pub column: String,
    /// What was found and what was expected. Never repeats a value that looks like personal data.
    pub message: String,
    /// What to do.
    pub fix: String,
}

impl Finding {
    /// A finding on the whole file.
    pub fn file(code: &str, severity: Severity, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            severity,
            sheet: String::new(),
            cell: String::new(),
            row: None,
            column: String::new(),
            message: message.into(),
            fix: fix.into(),
        }
    }

    /// The same finding at a place of the file.
    pub fn at(mut self, place: &crate::model::raw::CellPlace) -> Self {
        self.sheet = place.sheet.to_string();
        self.cell = if place.is_csv() || place.column == 0 { String::new() } else { place.a1() };
        self.row = Some(place.row);
        self
    }

    /// The same finding under a header as the sender wrote it.
    pub fn under(mut self, header: impl Into<String>) -> Self {
        self.column = header.into();
        self
    }
}
