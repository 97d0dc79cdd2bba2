//! Whole files through the child process, as the batch and the portal read them.
//!
//! What each file of `bad-returns` must get is told by its `cases.json`; here the half that reading is answerable for is
//! checked. Where a case passes at reading, a later rule has to refuse it, and what that rule needs to see is checked.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use lscb::ingest::{self, Limits, Read};
use lscb::model::Error;
use lscb::model::raw::{CellNote, RawCell, RawSheet, RawValue};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn read_within(path: &Path, limits: &Limits) -> Result<Read, Error> {
    ingest::set_reader(env!("CARGO_BIN_EXE_lscb"));
    ingest::read(path, limits)
}

fn read(path: &Path) -> Read {
    read_within(path, &Limits::default()).unwrap()
}

/// Findings as `code place`, the place being a cell or a line.
fn findings(read: &Read) -> Vec<String> {
    let place = |f: &lscb::model::Finding| match (&f.cell, f.row) {
        (cell, _) if !cell.is_empty() => cell.clone(),
        (_, Some(line)) => format!("line {line}"),
        _ => String::new(),
    };
    read.findings.iter().map(|f| format!("{} {}", f.code, place(f)).trim().to_owned()).collect()
}

/// A cell for comparison: `text`, `12`, `@2014-03-01`, `!#N/A`, `TRUE`, with `=` for a formula, `=?` for one without a
/// value and `=[]` for one on another workbook.
fn shown(cell: &RawCell) -> String {
    let value = match &cell.value {
        RawValue::Text(text) => text.to_string(),
        RawValue::Number(number) => number.to_string(),
        RawValue::Date(date) => format!("@{date}"),
        RawValue::Bool(truth) => truth.to_string().to_uppercase(),
        RawValue::Error(error) => format!("!{error}"),
    };
    match cell.note {
        CellNote::Plain => value,
        CellNote::Formula => format!("={value}"),
        CellNote::ExternalFormula => format!("=[]{value}"),
        CellNote::FormulaWithoutValue => format!("=?{value}"),
    }
}

/// One line a row: its number, `h` where it is hidden, and its cells by their letter.
fn table(sheet: &RawSheet) -> Vec<String> {
    let row = |row: &lscb::model::raw::RawRow| {
        let cells: Vec<String> =
            row.cells.iter().map(|c| format!("{} {}", lscb::model::raw::column_letters(c.column), shown(c))).collect();
        format!("{}{}: {}", row.row, if row.hidden { "h" } else { "" }, cells.join(" | "))
    };
    sheet.rows.iter().map(row).collect()
}

fn sheet<'a>(read: &'a Read, name: &str) -> &'a RawSheet {
    read.raw.as_ref().unwrap().sheets.iter().find(|s| s.name == name).unwrap()
}

