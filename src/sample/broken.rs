//! Returns with the mistakes that agencies make, each of which must be refused for the right reason.

use std::io::{Cursor, Read, Write};

use serde::Serialize;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipArchive, ZipWriter};

use super::book::{Cell, Sheet, xlsx};
use crate::model::Error;

/// A case of `cases.json`: the shape is that of the other cases that the reader is held to, with codes beside.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Case {
    /// Name of the file.
    pub file: &'static str,
    /// `rejected` or `quarantined`.
    pub verdict: &'static str,
    /// Codes of which at least one must be among the errors.
    pub codes: &'static [&'static str],
    /// What is wrong, in words.
    pub reason: &'static str,
    /// The longest that the verdict may take, in seconds.
    pub max_seconds: u32,
    /// The most memory that the verdict may take, in MiB.
    pub max_mib: u32,
}

/// A case with its bytes.
pub type Broken = (Case, Vec<u8>);

const fn case(file: &'static str, verdict: &'static str, codes: &'static [&'static str], reason: &'static str) -> Case {
    Case { file, verdict, codes, reason, max_seconds: 20, max_mib: 512 }
}

const FIGURES: &str = "agency,indicator,locality,period,breakdown,numerator,denominator,value";

/// All cases.
///
/// # Errors
/// A workbook cannot be built.
pub fn files() -> Result<Vec<Broken>, Error> {
    let mut files: Vec<Broken> = texts().into_iter().map(|(case, text)| (case, text.into_bytes())).collect();
    files.extend(workbooks()?);
    let whole = xlsx::bytes(&[figures(&[good()])], "SYNTHETIC")?;
    let half = whole[..whole.len() / 2].to_vec();
    files.push((case("cut-off.xlsx", "rejected", &["F004"], "the upload broke off half way"), half));
    let why = "a workbook whose ending was changed to csv by hand";
    files.push((case("workbook-renamed.csv", "rejected", &["F005"], why), whole));
    let why = "saved with a password: nothing in it can be read";
    files.push((case("with-password.xlsx", "rejected", &["F007"], why), compound("EncryptedPackage")));
    files.push((case("nothing.csv", "rejected", &["F001"], "an empty file"), Vec::new()));
    files.sort_by_key(|(case, _)| case.file);
    Ok(files)
}

fn figures_csv(rows: &[&str]) -> String {
    format!("SYNTHETIC: made up, with a mistake on purpose\n{FIGURES}\n{}\n", rows.join("\n"))
}

