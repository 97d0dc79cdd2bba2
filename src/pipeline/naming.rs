//! What ids are called on pages: figures, places, and what a query is about.

use crate::model::Period;
use crate::spec::reference::Reference;

/// The name of an indicator, a standard or a theme; its id where no list has it.
pub fn subject(reference: &Reference, id: &str) -> String {
    measure(reference, id).unwrap_or_else(|| id.to_owned())
}

/// The name of a place; its id where the list has none.
pub fn place(reference: &Reference, id: &str) -> String {
    known_place(reference, id).unwrap_or_else(|| id.to_owned())
}

/// What a query is about, `performance missing corby` of `2014-12`, in words: `Missing episodes, Corby, December 2014`. The
/// table's name goes where something else of the series has a name; what has none stays as it is.
pub fn about(reference: &Reference, subject: &str, period: &str) -> String {
    let parts: Vec<&str> = subject.split_whitespace().collect();
    let named = |id: &str| measure(reference, id).or_else(|| known_place(reference, id));
    let rest = match parts.split_first() {
        Some((_, rest)) if rest.iter().any(|id| named(id).is_some()) => rest,
        _ => &parts[..],
    };
    let mut words: Vec<String> = rest.iter().map(|id| named(id).unwrap_or_else(|| (*id).to_owned())).collect();
    if let Some(period) = Period::parse(period) {
        words.push(period.words());
    }
    words.join(", ")
}

fn measure(reference: &Reference, id: &str) -> Option<String> {
    let standard = || reference.standards.iter().find(|s| s.id == id).map(|s| s.name.clone());
    let theme = || reference.theme(id).map(|t| t.name.clone());
    reference.indicator(id).map(|i| i.name.clone()).or_else(standard).or_else(theme)
}

fn known_place(reference: &Reference, id: &str) -> Option<String> {
    reference.localities.iter().rev().find(|l| l.locality == id).map(|l| l.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_query_is_about_has_the_names_of_the_lists() {
        let mut reference = crate::validate::testing::reference();
        reference.localities[0].name = "Corby".to_owned();
        reference.indicators[0].name = "Missing episodes".to_owned();
        let id = reference.indicators[0].indicator.clone();
        let of = |subject: &str, period| about(&reference, subject, period);
        assert_eq!(of(&format!("performance {id} corby"), "2014-12"), "Missing episodes, Corby, December 2014");
        assert_eq!(of(&format!("performance {id} elsewhere"), ""), "Missing episodes, elsewhere", "a place of no list");
        assert_eq!(of("case-reviews scr", ""), "case-reviews, scr", "nothing has a name: the table says most");
        assert_eq!(of("", ""), "");
    }
}
