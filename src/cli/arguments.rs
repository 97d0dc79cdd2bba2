//! The commands and their arguments; the help is written here.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// From the returns of a safeguarding board's partners to hot spots: where to look first, why, how sure, what changed.
#[derive(Debug, Parser)]
#[command(name = "lscb", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Examples:
  lscb run pipelines/nightly.toml              the nightly batch: returns in, a board report out
  lscb validate returns/police_q3.xlsx         check a return before it is sent
  lscb explain locality/neglect/corby          from a hot spot down to its source cells
  lscb query 'SELECT agency, count(*) AS rows FROM performance GROUP BY agency'

Exit codes: 0 well; 1 failed, what was published before stands; 2 usage or configuration;
            3 done, and at least one return was not accepted.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The nightly batch: take in what arrived, triangulate, publish.
    Run(Run),
    /// Check files as the portal and the batch do; nothing is kept.
    Validate(Validate),
    /// Every code that a check can give: what it means, why it matters, what to do.
    Rules(Rules),
    /// The smallest sheet that still shows a finding, with made-up values, to contest a rule without sending data.
    Repro(Repro),
    /// Write an agency's blank return as a workbook, with its lists as drop-downs.
    Template(Template),
    /// Walk from a hot spot down to the cells that its figures came from.
    Explain(Explain),
    /// Run one statistical method, the very code that the batch runs.
    Calc(Calc),
    /// Read-only SQL over the lake's tables.
    Query(Query),
    /// Write synthetic returns of a made-up county, with their truth beside them.
    Sample(Sample),
    /// How good the list is: simulated boards of known truth, or what inspectors found afterwards.
    Evaluate(Evaluate),
    /// Runs and submissions, with their verdicts.
    History(History),
    /// Which returns are owed: on time, late, missing, empty or in part.
    Due(Due),
    /// What accepted returns ask, and the answers to it.
    Queries(Queries),
    /// Headers that an agency writes in its own way: look, and confirm what they mean.
    Map(Map),
    /// Accounts of the portal: invite the first administrator, or let one in who is locked out.
    User(User),
    /// Copy a board whole into one file, while the portal serves.
    Backup(Backup),
    /// Bring a board back from a backup, into an empty folder.
    Restore(Restore),
    /// Shell completions: `lscb completions bash > /etc/bash_completion.d/lscb`.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// The portal: agencies upload, analysts steer, the board reads.
    Serve(Serve),
    /// Reads one return inside its limits; the batch and the portal call it.
    #[command(hide = true)]
    ReadReturn {
        /// The file.
        file: PathBuf,
    },
}

/// Arguments of `lscb run`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  lscb run pipelines/nightly.toml --as-of 2015-01-31")]
pub struct Run {
    /// The pipeline file.
    pub pipeline: PathBuf,
    /// Where returns arrive, instead of the pipeline's `inbox`.
    #[arg(long, value_name = "DIR")]
    pub inbox: Option<PathBuf>,
    /// Lake, originals, ledger and private results, instead of the pipeline's `data`.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where the report is published, instead of the pipeline's `reports`.
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
    /// The day that counts as today, such as 2015-01-31.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// Judge every known return again from its original and do every stage again.
    #[arg(long)]
    pub full: bool,
    /// Say what happens as JSON, an object a line: for the portal, which starts runs.
    #[arg(long, hide = true)]
    pub events: bool,
}

/// Arguments of `lscb serve`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  lscb serve --demo                              the sample county, with one account a role
  lscb serve pipelines/nightly.toml --listen 127.0.0.1:8080 --behind-tls")]
pub struct Serve {
    /// The pipeline file.
    #[arg(default_value = "pipelines/nightly.toml", value_name = "PIPELINE")]
    pub pipeline: PathBuf,
    /// The sample county instead, in DIR (`data/demo` if left out), with one account a role, shown once.
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "data/demo", conflicts_with = "inbox")]
    pub demo: Option<PathBuf>,
    /// Where returns arrive by hand, instead of the pipeline's `inbox`.
    #[arg(long, value_name = "DIR")]
    pub inbox: Option<PathBuf>,
    /// Lake, originals, ledger and private results, instead of the pipeline's `data`.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where reports are published, instead of the pipeline's `reports`.
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
    /// Address and port.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS", env = "LSCB_LISTEN")]
    pub listen: SocketAddr,
    /// Certificate chain (PEM), for TLS without a proxy.
    #[arg(long, value_name = "FILE", requires = "tls_key", env = "LSCB_TLS_CERTIFICATE")]
    pub tls_certificate: Option<PathBuf>,
    /// Its key (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_certificate", env = "LSCB_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// A proxy before it speaks TLS with browsers.
    #[arg(long)]
    pub behind_tls: bool,
}

