//! Separated text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| lscb_fuzz::answers("fuzz.csv", data));
