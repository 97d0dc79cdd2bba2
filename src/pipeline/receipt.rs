//! What was checked, by which rules, and what came of it: a receipt that a sender keeps or sends along, and that the nightly
//! run holds against what arrived.
//!
//! A receipt proves nothing by itself, for whoever writes one may write anything, and no key could be given to every sender's
//! computer and stay a secret. It needs to prove nothing: the run judges every return anew. The receipt tells both sides
//! whether they looked at the same file by the same rules, and if not, which of the two has changed.

use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::check;
use super::configuration::Configuration;
use super::judge::Looked;
use crate::ingest::codes;
use crate::model::{Error, Finding, History, Severity, Verdict};

/// What the name of a receipt adds to that of its return: `police.xlsx.receipt.json`.
pub const ENDING: &str = ".receipt.json";

/// The most bytes of a receipt; one has a few hundred.
const MOST: u64 = 64 * 1024;

/// What was checked and what came of it. It holds no clock: the same file checked for the same day gives the same receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The shape of this object; 1.
    pub receipt: u32,
    /// The program and its version.
    pub program: String,
    /// The board whose lists applied.
    pub board: String,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// Digest of the rules: the board's reference lists and return specs, and the program's version.
    pub rules: String,
    /// The day that counted as today.
    pub checked_on: NaiveDate,
    /// What came of it, before earlier returns are looked at.
    pub verdict: Verdict,
    /// Rows that are used.
    pub rows: usize,
    /// Errors, each cell by itself.
    pub errors: usize,
    /// Queries.
    pub queries: usize,
    /// Notes.
    pub notes: usize,
}

impl Receipt {
    /// The receipt of a file that was looked at.
    pub fn of(looked: &Looked, configuration: &Configuration, checked_on: NaiveDate) -> Self {
        let submission = &looked.judged.submission;
        let count = |s: Severity| looked.every.iter().filter(|f| f.severity == s).count();
        Self {
            receipt: 1,
            program: format!("lscb {}", env!("CARGO_PKG_VERSION")),
            board: configuration.pipeline.board.clone(),
            sha256: submission.sha256.clone(),
            rules: configuration.public_rules.clone(),
            checked_on,
            verdict: submission.verdict,
            rows: submission.rows,
            errors: count(Severity::Error),
            queries: count(Severity::Query),
            notes: count(Severity::Note),
        }
    }

    /// As a file, with a line end.
    pub fn text(&self) -> String {
        // A struct of numbers and texts is always written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// One line for a person.
    pub fn line(&self) -> String {
        format!("receipt: file {}, rules {}, checked for {}", &self.sha256[..12], &self.rules[..12], self.checked_on)
    }

    /// What differs between this receipt and what is found now, worst first; nothing where they agree. A cause is named and
    /// not its consequences: other rules give other counts.
    fn differences(&self, now: &Self) -> Vec<String> {
        if self.sha256 != now.sha256 {
            return vec!["the file was changed after it was checked".to_owned()];
        }
        if self.program != now.program {
            return vec![format!("it was checked by {}, and this is {}", version(&self.program), now.program)];
        }
        if self.rules != now.rules {
            return vec!["the board's lists or return specs are others than those it was checked by".to_owned()];
        }
        let mut found = Vec::new();
        if self.verdict != now.verdict {
            found.push(format!("it says {}, and the file is {}", self.verdict.as_str(), now.verdict.as_str()));
        }
        for (what, then, today) in [
            ("rows", self.rows, now.rows),
            ("errors", self.errors, now.errors),
            ("queries", self.queries, now.queries),
            ("notes", self.notes, now.notes),
        ] {
            if then != today {
                found.push(format!("it counts {then} {what}, and there are {today}"));
            }
        }
        found
    }
}

/// A version as a receipt names it, where it looks like one.
fn version(program: &str) -> String {
    let is_plain = program.len() < 30 && program.chars().all(|c| c.is_ascii_alphanumeric() || " .-+".contains(c));
    if is_plain { program.to_owned() } else { "another program".to_owned() }
}

/// Where the receipt of a return would lie.
pub fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ENDING);
    name.into()
}

/// Holds the receipt beside a return, where there is one, against the return: a note where the two do not agree.
///
/// # Errors
/// The return could not be opened.
pub fn verify(file: &Path, configuration: &Configuration, sha256: &str) -> Result<Option<Finding>, Error> {
    let path = beside(file);
    if !path.is_file() {
        return Ok(None);
    }
    let Some(receipt) = read(&path) else {
        return Ok(Some(note("The receipt beside the return cannot be read.".to_owned())));
    };
    // What needs no second look at the file comes first.
    let same = Receipt {
        program: format!("lscb {}", env!("CARGO_PKG_VERSION")),
        sha256: sha256.to_owned(),
        rules: configuration.public_rules.clone(),
        ..receipt.clone()
    };
    let mut differences = receipt.differences(&same);
    if differences.is_empty() {
        // The receipt knows no earlier returns and its own day; what these add is told by the rules themselves.
        let own = configuration.without_decisions();
        let looked = check::look(file, &own, receipt.checked_on, &History::default())?;
        differences = receipt.differences(&Receipt::of(&looked, &own, receipt.checked_on));
    }
    if differences.is_empty() {
        return Ok(None);
    }
    Ok(Some(note(format!("The receipt beside the return does not agree with it: {}.", differences.join("; ")))))
}

fn read(path: &Path) -> Option<Receipt> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn note(message: String) -> Finding {
    let fix = codes::CODES.iter().find(|(code, ..)| *code == codes::RECEIPT).map_or("", |(.., fix)| fix);
    Finding::file(codes::RECEIPT, Severity::Note, message, fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt {
            receipt: 1,
            program: "lscb 0.1.0".into(),
            board: "b".into(),
            sha256: "a".repeat(64),
            rules: "b".repeat(64),
            checked_on: NaiveDate::from_ymd_opt(2015, 1, 31).unwrap(),
            verdict: Verdict::Accepted,
            rows: 3,
            errors: 0,
            queries: 1,
            notes: 0,
        }
    }

    #[test]
    fn what_differs_is_named_by_its_cause() {
        let told = |now: Receipt| receipt().differences(&now).join("; ");
        assert_eq!(told(receipt()), "");
        assert_eq!(
            told(Receipt { sha256: "c".repeat(64), rows: 9, ..receipt() }),
            "the file was changed after it was checked"
        );
        assert!(told(Receipt { rules: "c".repeat(64), errors: 2, ..receipt() }).starts_with("the board's lists"));
        assert!(told(Receipt { program: "lscb 9.9.9".into(), ..receipt() }).contains("checked by lscb 0.1.0"));
        assert_eq!(
            told(Receipt { verdict: Verdict::Rejected, errors: 2, ..receipt() }),
            "it says accepted, and the file is rejected; it counts 0 errors, and there are 2"
        );
    }

    #[test]
    fn a_receipt_reads_back_and_repeats_nothing_odd() {
        assert_eq!(serde_json::from_str::<Receipt>(&receipt().text()).unwrap(), receipt());
        assert_eq!(version("<b>9434765919</b>"), "another program");
        assert_eq!(beside(Path::new("in/police.xlsx")), Path::new("in/police.xlsx.receipt.json"));
    }
}