/// Text for people, or JSON for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// How `lscb validate` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// For people, on the terminal.
    Text,
    /// One JSON object a line.
    Json,
    /// One page for all files, to be opened in a browser, printed or sent.
    Html,
}

/// Arguments of `lscb validate`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  lscb validate police_q3.xlsx
  lscb validate *.csv --format json
  lscb validate police_q3.xlsx --format html --output answer.html
  lscb validate police_q3.xlsx --annotate mended/       your own workbook back, with notes on its cells
  lscb validate police_q3.xlsx --receipt .              police_q3.xlsx.receipt.json, to be sent along")]
pub struct Validate {
    /// Files to check.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The pipeline file whose reference lists and return specs apply.
    #[arg(long, default_value = "pipelines/nightly.toml", value_name = "PIPELINE")]
    pub pipeline: PathBuf,
    /// A data folder: what was accepted, answered and confirmed before is then known too, as in a run.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: AnswerFormat,
    /// Where the answer is written, instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write each file back as a workbook with a note and a colour on each cell: into a folder, or to one .xlsx file.
    #[arg(long, value_name = "DIR|FILE.xlsx")]
    pub annotate: Option<PathBuf>,
    /// Write a receipt of each file, which may be sent along with it: into a folder, or to one .json file.
    #[arg(long, value_name = "DIR|FILE.json", conflicts_with = "data")]
    pub receipt: Option<PathBuf>,
}

/// Arguments of `lscb repro`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  lscb repro police_q3.xlsx --finding V012 --cell 'Q3!C17' -o example.xlsx
  lscb repro police_q3.csv --finding V004 --cell 17 -o example.csv")]
pub struct Repro {
    /// The file in which it was found; it is not changed.
    pub file: PathBuf,
    /// The code of the finding; never one of personal data.
    #[arg(long, value_name = "CODE")]
    pub finding: String,
    /// Its cell, or its line in a CSV file; the first that was found unless told.
    #[arg(long, value_name = "CELL")]
    pub cell: Option<String>,
    /// The example to write.
    #[arg(short, long, value_name = "FILE.xlsx|csv")]
    pub output: PathBuf,
    /// The pipeline file whose reference lists and return specs apply.
    #[arg(long, default_value = "pipelines/nightly.toml", value_name = "PIPELINE")]
    pub pipeline: PathBuf,
}

/// How `lscb rules` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// A line for each code; the whole of it where codes are named.
    Text,
    /// One JSON object a line.
    Json,
    /// One page that needs no network, with a place for each code, such as `#V004`.
    Html,
}

/// Arguments of `lscb rules`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  lscb rules                                 every code, a line each
  lscb rules V004                            one of them in full
  lscb rules --format html -o rules.html     the page that verdicts point to
  lscb rules --check                         that each has its cases and its page")]
pub struct Rules {
    /// Codes to explain in full; a letter stands for all that begin with it.
    #[arg(value_name = "CODE")]
    pub codes: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: RulesFormat,
    /// The file to write, instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Check that every code has a case that passes, a case that fails, and its page.
    #[arg(long, conflicts_with_all = ["codes", "format", "output"])]
    pub check: bool,
}

