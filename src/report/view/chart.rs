//! A chart as figures and words: everything that a drawing, its sentence and its table need, already worked out.

use std::collections::BTreeMap;

use crate::disclose::{Shown, ShownCell, ShownPoint, ShownSeries};
use crate::model::prompt::PromptFigure;
use crate::model::series::{Assurance, Figure, Variation};
use crate::model::{Grain, Period, Point, Series, Status, Stream};
use crate::report::names::{Names, whole_board};
use crate::report::view::Source;
use crate::report::view::card::ChartRef;
use crate::report::words;
use crate::spec::reference::{Indicator, Unit};

/// At most so many charts a card.
const CHARTS_MAX: usize = 4;
/// At most so many charts on the page: more would not open at once.
const PAGE_MAX: usize = 100;
/// So many more for the figures to ask about.
const PROMPTS_MAX: usize = 48;
/// Fewer points than this have no limits.
const LIMITS_POINTS_MIN: usize = 8;

/// An XmR chart of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartView {
    /// Name of its files and id on the page.
    pub slug: String,
    /// Indicator, agency, place.
    pub title: String,
    /// What is drawn, for those who cannot see it.
    pub description: String,
    /// What it says, in a sentence or two.
    pub sentence: String,
    /// Label of the vertical axis.
    pub axis: String,
    /// Whether values are percentages.
    pub percent: bool,
    /// Points in order, missing periods among them.
    pub points: Vec<ChartPoint>,
    /// Target, in the unit drawn.
    pub target: Option<f64>,
    /// Comparator's name and value, in the unit drawn.
    pub comparator: Option<(String, f64)>,
    /// What the numerator counts.
    pub numerator_label: String,
    /// What the denominator counts.
    pub denominator_label: String,
    /// Mean and limits in words; empty where there are none.
    pub limits: String,
    /// Notes for the reader.
    pub notes: Vec<String>,
}

/// A point of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartPoint {
    /// The period in words.
    pub period: String,
    /// The period on the axis.
    pub label: String,
    /// The value in the unit drawn.
    pub value: Option<f64>,
    /// Whether the value is withheld.
    pub withheld: bool,
    /// Centre line.
    pub mean: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
    /// Special cause.
    pub variation: Option<Variation>,
    /// Numerator as text.
    pub numerator_text: String,
    /// Denominator as text.
    pub denominator_text: String,
    /// Value as text.
    pub value_text: String,
    /// The reading as text.
    pub reading: &'static str,
}

/// Charts of a report, each drawn once.
#[derive(Debug, Default)]
pub(super) struct Gallery {
    known: BTreeMap<String, usize>,
    charts: Vec<ChartView>,
}

impl Gallery {
    /// The charts behind the performance signal of a cell: its loudest indicators.
    /// Those of which every figure is withheld are named instead.
    pub fn of_cell(&mut self, cell: &ShownCell, source: &Source<'_>) -> (Vec<ChartRef>, Vec<String>) {
        let board = whole_board(source.reference).unwrap_or("");
        let (mut refs, mut undrawn) = (Vec::new(), Vec::new());
        for behind in &cell.signal(Stream::Performance).indicators {
            let series = source.shown.series().iter().filter(|s| s.indicator == behind.indicator);
            let candidates = series.filter(|s| match cell.id.grain {
                Grain::Locality => s.locality == cell.id.place && s.agency == behind.agency,
                Grain::Agency => s.agency == cell.id.place,
                Grain::Board => s.locality == board,
            });
            // An agency's own total where it gives one, else the place that comes first.
            let Some(series) = candidates.min_by_key(|s| (s.locality != board, &s.locality, &s.agency)) else {
                continue;
            };
            let Some(indicator) = source.reference.indicator(&series.indicator) else { continue };
            let slug = slug(series);
            if self.is_full() && !self.known.contains_key(&slug) {
                continue;
            }
            if series.points.iter().all(|p| p.value.number().is_none()) {
                undrawn.push(indicator.name.clone());
            } else {
                refs.push(self.add(slug, series, indicator, source));
            }
            if refs.len() == CHARTS_MAX {
                break;
            }
        }
        (refs, undrawn)
    }

