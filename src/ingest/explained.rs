//! What each code on a file and on its layout means, at length: the counterpart of the doc comment of a rule.

use super::{codes, layout_codes};
use crate::model::Severity::{self, Error, Note, Query};
use crate::model::rule_page::RulePage;

/// Code, weight, what it checks, why it matters, an example.
type Explained = (&'static str, Severity, &'static str, &'static str, &'static str);

/// Every code of [`codes`] and [`layout_codes`], in their order.
const EXPLAINED: &[Explained] = &[
    (
        codes::EMPTY,
        Error,
        "The file has at least one byte.",
        "An upload broke off, or the wrong file was chosen. An empty file is not a return that says nothing happened.",
        "A file of 0 bytes.",
    ),
    (
        codes::TOO_LARGE,
        Error,
        "The file is no larger than a return can be.",
        "A return of totals is a few hundred kilobytes. A large file holds pictures, or records of single children.",
        "A workbook of 300 megabytes.",
    ),
    (
        codes::BEYOND_LIMITS,
        Error,
        "The file can be read within the time and the memory that one file is given.",
        "One file must not hold up the returns of everybody else.",
        "A small workbook that keeps a program busy for minutes when it is opened.",
    ),
    (
        codes::DAMAGED,
        Error,
        "The content is whole, and does not contradict itself.",
        "Half a file must never count as a whole return: the missing half would look like nothing to report.",
        "A workbook whose upload stopped half way.",
    ),
    (
        codes::ENDING,
        Error,
        "The content is of the kind that the ending of the file's name says.",
        "One of the two is a mistake, and only the sender knows which.",
        "A workbook under the name `return.csv`; a web page under the name `return.xls`.",
    ),
    (
        codes::KIND,
        Error,
        "The content is a spreadsheet or separated text.",
        "Only these hold cells with addresses, so that each figure can be traced to where it was typed.",
        "A PDF, a picture, a Word document.",
    ),
    (
        codes::PASSWORD,
        Error,
        "The file opens without a password.",
        "Nothing in an encrypted file can be checked, and a password sent beside it protects nothing.",
        "A workbook that asks for a password when it is opened.",
    ),
    (
        codes::MACROS,
        Error,
        "The workbook holds no programs, and is not in the binary format.",
        "A return is data. Programs in it are never needed, and are the oldest way to attack whoever opens it.",
        "`return.xlsm`, or an .xlsx that holds macros all the same.",
    ),
    (
        codes::UNPACKS_TOO_LARGE,
        Error,
        "The workbook unpacks to no more than a return needs.",
        "A small file that unpacks to gigabytes is an attack or a mistake, and would stop the night's run.",
        "A workbook of 40 kilobytes with a sheet of 4 gigabytes.",
    ),
    (
        codes::ARCHIVE,
        Error,
        "Every entry of the workbook's archive is one that a spreadsheet program writes.",
        "Entries that lead out of the archive, links, and entries that overlap are ways of attacking whoever unpacks it.",
        "An entry with the name `../../start.bat`.",
    ),
    (
        codes::DOCTYPE,
        Error,
        "No part of the workbook declares a document type.",
        "Such a declaration can make a program open other files; no spreadsheet program writes one.",
        "A sheet that begins with `<!DOCTYPE`.",
    ),
    (
        codes::FAR_CELL,
        Error,
        "No value stands far away from the table.",
        "A stray value makes a sheet look as large as its distance, and nobody who looks at the table sees it.",
        "A full stop in cell XFD1048576.",
    ),
    (
        codes::TOO_MANY_CELLS,
        Error,
        "The file holds no more cells than a return of totals can have.",
        "So many cells look like records of single children, which the board must not be sent.",
        "A sheet of 90,000 rows and 40 columns.",
    ),
    (
        codes::CELL_TOO_LONG,
        Error,
        "No cell holds more text than a spreadsheet program allows.",
        "It is mostly a quotation mark that was never closed: everything after it would be one cell.",
        "A cell of 40,000 characters.",
    ),
    (
        codes::CELL_UNREADABLE,
        Error,
        "The file holds the content of every cell that it names.",
        "A value that is missing from the file must not pass as an empty cell.",
        "C17 refers to text number 99999 of a workbook that has 12 texts.",
    ),
    (
        codes::NOTHING_IN_IT,
        Error,
        "At least one cell of the file holds something.",
        "An empty return is not a return that says nothing happened.",
        "A workbook with three sheets and no value on any of them.",
    ),
    (
        codes::NUL,
        Error,
        "A text file holds no NUL byte.",
        "Text has none: the file is damaged, or is another kind of file.",
        "`pol`, a NUL byte, `ice` in line 2.",
    ),
    (
        codes::ENCODING,
        Error,
        "All of a text file is in one encoding.",
        "Read in the wrong one, names and notes come out garbled, and nobody notices until they are published.",
        "Lines 1 to 40 are UTF-8, and line 41, pasted from elsewhere, is not.",
    ),
    (
        codes::WINDOWS_1252,
        Note,
        "Whether a text file is UTF-8. One that is not is read as Windows-1252, the usual one of older programs.",
        "An accent or a pound sign might be another one in a rare encoding.",
        "A CSV file saved by an older version of Excel, with a pound sign in it.",
    ),
    (
        codes::OPEN_QUOTE,
        Error,
        "Every quotation mark of a text file is closed.",
        "Everything after an open one would be one cell, and the rows in it would be lost.",
        "`\"Corby,2014-03,12` in line 7, and no second quotation mark.",
    ),
    (
        codes::EMBEDDED,
        Error,
        "No document of another kind is put into a sheet of the workbook.",
        "A letter or a second workbook inside a workbook cannot be looked at for personal data, and travels with it unseen.",
        "A referral letter dropped onto a sheet, where it looks like an icon.",
    ),
    (
        codes::RECEIPT,
        Note,
        "Where a receipt lies beside the return, both are of the same file, the same rules and the same counts.",
        "Whoever checked a return before sending it believes that what arrived is what was checked.",
        "A return that was mended after its receipt was written.",
    ),
    (
        codes::FOREIGN,
        Error,
        "A file that an agency's user sends through the portal holds figures of that agency alone, or is a return that the \
         agency sends for others.",
        "Whoever signs in speaks for one agency. A later file replaces what an earlier one said, so that a slip would put \
         one agency's figures in the place of another's.",
        "A user of the police sends last year's workbook of the health trust.",
    ),
    (
        layout_codes::NO_TABLE,
        Error,
        "At least one sheet holds a table that the plain layout or one of the board's returns knows.",
        "Without its header row no figure has a meaning, and nothing of the file could be used.",
        "Figures without any header; a sheet of notes alone.",
    ),
    (
        layout_codes::UNKNOWN_COLUMN,
        Note,
        "Whether each column of the table is one that was asked for.",
        "What is in another column is kept, and no figure of it is used: the sender should know.",
        "A column `Checked by` at the right of the table.",
    ),
    (
        layout_codes::NEAR_HEADER,
        Error,
        "Whether a header almost spells a known one. It is an error where the column is needed, else a query.",
        "A guess might put figures into the wrong column, so the nearest header is named and never taken.",
        "`Numerater` where `Numerator` is known.",
    ),
    (
        layout_codes::COLUMN_MISSING,
        Error,
        "Every column and label without which the return cannot be read is there.",
        "Its rows would lack what they are about: the agency, the place, the period or the figure.",
        "A table of police figures without a column for the district.",
    ),
    (
        layout_codes::COLUMN_TWICE,
        Error,
        "No two columns of a table have the same header.",
        "We cannot know which of the two is meant.",
        "`Numerator` in column D and again in column G.",
    ),
    (
        layout_codes::TWO_RETURNS,
        Error,
        "The file fits one return of the board, and not two.",
        "The same figures mean different things in different returns.",
        "A sheet that has the headers of the monthly and of the quarterly return.",
    ),
    (
        layout_codes::SHEET_WITHOUT_TABLE,
        Note,
        "Which sheets hold no table.",
        "It is said so that nobody believes that such a sheet was read.",
        "A sheet `Notes` beside the sheet with the figures.",
    ),
    (
        layout_codes::HIDDEN,
        Note,
        "Which sheets and rows are hidden and hold something.",
        "They are read like all others, and may hold what was not meant to be sent.",
        "Rows 12 to 19 of last year, hidden and forgotten.",
    ),
    (
        layout_codes::TOTALS,
        Note,
        "Which rows are totals of the rows above them.",
        "Added to their parts they would count twice, so they are set aside.",
        "A row `County total` under the seven districts.",
    ),
    (
        layout_codes::NOTES,
        Note,
        "Which rows are notes, sources or footnotes, or give units and codes.",
        "They are set aside; a row of figures among them would be missing from the board's evidence.",
        "`Source: case system, 3 April` under the table.",
    ),
    (
        layout_codes::HEADER_AGAIN,
        Note,
        "Which rows repeat the header.",
        "They are no figures; the rows below them are read on.",
        "The header printed again at the top of a second page.",
    ),
    (
        layout_codes::FILTERED,
        Note,
        "Which rows the board's own description of the return leaves out.",
        "National rows among local ones would swamp the county's figures.",
        "A row for England in a published table.",
    ),
    (
        layout_codes::HEADINGS,
        Note,
        "Which rows are only a heading for those below.",
        "A heading carries no figure; a figure in such a row would be overlooked.",
        "A row `Early help` above its four indicators.",
    ),
    (
        layout_codes::COLUMNS_ASIDE,
        Note,
        "Which columns are set aside, and which periods have no figure yet.",
        "Totals of a year count their months twice, and an empty month is not a month of zeros.",
        "A column `Year to date` beside the months; columns for months to come.",
    ),
    (
        layout_codes::PERIOD_UNCLEAR,
        Error,
        "A period above the table or across its head can be read, and in one way only.",
        "A quarter of the financial year and of the calendar year are nine months apart.",
        "`Q1` with no year; `03/04/14` as the head of a column.",
    ),
    (
        layout_codes::UNKNOWN_ROW,
        Query,
        "The label of every row of figures is one that the return knows.",
        "The figures of an unknown row are not used, so the board would not see them.",
        "A row `Strategy meetings` that the return does not ask for.",
    ),
    (
        layout_codes::GIVEN_MISSING,
        Error,
        "What should stand above the table, or in the name of the sheet or of the file, stands there.",
        "Without the agency or the period above it, a table of figures belongs to nobody and to no month.",
        "The cell beside `Period:` is empty.",
    ),
    (
        layout_codes::FRACTIONS,
        Query,
        "Figures of a column that is per cent are not all between 0 and 1.",
        "They would come out a hundred times too small: 87% of visits on time would be read as less than 1%.",
        "0.87, 0.91 and 0.79 under the header `Per cent on time`.",
    ),
    (
        layout_codes::OTHER_YEARS,
        Note,
        "Whether the layout is that of the year which the return is about.",
        "The meaning of a column may have changed with the layout.",
        "Figures for 2014 on the template of 2012.",
    ),
    (
        layout_codes::PERIOD_IS_NUMBER,
        Error,
        "A period is not a plain number.",
        "It may be a date, counted in days from 1900 or from 1904, which are four years apart.",
        "40237 in the column for the period.",
    ),
    (
        layout_codes::OTHER_AGENCY,
        Query,
        "The agency that the return names is one that is expected to send it.",
        "A return under the wrong name makes one agency speak twice, and another fall silent.",
        "The hospital's return with `kgh` where only `ngh` is expected.",
    ),
    (
        layout_codes::FIGURE_TWICE,
        Error,
        "No two cells give the same figure.",
        "We cannot know which of the two is meant.",
        "March for Corby in column F and again in column H.",
    ),
    (
        layout_codes::NO_ROWS,
        Error,
        "A table with a header has at least one row.",
        "An empty table is not a table that says nothing happened.",
        "The template, sent back with its header alone.",
    ),
    (
        layout_codes::NEAR_ROW,
        Error,
        "Whether the label of a row almost spells a known one.",
        "A guess might give the figures to another indicator, so the nearest label is named and never taken.",
        "`Re-referals` where `Re-referrals` is known.",
    ),
    (
        layout_codes::COLUMNS_MOVED,
        Note,
        "Whether the columns stand in the order of the agency's last accepted return.",
        "Columns are read by their headers, but whoever copies figures by position copies the wrong one.",
        "Columns E and F changed places.",
    ),
    (
        layout_codes::COLUMN_NEW,
        Note,
        "Whether the last accepted return had the column.",
        "A column that appears may be a figure that nobody is told of, or one that was meant to replace another.",
        "A column `Of these, repeat` that was not there last month.",
    ),
    (
        layout_codes::COLUMN_GONE,
        Note,
        "Whether every column of the last accepted return is there.",
        "What a column told is not told any more, and a series ends without a word.",
        "The column `Denominator` is missing this month.",
    ),
    (
        layout_codes::HEADER_CHANGED,
        Note,
        "Whether a column has the header that it had last time.",
        "A new header often means a new definition, and figures before and after are then not comparable.",
        "`Referrals` is now `Referrals accepted`.",
    ),
    (
        layout_codes::SHEET_RENAMED,
        Note,
        "Whether a table stands on a sheet of the name that it had last time.",
        "Two sheets may have been exchanged.",
        "The sheet `Q1` is now `Sheet1`.",
    ),
    (
        layout_codes::FORM_CHANGED,
        Query,
        "Whether the numbers of a column come in the form of last time: as fractions, as percentages, with a sign.",
        "0.87 read as per cent is a hundred times too small.",
        "`Percentage` held 87 last month and holds 0.87 now.",
    ),
    (
        layout_codes::MEANING_CHANGED,
        Query,
        "Whether a header is taken for what it was taken for last time.",
        "One header then means two things in one series.",
        "`Total` was taken for the denominator and is now taken for the value.",
    ),
];

