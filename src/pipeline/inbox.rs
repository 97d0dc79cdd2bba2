//! Submissions as an analyst looks through them: the newest first, of an agency, a return, a verdict or a month.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::configuration::Configuration;
use crate::ledger::{Ledger, Question};
use crate::model::overrides::is_overridden;
use crate::model::submission::Submission;
use crate::model::{Error, Severity, Verdict};
use crate::report::names::Names;

/// What to look for; empty fields leave everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Agency id.
    pub agency: String,
    /// Return id.
    pub return_id: String,
    /// `accepted`, `rejected`, `quarantined`.
    pub verdict: String,
    /// Month of receipt, `2015-01`.
    pub month: String,
    /// Part of a file's name.
    pub file: String,
}

/// A submission with names and counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The submission.
    pub submission: Submission,
    /// Whose it is, in words.
    pub agency: String,
    /// The return, in words.
    pub return_name: String,
    /// Errors found.
    pub errors: usize,
    /// Queries found.
    pub queries: usize,
    /// Errors that an override takes.
    pub overridden: usize,
    /// Days after its day; less than 0 is before; none without a day.
    pub days_late: Option<i64>,
    /// The later submission of the same agency, return and period that was accepted.
    pub mended_by: Option<String>,
}

impl Entry {
    /// `On time`, `3 days late`, `No deadline`.
    pub fn punctuality(&self) -> String {
        match self.days_late {
            None => "No deadline".to_owned(),
            Some(days) if days <= 0 => "On time".to_owned(),
            Some(1) => "1 day late".to_owned(),
            Some(days) => format!("{days} days late"),
        }
    }
}

/// What the filters of the page can be set to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Agencies by id and name.
    pub agencies: Vec<(String, String)>,
    /// Returns by id and name.
    pub returns: Vec<(String, String)>,
    /// Months, the newest first.
    pub months: Vec<String>,
}

/// A page of submissions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inbox {
    /// What was found, the newest first.
    pub entries: Vec<Entry>,
    /// How many fit the filter on all pages.
    pub found: usize,
    /// What the filters can be set to.
    pub choices: Choices,
}

/// Looks through submissions; `page` counts from 1.
///
/// # Errors
/// The ledger could not be read.
pub fn inbox(
    configuration: &Configuration,
    ledger: &Ledger,
    today: NaiveDate,
    filter: &Filter,
    (page, size): (usize, usize),
) -> Result<Inbox, Error> {
    let submissions = ledger.all_submissions()?;
    let names = Names::new(&configuration.reference, today);
    let choices = choices(configuration, &submissions, &names);
    let mended = mended(&submissions);
    let mut fit: Vec<&Submission> = submissions.iter().filter(|s| fits(s, filter)).collect();
    fit.reverse();
    let found = fit.len();
    let shown = fit.into_iter().skip(page.saturating_sub(1) * size).take(size);
    let entries = shown.map(|s| entry(s, configuration, &names, &mended)).collect();
    Ok(Inbox { entries, found, choices })
}

/// One submission, with the queries that it asks.
///
/// # Errors
/// The ledger could not be read.
pub fn one(
    configuration: &Configuration,
    ledger: &Ledger,
    today: NaiveDate,
    id: &str,
) -> Result<Option<(Entry, Vec<Question>)>, Error> {
    let submissions = ledger.all_submissions()?;
    let Some(submission) = submissions.iter().find(|s| s.id == id) else { return Ok(None) };
    let names = Names::new(&configuration.reference, today);
    let entry = entry(submission, configuration, &names, &mended(&submissions));
    let asked = ledger.queries()?.into_iter().filter(|q| q.submission == id).collect();
    Ok(Some((entry, asked)))
}

/// Submissions that were not accepted and that no accepted one has followed, the newest first.
///
/// # Errors
/// The ledger could not be read.
pub fn unmended(ledger: &Ledger) -> Result<Vec<Submission>, Error> {
    let submissions = ledger.all_submissions()?;
    let mended = mended(&submissions);
    let is_open = |s: &Submission| s.verdict != Verdict::Accepted && !mended.contains_key(&s.id);
    Ok(submissions.into_iter().filter(is_open).rev().collect())
}

/// By the id of what was not accepted, what was accepted later of the same agency, return and period.
fn mended(submissions: &[Submission]) -> BTreeMap<String, String> {
    let key = |s: &Submission| (s.agency.clone(), s.return_id.clone(), s.period.clone());
    let mut accepted: BTreeMap<_, &Submission> = BTreeMap::new();
    let mut mended = BTreeMap::new();
    // From the newest back: what is known then came later.
    for submission in submissions.iter().rev() {
        if submission.verdict == Verdict::Accepted {
            accepted.insert(key(submission), submission);
        } else if let Some(later) = accepted.get(&key(submission))
            && !submission.agency.is_empty()
        {
            mended.insert(submission.id.clone(), later.id.clone());
        }
    }
    mended
}

