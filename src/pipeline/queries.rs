//! Queries of accepted returns and their answers, for `lscb queries`.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use super::lock::Lock;
use crate::ledger::{Ledger, Question};
use crate::model::query::Answer;
use crate::model::raw::{CellNote, FileKind, RawCell, RawFile, RawRow, RawSheet, RawValue};
use crate::model::{Error, Series, Severity};
use crate::validate;

/// The longest explanation, in characters: it stands beside a figure.
const LONGEST: usize = 1_000;

/// Where a query stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nobody has answered.
    Open,
    /// Answered, and asked again: beyond the expected extent, or after its days.
    Again,
    /// Answered.
    Answered,
}

impl Standing {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Again => "asked again",
            Self::Answered => "answered",
        }
    }
}

/// A query with all that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// As the latest return asked it.
    pub question: Question,
    /// How many figures were asked about, in how many returns soever.
    pub times: usize,
    /// The latest answer.
    pub answer: Option<Answer>,
    /// Where it stands.
    pub standing: Standing,
}

/// Every query, those to be answered first, then in the order of agency and id. Empty where nothing has run yet.
///
/// # Errors
/// The ledger could not be read.
pub fn list(data: &Path, agency: Option<&str>) -> Result<Vec<Listed>, Error> {
    if !data.join("ledger.sqlite").exists() {
        return Ok(Vec::new());
    }
    listed(&Ledger::open(data)?, agency)
}

/// The same of an open ledger.
///
/// # Errors
/// The ledger could not be read.
pub fn listed(ledger: &Ledger, agency: Option<&str>) -> Result<Vec<Listed>, Error> {
    let mut latest: BTreeMap<String, (Question, usize)> = BTreeMap::new();
    for question in ledger.queries()? {
        let times = latest.get(&question.asked.id).map_or(0, |(_, times)| *times);
        latest.insert(question.asked.id.clone(), (question, times + 1));
    }
    // Of several answers to one query the last by its day stands last.
    let mut answers: BTreeMap<String, Answer> = ledger.answers()?.into_iter().map(|a| (a.id.clone(), a)).collect();
    let mut listed: Vec<Listed> = latest
        .into_values()
        .map(|(question, times)| {
            let answer = answers.remove(&question.asked.id);
            let standing = match &answer {
                None => Standing::Open,
                Some(answer) if question.received_on > answer.since => Standing::Again,
                Some(_) => Standing::Answered,
            };
            Listed { question, times, answer, standing }
        })
        .filter(|l| agency.is_none_or(|a| l.question.asked.agency.split(';').any(|one| one == a)))
        .collect();
    let order = |l: &Listed| (l.standing, l.question.asked.agency.clone(), l.question.asked.id.clone());
    listed.sort_by_cached_key(order);
    Ok(listed)
}

/// An answer as it is given.
#[derive(Debug, Clone)]
pub struct Given<'a> {
    /// The query's id.
    pub id: &'a str,
    /// Who answers.
    pub by: &'a str,
    /// The explanation.
    pub explanation: &'a str,
    /// The last day on which it holds.
    pub until: NaiveDate,
    /// The expected extent, `LOW..HIGH`; either may be left out.
    pub expected: Option<&'a str>,
    /// Whether the explanation may stand in the board's report.
    pub released: bool,
}

