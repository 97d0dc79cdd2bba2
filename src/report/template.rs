//! An agency's blank return: a workbook in the shape that its spec describes, with lists as drop-downs, checks as figures
//! are typed, and guidance. What is filled in by the book is read and accepted as it stands.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;

use crate::model::draft::Markers;
use crate::model::{Error, Table};
use crate::spec::Reference;
use crate::spec::return_spec::{Recognise, ReturnSpec, TableSpec};

use asked::Asked;
use book::Book;
use lay::Maker;
use page::{Lists, Page, sheet_name};
pub use past::Past;

mod asked;
mod book;
mod guide;
mod lay;
mod page;
mod past;
mod periods;
mod spelling;

/// For whom and for when a blank workbook is.
#[derive(Debug, Clone, Copy)]
pub struct For<'a> {
    /// The day: the last period that is over on it is asked for.
    pub as_of: NaiveDate,
    /// The one agency that it is for; none for everybody who sends the return.
    pub agency: Option<&'a str>,
    /// What that agency sent before.
    pub past: &'a Past,
}

/// Writes the blank workbook of a return: its newest form whose day has come, for the last period that is over.
///
/// # Errors
/// The workbook could not be written.
pub fn of_return(spec: &ReturnSpec, reference: &Reference, whom: &For<'_>, output: &Path) -> Result<(), Error> {
    let as_of = whom.as_of;
    let asked = Asked { only: whom.agency, ..Asked::new(spec, reference, as_of) };
    let variants = spec.variants();
    let now = variants.iter().find(|v| v.from.is_none_or(|from| from <= asked.day)).or(variants.last());
    let tables: Vec<TableSpec> = now.map(|v| v.tables.clone()).unwrap_or_default();
    let mut maker = Maker { asked, lists: Lists::default(), past: whom.past };
    let lengths: Vec<_> = tables.iter().map(|t| maker.length(t)).collect();
    let mut pages = Vec::new();
    let mut headers = BTreeSet::new();
    for table in &tables {
        // Several tables that read the same columns are one sheet to whoever fills it in.
        let columns: Vec<String> = table.columns.iter().map(|c| spelling::squash(c.names()[0])).collect();
        let shared = table.across.is_some() || !table.keep.is_empty();
        if headers.insert((columns, table.sheets.clone())) || !shared {
            pages.extend(maker.pages(table));
        }
    }
    let title = maker.title();
    let past = whom.past.rows(reference);
    let guide = guide::of_return(&maker.asked, &tables, &lengths, !past.is_empty());
    let lists = std::mem::take(&mut maker.lists);
    let book =
        Book { title: &title, as_of, guide: &guide, pages: &[], lists: &lists, past, markers: markers(&spec.markers) };
    save(book, pages, output)
}

/// Writes the blank workbook of a canonical table in the plain layout.
///
/// # Errors
/// The workbook could not be written.
pub fn plain(table: Table, reference: &Reference, whom: &For<'_>, output: &Path) -> Result<(), Error> {
    let spec = ReturnSpec {
        file: std::path::PathBuf::new(),
        id: "plain".to_owned(),
        name: table.as_str().to_owned(),
        agency: None,
        agencies: Vec::new(),
        owed_by: Vec::new(),
        owed_from: None,
        frequency: None,
        due_days: None,
        due_day: None,
        lag_months: None,
        lag_months_of: Default::default(),
        recognise: Recognise::default(),
        markers: Markers::default(),
        tables: Vec::new(),
        changes: Vec::new(),
    };
    let as_of = whom.as_of;
    let asked = Asked { only: whom.agency, ..Asked::new(&spec, reference, as_of) };
    let mut maker = Maker { asked, lists: Lists::default(), past: whom.past };
    let title = format!("Table {} in the board's own columns", table.as_str());
    let page = maker.plain(table, &title);
    let guide = guide::of_table(table);
    let (lists, markers) = (std::mem::take(&mut maker.lists), markers(&spec.markers));
    let book = Book { title: &title, as_of, guide: &guide, pages: &[], lists: &lists, past: Vec::new(), markers };
    save(book, vec![page], output)
}

fn markers(markers: &Markers) -> Vec<String> {
    markers.0.keys().cloned().collect()
}

fn save(book: Book<'_>, mut pages: Vec<Page>, output: &Path) -> Result<(), Error> {
    name_apart(&mut pages);
    let bytes = book::bytes(&Book { pages: &pages, ..book }).map_err(|e| {
        let what = format!("the workbook could not be made: {e}");
        Error::state(output.display().to_string(), what, "This is a fault of ours.")
    })?;
    super::write(output.to_owned(), bytes).map(|_| ())
}

/// Gives every sheet a name of its own.
fn name_apart(pages: &mut [Page]) {
    let own = ["lists".to_owned(), "last time".to_owned(), crate::spec::own_sheets::GUIDE.to_lowercase()];
    let mut taken: BTreeSet<String> = own.into();
    for page in pages {
        let name = page.name.clone();
        let mut number = 2;
        while !taken.insert(page.name.to_lowercase()) {
            let short: String = name.chars().take(27).collect();
            page.name = sheet_name(&format!("{short} {number}"));
            number += 1;
        }
    }
}
