//! Changes of the board's lists and of the method's numbers. The files below the pipeline file stay the truth: a proposed
//! text is checked as a run would read it, shown as what differs, and then written whole in the place of the file it was
//! made from. If somebody changed that file in between, nothing is written. Every version is kept and can be put back.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::{NaiveDate, Utc};

use super::compare::{TierChange, tiers};
use super::configuration::Configuration;
use super::digest;
use super::evidence::Rows;
use super::freetext;
use super::list_text::{ListText, RowChange};
use super::refusal::{Form, Refusal};
use super::schedule::stamp;
use super::settings;
use crate::condense::condense;
use crate::lake::{Lake, write_atomically};
use crate::ledger::{Edit, Ledger};
use crate::model::{Board, Error, Who};
use crate::report::names::Names;
use crate::spec::Pipeline;
use crate::triangulate::{Depth, triangulate};

/// The name of the pipeline file among the files that can be edited.
pub const SETTINGS: &str = "pipeline.toml";

/// The largest list that is taken, in bytes.
pub const LARGEST: usize = 4 << 20;

/// The lists that can be edited: file, title, and what it says.
const LISTS: [(&str, &str, &str); 13] = [
    ("targets.csv", "Targets", "What the board wants of an indicator, and from when."),
    ("comparators.csv", "Comparators", "Figures of elsewhere to compare with."),
    ("indicators.csv", "Indicators", "What the board watches, in which unit and how often."),
    ("agencies.csv", "Agencies", "Who sends returns, and when it began or ended."),
    ("localities.csv", "Localities", "Places, and which lies in which."),
    ("populations.csv", "Populations", "How many children live where."),
    ("themes.csv", "Themes", "What the six streams are put together by."),
    ("breaks.csv", "Breaks", "Days from which an indicator counts something else."),
    ("standards.csv", "Section 11 standards", "What agencies rate themselves against."),
    ("audit-questions.csv", "Audit questions", "What audits ask."),
    ("death-categories.csv", "Categories of death", "How deaths are classed."),
    ("death-factors.csv", "Factors of death", "What contributed."),
    ("bank-holidays.csv", "Bank holidays", "Days that are no working days."),
];

/// A file that can be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editable {
    /// Its name: `targets.csv`, or `pipeline.toml`.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it says, in a sentence.
    pub about: &'static str,
    /// Its rows; none where the board has no such list yet.
    pub rows: Option<usize>,
}

/// A list that is open for editing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The file.
    pub file: Editable,
    /// SHA-256 of what was opened; empty where there is no file yet.
    pub sha256: String,
    /// The list.
    pub list: ListText,
}

/// A text that was checked, and may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The file's name.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// SHA-256 of the text that it was made from; empty where there was none.
    pub base: String,
    /// SHA-256 of the proposed text, by which it is kept.
    pub sha256: String,
    /// The header of a list; empty for the pipeline file.
    pub header: Vec<String>,
    /// What differs; of the pipeline file lines, each a row of one cell.
    pub changes: Vec<RowChange>,
}

/// The files that can be edited.
pub fn files(configuration: &Configuration) -> Vec<Editable> {
    let rows = |name: &str| {
        let text = std::fs::read_to_string(configuration.pipeline.paths.reference.join(name)).ok()?;
        ListText::new(&text).ok().map(|l| l.rows.len())
    };
    LISTS.iter().map(|(name, title, about)| Editable { name, title, about, rows: rows(name) }).collect()
}

fn editable(name: &str) -> Result<(&'static str, &'static str, &'static str), Refusal> {
    if name == SETTINGS {
        return Ok((SETTINGS, "Weights and thresholds", "The numbers of the method."));
    }
    let found = LISTS.iter().find(|(file, ..)| *file == name).copied();
    found.ok_or_else(|| Refusal::Gone("There is no such list.".to_owned()))
}

fn path_of(pipeline: &Pipeline, name: &'static str) -> PathBuf {
    if name == SETTINGS { pipeline.file.clone() } else { pipeline.paths.reference.join(name) }
}

