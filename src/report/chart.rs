//! Draws an XmR chart with plotters, once, for SVG and PNG. Nothing is calculated here but places on paper.
//!
//! Special causes differ by shape as well as colour: a triangle for the worse, a square for the better, a diamond for
//! neither. A withheld point is an open ring on the axis; a missing one is a gap in the line.

use std::path::Path;
use std::sync::Once;

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle, register_font};

use crate::model::Error;
use crate::model::series::Variation;
use crate::report::view::ChartView;

pub(super) const INK: RGBColor = RGBColor(11, 12, 12);
pub(super) const GREY: RGBColor = RGBColor(80, 90, 95);
pub(super) const FAINT: RGBColor = RGBColor(222, 224, 226);
pub(super) const LINE: RGBColor = RGBColor(93, 103, 110);
const LIMIT: RGBColor = RGBColor(110, 84, 148);
const TARGET: RGBColor = RGBColor(0, 94, 60);
const WORSE: RGBColor = RGBColor(168, 69, 0);
const BETTER: RGBColor = RGBColor(29, 112, 184);
const NEITHER: RGBColor = RGBColor(76, 44, 146);

/// Family name under which the bundled fonts are registered; browsers read it as their own sans-serif.
pub(super) const FAMILY: &str = "sans-serif";

/// Width and height of a chart in CSS pixels.
const SIZE: (u32, u32) = (584, 270);
/// Height of the head with the title, where a chart stands alone.
const HEAD: u32 = 34;

/// How a chart is drawn: how large, and whether it bears its own title.
#[derive(Clone, Copy)]
struct Sheet {
    scale: i32,
    head: i32,
}

impl Sheet {
    fn size(self) -> (u32, u32) {
        (SIZE.0 * self.scale as u32, (SIZE.1 + self.head as u32) * self.scale as u32)
    }
}

pub(super) fn fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let regular = include_bytes!("../../assets/fonts/LiberationSans-Regular.ttf");
        let bold = include_bytes!("../../assets/fonts/LiberationSans-Bold.ttf");
        // Both are known to be fonts; were they not, the drawing below would say so.
        let _ = register_font(FAMILY, FontStyle::Normal, regular);
        let _ = register_font(FAMILY, FontStyle::Bold, bold);
    });
}

/// The chart as SVG for the page: with `role`, title and description, without a head of its own.
///
/// # Errors
/// A drawing that fails.
pub fn svg_inline(chart: &ChartView) -> Result<String, Error> {
    svg(chart, Sheet { scale: 1, head: 0 })
}

/// The chart as an SVG file.
///
/// # Errors
/// A drawing that fails.
pub fn svg_file(chart: &ChartView) -> Result<String, Error> {
    svg(chart, Sheet { scale: 1, head: HEAD as i32 })
}

/// Writes the chart as a PNG file of twice the size.
///
/// # Errors
/// A drawing that fails, or a file that cannot be written.
pub fn png(chart: &ChartView, path: &Path) -> Result<(), Error> {
    fonts();
    let sheet = Sheet { scale: 2, head: HEAD as i32 };
    let area = BitMapBackend::new(path, sheet.size()).into_drawing_area();
    draw(&area, chart, sheet).map_err(|e| failed(&chart.slug, e))
}

fn svg(chart: &ChartView, sheet: Sheet) -> Result<String, Error> {
    fonts();
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, sheet.size()).into_drawing_area();
        draw(&area, chart, sheet).map_err(|e| failed(&chart.slug, e))?;
    }
    Ok(accessible(&text, &chart.slug, &chart.title, &chart.description))
}

pub(super) fn failed(slug: &str, error: impl std::fmt::Display) -> Error {
    Error::state(
        format!("chart {slug}"),
        format!("it could not be drawn: {error}"),
        "Check that the report folder can be written.",
    )
}

