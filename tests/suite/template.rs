//! Blank returns, filled in by the book: every one is accepted as it stands, and none is accepted blank without a word.
//!
//! They are filled in as a person would: only cells that are unlocked, from the lists that the workbook itself offers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

use super::support::lscb;

/// Rows of an open list that are filled in.
const ENTRIES: usize = 3;

/// 31 January 2015, the county's day, as workbooks count days.
const TODAY: u32 = 42_035;

/// The seven canonical tables.
const TABLES: [&str; 7] =
    ["performance", "section11", "audits", "child-deaths", "case-reviews", "intelligence", "actions"];

/// The notes that remain: a form's own title is no field of it, and the names of agencies stand between their tables.
const NOTES: [(&str, &str); 2] = [("youth-offending", "L010"), ("training-and-supervision", "L013")];

/// Returns that several agencies send, each for one of them.
const OF_ONE: [&str; 6] = [
    "training-and-supervision police",
    "section11 camhs",
    "partner-performance nene-ccg",
    "intelligence corby-ccg",
    "annual-measures schools",
    "health-performance camhs",
];

fn pipeline() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/nightly.toml").display().to_string()
}

fn returns() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/returns");
    let files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut ids: Vec<String> = files
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .map(|p| p.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

/// The blank return of an id, or of an id for one agency, `section11 camhs`.
fn blank(id: &str, folder: &Path) -> PathBuf {
    let path = folder.join(format!("{}-blank.xlsx", id.replace([':', ' '], "-")));
    let pipeline = pipeline();
    let mut arguments = vec!["template", "-o", path.to_str().unwrap(), "--pipeline", &pipeline];
    match id.split_once(' ') {
        Some((id, agency)) => arguments.extend([id, "--agency", agency]),
        None => arguments.push(id),
    }
    let answer = lscb(&arguments);
    assert_eq!(answer.code, 0, "{id}: {}", answer.err);
    path
}

fn validate(path: &Path) -> Value {
    let answer = lscb(&["validate", path.to_str().unwrap(), "--pipeline", &pipeline(), "--format", "json"]);
    serde_json::from_str(&answer.out).unwrap_or_else(|e| panic!("{}: {e}: {}", path.display(), answer.err))
}

fn findings<'v>(verdict: &'v Value, severities: &[&str]) -> Vec<&'v Value> {
    let all = verdict["findings"].as_array().unwrap().iter();
    all.filter(|f| severities.contains(&f["severity"].as_str().unwrap())).collect()
}

/// The files within a workbook.
fn open(path: &Path) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(name, text);
    }
    files
}

