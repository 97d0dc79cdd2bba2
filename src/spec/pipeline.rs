//! The pipeline file (data-contract.md, section 0): board, paths and the settings of the method, each with the default of
//! the design. An unknown key is refused with its line and the nearest known one.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::{Error, Stream};
use crate::spec::portal::Portal;
use crate::spec::prompts::Prompts;

/// A pipeline file, read and resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// The file itself.
    pub file: PathBuf,
    /// Id of the board.
    pub board: String,
    /// Its name.
    pub name: String,
    /// Default of `--as-of`.
    pub as_of: Option<NaiveDate>,
    /// Marks every page and file.
    pub synthetic: bool,
    /// Lines of licence and attribution that the figures' sources ask for, shown wherever the figures go.
    pub attribution: Vec<String>,
    /// Days for which a quarantined file is kept; 0 is at once.
    pub quarantine_days: u32,
    /// Folders, resolved against the file's own.
    pub paths: Paths,
    /// Who is expected to send what.
    pub expected: Expected,
    /// Settings of the method, as in the manifest and on the report's last page.
    pub method: Method,
    /// Disclosure settings.
    pub disclosure: DisclosureSettings,
    /// Which figures to ask about.
    pub prompts: Prompts,
    /// Settings of `lscb serve`.
    pub portal: Portal,
}

/// Folders of a board.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paths {
    /// Reference lists.
    pub reference: PathBuf,
    /// Return specs; without it only the plain layout is known.
    pub returns: Option<PathBuf>,
    /// Where returns arrive.
    pub inbox: Option<PathBuf>,
    /// Lake, originals, ledger, private run results.
    pub data: Option<PathBuf>,
    /// Where runs publish.
    pub reports: Option<PathBuf>,
    /// What the referee found of these settings: the output of `lscb evaluate --format json`, shown with the methods.
    pub evaluation: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    board: String,
    name: String,
    as_of: Option<String>,
    #[serde(default)]
    synthetic: bool,
    #[serde(default)]
    attribution: Vec<String>,
    #[serde(default = "a_month")]
    quarantine_days: u32,
    paths: FilePaths,
    #[serde(default)]
    expected: Expected,
    #[serde(default)]
    weights: Weights,
    #[serde(default)]
    reliability: Reliability,
    #[serde(default)]
    half_life_months: HalfLives,
    #[serde(default)]
    window_months: Windows,
    #[serde(default)]
    thresholds: Thresholds,
    #[serde(default)]
    correlation: Correlation,
    #[serde(default)]
    disclosure: DisclosureSettings,
    #[serde(default)]
    prompts: Prompts,
    #[serde(default)]
    portal: Portal,
}

fn a_month() -> u32 {
    30
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePaths {
    reference: PathBuf,
    returns: Option<PathBuf>,
    inbox: Option<PathBuf>,
    data: Option<PathBuf>,
    reports: Option<PathBuf>,
    evaluation: Option<PathBuf>,
}

/// Who is expected to send what, beyond what the reference lists say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// Agencies expected to return Section 11; empty for every agency valid on the as-of date.
    pub section11: Vec<String>,
}

/// Everything the method takes from configuration.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Method {
    /// Base weight of each stream.
    pub weights: Weights,
    /// How far each kind of evidence is believed.
    pub reliability: Reliability,
    /// Half-lives of evidence.
    pub half_life_months: HalfLives,
    /// How far back each stream looks.
    pub window_months: Windows,
    /// Where lights and tiers begin.
    pub thresholds: Thresholds,
    /// Bounds of estimated correlations.
    pub correlation: Correlation,
}

/// One number a stream.
macro_rules! by_stream {
    ($(#[$doc:meta])* $name:ident, $($stream:ident = $value:expr),+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $(
                #[doc = concat!("Of the stream `", stringify!($stream), "`.")]
                pub $stream: f64,
            )+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($stream: $value),+ }
            }
        }

        impl $name {
            /// The number of a stream.
            pub fn of(&self, stream: Stream) -> f64 {
                [$(self.$stream),+][stream.index()]
            }
        }
    };
}

by_stream!(
    /// Base weights, settled before the data are seen.
    Weights,
    performance = 1.0, section11 = 1.0, audits = 1.0, child_deaths = 1.0, case_reviews = 1.0, intelligence = 1.0
);
by_stream!(
    /// After how many months evidence counts half.
    HalfLives,
    performance = 12.0, section11 = 24.0, audits = 18.0, child_deaths = 36.0, case_reviews = 36.0, intelligence = 12.0
);
by_stream!(
    /// How many months before the as-of date a stream looks back (performance: its latest window).
    Windows,
    performance = 12.0, section11 = 24.0, audits = 36.0, child_deaths = 36.0, case_reviews = 60.0, intelligence = 12.0
);

/// How far each kind of evidence is believed, between 0 and 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reliability {
    /// Performance, times the share of expected indicator-periods received.
    pub performance: f64,
    /// A self-assessed Section 11 score.
    pub section11_self: f64,
    /// A moderated Section 11 score.
    pub section11_moderated: f64,
    /// Audits.
    pub audits: f64,
    /// Child deaths.
    pub child_deaths: f64,
    /// Case reviews.
    pub case_reviews: f64,
    /// Soft intelligence.
    pub intelligence: f64,
}

impl Default for Reliability {
    fn default() -> Self {
        Self {
            performance: 0.9,
            section11_self: 0.5,
            section11_moderated: 0.8,
            audits: 0.7,
            child_deaths: 0.8,
            case_reviews: 0.8,
            intelligence: 0.5,
        }
    }
}

