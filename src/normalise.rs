//! Accepted rows to rows of the lake: children's keys replaced by keyed hashes, texts trimmed, unknown columns joined, and
//! each row told which submission and file it came from. What a spreadsheet program would take for a formula is kept as it
//! was sent; it is made harmless where a file is written.

mod pseudonym;
mod unknown;

use crate::model::row::Value;
use crate::model::{ColumnKind, Row, Text};
use crate::spec::Reference;
use crate::validate::Accepted;

/// With what rows are normalised.
pub struct Normalise<'a> {
    /// The board's reference lists.
    pub reference: &'a Reference,
    /// The board's own key, which lies in its data folder and is no input of a run.
    pub key: &'a [u8],
    /// Id of the submission.
    pub submission: Text,
    /// Name of the file as it lay in the inbox.
    pub source_file: Text,
}

/// The rows of an accepted return, ready for the lake, in the order of the file.
pub fn normalise(accepted: Accepted, with: &Normalise<'_>) -> Vec<Row> {
    accepted.into_rows().map(|(row, extra)| row_of(row, &extra, with)).collect()
}

fn row_of(mut row: Row, extra: &[(String, String)], with: &Normalise<'_>) -> Row {
    for (column, value) in row.table.columns().iter().zip(&mut row.values) {
        match (column.kind, value) {
            (ColumnKind::HashedKey, Value::Text(text)) => {
                *text = pseudonym::of(with.key, row.table, column.name, text).into();
            }
            (_, Value::Text(text)) if text.trim().len() < text.len() => *text = text.trim().into(),
            _ => {}
        }
    }
    pseudonym::of_reference(with.key, &mut row);
    row.extra = if row.table.about_children() { String::new() } else { unknown::joined(extra) };
    row.provenance.submission = with.submission.clone();
    row.provenance.source_file = with.source_file.clone();
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Table;
    use crate::model::draft::Laid;
    use crate::validate::testing::{checked, laid, performance, reference};

    fn normalised(laid: Laid, key: &str) -> Vec<Row> {
        let (accepted, reference) = (checked(laid).accepted.expect("a good return"), reference());
        let with = Normalise {
            reference: &reference,
            key: key.as_bytes(),
            submission: "s1".into(),
            source_file: "q1.xlsx".into(),
        };
        normalise(accepted, &with)
    }

    #[test]
    fn a_row_knows_its_submission_file_sheet_and_row() {
        let rows = normalised(performance(&["police,missing-episodes,corby,2014-03,,12,,"]), "k");
        let from = &rows[0].provenance;
        assert_eq!((from.submission.as_str(), from.source_file.as_str()), ("s1", "q1.xlsx"));
        assert_eq!((from.source_sheet.as_str(), from.source_cell.as_str(), from.source_row), ("Q1", "", 2));
    }

    #[test]
    fn the_cell_of_a_figure_in_a_wide_layout_is_kept() {
        let mut wide = performance(&["police,missing-episodes,corby,2014-03,,12,,"]);
        wide.drafts[0].place.column = 6;
        assert_eq!(normalised(wide.clone(), "k")[0].provenance.source_cell, "F2");
        wide.drafts[0].place.sheet = Text::EMPTY;
        assert_eq!(normalised(wide, "k")[0].provenance.source_cell, "", "a CSV file has no cells");
    }

    #[test]
    fn unknown_columns_are_kept_and_those_of_children_are_not() {
        let header = "agency,indicator,locality,period,numerator,note,source";
        let rows =
            normalised(laid(Table::Performance, header, &["police,missing-episodes,corby,2014-03,1,=1+1,list"]), "k");
        assert_eq!(rows[0].extra, "note==1+1 | source=list", "as sent; made harmless where it is written");
        let rows = normalised(laid(Table::ChildDeaths, "review,notified_on,school", &["r1,2014-03-01,x"]), "k");
        assert_eq!(rows[0].extra, "");
    }

    #[test]
    fn a_childs_key_is_replaced_and_still_joins() {
        let deaths =
            |key| normalised(laid(Table::ChildDeaths, "review,notified_on", &["r1,2014-03-01", "r2,2014-03-01"]), key);
        let rows = deaths("k");
        let hash = rows[0].text("review");
        assert_eq!((hash.len(), hash == rows[1].text("review")), (32, false));
        assert_eq!(hash, deaths("k")[0].text("review"), "the same again");
        assert_ne!(hash, deaths("another")[0].text("review"), "another board's key, another hash");
        let actions = ["a1,child-death,r1", "a2,audit,r1"];
        let actions = normalised(laid(Table::Actions, "action,source,source_ref", &actions), "k");
        assert_eq!(
            (actions[0].text("source_ref"), actions[1].text("source_ref")),
            (hash, "r1"),
            "the reference follows"
        );
    }
}
