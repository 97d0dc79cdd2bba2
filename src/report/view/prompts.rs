//! Figures to ask about, in words: a row a figure and place, with every question that it raises, and its chart.

use crate::disclose::{Entry, Rows};
use crate::model::prompt::{Prompt, PromptFigure, PromptKind};
use crate::report::view::Source;
use crate::report::view::card::ChartRef;
use crate::report::view::chart::Gallery;
use crate::report::words;
use crate::spec::reference::{Indicator, Unit};

/// With fewer points than this a chart shows no more than the sentence.
const CHART_POINTS_MIN: usize = 3;

/// What to ask about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prompts {
    /// The places in focus, in words.
    pub asked: String,
    /// Their figures, of any period.
    pub focus: Vec<PromptRow>,
    /// Of the newest periods elsewhere.
    pub others: Vec<PromptRow>,
    /// Charts of both, each once.
    pub charts: Vec<ChartRef>,
    /// All of it as a table for the workbook.
    pub table: Rows,
}

impl Prompts {
    /// Whether there is nothing to ask about.
    pub fn is_empty(&self) -> bool {
        self.focus.is_empty() && self.others.is_empty()
    }
}

/// A figure of a place, with what it asks.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptRow {
    /// The place.
    pub place: String,
    /// The indicator, or what the break is called.
    pub figure: String,
    /// What stands apart, a sentence or two each.
    pub sentences: Vec<String>,
    /// `four points: too short for limits`; empty where the series has limits.
    pub note: String,
    /// Charts of it: slug and title.
    pub charts: Vec<(String, String)>,
}

pub(super) fn build(source: &Source<'_>, gallery: &mut Gallery) -> Prompts {
    let mut prompts = Prompts { table: table(source), ..Prompts::default() };
    let focus = &source.pipeline.prompts.focus;
    prompts.asked = words::list_of(&focus.iter().map(|f| source.names.locality(f)).collect::<Vec<_>>());
    let mut keys: Vec<(bool, String)> = Vec::new();
    for prompt in source.shown.prompts() {
        let list = if prompt.focus { &mut prompts.focus } else { &mut prompts.others };
        let key = (prompt.focus, key(prompt));
        let sentence = sentence(prompt, source);
        // Questions of one figure at one place stand in one row.
        let known = keys.iter().filter(|k| k.0 == prompt.focus).position(|k| *k == key);
        if let Some(row) = known.and_then(|at| list.get_mut(at)) {
            row.sentences.push(sentence);
            continue;
        }
        keys.push(key);
        let mut charts = Vec::new();
        for figure in &prompt.figures {
            if let Some(chart) = gallery.of_figure(figure, &prompt.locality, CHART_POINTS_MIN, source) {
                charts.push((chart.slug.clone(), chart.title.clone()));
                if chart.drawn_here {
                    prompts.charts.push(chart);
                }
            }
        }
        list.push(PromptRow {
            place: source.names.locality(&prompt.locality),
            figure: figure_name(prompt, source),
            sentences: vec![sentence],
            note: prompt.note.clone(),
            charts,
        });
    }
    prompts
}

/// What a row is of.
fn key(prompt: &Prompt) -> String {
    let figure = prompt.figures.first().map_or("", |f| f.indicator.as_str());
    let agency = prompt.figures.first().map_or("", |f| f.agency.as_str());
    format!("{}|{}|{agency}|{figure}", prompt.locality, prompt.name)
}

fn figure_name(prompt: &Prompt, source: &Source<'_>) -> String {
    match prompt.figures.first() {
        Some(figure) if prompt.kind != PromptKind::Break => {
            let name = name(figure, source);
            // Where one agency returns everything its name tells nothing.
            match source.reference.agencies.len() {
                0 | 1 => name,
                _ => format!("{name}, {}", source.names.agency(&figure.agency)),
            }
        }
        _ => prompt.name.clone(),
    }
}

fn name(figure: &PromptFigure, source: &Source<'_>) -> String {
    source.reference.indicator(&figure.indicator).map_or_else(|| figure.indicator.clone(), |i| i.name.clone())
}

