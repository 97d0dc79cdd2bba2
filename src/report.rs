//! The board report: one view model ([`BoardView`]), then one renderer a format. Drawing never calculates.
//!
//! A renderer is a file under `report/renderers/`, registered once in [`RENDERERS`].

pub mod annotate;
pub mod chart;
pub mod names;
pub mod referee_chart;
pub mod renderers;
pub mod rules;
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

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::report::fixture::{Fixture, SECRET, SECRET_FIGURES};

    /// Every rendered file as text: a workbook part by part, an image not at all.
    fn texts(files: &[PathBuf]) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let bytes = std::fs::read(file).unwrap();
            if name.ends_with(".xlsx") {
                let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
                for i in 0..zip.len() {
                    let mut part = zip.by_index(i).unwrap();
                    let name_of_part = part.name().unwrap().into_owned();
                    let mut text = String::new();
                    part.read_to_string(&mut text).unwrap();
                    texts.push((format!("{name}: {}", name_of_part), text));
                }
            } else if !name.ends_with(".png") {
                texts.push((name, String::from_utf8(bytes).unwrap()));
            }
        }
        texts
    }

    /// The page must also be well-formed as XML, which is more than HTML asks and is easy to check.
    fn tags(page: &str) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(page);
        reader.config_mut().check_end_names = true;
        let (mut tags, mut open) = (Vec::new(), 0_i32);
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::Start(tag) => {
                    open += 1;
                    tags.push(tag.name().as_ref().to_owned());
                }
                quick_xml::events::Event::Empty(tag) => tags.push(tag.name().as_ref().to_owned()),
                quick_xml::events::Event::End(_) => open -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(open, 0, "every element is closed");
        tags
    }

    #[test]
    fn a_report_is_whole_and_tells_no_small_count() {
        let view = Fixture::new().view();
        // A reviewer may keep the rendered report to look at.
        let kept = std::env::var_os("LSCB_KEEP_REPORT").map(PathBuf::from);
        let folder = tempfile::tempdir().unwrap();
        let out = kept.unwrap_or_else(|| folder.path().to_owned());
        std::fs::create_dir_all(&out).unwrap();
        let files = render(&view, &out).unwrap();
        let again = tempfile::tempdir().unwrap();
        for (one, two) in files.iter().zip(render(&Fixture::new().view(), again.path()).unwrap()) {
            assert_eq!(std::fs::read(one).unwrap(), std::fs::read(&two).unwrap(), "{} differs", two.display());
        }
        for name in ["index.html", "board-pack.xlsx", "hotspots.csv", "hotspots.json", "series.csv", "submissions.csv"]
        {
            assert!(files.contains(&out.join(name)), "{name}");
        }
        assert!(std::fs::metadata(out.join("index.html")).unwrap().len() < 3_000_000, "a page that opens at once");
        let texts = texts(&files);
        assert!(texts.iter().any(|(name, _)| name.ends_with("sharedStrings.xml")), "the workbook is read");
        for (name, text) in &texts {
            assert!(!text.contains(SECRET), "{name} repeats a withheld sentence");
            for figure in SECRET_FIGURES {
                assert!(!text.contains(figure), "{name} holds {figure}");
            }
        }
        let hot = view.hotspots.rows.iter().find(|r| r[1].text() == "locality/neglect/corby").unwrap();
        assert!(hot.iter().any(|e| e.text() == "[c]"), "the stream with a small count says so");
    }

    #[test]
    fn every_chart_has_title_description_and_table() {
        let view = Fixture::new().view();
        let page = renderers::index_html::page(&view).unwrap();
        let tags = tags(&page);
        let count = |name: &str| tags.iter().filter(|t| t.as_str() == name).count();
        assert!(view.charts.len() > 10);
        assert_eq!(count("svg"), view.charts.len(), "each chart is drawn once");
        assert_eq!((count("desc"), count("figure")), (view.charts.len(), view.charts.len()));
        assert_eq!(count("table"), count("caption"), "every table has a caption");
        for chart in &view.charts {
            assert!(page.contains(&format!("<title id=\"{}-title\">", chart.slug)), "{}", chart.slug);
            assert!(!chart.sentence.is_empty() && !chart.description.is_empty());
        }
        let addresses = page.matches("http://").count() + page.matches("https://").count();
        assert_eq!(
            addresses,
            page.matches("xmlns=\"http://www.w3.org/2000/svg\"").count(),
            "the page asks for nothing"
        );
        assert!(!page.contains("<script"), "the page runs nothing");
    }

    #[test]
    fn links_of_the_page_lead_somewhere_and_ids_are_unique() {
        let page = renderers::index_html::page(&Fixture::new().view()).unwrap();
        let values = |attribute: &str| -> Vec<&str> {
            page.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap_or("")).collect()
        };
        let mut ids = values(" id=\"");
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id stands once");
        for target in values("href=\"#") {
            assert!(ids.binary_search(&target).is_ok(), "#{target} leads nowhere");
        }
    }

    #[test]
    fn a_card_reads_as_reviewed() {
        let view = Fixture::new().view();
        // Without its charts, whose drawing is not what a reviewer reads here.
        let card = view::Card { charts: Vec::new(), ..view.first[0].clone() };
        insta::with_settings!({ snapshot_path => "report/snapshots" }, {
            insta::assert_snapshot!(renderers::index_html::card(&view, &card).unwrap());
        });
    }

    #[test]
    fn the_first_page_names_ten_places_and_reviews_apart() {
        let view = Fixture::new().view();
        assert_eq!(view.first.len(), view::FIRST_PAGE);
        assert_eq!(view.first[0].cell, "locality/neglect/corby");
        assert_eq!(view.reviews.len(), 1, "a review that touches three cells is told once");
        assert_eq!(view.reviews[0].what, "A serious case review initiated on 3 November 2014");
        assert!(view.silences.iter().any(|s| s.place == "Fire and rescue" && s.all));
        let moved = view.moved.as_ref().unwrap();
        assert!(moved.gone.iter().any(|c| c.title.starts_with("Neglect, oldtown") && !c.because.is_empty()));
        assert_eq!(view.optimists[0].agency, "Child and adolescent mental health");
        let tiers: std::collections::BTreeSet<_> = view.tiers.iter().filter(|t| t.count > 0).map(|t| t.tier).collect();
        assert_eq!(tiers.len(), 7, "the fixture has every tier");
    }
}
