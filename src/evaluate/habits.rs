//! What boards do today, given the same streams: red, amber or green on the latest value; a count of reds; the mean of
//! ranks.
//!
//! A value is the latest of its kind: an indicator's last month, Section 11's last round, the last twelve months of
//! audits, deaths and reviews, the last quarter of soft intelligence. It is held against the board's own figure; of a theme on
//! the whole board against the year before. Worse by more than a tenth is red, worse is amber, else it is green.

use chrono::{Datelike, Duration};

use crate::evaluate::board::{AGENCIES, INDICATORS, PLACES, PROPORTIONS, THEMES, children, counts_the_good};
use crate::evaluate::evidence::{Evidence, as_of};
use crate::model::{Grain, Row};
use crate::stats::rho::average_ranks;

/// Worse than the board's figure by more than this share is red.
const RED: f64 = 0.1;
/// The measures of a cell: its indicators, then the other five streams.
const MEASURES: usize = INDICATORS + 5;
const SECTION11: usize = INDICATORS;
const AUDITS: usize = INDICATORS + 1;
const DEATHS: usize = INDICATORS + 2;
const REVIEWS: usize = INDICATORS + 3;
const REPORTS: usize = INDICATORS + 4;

/// What a habit makes of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Habit {
    /// Higher is worse.
    pub score: f64,
    /// Whether a board would list it.
    pub listed: bool,
}

/// What the habits make of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Habits {
    /// A performance report: the mean rating of its indicators' last month, red 1 and amber a half; listed where more than
    /// half are red.
    pub report: Habit,
    /// The same over the latest of every stream.
    pub rating: Habit,
    /// How many are red; listed where two streams or more are, performance being red where most of its indicators are.
    pub reds: Habit,
    /// The mean of its places in each measure's order; the first five are listed.
    pub ranks: Habit,
}

/// Adverse and all, lately and before.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    late: [f64; 2],
    before: [f64; 2],
}

/// The values of one grain's cells, by theme and place.
struct Values {
    width: usize,
    tallies: Vec<[Tally; MEASURES]>,
}

impl Values {
    fn new(width: usize) -> Self {
        Self { width, tallies: vec![[Tally::default(); MEASURES]; THEMES * width] }
    }

    fn add(&mut self, theme: usize, place: usize, measure: usize, late: bool, adverse: f64, of: f64) {
        let tally = &mut self.tallies[theme * self.width + place][measure];
        let into = if late { &mut tally.late } else { &mut tally.before };
        into[0] += adverse;
        into[1] += of;
    }

    /// How many times the figure that it is held against each measure of a cell is; none where nothing was sent.
    fn ratios(&self, cell: usize) -> [Option<f64>; MEASURES] {
        let theme = cell / self.width;
        let all = &self.tallies[theme * self.width..(theme + 1) * self.width];
        std::array::from_fn(|m| {
            let own = self.tallies[cell][m].late;
            let whole = all.iter().fold([0.0, 0.0], |sum, t| [sum[0] + t[m].late[0], sum[1] + t[m].late[1]]);
            let against = if self.width == 1 { self.tallies[cell][m].before } else { whole };
            let usual = (against[1] > 0.0).then(|| against[0] / against[1])?;
            (own[1] > 0.0 && usual > 0.0).then(|| own[0] / own[1] / usual)
        })
    }
}

/// What the habits make of a grain's cells, in order of theme and place.
pub fn of(evidence: &Evidence, grain: Grain) -> Vec<Habits> {
    let values = read(evidence, grain);
    let ratios: Vec<[Option<f64>; MEASURES]> = (0..values.tallies.len()).map(|cell| values.ratios(cell)).collect();
    let ranks = mean_ranks(&ratios);
    let mut order: Vec<usize> = (0..ratios.len()).collect();
    order.sort_by(|a, b| ranks[*b].total_cmp(&ranks[*a]).then(a.cmp(b)));
    let mut habits: Vec<Habits> = ratios.iter().map(rate).collect();
    for (cell, score) in ranks.into_iter().enumerate() {
        habits[cell].ranks = Habit { score, listed: false };
    }
    for cell in order.into_iter().take(crate::evaluate::board::PLANTED) {
        habits[cell].ranks.listed = true;
    }
    habits
}

fn rate(ratios: &[Option<f64>; MEASURES]) -> Habits {
    let (indicators, streams) = ratios.split_at(INDICATORS);
    let (report, most) = rating(indicators);
    let (all, _) = rating(ratios);
    let red = |r: &&Option<f64>| r.is_some_and(is_red);
    let streams = streams.iter().filter(red).count() + usize::from(most);
    let reds = ratios.iter().filter(red).count() as f64;
    Habits { report, rating: all, reds: Habit { score: reds, listed: streams >= 2 }, ranks: Habit::default() }
}

fn is_red(ratio: f64) -> bool {
    ratio > 1.0 + RED
}

/// The mean rating, and whether more than half are red. Where nothing was sent there is nothing to rate.
fn rating(ratios: &[Option<f64>]) -> (Habit, bool) {
    let rated: Vec<f64> = ratios.iter().flatten().copied().collect();
    let reds = rated.iter().filter(|r| is_red(**r)).count() as f64;
    let ambers = rated.iter().filter(|r| **r > 1.0 && !is_red(**r)).count() as f64;
    let most = reds * 2.0 > rated.len() as f64;
    let score = (reds + ambers / 2.0) / rated.len().max(1) as f64;
    (Habit { score, listed: most }, most)
}