/// Where whole files and hand-made sheets are put to the reader, each with all the findings that it must get. A row of such
/// a table in which a code stands is a case that fails by it, and every other row is one that passes.
const CASES: [&str; 8] = [
    include_str!("layout/tests.rs"),
    include_str!("drift.rs"),
    include_str!("explained.rs"),
    include_str!("../../tests/suite/reading.rs"),
    include_str!("../../tests/suite/template.rs"),
    include_str!("../../tests/suite/personal.rs"),
    include_str!("../../tests/suite/answers.rs"),
    include_str!("../../tests/suite/desk.rs"),
];

/// The page of every code on a file and on its layout, in order. A code without its explanation has an empty page, which
/// `lscb rules --check` refuses.
pub fn pages() -> Vec<RulePage> {
    codes::CODES.iter().chain(layout_codes::CODES).map(|(code, title, fix)| page(code, title, fix)).collect()
}

fn page(code: &'static str, title: &'static str, fix: &'static str) -> RulePage {
    let explained = EXPLAINED.iter().find(|(c, ..)| *c == code);
    let text = |pick: fn(&Explained) -> &'static str| explained.map(pick).unwrap_or_default().to_owned();
    RulePage {
        code,
        title,
        severity: explained.map_or(Error, |(_, severity, ..)| *severity),
        what: text(|e| e.2),
        why: text(|e| e.3),
        example: text(|e| e.4),
        action: fix.to_owned(),
        is_tried: is_tried(code),
    }
}

