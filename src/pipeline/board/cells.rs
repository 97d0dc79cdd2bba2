//! A cell taken apart for a board reader: its card, and behind each kind of evidence what it says and the figures that may be
//! shown of it.

use super::OpenBoard;
use super::figures::{self, SeriesRow};
use crate::disclose::ShownSignal;
use crate::model::cell::Light;
use crate::model::{CellId, Error, Grain, Stream};
use crate::report::chart;
use crate::report::view::{Card, ChartView};
use crate::report::words;

/// Everything of one cell.
#[derive(Debug, Clone)]
pub struct CellPage {
    /// Its card.
    pub card: Card,
    /// Which cell.
    pub id: CellId,
    /// Charts of its card, drawn.
    pub charts: Vec<Drawn>,
    /// Its six kinds of evidence.
    pub drills: Vec<Drill>,
    /// Neighbours: the same theme on the other grains, as id, title, and how it stands.
    pub beside: Vec<CellLink>,
}

/// A chart with its picture.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Figures and words.
    pub chart: ChartView,
    /// The picture for a page.
    pub svg: String,
    /// Path of the series below the indicators' pages: `<indicator>/<agency>/<place>`.
    pub series: String,
    /// Whether its figures have denominators at all.
    pub has_denominator: bool,
}

impl Drawn {
    /// Draws a chart of the series of a path.
    ///
    /// # Errors
    /// A drawing that fails.
    pub(super) fn of(chart: ChartView, series: String) -> Result<Self, Error> {
        let svg = chart::svg_inline(&chart)?;
        let has_denominator =
            chart.points.iter().any(|p| p.denominator_text != "missing" && p.denominator_text != "[c]");
        Ok(Self { chart, svg, series, has_denominator })
    }
}

/// A link to a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellLink {
    /// Id of the cell.
    pub cell: String,
    /// What it is called.
    pub title: String,
    /// How it stands.
    pub tier: words::TierWords,
}

/// One kind of evidence.
#[derive(Debug, Clone)]
pub struct Drill {
    /// Its id.
    pub stream: Stream,
    /// Its name.
    pub name: &'static str,
    /// Its light.
    pub light: Light,
    /// Mark of the light.
    pub symbol: &'static str,
    /// The light in words.
    pub words: &'static str,
    /// What it says.
    pub says: String,
    /// Whether its numbers are withheld.
    pub withheld: bool,
    /// How old it is, in words; empty where it is silent.
    pub age: String,
    /// Figures behind it, the loudest first.
    pub figures: Vec<SeriesRow>,
    /// Standards behind it.
    pub standards: Vec<StandardRow>,
    /// Why there is no more to see.
    pub note: &'static str,
}

/// A standard of Section 11.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardRow {
    /// The agency's name.
    pub agency: String,
    /// The standard's name.
    pub standard: String,
    /// Of which period.
    pub period: String,
    /// Whether it fell short.
    pub short: bool,
}

impl OpenBoard {
    /// The page of a cell; none where the run has no such cell.
    ///
    /// # Errors
    /// A chart that cannot be drawn.
    pub fn cell(&self, id: &CellId) -> Result<Option<CellPage>, Error> {
        let parts = self.parts();
        let (Some(shown), Some((card, charts))) = (parts.cell(id), parts.card(id)) else { return Ok(None) };
        let mut drawn = Vec::new();
        for chart in charts {
            let series = self.shown.series().iter().find(|s| figures::slug(s) == chart.slug);
            let series = series.map(figures::path).unwrap_or_default();
            drawn.push(Drawn::of(chart, series)?);
        }
        let drills = shown.signals.iter().map(|s| self.drill(id, s)).collect();
        Ok(Some(CellPage { card, id: id.clone(), charts: drawn, drills, beside: self.beside(id) }))
    }

    fn drill(&self, id: &CellId, signal: &ShownSignal) -> Drill {
        let (symbol, light) = words::light(signal.light);
        let asked = signal.light != Light::Silent || signal.expected;
        let says = match (signal.light, asked, signal.sentence.is_empty()) {
            (Light::Silent, true, _) => {
                String::from("It was asked, and has nothing to say here. Silence is not reassurance.")
            }
            (Light::Silent, false, _) => String::from("It is not asked here."),
            (_, _, true) => format!("{} {light}.", signal.stream.name()),
            (_, _, false) => signal.sentence.clone(),
        };
        let figures = self.figures_behind(id, signal);
        let standards: Vec<StandardRow> = self.standards(signal);
        let note = note(signal, &figures);
        Drill {
            stream: signal.stream,
            name: signal.stream.name(),
            light: signal.light,
            symbol,
            words: if asked { light } else { "is not asked here" },
            says,
            withheld: signal.withheld,
            age: signal.age_months.map(age).unwrap_or_default(),
            figures,
            standards,
            note,
        }
    }

