//! The challenge log: the board puts a question to an agency about a cell or a figure, the agency answers, the board asks on
//! or closes it; and whether the figure then moved is read from the reports that the board was shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate};
use chrono_tz::Europe::London;

use super::board::stand::has_moved;
use super::board::{OpenBoard, Shelf};
use super::configuration::Configuration;
use super::freetext;
use super::refusal::{Form, Refusal};
use crate::ledger::Ledger;
use crate::model::challenge::{About, Challenge, Outcome, Question, Reply, ReplyKind, Standing};
use crate::model::{Error, Who};
use crate::report::names::Names;
use crate::report::words;

/// Days to answer in, where the asker says nothing else.
pub const DAYS_TO_ANSWER: u64 = 28;

/// Who does something, when, and which report the board sees then.
pub struct Moment<'a> {
    /// Who.
    pub by: Who,
    /// Now, RFC 3339 UTC.
    pub at: String,
    /// The day that counts as today.
    pub today: NaiveDate,
    /// The board's configuration.
    pub configuration: Arc<Configuration>,
    /// The current report.
    pub board: &'a OpenBoard,
}

/// A question as somebody types it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Path of what it is about.
    pub about: String,
    /// The agency that is asked.
    pub agency: String,
    /// The question.
    pub text: String,
    /// By when an answer is asked for.
    pub due_on: String,
}

/// A challenge as a page shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// All of it.
    pub challenge: Challenge,
    /// The agency's name.
    pub agency: String,
    /// Whose move it is.
    pub standing: Standing,
    /// By when an answer is asked for, in words.
    pub due: String,
    /// The day on which it was asked, in words.
    pub asked: String,
    /// The day of the report that it was asked of, in words.
    pub of_report: String,
    /// How it stood then, as shown.
    pub stood: String,
    /// Whether it has moved since, in a sentence or two.
    pub moved: String,
    /// The days of its replies, in words.
    pub days: Vec<String>,
}

/// The day by which an answer is asked for unless the asker says another.
pub fn usual_due(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(DAYS_TO_ANSWER)).unwrap_or(today)
}

/// The agencies that can be asked about something: those of the day of the report, first those whose it is.
pub fn agencies_to_ask(board: &OpenBoard, about: &About) -> Vec<(String, String)> {
    let own: Vec<String> = match about {
        About::Figure { agency, .. } => vec![agency.clone()],
        About::Cell(id) if id.grain == crate::model::Grain::Agency => vec![id.place.clone()],
        About::Cell(id) => {
            let behind = board.shown().cells().iter().find(|c| c.id == *id);
            let signals = behind.into_iter().flat_map(|c| &c.signals);
            signals.flat_map(|s| s.indicators.iter().map(|i| i.agency.clone())).collect()
        }
    };
    let listed = board.reference().agencies_on(board.as_of());
    let mut all: Vec<(String, String)> = listed.iter().map(|a| (a.agency.clone(), a.name.clone())).collect();
    all.sort_by_key(|(id, name)| (own.iter().position(|o| o == id).unwrap_or(usize::MAX), name.clone()));
    all
}

/// Puts a question to an agency and gives its number.
///
/// # Errors
/// The form does not hold, or the ledger could not be written.
pub fn ask(ledger: &Ledger, asked: &Asked, moment: &Moment<'_>) -> Result<i64, Refusal> {
    let mut form = Form::default();
    let about = About::parse(&asked.about);
    let stood = about.as_ref().and_then(|a| Some((moment.board.title_of(a)?, moment.board.stands(a)?)));
    form.expect(stood.is_some(), "about", "Choose a place on a map, or a figure, that the current report has");
    let agencies = moment.board.reference().agencies_on(moment.board.as_of());
    let is_known = agencies.iter().any(|a| a.agency == asked.agency);
    form.expect(is_known, "agency", "Choose the agency that is to answer");
    check_text(&mut form, "question", "Enter the question", &asked.text, moment);
    let due_on = due(&mut form, &asked.due_on, moment.today);
    form.done()?;
    let (Some(about), Some((title, stood)), Some(due_on)) = (about, stood, due_on) else {
        return Err(Refusal::wrong("about", "Choose what to ask about"));
    };
    let question = Question {
        agency: asked.agency.clone(),
        about,
        title,
        text: tidy(&asked.text),
        due_on,
        by: moment.by.clone(),
        at: moment.at.clone(),
        run: moment.board.run.clone(),
        stood,
    };
    Ok(ledger.ask(&question)?)
}

