//! What was sent through the portal: one file, its receipt, and what came of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::calendar::Held;
use crate::model::finding::Verdict;
use crate::model::number::Status;
use crate::model::period::Period;

/// Who sends, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The user's id.
    pub user: i64,
    /// The user's name at the time.
    pub name: String,
    /// Whether the user belongs to the agency, and may send its figures alone. An analyst does not, and may send any.
    pub is_own: bool,
}

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UploadState {
    /// It is kept and waits for its turn.
    Queued,
    /// It is being looked at.
    Judging,
    /// Its verdict stands.
    Judged,
    /// The program failed on it, twice; nobody else's return waits for it.
    Stuck,
}

impl UploadState {
    /// The word in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Judging => "judging",
            Self::Judged => "judged",
            Self::Stuck => "stuck",
        }
    }

    /// The state of a word; `stuck` for one that nobody knows, so that nothing is judged by mistake.
    pub fn parse(word: &str) -> Self {
        [Self::Queued, Self::Judging, Self::Judged].into_iter().find(|s| s.as_str() == word).unwrap_or(Self::Stuck)
    }

    /// Whether its verdict is still to come.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Queued | Self::Judging)
    }
}

/// A file that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// 128 random bits in hexadecimal: nobody guesses another's.
    pub id: String,
    /// The agency for which it was sent.
    pub agency: String,
    /// Who sent it.
    pub sender: Sender,
    /// The name that the sender gave; the beginning of its SHA-256 where that name gives a person away.
    pub name: String,
    /// The name under which the nightly run takes it: `police/return.xlsx`.
    pub file: String,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// The day of receipt: the one that counts.
    pub received_on: NaiveDate,
    /// The moment of receipt, RFC 3339 in UTC.
    pub received_at: String,
    /// Where it stands.
    pub state: UploadState,
    /// How often the program failed on it.
    pub failures: u32,
    /// How often the program ended while it looked at it.
    pub deaths: u32,
    /// On what the program failed; empty unless it did.
    pub trouble: String,
    /// The submission that a run made of it; empty before.
    pub submission: String,
    /// When its sender took it back, RFC 3339 in UTC; none unless that was done.
    pub withdrawn_at: Option<String>,
    /// An earlier upload of the same agency with the same bytes; empty where there is none.
    pub same_as: String,
    /// What came of it; none before.
    pub outcome: Option<Outcome>,
}

/// What came of an upload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// The return that it is; `plain` for the plain layout; empty where none fits.
    pub return_id: String,
    /// Whose figures are in it; several joined by `;`.
    pub agencies: String,
    /// The newest period; empty where none.
    pub period: String,
    /// When that was due.
    pub due_on: Option<NaiveDate>,
    /// Rows that are used.
    pub rows: usize,
    /// Errors, each cell by itself.
    pub errors: usize,
    /// Queries.
    pub queries: usize,
    /// Notes.
    pub notes: usize,
    /// What its figures change in those of the evening before.
    pub changes: Changes,
    /// What its rows hold, for the calendar.
    pub contents: Vec<Held>,
    /// Whether the rows are of another agency, so that no run takes them.
    pub is_foreign: bool,
    /// When it was judged, RFC 3339 in UTC.
    pub judged_at: String,
    /// The receipt as text.
    pub receipt: String,
}

/// What a file changes in the figures that counted before it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// Figures that nobody had sent before.
    pub added: usize,
    /// Figures that now say something else.
    pub changed: usize,
    /// Figures that say the same.
    pub same: usize,
    /// Figures of its subjects and periods that it does not repeat; they still count.
    pub left_out: usize,
    /// What changed, one by one: the first of them.
    pub listed: Vec<Change>,
}

/// One figure that says something else than before, or is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Indicator, standard or theme.
    pub subject: String,
    /// Place; empty where none.
    pub locality: String,
    /// The period.
    pub period: Period,
    /// `dimension=value`, or the kind of intelligence; empty for the total.
    pub breakdown: String,
    /// The column of the figure.
    pub column: String,
    /// What stood there.
    pub from: Said,
    /// What stands there now; none where the file does not repeat the figure.
    pub to: Option<Said>,
}

/// A number or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// The number.
    pub value: Option<f64>,
    /// What kind of number or nothing it is.
    pub status: Status,
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.value {
            Some(value) => write!(f, "{value}"),
            None => f.write_str(&self.status.as_str().replace('-', " ")),
        }
    }
}

/// That an agency has nothing to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NilReturn {
    /// The agency.
    pub agency: String,
    /// The return.
    pub return_id: String,
    /// The period.
    pub period: Period,
    /// Id of the user who said so.
    pub user: i64,
    /// The user's name at the time.
    pub by: String,
    /// The day that counts.
    pub received_on: NaiveDate,
    /// The moment, RFC 3339 in UTC.
    pub received_at: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_back_and_an_unknown_word_is_set_aside() {
        for state in [UploadState::Queued, UploadState::Judging, UploadState::Judged, UploadState::Stuck] {
            assert_eq!(UploadState::parse(state.as_str()), state);
        }
        assert_eq!(UploadState::parse("?"), UploadState::Stuck);
        assert!(UploadState::Judging.is_pending() && !UploadState::Stuck.is_pending());
    }

    #[test]
    fn nothing_is_said_by_its_kind() {
        let said = |value, status| Said { value, status }.to_string();
        assert_eq!(said(Some(12.5), Status::Value), "12.5");
        assert_eq!(said(None, Status::NotRecorded), "not recorded");
    }
}
