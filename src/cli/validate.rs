//! `lscb validate`: the checks of the portal and the batch, nothing kept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{NaiveDate, Utc};
use chrono_tz::Europe::London;

use super::arguments::{AnswerFormat, Validate};
use crate::model::submission::Submission;
use crate::model::{Error, History, Verdict};
use crate::pipeline::answer::{self, Copy};
use crate::pipeline::check::{self, history_of};
use crate::pipeline::configuration::Configuration;
use crate::pipeline::judge::Looked;
use crate::pipeline::mapping::configuration_with;
use crate::pipeline::receipt::{self, Receipt};
use crate::report::verdict;
use crate::report::verdict::page::{self, Answer};

/// Runs the command.
pub fn run(arguments: &Validate) -> Result<ExitCode, Error> {
    let configuration = configuration_with(&arguments.pipeline, arguments.data.as_deref())?;
    let today = configuration.pipeline.as_of.unwrap_or_else(|| Utc::now().with_timezone(&London).date_naive());
    let history = match &arguments.data {
        Some(data) => history_of(data, &configuration, today)?,
        None => History::default(),
    };
    let mut out = Out::default();
    let (mut refused, mut failed) = (false, false);
    let together = arguments.files.chunks(check::side_by_side());
    let looked = together.flat_map(|files| files.iter().zip(check::look_all(files, &configuration, today, &history)));
    for (index, (file, looked)) in looked.enumerate() {
        let answered = looked.and_then(|looked| {
            let verdict = looked.judged.submission.verdict;
            one(arguments, &configuration, today, file, index, &looked, &mut out)?;
            if arguments.format == AnswerFormat::Html {
                let receipt = match arguments.data {
                    None => Receipt::of(&looked, &configuration, today).line(),
                    Some(_) => String::new(),
                };
                out.pages.push(Kept { file: shown(file, &looked.judged.submission), looked, receipt });
            }
            Ok(verdict)
        });
        match answered {
            Ok(verdict) => refused |= verdict != Verdict::Accepted,
            Err(error) => {
                super::screen::error(&error);
                failed = true;
            }
        }
    }
    if arguments.format == AnswerFormat::Html {
        let pipeline = &configuration.pipeline;
        let answers: Vec<Answer<'_>> = out.pages.iter().map(Kept::answer).collect();
        let page = page::page(&pipeline.name, pipeline.synthetic, &answers, &answer::handbook())?;
        out.say(arguments, &page);
    }
    if let Some(path) = &arguments.output {
        write(path, out.text.as_bytes())?;
    }
    if failed {
        return Ok(ExitCode::FAILURE);
    }
    Ok(if refused { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

/// How a file is called in an answer. A name that gives a child away is not repeated, not even to who typed it: the answer
/// may be kept or passed on.
fn shown(file: &Path, submission: &Submission) -> String {
    let is_kept = file.file_name().is_some_and(|name| name.to_string_lossy() == submission.file);
    if is_kept { file.display().to_string() } else { submission.file.clone() }
}

/// What is to be written at the end, and what has been written beside it.
#[derive(Default)]
struct Out {
    text: String,
    written: BTreeSet<PathBuf>,
    pages: Vec<Kept>,
}

/// A file that is to be on the page.
struct Kept {
    file: String,
    looked: Looked,
    receipt: String,
}

impl Kept {
    fn answer(&self) -> Answer<'_> {
        Answer {
            file: self.file.clone(),
            submission: &self.looked.judged.submission,
            every: &self.looked.every,
            raw: self.looked.raw.as_ref(),
            receipt: self.receipt.clone(),
        }
    }
}

impl Out {
    /// Prints an answer at once, or keeps it for its file.
    fn say(&mut self, arguments: &Validate, text: &str) {
        match arguments.output {
            Some(_) => self.text += text,
            None => put!("{text}"),
        }
    }
}

/// Answers one file.
fn one(
    arguments: &Validate,
    configuration: &Configuration,
    today: NaiveDate,
    file: &Path,
    index: usize,
    looked: &Looked,
    out: &mut Out,
) -> Result<(), Error> {
    let submission = &looked.judged.submission;
    let shown = shown(file, submission);
    // A receipt is of what a sender can see, and so not of what a data folder knows beside.
    let receipt = arguments.data.is_none().then(|| Receipt::of(looked, configuration, today));
    match arguments.format {
        AnswerFormat::Json => {
            let mut answer = verdict::json(&shown, submission);
            if let Some(receipt) = &receipt {
                answer["receipt"] = serde_json::to_value(receipt).unwrap_or_default();
            }
            out.say(arguments, &format!("{answer}\n"));
        }
        AnswerFormat::Text => {
            let between = if index > 0 { "\n" } else { "" };
            let text = verdict::text(&shown, submission, &looked.every);
            let line = receipt.as_ref().map(|r| format!("  {}\n", r.line())).unwrap_or_default();
            out.say(arguments, &format!("{between}{text}{line}"));
        }
        AnswerFormat::Html => {}
    }
    if let (Some(place), Some(receipt)) = (&arguments.receipt, &receipt) {
        let name = receipt::beside(Path::new(file.file_name().unwrap_or_default()));
        write(&target(place, "json", &name, arguments.files.len()), receipt.text().as_bytes())?;
    }
    if let Some(place) = &arguments.annotate {
        annotated(arguments, place, file, looked, out)?;
    }
    Ok(())
}

/// Writes the annotated copy, and says what it is.
fn annotated(arguments: &Validate, place: &Path, file: &Path, looked: &Looked, out: &mut Out) -> Result<(), Error> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut path = target(place, "xlsx", Path::new(&format!("{stem}.xlsx")), arguments.files.len());
    if !out.written.insert(path.clone()) {
        // Two files of one name but for the ending, or from two folders.
        let whole = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let free = (1..).map(|n| if n == 1 { format!("{whole}.xlsx") } else { format!("{whole}-{n}.xlsx") });
        let free = free.map(|name| place.join(name)).find(|p| !out.written.contains(p));
        path = free.unwrap_or(path);
        out.written.insert(path.clone());
    }
    if same_file(&path, file) {
        return Err(Error::configuration(
            path.display().to_string(),
            "the annotated copy would stand in the place of the file itself",
            "Name another folder, such as --annotate answers/.",
        ));
    }
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, "the folder could not be made", e))?;
    }
    let shown = path.display();
    let told = match answer::annotate(file, looked, &path)? {
        Copy::InPlace => format!("wrote {shown}: your workbook with notes on its cells"),
        Copy::Plain => format!("wrote {shown}: your values in a workbook, with notes on their cells"),
        Copy::ListOnly => format!("wrote {shown}: a list, for the file could not be read"),
        Copy::Withheld => {
            let name = self::shown(file, &looked.judged.submission);
            format!("{name}: no copy is made of a file that holds personal data")
        }
    };
    super::screen::tell(&told);
    Ok(())
}

/// A file that was named, or one in a folder that was named.
fn target(place: &Path, ending: &str, name: &Path, files: usize) -> PathBuf {
    let is_file = place.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending)) && !place.is_dir();
    if is_file && files == 1 { place.to_owned() } else { place.join(name) }
}

fn same_file(one: &Path, two: &Path) -> bool {
    matches!((one.canonicalize(), two.canonicalize()), (Ok(one), Ok(two)) if one == two)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, "the folder could not be made", e))?;
    }
    std::fs::write(path, bytes).map_err(|e| Error::io(path, "the file could not be written", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_may_be_named_and_several_go_into_a_folder() {
        let name = Path::new("a.xlsx");
        for (place, files, expected) in [
            ("out.xlsx", 1, "out.xlsx"),
            ("out.xlsx", 2, "out.xlsx/a.xlsx"),
            ("out", 1, "out/a.xlsx"),
            (".", 1, "./a.xlsx"),
        ] {
            assert_eq!(target(Path::new(place), "xlsx", name, files), Path::new(expected), "{place} {files}");
        }
    }
}
