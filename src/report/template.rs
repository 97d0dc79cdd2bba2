//! An agency's blank return.

use std::path::Path;

use chrono::NaiveDate;

use crate::model::{Error, Table};
use crate::spec::Reference;
use crate::spec::return_spec::ReturnSpec;

/// Writes the blank workbook of a return.
///
/// # Errors
/// The workbook could not be written.
pub fn of_return(spec: &ReturnSpec, reference: &Reference, as_of: NaiveDate, output: &Path) -> Result<(), Error> {
    let _ = (spec, reference, as_of);
    Err(Error::configuration(output.display().to_string(), "not yet", ""))
}

/// Writes the blank workbook of a canonical table in the plain layout.
///
/// # Errors
/// The workbook could not be written.
pub fn plain(table: Table, reference: &Reference, as_of: NaiveDate, output: &Path) -> Result<(), Error> {
    let _ = (table, reference, as_of);
    Err(Error::configuration(output.display().to_string(), "not yet", ""))
}
