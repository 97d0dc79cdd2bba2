//! V031 Unknown columns of a table about children are not kept
//!
//! # What it checks
//! Tables whose rows are about single children keep only the columns of the data contract. Told once a column.
//!
//! # Why it matters
//! What nobody asked for is the likeliest place of something that identifies a child.
//!
//! # Example
//! A column `school` beside a child's death.
//!
//! # What to do
//! Nothing; next time leave the column out.

use crate::model::{Finding, Severity};
use crate::validate::facts::{Facts, finding_at, once_a_column};
use crate::validate::rule::Rule;

/// The rule V031.
pub struct UnknownColumnOfChildren;

impl Rule for UnknownColumnOfChildren {
    fn code(&self) -> &'static str {
        "V031"
    }

    fn severity(&self) -> Severity {
        Severity::Note
    }

    fn source(&self) -> &'static str {
        include_str!("unknown_column_of_children.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, _) in facts.rows.iter().enumerate().filter(|(_, row)| row.table.about_children()) {
            for (header, _) in &facts.draft(i).extra {
                let message = "The column is none of the data contract's, and its text is not kept: the rows are about single children.";
                let place = &facts.draft(i).place;
                found.push(finding_at(
                    self,
                    self.severity(),
                    place,
                    header,
                    message,
                    "Nothing; next time leave it out.",
                ));
            }
        }
        once_a_column(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::Table;

    #[test]
    fn passes() {
        let laid = laid(
            Table::Performance,
            "agency,indicator,locality,period,note",
            &["police,missing-episodes,corby,2014-03,n"],
        );
        assert!(found(&UnknownColumnOfChildren, &laid).is_empty(), "of other tables the text is kept");
    }

    #[test]
    fn fails() {
        let laid = laid(Table::ChildDeaths, "review,school,ward", &["r1,a,b", "r2,a,b"]);
        assert_eq!(found(&UnknownColumnOfChildren, &laid), ["2", "2"], "once a column");
    }
}