/// File, findings at reading, words that their messages must have, and why.
type Case = (&'static str, &'static [&'static str], &'static str, &'static str);

const BAD_RETURNS: &[Case] = &[
    ("ok.xlsx", &[], "", "control"),
    ("ok.csv", &[], "", "control"),
    ("far_cell_XFD1048576.xlsx", &["F012 XFD1048576"], "end in row 2 and column H", "a stray value"),
    ("dim_row0.xlsx", &[], "", "the dimension is wrong and is ignored"),
    ("sst_index_oob.xlsx", &["F015 C2"], "entry 99999", "a text that does not exist"),
    ("xxe_file.xlsx", &["F011"], "document type declaration", "nothing is opened"),
    ("deep_nesting_50k.xlsx", &["F016"], "No table was found", "and no stack overflow"),
    ("path_traversal_entry.xlsx", &["F010"], "leads out of the archive", "nothing is written"),
    ("truncated_half.xlsx", &["F004"], "breaks off", "half a file"),
    ("xlsx_named.csv", &["F005"], "an Excel workbook (.xlsx), but the file's name ends in .csv", "both named"),
    ("csv_named.xlsx", &["F005"], "text (.csv), but the file's name ends in .xlsx", "both named"),
    ("html_named.xls", &["F005"], "a web page, but the file's name ends in .xls", "both named"),
    ("formula_no_cache.xlsx", &[], "", "for a rule, by the note on the cell"),
    ("formula_external.xlsx", &[], "", "a note on the cell"),
    ("values_nan_inf_1e309.xlsx", &[], "", "for a rule, which sees the text"),
    ("date1904.xlsx", &[], "", "for a rule, which knows the epoch"),
    ("homoglyph_header.xlsx", &[], "", "for the layout"),
    ("cp1252_pound.csv", &["F019 line 2"], "Windows-1252", "reported"),
    ("nul_bytes.csv", &["F017 line 2"], "Line 2", "a NUL"),
    ("semicolon.csv", &[], "", "another separator"),
    ("cr_only.csv", &[], "", "another line end"),
    ("formula_injection.csv", &[], "", "text is text"),
    ("negative.csv", &[], "", "for a rule"),
    ("marker.csv", &[], "", "for a rule"),
    ("unknown_agency.csv", &[], "", "for a rule"),
];

#[test]
fn bad_returns_get_what_they_must() {
    for (file, expected, says, why) in BAD_RETURNS {
        let read = read(&data("bad-returns").join(file));
        assert_eq!(findings(&read), *expected, "{file}: {why}");
        assert!(read.findings.iter().all(|f| f.message.contains(says) && f.fix.ends_with('.')), "{file}: {why}");
        assert_eq!(read.sha256.len(), 64, "{file}");
    }
}

/// The cases are the outside truth: each is tried here, and none that must be taken is refused by reading.
#[test]
fn every_case_is_tried_and_none_refused_that_must_be_taken() {
    let cases = std::fs::read_to_string(data("bad-returns/cases.json")).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_str(&cases).unwrap();
    for case in cases {
        let (file, verdict) = (case["file"].as_str().unwrap(), case["verdict"].as_str().unwrap());
        if file == "bomb_512MB_sheet.xlsx" {
            continue; // made in a test of its own
        }
        assert!(BAD_RETURNS.iter().any(|(tried, ..)| *tried == file), "{file} is not tried");
        let found = lscb::model::Verdict::of(&read(&data("bad-returns").join(file)).findings);
        assert!(verdict == "rejected" || found.as_str() == verdict, "{file} must be {verdict}");
    }
}

#[test]
fn what_later_rules_need_is_there() {
    let bad = |name: &str| read(&data("bad-returns").join(name));
    for (file, row, why) in [
        (
            "formula_no_cache.xlsx",
            "2: A police | B missing-episodes | C corby | D 2014-03 | F =?",
            "never 0 or missing",
        ),
        ("formula_external.xlsx", "2: A police | B missing-episodes | C corby | D 2014-03 | F =[]4", "the saved value"),
        ("values_nan_inf_1e309.xlsx", "4: A police | B missing-episodes | C corby | D 2014-03 | F 1e309", "as written"),
        ("date1904.xlsx", "2: A police | B missing-episodes | C corby | D 40237 | F 12", "a number, not a date"),
    ] {
        let read = bad(file);
        assert!(table(sheet(&read, "performance")).contains(&row.to_owned()), "{file}: {why}");
    }
    assert!(bad("date1904.xlsx").raw.unwrap().epoch_1904);
    let plain = table(sheet(&bad("ok.csv"), ""));
    assert_eq!(table(sheet(&bad("cr_only.csv"), "")), plain, "the same rows on the same lines");
    let below: Vec<String> =
        plain.iter().zip(["2:", "3:"]).map(|(row, line)| row.replacen(&row[..2], line, 1)).collect();
    assert_eq!(table(sheet(&bad("semicolon.csv"), "")), below, "the same rows, one line below the stated separator");
    assert_eq!(table(sheet(&bad("cp1252_pound.csv"), ""))[1].split(" | ").last(), Some("I £5 – café"));
}

#[test]
fn workbooks_of_other_programs_are_read_as_their_programs_show_them() {
    let made = |name: &str| read(&data("ingest").join(name));
    let xlsx = made("shapes.xlsx");
    assert_eq!(
        table(sheet(&xlsx, "Q4")),
        [
            "1: A Return of the police, quarter 4",
            "3: A Place | C Episodes",
            "4: C missing | D absent",
            "6: A Corby | B @2014-03-01 | C 12 | D !#N/A",
            "7h: A   Kettering  | B @2014-03-01T10:30:00 | C 0.25",
            "8: A Daventry | C =?",
            "9: A Wellingborough | B 09:15:00 | C TRUE",
        ]
    );
    assert_eq!(sheet(&xlsx, "Q4").merges, [(1, 1, 1, 4), (3, 3, 3, 4)]);
    assert!(sheet(&xlsx, "Codes").hidden && !sheet(&xlsx, "Q4").hidden);

    let xls = made("shapes.xls");
    assert_eq!(
        table(sheet(&xls, "Q4")),
        [
            "1: A Return of the police, quarter 4",
            "3: A Place | B Month | C Missing | D Absent",
            "4: A Corby | B @2014-03-01 | C 12 | D 0.5",
            "5h: A Kettering | C TRUE",
        ]
    );
    assert_eq!(sheet(&xls, "Q4").merges, [(1, 1, 1, 4)]);
    assert!(sheet(&xls, "Codes").hidden);

    let ods = made("shapes.ods");
    assert_eq!(
        table(sheet(&ods, "Q4")),
        [
            "1: A Return of the police, quarter 4",
            "5: A Place | B Month | E Missing",
            "6: A Corby | B @2014-03-01 | E 12",
            "7h: A Kettering | E 0.25",
            "8: A same | B 7 | C 7",
            "9: A same | B 7 | C 7",
            "10: A =? | B =2 | C TRUE",
        ]
    );
    assert_eq!(sheet(&ods, "Q4").merges, [(1, 1, 1, 4)]);
    assert!(sheet(&ods, "Codes").hidden);

    let texts = made("texts.xlsx");
    let rows = [
        "1: A a & b <c>",
        "2: A plain bold",
        "3: A @2014-03-01",
        "4: A 40237",
        "5: A two\nlines _x000D_",
        "6: A a & b <c>",
    ];
    assert_eq!(table(sheet(&texts, "S")), rows, "shared and formatted texts, and the 1904 system");
    assert_eq!(table(sheet(&made("claims_many_texts.xlsx"), "S")), rows, "a false count of texts does no harm");
}

#[test]
fn odd_files_are_named_for_what_is_odd() {
    for (file, expected, rows, why) in [
        ("new_error_kind.xlsx", &[][..], "1: A first; 2: A !#SPILL!; 3: A 3", "newer than the library"),
        ("not_a_number.xlsx", &[], "1: A first; 2: A two; 3: A 3", "a rule will name it"),
        ("strange_element.xlsx", &["F015 A2"], "1: A first; 3: A 3", "no value, no formula"),
        ("hidden_digits.xlsx", &["F015 A2", "F015 A3"], "1: A first", "2 or 25? 3 or nothing?"),
        ("cell_twice.xlsx", &["F015 A2"], "1: A first; 2: A 2; 3: A 3", "which of the two?"),
        (
            "text_index_no_number.xlsx",
            &["F015 A2"],
            "1: A a & b <c>; 3: A @2014-03-01; 4: A 40237; 5: A two\nlines _x000D_; 6: A a & b <c>",
            "never the first text instead",
        ),
        ("row_beyond_sheet.xlsx", &["F004"], "", "no such row"),
        ("macros.xlsx", &["F008"], "", "by its declared type"),
        ("password.xlsx", &["F007"], "", "encrypted by Excel's method"),
        ("far_cell.xls", &["F012 IV65536"], "", "named before its range is asked for"),
        ("password.ods", &["F007"], "", "an encrypted part"),
        ("rows_repeated.ods", &["F013"], "", "a million rows of two hundred cells in one line"),
        ("cells_repeated.ods", &["F013"], "", "four million cells"),
    ] {
        let read = read(&data("ingest").join(file));
        assert_eq!(findings(&read), expected, "{file}: {why}");
        let found: Vec<String> = read.raw.iter().flat_map(|raw| table(&raw.sheets[0])).collect();
        assert_eq!(found.join("; "), rows, "{file}: {why}");
    }
}

#[test]
fn a_bomb_is_counted_while_it_unpacks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.xlsx");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let piece = vec![b' '; 1 << 20];
    for _ in 0..128 {
        archive.write_all(&piece).unwrap();
    }
    archive.finish().unwrap();
    assert_eq!(findings(&read(&path)), ["F009"]);
}

#[test]
fn a_reader_that_is_stopped_is_one_finding_and_no_more() {
    let path = data("bad-returns/ok.xlsx");
    for (limits, says, why) in [
        (Limits { wall_seconds: 0, ..Limits::default() }, "longer than 0 seconds", "by the clock"),
        (Limits { address_space: 1 << 20, ..Limits::default() }, "more than 1 MiB of memory", "by its memory"),
    ] {
        let read = read_within(&path, &limits).unwrap();
        assert_eq!(findings(&read), ["F003"], "{why}");
        assert!(read.findings[0].message.contains(says), "{why}: {}", read.findings[0].message);
        assert!(read.raw.is_none());
        assert_eq!(read.bytes, std::fs::metadata(&path).unwrap().len());
    }
}

#[test]
fn what_cannot_be_opened_is_an_error_and_no_finding() {
    for path in [data("bad-returns/none.xlsx"), data("bad-returns")] {
        assert!(matches!(read_within(&path, &Limits::default()), Err(Error::Io { .. })), "{}", path.display());
    }
}

#[test]
fn sizes_and_emptiness_are_said_plainly() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { file_bytes: 1000, cells: 3, field_bytes: 10, ..Limits::default() };
    for (content, expected, why) in [
        (&b""[..], "F001", "nothing"),
        (b"\xef\xbb\xbf \r\n", "F001", "a mark and a line end"),
        (&[b'a'; 1001], "F002", "a byte too many"),
        (b"a,b\n1,2\n", "F013", "a cell too many"),
        (b"a\n0123456789x\n", "F014 line 2", "a byte too many in a cell"),
        (b",,\n,,\n", "F016", "only separators"),
        (b"a,\"b\n1,2\n", "F020 line 1", "an open quotation mark"),
    ] {
        let path = folder.path().join("return.csv");
        std::fs::write(&path, content).unwrap();
        assert_eq!(findings(&read_within(&path, &limits).unwrap()), [expected], "{why}");
    }
}

