//! Findings put in order for their reader: what would repeat personal data withheld, the worst first, then by place, and
//! long runs of the same kept to twenty and a count.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::draft::Laid;
use crate::model::{Finding, Severity};
use crate::validate::conform::FAULTS_MOST;

/// How many findings of one code in one column are told one by one.
const TOLD: usize = 20;

/// Orders and groups the findings of a return.
pub fn gather(findings: Vec<Finding>, laid: &Laid) -> Vec<Finding> {
    grouped(ordered(findings, laid))
}

/// Orders the findings of a return, and keeps every one.
pub fn ordered(findings: Vec<Finding>, laid: &Laid) -> Vec<Finding> {
    let sheets = sheet_order(laid);
    let mut findings = withheld(once(told_by_layout(findings)));
    findings.sort_by_cached_key(|f| {
        let sheet = sheets.get(f.sheet.as_str()).copied().unwrap_or(usize::MAX);
        let letters = f.cell.trim_end_matches(|c: char| c.is_ascii_digit());
        let quarantine = f.severity == Severity::Error && f.code.starts_with('P');
        let place = (sheet, f.sheet.clone(), f.row, letters.len(), letters.to_owned(), f.column.clone());
        (f.severity, !quarantine, f.row.is_some(), place, f.code.clone())
    });
    findings.dedup();
    findings
}

fn sheet_order(laid: &Laid) -> HashMap<&str, usize> {
    let mut order = HashMap::new();
    let mut above = None;
    for draft in &laid.drafts {
        if above.replace(&draft.place.sheet).is_some_and(|above| above.is_same(&draft.place.sheet)) {
            continue;
        }
        let next = order.len();
        order.entry(draft.place.sheet.as_str()).or_insert(next);
    }
    order
}

/// Where the layout already says what is wrong with a cell, no rule says it again in other words.
fn told_by_layout(findings: Vec<Finding>) -> Vec<Finding> {
    let key = |f: &Finding| (f.sheet.clone(), f.row, f.cell.clone(), f.column.clone());
    let layout =
        findings.iter().filter(|f| f.code.starts_with('L') && f.severity == Severity::Error && f.row.is_some());
    let told: HashSet<_> = layout.map(key).collect();
    findings.into_iter().filter(|f| !f.code.starts_with('V') || !told.contains(&key(f))).collect()
}

/// Personal data of a cell once, though the gate may have looked twice: at the file as read and at its rows, where of an
/// unknown column only the row is known.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let key = |f: &Finding, column: &str, cell: &str| {
        (f.code.clone(), f.sheet.clone(), f.row, column.to_owned(), cell.to_owned())
    };
    let is_personal = |f: &Finding| f.code.starts_with('P') && f.row.is_some();
    let celled = findings.iter().filter(|f| is_personal(f) && !f.cell.is_empty());
    let columns: HashSet<_> = celled.map(|f| key(f, &f.column, "")).collect();
    let mut seen = HashSet::new();
    let mut first = |f: &Finding| match f.cell.as_str() {
        _ if !is_personal(f) => true,
        "" => !columns.contains(&key(f, &f.column, "")) && seen.insert(key(f, &f.column, "")),
        cell => seen.insert(key(f, "", cell)),
    };
    findings.into_iter().filter(|f| first(f)).collect()
}

/// In a column that holds personal data nothing but that is told: other messages might repeat a value.
fn withheld(findings: Vec<Finding>) -> Vec<Finding> {
    let is_personal = |f: &Finding| f.code.starts_with('P') && f.severity == Severity::Error;
    let key = |f: &Finding| (f.sheet.clone(), f.column.clone());
    let columns: HashSet<_> = findings.iter().filter(|f| is_personal(f)).map(key).collect();
    findings.into_iter().filter(|f| f.code.starts_with('P') || !columns.contains(&key(f))).collect()
}