    /// The chart of a figure to ask about; none where it has fewer points than `least`, or the page is full.
    pub fn of_figure(
        &mut self,
        figure: &PromptFigure,
        locality: &str,
        least: usize,
        source: &Source<'_>,
    ) -> Option<ChartRef> {
        let is_it =
            |s: &&ShownSeries| s.agency == figure.agency && s.indicator == figure.indicator && s.locality == locality;
        let series = source.shown.series().iter().find(is_it)?;
        let indicator = source.reference.indicator(&series.indicator)?;
        let slug = slug(series);
        let given = series.points.iter().filter(|p| p.value.number().is_some()).count();
        let room = self.charts.len() < PAGE_MAX + PROMPTS_MAX || self.known.contains_key(&slug);
        (given >= least && room).then(|| self.add(slug, series, indicator, source))
    }

    /// Whether the page has all the charts it may have.
    pub fn is_full(&self) -> bool {
        self.charts.len() >= PAGE_MAX
    }

    /// The charts in the order in which they were first needed.
    pub fn into_charts(self) -> Vec<ChartView> {
        self.charts
    }

    fn add(&mut self, slug: String, series: &ShownSeries, indicator: &Indicator, source: &Source<'_>) -> ChartRef {
        let drawn_here = !self.known.contains_key(&slug);
        if drawn_here {
            self.known.insert(slug.clone(), self.charts.len());
            self.charts.push(chart(slug.clone(), series, indicator, &source.names));
        }
        ChartRef { title: self.charts[self.known[&slug]].title.clone(), slug, drawn_here }
    }
}

/// The chart of one series by itself.
pub(super) fn of_series(series: &ShownSeries, indicator: &Indicator, source: &Source<'_>) -> ChartView {
    chart(slug(series), series, indicator, &source.names)
}

fn slug(series: &ShownSeries) -> String {
    format!("{}-{}-{}", series.indicator, series.agency, series.locality)
}

/// The chart of a series as it is, for whoever sent its figures: nothing is withheld.
pub fn of_own(series: &Series, indicator: &Indicator, names: &Names<'_>) -> ChartView {
    let shown = |figure: Figure| figure.value.map_or(Shown::Nothing(figure.status), Shown::Number);
    let line = |value: Option<f64>| value.map_or(Shown::Nothing(Status::NotApplicable), Shown::Number);
    let point = |p: &Point| ShownPoint {
        period: p.period,
        numerator: shown(p.numerator),
        denominator: shown(p.denominator),
        value: shown(p.value),
        lower: line(p.lower),
        upper: line(p.upper),
        interval_method: p.interval_method,
        mean: line(p.mean),
        lower_limit: line(p.lower_limit),
        upper_limit: line(p.upper_limit),
        variation: Some(p.variation),
    };
    let series = ShownSeries {
        agency: series.agency.clone(),
        indicator: series.indicator.clone(),
        locality: series.locality.clone(),
        points: series.points.iter().map(point).collect(),
        target: series.target,
        target_status: series.target_status,
        comparator: series.comparator.clone(),
        variation: series.variation,
        assurance: series.assurance,
        notes: series.notes.clone(),
        withheld: 0,
    };
    chart(slug(&series), &series, indicator, names)
}

fn chart(slug: String, series: &ShownSeries, indicator: &Indicator, names: &Names<'_>) -> ChartView {
    let scale = if indicator.unit == Unit::Proportion { 100.0 } else { 1.0 };
    let points = points(series, indicator, scale);
    let title = format!("{}: {}, {}", indicator.name, names.agency(&series.agency), names.locality(&series.locality));
    let limits = limits(series, indicator);
    ChartView {
        slug,
        description: description(&title, &points, series, indicator, &limits),
        sentence: sentence(series, indicator),
        axis: axis(indicator),
        percent: indicator.unit == Unit::Proportion,
        points,
        target: series.target.map(|t| t * scale),
        comparator: series.comparator.as_ref().map(|(name, value)| (comparator_name(name), value * scale)),
        numerator_label: label(&indicator.numerator_label, "Numerator"),
        denominator_label: label(&indicator.denominator_label, "Denominator"),
        limits,
        notes: series.notes.clone(),
        title,
    }
}

