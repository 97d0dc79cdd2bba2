//! XmR charts: the batch's, the package's, and the rules by themselves.

use serde_json::{Value, json};

use super::keys::{Keys, wrong};
use super::output::{maybe, maybes, number};
use super::{CalcError, Method};
use crate::stats::xmr::{self, Assurance, Direction, Meaning, Special, TwoSigma, XmrPoint, XmrSettings};
use crate::stats::xmr_ptd::{self, PtdSettings};
use crate::stats::{StatsError, xmr_rules};

const PTD_KEYS: &[(&str, &str)] = &[
    ("values", "in order of time"),
    ("rebase_at_index_1based", "where a new group starts, counted from 1"),
    ("fix_after_n_points", "only so many points of a group set its limits; null is all"),
    ("improvement_direction", "increase, decrease or neutral (default)"),
    ("target", "what assurance is judged against"),
    ("screen_outliers", "leave out ranges beyond 3.267 mean ranges; default true"),
];

const XMR_KEYS: &[(&str, &str)] = &[
    ("values", "in order of time, null where missing: left out before the rules, null in the answer"),
    ("rebase_at_index_1based", "where a new group starts, counted from 1"),
    ("fix_after_n_points", "only so many points of a group set its limits; null is all"),
    ("improvement_direction", "increase, decrease or neutral (default)"),
    ("target", "what assurance is judged against"),
    ("screen_outliers", "leave out ranges beyond 3.267 mean ranges; default true"),
    ("rule_length", "points of a trend or shift: 7 (default) or 6"),
    ("two_sigma", "package (default), or mdc2023: points beyond a limit count towards two in three too"),
];

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "xmr",
        summary: "an XmR chart as the batch draws it, with limits of no width on a constant series",
        parameters: XMR_KEYS,
        source: "Making Data Count (NHS England), with the choices of the crate's documentation",
        run: batch,
    },
    Method {
        name: "xmr_ptd",
        summary: "an XmR chart as NHSRplotthedots computes it, its accidents included",
        parameters: PTD_KEYS,
        source: "NHSRplotthedots (NHS-R Community)",
        run: ptd,
    },
    Method {
        name: "xmr_rule_unit",
        summary: "one rule of the XmR chart by itself",
        parameters: &[
            ("v", "sides of the mean (shift), or points near a limit (two in three)"),
            ("y", "values (trend)"),
            ("rtm", "sides of the mean (two in three)"),
            ("fn", "ptd_seven_point_one_side_mean, ptd_seven_point_trend or ptd_two_in_three"),
        ],
        source: "NHSRplotthedots (NHS-R Community)",
        run: rule_unit,
    },
    Method {
        name: "xmr_mdc_options",
        summary: "every rule that each point of an XmR chart breaks, with NHS England's options",
        parameters: &[
            ("values", "in order of time"),
            ("rule_length", "points of a trend or shift: 7 (default) or 6"),
            ("two_sigma", "package (default), or mdc2023: points beyond a limit count too"),
            ("screen_outliers", "default true"),
        ],
        source: "Making Data Count (NHS England), November 2023",
        run: mdc_options,
    },
];

/// A gap is left out before the chart is drawn, and stands as null in every list.
fn batch(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let given = Keys::inputs(inputs)?.maybe_numbers("values")?;
    let params = Keys::params(params)?;
    let settings = ptd_settings(&params)?;
    let neutral = settings.direction == Direction::Neutral;
    let (rule_length, two_sigma) = options(&params)?;
    let known_before = |place: usize| given.iter().take(place).flatten().count();
    let settings = XmrSettings {
        rule_length,
        two_sigma,
        direction: settings.direction,
        target: settings.target,
        rebase_at: settings.rebase_at.into_iter().map(known_before).collect(),
        baseline_points: settings.fix_after,
        screen_outliers: settings.screen_outliers,
    };
    let values: Vec<f64> = given.iter().copied().flatten().collect();
    if values.is_empty() {
        return Err(StatsError::TooFew { needed: 1 }.into());
    }
    let chart = xmr::xmr(&values, &settings).ok_or_else(|| wrong("values", "numbers within 1e150"))?;
    let points = &chart.points;
    let is_short = |group: usize| points.iter().filter(|p| p.group == group).count() < 13;
    let column = |of: &dyn Fn(&XmrPoint) -> Value| -> Value {
        let mut points = points.iter();
        given.iter().map(|v| v.and_then(|_| points.next()).map_or(Value::Null, of)).collect()
    };
    Ok(json!({
        "mean": column(&|p| number(p.mean)),
        "lpl": column(&|p| number(p.lower)),
        "upl": column(&|p| number(p.upper)),
        "lower_near": column(&|p| number(p.lower_near)),
        "upper_near": column(&|p| number(p.upper_near)),
        "rebase_group": column(&|p| p.group.into()),
        "special_cause_type": column(&|p| special_name(p.special).into()),
        "point_type": column(&|p| meaning_name(p.meaning).into()),
        "variation_icon_point_type": meaning_name(chart.variation),
        "assurance_type": match chart.assurance {
            Assurance::Pass => Value::from("consistent_pass"),
            Assurance::Fail => Value::from("consistent_fail"),
            Assurance::Inconsistent if !neutral => Value::from("inconsistent"),
            _ => Value::Null,
        },
        "short_group_warning": column(&|p| is_short(p.group).into()),
    }))
}

