//! The names under which the entries of a reference list are known to senders.

use std::collections::BTreeSet;

use crate::model::table::List;
use crate::spec::Reference;
use crate::spec::reference::{Extra, Topic};

/// An entry of a list, as far as a sender might name it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its code of the Office for National Statistics; empty for what has none.
    pub code: &'a str,
    /// The list's further columns.
    pub extra: &'a Extra,
}

/// The entries of a list, in its order; an id with several rows comes several times.
pub fn entries(reference: &Reference, list: List) -> Vec<Entry<'_>> {
    match list {
        List::Agencies => reference.agencies.iter().map(|a| entry(&a.agency, &a.name, "", &a.extra)).collect(),
        List::Localities => {
            reference.localities.iter().map(|l| entry(&l.locality, &l.name, &l.gss_code, &l.extra)).collect()
        }
        List::Themes => reference.themes.iter().map(|t| entry(&t.theme, &t.name, "", &t.extra)).collect(),
        List::Indicators => reference.indicators.iter().map(|i| entry(&i.indicator, &i.name, "", &i.extra)).collect(),
        List::Standards => of_topics(&reference.standards),
        List::AuditQuestions => of_topics(&reference.audit_questions),
        List::DeathCategories => of_topics(&reference.death_categories),
        List::DeathFactors => of_topics(&reference.death_factors),
    }
}

/// The list's columns beyond the data contract.
pub fn extra_columns(reference: &Reference, list: List) -> BTreeSet<&str> {
    entries(reference, list).into_iter().flat_map(|e| e.extra.keys().map(String::as_str)).collect()
}

fn of_topics(topics: &[Topic]) -> Vec<Entry<'_>> {
    topics.iter().map(|t| entry(&t.id, &t.name, "", &t.extra)).collect()
}

fn entry<'a>(id: &'a str, name: &'a str, code: &'a str, extra: &'a Extra) -> Entry<'a> {
    Entry { id, name, code, extra }
}