/// A reply as somebody types it.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// How many replies its giver has read.
    pub after: usize,
    /// Its words.
    pub text: String,
    /// Of a follow-up: by when an answer is asked for.
    pub due_on: String,
    /// Of a closing: the word of its outcome.
    pub outcome: String,
}

/// The agency answers what was put to it.
///
/// # Errors
/// Nothing of this number was put to it, the form does not hold, somebody replied meanwhile, or the ledger could not be
/// written.
pub fn answer(ledger: &Ledger, agency: &str, id: i64, said: &Said, moment: &Moment<'_>) -> Result<(), Refusal> {
    reply(ledger, ledger.challenge_of(agency, id)?, ReplyKind::Answer, said, moment)
}

/// The board asks on.
///
/// # Errors
/// As [`answer`].
pub fn follow_up(ledger: &Ledger, id: i64, said: &Said, moment: &Moment<'_>) -> Result<(), Refusal> {
    reply(ledger, ledger.challenge(id)?, ReplyKind::FollowUp, said, moment)
}

/// The board closes it with an outcome.
///
/// # Errors
/// As [`answer`].
pub fn close(ledger: &Ledger, id: i64, said: &Said, moment: &Moment<'_>) -> Result<(), Refusal> {
    reply(ledger, ledger.challenge(id)?, ReplyKind::Closed, said, moment)
}

fn reply(
    ledger: &Ledger,
    challenge: Option<Challenge>,
    kind: ReplyKind,
    said: &Said,
    moment: &Moment<'_>,
) -> Result<(), Refusal> {
    let Some(challenge) = challenge else { return Err(Refusal::Gone(String::from("There is no such question."))) };
    let (field, missing) = match kind {
        ReplyKind::Answer => ("answer", "Enter the answer"),
        ReplyKind::FollowUp => ("question", "Enter what else is asked"),
        ReplyKind::Closed => ("words", "Enter why it is closed"),
    };
    let late = "Somebody has replied meanwhile: read what was said, and then say what you want to say";
    if said.after != challenge.replies.len() || !challenge.takes(kind) {
        return Err(Refusal::wrong(field, late));
    }
    let mut form = Form::default();
    let outcome = Outcome::parse(&said.outcome).filter(|_| kind == ReplyKind::Closed);
    form.expect(kind != ReplyKind::Closed || outcome.is_some(), "outcome", "Choose what came of it");
    check_text(&mut form, field, missing, &said.text, moment);
    let due_on = match kind {
        ReplyKind::FollowUp => due(&mut form, &said.due_on, moment.today),
        _ => None,
    };
    form.done()?;
    let reply = Reply {
        kind,
        text: tidy(&said.text),
        outcome,
        due_on,
        by: moment.by.clone(),
        at: moment.at.clone(),
        run: moment.board.run.clone(),
    };
    if ledger.reply(challenge.id, said.after, &reply)? { Ok(()) } else { Err(Refusal::wrong(field, late)) }
}

/// The log for the board, or for an agency its own part: those whose move is due first, then the latest asked.
///
/// # Errors
/// The ledger could not be read.
pub fn log(ledger: &Ledger, shelf: &Shelf, agency: Option<&str>, today: NaiveDate) -> Result<Vec<Shown>, Error> {
    let challenges = ledger.challenges(agency)?;
    let Some(now) = shelf.current(ledger)? else { return Ok(Vec::new()) };
    let mut boards = Boards { shelf, known: BTreeMap::new() };
    let mut all: Vec<Shown> = challenges.into_iter().map(|c| shown(c, &mut boards, &now, today)).collect();
    all.sort_by_key(|s| (s.standing, -s.challenge.id));
    Ok(all)
}