    /// The series behind the performance of a cell, each as its own page has it: an agency's total over all places where it
    /// gives one, else its places.
    fn figures_behind(&self, id: &CellId, signal: &ShownSignal) -> Vec<SeriesRow> {
        let whole = self.parts().whole_board().unwrap_or("").to_owned();
        let mut rows = Vec::new();
        for behind in &signal.indicators {
            let of_it = self.shown.series().iter().filter(|s| {
                s.indicator == behind.indicator
                    && match id.grain {
                        Grain::Locality => s.locality == id.place && s.agency == behind.agency,
                        Grain::Agency => s.agency == id.place,
                        Grain::Board => s.locality == whole,
                    }
            });
            let of_it: Vec<_> = of_it.collect();
            let has_total = of_it.iter().any(|s| s.locality == whole);
            let told = of_it.into_iter().filter(|s| !has_total || s.locality == whole);
            rows.extend(told.filter_map(|s| self.series_row(s)));
        }
        rows
    }

    fn standards(&self, signal: &ShownSignal) -> Vec<StandardRow> {
        let parts = self.parts();
        let name = |id: &str| {
            let known = self.reference.standards.iter().find(|s| s.id == id);
            known.map_or_else(|| id.to_owned(), |s| s.name.clone())
        };
        let row = |s: &crate::disclose::ShownStandard| StandardRow {
            agency: parts.names().agency(&s.agency),
            standard: name(&s.standard),
            period: s.period.clone(),
            short: s.short,
        };
        let mut rows: Vec<StandardRow> = signal.standards.iter().map(row).collect();
        // What fell short is what a reader asks about.
        rows.sort_by(|a, b| {
            (!a.short, &a.agency, &a.standard, &b.period).cmp(&(!b.short, &b.agency, &b.standard, &a.period))
        });
        rows
    }

    /// The theme elsewhere: on the whole board, and wherever it is listed.
    fn beside(&self, id: &CellId) -> Vec<CellLink> {
        let same = self.shown.cells().iter().filter(|c| c.id.theme == id.theme && c.id != *id);
        let wanted = same.filter(|c| {
            use crate::model::Tier::{Conflicting, HotSpot, SingleSource, Watch};
            c.id.grain == Grain::Board || matches!(c.tier, HotSpot | SingleSource | Conflicting | Watch)
        });
        wanted.map(|c| self.link(&c.id)).collect()
    }

    /// A link to a cell, with how it stands.
    pub(super) fn link(&self, id: &CellId) -> CellLink {
        let shown = self.shown.cells().iter().find(|c| c.id == *id);
        let title = shown.map_or_else(|| self.parts().names().title(id), |c| c.title.clone());
        CellLink { cell: id.to_string(), title, tier: words::tier(shown.map(|c| c.tier).unwrap_or_default()) }
    }
}

/// Months as people say them.
fn age(months: f64) -> String {
    match months.round() as i64 {
        n if n <= 0 => String::from("of this month"),
        1 => String::from("on average about a month old"),
        n => format!("on average about {n} months old"),
    }
}

fn note(signal: &ShownSignal, figures: &[SeriesRow]) -> &'static str {
    if signal.light == Light::Silent {
        return "";
    }
    match signal.stream {
        Stream::Performance if figures.is_empty() => {
            "Its figures are totals of several returns, so that no single one stands behind it."
        }
        Stream::Performance | Stream::Section11 => "",
        Stream::Audits => "Single audited cases are never listed here.",
        Stream::ChildDeaths => "Single deaths are never listed here.",
        Stream::CaseReviews => "Single reviews are never listed here, but for those that are listed by rule.",
        Stream::Intelligence => "Single complaints, incidents and reports are never listed here.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_as_people_say_them() {
        assert_eq!(age(0.2), "of this month");
        assert_eq!(age(1.4), "on average about a month old");
        assert_eq!(age(7.5), "on average about 8 months old");
    }
}
