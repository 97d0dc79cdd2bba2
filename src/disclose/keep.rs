//! What may be shown, kept: `shown.json` of a run, so that its pages can be built again without its exact results.
//!
//! Numbers are written to nine significant digits, as in every published table: the same on every machine, and the same
//! when read back. A number is a number, a withheld one `"[c]"`, and any other nothing the word of its status.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::disclose::rows::number_text;
use crate::disclose::shown::{Publishable, Shown, ShownCell, ShownPoint, ShownSeries, ShownSubmission};
use crate::disclose::{Audience, RunFacts};
use crate::model::cell::{CellId, GrainSummary};
use crate::model::series::Variation;
use crate::model::{Due, Error, Period, Prompt, Status, Tier};

/// A word of a closed list. By this name serde reads it as one, and does not ask that the file outlive the program.
pub type Word = &'static str;

/// What stands at the head of the file: whatever else it is, it was made for this audience, in this shape.
const KIND: &str = "shown to the board, 1";

/// The file as it is written.
#[derive(Serialize)]
struct Written<'a> {
    kind: &'static str,
    as_of: chrono::NaiveDate,
    facts: &'a RunFacts,
    cells: &'a [ShownCell],
    series: &'a [ShownSeries],
    prompts: &'a [Prompt],
    submissions: &'a [ShownSubmission],
    calendar: &'a [Due],
    grains: &'a [GrainSummary],
    gone: &'a [(CellId, Tier)],
}

/// The file as it is read.
#[derive(Deserialize)]
struct Read {
    kind: String,
    as_of: chrono::NaiveDate,
    facts: RunFacts,
    cells: Vec<ShownCell>,
    series: Vec<ShownSeries>,
    prompts: Vec<Prompt>,
    submissions: Vec<ShownSubmission>,
    calendar: Vec<Due>,
    grains: Vec<GrainSummary>,
    gone: Vec<(CellId, Tier)>,
}

/// What may be shown as the text of `shown.json`.
///
/// # Errors
/// A number that JSON has no word for.
pub fn write(shown: &Publishable, audience: Audience) -> Result<String, Error> {
    let Audience::Board = audience;
    let written = Written {
        kind: KIND,
        as_of: shown.as_of,
        facts: &shown.facts,
        cells: &shown.cells,
        series: &shown.series,
        prompts: &shown.prompts,
        submissions: &shown.submissions,
        calendar: &shown.calendar,
        grains: &shown.grains,
        gone: &shown.gone,
    };
    let failed =
        |e: serde_json::Error| Error::state("shown.json", e.to_string(), "This is a mistake of ours: report it.");
    let mut value = serde_json::to_value(written).map_err(failed)?;
    round(&mut value);
    serde_json::to_string(&value).map_err(failed)
}

/// Reads what [`write`] wrote of a run. `place` is named where it does not read.
///
/// # Errors
/// Bytes that this program did not write, or an older one wrote otherwise.
pub fn read(bytes: &[u8], place: &str) -> Result<Publishable, Error> {
    let failed = |what: String| Error::state(place, what, "Run the same night again with --full.");
    let read: Read = serde_json::from_slice(bytes).map_err(|e| failed(format!("cannot be read: {e}")))?;
    if read.kind != KIND {
        return Err(failed(format!("is `{}`, not `{KIND}`", read.kind)));
    }
    Ok(Publishable {
        as_of: read.as_of,
        facts: read.facts,
        cells: read.cells,
        series: read.series,
        prompts: read.prompts,
        submissions: read.submissions,
        calendar: read.calendar,
        grains: read.grains,
        gone: read.gone,
    })
}

/// Every number to nine significant digits, a whole one without a point.
fn round(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(round),
        Value::Object(fields) => fields.values_mut().for_each(round),
        Value::Number(number) if number.is_f64() => {
            let text = number.as_f64().map(number_text).unwrap_or_default();
            if let Ok(rounded) = text.parse() {
                *number = rounded;
            }
        }
        _ => {}
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Withheld => serializer.serialize_str("[c]"),
            Self::Nothing(status) => serializer.serialize_str(status.as_str()),
        }
    }
}

impl<'de> Deserialize<'de> for Shown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Kept {
            Number(f64),
            Word(String),
        }
        match Kept::deserialize(deserializer)? {
            Kept::Number(number) => Ok(Self::Number(number)),
            Kept::Word(word) if word == "[c]" => Ok(Self::Withheld),
            Kept::Word(word) => Status::parse(&word)
                .map(Self::Nothing)
                .ok_or_else(|| D::Error::custom(format!("`{word}` is no kind of nothing"))),
        }
    }
}

/// A point as a row: period, numerator, denominator, value, its interval and the interval's method, mean, limits, variation.
#[derive(Serialize, Deserialize)]
pub(super) struct PointRow(
    Period,
    Shown,
    Shown,
    Shown,
    Shown,
    Shown,
    #[serde(deserialize_with = "interval_method")] Word,
    Shown,
    Shown,
    Shown,
    Option<Variation>,
);

impl From<ShownPoint> for PointRow {
    fn from(p: ShownPoint) -> Self {
        let ShownPoint { period, numerator, denominator, value, lower, upper, interval_method, .. } = p;
        let ends = (p.mean, p.lower_limit, p.upper_limit);
        Self(period, numerator, denominator, value, lower, upper, interval_method, ends.0, ends.1, ends.2, p.variation)
    }
}

impl From<PointRow> for ShownPoint {
    fn from(row: PointRow) -> Self {
        Self {
            period: row.0,
            numerator: row.1,
            denominator: row.2,
            value: row.3,
            lower: row.4,
            upper: row.5,
            interval_method: row.6,
            mean: row.7,
            lower_limit: row.8,
            upper_limit: row.9,
            variation: row.10,
        }
    }
}

fn interval_method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
    known(deserializer, &["", "wilson", "exact", "byar"])
}

/// The words of `target_status`.
pub(super) fn target_status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
    known(deserializer, &["", "met", "near", "missed", "[c]"])
}

fn known<'de, D: Deserializer<'de>>(deserializer: D, words: &[Word]) -> Result<Word, D::Error> {
    let word = String::deserialize(deserializer)?;
    let found = words.iter().find(|w| **w == word);
    found.copied().ok_or_else(|| D::Error::custom(format!("`{word}` is none of {words:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_number_and_nothing_comes_back() {
        let kinds = [Shown::Number(0.25), Shown::Number(0.0), Shown::Withheld, Shown::of(None)]
            .into_iter()
            .chain(Status::ALL.map(Shown::Nothing));
        for shown in kinds {
            let text = serde_json::to_string(&shown).unwrap();
            assert_eq!(serde_json::from_str::<Shown>(&text).unwrap(), shown, "{text}");
        }
        assert!(serde_json::from_str::<Shown>("\"about four\"").is_err());
    }

    #[test]
    fn numbers_have_nine_digits() {
        let mut value = serde_json::json!({"a": [0.1 + 0.2, 1.0, -0.0, 2.0 / 3.0, 7]});
        round(&mut value);
        assert_eq!(value.to_string(), "{\"a\":[0.3,1,0,0.666666667,7]}");
    }

    #[test]
    fn what_another_wrote_is_refused() {
        let text = br#"{"kind":"exact","as_of":"2015-01-31","facts":{"run":"","previous_run":null,"version":"","attribution":[]},
            "cells":[],"series":[],"prompts":[],"submissions":[],"calendar":[],"grains":[],"gone":[]}"#;
        let error = read(text, "shown.json").unwrap_err().to_string();
        assert!(error.contains("`exact`"), "{error}");
    }
}
