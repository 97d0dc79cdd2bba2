//! The command line: arguments, one short arm a command, and what is printed. Progress goes to standard error, results to
//! standard output.

/// Prints a line of results.
macro_rules! say {
    () => { crate::cli::screen::out("\n") };
    ($($text:tt)*) => { crate::cli::screen::out(&(format!($($text)*) + "\n")) };
}

/// Prints results as they are.
macro_rules! put {
    ($($text:tt)*) => { crate::cli::screen::out(&format!($($text)*)) };
}

mod arguments;
mod backup;
mod calc;
mod due;
mod evaluate;
mod events;
mod explain;
mod history;
mod map;
mod queries;
mod query;
mod repro;
mod rules;
mod run;
mod sample;
mod screen;
mod serve;
mod template;
mod user;
mod validate;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

pub use arguments::Arguments;
use arguments::Command;

use crate::model::Error;

/// Runs the program on its arguments and gives the exit code of the data contract: 0 well, 1 failed, 2 usage or
/// configuration, 3 published or checked, and at least one return was not accepted.
pub fn main() -> ExitCode {
    // clap ends the process by itself with 0 for help and version, and with 2 for a wrong command line.
    let arguments = Arguments::parse();
    match dispatch(arguments.command) {
        Ok(code) => code,
        Err(error) => {
            screen::error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn dispatch(command: Command) -> Result<ExitCode, Error> {
    match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Repro(arguments) => repro::run(&arguments),
        Command::Template(arguments) => template::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Calc(arguments) => calc::run(&arguments),
        Command::Query(arguments) => query::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::History(arguments) => history::run(&arguments),
        Command::Due(arguments) => due::run(&arguments),
        Command::Queries(arguments) => queries::run(&arguments),
        Command::Map(arguments) => map::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::User(arguments) => user::run(&arguments),
        Command::Backup(arguments) => backup::backup(&arguments),
        Command::Restore(arguments) => backup::restore(&arguments),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "lscb", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
        Command::ReadReturn { file } => Ok(crate::ingest::read_return_main(&file)),
    }
}
