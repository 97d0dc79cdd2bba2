//! How high an indicator stands at each place, and which way it is going.

use crate::model::cell::Part;
use crate::model::{Grain, Period};
use crate::spec::reference::{Basis, Comparator, Polarity};
use crate::stats::{midp, robust};
use crate::triangulate::indicators::track::{Lengths, Measure, Observed, Track, Tracks};
use crate::triangulate::tally::{OTHERS, OWN_PAST, share_of};

/// The least number of points from which an indicator's own spread is taken.
const LEAST_POINTS: usize = 12;
/// The least number of earlier dates that a stock is compared with.
const LEAST_DATES: usize = 3;
/// From how many places a value is compared with the others.
const LEAST_PLACES: usize = 10;
/// Mean moving range over standard deviation of a normal, for two neighbours.
const D2: f64 = 1.128;

/// What an indicator says at one place, before overdispersion.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::triangulate) struct Said {
    /// How high.
    pub level: Option<Part>,
    /// Which way it is going.
    pub change: Option<Part>,
    /// The latest period.
    pub latest: Period,
}

/// A figure of elsewhere.
struct Elsewhere<'a> {
    name: &'a str,
    value: f64,
    /// Length in years of its own period.
    years: f64,
}

/// What is observed in a window, and in how much exposure.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Total {
    x: f64,
    t: f64,
}

/// What an indicator says at every place of a grain. A place without a period in the latest window says nothing. What lies
/// before a recorded break is not read: it is another measure, and a fall on paper is no fall.
pub(in crate::triangulate) fn said(
    tracks: &Tracks<'_>,
    grain: Grain,
    comparators: &[&Comparator],
    least: usize,
    l: Lengths,
) -> Vec<Option<Said>> {
    let by_place: &[Track] = &tracks.by_grain[grain as usize];
    let comparable = |track: &Track| track.iter().filter(|o| o.comparable).copied().collect();
    let by_place: &[Track] = &by_place.iter().map(comparable).collect::<Vec<Track>>();
    let Some(end) = tracks.end else { return vec![None; by_place.len()] };
    let reader = Reader {
        tracks,
        latest_from: end - l.latest,
        elsewhere: elsewhere(comparators, end),
        others: if grain == Grain::Board { usize::MAX } else { least },
    };
    match (tracks.measure, tracks.indicator.basis) {
        (Measure::Value, _) => reader.values(by_place),
        (_, Basis::Stock) => reader.stocks(by_place),
        (_, Basis::Flow) => reader.flows(by_place),
    }
}

/// The comparator of the same or the latest earlier period; that of statistical neighbours before that of England.
fn elsewhere<'a>(comparators: &[&'a Comparator], end: i32) -> Option<Elsewhere<'a>> {
    let named = |name: &str| {
        let known = comparators.iter().filter(|c| c.comparator == name && c.value.is_finite());
        known
            .filter(|c| crate::triangulate::when::end_month(c.period) <= end)
            .max_by(|a, b| a.period.cmp(&b.period).then(a.value.total_cmp(&b.value)))
    };
    let found = named("statistical-neighbours").or_else(|| named("england"))?;
    Some(Elsewhere { name: &found.comparator, value: found.value, years: found.period.years() })
}

struct Reader<'t, 'a> {
    tracks: &'t Tracks<'a>,
    /// Periods that end after this month lie in the latest window.
    latest_from: i32,
    elsewhere: Option<Elsewhere<'t>>,
    /// How many other places must speak for the others to be used.
    others: usize,
}