fn ptd(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let values = Keys::inputs(inputs)?.maybe_numbers("values")?;
    let settings = ptd_settings(&Keys::params(params)?)?;
    let Some(table) = xmr_ptd::xmr_ptd(&values, &settings) else {
        return Ok(json!({ "reference_errors": true }));
    };
    let rows = &table.rows;
    let neutral = settings.direction == Direction::Neutral;
    let point_type = |point: i8| match (point, neutral) {
        (1, false) => "special_cause_improvement",
        (-1, false) => "special_cause_concern",
        (1, true) => "special_cause_neutral_high",
        (-1, true) => "special_cause_neutral_low",
        _ => "common_cause",
    };
    Ok(json!({
        "mean": maybes(rows.iter().map(|r| r.mean)),
        "lpl": maybes(rows.iter().map(|r| r.lower)),
        "upl": maybes(rows.iter().map(|r| r.upper)),
        "rebase_group": rows.iter().map(|r| r.group).collect::<Vec<_>>(),
        "outside_limits": rows.iter().map(|r| r.outside).collect::<Vec<_>>(),
        "close_to_limits": rows.iter().map(|r| r.close).collect::<Vec<_>>(),
        "relative_to_mean": rows.iter().map(|r| r.side).collect::<Vec<_>>(),
        "special_cause_type": rows.iter().map(|r| special_name(r.special)).collect::<Vec<_>>(),
        "point_type": rows.iter().map(|r| point_type(r.point)).collect::<Vec<_>>(),
        "variation_icon_point_type": rows.last().map(|r| point_type(r.point)),
        "assurance_type": table.assurance,
        "short_group_warning": rows.iter().map(|r| r.short).collect::<Vec<_>>(),
    }))
}

fn ptd_settings(params: &Keys) -> Result<PtdSettings, CalcError> {
    let starts = params.wholes("rebase_at_index_1based")?;
    if starts.contains(&0) {
        return Err(wrong("rebase_at_index_1based", "counted from 1"));
    }
    Ok(PtdSettings {
        rebase_at: starts.into_iter().map(|place| place - 1).collect(),
        fix_after: params.maybe_whole("fix_after_n_points")?,
        direction: params.word_or(
            "improvement_direction",
            Direction::Neutral,
            &[("increase", Direction::Increase), ("decrease", Direction::Decrease), ("neutral", Direction::Neutral)],
            "increase, decrease or neutral",
        )?,
        target: params.maybe_number("target")?,
        screen_outliers: params.flag_or("screen_outliers", true)?,
    })
}

fn rule_unit(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    #[derive(Clone, Copy)]
    enum Rule {
        Shift,
        Trend,
        TwoInThree,
    }
    let inputs = Keys::inputs(inputs)?;
    let params = Keys::params(params)?;
    if !params.has("fn") {
        return Err(super::keys::missing("fn"));
    }
    let rule = params.word_or(
        "fn",
        Rule::Shift,
        &[
            ("ptd_seven_point_one_side_mean", Rule::Shift),
            ("ptd_seven_point_trend", Rule::Trend),
            ("ptd_two_in_three", Rule::TwoInThree),
        ],
        "ptd_seven_point_one_side_mean, ptd_seven_point_trend or ptd_two_in_three",
    )?;
    let sides = |key: &str| -> Result<Vec<i8>, CalcError> {
        Ok(inputs.numbers(key)?.into_iter().map(xmr_rules::sign).collect())
    };
    let out: Vec<i8> = match rule {
        Rule::Shift => xmr_rules::shift_ends(&sides("v")?, 7).into_iter().map(i8::from).collect(),
        Rule::Trend => xmr_rules::trend_ends(&inputs.numbers("y")?, 7),
        Rule::TwoInThree => {
            let near: Vec<bool> = inputs.numbers("v")?.into_iter().map(|v| v != 0.0).collect();
            let side = sides("rtm")?;
            if near.len() != side.len() {
                return Err(StatsError::LengthsDiffer.into());
            }
            xmr_rules::two_in_three(&near, &side).into_iter().map(i8::from).collect()
        }
    };
    Ok(json!({ "out": out }))
}

