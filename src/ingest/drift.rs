//! What changed in the layout of a return since the last one that was accepted. Said before all other findings: a column
//! that moved or another unit explains a hundred faults of figures.

use crate::ingest::header::key;
use crate::ingest::layout::period::{Reading, find};
use crate::ingest::layout_codes as codes;
use crate::model::layout::{Form, Layout, LayoutColumn, TableLayout};
use crate::model::raw::{CellPlace, column_letters};
use crate::model::{Finding, Severity};
use crate::spec::return_spec::PeriodFormat;

/// A column of a table as it was and as it is.
type Pair<'a> = (&'a LayoutColumn, &'a LayoutColumn);

/// Numbers by which a fraction and a plain number are told apart from a column that only varies.
const PERCENT_RANGE: std::ops::RangeInclusive<f64> = 5.0..=100.0;

/// What changed between two layouts of one return.
pub fn drift(before: &Layout, now: &Layout) -> Vec<Finding> {
    let mut found = Vec::new();
    let stands = |t: &TableLayout, in_: &Layout| in_.tables.iter().any(|o| o.name == t.name && o.sheet == t.sheet);
    let mut gone: Vec<&TableLayout> = before.tables.iter().filter(|t| !stands(t, now)).collect();
    for table in &now.tables {
        if let Some(same) = before.tables.iter().find(|t| t.name == table.name && t.sheet == table.sheet) {
            compare(same, table, &mut found);
        } else if let Some(at) = gone.iter().position(|t| t.name == table.name) {
            let was = gone.remove(at);
            let both = |test: fn(&str) -> bool| test(&was.sheet) && test(&table.sheet);
            if both(|sheet| !sheet.is_empty()) && !both(is_dated) {
                let message = format!("The sheet `{}` of the last return is now `{}`.", was.sheet, table.sheet);
                found.push(codes::note_on(codes::SHEET_RENAMED, &table.sheet, message));
            }
            compare(was, table, &mut found);
        }
    }
    found
}

/// Whether a sheet is named after its period, and so is named anew with every return.
fn is_dated(sheet: &str) -> bool {
    !matches!(find(sheet, PeriodFormat::default()), Reading::None)
}

fn compare(before: &TableLayout, now: &TableLayout, found: &mut Vec<Finding>) {
    let (pairs, gone, new) = pair(before, now);
    moved(&pairs, now, found);
    for (was, is) in &pairs {
        if key(&was.header) != key(&is.header) {
            let message = format!("The column `{}` of the last return is now `{}`.", was.header, is.header);
            found.push(at(codes::HEADER_CHANGED, Severity::Note, message, now, is));
        }
        if !was.to.is_empty() && !is.to.is_empty() && was.to != is.to {
            let message =
                format!("`{}` was taken for {} last time, and is now taken for {}.", is.header, was.to, is.to);
            found.push(at(codes::MEANING_CHANGED, Severity::Query, message, now, is));
        }
        found.extend(form(was, is, now));
    }
    for column in new {
        let message = format!("The column `{}` is new since the last return.", column.header);
        found.push(at(codes::COLUMN_NEW, Severity::Note, message, now, column));
    }
    for column in gone {
        let message = format!("The column `{}` of the last return is not there.", column.header);
        let mut note = codes::note_on(codes::COLUMN_GONE, &now.sheet, message);
        note.column.clone_from(&column.header);
        found.push(note);
    }
}

/// Columns that belong together, by header and then by what they are taken for; those that are gone; those that are new.
/// What goes across belongs together where it is there both times, and is never gone or new.
fn pair<'a>(
    before: &'a TableLayout,
    now: &'a TableLayout,
) -> (Vec<Pair<'a>>, Vec<&'a LayoutColumn>, Vec<&'a LayoutColumn>) {
    let mut pairs: Vec<Pair<'a>> = Vec::new();
    let mut old: Vec<&LayoutColumn> = before.columns.iter().collect();
    let mut new: Vec<&LayoutColumn> = now.columns.iter().collect();
    let tests: [fn(&LayoutColumn, &LayoutColumn) -> bool; 3] = [
        |a, b| key(&a.header) == key(&b.header) && a.to == b.to && (a.column == 0) == (b.column == 0),
        |a, b| a.column > 0 && b.column > 0 && key(&a.header) == key(&b.header),
        |a, b| a.column > 0 && b.column > 0 && !a.to.is_empty() && a.to == b.to,
    ];
    for same in tests {
        new.retain(|is| match old.iter().position(|was| same(was, is)) {
            Some(at) => {
                pairs.push((old.remove(at), is));
                false
            }
            None => true,
        });
    }
    let own = |columns: Vec<&'a LayoutColumn>| columns.into_iter().filter(|c| c.column > 0).collect();
    pairs.sort_by_key(|(was, _)| was.column);
    (pairs, own(old), own(new))
}

