//! Findings of one cause brought together: a fault that runs down a column is one thing to mend, and is told once.

use std::collections::BTreeMap;

use crate::model::{Finding, Severity};

/// How many runs of cells are named before the rest is counted.
const RUNS: usize = 12;

/// Findings of one code in one column of one sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Letter and three digits.
    pub code: String,
    /// Error, query or note.
    pub severity: Severity,
    /// Sheet name; empty for CSV and for the file as a whole.
    pub sheet: String,
    /// The header as written; empty where none applies.
    pub column: String,
    /// How many cells, or rows, or 1 for the file as a whole.
    pub count: usize,
    /// Where, such as `C5:C17, C20` or `lines 3, 5 to 9`; empty for the file or the sheet as a whole.
    pub places: String,
    /// What was found, each wording once, those of the most cells first.
    pub causes: Vec<Cause>,
    /// Positions of its findings in the list that was grouped.
    pub members: Vec<usize>,
}

/// One wording of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// What was found and what was expected.
    pub message: String,
    /// What to do.
    pub fix: String,
    /// How many cells.
    pub count: usize,
    /// Where.
    pub places: String,
    /// Positions of its findings in the list that was grouped.
    pub members: Vec<usize>,
}

impl Group {
    /// What to do, where all its causes agree; else that of the first.
    pub fn fix(&self) -> &str {
        self.causes.first().map_or("", |c| &c.fix)
    }

    /// Where, as its reader would say it: `Q3!C5:C17, C20 (grade)`.
    pub fn place(&self) -> String {
        let mut place = match (self.sheet.as_str(), self.places.as_str()) {
            ("", places) => places.to_owned(),
            (sheet, "") => sheet.to_owned(),
            (sheet, places) => format!("{sheet}!{places}"),
        };
        if !self.column.is_empty() {
            place += &format!(" ({})", self.column);
        }
        place.trim_start().to_owned()
    }
}

/// Groups findings; the worst first, then in the order in which each group is first met.
pub fn groups(findings: &[Finding]) -> Vec<Group> {
    let mut order: Vec<Vec<usize>> = Vec::new();
    let mut known: BTreeMap<(&str, Severity, &str, &str, bool), usize> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        // What concerns a sheet as a whole is no cell of a column.
        let key = (
            finding.code.as_str(),
            finding.severity,
            finding.sheet.as_str(),
            finding.column.as_str(),
            finding.row.is_some(),
        );
        let group = *known.entry(key).or_insert_with(|| {
            order.push(Vec::new());
            order.len() - 1
        });
        order[group].push(at);
    }
    let mut groups: Vec<Group> = order.into_iter().map(|members| group(findings, members)).collect();
    // What changed since the last return leads, for it may explain all that follows: the findings come in that order.
    let leading = findings.iter().take_while(|f| f.code.starts_with("L03")).count();
    let is_leading = |g: &Group| findings[..leading].iter().any(|f| f.code == g.code);
    groups.sort_by_key(|g| (!is_leading(g), g.severity, !(g.severity == Severity::Error && g.code.starts_with('P'))));
    groups
}

fn group(findings: &[Finding], members: Vec<usize>) -> Group {
    let mut causes: Vec<Cause> = Vec::new();
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for &at in &members {
        let finding = &findings[at];
        let cause = *known.entry((&finding.message, &finding.fix)).or_insert_with(|| {
            causes.push(Cause {
                message: finding.message.clone(),
                fix: finding.fix.clone(),
                count: 0,
                places: String::new(),
                members: Vec::new(),
            });
            causes.len() - 1
        });
        causes[cause].members.push(at);
    }
    for cause in &mut causes {
        cause.count = cause.members.len();
        cause.places = places(&cause.members.iter().map(|&at| &findings[at]).collect::<Vec<_>>());
    }
    // Sorting is stable: of two as frequent, the one that is met first stands first.
    causes.sort_by_key(|c| std::cmp::Reverse(c.count));
    let first = &findings[members[0]];
    Group {
        code: first.code.clone(),
        severity: first.severity,
        sheet: first.sheet.clone(),
        column: first.column.clone(),
        count: members.len(),
        places: places(&members.iter().map(|&at| &findings[at]).collect::<Vec<_>>()),
        causes,
        members,
    }
}