/// Marsaglia's xorshift: any sequence will do so long as it is the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    /// Changes up to eight bytes, and now and then breaks the content off.
    fn change(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len());
            bytes[at] = if self.below(2) == 0 { b"<>\"'&=0A"[self.below(8)] } else { self.below(256) as u8 };
        }
        if self.below(10) == 0 {
            bytes.truncate(self.below(bytes.len()).max(1));
        }
    }
}

/// Random changes to good files: whatever happens in the child, the parent gets an answer.
#[test]
fn changed_bytes_never_reach_the_parent() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for name in ["ingest/shapes.xlsx", "ingest/shapes.xls", "ingest/shapes.ods", "bad-returns/cp1252_pound.csv"] {
        let good = std::fs::read(data(name)).unwrap();
        let path = folder.path().join(Path::new(name).file_name().unwrap());
        for round in 0..100 {
            let bytes = if good.starts_with(b"PK") && round % 4 != 0 {
                with_changed_parts(&good, &mut random)
            } else {
                let mut bytes = good.clone();
                random.change(&mut bytes);
                bytes
            };
            std::fs::write(&path, &bytes).unwrap();
            let read = read_within(&path, &Limits::default());
            assert!(read.is_ok_and(|r| r.raw.is_some() || !r.findings.is_empty()), "{name}, round {round}");
        }
    }
}

/// Changes inside the parts of an archive, packed anew so that the checksums are right and the readers get to see them.
fn with_changed_parts(good: &[u8], random: &mut Random) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(good)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut entry = from.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
        let is_table =
            ["sheet1.xml", "content.xml", "workbook.xml", "styles.xml"].iter().any(|part| name.ends_with(part));
        if is_table && !content.is_empty() && random.below(2) == 0 {
            random.change(&mut content);
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&content).unwrap();
    }
    to.finish().unwrap().into_inner()
}
