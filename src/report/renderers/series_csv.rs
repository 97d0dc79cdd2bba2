//! `series.csv`, a row a series at its latest period.

use std::path::{Path, PathBuf};

use crate::model::Error;
use crate::report::{BoardView, Renderer, csv_text, write};

/// `series.csv`, a row a series at its latest period.
pub struct SeriesCsv;

impl Renderer for SeriesCsv {
    fn name(&self) -> &'static str {
        "series_csv"
    }

    fn render(&self, view: &BoardView, out: &Path) -> Result<Vec<PathBuf>, Error> {
        Ok(vec![write(out.join("series.csv"), csv_text(&view.series))?])
    }
}
