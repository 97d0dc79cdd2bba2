//! How ids and fixed words stand in a blank return, so that whoever fills it in reads names, and the reader knows them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::table::List;
use crate::report::words::capital;
use crate::spec::Reference;
use crate::spec::return_spec::names::{Entry, entries};

/// What scores of Section 11 mean (data-contract.md, section 2), in order from 1.
const SCORES: [&str; 4] = ["Not met", "Partly met", "Met", "Exceeded"];

/// A text as headers and names are compared: its letters and digits.
pub(super) fn squash(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || "%<>+£".contains(*c)).collect()
}

/// The name of a list's entry where it can mean nothing else, else its code, else its id.
pub(super) fn of_id(reference: &Reference, list: List, id: &str, values: &BTreeMap<String, String>) -> String {
    let all = entries(reference, list);
    let means_it = |text: &str| {
        let text = squash(text);
        let other =
            |e: &Entry<'_>| e.id != id && [e.id, e.name, e.code].iter().any(|t| !t.is_empty() && squash(t) == text);
        let code = values.iter().find(|(sent, _)| squash(sent) == text);
        !text.is_empty() && !all.iter().any(other) && code.is_none_or(|(_, value)| value == id)
    };
    let rows = || all.iter().filter(|e| e.id == id);
    let name = rows().map(|e| e.name).find(|n| means_it(n));
    name.or_else(|| rows().map(|e| e.code).find(|c| means_it(c))).unwrap_or(id).to_owned()
}

/// A fixed word in a sender's spelling: its own letters, or an entry of the code list where figures would puzzle.
pub(super) fn of_word(word: &str, values: &BTreeMap<String, String>) -> String {
    let own = capital(&word.replace('-', " "));
    let sent =
        |text: &str| values.iter().find(|(sent, _)| squash(sent) == squash(text)).map(|(_, value)| value.as_str());
    let mut known = values.iter().filter(|(_, value)| value.as_str() == word).map(|(sent, _)| sent);
    if word.bytes().any(|b| b.is_ascii_digit()) {
        let figures = known.rfind(|sent| sent.bytes().any(|b| b.is_ascii_digit()));
        return figures.cloned().unwrap_or_else(|| word.to_owned());
    }
    let longest = known.max_by_key(|sent| sent.chars().count());
    match longest {
        // `initiate` is a word of ours; the code list says how the return puts it.
        Some(sent) if sent.chars().count() > 2 * word.chars().count() => sent.clone(),
        _ if sent(&own).is_none_or(|value| value == word) => own,
        _ => word.to_owned(),
    }
}

/// A header that stands for a word or an id: as the code list writes it, the longest where it knows several.
pub(super) fn of_header(word: &str, values: &BTreeMap<String, String>) -> Option<String> {
    let known = values.iter().filter(|(_, value)| value.as_str() == word).map(|(sent, _)| sent);
    let alike = |sent: &str| {
        let (sent, word) = (squash(sent), squash(word));
        let same = |a: &str, b: &str| a.chars().take_while(|c| b.contains(*c)).count();
        same(&word, &sent)
    };
    known.max_by_key(|sent| (alike(sent), sent.chars().count())).cloned()
}

/// The spellings of a column of numbers with a code list: one for each number, scores by their names.
pub(super) fn of_numbers(values: &BTreeMap<String, String>) -> Vec<String> {
    let mut numbers: Vec<&String> = values.values().collect();
    numbers.sort_by(|a, b| {
        let number = |text: &str| text.parse::<f64>().unwrap_or(f64::MAX);
        number(a).total_cmp(&number(b))
    });
    numbers.dedup();
    let spelt = numbers.into_iter().filter_map(|number| {
        let of = || values.iter().filter(|(_, value)| *value == number).map(|(sent, _)| sent);
        let score = number.parse::<usize>().ok().and_then(|n| SCORES.get(n.checked_sub(1)?));
        let by_name = score.and_then(|name| of().find(|sent| sent.eq_ignore_ascii_case(name)));
        by_name.or_else(|| of().max_by_key(|sent| sent.chars().count())).cloned()
    });
    spelt.collect()
}

/// The ids of a list that can be chosen on a day: what exists then, without headings.
pub(super) fn choices(reference: &Reference, list: List, day: NaiveDate) -> Vec<String> {
    let mut ids: Vec<String> = match list {
        List::Agencies => reference.agencies_on(day).into_iter().map(|a| a.agency.clone()).collect(),
        List::Localities => {
            reference.localities.iter().filter(|l| l.valid.holds(day)).map(|l| l.locality.clone()).collect()
        }
        List::Standards => without_headings(&reference.standards),
        List::AuditQuestions => without_headings(&reference.audit_questions),
        other => entries(reference, other).into_iter().map(|e| e.id.to_owned()).collect(),
    };
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}

/// Entries that others name as what stands above them are headings.
fn without_headings(topics: &[crate::spec::reference::Topic]) -> Vec<String> {
    let heads = |id: &str| topics.iter().any(|t| t.parent == id || t.extra.get("domain").is_some_and(|d| d == id));
    topics.iter().filter(|t| !heads(&t.id)).map(|t| t.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn words_are_written_as_people_write_them() {
        let ages = values(&[("0 to 27 days", "0-27-days"), ("Neonatal", "0-27-days"), ("1-4 years", "1-4")]);
        for (word, written) in [("requires-improvement", "Requires improvement"), ("1-4", "1-4 years"), ("5-9", "5-9")]
        {
            assert_eq!(of_word(word, &ages), written);
        }
        assert_eq!(of_word("0-27-days", &ages), "0 to 27 days");
        assert_eq!(of_word("scr", &values(&[("Serious case review", "scr")])), "Serious case review");
        assert_eq!(of_word("good", &values(&[("G", "good"), ("Good", "good")])), "Good");
        assert_eq!(of_word("good", &values(&[("Good", "outstanding")])), "good", "a code list may mean another thing");
    }

    #[test]
    fn scores_go_by_their_names() {
        let rag = values(&[("R", "1"), ("Red", "1"), ("Not met", "1"), ("Green", "3"), ("Met", "3"), ("3", "4")]);
        assert_eq!(of_numbers(&rag), ["Not met", "Met", "3"]);
    }

    #[test]
    fn a_header_is_the_one_most_like_the_word() {
        let kinds = values(&[
            ("Adverse feedback", "feedback-adverse"),
            ("SIs", "serious-incident"),
            ("Serious incidents", "serious-incident"),
        ]);
        assert_eq!(of_header("serious-incident", &kinds).as_deref(), Some("Serious incidents"));
        assert_eq!(of_header("complaint", &kinds), None);
    }
}