fn label(given: &str, otherwise: &str) -> String {
    if given.is_empty() { otherwise.to_owned() } else { words::capital(given) }
}

fn comparator_name(id: &str) -> String {
    words::capital(&id.replace('-', " "))
}

fn axis(indicator: &Indicator) -> String {
    match indicator.unit {
        Unit::Proportion => String::from("Per cent"),
        Unit::Rate => format!("Per {}", words::decimal(indicator.multiplier, 0)),
        Unit::Count => label(&indicator.numerator_label, "Count"),
        Unit::Mean => String::from("Mean"),
        Unit::Value => String::from("Value"),
    }
}

/// The points with a missing one for each period that was left out between two that are there.
fn points(series: &ShownSeries, indicator: &Indicator, scale: f64) -> Vec<ChartPoint> {
    const GAP_MAX: usize = 120;
    let mut points = Vec::new();
    let mut next: Option<Period> = None;
    for point in &series.points {
        let mut gap = 0;
        while let Some(expected) =
            next.filter(|p| p.months() == point.period.months() && *p < point.period && gap < GAP_MAX)
        {
            points.push(missing(expected));
            next = Some(expected.next());
            gap += 1;
        }
        points.push(shown(point, indicator, scale));
        next = Some(point.period.next());
    }
    points
}

fn missing(period: Period) -> ChartPoint {
    ChartPoint {
        period: period.words(),
        label: words::period_short(period),
        value: None,
        withheld: false,
        mean: None,
        lower: None,
        upper: None,
        variation: None,
        numerator_text: String::from("missing"),
        denominator_text: String::from("missing"),
        value_text: String::from("missing"),
        reading: "",
    }
}

fn shown(point: &ShownPoint, indicator: &Indicator, scale: f64) -> ChartPoint {
    let scaled = |n: Shown| n.number().map(|v| v * scale);
    ChartPoint {
        period: point.period.words(),
        label: words::period_short(point.period),
        value: scaled(point.value),
        withheld: point.value.is_withheld(),
        mean: scaled(point.mean),
        lower: scaled(point.lower_limit),
        upper: scaled(point.upper_limit),
        variation: point.variation.filter(|_| point.mean.number().is_some()),
        numerator_text: words::shown_count(point.numerator),
        denominator_text: words::shown_count(point.denominator),
        value_text: words::shown_value(indicator, point.value),
        reading: if point.mean.number().is_some() { words::variation(point.variation) } else { "" },
    }
}

/// The lines that hold now, in words; empty where there are none, or only those of before a recorded break.
fn limits(series: &ShownSeries, indicator: &Indicator) -> String {
    let lines = |p: &ShownPoint| Some((p.mean.number()?, p.lower_limit.number()?, p.upper_limit.number()?));
    let last = series.points.iter().enumerate().rev().find_map(|(i, p)| Some((i, lines(p)?)));
    let Some((last, (mean, lower, upper))) = last else { return String::new() };
    let months = series.points[last].period.months();
    let charted = |p: &ShownPoint| p.period.months() == months && p.value.number().is_some();
    if series.points[last + 1..].iter().any(charted) {
        return String::new();
    }
    let value = |v| words::value(indicator, v);
    format!("mean {}, limits {} and {}", value(mean), value(lower), value(upper))
}

fn description(
    title: &str,
    points: &[ChartPoint],
    series: &ShownSeries,
    indicator: &Indicator,
    limits: &str,
) -> String {
    let mut text = format!("Line chart of {title}. {} points", words::capital(&words::number_word(points.len())));
    if let [first, .., last] = points {
        text.push_str(&format!(", from {} to {}", first.period, last.period));
    }
    let values: Vec<f64> = series.points.iter().filter_map(|p| p.value.number()).collect();
    let lowest = values.iter().copied().reduce(f64::min);
    let highest = values.iter().copied().reduce(f64::max);
    if let (Some(low), Some(high)) = (lowest, highest) {
        text.push_str(&format!(", between {} and {}", words::value(indicator, low), words::value(indicator, high)));
    }
    text.push('.');
    if !limits.is_empty() {
        text.push_str(&format!(" {}.", words::capital(limits)));
    }
    let missing = points.iter().filter(|p| p.value.is_none() && !p.withheld).count();
    if missing > 0 {
        text.push_str(&format!(" Gaps: {missing} without a figure."));
    }
    if series.withheld > 0 {
        text.push_str(&format!(" Withheld because small: {}.", series.withheld));
    }
    text
}

