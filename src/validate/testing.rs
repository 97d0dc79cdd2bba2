//! For the tests of rules: a small reference, and returns written as rows of text.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::draft::{Draft, DraftCell, Laid};
use crate::model::raw::{CellNote, CellPlace, RawValue};
use crate::model::{Finding, History, Table};
use crate::spec::Reference;
use crate::spec::reference::{
    Agency, Basis, Disclosure, Frequency, Indicator, Locality, Polarity, Theme, Topic, Unit, Validity,
};
use crate::validate::conform::{Known, conform};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;
use crate::validate::{Checked, Context, validate};

/// The day of the checks.
pub const AS_OF: &str = "2015-01-31";

/// A day.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A reference with an agency, a place and an indicator of each kind.
pub fn reference() -> Reference {
    let valid = |from: &str, to: &str| Validity { from: from.parse().ok(), to: to.parse().ok() };
    let agency =
        |id: &str, valid| Agency { agency: id.into(), name: id.into(), kind: id.into(), valid, extra: BTreeMap::new() };
    let locality = |id: &str, valid| Locality {
        locality: id.into(),
        name: id.into(),
        gss_code: String::new(),
        parent: String::new(),
        valid,
        extra: BTreeMap::new(),
    };
    let topic = |id: &str| Topic {
        id: id.into(),
        name: id.into(),
        theme: "missing".into(),
        parent: String::new(),
        extra: BTreeMap::new(),
    };
    let theme =
        |id: &str| Theme { theme: id.into(), name: id.into(), description: String::new(), extra: BTreeMap::new() };
    Reference {
        agencies: vec![
            agency("police", valid("2010-04-01", "")),
            agency("probation", valid("", "2014-05-31")),
            agency("health", valid("", "")),
        ],
        localities: vec![
            locality("corby", valid("1974-04-01", "2021-03-31")),
            locality("north", valid("2021-04-01", "")),
        ],
        themes: vec![theme("missing"), theme("neglect")],
        indicators: vec![
            indicator("missing-episodes", "police", Unit::Count, None, Some(100.0)),
            indicator("s47-on-time", "", Unit::Proportion, None, None),
            indicator("referral-rate", "", Unit::Rate, None, Some(500.0)),
            indicator("caseload", "", Unit::Mean, Some(1.0), Some(60.0)),
        ],
        standards: vec![topic("leadership")],
        audit_questions: vec![topic("voice")],
        death_categories: vec![topic("infection")],
        death_factors: vec![topic("smoking"), topic("housing")],
        ..Reference::default()
    }
}

fn indicator(id: &str, agency: &str, unit: Unit, minimum: Option<f64>, maximum: Option<f64>) -> Indicator {
    Indicator {
        indicator: id.into(),
        name: id.into(),
        theme: "missing".into(),
        agency: agency.into(),
        unit,
        numerator_label: String::new(),
        denominator_label: String::new(),
        multiplier: if unit == Unit::Rate { 10_000.0 } else { 1.0 },
        frequency: Frequency::Monthly,
        polarity: Polarity::Neutral,
        minimum,
        maximum,
        description: String::new(),
        basis: Basis::Flow,
        population_from: 0,
        population_to: 17,
        disclosure: Disclosure::Children,
        extra: BTreeMap::new(),
    }
}

/// A return on the sheet `Q1`: a header and its rows; an empty text is an empty cell. Headers that are no column of the
/// table are unknown columns.
pub fn laid(table: Table, header: &str, rows: &[&str]) -> Laid {
    let headers: Vec<&str> = header.split(',').map(str::trim).collect();
    let drafts = rows.iter().zip(2..).map(|(row, number)| draft(table, &headers, row, number));
    Laid { return_id: "plain".into(), drafts: drafts.collect(), ..Laid::default() }
}

fn draft(table: Table, headers: &[&str], row: &str, number: u32) -> Draft {
    let mut fields = vec![None; table.columns().len()];
    let mut extra = Vec::new();
    for ((text, header), column) in row.split(',').zip(headers).zip(1..) {
        let text = text.trim();
        match table.position(header) {
            Some(position) => fields[position] = Some(cell(text, header, CellPlace::new("Q1", number, column))),
            None if !text.is_empty() => extra.push(((*header).to_owned(), text.to_owned())),
            None => {}
        }
    }
    Draft { table, fields, extra, place: CellPlace::new("Q1", number, 0) }
}

/// A cell as a spreadsheet program would hold what was typed: numbers as numbers, all else as text.
pub fn cell(text: &str, header: &str, place: CellPlace) -> DraftCell {
    let value = match text.parse::<f64>() {
        _ if text.is_empty() => None,
        Ok(n) if n.is_finite() => Some(RawValue::Number(n)),
        _ => Some(RawValue::Text(text.into())),
    };
    DraftCell { value, as_sent: Some(text.into()), place, header: header.into(), note: CellNote::Plain, scale: 1.0 }
}

/// Every canonical column of performance.
pub const PERFORMANCE: &str = "agency,indicator,locality,period,breakdown,numerator,denominator,value";

/// A return of performance with all its columns.
pub fn performance(rows: &[&str]) -> Laid {
    laid(Table::Performance, PERFORMANCE, rows)
}

/// The whole check of a return.
pub fn checked(laid: Laid) -> Checked {
    let (reference, history) = (reference(), History::default());
    validate(laid, &Context { reference: &reference, as_of: day(AS_OF), history: &history })
}

/// What one rule finds in a return: the cells (the row where there is no cell), in its own order.
pub fn found(rule: &dyn Rule, laid: &Laid) -> Vec<String> {
    findings(rule, laid, &History::default()).iter().map(spot).collect()
}

/// Returns in which a rule finds nothing, each with the reason.
pub fn silent(rule: &dyn Rule, cases: &[(Laid, &str)]) {
    for (laid, why) in cases {
        assert!(found(rule, laid).is_empty(), "{why}");
    }
}

/// Returns in which a rule finds something: where, and why.
pub fn spotted(rule: &dyn Rule, cases: &[(Laid, &[&str], &str)]) {
    for (laid, spots, why) in cases {
        assert_eq!(found(rule, laid), *spots, "{why}");
    }
}

/// What one rule finds in a return, with a history.
pub fn findings(rule: &dyn Rule, laid: &Laid, history: &History) -> Vec<Finding> {
    findings_with(rule, laid, &reference(), history)
}

/// What one rule finds in a return, with another reference.
pub fn findings_by(rule: &dyn Rule, laid: &Laid, reference: &Reference) -> Vec<String> {
    findings_with(rule, laid, reference, &History::default()).iter().map(spot).collect()
}

fn findings_with(rule: &dyn Rule, laid: &Laid, reference: &Reference, history: &History) -> Vec<Finding> {
    let context = Context { reference, as_of: day(AS_OF), history };
    let known = Known::new(reference);
    let conformed = conform(laid, &known);
    rule.check(&Facts::new(laid, &conformed, &known, &context))
}

fn spot(finding: &Finding) -> String {
    match (finding.cell.as_str(), finding.row) {
        ("", Some(row)) => format!("{row}"),
        ("", None) => "file".to_owned(),
        (cell, _) => cell.to_owned(),
    }
}
