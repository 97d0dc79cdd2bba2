//! The answer as one page for a browser or a printer: what became of each file, what to do next, and every group of
//! findings with its place, what was found, what to do, why, and the cells around. The page holds everything itself: it
//! asks for nothing and runs nothing.

use askama::Template;

use super::neighbours::{self, Neighbours};
use super::{Group, Handbook, WORDINGS, counted, groups, quoted, taken, tally};
use crate::model::raw::RawFile;
use crate::model::submission::Submission;
use crate::model::{Error, Finding, RulePage, Severity, Verdict};

/// Cells of a group that are shown with their neighbours.
const PICTURES: usize = 2;

/// What the page needs of one file.
pub struct Answer<'a> {
    /// The file as it was named.
    pub file: String,
    /// What became of it.
    pub submission: &'a Submission,
    /// Every finding, each cell by itself.
    pub every: &'a [Finding],
    /// What was read of it.
    pub raw: Option<&'a RawFile>,
    /// The receipt in a line.
    pub receipt: String,
}

/// A file on the page.
struct FileView {
    anchor: String,
    name: String,
    class: &'static str,
    word: &'static str,
    symbol: &'static str,
    headline: String,
    next: Vec<String>,
    taken: String,
    tally: String,
    groups: Vec<GroupView>,
    receipt: String,
    unread: bool,
}

/// A group on the page.
struct GroupView {
    class: &'static str,
    word: &'static str,
    symbol: &'static str,
    code: String,
    title: String,
    place: String,
    cells: String,
    causes: Vec<(String, String)>,
    more: usize,
    fix: String,
    what: String,
    why: String,
    example: String,
    action: String,
    pictures: Vec<Neighbours>,
    unseen: usize,
}

#[derive(Template)]
#[template(path = "verdict.html", config = "src/report/templates/askama.toml")]
struct Page<'p> {
    title: String,
    board: &'p str,
    synthetic: bool,
    files: Vec<FileView>,
}

