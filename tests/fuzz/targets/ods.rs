//! An OpenDocument spreadsheet of which one part is the fuzzer's.
#![no_main]

use libfuzzer_sys::fuzz_target;

const BASE: &[u8] = include_bytes!("../../data/ingest/shapes.ods");
const PARTS: [&str; 4] = ["content.xml", "META-INF/manifest.xml", "meta.xml", "styles.xml"];

fuzz_target!(|data: &[u8]| {
    if let Some((part, content)) = lscb_fuzz::chosen(&PARTS, data)
        && let Some(bytes) = lscb_fuzz::with_part(BASE, part, content)
    {
        lscb_fuzz::answers("fuzz.ods", &bytes);
    }
});
