//! Queries that an agency is to explain, from the moment of the verdict on: those of a file that no run has taken yet, too.

use std::collections::BTreeSet;

use super::Desk;
use crate::ledger::{ExplanationState, Ledger, Question};
use crate::model::query::Asked;
use crate::model::{Error, Upload, Who};
use crate::pipeline::explanations::{self, Explaining, Query, QueryState};
use crate::pipeline::queries::{Listed, Standing};
use crate::pipeline::refusal::Refusal;

/// A query as an agency sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToExplain {
    /// Its id.
    pub id: String,
    /// The code of the finding.
    pub code: String,
    /// The series that it is about, in ids.
    pub subject: String,
    /// What was found.
    pub message: String,
    /// The period of the figure; empty where none.
    pub period: String,
    /// The figure; none where the query is about none.
    pub value: Option<f64>,
    /// Where it stands, in words.
    pub state: String,
    /// The colour of its tag.
    pub colour: &'static str,
    /// Whether the agency is to say something.
    pub is_open: bool,
    /// Why the last explanation was sent back; empty where it was not.
    pub reason: String,
    /// What the agency said last; empty where it said nothing.
    pub said: String,
}

impl Desk {
    /// The queries of an agency's upload, with where each stands.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn to_explain(&self, agency: &str, upload: &Upload) -> Result<Vec<ToExplain>, Error> {
        let queries = of_upload(&self.inner.reader(), agency, upload)?;
        Ok(queries.iter().map(shown).collect())
    }

    /// Every query of an agency, those of its uploads that no run has taken among them; those to be explained first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn all_to_explain(&self, agency: &str) -> Result<Vec<ToExplain>, Error> {
        let mut found: Vec<ToExplain> = self.queries(agency)?.iter().map(shown).collect();
        found.sort_by_key(|q| !q.is_open);
        Ok(found)
    }

    /// A query of an agency; none where it has no such query.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn query_to_explain(&self, agency: &str, id: &str) -> Result<Option<ToExplain>, Error> {
        Ok(self.queries(agency)?.iter().find(|q| q.id() == id).map(shown))
    }

    /// Keeps what an agency says of its query. It waits for an analyst, unless the board lets explanations hold at once.
    ///
    /// # Errors
    /// No such query of this agency, or a form that does not hold.
    pub fn explain(&self, agency: &str, id: &str, form: &Explaining<'_>, by: &Who) -> Result<QueryState, Refusal> {
        let found = self.queries(agency)?.into_iter().find(|q| q.id() == id);
        let Some(query) = found else {
            let gone = "There is no such query. It may have been settled by a later return.";
            return Err(Refusal::Gone(gone.to_owned()));
        };
        let (configuration, today) = (self.configuration()?, self.today()?);
        let at_once = configuration.pipeline.portal.explains_at_once();
        let ledger = self.inner.writer();
        explanations::explain_query(&ledger, &configuration, today, (agency, &query), form, by, at_once)
    }

    /// What runs have taken comes first; a query that an upload asks again stands once, as the upload asks it.
    fn queries(&self, agency: &str) -> Result<Vec<Query>, Error> {
        let ledger = self.inner.reader();
        let mut fresh: Vec<Query> = Vec::new();
        for upload in ledger.uploads(agency)? {
            let counts = upload.submission.is_empty() && upload.withdrawn_at.is_none();
            if counts && upload.outcome.as_ref().is_some_and(|o| o.queries > 0) {
                let known: BTreeSet<String> = fresh.iter().map(|q| q.id().to_owned()).collect();
                fresh.extend(of_upload(&ledger, agency, &upload)?.into_iter().filter(|q| !known.contains(q.id())));
            }
        }
        let taken = explanations::all(&ledger, Some(agency))?.into_iter();
        let mut all: Vec<Query> = taken.filter(|q| fresh.iter().all(|f| f.id() != q.id())).collect();
        all.extend(fresh);
        Ok(all)
    }
}

/// The queries of an upload, each once.
fn of_upload(ledger: &Ledger, agency: &str, upload: &Upload) -> Result<Vec<Query>, Error> {
    let asked = ledger.upload_asked(agency, &upload.id)?;
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
        let said: Vec<_> = explanations
            .iter()
            .filter(|g| g.query == asked.id && g.agency == agency && g.state != ExplanationState::Replaced)
            .cloned()
            .collect();
        let question = Question {
            asked,
            submission: upload.id.clone(),
            return_id: return_id.clone(),
            received_on: upload.received_on,
        };
        let listed = Listed { question, times: 1, answer, standing };
        let state = explanations::state(&listed, said.last());
        Query { listed, said, state }
    };
    Ok(asked.into_iter().filter(|a| seen.insert(a.id.clone())).map(query).collect())
}

fn shown(query: &Query) -> ToExplain {
    let asked = &query.listed.question.asked;
    let (colour, is_open) = match query.state {
        QueryState::Asked | QueryState::AskedAgain => ("yellow", true),
        QueryState::SentBack(_) => ("orange", true),
        QueryState::Explained => ("blue", false),
        QueryState::AcceptedUntil(_) => ("green", false),
    };
    let reason = if let QueryState::SentBack(reason) = &query.state { reason.clone() } else { String::new() };
    ToExplain {
        id: asked.id.clone(),
        code: asked.code.clone(),
        subject: asked.subject.clone(),
        message: crate::report::verdict::quoted(&asked.message),
        period: asked.period.clone(),
        value: asked.value,
        state: query.state.words(),
        colour,
        is_open,
        reason,
        said: query.said.last().map(|g| g.explanation.clone()).unwrap_or_default(),
    }
}
