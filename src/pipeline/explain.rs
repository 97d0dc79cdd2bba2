//! From a cell of the lattice down to the sender's own cells: the exact run result, walked back through the lake.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::run::PRIVATE_BOARD;
use crate::lake::Lake;
use crate::model::row::Provenance;
use crate::model::{Board, Cell, CellId, Error, Evidence, Row, Table, movement};
use crate::spec::advice::did_you_mean;
use crate::spec::{Pipeline, Reference};
use crate::triangulate::words;

/// How many source lines of a stream a person is shown.
const SHOWN: usize = 12;

/// A cell taken apart.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The run it belongs to.
    pub run: String,
    /// The cell.
    pub cell: String,
    /// Why it is listed.
    pub tier: String,
    /// Its sentence.
    pub sentence: String,
    /// What moved it since the run before, as a sentence; empty where nothing did.
    pub moved: String,
    /// What would change our mind, a sentence for each stream that points to a problem, the loudest first.
    pub mind: Vec<String>,
    /// The six streams.
    pub streams: Vec<StreamExplanation>,
}

/// One stream of it.
#[derive(Debug, Clone, Serialize)]
pub struct StreamExplanation {
    /// Name of the stream.
    pub name: &'static str,
    /// concern, reassurance, neutral, silent.
    pub light: &'static str,
    /// z after overdispersion, before the cap.
    pub z: Option<f64>,
    /// Its weight.
    pub weight: f64,
    /// What it says.
    pub sentence: String,
    /// The figures that it says it from.
    pub sources: Vec<Source>,
    /// How many of them the text leaves out.
    pub sources_left_out: usize,
}

/// One figure and the cell that it came from.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// Agency that sent it.
    pub agency: String,
    /// Indicator, standard, audit or kind.
    pub subject: String,
    /// Place.
    pub locality: String,
    /// Period or day.
    pub when: String,
    /// Numerator, or what was adverse.
    pub adverse: Option<f64>,
    /// Denominator, or of how many.
    pub of: Option<f64>,
    /// Submission.
    pub submission: String,
    /// File.
    pub file: String,
    /// Sheet; empty for CSV.
    pub sheet: String,
    /// Cell; empty for a whole row.
    pub cell: String,
    /// Row.
    pub row: u32,
    /// All of it in one line.
    pub text: String,
}

/// Explains `cell` of a run (the latest unless told).
///
/// # Errors
/// No such run, or no such cell: with the nearest ones.
pub fn explain(pipeline: &Path, data: &Path, cell: &str, run: Option<&str>) -> Result<Explanation, Error> {
    let pipeline = Pipeline::read(pipeline)?;
    let reference = Reference::read(&pipeline.paths.reference)?;
    let folder = data.join("runs").join(run.unwrap_or("latest"));
    let file = folder.join(PRIVATE_BOARD);
    let bytes = std::fs::read(&file).map_err(|_| {
        let advice = "Run `lscb run PIPELINE` first; `lscb history` lists the runs.";
        Error::configuration(folder.display().to_string(), "there is no such run", advice)
    })?;
    let board: Board = serde_json::from_slice(&bytes).map_err(|e| {
        Error::state(file.display().to_string(), format!("cannot be read: {e}"), "Run again with --full.")
    })?;
    let found = CellId::parse(cell).and_then(|id| board.cells.iter().find(|c| c.id == id));
    let found = found.ok_or_else(|| {
        let ids: Vec<String> = board.cells.iter().map(|c| c.id.to_string()).collect();
        let advice = did_you_mean(cell, ids.iter().map(String::as_str).collect::<Vec<_>>());
        Error::configuration("explain", format!("the run has no cell `{cell}`"), advice)
    })?;
    let lake = Lake::open(data, &pipeline.board)?;
    let name = std::fs::canonicalize(&folder).unwrap_or(folder);
    Ok(Explanation {
        run: name.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        cell: found.id.to_string(),
        tier: found.tier.as_str().to_owned(),
        sentence: words::sentence(found, &board, &reference),
        moved: moved(found),
        mind: found.mind.iter().map(|m| m.sentence.clone()).collect(),
        streams: streams(found, &board, &reference, &lake)?,
    })
}

fn moved(cell: &Cell) -> String {
    let why = movement::in_words(&cell.moved);
    match (why.is_empty(), cell.previous_tier) {
        (true, _) => String::new(),
        (false, Some(tier)) => format!("In the run before it was `{}`; what moved it: {why}.", tier.as_str()),
        (false, None) => format!("The run before did not have it; what moved it: {why}."),
    }
}