/// Which board's data a command looks at.
#[derive(Debug, Args)]
pub struct Where {
    /// The pipeline file.
    #[arg(long, default_value = "pipelines/nightly.toml", value_name = "PIPELINE")]
    pub pipeline: PathBuf,
    /// The data folder, instead of the pipeline's `data`.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

impl Where {
    /// The data folder.
    ///
    /// # Errors
    /// The pipeline file does not read, or names no data folder and none was given.
    pub fn data(&self) -> Result<PathBuf, crate::model::Error> {
        match &self.data {
            Some(folder) => Ok(folder.clone()),
            None => crate::pipeline::run::data_of(&self.pipeline),
        }
    }
}

/// Arguments of `lscb template`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  lscb template police-performance -o police.xlsx
  lscb template section11 --agency camhs -o section-11-camhs.xlsx      one agency's own, with what it sent last time
  lscb template csc-performance --period 2014-Q3 -o csc.xlsx           for an earlier period
  lscb template plain:section11 -o scores.xlsx                         the board's own columns")]
pub struct Template {
    /// Id of the return, or of a canonical table such as `performance`; `plain:section11` where a return has that id too.
    #[arg(value_name = "RETURN")]
    pub return_id: String,
    /// The workbook to write.
    #[arg(short, long, value_name = "FILE.xlsx")]
    pub output: PathBuf,
    /// The one agency that it is for, where several send the return.
    #[arg(long, value_name = "AGENCY")]
    pub agency: Option<String>,
    /// The period that it is for, such as 2014-Q3; the last that is over, unless told.
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb explain`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  lscb explain agency/supervision/camhs")]
pub struct Explain {
    /// The cell: locality/THEME/PLACE, agency/THEME/AGENCY or board/THEME.
    pub cell: String,
    /// The run; the latest unless told.
    #[arg(long)]
    pub run: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb calc`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  lscb calc --list
  echo '{\"inputs\":{\"count\":7,\"denominator\":20},\"params\":{}}' | lscb calc proportion_wilson
  lscb calc --batch < vectors.jsonl")]
pub struct Calc {
    /// The method; reads one JSON object {\"inputs\", \"params\"} from standard input.
    #[arg(required_unless_present_any = ["batch", "list"])]
    pub method: Option<String>,
    /// Read JSON lines {\"id\", \"method\", \"inputs\", \"params\"}, print one result a line.
    #[arg(long, conflicts_with_all = ["method", "list"])]
    pub batch: bool,
    /// List the methods with their parameters and sources.
    #[arg(long, conflicts_with = "method")]
    pub list: bool,
}

/// How a result of `lscb query` is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// A table for people.
    Table,
    /// CSV.
    Csv,
}

/// Arguments of `lscb query`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  lscb query 'SELECT indicator, sum(numerator) AS n FROM performance GROUP BY indicator'
Tables: performance, section11, audits, child_deaths, case_reviews, intelligence, actions.")]
pub struct Query {
    /// The query.
    pub sql: String,
    /// The day that counts as today; the pipeline's unless told.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    pub format: TableFormat,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb sample`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  lscb sample --out /tmp/county --seed 7 && lscb run /tmp/county/pipeline.toml")]
pub struct Sample {
    /// The folder to write.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many boards; more than one are written to DIR/board-1, DIR/board-2, ...
    #[arg(long, default_value_t = 1)]
    pub boards: usize,
    /// How many months of history.
    #[arg(long, default_value_t = 36)]
    pub months: usize,
}

/// Arguments of `lscb evaluate`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  lscb evaluate --boards 200
  lscb evaluate --format json > evaluation.json
  lscb evaluate --judgements judgements.csv --pipeline pipelines/england.toml")]
pub struct Evaluate {
    /// How many boards of each kind to draw.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub boards: u32,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Effects to go through, upwards.
    #[arg(long, value_delimiter = ',', default_values_t = crate::evaluate::EFFECTS, value_name = "D,D,...", value_parser = effect)]
    pub effects: Vec<f64>,
    /// Instead of simulated boards: inspections and what they found (authority_code, inspection_date, overall), held
    /// against the pipeline's board as it stood the day before each.
    #[arg(long, value_name = "FILE", requires = "pipeline")]
    pub judgements: Option<PathBuf>,
    /// The data folder for --judgements, instead of the pipeline's `data`.
    #[arg(long, value_name = "DIR", requires = "judgements")]
    pub data: Option<PathBuf>,
    /// The pipeline file whose weights, windows and thresholds are tried; without it those of the program.
    #[arg(long, value_name = "PIPELINE")]
    pub pipeline: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// Arguments of `lscb history`.
#[derive(Debug, Args)]
pub struct History {
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb due`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  lscb due                                 the last period of every return, the missing ones first
  lscb due --agency police --all           everything that the police owe
  lscb due --as-of 2015-02-28 --format json")]
pub struct Due {
    /// The day that counts as today; the pipeline's unless told.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// Only what this agency owes, by its id.
    #[arg(long, value_name = "AGENCY")]
    pub agency: Option<String>,
    /// Every period, and not only the last.
    #[arg(long)]
    pub all: bool,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb queries`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  lscb queries --agency police
  lscb queries answer C006-1a2b3c4d --by 'A. Analyst' --explanation 'A new unit counts since October.' \\
      --until 2015-12-31 --expected 20..60")]
pub struct Queries {
    /// What to do; without it the queries are listed.
    #[command(subcommand)]
    pub action: Option<QueriesAction>,
    /// Only those of an agency.
    #[arg(long)]
    pub agency: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// What to do with a query.
#[derive(Debug, Subcommand)]
pub enum QueriesAction {
    /// Answer a query; it is asked again beyond the expected extent, or after the day.
    Answer(AnswerQuery),
    /// Take the latest answer to a query back.
    Withdraw(WithdrawAnswer),
}

/// Arguments of `lscb queries answer`.
#[derive(Debug, Args)]
pub struct AnswerQuery {
    /// The query, such as C006-1a2b3c4d.
    pub id: String,
    /// Who answers.
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// What happened. No person is named or numbered in it.
    #[arg(long, value_name = "TEXT")]
    pub explanation: String,
    /// The last day on which it holds.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: NaiveDate,
    /// What is expected meanwhile, such as 20..60, 20.. or ..60, in the figure's unit.
    #[arg(long, value_name = "LOW..HIGH", allow_hyphen_values = true)]
    pub expected: Option<String>,
    /// The one who answers releases the explanation for the board's report; it is never in a public one.
    #[arg(long)]
    pub release: bool,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb queries withdraw`.
#[derive(Debug, Args)]
pub struct WithdrawAnswer {
    /// The query.
    pub id: String,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb map`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  lscb map police_q3.xlsx
  lscb map police_q3.xlsx --agency police --return plain --by 'A. Analyst' 'Numbr=numerator'
  lscb map --list
  lscb map --agency police --return plain --forget Numbr")]
pub struct Map {
    /// The file whose headers are looked at.
    #[arg(required_unless_present_any = ["list", "forget"])]
    pub file: Option<PathBuf>,
    /// What headers mean.
    #[arg(value_name = "HEADER=COLUMN", requires_all = ["agency", "return_id", "by"])]
    pub pairs: Vec<String>,
    /// The agency whose headers they are.
    #[arg(long)]
    pub agency: Option<String>,
    /// The return: the id of its spec, or `plain`.
    #[arg(long = "return", value_name = "RETURN")]
    pub return_id: Option<String>,
    /// Who confirms.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// List what was confirmed.
    #[arg(long, conflicts_with_all = ["file", "forget"])]
    pub list: bool,
    /// Forget a header.
    #[arg(long, value_name = "HEADER", conflicts_with = "file", requires_all = ["agency", "return_id"])]
    pub forget: Option<String>,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb user`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  lscb user add --role administrator --email ann@board.example --name 'Ann Smith'
  lscb user add --role agency --agency police --email ben@police.example --name 'Ben Jones'
  lscb user link ann@board.example               a new password, and no second factor with --clear-second-factor
  lscb user token 'case system' --agency social-care --scope upload
  lscb user list")]
pub struct User {
    /// What to do.
    #[command(subcommand)]
    pub action: UserAction,
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Make an account, and print the link by which its owner sets a password.
    Add(AddUser),
    /// Print a new link for an account; earlier ones end.
    Link(LinkUser),
    /// List the accounts.
    List(ListUsers),
    /// Make an API token for a program, and print it, this once.
    Token(TokenUser),
}

/// Arguments of `lscb user add`.
#[derive(Debug, Args)]
pub struct AddUser {
    /// agency, analyst, board or administrator.
    #[arg(long)]
    pub role: String,
    /// The address to sign in with.
    #[arg(long)]
    pub email: String,
    /// The person's name.
    #[arg(long)]
    pub name: String,
    /// The agency of an uploader, by its id.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub agency: String,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb user link`.
#[derive(Debug, Args)]
pub struct LinkUser {
    /// The address of the account.
    pub email: String,
    /// Take the second factor away too, for a telephone that is lost.
    #[arg(long)]
    pub clear_second_factor: bool,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb user list`.
#[derive(Debug, Args)]
pub struct ListUsers {
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb user token`.
#[derive(Debug, Args)]
pub struct TokenUser {
    /// What it is for, such as `case system`.
    pub name: String,
    /// What the program may do: upload, read, run, watch. Repeat for more.
    #[arg(long, required = true)]
    pub scope: Vec<String>,
    /// Only for this agency, by its id; without it, for the whole board.
    #[arg(long)]
    pub agency: Option<String>,
    /// For how many days, a year at most.
    #[arg(long, default_value_t = 90)]
    pub days: i64,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb backup`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  lscb backup /var/backups/board-$(date +%F).lscb.zip --pipeline pipelines/nightly.toml
The file is as secret as the data folder: it holds the keys. Quarantined files are left out unless asked for.")]
pub struct Backup {
    /// The file to write; it must not be there yet.
    pub file: PathBuf,
    /// Where reports are published, instead of the pipeline's `reports`.
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
    /// Quarantined files too.
    #[arg(long)]
    pub with_quarantine: bool,
    /// Which board.
    #[command(flatten)]
    pub place: Where,
}

/// Arguments of `lscb restore`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  lscb restore board-2015-01-31.lscb.zip --to /srv/board
Below the folder come `data`, `reports` and `configuration`; every file is held against its SHA-256.")]
pub struct Restore {
    /// The backup.
    pub file: PathBuf,
    /// An empty folder, or one that is not there yet.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

fn effect(text: &str) -> Result<f64, String> {
    let effect = text.parse::<f64>().ok().filter(|d| d.is_finite() && *d > 0.0);
    effect.ok_or_else(|| format!("`{text}` is no effect; give a number above 0, such as 1.5"))
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| format!("`{text}` is no date; give one such as 2015-01-31"))
}