fn sentence(series: &ShownSeries, indicator: &Indicator) -> String {
    let Some(latest) = series.latest() else { return String::from("No figures.") };
    let value = |v| words::value(indicator, v);
    let period = latest.period.words();
    let given = series.points.iter().filter(|p| p.value.number().is_some()).count();
    let mut text = match latest.value.number() {
        Some(v) => format!("{} in {period}", value(v)),
        None if latest.value.is_withheld() => format!("The figure for {period} is small and not shown"),
        None => format!("No figure for {period}"),
    };
    match series.variation {
        Some(Variation::ConcernHigh | Variation::ConcernLow) => {
            text.push_str(": for the worse, and more than chance explains.");
        }
        Some(Variation::ImprovementHigh | Variation::ImprovementLow) => {
            text.push_str(": for the better, and more than chance explains.");
        }
        Some(Variation::NeutralHigh) => text.push_str(": high, and more than chance explains."),
        Some(Variation::NeutralLow) => text.push_str(": low, and more than chance explains."),
        Some(Variation::CommonCause) => text.push_str(": within what chance explains."),
        None => text.push('.'),
    }
    if given > 0 && given < LIMITS_POINTS_MIN && series.withheld == 0 {
        let points = if given == 1 { "point" } else { "points" };
        text.push_str(&format!(" {} {points}: too short for limits.", words::capital(&words::number_word(given))));
        text.push_str(&since_before(series, indicator));
    }
    if let Some(target) = series.target {
        let status = match series.target_status {
            "met" => ": met",
            "near" => ": nearly met",
            "missed" => ": not met",
            _ => "",
        };
        text.push_str(&format!(" The target is {}{status}", value(target).replace(".0%", "%")));
        text.push_str(match series.assurance {
            Assurance::Pass => "; as things run, it will keep being met.",
            Assurance::Fail => "; as things run, it will not be met.",
            Assurance::HitAndMiss => "; as things run, it will be met and missed by chance.",
            Assurance::None => ".",
        });
    }
    if let Some((name, figure)) = &series.comparator {
        text.push_str(&format!(" {}: {}.", comparator_name(name), value(*figure)));
    }
    text
}

/// How the latest figure of a short series differs from the one before it, which is all that can be said of it.
fn since_before(series: &ShownSeries, indicator: &Indicator) -> String {
    let [.., before, latest] = &series.points[..] else { return String::new() };
    let (Some(was), Some(is)) = (before.value.number(), latest.value.number()) else { return String::new() };
    let by = match indicator.unit {
        Unit::Proportion => format!("{} points", words::decimal((is - was).abs() * 100.0, 1)),
        _ => words::value(indicator, (is - was).abs()),
    };
    let than = before.period.words();
    match is.total_cmp(&was) {
        std::cmp::Ordering::Greater => format!(" That is {by} higher than in {than}."),
        std::cmp::Ordering::Less => format!(" That is {by} lower than in {than}."),
        std::cmp::Ordering::Equal => format!(" That is the same as in {than}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::Fixture;

    #[test]
    fn a_short_series_says_so_and_how_it_moved() {
        // First conferences within 15 days in West Northamptonshire fell by 36.0 points from 2023 to 2024.
        let fixture = Fixture::new();
        let indicator = &fixture.reference.indicators[0];
        let mut series = fixture.publishable().series()[0].clone();
        series.points.truncate(4);
        for (point, value) in series.points.iter_mut().zip([0.8, 0.82, 0.881, 0.521]) {
            point.value = Shown::Number(value);
        }
        (series.withheld, series.variation, series.target) = (0, None, None);
        let text = sentence(&series, indicator);
        assert!(
            text.contains("Four points: too short for limits. That is 36.0 points lower than in April 2012."),
            "{text}"
        );
    }
}
