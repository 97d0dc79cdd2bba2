//! Overrides: errors of one kind in one agency's return that an analyst takes as they are, so many at most, until a day.
//! Only what leaves every figure readable and every row its own key can be overridden; personal data and what makes a file
//! or a figure unreadable never.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::finding::{Finding, Severity};

/// The codes that can be overridden: an agency or a place out of its days, dates out of order, a part above its total.
pub const OVERRIDABLE: [&str; 4] = ["V009", "V010", "C002", "C008"];

/// An override.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Its number.
    pub id: i64,
    /// The agency whose return it is.
    pub agency: String,
    /// The return.
    pub return_id: String,
    /// The code of the error.
    pub code: String,
    /// At most so many errors of the code in a file: with more, none is taken.
    pub most: usize,
    /// The first day of receipt on which it holds.
    pub since: NaiveDate,
    /// The last.
    pub until: NaiveDate,
    /// Why.
    pub reason: String,
    /// The name of the analyst.
    pub by: String,
}

impl Override {
    /// Whether it speaks on a return received on a day.
    pub fn holds(&self, agencies: &[&str], return_id: &str, received_on: NaiveDate) -> bool {
        let is_of = agencies.len() == 1 && agencies[0] == self.agency && return_id == self.return_id;
        is_of && self.since <= received_on && received_on <= self.until && OVERRIDABLE.contains(&self.code.as_str())
    }

    /// Takes the errors of its code among findings as they are, unless there are more than it allows.
    pub fn apply(&self, findings: &mut [Finding]) {
        let is_meant = |f: &Finding| f.code == self.code && f.severity == Severity::Error;
        let count = findings.iter().filter(|f| is_meant(f)).count();
        let is_within = count <= self.most;
        let said = format!("{} (override by {})", self.reason.trim_end_matches('.'), self.by);
        for finding in findings.iter_mut().filter(|f| is_meant(f)) {
            if is_within {
                finding.severity = Severity::Note;
                finding.message += &format!(" Taken as it is until {}: {said}.", self.until);
                finding.fix = "Nothing for now: an analyst takes it as it is.".to_owned();
            } else {
                finding.message +=
                    &format!(" An override takes up to {} of these, and there are {count}: {said}.", self.most);
            }
        }
    }
}

/// Whether a finding is an error that an override takes as it is: these codes are notes in no other way.
pub fn is_overridden(finding: &Finding) -> bool {
    finding.severity == Severity::Note && OVERRIDABLE.contains(&finding.code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(code: &str, most: usize) -> Override {
        let day = |text: &str| text.parse().unwrap();
        Override {
            id: 1,
            agency: "probation".into(),
            return_id: "plain".into(),
            code: code.into(),
            most,
            since: day("2014-06-01"),
            until: day("2014-08-31"),
            reason: "The successor is not in the list yet.".into(),
            by: "A. Analyst".into(),
        }
    }

    #[test]
    fn it_holds_for_its_agency_its_return_and_its_days() {
        for (agencies, return_id, day, code, holds, why) in [
            (&["probation"][..], "plain", "2014-06-01", "V009", true, "its first day"),
            (&["probation"], "plain", "2014-08-31", "V009", true, "its last"),
            (&["probation"], "plain", "2014-09-01", "V009", false, "it is over"),
            (&["probation"], "plain", "2014-05-31", "V009", false, "not yet"),
            (&["police"], "plain", "2014-07-01", "V009", false, "another agency"),
            (&["police", "probation"], "plain", "2014-07-01", "V009", false, "a file of two agencies"),
            (&["probation"], "s11", "2014-07-01", "V009", false, "another return"),
            (&["probation"], "plain", "2014-07-01", "P001", false, "personal data never"),
            (&["probation"], "plain", "2014-07-01", "V005", false, "a figure that is none never"),
        ] {
            assert_eq!(example(code, 2).holds(agencies, return_id, day.parse().unwrap()), holds, "{why}");
        }
    }

    #[test]
    fn so_many_and_no_more_are_taken() {
        let error = |code: &str| Finding::file(code, Severity::Error, "It ended.", "Write another.");
        let mut two = vec![error("V009"), error("V008"), error("V009")];
        example("V009", 2).apply(&mut two);
        assert_eq!(two.iter().map(is_overridden).collect::<Vec<_>>(), [true, false, true]);
        assert!(two[0].message.ends_with(
            "Taken as it is until 2014-08-31: The successor is not in the list yet (override by A. Analyst)."
        ));
        let mut three = vec![error("V009"), error("V009"), error("V009")];
        example("V009", 2).apply(&mut three);
        assert!(
            three
                .iter()
                .all(|f| f.severity == Severity::Error && f.message.contains("up to 2 of these, and there are 3"))
        );
    }
}