/// Two columns that changed places are named as such; of others, the fewest whose move explains the new order.
fn moved(pairs: &[Pair<'_>], now: &TableLayout, found: &mut Vec<Finding>) {
    let own: Vec<&Pair<'_>> = pairs.iter().filter(|(was, _)| was.column > 0).collect();
    let mut sorted: Vec<u32> = own.iter().map(|(_, is)| is.column).collect();
    sorted.sort_unstable();
    let displaced: Vec<usize> = (0..own.len()).filter(|&i| own[i].1.column != sorted[i]).collect();
    if let [a, b] = displaced[..] {
        let ((_, first), (_, second)) = (own[b], own[a]);
        let message = format!(
            "Columns {} and {} changed places since the last return: now `{}` stands before `{}`.",
            column_letters(first.column),
            column_letters(second.column),
            first.header,
            second.header
        );
        found.push(at(codes::COLUMNS_MOVED, Severity::Note, message, now, first));
    } else if !displaced.is_empty() {
        let keeps = longest_rise(&own.iter().map(|(_, is)| is.column).collect::<Vec<_>>());
        let moved: Vec<&&Pair<'_>> = own.iter().filter(|(_, is)| !keeps.contains(&is.column)).collect();
        let words: Vec<String> = moved
            .iter()
            .map(|(was, is)| {
                format!("`{}` from {} to {}", is.header, column_letters(was.column), column_letters(is.column))
            })
            .collect();
        let message = format!("Columns moved since the last return: {}.", words.join(", "));
        found.push(at(codes::COLUMNS_MOVED, Severity::Note, message, now, moved[0].1));
    }
}

/// The longest subsequence that rises.
fn longest_rise(columns: &[u32]) -> Vec<u32> {
    let mut best: Vec<Vec<u32>> = Vec::new();
    for (i, &column) in columns.iter().enumerate() {
        let before = (0..i).filter(|&j| columns[j] < column).max_by_key(|&j| (best[j].len(), std::cmp::Reverse(j)));
        let mut chain = before.map(|j| best[j].clone()).unwrap_or_default();
        chain.push(column);
        best.push(chain);
    }
    best.into_iter().rev().max_by_key(Vec::len).unwrap_or_default()
}

/// Another form of the numbers. With or without its sign per cent is per cent: that is only noted.
fn form(was: &LayoutColumn, is: &LayoutColumn, now: &TableLayout) -> Option<Finding> {
    let (before, after) = (was.form?, is.form?);
    let shares = [Form::PercentSign, Form::Percentage];
    let severity = match (before, after) {
        (a, b) if a == b => return None,
        (a, b) if shares.contains(&a) && shares.contains(&b) => Severity::Note,
        // Plain numbers may be anything: only what looks like per cent beside proportions tells of another unit.
        (Form::Number, Form::Fraction) if !PERCENT_RANGE.contains(&was.largest?) => return None,
        (Form::Fraction, Form::Number) if !PERCENT_RANGE.contains(&is.largest?) => return None,
        (Form::Number, Form::Percentage) | (Form::Percentage, Form::Number) => return None,
        _ => Severity::Query,
    };
    let name = if is.header.is_empty() { "The figures".to_owned() } else { format!("`{}`", is.header) };
    let message = format!("{name} held {} in the last return, and now {}.", before.words(), after.words());
    Some(at(codes::FORM_CHANGED, severity, message, now, is))
}

fn at(code: &'static str, severity: Severity, message: String, table: &TableLayout, column: &LayoutColumn) -> Finding {
    let place = CellPlace::new(table.sheet.clone(), table.last_row, column.column);
    let mut finding = codes::finding(code, severity, message).at(&place).under(&column.header);
    if column.column == 0 {
        finding.cell.clear();
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(sheet: &str, columns: &[(&str, &str, Option<Form>)]) -> Layout {
        let columns = columns.iter().zip(1..).map(|((header, to, form), column)| LayoutColumn {
            column,
            header: (*header).to_owned(),
            to: (*to).to_owned(),
            form: *form,
            largest: form.map(|f| if f == Form::Fraction { 0.9 } else { 87.0 }),
        });
        let table = TableLayout {
            name: "t".into(),
            sheet: sheet.into(),
            first_row: 3,
            last_row: 3,
            columns: columns.collect(),
        };
        Layout { agency: "police".into(), return_id: "r".into(), tables: vec![table] }
    }

    fn told(before: &Layout, now: &Layout) -> Vec<String> {
        drift(before, now).iter().map(|f| format!("{} {} {}", f.code, f.cell, f.message)).collect()
    }

    const NONE: Option<Form> = None;

    #[test]
    fn what_changed_is_named_and_nothing_else() {
        let before = layout("Q1", &[("A", "a", NONE), ("B", "b", NONE), ("C", "c", NONE), ("D", "", NONE)]);
        for (now, expected, why) in [
            (before.clone(), vec![], "the same layout"),
            (
                layout("Q1", &[("B", "b", NONE), ("A", "a", NONE), ("C", "c", NONE), ("D", "", NONE)]),
                vec!["L030 A3 Columns A and B changed places since the last return: now `B` stands before `A`."],
                "two changed places",
            ),
            (
                layout("Q1", &[("B", "b", NONE), ("C", "c", NONE), ("D", "", NONE), ("A", "a", NONE)]),
                vec!["L030 D3 Columns moved since the last return: `A` from A to D."],
                "one went to the end: it moved, not the three before it",
            ),
            (
                layout("Q1", &[("N", "", NONE), ("A", "a", NONE), ("B", "b", NONE), ("C", "c", NONE), ("D", "", NONE)]),
                vec!["L031 A3 The column `N` is new since the last return."],
                "a column put in moves the others, and only it is told",
            ),
            (
                layout("Q1", &[("A", "a", NONE), ("Bee", "b", NONE), ("C", "c", NONE)]),
                vec![
                    "L033 B3 The column `B` of the last return is now `Bee`.",
                    "L032  The column `D` of the last return is not there.",
                ],
                "another header for the same meaning, and one left out",
            ),
            (
                layout("Q1", &[("A", "a", NONE), ("B", "x", NONE), ("C", "c", NONE), ("D", "d", NONE)]),
                vec!["L036 B3 `B` was taken for b last time, and is now taken for x."],
                "one header, another meaning; what was unknown and is known now lost nothing",
            ),
            (
                layout("Sheet1", &[("A", "a", NONE), ("B", "b", NONE), ("C", "c", NONE), ("D", "", NONE)]),
                vec!["L034  The sheet `Q1` of the last return is now `Sheet1`."],
                "another sheet",
            ),
        ] {
            assert_eq!(told(&before, &now), expected, "{why}");
        }
    }

    #[test]
    fn a_sheet_named_after_its_month_is_not_renamed() {
        let month = |name| layout(name, &[("A", "a", NONE)]);
        assert!(told(&month("March 2014"), &month("April 2014")).is_empty());
    }

    #[test]
    fn another_form_of_numbers_is_a_query_where_the_meaning_may_have_changed() {
        let with = |form, largest| {
            let mut layout = layout("Q1", &[("Percentage", "value", Some(form))]);
            layout.tables[0].columns[0].largest = Some(largest);
            layout
        };
        for (before, now, severity, why) in [
            (
                with(Form::Percentage, 87.0),
                with(Form::Fraction, 0.9),
                Some(Severity::Query),
                "per cent, then fractions",
            ),
            (with(Form::Number, 87.0), with(Form::Fraction, 0.9), Some(Severity::Query), "what looks like per cent"),
            (with(Form::Number, 2_000.0), with(Form::Fraction, 0.9), None, "a rate that varies"),
            (with(Form::PercentSign, 87.0), with(Form::Percentage, 87.0), Some(Severity::Note), "the sign alone"),
            (with(Form::Fraction, 0.9), with(Form::Fraction, 0.2), None, "the same form"),
        ] {
            let found = drift(&before, &now);
            assert_eq!(found.first().map(|f| f.severity), severity, "{why}");
            assert!(found.iter().all(|f| f.code == "L035"), "{why}");
        }
        let said = &drift(&with(Form::Percentage, 87.0), &with(Form::Fraction, 0.9))[0].message;
        assert_eq!(
            said,
            "`Percentage` held percentages without a sign in the last return, and now proportions between 0 and 1."
        );
    }
}
