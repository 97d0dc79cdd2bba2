//! A series against its target and its comparator, at its last period.

use crate::condense::lookup::Lookup;
use crate::model::{Period, Series};
use crate::spec::reference::{Basis, Comparator, Indicator, Polarity, Unit};

/// Sets target, target status and comparator.
pub(super) fn judge(series: &mut Series, indicator: &Indicator, lookup: &Lookup<'_>) {
    let Some(last) = series.latest() else { return };
    let (period, value) = (last.period, last.value.value);
    if let Some(target) = lookup.reference.target(&indicator.indicator, period.end()) {
        series.target = Some(target.target);
        series.target_status =
            value.map_or("", |v| target_status(v, target.target, target.tolerance, indicator.polarity));
    }
    if let Some(comparator) = comparator(lookup.comparators(&indicator.indicator), period) {
        series.comparator = Some((comparator.comparator.clone(), comparator.value));
        // A flow's figure belongs to its period's length: a year's rate beside a month's would be read wrongly.
        let flows = indicator.basis == Basis::Flow && matches!(indicator.unit, Unit::Count | Unit::Rate);
        if flows && comparator.period.months() != period.months() {
            let of = comparator.period;
            series.notes.push(format!("the comparator is of {of}, a period of {} months", of.months()));
        }
    }
}

/// `met`, `near` (off by the tolerance at most) or `missed`; empty for an indicator without polarity.
fn target_status(value: f64, target: f64, tolerance: f64, polarity: Polarity) -> &'static str {
    let short_by = match polarity {
        Polarity::HighIsGood => target - value,
        Polarity::LowIsGood => value - target,
        Polarity::Neutral => return "",
    };
    // 0.9 less 0.05 is not 0.85 in binary: a value on the edge must not fall off it.
    let slack = 1e-9 * target.abs().max(value.abs());
    if short_by <= slack {
        "met"
    } else if short_by <= tolerance + slack {
        "near"
    } else {
        "missed"
    }
}

/// The latest figure not later than a period of the first that there is: statistical neighbours, England, any other by name.
fn comparator<'a>(list: &[&'a Comparator], period: Period) -> Option<&'a Comparator> {
    let rank = |c: &Comparator| match c.comparator.as_str() {
        "statistical-neighbours" => 0,
        "england" => 1,
        _ => 2,
    };
    let earlier = list.iter().copied().filter(|c| c.period.end() <= period.end());
    earlier.min_by(|a, b| {
        let by_name = |c: &Comparator| if rank(c) == 2 { c.comparator.clone() } else { String::new() };
        rank(a).cmp(&rank(b)).then_with(|| by_name(a).cmp(&by_name(b))).then_with(|| {
            // Of one end the figure of the same length as the series.
            let fits = |c: &Comparator| c.period.months() == period.months();
            b.period.end().cmp(&a.period.end()).then_with(|| fits(b).cmp(&fits(a)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn met_near_missed() {
        for (value, target, tolerance, polarity, expected) in [
            (0.90, 0.9, 0.05, Polarity::HighIsGood, "met"),
            (0.85, 0.9, 0.05, Polarity::HighIsGood, "near"),
            (0.849, 0.9, 0.05, Polarity::HighIsGood, "missed"),
            (0.89, 0.9, 0.0, Polarity::HighIsGood, "missed"),
            (5.0, 5.0, 0.0, Polarity::LowIsGood, "met"),
            (4.0, 5.0, 0.0, Polarity::LowIsGood, "met"),
            (6.0, 5.0, 1.0, Polarity::LowIsGood, "near"),
            (6.1, 5.0, 1.0, Polarity::LowIsGood, "missed"),
            (6.1, 5.0, 1.0, Polarity::Neutral, ""),
        ] {
            assert_eq!(target_status(value, target, tolerance, polarity), expected, "{value} against {target}");
        }
    }

    #[test]
    fn neighbours_before_england_and_never_from_the_future() {
        let figure = |comparator: &str, period: &str, value: f64| Comparator {
            indicator: "i".to_owned(),
            comparator: comparator.to_owned(),
            period: Period::parse(period).unwrap(),
            value,
            extra: Default::default(),
        };
        let list = [
            figure("england", "2013/14", 1.0),
            figure("statistical-neighbours", "2012/13", 2.0),
            figure("statistical-neighbours", "2011/12", 3.0),
            figure("region", "2013/14", 4.0),
        ];
        let list: Vec<&Comparator> = list.iter().collect();
        let at = |list: &[&Comparator], period: &str| comparator(list, Period::parse(period).unwrap()).map(|c| c.value);
        assert_eq!(at(&list, "2014-03"), Some(2.0), "neighbours, though England's is newer");
        assert_eq!(at(&list, "2013-02"), Some(3.0), "2012/13 is not over");
        assert_eq!(at(&list[..1], "2014-03"), Some(1.0));
        assert_eq!(at(&list[..1], "2014-02"), None);
        assert_eq!(at(&list[3..], "2014-03"), Some(4.0));
    }
}