/// Whether values are percentages: a proportion, or a published value whose name says so.
fn is_per_cent(indicator: &Indicator) -> bool {
    indicator.unit == Unit::Proportion || (indicator.unit == Unit::Value && indicator.name.trim_end().ends_with('%'))
}

fn level(indicator: &Indicator, value: f64) -> String {
    match indicator.unit {
        Unit::Value if is_per_cent(indicator) => format!("{}%", words::decimal(value, 1)),
        _ => words::value(indicator, value),
    }
}

/// A change without its sign: `36.0 points`, `12.3 per 10,000`.
fn distance(indicator: &Indicator, change: f64) -> String {
    match indicator.unit {
        Unit::Proportion => format!("{} points", words::decimal(change.abs() * 100.0, 1)),
        Unit::Value if is_per_cent(indicator) => format!("{} points", words::decimal(change.abs(), 1)),
        _ => words::value(indicator, change.abs()),
    }
}

/// A change with its sign and without its unit: `−36.0`.
fn signed(indicator: &Indicator, change: f64) -> String {
    let scale = if indicator.unit == Unit::Proportion { 100.0 } else { 1.0 };
    let sign = if change > 0.0 { "+" } else { "" };
    format!("{sign}{}", words::decimal(change * scale, 1))
}

fn sentence(prompt: &Prompt, source: &Source<'_>) -> String {
    let figure = prompt.figures.first();
    let indicator = figure.and_then(|f| source.reference.indicator(&f.indicator));
    match (prompt.kind, figure.zip(indicator)) {
        (PromptKind::Move, Some((figure, indicator))) => moved(prompt, figure, indicator, source),
        (PromptKind::Outlier, Some((figure, indicator))) => outlying(prompt, figure, indicator),
        _ => broken(prompt, source),
    }
}

fn moved(prompt: &Prompt, figure: &PromptFigure, indicator: &Indicator, source: &Source<'_>) -> String {
    let change = figure.change();
    let (verb, noun) = if change < 0.0 { ("Fell", "fall") } else { ("Rose", "rise") };
    let [from, to] = [figure.points.first(), figure.points.last()]
        .map(|p| p.map_or_else(String::new, |p| format!("{} in {}", level(indicator, p.value), p.period.words())));
    let which = match prompt.rank {
        1 => format!("the largest {noun}"),
        2 => format!("the second largest {noun}"),
        3 => format!("the third largest {noun}"),
        n => format!("{noun} number {n}"),
    };
    let better = match prompt.better {
        Some(true) => "For the better; ",
        Some(false) => "For the worse; ",
        None => "",
    };
    let movers: Vec<String> = prompt
        .movers
        .iter()
        .map(|m| format!("{} ({})", source.names.locality(&m.locality), signed(indicator, m.change)))
        .collect();
    let mut text = format!("{verb} by {}, from {from} to {to}. ", distance(indicator, change));
    text.push_str(&words::capital(&format!("{better}{which} of {} places.", prompt.of)));
    if movers.len() > 1 {
        text.push_str(&format!(" The largest {noun}s: {}.", words::list_of(&movers)));
    }
    text
}

fn outlying(prompt: &Prompt, figure: &PromptFigure, indicator: &Indicator) -> String {
    let Some(point) = figure.points.last() else { return String::new() };
    let side = if prompt.z < Some(0.0) { "lowest" } else { "highest" };
    let which = match prompt.rank {
        1 => format!("the {side}"),
        n => format!("{} from the {side}", ordinal(n)),
    };
    let usual =
        prompt.usual.map_or_else(String::new, |u| format!("; half of them lie at or under {}", level(indicator, u)));
    let z = prompt.z.map_or_else(String::new, |z| format!(" (robust z {})", words::decimal(z, 1)));
    format!(
        "{} in {}: {which} of {} places{usual}. A level far from the others{z}, not a trend.",
        level(indicator, point.value),
        point.period.words(),
        prompt.of
    )
}

