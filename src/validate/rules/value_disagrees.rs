//! V020 A value that its own numerator and denominator do not give
//!
//! # What it checks
//! Where value, numerator and denominator are all sent, the value is their quotient (per the multiplier for a rate),
//! within the rounding in which it was sent; a count sent twice is the same twice.
//!
//! # Why it matters
//! One of the three is wrong, and only the sender knows which.
//!
//! # Example
//! 0.85 beside 9 of 12, which is 0.75.
//!
//! # What to do
//! Correct the one that is wrong, or leave the value out: it is calculated from the others.

use crate::model::draft::DraftCell;
use crate::model::raw::RawValue;
use crate::model::{Finding, Severity};
use crate::spec::reference::Unit;
use crate::validate::facts::{Facts, rounded};
use crate::validate::rule::Rule;

/// The rule V020.
pub struct ValueDisagrees;

impl Rule for ValueDisagrees {
    fn code(&self) -> &'static str {
        "V020"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("value_disagrees.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row, indicator) in facts.measured() {
            let number = |column| row.figure(column);
            let (Some(value), Some(numerator)) = (number("value"), number("numerator")) else { continue };
            let quotient = || number("denominator").filter(|d| *d > 0.0).map(|d| numerator / d);
            let expected = match indicator.unit {
                Unit::Count => Some(numerator),
                Unit::Proportion => quotient(),
                Unit::Rate => quotient().map(|q| q * indicator.multiplier),
                Unit::Mean | Unit::Value => None,
            };
            let cap = if indicator.unit == Unit::Proportion { 0.005 } else { f64::INFINITY };
            let rounding = facts.cell(i, "value").map_or(0.0, half_last_place).min(cap);
            if let Some(expected) = expected.filter(|e| (e - value).abs() > rounding * 1.001 + 1e-9 * e.abs()) {
                let message = format!("The value is {}, and its parts give {}.", rounded(value), rounded(expected));
                found.push(facts.finding(self, i, "value", message, "Correct what is wrong, or leave the value out."));
            }
        }
        found
    }
}

/// Half a unit of the last place in which a value was sent.
fn half_last_place(cell: &DraftCell) -> f64 {
    let text = match &cell.value {
        Some(RawValue::Number(n)) => format!("{n}"),
        _ => cell.sent().trim().to_owned(),
    };
    let figure = text.trim_end_matches('%').trim_end();
    let decimals = figure.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let scale = if figure.len() < text.len() { 0.01 } else { cell.scale };
    0.5 * 10_f64.powi(-(decimals as i32)) * scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &ValueDisagrees,
            &[
                (performance(&["health,s47-on-time,corby,2014-03,,9,12,0.75"]), "exact"),
                (
                    performance(&[
                        "health,s47-on-time,corby,2014-03,,2,3,0.67",
                        "health,s47-on-time,corby,2014-03,,2,3,66.7%",
                    ]),
                    "rounded",
                ),
                (performance(&["health,s47-on-time,corby,2014-03,,199,200,1"]), "rounded to a whole, by half a point"),
                (performance(&["police,missing-episodes,corby,2014-03,,12,,12"]), "a count, twice"),
                (performance(&["health,referral-rate,corby,2014-03,,33,100,3300"]), "per 10,000"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &ValueDisagrees,
            &[
                (performance(&["health,s47-on-time,corby,2014-03,,9,12,0.85"]), &["H2"], "another quotient"),
                (performance(&["health,s47-on-time,corby,2014-03,,9,10,1"]), &["H2"], "ten points are no rounding"),
                (performance(&["police,missing-episodes,corby,2014-03,,12,,13"]), &["H2"], "a count and another"),
            ],
        );
    }
}
