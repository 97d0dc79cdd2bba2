//! The manifest: what went into a run, with SHA-256, and how many rows went in and out of every stage. It holds no absolute
//! path and no folder of the command line, so that the same night gives the same bytes anywhere.

use chrono::NaiveDate;
use serde::Serialize;

use super::configuration::{Configuration, ConfigurationFile};
use super::digest;
use crate::model::NilReturn;
use crate::model::submission::Submission;
use crate::spec::pipeline::{DisclosureSettings, Expected, Method};

/// The manifest's file.
pub const MANIFEST: &str = "manifest.json";

/// Everything that decides what a run gives.
#[derive(Debug, Clone, Serialize)]
pub struct Inputs {
    /// Version of the program.
    pub program: String,
    /// The board.
    pub board: String,
    /// The day that counts as today.
    pub as_of: NaiveDate,
    /// The run it is compared with.
    pub previous_run: Option<String>,
    /// Configuration files.
    pub configuration: Vec<ConfigurationFile>,
    /// Submissions received by that day.
    pub submissions: Vec<SubmissionInput>,
}

/// A submission as an input.
#[derive(Debug, Clone, Serialize)]
pub struct SubmissionInput {
    /// Its id.
    pub submission: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its verdict.
    pub verdict: &'static str,
}

/// Rows in and out of a stage.
#[derive(Debug, Clone, Serialize)]
pub struct StageCount {
    /// Name of the stage.
    pub stage: &'static str,
    /// What went in.
    pub rows_in: usize,
    /// What came out.
    pub rows_out: usize,
}

/// The manifest of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Manifest {
    /// The run.
    pub run: String,
    /// Whether the figures are synthetic.
    pub synthetic: bool,
    /// What went in.
    #[serde(flatten)]
    pub inputs: Inputs,
    /// The settings of the method as they were applied.
    pub method: Method,
    /// Who was expected to send what.
    pub expected: Expected,
    /// Disclosure settings as they were applied.
    pub disclosure: DisclosureSettings,
    /// Rows in and out of every stage.
    pub stages: Vec<StageCount>,
}

impl Inputs {
    /// The inputs of a night.
    pub fn of(
        configuration: &Configuration,
        as_of: NaiveDate,
        previous_run: Option<String>,
        submissions: &[Submission],
        nil: &[NilReturn],
    ) -> Self {
        let mut files = configuration.files.clone();
        if !nil.is_empty() {
            let line = |n: &NilReturn| format!("{} {} {} {}\n", n.agency, n.return_id, n.period, n.received_on);
            let lines: String = nil.iter().map(line).collect();
            let sha256 = digest::of_bytes(lines.as_bytes());
            files.push(ConfigurationFile { name: "ledger/nil-returns".to_owned(), sha256 });
        }
        let input = |s: &Submission| SubmissionInput {
            submission: s.id.clone(),
            sha256: s.sha256.clone(),
            verdict: s.verdict.as_str(),
        };
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            board: configuration.pipeline.board.clone(),
            as_of,
            previous_run,
            configuration: files,
            submissions: submissions.iter().map(input).collect(),
        }
    }

    /// SHA-256 over the inputs.
    pub fn sha256(&self) -> String {
        digest::of_bytes(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Seed of everything that is drawn in the run: the first 8 bytes of the SHA-256.
    pub fn seed(&self) -> u64 {
        u64::from_str_radix(&self.sha256()[..16], 16).unwrap_or(0)
    }

    /// `<as-of>-<first 12 of the SHA-256>`.
    pub fn run(&self) -> String {
        format!("{}-{}", self.as_of, &self.sha256()[..12])
    }
}