/// Keeps an answer to a query. It decides from the next return on; the return that asked keeps its query.
///
/// # Errors
/// No such query, an answer that is not whole, an explanation that holds personal data, a ledger that could not be written.
pub fn answer(data: &Path, given: &Given<'_>) -> Result<Answer, Error> {
    let _lock = Lock::take(data)?;
    let ledger = Ledger::open(data)?;
    let Some(query) = listed(&ledger, None)?.into_iter().find(|l| l.question.asked.id == given.id) else {
        return Err(wrong(format!("there is no query `{}`", given.id), "`lscb queries` lists them."));
    };
    let asked = &query.question.asked;
    let explanation = given.explanation.trim();
    if explanation.is_empty() || given.by.trim().is_empty() {
        return Err(wrong("an answer needs an explanation and a name", "Give --explanation and --by."));
    }
    if explanation.chars().count() > LONGEST {
        return Err(wrong(format!("the explanation has more than {LONGEST} characters"), "Say it in two sentences."));
    }
    gate(explanation, query.question.received_on)?;
    let (low, high) = match (given.expected, asked.value) {
        (Some(text), _) => extent(text)?,
        (None, None) => (None, None),
        (None, Some(value)) => {
            return Err(wrong(
                format!("the query is about the figure {value}, and the answer does not say what is expected"),
                "Give --expected LOW..HIGH: beyond it the query is asked again.",
            ));
        }
    };
    if given.until < query.question.received_on {
        let what = format!("{} is before the return that asked was received", given.until);
        return Err(wrong(what, "Give a later --until."));
    }
    let answer = Answer {
        id: given.id.to_owned(),
        by: given.by.trim().to_owned(),
        explanation: explanation.to_owned(),
        until: given.until,
        low,
        high,
        released: given.released,
        since: query.question.received_on,
        agency: asked.agency.clone(),
        subject: asked.subject.clone(),
    };
    ledger.answer(&answer)?;
    Ok(answer)
}

/// Takes the latest answer to a query back.
///
/// # Errors
/// There is none, or the ledger could not be written.
pub fn withdraw(data: &Path, id: &str) -> Result<(), Error> {
    let _lock = Lock::take(data)?;
    match Ledger::open(data)?.withdraw(id)? {
        true => Ok(()),
        false => Err(wrong(format!("the query `{id}` has no answer"), "`lscb queries` lists them.")),
    }
}

/// Puts explanations that their giver released, and that hold on the day of the report, among the notes of the figures that
/// they explain. Nobody released one for the public: a version for it leaves out every note.
pub(super) fn beside_figures(series: &mut [Series], answers: &[Answer], as_of: NaiveDate) {
    let given: BTreeMap<&str, &Answer> =
        answers.iter().filter(|a| a.since <= as_of).map(|a| (a.id.as_str(), a)).collect();
    for answer in given.into_values().filter(|a| a.released && a.until >= as_of) {
        let is_about = |s: &&mut Series| {
            answer.agency == s.agency && answer.subject == format!("performance {} {}", s.indicator, s.locality)
        };
        for one in series.iter_mut().filter(is_about) {
            let extent = answer.extent().map_or_else(String::new, |e| format!(", expected {e}"));
            let text = answer.explanation.trim_end_matches('.');
            let note = format!("Explained by {} until {}{extent}: {text}.", answer.by, words_of(answer.until));
            // One figure may raise several queries, to which one explanation is the answer.
            if !one.notes.contains(&note) {
                one.notes.push(note);
            }
        }
    }
}

/// A day as a reader of the report writes it.
fn words_of(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn wrong(what: impl Into<String>, advice: &str) -> Error {
    Error::configuration("queries", what, advice)
}

/// Both ends of `LOW..HIGH`.
pub(super) fn extent(text: &str) -> Result<(Option<f64>, Option<f64>), Error> {
    let advice = "Write it as 20..60, 20.. or ..60, in the unit of the figure.";
    let end = |part: &str| match part.trim() {
        "" => Ok(None),
        number => match number.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(wrong(format!("`{number}` is no number"), advice)),
        },
    };
    let Some((low, high)) = text.split_once("..") else {
        return Err(wrong(format!("`{text}` is no extent"), advice));
    };
    let (low, high) = (end(low)?, end(high.trim_start_matches('='))?);
    match (low, high) {
        (None, None) => Err(wrong("the extent has no end", advice)),
        (Some(l), Some(h)) if l > h => Err(wrong(format!("{l} is above {h}"), advice)),
        ends => Ok(ends),
    }
}

