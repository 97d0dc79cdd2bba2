//! Who sent a file through the portal, and whether it was theirs to send. Whoever signs in for an agency sends figures of
//! that agency alone, or a return that the agency keeps for others, such as a register.

use std::collections::BTreeSet;

use super::configuration::Configuration;
use crate::ingest::codes;
use crate::model::{Finding, Row, Severity};
use crate::validate::Accepted;

/// What the door must know of a file that came through the portal.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent {
    /// The agency for which it was sent.
    pub agency: String,
    /// Whether its sender belongs to that agency.
    pub is_own: bool,
    /// What its name gave away when it was received; the name itself was not kept then.
    pub named: Vec<Finding>,
}

impl Sent {
    /// What is in a file that is not its sender's: of accepted rows each by its place, of others each agency once.
    pub fn foreign(
        &self,
        accepted: Option<&Accepted>,
        told: &BTreeSet<String>,
        return_id: &str,
        configuration: &Configuration,
    ) -> Vec<Finding> {
        let reference = &configuration.reference;
        let name =
            |id: &str| reference.agencies.iter().find(|a| a.agency == id).map_or(id, |a| a.name.as_str()).to_owned();
        let own = name(&self.agency);
        if let Some(spec) = configuration.spec(return_id) {
            let owers = spec.owers();
            if !owers.is_empty() && !owers.contains(&self.agency.as_str()) {
                let owers: Vec<String> = owers.into_iter().map(name).collect();
                return vec![self.whole(format!(
                    "This is the return `{}`, which is sent by {}. You send for {own}.",
                    spec.name,
                    owers.join(", ")
                ))];
            }
            if !spec.owed_by.is_empty() {
                return Vec::new();
            }
        }
        let Some(accepted) = accepted else {
            let others = told.iter().filter(|a| **a != self.agency);
            return others
                .map(|a| self.whole(format!("The file holds figures of {}. You send for {own}.", name(a))))
                .collect();
        };
        let mut found = Vec::new();
        for row in accepted.rows() {
            let agency = row.text("agency");
            if !agency.is_empty() && agency != self.agency {
                found.push(self.at(row, format!("This row is of {}. You send for {own}.", name(agency))));
            }
        }
        // Registers name no agency in their rows: they are kept by whom the specs say, where any does.
        let tables: BTreeSet<_> = accepted.rows().iter().map(|r| r.table).collect();
        for table in tables.into_iter().filter(|t| t.position("agency").is_none()) {
            let keepers: BTreeSet<&str> =
                configuration.specs.iter().filter(|s| s.feeds().contains(&table)).flat_map(|s| s.owers()).collect();
            if !keepers.is_empty() && !keepers.contains(self.agency.as_str()) {
                let keepers: Vec<String> = keepers.into_iter().map(name).collect();
                let what =
                    format!("The list `{}` is kept by {}. You send for {own}.", table.as_str(), keepers.join(", "));
                found.push(self.whole(what));
            }
        }
        found
    }

    fn whole(&self, message: String) -> Finding {
        let fix = codes::CODES.iter().find(|(code, ..)| *code == codes::FOREIGN).map_or("", |(.., fix)| fix);
        Finding::file(codes::FOREIGN, Severity::Error, message, fix)
    }

    fn at(&self, row: &Row, message: String) -> Finding {
        let from = &row.provenance;
        Finding {
            sheet: from.source_sheet.to_string(),
            cell: from.source_cell.to_string(),
            row: (from.source_row > 0).then_some(from.source_row),
            column: "agency".to_owned(),
            ..self.whole(message)
        }
    }
}

/// Whether a verdict is that of a file which was not its sender's to send.
pub(super) fn is_foreign(findings: &[Finding]) -> bool {
    findings.iter().any(|f| f.code == codes::FOREIGN)
}