/// What a file holds now; empty where there is none.
fn text_of(path: &Path) -> Result<String, Error> {
    match std::fs::read_to_string(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|e| Error::io(path, "the list could not be read", e)),
    }
}

fn sha256_of(text: &str) -> String {
    if text.is_empty() { String::new() } else { digest::of_bytes(text.as_bytes()) }
}

/// Opens a list.
///
/// # Errors
/// There is no such list, or it cannot be read.
pub fn open(configuration: &Configuration, name: &str) -> Result<Opened, Refusal> {
    let (name, title, about) = editable(name)?;
    let text = text_of(&path_of(&configuration.pipeline, name))?;
    let list = ListText::new(&text).map_err(|what| Refusal::wrong("text", what))?;
    let rows = (!text.is_empty()).then_some(list.rows.len());
    Ok(Opened { file: Editable { name, title, about, rows }, sha256: sha256_of(&text), list })
}

/// The SHA-256 of the pipeline file as it is: what a form of its settings is made from.
///
/// # Errors
/// It cannot be read.
pub fn settings_sha256(configuration: &Configuration) -> Result<String, Error> {
    Ok(sha256_of(&text_of(&configuration.pipeline.file)?))
}

/// Checks a proposed text of a list against all other lists, as a run would, and keeps it as a draft.
///
/// # Errors
/// The file was changed since it was opened, or the text does not hold: with line and column.
pub fn propose(
    ledger: &Ledger,
    configuration: &Configuration,
    name: &str,
    base: &str,
    text: &str,
) -> Result<Proposal, Refusal> {
    let (name, title, _) = editable(name)?;
    if text.len() > LARGEST {
        return Err(Refusal::wrong("text", format!("The list must be smaller than {} MB", LARGEST >> 20)));
    }
    let current = unchanged(&configuration.pipeline, name, base)?;
    check(&configuration.pipeline, name, text)?;
    let (header, changes) = if name == SETTINGS {
        (Vec::new(), lines(&current).changes_to(&lines(text)))
    } else {
        let list = |text: &str| ListText::new(text).map_err(|what| Refusal::wrong("text", what));
        let later = list(text)?;
        let earlier = list(&current)?;
        let mut changes = earlier.changes_to(&later);
        if earlier.header != later.header && !earlier.header.is_empty() {
            changes.insert(0, RowChange::Changed { from: earlier.header, to: later.header.clone() });
        }
        (later.header, changes)
    };
    let sha256 = sha256_of(text);
    ledger.keep_draft(&sha256, text)?;
    Ok(Proposal { name, title, base: base.to_owned(), sha256, header, changes })
}

