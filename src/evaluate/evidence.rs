//! The evidence of a simulated board: what its partners would send if its truth were so.
//!
//! Sizes are those of a county's board: of an indicator of proportion some four to forty cases a month in a place, of a
//! rate some two to twenty; 30 audits of 8 cases in three years, each case graded by six agencies on four themes; Section 11 twice; 48
//! deaths a year; 18 reviews in five years; reports of soft intelligence every quarter.

use chrono::{Duration, NaiveDate};

use crate::evaluate::board::{
    self, AGENCIES, Alarm, INDICATORS, PLACES, PROPORTIONS, Plan, Planting, STANDARDS, THEMES, Truth, agency_id,
    children, factor_id, indicator_id, place_id, standard_id, theme_id,
};
use crate::model::row::{Provenance, Value};
use crate::model::series::{Assurance, Figure, Variation};
use crate::model::{Grain, Number, Period, Point, Row, Series, Stream, Table};
use crate::sample::chance::Chance;

/// Months of performance, to the end of 2014.
const MONTHS: usize = 36;
/// The last so many months of these are worse in a planted cell.
const WORSE_MONTHS: usize = 10;
/// Logit, or logarithm of a rate, by which a month is worse for each d.
const PERFORMANCE: f64 = 0.3;
/// Standard deviations of a grade or score by which it is worse for each d.
const GRADED: f64 = 0.5;
/// Share of deaths and reviews that a theme gains for each d.
const SHARE: f64 = 0.1;
/// Logarithm of reports that a theme gains for each d.
const REPORTS: f64 = 0.3;
/// Logit by which places, and agencies, differ in an indicator for reasons of their own; by which each of them changes
/// in the last year for reasons of its own; and by which months differ for everyone.
const PLACES_DIFFER: f64 = 0.2;
const YEARS_DIFFER: f64 = 0.1;
const MONTHS_DIFFER: f64 = 0.05;
/// An indicator has between so many times the usual cases.
const SIZES: [f64; 2] = [0.25, 2.0];
/// Logit by which the broken indicator jumps everywhere, in the last six months.
const BREAK: f64 = 0.5;
const BREAK_MONTHS: usize = 6;
/// Cases of an agency a month for each 10,000 children, and adverse events.
const CASES: f64 = 0.5;
const EVENTS: f64 = 0.25;
/// Share of gradings, and of scores, that usually fall short.
const FALLS_SHORT: f64 = 0.25;
/// Share of an agency's themes that are moderated.
const MODERATED: f64 = 0.4;
/// Share of the optimist's standards that the moderator finds short.
const OPTIMIST_SHORT: f64 = 0.75;
/// Deaths a year, and the share that usually has a modifiable factor of a theme.
const DEATHS: f64 = 48.0;
const OF_DEATHS: f64 = 0.06;
/// Reviews in five years, and the share that usually names a theme.
const REVIEWS: usize = 18;
const OF_REVIEWS: f64 = 0.15;
/// Reports of an agency on a theme at a place in a quarter.
const OF_REPORTS: f64 = 0.25;
/// Audits, their cases, the themes that one looks at and the agencies that grade each case.
const AUDITS: usize = 30;
const AUDIT_CASES: usize = 8;
const AUDIT_THEMES: usize = 4;
const AUDIT_AGENCIES: usize = 6;

/// A board's evidence.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Indicators, a series for each agency and place.
    pub series: Vec<Series>,
    /// Section 11.
    pub section11: Vec<Row>,
    /// Audits.
    pub audits: Vec<Row>,
    /// Child deaths.
    pub child_deaths: Vec<Row>,
    /// Case reviews.
    pub case_reviews: Vec<Row>,
    /// Soft intelligence.
    pub intelligence: Vec<Row>,
}

/// The day from which a simulated board is looked at.
pub fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2015, 1, 31).unwrap_or(NaiveDate::MAX)
}

/// Draws the evidence of a board. The same plan and truth give the same rows.
pub fn draw(plan: &Plan, truth: &Truth) -> Evidence {
    let chance = |what: &str| Chance::new(plan.seed, &format!("board {} {what}", plan.number));
    // Only the last part of what the board as a whole is compared with: a board has no other but its own past.
    let recent = plan.planting == Planting::Board;
    let maker = Maker { truth, recent };
    Evidence {
        series: maker.series(&mut chance("performance")),
        section11: maker.section11(&mut chance("section11")),
        audits: maker.audits(&mut chance("audits")),
        child_deaths: maker.child_deaths(&mut chance("child deaths")),
        case_reviews: maker.case_reviews(&mut chance("case reviews")),
        intelligence: maker.intelligence(&mut chance("intelligence")),
    }
}

struct Maker<'a> {
    truth: &'a Truth,
    recent: bool,
}

