//! Shewhart's charts as qicharts2 draws them: a centre line, three-sigma limits, and runs about the line, a part at a time.
//!
//! Each kind of chart is a function of a part; what is common (parts, frozen baselines, left-out points, runs) is here.
//!
//! Values, line and limits are in the units of count over denominator, times `multiply`. Limits lie three standard
//! deviations from the line.
//!
//! Source: qicharts2 (Anhoej 2018, Journal of Open Source Software 3:699); Montgomery, Introduction to statistical
//! quality control, chapters 6 and 7; Laney (2002), Quality Engineering 14:531 (p', u'); Taylor's normalised individuals
//! chart (I').

mod counts;
mod individuals;
mod rare;

use counts::Variation;

use crate::stats::StatsError;
use crate::stats::run_chart::{self, Runs, RunsMethod};

/// The kinds of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// A median and runs, no limits.
    Run,
    /// Individual values.
    I,
    /// Moving ranges.
    Mr,
    /// Individual values of unequal exposure (I prime).
    IPrime,
    /// Proportions.
    P,
    /// Proportions with the variation between points allowed for (Laney).
    PPrime,
    /// Rates.
    U,
    /// Rates with the variation between points allowed for (Laney).
    UPrime,
    /// Counts of equal exposure.
    C,
    /// Cases between rare events.
    G,
    /// Time between rare events.
    T,
}

/// How a chart is drawn. Places are 1-based, as the package's are.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSettings {
    /// Only so many points set line and limits; not together with `parts`.
    pub freeze: Option<usize>,
    /// Points that are drawn, and count for nothing.
    pub exclude: Vec<usize>,
    /// The last point of each part but the last.
    pub parts: Vec<usize>,
    /// What values, line and limits are multiplied by at the end.
    pub multiply: f64,
    /// Which runs are a signal.
    pub method: RunsMethod,
    /// A centre line given from outside, before multiplying.
    pub centre: Option<f64>,
    /// Whether moving ranges beyond 3.267 times their mean are left out of it.
    pub screened: bool,
    /// Whether Laney's stretch is held at 1 at least, so that p' and u' limits are never narrower than chance makes them. The
    /// package lets it fall below.
    pub never_narrower: bool,
}

impl Default for ChartSettings {
    fn default() -> Self {
        Self {
            freeze: None,
            exclude: Vec::new(),
            parts: Vec::new(),
            multiply: 1.0,
            method: RunsMethod::Anhoej,
            centre: None,
            screened: true,
            never_narrower: false,
        }
    }
}

/// One point; None is missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartPoint {
    /// The value drawn.
    pub value: Option<f64>,
    /// The centre line.
    pub centre: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
    /// Beyond a limit.
    pub signal: bool,
}

/// A chart: its points, and the runs of each part.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// In order of time.
    pub points: Vec<ChartPoint>,
    /// One a part.
    pub runs: Vec<Runs>,
}

/// The chart of `counts`, over `denominators` where given, a value a point in time.
///
/// A point whose count or denominator is missing, or whose denominator is 0, is missing and stays out of the centre line.
///
/// # Errors
/// Denominators that differ in number from the counts, are below 0, or are needed (p, p', u, u') and not given; a value
/// that is not finite; a count below 0 on a chart of counts; a time of 0 or less on a t chart.
pub fn chart(
    kind: ChartKind,
    counts: &[Option<f64>],
    denominators: Option<&[Option<f64>]>,
    settings: &ChartSettings,
) -> Result<Chart, StatsError> {
    let n = counts.len();
    if denominators.is_some_and(|d| d.len() != n) {
        return Err(StatsError::LengthsDiffer);
    }
    if counts.iter().chain(denominators.unwrap_or_default()).flatten().any(|v| !v.is_finite()) {
        return Err(StatsError::NotFinite);
    }
    if denominators.unwrap_or_default().iter().flatten().any(|d| *d < 0.0) {
        return Err(StatsError::DenominatorNotPositive);
    }
    let needs_denominator = matches!(kind, ChartKind::P | ChartKind::PPrime | ChartKind::U | ChartKind::UPrime);
    if needs_denominator && denominators.is_none() {
        return Err(StatsError::DenominatorNotPositive);
    }
    let of_counts = needs_denominator || matches!(kind, ChartKind::C | ChartKind::G);
    if of_counts && counts.iter().flatten().any(|c| *c < 0.0) {
        return Err(StatsError::NegativeCount);
    }
    let mut edges: Vec<usize> = settings.parts.iter().copied().filter(|p| *p > 0 && *p < n).collect();
    edges.extend([0, n]);
    edges.sort_unstable();
    edges.dedup();
    let mut chart = Chart { points: Vec::with_capacity(n), runs: Vec::new() };
    for edge in edges.windows(2) {
        let points: Vec<Observation> = (edge[0]..edge[1])
            .map(|i| Observation {
                count: counts[i],
                size: match denominators {
                    Some(d) => d[i].filter(|d| *d > 0.0),
                    None => Some(1.0),
                },
                included: !settings.exclude.contains(&(i + 1)),
                baseline: settings.freeze.is_none_or(|f| i < f),
            })
            .collect();
        let (values, lines) = draw(kind, &points, settings)?;
        let included = |line: &[Option<f64>]| -> Vec<Option<f64>> {
            line.iter().zip(&points).filter(|(_, p)| p.included).map(|(v, _)| *v).collect()
        };
        let centres: Vec<Option<f64>> = lines.iter().map(|l| l.centre).collect();
        chart.runs.push(run_chart::runs(&included(&values), &included(&centres), settings.method));
        chart.points.extend(values.iter().zip(&lines).map(|(value, line)| line.point(*value, settings.multiply)));
    }
    Ok(chart)
}