/// plotters names no role, title or description; without them a drawing says nothing to those who cannot see it.
pub(super) fn accessible(svg: &str, slug: &str, title: &str, description: &str) -> String {
    let Some((open, rest)) = svg.split_once('>') else { return svg.to_owned() };
    let (title, description) = (escape(title), escape(description));
    let body: String = rest.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    format!(
        "{open} role=\"img\" aria-labelledby=\"{slug}-title {slug}-desc\">\
         <title id=\"{slug}-title\">{title}</title><desc id=\"{slug}-desc\">{description}</desc>\n{body}\n"
    )
    .replace("font-family=\"sans-serif\"", "font-family=\"Arial, Helvetica, sans-serif\"")
    .replace(" opacity=\"1\"", "")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Where values and periods lie on paper.
struct Paper {
    sheet: Sheet,
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
    low: f64,
    high: f64,
    step: f64,
    points: usize,
}

impl Paper {
    fn of(chart: &ChartView, sheet: Sheet) -> Self {
        let (low, high, step) = range(chart);
        let (width, height) = sheet.size();
        let s = sheet.scale;
        Self {
            sheet,
            left: 56 * s,
            right: width as i32 - 122 * s,
            top: (sheet.head + 26) * s,
            bottom: height as i32 - 34 * s,
            low,
            high,
            step,
            points: chart.points.len(),
        }
    }

    fn x(&self, index: usize) -> i32 {
        let inset = 8 * self.sheet.scale;
        let width = f64::from(self.right - self.left - 2 * inset);
        let share = if self.points < 2 { 0.5 } else { index as f64 / (self.points - 1) as f64 };
        self.left + inset + (width * share).round() as i32
    }

    fn y(&self, value: f64) -> i32 {
        let share = (value - self.low) / (self.high - self.low);
        self.bottom - (f64::from(self.bottom - self.top) * share).round() as i32
    }

    fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    fn px(&self, n: i32) -> i32 {
        n * self.sheet.scale
    }

    fn stroke(&self, colour: RGBColor, width: u32) -> ShapeStyle {
        colour.stroke_width(width * self.sheet.scale as u32)
    }

    fn text(&self, colour: RGBColor, size: i32, pos: Pos, bold: bool) -> TextStyle<'static> {
        let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = (FAMILY, f64::from(self.px(size)) * 1.24, style).into_font();
        font.color(&colour).pos(pos)
    }
}

/// Lowest and highest value of the axis and the step of its ticks: a round number, 1, 2, 2.5 or 5 times a power of ten.
fn range(chart: &ChartView) -> (f64, f64, f64) {
    let lines = chart.points.iter().flat_map(|p| [p.value, p.mean, p.lower, p.upper]);
    let values: Vec<f64> = lines.chain([chart.target]).flatten().filter(|v| v.is_finite()).collect();
    let own = || chart.points.iter().filter_map(|p| p.value);
    let mut low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let mut high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !low.is_finite() {
        (low, high) = (0.0, 1.0);
    }
    if own().all(|v| v >= 0.0) {
        // A limit below nothing is no place on paper; and a low series begins at nothing.
        low = if low < high * 0.4 { 0.0 } else { low.max(0.0) };
    }
    if chart.percent && own().all(|v| v <= 100.0) {
        high = high.min(100.0);
    }
    if high - low < 1e-9 {
        high = low + if low.abs() < 1.0 { 1.0 } else { low.abs() * 0.2 };
    }
    let raw = (high - low) / 4.0;
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= raw * 0.999).unwrap_or(raw);
    ((low / step).floor() * step, (high / step).ceil() * step, step)
}

pub(super) type Drawn<DB> = Result<(), plotters::drawing::DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

fn draw<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, chart: &ChartView, sheet: Sheet) -> Drawn<DB> {
    let paper = Paper::of(chart, sheet);
    area.fill(&RGBColor(255, 255, 255))?;
    if sheet.head > 0 {
        let style = paper.text(INK, 15, Pos::new(HPos::Left, VPos::Top), true);
        area.draw(&Text::new(chart.title.clone(), (paper.px(12), paper.px(10)), style))?;
    }
    axes(area, chart, &paper)?;
    lines(area, chart, &paper)?;
    let mut labels = labels(chart, &paper);
    points(area, chart, &paper)?;
    spread(&mut labels, paper.px(14));
    for (y, text, colour) in labels {
        let style = paper.text(colour, 12, Pos::new(HPos::Left, VPos::Center), false);
        area.draw(&Text::new(text, (paper.right + paper.px(8), y), style))?;
    }
    area.present()
}

