//! `lscb queries`: what returns ask, and the answers.

use std::process::ExitCode;

use super::arguments::{Format, Queries, QueriesAction};
use crate::model::Error;
use crate::pipeline::queries::{Given, Listed, Standing, answer, list, withdraw};

/// Runs the command.
pub fn run(arguments: &Queries) -> Result<ExitCode, Error> {
    match &arguments.action {
        Some(QueriesAction::Answer(given)) => {
            let kept = answer(
                &given.place.data()?,
                &Given {
                    id: &given.id,
                    by: &given.by,
                    explanation: &given.explanation,
                    until: given.until,
                    expected: given.expected.as_deref(),
                    released: given.release,
                },
            )?;
            let extent = kept.extent().map_or_else(String::new, |e| format!(", expected {e}"));
            say!("{} is answered until {}{extent}.", kept.id, kept.until);
            say!("It holds for returns received after {}; the next run judges them by it.", kept.since);
        }
        Some(QueriesAction::Withdraw(given)) => {
            withdraw(&given.place.data()?, &given.id)?;
            say!("The answer to {} is withdrawn.", given.id);
        }
        None => show(&list(&arguments.place.data()?, arguments.agency.as_deref())?, arguments.format),
    }
    Ok(ExitCode::SUCCESS)
}

fn show(queries: &[Listed], format: Format) {
    if format == Format::Json {
        for query in queries {
            say!("{}", json(query));
        }
        return;
    }
    let count = |standing| queries.iter().filter(|q| q.standing == standing).count();
    if queries.is_empty() {
        say!("No query.");
        return;
    }
    say!(
        "{} open, {} asked again, {} answered",
        count(Standing::Open),
        count(Standing::Again),
        count(Standing::Answered)
    );
    for query in queries {
        let asked = &query.question.asked;
        let about = [asked.agency.as_str(), asked.subject.as_str(), asked.period.as_str()];
        let about: Vec<&str> = about.into_iter().filter(|t| !t.is_empty()).collect();
        say!();
        say!("{}  {}  {}", asked.id, query.standing.as_str(), about.join(", "));
        say!("  {}", asked.message);
        if query.times > 1 {
            say!("  Asked {} times, last on {}.", query.times, query.question.received_on);
        }
        match &query.answer {
            Some(answer) => {
                let extent = answer.extent().map_or_else(String::new, |e| format!(", expected {e}"));
                say!("  Answered by {} until {}{extent}: {}", answer.by, answer.until, answer.explanation);
            }
            None => {
                let expected = if asked.value.is_some() { " --expected LOW..HIGH" } else { "" };
                say!("  lscb queries answer {} --by NAME --explanation TEXT --until DATE{expected}", asked.id);
            }
        }
    }
}

fn json(query: &Listed) -> serde_json::Value {
    let asked = &query.question.asked;
    let answer = query.answer.as_ref().map(|a| {
        serde_json::json!({
            "by": a.by, "explanation": a.explanation, "until": a.until, "low": a.low, "high": a.high,
            "released": a.released, "since": a.since,
        })
    });
    serde_json::json!({
        "id": asked.id, "standing": query.standing.as_str(), "code": asked.code, "agency": asked.agency,
        "subject": asked.subject, "period": asked.period, "value": asked.value, "message": asked.message,
        "times": query.times, "submission": query.question.submission, "return": query.question.return_id,
        "received_on": query.question.received_on, "answer": answer,
    })
}