/// The page of some files.
///
/// # Errors
/// The template could not be filled, which is a fault of ours.
pub fn page(board: &str, synthetic: bool, answers: &[Answer<'_>], handbook: &Handbook) -> Result<String, Error> {
    let files: Vec<FileView> = answers.iter().enumerate().map(|(n, a)| file_view(n + 1, a, handbook)).collect();
    let title = match &files[..] {
        [one] => format!("Your return: {}", one.word),
        many => format!("{}: what was found", counted(many.len(), "file")),
    };
    Page { title, board, synthetic, files }
        .render()
        .map_err(|e| Error::state("the answer's page", format!("could not be made: {e}"), "This is a fault of ours."))
}

fn file_view(number: usize, answer: &Answer<'_>, handbook: &Handbook) -> FileView {
    let submission = answer.submission;
    let count = |s: Severity| answer.every.iter().filter(|f| f.severity == s).count();
    let (errors, queries) = (count(Severity::Error), count(Severity::Query));
    let (class, word, symbol) = match submission.verdict {
        Verdict::Accepted => ("ok", "accepted", "✓"),
        Verdict::Rejected => ("no", "not accepted", "✗"),
        Verdict::Quarantined => ("held", "held back", "■"),
    };
    let headline = match (submission.verdict, queries) {
        (Verdict::Accepted, 0) => "Accepted. Nothing is to be done.".to_owned(),
        (Verdict::Accepted, n) => format!("Accepted. {} to be answered.", counted(n, "query")),
        (Verdict::Rejected, _) => format!("Not accepted. {} to be mended.", counted(errors, "error")),
        (Verdict::Quarantined, _) => "Held back: it holds what looks like personal data.".to_owned(),
    };
    let shows = submission.verdict != Verdict::Quarantined && neighbours::may_be_shown(answer.every);
    let raw = answer.raw.filter(|_| shows);
    FileView {
        anchor: format!("file-{number}"),
        name: answer.file.clone(),
        class,
        word,
        symbol,
        headline,
        next: next(submission.verdict, queries, answer.raw.is_none()),
        taken: if submission.verdict == Verdict::Accepted { taken(submission) } else { String::new() },
        tally: tally(answer.every),
        groups: groups(answer.every).iter().map(|g| group_view(g, answer.every, raw, handbook)).collect(),
        receipt: answer.receipt.clone(),
        unread: answer.raw.is_none() && submission.verdict == Verdict::Rejected,
    }
}

/// What to do next, in order.
fn next(verdict: Verdict, queries: usize, unread: bool) -> Vec<String> {
    let steps: &[&str] = match verdict {
        Verdict::Accepted if queries == 0 => &["You are done. Keep your file as it is."],
        Verdict::Accepted => &[
            "Your figures are used as they are.",
            "Look at each query below: where a figure is wrong, mend it and send the file again; where it is right, tell \
             the board why.",
        ],
        Verdict::Rejected if unread => &[
            "Nothing of the file was used, for it could not be read.",
            "Do what stands below, and send the file again.",
        ],
        Verdict::Rejected => &[
            "Nothing of the file was used. What you sent before still stands.",
            "Open your own file and mend each error below: the place of the cell stands beside it.",
            "Save the file under its own name and send it again. Queries and notes do not stop it.",
        ],
        Verdict::Quarantined => &[
            "Nothing of the file was used, and nobody reads it. It is destroyed after its days.",
            "Take out of your own file what stands below: the columns, cells, notes or sheets that name a child or a \
             person.",
            "Send the file again. It is then checked in full, and more may be found.",
        ],
    };
    steps.iter().map(|s| (*s).to_owned()).collect()
}

fn group_view(group: &Group, every: &[Finding], raw: Option<&RawFile>, handbook: &Handbook) -> GroupView {
    let (class, word, symbol) = match group.severity {
        Severity::Error => ("error", "Error", "✗"),
        Severity::Query => ("query", "Query", "?"),
        Severity::Note => ("note", "Note", "i"),
    };
    let said = |of: fn(&RulePage) -> &str| handbook.get(group.code.as_str()).map(of).unwrap_or_default();
    let is_one = group.causes.len() == 1;
    let causes = group.causes.iter().take(WORDINGS).map(|c| {
        let places = if is_one { String::new() } else { c.places.clone() };
        (places, quoted(&c.message))
    });
    // One picture of each wording: the next cell of the same fault shows nothing new.
    let firsts = group.causes.iter().filter_map(|c| c.members.first());
    let mut pictures: Vec<Neighbours> = Vec::new();
    for &at in firsts.filter(|_| group.severity != Severity::Note).take(PICTURES * 4) {
        let near = raw.and_then(|raw| neighbours::of(raw, &every[at]));
        if let Some(near) = near.filter(|n| pictures.len() < PICTURES && pictures.iter().all(|p| p.cell != n.cell)) {
            pictures.push(near);
        }
    }
    GroupView {
        class,
        word,
        symbol,
        code: group.code.clone(),
        title: said(|page| page.title).to_owned(),
        place: group.place(),
        cells: if group.count > 1 { format!("{} times", group.count) } else { String::new() },
        causes: causes.collect(),
        more: group.causes.len().saturating_sub(WORDINGS),
        fix: quoted(if group.fix().is_empty() { said(|page| &page.action) } else { group.fix() }),
        what: quoted(said(|page| &page.what)),
        why: quoted(said(|page| &page.why)),
        example: quoted(said(|page| &page.example)),
        action: quoted(said(|page| &page.action)),
        unseen: if pictures.is_empty() { 0 } else { group.count - pictures.len() },
        pictures,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::{CellNote, CellPlace, FileKind, RawCell, RawRow, RawSheet, RawValue};

    fn submission(verdict: Verdict) -> Submission {
        Submission {
            id: "2015-01-31-aaaaaaaaaaaa".into(),
            return_id: "plain".into(),
            agency: "police".into(),
            period: "2014-03".into(),
            file: "a.xlsx".into(),
            sha256: "a".repeat(64),
            received_on: chrono::NaiveDate::from_ymd_opt(2015, 1, 31).unwrap(),
            due_on: None,
            verdict,
            rows: 2,
            findings: vec![],
        }
    }

    fn raw(text: &str) -> RawFile {
        let cell = |t: &str| RawCell { column: 1, value: RawValue::Text(t.into()), note: CellNote::Plain };
        let rows = vec![
            RawRow { row: 1, hidden: false, cells: vec![cell("grade")] },
            RawRow { row: 2, hidden: false, cells: vec![cell(text)] },
        ];
        let sheet = RawSheet { name: "Q3".into(), rows, ..RawSheet::default() };
        RawFile { kind: FileKind::Xlsx, epoch_1904: false, sheets: vec![sheet] }
    }

    fn rendered(verdict: Verdict, findings: &[Finding], raw: &RawFile) -> String {
        let submission = submission(verdict);
        let answer = Answer {
            file: "in/<a>.xlsx".into(),
            submission: &submission,
            every: findings,
            raw: Some(raw),
            receipt: "receipt: file aaaa".into(),
        };
        let explained = RulePage {
            code: "V004",
            title: "A word of no list",
            severity: Severity::Error,
            what: String::new(),
            why: "It is lost.".into(),
            example: String::new(),
            action: String::new(),
            is_tried: true,
        };
        page("Little County", true, &[answer], &Handbook::from([("V004", explained)])).unwrap()
    }

    fn fault(severity: Severity, code: &str) -> Finding {
        Finding::file(code, severity, "Unknown word.", "Write a word of the list.")
            .at(&CellPlace::new("Q3", 2, 1))
            .under("grade")
    }

    #[test]
    fn the_page_says_what_where_why_and_what_to_do_and_asks_for_nothing() {
        let page = rendered(Verdict::Rejected, &[fault(Severity::Error, "V004")], &raw("am<b>er"));
        for what in [
            "Not accepted. 1 error to be mended.",
            "in/&#60;a&#62;.xlsx",
            "Q3!A2 (grade)",
            "Unknown word.",
            "Write a word of the list.",
            "It is lost.",
            "am&#60;b&#62;er",
            "Synthetic",
            "receipt: file aaaa",
        ] {
            assert!(page.contains(what), "{what}: {page}");
        }
        for never in ["<script", "http://", "https://", "am<b>er"] {
            assert!(!page.contains(never), "{never}");
        }
        let mut reader = quick_xml::Reader::from_str(&page);
        reader.config_mut().check_end_names = true;
        let mut headings = 0;
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::Start(e) if e.name().as_ref() == "h1" => headings += 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(headings, 1);
        assert!(page.contains("<main") && page.contains("scope=\"row\"") && page.contains("<caption"), "accessible");
    }

    #[test]
    fn no_cell_is_shown_of_a_file_with_anything_personal() {
        for (verdict, severity) in [(Verdict::Quarantined, Severity::Error), (Verdict::Accepted, Severity::Query)] {
            let findings = [fault(severity, "P007"), fault(Severity::Query, "V004")];
            let page = rendered(verdict, &findings, &raw("Ann Example"));
            assert!(!page.contains("Ann Example"), "{verdict:?}");
        }
    }
}