fn axes<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, chart: &ChartView, paper: &Paper) -> Drawn<DB> {
    let label = paper.text(GREY, 12, Pos::new(HPos::Left, VPos::Center), false);
    area.draw(&Text::new(chart.axis.clone(), (paper.px(12), paper.top - paper.px(16)), label))?;
    let ticks = ((paper.high - paper.low) / paper.step).round() as usize;
    for i in 0..=ticks {
        let value = paper.low + i as f64 * paper.step;
        let y = paper.y(value);
        let colour = if i == 0 { LINE } else { FAINT };
        area.draw(&PathElement::new(vec![(paper.left, y), (paper.right, y)], paper.stroke(colour, 1)))?;
        let style = paper.text(GREY, 12, Pos::new(HPos::Right, VPos::Center), false);
        area.draw(&Text::new(tick(value, paper.step, chart.percent), (paper.left - paper.px(6), y), style))?;
    }
    let room = ((paper.right - paper.left) / paper.px(62)).max(1) as usize;
    let every = chart.points.len().div_ceil(room).max(1);
    let last = chart.points.len().saturating_sub(1);
    for (i, point) in chart.points.iter().enumerate() {
        // Counted back from the latest, which is always named.
        if !(last - i).is_multiple_of(every) {
            continue;
        }
        let x = paper.x(i);
        let foot = paper.bottom + paper.px(5);
        area.draw(&PathElement::new(vec![(x, paper.bottom), (x, foot)], paper.stroke(LINE, 1)))?;
        let style = paper.text(GREY, 12, Pos::new(HPos::Center, VPos::Top), false);
        area.draw(&Text::new(point.label.clone(), (x, foot + paper.px(3)), style))?;
    }
    Ok(())
}

fn tick(value: f64, step: f64, percent: bool) -> String {
    // A step of 0.25 needs both decimals, one of 0.5 a single one.
    let whole = |x: f64| (x - x.round()).abs() < 1e-9;
    let decimals = if whole(step) { 0 } else { 1 + usize::from(!whole(step * 10.0)) };
    let number = crate::report::words::decimal(value, decimals);
    if percent { format!("{number}%") } else { number }
}

fn lines<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, chart: &ChartView, paper: &Paper) -> Drawn<DB> {
    let level = |of: fn(&crate::report::view::chart::ChartPoint) -> Option<f64>| -> Vec<(i32, f64)> {
        chart.points.iter().enumerate().filter_map(|(i, p)| Some((paper.x(i), of(p)?))).collect()
    };
    if let Some(target) = chart.target.filter(|t| paper.holds(*t)) {
        dashed(area, &[(paper.left, target), (paper.right, target)], paper, TARGET, (10, 4))?;
    }
    dashed(area, &level(|p| p.upper), paper, LIMIT, (4, 4))?;
    dashed(area, &level(|p| p.lower), paper, LIMIT, (4, 4))?;
    dashed(area, &level(|p| p.mean), paper, GREY, (1, 0))?;
    let mut run: Vec<(i32, i32)> = Vec::new();
    for (i, point) in chart.points.iter().enumerate() {
        if let Some(value) = point.value {
            run.push((paper.x(i), paper.y(value)));
        }
        if point.value.is_none() || i + 1 == chart.points.len() {
            if run.len() > 1 {
                area.draw(&PathElement::new(std::mem::take(&mut run), paper.stroke(INK, 2)))?;
            }
            run.clear();
        }
    }
    Ok(())
}

