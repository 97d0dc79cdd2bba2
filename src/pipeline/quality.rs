//! The quality of what agencies send, over time: by agency, return and month what was accepted and refused, what was asked,
//! what came in time, how often a return had to be sent again, and how long it took from its day to its acceptance.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::calendar::calendar;
use super::configuration::Configuration;
use super::inbox::{agencies, return_name};
use crate::ledger::Ledger;
use crate::model::submission::Submission;
use crate::model::{Due, DueState, Error, Punctuality, Severity, Verdict};
use crate::report::names::Names;

/// A month of one agency's return.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Month {
    /// Files that were accepted.
    pub accepted: usize,
    /// Files that were not.
    pub rejected: usize,
    /// Files that were set aside for personal data.
    pub quarantined: usize,
    /// Errors found.
    pub errors: usize,
    /// Queries found.
    pub queries: usize,
    /// Files for a period of which one had come before.
    pub again: usize,
    /// Periods due in the month that came in time.
    pub on_time: usize,
    /// That came after their day.
    pub late: usize,
    /// That did not come, or of which nothing was accepted.
    pub missing: usize,
    /// Days from the due day to the first acceptance, of each period due in the month that was accepted; less than 0 is
    /// before its day.
    pub days: Vec<i64>,
}

impl Month {
    /// Files that came.
    pub fn files(&self) -> usize {
        self.accepted + self.rejected + self.quarantined
    }

    /// The middle one of the days from due to accepted; none where nothing due was accepted.
    pub fn usual_days(&self) -> Option<i64> {
        let mut days = self.days.clone();
        days.sort_unstable();
        days.get(days.len().checked_sub(1)? / 2).copied()
    }

    /// The two together.
    fn add(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.accepted, other.accepted),
            (&mut self.rejected, other.rejected),
            (&mut self.quarantined, other.quarantined),
            (&mut self.errors, other.errors),
            (&mut self.queries, other.queries),
            (&mut self.again, other.again),
            (&mut self.on_time, other.on_time),
            (&mut self.late, other.late),
            (&mut self.missing, other.missing),
        ] {
            *mine += theirs;
        }
        self.days.extend(&other.days);
    }
}

/// One agency's return over the months.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The agency's id; empty where whose it is could not be told.
    pub agency: String,
    /// Its name.
    pub agency_name: String,
    /// The return's id; empty where it could not be told.
    pub return_id: String,
    /// Its name.
    pub return_name: String,
    /// The months, as many as [`Quality::months`].
    pub months: Vec<Month>,
    /// All of them together.
    pub total: Month,
}

/// What was asked or refused how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code.
    pub code: String,
    /// How often as an error.
    pub errors: usize,
    /// How often as a query.
    pub queries: usize,
    /// In how many files.
    pub files: usize,
}

/// The quality of returns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quality {
    /// The first days of the months, the oldest first.
    pub months: Vec<NaiveDate>,
    /// By agency and return.
    pub lines: Vec<Line>,
    /// All lines together, month by month.
    pub all: Vec<Month>,
    /// What was found most often, the most frequent first.
    pub codes: Vec<Code>,
}

/// The quality of the last `months` months up to a day. Submissions count in the month in which they came, periods in the
/// month in which they were due; what came with a board's first load is in time for nothing and late for nothing.
///
/// # Errors
/// The ledger could not be read.
pub fn quality(
    configuration: &Configuration,
    ledger: &Ledger,
    today: NaiveDate,
    months: usize,
) -> Result<Quality, Error> {
    let submissions = ledger.submissions(today)?;
    let dues = calendar(configuration, ledger, today)?;
    let first = first_of(today);
    let months: Vec<NaiveDate> =
        (0..months as u32).rev().filter_map(|back| first.checked_sub_months(chrono::Months::new(back))).collect();
    let names = Names::new(&configuration.reference, today);
    let mut found = gather(&submissions, &dues, &months);
    found.retain(|_, line| line.iter().any(|m| *m != Month::default()));
    let line = |((agency, return_id), months): ((String, String), Vec<Month>)| {
        let (agency_name, return_name) = (agencies(&agency, &names), return_name(configuration, &return_id));
        let total = together(&months);
        Line { agency, agency_name, return_id, return_name, months, total }
    };
    let lines: Vec<Line> = found.into_iter().map(line).collect();
    let all = (0..months.len()).map(|at| together(lines.iter().map(|l| &l.months[at]))).collect();
    let codes = codes(submissions.iter().filter(|s| months.first().is_some_and(|first| s.received_on >= *first)));
    Ok(Quality { months, lines, all, codes })
}

