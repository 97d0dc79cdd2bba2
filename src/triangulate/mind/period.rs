//! The next period of the loudest indicator: read again by the code of its stream, with one more figure or several.

use crate::model::cell::{GrainSummary, IndicatorSignal, Part};
use crate::model::{Cell, Grain, Period, Stream};
use crate::spec::reference::{Basis, Indicator, Polarity};
use crate::stats::pool;
use crate::triangulate::ground::Ground;
use crate::triangulate::indicators::parts;
use crate::triangulate::indicators::track::{Lengths, Measure, Observed, Track, Tracks};
use crate::triangulate::mind::{Marks, Sources, turns};
use crate::triangulate::when::end_month;
use crate::triangulate::words::turning::Turning;

/// So many months of figures to come are looked at where one does not do.
const MONTHS_AHEAD: u32 = 24;
/// Into so many steps the range of a value that does not count things is cut.
const STEPS: f64 = 60.0;

/// What would turn performance at a cell, by its loudest indicator. None where that does not reproduce what the cell says.
pub(super) fn of(
    ground: &Ground<'_>,
    grain: Grain,
    cell: &Cell,
    list: &[IndicatorSignal],
    summary: &GrainSummary,
    sources: &Sources<'_>,
    marks: Marks,
) -> Option<Turning> {
    let told = list.iter().find(|i| i.z.is_some_and(|z| z > 0.0))?;
    let indicator = ground.world.reference.indicator(&told.indicator)?;
    let mut scene = Scene::of(ground, grain, cell, indicator, sources)?;
    scene.others = list.iter().filter(|i| i.indicator != told.indicator).filter_map(|i| i.z).collect();
    scene.calibrate(told, summary)?;
    let today = cell.signal(Stream::Performance).z?;
    if (scene.z(&[])? - today).abs() > 1e-6 {
        return None;
    }
    let last = *scene.base[scene.place].last()?;
    let next = last.period.next();
    let scale = scene.scale(&last)?;
    let z = |step: f64| scene.z(&[scale.observed(next, scale.figure(step))]);
    let (clear, confirm) = turns(scale.steps, z, marks);
    // A value's own spread widens with it, so that there a step may say less than the one before: then nothing is said.
    if scale.measure == Measure::Value && !is_rising(scale.steps, z) {
        return None;
    }
    let value = |step: f64| scale.value(scale.figure(step));
    if clear.is_some() {
        return Some(Turning::Next {
            indicator: indicator.clone(),
            period: next,
            high_is_worse: scale.worst_is_high,
            clear: clear.map(value),
            confirm: confirm.map(value),
        });
    }
    let usual = told.level.as_ref().or(told.change.as_ref())?;
    let figure = scale.of_window(usual.expected)?;
    let many = scene.how_many(figure, &scale, next, marks);
    Some(Turning::Many {
        indicator: indicator.clone(),
        period: next,
        usual: scale.value(figure),
        many,
        others: !scene.others.is_empty(),
    })
}

fn is_rising(steps: f64, says: impl Fn(f64) -> Option<f64>) -> bool {
    let all: Vec<f64> = (0..=steps as u32).filter_map(|step| says(f64::from(step))).collect();
    all.is_sorted()
}

/// An indicator at one place among the others, to be read again.
struct Scene<'g, 'a> {
    ground: &'g Ground<'a>,
    grain: Grain,
    place: usize,
    tracks: std::cell::RefCell<Tracks<'a>>,
    /// Its tracks of the grain as they are.
    base: Vec<Track>,
    end: i32,
    comparators: Vec<&'a crate::spec::reference::Comparator>,
    lengths: Lengths,
    /// z of the theme's other indicators here.
    others: Vec<f64>,
    rho: f64,
    level_and_change: f64,
    /// What overdispersion makes of a level, of a change, and of the stream.
    steadied: [f64; 3],
}

impl<'g, 'a> Scene<'g, 'a> {
    fn of(
        ground: &'g Ground<'a>,
        grain: Grain,
        cell: &Cell,
        indicator: &'a Indicator,
        sources: &Sources<'a>,
    ) -> Option<Self> {
        let latest = ground.months(ground.world.method.window_months.performance) as i32;
        let lengths = Lengths { latest, both: latest * 3 };
        let id = indicator.indicator.as_str();
        let mut series = sources.series.get(id).cloned().unwrap_or_default();
        series.sort_by_key(|s| {
            let heir = ground.places.heir(&s.agency);
            (heir, heir != s.agency, s.agency.as_str(), s.locality.as_str())
        });
        let tracks = Tracks::of(ground, indicator, series, lengths);
        let base = tracks.by_grain[grain as usize].clone();
        let place = (0..ground.width(grain)).find(|i| ground.place_id(grain, *i) == cell.id.place)?;
        Some(Self {
            ground,
            grain,
            place,
            base,
            end: tracks.end?,
            tracks: tracks.into(),
            comparators: sources.comparators.get(id).cloned().unwrap_or_default(),
            lengths,
            others: Vec::new(),
            rho: 0.0,
            level_and_change: 0.0,
            steadied: [1.0; 3],
        })
    }

    /// Takes over what overdispersion did to the parts today.
    fn calibrate(&mut self, told: &IndicatorSignal, summary: &GrainSummary) -> Option<()> {
        let raw = self.said(&[])?;
        let ratio = |steadied: &Option<Part>, raw: &Option<Part>| match (steadied, raw) {
            (Some(steadied), Some(raw)) if raw.z.abs() > 1e-12 => steadied.z / raw.z,
            _ => 1.0,
        };
        self.steadied = [
            ratio(&told.level, &raw.level),
            ratio(&told.change, &raw.change),
            1.0 / summary.phi[Stream::Performance.index()].sqrt(),
        ];
        self.rho = summary.rho_indicators;
        self.level_and_change = summary.level_and_change;
        Some(())
    }