fn save(files: &BTreeMap<String, String>, path: &Path) {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    std::fs::write(path, writer.finish().unwrap().into_inner()).unwrap();
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// 1-based column of letters.
fn column(letters: &str) -> u32 {
    letters.bytes().fold(0, |n, b| n * 26 + u32::from(b - b'A') + 1)
}

/// What a workbook offers: which styles are unlocked, and the entries behind its drop-downs by column of the lists.
struct Offer {
    unlocked: BTreeSet<usize>,
    strings: Vec<String>,
    lists: BTreeMap<String, Vec<String>>,
}

impl Offer {
    fn of(files: &BTreeMap<String, String>) -> Self {
        let styles = &files["xl/styles.xml"];
        let (_, rest) = styles.split_once("<cellXfs").unwrap();
        let (xfs, _) = rest.split_once("</cellXfs>").unwrap();
        let unlocked = xfs.split("<xf ").skip(1).enumerate().filter(|(_, xf)| xf.contains("locked=\"0\""));
        let strings: Vec<String> = Regex::new(r"(?s)<si>.*?<t[^>]*>(.*?)</t></si>")
            .unwrap()
            .captures_iter(&files["xl/sharedStrings.xml"])
            .map(|c| unescaped(&c[1]))
            .collect();
        let last = files.keys().filter(|n| n.starts_with("xl/worksheets/sheet")).count();
        let cell = Regex::new(r#"<c r="([A-Z]+)(\d+)"[^>]*?(t="s")?><v>([^<]*)</v></c>"#).unwrap();
        let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for found in cell.captures_iter(&files[&format!("xl/worksheets/sheet{last}.xml")]) {
            if found[2].parse::<u32>().unwrap() > 3 {
                let value = &found[4];
                let text = if found.get(3).is_some() {
                    strings[value.parse::<usize>().unwrap()].clone()
                } else {
                    value.to_owned()
                };
                lists.entry(found[1].to_owned()).or_default().push(text);
            }
        }
        Self { unlocked: unlocked.map(|(i, _)| i).collect(), strings, lists }
    }
}

/// A check of entries: its kind, its formula, and the cells (first and last column, first and last row).
struct Check {
    kind: String,
    formula: String,
    cells: (u32, u32, u32, u32),
}

fn checks(sheet: &str) -> Vec<Check> {
    let pattern = r#"(?s)<dataValidation type="(\w+)"[^>]*sqref="([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?"[^>]*><formula1>(.*?)</formula1>"#;
    let found = Regex::new(pattern).unwrap();
    let checks = found.captures_iter(sheet).map(|c| {
        let number = |at: usize| c.get(at).map(|m| m.as_str().parse::<u32>().unwrap());
        let (left, top) = (column(&c[2]), number(3).unwrap());
        let (right, bottom) = (c.get(4).map_or(left, |m| column(m.as_str())), number(5).unwrap_or(top));
        Check { kind: c[1].to_owned(), formula: unescaped(&c[6]), cells: (left, right, top, bottom) }
    });
    checks.collect()
}

/// Fills a sheet in: where a row says what it is about, every cell that is asked for; of an open list a few rows. `own`
/// gives what a column of an open list must hold for its row to make sense, empty for what is left out.
fn fill(sheet: &str, offer: &Offer, own: impl Fn(u32, usize) -> Option<String>) -> (String, usize) {
    let checks = checks(sheet);
    let row = Regex::new(r#"(?s)<row r="(\d+)"[^>]*?>(.*?)</row>"#).unwrap();
    let blank = Regex::new(r#"<c r="([A-Z]+)(\d+)" s="(\d+)"/>"#).unwrap();
    let fixed = Regex::new(r#"<c r="([A-Z]+)\d+"[^>]*? t="s"><v>(\d+)</v>"#).unwrap();
    let (mut opened, mut entries) = (0, 0);
    let mut heads: BTreeMap<u32, String> = BTreeMap::new();
    let filled = row.replace_all(sheet, |found: &regex::Captures<'_>| {
        let number: u32 = found[1].parse().unwrap();
        let unlocked = blank.captures_iter(&found[2]).any(|c| offer.unlocked.contains(&c[3].parse().unwrap()));
        for text in fixed.captures_iter(&found[2]) {
            heads.insert(column(&text[1]), offer.strings[text[2].parse::<usize>().unwrap()].clone());
        }
        let labelled = found[2].contains("<v>");
        if !unlocked || (!labelled && opened == ENTRIES) {
            return found[0].to_owned();
        }
        let entry = if labelled { 0 } else { opened };
        opened += usize::from(!labelled);
        let cells = blank.replace_all(&found[2], |cell: &regex::Captures<'_>| {
            if !offer.unlocked.contains(&cell[3].parse().unwrap()) {
                return cell[0].to_owned();
            }
            let at = column(&cell[1]);
            let inside =
                |c: &&Check| (c.cells.0..=c.cells.1).contains(&at) && (c.cells.2..=c.cells.3).contains(&number);
            let text = match (own(at, entry).filter(|_| !labelled), checks.iter().find(inside)) {
                (Some(text), _) if text.is_empty() => return cell[0].to_owned(),
                (Some(text), _) => text,
                (None, Some(check)) => match check.kind.as_str() {
                    "list" => {
                        let letters = check.formula.split('$').nth(1).expect("a range of the lists");
                        let list = &offer.lists[letters];
                        list[entry % list.len()].clone()
                    }
                    "date" => TODAY.to_string(),
                    // The whole is larger than its part.
                    "custom" if heads.get(&at).is_some_and(|h| h == "Out of") => "400".to_owned(),
                    "custom" => "3".to_owned(),
                    other => panic!("a check of the kind {other}"),
                },
                (None, None) => format!("Entry {}", entry + 1),
            };
            entries += 1;
            let (place, style) = (format!("{}{}", &cell[1], &cell[2]), &cell[3]);
            match text.parse::<f64>() {
                // A year that is chosen is text, as its cell is formatted.
                Ok(_) if text.len() != 4 => format!(r#"<c r="{place}" s="{style}"><v>{text}</v></c>"#),
                _ => format!(r#"<c r="{place}" s="{style}" t="inlineStr"><is><t>{}</t></is></c>"#, escaped(&text)),
            }
        });
        found[0].replace(&found[2], &cells)
    });
    (filled.into_owned(), entries)
}

/// What the rows of the canonical table of figures must hold to belong together; nothing in the part and the result.
fn figure(at: u32, entry: usize) -> Option<String> {
    let place = ["corby", "daventry", "kettering"][entry];
    let row = ["childrens-services", "cp-visits-in-time", place, "2014-12", "", "3", "3", ""];
    row.get(at as usize - 1).map(|text| (*text).to_owned())
}

fn filled(id: &str, folder: &Path) -> PathBuf {
    let mut files = open(&blank(id, folder));
    let offer = Offer::of(&files);
    let mut entries = 0;
    for (name, text) in files.iter_mut().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")) {
        let (sheet, here) =
            fill(
                text,
                &offer,
                |at, entry| if id.ends_with("performance") && !id.contains('-') { figure(at, entry) } else { None },
            );
        assert!(text.contains("<sheetProtection"), "{id}: {name} is not protected");
        assert!(!text.contains("<f>"), "{id}: {name} holds a formula");
        *text = sheet;
        entries += here;
    }
    assert!(entries > 0, "{id}: nothing can be filled in");
    let path = folder.join(format!("{}.xlsx", id.replace([':', ' '], "-")));
    save(&files, &path);
    path
}

#[test]
fn what_is_filled_in_by_the_book_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let specs = returns();
    assert!(specs.len() >= 20, "{specs:?}");
    let mut faults = Vec::new();
    let tables: Vec<String> = TABLES.iter().map(|t| format!("plain:{t}")).collect();
    let all = specs.iter().chain(&tables).map(String::as_str).chain(["performance", "child-deaths"]).chain(OF_ONE);
    for id in all {
        let verdict = validate(&filled(id, folder.path()));
        let (whole, id) = (id, id.split(' ').next().unwrap());
        let expected = if specs.iter().any(|s| s == id) { id } else { "plain" };
        let right = verdict["verdict"] == "accepted"
            && verdict["return"] == expected
            && verdict["rows"].as_u64().is_some_and(|rows| rows > 0)
            && findings(&verdict, &["error", "query"]).is_empty()
            && findings(&verdict, &["note"]).iter().all(|f| NOTES.contains(&(id, f["code"].as_str().unwrap())));
        if !right {
            let mut told = verdict["findings"].as_array().unwrap().clone();
            told.truncate(4);
            faults
                .push(format!("{whole}: {} {} {}: {told:#?}", verdict["return"], verdict["verdict"], verdict["rows"]));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_blank_return_is_told_that_nothing_is_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    for id in returns().iter().map(String::as_str).chain(["performance", "audits", "child-deaths"]) {
        let verdict = validate(&blank(id, folder.path()));
        let told = findings(&verdict, &["error", "query"]);
        let says = |f: &&&Value| {
            let message = f["message"].as_str().unwrap();
            ["no row", "None of the", "holds a figure", "was not found", "nothing"].iter().any(|w| message.contains(w))
        };
        assert!(told.iter().any(|f| says(&f)), "{id}: {verdict:#}");
    }
}

#[test]
fn the_same_day_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for id in ["csc-performance", "section11", "actions"] {
        let first = std::fs::read(blank(id, folder.path())).unwrap();
        assert!(first == std::fs::read(blank(id, folder.path())).unwrap(), "{id}");
    }
}

#[test]
fn a_workbook_for_one_agency_names_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let text = |id: &str| open(&blank(id, folder.path())).remove("xl/sharedStrings.xml").unwrap();
    let training = text("training-and-supervision police");
    assert!(training.contains("Northamptonshire Police") && !training.contains("Kettering General"));
    assert!(text("training-and-supervision").contains("Kettering General"));
    assert!(text("intelligence corby-ccg").contains("under a name that holds `corby-ccg`"));
    let answer = lscb(&["template", "section11", "--agency", "lscb", "-o", "x.xlsx", "--pipeline", &pipeline()]);
    assert_eq!(answer.code, 2, "{}", answer.err);
    assert!(answer.err.contains("`lscb` does not send this return") && answer.err.contains("camhs"), "{}", answer.err);
}

#[test]
fn what_was_sent_last_time_stands_beside_the_cells() {
    let board = super::due::told();
    let write = |more: &[&str]| {
        let first =
            ["template", "county-monthly", "--pipeline", "PIPELINE", "-o", "@blank.xlsx", "--period", "2015-01"];
        let answer = board.lscb(&[&first, more].concat());
        assert_eq!(answer.code, 0, "{}", answer.err);
        open(&board.path("blank.xlsx"))
    };
    let all = |files: &BTreeMap<String, String>| files.values().cloned().collect::<String>();
    let police = write(&["--agency", "police"]);
    let sheet = &police["xl/worksheets/sheet2.xml"];
    assert!(sheet.contains(r#"promptTitle="Last time" prompt="12 in December 2014""#), "{sheet}");
    assert!(all(&police).contains("Last time: 12 in December 2014"), "and it can be read and printed");
    assert!(police["xl/workbook.xml"].contains(r#"name="Last time""#));
    assert!(all(&police).contains("January 2015"), "the period that was asked for");
    for others in ["81 in", "Visits in time"] {
        assert!(!all(&police).contains(others), "{others}: an agency sees its own figures alone");
    }
    let care = all(&write(&["--agency", "care"]));
    assert!(care.contains("not recorded in December 2014"), "as it was sent");
    let everybody = all(&write(&[]));
    assert!(
        !everybody.contains("promptTitle") && !everybody.contains("Last time: "),
        "a workbook for several shows nobody's"
    );
    let without = all(&write(&["--agency", "police", "--data", "@nowhere"]));
    assert!(!without.contains("promptTitle") && !without.contains("Last time: "), "no data folder, nothing to show");
    // Filled in, what stands beside is not read: no column is unknown, no row is doubled.
    let mut files = write(&["--agency", "police"]);
    let offer = Offer::of(&files);
    let (filled, entries) = fill(&files["xl/worksheets/sheet2.xml"], &offer, |_, _| None);
    assert_eq!(entries, 6, "a number for each place, for the police ask for no more");
    files.insert("xl/worksheets/sheet2.xml".to_owned(), filled);
    save(&files, &board.path("filled.xlsx"));
    let verdict = board.lscb(&["validate", "@filled.xlsx", "--pipeline", "PIPELINE", "--format", "json"]);
    let verdict: Value = serde_json::from_str(&verdict.out).unwrap();
    assert_eq!(verdict["verdict"], "accepted", "{verdict:#}");
    assert_eq!((&verdict["rows"], verdict["findings"].as_array().unwrap().len()), (&Value::from(6), 0), "{verdict:#}");
    write(&["--agency", "police"]);
    let verdict = board.lscb(&["validate", "@blank.xlsx", "--pipeline", "PIPELINE", "--format", "json"]);
    let verdict: Value = serde_json::from_str(&verdict.out).unwrap();
    let told = findings(&verdict, &["error", "query"]);
    assert!(told.iter().any(|f| f["code"] == "C007"), "what was sent last time is not read as sent again: {verdict:#}");
}
