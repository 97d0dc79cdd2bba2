//! One renderer a file, each registered once.

pub mod board_pack;
pub mod charts;
pub mod hotspots_csv;
pub mod hotspots_json;
pub mod index_html;
pub mod series_csv;
pub mod submissions_csv;

use crate::report::Renderer;

/// Every renderer, in the order in which the files are written.
pub const RENDERERS: &[&dyn Renderer] = &[
    &hotspots_csv::HotspotsCsv,
    &hotspots_json::HotspotsJson,
    &series_csv::SeriesCsv,
    &submissions_csv::SubmissionsCsv,
    &board_pack::BoardPack,
    &charts::Charts,
    &index_html::IndexHtml,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_registered_once() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/renderers");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let mut registered: Vec<&str> = RENDERERS.iter().map(|r| r.name()).collect();
        registered.sort_unstable();
        assert_eq!(files, registered);
    }
}