/// Where lights and tiers begin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Largest q of a hot spot.
    pub q_hot_spot: f64,
    /// Largest q of a single loud voice.
    pub q_single_source: f64,
    /// Smallest z of a concern light.
    pub light: f64,
    /// Cap of z for combining.
    pub cap: f64,
    /// A weight below this is silence.
    pub silent_below: f64,
    /// Fewer other places than this, and a stream does not use "the others".
    pub others: usize,
    /// A stream whose z a doubling of the usual would move by this much counts for 0.71 of its weight; one with fewer cases
    /// for less. With 0 the number of cases does not matter.
    pub doubling: f64,
    /// A stream's z counts for no more than so many doublings of the usual would give; 0 for no such cap.
    pub doublings: f64,
    /// The mean square of a normal's z's after winsorising, by which the spread of z's is judged; 1 leaves it low.
    pub consistency: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            q_hot_spot: 0.10,
            q_single_source: 0.05,
            light: 1.281_551_565_544_6,
            cap: 3.0,
            silent_below: 0.1,
            others: 4,
            doubling: 2.0,
            doublings: 2.0,
            consistency: 0.679,
        }
    }
}

/// Bounds of estimated correlations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Correlation {
    /// Least correlation of the streams.
    pub floor: f64,
    /// The same from 100 cells.
    pub floor_many_cells: f64,
    /// Greatest correlation of the streams.
    pub ceiling: f64,
    /// Taken where it cannot be estimated.
    pub default: f64,
    /// Correlation of an indicator's level with its change; both use the latest 12 months.
    pub level_and_change: f64,
}

impl Default for Correlation {
    fn default() -> Self {
        Self { floor: 0.2, floor_many_cells: 0.1, ceiling: 0.8, default: 0.3, level_and_change: (2.0_f64 / 3.0).sqrt() }
    }
}

/// Small numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DisclosureSettings {
    /// Counts from 1 to this are withheld.
    pub threshold: u32,
}

impl Default for DisclosureSettings {
    fn default() -> Self {
        Self { threshold: 5 }
    }
}

impl Pipeline {
    /// Reads a pipeline file; its paths are taken relative to its folder.
    ///
    /// # Errors
    /// A file that cannot be read or does not parse: with its line, and the nearest known key for an unknown one.
    pub fn read(file: &Path) -> Result<Self, Error> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).map_err(|e| {
            Error::configuration(
                &name,
                format!("the pipeline file could not be read: {e}"),
                "Give the path of a pipeline file such as pipelines/nightly.toml.",
            )
        })?;
        Self::parse(file, &text)
    }

    /// The same of a text that is to stand in the file, or stood there.
    ///
    /// # Errors
    /// As for [`Pipeline::read`].
    pub fn parse(file: &Path, text: &str) -> Result<Self, Error> {
        let name = file.display().to_string();
        let parsed: File = toml::from_str(text).map_err(|e| crate::spec::advice::of_toml(&name, text, &e))?;
        let as_of = match &parsed.as_of {
            None => None,
            Some(day) => Some(day.parse().map_err(|_| {
                Error::configuration(&name, format!("as_of: `{day}` is no date"), "Give a date such as \"2015-01-31\".")
            })?),
        };
        let kebab =
            |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !kebab(&parsed.board) {
            let what = format!("board: `{}` is no id", parsed.board);
            return Err(Error::configuration(&name, what, "Ids are lower-case letters, digits and hyphens."));
        }
        parsed.portal.check(&name)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let resolve = |path: PathBuf| folder.join(path);
        let paths = Paths {
            reference: resolve(parsed.paths.reference),
            returns: parsed.paths.returns.map(resolve),
            inbox: parsed.paths.inbox.map(resolve),
            data: parsed.paths.data.map(resolve),
            reports: parsed.paths.reports.map(resolve),
            evaluation: parsed.paths.evaluation.map(resolve),
        };
        Ok(Self {
            file: file.to_owned(),
            board: parsed.board,
            name: parsed.name,
            as_of,
            synthetic: parsed.synthetic,
            attribution: parsed.attribution,
            quarantine_days: parsed.quarantine_days,
            paths,
            expected: parsed.expected,
            method: Method {
                weights: parsed.weights,
                reliability: parsed.reliability,
                half_life_months: parsed.half_life_months,
                window_months: parsed.window_months,
                thresholds: parsed.thresholds,
                correlation: parsed.correlation,
            },
            disclosure: parsed.disclosure,
            prompts: parsed.prompts,
            portal: parsed.portal,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Pipeline, Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pipeline.toml");
        std::fs::write(&file, text).unwrap();
        Pipeline::read(&file)
    }

    const LEAST: &str = "board = \"county\"\nname = \"County\"\n[paths]\nreference = \"reference\"\n";

    #[test]
    fn the_least_file_has_the_defaults_of_the_design() {
        let pipeline = read(LEAST).unwrap();
        assert_eq!(pipeline.method.half_life_months.of(Stream::Audits), 18.0);
        assert_eq!(pipeline.method.thresholds.q_hot_spot, 0.10);
        assert!(pipeline.paths.inbox.is_none() && !pipeline.synthetic);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_a_suggestion() {
        let error = read(&format!("{LEAST}inbx = \"inbox\"\n")).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(":5") && text.contains("inbx") && text.contains("Did you mean `inbox`?"), "{text}");
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn a_wrong_date_is_refused() {
        let error = read(&format!("as_of = \"31/01/2015\"\n{LEAST}")).unwrap_err();
        assert!(error.to_string().contains("`31/01/2015` is no date"), "{error}");
    }
}
