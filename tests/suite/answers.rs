//! Answers to the sender: the workbook that comes back, the page, the receipt, and the example of a finding.
//!
//! Workbooks are written by rust_xlsxwriter and read by calamine, neither of which knows how ours are changed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, DataValidation, Format, Formula, Note, Workbook,
};
use serde_json::Value;

use super::support::{Board, lscb, tree};

const LIST: &str = "What to mend";

fn verdict(board: &Board, file: &str) -> Value {
    let answer = board.lscb(&["validate", file, "--pipeline", "PIPELINE", "--format", "json"]);
    serde_json::from_str(&answer.out).unwrap_or_else(|e| panic!("{file}: {e}: {}", answer.err))
}

/// Findings as code, cell and message.
fn findings(verdict: &Value) -> BTreeSet<(String, String, String)> {
    let text = |f: &Value, key: &str| f[key].as_str().unwrap().to_owned();
    let all = verdict["findings"].as_array().unwrap().iter();
    all.map(|f| (text(f, "code"), format!("{}!{}", text(f, "sheet"), text(f, "cell")), text(f, "message"))).collect()
}

/// Every cell of every sheet but our list: value and formula.
fn cells(path: &Path) -> BTreeMap<(String, u32, u32), (Data, String)> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let mut found = BTreeMap::new();
    for name in book.sheet_names().clone() {
        if name == LIST {
            continue;
        }
        for (row, column, value) in book.worksheet_range(&name).unwrap().used_cells() {
            found.insert((name.clone(), row as u32, column as u32), (value.clone(), String::new()));
        }
        let range = book.worksheet_formula(&name).unwrap();
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, formula) in range.used_cells() {
            let at = (name.clone(), top + row as u32, left + column as u32);
            found.entry(at).or_insert((Data::Empty, String::new())).1 = formula.clone();
        }
    }
    found
}

/// The parts of a workbook as text.
fn parts(path: &Path) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        parts.insert(name, String::from_utf8_lossy(&bytes).into_owned());
    }
    parts
}

/// A return as people make them: a title over merged cells, a header in the third row, a formula, a hidden row, a note and a
/// colour rule of the sender's own, a drop-down, a name, and a second sheet. Three cells are wrong.
fn people_s_workbook(path: &Path, places: [&str; 3]) {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold().set_background_color(0x00DD_DDDD_u32);
    let sheet = book.add_worksheet().set_name("Figures 'Q1' all").unwrap();
    sheet.merge_range(0, 0, 0, 5, "Police return", &bold).unwrap();
    let header = ["agency", "indicator", "locality", "period", "breakdown", "numerator"];
    for (column, name) in (0_u16..).zip(header) {
        sheet.write_string_with_format(2, column, name, &bold).unwrap();
    }
    for (at, place) in (0_u32..).zip(places) {
        let row = 3 + at;
        sheet.write_string(row, 0, "police").unwrap().write_string(row, 1, "missing-episodes").unwrap();
        sheet.write_string(row, 2, place).unwrap().write_string(row, 3, format!("2014-0{}", at + 1)).unwrap();
        sheet.write_number(row, 5, f64::from(at) + 5.0).unwrap();
    }
    sheet.write_formula(5, 5, Formula::new("=2+5").set_result("7")).unwrap();
    sheet.set_row_hidden(4).unwrap();
    sheet.insert_note(3, 2, &Note::new("checked by us").set_author("Ann")).unwrap();
    let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::GreaterThan(6)).set_format(&bold);
    sheet.add_conditional_format(3, 5, 5, 5, &rule).unwrap();
    sheet.add_data_validation(3, 0, 5, 0, &DataValidation::new().allow_list_strings(&["police"]).unwrap()).unwrap();
    sheet.set_column_width(1, 33).unwrap();
    sheet.set_repeat_rows(2, 2).unwrap();
    book.add_worksheet().set_name("Notes").unwrap().write_string(1, 1, "=1+1 is text here").unwrap();
    book.save(path).unwrap();
}

