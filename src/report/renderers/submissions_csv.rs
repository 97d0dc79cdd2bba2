//! `submissions.csv`, a row a file received.

use std::path::{Path, PathBuf};

use crate::model::Error;
use crate::report::{BoardView, Renderer, csv_text, write};

/// `submissions.csv`, a row a file received.
pub struct SubmissionsCsv;

impl Renderer for SubmissionsCsv {
    fn name(&self) -> &'static str {
        "submissions_csv"
    }

    fn render(&self, view: &BoardView, out: &Path) -> Result<Vec<PathBuf>, Error> {
        Ok(vec![write(out.join("submissions.csv"), csv_text(&view.submissions))?])
    }
}
