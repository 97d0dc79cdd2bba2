//! What is wrong with a return, and where. A rule a file, all in one registry; the personal-data gate is among them. Only
//! this room makes `Accepted`, so that nothing that was not checked can go on.

pub mod conform;
pub mod facts;
pub mod gather;
pub mod past;
pub mod personal;
pub mod registry;
pub mod rule;
pub mod rules;
#[cfg(test)]
pub mod testing;

use chrono::NaiveDate;

use crate::model::draft::Laid;
use crate::model::{Finding, History, Row, Verdict};
use crate::spec::Reference;

pub use registry::rules;

/// What a return is checked against.
pub struct Context<'a> {
    /// The board's reference lists.
    pub reference: &'a Reference,
    /// Today, for the checks; nothing may lie after it. For a return that is published with a lag, and whose rows are
    /// seen only when they were, give a day far off.
    pub as_of: NaiveDate,
    /// What was accepted before.
    pub history: &'a History,
}

/// A return that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// Everything that was found, the worst first, then in the order of the file.
    pub findings: Vec<Finding>,
    /// The rows, where nothing forbids their use.
    pub accepted: Option<Accepted>,
}

impl Checked {
    /// What becomes of the submission.
    pub fn verdict(&self) -> Verdict {
        match Verdict::of(&self.findings) {
            Verdict::Accepted if self.accepted.is_none() => Verdict::Rejected,
            verdict => verdict,
        }
    }
}

/// The receipt for a return without errors: typed rows, with the places they came from. Only [`validate`] can make one.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    return_id: String,
    rows: Vec<Row>,
    extras: Vec<Vec<(String, String)>>,
}

impl Accepted {
    /// Id of the return spec, or `plain`.
    pub fn return_id(&self) -> &str {
        &self.return_id
    }

    /// The rows, in the order of the file. Keys of children's cases are still the sender's own.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows, each with its unknown columns (header and text as sent).
    pub fn into_rows(self) -> impl Iterator<Item = (Row, Vec<(String, String)>)> {
        self.rows.into_iter().zip(self.extras)
    }
}

/// Checks a return: types its cells, puts every rule to it, and accepts it where no error was found, here or before.
pub fn validate(laid: Laid, context: &Context<'_>) -> Checked {
    let known = conform::Known::new(context.reference);
    let conformed = conform::conform(&laid, &known);
    let facts = facts::Facts::new(&laid, &conformed, &known, context);
    let mut findings = laid.findings.clone();
    findings.extend(registry::check(&facts));
    let findings = gather::gather(findings, &laid);
    drop(facts);
    let whole = !laid.return_id.is_empty() && Verdict::of(&findings) == Verdict::Accepted;
    let accepted = whole.then(|| Accepted {
        return_id: laid.return_id,
        rows: conformed.rows,
        extras: laid.drafts.into_iter().map(|d| d.extra).collect(),
    });
    Checked { findings, accepted }
}