#[test]
fn the_sender_s_workbook_comes_back_as_it_was_with_notes_on_its_cells() {
    let board = Board::plain();
    let file = board.path("police.xlsx");
    people_s_workbook(&file, ["Ashh", "Ashh", "ash"]);
    let answer = board.lscb(&["validate", "@police.xlsx", "--pipeline", "PIPELINE", "--annotate", "@back"]);
    assert_eq!(answer.code, 3, "{}", answer.err);
    assert!(answer.err.contains("your workbook with notes on its cells"), "{}", answer.err);
    let back = board.path("back/police.xlsx");
    assert_eq!(cells(&file), cells(&back), "every value and formula is the sender's");
    assert!(cells(&file).len() > 20);

    let mut book: Xlsx<_> = open_workbook(&back).unwrap();
    assert_eq!(book.sheet_names(), [LIST, "Figures 'Q1' all", "Notes"]);
    let list = book.worksheet_range(LIST).unwrap();
    let list: Vec<String> = list.used_cells().map(|(.., v)| v.to_string()).collect();
    assert_eq!(list[0], LIST);
    assert!(list.iter().any(|t| t == "Figures 'Q1' all!C4:C5"), "{list:?}");

    let parts = parts(&back);
    let sheets: Vec<&String> =
        parts.iter().filter(|(n, _)| n.starts_with("xl/worksheets/sheet")).map(|(_, t)| t).collect();
    assert!(
        sheets.iter().any(|t| t.contains("location=&apos;Figures")
            || t.contains("'Figures ''Q1'' all'!C4:C5")
            || t.contains("&apos;Figures &apos;&apos;Q1&apos;&apos; all&apos;!C4:C5")),
        "a link leads to the cells"
    );
    assert!(sheets.iter().any(|t| t.contains("sqref=\"C4:C5\"")), "and a colour stands on them");
    assert_eq!(sheets.iter().filter(|t| t.contains("tabSelected=\"1\"")).count(), 1, "one sheet is shown");
    let notes: String = parts.iter().filter(|(n, _)| n.contains("comments")).map(|(_, t)| t.as_str()).collect();
    assert!(notes.contains("checked by us"), "the sender's own note stays");
    for what in ["ref=\"C4\"", "ref=\"C5\"", "Unknown locality", "Did you mean", "What to do"] {
        assert!(notes.contains(what), "{what}: {notes}");
    }
    assert!(parts["xl/workbook.xml"].contains("localSheetId=\"1\""), "names hold on the sheet they were made for");
    assert!(!parts.keys().any(|n| n.to_lowercase().contains("vba")), "no macros");
}

#[test]
fn the_copy_is_answered_as_the_original_was_and_is_accepted_when_mended() {
    let board = Board::plain();
    people_s_workbook(&board.path("police.xlsx"), ["Ashh", "Ashh", "ash"]);
    let first = verdict(&board, "@police.xlsx");
    let mut last = "@police.xlsx".to_owned();
    for round in ["one", "two", "three"] {
        board.lscb(&["validate", &last, "--pipeline", "PIPELINE", "--annotate", &format!("@{round}")]);
        last = format!("@{round}/police.xlsx");
        let again = verdict(&board, &last);
        assert_eq!(findings(&again), findings(&first), "{round}: the list is set aside, and nothing is said of it");
        assert_eq!(again["verdict"], "rejected");
    }
    let (one, three) = (parts(&board.path("one/police.xlsx")), parts(&board.path("three/police.xlsx")));
    let notes = |p: &BTreeMap<String, String>| {
        p.iter()
            .filter(|(n, _)| n.contains("comments"))
            .map(|(_, t)| t.matches("Unknown locality").count())
            .sum::<usize>()
    };
    assert_eq!((notes(&one), notes(&three)), (2, 2), "an earlier answer makes room for the later");
    let names = |p: &BTreeMap<String, String>| p.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&one), names(&three), "no part is added a second time");
    assert_eq!(cells(&board.path("police.xlsx")), cells(&board.path("three/police.xlsx")));

    // Mended in the copy, as its sender would.
    let mended = board.path("mended.xlsx");
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&mended).unwrap());
    for (name, text) in &three {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        let text = if name == "xl/sharedStrings.xml" { text.replace(">Ashh<", ">ash<") } else { text.clone() };
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    let after = verdict(&board, "@mended.xlsx");
    assert_eq!((&after["verdict"], &after["rows"]), (&"accepted".into(), &3.into()), "{after}");
    board.lscb(&["validate", "@mended.xlsx", "--pipeline", "PIPELINE", "--annotate", "@four"]);
    let four = parts(&board.path("four/mended.xlsx"));
    assert_eq!(notes(&four), 0, "what is mended has no note left");
    assert!(!four.values().any(|t| t.contains("sqref=\"C4:C5\"")), "and no colour");
}

