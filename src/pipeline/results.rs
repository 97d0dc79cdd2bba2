//! From the lake to the folders of a run: condense, triangulate, disclose, render. Nothing here is published yet.

use std::path::Path;

use chrono::NaiveDate;

use super::calendar::not_heard;
use super::configuration::Configuration;
use super::evidence;
use super::manifest::{Inputs, StageCount};
use super::movement;
use super::progress::{Event, Progress};
use super::queries;
use super::run::{CONFIGURATION, LISTS, PIPELINE, PRIVATE_BOARD, SHOWN};
use crate::condense::{condense, prompts};
use crate::disclose::{Audience, Entry, Results, Rows, RunFacts, disclose, keep, private_rows};
use crate::lake::{self, Lake, Published, PublishedColumn};
use crate::ledger::Run;
use crate::model::submission::Submission;
use crate::model::{Board, Due, Error, Explanation};
use crate::report;
use crate::triangulate::{Depth, triangulate, words};

/// What a night works on.
pub struct Night<'a> {
    /// The board's configuration.
    pub configuration: &'a Configuration,
    /// The day that counts as today.
    pub as_of: NaiveDate,
    /// The lake.
    pub lake: &'a Lake,
    /// Submissions received by that day.
    pub submissions: &'a [Submission],
    /// What is owed by that day, and what has come of it.
    pub calendar: &'a [Due],
    /// What decides the run.
    pub inputs: &'a Inputs,
    /// Its name.
    pub run: &'a str,
    /// The run before and its private folder.
    pub previous: Option<(&'a Run, &'a Path)>,
    /// Who is told.
    pub progress: &'a dyn Progress,
}

/// Builds everything of a run into `public` and `exact`.
///
/// # Errors
/// The lake could not be read, or a file not be written.
pub fn build(night: &Night<'_>, public: &Path, exact: &Path) -> Result<(Board, Vec<StageCount>), Error> {
    let Configuration { pipeline, reference, .. } = night.configuration;
    let stage = |name| night.progress.tell(Event::Stage { name, of: 0 });
    let mut stages = Vec::new();
    let mut count = |stage, rows_in, rows_out| stages.push(StageCount { stage, rows_in, rows_out });

    stage("Condensing figures to series");
    let observations = night.lake.compact(night.as_of)?;
    let mut series = condense(&observations, reference, night.as_of)?;
    count("condense", observations.iter().map(|b| b.num_rows()).sum(), series.len());
    let asked = prompts(&series, reference, night.as_of, &pipeline.prompts);
    count("prompts", series.len(), asked.len());

    stage("Triangulating six streams");
    let rows = evidence::Rows::read(night.lake, night.as_of)?;
    let depth = Depth::Full { seed: night.inputs.seed() };
    let mut board = triangulate(&rows.world(&series, night.configuration, night.as_of, depth));
    board.not_heard = not_heard(night.calendar, night.as_of);
    movement::carry_over(&mut board, night, &series, &rows)?;
    count("triangulate", series.len() + rows.count(), board.cells.len());

    queries::beside_figures(&mut series, &night.configuration.answers, night.as_of);

    stage("Protecting small numbers");
    let titles = report::titles(&board, reference);
    let sentences: Vec<Explanation> = board.cells.iter().map(|c| words::explanation(c, &board, reference)).collect();
    let signal_sentences: Vec<[String; 6]> = board
        .cells
        .iter()
        .map(|c| std::array::from_fn(|i| words::signal_sentence(&c.signals[i], c, reference)))
        .collect();
    let protection = report::protection(pipeline, reference);
    let facts = RunFacts {
        run: night.run.to_owned(),
        previous_run: night.previous.map(|(r, _)| r.run.clone()),
        version: night.inputs.program.clone(),
        attribution: pipeline.attribution.clone(),
    };
    let results = Results {
        board: &board,
        series: &series,
        prompts: &asked,
        submissions: night.submissions,
        calendar: night.calendar,
        titles: &titles,
        sentences: &sentences,
        signal_sentences: &signal_sentences,
        protection: &protection,
        facts: &facts,
    };
    let publishable = disclose(&results, Audience::Board);
    count("disclose", board.cells.len(), board.cells.len());

    stage("Writing the report");
    let view = report::BoardView::new(&publishable, pipeline, reference)
        .with_trial(night.configuration.evaluation.as_ref(), &pipeline.method);
    let files = report::render(&view, public)?;
    count("report", board.cells.len(), files.len());
    lake::write_table(&public.join("hotspots.parquet"), &parquet(report::hotspot_table(&view), night.run))?;
    let (hotspots, exact_series) = private_rows(&results);
    let board_text = serde_json::to_string(&board).unwrap_or_default();
    for (name, text) in [
        ("hotspots.csv", report::csv_text(&hotspots)),
        ("series.csv", report::csv_text(&exact_series)),
        (PRIVATE_BOARD, board_text),
        (SHOWN, keep::write(&publishable, Audience::Board)?),
    ] {
        let file = exact.join(name);
        std::fs::write(&file, text).map_err(|e| Error::io(&file, "an exact result could not be written", e))?;
    }
    keep_configuration(night.configuration, &exact.join(CONFIGURATION))?;
    Ok((board, stages))
}

/// Puts the pipeline file and the reference lists of the run beside its results: its pages name places and indicators as
/// they were called then, whatever the lists say later.
fn keep_configuration(configuration: &Configuration, folder: &Path) -> Result<(), Error> {
    let lists = folder.join(LISTS);
    std::fs::create_dir_all(&lists).map_err(|e| Error::io(&lists, "the folder could not be made", e))?;
    let copy = |from: &Path, to: &Path| match std::fs::copy(from, to) {
        Ok(_) => Ok(()),
        Err(e) => Err(Error::io(from, "the configuration could not be kept beside the results", e)),
    };
    copy(&configuration.pipeline.file, &folder.join(PIPELINE))?;
    let named = configuration.reference.files.iter().filter_map(|f| Some((f, f.file_name()?)));
    for (file, name) in named {
        copy(file, &lists.join(name))?;
    }
    Ok(())
}

/// Columns of `hotspots.csv` that hold words, beside the lights; the others hold numbers, whatever a night gives.
const WORDS: [&str; 10] =
    ["cell", "theme", "grain", "place", "tier", "also", "fragile", "previous_tier", "first_seen", "explanation"];

/// The published table as Parquet has it: a column of numbers loses its `[c]` to null, which the light beside it explains.
fn parquet(rows: &Rows, run: &str) -> Published {
    let column = |index: usize| {
        let entries = || rows.rows.iter().map(|row| &row[index]);
        let name = rows.columns[index].as_str();
        if name == "dissonance" {
            return PublishedColumn::Truth(entries().map(|e| matches!(e, Entry::Flag(true))).collect());
        }
        if !WORDS.contains(&name) && !name.ends_with("_light") {
            let number = |entry: &Entry| if let Entry::Number(n) = entry { Some(*n) } else { None };
            return PublishedColumn::Number(entries().map(number).collect());
        }
        let text = |entry: &Entry| if matches!(entry, Entry::Empty) { None } else { Some(entry.text()) };
        PublishedColumn::Text(entries().map(text).collect())
    };
    let columns = rows.columns.iter().enumerate().map(|(index, name)| (name.clone(), column(index))).collect();
    Published { columns, metadata: vec![("lscb.run".to_owned(), run.to_owned())] }
}
