//! Who returned and who did not, from what was received and not from what was promised.

use crate::disclose::ShownSubmission;
use crate::model::Verdict;
use crate::report::view::Source;
use crate::report::words;

/// The returns of one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyReturns {
    /// Its name.
    pub agency: String,
    /// `Returned`, `Returned, some late`, `Only empty returns`, `Nothing taken`, `Nothing received`.
    pub status: &'static str,
    /// A mark that tells the statuses apart without colour.
    pub symbol: &'static str,
    /// Class of the style sheet.
    pub class: &'static str,
    /// Files received.
    pub received: usize,
    /// Of them taken, on time or without a deadline.
    pub on_time: usize,
    /// Of them taken with the first load: when they truly came nobody knows.
    pub first_load: usize,
    /// Of them taken, late.
    pub late: usize,
    /// Of them taken, without a row.
    pub empty: usize,
    /// Of them not taken.
    pub not_taken: usize,
    /// Errors found.
    pub errors: usize,
    /// Queries raised.
    pub queries: usize,
    /// Errors that an analyst's override takes as they are.
    pub overridden: usize,
    /// The day of the latest.
    pub latest: String,
}

pub(super) fn build(source: &Source<'_>) -> Vec<AgencyReturns> {
    let mut agencies: Vec<(String, String)> = source
        .reference
        .agencies_on(source.shown.as_of())
        .into_iter()
        .map(|a| (a.agency.clone(), a.name.clone()))
        .collect();
    for id in source.shown.submissions().iter().flat_map(|s| s.agency.split(';')).filter(|id| !id.is_empty()) {
        if !agencies.iter().any(|(known, _)| known == id) {
            agencies.push((id.to_owned(), source.names.agency(id)));
        }
    }
    agencies.into_iter().map(|(id, name)| of_agency(name, &id, source.shown.submissions())).collect()
}

fn of_agency(agency: String, id: &str, all: &[ShownSubmission]) -> AgencyReturns {
    let own: Vec<&ShownSubmission> = all.iter().filter(|s| s.agency.split(';').any(|a| a == id)).collect();
    let count = |words: &[&str]| own.iter().filter(|s| words.contains(&s.timeliness())).count();
    let first_load = count(&["first load"]);
    let (on_time, late, empty) = (count(&["on time", "no deadline"]), count(&["late"]), count(&["empty"]));
    let not_taken = own.iter().filter(|s| s.verdict != Verdict::Accepted).count();
    let (status, symbol, class) = match (own.len(), on_time + first_load, late, empty) {
        (0, ..) => ("Nothing received", "\u{25cb}", "silent"),
        (_, 0, 0, 0) => ("Nothing taken", "\u{d7}", "silent"),
        (_, 0, 0, _) => ("Only empty returns", "\u{25cb}", "silent"),
        (_, _, 0, _) => ("Returned", "\u{2713}", "neutral"),
        _ => ("Returned, some late", "\u{2248}", "neutral"),
    };
    AgencyReturns {
        agency,
        status,
        symbol,
        class,
        received: own.len(),
        on_time,
        first_load,
        late,
        empty,
        not_taken,
        errors: own.iter().map(|s| s.errors).sum(),
        queries: own.iter().map(|s| s.queries).sum(),
        overridden: own.iter().map(|s| s.overridden).sum(),
        latest: own.iter().map(|s| s.received_on).max().map_or_else(|| String::from("never"), words::date),
    }
}
