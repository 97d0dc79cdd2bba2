//! Personal data: the 44 reference cases, as text and as a workbook; numbers of every kind in every spelling; every part
//! of a workbook; and that nothing of a quarantined file is found anywhere but in its own folder.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use rust_xlsxwriter::{DataValidation, DocProperties, Note, Workbook};
use serde_json::Value;

use super::support::{Board, tree};

/// A board whose day lies after every date of the cases.
fn board() -> Board {
    let board = Board::plain();
    let pipeline = board.read("pipeline.toml").replace("2015-01-31", "2017-12-31");
    board.write("pipeline.toml", &pipeline);
    board
}

/// What `validate` says of files, by name.
fn verdicts(board: &Board, files: &[String]) -> BTreeMap<String, Value> {
    let mut arguments = vec!["validate"];
    let places: Vec<String> = files.iter().map(|f| format!("@{f}")).collect();
    arguments.extend(places.iter().map(String::as_str));
    arguments.extend(["--pipeline", "PIPELINE", "--format", "json"]);
    let answer = board.lscb(&arguments);
    let lines = answer.out.lines().map(|l| serde_json::from_str::<Value>(l).expect("a line of JSON"));
    let found: BTreeMap<String, Value> = files.iter().cloned().zip(lines).collect();
    assert_eq!(found.len(), files.len(), "{}", answer.err);
    found
}

/// `quarantine`, `warn` or `accept`, and the codes of what was found.
fn action(verdict: &Value) -> (&'static str, Vec<String>) {
    let findings = verdict["findings"].as_array().expect("findings");
    let personal: Vec<&Value> = findings.iter().filter(|f| f["code"].as_str().unwrap().starts_with('P')).collect();
    let codes = personal.iter().map(|f| f["code"].as_str().unwrap().to_owned()).collect();
    let action = match verdict["verdict"].as_str().unwrap() {
        "quarantined" => "quarantine",
        _ if personal.is_empty() => "accept",
        _ => "warn",
    };
    (action, codes)
}

/// The code that each kind of the cases has.
fn code(kind: &str) -> &'static str {
    match kind.trim_end_matches('?') {
        "nhs_number" => "P001",
        "uln" => "P002",
        "upn" => "P003",
        "nino" => "P004",
        "postcode_full" => "P005",
        "date_of_birth" => "P006",
        "person_name" => "P007",
        "phone" => "P008",
        "staff_name" | "initials" => "P009",
        "age_exact" => "P010",
        other => panic!("no code for {other}"),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => panic!("{other}"),
    }
}