/// What is proposed for one row of a list.
#[derive(Debug, Clone, Copy)]
pub enum RowEdit<'a> {
    /// Other cells for the row on this line.
    Change(u64, &'a [String]),
    /// A row at the end.
    Add(&'a [String]),
    /// The row on this line is taken out.
    Remove(u64),
}

/// The same for one row.
///
/// # Errors
/// As for [`propose`]; no such row; a change that changes nothing.
pub fn propose_row(
    ledger: &Ledger,
    configuration: &Configuration,
    name: &str,
    base: &str,
    edit: RowEdit<'_>,
) -> Result<Proposal, Refusal> {
    let opened = open(configuration, name)?;
    if opened.sha256 != base {
        return Err(changed(opened.file.name));
    }
    let list = &opened.list;
    let row = |line| list.row(line).ok_or_else(|| Refusal::Gone("The list has no such row any more.".to_owned()));
    let text = match edit {
        RowEdit::Change(line, cells) => list.with_row(row(line)?, cells),
        RowEdit::Add(cells) => list.with_new(cells),
        RowEdit::Remove(line) => list.without(row(line)?),
    };
    let proposal = propose(ledger, configuration, name, base, &text)?;
    if proposal.changes.is_empty() {
        return Err(Refusal::wrong("row", "Change something before you go on"));
    }
    Ok(proposal)
}

/// The same for numbers of the method, each by its name, `weights.audits`, and its text.
///
/// # Errors
/// A number that may not be, each told at its field; the file was changed since; nothing differs.
pub fn propose_settings(
    ledger: &Ledger,
    configuration: &Configuration,
    base: &str,
    numbers: &[(String, String)],
) -> Result<Proposal, Refusal> {
    let mut text = unchanged(&configuration.pipeline, SETTINGS, base)?;
    let mut form = Form::default();
    for setting in settings::groups(&configuration.pipeline).iter().flat_map(|g| &g.settings) {
        let name = setting.name();
        let Some((_, given)) = numbers.iter().find(|(n, _)| *n == name) else { continue };
        let given = given.trim();
        let number = given.parse::<f64>().ok().filter(|n| n.is_finite() && (*n >= setting.least && *n <= setting.most));
        let number = number.filter(|n| !setting.is_whole || n.fract() == 0.0);
        let Some(number) = number else {
            let kind = if setting.is_whole { "whole number" } else { "number" };
            let (least, most) = (setting.least, setting.most);
            form.wrong("number", format!("{}: enter a {kind} from {least} to {most}", setting.label()));
            continue;
        };
        if number != setting.value {
            // TOML takes `1` for a float here; what the analyst wrote stands.
            text = settings::with_number(&text, &setting.table, &setting.key, &number.to_string());
        }
    }
    form.done()?;
    let proposal = propose(ledger, configuration, SETTINGS, base, &text)?;
    if proposal.changes.is_empty() {
        return Err(Refusal::wrong("number", "Change a number before you go on"));
    }
    Ok(proposal)
}

/// Proposes an earlier version again: the text before an edit.
///
/// # Errors
/// No such edit, its text was not kept, or the lists have gone on and it no longer holds.
pub fn propose_before(ledger: &Ledger, configuration: &Configuration, edit: i64) -> Result<Proposal, Refusal> {
    let gone = || Refusal::Gone("That version was not kept.".to_owned());
    let edit = ledger.edits()?.into_iter().find(|e| e.id == edit).ok_or_else(gone)?;
    let text = ledger.edit_text(&edit.before_sha256)?.ok_or_else(gone)?;
    let (name, ..) = editable(edit.file.trim_start_matches("reference/"))?;
    let base = sha256_of(&text_of(&path_of(&configuration.pipeline, name))?);
    propose(ledger, configuration, name, &base, &text)
}

/// Writes a proposed text in the place of the file, and keeps the edit.
///
/// # Errors
/// The draft is gone, the file was changed since, the text no longer holds, no reason or one that holds personal data.
pub fn apply(
    ledger: &Ledger,
    configuration: &Configuration,
    today: NaiveDate,
    (name, base, sha256): (&str, &str, &str),
    note: &str,
    by: &Who,
) -> Result<Edit, Refusal> {
    let (name, ..) = editable(name)?;
    let mut form = Form::default();
    form.expect(!note.trim().is_empty(), "note", "Enter why the list is changed");
    for reason in freetext::check(configuration, note, today).err().unwrap_or_default() {
        form.wrong("note", reason);
    }
    form.done()?;
    let draft = || Refusal::Gone("The proposed change was not kept so long. Make it again.".to_owned());
    let text = ledger.edit_text(sha256)?.ok_or_else(draft)?;
    // Of two who save at once the second finds the file changed.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let before = unchanged(&configuration.pipeline, name, base)?;
    check(&configuration.pipeline, name, &text)?;
    let path = path_of(&configuration.pipeline, name);
    let file = if name == SETTINGS { name.to_owned() } else { format!("reference/{name}") };
    let edit = Edit {
        id: 0,
        file,
        by: by.clone(),
        at: stamp(Utc::now()),
        before_sha256: base.to_owned(),
        after_sha256: sha256.to_owned(),
        note: note.trim().to_owned(),
    };
    // The edit comes first: a version that was written and is not known could not be put back.
    let id = ledger.record_edit(&edit, &before, &text)?;
    write_atomically(&path, |out| {
        out.write_all(text.as_bytes()).map_err(|e| Error::io(&path, "the list could not be written", e))
    })?;
    Ok(Edit { id, ..edit })
}

/// An edit with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditLine {
    /// The edit.
    pub edit: Edit,
    /// What the file is called.
    pub title: &'static str,
    /// Whether the file is still what this edit made of it.
    pub is_current: bool,
    /// Whether the file was changed by hand between the edit before and this one.
    pub by_hand_before: bool,
}

