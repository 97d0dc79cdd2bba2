//! A workbook of which one part is the fuzzer's.
#![no_main]

use libfuzzer_sys::fuzz_target;

const BASE: &[u8] = include_bytes!("../../data/ingest/texts.xlsx");
const PARTS: [&str; 6] = [
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "docProps/core.xml",
    "[Content_Types].xml",
];

fuzz_target!(|data: &[u8]| {
    if let Some((part, content)) = lscb_fuzz::chosen(&PARTS, data)
        && let Some(bytes) = lscb_fuzz::with_part(BASE, part, content)
    {
        lscb_fuzz::answers("fuzz.xlsx", &bytes);
    }
});