fn csv_field(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The plain layout's columns before a case's own, so that nothing else is wrong with its return.
const PLAIN: [&str; 7] = ["agency", "indicator", "locality", "period", "breakdown", "numerator", "denominator"];

/// The table of a case: its columns, and its rows.
fn table(case: &Value, plain: bool) -> (Vec<String>, Vec<Vec<Value>>) {
    let siblings: Vec<String> = case["sibling_headers"].as_array().into_iter().flatten().map(text).collect();
    let split = case["location"] == "row_join";
    let mut header: Vec<String> = if plain { PLAIN.map(String::from).to_vec() } else { Vec::new() };
    if !split {
        header.push(text(&case["header"]));
    }
    header.extend(siblings.iter().cloned());
    let values = case["values"].as_array().expect("values");
    let rows = values.iter().zip(1..).map(|(value, n)| {
        let month = format!("201{}-{:02}", 3 + n / 12, n % 12 + 1);
        let before = ["care", "visits-in-time", "ash", &month, "", "70", "80"].map(|v| Value::String(v.to_owned()));
        let mut row: Vec<Value> = if plain { before.to_vec() } else { Vec::new() };
        match value {
            Value::Array(pieces) => row.extend(pieces.iter().cloned()),
            value => row.push(value.clone()),
        }
        let beside = if split { 0 } else { siblings.len() };
        row.extend((0..beside).map(|_| Value::String("x".into())));
        row
    });
    (header, rows.collect())
}

fn csv_of(case: &Value, plain: bool) -> String {
    let (header, rows) = table(case, plain);
    let line = |cells: Vec<String>| cells.iter().map(|c| csv_field(c)).collect::<Vec<_>>().join(",") + "\r\n";
    line(header) + &rows.iter().map(|row| line(row.iter().map(text).collect())).collect::<String>()
}

/// The workbook of a case, its values wherever its location says.
fn xlsx_of(case: &Value, plain: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let place = case["location"].as_str().expect("a location");
    let (header, rows) = table(case, plain || !["cell", "row_join"].contains(&place));
    let sheet = book.add_worksheet();
    sheet.set_name("Return").unwrap();
    let in_cells = matches!(place, "cell" | "row_join");
    let width = if in_cells { header.len() } else { PLAIN.len() };
    for (column, name) in (0..).zip(&header[..width]) {
        sheet.write_string(0, column, name).unwrap();
    }
    for (row, cells) in (1..).zip(&rows) {
        for (column, value) in (0..).zip(&cells[..width.min(cells.len())]) {
            match value.as_f64() {
                Some(number) => sheet.write_number(row, column, number).unwrap(),
                None => sheet.write_string(row, column, text(value)).unwrap(),
            };
        }
    }
    let values: Vec<String> = match place {
        "row_join" => Vec::new(),
        _ => case["values"].as_array().unwrap().iter().map(text).collect(),
    };
    match place {
        "cell" | "row_join" | "shared_string_orphan" => {}
        "comment" => {
            sheet.insert_note(1, 2, &Note::new(&values[0]).set_author("nobody")).unwrap();
        }
        "data_validation" => {
            let entries: Vec<&str> = values[0].trim_matches('"').split(',').collect();
            sheet
                .add_data_validation(1, 2, 9, 2, &DataValidation::new().allow_list_strings(&entries).unwrap())
                .unwrap();
        }
        "hidden_sheet" => {
            let hidden = book.add_worksheet();
            hidden.set_name("raw").unwrap().set_hidden(true);
            for (row, value) in (0..).zip(&values) {
                hidden.write_string(row, 0, value).unwrap();
            }
        }
        "sheet_name" => {
            book.add_worksheet().set_name(&values[0]).unwrap().write_string(0, 0, "note").unwrap();
        }
        other => panic!("no way to make {other}"),
    }
    let bytes = book.save_to_buffer().unwrap();
    match place {
        "shared_string_orphan" => with_part(&bytes, "xl/sharedStrings.xml", |part| {
            part.replace("</sst>", &format!("<si><t>{}</t></si></sst>", values[0]))
        }),
        _ => bytes,
    }
}

/// A copy of a workbook with a part changed, or added where there is none.
fn with_part(bytes: &[u8], name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut done = false;
    for index in 0..from.len() {
        let mut entry = from.by_index(index).unwrap();
        let own = entry.name().unwrap().into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if own == name {
            content = change(&String::from_utf8(content).unwrap()).into_bytes();
            done = true;
        }
        to.start_file(own, options).unwrap();
        to.write_all(&content).unwrap();
    }
    if !done {
        to.start_file(name, options).unwrap();
        to.write_all(change("").as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn all_reference_cases_come_out_right_as_text_and_as_a_workbook() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/personal/cases.json");
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = cases["cases"].as_array().unwrap();
    let board = board();
    let mut files: Vec<(String, usize, bool)> = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let id = case["id"].as_str().unwrap();
        let in_cells = ["cell", "row_join"].contains(&case["location"].as_str().unwrap());
        // A column that the plain layout has itself cannot stand beside it a second time.
        let clashes = PLAIN.contains(&case["header"].as_str().unwrap());
        for plain in [false, true] {
            if clashes && plain {
                continue;
            }
            let name = format!("{id}-{}", if plain { "plain" } else { "bare" });
            if in_cells {
                board.write(&format!("{name}.csv"), &csv_of(case, plain));
                files.push((format!("{name}.csv"), number, plain));
            }
            std::fs::write(board.path(&format!("{name}.xlsx")), xlsx_of(case, plain)).unwrap();
            files.push((format!("{name}.xlsx"), number, plain || !in_cells));
        }
    }
    let names: Vec<String> = files.iter().map(|(name, ..)| name.clone()).collect();
    let verdicts = verdicts(&board, &names);
    let mut wrong: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (name, number, plain) in &files {
        let (case, verdict) = (&cases[*number], &verdicts[name]);
        let (action, codes) = action(verdict);
        let wanted = case["expected"]["action"].as_str().unwrap();
        let kinds = case["expected"]["types"].as_array().unwrap().iter().map(|k| code(k.as_str().unwrap()));
        let missing: Vec<&str> = kinds.filter(|k| !codes.iter().any(|c| c == k)).collect();
        let taken = !plain || action == "quarantine" || verdict["verdict"] == "accepted";
        if action != wanted || !missing.is_empty() || !taken {
            wrong
                .entry(*number)
                .or_default()
                .push(format!("{name}: {action} for {wanted}, {missing:?} missing: {verdict}"));
        }
        let repeated = case["values"].as_array().unwrap().iter().filter(|v| v.is_string()).map(text);
        for value in repeated.filter(|v| wanted == "quarantine" && v.len() > 5) {
            assert!(!verdict.to_string().contains(&value), "{name} repeats a value");
        }
    }
    println!("{} of {} cases right, in {} files", cases.len() - wrong.len(), cases.len(), files.len());
    assert!(wrong.is_empty() && cases.len() == 44, "{:#?}", wrong);
}

/// Marsaglia's xorshift, as elsewhere in these tests.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

/// Ten digits, the weighted sum of which leaves `rest` modulo 11 (weights 10 to 1).
fn weighted(random: &mut Random, rest: usize) -> String {
    loop {
        let nine = format!("{}{}", 1 + random.below(9), random.digits(8));
        let sum: usize = nine.bytes().zip((2..=10).rev()).map(|(d, w)| usize::from(d - b'0') * w).sum();
        if let Some(last) = (0..10).find(|last| (sum + last) % 11 == rest) {
            let number = format!("{nine}{last}");
            if number.bytes().any(|d| d != number.as_bytes()[0]) {
                return number;
            }
        }
    }
}

fn nhs(random: &mut Random) -> String {
    weighted(random, 0)
}

fn uln(random: &mut Random) -> String {
    weighted(random, 10)
}

fn upn(random: &mut Random) -> String {
    let letters: Vec<char> = "ABCDEFGHJKLMNPQRTUVWXYZ".chars().collect();
    let mut rest = random.digits(11);
    if random.below(4) == 0 {
        rest.push(letters[random.below(23)]);
    } else {
        rest.push_str(&random.digits(1));
    }
    let value = |c: char| c.to_digit(10).map_or_else(|| letters.iter().position(|l| *l == c).unwrap(), |d| d as usize);
    let sum: usize = rest.chars().zip(2..).map(|(c, w)| value(c) * w).sum();
    format!("{}{rest}", letters[sum % 23])
}

fn nino(random: &mut Random) -> String {
    let (first, second) = ("ABCEGHJKLMNOPRSTWXYZ", "ABCEGHJKLMNPRSTWXYZ");
    loop {
        let pick = |from: &str, at: usize| from.chars().nth(at).unwrap();
        let prefix = format!("{}{}", pick(first, random.below(20)), pick(second, random.below(19)));
        if !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&prefix.as_str()) {
            return format!("{prefix}{}{}", random.digits(6), pick("ABCD", random.below(4)));
        }
    }
}

/// The spellings of a number of ten digits.
fn spellings(number: &str) -> Vec<String> {
    let (a, b, c) = (&number[..3], &number[3..6], &number[6..]);
    let wide: String = number.chars().map(|d| char::from_u32(d as u32 + 0xfee0).unwrap()).collect();
    vec![
        number.to_owned(),
        format!("{a} {b} {c}"),
        format!("{a}-{b}-{c}"),
        format!("{a}\u{a0}{b}\u{a0}{c}"),
        format!("{a}\u{2009}{b}\u{2009}{c}"),
        format!("{a}\u{2011}{b}\u{2013}{c}"),
        format!("\u{200b}{a}{b}\u{feff}{c}"),
        format!("'{number}"),
        format!("\u{2019}{number}"),
        format!("=\"{number}\""),
        format!("{number}.0"),
        format!("  {number} "),
        wide,
    ]
}

/// Many numbers of each kind, in every spelling: each column of them is held back, and every cell of it is named.
#[test]
fn numbers_with_a_check_digit_are_found_in_every_spelling() {
    type Make = fn(&mut Random) -> String;
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let board = board();
    let mut files: Vec<(String, &str)> = Vec::new();
    let kinds: [(&str, Make, &[&str]); 4] = [
        ("P001", nhs, &["ref", "NHS Number", "patient id"]),
        ("P002", uln, &["ref", "ULN", "learner"]),
        ("P003", upn, &["ref", "UPN", "pupil"]),
        ("P004", nino, &["ref", "NI number", "notes"]),
    ];
    for (kind, make, headers) in kinds {
        for (round, header) in headers.iter().enumerate() {
            let numbers: Vec<String> = (0..20).map(|_| make(&mut random)).collect();
            let ways = if numbers[0].len() == 10 && kind != "P004" { spellings(&numbers[0]).len() } else { 4 };
            for way in 0..ways {
                let spelt = |n: &String| match (kind, way) {
                    ("P001" | "P002", way) => spellings(n)[way].clone(),
                    (_, 0) => n.clone(),
                    (_, 1) => n.to_lowercase(),
                    (_, 2) => format!("\u{200b}{n}\u{a0}"),
                    ("P004", _) => format!("{} {} {} {} {}", &n[..2], &n[2..4], &n[4..6], &n[6..8], &n[8..]),
                    _ => format!("{} {} {}", &n[..1], &n[1..4], &n[4..]),
                };
                let lines: String = numbers.iter().map(|n| csv_field(&spelt(n)) + ",x\r\n").collect();
                let name = format!("{kind}-{round}-{way}.csv");
                board.write(&name, &format!("{header},agency\r\n{lines}"));
                files.push((name, kind));
            }
        }
    }
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let verdicts = verdicts(&board, &names);
    let missed: Vec<String> = files
        .iter()
        .filter(|(name, kind)| {
            let verdict = &verdicts[name];
            let findings = verdict["findings"].as_array().unwrap();
            let rows = findings.iter().filter(|f| f["code"] == *kind && f["severity"] == "error").count();
            verdict["verdict"] != "quarantined" || rows != 20
        })
        .map(|(name, _)| format!("{name}: {}", verdicts[name]))
        .collect();
    println!("{} of {} columns of 20 numbers held back", files.len() - missed.len(), files.len());
    assert!(missed.is_empty(), "{missed:#?}");
}

/// Columns that only look like such numbers, at random: none is held back or warned of.
#[test]
fn random_codes_and_figures_raise_no_alarm() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let board = board();
    let mut files = Vec::new();
    for round in 0..40 {
        let header = "ref,urn,laestab,ukprn,lsoa,updated_at,rate_per_10000,amount,agency\r\n";
        let start = 1_000_000_000 + random.below(900_000_000);
        let lines: String = (0..60)
            .map(|i| {
                format!(
                    "{},{},801{},100{},E0{}{},{},{}.{},{}.{:02},x\r\n",
                    start + i,
                    100_000 + random.below(60_000),
                    random.digits(4),
                    random.digits(5),
                    [1, 6][i % 2],
                    random.digits(7),
                    1_400_000_000 + 86_400 * i,
                    random.below(900),
                    random.digits(3),
                    random.below(9_000_000),
                    random.below(100),
                )
            })
            .collect();
        let name = format!("codes-{round}.csv");
        board.write(&name, &format!("{header}{lines}"));
        files.push(name);
    }
    for (name, verdict) in verdicts(&board, &files) {
        assert_eq!(action(&verdict), ("accept", Vec::new()), "{name}: {verdict}");
    }
}

