//! What the targets share: bytes to a reader, within this process.
//!
//! The reader's own child catches a panic of the libraries that it uses and gives one finding; so the panics are caught
//! here as well. What the fuzzer looks for is what no child can catch cheaply: loops without end, stacks without bottom,
//! and answers that are none.

use std::io::{Cursor, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;

use lscb::ingest::{Limits, read_bytes};

/// Reads `bytes` under a file name and checks that there is an answer.
pub fn answers(name: &str, bytes: &[u8]) {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let read = catch_unwind(AssertUnwindSafe(|| read_bytes(Path::new(name), bytes, &Limits::default())));
    if let Ok(read) = read {
        let said = read.raw.is_some() || !read.findings.is_empty();
        // A failed assertion would be caught like any panic of a library.
        if !said {
            std::process::abort();
        }
    }
}

/// A copy of an archive with the content of a part in the place of its own, packed so that every checksum is right.
pub fn with_part(base: &[u8], part: &str, content: &[u8]) -> Option<Vec<u8>> {
    let mut from = zip::ZipArchive::new(Cursor::new(base)).ok()?;
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for index in 0..from.len() {
        let mut entry = from.by_index(index).ok()?;
        let name = entry.name().ok()?.into_owned();
        let mut own = Vec::new();
        entry.read_to_end(&mut own).ok()?;
        to.start_file(&name, options).ok()?;
        to.write_all(if name == part { content } else { &own }).ok()?;
    }
    Some(to.finish().ok()?.into_inner())
}

/// The part that the first byte of the input chooses, and the rest of the input.
pub fn chosen<'a>(parts: &[&'static str], data: &'a [u8]) -> Option<(&'static str, &'a [u8])> {
    let (first, rest) = data.split_first()?;
    Some((parts[usize::from(*first) % parts.len()], rest))
}