/// The cells of findings in runs: `C5:C17, C20`; of rows `rows 5 to 17, 20`, of a file without sheets `lines 5 to 17, 20`.
fn places(findings: &[&Finding]) -> String {
    let mut columns: BTreeMap<(usize, &str), Vec<u32>> = BTreeMap::new();
    for finding in findings {
        let letters = finding.cell.trim_end_matches(|c: char| c.is_ascii_digit());
        if let Some(row) = finding.row {
            columns.entry((letters.len(), letters)).or_default().push(row);
        }
    }
    let mut told = Vec::new();
    let (mut shown, mut cells, mut all) = (0, 0, 0);
    for ((_, letters), rows) in columns {
        let runs = runs(rows);
        all += runs.iter().map(|(from, to)| to - from + 1).sum::<u32>();
        let fitting: Vec<(u32, u32)> = runs.into_iter().take(RUNS - shown).collect();
        shown += fitting.len();
        cells += fitting.iter().map(|(from, to)| to - from + 1).sum::<u32>();
        if fitting.is_empty() {
            continue;
        }
        let is_one = matches!(fitting[..], [(from, to)] if from == to);
        let list: Vec<String> = fitting
            .into_iter()
            .map(|(from, to)| match (letters, from == to) {
                (_, true) => format!("{letters}{from}"),
                ("", false) => format!("{from} to {to}"),
                (_, false) => format!("{letters}{from}:{letters}{to}"),
            })
            .collect();
        let noun = match (letters, findings[0].sheet.is_empty(), is_one) {
            ("", true, true) => "line ",
            ("", true, false) => "lines ",
            ("", false, true) => "row ",
            ("", false, false) => "rows ",
            _ => "",
        };
        told.push(format!("{noun}{}", list.join(", ")));
    }
    let more = if all > cells { format!(" and {} more", all - cells) } else { String::new() };
    told.join(", ") + &more
}

/// Rows as runs of neighbours, in order.
pub fn runs(mut rows: Vec<u32>) -> Vec<(u32, u32)> {
    rows.sort_unstable();
    rows.dedup();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match runs.last_mut() {
            Some(run) if run.1 + 1 == row => run.1 = row,
            _ => runs.push((row, row)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::CellPlace;

    fn at(code: &str, severity: Severity, sheet: &str, row: u32, column: u32, message: &str) -> Finding {
        Finding::file(code, severity, message, "f").at(&CellPlace::new(sheet, row, column)).under("h")
    }

    fn told(findings: &[Finding]) -> Vec<String> {
        groups(findings).iter().map(|g| format!("{} {} x{}", g.code, g.place(), g.count)).collect()
    }

    #[test]
    fn one_cause_in_many_cells_is_one_group() {
        let mut findings: Vec<Finding> = (5..=17).map(|row| at("V004", Severity::Error, "Q3", row, 3, "m")).collect();
        findings.push(at("V004", Severity::Error, "Q3", 20, 3, "m"));
        assert_eq!(told(&findings), ["V004 Q3!C5:C17, C20 (h) x14"]);
        let (other_sheet, csv) =
            (at("V004", Severity::Error, "Q4", 5, 3, "m"), at("V004", Severity::Error, "", 5, 3, "m"));
        findings.extend([other_sheet, csv]);
        assert_eq!(told(&findings)[1..], ["V004 Q4!C5 (h) x1", "V004 line 5 (h) x1"]);
    }

    #[test]
    fn the_worst_stands_first_and_personal_data_before_all() {
        let findings = [
            at("V030", Severity::Note, "S", 2, 1, "m"),
            at("V001", Severity::Error, "S", 3, 1, "m"),
            at("P001", Severity::Error, "S", 9, 1, "m"),
            at("C001", Severity::Query, "S", 1, 1, "m"),
        ];
        let codes: Vec<String> = groups(&findings).into_iter().map(|g| g.code).collect();
        assert_eq!(codes, ["P001", "V001", "C001", "V030"]);
    }

    #[test]
    fn wordings_of_a_group_are_told_once_each_the_most_frequent_first() {
        let findings = [
            at("V004", Severity::Error, "", 2, 1, "amber"),
            at("V004", Severity::Error, "", 3, 1, "green"),
            at("V004", Severity::Error, "", 5, 1, "green"),
            at("V004", Severity::Error, "", 4, 1, "green"),
        ];
        let group = &groups(&findings)[0];
        let causes: Vec<(&str, &str)> = group.causes.iter().map(|c| (c.message.as_str(), c.places.as_str())).collect();
        assert_eq!(causes, [("green", "lines 3 to 5"), ("amber", "line 2")]);
        assert_eq!((group.places.as_str(), group.members.len()), ("lines 2 to 5", 4));
    }

    #[test]
    fn wholes_have_no_place_and_many_runs_are_counted() {
        let whole = Finding::file("F001", Severity::Error, "m", "f");
        let mut sheet = Finding::file("L007", Severity::Note, "m", "f");
        sheet.sheet = "Notes".to_owned();
        assert_eq!(told(&[whole, sheet]), ["F001  x1", "L007 Notes x1"]);
        let scattered: Vec<Finding> = (1..=20).map(|i| at("V001", Severity::Error, "S", i * 2, 1, "m")).collect();
        assert!(groups(&scattered)[0].places.ends_with("A24 and 8 more"), "{}", groups(&scattered)[0].places);
        let wide: Vec<Finding> = [27, 3].iter().map(|c| at("V001", Severity::Error, "S", 2, *c, "m")).collect();
        assert_eq!(groups(&wide)[0].places, "C2, AA2", "columns stand in the sheet's order");
    }
}
