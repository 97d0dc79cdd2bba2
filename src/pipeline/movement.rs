//! What the run before says of each cell: its tier then, and since when, without a break in published runs, it has had the
//! tier of today.

use std::collections::BTreeMap;
use std::path::Path;

use super::run::PRIVATE_BOARD;
use crate::ledger::Run;
use crate::model::{Board, Cell, CellId, Error};

/// Carries `previous_tier` and `first_seen` over from the run before.
///
/// # Errors
/// The run before is in the ledger and its private folder cannot be read.
pub fn carry_over(board: &mut Board, previous: Option<(&Run, &Path)>) -> Result<(), Error> {
    let before = match previous {
        None => BTreeMap::new(),
        Some((_, folder)) => read(folder)?,
    };
    let as_of = board.as_of;
    for cell in &mut board.cells {
        let earlier = before.get(&cell.id);
        cell.previous_tier = earlier.map(|c| c.tier);
        let unbroken = earlier.filter(|c| c.tier == cell.tier).and_then(|c| c.first_seen);
        cell.first_seen = Some(unbroken.unwrap_or(as_of));
    }
    Ok(())
}

fn read(folder: &Path) -> Result<BTreeMap<CellId, Cell>, Error> {
    let file = folder.join(PRIVATE_BOARD);
    let bytes = std::fs::read(&file).map_err(|e| Error::io(&file, "the run before could not be read", e))?;
    let board: Board = serde_json::from_slice(&bytes).map_err(|e| {
        Error::state(file.display().to_string(), format!("cannot be read: {e}"), "Restore the run from the backup.")
    })?;
    Ok(board.cells.into_iter().map(|c| (c.id.clone(), c)).collect())
}
