//! `lscb repro`: the smallest sheet that still shows a finding, with other values, so that a rule can be contested without
//! sending data.
//!
//! Rows, columns and cells that the finding does not need are taken away, then what is left is replaced by values of the
//! same form. After each step the door is asked whether it still finds the same; a step that changes the answer is taken
//! back, so that ids of the board's lists, headers and periods stay by themselves and everything else goes.

mod disguise;
mod shrink;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use super::check;
use super::configuration::Configuration;
use super::judge;
use crate::ingest::Read;
use crate::lake::write_atomically;
use crate::model::history::History;
use crate::model::raw::{CellPlace, FileKind, RawFile, RawValue};
use crate::model::{Error, Finding, Severity, Verdict};
use crate::report::annotate::values_only;

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reproduction {
    /// The finding as the door tells it of what was made.
    pub finding: Finding,
    /// Rows that are left.
    pub rows: usize,
    /// Cells that are left.
    pub cells: usize,
    /// Cells whose value is still the sender's: place and text.
    pub kept: Vec<(String, String)>,
}

/// Which finding.
pub struct Wanted<'a> {
    /// Its code.
    pub code: &'a str,
    /// Its cell, such as `Q3!C17`, `C17`, or the line of a CSV file; the first that is found unless told.
    pub cell: Option<&'a str>,
}

/// Makes the smallest file that shows a finding of `file`, and writes it to `output`.
///
/// # Errors
/// There is no such finding, it is one of those of which no example is made, or a file cannot be read or written.
pub fn repro(
    file: &Path,
    wanted: &Wanted<'_>,
    configuration: &Configuration,
    as_of: NaiveDate,
    output: &Path,
) -> Result<Reproduction, Error> {
    let refuse = |what: &str, advice: &str| Err(Error::configuration(file.display().to_string(), what, advice));
    if wanted.code.starts_with('P') {
        return refuse(
            "no example is made of personal data",
            "Tell the board which column it is; nobody needs to see what stands in it.",
        );
    }
    if matches!((file.canonicalize(), output.canonicalize()), (Ok(one), Ok(two)) if one == two) {
        return refuse("the example would stand in the place of the file itself", "Give it another name or folder.");
    }
    let looked = check::look(file, configuration, as_of, &History::default())?;
    if looked.judged.submission.verdict == Verdict::Quarantined {
        return refuse("the file holds personal data, and no copy of it is made", "Take out what is personal first.");
    }
    let Some(target) = looked.every.iter().find(|f| fits(f, wanted)) else {
        let mut codes: Vec<&str> = looked.every.iter().map(|f| f.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        let found = if codes.is_empty() { "nothing".to_owned() } else { codes.join(", ") };
        return refuse("has no such finding", &format!("Found in it: {found}."));
    };
    let Some(raw) = looked.raw.filter(|_| !wanted.code.starts_with('F')) else {
        return refuse(
            "the finding is about the file itself and not about its cells",
            "Tell the board the code and the program that wrote the file.",
        );
    };
    let name = output.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let door = Door { configuration, as_of, name, code: target.code.clone(), severity: target.severity };
    let mut column = target.column.clone();
    if door.finding(&raw, &column).is_none() {
        return refuse(
            "the finding is not shown under the name of the new file",
            &format!("Give it a name like that of the return, such as -o new/{}.", name_of(file)),
        );
    }
    let small = shrink::smallest(raw.clone(), |raw| door.finding(raw, &column).is_some());
    let disguised = disguise::disguised(small, &mut column, |raw, column| door.answer(raw, column));
    let finished = shrink::closed_up(disguised, |raw| door.finding(raw, &column).is_some());
    write(&finished, output)?;
    let shown = check::look(output, configuration, as_of, &History::default())?;
    let Some(finding) = shown.every.iter().find(|f| door.is_it(f, &column)).cloned() else {
        // What was written and shows nothing is of no use, and is not left behind.
        let _ = std::fs::remove_file(output);
        return refuse(
            "the finding hangs on something that a file of mere values cannot hold, such as a formula",
            "Tell the board the code and describe the cell.",
        );
    };
    Ok(Reproduction {
        finding,
        rows: finished.sheets.iter().map(|s| s.rows.len()).sum(),
        cells: finished.sheets.iter().flat_map(|s| &s.rows).map(|r| r.cells.len()).sum(),
        kept: kept(&finished, &raw),
    })
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn fits(finding: &Finding, wanted: &Wanted<'_>) -> bool {
    let Some(cell) = wanted.cell else { return finding.code == wanted.code };
    let row = finding.row.map(|r| r.to_string()).unwrap_or_default();
    let names = [format!("{}!{}", finding.sheet, finding.cell), finding.cell.clone(), row];
    finding.code == wanted.code && names.iter().any(|n| n == cell.trim())
}

/// The door, asked about sheets that are in no file.
struct Door<'a> {
    configuration: &'a Configuration,
    as_of: NaiveDate,
    name: String,
    code: String,
    severity: Severity,
}

impl Door<'_> {
    fn look(&self, raw: &RawFile) -> Vec<Finding> {
        let read = Read { raw: Some(raw.clone()), sha256: "0".repeat(64), ..Read::default() };
        let history = History::default();
        judge::look(read, &self.name, self.configuration, &history, self.as_of).every
    }

    fn is_it(&self, finding: &Finding, column: &str) -> bool {
        finding.code == self.code && finding.severity == self.severity && finding.column == column
    }

    fn finding(&self, raw: &RawFile, column: &str) -> Option<Finding> {
        self.look(raw).into_iter().find(|f| self.is_it(f, column))
    }

    /// Everything that is found, as codes with their number; nothing where the finding itself is not among it.
    fn answer(&self, raw: &RawFile, column: &str) -> Option<BTreeMap<String, usize>> {
        let every = self.look(raw);
        every.iter().find(|f| self.is_it(f, column))?;
        let mut codes = BTreeMap::new();
        every.into_iter().for_each(|f| *codes.entry(f.code).or_insert(0) += 1);
        Some(codes)
    }
}

