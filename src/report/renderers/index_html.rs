//! `index.html`: the report as one page that needs no network and no script, prints, and reads aloud.

use std::path::{Path, PathBuf};

use askama::Template;

use crate::model::Error;
use crate::report::view::card::ChartRef;
use crate::report::view::methods::{CHART_RULES, GRAIN_HEADINGS, STREAM_HEADINGS};
use crate::report::view::referee::{EMPTY_HEADINGS, WAY_HEADINGS};
use crate::report::view::{BoardView, Card, ChartView};
use crate::report::{Renderer, chart, referee_chart, write};

/// `index.html`.
pub struct IndexHtml;

impl Renderer for IndexHtml {
    fn name(&self) -> &'static str {
        "index_html"
    }

    fn render(&self, view: &BoardView, out: &Path) -> Result<Vec<PathBuf>, Error> {
        Ok(vec![write(out.join("index.html"), page(view)?)?])
    }
}

#[derive(Template)]
#[template(path = "index.html", config = "src/report/templates/askama.toml")]
struct Page<'a> {
    v: &'a BoardView,
    first: Vec<PageCard<'a>>,
    more: Vec<PageCard<'a>>,
    watch: Vec<PageCard<'a>>,
    prompts: Vec<PageChart<'a>>,
    stream_headings: [&'static str; 5],
    grain_headings: [&'static str; 6],
    chart_rules: [&'static str; 5],
    empty_headings: [&'static str; 4],
    way_headings: [&'static str; 7],
    referee_svg: String,
}

/// One card by itself, as it stands on the page.
#[derive(Template)]
#[template(path = "card.html", config = "src/report/templates/askama.toml")]
struct CardAlone<'a> {
    c: PageCard<'a>,
}

/// A card with its charts.
struct PageCard<'a> {
    card: &'a Card,
    charts: Vec<PageChart<'a>>,
}

struct PageChart<'a> {
    chart: &'a ChartView,
    drawn_here: bool,
    svg: String,
}

/// The page as text.
///
/// # Errors
/// A chart that cannot be drawn.
pub fn page(view: &BoardView) -> Result<String, Error> {
    let page = Page {
        v: view,
        first: cards(view, &view.first)?,
        more: cards(view, &view.more)?,
        watch: cards(view, &view.watch)?,
        prompts: charts(view, &view.prompts.charts)?,
        stream_headings: STREAM_HEADINGS,
        grain_headings: GRAIN_HEADINGS,
        chart_rules: CHART_RULES,
        empty_headings: EMPTY_HEADINGS,
        way_headings: WAY_HEADINGS,
        referee_svg: view.referee.as_ref().map(|r| referee_chart::svg(&r.chart)).transpose()?.unwrap_or_default(),
    };
    page.render().map_err(unfilled)
}

/// One card as text, for those who show it elsewhere.
///
/// # Errors
/// A chart that cannot be drawn.
pub fn card(view: &BoardView, card: &Card) -> Result<String, Error> {
    CardAlone { c: page_card(view, card)? }.render().map_err(unfilled)
}

fn unfilled(error: askama::Error) -> Error {
    Error::state("index.html", format!("the page could not be filled: {error}"), "This is a fault of ours.")
}

fn cards<'a>(view: &'a BoardView, cards: &'a [Card]) -> Result<Vec<PageCard<'a>>, Error> {
    cards.iter().map(|card| page_card(view, card)).collect()
}

fn page_card<'a>(view: &'a BoardView, card: &'a Card) -> Result<PageCard<'a>, Error> {
    Ok(PageCard { card, charts: charts(view, &card.charts)? })
}

fn charts<'a>(view: &'a BoardView, references: &[ChartRef]) -> Result<Vec<PageChart<'a>>, Error> {
    let mut charts = Vec::new();
    for reference in references {
        let Some(chart) = view.chart(&reference.slug) else { continue };
        let svg = if reference.drawn_here { chart::svg_inline(chart)? } else { String::new() };
        charts.push(PageChart { chart, drawn_here: reference.drawn_here, svg });
    }
    Ok(charts)
}
