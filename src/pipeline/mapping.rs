//! Headers that a person confirmed. The spec of a return knows the headers of all its senders; what one agency writes in
//! its own way is looked at once, confirmed, kept in the ledger, and from then on known for that agency and return alone.

use std::collections::BTreeMap;
use std::path::Path;

use super::configuration::Configuration;
use super::judge::{self, Looked};
use crate::ingest::header::{key, near};
use crate::ingest::layout::lay_out_with;
use crate::ingest::{self, Limits};
use crate::ledger::{Ledger, Mapping};
use crate::model::draft::Laid;
use crate::model::history::History;
use crate::model::raw::{CellPlace, RawFile, RawValue};
use crate::model::{Error, Table, Verdict};
use crate::spec::advice::did_you_mean;
use crate::spec::return_spec::ReturnSpec;

/// In how many rows of a sheet a confirmed header is looked for: as many as the layouts search.
const SEARCH_ROWS: usize = 3_000;

/// Lays a file out. Confirmed headers count only where what comes out is that agency's return.
pub(super) fn lay_out(name: &str, raw: &RawFile, configuration: &Configuration) -> Laid {
    let mut sets: BTreeMap<(&str, &str), Vec<&Mapping>> = BTreeMap::new();
    for mapping in &configuration.mappings {
        if stands_in(raw, &mapping.header) {
            sets.entry((&mapping.agency, &mapping.return_id)).or_default().push(mapping);
        }
    }
    for ((agency, return_id), mappings) in sets {
        let specs: Vec<ReturnSpec> =
            configuration.specs.iter().map(|s| with_headers(s, return_id, &mappings)).collect();
        let plain = match configuration.spec(return_id) {
            None => mappings.iter().map(|m| (m.header.clone(), m.to.clone())).collect(),
            Some(_) => BTreeMap::new(),
        };
        let laid = lay_out_with(name, raw, &specs, &configuration.reference, &plain);
        if laid.return_id == return_id && laid.layout.agency == agency {
            return laid;
        }
    }
    ingest::layout::lay_out(name, raw, &configuration.specs, &configuration.reference)
}

fn stands_in(raw: &RawFile, header: &str) -> bool {
    let wanted = key(header);
    let rows = raw.sheets.iter().flat_map(|s| s.rows.iter().take(SEARCH_ROWS));
    let mut cells = rows.flat_map(|r| &r.cells);
    cells
        .any(|c| matches!(&c.value, RawValue::Text(text) if text.len() <= 4 * header.len() + 64 && key(text) == wanted))
}

/// The spec with further headers for its columns and figures.
fn with_headers(spec: &ReturnSpec, return_id: &str, mappings: &[&Mapping]) -> ReturnSpec {
    let mut spec = spec.clone();
    if spec.id != return_id {
        return spec;
    }
    for mapping in mappings {
        for table in &mut spec.tables {
            for column in table.columns.iter_mut().filter(|c| c.to == mapping.to) {
                // Where no header is given the canonical name is the header, and stays one.
                if column.headers.is_empty() {
                    column.headers.push(column.to.clone());
                }
                column.headers.push(mapping.header.clone());
            }
            for figure in table.figures.iter_mut().filter(|f| f.labels.iter().any(|l| key(l) == key(&mapping.to))) {
                figure.labels.push(mapping.header.clone());
            }
        }
    }
    spec
}

/// What a header of a file is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Where it stands, as in `Q3!C4`.
    pub place: String,
    /// The header as written.
    pub text: String,
    /// What it is taken for; empty where it is not known.
    pub to: String,
    /// What it may mean: never taken unasked.
    pub near: Option<String>,
}

/// The headers of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The return that the file is, or almost is.
    pub return_id: String,
    /// The agency; empty where the file does not say.
    pub agency: String,
    /// The headers from left to right.
    pub headers: Vec<Header>,
    /// What a header may be confirmed as.
    pub targets: Vec<String>,
}

/// Looks at the headers of a file, with what was confirmed before.
///
/// # Errors
/// The file could not be opened, holds personal data, or is no return.
pub fn look(path: &Path, configuration: &Configuration) -> Result<Look, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let day = super::run::today(&configuration.pipeline);
    let read = ingest::read(path, &Limits::default())?;
    let looked = judge::look(read, &name, configuration, &History::default(), day);
    headers(&path.display().to_string(), looked, configuration)
}

