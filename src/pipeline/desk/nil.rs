//! Nil returns. To have nothing to report is an answer; an empty workbook is none, for it may be the wrong file.

use super::{Desk, now};
use crate::model::upload::Sender;
use crate::model::{DueState, Error, NilReturn, Period};

/// What became of the wish to say that there is nothing to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nil {
    /// It is kept.
    Kept(NilReturn),
    /// It was said before, and that counts.
    Before,
    /// The agency owes no such return for such a period.
    NotOwed,
    /// The period is not over yet.
    Running,
    /// Figures of the period were received: they say something.
    HasFigures,
}

impl Desk {
    /// Keeps an agency's word that it has nothing to report of a return for a period.
    ///
    /// # Errors
    /// The ledger could not be read or written.
    pub fn nil(&self, agency: &str, return_id: &str, period: Period, sender: &Sender) -> Result<Nil, Error> {
        let received_on = self.today()?;
        let items = self.of_return(agency, return_id)?.map(|of| of.items).unwrap_or_default();
        let Some(item) = items.iter().find(|i| i.due.period == period) else { return Ok(Nil::NotOwed) };
        match item.due.state {
            _ if period.end() > received_on => return Ok(Nil::Running),
            DueState::Whole | DueState::Partial => return Ok(Nil::HasFigures),
            _ => {}
        }
        let nil = NilReturn {
            agency: agency.to_owned(),
            return_id: return_id.to_owned(),
            period,
            user: sender.user,
            by: sender.name.clone(),
            received_on,
            received_at: now(),
        };
        let is_new = self.inner.writer().record_nil(&nil)?;
        Ok(if is_new { Nil::Kept(nil) } else { Nil::Before })
    }

    /// Takes a nil return back; gives whether there was one.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn withdraw_nil(&self, agency: &str, return_id: &str, period: Period) -> Result<bool, Error> {
        self.inner.writer().withdraw_nil(agency, return_id, period)
    }
}
