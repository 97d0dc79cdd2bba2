//! The verdict on a return, for the terminal and for programs: the shape of data-contract.md, section 4.

pub mod group;
pub mod neighbours;
pub mod page;

use serde_json::{Value, json};

use crate::model::submission::Submission;
use crate::model::{Finding, Severity, Verdict};

pub use group::{Cause, Group, groups};

/// Codes in words.
pub type Handbook = std::collections::BTreeMap<&'static str, crate::model::RulePage>;

/// One JSON object, as `validate --format json` prints it.
pub fn json(file: &str, submission: &Submission) -> Value {
    json!({
        "file": file,
        "sha256": submission.sha256,
        "return": submission.return_id,
        "agency": submission.agency,
        "period": submission.period,
        "verdict": submission.verdict.as_str(),
        "rows": submission.rows,
        "findings": submission.findings,
    })
}

/// Everything at once, worst first, a paragraph for each group of findings. `every` holds each cell by itself.
pub fn text(file: &str, submission: &Submission, every: &[Finding]) -> String {
    let mut out = format!("{file}: {}\n", in_short(submission.verdict));
    if submission.verdict == Verdict::Accepted {
        out += &format!("  {}\n", taken(submission));
    }
    let groups = groups(every);
    if groups.len() > 1 {
        out += &format!("  {}; the worst first\n", tally(every));
    }
    for group in &groups {
        let cells = if group.count > 1 { format!(", {} times", group.count) } else { String::new() };
        let place = group.place();
        let colon = if place.is_empty() { "" } else { ":" };
        out += &format!("  {} {}", severity(group.severity), group.code);
        out += if place.is_empty() { "" } else { " " };
        out += &format!("{place}{cells}{colon}{}", causes(group));
        if !group.fix().is_empty() {
            out += &format!("    {}\n", group.fix());
        }
    }
    out
}

/// The one wording of a group on its line, or several below it.
fn causes(group: &Group) -> String {
    if let [cause] = &group.causes[..] {
        return format!(" {}\n", cause.message);
    }
    let mut out = String::from("\n");
    for cause in group.causes.iter().take(WORDINGS) {
        out += &format!("    {}: {}\n", cause.places, cause.message);
    }
    let more = group.causes.len().saturating_sub(WORDINGS);
    if more > 0 {
        out += &format!("    and {more} more like these\n");
    }
    out
}

/// How many wordings of one group are told.
pub const WORDINGS: usize = 5;

/// What became of a return, in a few plain words.
pub fn in_short(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Rejected => "not accepted: mend the errors and send it again",
        Verdict::Quarantined => "quarantined: it holds personal data; send it again without",
    }
}

/// What was taken: `12 rows (police-performance, police, 2014-Q4)`.
pub fn taken(submission: &Submission) -> String {
    let what = [&submission.return_id, &submission.agency, &submission.period];
    let what: Vec<&str> = what.into_iter().map(String::as_str).filter(|w| !w.is_empty()).collect();
    format!("{} ({})", counted(submission.rows, "row"), what.join(", "))
}

/// How many of each kind: `3 errors, 1 query and 2 notes`.
pub fn tally(findings: &[Finding]) -> String {
    let count = |s: Severity| findings.iter().filter(|f| f.severity == s).count();
    let kinds = [(Severity::Error, "error"), (Severity::Query, "query"), (Severity::Note, "note")];
    let told: Vec<String> = kinds
        .into_iter()
        .map(|(s, word)| (count(s), word))
        .filter(|(n, _)| *n > 0)
        .map(|(n, w)| counted(n, w))
        .collect();
    match told.split_last() {
        None => "nothing to mend".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// `1 query`, `3 queries`.
pub fn counted(n: usize, word: &str) -> String {
    match (n, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{n} {stem}ies"),
        (_, None) => format!("{n} {word}s"),
    }
}

/// A message with the quotation marks of a letter, for whoever knows backquotes from nowhere.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_open = false;
    for c in text.chars() {
        if c == '`' {
            out.push(if is_open { '’' } else { '‘' });
            is_open = !is_open;
        } else {
            out.push(c);
        }
    }
    out
}

/// The word of a severity.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Query => "query",
        Severity::Note => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::CellPlace;

    fn submission(verdict: Verdict, findings: Vec<Finding>) -> Submission {
        Submission {
            id: "2015-01-31-aaaaaaaaaaaa".into(),
            return_id: "plain".into(),
            agency: "police".into(),
            period: "2014-03".into(),
            file: "a.xlsx".into(),
            sha256: "a".repeat(64),
            received_on: chrono::NaiveDate::from_ymd_opt(2015, 1, 31).unwrap(),
            due_on: None,
            verdict,
            rows: 2,
            findings,
        }
    }

    fn at(row: u32, message: &str) -> Finding {
        Finding::file("V004", Severity::Error, message, "Write a word of the list.")
            .at(&CellPlace::new("Q3", row, 3))
            .under("grade")
    }

    #[test]
    fn one_cause_is_told_once_with_its_cells() {
        let found = vec![at(5, "Not a grade."), at(6, "Not a grade."), at(9, "Not a grade.")];
        assert_eq!(
            text("a.xlsx", &submission(Verdict::Rejected, found.clone()), &found),
            "a.xlsx: not accepted: mend the errors and send it again\n  \
             error V004 Q3!C5:C6, C9 (grade), 3 times: Not a grade.\n    Write a word of the list.\n"
        );
    }

    #[test]
    fn several_wordings_stand_below_one_another() {
        let found = vec![at(5, "One."), at(6, "Two."), Finding::file("F019", Severity::Note, "Note.", "")];
        let text = text("a.xlsx", &submission(Verdict::Rejected, found.clone()), &found);
        assert!(text.contains("  2 errors and 1 note; the worst first\n"), "{text}");
        assert!(text.contains("(grade), 2 times:\n    C5: One.\n    C6: Two.\n    Write"), "{text}");
        assert!(text.ends_with("  note F019 Note.\n"), "{text}");
    }

    #[test]
    fn an_accepted_return_says_what_was_taken() {
        let text = text("a.xlsx", &submission(Verdict::Accepted, vec![]), &[]);
        assert_eq!(text, "a.xlsx: accepted\n  2 rows (plain, police, 2014-03)\n");
        assert_eq!(tally(&[]), "nothing to mend");
        assert_eq!(quoted("Unknown: `a`. Did you mean `b`?"), "Unknown: ‘a’. Did you mean ‘b’?");
    }
}
