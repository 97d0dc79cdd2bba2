//! Ids, lists of ids, fixed words, keys and text.

use std::collections::BTreeSet;

use super::{FaultKind, Sink};
use crate::model::raw::RawValue;
use crate::model::row::Value;
use crate::model::table::List;
use crate::spec::advice::did_you_mean;
use crate::validate::personal::shown;

/// The reference lists and their files.
pub const LISTS: [(List, &str); 8] = [
    (List::Agencies, "agencies.csv"),
    (List::Localities, "localities.csv"),
    (List::Themes, "themes.csv"),
    (List::Indicators, "indicators.csv"),
    (List::Standards, "standards.csv"),
    (List::AuditQuestions, "audit-questions.csv"),
    (List::DeathCategories, "death-categories.csv"),
    (List::DeathFactors, "death-factors.csv"),
];

/// The file of a list.
pub fn file_of(list: List) -> &'static str {
    LISTS.iter().find(|(l, _)| *l == list).map_or("", |(_, file)| file)
}

/// What a board calls an entry of a list.
fn noun(list: List) -> &'static str {
    match list {
        List::Agencies => "agency",
        List::Localities => "locality",
        List::Themes => "theme",
        List::Indicators => "indicator",
        List::Standards => "standard",
        List::AuditQuestions => "audit question",
        List::DeathCategories => "category of death",
        List::DeathFactors => "factor",
    }
}

/// One id, exactly as the list has it.
pub fn id(value: &RawValue, list: List, known: &BTreeSet<&str>, sink: &mut Sink<'_>) -> Value {
    match plain(value).trim() {
        "" => Value::Empty,
        text if check(text, value, list, known, sink) => Value::Text(text.into()),
        _ => Value::Empty,
    }
}

/// Ids joined by `;`. One that is unknown makes the whole cell empty, since a part of it would mislead.
pub fn ids(value: &RawValue, list: List, known: &BTreeSet<&str>, sink: &mut Sink<'_>) -> Value {
    let text = plain(value);
    let mut ids: Vec<String> = Vec::new();
    let mut whole = true;
    for part in text.split(';').map(str::trim).filter(|p| !p.is_empty()) {
        whole &= check(part, value, list, known, sink);
        if !ids.iter().any(|id| id == part) {
            ids.push(part.to_owned());
        }
    }
    if whole && !ids.is_empty() { Value::Ids(ids) } else { Value::Empty }
}

fn check(text: &str, value: &RawValue, list: List, known: &BTreeSet<&str>, sink: &mut Sink<'_>) -> bool {
    let (noun, file) = (noun(list), file_of(list));
    if known.contains(text) {
        return true;
    }
    if known.is_empty() {
        let message = format!("The board keeps no {file}; the id is taken unchecked.");
        sink.add(FaultKind::UncheckedId, message, format!("Nothing; the board may add {file} to its reference lists."));
        return true;
    }
    let lower = text.to_lowercase().replace([' ', '_'], "-");
    let advice = match known.get(lower.as_str()) {
        Some(id) => format!("Did you mean `{id}`?"),
        None if !sink.is_advised(FaultKind::UnknownId) => String::new(),
        None => did_you_mean(text, known.iter().copied()),
    };
    let message = format!("Unknown {noun}: {}. {advice}", shown(text)).trim_end().to_owned();
    sink.add(FaultKind::UnknownId, message, format!("Write the id as {file} has it{}.", by_hand(value)));
    false
}

/// One of fixed words, in lower case.
pub fn choice(value: &RawValue, words: &[&'static str], sink: &mut Sink<'_>) -> Value {
    let text = plain(value);
    let text = text.trim();
    if text.is_empty() {
        return Value::Empty;
    }
    if words.contains(&text) {
        return Value::Text(text.into());
    }
    let message = format!("Unknown word: {}. {}", shown(text), did_you_mean(text, words.iter().copied()));
    sink.add(FaultKind::Choice, message, format!("Write one of: {}{}.", words.join(", "), by_hand(value)));
    Value::Empty
}

/// `1-4` typed into a spreadsheet becomes the first of April.
fn by_hand(value: &RawValue) -> &'static str {
    match value {
        RawValue::Date(_) => {
            ", in a cell formatted as text, since the spreadsheet program turned what was typed into a date"
        }
        _ => "",
    }
}

/// Text as it stands, trimmed.
pub fn text(value: &RawValue) -> Value {
    match plain(value).trim() {
        "" => Value::Empty,
        text => Value::Text(text.into()),
    }
}

/// A cell as text: whole numbers without a point, truth values as the spreadsheet shows them.
fn plain(value: &RawValue) -> String {
    match value {
        RawValue::Text(text) => text.replace('\u{a0}', " ").trim().to_owned(),
        RawValue::Date(text) => text.strip_suffix("T00:00:00").unwrap_or(text).to_owned(),
        other => other.display(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::faults_of;
    use super::*;

    fn known() -> BTreeSet<&'static str> {
        BTreeSet::from(["police", "probation", "1"])
    }

    #[test]
    fn ids_are_exact_and_a_slip_is_told() {
        for (raw, expected, told) in [
            (RawValue::Text(" police ".into()), "police", ""),
            (RawValue::Number(1.0), "1", ""),
            (RawValue::Text(" ".into()), "", ""),
            (RawValue::Text("polise".into()), "", "Unknown agency: `polise`. Did you mean `police`?"),
            (RawValue::Text("Police".into()), "", "Did you mean `police`?"),
            (RawValue::Text("zebra".into()), "", "Known are: 1, police, probation."),
        ] {
            let (value, faults) = faults_of(|sink| id(&raw, List::Agencies, &known(), sink));
            assert_eq!(value.to_string(), expected);
            assert!(
                faults.iter().all(|f| f.message.contains(told)) && faults.is_empty() == told.is_empty(),
                "{faults:?}"
            );
        }
        let (value, faults) =
            faults_of(|sink| id(&RawValue::Text("x".into()), List::Standards, &BTreeSet::new(), sink));
        assert_eq!((value, faults[0].kind), (Value::Text("x".into()), FaultKind::UncheckedId), "no list, no check");
    }

    #[test]
    fn lists_of_ids_and_fixed_words() {
        let (value, faults) =
            faults_of(|sink| ids(&RawValue::Text("police; probation;police;".into()), List::Agencies, &known(), sink));
        assert_eq!((value.to_string().as_str(), faults.len()), ("police;probation", 0), "twice is once");
        let (value, faults) = faults_of(|sink| ids(&RawValue::Text("police;x".into()), List::Agencies, &known(), sink));
        assert_eq!((value, faults.len()), (Value::Empty, 1), "half a list would mislead");
        let bands = ["1-4", "5-9"];
        let (_, faults) = faults_of(|sink| choice(&RawValue::Date("2014-04-01".into()), &bands, sink));
        assert!(faults[0].fix.contains("formatted as text"), "an age band that became a date");
        let (_, faults) = faults_of(|sink| choice(&RawValue::Text("59".into()), &bands, sink));
        assert!(faults[0].message.contains("Did you mean `5-9`?"), "{faults:?}");
    }
}
