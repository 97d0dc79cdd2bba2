//! Figures of indicators: binomial and Poisson counts around latent rates.

use std::collections::BTreeMap;
use std::f64::consts::TAU;

use crate::model::row::{Provenance, Value};
use crate::model::{Number, Period, Row, Status, Table};
use crate::sample::calendar::Calendar;
use crate::sample::chance::Chance;
use crate::sample::level::{Level, Levels};
use crate::sample::partners::OFFICES;
use crate::sample::plan::{Plan, existed, places};
use crate::spec::Reference;
use crate::spec::reference::{Basis, Frequency, Indicator, Unit};

/// How far the true level of a place may lie from the county's, as a standard deviation on the log scale.
const PLACE_SD: f64 = 0.02;

/// The season's swing of counts, as a share.
const SEASON: f64 = 0.06;

/// Markers that take the place of a figure here and there, with what they stand for.
const MARKERS: [(&str, Status); 8] = [
    ("c", Status::Suppressed),
    ("*", Status::Suppressed),
    ("[x]", Status::NotAvailable),
    ("..", Status::NotAvailable),
    ("-", Status::NotRecorded),
    ("#N/A", Status::NotRecorded),
    ("z", Status::NotApplicable),
    ("n/a", Status::NotApplicable),
];

/// A series of counts that others are shares of.
type Counts = BTreeMap<(String, String), BTreeMap<Period, f64>>;

/// All rows of the table.
pub fn rows(reference: &Reference, calendar: &Calendar, plan: &Plan) -> Vec<Row> {
    let levels = Levels::read();
    let mut counts = Counts::new();
    let mut rows = Vec::new();
    for (indicator, level) in in_order(reference, &levels) {
        let mut chance = Chance::new(plan.truth.seed, &format!("performance/{}", indicator.indicator));
        for agency in agencies(indicator, plan) {
            let series = Series { reference, calendar, plan, indicator, level: &level, agency };
            for (place, share) in shares_of_places(reference, calendar, indicator, agency) {
                rows.extend(series.rows(&place, share, &mut counts, &mut chance));
            }
        }
    }
    mark(&mut rows, reference, &levels, plan.truth.seed);
    rows
}

/// The indicators, each after those whose counts it needs.
fn in_order<'a>(reference: &'a Reference, levels: &Levels) -> Vec<(&'a Indicator, Level)> {
    let mut left: Vec<(&Indicator, Level)> = reference.indicators.iter().map(|i| (i, levels.of(i))).collect();
    let mut ordered: Vec<(&Indicator, Level)> = Vec::new();
    while !left.is_empty() {
        let waits = |level: &Level| {
            let needed = |id: &&String| left.iter().any(|(i, _)| i.indicator == **id);
            level.of.iter().chain(&level.same).any(|id| needed(&id))
        };
        let (ready, waiting): (Vec<_>, Vec<_>) = left.iter().cloned().partition(|(_, level)| !waits(level));
        if ready.is_empty() {
            ordered.extend(waiting);
            break;
        }
        ordered.extend(ready);
        left = waiting;
    }
    ordered
}

/// The agencies that return an indicator: its owner, or every agency that returns a Section 11 self-assessment.
fn agencies<'a>(indicator: &'a Indicator, plan: &Plan) -> Vec<&'a str> {
    let all = || OFFICES.iter().filter(|o| o.section11).map(|o| o.agency);
    let list: Vec<&str> = if indicator.agency.is_empty() { all().collect() } else { vec![indicator.agency.as_str()] };
    list.into_iter().filter(|a| !plan.silent(a)).collect()
}

