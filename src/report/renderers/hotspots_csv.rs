//! `hotspots.csv`, a row a cell.

use std::path::{Path, PathBuf};

use crate::model::Error;
use crate::report::{BoardView, Renderer, csv_text, write};

/// `hotspots.csv`, a row a cell.
pub struct HotspotsCsv;

impl Renderer for HotspotsCsv {
    fn name(&self) -> &'static str {
        "hotspots_csv"
    }

    fn render(&self, view: &BoardView, out: &Path) -> Result<Vec<PathBuf>, Error> {
        Ok(vec![write(out.join("hotspots.csv"), csv_text(&view.hotspots))?])
    }
}