fn streams(cell: &Cell, board: &Board, reference: &Reference, lake: &Lake) -> Result<Vec<StreamExplanation>, Error> {
    let figures = figures(cell, board, lake)?;
    let stream = |signal: &crate::model::Signal| {
        let sources: Vec<Source> = signal.evidence.iter().flat_map(|e| sources(e, &figures)).collect();
        StreamExplanation {
            name: signal.stream.name(),
            light: signal.light.as_str(),
            z: signal.z,
            weight: signal.weight,
            sentence: words::signal_sentence(signal, cell, reference),
            sources_left_out: sources.len().saturating_sub(SHOWN),
            sources,
        }
    };
    Ok(cell.signals.iter().map(stream).collect())
}

/// Agency, indicator, locality and period of a figure of the performance table.
type FigureKey = (String, String, String, String);

/// The rows of the lake behind the performance signal, by agency, indicator, place and period.
fn figures(cell: &Cell, board: &Board, lake: &Lake) -> Result<BTreeMap<FigureKey, Vec<Row>>, Error> {
    let evidence = || cell.signals.iter().flat_map(|s| &s.evidence).filter(|e| e.table == Table::Performance);
    let wanted: BTreeSet<(&str, &str)> = evidence().map(|e| (e.agency.as_str(), e.subject.as_str())).collect();
    let mut found: BTreeMap<FigureKey, Vec<Row>> = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    for row in lake.performance_rows(|agency, indicator, _| wanted.contains(&(agency, indicator)), board.as_of)? {
        if row.text("breakdown").is_empty() {
            let period = row.period("period").map(|p| p.to_string()).unwrap_or_default();
            let key = (row.text("agency"), row.text("indicator"), row.text("locality"));
            found.entry((key.0.to_owned(), key.1.to_owned(), key.2.to_owned(), period)).or_default().push(row);
        }
    }
    Ok(found)
}

/// The sender's cells of one piece of evidence; a sum over places has those of its parts.
fn sources(evidence: &Evidence, figures: &BTreeMap<FigureKey, Vec<Row>>) -> Vec<Source> {
    if let Some(provenance) = &evidence.provenance {
        return vec![source(evidence, &evidence.locality, (evidence.adverse, evidence.of), provenance)];
    }
    let key = |locality: &str| {
        (evidence.agency.clone(), evidence.subject.clone(), locality.to_owned(), evidence.when.clone())
    };
    let figure = |row: &Row| {
        let numerator = row.number("numerator").value.or(row.number("value").value);
        source(evidence, row.text("locality"), (numerator, row.number("denominator").value), &row.provenance)
    };
    if let Some(rows) = figures.get(&key(&evidence.locality)) {
        return rows.iter().map(figure).collect();
    }
    let parts = figures.iter().filter(|((agency, indicator, _, when), _)| {
        (agency, indicator, when) == (&evidence.agency, &evidence.subject, &evidence.when)
    });
    parts.flat_map(|(_, rows)| rows).map(figure).collect()
}

fn source(evidence: &Evidence, locality: &str, figure: (Option<f64>, Option<f64>), from: &Provenance) -> Source {
    let number = |n: Option<f64>| n.map_or("-".to_owned(), |n| n.to_string());
    let place = match (from.source_sheet.as_str(), from.source_cell.as_str()) {
        ("", _) => format!("{} line {}", from.source_file, from.source_row),
        (sheet, "") => format!("{} {sheet}!row {}", from.source_file, from.source_row),
        (sheet, cell) => format!("{} {sheet}!{cell}", from.source_file),
    };
    let of = figure.1.map_or(String::new(), |of| format!(" of {of}"));
    let what: Vec<&str> = [evidence.agency.as_str(), &evidence.subject, locality, &evidence.when]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect();
    Source {
        agency: evidence.agency.clone(),
        subject: evidence.subject.clone(),
        locality: locality.to_owned(),
        when: evidence.when.clone(),
        adverse: figure.0,
        of: figure.1,
        submission: from.submission.to_string(),
        file: from.source_file.to_string(),
        sheet: from.source_sheet.to_string(),
        cell: from.source_cell.to_string(),
        row: from.source_row,
        text: format!("{}: {}{of}  <- {place}", what.join(", "), number(figure.0)),
    }
}
