//! The parent's side: starts the child, waits no longer than it may take, and makes a finding of whatever kills it.

use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

use super::limits::Limits;
use super::reader::digest;
use super::{Read, codes};
use crate::model::Error;

/// The beginning of a frame. Its number changes whenever the shape of [`Read`] does.
const FRAME: &[u8] = b"lscb-read-2\n";

/// Names a program to be used as the reader.
const READER: &str = "LSCB_READER";

/// Carries the limits to the child, as JSON.
const LIMITS: &str = "LSCB_READ_LIMITS";

/// Exit code of a program that does not know the command: the installation is wrong, not the file.
const USAGE: i32 = 2;

static CHOSEN: OnceLock<PathBuf> = OnceLock::new();

/// Names the program that is started as `PROGRAM read-return PATH`, for tests and benches, whose own program is not
/// `lscb`. The first call holds. Without it: the environment variable `LSCB_READER`, else the program that runs.
pub fn set_reader(program: impl Into<PathBuf>) {
    // A second call is a mistake of ours that harms nobody; the first program goes on.
    let _ = CHOSEN.set(program.into());
}

/// Reads one file in a child process within the limits.
///
/// A file that cannot be opened is an [`Error`]; everything that is wrong inside it is a finding, a reader that was killed
/// included.
pub fn read(path: &Path, limits: &Limits) -> Result<Read, Error> {
    let opened = std::fs::File::open(path).and_then(|file| file.metadata());
    let file = opened.map_err(|e| Error::io(path, "could not be opened", e))?;
    if !file.is_file() {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "it is not a file");
        return Err(Error::io(path, "could not be read", source));
    }
    match run(path, limits)? {
        Ended::Read(read) => Ok(*read),
        Ended::Killed(why) => {
            let (sha256, bytes) = digest(path).map_err(|e| Error::io(path, "could not be read", e))?;
            let message = format!("The file could not be read within the limits: {why}.");
            Ok(Read {
                raw: None,
                parts: Vec::new(),
                findings: vec![codes::error(codes::BEYOND_LIMITS, message)],
                sha256,
                bytes,
            })
        }
    }
}

/// How a child ended.
enum Ended {
    Read(Box<Read>),
    Killed(String),
}

fn run(path: &Path, limits: &Limits) -> Result<Ended, Error> {
    let program = program()?;
    // An absolute path cannot be taken for an option.
    let absolute = std::path::absolute(path).map_err(|e| Error::io(path, "has no absolute path", e))?;
    let given = serde_json::to_string(limits).map_err(|e| Error::io(path, "has no limits", e.into()))?;
    let mut child = Command::new(&program)
        .arg("read-return")
        .arg(absolute)
        .env_clear()
        .env(LIMITS, given)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| Error::io(&program, "could not be started to read a return", e))?;
    let output = output_within(&mut child, limits);
    let late = output.is_none();
    let status = end(&mut child).map_err(|e| Error::io(&program, "did not end", e))?;
    if late {
        return Ok(Ended::Killed(format!("it took longer than {} seconds", limits.wall_seconds)));
    }
    match output.and_then(|bytes| parse_frame(&bytes)) {
        Some(read) if status.success() => Ok(Ended::Read(Box::new(read))),
        _ if status.code() == Some(USAGE) => Err(Error::state(
            program.display().to_string(),
            "does not know the command that reads returns",
            "Set LSCB_READER to the lscb program, or unset it.",
        )),
        _ => Ok(Ended::Killed(why(status, limits))),
    }
}

/// The program that reads returns, and that runs nights for the portal.
///
/// # Errors
/// It does not know where it lies.
pub fn program() -> Result<PathBuf, Error> {
    if let Some(chosen) = CHOSEN.get() {
        return Ok(chosen.clone());
    }
    match std::env::var_os(READER) {
        Some(named) => Ok(named.into()),
        None => std::env::current_exe().map_err(|e| Error::io("lscb", "could not find its own program", e)),
    }
}

/// All that the child writes, or `None` when it takes too long or writes more than it may have in memory.
fn output_within(child: &mut Child, limits: &Limits) -> Option<Vec<u8>> {
    let pipe = child.stdout.take()?;
    let (send, receive) = mpsc::channel();
    let most = limits.address_space;
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.take(most).read_to_end(&mut bytes);
        // Nobody waits any longer when the time was up.
        let _ = send.send(read.map(|_| bytes).unwrap_or_default());
    });
    receive.recv_timeout(Duration::from_secs(limits.wall_seconds)).ok()
}

/// Waits a moment for a child that has closed its output, then ends it by force; it is never left behind.
fn end(child: &mut Child) -> io::Result<ExitStatus> {
    let until = Instant::now() + Duration::from_millis(500);
    while Instant::now() < until {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill()?;
    child.wait()
}

fn why(status: ExitStatus, limits: &Limits) -> String {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt;
    match status.signal() {
        Some(signal) if signal == Signal::XCPU.as_raw() => {
            format!("it took more than {} seconds of computing", limits.cpu_seconds)
        }
        Some(signal) if signal == Signal::KILL.as_raw() => "the system stopped it".to_owned(),
        Some(_) => format!("it needed more than {} MiB of memory", limits.address_space / (1024 * 1024)),
        None => "the reader gave up".to_owned(),
    }
}

/// Writes what was read as the parent expects it.
pub(super) fn write_frame(out: &mut impl Write, read: &Read) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    out.write_all(FRAME)?;
    postcard::to_io(read, &mut out).map_err(io::Error::other)?;
    out.flush()
}

fn parse_frame(bytes: &[u8]) -> Option<Read> {
    postcard::from_bytes(bytes.strip_prefix(FRAME)?).ok()
}

/// In the child: the limits that the parent gave, or the usual ones when a person starts it by hand.
pub(super) fn limits_given() -> Limits {
    std::env::var(LIMITS).ok().and_then(|given| serde_json::from_str(&given).ok()).unwrap_or_default()
}
