//! `charts/<slug>.svg` and `charts/<slug>.png`.

use std::path::{Path, PathBuf};

use crate::model::Error;
use crate::report::{BoardView, Renderer, chart, referee_chart, write};

/// Every chart of the report as a file of its own, twice.
pub struct Charts;

impl Renderer for Charts {
    fn name(&self) -> &'static str {
        "charts"
    }

    fn render(&self, view: &BoardView, out: &Path) -> Result<Vec<PathBuf>, Error> {
        let folder = out.join("charts");
        std::fs::create_dir_all(&folder).map_err(|e| Error::io(&folder, "the folder could not be made", e))?;
        let mut files = Vec::new();
        for one in &view.charts {
            files.push(write(folder.join(format!("{}.svg", one.slug)), chart::svg_file(one)?)?);
            let png = folder.join(format!("{}.png", one.slug));
            chart::png(one, &png)?;
            files.push(png);
        }
        if let Some(referee) = &view.referee {
            let one = &referee.chart;
            files.push(write(folder.join(format!("{}.svg", one.slug)), referee_chart::svg(one)?)?);
            let png = folder.join(format!("{}.png", one.slug));
            referee_chart::png(one, &png)?;
            files.push(png);
        }
        Ok(files)
    }
}
