//! A reference list as a CSV file: cells by column name, and errors that name file, row and column.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use chrono::NaiveDate;

use crate::model::Error;
use crate::spec::advice::did_you_mean;

/// A list read whole.
#[derive(Debug, Clone)]
pub struct ListFile {
    path: PathBuf,
    header: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
}

impl ListFile {
    /// Reads a UTF-8 CSV file with a header. `known` are the columns of the data contract, `required` those it cannot do
    /// without; others are kept as extra.
    ///
    /// # Errors
    /// A file that cannot be read, is no UTF-8, lacks a required column or has a row of another length.
    pub fn read(path: &Path, required: &[&str]) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|e| Error::io(path, "the reference list could not be read", e))?;
        let text = String::from_utf8(bytes).map_err(|e| {
            let line = e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|&&b| b == b'\n').count() + 1;
            Error::configuration(
                format!("{}:{line}", path.display()),
                "a byte that is not UTF-8",
                "Save the list as CSV UTF-8 (in Excel: Save as, CSV UTF-8).",
            )
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
        let bad = |e: csv::Error| Error::configuration(path.display().to_string(), e.to_string(), "Mend the CSV file.");
        let header: Vec<String> = reader.headers().map_err(bad)?.iter().map(str::to_owned).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(bad)?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.iter().all(str::is_empty) {
                continue;
            }
            if record.len() > header.len() && record.iter().skip(header.len()).any(|c| !c.is_empty()) {
                return Err(Error::configuration(
                    format!("{}:{line}", path.display()),
                    format!("{} fields where the header has {}", record.len(), header.len()),
                    "Put text that contains commas in double quotes.",
                ));
            }
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        let list = Self { path: path.to_owned(), header, rows };
        match required.iter().find(|c| list.column(c).is_none()) {
            Some(missing) => Err(Error::configuration(
                format!("{}:1", path.display()),
                format!("the required column `{missing}` is missing"),
                format!("Add it. The file has: {}.", list.header.join(", ")),
            )),
            None => Ok(list),
        }
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h == name)
    }

    /// Its rows.
    pub fn rows(&self) -> impl Iterator<Item = ListRow<'_>> {
        self.rows.iter().map(|(line, cells)| ListRow { list: self, line: *line, cells })
    }
}

/// One row of a list.
#[derive(Clone, Copy)]
pub struct ListRow<'a> {
    list: &'a ListFile,
    line: u64,
    cells: &'a [String],
}

impl ListRow<'_> {
    /// The text of a column; empty where the column or the cell is.
    pub fn text(&self, column: &str) -> &str {
        self.list.column(column).and_then(|i| self.cells.get(i)).map_or("", |c| c.as_str())
    }

    /// The id of a column: lower-case kebab, not empty.
    ///
    /// # Errors
    /// An empty id, or one with other characters.
    pub fn id(&self, column: &str) -> Result<String, Error> {
        let id = self.text(column);
        let kebab = !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if kebab {
            Ok(id.to_owned())
        } else {
            Err(self.error(column, format!("`{id}` is no id"), "Ids are lower-case letters, digits and hyphens."))
        }
    }

    /// A value of the column's type; none where it is empty.
    ///
    /// # Errors
    /// Text that is no such value.
    pub fn parse<T: FromStr>(&self, column: &str, what: &str) -> Result<Option<T>, Error> {
        match self.text(column) {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| self.error(column, format!("`{text}` is no {what}"), format!("Give {what}."))),
        }
    }

    /// A day as `2014-03-31`; none where it is empty.
    ///
    /// # Errors
    /// Text that is no ISO date.
    pub fn date(&self, column: &str) -> Result<Option<NaiveDate>, Error> {
        self.parse(column, "date such as 2014-03-31")
    }

    /// A finite number; none where it is empty.
    ///
    /// # Errors
    /// Text that is no number.
    pub fn number(&self, column: &str) -> Result<Option<f64>, Error> {
        match self.parse::<f64>(column, "number")? {
            Some(n) if !n.is_finite() => {
                Err(self.error(column, format!("`{n}` is no finite number"), "Give a number."))
            }
            other => Ok(other),
        }
    }

    /// One of fixed words; the first where it is empty.
    ///
    /// # Errors
    /// Another word.
    pub fn word<T: Copy>(&self, column: &str, words: &[(&str, T)]) -> Result<T, Error> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(words[0].1);
        }
        words.iter().find(|(w, _)| *w == text).map(|(_, t)| *t).ok_or_else(|| {
            self.error(column, format!("unknown word `{text}`"), did_you_mean(text, words.iter().map(|(w, _)| *w)))
        })
    }

    /// The columns that the data contract does not name, as they are.
    pub fn extra(&self, known: &[&str]) -> BTreeMap<String, String> {
        let columns = self.list.header.iter().zip(self.cells);
        columns.filter(|(h, _)| !known.contains(&h.as_str())).map(|(h, c)| (h.clone(), c.clone())).collect()
    }

    /// Line of the file.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// An error at this row and column.
    pub fn error(&self, column: &str, what: impl Into<String>, advice: impl Into<String>) -> Error {
        let place = format!("{}:{}, column `{column}`", self.list.path.display(), self.line);
        Error::configuration(place, what, advice)
    }
}
