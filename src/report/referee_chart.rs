//! Draws how lists fare by effect: a panel a grain, a line a way. Lines differ by mark and dash as well as colour.

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle};

use crate::model::Error;
use crate::report::chart::{Drawn, FAINT, FAMILY, GREY, INK, LINE, accessible, failed, fonts};
use crate::report::view::referee::{Panel, RefereeChart};
use crate::report::words::decimal;

/// Width and height in CSS pixels.
const SIZE: (i32, i32) = (920, 372);
/// Colour and dash (on, off) of each line, in the order of the ways; the method first.
const LOOKS: [(RGBColor, (i32, i32)); 6] = [
    (RGBColor(11, 12, 12), (1, 0)),
    (RGBColor(168, 69, 0), (2, 3)),
    (RGBColor(110, 84, 148), (2, 6)),
    (RGBColor(0, 94, 60), (8, 4)),
    (RGBColor(29, 112, 184), (12, 3)),
    (RGBColor(80, 90, 95), (4, 4)),
];

/// The chart as SVG for the page, with `role`, title and description.
///
/// # Errors
/// A drawing that fails.
pub fn svg(chart: &RefereeChart) -> Result<String, Error> {
    fonts();
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (SIZE.0 as u32, SIZE.1 as u32)).into_drawing_area();
        draw(&area, chart, 1).map_err(|e| failed(&chart.slug, e))?;
    }
    Ok(accessible(&text, &chart.slug, &chart.title, &chart.description))
}

/// Writes the chart as a PNG file of twice the size.
///
/// # Errors
/// A drawing that fails, or a file that cannot be written.
pub fn png(chart: &RefereeChart, path: &std::path::Path) -> Result<(), Error> {
    fonts();
    let area = BitMapBackend::new(path, (SIZE.0 as u32 * 2, SIZE.1 as u32 * 2)).into_drawing_area();
    draw(&area, chart, 2).map_err(|e| failed(&chart.slug, e))
}

/// Where a panel lies on paper.
struct Paper {
    scale: i32,
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
    least: f64,
    most: f64,
}

impl Paper {
    fn x(&self, effect: f64) -> i32 {
        let share = if self.most > self.least { (effect - self.least) / (self.most - self.least) } else { 0.5 };
        self.left + (f64::from(self.right - self.left) * share).round() as i32
    }

    fn y(&self, share: f64) -> i32 {
        self.bottom - (f64::from(self.bottom - self.top) * share).round() as i32
    }
}

fn draw<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, chart: &RefereeChart, scale: i32) -> Drawn<DB> {
    area.fill(&RGBColor(255, 255, 255))?;
    let effects = || chart.panels.iter().flat_map(|p| &p.lines).flat_map(|(_, points)| points.iter().map(|p| p.0));
    let (least, most) = (effects().fold(f64::INFINITY, f64::min), effects().fold(f64::NEG_INFINITY, f64::max));
    let width = SIZE.0 / chart.panels.len().max(1) as i32;
    for (i, panel) in chart.panels.iter().enumerate() {
        let left = i as i32 * width;
        let paper = Paper {
            scale,
            left: (left + 48) * scale,
            right: (left + width - 16) * scale,
            top: 40 * scale,
            bottom: (SIZE.1 - 140) * scale,
            least,
            most,
        };
        axes(area, panel, &paper)?;
        for (way, (_, points)) in panel.lines.iter().enumerate().rev() {
            line(area, way, points, &paper)?;
        }
    }
    legend(area, chart, scale)?;
    area.present()
}

fn text(scale: i32, colour: RGBColor, size: i32, pos: Pos, bold: bool) -> TextStyle<'static> {
    let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
    (FAMILY, f64::from(size * scale) * 1.24, style).into_font().color(&colour).pos(pos)
}

fn stroke(colour: RGBColor, width: i32, scale: i32) -> ShapeStyle {
    colour.stroke_width((width * scale) as u32)
}

fn axes<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, panel: &Panel, paper: &Paper) -> Drawn<DB> {
    let s = paper.scale;
    let head = text(s, INK, 14, Pos::new(HPos::Left, VPos::Center), true);
    area.draw(&Text::new(panel.title.clone(), (paper.left - 36 * s, 16 * s), head))?;
    for tick in 0..=4 {
        let share = f64::from(tick) / 4.0;
        let y = paper.y(share);
        let colour = if tick == 0 { LINE } else { FAINT };
        area.draw(&PathElement::new(vec![(paper.left, y), (paper.right, y)], stroke(colour, 1, s)))?;
        let style = text(s, GREY, 12, Pos::new(HPos::Right, VPos::Center), false);
        area.draw(&Text::new(format!("{}%", tick * 25), (paper.left - 6 * s, y), style))?;
    }
    let mut effects: Vec<f64> = panel.lines.iter().flat_map(|(_, points)| points.iter().map(|p| p.0)).collect();
    effects.sort_by(f64::total_cmp);
    effects.dedup();
    for effect in effects {
        let x = paper.x(effect);
        area.draw(&PathElement::new(vec![(x, paper.bottom), (x, paper.bottom + 5 * s)], stroke(LINE, 1, s)))?;
        let style = text(s, GREY, 12, Pos::new(HPos::Center, VPos::Top), false);
        area.draw(&Text::new(decimal(effect, 1), (x, paper.bottom + 8 * s), style))?;
    }
    let style = text(s, GREY, 12, Pos::new(HPos::Center, VPos::Top), false);
    let middle = (paper.left + paper.right) / 2;
    area.draw(&Text::new("how much worse", (middle, paper.bottom + 25 * s), style))
}

