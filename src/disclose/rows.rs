//! The published tables as rows: one source for CSV, JSON, Parquet and the workbook, so that they cannot differ.

use crate::disclose::shown::{Shown, ShownCell, ShownSeries, ShownSubmission};
use crate::model::{Stream, Tier};

/// One cell of a published table.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// None.
    Empty,
    /// Words.
    Text(String),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
    /// Withheld because a count is small.
    Withheld,
}

impl Entry {
    /// As a CSV field: empty, the words, the number to nine significant digits, `true`, or `[c]`.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number_text(*number),
            Self::Flag(flag) => flag.to_string(),
            Self::Withheld => String::from("[c]"),
        }
    }

    fn count(n: usize) -> Self {
        Self::Number(n as f64)
    }

    fn of(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }

    fn word(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    fn day(day: Option<chrono::NaiveDate>) -> Self {
        day.map_or(Self::Empty, |d| Self::Text(d.to_string()))
    }
}

impl From<Shown> for Entry {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Number(number) => Self::Number(number),
            Shown::Withheld => Self::Withheld,
            Shown::Nothing(_) => Self::word(shown.marker()),
        }
    }
}

/// Nine significant digits: enough for any reader, and the same on every machine, whose last bits may differ.
pub fn number_text(number: f64) -> String {
    let rounded: f64 = format!("{number:.8e}").parse().unwrap_or(number);
    (rounded + 0.0).to_string()
}

/// A published table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Column names.
    pub columns: Vec<String>,
    /// One entry a column.
    pub rows: Vec<Vec<Entry>>,
}

impl Rows {
    /// Whether a column holds numbers (or `[c]`) and nothing else.
    pub fn is_numeric(&self, column: usize) -> bool {
        let mut entries = self.rows.iter().map(|r| &r[column]);
        entries.all(|e| matches!(e, Entry::Empty | Entry::Number(_) | Entry::Withheld))
    }
}

/// The columns of `hotspots.csv`.
pub fn hotspot_columns() -> Vec<String> {
    let first = [
        "rank",
        "cell",
        "theme",
        "grain",
        "place",
        "tier",
        "also",
        "score",
        "p_value",
        "q_value",
        "expected_rank",
        "rank_low",
        "rank_high",
        "streams_available",
        "streams_concerned",
    ];
    let last = ["dissonance", "optimism_gap", "fragile", "previous_tier", "first_seen", "explanation"];
    let streams =
        Stream::ALL.iter().flat_map(|s| ["z", "weight", "n", "light"].map(|what| format!("{}_{what}", s.as_str())));
    first.iter().map(|c| (*c).to_owned()).chain(streams).chain(last.iter().map(|c| (*c).to_owned())).collect()
}

/// `hotspots.csv`, a row a cell, in the order given.
pub(super) fn hotspots(cells: &[ShownCell]) -> Rows {
    Rows { columns: hotspot_columns(), rows: cells.iter().map(hotspot).collect() }
}

fn hotspot(cell: &ShownCell) -> Vec<Entry> {
    let mut also: Vec<&str> = cell.also.iter().map(|t| t.as_str()).collect();
    if cell.optimism_listed {
        also.push("optimism");
    }
    let expected = |of: fn(&(f64, f64, f64)) -> f64| Entry::of(cell.expected_rank.as_ref().map(of));
    let mut row = vec![
        cell.rank.map_or(Entry::Empty, Entry::count),
        Entry::word(cell.id.to_string()),
        Entry::word(&cell.id.theme),
        Entry::word(cell.id.grain.as_str()),
        Entry::word(&cell.id.place),
        Entry::word(cell.tier.as_str()),
        Entry::word(also.join(";")),
        Entry::of(cell.score),
        Entry::of(cell.p_value),
        Entry::of(cell.q_value),
        expected(|r| r.0),
        expected(|r| r.1),
        expected(|r| r.2),
        Entry::count(cell.streams_available),
        Entry::count(cell.streams_concerned),
    ];
    for signal in &cell.signals {
        row.extend([signal.z.into(), signal.weight.into(), signal.n.into(), Entry::word(signal.light.as_str())]);
    }
    row.extend([
        Entry::Flag(cell.is_dissonant()),
        Entry::of(cell.optimism_gap),
        Entry::word(cell.fragile.map_or("", Stream::as_str)),
        Entry::word(cell.previous_tier.map_or("", Tier::as_str)),
        Entry::day(cell.first_seen),
        Entry::word(&cell.explanation),
    ]);
    row
}