/// One point as given, within its part.
struct Observation {
    count: Option<f64>,
    /// The denominator; 1 where none is given, None where it is missing or 0.
    size: Option<f64>,
    included: bool,
    baseline: bool,
}

impl Observation {
    /// Count over denominator.
    fn value(&self) -> Option<f64> {
        Some(self.count? / self.size?)
    }

    /// Whether it sets the line and the limits.
    fn is_base(&self) -> bool {
        self.included && self.baseline
    }
}

/// Centre line and limits at one point, before multiplying.
#[derive(Clone, Copy)]
struct Line {
    centre: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
}

impl Line {
    /// The line of a centre and a three-sigma distance.
    fn around(centre: Option<f64>, sd: Option<f64>) -> Self {
        let limit = |sign: f64| centre.zip(sd).map(|(c, sd)| c + sign * 3.0 * sd);
        Line { centre, lower: limit(-1.0), upper: limit(1.0) }
    }

    fn point(self, value: Option<f64>, multiply: f64) -> ChartPoint {
        let beyond = |limit: Option<f64>, is_beyond: fn(&f64, &f64) -> bool| {
            value.zip(limit).is_some_and(|(value, limit)| is_beyond(&value, &limit))
        };
        let signal = beyond(self.upper, f64::gt) || beyond(self.lower, f64::lt);
        let scaled = |v: Option<f64>| v.map(|v| v * multiply);
        ChartPoint {
            value: scaled(value),
            centre: scaled(self.centre),
            lower: scaled(self.lower),
            upper: scaled(self.upper),
            signal,
        }
    }
}

/// What is drawn and the lines round it.
type Drawn = (Vec<Option<f64>>, Vec<Line>);

fn draw(kind: ChartKind, points: &[Observation], settings: &ChartSettings) -> Result<Drawn, StatsError> {
    Ok(match kind {
        ChartKind::Run => individuals::run(points, settings),
        ChartKind::I => individuals::individuals(points, settings),
        ChartKind::Mr => individuals::moving_ranges(points, settings),
        ChartKind::IPrime => individuals::individuals_prime(points, settings),
        ChartKind::P => counts::proportions(points, settings, Variation::Chance),
        ChartKind::PPrime => counts::proportions(points, settings, Variation::BetweenPoints),
        ChartKind::U => counts::rates(points, settings, Variation::Chance),
        ChartKind::UPrime => counts::rates(points, settings, Variation::BetweenPoints),
        ChartKind::C => counts::counts(points, settings),
        ChartKind::G => rare::cases_between(points, settings),
        ChartKind::T => rare::time_between(points, settings)?,
    })
}

/// The mean; None for nothing.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0usize);
    for value in values {
        sum += value;
        n += 1;
    }
    (n > 0).then(|| sum / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn a_missing_denominator_is_a_missing_point() {
        let counts = known(&[1.0, 9.0, 2.0]);
        let sizes = [Some(10.0), Some(0.0), Some(20.0)];
        let chart = chart(ChartKind::P, &counts, Some(&sizes), &ChartSettings::default()).unwrap();
        assert_eq!((chart.points[1].value, chart.points[1].upper, chart.points[1].signal), (None, None, false));
        assert_eq!(chart.points[0].centre, Some(0.1), "3 of 30: the point without a denominator stays out");
    }

    #[test]
    fn i_prime_of_equal_exposure_is_near_i() {
        // pi/2 and 1/1.128^2 x 2 differ in the third digit: both estimate one standard deviation.
        let counts = known(&[4.0, 6.0, 5.0, 7.0, 3.0, 5.0]);
        let settings = ChartSettings { screened: false, ..Default::default() };
        let prime = chart(ChartKind::IPrime, &counts, None, &settings).unwrap();
        let plain = chart(ChartKind::I, &counts, None, &settings).unwrap();
        let (a, b) = (prime.points[0].upper.unwrap(), plain.points[0].upper.unwrap());
        assert!((a / b - 1.0).abs() < 1e-3, "{a} {b}");
        assert_eq!(prime.points[0].centre, plain.points[0].centre);
    }

    /// Points that move less than chance would move them: the package narrows the limits, the option does not.
    #[test]
    fn laneys_limits_may_be_held_at_chance() {
        let counts = known(&[10.0, 10.0, 11.0, 10.0, 10.0, 11.0]);
        let sizes = [Some(100.0); 6];
        let upper = |kind, never_narrower| {
            let settings = ChartSettings { never_narrower, ..Default::default() };
            chart(kind, &counts, Some(&sizes), &settings).unwrap().points[0].upper.unwrap()
        };
        for (plain, prime) in [(ChartKind::P, ChartKind::PPrime), (ChartKind::U, ChartKind::UPrime)] {
            assert!(upper(prime, false) < upper(plain, false));
            assert_eq!(upper(prime, true), upper(plain, true));
        }
    }

    #[test]
    fn refusals_and_nothing() {
        let settings = ChartSettings::default();
        assert_eq!(chart(ChartKind::P, &known(&[1.0]), None, &settings), Err(StatsError::DenominatorNotPositive));
        assert_eq!(chart(ChartKind::U, &known(&[1.0]), Some(&[]), &settings), Err(StatsError::LengthsDiffer));
        assert_eq!(chart(ChartKind::C, &known(&[3.0, -1.0]), None, &settings), Err(StatsError::NegativeCount));
        assert_eq!(chart(ChartKind::I, &known(&[f64::NAN]), None, &settings), Err(StatsError::NotFinite));
        assert!(chart(ChartKind::I, &[], None, &settings).unwrap().points.is_empty());
    }
}
