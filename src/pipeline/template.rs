//! An agency's blank return, written from its spec, with what the agency sent last time where a lake is there.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::configuration::Configuration;
use crate::lake::Lake;
use crate::model::{Error, Period, Table};
use crate::report::template::{For, Past, of_return, plain};
use crate::spec::advice::did_you_mean;
use crate::spec::return_spec::ReturnSpec;

/// Before the name of a canonical table, where a return has the same id.
const PLAIN: &str = "plain:";

/// Which blank return is wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Id of a return, or a canonical table, `plain:` before it where a return has that id too.
    pub return_id: String,
    /// The one agency that it is for.
    pub agency: Option<String>,
    /// The period that it is for; the last that is over, unless told.
    pub period: Option<String>,
    /// The data folder, instead of the pipeline's.
    pub data: Option<PathBuf>,
}

/// Writes the blank workbook of a return, or of a canonical table in the plain layout.
///
/// # Errors
/// No such return, agency or period, or the workbook could not be written.
pub fn template(pipeline: &Path, wanted: &Wanted, output: &Path) -> Result<(), Error> {
    let configuration = Configuration::read(pipeline)?;
    let as_of = match &wanted.period {
        None => super::run::today(&configuration.pipeline),
        Some(text) => Period::parse(text).map(Period::end).ok_or_else(|| {
            let advice = "Give a month `2014-03`, a quarter of the calendar `2014-Q1`, or a financial year `2013/14`.";
            Error::configuration("--period", format!("`{text}` is no period"), advice)
        })?,
    };
    let id = wanted.return_id.as_str();
    if let Some(spec) = configuration.spec(id) {
        let owers = spec.owers();
        let agency = match &wanted.agency {
            Some(agency) => Some(known(agency, &owers, &configuration, as_of)?),
            None => None,
        };
        let past = past(&configuration, spec, agency, as_of, wanted.data.as_deref())?;
        return of_return(spec, &configuration.reference, &For { as_of, agency, past: &past }, output);
    }
    if let Some(table) = Table::parse(id.strip_prefix(PLAIN).unwrap_or(id)) {
        let agency = match &wanted.agency {
            Some(agency) => Some(known(agency, &[], &configuration, as_of)?),
            None => None,
        };
        return plain(table, &configuration.reference, &For { as_of, agency, past: &Past::default() }, output);
    }
    let ids = configuration.specs.iter().map(|s| s.id.as_str()).chain(Table::ALL.map(Table::as_str));
    let advice = did_you_mean(id, ids.collect::<Vec<_>>());
    Err(Error::configuration("template", format!("there is no return `{id}`"), advice))
}

/// An agency that owes the return; where nobody is named, one of the board's list.
fn known<'a>(agency: &'a str, owers: &[&str], configuration: &Configuration, day: NaiveDate) -> Result<&'a str, Error> {
    let listed = || configuration.reference.agencies_on(day).into_iter().map(|a| a.agency.as_str()).collect();
    let senders: Vec<&str> = if owers.is_empty() { listed() } else { owers.to_vec() };
    if senders.contains(&agency) {
        return Ok(agency);
    }
    let advice = format!("Give one of {}.", senders.join(", "));
    Err(Error::configuration("--agency", format!("`{agency}` does not send this return"), advice))
}

/// What the agency of a workbook sent before. A workbook for several shows nobody's figures, and of what one agency sends
/// about others nothing is shown either.
fn past(
    configuration: &Configuration,
    spec: &ReturnSpec,
    agency: Option<&str>,
    as_of: NaiveDate,
    data: Option<&Path>,
) -> Result<Past, Error> {
    let only = match spec.owers()[..] {
        [only] => Some(only),
        _ => None,
    };
    let data = data.or(configuration.pipeline.paths.data.as_deref()).filter(|d| d.join("lake").is_dir());
    let (Some(agency), Some(data), true) = (agency.or(only), data, spec.owed_by.is_empty()) else {
        return Ok(Past::default());
    };
    let lake = Lake::open(data, &configuration.pipeline.board)?;
    // What the agency itself sent by now, also where the workbook is for an earlier period.
    let today = super::run::today(&configuration.pipeline).max(as_of);
    let mut rows = Vec::new();
    for table in spec.feeds() {
        match table {
            Table::Performance => rows.extend(lake.performance_rows(|of, _, _| of == agency, today)?),
            Table::Section11 => rows.extend(lake.rows(table, today)?),
            _ => {}
        }
    }
    Ok(Past::of(agency, &rows))
}
