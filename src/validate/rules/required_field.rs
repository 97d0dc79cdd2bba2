//! V008 A required field is empty
//!
//! # What it checks
//! The columns that say what a row is about are filled: who, what, where and when, or the reference of the audit,
//! review or action.
//!
//! # Why it matters
//! A figure without a place or a period can be put nowhere, and a case without a reference cannot be corrected later.
//!
//! # Example
//! A row of performance with an indicator and no locality.
//!
//! # What to do
//! Fill the cell. A breakdown may stay empty (the total), an audited case too; an audit needs a theme or a question.

use crate::model::Table;
use crate::model::row::Value;
use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V008.
pub struct RequiredField;

impl Rule for RequiredField {
    fn code(&self) -> &'static str {
        "V008"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("required_field.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row) in facts.rows.iter().enumerate() {
            let empty = |column| *row.get(column) == Value::Empty && !facts.is_blocked(i, column);
            for column in required(row.table).iter().filter(|column| empty(column)) {
                let message = format!("`{column}` is empty, and a row of {} needs it.", row.table.as_str());
                found.push(facts.finding(self, i, column, message, "Fill the cell, or delete the row."));
            }
            if row.table == Table::Audits && empty("theme") && empty("question") {
                let message = "Neither theme nor question is given.";
                found.push(facts.finding(self, i, "theme", message, "Give the theme, or the question, which has one."));
            }
        }
        found
    }
}

fn required(table: Table) -> &'static [&'static str] {
    match table {
        Table::Performance => &["agency", "indicator", "locality", "period"],
        Table::Section11 => &["agency", "standard", "period"],
        Table::Audits => &["audit", "agency"],
        Table::ChildDeaths | Table::CaseReviews => &["review"],
        Table::Intelligence => &["agency", "locality", "theme", "period", "kind"],
        Table::Actions => &["action"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &RequiredField,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,12,,"]), "the breakdown is empty: the total"),
                (performance(&["police,missing-episodes,corby,2014-03,,,,"]), "no figure is another matter"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &RequiredField,
            &[
                (performance(&[",missing-episodes,corby,2014-03,,12,,"]), &["A2"], "whose figure is it"),
                (performance(&["police,missing-episodes,,,,12,,"]), &["C2", "D2"], "where and when"),
                (
                    performance(&["polise,missing-episodes,,2014-03,,12,,"]),
                    &["C2"],
                    "an unknown agency is told once, elsewhere",
                ),
            ],
        );
    }

    #[test]
    fn an_audit_needs_a_theme_or_a_question() {
        let laid = laid(Table::Audits, "audit,agency,theme,case,question", &["a1,police,missing,,", "a1,police,,c1,"]);
        assert_eq!(found(&RequiredField, &laid), ["C3"]);
    }
}