/// `series.csv`, a row a series at its latest period, by agency, indicator and locality.
pub(super) fn series(series: &[ShownSeries]) -> Rows {
    let columns = [
        "agency",
        "indicator",
        "locality",
        "period",
        "numerator",
        "denominator",
        "value",
        "lower",
        "upper",
        "interval_method",
        "mean",
        "lower_limit",
        "upper_limit",
        "variation",
        "assurance",
        "target",
        "target_status",
        "comparator",
        "points",
    ];
    let mut sorted: Vec<&ShownSeries> = series.iter().collect();
    sorted.sort_by_key(|s| (&s.agency, &s.indicator, &s.locality));
    let rows = sorted.into_iter().filter_map(one_series).collect();
    Rows { columns: columns.map(str::to_owned).to_vec(), rows }
}

fn one_series(series: &ShownSeries) -> Option<Vec<Entry>> {
    let latest = series.latest()?;
    let variation = match series.variation {
        Some(variation) => Entry::word(variation.as_str()),
        None if latest.value.is_withheld() => Entry::Withheld,
        None => Entry::Empty,
    };
    let comparator = series.comparator.as_ref().map(|(name, value)| format!("{name} {}", number_text(*value)));
    Some(vec![
        Entry::word(&series.agency),
        Entry::word(&series.indicator),
        Entry::word(&series.locality),
        Entry::word(latest.period.to_string()),
        latest.numerator.into(),
        latest.denominator.into(),
        latest.value.into(),
        latest.lower.into(),
        latest.upper.into(),
        Entry::word(latest.interval_method),
        latest.mean.into(),
        latest.lower_limit.into(),
        latest.upper_limit.into(),
        variation,
        Entry::word(series.assurance.as_str()),
        Entry::of(series.target),
        Entry::word(series.target_status),
        Entry::word(comparator.unwrap_or_default()),
        Entry::count(series.points.len()),
    ])
}

/// `submissions.csv`, in order of the day they came, then of their id.
pub(super) fn submissions(submissions: &[ShownSubmission]) -> Rows {
    let columns = [
        "submission",
        "return",
        "agency",
        "period",
        "file",
        "received_on",
        "due_on",
        "timeliness",
        "verdict",
        "rows",
        "errors",
        "queries",
    ];
    let mut sorted: Vec<&ShownSubmission> = submissions.iter().collect();
    sorted.sort_by_key(|s| (s.received_on, &s.id));
    let rows = sorted.into_iter().map(|s| {
        vec![
            Entry::word(&s.id),
            Entry::word(&s.return_id),
            Entry::word(&s.agency),
            Entry::word(&s.period),
            Entry::word(&s.file),
            Entry::day(Some(s.received_on)),
            Entry::day(s.due_on),
            Entry::word(s.timeliness()),
            Entry::word(s.verdict.as_str()),
            Entry::count(s.rows),
            Entry::count(s.errors),
            Entry::count(s.queries),
        ]
    });
    Rows { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_the_contract_to_the_letter() {
        // Typed out from data-contract.md, section 5.
        let expected = "rank,cell,theme,grain,place,tier,also,score,p_value,q_value,expected_rank,rank_low,rank_high,\
            streams_available,streams_concerned,\
            performance_z,performance_weight,performance_n,performance_light,\
            section11_z,section11_weight,section11_n,section11_light,\
            audits_z,audits_weight,audits_n,audits_light,\
            child_deaths_z,child_deaths_weight,child_deaths_n,child_deaths_light,\
            case_reviews_z,case_reviews_weight,case_reviews_n,case_reviews_light,\
            intelligence_z,intelligence_weight,intelligence_n,intelligence_light,\
            dissonance,optimism_gap,fragile,previous_tier,first_seen,explanation";
        assert_eq!(hotspot_columns().join(","), expected);
        let expected = "agency,indicator,locality,period,numerator,denominator,value,lower,upper,interval_method,mean,\
            lower_limit,upper_limit,variation,assurance,target,target_status,comparator,points";
        assert_eq!(series(&[]).columns.join(","), expected);
    }

    #[test]
    fn numbers_have_nine_digits_and_no_negative_zero() {
        for (number, text) in
            [(0.1 + 0.2, "0.3"), (-0.0, "0"), (1e-12, "0.000000000001"), (2.0 / 3.0, "0.666666667"), (1234.0, "1234")]
        {
            assert_eq!(number_text(number), text);
        }
    }
}
