//! A workbook of Excel 97 to 2003.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| lscb_fuzz::answers("fuzz.xls", data));
