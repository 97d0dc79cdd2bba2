//! Overrides as an analyst gives them: for a rejected return, the code of an error, how many at most, until which day, and
//! why. The next run judges by them; what they take is said at each finding, with the name and the reason.

use chrono::{Months, NaiveDate, Utc};

use super::configuration::Configuration;
use super::freetext;
use super::refusal::{Form, Refusal};
use super::schedule::stamp;
use crate::ledger::{Ledger, OverrideLine};
use crate::model::overrides::{OVERRIDABLE, Override};
use crate::model::submission::Submission;
use crate::model::{Error, Finding, Severity, Verdict, Who};

/// The longest that an override may hold, in months.
const LONGEST_MONTHS: u32 = 12;

/// What an analyst could override of a rejected return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Possible {
    /// The code.
    pub code: String,
    /// How many errors of it the return has.
    pub errors: usize,
}

/// The codes of a rejected return that can be overridden. Empty where none can; where other errors remain, the return stays
/// rejected even so, which [`remaining`] tells.
pub fn possible(submission: &Submission) -> Vec<Possible> {
    if submission.verdict != Verdict::Rejected || submission.agency.is_empty() || submission.agency.contains(';') {
        return Vec::new();
    }
    let is_error = |f: &&Finding, code: &str| f.code == code && f.severity == Severity::Error;
    let errors = |code: &str| submission.findings.iter().filter(|f| is_error(f, code)).count();
    let possible = OVERRIDABLE.iter().map(|code| Possible { code: (*code).to_owned(), errors: errors(code) });
    possible.filter(|p| p.errors > 0).collect()
}

/// Errors of a return that no override can take.
pub fn remaining(submission: &Submission) -> usize {
    let is_other = |code: &str| !OVERRIDABLE.contains(&code);
    submission.findings.iter().filter(|f| f.severity == Severity::Error && is_other(&f.code)).count()
}

/// Whether an override holds on a day.
pub fn is_in_force(line: &OverrideLine, today: NaiveDate) -> bool {
    line.ended_at.is_none() && today <= line.given.until
}

/// Every override, the latest first.
///
/// # Errors
/// The ledger could not be read.
pub fn all(ledger: &Ledger) -> Result<Vec<OverrideLine>, Error> {
    ledger.override_lines()
}

/// What an analyst fills in.
#[derive(Debug, Clone, Default)]
pub struct Giving<'a> {
    /// The code.
    pub code: &'a str,
    /// At most so many in a file.
    pub most: Option<usize>,
    /// The last day of receipt on which it holds.
    pub until: Option<NaiveDate>,
    /// Why.
    pub reason: &'a str,
}

/// Gives an override for a rejected return and what its agency sends after it until the day. It decides from the next run
/// on.
///
/// # Errors
/// No such submission, or one that was not rejected; a form that does not hold.
pub fn give(
    ledger: &Ledger,
    configuration: &Configuration,
    today: NaiveDate,
    submission: &str,
    form: &Giving<'_>,
    by: &Who,
) -> Result<Override, Refusal> {
    let found = ledger.all_submissions()?.into_iter().find(|s| s.id == submission);
    let submission = found.ok_or_else(|| Refusal::Gone("There is no such submission.".to_owned()))?;
    let possible = possible(&submission);
    if possible.is_empty() {
        return Err(Refusal::Gone("Nothing of this submission can be overridden.".to_owned()));
    }
    let mut wrong = Form::default();
    let code = possible.iter().find(|p| p.code == form.code);
    wrong.expect(code.is_some(), "code", "Select the error to take as it is");
    let errors = code.map_or(0, |p| p.errors);
    wrong.expect(
        form.most.is_some_and(|most| most >= errors.max(1) && most <= 10_000),
        "most",
        &format!("Enter how many errors to take in a file: {} or more", errors.max(1)),
    );
    let longest = today.checked_add_months(Months::new(LONGEST_MONTHS)).unwrap_or(today);
    wrong.expect(
        form.until.is_some_and(|until| until >= today && until <= longest),
        "until",
        "Enter a day from today to 12 months from today",
    );
    wrong.expect(!form.reason.trim().is_empty(), "reason", "Enter why the error is taken as it is");
    for reason in freetext::check(configuration, form.reason, today).err().unwrap_or_default() {
        wrong.wrong("reason", reason);
    }
    wrong.done()?;
    let given = Override {
        id: 0,
        agency: submission.agency.clone(),
        return_id: submission.return_id.clone(),
        code: form.code.to_owned(),
        most: form.most.unwrap_or_default(),
        since: submission.received_on,
        until: form.until.unwrap_or(today),
        reason: form.reason.trim().to_owned(),
        by: by.name.clone(),
    };
    let id = ledger.add_override(&given, by, &stamp(Utc::now()))?;
    Ok(Override { id, ..given })
}

/// Ends an override before its day: the next run judges without it.
///
/// # Errors
/// There is none that holds, or the ledger could not be written.
pub fn end(ledger: &Ledger, id: i64, by: &Who) -> Result<(), Refusal> {
    match ledger.end_override(id, by, &stamp(Utc::now()))? {
        true => Ok(()),
        false => Err(Refusal::Gone("The override does not hold any more.".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leaves_figures_readable_can_be_overridden() {
        let submission = |verdict, agency: &str, codes: &[&str]| Submission {
            id: "s".into(),
            return_id: "plain".into(),
            agency: agency.into(),
            period: String::new(),
            file: "a.csv".into(),
            sha256: String::new(),
            received_on: "2014-06-10".parse().unwrap(),
            due_on: None,
            verdict,
            rows: 0,
            findings: codes.iter().map(|c| Finding::file(c, Severity::Error, "m", "f")).collect(),
        };
        for (verdict, agency, codes, possible_now, left, why) in [
            (Verdict::Rejected, "police", &["V009", "V009", "C008"][..], 2, 0, "two kinds"),
            (Verdict::Rejected, "police", &["V009", "V005"], 1, 1, "a figure that is none stays an error"),
            (Verdict::Quarantined, "police", &["V009", "P001"], 0, 1, "personal data"),
            (Verdict::Rejected, "police", &["F010", "L010"], 0, 2, "a file that cannot be read"),
            (Verdict::Rejected, "police;care", &["V009"], 0, 0, "whose is it?"),
        ] {
            let submission = submission(verdict, agency, codes);
            assert_eq!((possible(&submission).len(), remaining(&submission)), (possible_now, left), "{why}");
        }
    }
}