/// A workbook of the plain layout with nothing wrong in it.
fn good_book() -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Return").unwrap();
    let row = ["care", "visits-in-time", "ash", "2014-03", "", "70", "80"];
    for (column, (name, value)) in (0..).zip(PLAIN.iter().zip(row)) {
        sheet.write_string(0, column, *name).unwrap();
        sheet.write_string(1, column, value).unwrap();
    }
    book
}

/// Where a secret stands, the workbook that holds it, and the address or words that the finding must have.
pub fn every_part(secret: &str) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let plain = good_book().save_to_buffer().unwrap();
    let mut found = Vec::new();
    let mut add = |name, bytes, says| found.push((name, bytes, says));
    let part = |name: &str, xml: String| with_part(&plain, name, |_| xml.clone());
    let sheet = |from: &str, to: String| {
        with_part(&plain, "xl/worksheets/sheet1.xml", |part| {
            assert!(part.contains(from), "{part}");
            part.replace(from, &to)
        })
    };
    let mut noted = good_book();
    noted.worksheet_from_index(0).unwrap().insert_note(1, 2, &Note::new(format!("see NHS {secret}"))).unwrap();
    add("note", noted.save_to_buffer().unwrap(), "C2");
    let mut titled = good_book();
    titled.set_properties(&DocProperties::new().set_subject(format!("case of NHS {secret}")));
    add("subject", titled.save_to_buffer().unwrap(), "document properties");
    let mut own = good_book();
    own.set_properties(&DocProperties::new().set_custom_property("NHS number", secret));
    add("own property", own.save_to_buffer().unwrap(), "document properties");
    let mut page = good_book();
    page.worksheet_from_index(0).unwrap().set_header(format!("&LNHS {secret}"));
    add("page header", page.save_to_buffer().unwrap(), "page header");
    let mut listed = good_book();
    let list = DataValidation::new().allow_list_strings(&[secret, "none"]).unwrap().set_input_message(secret).unwrap();
    listed.worksheet_from_index(0).unwrap().add_data_validation(4, 1, 9, 1, &list).unwrap();
    add("drop-down", listed.save_to_buffer().unwrap(), "B5");
    let mut boxed = good_book();
    let shape = rust_xlsxwriter::Shape::textbox().set_text(format!("NHS {secret}"));
    boxed.worksheet_from_index(0).unwrap().insert_shape(3, 3, &shape).unwrap();
    add("text box", boxed.save_to_buffer().unwrap(), "text box");
    let mut hidden = good_book();
    let column = hidden.worksheet_from_index(0).unwrap();
    column.write_string(0, 7, "NHS number").unwrap().write_string(1, 7, secret).unwrap();
    column.set_column_hidden(7).unwrap();
    add("hidden column", hidden.save_to_buffer().unwrap(), "H2");
    let mut very = good_book();
    very.add_worksheet().set_name("raw").unwrap().set_very_hidden(true).write_string(4, 3, secret).unwrap();
    add("very hidden sheet", very.save_to_buffer().unwrap(), "D5");
    let mut formula = good_book();
    let sum = rust_xlsxwriter::Formula::new(format!("VLOOKUP(\"NHS {secret}\",A1:B2,2)")).set_result("1");
    formula.worksheet_from_index(0).unwrap().write_formula(1, 9, sum).unwrap();
    add("formula", formula.save_to_buffer().unwrap(), "J2");
    let mut named = good_book();
    named.define_name("Case", &format!("=\"NHS {secret}\"")).unwrap();
    add("defined name", named.save_to_buffer().unwrap(), "defined name");
    let mut orphan = good_book();
    orphan.worksheet_from_index(0).unwrap().write_string(4, 0, "x").unwrap();
    let orphan = orphan.save_to_buffer().unwrap();
    let orphan = with_part(&orphan, "xl/sharedStrings.xml", |p| {
        p.replace("</sst>", &format!("<si><r><t>NHS </t></r><r><t>{secret}</t></r></si></sst>"))
    });
    add("unused text", orphan, "texts that no cell shows");
    let cache = format!(
        "<pivotCacheDefinition><cacheFields><cacheField name='NHS Number'><sharedItems><s v='{secret}'/></sharedItems>\
         </cacheField></cacheFields></pivotCacheDefinition>"
    );
    add("pivot cache", part("xl/pivotCache/pivotCacheDefinition1.xml", cache), "pivot table");
    let fields = "<pivotCacheDefinition><cacheFields><cacheField name='area'/><cacheField name='NHS Number'/>\
                  </cacheFields></pivotCacheDefinition>";
    let records = format!("<pivotCacheRecords><r><x v='0'/><s v='{secret}'/></r></pivotCacheRecords>");
    let definition = part("xl/pivotCache/pivotCacheDefinition7.xml", fields.to_owned());
    let both = with_part(&definition, "xl/pivotCache/pivotCacheRecords7.xml", |_| records.clone());
    add("pivot records", both, "pivot table");
    let link = format!(
        "<externalLink><externalBook><sheetDataSet><sheetData sheetId='0'><row r='1'><cell r='A1' t='str'><v>NHS Number</v>\
         </cell></row><row r='2'><cell r='A2'><v>{secret}</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>"
    );
    add("other workbook", part("xl/externalLinks/externalLink1.xml", link), "another workbook");
    let threaded = format!(
        "<ThreadedComments><threadedComment ref='C17'><text>see {secret}</text></threadedComment></ThreadedComments>"
    );
    add("threaded comment", part("xl/threadedComments/threadedComment1.xml", threaded), "on cell C17");
    let chart = format!(
        "<c:chartSpace><c:ser><c:cat><c:strRef><c:strCache><c:pt idx='0'><c:v>{secret}</c:v></c:pt></c:strCache></c:strRef>\
         </c:cat></c:ser></c:chartSpace>"
    );
    add("chart", part("xl/charts/chart1.xml", chart), "chart");
    add(
        "table",
        part("xl/tables/table1.xml", format!("<table name='t' displayName='NHS {secret}'/>")),
        "name of a table",
    );
    add("unknown part", part("customXml/item1.xml", format!("<x><y>NHS {secret}</y></x>")), "no cell shows");
    add("broken part", part("customXml/item1.xml", format!("<x><y>NHS {secret}</y><z")), "no cell shows");
    add(
        "unlisted sheet",
        part("xl/worksheets/sheet9.xml", format!("<c><is><t>NHS {secret}</t></is></c>")),
        "no cell shows",
    );
    let linked = format!("</sheetData><hyperlinks><hyperlink ref='B2' tooltip='NHS {secret}'/></hyperlinks>");
    add("link", sheet("</sheetData>", linked), "B2");
    found
}