fn texts() -> Vec<(Case, String)> {
    let figures = figures_csv;
    vec![
        (
            case("no-header.csv", "rejected", &["L001"], "the header row was deleted"),
            "police,dv-notices-24h,corby,2014-03,,12,14,\npolice,dv-notices-24h,kettering,2014-03,,18,20,\n".to_owned(),
        ),
        (
            case("unknown-agency.csv", "rejected", &["V001"], "no agency of that name; police is meant"),
            figures(&["polise,dv-notices-24h,corby,2014-03,,12,14,"]),
        ),
        (
            case("unknown-place.csv", "rejected", &["V001"], "a place that is none of the board's"),
            figures(&["police,dv-notices-24h,rutland,2014-03,,12,14,"]),
        ),
        (
            case("unknown-indicator.csv", "rejected", &["V001"], "an indicator that the board does not keep"),
            figures(&["police,burglaries,corby,2014-03,,12,,"]),
        ),
        (
            case("row-twice.csv", "rejected", &["C001"], "two rows for one figure, and they differ"),
            figures(&["police,dv-notices-24h,corby,2014-03,,12,14,", "police,dv-notices-24h,corby,2014-03,,13,14,"]),
        ),
        (
            case("bare-quarter.csv", "rejected", &["V002"], "Q1 2014 may begin in January or in April"),
            figures(&["camhs,self-harm-followed-up-7d,corby,Q1 2014,,6,8,"]),
        ),
        (
            case("future-period.csv", "rejected", &["V016"], "figures for a month that has not begun"),
            figures(&["police,dv-notices-24h,corby,2016-06,,12,14,"]),
        ),
        (
            case("below-zero.csv", "rejected", &["V011"], "a count below zero"),
            figures(&["police,police-protection,corby,2014-03,,-3,,"]),
        ),
        (
            case(
                "nhs-numbers.csv",
                "quarantined",
                &["P001"],
                "a column of NHS numbers (invented ones, of the test range)",
            ),
            format!(
                "SYNTHETIC: made up, with a mistake on purpose\n{FIGURES},NHS number\n\
                 police,dv-notices-24h,corby,2014-03,,12,14,,9990000018\n\
                 police,dv-notices-24h,kettering,2014-03,,18,20,,9990000026\n"
            ),
        ),
        (
            case(
                "page-saved-as.xls",
                "rejected",
                &["F005", "F006"],
                "a web page that a system exports with the ending xls",
            ),
            "<html><body><table><tr><th>SYNTHETIC agency</th></tr><tr><td>police</td></tr></table></body></html>\n"
                .to_owned(),
        ),
        (
            case("old-grade.csv", "rejected", &["V004"], "the grade `adequate` is no longer one of the four"),
            "SYNTHETIC: made up, with a mistake on purpose\n\
             audit,audited_on,kind,agency,theme,locality,case,question,grade\n\
             MA1,2014-03-04,multi-agency,police,neglect,corby,C1,a11-neglect-tool,adequate\n"
                .to_owned(),
        ),
        (
            case("reviewed-before.csv", "rejected", &["C002"], "a death reviewed before it was notified"),
            "SYNTHETIC: made up, with a mistake on purpose\n\
             review,notified_on,locality,age_band,category,modifiable,factors,expected,reviewed_on\n\
             CD1,2014-06-03,corby,1-4,9,no,,no,2014-01-20\n"
                .to_owned(),
        ),
    ]
}

fn workbooks() -> Result<Vec<Broken>, Error> {
    let book = |case: Case, sheets: &[Sheet]| Ok((case, xlsx::bytes(sheets, "SYNTHETIC")?));
    let mut notes = Sheet::new("Contents");
    notes.title("SYNTHETIC: made up, with a mistake on purpose");
    notes.line("This workbook was sent without the sheet of figures.").line("Questions to the performance team.");
    let mut misspelt = figures(&[good()]);
    misspelt.rows[1][1] = Cell::head("indicater");
    let mut percent = good();
    (percent[5], percent[6], percent[7]) = (Cell::Empty, Cell::Number(14.0), Cell::Number(86.0));
    let mut above = good();
    above[5] = Cell::Number(19.0);
    let mut unsaved = good();
    unsaved[5] = Cell::Formula("=SUM(B20:B30)".to_owned(), None);
    let mut scores = Sheet::new("Section 11");
    scores.title("SYNTHETIC: made up, with a mistake on purpose");
    scores.push(["agency", "standard", "period", "self_score"].map(Cell::head).to_vec());
    scores.push(vec![Cell::text("police"), Cell::text("s5-1"), Cell::text("2013/14"), Cell::Number(5.0)]);
    let unsaved = without_results(&xlsx::bytes(&[figures(&[unsaved])], "SYNTHETIC")?)?;
    let why = "a formula whose result the program did not save";
    Ok(vec![
        (case("formula-unsaved.xlsx", "rejected", &["V006"], why), unsaved),
        book(case("wrong-sheet.xlsx", "rejected", &["L001"], "only the sheet of contents was sent"), &[notes])?,
        book(case("misspelt-header.xlsx", "rejected", &["L003", "L004"], "`indicater` for `indicator`"), &[misspelt])?,
        book(
            case("percentages.xlsx", "rejected", &["V013"], "86 where the fraction 0.86 is meant"),
            &[figures(&[percent])],
        )?,
        book(case("more-than-all.xlsx", "rejected", &["V012"], "19 of 14 notices sent in time"), &[figures(&[above])])?,
        book(case("score-of-five.xlsx", "rejected", &["V014"], "a score of 5 on a scale from 1 to 4"), &[scores])?,
    ])
}

