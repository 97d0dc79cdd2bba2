//! C018 A clock of a review that ran out
//!
//! # What it checks
//! The steps of a case review lie within the days that the guidance in force gave them. Serious case reviews, from
//! 15 April 2013: a decision within a month, the national panel told within 14 days (from 26 March 2015, 5 working
//! days), completed within 6 months. Local practice reviews, from 29 June 2018: a decision within 15 working days,
//! published within 6 months. A step that is still open counts from the day after its last.
//!
//! # Why it matters
//! Each clock is there so that children hear sooner what went wrong. The board answers for its own, and is asked.
//!
//! # Example
//! Started on 2014-01-06 and completed on 2014-09-30, where 2014-07-06 was the last day.
//!
//! # What to do
//! Correct the date if it is wrong; else say why it took longer, and when it will be done.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::model::period::add_months;
use crate::model::{Finding, Row, Severity, Table};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule C018.
pub struct StatutoryClock;

impl Rule for StatutoryClock {
    fn code(&self) -> &'static str {
        "C018"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("statutory_clock.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row) in facts.of(Table::CaseReviews) {
            for clock in CLOCKS.iter().filter(|clock| clock.applies(row)) {
                let Some((from, start)) = clock.from.iter().find_map(|c| Some((*c, row.date(c)?))) else { continue };
                if !clock.is_in_force(start) {
                    continue;
                }
                let due = clock.limit.after(start, &facts.context.reference.bank_holidays);
                let Some(due) = due else { continue };
                let done = row.date(clock.to);
                if done.unwrap_or(facts.as_of()) <= due || facts.is_blocked(i, clock.to) {
                    continue;
                }
                let happened = done.map_or("is still open".to_owned(), |day| format!("is {day}"));
                let message = format!(
                    "{} {happened}; {} after {from} {start} it was due by {due}.",
                    clock.to,
                    clock.limit.words()
                );
                let column = if done.is_some() { clock.to } else { from };
                found.push(facts.finding(self, i, column, message, "Correct the date, or say why it took longer."));
            }
        }
        found
    }
}

/// How long a step may take.
#[derive(Clone, Copy)]
enum Limit {
    Days(u64),
    WorkingDays(u32),
    Months(i32),
}

impl Limit {
    /// The last day that is in time.
    fn after(self, start: NaiveDate, holidays: &BTreeSet<NaiveDate>) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => start.checked_add_days(Days::new(days)),
            Self::Months(months) => Some(add_months(start, months)),
            Self::WorkingDays(days) => {
                let works =
                    |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holidays.contains(day);
                start.iter_days().skip(1).filter(works).nth(days as usize - 1)
            }
        }
    }

    fn words(self) -> String {
        match self {
            Self::Days(n) => format!("{n} days"),
            Self::WorkingDays(n) => format!("{n} working days"),
            Self::Months(1) => "a month".to_owned(),
            Self::Months(n) => format!("{n} months"),
        }
    }
}

/// One clock: the kind of review it is for, the days on which it may start, its two ends.
struct Clock {
    kind: &'static str,
    in_force: (&'static str, &'static str),
    from: &'static [&'static str],
    to: &'static str,
    limit: Limit,
    /// Whether it runs only once a review was begun.
    initiated: bool,
}

impl Clock {
    fn applies(&self, row: &Row) -> bool {
        row.text("kind") == self.kind && (!self.initiated || row.text("decision") == "initiate")
    }

    fn is_in_force(&self, start: NaiveDate) -> bool {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        day(self.in_force.0).is_none_or(|from| start >= from) && day(self.in_force.1).is_none_or(|to| start <= to)
    }
}

/// Working Together to Safeguard Children, 2013, 2015 and 2018. The day of notification is not in the register: the first
/// day known is that on which the case was considered, which is no earlier, so that none is told too soon.
const CLOCKS: [Clock; 6] = [
    clock("scr", ("2013-04-15", "2019-09-29"), &["considered_on"], "decided_on", Limit::Months(1), false),
    clock("scr", ("2013-04-15", "2015-03-25"), &["decided_on"], "panel_notified_on", Limit::Days(14), true),
    clock("scr", ("2015-03-26", "2019-09-29"), &["decided_on"], "panel_notified_on", Limit::WorkingDays(5), true),
    clock("scr", ("2013-04-15", "2019-09-29"), &["started_on", "decided_on"], "completed_on", Limit::Months(6), true),
    clock("practice-review", ("2018-06-29", ""), &["considered_on"], "decided_on", Limit::WorkingDays(15), false),
    clock("practice-review", ("2018-06-29", ""), &["decided_on"], "published_on", Limit::Months(6), true),
];

const fn clock(
    kind: &'static str,
    in_force: (&'static str, &'static str),
    from: &'static [&'static str],
    to: &'static str,
    limit: Limit,
    initiated: bool,
) -> Clock {
    Clock { kind, in_force, from, to, limit, initiated }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    fn of(rows: &[&str]) -> crate::model::draft::Laid {
        let header =
            "review,kind,decision,considered_on,decided_on,panel_notified_on,started_on,completed_on,published_on";
        laid(Table::CaseReviews, header, rows)
    }

    #[test]
    fn passes() {
        silent(
            &StatutoryClock,
            &[
                (
                    of(&["r1,scr,initiate,2014-01-10,2014-02-10,2014-02-24,2014-03-03,2014-09-03,"]),
                    "each on its last day",
                ),
                (of(&["r1,scr,initiate,2013-01-10,2013-03-10,,2013-03-11,2014-09-03,"]), "before the guidance"),
                (of(&["r1,scr,initiate,2014-12-01,2014-12-20,2014-12-22,2015-01-05,,"]), "open, and in time"),
                (of(&["r1,scr,not-met,2014-01-10,2014-02-10,,,,"]), "nothing was begun"),
                (of(&["r1,learning,other-review,2014-01-10,2014-05-10,,2014-06-01,,"]), "no clock for others"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &StatutoryClock,
            &[
                (of(&["r1,scr,not-met,2014-01-31,2014-03-01,,,,"]), &["E2"], "due on 28 February"),
                (of(&["r1,scr,initiate,2014-01-10,2014-02-10,2014-02-25,2014-03-03,2014-09-01,"]), &["F2"], "day 15"),
                (
                    of(&["r1,scr,initiate,2014-01-10,2014-02-10,2014-02-12,2014-03-03,2014-09-04,"]),
                    &["H2"],
                    "a day over",
                ),
                (of(&["r1,scr,initiate,2014-01-10,2014-02-10,2014-02-12,2014-03-03,,"]), &["G2"], "open, and over"),
            ],
        );
    }

    #[test]
    fn weekends_and_bank_holidays_do_not_count() {
        let holidays = [day("2015-04-03"), day("2015-04-06")].into();
        let due = Limit::WorkingDays(5).after(day("2015-04-01"), &holidays);
        assert_eq!(due, Some(day("2015-04-10")), "2, 7, 8, 9, 10 April: Easter lies between");
        assert_eq!(Limit::Months(1).after(day("2014-01-31"), &BTreeSet::new()), Some(day("2014-02-28")));
    }
}