/// The places of an indicator, each with its share of the county's cases.
fn shares_of_places(
    reference: &Reference,
    calendar: &Calendar,
    indicator: &Indicator,
    agency: &str,
) -> Vec<(String, f64)> {
    let districts = indicator.extra.get("place").is_some_and(|p| p == "districts");
    let leaves = places(reference, calendar);
    if !districts {
        let county = reference.localities.iter().find(|l| l.parent.is_empty() && l.valid.holds(calendar.as_of));
        return county.map(|c| (c.locality.clone(), 1.0)).into_iter().collect();
    }
    let hospital = OFFICES.iter().any(|o| o.agency == agency && o.hospital);
    let weight = |place: &String| {
        let (_, people) = reference.population(place, 0, 17, calendar.as_of)?;
        let row = reference.locality(place, calendar.as_of)?;
        let west = row.extra.get("successor").is_some_and(|s| s.starts_with("west"));
        let near = west == (agency == "northampton-general");
        Some(people * if hospital && !near { 0.5 } else { 1.0 })
    };
    let weights: Vec<f64> = leaves.iter().map(|p| weight(p).unwrap_or(1.0)).collect();
    let all: f64 = weights.iter().sum();
    leaves.into_iter().zip(weights).map(|(p, w)| (p, w / all)).collect()
}

/// One indicator in one agency.
struct Series<'a> {
    reference: &'a Reference,
    calendar: &'a Calendar,
    plan: &'a Plan,
    indicator: &'a Indicator,
    level: &'a Level,
    agency: &'a str,
}