/// One challenge, for the board or for the agency to which it was put; none where it was put to another.
///
/// # Errors
/// The ledger could not be read.
pub fn one(
    ledger: &Ledger,
    shelf: &Shelf,
    agency: Option<&str>,
    id: i64,
    today: NaiveDate,
) -> Result<Option<Shown>, Error> {
    let found = match agency {
        Some(agency) => ledger.challenge_of(agency, id)?,
        None => ledger.challenge(id)?,
    };
    let (Some(challenge), Some(now)) = (found, shelf.current(ledger)?) else { return Ok(None) };
    Ok(Some(shown(challenge, &mut Boards { shelf, known: BTreeMap::new() }, &now, today)))
}

/// Reports that were asked of, each opened once; none for one that is no longer there.
struct Boards<'a> {
    shelf: &'a Shelf,
    known: BTreeMap<String, Option<Arc<OpenBoard>>>,
}

impl Boards<'_> {
    fn of(&mut self, run: &str) -> Option<Arc<OpenBoard>> {
        let shelf = self.shelf;
        self.known.entry(run.to_owned()).or_insert_with(|| shelf.open(run).ok()).clone()
    }
}

fn shown(challenge: Challenge, boards: &mut Boards<'_>, now: &OpenBoard, today: NaiveDate) -> Shown {
    let question = &challenge.question;
    let then = if question.run == now.run { None } else { boards.of(&question.run) };
    let then = if question.run == now.run { Some(now) } else { then.as_deref() };
    let moved = has_moved(&question.about, then, &question.stood, now);
    let of_report = question.run.get(..10).and_then(|day| day.parse().ok()).map(words::date).unwrap_or_default();
    Shown {
        agency: Names::new(now.reference(), now.as_of()).agency(&question.agency),
        standing: challenge.standing(today),
        due: words::date(challenge.due_on()),
        asked: day_of(&question.at),
        of_report,
        stood: question.stood.clone(),
        moved,
        days: challenge.replies.iter().map(|r| day_of(&r.at)).collect(),
        challenge,
    }
}

/// The day of a moment, in London and in words.
pub fn day_of(at: &str) -> String {
    DateTime::parse_from_rfc3339(at)
        .map_or_else(|_| at.to_owned(), |at| words::date(at.with_timezone(&London).date_naive()))
}

/// A text without blanks at its ends and with line feeds alone.
fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

fn check_text(form: &mut Form, field: &'static str, missing: &str, text: &str, moment: &Moment<'_>) {
    let text = tidy(text);
    form.expect(!text.is_empty(), field, missing);
    for reason in freetext::check(&moment.configuration, &text, moment.today).err().unwrap_or_default() {
        form.wrong(field, reason);
    }
}

/// A day to answer by: `2015-02-28`, today or later, within a year.
fn due(form: &mut Form, text: &str, today: NaiveDate) -> Option<NaiveDate> {
    const FIELD: &str = "due_on";
    let day = day_typed(text);
    let latest = today.checked_add_days(Days::new(366)).unwrap_or(today);
    form.expect(day.is_some(), FIELD, "Enter the day by which an answer is asked for, such as 28/02/2015");
    form.expect(
        day.is_none_or(|d| d >= today),
        FIELD,
        "The day by which an answer is asked for must be today or later",
    );
    form.expect(
        day.is_none_or(|d| d <= latest),
        FIELD,
        "The day by which an answer is asked for must be within a year",
    );
    day
}

/// A day as a browser sends it, `2015-02-28`, or as people type it, `28/2/2015`.
fn day_typed(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    text.parse().ok().or_else(|| NaiveDate::parse_from_str(&text.replace(['.', ' ', '-'], "/"), "%d/%m/%Y").ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_to_answer_by_is_to_come() {
        let today = "2015-01-31".parse().unwrap();
        for (text, fits) in [
            ("2015-01-31", true),
            ("2015-02-28", true),
            ("2015-01-30", false),
            ("2016-02-02", false),
            ("", false),
            ("soon", false),
            ("28/2/2015", true),
            ("28 02 2015", true),
            ("30/2/2015", false),
        ] {
            let mut form = Form::default();
            due(&mut form, text, today);
            assert_eq!(form.done().is_ok(), fits, "{text}");
        }
        assert_eq!(usual_due(today).to_string(), "2015-02-28");
    }

    #[test]
    fn a_moment_has_the_day_of_london() {
        assert_eq!(day_of("2015-06-30T23:30:00Z"), "1 July 2015", "summer time");
        assert_eq!(day_of("2015-01-31T23:30:00Z"), "31 January 2015");
    }
}