/// `2nd`, `11th`.
fn ordinal(n: usize) -> String {
    let ending = match (n % 100, n % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

fn broken(prompt: &Prompt, source: &Source<'_>) -> String {
    let side = |rises: bool| -> Vec<String> {
        let figures = prompt.figures.iter().filter(|f| (f.change() > 0.0) == rises);
        figures.map(|f| course(f, rises, source)).collect()
    };
    let (rising, falling) = (side(true), side(false));
    let both = if rising.is_empty() || falling.is_empty() { "" } else { ", while " };
    format!(
        "{} to {}: {}{both}{}. {}",
        prompt.from.words(),
        prompt.to.words(),
        rising.join(", "),
        falling.join(", "),
        prompt.question
    )
}

/// `Referrals rose (11,250, 13,273, 17,019)`: counts where every point has one, else values.
fn course(figure: &PromptFigure, rises: bool, source: &Source<'_>) -> String {
    let Some(indicator) = source.reference.indicator(&figure.indicator) else { return figure.indicator.clone() };
    let counts: Option<Vec<f64>> = figure.points.iter().map(|p| p.count).collect();
    let points: Vec<String> = match counts {
        Some(counts) if indicator.unit == Unit::Rate => counts.iter().map(|c| words::decimal(*c, 0)).collect(),
        _ => figure.points.iter().map(|p| level(indicator, p.value)).collect(),
    };
    let verb = if rises { "rose" } else { "fell" };
    format!("{} {verb} ({})", indicator.name, points.join("; "))
}

/// A row a figure of a prompt.
fn table(source: &Source<'_>) -> Rows {
    let columns = [
        "Question",
        "Place",
        "Figure",
        "Returned by",
        "From",
        "To",
        "Before",
        "After",
        "Change",
        "Rank",
        "Of places",
        "Robust z",
        "In words",
        "Note",
    ];
    let text = |t: String| if t.is_empty() { Entry::Empty } else { Entry::Text(t) };
    let number = |n: Option<f64>| n.map_or(Entry::Empty, Entry::Number);
    let count = |n: usize| if n == 0 { Entry::Empty } else { Entry::Number(n as f64) };
    let rows = source.shown.prompts().iter().flat_map(|prompt| {
        let words = sentence(prompt, source);
        prompt.figures.iter().map(move |figure| {
            let level = prompt.kind == PromptKind::Outlier;
            vec![
                text(prompt.kind.as_str().to_owned()),
                text(source.names.locality(&prompt.locality)),
                text(name(figure, source)),
                text(source.names.agency(&figure.agency)),
                text(prompt.from.to_string()),
                text(prompt.to.to_string()),
                number(figure.points.first().filter(|_| !level).map(|p| p.value)),
                number(figure.points.last().map(|p| p.value)),
                number((!level).then(|| figure.change())),
                count(prompt.rank),
                count(prompt.of),
                number(prompt.z),
                text(words.clone()),
                text(prompt.note.clone()),
            ]
        })
    });
    Rows { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::Fixture;

    #[test]
    fn each_kind_reads_as_a_question() {
        let view = Fixture::new().view();
        let all: Vec<&PromptRow> = view.prompts.focus.iter().chain(&view.prompts.others).collect();
        let said = |figure: &str| -> String {
            all.iter().filter(|r| r.figure.starts_with(figure)).flat_map(|r| r.sentences.clone()).collect()
        };
        assert_eq!(
            said("Definition change?"),
            "January 2014 to December 2014: Neglect: per 10,000 children rose (40; 61), while Child sexual \
             exploitation: per 10,000 children fell (60; 41). Are contacts counted as referrals?"
        );
        assert_eq!(
            said("Supervision: seen"),
            "Fell by 36.0 points, from 61.6% in November 2014 to 25.6% in December 2014. For the worse; the largest \
             fall of 12 places. The largest falls: Corby (\u{2212}36.0) and Kettering (\u{2212}17.2)."
        );
        assert_eq!(
            said("Workforce and training: per"),
            "54.8 per 10,000 in December 2014: the highest of 12 places; half of them lie at or under 15.0 per 10,000. \
             A level far from the others (robust z 3.7), not a trend."
        );
        assert_eq!(view.prompts.table.rows.len(), 4, "a row a figure");
    }

    #[test]
    fn ordinals() {
        let found: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].into_iter().map(ordinal).collect();
        assert_eq!(found.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th");
    }
}