/// Cells whose text stands in the sender's file too.
fn kept(finished: &RawFile, sent: &RawFile) -> Vec<(String, String)> {
    let theirs: std::collections::BTreeSet<String> =
        sent.sheets.iter().flat_map(|s| &s.rows).flat_map(|r| &r.cells).map(|c| c.value.display()).collect();
    let mut kept = Vec::new();
    for sheet in &finished.sheets {
        for row in &sheet.rows {
            for cell in row.cells.iter().filter(|c| theirs.contains(&c.value.display())) {
                let place = CellPlace::new(&sheet.name, row.row, cell.column);
                let sheet = if place.is_csv() { String::new() } else { format!("{}!", sheet.name) };
                kept.push((format!("{sheet}{}", place.a1()), cell.value.display()));
            }
        }
    }
    kept
}

/// Writes CSV where the name says so, else a workbook.
fn write(raw: &RawFile, output: &Path) -> Result<(), Error> {
    let is_csv = output.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    let bytes = if is_csv { csv(raw) } else { values_only(raw, &stem) };
    let bytes = bytes.ok_or_else(|| {
        let advice = "A file of several sheets is written as .xlsx.";
        Error::configuration(output.display().to_string(), "the example cannot be written in this form", advice)
    })?;
    write_atomically(output, |file| {
        std::io::Write::write_all(file, &bytes).map_err(|e| Error::io(output, "the example could not be written", e))
    })
}

/// The one sheet of a file as CSV, each row on its own line.
fn csv(raw: &RawFile) -> Option<Vec<u8>> {
    let [sheet] = &raw.sheets[..] else { return None };
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let width = sheet.rows.iter().filter_map(|r| r.cells.last()).map(|c| c.column).max().unwrap_or(1);
    for row in &sheet.rows {
        let text = |column: u32| match row.cell(column).map(|c| &c.value) {
            Some(RawValue::Text(text)) if raw.kind == FileKind::Csv => text.to_string(),
            Some(value) => value.display(),
            None => String::new(),
        };
        writer.write_record((1..=width).map(text)).ok()?;
    }
    writer.into_inner().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_named_by_its_cell_or_its_line() {
        let cell = Finding::file("V012", Severity::Error, "m", "f").at(&CellPlace::new("Q3", 17, 3));
        let line = Finding::file("V012", Severity::Error, "m", "f").at(&CellPlace::new("", 5, 3));
        for (finding, named, expected) in [
            (&cell, None, true),
            (&cell, Some("Q3!C17"), true),
            (&cell, Some("C17"), true),
            (&cell, Some("C18"), false),
            (&line, Some("5"), true),
        ] {
            assert_eq!(fits(finding, &Wanted { code: "V012", cell: named }), expected, "{named:?}");
        }
        assert!(!fits(&cell, &Wanted { code: "V013", cell: None }));
    }
}
