//! A board's configuration as one thing: pipeline file, reference lists, return specs, and the SHA-256 of each.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::digest;
use crate::ledger::{Ledger, Mapping};
use crate::model::overrides::Override;
use crate::model::{Answer, Error, Trial};
use crate::spec::return_spec::{self, ReturnSpec};
use crate::spec::{Pipeline, Reference};

/// A configuration file as the manifest names it: by its role, never by an absolute path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfigurationFile {
    /// `pipeline.toml`, `reference/agencies.csv`, `returns/police.toml`.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// Everything a board configures.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The pipeline file.
    pub pipeline: Pipeline,
    /// The reference lists.
    pub reference: Reference,
    /// The return specs, in order of file name.
    pub specs: Vec<ReturnSpec>,
    /// Every file of it.
    pub files: Vec<ConfigurationFile>,
    /// What the referee found of the method, where the board keeps it.
    pub evaluation: Option<Trial>,
    /// SHA-256 over what decides a verdict: reference lists, return specs and the program's version.
    pub rules: String,
    /// The same without what the board's ledger adds: the rules by which a sender checks its own file.
    pub public_rules: String,
    /// Answers to queries, in the order of the queries' ids; none before the ledger was asked.
    pub answers: Vec<Answer>,
    /// Headers that were confirmed; none before the ledger was asked.
    pub mappings: Vec<Mapping>,
    /// Overrides that hold, the earliest first; none before the ledger was asked.
    pub overrides: Vec<Override>,
}

impl Configuration {
    /// Reads and checks a board's configuration without touching its data.
    ///
    /// # Errors
    /// Anything in it that is wrong, with file, place and advice.
    pub fn read(file: &Path) -> Result<Self, Error> {
        Self::of(Pipeline::read(file)?, digest::of_file(file)?)
    }

    /// The same of a pipeline file that was read, with the SHA-256 of its text.
    ///
    /// # Errors
    /// As for [`Configuration::read`].
    pub(super) fn of(pipeline: Pipeline, sha256: String) -> Result<Self, Error> {
        let reference = Reference::read(&pipeline.paths.reference)?;
        pipeline.prompts.check(&pipeline.file, &reference)?;
        let specs = match &pipeline.paths.returns {
            None => Vec::new(),
            Some(folder) => return_spec::read_all(folder, &reference)?,
        };
        let mut files = vec![ConfigurationFile { name: "pipeline.toml".to_owned(), sha256 }];
        for path in &reference.files {
            files.push(named("reference", path)?);
        }
        if let Some(folder) = &pipeline.paths.returns {
            for path in spec_files(folder)? {
                files.push(named("returns", &path)?);
            }
        }
        let version = format!("lscb {}\n", env!("CARGO_PKG_VERSION"));
        let deciding = files.iter().skip(1).map(|f| format!("{} {}\n", f.name, f.sha256));
        let rules = digest::of_bytes(deciding.fold(version, |all, line| all + &line).as_bytes());
        // It decides no verdict, and so comes after.
        let evaluation = pipeline.paths.evaluation.as_deref().map(trial).transpose()?;
        if let Some(path) = &pipeline.paths.evaluation {
            files.push(ConfigurationFile { name: "evaluation.json".to_owned(), sha256: digest::of_file(path)? });
        }
        let (answers, mappings, overrides, public_rules) = (Vec::new(), Vec::new(), Vec::new(), rules.clone());
        Ok(Self { pipeline, reference, specs, files, evaluation, rules, public_rules, answers, mappings, overrides })
    }

    /// Takes in what people decided and the ledger keeps: answers to queries, confirmed headers and overrides. They decide verdicts
    /// as reference lists do, and so are inputs of a run; without any of them a run is what it would be without a ledger.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn take_decisions(&mut self, ledger: &Ledger) -> Result<(), Error> {
        (self.answers, self.mappings, self.overrides) = (ledger.answers()?, ledger.mappings()?, ledger.overrides()?);
        let answers = (!self.answers.is_empty()).then(|| serde_json::to_vec(&self.answers).unwrap_or_default());
        let mappings = (!self.mappings.is_empty()).then(|| serde_json::to_vec(&self.mappings).unwrap_or_default());
        let overrides = (!self.overrides.is_empty()).then(|| serde_json::to_vec(&self.overrides).unwrap_or_default());
        let decisions = [("ledger/answers", answers), ("ledger/mappings", mappings), ("ledger/overrides", overrides)];
        for (name, bytes) in decisions {
            let Some(bytes) = bytes else { continue };
            let file = ConfigurationFile { name: name.to_owned(), sha256: digest::of_bytes(&bytes) };
            self.rules = digest::of_bytes(format!("{}\n{} {}\n", self.rules, file.name, file.sha256).as_bytes());
            self.files.push(file);
        }
        Ok(())
    }

    /// The configuration as a sender knows it, without what the ledger adds.
    pub fn without_decisions(&self) -> Self {
        let (answers, mappings, overrides) = (Vec::new(), Vec::new(), Vec::new());
        Self { rules: self.public_rules.clone(), answers, mappings, overrides, ..self.clone() }
    }

    /// A spec by the id of its return.
    pub fn spec(&self, return_id: &str) -> Option<&ReturnSpec> {
        self.specs.iter().find(|s| s.id == return_id)
    }
}

/// Reads what `lscb evaluate --format json` printed.
fn trial(path: &Path) -> Result<Trial, Error> {
    let advice = "Write it with `lscb evaluate --format json`, or take `evaluation` out of [paths].";
    let wrong = |what: String| Error::configuration(path.display().to_string(), what, advice);
    let text = std::fs::read_to_string(path).map_err(|e| wrong(format!("the evaluation could not be read: {e}")))?;
    serde_json::from_str(&text).map_err(|e| wrong(format!("this is no evaluation by this program: {e}")))
}

fn named(role: &str, path: &Path) -> Result<ConfigurationFile, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(ConfigurationFile { name: format!("{role}/{name}"), sha256: digest::of_file(path)? })
}

/// The `*.toml` files of a folder in order of name.
fn spec_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = std::fs::read_dir(folder).map_err(|e| Error::io(folder, "the return specs could not be read", e))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    Ok(paths)
}