fn mdc_options(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let values = Keys::inputs(inputs)?.numbers("values")?;
    let params = Keys::params(params)?;
    let (rule_length, two_sigma) = options(&params)?;
    let settings = XmrSettings {
        rule_length,
        two_sigma,
        screen_outliers: params.flag_or("screen_outliers", true)?,
        ..XmrSettings::default()
    };
    let chart = xmr::xmr(&values, &settings).ok_or(StatsError::TooFew { needed: 1 })?;
    let rules = xmr::rules(&values, &settings).ok_or(StatsError::TooFew { needed: 1 })?;
    let first = chart.points.first();
    let flags = |rule: fn(&xmr::Rules) -> bool| rules.iter().map(rule).collect::<Vec<bool>>();
    Ok(json!({
        "mean": maybe(first.map(|p| p.mean)),
        "lpl": maybe(first.map(|p| p.lower)),
        "upl": maybe(first.map(|p| p.upper)),
        "outside": flags(|r| r.outside),
        "trend": flags(|r| r.trend),
        "two_in_three": flags(|r| r.two_in_three),
        "shift": flags(|r| r.shift),
        "any_special": flags(|r| r.outside || r.trend || r.two_in_three || r.shift),
    }))
}

/// The two choices that NHS England leaves open.
fn options(params: &Keys) -> Result<(usize, TwoSigma), CalcError> {
    let words = [("package", TwoSigma::Package), ("mdc2023", TwoSigma::IncludeBeyond)];
    Ok((
        params.maybe_whole("rule_length")?.unwrap_or(7),
        params.word_or("two_sigma", TwoSigma::Package, &words, "package or mdc2023")?,
    ))
}

/// The package's labels.
fn special_name(special: Special) -> &'static str {
    match special {
        Special::CommonCause => "Common Cause",
        Special::AboveLimit => "Above UCL",
        Special::BelowLimit => "Below LCL",
        Special::TrendUp => "7 Point Trend (Increasing)",
        Special::TrendDown => "7 Point Trend (Decreasing)",
        Special::TwoInThreeHigh => "2 in 3 Above CL",
        Special::TwoInThreeLow => "2 in 3 Below CL",
        Special::ShiftHigh => "7 Points Above CL",
        Special::ShiftLow => "7 Points Below CL",
    }
}

fn meaning_name(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Improvement => "special_cause_improvement",
        Meaning::Concern => "special_cause_concern",
        Meaning::NeutralHigh => "special_cause_neutral_high",
        Meaning::NeutralLow => "special_cause_neutral_low",
        Meaning::Common => "common_cause",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_left_out_of_the_rules_and_shown() {
        let mut values: Vec<Value> =
            [1.0, 2.0, 1.0, 2.0, 1.0, 9.0, 9.5, 9.0, 9.5, 9.0, 9.5, 9.0].map(Value::from).to_vec();
        let plain = batch(&json!({ "values": values }), &json!({ "rebase_at_index_1based": [6] })).unwrap();
        values.insert(8, Value::Null);
        let params = json!({ "rebase_at_index_1based": [6] });
        let gap = batch(&json!({ "values": values }), &params).unwrap();
        assert_eq!(gap["mean"][8], Value::Null);
        assert_eq!(
            (&gap["mean"][9], &gap["special_cause_type"][9]),
            (&plain["mean"][8], &plain["special_cause_type"][8])
        );
        // A break after the gap is counted among the points as given.
        let later = batch(&json!({ "values": values }), &json!({ "rebase_at_index_1based": [10] })).unwrap();
        assert_eq!((&later["rebase_group"][7], &later["rebase_group"][9]), (&json!(0), &json!(1)));
    }

    #[test]
    fn nothing_and_too_much_are_refused_by_their_names() {
        for (values, word) in [(json!([]), "1 value is"), (json!([null]), "1 value is"), (json!([1.0, 1e200]), "1e150")]
        {
            let error = batch(&json!({ "values": values }), &Value::Null).unwrap_err().to_string();
            assert!(error.contains(word), "{values}: {error}");
        }
    }
}
