//! The files of a released report, for download: those that lie in its folder under `reports/`, by names that are ours, and
//! never anything of a private folder.

use std::fs::File;
use std::path::Path;

use super::is_run;
use crate::model::Error;

/// Files at the top of a report: name, type, and what it is, in the order in which a reader wants them.
const FILES: [(&str, &str, &str); 8] = [
    (
        "index.html",
        "text/html; charset=utf-8",
        "The whole report as one page, which opens without a network and prints",
    ),
    (
        "board-pack.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "The board pack as a workbook",
    ),
    ("hotspots.csv", "text/csv; charset=utf-8", "Every cell of the maps, a row each"),
    ("hotspots.json", "application/json", "The same for other programs, with what moved each cell"),
    ("hotspots.parquet", "application/vnd.apache.parquet", "The same for statistical programs"),
    ("series.csv", "text/csv; charset=utf-8", "Every figure at its latest period"),
    ("submissions.csv", "text/csv; charset=utf-8", "Who returned what, and when"),
    ("manifest.json", "application/json", "What went into the report, with its settings"),
];

/// The folder of the charts.
const CHARTS: &str = "charts";

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Its name below the report: `board-pack.xlsx`, `charts/x.svg`.
    pub name: String,
    /// What it is.
    pub what: String,
    /// Its form, for a reader: `HTML`, `Excel`, `CSV`.
    pub form: &'static str,
    /// Its length in bytes.
    pub bytes: u64,
}

/// An open file with what its answer has to say.
#[derive(Debug)]
pub struct Opened {
    /// The file.
    pub file: File,
    /// Its length in bytes.
    pub bytes: u64,
    /// Media type.
    pub media_type: &'static str,
    /// The name under which it is saved: the run's and its own.
    pub save_as: String,
}

/// The files of a report; the charts apart. Of a run that has no report there are none.
///
/// # Errors
/// The folder could not be read.
pub fn list(reports: &Path, run: &str) -> Result<(Vec<Download>, Vec<Download>), Error> {
    let folder = reports.join(run);
    if !is_run(run) || !folder.is_dir() {
        return Ok((Vec::new(), Vec::new()));
    }
    let size = |name: &str| plain_size(&folder.join(name));
    let top = FILES.iter().filter_map(|(name, _, what)| {
        Some(Download { name: (*name).to_owned(), what: (*what).to_owned(), form: form(name), bytes: size(name)? })
    });
    let mut charts = Vec::new();
    if folder.join(CHARTS).is_dir() {
        let failed = |e| Error::io(folder.join(CHARTS), "the charts could not be listed", e);
        for entry in std::fs::read_dir(folder.join(CHARTS)).map_err(failed)? {
            let own = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            let name = format!("{CHARTS}/{own}");
            if let (Some(_), Some(bytes)) = (media_type(&name), size(&name)) {
                let what = own.rsplit_once('.').map_or(own.as_str(), |(stem, _)| stem).to_owned();
                charts.push(Download { form: form(&name), name, what, bytes });
            }
        }
    }
    charts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((top.collect(), charts))
}

/// Opens a file of a report by its name; none where the report has no such file, whatever the name points to.
///
/// # Errors
/// The file is there and could not be opened.
pub fn open(reports: &Path, run: &str, name: &str) -> Result<Option<Opened>, Error> {
    let (Some(media_type), true) = (media_type(name), is_run(run)) else { return Ok(None) };
    let path = reports.join(run).join(name);
    let Some(bytes) = plain_size(&path) else { return Ok(None) };
    let file = File::open(&path).map_err(|e| Error::io(&path, "a file of the report could not be opened", e))?;
    Ok(Some(Opened { file, bytes, media_type, save_as: format!("{run}-{}", name.replace('/', "-")) }))
}

/// The type of a file that may be handed out; none of any other name. A chart is named by ids of the lists: letters, digits
/// and hyphens, so that no name leads out of its folder.
fn media_type(name: &str) -> Option<&'static str> {
    if let Some((_, media_type, _)) = FILES.iter().find(|(known, ..)| *known == name) {
        return Some(media_type);
    }
    let (stem, ending) = name.strip_prefix(CHARTS)?.strip_prefix('/')?.rsplit_once('.')?;
    let plain = !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    match ending {
        "svg" if plain => Some("image/svg+xml"),
        "png" if plain => Some("image/png"),
        _ => None,
    }
}

fn form(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "html" => "HTML",
        "xlsx" => "Excel",
        "csv" => "CSV",
        "json" => "JSON",
        "parquet" => "Parquet",
        "svg" => "SVG",
        "png" => "PNG",
        _ => "File",
    }
}

/// The length of a file that is one and no link to another.
fn plain_size(path: &Path) -> Option<u64> {
    let data = std::fs::symlink_metadata(path).ok()?;
    data.is_file().then_some(data.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "2015-01-31-072bf2348bcf";

    #[test]
    fn only_files_of_the_report_are_handed_out() {
        let folder = tempfile::tempdir().unwrap();
        let (reports, data) = (folder.path().join("reports"), folder.path().join("data"));
        std::fs::create_dir_all(reports.join(RUN).join("charts")).unwrap();
        std::fs::create_dir_all(&data).unwrap();
        let write = |path: &Path| std::fs::write(path, "x").unwrap();
        write(&reports.join(RUN).join("hotspots.csv"));
        write(&reports.join(RUN).join("notes.txt"));
        write(&reports.join(RUN).join("charts/a-b-c.svg"));
        write(&data.join("hotspots.csv"));
        std::os::unix::fs::symlink(data.join("hotspots.csv"), reports.join(RUN).join("series.csv")).unwrap();
        for (run, name, found, why) in [
            (RUN, "hotspots.csv", true, "a file of the report"),
            (RUN, "charts/a-b-c.svg", true, "a chart"),
            (RUN, "notes.txt", false, "no file of ours"),
            (RUN, "series.csv", false, "a link to elsewhere"),
            (RUN, "board-pack.xlsx", false, "not there"),
            (RUN, "charts/../hotspots.csv", false, "a way out"),
            (RUN, "charts/..svg", false, "no name"),
            (RUN, "../../data/hotspots.csv", false, "a way out"),
            (RUN, "/etc/passwd", false, "elsewhere"),
            ("latest", "hotspots.csv", false, "no run"),
            ("../data", "hotspots.csv", false, "no run"),
        ] {
            assert_eq!(open(&reports, run, name).unwrap().is_some(), found, "{run}/{name}: {why}");
        }
        let opened = open(&reports, RUN, "charts/a-b-c.svg").unwrap().unwrap();
        assert_eq!(
            (opened.media_type, opened.save_as.as_str()),
            ("image/svg+xml", "2015-01-31-072bf2348bcf-charts-a-b-c.svg")
        );
        let (top, charts) = list(&reports, RUN).unwrap();
        assert_eq!((top.len(), charts.len()), (1, 1));
    }
}