impl Series<'_> {
    fn rows(&self, place: &str, share: f64, counts: &mut Counts, chance: &mut Chance) -> Vec<Row> {
        let phase = chance.between(0, 11) as f64;
        let place_effect = chance.normal(PLACE_SD);
        let mut rows = Vec::new();
        for &period in self.periods() {
            let effect = place_effect + self.worse(place, period);
            let season = 1.0 + SEASON * (TAU * (middle(period) - phase) / 12.0).sin();
            let (numerator, denominator, value) = self.draw(place, share, period, effect, season, counts, chance);
            if let Some(n) = numerator {
                let key = (self.indicator.indicator.clone(), place.to_owned());
                counts.entry(key).or_default().insert(period, n);
            }
            // A figure in a hundred is never sent, and none on a time before the agency was there.
            let lost = chance.happens(0.01);
            if lost || !existed(self.reference, self.agency, period.start(), period.end()) {
                continue;
            }
            rows.push(self.row(place, period, numerator, denominator, value));
        }
        rows
    }

    fn periods(&self) -> &[Period] {
        match self.indicator.frequency {
            Frequency::Monthly => &self.calendar.months,
            Frequency::Quarterly => &self.calendar.quarters,
            Frequency::Annual => &self.calendar.years,
        }
    }

    /// The planted effect, signed so that positive raises the numerator.
    fn worse(&self, place: &str, period: Period) -> f64 {
        let by = self.plan.worse_by(self.indicator, self.agency, place, period, self.calendar.is_late(period));
        match self.indicator.polarity {
            crate::spec::reference::Polarity::HighIsGood => -by,
            _ => by,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one draw needs its place, its time and what it is a share of")]
    fn draw(
        &self,
        place: &str,
        share: f64,
        period: Period,
        effect: f64,
        season: f64,
        counts: &Counts,
        chance: &mut Chance,
    ) -> (Option<f64>, Option<f64>, Option<f64>) {
        let stock = self.indicator.basis == Basis::Stock;
        let part = if stock { 1.0 } else { period.years() * season };
        if let Some(same) = &self.level.same {
            return (Some(whole(counts, same, place, period, stock)), None, None);
        }
        match self.indicator.unit {
            Unit::Proportion => {
                let whole = self.level.of.as_ref().map(|of| whole(counts, of, place, period, stock));
                let n = whole.unwrap_or_else(|| chance.poisson(self.level.yearly * share * part).max(1.0));
                let x = chance.binomial(n, logistic(self.level.level, effect));
                (Some(x), Some(n), None)
            }
            Unit::Rate
                if self.indicator.denominator_label.starts_with("Children aged")
                    || self.indicator.denominator_label.starts_with("People aged") =>
            {
                let ages = (self.indicator.population_from, self.indicator.population_to);
                let people = self.reference.population(place, ages.0, ages.1, period.end()).map_or(0.0, |p| p.1);
                let mean = self.level.level / self.indicator.multiplier * people * part * effect.exp();
                (Some(chance.poisson(mean)), None, None)
            }
            Unit::Rate => {
                let n = (self.level.yearly * share * if stock { 1.0 } else { period.years() }).round().max(1.0);
                let mean = self.level.level / self.indicator.multiplier * n * effect.exp();
                (Some(chance.poisson(mean)), Some(n), None)
            }
            Unit::Count => (Some(chance.poisson(self.level.yearly * share * part * effect.exp())), None, None),
            Unit::Mean | Unit::Value => {
                let value = self.level.level * (1.0 + chance.normal(0.02));
                (None, Some((self.level.yearly * share).round()), Some((value * 100.0).round() / 100.0))
            }
        }
    }

    fn row(
        &self,
        place: &str,
        period: Period,
        numerator: Option<f64>,
        denominator: Option<f64>,
        value: Option<f64>,
    ) -> Row {
        let mut row = Row::empty(Table::Performance, Provenance::default());
        row.set("agency", Value::Text(self.agency.into()));
        row.set("indicator", Value::Text(self.indicator.indicator.as_str().into()));
        row.set("locality", Value::Text(place.into()));
        row.set("period", Value::Period(period));
        for (column, number) in [("numerator", numerator), ("denominator", denominator), ("value", value)] {
            if let Some(number) = number {
                row.set(column, Value::Number(Number::of(number)));
            }
        }
        row
    }
}

/// What a share is a share of: the newest figure of a stock, the sum over the period of a flow.
fn whole(counts: &Counts, of: &str, place: &str, period: Period, stock: bool) -> f64 {
    let Some(series) = counts.get(&(of.to_owned(), place.to_owned())) else { return 0.0 };
    let mut inside = series.iter().filter(|(p, _)| p.end() <= period.end() && p.start() >= period.start());
    if stock { inside.next_back().map_or(0.0, |(_, n)| *n) } else { inside.map(|(_, n)| n).sum() }
}

fn middle(period: Period) -> f64 {
    use chrono::Datelike;
    f64::from(period.start().month0()) + f64::from(period.months()) / 2.0
}

/// A share moved by so much on the scale of log odds.
pub fn logistic(share: f64, by: f64) -> f64 {
    1.0 / (1.0 + ((1.0 - share) / share) * (-by).exp())
}

/// Puts a marker in the place of the figures of about a dozen rows; never of a count that serves several indicators.
fn mark(rows: &mut [Row], reference: &Reference, levels: &Levels, seed: u64) {
    let mut chance = Chance::new(seed, "performance/markers");
    if rows.is_empty() {
        return;
    }
    for (marker, status) in MARKERS.iter().chain(&MARKERS[..4]) {
        let own = |row: &Row| {
            let indicator = reference.indicator(row.text("indicator"));
            row.number("denominator").value.is_some() && indicator.is_some_and(|i| levels.of(i).of.is_none())
        };
        let mut row = chance.between(0, rows.len() as i64 - 1) as usize;
        while row + 1 < rows.len() && !own(&rows[row]) {
            row += 1;
        }
        if rows[row].number("numerator").value.is_some() {
            rows[row].set("numerator", Value::Number(Number::marked(*status, *marker)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_moves_on_the_scale_of_log_odds() {
        // By hand: odds of 0.8 are 4; times e^-ln 4 they are 1, a share of a half.
        assert!((logistic(0.8, -(4.0_f64.ln())) - 0.5).abs() < 1e-12);
        assert!((logistic(0.3, 0.0) - 0.3).abs() < 1e-12, "no effect");
    }

    #[test]
    fn a_share_of_a_flow_adds_up_and_of_a_stock_does_not() {
        let months = [(1, 5.0), (2, 7.0), (3, 9.0), (4, 50.0)];
        let series = months.map(|(m, n)| (Period::Month(2014, m), n)).into_iter().collect();
        let counts = Counts::from([(("plans".to_owned(), "corby".to_owned()), series)]);
        let quarter = Period::Quarter(2014, 1);
        assert_eq!(whole(&counts, "plans", "corby", quarter, false), 21.0, "the three months of the quarter");
        assert_eq!(whole(&counts, "plans", "corby", quarter, true), 9.0, "as at its end");
        assert_eq!(whole(&counts, "plans", "kettering", quarter, true), 0.0, "nothing is known of it");
    }
}
