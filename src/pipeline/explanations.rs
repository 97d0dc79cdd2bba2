//! Queries from being asked to being settled: the agency explains, an analyst accepts until a day or sends it back with a
//! reason. What was accepted is an answer as `lscb queries` keeps them, and decides from the next return on. Whether it may
//! stand in the board's report beside its figure is the analyst's word, not the agency's.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate, Utc};

use super::configuration::Configuration;
use super::freetext;
use super::queries::{Listed, Standing, extent, listed};
use super::refusal::{Form, Refusal};
use super::schedule::stamp;
use crate::ledger::{ExplanationState, Given, Ledger, Question};
use crate::model::query::{Answer, Asked};
use crate::model::{Error, Upload, UploadState, Who};

/// Until when an explanation holds where nobody says it, in months.
const USUAL_MONTHS: u32 = 12;

/// Where a query stands between an agency and the analysts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryState {
    /// The agency is to explain or mend it.
    Asked,
    /// An answer held before, and the figure went beyond it or its days were over.
    AskedAgain,
    /// The agency explained; an analyst is to decide.
    Explained,
    /// An analyst wants another explanation, for this reason.
    SentBack(String),
    /// It holds until a day.
    AcceptedUntil(NaiveDate),
}

impl QueryState {
    /// For a tag.
    pub fn words(&self) -> String {
        match self {
            Self::Asked => "Not explained".to_owned(),
            Self::AskedAgain => "Asked again".to_owned(),
            Self::Explained => "Explained".to_owned(),
            Self::SentBack(_) => "Sent back".to_owned(),
            Self::AcceptedUntil(day) => format!("Accepted until {}", day.format("%-d %B %Y")),
        }
    }

    /// Whose turn it is: the analysts' first, then the agency's, then nobody's.
    fn order(&self) -> u8 {
        match self {
            Self::Explained => 0,
            Self::AskedAgain => 1,
            Self::Asked => 2,
            Self::SentBack(_) => 3,
            Self::AcceptedUntil(_) => 4,
        }
    }
}

/// A query with all that was said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// As it was asked last, with its answer.
    pub listed: Listed,
    /// What agencies said of it, the oldest first; replaced ones are left out.
    pub said: Vec<Given>,
    /// Where it stands.
    pub state: QueryState,
    /// Whether a run has taken the return that asks; before, `listed.question.submission` is the upload's id.
    pub is_taken: bool,
}

impl Query {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.listed.question.asked.id
    }

    /// The explanation that waits for a decision.
    pub fn waiting(&self) -> Option<&Given> {
        self.said.last().filter(|g| g.state == ExplanationState::Waiting)
    }
}

/// Every query, those first on which an analyst is to decide: of what runs have taken, and of uploads that wait for the
/// next run; a query that both ask stands once, as the upload asks it. `agency` leaves the others' out.
///
/// # Errors
/// The ledger could not be read.
pub fn all(ledger: &Ledger, agency: Option<&str>) -> Result<Vec<Query>, Error> {
    let mut said: BTreeMap<String, Vec<Given>> = BTreeMap::new();
    for given in ledger.explanations()? {
        if given.state != ExplanationState::Replaced && agency.is_none_or(|a| given.agency == a) {
            said.entry(given.query.clone()).or_default().push(given);
        }
    }
    let mut fresh: BTreeMap<String, Query> = BTreeMap::new();
    for upload in ledger.uploads_untaken(agency)? {
        let is_judged = upload.state == UploadState::Judged;
        if is_judged && upload.outcome.as_ref().is_some_and(|o| o.queries > 0) {
            for query in of_upload(ledger, &upload)? {
                fresh.entry(query.id().to_owned()).or_insert(query);
            }
        }
    }
    let query = |listed: Listed| {
        let said = said.remove(&listed.question.asked.id).unwrap_or_default();
        let state = state(&listed, said.last());
        Query { listed, said, state, is_taken: true }
    };
    let taken = listed(ledger, agency)?.into_iter().filter(|l| !fresh.contains_key(&l.question.asked.id));
    let mut all: Vec<Query> = taken.map(query).collect();
    all.extend(fresh.into_values());
    all.sort_by_key(|q| q.state.order());
    Ok(all)
}

