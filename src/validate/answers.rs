//! Queries that were answered. A query is known again by what it is about; answered, and with its figure within what was
//! expected, it comes as a note that carries the explanation; beyond it, or after its days, it is asked again and says so.

use std::cell::LazyCell;
use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::model::query::Asked;
use crate::model::{Finding, Row, Severity, Table};
use crate::validate::facts::{Facts, rounded, value_of};

/// The columns that say what a row is about and name no child, review or case: only these are written down with a query.
const SUBJECT: [&str; 8] = ["agency", "indicator", "locality", "breakdown", "standard", "theme", "kind", "question"];

/// Findings after the answers, and the queries that are still to be answered.
pub struct Settled {
    /// The findings.
    pub findings: Vec<Finding>,
    /// The queries among them, each with the figure that it is about.
    pub asked: Vec<Asked>,
}

/// Takes what an analyst overrides as it is, and holds the queries of a return against the answers of its history. Warnings
/// of personal data are no such queries: no explanation makes them less.
pub fn settle(mut findings: Vec<Finding>, facts: &Facts<'_>, return_id: &str) -> Settled {
    let rows = LazyCell::new(|| Rows::new(facts));
    if facts.context.history.has_overrides() {
        let agencies = rows.agencies();
        let agencies: Vec<&str> = agencies.split(';').collect();
        // The first that speaks on a code has the word: what it takes is no error for the next.
        facts.context.history.overrides(&agencies, return_id).for_each(|o| o.apply(&mut findings));
    }
    let mut settled = Settled { findings: Vec::new(), asked: Vec::new() };
    for mut finding in findings {
        if finding.severity == Severity::Query && !finding.code.starts_with('P') {
            let asked = rows.asked(&finding, return_id);
            answered(&mut finding, &asked, facts);
            if finding.severity == Severity::Query {
                settled.asked.push(Asked { message: finding.message.clone(), ..asked });
            }
        }
        settled.findings.push(finding);
    }
    settled
}

fn answered(finding: &mut Finding, asked: &Asked, facts: &Facts<'_>) {
    let Some((answer, is_over)) = facts.context.history.answer(&asked.id) else { return };
    let given = format!("{} (explained by {})", answer.explanation.trim_end_matches('.'), answer.by);
    if is_over {
        finding.message += &format!(" An explanation held until {}: {given}.", answer.until);
        finding.fix = "Explain it again, or mend the figure.".to_owned();
    } else if answer.covers(asked.value) {
        finding.severity = Severity::Note;
        finding.message += &format!(" Explained until {}: {given}.", answer.until);
        finding.fix = "Nothing: the query was answered.".to_owned();
    } else {
        let value = asked.value.map_or_else(String::new, |v| format!(": {}", rounded(v)));
        let extent = answer.extent().unwrap_or_default();
        finding.message += &format!(" This is beyond what was explained{value}, expected {extent}. {given}.");
        finding.fix = "Check the figure; if it is right, say what is new.".to_owned();
    }
}

/// The rows of a return by where they stand.
struct Rows<'f, 'a> {
    facts: &'f Facts<'a>,
    at: HashMap<(&'a str, u32), Vec<usize>>,
}

impl<'f, 'a> Rows<'f, 'a> {
    fn new(facts: &'f Facts<'a>) -> Self {
        let mut at: HashMap<(&str, u32), Vec<usize>> = HashMap::new();
        for index in 0..facts.rows.len() {
            let place = facts.place(index);
            at.entry((place.sheet.as_str(), place.row)).or_default().push(index);
        }
        Self { facts, at }
    }

    /// The row that a finding is about: by its cell, else its header, else the only one of its line.
    fn row_of(&self, finding: &Finding) -> Option<usize> {
        let rows = self.at.get(&(finding.sheet.as_str(), finding.row?))?;
        let by_place = |i: &&usize| !finding.cell.is_empty() && self.facts.draft(**i).place.a1() == finding.cell;
        let fields = |i: usize| self.facts.draft(i).fields.iter().flatten();
        let by_cell = |i: &&usize| {
            let here = |c: &crate::model::draft::DraftCell| c.place.row == finding.row.unwrap_or(0);
            match finding.cell.is_empty() {
                true => fields(**i).any(|c| here(c) && c.header == finding.column),
                false => fields(**i).any(|c| c.place.a1() == finding.cell),
            }
        };
        let found = rows.iter().find(by_place).or_else(|| rows.iter().find(by_cell));
        found.or(rows.first().filter(|_| rows.len() == 1)).copied()
    }

    /// What a finding asks. A finding of no row is about the return's column.
    fn asked(&self, finding: &Finding, return_id: &str) -> Asked {
        let row = self.row_of(finding).filter(|_| !finding.code.starts_with('L'));
        let (agency, subject) = match row.map(|i| &self.facts.rows[i]) {
            Some(row) => (row.text("agency").to_owned(), subject_of(row)),
            None => (self.agencies(), [return_id, finding.column.as_str()].join(" ").trim().to_owned()),
        };
        let period = row.and_then(|i| self.facts.rows[i].period("period")).map(|p| p.to_string());
        Asked {
            id: id(&finding.code, &agency, &subject),
            code: finding.code.clone(),
            agency,
            subject,
            period: period.unwrap_or_default(),
            value: row.and_then(|i| self.value(i)),
            message: finding.message.clone(),
        }
    }

