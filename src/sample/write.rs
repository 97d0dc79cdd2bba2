//! A whole board on disk: configuration, returns and truth, ready for a run.

use std::fs;
use std::path::Path;

use super::{Settings, broken, county, embedded, messy};
use crate::model::Error;
use crate::sample::calendar::Calendar;
use crate::spec::{Reference, return_spec};

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Files in the inbox.
    pub files: usize,
    /// Their bytes.
    pub bytes: usize,
    /// Rows of the canonical tables in them.
    pub rows: usize,
    /// Hot spots planted.
    pub planted: usize,
}

/// Writes DIR/pipeline.toml, DIR/evaluation.json, DIR/reference, DIR/returns, DIR/inbox and DIR/truth.json, so that
/// `lscb run DIR/pipeline.toml` works as it stands. Files of an earlier county in DIR/inbox are left alone: give an empty folder.
///
/// # Errors
/// A folder or file cannot be written.
pub fn write(out: &Path, settings: Settings) -> Result<Summary, Error> {
    let inbox = out.join("inbox");
    for folder in ["reference", "returns", "inbox"] {
        let folder = out.join(folder);
        fs::create_dir_all(&folder).map_err(|e| Error::io(&folder, "the folder could not be made", e))?;
    }
    put(&out.join("pipeline.toml"), pipeline(settings).as_bytes())?;
    put(&out.join("evaluation.json"), embedded::EVALUATION.as_bytes())?;
    for (name, text) in embedded::REFERENCE.iter().chain(embedded::RETURNS) {
        put(&out.join(name), text.as_bytes())?;
    }
    let reference = Reference::read(&out.join("reference"))?;
    let specs = return_spec::read_all(&out.join("returns"), &reference)?;
    let county = county(&reference, settings);
    let calendar = Calendar::new(settings.as_of, settings.months);
    let files = messy::files(&county, &specs, &reference, &calendar)?;
    let mut summary = Summary { rows: county.rows.len(), planted: county.truth.planted.len(), ..Summary::default() };
    for (name, bytes) in &files {
        put(&inbox.join(name), bytes)?;
        summary.files += 1;
        summary.bytes += bytes.len();
    }
    let truth = serde_json::to_string_pretty(&county.truth)
        .map_err(|e| Error::state("truth.json", format!("could not be written: {e}"), "Report this as a bug."))?;
    put(&out.join("truth.json"), format!("{truth}\n").as_bytes())?;
    Ok(summary)
}

/// Writes the returns that must be refused, and `cases.json` beside them.
///
/// # Errors
/// A file cannot be written.
pub fn write_broken(out: &Path) -> Result<usize, Error> {
    fs::create_dir_all(out).map_err(|e| Error::io(out, "the folder could not be made", e))?;
    let files = broken::files()?;
    for (case, bytes) in &files {
        put(&out.join(case.file), bytes)?;
    }
    let cases: Vec<&broken::Case> = files.iter().map(|(case, _)| case).collect();
    let cases = serde_json::to_string_pretty(&cases)
        .map_err(|e| Error::state("cases.json", format!("could not be written: {e}"), "Report this as a bug."))?;
    put(&out.join("cases.json"), format!("{cases}\n").as_bytes())?;
    Ok(files.len())
}

/// The county's pipeline file with the folders of the sample and its day.
fn pipeline(settings: Settings) -> String {
    let line = |line: &str| match line.split('=').next().map(str::trim) {
        Some("as_of") => format!("as_of = \"{}\"", settings.as_of),
        Some("inbox") => "inbox = \"inbox\"".to_owned(),
        Some("data") => "data = \"data\"".to_owned(),
        Some("reports") => "reports = \"reports\"".to_owned(),
        _ => line.to_owned(),
    };
    let lines: Vec<String> = embedded::PIPELINE
        .lines()
        .map(line)
        .map(|l| {
            l.replace("pipelines/nightly.toml", "pipeline.toml")
                .replace("pipelines/evaluation.json", "evaluation.json")
                .replace("Northamptonshire's", "a made-up county's")
        })
        .collect();
    lines.join("\n") + "\n"
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(|e| Error::io(path, "the file could not be written", e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Pipeline;

    /// What is kept in `sample_data/` is what the program writes. After a change of the generator, of the lists or of a
    /// return spec, write it anew: `lscb sample --seed 1 --out DIR`, and take DIR/inbox and DIR/truth.json over.
    #[test]
    fn the_kept_sample_is_that_of_seed_1() {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), Settings::default()).unwrap();
        write_broken(&folder.path().join("broken")).unwrap();
        for part in ["inbox", "broken"] {
            assert_eq!(names(&kept.join(part)), names(&folder.path().join(part)), "{part}");
            for name in names(&kept.join(part)) {
                let bytes = |root: &Path| fs::read(root.join(part).join(&name)).unwrap();
                assert!(bytes(&kept) == bytes(folder.path()), "sample_data/{part}/{name} is not what is written now");
            }
        }
        let truth = |root: &Path| fs::read_to_string(root.join("truth.json")).unwrap();
        assert_eq!(truth(&kept), truth(folder.path()));
    }

    #[test]
    fn every_file_says_that_it_is_made_up() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), Settings { months: 12, ..Settings::default() }).unwrap();
        for name in names(&folder.path().join("inbox")) {
            let bytes = fs::read(folder.path().join("inbox").join(&name)).unwrap();
            let said = |bytes: &[u8]| bytes.windows(9).any(|w| w == b"SYNTHETIC");
            let found = match zip::ZipArchive::new(std::io::Cursor::new(&bytes)) {
                Err(_) => said(&bytes),
                Ok(mut archive) => (0..archive.len()).any(|i| {
                    let mut text = Vec::new();
                    std::io::Read::read_to_end(&mut archive.by_index(i).unwrap(), &mut text).unwrap();
                    said(&text)
                }),
            };
            assert!(found, "{name} does not say so");
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_folder_is_a_board_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let summary = write(folder.path(), Settings { months: 12, ..Settings::default() }).unwrap();
        assert!(summary.files > 5 && summary.planted == 10, "{summary:?}");
        let pipeline = Pipeline::read(&folder.path().join("pipeline.toml")).unwrap();
        assert!(pipeline.synthetic);
        let text = fs::read_to_string(folder.path().join("pipeline.toml")).unwrap();
        assert!(!text.contains("../"), "every folder lies in the sample's own");
    }
}
