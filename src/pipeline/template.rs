//! An agency's blank return, written from its spec.

use std::path::Path;

use super::configuration::Configuration;
use crate::model::{Error, Table};
use crate::report;
use crate::spec::advice::did_you_mean;

/// Writes the blank workbook of a return, or of a canonical table in the plain layout.
///
/// # Errors
/// No such return, or the workbook could not be written.
pub fn template(pipeline: &Path, return_id: &str, output: &Path) -> Result<(), Error> {
    let configuration = Configuration::read(pipeline)?;
    let as_of = super::run::today(&configuration.pipeline);
    if let Some(spec) = configuration.spec(return_id) {
        return report::template::of_return(spec, &configuration.reference, as_of, output);
    }
    if let Some(table) = Table::parse(return_id) {
        return report::template::plain(table, &configuration.reference, as_of, output);
    }
    let ids = configuration.specs.iter().map(|s| s.id.as_str()).chain(Table::ALL.map(Table::as_str));
    let advice = did_you_mean(return_id, ids.collect::<Vec<_>>());
    Err(Error::configuration("template", format!("there is no return `{return_id}`"), advice))
}