/// The first twenty of a code in a column, and one finding that counts the rest and names where they lie.
pub fn grouped(findings: Vec<Finding>) -> Vec<Finding> {
    let key = |f: &Finding| (f.code.clone(), f.severity, f.sheet.clone(), f.column.clone());
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    findings.iter().filter(|f| f.row.is_some()).for_each(|f| *counts.entry(key(f)).or_default() += 1);
    counts.retain(|_, count| *count > TOLD);
    let mut told: Vec<Finding> = Vec::new();
    let mut rests: BTreeMap<_, (usize, Finding, usize)> = BTreeMap::new();
    let mut seen: BTreeMap<_, usize> = BTreeMap::new();
    for finding in findings {
        let key = key(&finding);
        if finding.row.is_none() || !counts.contains_key(&key) {
            told.push(finding);
            continue;
        }
        let nth = seen.entry(key.clone()).or_default();
        *nth += 1;
        if *nth <= TOLD {
            told.push(finding);
            continue;
        }
        // The rest stands where its first stood: the place of the count is told.len() at that moment.
        let rest = rests.entry(key).or_insert_with(|| (told.len(), rest_of(&finding), 0));
        rest.2 += 1;
        extend(&mut rest.1, &finding);
    }
    let mut rests: Vec<_> = rests.into_values().collect();
    rests.sort_by_key(|(at, ..)| *at);
    for (at, mut rest, count) in rests.into_iter().rev() {
        let range = std::mem::take(&mut rest.message);
        let least = if count + TOLD >= FAULTS_MOST { "At least " } else { "" };
        rest.message = format!("{least}{count} more cells with the same finding, {range}.");
        told.insert(at, rest);
    }
    told
}

/// A finding that will count others; its message holds the range until then.
fn rest_of(first: &Finding) -> Finding {
    Finding { message: range(first, first), ..first.clone() }
}

fn extend(rest: &mut Finding, last: &Finding) {
    rest.message = range(rest, last);
}

fn range(first: &Finding, last: &Finding) -> String {
    match (first.cell.as_str(), first.row, last.row) {
        ("", Some(from), Some(to)) => format!("rows {from} to {to}"),
        (from, ..) => format!("{from}:{}", last.cell),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::CellPlace;

    fn at(code: &str, severity: Severity, row: u32, column: u32) -> Finding {
        Finding::file(code, severity, "m", "f").at(&CellPlace::new("S", row, column)).under("h")
    }

    fn shape(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(|f| format!("{}{}", f.code, f.cell)).collect()
    }

    #[test]
    fn the_worst_first_then_by_place() {
        let findings = vec![
            at("V001", Severity::Note, 2, 1),
            at("V002", Severity::Error, 10, 27),
            at("V002", Severity::Error, 10, 3),
            at("V003", Severity::Error, 9, 3),
            at("V004", Severity::Query, 1, 1),
            Finding::file("C001", Severity::Query, "m", "f"),
        ];
        let gathered = gather(findings, &Laid::default());
        assert_eq!(shape(&gathered), ["V003C9", "V002C10", "V002AA10", "C001", "V004A1", "V001A2"]);
    }

    #[test]
    fn more_than_twenty_of_a_kind_are_counted() {
        let many = |n: u32| (2..2 + n).map(|row| at("V001", Severity::Error, row, 6)).collect::<Vec<_>>();
        assert_eq!(gather(many(20), &Laid::default()).len(), 20, "twenty are told");
        let gathered = gather(many(57), &Laid::default());
        assert_eq!(gathered.len(), 21);
        assert_eq!(gathered[20].message, "37 more cells with the same finding, F22:F58.");
        assert_eq!((gathered[20].cell.as_str(), gathered[20].column.as_str()), ("F22", "h"));
    }

    #[test]
    fn what_the_layout_says_of_a_cell_is_enough() {
        let findings = vec![
            at("L020", Severity::Error, 2, 4),
            at("V002", Severity::Error, 2, 4),
            at("V002", Severity::Error, 3, 4),
        ];
        assert_eq!(shape(&gather(findings, &Laid::default())), ["L020D2", "V002D3"]);
        let noted = vec![at("L008", Severity::Note, 2, 4), at("V002", Severity::Error, 2, 4)];
        assert_eq!(gather(noted, &Laid::default()).len(), 2, "a note is no verdict on the cell");
    }

    #[test]
    fn what_the_gate_saw_twice_is_told_once() {
        let whole_row = Finding { cell: String::new(), ..at("P001", Severity::Error, 2, 1) };
        let twice =
            vec![at("P001", Severity::Error, 2, 1), whole_row.clone(), at("P001", Severity::Error, 2, 1).under("H")];
        assert_eq!(shape(&gather(twice, &Laid::default())), ["P001A2"]);
        assert_eq!(gather(vec![whole_row.clone(), whole_row], &Laid::default()).len(), 1, "a file without cells");
    }

    #[test]
    fn a_column_of_personal_data_says_nothing_else() {
        let findings = vec![at("P001", Severity::Error, 2, 1), at("V001", Severity::Error, 3, 1)];
        assert_eq!(shape(&gather(findings, &Laid::default())), ["P001A2"]);
        let warned = vec![at("P001", Severity::Query, 2, 1), at("V001", Severity::Error, 3, 1)];
        assert_eq!(shape(&gather(warned, &Laid::default())), ["V001A3", "P001A2"], "a warning withholds nothing");
    }
}
