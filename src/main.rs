//! The `lscb` binary: parse, call, turn an error into an exit code.

fn main() -> std::process::ExitCode {
    lscb::cli::main()
}