/// The history of edits, the latest first; of one file where its name is given.
///
/// # Errors
/// The ledger could not be read.
pub fn history(ledger: &Ledger, configuration: &Configuration, name: Option<&str>) -> Result<Vec<EditLine>, Error> {
    let edits = ledger.edits()?;
    let mut lines = Vec::new();
    for (at, edit) in edits.iter().enumerate() {
        let short = edit.file.trim_start_matches("reference/");
        let Ok((file, title, _)) = editable(short) else { continue };
        if name.is_some_and(|n| n != file) {
            continue;
        }
        let is_last = !edits[..at].iter().any(|e| e.file == edit.file);
        let is_current = is_last && sha256_of(&text_of(&path_of(&configuration.pipeline, file))?) == edit.after_sha256;
        let before = edits[at + 1..].iter().find(|e| e.file == edit.file);
        let by_hand_before = before.is_some_and(|b| b.after_sha256 != edit.before_sha256);
        lines.push(EditLine { edit: edit.clone(), title, is_current, by_hand_before });
    }
    Ok(lines)
}

/// What a draft would change in the tiers, on what the lake holds today. Returns are not judged again: a list that decides
/// whether a return is accepted may change more at the next run.
///
/// # Errors
/// The draft is gone or does not hold, or the lake could not be read.
pub fn look(
    ledger: &Ledger,
    configuration: &Configuration,
    data: &Path,
    today: NaiveDate,
    (name, sha256): (&str, &str),
) -> Result<Vec<TierChange>, Refusal> {
    let (name, ..) = editable(name)?;
    let draft = || Refusal::Gone("The proposed change was not kept so long. Make it again.".to_owned());
    let text = ledger.edit_text(sha256)?.ok_or_else(draft)?;
    let proposed = check(&configuration.pipeline, name, &text)?;
    let lake = Lake::open(data, &configuration.pipeline.board)?;
    let (before, after) = (board(&lake, configuration, today)?, board(&lake, &proposed, today)?);
    Ok(tiers(&before, &after, &Names::new(&proposed.reference, today)))
}

fn board(lake: &Lake, configuration: &Configuration, today: NaiveDate) -> Result<Board, Error> {
    let series = condense(&lake.observations(today)?, &configuration.reference, today)?;
    let rows = Rows::read(lake, today)?;
    Ok(triangulate(&rows.world(&series, configuration, today, Depth::Scores)))
}

fn changed(name: &str) -> Refusal {
    let what =
        format!("{name} was changed since you opened it, here or on the disk. Open it again; nothing was written.");
    Refusal::Gone(what)
}

/// The file's text, if it is still what the edit was made from.
fn unchanged(pipeline: &Pipeline, name: &'static str, base: &str) -> Result<String, Refusal> {
    let text = text_of(&path_of(pipeline, name))?;
    if sha256_of(&text) == base { Ok(text) } else { Err(changed(name)) }
}