/// The queries of an upload, each once.
///
/// # Errors
/// The ledger could not be read.
pub fn of_upload(ledger: &Ledger, upload: &Upload) -> Result<Vec<Query>, Error> {
    let asked = ledger.upload_asked(&upload.agency, &upload.id)?;
    let (answers, explanations) = (ledger.answers()?, ledger.explanations()?);
    let return_id = upload.outcome.as_ref().map(|o| o.return_id.clone()).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let query = |asked: Asked| {
        let answer = answers.iter().rfind(|a| a.id == asked.id).cloned();
        let standing = match &answer {
            None => Standing::Open,
            Some(answer) if upload.received_on > answer.since => Standing::Again,
            Some(_) => Standing::Answered,
        };
        let is_of_it =
            |g: &&Given| g.query == asked.id && g.agency == upload.agency && g.state != ExplanationState::Replaced;
        let said: Vec<Given> = explanations.iter().filter(is_of_it).cloned().collect();
        let (submission, received_on) = (upload.id.clone(), upload.received_on);
        let question = Question { asked, submission, return_id: return_id.clone(), received_on };
        let listed = Listed { question, times: 1, answer, standing };
        let state = state(&listed, said.last());
        Query { listed, said, state, is_taken: !upload.submission.is_empty() }
    };
    Ok(asked.into_iter().filter(|a| seen.insert(a.id.clone())).map(query).collect())
}

fn state(listed: &Listed, last: Option<&Given>) -> QueryState {
    // What was said of an earlier asking says nothing of this one.
    let last = last.filter(|g| g.asked_on >= listed.question.received_on);
    match (last, listed.standing, &listed.answer) {
        (Some(given), ..) if given.state == ExplanationState::Waiting => QueryState::Explained,
        (_, Standing::Answered, Some(answer)) => QueryState::AcceptedUntil(answer.until),
        (Some(given), ..) if given.state == ExplanationState::SentBack => QueryState::SentBack(given.reason.clone()),
        (_, Standing::Again, _) => QueryState::AskedAgain,
        _ => QueryState::Asked,
    }
}

/// A query of an agency; of any where none is given.
///
/// # Errors
/// There is none, or the ledger could not be read.
pub fn one(ledger: &Ledger, agency: Option<&str>, id: &str) -> Result<Query, Refusal> {
    let found = all(ledger, agency)?.into_iter().find(|q| q.id() == id);
    found.ok_or_else(|| Refusal::Gone("There is no such query. It may have been settled by a later return.".to_owned()))
}

/// What an agency fills in.
#[derive(Debug, Clone, Default)]
pub struct Explaining<'a> {
    /// The explanation.
    pub explanation: &'a str,
    /// The expected extent, `20..60`; may be empty.
    pub expected: &'a str,
    /// Until when it holds; may be left open.
    pub until: Option<NaiveDate>,
}

/// Keeps what an agency says of its own query. It waits for an analyst, unless `at_once`: then it holds from the next return
/// on, and is not released for the board's report.
///
/// # Errors
/// No such query of this agency, or a form that does not hold.
pub fn explain(
    ledger: &Ledger,
    configuration: &Configuration,
    today: NaiveDate,
    (agency, id): (&str, &str),
    form: &Explaining<'_>,
    by: &Who,
    at_once: bool,
) -> Result<QueryState, Refusal> {
    let query = one(ledger, Some(agency), id)?;
    explain_query(ledger, configuration, today, (agency, &query), form, by, at_once)
}