impl Maker<'_> {
    fn speaks(&self, agency: usize) -> bool {
        self.truth.silent != Some(agency)
    }

    /// How much worse a stream finds a theme at some places in some agencies, on the scale of d; the board's own part only
    /// where it is late enough.
    fn worse(&self, stream: Stream, theme: usize, places: &[usize], agencies: &[usize], late: bool) -> f64 {
        let (effects, board) = (&self.truth.effects, late || !self.recent);
        effects.planted(theme, places, agencies, board) + effects.chance(stream, theme, places, agencies, board)
    }

    /// The share of deaths or reviews that a theme has: what is planted adds to it, chance multiplies it.
    fn share(&self, stream: Stream, theme: usize, named: [&[usize]; 2], late: bool) -> f64 {
        let (effects, board) = (&self.truth.effects, late || !self.recent);
        let usual = if stream == Stream::ChildDeaths { OF_DEATHS } else { OF_REVIEWS };
        let [places, agencies] = named;
        usual * effects.chance(stream, theme, places, agencies, board).exp()
            + SHARE * effects.planted(theme, places, agencies, board)
    }

    fn series(&self, chance: &mut Chance) -> Vec<Series> {
        let mut all = Vec::with_capacity(THEMES * INDICATORS * AGENCIES * PLACES);
        for theme in 0..THEMES {
            for indicator in 0..INDICATORS {
                self.indicator(chance, theme, indicator, &mut all);
            }
        }
        all
    }

    fn indicator(&self, chance: &mut Chance, theme: usize, indicator: usize, all: &mut Vec<Series>) {
        let proportion = indicator < PROPORTIONS;
        let mut between = |low: f64, high: f64| low + (high - low) * chance.between(0, 1000) as f64 / 1000.0;
        let (usual, size) = (between(0.15, 0.35), between(SIZES[0].ln(), SIZES[1].ln()).exp());
        let mut differ = |n: usize, sd: f64| -> Vec<f64> { (0..n).map(|_| chance.normal(sd)).collect() };
        let (places, agencies) = (differ(PLACES, PLACES_DIFFER), differ(AGENCIES, PLACES_DIFFER));
        let years = (differ(PLACES, YEARS_DIFFER), differ(AGENCIES, YEARS_DIFFER));
        let months = differ(MONTHS, MONTHS_DIFFER);
        for agency in (0..AGENCIES).filter(|a| self.speaks(*a)) {
            for place in (0..PLACES).filter(|p| !self.truth.silence.performance.hides(theme, *p, agency)) {
                let exposure = size * children(place) / 10_000.0;
                let alarm = self.alarm(theme, indicator, place, agency, usual, size);
                let worse = PERFORMANCE * self.worse(Stream::Performance, theme, &[place], &[agency], true) + alarm;
                let mut period = Period::Month(2012, 1);
                let mut points = Vec::with_capacity(MONTHS);
                for (month, season) in months.iter().enumerate() {
                    let late = month >= MONTHS - WORSE_MONTHS;
                    let broken = indicator == 0 && self.truth.broken == Some(theme) && month >= MONTHS - BREAK_MONTHS;
                    let shift = places[place]
                        + agencies[agency]
                        + season
                        + if month + 12 >= MONTHS { years.0[place] + years.1[agency] } else { 0.0 }
                        + if late { worse } else { 0.0 }
                        + if broken { BREAK } else { 0.0 };
                    points.push(if proportion {
                        let n = chance.poisson(exposure * CASES);
                        let adverse = chance.binomial(n, logistic(logit(usual) + shift));
                        let x = if board::counts_the_good(indicator) { n - adverse } else { adverse };
                        point(period, x, Some(n), n)
                    } else {
                        let events = chance.poisson(exposure * EVENTS * shift.exp());
                        point(period, events, None, children(place))
                    });
                    period = period.next();
                }
                all.push(series(&agency_id(agency), &indicator_id(theme, indicator), &place_id(place), points));
            }
        }
    }

    /// Two standard deviations of a month's figure of the whole cell, where the cell's first indicator is an alarm.
    fn alarm(&self, theme: usize, indicator: usize, place: usize, agency: usize, usual: f64, size: f64) -> f64 {
        let here = |a: &&Alarm| match a.grain {
            Grain::Locality => (a.theme, a.place) == (theme, place),
            Grain::Agency => (a.theme, a.place) == (theme, agency),
            Grain::Board => false,
        };
        let Some(alarm) = self.truth.alarms.iter().find(here).filter(|_| indicator == 0) else { return 0.0 };
        let cases = match alarm.grain {
            Grain::Agency => (0..PLACES).map(|p| children(p) / 10_000.0 * CASES).sum::<f64>(),
            _ => children(place) / 10_000.0 * CASES * (AGENCIES - 1) as f64,
        };
        2.0 / (size * cases * usual * (1.0 - usual)).sqrt()
    }

    fn section11(&self, chance: &mut Chance) -> Vec<Row> {
        let mut rows = Vec::new();
        let cut = crate::stats::normal::quantile(FALLS_SHORT);
        for agency in (0..AGENCIES).filter(|a| self.speaks(*a)) {
            let optimist = self.truth.optimist == Some(agency);
            for theme in (0..THEMES).filter(|t| !self.truth.silence.section11.agency(*t, agency)) {
                if self.truth.silence.section11.theme(theme) {
                    continue;
                }
                let moderated = optimist || chance.happens(MODERATED);
                for (year, late) in [(2013, false), (2014, true)] {
                    let worse = GRADED * self.worse(Stream::Section11, theme, &[], &[agency], late);
                    for standard in 0..STANDARDS {
                        let latent = chance.normal(1.0) - worse;
                        let again = chance.normal(0.5);
                        let own = if optimist { 3.0 + f64::from(latent > 0.0) } else { score(latent, cut) };
                        let mut row = row(Table::Section11);
                        text(&mut row, "agency", agency_id(agency));
                        text(&mut row, "standard", standard_id(theme, standard));
                        row.set("period", Value::Period(Period::Year(year)));
                        number(&mut row, "self_score", own);
                        if moderated {
                            let short = optimist && chance.happens(OPTIMIST_SHORT);
                            let found = if short { 2.0 } else { score((latent + again) / 1.25_f64.sqrt(), cut) };
                            number(&mut row, "moderated_score", found);
                        }
                        rows.push(row);
                    }
                }
            }
        }
        rows
    }

    fn audits(&self, chance: &mut Chance) -> Vec<Row> {
        let mut rows = Vec::new();
        let cut = crate::stats::normal::quantile(FALLS_SHORT);
        let weights: Vec<f64> = (0..PLACES).map(|p| children(p).sqrt()).collect();
        let mut agencies: Vec<usize> = (0..AGENCIES).filter(|a| self.speaks(*a)).collect();
        let mut themes: Vec<usize> = Vec::new();
        for audit in 0..AUDITS {
            let day = as_of() - Duration::days(20 + (AUDITS - 1 - audit) as i64 * 35);
            // Audits go through all themes in turn.
            let mut asked: Vec<usize> = Vec::with_capacity(AUDIT_THEMES);
            while asked.len() < AUDIT_THEMES {
                if themes.is_empty() {
                    themes.extend(0..THEMES);
                    chance.shuffle(&mut themes);
                }
                asked.extend(themes.pop().filter(|t| !asked.contains(t)));
            }
            let late = as_of() - day < Duration::days(365);
            for case in 0..AUDIT_CASES {
                let place = chance.weighted(&weights);
                chance.shuffle(&mut agencies);
                for theme in &asked {
                    // What all who graded the case on the theme saw of it.
                    let common = chance.normal(0.5);
                    for agency in agencies.iter().take(AUDIT_AGENCIES) {
                        let worse = GRADED * self.worse(Stream::Audits, *theme, &[place], &[*agency], late);
                        let latent = (common + chance.normal(1.0)) / 1.25_f64.sqrt() - worse;
                        if self.truth.silence.audits.hides(*theme, place, *agency) {
                            continue;
                        }
                        let mut row = row(Table::Audits);
                        text(&mut row, "audit", format!("audit-{audit}"));
                        row.set("audited_on", Value::Date(day));
                        text(&mut row, "kind", "multi-agency".to_owned());
                        text(&mut row, "agency", agency_id(*agency));
                        text(&mut row, "theme", theme_id(*theme));
                        text(&mut row, "locality", place_id(place));
                        text(&mut row, "case", format!("case-{case}"));
                        let grade = if latent < cut { "requires-improvement" } else { "good" };
                        text(&mut row, "grade", grade.to_owned());
                        rows.push(row);
                    }
                }
            }
        }
        rows
    }

    fn child_deaths(&self, chance: &mut Chance) -> Vec<Row> {
        let mut rows = Vec::new();
        let all: f64 = (0..PLACES).map(children).sum();
        for place in 0..PLACES {
            let deaths = chance.poisson(DEATHS * 5.0 * children(place) / all) as usize;
            for death in 0..deaths {
                let days = chance.between(0, 5 * 365 - 1);
                let late = days < 3 * 365;
                let mut factors = Vec::new();
                for theme in 0..THEMES {
                    let share = self.share(Stream::ChildDeaths, theme, [&[place], &[]], late);
                    if chance.happens(share) {
                        factors.push(factor_id(theme));
                    }
                }
                let mut row = row(Table::ChildDeaths);
                text(&mut row, "review", format!("death-{place}-{death}"));
                row.set("notified_on", Value::Date(as_of() - Duration::days(days + 180)));
                text(&mut row, "locality", place_id(place));
                text(&mut row, "category", String::new());
                text(&mut row, "modifiable", if factors.is_empty() { "no" } else { "yes" }.to_owned());
                row.set("factors", Value::Ids(factors));
                row.set("reviewed_on", Value::Date(as_of() - Duration::days(days)));
                rows.push(row);
            }
        }
        rows
    }

    fn case_reviews(&self, chance: &mut Chance) -> Vec<Row> {
        let silent = &self.truth.silence.case_reviews;
        let places: Vec<usize> = (0..PLACES).filter(|p| !silent.place(0, *p)).collect();
        let agencies: Vec<usize> = (0..AGENCIES).filter(|a| self.speaks(*a) && !silent.agency(0, *a)).collect();
        let mut rows = Vec::new();
        for review in 0..REVIEWS {
            let days = chance.between(0, 5 * 365 - 1);
            let late = days < 2 * 365;
            let mut named = |of: &[usize], n: usize| -> Vec<usize> {
                let mut list = of.to_vec();
                chance.shuffle(&mut list);
                list.truncate(n);
                list.sort_unstable();
                list
            };
            let (at, by) = (named(&places, 2), named(&agencies, 4));
            let mut themes = Vec::new();
            for theme in 0..THEMES {
                if chance.happens(self.share(Stream::CaseReviews, theme, [&at, &by], late)) {
                    themes.push(theme_id(theme));
                }
            }
            let mut row = row(Table::CaseReviews);
            text(&mut row, "review", format!("review-{review}"));
            text(&mut row, "kind", "learning".to_owned());
            text(&mut row, "decision", "not-met".to_owned());
            row.set("decided_on", Value::Date(as_of() - Duration::days(days)));
            row.set("themes", Value::Ids(themes));
            row.set("agencies", Value::Ids(by.iter().map(|a| agency_id(*a)).collect()));
            row.set("localities", Value::Ids(at.iter().map(|p| place_id(*p)).collect()));
            rows.push(row);
        }
        rows
    }

    fn intelligence(&self, chance: &mut Chance) -> Vec<Row> {
        let silent = &self.truth.silence.intelligence;
        let mut rows = Vec::new();
        for agency in (0..AGENCIES).filter(|a| self.speaks(*a) && !silent.agency(0, *a)) {
            for place in (0..PLACES).filter(|p| !silent.place(0, *p)) {
                for theme in 0..THEMES {
                    let mut period = Period::Quarter(2012, 1);
                    for quarter in 0..12 {
                        let late = quarter >= 8;
                        let worse = self.worse(Stream::Intelligence, theme, &[place], &[agency], late);
                        let count = chance.poisson(OF_REPORTS * (REPORTS * worse).exp());
                        if count > 0.0 {
                            let mut row = row(Table::Intelligence);
                            text(&mut row, "agency", agency_id(agency));
                            text(&mut row, "locality", place_id(place));
                            text(&mut row, "theme", theme_id(theme));
                            row.set("period", Value::Period(period));
                            text(&mut row, "kind", "complaint".to_owned());
                            number(&mut row, "count", count);
                            rows.push(row);
                        }
                        period = period.next();
                    }
                }
            }
        }
        rows
    }
}

