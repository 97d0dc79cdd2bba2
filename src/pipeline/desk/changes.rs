//! What a file changes in the figures that counted on the evening before it came: for its sender, who knows both.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::history::{History, figures, series_key};
use crate::model::series::Figure;
use crate::model::upload::{Change, Changes, Said};
use crate::model::{ColumnKind, Period, Row, Table};

/// How many are told one by one.
pub(super) const LISTED: usize = 200;

/// What rows change. Tables without periods are registers: they are counted by the run that takes them.
pub(super) fn against(rows: &[Row], history: &History) -> Changes {
    let mut changes = Changes::default();
    let mut told: BTreeSet<(Table, String, Period)> = BTreeSet::new();
    let mut asked: BTreeMap<(Table, &str, &str), BTreeSet<Period>> = BTreeMap::new();
    for row in rows {
        let Some(period) = row.period("period") else { continue };
        let (key, subject) = (series_key(row), row.text(subject_column(row.table)));
        let now = figures(row);
        match history.of(row).and_then(|past| past.get(&period)) {
            None => changes.added += 1,
            Some(then) if *then == now => changes.same += 1,
            Some(then) => {
                changes.changed += 1;
                for (column, from, to) in differing(row.table, then, &now) {
                    list(&mut changes, change(row.table, &key, period, column, from, Some(to)));
                }
            }
        }
        told.insert((row.table, key, period));
        asked.entry((row.table, row.text("agency"), subject)).or_default().insert(period);
    }
    for ((table, agency, subject), periods) in asked {
        for (key, past) in
            history.of_agency(table, agency).filter(|(key, _)| key.split('|').any(|part| part == subject))
        {
            for (period, then) in past.iter().filter(|(p, _)| periods.contains(p)) {
                if told.contains(&(table, key.to_owned(), *period)) {
                    continue;
                }
                changes.left_out += 1;
                let column = numbers(table).next().unwrap_or_default();
                let from = then.last().copied().unwrap_or(Figure::MISSING);
                list(&mut changes, change(table, key, *period, column, from, None));
            }
        }
    }
    changes
}

fn list(changes: &mut Changes, change: Change) {
    if changes.listed.len() < LISTED {
        changes.listed.push(change);
    }
}

/// The columns in which two figures of one place and period differ.
fn differing<'f>(
    table: Table,
    then: &'f [Figure],
    now: &'f [Figure],
) -> impl Iterator<Item = (&'static str, Figure, Figure)> + use<'f> {
    let pairs = numbers(table).zip(then.iter().zip(now));
    pairs.filter(|(_, (then, now))| then != now).map(|(column, (then, now))| (column, *then, *now))
}

fn numbers(table: Table) -> impl Iterator<Item = &'static str> {
    table.columns().iter().filter(|c| c.kind == ColumnKind::Number).map(|c| c.name)
}

/// What a row of a table is about.
pub(super) fn subject_column(table: Table) -> &'static str {
    match table {
        Table::Section11 => "standard",
        Table::Intelligence => "theme",
        _ => "indicator",
    }
}

fn change(table: Table, key: &str, period: Period, column: &str, from: Figure, to: Option<Figure>) -> Change {
    let names = table.columns().iter().filter(|c| c.key && c.kind != ColumnKind::Period).map(|c| c.name);
    let parts: BTreeMap<&str, &str> = names.zip(key.split('|')).collect();
    let part = |name: &str| parts.get(name).copied().unwrap_or_default().to_owned();
    let said = |figure: Figure| Said { value: figure.value, status: figure.status };
    Change {
        subject: part(subject_column(table)),
        locality: part("locality"),
        period,
        breakdown: if table == Table::Intelligence { part("kind") } else { part("breakdown") },
        column: column.to_owned(),
        from: said(from),
        to: to.map(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::number::Number;
    use crate::model::row::{Provenance, Value};

    fn row(agency: &str, locality: &str, period: &str, numerator: f64) -> Row {
        let mut row = Row::empty(Table::Performance, Provenance::default());
        for (column, id) in [("agency", agency), ("indicator", "missing"), ("locality", locality)] {
            row.set(column, Value::Text(id.into()));
        }
        row.set("period", Value::Period(Period::parse(period).unwrap()));
        row.set("numerator", Value::Number(Number::of(numerator)));
        row
    }

    #[test]
    fn added_changed_the_same_and_left_out_are_told_apart() {
        let before = [
            row("police", "ash", "2014-01", 3.0),
            row("police", "beech", "2014-01", 4.0),
            row("police", "cedar", "2014-01", 5.0),
            row("police", "ash", "2013-12", 2.0),
            row("care", "cedar", "2014-01", 9.0),
        ];
        let history = History::new(&before);
        let sent = [
            row("police", "ash", "2014-01", 3.0),
            row("police", "beech", "2014-01", 6.0),
            row("police", "elm", "2014-01", 1.0),
        ];
        let changes = against(&sent, &history);
        assert_eq!((changes.added, changes.changed, changes.same, changes.left_out), (1, 1, 1, 1));
        let told: Vec<String> = changes
            .listed
            .iter()
            .map(|c| {
                let to = c.to.map_or_else(|| "left out".to_owned(), |t| t.to_string());
                format!("{} {} {} {}: {} to {to}", c.subject, c.locality, c.period, c.column, c.from)
            })
            .collect();
        assert_eq!(told[0], "missing beech 2014-01 numerator: 4 to 6");
        assert!(told[1].starts_with("missing cedar 2014-01") && told[1].ends_with("to left out"), "{told:?}");
        assert_eq!(against(&sent, &History::default()).added, 3, "nothing was there before");
    }
}