/// The workbook without the saved results of its formulas, as a program writes it that does not calculate.
fn without_results(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let unwritten = |e: zip::result::ZipError| {
        Error::state("formula-unsaved.xlsx", format!("could not be written: {e}"), "Report this as a bug.")
    };
    let mut from = ZipArchive::new(Cursor::new(bytes)).map_err(unwritten)?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut entry = from.by_index(index).map_err(unwritten)?;
        let mut text = String::new();
        entry.read_to_string(&mut text).map_err(|e| unwritten(e.into()))?;
        while let Some(start) = text.find("</f><v>") {
            let end = text[start..].find("</v>").map_or(text.len(), |at| start + at + "</v>".len());
            text.replace_range(start..end, "</f>");
        }
        let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
        let name = entry.name().map_err(unwritten)?.into_owned();
        to.start_file(name, options).map_err(unwritten)?;
        to.write_all(text.as_bytes()).map_err(|e| unwritten(e.into()))?;
    }
    Ok(to.finish().map_err(unwritten)?.into_inner())
}

/// A row without a mistake.
fn good() -> Vec<Cell> {
    let texts = ["police", "dv-notices-24h", "corby", "2014-03", ""];
    let mut row: Vec<Cell> = texts.into_iter().map(Cell::text).collect();
    row.extend([Cell::Number(12.0), Cell::Number(14.0), Cell::Empty]);
    row
}

fn figures(rows: &[Vec<Cell>]) -> Sheet {
    let mut sheet = Sheet::new("Figures");
    sheet.title("SYNTHETIC: made up, with a mistake on purpose");
    sheet.push(FIGURES.split(',').map(Cell::head).collect());
    for row in rows {
        sheet.push(row.clone());
    }
    sheet
}

/// The smallest old-style container with one stream of a name, which is how a workbook with a password begins.
fn compound(stream: &str) -> Vec<u8> {
    const SECTOR: usize = 512;
    let mut bytes = vec![0u8; SECTOR * 3];
    bytes[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    put(24, &[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    // One sector of allocation table (0), one of the directory (1), no small streams.
    put(44, &1u32.to_le_bytes());
    put(48, &1u32.to_le_bytes());
    put(56, &4096u32.to_le_bytes());
    put(60, &0xffff_fffe_u32.to_le_bytes());
    put(68, &0xffff_fffe_u32.to_le_bytes());
    put(76, &[0; 4]);
    put(80, &[0xff; 432]);
    put(SECTOR, &0xffff_fffd_u32.to_le_bytes());
    put(SECTOR + 4, &0xffff_fffe_u32.to_le_bytes());
    put(SECTOR + 8, &[0xff; 504]);
    for (entry, (name, kind)) in [("Root Entry", 5u8), (stream, 2)].into_iter().enumerate() {
        let at = SECTOR * 2 + entry * 128;
        let utf16: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        put(at, &utf16);
        put(at + 64, &(utf16.len() as u16).to_le_bytes());
        put(at + 66, &[kind, 1]);
        put(at + 68, &[0xff; 12]);
        put(at + 116, &0xffff_fffe_u32.to_le_bytes());
    }
    put(SECTOR * 2 + 76, &1u32.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_and_every_case_says_why() {
        let files = files().unwrap();
        assert!(files.len() >= 20);
        for pair in files.windows(2) {
            assert!(pair[0].0.file < pair[1].0.file, "{} twice", pair[1].0.file);
        }
        for (case, bytes) in &files {
            assert!(!case.reason.is_empty() && !case.codes.is_empty());
            assert!(bytes.len() < 20_000, "{} is {} bytes", case.file, bytes.len());
        }
    }

    #[test]
    fn the_invented_nhs_numbers_have_right_check_digits() {
        // Weights 10 to 1; the sum must be a multiple of 11.
        for number in ["9990000018", "9990000026"] {
            let sum: u32 = number.bytes().zip((1..=10).rev()).map(|(b, w)| u32::from(b - b'0') * w).sum();
            assert_eq!(sum % 11, 0, "{number}");
        }
    }
}
