//! The audit trail as pages use it: an entry is written by [`crate::ledger::Ledger::record_audit`], read a page at a time,
//! newest first, and checked from its beginning.

pub use crate::ledger::{AuditCheck as Check, AuditEntry as Entry, AuditFilter as Filter, AuditLine as Line};

use crate::ledger::Ledger;
use crate::model::Error;

/// Lines on one page.
pub const ON_A_PAGE: usize = 50;

/// A page of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its lines, the newest first.
    pub lines: Vec<Line>,
    /// Below which number the next, older page begins; none on the last.
    pub older: Option<i64>,
}

/// The page of the lines before a number, or the newest.
///
/// # Errors
/// The ledger could not be read.
pub fn page(ledger: &Ledger, filter: &Filter, before: Option<i64>) -> Result<Page, Error> {
    let mut lines = ledger.audit_page(filter, before, ON_A_PAGE + 1)?;
    let more = lines.len() > ON_A_PAGE;
    lines.truncate(ON_A_PAGE);
    let older = lines.last().filter(|_| more).map(|l| l.number);
    Ok(Page { lines, older })
}

/// Checks the whole trail, and names the first line that does not fit.
///
/// # Errors
/// The ledger could not be read.
pub fn verify(ledger: &Ledger) -> Result<Check, Error> {
    ledger.check_audit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_hold_every_line_once() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        for n in 0..(2 * ON_A_PAGE) {
            ledger.record_audit(&Entry { what: format!("{n}"), ..Entry::default() }).unwrap();
        }
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = page(&ledger, &Filter::default(), before).unwrap();
            seen.extend(page.lines.iter().map(|l| l.number));
            before = page.older;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, (1..=100).rev().collect::<Vec<i64>>());
        assert_eq!(verify(&ledger).unwrap().lines, 100);
    }
}