    fn agencies(&self) -> String {
        let mut agencies: Vec<&str> =
            self.facts.rows.iter().map(|r| r.text("agency")).filter(|a| !a.is_empty()).collect();
        agencies.sort_unstable();
        agencies.dedup();
        agencies.join(";")
    }

    /// The figure of a row: of performance in its indicator's unit, of intelligence the count, of a self-assessment the
    /// score.
    fn value(&self, index: usize) -> Option<f64> {
        let row = &self.facts.rows[index];
        match row.table {
            Table::Performance => {
                // A rate of a population has no value of its own in the return: then its count is what is asked about.
                let value = value_of(row, self.facts.indicator(index)?).map(|(value, _)| value);
                value.or(row.number("numerator").value)
            }
            Table::Intelligence => row.number("count").value,
            Table::Section11 => row.number("self_score").value,
            _ => None,
        }
    }
}

/// Table and ids, such as `performance missing-episodes corby`.
fn subject_of(row: &Row) -> String {
    let parts = SUBJECT.iter().skip(1).map(|c| row.text(c)).filter(|t| !t.is_empty());
    std::iter::once(row.table.as_str()).chain(parts).collect::<Vec<_>>().join(" ")
}

/// The code, and the first 8 hexadecimal digits of a SHA-256 over what the query is about.
fn id(code: &str, agency: &str, subject: &str) -> String {
    let hash = Sha256::digest(format!("{code}\n{agency}\n{subject}").as_bytes());
    let digits: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{code}-{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::History;
    use crate::model::query::Answer;
    use crate::validate::testing::*;
    use crate::validate::{Checked, Context, validate};

    /// Nine months of a steady series, and a last one out of all proportion.
    fn with(last: u32, locality: &str, answers: &[Answer], received: &str) -> Checked {
        let figures = [20, 34, 25, 27, 30, 22, 28, 26, 24];
        let mut rows: Vec<String> =
            (1..).zip(figures).map(|(m, n)| format!("police,missing-episodes,{locality},2014-{m:02},,{n},,")).collect();
        rows.push(format!("police,missing-episodes,{locality},2014-10,,{last},,"));
        let laid = performance(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let reference = reference();
        let history = History::default().with_answers(day(received), answers);
        validate(laid, &Context { reference: &reference, as_of: day(AS_OF), history: &history })
    }

    fn told(checked: &Checked) -> (Severity, String) {
        let finding = checked.findings.iter().find(|f| f.code == "C006").unwrap();
        (finding.severity, finding.message.clone())
    }

    #[test]
    fn an_answer_holds_within_its_extent_and_its_days_for_what_is_received_later() {
        let first = with(90, "corby", &[], "2014-11-10");
        let asked = first.asked.iter().find(|a| a.code == "C006").unwrap().clone();
        assert_eq!((asked.value, asked.period.as_str()), (Some(90.0), "2014-10"));
        assert_eq!(asked.subject, "performance missing-episodes corby");
        let answer = Answer {
            id: asked.id.clone(),
            by: "A. Analyst".into(),
            explanation: "A new unit counts from October on.".into(),
            until: day("2015-03-31"),
            low: Some(60.0),
            high: Some(95.0),
            released: false,
            since: day("2014-11-10"),
            agency: asked.agency.clone(),
            subject: asked.subject.clone(),
        };
        let answers = [answer];
        for (last, received, severity, says, why) in [
            (90, "2014-11-10", Severity::Query, "", "the return that asked is not changed by its answer"),
            (90, "2014-12-10", Severity::Note, "A new unit counts from October on (explained by A. Analyst)", "within"),
            (95, "2015-03-31", Severity::Note, "Explained until 2015-03-31", "its last day, and its upper end"),
            (96, "2014-12-10", Severity::Query, "beyond what was explained: 96, expected from 60 to 95", "beyond"),
            (90, "2015-04-01", Severity::Query, "An explanation held until 2015-03-31", "its days are over"),
        ] {
            let checked = with(last, "corby", &answers, received);
            let (found, message) = told(&checked);
            assert_eq!(found, severity, "{why}: {message}");
            assert!(message.contains(says), "{why}: {message}");
            let open = checked.asked.iter().any(|a| a.id == asked.id);
            assert_eq!(open, severity == Severity::Query, "{why}: what was explained is not asked again");
        }
        let elsewhere = with(90, "north", &answers, "2014-12-10");
        assert!(elsewhere.asked.iter().all(|a| a.id != asked.id), "another place is another query");
    }

    #[test]
    fn no_case_or_review_is_written_down_with_a_query() {
        for table in Table::ALL {
            let names: Vec<&str> = table.columns().iter().filter(|c| c.key).map(|c| c.name).collect();
            let told = names.iter().filter(|n| SUBJECT.contains(n));
            assert!(told.into_iter().all(|n| !["case", "review", "audit", "action"].contains(n)), "{table:?}");
        }
    }
}