fn together<'a>(months: impl IntoIterator<Item = &'a Month>) -> Month {
    months.into_iter().fold(Month::default(), |mut all, month| {
        all.add(month);
        all
    })
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Months by agency and return.
type Found = BTreeMap<(String, String), Vec<Month>>;

fn gather(submissions: &[Submission], dues: &[Due], months: &[NaiveDate]) -> Found {
    let mut found = Found::new();
    let place = |day: NaiveDate| months.iter().position(|m| *m == first_of(day));
    let mut at = |agency: &str, return_id: &str, month: usize, change: &dyn Fn(&mut Month)| {
        let line = found
            .entry((agency.to_owned(), return_id.to_owned()))
            .or_insert_with(|| vec![Month::default(); months.len()]);
        change(&mut line[month]);
    };
    let mut seen: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for submission in submissions {
        let count = |severity| submission.findings.iter().filter(|f| f.severity == severity).count();
        let times = seen.entry((&submission.agency, &submission.return_id, &submission.period)).or_default();
        *times += 1;
        let is_again = *times > 1 && !submission.period.is_empty();
        let Some(month) = place(submission.received_on) else { continue };
        at(&submission.agency, &submission.return_id, month, &|m: &mut Month| {
            match submission.verdict {
                Verdict::Accepted => m.accepted += 1,
                Verdict::Rejected => m.rejected += 1,
                Verdict::Quarantined => m.quarantined += 1,
            }
            m.errors += count(Severity::Error);
            m.queries += count(Severity::Query);
            m.again += usize::from(is_again);
        });
    }
    for due in dues {
        let Some((due_on, month)) = due.due_on.and_then(|day| Some((day, place(day)?))) else { continue };
        at(&due.agency, &due.return_id, month, &|m: &mut Month| {
            match (due.state, due.punctuality) {
                (DueState::Missing | DueState::Rejected | DueState::Quarantined, _) => m.missing += 1,
                (_, Punctuality::OnTime) => m.on_time += 1,
                (_, Punctuality::Late) => m.late += 1,
                _ => {}
            }
            let is_timed = matches!(due.punctuality, Punctuality::OnTime | Punctuality::Late);
            if let (true, Some(day)) = (is_timed, due.received_on) {
                m.days.push((day - due_on).num_days());
            }
        });
    }
    found
}

fn codes<'a>(submissions: impl Iterator<Item = &'a Submission>) -> Vec<Code> {
    let mut found: BTreeMap<&str, Code> = BTreeMap::new();
    for submission in submissions {
        let mut told: Vec<&str> = Vec::new();
        for finding in submission.findings.iter().filter(|f| f.severity != Severity::Note) {
            let code = found.entry(&finding.code).or_insert_with(|| Code {
                code: finding.code.clone(),
                errors: 0,
                queries: 0,
                files: 0,
            });
            match finding.severity {
                Severity::Error => code.errors += 1,
                _ => code.queries += 1,
            }
            if !told.contains(&finding.code.as_str()) {
                told.push(&finding.code);
                code.files += 1;
            }
        }
    }
    let mut codes: Vec<Code> = found.into_values().collect();
    codes.sort_by(|a, b| (b.errors + b.queries, &a.code).cmp(&(a.errors + a.queries, &b.code)));
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Finding, Period};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn submission(received: &str, period: &str, verdict: Verdict, findings: &[(&str, Severity)]) -> Submission {
        Submission {
            id: received.into(),
            return_id: "plain".into(),
            agency: "police".into(),
            period: period.into(),
            file: "a.csv".into(),
            sha256: received.into(),
            received_on: day(received),
            due_on: None,
            verdict,
            rows: 0,
            findings: findings.iter().map(|(code, severity)| Finding::file(code, *severity, "m", "f")).collect(),
        }
    }

    fn due(due_on: &str, state: DueState, punctuality: Punctuality, received: Option<&str>) -> Due {
        Due {
            return_id: "plain".into(),
            name: String::new(),
            agency: "police".into(),
            period: Period::parse("2014-10").unwrap(),
            due_on: Some(day(due_on)),
            state,
            punctuality,
            received_on: received.map(day),
            submission: String::new(),
            expected: 0,
            absent: Vec::new(),
            themes: Default::default(),
            last_heard: None,
        }
    }

    #[test]
    fn submissions_count_when_they_came_and_periods_when_they_were_due() {
        let months = [day("2014-11-01"), day("2014-12-01")];
        let submissions = [
            submission("2014-10-31", "2014-09", Verdict::Accepted, &[]),
            submission(
                "2014-11-05",
                "2014-10",
                Verdict::Rejected,
                &[("V001", Severity::Error), ("C006", Severity::Query)],
            ),
            submission(
                "2014-11-09",
                "2014-10",
                Verdict::Accepted,
                &[("C006", Severity::Query), ("L030", Severity::Note)],
            ),
            submission("2014-12-02", "2014-09", Verdict::Quarantined, &[("P001", Severity::Error)]),
        ];
        let dues = [
            due("2014-11-10", DueState::Whole, Punctuality::OnTime, Some("2014-11-09")),
            due("2014-12-10", DueState::Partial, Punctuality::Late, Some("2014-12-20")),
            due("2014-12-10", DueState::Missing, Punctuality::NothingCame, None),
            due("2014-12-10", DueState::Whole, Punctuality::NotKnown, Some("2014-12-30")),
            due("2014-12-10", DueState::NotYetDue, Punctuality::NothingCame, None),
        ];
        let found = gather(&submissions, &dues, &months);
        let line = &found[&("police".to_owned(), "plain".to_owned())];
        let november = Month {
            accepted: 1,
            rejected: 1,
            errors: 1,
            queries: 2,
            again: 1,
            on_time: 1,
            days: vec![-1],
            ..Month::default()
        };
        let december =
            Month { quarantined: 1, errors: 1, again: 1, late: 1, missing: 1, days: vec![10], ..Month::default() };
        assert_eq!(line[0], november, "the file of October does not show, and its period was sent again in December");
        assert_eq!(line[1], december);
        let total = together(line);
        assert_eq!((total.files(), total.usual_days()), (3, Some(-1)));
        assert_eq!(Month::default().usual_days(), None);
        let codes = codes(submissions.iter());
        assert_eq!(
            (codes[0].code.as_str(), codes[0].queries, codes[0].files),
            ("C006", 2, 2),
            "the most frequent first"
        );
        assert!(codes.iter().all(|c| c.code != "L030"), "notes are no faults");
    }
}