/// A line in dashes of `(on, off)` pixels. Where the level steps (a recorded break), it steps; what leaves the paper is left out.
fn dashed<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    points: &[(i32, f64)],
    paper: &Paper,
    colour: RGBColor,
    (on, off): (i32, i32),
) -> Drawn<DB> {
    for group in points.chunk_by(|a, b| a.1 == b.1) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        if !paper.holds(first.1) {
            continue;
        }
        let y = paper.y(first.1);
        let (mut x, end) = (first.0 - paper.px(4), last.0 + paper.px(4));
        if off == 0 {
            area.draw(&PathElement::new(vec![(x, y), (end, y)], paper.stroke(colour, 1)))?;
            continue;
        }
        while x < end {
            let to = (x + paper.px(on)).min(end);
            area.draw(&PathElement::new(vec![(x, y), (to, y)], paper.stroke(colour, 1)))?;
            x = to + paper.px(off);
        }
    }
    Ok(())
}

fn labels(chart: &ChartView, paper: &Paper) -> Vec<(i32, String, RGBColor)> {
    let last = |of: fn(&crate::report::view::chart::ChartPoint) -> Option<f64>| chart.points.iter().rev().find_map(of);
    let text = |name: &str, value: f64| format!("{name} {}", tick(value, paper.step / 10.0, chart.percent));
    [
        ("Upper limit", last(|p| p.upper), LIMIT),
        ("Mean", last(|p| p.mean), GREY),
        ("Lower limit", last(|p| p.lower), LIMIT),
        ("Target", chart.target, TARGET),
    ]
    .into_iter()
    .filter_map(|(name, value, colour)| {
        let value = value.filter(|v| paper.holds(*v))?;
        Some((paper.y(value), text(name, value), colour))
    })
    .collect()
}

/// Moves labels apart that would overprint one another.
fn spread(labels: &mut [(i32, String, RGBColor)], room: i32) {
    labels.sort_by_key(|l| l.0);
    for i in 1..labels.len() {
        let least = labels[i - 1].0 + room;
        labels[i].0 = labels[i].0.max(least);
    }
}

fn points<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, chart: &ChartView, paper: &Paper) -> Drawn<DB> {
    for (i, point) in chart.points.iter().enumerate() {
        let x = paper.x(i);
        match point.value {
            Some(value) => mark(area, (x, paper.y(value)), point.variation, paper)?,
            None if point.withheld => {
                let at = (x, paper.bottom);
                area.draw(&Circle::new(at, paper.px(4), RGBColor(255, 255, 255).filled()))?;
                area.draw(&Circle::new(at, paper.px(4), paper.stroke(INK, 1)))?;
            }
            None => {}
        }
    }
    Ok(())
}

fn mark<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    (x, y): (i32, i32),
    variation: Option<Variation>,
    paper: &Paper,
) -> Drawn<DB> {
    let r = paper.px(5);
    match variation {
        Some(Variation::ConcernHigh) => {
            area.draw(&Polygon::new(vec![(x, y - r), (x + r, y + r - 1), (x - r, y + r - 1)], WORSE.filled()))
        }
        Some(Variation::ConcernLow) => {
            area.draw(&Polygon::new(vec![(x, y + r), (x + r, y - r + 1), (x - r, y - r + 1)], WORSE.filled()))
        }
        Some(Variation::ImprovementHigh | Variation::ImprovementLow) => {
            let r = paper.px(4);
            area.draw(&Rectangle::new([(x - r, y - r), (x + r, y + r)], BETTER.filled()))
        }
        Some(Variation::NeutralHigh | Variation::NeutralLow) => {
            area.draw(&Polygon::new(vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y)], NEITHER.filled()))
        }
        Some(Variation::CommonCause) | None => area.draw(&Circle::new((x, y), paper.px(3), INK.filled())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_moved_apart() {
        let mut labels =
            vec![(50, String::from("b"), INK), (48, String::from("a"), INK), (120, String::from("c"), INK)];
        spread(&mut labels, 14);
        assert_eq!(labels.iter().map(|l| l.0).collect::<Vec<_>>(), [48, 62, 120]);
    }

    #[test]
    fn text_of_a_drawing_is_escaped() {
        assert_eq!(escape("<A & B>"), "&lt;A &amp; B&gt;");
    }
}