/// The same of a query that may have been asked by a file which no run has taken yet.
pub(super) fn explain_query(
    ledger: &Ledger,
    configuration: &Configuration,
    today: NaiveDate,
    (agency, query): (&str, &Query),
    form: &Explaining<'_>,
    by: &Who,
    at_once: bool,
) -> Result<QueryState, Refusal> {
    let mut wrong = Form::default();
    let explanation = form.explanation.trim();
    wrong.expect(!explanation.is_empty(), "explanation", "Enter an explanation");
    for reason in freetext::check(configuration, explanation, today).err().unwrap_or_default() {
        wrong.wrong("explanation", reason);
    }
    let ends = ends(&mut wrong, query, form.expected, true);
    wrong.expect(form.until.is_none_or(|u| u >= today), "until", "The day until which it holds must be today or later");
    wrong.done()?;
    let (low, high) = ends;
    let given = Given {
        id: 0,
        query: query.id().to_owned(),
        agency: agency.to_owned(),
        asked_on: query.listed.question.received_on,
        explanation: explanation.to_owned(),
        low,
        high,
        until: form.until,
        by: by.clone(),
        at: stamp(Utc::now()),
        state: ExplanationState::Waiting,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
    };
    let number = ledger.explain(&given)?;
    if at_once {
        let until = form.until.unwrap_or_else(|| usual_until(today));
        let kept = Given { id: number, ..given };
        settle(ledger, query, &kept, &Who::program("the portal"), until, (low, high), false)?;
        return Ok(QueryState::AcceptedUntil(until));
    }
    Ok(QueryState::Explained)
}

/// What an analyst fills in to accept.
#[derive(Debug, Clone, Default)]
pub struct Accepting<'a> {
    /// The last day on which the explanation holds.
    pub until: Option<NaiveDate>,
    /// The expected extent, `20..60`; empty takes that of the explanation.
    pub expected: &'a str,
    /// Whether it may stand in the board's report.
    pub released: bool,
}

/// Accepts the explanation that waits: it becomes the query's answer.
///
/// # Errors
/// Nothing waits, or a form that does not hold.
pub fn accept(ledger: &Ledger, today: NaiveDate, id: &str, form: &Accepting<'_>, by: &Who) -> Result<Answer, Refusal> {
    let query = one(ledger, None, id)?;
    let Some(waiting) = query.waiting().cloned() else {
        return Err(Refusal::Gone("No explanation of this query waits for a decision.".to_owned()));
    };
    let mut wrong = Form::default();
    wrong.expect(form.until.is_some(), "until", "Enter the day until which the explanation holds");
    wrong.expect(form.until.is_none_or(|u| u >= today), "until", "The day until which it holds must be today or later");
    let ends = match form.expected.trim() {
        "" if waiting.low.is_some() || waiting.high.is_some() => (waiting.low, waiting.high),
        text => ends(&mut wrong, &query, text, false),
    };
    wrong.done()?;
    settle(ledger, &query, &waiting, by, form.until.unwrap_or(today), ends, form.released)
}

/// Sends the explanation that waits back to the agency.
///
/// # Errors
/// Nothing waits, or no reason is given, or one that holds personal data.
pub fn send_back(
    ledger: &Ledger,
    configuration: &Configuration,
    today: NaiveDate,
    id: &str,
    reason: &str,
    by: &Who,
) -> Result<(), Refusal> {
    let query = one(ledger, None, id)?;
    let mut wrong = Form::default();
    wrong.expect(!reason.trim().is_empty(), "reason", "Enter what the agency should explain");
    for what in freetext::check(configuration, reason, today).err().unwrap_or_default() {
        wrong.wrong("reason", what);
    }
    wrong.done()?;
    let gone = || Refusal::Gone("No explanation of this query waits for a decision.".to_owned());
    let waiting = query.waiting().ok_or_else(gone)?;
    let now = stamp(Utc::now());
    let is_done = ledger.decide_explanation(waiting.id, ExplanationState::SentBack, by, &now, reason.trim())?;
    if is_done { Ok(()) } else { Err(gone()) }
}

/// Takes an answer back: the query is open again.
///
/// # Errors
/// There is none, or the ledger could not be written.
pub fn withdraw(ledger: &Ledger, id: &str) -> Result<(), Refusal> {
    match ledger.withdraw(id)? {
        true => Ok(()),
        false => Err(Refusal::Gone("The query has no answer to withdraw.".to_owned())),
    }
}

/// Until when an explanation holds where nobody says it.
pub fn usual_until(today: NaiveDate) -> NaiveDate {
    today.checked_add_months(Months::new(USUAL_MONTHS)).unwrap_or(today)
}