/// The gate that every free text of a return passes; what it holds back is named by kind, never repeated.
fn gate(explanation: &str, day: NaiveDate) -> Result<(), Error> {
    let row = |row, text: &str| RawRow {
        row,
        hidden: false,
        cells: vec![RawCell { column: 1, value: RawValue::Text(text.into()), note: CellNote::Plain }],
    };
    let rows = vec![row(1, "explanation"), row(2, explanation)];
    let sheet = RawSheet { rows, ..RawSheet::default() };
    let found = validate::scan(&RawFile { kind: FileKind::Csv, epoch_1904: false, sheets: vec![sheet] }, day);
    match found.iter().find(|f| f.severity != Severity::Note) {
        None => Ok(()),
        Some(finding) => Err(wrong(
            format!("the explanation looks as if it held personal data ({}): {}", finding.code, finding.message),
            "Say what happened without naming or numbering a person; nothing was kept.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extent_has_two_ends_or_one() {
        for (text, expected) in [
            ("20..60", Some((Some(20.0), Some(60.0)))),
            (" 0.5 .. ", Some((Some(0.5), None))),
            ("..60", Some((None, Some(60.0)))),
            ("..", None),
            ("60..20", None),
            ("20-60", None),
            ("a..b", None),
            ("NaN..1", None),
        ] {
            assert_eq!(extent(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn a_released_explanation_stands_at_its_figure_while_it_holds() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let answer = |released, until: &str, since: &str| Answer {
            id: "C006-00000001".into(),
            by: "A. Analyst".into(),
            explanation: "A new unit.".into(),
            until: day(until),
            low: Some(60.0),
            high: None,
            released,
            since: day(since),
            agency: "police".into(),
            subject: "performance missing ash".into(),
        };
        let notes = |agency: &str, answers: &[Answer]| {
            let mut series = [Series {
                agency: agency.into(),
                indicator: "missing".into(),
                locality: "ash".into(),
                points: Vec::new(),
                target: None,
                target_status: "",
                comparator: None,
                variation: None,
                assurance: crate::model::series::Assurance::None,
                notes: Vec::new(),
                comparable_from: None,
            }];
            beside_figures(&mut series, answers, day("2015-01-31"));
            series[0].notes.join("; ")
        };
        let (earlier, later) = ("2014-11-15", "2015-01-15");
        let told = "Explained by A. Analyst until 30 June 2015, expected at least 60: A new unit.";
        for (agency, answers, expected, why) in [
            ("police", vec![answer(true, "2015-06-30", earlier)], told, "released, and it holds"),
            ("police", vec![answer(false, "2015-06-30", earlier)], "", "nobody released it"),
            ("police", vec![answer(true, "2015-01-30", earlier)], "", "its days are over"),
            ("police", vec![answer(true, "2015-06-30", "2015-02-15")], "", "not yet given on that day"),
            ("care", vec![answer(true, "2015-06-30", earlier)], "", "the figure of another agency"),
            (
                "police",
                vec![
                    answer(true, "2015-06-30", earlier),
                    Answer { id: "C015-00000000".into(), ..answer(true, "2015-06-30", earlier) },
                ],
                told,
                "two queries, one explanation",
            ),
            (
                "police",
                vec![answer(true, "2015-06-30", earlier), answer(false, "2015-06-30", later)],
                "",
                "the later answer counts, and is not released",
            ),
        ] {
            assert_eq!(notes(agency, &answers), expected, "{why}");
        }
    }

    #[test]
    fn personal_data_in_an_explanation_is_held_back_and_not_repeated() {
        let day: NaiveDate = "2015-01-31".parse().unwrap();
        // 999 000 0158 is a number of the range that the NHS keeps for tests.
        let error = gate("It is the child with NHS number 999 000 0158.", day).unwrap_err();
        assert!(!error.to_string().contains("0158"), "{error}");
        assert!(gate("A new recording system counts repeat episodes since October.", day).is_ok());
    }
}