#[test]
fn every_part_of_a_workbook_is_looked_at() {
    let secret = "999 000 0360";
    let board = board();
    std::fs::write(board.path("good.xlsx"), good_book().save_to_buffer().unwrap()).unwrap();
    let parts = every_part(secret);
    let mut files: Vec<String> = vec!["good.xlsx".into()];
    for (name, bytes, _) in &parts {
        std::fs::write(board.path(&format!("{name}.xlsx")), bytes).unwrap();
        files.push(format!("{name}.xlsx"));
    }
    let verdicts = verdicts(&board, &files);
    assert_eq!(verdicts["good.xlsx"]["verdict"], "accepted", "{}", verdicts["good.xlsx"]);
    for (name, _, says) in &parts {
        let verdict = &verdicts[&format!("{name}.xlsx")];
        assert_eq!(verdict["verdict"], "quarantined", "{name}: {verdict}");
        let errors = verdict["findings"].as_array().unwrap().iter().filter(|f| f["code"] == "P001");
        let told = errors.filter(|f| f["cell"] == *says || f["message"].as_str().unwrap().contains(says)).count();
        assert!(told > 0, "{name} does not say {says}: {verdict}");
        assert!(!verdict.to_string().contains("999 000"), "{name}: {verdict}");
    }
    println!("{} parts looked at", parts.len());
}

