//! The board report: one view model ([`BoardView`]), then one renderer a format. Drawing never calculates.
//!
//! A renderer is a file under `report/renderers/`, registered once in [`RENDERERS`].

pub mod chart;
pub mod names;
pub mod renderers;
pub mod table;
pub mod template;
pub mod verdict;
pub mod view;
pub mod words;

#[cfg(test)]
pub(crate) mod fixture;

use std::path::{Path, PathBuf};

use crate::disclose::Rows;
use crate::model::Error;

pub use names::{protection, titles};
pub use renderers::RENDERERS;
pub use table::csv_text;
pub use view::BoardView;

/// One format of the report.
pub trait Renderer: Sync {
    /// The name of its file under `report/renderers/`.
    fn name(&self) -> &'static str;

    /// Writes its files into `out` and names them, in order.
    ///
    /// # Errors
    /// A file that cannot be written.
    fn render(&self, view: &BoardView, out: &Path) -> Result<Vec<PathBuf>, Error>;
}

/// Writes every format of a report into `out`, a folder that exists. `hotspots.parquet` and `manifest.json` are the
/// pipeline's, by way of the lake.
///
/// # Errors
/// A file that cannot be written.
pub fn render(view: &BoardView, out: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for renderer in RENDERERS {
        files.extend(renderer.render(view, out)?);
    }
    Ok(files)
}

/// `hotspots.csv` as rows: what CSV, JSON, Parquet and the workbook share.
pub fn hotspot_table(view: &BoardView) -> &Rows {
    &view.hotspots
}

/// Writes one file of a report.
pub(crate) fn write(path: PathBuf, bytes: impl AsRef<[u8]>) -> Result<PathBuf, Error> {
    std::fs::write(&path, bytes).map_err(|e| Error::io(&path, "a file of the report could not be written", e))?;
    Ok(path)
}
