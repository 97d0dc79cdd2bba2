//! What may be shown, and what can be worked out of it.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::keys::{Keys, missing, wrong};
use super::output::{maybe, number};
use super::{CalcError, Method};
use crate::disclose::audit::{self, AuditSettings};
use crate::disclose::primary::{self, Rounded, THRESHOLD};
use crate::disclose::suppress::{self, Family, SuppressError};
use crate::stats::StatsError;

const LOCAL: &str = "practice of the Department for Education and local authorities: 1 to 5 withheld";

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "disclosure_primary",
        summary: "whether a count is too small to show",
        parameters: &[("count", "the count"), ("threshold", "1 to this is small; default 5")],
        source: LOCAL,
        run: is_small,
    },
    Method {
        name: "disclosure_proportion",
        summary: "whether a proportion may be shown, and says something of every member",
        parameters: &[("numerator", "cases"), ("denominator", "of how many"), ("threshold", "default 5")],
        source: LOCAL,
        run: proportion,
    },
    Method {
        name: "disclosure_round5",
        summary: "counts as the rounding policy prints them",
        parameters: &[
            ("counts", "counts, null where missing"),
            ("suppress_1_to", "default 7"),
            ("round_to", "default 5"),
        ],
        source: "NHS Digital, hospital episode statistics, since September 2018",
        run: round5,
    },
    Method {
        name: "disclosure_secondary_audit",
        summary: "how closely each withheld cell of a table can be worked out from its totals",
        parameters: &[
            ("table", "the true counts, a list a row"),
            ("suppressed", "of the same shape, 1 where withheld"),
            ("row_totals_published", "default true"),
            ("column_totals_published", "default true"),
            ("min_width", "the least width that hides a cell; default 5"),
        ],
        source: "the attacker's linear programme, by flows",
        run: secondary_audit,
    },
    Method {
        name: "disclosure_suppress",
        summary: "a family of tables as it may be published: small counts withheld, and what would give them back",
        parameters: &[
            ("cells", "the true counts by name"),
            ("constraints", "sums among them: [total, [parts...]] each"),
            ("known", "cells that some one reader knows already, by name, a list a reader; default none"),
            ("withheld", "names of cells that are withheld for another reason; default none"),
            ("threshold", "1 to this is small; default 5"),
        ],
        source: "Fischetti and Salazar 2001; Department for Education, 1 to 5 withheld",
        run: suppressed,
    },
];

fn count_of(keys: &Keys, key: &str) -> Result<f64, CalcError> {
    let count = keys.number(key)?;
    if count < 0.0 { Err(StatsError::NegativeCount.into()) } else { Ok(count) }
}

fn is_small(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let count = count_of(&Keys::inputs(inputs)?, "count")?;
    let threshold = Keys::params(params)?.number_or("threshold", THRESHOLD)?;
    Ok(json!({ "suppress": primary::is_small_under(count, threshold) }))
}

fn proportion(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let (numerator, denominator) = (count_of(&inputs, "numerator")?, count_of(&inputs, "denominator")?);
    if numerator > denominator {
        return Err(StatsError::CountAboveDenominator.into());
    }
    let threshold = Keys::params(params)?.number_or("threshold", THRESHOLD)?;
    let verdict = primary::proportion(numerator, denominator, threshold);
    Ok(json!({ "suppress": verdict.suppress, "attribute_disclosure_flag": verdict.attribute_disclosure }))
}

fn round5(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let params = Keys::params(params)?;
    let (suppress_to, to) = (params.number_or("suppress_1_to", 7.0)?, params.number_or("round_to", 5.0)?);
    let published = |count: Option<f64>| match count.map(|count| primary::rounded(count, suppress_to, to)) {
        None => Value::Null,
        Some(Rounded::Shown(count)) => number(count),
        Some(Rounded::Suppressed) => Value::from("*"),
        Some(Rounded::Invalid) => Value::from("error"),
    };
    let counts = Keys::inputs(inputs)?.maybe_numbers("counts")?;
    Ok(json!({ "published": counts.into_iter().map(published).collect::<Vec<_>>() }))
}