fn settle(
    ledger: &Ledger,
    query: &Query,
    given: &Given,
    by: &Who,
    until: NaiveDate,
    (low, high): (Option<f64>, Option<f64>),
    released: bool,
) -> Result<Answer, Refusal> {
    let asked = &query.listed.question.asked;
    let answer = Answer {
        id: asked.id.clone(),
        by: given.by.name.clone(),
        explanation: given.explanation.clone(),
        until,
        low,
        high,
        released,
        since: query.listed.question.received_on,
        agency: asked.agency.clone(),
        subject: asked.subject.clone(),
    };
    let now = stamp(Utc::now());
    if !ledger.decide_explanation(given.id, ExplanationState::Accepted, by, &now, "")? {
        return Err(Refusal::Gone("Somebody has decided on this explanation in the meantime.".to_owned()));
    }
    ledger.answer(&answer)?;
    Ok(answer)
}

/// The expected extent. A query about a figure needs one when it is accepted, and may have one when it is explained.
fn ends(form: &mut Form, query: &Query, expected: &str, may_lack: bool) -> (Option<f64>, Option<f64>) {
    let value = query.listed.question.asked.value;
    if expected.trim().is_empty() {
        if let (Some(value), false) = (value, may_lack) {
            form.wrong(
                "expected",
                format!("Enter what is expected of the figure, which was {value}, such as 20..60: beyond it the query is asked again"),
            );
        }
        return (None, None);
    }
    match extent(expected) {
        Ok(ends) => ends,
        Err(_) => {
            form.wrong("expected", "Enter the expected figures as a range, such as 20..60, 20.. or ..60");
            (None, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Question;
    use crate::model::query::Asked;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn listed(standing: Standing, received: &str, until: Option<&str>) -> Listed {
        let asked = Asked {
            id: "C006-00000001".into(),
            code: "C006".into(),
            agency: "police".into(),
            subject: "performance missing ash".into(),
            period: "2014-10".into(),
            value: Some(90.0),
            message: String::new(),
        };
        let answer = until.map(|until| Answer {
            id: "C006-00000001".into(),
            by: "P. Officer".into(),
            explanation: "A new unit.".into(),
            until: day(until),
            low: None,
            high: None,
            released: false,
            since: day("2014-11-10"),
            agency: "police".into(),
            subject: String::new(),
        });
        let question =
            Question { asked, submission: "s".into(), return_id: "plain".into(), received_on: day(received) };
        Listed { question, times: 1, answer, standing }
    }

    fn given(state: ExplanationState, asked_on: &str) -> Given {
        Given {
            id: 1,
            query: "C006-00000001".into(),
            agency: "police".into(),
            asked_on: day(asked_on),
            explanation: "A new unit.".into(),
            low: None,
            high: None,
            until: None,
            by: Who::person(3, "P. Officer"),
            at: String::new(),
            state,
            decided_by: None,
            decided_at: None,
            reason: "Which unit?".into(),
        }
    }

    #[test]
    fn a_query_stands_with_whoever_has_the_next_word() {
        use ExplanationState::{Accepted, SentBack, Waiting};
        let now = "2014-11-10";
        for (standing, received, until, said, expected, why) in [
            (Standing::Open, now, None, None, QueryState::Asked, "nobody said anything"),
            (Standing::Open, now, None, Some((Waiting, now)), QueryState::Explained, "the analyst's turn"),
            (
                Standing::Open,
                now,
                None,
                Some((SentBack, now)),
                QueryState::SentBack("Which unit?".into()),
                "the agency's turn, with the reason",
            ),
            (
                Standing::Answered,
                now,
                Some("2015-03-31"),
                Some((Accepted, now)),
                QueryState::AcceptedUntil(day("2015-03-31")),
                "settled",
            ),
            (
                Standing::Again,
                "2015-04-10",
                Some("2015-03-31"),
                Some((Accepted, now)),
                QueryState::AskedAgain,
                "asked by a later return",
            ),
            (
                Standing::Again,
                "2015-04-10",
                Some("2015-03-31"),
                Some((SentBack, now)),
                QueryState::AskedAgain,
                "what was sent back then says nothing of now",
            ),
            (
                Standing::Answered,
                now,
                Some("2015-03-31"),
                Some((Waiting, now)),
                QueryState::Explained,
                "an agency that adds to what was accepted is heard",
            ),
        ] {
            let given = said.map(|(state, asked_on)| given(state, asked_on));
            assert_eq!(state(&listed(standing, received, until), given.as_ref()), expected, "{why}");
        }
    }
}