#[test]
fn values_of_other_files_come_back_at_their_addresses() {
    let board = Board::plain();
    board.write(
        "police.csv",
        "agency,indicator,locality,period,breakdown,numerator,denominator,value\n\npolice,missing-episodes,Ashh,2014-03,=HYPERLINK(1),12,,\n",
    );
    let answer = board.lscb(&["validate", "@police.csv", "--pipeline", "PIPELINE", "--annotate", "@back/own.xlsx"]);
    assert!(answer.err.contains("your values in a workbook"), "{}", answer.err);
    let back = board.path("back/own.xlsx");
    let cells = cells(&back);
    let at = |row, column| &cells[&("police".to_owned(), row, column)];
    assert_eq!(at(2, 2).0, Data::String("Ashh".into()), "the third line is the third row");
    assert_eq!(at(2, 4), &(Data::String("=HYPERLINK(1)".into()), String::new()), "text, whatever it begins with");
    assert_eq!(at(2, 5).0, Data::Float(12.0));
    let notes: String = parts(&back).into_iter().filter(|(n, _)| n.contains("comments")).map(|(_, t)| t).collect();
    assert!(notes.contains("ref=\"C3\""), "{notes}");
    let (before, after) = (verdict(&board, "@police.csv"), verdict(&board, "@back/own.xlsx"));
    let told = |v: &Value| -> Vec<(Value, Value, Value)> {
        v["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| (f["code"].clone(), f["row"].clone(), f["column"].clone()))
            .collect()
    };
    assert_eq!(told(&before), told(&after));

    board.write("broken.xlsx", "PK\u{3}\u{4} and no more");
    let answer = board.lscb(&["validate", "@broken.xlsx", "--pipeline", "PIPELINE", "--annotate", "@list"]);
    assert!(answer.err.contains("a list, for the file could not be read"), "{}", answer.err);
    let book: Xlsx<_> = open_workbook(board.path("list/broken.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), [LIST]);
}

/// 943 476 5919 is the example number of the NHS data dictionary.
#[test]
fn nothing_of_a_quarantined_file_is_repeated_or_copied() {
    let board = Board::plain();
    board.write(
        "police.csv",
        "agency,indicator,locality,period,breakdown,numerator,NHS number\npolice,missing-episodes,ash,2014-03,,4,9434765919\n",
    );
    let arguments = ["validate", "@police.csv", "--pipeline", "PIPELINE", "--annotate", "@back", "--receipt", "@back"];
    for format in ["text", "json", "html"] {
        let answer = board.lscb(&[&arguments[..], &["--format", format]].concat());
        assert_eq!(answer.code, 3);
        assert!(!answer.out.contains("9434765919"), "{format}: {}", answer.out);
        assert!(answer.err.contains("no copy is made"), "{}", answer.err);
    }
    let made: Vec<String> = tree(&board.path("back")).into_keys().collect();
    assert_eq!(made, ["police.csv.receipt.json"]);
    let answer =
        board.lscb(&["repro", "@police.csv", "--finding", "P001", "-o", "@example.csv", "--pipeline", "PIPELINE"]);
    assert_eq!(answer.code, 2, "{}", answer.err);
    assert!(!board.path("example.csv").exists());
}

#[test]
fn samples_that_come_back_are_answered_as_before() {
    let root = |p: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(p).display().to_string();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let pipeline = root("pipelines/nightly.toml");
    for name in [
        "broken/formula-unsaved.xlsx",
        "broken/misspelt-header.xlsx",
        "broken/more-than-all.xlsx",
        "broken/percentages.xlsx",
        "broken/score-of-five.xlsx",
        "broken/wrong-sheet.xlsx",
        "inbox/audit-2013.xlsx",
        "inbox/cdop-register.xlsx",
        "inbox/csc-quarterly-2013-q3.xlsx",
        "inbox/education-2012-q2.xlsx",
    ] {
        let file = root(&format!("sample_data/{name}"));
        let json = |file: &str| -> Value {
            let answer = lscb(&["validate", file, "--pipeline", &pipeline, "--format", "json"]);
            serde_json::from_str(&answer.out).unwrap_or_else(|e| panic!("{name}: {e}: {}", answer.err))
        };
        let answer = lscb(&["validate", &file, "--pipeline", &pipeline, "--annotate", &out]);
        assert!(answer.err.contains("your workbook with notes on its cells"), "{name}: {}", answer.err);
        let back = folder.path().join(Path::new(name).file_name().unwrap());
        let (before, after) = (json(&file), json(&back.display().to_string()));
        for key in ["findings", "verdict", "rows", "return", "agency", "period"] {
            assert_eq!(before[key], after[key], "{name}: {key}");
        }
        assert_eq!(cells(Path::new(&file)), cells(&back), "{name}");
    }
}

#[test]
fn the_page_groups_and_shows_the_cells_around() {
    let board = Board::plain();
    people_s_workbook(&board.path("police.xlsx"), ["Ashh", "Ashh", "ash"]);
    let page = ["validate", "@police.xlsx", "--pipeline", "PIPELINE", "--format", "html", "--output", "@answer.html"];
    let answer = board.lscb(&page);
    assert_eq!((answer.code, answer.out.as_str()), (3, ""), "{}", answer.err);
    let page = board.read("answer.html");
    for what in [
        "Not accepted. 2 errors to be mended.",
        "C4:C5 (locality)",
        "2 times",
        "Around",
        "missing-episodes",
        "Why it matters",
    ] {
        assert!(page.contains(what), "{what}");
    }
    assert_eq!(page.matches("Unknown locality").count(), 1, "one cause is told once");
    assert!(!page.contains("<script") && !page.contains("href=\"http"));
}

#[test]
fn a_receipt_is_held_against_what_arrives() {
    let board = Board::plain();
    let text = "agency,indicator,locality,period,breakdown,numerator\npolice,missing-episodes,ash,2014-03,,4\n";
    for name in ["agreed", "changed", "forged", "unread"] {
        board.write(
            &format!("{name}.csv"),
            &text.replace("ash", if name == "agreed" { "ash" } else { "oak" }).replace(
                "-03",
                match name {
                    "changed" => "-04",
                    "forged" => "-05",
                    "unread" => "-06",
                    _ => "-03",
                },
            ),
        );
        let file = format!("@{name}.csv");
        let arguments = ["validate", &file, "--pipeline", "PIPELINE", "--format", "json", "--receipt", "@inbox"];
        let answer = board.lscb(&arguments);
        let printed: Value = serde_json::from_str(&answer.out).unwrap();
        let receipt: Value = serde_json::from_str(&board.read(&format!("inbox/{name}.csv.receipt.json"))).unwrap();
        assert_eq!(printed["receipt"], receipt, "printed and written alike");
        assert_eq!(board.lscb(&arguments).out, answer.out, "the same again");
        assert_eq!((&receipt["sha256"], &receipt["rows"]), (&printed["sha256"], &1.into()));
        std::fs::copy(board.path(&format!("{name}.csv")), board.path(&format!("inbox/{name}.csv"))).unwrap();
    }
    board.write("inbox/changed.csv", &text.replace("ash", "elm").replace("-03", "-07"));
    let forged = board.read("inbox/forged.csv.receipt.json").replace("\"rows\": 1", "\"rows\": 9");
    board.write("inbox/forged.csv.receipt.json", &forged).write("inbox/unread.csv.receipt.json", "{");
    let run = board.lscb(&["run", "PIPELINE"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let said = || -> BTreeMap<String, String> {
        let history = board.lscb(&["history", "--pipeline", "PIPELINE", "--format", "json"]);
        let lines = history.out.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
        let submissions = lines.filter(|v| !v["file"].is_null());
        submissions
            .map(|s| {
                let found = s["findings"].as_array().unwrap().iter().find(|f| f["code"] == "F031");
                let message = found.map_or("", |f| f["message"].as_str().unwrap());
                (s["file"].as_str().unwrap().to_owned(), message.to_owned())
            })
            .collect()
    };
    let told = said();
    assert_eq!(
        told.keys().collect::<Vec<_>>(),
        ["agreed.csv", "changed.csv", "forged.csv", "unread.csv"],
        "no receipt is a return"
    );
    assert_eq!(told["agreed.csv"], "");
    assert!(told["changed.csv"].contains("the file was changed after it was checked"), "{told:?}");
    assert!(told["forged.csv"].contains("it counts 9 rows, and there are 1"), "{told:?}");
    assert!(told["unread.csv"].contains("cannot be read"), "{told:?}");
    let again = board.lscb(&["run", "PIPELINE", "--full"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(said(), told, "judged again, a return keeps what was said");
}

#[test]
fn an_example_shows_the_finding_and_none_of_the_data() {
    let board = Board::plain();
    let mut rows = String::from("agency,indicator,locality,period,breakdown,numerator,denominator,Our contact\n");
    for month in 1..=9 {
        for (place, n) in [("ash", 31), ("beech", 47), ("oak", 53)] {
            let count = if (month, place) == (4, "beech") { 171 } else { n };
            rows += &format!("care,visits-in-time,{place},2014-0{month},,{count},{},desk of room {n}\n", n + 30);
        }
    }
    board.write("care.csv", &rows);
    let (file, example) = (board.path("care.csv"), board.path("example.csv"));
    let answer =
        board.lscb(&["repro", "@care.csv", "--finding", "V012", "-o", "@example.csv", "--pipeline", "PIPELINE"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let text = std::fs::read_to_string(&example).unwrap();
    assert_eq!(text.lines().count(), 2, "a header and a row: {text}");
    for theirs in ["171", "77", "room", "Our contact"] {
        assert!(!text.contains(theirs), "{theirs}: {text}");
    }
    assert!(text.contains("visits-in-time"), "an id of the board's lists stays: {text}");
    let shown = verdict(&board, "@example.csv");
    assert!(findings(&shown).iter().any(|(code, ..)| code == "V012"), "{shown}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), rows, "the file itself is not touched");
    let again = board.lscb(&["repro", "@care.csv", "--finding", "V012", "-o", "@again.csv", "--pipeline", "PIPELINE"]);
    assert_eq!((again.code, board.read("again.csv")), (0, text), "the same again");
    let none = board.lscb(&["repro", "@care.csv", "--finding", "V004", "-o", "@no.csv", "--pipeline", "PIPELINE"]);
    assert!(none.code == 2 && none.err.contains("has no such finding"), "{}", none.err);
}
