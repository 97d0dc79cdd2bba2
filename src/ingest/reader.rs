//! What happens in the child: one file read within this very process.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};
use sha2::{Digest, Sha256};

use super::archive::{self, Holds};
use super::codes::{self, Stop};
use super::limits::Limits;
use super::parts::Parts;
use super::sniff::{self, Shape};
use super::{Read, child, csv, ods, xls, xlsx};
use crate::model::part::{PartKind, RawPart};
use crate::model::raw::{CellPlace, FileKind, RawFile};
use crate::model::{Finding, Severity};

/// Bytes of memory without which a panic is taken for the want of it.
const ROOM_TO_GO_ON: usize = 1 << 20;

/// The body of `lscb read-return PATH`: gives up what it does not need, reads the file, and writes the frame that
/// [`super::read`] expects to standard output. Exit code 0 whatever is wrong with the file, 1 where it cannot be opened.
pub fn read_return_main(path: &Path) -> ExitCode {
    let limits = child::limits_given();
    // A panic's message can repeat a cell. The parent throws standard error away; so do we, should somebody look.
    // A library that panics for want of memory ends like one that aborts for it: the limit is what stopped it, not the file.
    std::panic::set_hook(Box::new(|_| {
        if Vec::<u8>::new().try_reserve_exact(ROOM_TO_GO_ON).is_err() {
            std::process::abort();
        }
    }));
    if give_up(&limits).is_err() {
        return ExitCode::FAILURE;
    }
    let Ok(bytes) = load(path, &limits) else { return ExitCode::FAILURE };
    let read = catch_unwind(AssertUnwindSafe(|| look(path, &bytes, &limits))).unwrap_or_else(|_| {
        let message = "The file is put together in a way that cannot be followed.";
        finished(&bytes, None, Vec::new(), codes::stop(codes::DAMAGED, message))
    });
    let mut out = io::stdout().lock();
    let written = child::write_frame(&mut out, &read).and_then(|()| out.flush());
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Lowers the limits of this process, never to be raised again.
fn give_up(limits: &Limits) -> rustix::io::Result<()> {
    let at = |n: u64| Rlimit { current: Some(n), maximum: Some(n) };
    setrlimit(Resource::As, at(limits.address_space))?;
    setrlimit(Resource::Core, at(0))?;
    setrlimit(Resource::Fsize, at(0))?;
    // A second between the two limits lets the signal say that it was the time.
    let cpu = Rlimit { current: Some(limits.cpu_seconds), maximum: Some(limits.cpu_seconds + 1) };
    setrlimit(Resource::Cpu, cpu)
}

/// Reads a file in this process, without the protection of a child: for the child itself, and for tests.
pub fn read_here(path: &Path, limits: &Limits) -> Read {
    match load(path, limits) {
        Ok(bytes) => look(path, &bytes, limits),
        Err(_) => {
            finished(&Bytes::default(), None, Vec::new(), codes::stop(codes::DAMAGED, "The file cannot be opened."))
        }
    }
}

/// Reads the bytes of a file that is called `name`, in this process: for the fuzzer.
pub fn read_bytes(name: &Path, bytes: &[u8], limits: &Limits) -> Read {
    let mut hash = Sha256::new();
    hash.update(bytes);
    let given = Bytes { content: bytes.to_vec(), length: bytes.len() as u64, sha256: hex(hash) };
    look(name, &given, limits)
}

/// A file's bytes, or, beyond the limit, only how many there are.
#[derive(Default)]
struct Bytes {
    content: Vec<u8>,
    length: u64,
    sha256: String,
}

fn load(path: &Path, limits: &Limits) -> io::Result<Bytes> {
    let mut file = File::open(path)?;
    let mut content = Vec::new();
    (&mut file).take(limits.file_bytes + 1).read_to_end(&mut content)?;
    let mut hash = Sha256::new();
    hash.update(&content);
    let more = digest_rest(&mut file, &mut hash)?;
    Ok(Bytes { length: content.len() as u64 + more, content, sha256: hex(hash) })
}

/// Adds what is left of a file to a hash; returns how many bytes that were.
fn digest_rest(file: &mut File, hash: &mut Sha256) -> io::Result<u64> {
    let mut buffer = vec![0; 64 * 1024];
    let mut length = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(length),
            n => {
                hash.update(&buffer[..n]);
                length += n as u64;
            }
        }
    }
}