/// Whether a test expects this code of a file or of a sheet: between quotation marks, alone or before its place.
fn is_tried(code: &str) -> bool {
    CASES.iter().any(|source| source.contains(&format!("\"{code}\"")) || source.contains(&format!("\"{code} ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Limits, read_here};

    /// Files of a few bytes: name, content, the codes that reading must give, and why.
    const FILES: &[(&str, &[u8], &[&str], &str)] = &[
        ("return.csv", b"agency,period\npolice,2014-03\n", &[], "a good one passes all of them"),
        ("return.csv", b"", &["F001"], "nothing"),
        ("return.csv", b"caf\xc3\xa9,a\nok,b\ncaf\xe9,c\n", &["F018"], "two encodings"),
        ("return.pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", &["F006"], "a PDF"),
        ("return.csv", b"agency,period\npol\0ice,2014-03\n", &["F017"], "a NUL byte"),
    ];

    #[test]
    fn small_files_get_exactly_their_codes() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes, expected, why) in FILES {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let read = read_here(&path, &Limits::default());
            let codes: Vec<&str> = read.findings.iter().map(|f| f.code.as_str()).collect();
            assert_eq!(codes, *expected, "{why}");
        }
    }

    #[test]
    fn every_code_is_explained_once_in_order_and_tried() {
        let pages = pages();
        let explained: Vec<&str> = EXPLAINED.iter().map(|(code, ..)| *code).collect();
        assert_eq!(explained, pages.iter().map(|p| p.code).collect::<Vec<_>>(), "registry and explanations differ");
        for page in &pages {
            assert!(page.is_tried, "{}: no test expects it", page.code);
            for (heading, text) in page.sections() {
                assert!(text.ends_with(['.', '`']), "{}: nothing is said under '{heading}'", page.code);
            }
        }
        assert!(!is_tried(&format!("F{}", 999)), "a code that nobody expects");
    }
}
