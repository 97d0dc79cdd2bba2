//! The `lscb` binary: parse, call, turn an error into an exit code.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next()) {
        (Some(command), Some(path)) if command == "read-return" => lscb::ingest::read_return_main(Path::new(&path)),
        _ => ExitCode::from(2),
    }
}