/// The headers of a file that was looked at; `shown` is what it is called.
pub(super) fn headers(shown: &str, looked: Looked, configuration: &Configuration) -> Result<Look, Error> {
    let (judged, raw) = (looked.judged, looked.raw);
    let submission = &judged.submission;
    if submission.verdict == Verdict::Quarantined {
        let advice = "Take it out first; `lscb validate` names the cells.";
        return Err(Error::state(shown, "the file holds personal data, and its headers are not shown", advice));
    }
    let Some(raw) = raw.filter(|_| !submission.return_id.is_empty()) else {
        let advice = "Run `lscb validate` on it: it says what to mend first.";
        return Err(Error::state(shown, "the file is no return whose headers could be mapped", advice));
    };
    let spec = configuration.spec(&submission.return_id);
    let known = Known::of(spec, &judged.layout);
    let mut headers: Vec<Header> = Vec::new();
    for table in &judged.layout.tables {
        for column in table.columns.iter().filter(|c| c.column > 0 && !c.header.is_empty()) {
            let place = CellPlace::new(table.sheet.clone(), table.last_row, column.column);
            headers.push(known.header(&place, &column.header, &column.to));
        }
    }
    if headers.is_empty() {
        // No table is whole: the findings name the row that comes nearest to a header.
        let near = submission.findings.iter().find(|f| ["L003", "L004"].contains(&f.code.as_str()) && f.row.is_some());
        let row = near.and_then(|f| Some((raw.sheets.iter().find(|s| s.name == f.sheet)?, f.row?)));
        let row = row.and_then(|(sheet, at)| Some((sheet, sheet.rows.iter().find(|r| r.row == at)?)));
        if let Some((sheet, row)) = row {
            for cell in row.cells.iter().filter(|c| !c.value.display().trim().is_empty()) {
                let place = CellPlace::new(sheet.name.clone(), row.row, cell.column);
                let text = cell.value.display();
                let to = known.exactly(&text).unwrap_or_default();
                headers.push(known.header(&place, text.trim(), &to));
            }
        }
    }
    let agency = match (judged.layout.agency.as_str(), spec.and_then(|s| s.agency.clone())) {
        ("", Some(agency)) => agency,
        (agency, _) => agency.to_owned(),
    };
    Ok(Look { return_id: submission.return_id.clone(), agency, headers, targets: known.targets() })
}

/// The names of a return's columns and figures, and what each means.
struct Known(Vec<(String, String)>);

impl Known {
    fn of(spec: Option<&ReturnSpec>, layout: &crate::model::Layout) -> Self {
        let tables = spec.map_or(&[][..], |s| &s.tables);
        let columns = tables.iter().flat_map(|t| &t.columns);
        let mut names: Vec<(String, String)> =
            columns.flat_map(|c| c.names().into_iter().map(|n| (n.to_owned(), c.to.clone()))).collect();
        for figure in tables.iter().flat_map(|t| &t.figures) {
            let meant = figure.labels.first().cloned().unwrap_or_default();
            names.extend(figure.labels.iter().map(|label| (label.clone(), meant.clone())));
        }
        if names.is_empty() {
            let held = |t: &&Table| layout.tables.is_empty() || layout.tables.iter().any(|l| l.name == t.as_str());
            let plain = Table::ALL.into_iter().filter(|t| held(&t)).flat_map(|t| t.columns().iter());
            names = plain.map(|c| (c.name.to_owned(), c.name.to_owned())).collect();
        }
        Self(names)
    }

    fn exactly(&self, header: &str) -> Option<String> {
        self.0.iter().find(|(name, _)| key(name) == key(header)).map(|(_, to)| to.clone())
    }

    fn header(&self, place: &CellPlace, text: &str, to: &str) -> Header {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        let near = near(text, names).filter(|_| to.is_empty()).and_then(|name| self.exactly(name));
        let place = match place.is_csv() {
            true => place.a1(),
            false => format!("{}!{}", place.sheet, place.a1()),
        };
        Header { place, text: text.to_owned(), to: to.to_owned(), near }
    }

    fn targets(&self) -> Vec<String> {
        let mut targets: Vec<String> = Vec::new();
        for (_, to) in &self.0 {
            if !targets.contains(to) {
                targets.push(to.clone());
            }
        }
        targets
    }
}

