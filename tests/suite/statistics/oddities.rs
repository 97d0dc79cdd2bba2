//! No input makes a statistic panic, whatever it is: a worked case with one of its figures spoilt is the hardest test.

use lscb::calc;
use lscb::stats::{adjust, combine, midp, overdispersion, pool, rank, rho, robust, weight, xmr};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::cases;

/// What a figure is replaced by.
fn spoilt() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(0)),
        Just(json!(-1)),
        Just(json!(1)),
        Just(json!(0.5)),
        Just(json!(1e308)),
        Just(json!(-1e308)),
        Just(json!(5e-324)),
        Just(json!(9_007_199_254_740_993_i64)),
        Just(json!("x")),
        Just(json!([])),
        Just(json!({})),
        Just(json!(true)),
        any::<f64>().prop_map(|v| json!(v)),
        (-1e6..1e6).prop_map(|v: f64| json!(v)),
    ]
}

/// Puts `with` in the place of the leaf that `pick` falls on.
fn spoil(value: &mut Value, pick: usize, with: &Value) {
    let leaves = count(value);
    if leaves > 0 {
        place(value, &mut (pick % leaves), with);
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(count).sum::<usize>() + 1,
        Value::Object(items) => items.values().map(count).sum::<usize>() + 1,
        _ => 1,
    }
}

fn place(value: &mut Value, left: &mut usize, with: &Value) -> bool {
    if *left == 0 {
        *value = with.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| place(item, left, with)),
        Value::Object(items) => items.values_mut().any(|item| place(item, left, with)),
        _ => false,
    }
}

/// Any number at all, the odd ones often.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(0.0),
        Just(-1.0),
        Just(1e308),
        Just(5e-324),
        any::<f64>(),
        -10.0..10.0,
        0.0..1e7,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_spoilt_case_is_answered(at in any::<prop::sample::Index>(), pick in any::<usize>(), with in spoilt(), second in spoilt()) {
        let cases = CASES.with(Clone::clone);
        let mut case = cases[at.index(cases.len())].clone();
        spoil(&mut case["inputs"], pick, &with);
        spoil(&mut case["params"], pick / 7, &second);
        let answer = calc::run_line(&case.to_string());
        prop_assert_eq!(&answer["id"], &case["id"]);
    }

    #[test]
    fn mid_p_is_a_probability_and_a_finite_z(a in number(), b in number(), c in number(), d in number()) {
        let found = [midp::binomial(a, b, c), midp::poisson(a, b), midp::hypergeometric(a, b, c, d), midp::share(a, b, c, d)];
        for m in found.into_iter().flatten() {
            prop_assert!(m.p > 0.0 && m.p <= 1.0 && m.z.abs() < 40.0, "{:?} of {} {} {} {}", m, a, b, c, d);
        }
    }

    #[test]
    fn slices_of_anything_are_taken(values in vec(number(), 0..30), share in number()) {
        robust::median(&values);
        robust::mad(&values);
        robust::winsorise(&values, share);
        let sorted = robust::winsorise(&values, 0.1);
        robust::quantile7(&sorted, share);
        prop_assert!(overdispersion::phi(&values, share) >= 1.0);
        pool::pool(&values, share);
        rank::expected_rank(&values, &values);
        weight::weight(share, share, share, share, share);
        let some: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        adjust::benjamini_hochberg(&some);
        adjust::holm(&some);
        let streams: Vec<_> = values.iter().map(|v| combine::StreamInput { z: Some(*v), weight: share, cap: f64::INFINITY }).collect();
        let combined = combine::combine(&streams, &combine::CombineSettings::default());
        prop_assert_eq!(combined.lights.len(), values.len());
        rho::estimate(&vec![some; 40], &rho::RhoSettings::default());
    }

    #[test]
    fn a_chart_of_anything_has_finite_limits(values in vec(number(), 0..30), at in 0_usize..30, length in 0_usize..9) {
        let settings = xmr::XmrSettings {
            rebase_at: vec![at],
            baseline_points: Some(length),
            rule_length: length,
            target: Some(f64::NAN),
            direction: xmr::Direction::Increase,
            ..Default::default()
        };
        if let Some(chart) = xmr::xmr(&values, &settings) {
            prop_assert_eq!(chart.points.len(), values.len());
            prop_assert!(chart.points.iter().all(|p| p.lower.is_finite() && p.upper.is_finite() && p.mean.is_finite()));
        }
    }
}

thread_local! {
    static CASES: std::rc::Rc<Vec<Value>> = std::rc::Rc::new(cases());
}
