//! Reading return specs from their files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Change, Recognise, ReturnSpec, TableSpec, check};
use crate::model::Error;
use crate::spec::Reference;
use crate::spec::advice::of_toml;
use crate::spec::reference::Frequency;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FrequencyWord {
    Monthly,
    Quarterly,
    Annual,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    id: String,
    name: String,
    agency: Option<String>,
    #[serde(default)]
    agencies: Vec<String>,
    #[serde(default)]
    owed_by: Vec<String>,
    #[serde(default, deserialize_with = "some_day")]
    owed_from: Option<NaiveDate>,
    frequency: Option<FrequencyWord>,
    due_days: Option<u32>,
    due_day: Option<u32>,
    lag_months: Option<u32>,
    #[serde(default)]
    lag_months_of: BTreeMap<String, u32>,
    #[serde(default)]
    recognise: Recognise,
    #[serde(default)]
    markers: BTreeMap<String, String>,
    table: Vec<TableSpec>,
    #[serde(default)]
    change: Vec<Change>,
}

fn some_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    super::change::day(deserializer).map(Some)
}

/// Reads and checks every `*.toml` of a folder, in the order of their names.
///
/// # Errors
/// A file that cannot be read or does not parse, a key nobody knows, an id that no reference list defines, two returns of
/// one id: each with the file, the line where it can be told, and the key.
pub fn read_all(folder: &Path, reference: &Reference) -> Result<Vec<ReturnSpec>, Error> {
    let entries =
        std::fs::read_dir(folder).map_err(|e| Error::io(folder, "the return specs could not be listed", e))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| Error::io(folder, "the return specs could not be listed", e))?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut specs = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        let text =
            std::fs::read_to_string(&path).map_err(|e| Error::io(&path, "the return spec could not be read", e))?;
        let spec = ReturnSpec::parse(&path, &text, reference)?;
        if !seen.insert(spec.id.clone()) {
            return Err(Error::configuration(
                format!("{}, key `id`", path.display()),
                format!("another file of this folder has the id `{}` too", spec.id),
                "Give each return an id of its own.",
            ));
        }
        specs.push(spec);
    }
    Ok(specs)
}

impl ReturnSpec {
    /// Reads one spec from its text.
    ///
    /// # Errors
    /// Text that does not parse, or ids that no reference list defines.
    pub fn parse(path: &Path, text: &str, reference: &Reference) -> Result<Self, Error> {
        let name = path.display().to_string();
        let mut file: File = toml::from_str(text).map_err(|e| of_toml(&name, text, &e))?;
        for table in &mut file.table {
            if table.name.is_empty() {
                table.name = table.feeds.as_str().to_owned();
            }
        }
        file.change.sort_by_key(|c| c.from);
        let frequency = file.frequency.map(|f| match f {
            FrequencyWord::Monthly => Frequency::Monthly,
            FrequencyWord::Quarterly => Frequency::Quarterly,
            FrequencyWord::Annual => Frequency::Annual,
        });
        let checker = check::Checker { file: &name, text, reference };
        let spec = Self {
            file: path.to_owned(),
            id: file.id,
            name: file.name,
            agency: file.agency,
            agencies: file.agencies,
            owed_by: file.owed_by,
            owed_from: file.owed_from,
            frequency,
            due_days: file.due_days,
            due_day: file.due_day,
            lag_months: file.lag_months,
            lag_months_of: file.lag_months_of,
            recognise: file.recognise,
            markers: checker.markers(&file.markers)?,
            tables: file.table,
            changes: file.change,
        };
        checker.spec(&spec)?;
        Ok(spec)
    }
}