    /// What the indicator says with more figures at the place. Every window ends with the last of them, as it will.
    fn said(&self, more: &[Observed]) -> Option<parts::Said> {
        let end = more.last().map_or(self.end, |o| o.month.max(self.end));
        let mut by_place = self.base.clone();
        by_place[self.place].extend_from_slice(more);
        by_place.iter_mut().for_each(|track| track.retain(|o| o.month > end - self.lengths.both));
        let mut tracks = self.tracks.borrow_mut();
        tracks.end = Some(end);
        tracks.by_grain[self.grain as usize] = by_place;
        let least = self.ground.world.method.thresholds.others;
        let said = parts::said(&tracks, self.grain, &self.comparators, least, self.lengths);
        said.into_iter().nth(self.place).flatten()
    }

    /// z of the stream with more figures at the place.
    fn z(&self, more: &[Observed]) -> Option<f64> {
        let said = self.said(more)?;
        let [level, change, stream] = self.steadied;
        let own = match (said.level.map(|p| p.z * level), said.change.map(|p| p.z * change)) {
            (Some(level), Some(change)) => (level + change) / (2.0 + 2.0 * self.level_and_change).sqrt(),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return None,
        };
        let all: Vec<f64> = self.others.iter().copied().chain([own]).collect();
        pool::pool(&all, self.rho).map(|z| z * stream)
    }

    /// The figures that the next period may have.
    fn scale(&self, last: &Observed) -> Option<Scale> {
        let tracks = self.tracks.borrow();
        let (measure, indicator) = (tracks.measure, tracks.indicator);
        let own = &self.base[self.place];
        let recent: Vec<&Observed> = own.iter().filter(|o| o.month > last.month - self.lengths.latest).collect();
        let mean = |of: fn(&Observed) -> Option<f64>| {
            let found: Vec<f64> = recent.iter().filter_map(|o| of(o)).collect();
            (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
        };
        let base = match measure {
            Measure::RateOfPeople => last.base,
            _ => mean(|o| o.base).map(f64::round),
        };
        let most = || own.iter().filter_map(|o| o.x).fold(0.0, f64::max).mul_add(3.0, 20.0).round();
        let (steps, from, to) = match measure {
            Measure::Proportion => (base?, 0.0, base?),
            Measure::Value => {
                let seen: Vec<f64> = own.iter().filter_map(|o| o.value).collect();
                let low = seen.iter().copied().fold(f64::INFINITY, f64::min);
                let high = seen.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                if low >= high {
                    return None;
                }
                (STEPS, low, high)
            }
            _ => (most(), 0.0, most()),
        };
        let worst_is_high = indicator.polarity == Polarity::LowIsGood;
        let windows = self.lengths.latest as f64 / f64::from(last.period.months());
        let stock = indicator.basis == Basis::Stock;
        let multiplier = indicator.multiplier;
        Some(Scale { measure, base, steps, from, to, worst_is_high, multiplier, windows, stock })
    }

    /// How many periods of one figure put out the light; none within the months ahead.
    fn how_many(&self, figure: f64, scale: &Scale, first: Period, marks: Marks) -> Option<usize> {
        let most = (MONTHS_AHEAD / first.months()).max(1) as usize;
        let periods = std::iter::successors(Some(first), |p| Some(p.next()));
        let ahead: Vec<Observed> = periods.take(most).map(|p| scale.observed(p, figure)).collect();
        (1..=most).find(|n| self.z(&ahead[..*n]).is_some_and(|z| z < marks.light))
    }
}

/// Figures that a period may have, and how a page shows them.
struct Scale {
    measure: Measure,
    /// What a count is divided by.
    base: Option<f64>,
    /// Numerators, or values, from the lowest to the highest, in so many steps.
    steps: f64,
    from: f64,
    to: f64,
    worst_is_high: bool,
    multiplier: f64,
    /// Periods in the latest window.
    windows: f64,
    stock: bool,
}

impl Scale {
    /// The figure of a step from the best to the worst.
    fn figure(&self, step: f64) -> f64 {
        let step = if self.worst_is_high { step } else { self.steps - step };
        // A count's step is one.
        if self.measure == Measure::Value { self.from + (self.to - self.from) * step / self.steps } else { step }
    }

    fn observed(&self, period: Period, figure: f64) -> Observed {
        let is_value = self.measure == Measure::Value;
        Observed {
            period,
            month: end_month(period),
            x: (!is_value).then_some(figure),
            base: self.base,
            value: is_value.then_some(figure),
            suppressed: false,
            comparable: true,
        }
    }

    /// In the indicator's unit, of the period by itself.
    fn value(&self, figure: f64) -> f64 {
        match (self.measure, self.base) {
            (Measure::Proportion, Some(base)) => figure / base,
            (Measure::RateOfCount | Measure::RateOfPeople, Some(base)) => figure / base * self.multiplier,
            _ => figure,
        }
    }

    /// The figure of a period that a value of the whole window comes to.
    fn of_window(&self, value: f64) -> Option<f64> {
        let shared = if self.stock { 1.0 } else { self.windows };
        Some(match self.measure {
            Measure::Proportion => (value * self.base?).round(),
            Measure::RateOfCount => (value / self.multiplier * self.base?).round(),
            Measure::RateOfPeople => (value / self.multiplier * self.base? / shared).round(),
            Measure::Count => (value / shared).round(),
            Measure::Value => value,
        })
    }
}