fn fits(submission: &Submission, filter: &Filter) -> bool {
    let is = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
    (filter.agency.is_empty() || submission.agency.split(';').any(|a| a == filter.agency))
        && is(&filter.return_id, &submission.return_id)
        && is(&filter.verdict, submission.verdict.as_str())
        && (filter.month.is_empty() || submission.received_on.to_string().starts_with(&filter.month))
        && submission.file.to_lowercase().contains(&filter.file.to_lowercase())
}

fn entry(
    submission: &Submission,
    configuration: &Configuration,
    names: &Names<'_>,
    mended: &BTreeMap<String, String>,
) -> Entry {
    let count = |severity| submission.findings.iter().filter(|f| f.severity == severity).count();
    Entry {
        agency: agencies(&submission.agency, names),
        return_name: return_name(configuration, &submission.return_id),
        errors: count(Severity::Error),
        queries: count(Severity::Query),
        overridden: submission.findings.iter().filter(|f| is_overridden(f)).count(),
        days_late: submission.due_on.map(|due| (submission.received_on - due).num_days()),
        mended_by: mended.get(&submission.id).cloned(),
        submission: submission.clone(),
    }
}

/// The names of agencies joined by `;`.
pub(super) fn agencies(ids: &str, names: &Names<'_>) -> String {
    let names: Vec<String> = ids.split(';').filter(|a| !a.is_empty()).map(|a| names.agency(a)).collect();
    if names.is_empty() { "Not known".to_owned() } else { names.join(", ") }
}

/// The name of a return.
pub(super) fn return_name(configuration: &Configuration, id: &str) -> String {
    match configuration.spec(id) {
        Some(spec) => spec.name.clone(),
        None if id == "plain" => "In the board\u{2019}s own columns".to_owned(),
        None if id.is_empty() => "Not recognised".to_owned(),
        None => id.to_owned(),
    }
}

fn choices(configuration: &Configuration, submissions: &[Submission], names: &Names<'_>) -> Choices {
    let mut agencies = BTreeMap::new();
    let mut returns = BTreeMap::new();
    let mut months = std::collections::BTreeSet::new();
    for submission in submissions {
        for agency in submission.agency.split(';').filter(|a| !a.is_empty()) {
            agencies.entry(agency.to_owned()).or_insert_with(|| names.agency(agency));
        }
        if !submission.return_id.is_empty() {
            let id = &submission.return_id;
            returns.entry(id.clone()).or_insert_with(|| return_name(configuration, id));
        }
        months.insert(submission.received_on.format("%Y-%m").to_string());
    }
    let by_name = |map: BTreeMap<String, String>| {
        let mut pairs: Vec<(String, String)> = map.into_iter().collect();
        pairs.sort_by(|a, b| a.1.cmp(&b.1));
        pairs
    };
    Choices { agencies: by_name(agencies), returns: by_name(returns), months: months.into_iter().rev().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submission(id: &str, received: &str, period: &str, verdict: Verdict) -> Submission {
        Submission {
            id: id.into(),
            return_id: "plain".into(),
            agency: "police".into(),
            period: period.into(),
            file: format!("{id}.csv"),
            sha256: id.into(),
            received_on: received.parse().unwrap(),
            due_on: None,
            verdict,
            rows: 0,
            findings: Vec::new(),
        }
    }

    #[test]
    fn what_was_refused_is_mended_by_what_was_accepted_later() {
        let all = [
            submission("a", "2014-11-01", "2014-10", Verdict::Rejected),
            submission("b", "2014-11-02", "2014-10", Verdict::Accepted),
            submission("c", "2014-11-03", "2014-10", Verdict::Rejected),
            submission("d", "2014-11-04", "2014-11", Verdict::Quarantined),
        ];
        let mended = mended(&all);
        assert_eq!(mended.get("a").map(String::as_str), Some("b"));
        assert_eq!((mended.get("c"), mended.get("d")), (None, None), "nothing accepted came after them");
    }

    #[test]
    fn a_filter_leaves_what_it_names() {
        let one = submission("Police_Q3", "2014-11-01", "2014-10", Verdict::Rejected);
        for (filter, fit, why) in [
            (Filter::default(), true, "everything"),
            (Filter { agency: "police".into(), verdict: "rejected".into(), ..Filter::default() }, true, "both"),
            (Filter { verdict: "accepted".into(), ..Filter::default() }, false, "another verdict"),
            (Filter { month: "2014-11".into(), file: "q3".into(), ..Filter::default() }, true, "case does not matter"),
            (Filter { month: "2014-12".into(), ..Filter::default() }, false, "another month"),
        ] {
            assert_eq!(fits(&one, &filter), fit, "{why}");
        }
    }
}