/// One workbook of openpyxl, and what LibreOffice made of it in the two other formats.
#[test]
fn the_parts_of_every_format_are_looked_at() {
    let board = board();
    let names: Vec<String> = ["xlsx", "xls", "ods"].map(|ending| format!("parts.{ending}")).into();
    for name in &names {
        let from = format!("{}/tests/data/personal/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::copy(from, board.path(name)).unwrap();
    }
    for (name, verdict) in verdicts(&board, &names) {
        assert_eq!(verdict["verdict"], "quarantined", "{name}");
        let findings = verdict["findings"].as_array().unwrap();
        let told = |cell: &str, words: &str| {
            let fits = |f: &&Value| f["cell"] == cell && f["message"].as_str().unwrap().contains(words);
            findings.iter().filter(|f| f["code"] == "P001").filter(fits).count()
        };
        for (cell, words) in [
            ("C2", "a comment on this cell"),
            ("D4", "This looks like an NHS number"),
            ("", "document properties"),
            ("", "page header"),
            (if name == "parts.xlsx" { "B5" } else { "" }, "list of a drop-down"),
        ] {
            assert_eq!(told(cell, words), 1, "{name}: {words}: {verdict}");
        }
        assert!(!verdict.to_string().contains("999 000"), "{name}");
    }
}

#[test]
fn the_name_of_a_worker_is_a_note() {
    let board = board();
    let mut book = good_book();
    book.set_properties(&DocProperties::new().set_author("Araminta Sampleton"));
    std::fs::write(board.path("made.xlsx"), book.save_to_buffer().unwrap()).unwrap();
    let verdict = &verdicts(&board, &["made.xlsx".into()])["made.xlsx"];
    assert_eq!(verdict["verdict"], "accepted");
    let findings = verdict["findings"].as_array().unwrap();
    assert_eq!((findings[0]["code"].as_str(), findings[0]["severity"].as_str()), (Some("P009"), Some("note")));
    assert!(!verdict.to_string().contains("Araminta"));
}

#[test]
fn a_document_inside_the_workbook_is_refused() {
    let board = board();
    let bytes = with_part(&good_book().save_to_buffer().unwrap(), "xl/embeddings/oleObject1.bin", |_| "x".into());
    std::fs::write(board.path("inside.xlsx"), bytes).unwrap();
    let verdict = &verdicts(&board, &["inside.xlsx".into()])["inside.xlsx"];
    assert_eq!((&verdict["verdict"], &verdict["findings"][0]["code"]), (&"rejected".into(), &"F021".into()));
}

/// Values in every place of quarantined files that a reader could come across: not one byte of them lies outside the
/// quarantine folder, and none is printed.
#[test]
fn nothing_of_a_quarantined_file_is_found_anywhere_else() {
    let board = board();
    let secrets = ["9990000360", "999 000 0379", "Zebedee", "Araminta", "Testcase", "07700 900123", "B801000024041"];
    board.write(
        "inbox/care.csv",
        "agency,indicator,locality,period,breakdown,numerator,denominator,NHS number,notes\n\
         care,visits-in-time,ash,2014-03,,70,80,9990000360,Zebedee lives here\n\
         Testcase,visits-in-time,Araminta,2014-03,Zebedee=Testcase,seventy of Zebedee,80,,07700 900123\n",
    );
    board.write("inbox/9990000360 headless.csv", "9990000360,Zebedee,Testcase\n999 000 0379,Araminta,Sampleton\n");
    let mut book = good_book();
    book.set_properties(
        &DocProperties::new().set_author("Zebedee Testcase").set_comment("child name: Araminta Sampleton"),
    );
    let sheet = book.add_worksheet();
    sheet.set_name("Zebedee Testcase").unwrap();
    for (row, cells) in (0..).zip([["agency", "indicator"], ["Zebedee", "999 000 0379"], ["Araminta", "B801000024041"]])
    {
        sheet.write_row(row, 0, cells).unwrap();
    }
    sheet.insert_note(2, 1, &Note::new("NHS 999 000 0379 of Araminta")).unwrap();
    std::fs::write(board.path("inbox/Zebedee Testcase.xlsx"), book.save_to_buffer().unwrap()).unwrap();
    let parts = every_part("999 000 0379");
    for (name, bytes, _) in &parts {
        std::fs::write(board.path(&format!("inbox/{name}.xlsx")), bytes).unwrap();
    }
    let files = 3 + parts.len();
    let answer = board.lscb(&["run", "PIPELINE"]);
    assert_eq!(answer.code, 3, "{}", answer.err);
    let validated = board.lscb(&["validate", "@inbox/care.csv", "--pipeline", "PIPELINE"]);
    let named = board.lscb(&["validate", "@inbox/9990000360 headless.csv", "--pipeline", "PIPELINE"]);
    let history = board.lscb(&["history", "--pipeline", "PIPELINE", "--format", "json"]);
    let printed =
        [&answer.out, &answer.err, &validated.out, &validated.err, &named.out, &named.err, &history.out, &history.err];
    let held = tree(&board.path("data")).into_keys().filter(|n| n.starts_with("quarantine/")).count();
    assert_eq!(held, files, "{}", history.out);
    let mut everywhere: Vec<(String, Vec<u8>)> = tree(&board.path("data")).into_iter().collect();
    everywhere.retain(|(name, _)| !name.starts_with("quarantine/"));
    everywhere.extend(tree(&board.path("reports")));
    everywhere.extend(printed.iter().enumerate().map(|(i, t)| (format!("output {i}"), t.as_bytes().to_vec())));
    for (name, bytes) in everywhere {
        // A workbook or Parquet file hides its words in compressed parts.
        for content in std::iter::once(bytes.clone()).chain(unpacked(&bytes)) {
            for secret in secrets {
                let needle = secret.as_bytes();
                assert!(!content.windows(needle.len()).any(|w| w == needle), "{name} holds {secret}");
                assert!(!name.contains(secret), "{name}");
            }
        }
    }
}

fn unpacked(bytes: &[u8]) -> Vec<Vec<u8>> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    let mut found = Vec::new();
    for index in 0..archive.len() {
        let mut content = Vec::new();
        archive.by_index(index).unwrap().read_to_end(&mut content).unwrap();
        found.push(content);
    }
    found
}
