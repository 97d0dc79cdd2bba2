//! What is read past calamine beside what calamine reads: every workbook of the repository, as it is and with changes in
//! its sheets, gives the same cells, findings and parts both ways.

use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use std::collections::HashMap;

use super::*;
use crate::model::part::RawPart;

type Outcome = (Result<RawFile, Stop>, Vec<Finding>, Vec<RawPart>);

/// A workbook read with at most this many plain cells read past calamine; nothing where the guard stops it.
fn outcome(bytes: &[u8], plain_max: usize) -> Option<Outcome> {
    let limits = Limits::default();
    let unpacked = archive::guard(&mut archive::open(bytes).ok()?, &limits).ok()?;
    let (mut findings, mut parts) = (Vec::new(), Parts::new(&limits));
    let raw = read_as(bytes, unpacked, &limits, &mut findings, &mut parts, plain_max);
    let parts = parts.finish(&limits, &mut findings);
    Some((raw, findings, parts))
}

/// Each cell in a line, so that a difference can be read.
fn cells(raw: &Result<RawFile, Stop>) -> Vec<String> {
    let sheets = raw.iter().flat_map(|raw| &raw.sheets);
    let cells = sheets.flat_map(|s| s.rows.iter().flat_map(move |r| r.cells.iter().map(move |c| (s, r, c))));
    cells
        .map(|(s, r, c)| format!("{} {} {} {:?} {:?} {}", s.name, r.row, c.column, c.value, c.note, r.hidden))
        .collect()
}

fn workbooks() -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut open) = (Vec::new(), vec![root.join("tests"), root.join("sample_data")]);
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "xlsx") {
                let bytes = std::fs::read(&path).unwrap();
                found.extend(archive::open(&bytes).is_ok().then_some((path, bytes)));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_workbook_gives_the_same_both_ways() {
    let (mut read, mut past) = (0, 0);
    for (path, bytes) in workbooks() {
        let Some(whole) = outcome(&bytes, 0) else { continue };
        assert_eq!(outcome(&bytes, usize::MAX), Some(whole), "{}", path.display());
        let mut archive = archive::open(&bytes).unwrap();
        if let Ok(package) = package::find(&mut archive) {
            let light = light::copy(&mut archive, &package, HashMap::new(), usize::MAX).unwrap();
            past += usize::from(light.is_some());
        }
        read += 1;
    }
    assert!(read > 50 && past * 10 > read * 9, "of {read} workbooks {past} were sieved");
}

/// What a change puts into a sheet.
const PIECES: [&str; 22] = [
    "\"",
    "'",
    "<",
    ">",
    "/",
    "&",
    " ",
    "&amp;",
    "&#65;",
    "<!-- -->",
    "<![CDATA[7]]>",
    "<v>7</v>",
    "<f>A1</f>",
    "<f>[1]S!A1</f>",
    "<is><t>x</t></is>",
    "<c r=\"B2\"><v>1</v></c>",
    "</row>",
    "<row>",
    " t=\"s\"",
    " s=\"1\"",
    "A0",
    "99999999999",
];

/// A copy of a workbook with one part changed.
fn changed(bytes: &[u8], part: usize, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut from = archive::open(bytes).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut entry = from.by_index(index).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if index == part {
            change(&mut content);
        }
        to.start_file(entry.name().unwrap().into_owned(), zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&content).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn changed_sheets_give_the_same_both_ways() {
    // A sequence that is the same every time: Knuth's linear congruential generator (MMIX).
    let mut state = 7_u64;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound.max(1)
    };
    let books: Vec<_> = workbooks().into_iter().filter(|(_, bytes)| bytes.len() < 40_000).collect();
    let rounds = std::env::var("LSCB_BOTH_WAYS_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    for round in 0..rounds {
        let (path, bytes) = &books[below(books.len())];
        let Ok(mut archive) = archive::open(bytes) else { continue };
        let sheets: Vec<usize> = (0..archive.len())
            .filter(|i| archive.by_index(*i).is_ok_and(|e| e.name().is_ok_and(|n| n.contains("sheets/sheet"))))
            .collect();
        if sheets.is_empty() {
            continue;
        }
        let (part, at, cut) = (sheets[below(sheets.len())], below(1 << 30), below(8));
        let (piece, truncated) = (PIECES[below(PIECES.len())], below(20) == 0);
        let bytes = changed(bytes, part, |content| {
            let begin = content.windows(9).position(|w| w == b"sheetData").unwrap_or(0);
            let at = begin + at % (content.len() - begin).max(1);
            let end = (at + cut).min(content.len());
            content.splice(at..end, piece.bytes());
            if truncated {
                content.truncate(at);
            }
        });
        let (past, whole) = (outcome(&bytes, usize::MAX), outcome(&bytes, 0));
        if let (Some((past, ..)), Some((whole, ..))) = (&past, &whole) {
            assert_eq!(cells(past), cells(whole), "round {round}, {} {piece}", path.display());
        }
        assert_eq!(past.as_ref().map(|p| (&p.1, &p.2)), whole.as_ref().map(|w| (&w.1, &w.2)), "round {round} {piece}");
        assert!(past == whole, "round {round}, {} {piece}", path.display());
    }
}