/// The SHA-256 of a file and its length, for when there is nothing else to say of it.
pub(super) fn digest(path: &Path) -> io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let length = digest_rest(&mut File::open(path)?, &mut hash)?;
    Ok((hex(hash), length))
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn finished(bytes: &Bytes, raw: Option<RawFile>, parts: Vec<RawPart>, findings: Vec<Finding>) -> Read {
    Read { raw, parts, findings, sha256: bytes.sha256.clone(), bytes: bytes.length }
}

fn look(path: &Path, bytes: &Bytes, limits: &Limits) -> Read {
    let (mut findings, mut parts) = (Vec::new(), Parts::new(limits));
    let raw = match open(path, bytes, limits, &mut findings, &mut parts) {
        Ok(raw) => Some(raw),
        Err(stopped) => {
            findings.extend(stopped);
            None
        }
    };
    if let Some(raw) = &raw
        && raw.sheets.iter().all(|s| s.rows.is_empty())
        && findings.iter().all(|f| f.severity != Severity::Error)
    {
        findings.push(codes::error(codes::NOTHING_IN_IT, "No table was found: no cell of the file holds a value."));
    }
    let parts = parts.finish(limits, &mut findings);
    finished(bytes, raw, parts, findings)
}

fn open(
    path: &Path,
    bytes: &Bytes,
    limits: &Limits,
    findings: &mut Vec<Finding>,
    parts: &mut Parts,
) -> Result<RawFile, Stop> {
    if bytes.length > limits.file_bytes {
        let mib = |n: u64| n.div_ceil(1024 * 1024);
        let message = format!("The file has {} MiB; at most {} are taken.", mib(bytes.length), mib(limits.file_bytes));
        return Err(codes::stop(codes::TOO_LARGE, message));
    }
    let content = &bytes.content;
    if content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content).trim_ascii().is_empty() {
        return Err(codes::stop(codes::EMPTY, "The file has no content."));
    }
    let agree = |kind| sniff::disagreement(path, kind).map_or(Ok(()), |finding| Err(vec![finding]));
    match sniff::shape(content) {
        Shape::Zip => open_archive(path, content, limits, findings, parts),
        Shape::Compound if xls::is_encrypted_package(content) => {
            Err(codes::stop(codes::PASSWORD, "The workbook is password-protected, so nothing in it can be read."))
        }
        Shape::Compound if !xls::is_workbook(content) => {
            Err(vec![sniff::refused(path, "an old Office document that is no workbook")])
        }
        Shape::Compound => agree(FileKind::Xls).and_then(|()| xls::read(content, limits, findings, parts)),
        Shape::Text => agree(FileKind::Csv).and_then(|()| csv::read(content, limits, findings)).inspect_err(|_| {
            // A text that is no table is still looked at line by line.
            let text = String::from_utf8_lossy(content);
            parts.column(PartKind::Other, &CellPlace::default(), "", text.split(['\n', '\r']));
        }),
        Shape::Other(words) => Err(vec![sniff::refused(path, words)]),
    }
}

fn open_archive(
    path: &Path,
    content: &[u8],
    limits: &Limits,
    findings: &mut Vec<Finding>,
    parts: &mut Parts,
) -> Result<RawFile, Stop> {
    let mut archive = archive::open(content)?;
    let kind = match archive::holds(&mut archive) {
        Holds::Xlsx => FileKind::Xlsx,
        Holds::Ods => FileKind::Ods,
        Holds::Macros(words) => {
            let message = format!("The file is {words}; an ordinary workbook (.xlsx) was expected.");
            return Err(codes::stop(codes::MACROS, message));
        }
        Holds::Other(words) => return Err(vec![sniff::refused(path, words)]),
    };
    if let Some(finding) = sniff::disagreement(path, kind) {
        return Err(vec![finding]);
    }
    let unpacked = archive::guard(&mut archive, limits)?;
    match kind {
        FileKind::Ods => ods::read(content, limits, findings, parts),
        _ => xlsx::read(content, unpacked, limits, findings, parts),
    }
}