/// Reads the whole configuration with a text in the place of one file, as a run would.
fn check(pipeline: &Pipeline, name: &'static str, text: &str) -> Result<Configuration, Refusal> {
    let failed = |path: &Path, e| Refusal::Failed(Error::io(path, "the lists could not be copied for a look", e));
    let folder = tempfile::tempdir().map_err(|e| failed(Path::new("a temporary folder"), e))?;
    let copy = folder.path().join("reference");
    std::fs::create_dir(&copy).map_err(|e| failed(&copy, e))?;
    for (list, ..) in LISTS {
        let from = pipeline.paths.reference.join(list);
        if from.exists() && list != name {
            std::fs::copy(&from, copy.join(list)).map_err(|e| failed(&from, e))?;
        }
    }
    let on_disk;
    let (settings, list) = if name == SETTINGS {
        (text, None)
    } else {
        on_disk = text_of(&pipeline.file)?;
        (on_disk.as_str(), Some(copy.join(name)))
    };
    if let Some(list) = list {
        std::fs::write(&list, text).map_err(|e| failed(&list, e))?;
    }
    let wrong = |error: Error| match error {
        Error::Configuration { place, what, advice } => {
            let place = place.rsplit('/').next().unwrap_or(&place).to_owned();
            let place = place.split_once(':').map_or(place.clone(), |(file, line)| format!("{file}, line {line}"));
            Refusal::wrong("text", format!("{place}: {what}. {advice}"))
        }
        other => Refusal::Failed(other),
    };
    let mut proposed = Pipeline::parse(&pipeline.file, settings).map_err(wrong)?;
    if proposed.paths != pipeline.paths || proposed.board != pipeline.board {
        return Err(Refusal::Gone(
            "The pipeline file on the disk is another than the portal started with. Restart it.".into(),
        ));
    }
    proposed.paths.reference = copy;
    let mut proposed = Configuration::of(proposed, sha256_of(settings)).map_err(wrong)?;
    // The copy is gone in a moment.
    proposed.pipeline.paths.reference.clone_from(&pipeline.paths.reference);
    Ok(proposed)
}

