//! Observations to series: every figure with its value, interval, limits, target and comparator.
//!
//! The only step whose cost grows with the rows of the lake: one parallel pass over Arrow columns that lie sorted by series.
//! Nothing here looks at a row as a whole; what follows works on series.

mod board;
mod columns;
mod judge;
mod limits;
mod lookup;
mod point;
pub mod prompts;
#[cfg(test)]
mod testing;

pub use board::board_locality;
pub use prompts::prompts;

use arrow::array::RecordBatch;
use chrono::NaiveDate;
use rayon::prelude::*;

use crate::condense::columns::{Columns, Span};
use crate::condense::lookup::Lookup;
use crate::condense::point::Raw;
use crate::model::{Error, Series};
use crate::spec::Reference;
use crate::spec::reference::Indicator;

/// The series of the totals among `observations`, in order of agency, indicator and locality, and the board-wide series that
/// are summed from leaves where an agency gave none of its own.
///
/// Batches have the columns of the lake's observations and should lie sorted by series; a series that is spread over batches,
/// or out of order, is only slower. Breakdowns, indicators that the reference no longer lists, and blank periods that end after
/// the as-of date are passed over.
///
/// # Errors
/// [`Error::State`] for a batch that lacks a column or holds what the lake never writes.
pub fn condense(observations: &[RecordBatch], reference: &Reference, as_of: NaiveDate) -> Result<Vec<Series>, Error> {
    let lookup = Lookup::new(reference, as_of);
    let columns: Vec<Columns<'_>> = observations.par_iter().map(Columns::of).collect::<Result<_, _>>()?;
    let mut spans: Vec<(Key<'_>, usize, Span)> = columns
        .par_iter()
        .enumerate()
        .flat_map_iter(|(batch, columns)| columns.spans().into_iter().map(move |span| (columns.key(span), batch, span)))
        .collect();
    spans.par_sort_unstable_by(|a, b| (a.0, a.1, a.2.start).cmp(&(b.0, b.1, b.2.start)));
    let groups: Vec<&[(Key<'_>, usize, Span)]> = spans.chunk_by(|a, b| a.0 == b.0).collect();
    let mut series: Vec<Series> = groups
        .into_par_iter()
        .filter_map(|spans| {
            let key = spans[0].0;
            let indicator = lookup.indicator(key.indicator)?;
            let raw = spans.iter().try_fold(Vec::new(), |mut raw, (_, batch, span)| {
                columns[*batch].read(*span, &mut raw)?;
                Ok(raw)
            });
            Some(raw.map(|raw| finish(&lookup, indicator, key, raw, 0)))
        })
        .collect::<Result<_, Error>>()?;
    series.retain(|s| !s.points.is_empty());
    board::add(&mut series, &lookup);
    Ok(series)
}

/// What a series is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    agency: &'a str,
    indicator: &'a str,
    locality: &'a str,
}

/// A series of its figures, in any order. `summed` tells how many of the periods were summed from leaves.
fn finish(lookup: &Lookup<'_>, indicator: &Indicator, key: Key<'_>, mut raw: Vec<Raw>, summed: usize) -> Series {
    // A year's form has room for months to come; an empty one is no period of the series, least of all its latest.
    raw.retain(|r| r.period.end() <= lookup.as_of || !r.is_blank());
    raw.sort_by_key(|r| r.period);
    let mut series = Series {
        agency: key.agency.to_owned(),
        indicator: key.indicator.to_owned(),
        locality: key.locality.to_owned(),
        points: Vec::with_capacity(raw.len()),
        target: None,
        target_status: "",
        comparator: None,
        variation: None,
        assurance: Default::default(),
        notes: Vec::new(),
        comparable_from: None,
    };
    if summed > 0 {
        series.notes.push(if summed == raw.len() {
            "added up from its parts".to_owned()
        } else {
            format!("added up from its parts for {summed} of {} periods", raw.len())
        });
    }
    point::fill(&mut series, indicator, lookup.population(key.locality), &raw);
    judge::judge(&mut series, indicator, lookup);
    limits::draw(&mut series, indicator, lookup);
    series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condense::testing::{batch, reference, row, series};
    use crate::model::Status::{Low, Missing, NotApplicable, NotAvailable, NotDue, Suppressed, Value, Zero};
    use crate::model::series::{Assurance, Figure, Variation};
    use crate::model::{Period, Status};

    fn run(rows: &[testing::Row]) -> Vec<Series> {
        condense(&[batch(rows)], &reference(), "2015-01-31".parse().unwrap()).unwrap()
    }

    fn near(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|f| (f - expected).abs() < 1e-6)
    }

    const MONTHS: [&str; 14] = [
        "2013-11", "2013-12", "2014-01", "2014-02", "2014-03", "2014-04", "2014-05", "2014-06", "2014-07", "2014-08",
        "2014-09", "2014-10", "2014-11", "2014-12",
    ];

    /// Limits from scipy 1.17: chi2.ppf for exact ones, norm.ppf put into the formulas of Wilson and Byar.
    #[test]
    fn values_and_intervals() {
        let cases = [
            // 8 of 10: Wilson.
            (row("proportion", "corby", "2014-03", (8.0, 10.0, Missing)), 0.8, "wilson", 0.490_162_5, 0.943_317_8),
            // 5 per 10,000 of the 16,000 of mid-2013: 5/16000 x 10000; exact limits of 5 are 1.623486 and 11.668332.
            (row("rate", "corby", "2014-03", (5.0, Missing, Missing)), 3.125, "exact", 1.014_679, 7.292_707_5),
            // The same of a reported denominator of 20,000, and 12 by Byar: 6.193510 and 20.962858.
            (row("rate", "corby", "2014-03", (12.0, 20_000.0, Missing)), 6.0, "byar", 3.096_754_9, 10.481_429_0),
            // A count, sent as the value.
            (row("count", "corby", "2014-03", (Missing, Missing, 5.0)), 5.0, "exact", 1.623_486_4, 11.668_332_1),
            // A value as reported stands, though the parts give 0.8.
            (row("proportion", "corby", "2014-03", (8.0, 10.0, 0.81)), 0.81, "wilson", 0.490_162_5, 0.943_317_8),
        ];
        for (row, value, method, lower, upper) in cases {
            let all = run(std::slice::from_ref(&row));
            let point = all[0].latest().unwrap();
            assert!(near(point.value.value, value), "{row:?}: {:?}", point.value);
            assert_eq!(point.interval_method, method, "{row:?}");
            assert!(
                near(point.lower, lower) && near(point.upper, upper),
                "{row:?}: {:?} {:?}",
                point.lower,
                point.upper
            );
        }
    }

    #[test]
    fn nothing_comes_in_kinds() {
        let nothing = |status| Figure { value: None, status };
        let of = |value: f64, status| Figure { value: Some(value), status };
        let cases: [(testing::Row, Figure, bool); 15] = [
            (row("proportion", "corby", "2014-03", (0.0, 10.0, Missing)), of(0.0, Zero), true),
            (row("proportion", "corby", "2014-03", (0.0, 0.0, Missing)), nothing(NotApplicable), false),
            (row("proportion", "corby", "2014-03", (Suppressed, 10.0, Missing)), nothing(Suppressed), false),
            (row("proportion", "corby", "2014-03", (8.0, Suppressed, Missing)), nothing(Suppressed), false),
            (row("proportion", "corby", "2014-03", (NotDue, Suppressed, Missing)), nothing(Suppressed), false),
            (row("proportion", "corby", "2014-03", (8.0, 10.0, Suppressed)), nothing(Suppressed), false),
            (row("proportion", "corby", "2014-03", (NotDue, 10.0, Missing)), nothing(NotDue), false),
            (row("proportion", "corby", "2014-03", (8.0, Missing, Missing)), nothing(Missing), false),
            (row("proportion", "corby", "2014-03", (Low, 10.0, Missing)), of(0.0, Low), false),
            (row("proportion", "corby", "2014-03", (Missing, Missing, 0.7)), of(0.7, Value), false),
            (row("rate", "corby", "2014-03", (Suppressed, Missing, Missing)), nothing(Suppressed), false),
            (row("rate", "corby", "2014-03", (5.0, NotAvailable, Missing)), nothing(NotAvailable), false),
            (row("rate", "elsewhere", "2014-03", (5.0, Missing, Missing)), nothing(NotAvailable), false),
            (row("mean", "corby", "2014-03", (Missing, 12.0, 18.5)), of(18.5, Value), false),
            (row("value", "corby", "2014-03", (3.0, 4.0, Missing)), nothing(Missing), false),
        ];
        for (row, value, interval) in cases {
            let all = run(std::slice::from_ref(&row));
            let point = all[0].latest().unwrap();
            assert_eq!(point.value, value, "{row:?}");
            assert_eq!(point.lower.is_some(), interval, "{row:?}");
        }
    }

    #[test]
    fn another_years_population_is_taken_and_noted() {
        let all = run(&[
            row("rate", "corby", "2013-06", (5.0, Missing, Missing)),
            row("rate", "corby", "2014-06", (5.0, Missing, Missing)),
            row("rate", "corby", "2014-05", (5.0, Missing, Missing)),
        ]);
        let bases: Vec<_> = all[0].points.iter().map(|p| p.base).collect();
        // 30 June 2013 lies not after the end of June; May 2014 still takes 2013; June 2014 would take 2014.
        assert_eq!(bases, [Some(16_000.0); 3]);
        assert!(
            all[0].notes.contains(&"population of 2013 taken for 1 period whose own year is not listed".to_owned())
        );
        let none = run(&[row("rate", "elsewhere", "2014-06", (5.0, Missing, Missing))]);
        assert_eq!(none[0].points[0].base, None);
        assert!(none[0].notes.iter().any(|n| n.starts_with("no population")), "{:?}", none[0].notes);
    }

    #[test]
    fn limits_target_and_comparator() {
        // 10 and 12 in turn of 20: .5 and .6, mean .55, every range .1, limits .55 -/+ 2.66 x .1.
        let rows: Vec<_> = MONTHS
            .iter()
            .enumerate()
            .map(|(i, month)| row("proportion", "corby", month, (10.0 + 2.0 * (i % 2) as f64, 20.0, Missing)))
            .collect();
        let all = run(&rows);
        let one = &all[0];
        for point in &one.points {
            assert!(near(point.mean, 0.55) && near(point.lower_limit, 0.284) && near(point.upper_limit, 0.816));
        }
        assert_eq!(
            (one.variation, one.assurance),
            (Some(Variation::CommonCause), Assurance::Fail),
            ".9 lies above .816"
        );
        assert_eq!((one.target, one.target_status), (Some(0.9), "missed"));
        assert_eq!(one.notes, Vec::<String>::new(), "14 points are settled");
        let early = run(&rows[..2]);
        assert_eq!((early[0].target, early[0].target_status), (None, ""), "the target holds from 2014 on");
        let rate = run(&[row("rate", "corby", "2013/14", (5.0, Missing, Missing))]);
        assert_eq!(rate[0].comparator, Some(("statistical-neighbours".to_owned(), 450.0)));
        let month = run(&[row("rate", "corby", "2014-03", (5.0, Missing, Missing))]);
        assert!(month[0].notes.iter().any(|n| n.contains("2012/13, a period of 12 months")), "{:?}", month[0].notes);
    }

    #[test]
    fn few_points_say_so() {
        for (points, note, limits) in [
            (1, None, false),
            (2, Some("two points: too short for limits"), false),
            (7, Some("seven points: too short for limits"), false),
            (8, Some("provisional: fewer than 13 points"), true),
            (12, Some("provisional: fewer than 13 points"), true),
            (13, None, true),
        ] {
            let rows: Vec<_> =
                MONTHS[..points].iter().map(|m| row("count", "corby", m, (3.0, Missing, Missing))).collect();
            let one = &run(&rows)[0];
            assert_eq!(one.notes.first().map(String::as_str), note, "{points}");
            assert_eq!((one.variation.is_some(), one.points[0].mean.is_some()), (limits, limits), "{points}");
        }
    }

    #[test]
    fn a_gap_stays_and_the_rules_pass_over_it() {
        // Seven months above the mean with one suppressed among them are still a run of seven points.
        let values = [1.0, 2.0, 1.0, 2.0, 1.0, 9.0, 9.5, 9.0, 0.0, 9.5, 9.0, 9.5, 9.0];
        let rows: Vec<_> = MONTHS
            .iter()
            .zip(values)
            .map(|(month, n)| match n {
                0.0 => row("count", "corby", month, (Suppressed, Missing, Missing)),
                n => row("count", "corby", month, (n, Missing, Missing)),
            })
            .collect();
        let one = &run(&rows)[0];
        let gap = &one.points[8];
        assert_eq!((gap.value.status, gap.mean, gap.variation), (Suppressed, None, Variation::CommonCause));
        assert_eq!(one.variation, Some(Variation::ConcernHigh), "a shift upwards where low is good");
        assert_eq!(one.points[7].variation, Variation::ConcernHigh);
        assert_eq!(one.notes, ["provisional: fewer than 13 points"], "12 values");
    }

    #[test]
    fn periods_of_another_length_are_shown_and_not_charted() {
        let mut rows: Vec<_> = MONTHS[..8].iter().map(|m| row("count", "corby", m, (3.0, Missing, Missing))).collect();
        rows.push(row("count", "corby", "2013/14", (36.0, Missing, Missing)));
        let one = &run(&rows)[0];
        let at: Vec<String> = one.points.iter().map(|p| p.period.to_string()).collect();
        assert_eq!(at[3..6], ["2014-02", "2013/14", "2014-03"], "by the last day, the longer first");
        assert_eq!(one.points[4].mean, None);
        assert_eq!(one.points[3].upper_limit, Some(3.0), "the year is not in the limits");
        assert_eq!(one.notes[0], "1 period of another length shown, not counted for limits");
        let years = ["2011", "2012", "2013"].map(|y| row("count", "corby", y, (3.0, Missing, Missing)));
        let notes = &run(&years)[0].notes;
        assert_eq!(*notes, ["returned annual, though listed as monthly", "three points: too short for limits"]);
    }

    fn with_breaks(rows: &[testing::Row], breaks: &[(&str, &str, &str, &str)]) -> Vec<Series> {
        let one = |(agency, locality, from, reason): &(&str, &str, &str, &str)| crate::spec::reference::SeriesBreak {
            indicator: "count".to_owned(),
            agency: (*agency).to_owned(),
            locality: (*locality).to_owned(),
            from: from.parse().unwrap(),
            reason: (*reason).to_owned(),
            extra: Default::default(),
        };
        let reference = crate::spec::Reference { breaks: breaks.iter().map(one).collect(), ..reference() };
        condense(&[batch(rows)], &reference, "2015-12-31".parse().unwrap()).unwrap()
    }

    /// Eight months at 10, then `after` months at 20.
    fn stepped(place: &'static str, after: usize) -> Vec<testing::Row> {
        const LATER: [&str; 8] =
            ["2014-07", "2014-08", "2014-09", "2014-10", "2014-11", "2014-12", "2015-01", "2015-02"];
        let before = MONTHS[..8].iter().map(|m| row("count", place, m, (10.0, Missing, Missing)));
        before.chain(LATER[..after].iter().map(|m| row("count", place, m, (20.0, Missing, Missing)))).collect()
    }

    #[test]
    fn a_recorded_break_starts_a_new_chart() {
        let all = with_breaks(&stepped("corby", 8), &[("", "", "2014-07-01", "new system")]);
        let means: Vec<_> = all[0].points.iter().map(|p| p.mean).collect();
        assert_eq!(means[7..9], [Some(10.0), Some(20.0)]);
        assert_eq!(all[0].comparable_from.map(|day| day.to_string()).as_deref(), Some("2014-07-01"));
        assert_eq!(
            all[0].variation,
            Some(Variation::CommonCause),
            "twice as many, and no signal: they are other figures"
        );
        assert_eq!(
            all[0].notes,
            ["not comparable before 1 July 2014: new system", "provisional: fewer than 13 points"],
            "eight since, though sixteen in all"
        );
        let unbroken = &with_breaks(&stepped("corby", 8), &[])[0];
        assert_ne!(unbroken.variation, Some(Variation::CommonCause));
        assert_eq!(unbroken.notes, [""; 0]);
    }

    #[test]
    fn few_points_since_a_break_say_so() {
        for (after, note) in [
            (1, "one point since: too short for limits"),
            (3, "three points since: too short for limits"),
            (7, "seven points since: too short for limits"),
        ] {
            let all = with_breaks(&stepped("corby", after), &[("a", "corby", "2014-07-01", "")]);
            let one = &all[0];
            assert_eq!(one.notes, ["not comparable before 1 July 2014", note]);
            assert_eq!((one.variation, one.assurance), (None, Assurance::None), "{after}: no icon");
            assert_eq!((one.points[7].mean, one.points[8].mean), (Some(10.0), None), "the old chart stands as it was");
        }
    }

    #[test]
    fn a_break_is_of_the_series_that_it_names() {
        let july = "2014-07-01";
        let rows = [stepped("corby", 8), stepped("kettering", 8)].concat();
        let is_broken = |breaks: &[(&str, &str, &str, &str)], place: &str| {
            series(&with_breaks(&rows, breaks), "count", place).notes.iter().any(|n| n.starts_with("not comparable"))
        };
        for (breaks, corby, kettering, county, why) in [
            (&[("", "", july, "")][..], true, true, true, "all of them"),
            (&[("", "corby", july, "")], true, false, true, "a part breaks the sum that holds it"),
            (&[("b", "", july, "")], false, false, false, "another agency's"),
            (&[("", "", "2013-01-01", "")], false, false, false, "before all figures"),
            (&[("", "", "2015-06-01", "")], false, false, false, "after all figures"),
            (&[("", "", "2014-07-02", "")], true, true, true, "from the first whole period on"),
        ] {
            let found = ["corby", "kettering", "county"].map(|place| is_broken(breaks, place));
            assert_eq!(found, [corby, kettering, county], "{why}");
        }
    }

    #[test]
    fn two_breaks_leave_three_charts() {
        let twice = [("", "", "2014-03-01", "first"), ("", "", "2014-07-01", "second")];
        let one = &with_breaks(&stepped("corby", 8), &twice)[0];
        assert_eq!(one.notes[0], "not comparable before 1 July 2014: second", "the last one counts");
        assert_eq!(one.points[0].mean, None, "four months, then four, are too few for lines of their own");
        assert_eq!(one.points[15].mean, Some(20.0));
    }

    #[test]
    fn quarters_and_years_are_charted_by_their_own_points() {
        let quarters = ["2013-Q1", "2013-Q2", "2013-Q3", "2013-Q4", "2014-Q1", "2014-Q2", "2014-Q3", "2014-Q4"];
        let rows = quarters.map(|q| row("count", "corby", q, (30.0, Missing, Missing)));
        let one = &run(&rows)[0];
        assert_eq!(one.notes, ["returned quarterly, though listed as monthly", "provisional: fewer than 13 points"]);
        assert_eq!((one.variation, one.points[0].mean), (Some(Variation::CommonCause), Some(30.0)));
        let years = ["2006", "2007", "2008", "2009", "2010", "2011", "2012", "2013"];
        let rows = years.map(|y| row("count", "corby", y, (120.0, Missing, Missing)));
        assert_eq!(run(&rows)[0].points[7].mean, Some(120.0), "nothing is divided by twelve");
    }

    /// More than there are: shown as it came, without an interval, and never cut down to 1.
    #[test]
    fn a_count_above_its_denominator_has_no_interval() {
        let all = run(&[row("proportion", "corby", "2014-03", (12.0, 10.0, Missing))]);
        let point = all[0].latest().unwrap();
        assert_eq!((point.value, point.lower, point.interval_method), (Figure::of(1.2), None, ""));
        let all = run(&[row("rate", "corby", "2014-03", (12.0, 10.0, Missing))]);
        assert!(all[0].latest().unwrap().lower.is_some(), "a rate may lie above one a head");
    }

    /// A count at a date is no number of events: it has no interval of chance. Its months are charted all the same.
    #[test]
    fn a_stock_has_a_chart_and_no_interval() {
        let mut reference = reference();
        reference.indicators[0].basis = crate::spec::reference::Basis::Stock;
        let rows: Vec<_> = MONTHS.iter().map(|m| row("count", "corby", m, (300.0, Missing, Missing))).collect();
        let all = condense(&[batch(&rows)], &reference, "2015-01-31".parse().unwrap()).unwrap();
        let point = all[0].latest().unwrap();
        assert_eq!((point.lower, point.mean), (None, Some(300.0)));
        assert!(run(&rows)[0].latest().unwrap().lower.is_some(), "a flow has one");
    }

    #[test]
    fn huge_counts_keep_their_digits() {
        let rows: Vec<_> = MONTHS.iter().map(|m| row("proportion", "corby", m, (4e8, 1e9, Missing))).collect();
        let point = run(&rows)[0].latest().unwrap().clone();
        // statsmodels 0.15, proportion_confint(4e8, 1e9, method="wilson").
        assert!(near(point.lower, 0.399_969_636_8) && near(point.upper, 0.400_030_364_0), "{point:?}");
        assert_eq!((point.mean, point.variation), (Some(0.4), Variation::CommonCause));
    }

    #[test]
    fn the_board_is_the_sum_of_its_leaves_where_it_gave_nothing() {
        let all = run(&[
            // The place's own row counts, whatever the leaves say.
            row("count", "county", "2014-01", (100.0, Missing, Missing)),
            row("count", "corby", "2014-01", (1.0, Missing, Missing)),
            row("count", "kettering", "2014-01", (2.0, Missing, Missing)),
            row("count", "corby", "2014-02", (3.0, Missing, Missing)),
            row("count", "kettering", "2014-02", (4.0, Missing, Missing)),
            // A leaf gave nothing at all: no sum.
            row("count", "corby", "2014-03", (5.0, Missing, Missing)),
            // A leaf's figure is suppressed: so is the sum.
            row("count", "corby", "2014-04", (Suppressed, Missing, Missing)),
            row("count", "kettering", "2014-04", (4.0, Missing, Missing)),
            row("proportion", "corby", "2014-01", (8.0, 10.0, Missing)),
            row("proportion", "kettering", "2014-01", (1.0, 10.0, Missing)),
            row("rate", "corby", "2014-01", (8.0, Missing, Missing)),
            row("rate", "kettering", "2014-01", (12.5, Missing, Missing)),
            row("mean", "corby", "2014-01", (Missing, 3.0, 8.0)),
            row("mean", "kettering", "2014-01", (Missing, 3.0, 8.0)),
            row("proportion", "corby", "2014-02", (Missing, Missing, 0.5)),
            row("proportion", "kettering", "2014-02", (Missing, Missing, 0.5)),
        ]);
        let county = series(&all, "count", "county");
        let shown: Vec<(String, Option<f64>, Status)> =
            county.points.iter().map(|p| (p.period.to_string(), p.value.value, p.value.status)).collect();
        let expected = [("2014-01", Some(100.0), Value), ("2014-02", Some(7.0), Value), ("2014-04", None, Suppressed)];
        assert_eq!(shown, expected.map(|(p, v, s)| (p.to_owned(), v, s)));
        assert_eq!(county.notes[0], "added up from its parts for 2 of 3 periods");
        let proportion = series(&all, "proportion", "county");
        assert_eq!(proportion.points.len(), 1, "reported fractions alone cannot be summed");
        assert_eq!(proportion.points[0].value, Figure::of(0.45));
        // 20.5 per 10,000 of 16,000 and 25,000 children.
        let rate = &series(&all, "rate", "county").points[0];
        assert_eq!((rate.base, rate.value), (Some(41_000.0), Figure::of(5.0)));
        assert!(!all.iter().any(|s| s.indicator == "mean" && s.locality == "county"), "means are never added");
        let keys: Vec<_> = all.iter().map(|s| (&s.agency, &s.indicator, &s.locality)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
    }

    #[test]
    fn agencies_are_never_mixed_and_breakdowns_and_unlisted_indicators_passed_over() {
        let mut rows = vec![
            row("count", "corby", "2014-01", (1.0, Missing, Missing)),
            row("count", "corby", "2014-02", (1.0, Missing, Missing)),
            row("count", "corby", "2014-03", (1.0, Missing, Missing)),
            row("dropped", "corby", "2014-01", (1.0, Missing, Missing)),
        ];
        rows[1].0[0] = "b";
        rows[2].0[4] = "sex=f";
        let all = run(&rows);
        let found: Vec<(&str, usize)> = all.iter().map(|s| (s.agency.as_str(), s.points.len())).collect();
        assert_eq!(found, [("a", 1), ("b", 1)]);
    }

    #[test]
    fn a_blank_month_to_come_is_no_period_of_the_series() {
        let all = run(&[
            row("count", "corby", "2014-12", (Missing, Missing, Missing)),
            row("count", "corby", "2015-01", (NotDue, Missing, Missing)),
            row("count", "corby", "2015-02", (Missing, Missing, Missing)),
            row("count", "corby", "2015-03", (NotDue, Missing, Missing)),
            row("count", "kettering", "2015-02", (4.0, Missing, Missing)),
            row("value", "corby", "2015-02", (Missing, Missing, NotDue)),
        ]);
        let found: Vec<(&str, String)> =
            all.iter().map(|s| (s.locality.as_str(), s.latest().unwrap().period.to_string())).collect();
        assert_eq!(found, [("corby", "2015-01".to_owned()), ("kettering", "2015-02".to_owned())]);
    }

    #[test]
    fn a_column_of_another_kind_is_an_error() {
        let whole = batch(&[row("count", "corby", "2014-01", (1.0, Missing, Missing))]);
        let columns: Vec<usize> = (1..whole.num_columns()).collect();
        let error = condense(&[whole.project(&columns).unwrap()], &reference(), "2015-01-31".parse().unwrap());
        assert!(error.unwrap_err().to_string().contains("agency"));
    }

    /// The same by the plainest means, a row at a time: whatever way the rows are cut and ordered, the pass must agree.
    #[test]
    fn agrees_with_a_slow_reading_however_the_rows_lie() {
        let places = ["corby", "kettering"];
        let mut rows = Vec::new();
        let mut turn = 7_u64;
        let mut next = |below: u64| {
            turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (turn >> 33) % below
        };
        for agency in ["a", "b", "c"] {
            for (indicator, place) in ["count", "proportion", "rate"].iter().flat_map(|i| places.map(|p| (*i, p))) {
                for month in MONTHS {
                    if next(10) == 0 {
                        continue;
                    }
                    let x = next(30) as f64;
                    let mut row = match (next(12), indicator) {
                        (0, _) => row(indicator, place, month, (Suppressed, 40.0, Missing)),
                        (_, "proportion") => row(indicator, place, month, (x, 40.0, Missing)),
                        _ => row(indicator, place, month, (x, Missing, Missing)),
                    };
                    row.0[0] = agency;
                    rows.push(row);
                }
            }
        }
        let as_of = "2015-01-31".parse().unwrap();
        let whole = condense(&[batch(&rows)], &reference(), as_of).unwrap();
        let cut: Vec<RecordBatch> = rows.chunks(17).map(batch).collect();
        assert_eq!(condense(&cut, &reference(), as_of).unwrap(), whole, "cut anywhere");
        let mut shuffled = rows.clone();
        for i in (1..shuffled.len()).rev() {
            shuffled.swap(i, next(i as u64 + 1) as usize);
        }
        assert_eq!(condense(&[batch(&shuffled)], &reference(), as_of).unwrap(), whole, "in any order");

        let slow = |s: &Series| -> Vec<Option<f64>> {
            let mut found: Vec<(Period, Option<f64>)> = rows
                .iter()
                .filter(|r| r.0[0] == s.agency && r.0[1] == s.indicator && r.0[2] == s.locality)
                .map(|r| {
                    let (x, n) = (r.1[0].value, r.1[1].value);
                    let children = if s.locality == "corby" { 16_000.0 } else { 25_000.0 };
                    let value = match s.indicator.as_str() {
                        "count" => x,
                        "proportion" => x.map(|x| x / n.unwrap()),
                        _ => x.map(|x| x / children * 10_000.0),
                    };
                    (Period::parse(r.0[3]).unwrap(), value)
                })
                .collect();
            found.sort_by_key(|f| f.0);
            found.into_iter().map(|f| f.1).collect()
        };
        let mut compared = 0;
        for one in whole.iter().filter(|s| s.locality != "county") {
            let expected = slow(one);
            assert_eq!(one.points.iter().map(|p| p.value.value).collect::<Vec<_>>(), expected);
            let values: Vec<f64> = expected.into_iter().flatten().collect();
            if values.len() < 8 {
                continue;
            }
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let ranges: Vec<f64> = values.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
            let average = |r: &[f64]| r.iter().sum::<f64>() / r.len() as f64;
            let screened: Vec<f64> = ranges.iter().copied().filter(|r| *r < 3.267 * average(&ranges)).collect();
            for point in one.points.iter().filter(|p| p.value.value.is_some()) {
                assert!(near(point.mean, mean) && near(point.upper_limit, mean + 2.66 * average(&screened)));
            }
            compared += 1;
        }
        assert!(compared > 10, "{compared} series had limits");
    }
}