fn secondary_audit(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    // Each withheld cell asks for two flows through all the others.
    const MOST_CELLS: usize = 2_500;
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let whole_rows = |key: &str| -> Result<Vec<Vec<f64>>, CalcError> {
        let rows = inputs.rows(key)?;
        let known = |row: Vec<Option<f64>>| row.into_iter().collect::<Option<Vec<f64>>>();
        rows.into_iter().map(|row| known(row).ok_or_else(|| wrong(key, "without nulls"))).collect()
    };
    let table = whole_rows("table")?;
    if table.iter().map(Vec::len).sum::<usize>() > MOST_CELLS {
        return Err(wrong("table", "of at most 2500 cells"));
    }
    let mask: Vec<Vec<bool>> =
        whole_rows("suppressed")?.into_iter().map(|row| row.into_iter().map(|v| v != 0.0).collect()).collect();
    let settings = AuditSettings {
        row_totals: params.flag_or("row_totals_published", true)?,
        column_totals: params.flag_or("column_totals_published", true)?,
        min_width: params.number_or("min_width", 5.0)?,
    };
    let found = audit::audit(&table, &mask, &settings)?;
    let interval = |cell: &audit::CellBounds| {
        json!({
            "row": cell.row,
            "col": cell.column,
            "true": number(cell.value),
            "lo": number(cell.lower),
            "hi": maybe(cell.upper),
        })
    };
    let exact = found.cells.iter().filter(|c| c.is_exact()).map(|c| [c.row, c.column]);
    Ok(json!({
        "intervals": found.cells.iter().map(interval).collect::<Vec<_>>(),
        "safe": found.safe,
        "exactly_recovered": exact.collect::<Vec<_>>(),
    }))
}

fn suppressed(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    // A linear programme over the whole family for each small count.
    const MOST_CELLS: usize = 1_000;
    let keys = Keys::inputs(inputs)?;
    let threshold = Keys::params(params)?.number_or("threshold", THRESHOLD)?;
    let cells = keys.object("cells")?.ok_or_else(|| missing("cells"))?;
    if cells.len() > MOST_CELLS {
        return Err(wrong("cells", "an object of at most 1000"));
    }
    let places: HashMap<&str, usize> = cells.keys().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
    let place = |key: &str, name: &Value| {
        let found = name.as_str().and_then(|name| places.get(name));
        found.copied().ok_or_else(|| wrong(key, "made of names of cells"))
    };
    let named = |key: &str, list: &Value| -> Result<Vec<usize>, CalcError> {
        let names = list.as_array().ok_or_else(|| wrong(key, "made of lists of names"))?;
        names.iter().map(|name| place(key, name)).collect()
    };
    let sum = |pair: &Value| match pair.as_array().map(Vec::as_slice) {
        Some([total, parts]) => Ok((place("constraints", total)?, named("constraints", parts)?)),
        _ => Err(wrong("constraints", "a list of [total, [parts...]]")),
    };
    let count = |(name, count): (&String, &Value)| {
        let not_a_number = || CalcError::Wrong { key: format!("cells.{name}"), expected: "a count" };
        count.as_f64().ok_or_else(not_a_number)
    };
    let family = Family {
        counts: cells.iter().map(count).collect::<Result<_, _>>()?,
        sums: keys.list("constraints")?.iter().map(sum).collect::<Result<_, _>>()?,
        known: keys.list("known")?.iter().map(|list| named("known", list)).collect::<Result<_, _>>()?,
        withheld: keys.list("withheld")?.iter().map(|name| place("withheld", name)).collect::<Result<_, _>>()?,
    };
    let name = |place: usize| cells.keys().nth(place).map_or("", String::as_str);
    let found = suppress::suppress(&family, threshold).map_err(|error| match error {
        SuppressError::NotACount { cell } => {
            CalcError::Wrong { key: format!("cells.{}", name(cell)), expected: "a whole number from 0 to 1e12" }
        }
        SuppressError::DoesNotAddUp { sum } => CalcError::Wrong {
            key: format!("constraints[{sum}] ({})", family.sums.get(sum).map_or("", |(total, _)| name(*total))),
            expected: "a total and the parts that make it",
        },
        other => other.into(),
    })?;
    let shown = cells.iter().zip(&family.counts).zip(&found.withheld).map(|(((name, _), count), withheld)| {
        (name.clone(), if *withheld { Value::from("[c]") } else { number(*count) })
    });
    let mut answer = json!({ "cells": shown.collect::<Map<String, Value>>() });
    if !found.unproven.is_empty() {
        // All of their family is withheld, and still its sums say more of them than that they are small.
        answer["unproven"] = found.unproven.iter().map(|place| name(*place)).collect();
    }
    Ok(answer)
}