/// The lines of a text as rows of one cell.
fn lines(text: &str) -> ListText {
    let rows = text.lines().filter(|l| !l.trim().is_empty());
    let quoted: String = rows.map(|l| format!("\"{}\"\n", l.replace('"', "\"\""))).collect();
    ListText::new(&format!("line\n{quoted}")).unwrap_or_else(|_| ListText {
        text: String::new(),
        header: Vec::new(),
        rows: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIPELINE: &str = "board = \"county\"\nname = \"County\"\n\n[paths]\nreference = \"reference\"\n";

    struct Place {
        folder: tempfile::TempDir,
        ledger: Ledger,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let ledger = Ledger::open(&folder.path().join("data")).unwrap();
            let place = Self { folder, ledger };
            for (name, text) in [
                ("pipeline.toml", PIPELINE),
                ("reference/agencies.csv", "agency,name,kind\npolice,Police,police\n"),
                ("reference/localities.csv", "locality,name,parent\nash,Ash,\n"),
                ("reference/populations.csv", "locality,year,age_from,age_to,population\nash,2013,0,17,20000\n"),
                ("reference/themes.csv", "theme,name\nneglect,Neglect\n"),
                (
                    "reference/indicators.csv",
                    "indicator,name,theme,agency,unit\nvisits,Visits,neglect,police,proportion\n",
                ),
                ("reference/targets.csv", "indicator,from,target,tolerance\nvisits,2012-04-01,0.9,0.05\n"),
            ] {
                let path = place.folder.path().join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            place
        }

        fn configuration(&self) -> Configuration {
            Configuration::read(&self.folder.path().join("pipeline.toml")).unwrap()
        }

        fn read(&self, name: &str) -> String {
            std::fs::read_to_string(self.folder.path().join(name)).unwrap()
        }
    }

    fn cells(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    fn day() -> NaiveDate {
        "2015-01-31".parse().unwrap()
    }

    #[test]
    fn a_row_is_proposed_written_kept_and_put_back() {
        let place = Place::new();
        let (ledger, configuration) = (&place.ledger, place.configuration());
        let opened = open(&configuration, "targets.csv").unwrap();
        let new = cells("visits,2012-04-01,0.95,0.05");
        let edit = RowEdit::Change(opened.list.rows[0].line, &new);
        let proposal = propose_row(ledger, &configuration, "targets.csv", &opened.sha256, edit).unwrap();
        assert_eq!(
            proposal.changes,
            [RowChange::Changed { from: cells("visits,2012-04-01,0.9,0.05"), to: new.clone() }]
        );
        assert!(place.read("reference/targets.csv").contains("0.9,"), "nothing is written by looking");
        let who = Who::person(1, "A. Analyst");
        let key = ("targets.csv", proposal.base.as_str(), proposal.sha256.as_str());
        let refused = apply(ledger, &configuration, day(), key, "", &who).unwrap_err();
        assert!(refused.to_string().contains("Enter why"), "{refused}");
        apply(ledger, &configuration, day(), key, "Agreed in May.", &who).unwrap();
        assert_eq!(
            place.read("reference/targets.csv"),
            "indicator,from,target,tolerance\nvisits,2012-04-01,0.95,0.05\n"
        );
        let again = apply(ledger, &configuration, day(), key, "Agreed in May.", &who).unwrap_err();
        assert!(again.to_string().contains("was changed since"), "{again}");

        let lines = history(ledger, &configuration, None).unwrap();
        assert!(lines[0].is_current && lines[0].edit.by == who);
        let back = propose_before(ledger, &configuration, lines[0].edit.id).unwrap();
        apply(ledger, &configuration, day(), ("targets.csv", &back.base, &back.sha256), "Too soon.", &who).unwrap();
        assert!(place.read("reference/targets.csv").contains("0.9,"));
        assert_eq!(history(ledger, &configuration, Some("targets.csv")).unwrap().len(), 2);
    }

    #[test]
    fn what_does_not_hold_is_refused_with_its_line_and_nothing_is_written() {
        let place = Place::new();
        let (ledger, configuration) = (&place.ledger, place.configuration());
        let base = open(&configuration, "targets.csv").unwrap().sha256;
        let before = place.read("reference/targets.csv");
        for (name, text, says, why) in [
            ("targets.csv", "indicator,from,target\nvisit,,0.9\n", "line 2", "an indicator that there is not"),
            ("targets.csv", "indicator,from,target\nvisits,,much\n", "much", "no number"),
            ("targets.csv", "indicator,from\nvisits,\n", "target", "a column that is required"),
            ("../secret.csv", "a\n", "no such list", "a path"),
        ] {
            let refused = propose(ledger, &configuration, name, &base, text).unwrap_err();
            assert!(refused.to_string().contains(says), "{why}: {refused}");
            assert!(!refused.to_string().contains("/tmp"), "{why}: {refused}");
        }
        std::fs::write(place.folder.path().join("reference/targets.csv"), format!("{before}\n")).unwrap();
        let refused = propose(ledger, &configuration, "targets.csv", &base, &before).unwrap_err();
        assert!(refused.to_string().contains("was changed since"), "by hand: {refused}");
        let missing = open(&configuration, "comparators.csv").unwrap();
        assert_eq!((missing.sha256.as_str(), missing.file.rows), ("", None), "a list that the board has not yet");
        let first = "indicator,comparator,period,value\nvisits,england,2013/14,0.8\n";
        assert_eq!(propose(ledger, &configuration, "comparators.csv", "", first).unwrap().changes.len(), 1);
    }

    #[test]
    fn a_number_of_the_method_is_written_beside_what_stands_there() {
        let place = Place::new();
        let (ledger, configuration) = (&place.ledger, place.configuration());
        let base = settings_sha256(&configuration).unwrap();
        let number = |name: &str, text: &str| vec![(name.to_owned(), text.to_owned())];
        for (name, text, says) in [
            ("weights.audits", "-1", "from 0 to 10"),
            ("thresholds.others", "4.5", "whole number"),
            ("weights.audits", "1", "Change a number"),
            ("weights.audits", "NaN", "from 0 to 10"),
        ] {
            let refused = propose_settings(ledger, &configuration, &base, &number(name, text)).unwrap_err();
            assert!(refused.to_string().contains(says), "{name} {text}: {refused}");
        }
        let proposal = propose_settings(ledger, &configuration, &base, &number("weights.audits", "2")).unwrap();
        assert_eq!(proposal.changes.len(), 2, "the table and the number: {:?}", proposal.changes);
        let who = Who::person(1, "A. Analyst");
        apply(ledger, &configuration, day(), (SETTINGS, &base, &proposal.sha256), "Agreed.", &who).unwrap();
        assert_eq!(place.read("pipeline.toml"), format!("{PIPELINE}\n[weights]\naudits = 2\n"));
        assert_eq!(place.configuration().pipeline.method.weights.audits, 2.0);
    }
}