/// The mean of each cell's ranks, as a share of those ranked: 1 is the worst in everything.
fn mean_ranks(ratios: &[[Option<f64>; MEASURES]]) -> Vec<f64> {
    let mut sums = vec![[0.0, 0.0]; ratios.len()];
    for measure in 0..MEASURES {
        let (cells, values): (Vec<usize>, Vec<f64>) =
            ratios.iter().enumerate().filter_map(|(cell, r)| Some((cell, r[measure]?))).unzip();
        for (cell, rank) in cells.iter().zip(average_ranks(&values)) {
            sums[*cell][0] += rank / values.len() as f64;
            sums[*cell][1] += 1.0;
        }
    }
    sums.into_iter().map(|[sum, n]| if n > 0.0 { sum / n } else { 0.0 }).collect()
}

fn read(evidence: &Evidence, grain: Grain) -> Values {
    let width = match grain {
        Grain::Locality => PLACES,
        Grain::Agency => AGENCIES,
        Grain::Board => 1,
    };
    let mut values = Values::new(width);
    let place = |agency: &str, locality: &str| match grain {
        Grain::Locality => number_of(locality),
        Grain::Agency => number_of(agency),
        Grain::Board => Some(0),
    };
    for series in &evidence.series {
        let Some(place) = place(&series.agency, &series.locality) else { continue };
        let (theme, indicator) = indicator_of(&series.indicator);
        // The last month, and as the year before it the twelve before.
        for (back, point) in series.points.iter().rev().take(13).enumerate() {
            let (x, base) = (point.numerator.value.unwrap_or(0.0), point.base.unwrap_or(0.0));
            let adverse = if counts_the_good(indicator) && indicator < PROPORTIONS { base - x } else { x };
            values.add(theme, place, indicator, back == 0, adverse, base);
        }
    }
    let last_year = |row: &Row, column: &str| row.date(column).map(|d| as_of() - d < Duration::days(365));
    for row in &evidence.section11 {
        let Some((place, late)) =
            place(row.text("agency"), "").zip(row.period("period").map(|p| p.end().year() == 2014))
        else {
            continue;
        };
        let score = row.number("moderated_score").value.or(row.number("self_score").value);
        let Some(theme) = theme_of(row.text("standard")) else { continue };
        values.add(theme, place, SECTION11, late, f64::from(score.is_some_and(|s| s < 2.5)), 1.0);
    }
    for row in &evidence.audits {
        let Some(place) = place(row.text("agency"), row.text("locality")) else { continue };
        let (Some(theme), Some(late)) = (number_of(row.text("theme")), last_year(row, "audited_on")) else { continue };
        values.add(theme, place, AUDITS, late, f64::from(row.text("grade") == "requires-improvement"), 1.0);
    }
    deaths_and_reviews(evidence, grain, &mut values);
    for row in &evidence.intelligence {
        let Some(place) = place(row.text("agency"), row.text("locality")) else { continue };
        let (Some(theme), Some(period)) = (number_of(row.text("theme")), row.period("period")) else { continue };
        let quarters = if as_of() - period.end() < Duration::days(60) { 0 } else { 1 };
        let year = as_of() - period.end() < Duration::days(430);
        if quarters == 0 || year {
            values.add(theme, place, REPORTS, quarters == 0, row.number("count").value.unwrap_or(0.0), 0.0);
        }
    }
    for theme in 0..THEMES {
        for place in 0..width {
            let size = if grain == Grain::Locality { children(place) } else { 1.0 };
            values.add(theme, place, REPORTS, true, 0.0, size);
            values.add(theme, place, REPORTS, false, 0.0, size * 4.0);
        }
    }
    values
}

fn deaths_and_reviews(evidence: &Evidence, grain: Grain, values: &mut Values) {
    let late = |row: &Row, column: &str| row.date(column).map(|d| as_of() - d < Duration::days(365));
    if grain != Grain::Agency {
        for row in &evidence.child_deaths {
            let (Some(place), Some(late)) = (number_of(row.text("locality")), late(row, "reviewed_on")) else {
                continue;
            };
            let place = if grain == Grain::Board { 0 } else { place };
            for theme in row.ids("factors").iter().filter_map(|f| number_of(f)) {
                values.add(theme, place, DEATHS, late, 1.0, 0.0);
            }
        }
        for theme in 0..THEMES {
            for place in 0..values.width {
                let size = if grain == Grain::Board { 1.0 } else { children(place) };
                values.add(theme, place, DEATHS, true, 0.0, size);
                values.add(theme, place, DEATHS, false, 0.0, size * 4.0);
            }
        }
    }
    for row in &evidence.case_reviews {
        let Some(late) = late(row, "decided_on") else { continue };
        let places: Vec<usize> = match grain {
            Grain::Locality => row.ids("localities").iter().filter_map(|id| number_of(id)).collect(),
            Grain::Agency => row.ids("agencies").iter().filter_map(|id| number_of(id)).collect(),
            Grain::Board => vec![0],
        };
        let named: Vec<usize> = row.ids("themes").iter().filter_map(|t| number_of(t)).collect();
        for place in places {
            for theme in 0..THEMES {
                values.add(theme, place, REVIEWS, late, f64::from(named.contains(&theme)), 1.0);
            }
        }
    }
}

/// `theme-03` and `place-3` are number 2.
fn number_of(id: &str) -> Option<usize> {
    id.rsplit('-').next()?.parse::<usize>().ok()?.checked_sub(1)
}

/// `standard-03-2` is of theme number 2.
fn theme_of(id: &str) -> Option<usize> {
    id.split('-').nth(1)?.parse::<usize>().ok()?.checked_sub(1)
}

/// `indicator-03-2` is number 1 of theme number 2.
fn indicator_of(id: &str) -> (usize, usize) {
    (theme_of(id).unwrap_or_default(), number_of(id).unwrap_or_default())
}