/// What is to be confirmed.
#[derive(Debug, Clone)]
pub struct Confirm<'a> {
    /// The agency.
    pub agency: &'a str,
    /// The return.
    pub return_id: &'a str,
    /// Headers and what each means, as `HEADER=COLUMN`.
    pub pairs: &'a [String],
    /// Who confirms.
    pub by: &'a str,
}

/// Keeps headers that a person confirms, after a look at a file in which they stand.
///
/// # Errors
/// A pair that is none, a header that does not stand in the file, a column or agency that does not exist; the ledger could
/// not be written.
pub fn confirm(
    path: &Path,
    confirm: &Confirm<'_>,
    configuration: &Configuration,
    data: &Path,
) -> Result<Vec<Mapping>, Error> {
    let mappings = confirmed(&look(path, configuration)?, confirm, configuration)?;
    Ledger::open(data)?.map(&mappings)?;
    Ok(mappings)
}

/// The headers that a person confirms, after a look at a file in which they stand.
pub(super) fn confirmed(
    look: &Look,
    confirm: &Confirm<'_>,
    configuration: &Configuration,
) -> Result<Vec<Mapping>, Error> {
    let wrong = |what: String, advice: String| Error::configuration("map", what, advice);
    let agencies: Vec<&str> = configuration.reference.agencies.iter().map(|a| a.agency.as_str()).collect();
    if !agencies.contains(&confirm.agency) {
        let advice = did_you_mean(confirm.agency, agencies);
        return Err(wrong(format!("there is no agency `{}`", confirm.agency), advice));
    }
    if look.return_id != confirm.return_id {
        let what = format!("the file is the return `{}`, not `{}`", look.return_id, confirm.return_id);
        return Err(wrong(what, format!("Give --return {}, or another file.", look.return_id)));
    }
    let mut mappings = Vec::new();
    for pair in confirm.pairs {
        let Some((header, to)) = pair.rsplit_once('=').map(|(h, t)| (h.trim(), t.trim())) else {
            return Err(wrong(format!("`{pair}` is no pair"), "Write 'HEADER=COLUMN'.".to_owned()));
        };
        let Some(seen) = look.headers.iter().find(|h| key(&h.text) == key(header)) else {
            let advice = did_you_mean(header, look.headers.iter().map(|h| h.text.as_str()).collect::<Vec<_>>());
            return Err(wrong(format!("no header of the file is `{header}`"), advice));
        };
        if !look.targets.iter().any(|t| t == to) {
            let advice = did_you_mean(to, look.targets.iter().map(String::as_str).collect::<Vec<_>>());
            return Err(wrong(format!("the return `{}` has no column `{to}`", look.return_id), advice));
        }
        mappings.push(Mapping {
            agency: confirm.agency.to_owned(),
            return_id: confirm.return_id.to_owned(),
            header: seen.text.clone(),
            to: to.to_owned(),
            by: confirm.by.to_owned(),
            noted_at: String::new(),
        });
    }
    Ok(mappings)
}

/// Forgets a confirmed header.
///
/// # Errors
/// There is none, or the ledger could not be written.
pub fn forget(data: &Path, agency: &str, return_id: &str, header: &str) -> Result<(), Error> {
    if Ledger::open(data)?.unmap(agency, return_id, header)? {
        return Ok(());
    }
    let what = format!("no header `{header}` of `{agency}` was confirmed for the return `{return_id}`");
    Err(Error::configuration("map", what, "`lscb map --list` shows what was confirmed."))
}

/// Everything that was confirmed; nothing where nothing has run yet.
///
/// # Errors
/// The ledger could not be read.
pub fn list(data: &Path) -> Result<Vec<Mapping>, Error> {
    if !data.join("ledger.sqlite").exists() {
        return Ok(Vec::new());
    }
    Ledger::open(data)?.mappings()
}

/// The board's configuration with what its ledger keeps, where there is a ledger.
///
/// # Errors
/// The configuration does not hold, or the ledger could not be read.
pub fn configuration_with(pipeline: &Path, data: Option<&Path>) -> Result<Configuration, Error> {
    let mut configuration = Configuration::read(pipeline)?;
    if let Some(data) = data.filter(|d| d.join("ledger.sqlite").exists()) {
        configuration.take_decisions(&Ledger::open(data)?)?;
    }
    Ok(configuration)
}