fn line<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    way: usize,
    points: &[(f64, f64)],
    paper: &Paper,
) -> Drawn<DB> {
    let places: Vec<(i32, i32)> = points.iter().map(|(effect, share)| (paper.x(*effect), paper.y(*share))).collect();
    for pair in places.windows(2) {
        dashed(area, pair[0], pair[1], way, paper.scale)?;
    }
    places.iter().try_for_each(|at| mark(area, *at, way, paper.scale))
}

fn dashed<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    from: (i32, i32),
    to: (i32, i32),
    way: usize,
    scale: i32,
) -> Drawn<DB> {
    let (colour, (on, off)) = LOOKS[way % LOOKS.len()];
    let style = stroke(colour, if way == 0 { 3 } else { 2 }, scale);
    if off == 0 {
        return area.draw(&PathElement::new(vec![from, to], style));
    }
    let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
    let length = dx.hypot(dy);
    let at = |along: f64| {
        let share = (along / length).min(1.0);
        (from.0 + (dx * share).round() as i32, from.1 + (dy * share).round() as i32)
    };
    let (on, off) = (f64::from(on * scale), f64::from(off * scale));
    let mut along = 0.0;
    while along < length {
        area.draw(&PathElement::new(vec![at(along), at(along + on)], style))?;
        along += on + off;
    }
    Ok(())
}

fn mark<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, (x, y): (i32, i32), way: usize, scale: i32) -> Drawn<DB> {
    let (colour, r) = (LOOKS[way % LOOKS.len()].0, 4 * scale);
    let white = RGBColor(255, 255, 255);
    match way % LOOKS.len() {
        0 => area.draw(&Circle::new((x, y), r, colour.filled())),
        1 => area.draw(&Polygon::new(vec![(x, y - r), (x + r, y + r), (x - r, y + r)], colour.filled())),
        2 => area.draw(&Polygon::new(vec![(x, y + r), (x + r, y - r), (x - r, y - r)], colour.filled())),
        3 => area
            .draw(&Rectangle::new([(x - r + scale, y - r + scale), (x + r - scale, y + r - scale)], colour.filled())),
        4 => area.draw(&Polygon::new(vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y)], colour.filled())),
        _ => {
            area.draw(&Circle::new((x, y), r, white.filled()))?;
            area.draw(&Circle::new((x, y), r, stroke(colour, 2, scale)))
        }
    }
}

/// Names beside their line, in two columns below the panels.
fn legend<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, chart: &RefereeChart, scale: i32) -> Drawn<DB> {
    let Some(panel) = chart.panels.first() else { return Ok(()) };
    let rows = panel.lines.len().div_ceil(2).max(1);
    for (way, (name, _)) in panel.lines.iter().enumerate() {
        let (column, row) = ((way / rows) as i32, (way % rows) as i32);
        let (x, y) = ((16 + column * SIZE.0 / 2) * scale, (SIZE.1 - 78 + row * 24) * scale);
        dashed(area, (x, y), (x + 44 * scale, y), way, scale)?;
        mark(area, (x + 22 * scale, y), way, scale)?;
        let style = text(scale, INK, 13, Pos::new(HPos::Left, VPos::Center), way == 0);
        area.draw(&Text::new(name.clone(), (x + 54 * scale, y), style))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::view::referee;

    #[test]
    fn every_way_has_a_line_a_mark_and_a_name() {
        let view = referee::build(&referee::tests::trial(), &serde_json::Value::Null);
        let drawn = svg(&view.chart).unwrap();
        assert!(drawn.contains("role=\"img\"") && drawn.contains("referee-desc") && !drawn.contains("NaN"));
        for text in ["Places", "Agencies", "Whole board", "Triangulation, as here", "Mean of ranks", "100%", "1.5"] {
            assert!(drawn.contains(text), "{text}");
        }
        // Three effects at three grains, and one in the list of names.
        assert_eq!(drawn.matches("<circle").count(), 10);
        let nothing = RefereeChart { panels: Vec::new(), ..view.chart };
        assert!(svg(&nothing).is_ok());
    }
}
