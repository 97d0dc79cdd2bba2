//! Queries that an agency is to explain, from the moment of the verdict on.

use super::Desk;
use crate::model::{Error, Upload};

/// A query of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToExplain {
    /// Its id.
    pub id: String,
    /// What was found.
    pub message: String,
    /// Where it stands, in words.
    pub state: String,
    /// The colour of its tag.
    pub colour: &'static str,
    /// Why the last explanation was sent back; empty where it was not.
    pub reason: String,
}

impl Desk {
    /// The queries of an agency's upload, with where each stands.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn to_explain(&self, agency: &str, upload: &Upload) -> Result<Vec<ToExplain>, Error> {
        let ledger = self.inner.reader();
        let asked = ledger.upload_asked(agency, &upload.id)?;
        let answers = ledger.answers()?;
        let mut found: Vec<ToExplain> = Vec::new();
        for one in asked {
            if found.iter().any(|f| f.id == one.id) {
                continue;
            }
            let is_answered = answers.iter().any(|a| a.id == one.id && a.since >= upload.received_on);
            let (state, colour) = if is_answered { ("Explained", "green") } else { ("Not explained", "yellow") };
            found.push(ToExplain { id: one.id, message: one.message, state: state.to_owned(), colour, reason: String::new() });
        }
        Ok(found)
    }
}