impl Reader<'_, '_> {
    fn split<'o>(&self, track: &'o [Observed]) -> (&'o [Observed], &'o [Observed]) {
        let at = track.partition_point(|o| o.month <= self.latest_from);
        (&track[..at], &track[at..])
    }

    /// Sums over the periods received; none where one of them is withheld.
    fn total(&self, periods: &[Observed]) -> Option<Total> {
        let (mut x, mut t) = (0.0, 0.0);
        for o in periods {
            if o.suppressed {
                return None;
            }
            let Some(count) = o.x else { continue };
            let months = f64::from(o.period.months());
            let exposure = match self.tracks.measure {
                Measure::RateOfPeople => o.base.map(|b| b * months),
                Measure::Count => Some(months),
                _ => o.base,
            };
            if let Some(exposure) = exposure {
                x += count;
                t += exposure;
            }
        }
        // Months to years at the end, so that the sums stay whole.
        let scale = if matches!(self.tracks.measure, Measure::RateOfPeople | Measure::Count) { 12.0 } else { 1.0 };
        (t > 0.0).then_some(Total { x, t: t / scale })
    }

    fn flows(&self, by_place: &[Track]) -> Vec<Option<Said>> {
        let windows: Vec<_> = by_place.iter().map(|track| self.split(track)).collect();
        let totals: Vec<Option<Total>> = windows.iter().map(|(_, latest)| self.total(latest)).collect();
        let all = Sum::of(&totals);
        let at = |((earlier, latest), total): (&(&[Observed], &[Observed]), &Option<Total>)| {
            let last = latest.last()?;
            let change = total.and_then(|now| self.change(now, self.total(earlier)?));
            Some(Said { level: total.and_then(|t| self.level(t, &all)), change, latest: last.period })
        };
        windows.iter().zip(&totals).map(at).collect()
    }

    /// A total against the comparator, else against the other places.
    fn level(&self, own: Total, all: &Sum) -> Option<Part> {
        if let Some(part) = self.elsewhere.as_ref().and_then(|e| self.against_elsewhere(own, e)) {
            return Some(part);
        }
        let others = all.without(own);
        if others.speaking < self.others || others.t <= 0.0 || own.x + others.x <= 0.0 {
            return None;
        }
        match self.tracks.measure {
            // A number of things has no level without a comparator.
            Measure::Count | Measure::Value => None,
            Measure::Proportion => self.proportion(own, share_of(others.x, others.t), OTHERS),
            _ => {
                let count = if others.x > 0.0 { others.x } else { 0.5 };
                self.count(own, count / others.t * own.t, OTHERS)
            }
        }
    }

    /// A comparator is of its own period's length; a stock and a counted denominator have none.
    fn against_elsewhere(&self, own: Total, elsewhere: &Elsewhere<'_>) -> Option<Part> {
        let value = elsewhere.value;
        let years = if self.tracks.indicator.basis == Basis::Stock { 1.0 } else { elsewhere.years };
        match self.tracks.measure {
            // All or none elsewhere is no yardstick: one child short would be beyond belief.
            Measure::Proportion if value <= 0.0 || value >= 1.0 => None,
            Measure::Proportion => self.proportion(own, value, elsewhere.name),
            Measure::RateOfCount => self.count(own, value / self.tracks.indicator.multiplier * own.t, elsewhere.name),
            Measure::RateOfPeople => {
                self.count(own, value / self.tracks.indicator.multiplier / years * own.t, elsewhere.name)
            }
            Measure::Count => self.count(own, value / years * own.t, elsewhere.name),
            Measure::Value => None,
        }
    }

    fn proportion(&self, own: Total, p0: f64, against: &str) -> Option<Part> {
        let z = midp::binomial(own.x, own.t, p0)?.z;
        Some(self.part(z, own.x / own.t, p0, against))
    }

    fn count(&self, own: Total, expected: f64, against: &str) -> Option<Part> {
        let z = midp::poisson(own.x, expected)?.z;
        Some(self.part(z, self.in_unit(own.x, own.t), self.in_unit(expected, own.t), against))
    }

    /// A count in the unit that the board reads: per multiplier and year, or as it is.
    fn in_unit(&self, x: f64, t: f64) -> f64 {
        match self.tracks.measure {
            Measure::Count => x,
            Measure::Proportion => x / t,
            _ => x / t * self.tracks.indicator.multiplier,
        }
    }

    fn part(&self, z: f64, observed: f64, expected: f64, against: &str) -> Part {
        // High is good: more than expected is the reassurance. Neutral ones are shown as they go.
        let sign = if self.tracks.indicator.polarity == Polarity::HighIsGood { -1.0 } else { 1.0 };
        Part { z: sign * z, observed, expected, against: against.to_owned() }
    }

    /// The latest window against the one before, given all margins.
    fn change(&self, now: Total, before: Total) -> Option<Part> {
        if now.x + before.x <= 0.0 {
            return None;
        }
        let z = match self.tracks.measure {
            Measure::Proportion => midp::hypergeometric(now.x, now.t, before.x, before.t),
            _ => midp::share(now.x, now.t, before.x, before.t),
        };
        let expected = before.x / before.t * now.t;
        Some(self.part(z?.z, self.in_unit(now.x, now.t), self.in_unit(expected, now.t), OWN_PAST))
    }

    /// Counts at a date are never added up: the latest date stands for the window.
    fn stocks(&self, by_place: &[Track]) -> Vec<Option<Said>> {
        let at_date = |o: &Observed| {
            let t = if self.tracks.measure == Measure::Count { Some(1.0) } else { o.base };
            o.x.zip(t).filter(|(_, t)| *t > 0.0).map(|(x, t)| Total { x, t })
        };
        let windows: Vec<_> = by_place.iter().map(|track| self.split(track)).collect();
        let latest: Vec<Option<Total>> =
            windows.iter().map(|(_, latest)| latest.iter().rev().find_map(at_date)).collect();
        let all = Sum::of(&latest);
        let at = |((earlier, recent), now): (&(&[Observed], &[Observed]), &Option<Total>)| {
            let last = recent.last()?;
            let before: Vec<Total> = earlier.iter().filter_map(at_date).collect();
            let change = now.and_then(|now| self.stock_change(now, &before));
            Some(Said { level: now.and_then(|t| self.level(t, &all)), change, latest: last.period })
        };
        windows.iter().zip(&latest).map(at).collect()
    }

    fn stock_change(&self, now: Total, before: &[Total]) -> Option<Part> {
        let pooled = before.iter().fold(Total { x: 0.0, t: 0.0 }, |s, b| Total { x: s.x + b.x, t: s.t + b.t });
        if before.len() < LEAST_DATES || now.x + pooled.x <= 0.0 {
            return None;
        }
        if self.tracks.measure == Measure::Proportion {
            return self.proportion(now, share_of(pooled.x, pooled.t), OWN_PAST);
        }
        let mean = before.iter().map(|b| b.x / b.t).sum::<f64>() / before.len() as f64;
        let rate = if mean > 0.0 { mean } else { 0.5 / pooled.t };
        self.count(now, rate * now.t, OWN_PAST)
    }

    fn values(&self, by_place: &[Track]) -> Vec<Option<Said>> {
        let numbers = |periods: &[Observed]| periods.iter().filter_map(|o| o.value).collect::<Vec<f64>>();
        let windows: Vec<_> = by_place.iter().map(|track| self.split(track)).collect();
        let means: Vec<Option<f64>> = windows.iter().map(|(_, latest)| mean(&numbers(latest))).collect();
        let speaking = means.iter().flatten().count();
        let mut out = Vec::with_capacity(by_place.len());
        for (i, (earlier, latest)) in windows.iter().enumerate() {
            let (Some(last), Some(own)) = (latest.last(), means[i]) else {
                out.push(None);
                continue;
            };
            let spread = spread(&numbers(&by_place[i]));
            let k1 = numbers(latest).len() as f64;
            let level = if speaking >= LEAST_PLACES && self.others != usize::MAX {
                let others: Vec<f64> =
                    means.iter().enumerate().filter(|(j, _)| *j != i).filter_map(|(_, m)| *m).collect();
                let (middle, mad) = (robust::median(&others), robust::mad(&others));
                middle.zip(mad.filter(|mad| *mad > 0.0)).map(|(m, mad)| self.part((own - m) / mad, own, m, OTHERS))
            } else {
                let e = self.elsewhere.as_ref();
                e.zip(spread).map(|(e, s)| self.part((own - e.value) / (s / k1.sqrt()), own, e.value, e.name))
            };
            let before = numbers(earlier);
            let change = mean(&before).zip(spread).map(|(before_mean, s)| {
                let error = s * (1.0 / k1 + 1.0 / before.len() as f64).sqrt();
                self.part((own - before_mean) / error, own, before_mean, OWN_PAST)
            });
            out.push(Some(Said { level, change, latest: last.period }));
        }
        out
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The standard deviation by the mean moving range; none under 12 points, and none where nothing ever moved.
fn spread(values: &[f64]) -> Option<f64> {
    if values.len() < LEAST_POINTS {
        return None;
    }
    let ranges: Vec<f64> = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    mean(&ranges).map(|r| r / D2).filter(|s| *s > 0.0)
}

/// All places' totals together.
struct Sum {
    x: f64,
    t: f64,
    speaking: usize,
}

impl Sum {
    fn of(totals: &[Option<Total>]) -> Self {
        totals.iter().flatten().fold(Self { x: 0.0, t: 0.0, speaking: 0 }, |s, total| Self {
            x: s.x + total.x,
            t: s.t + total.t,
            speaking: s.speaking + 1,
        })
    }

    fn without(&self, own: Total) -> Self {
        Self { x: self.x - own.x, t: self.t - own.t, speaking: self.speaking - 1 }
    }
}