/// A score of 1 to 4; 1 and 2 fall short.
fn score(latent: f64, cut: f64) -> f64 {
    match latent {
        l if l < cut - 1.0 => 1.0,
        l if l < cut => 2.0,
        l if l < 0.7 => 3.0,
        _ => 4.0,
    }
}

fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn row(table: Table) -> Row {
    Row::empty(table, Provenance::default())
}

fn text(row: &mut Row, column: &str, value: String) {
    row.set(column, Value::Text(value.into()));
}

fn number(row: &mut Row, column: &str, value: f64) {
    row.set(column, Value::Number(Number::of(value)));
}

fn point(period: Period, x: f64, denominator: Option<f64>, base: f64) -> Point {
    Point {
        period,
        numerator: Figure::of(x),
        denominator: denominator.map_or(Figure::MISSING, Figure::of),
        value: if base > 0.0 { Figure::of(x / base) } else { Figure::MISSING },
        base: Some(base),
        lower: None,
        upper: None,
        interval_method: "",
        mean: None,
        lower_limit: None,
        upper_limit: None,
        variation: Variation::CommonCause,
    }
}

fn series(agency: &str, indicator: &str, locality: &str, points: Vec<Point>) -> Series {
    Series {
        agency: agency.to_owned(),
        indicator: indicator.to_owned(),
        locality: locality.to_owned(),
        points,
        target: None,
        target_status: "",
        comparator: None,
        variation: None,
        assurance: Assurance::None,
        notes: Vec::new(),
        comparable_from: None,
    }
}
