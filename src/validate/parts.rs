//! Totals and the parts that a return breaks them down into.

use std::collections::{BTreeMap, HashMap};

use crate::spec::reference::Indicator;
use crate::validate::facts::Facts;

/// A total that stands in the return, and its parts.
pub struct Whole<'a> {
    /// The number of its row.
    pub total: usize,
    /// What it counts.
    pub indicator: &'a Indicator,
    /// The numbers of the rows of its parts, by dimension; of two rows for one part the first.
    pub parts: BTreeMap<&'a str, Vec<usize>>,
}

/// The totals of a return that have parts, in the order of their rows.
pub fn wholes<'a>(facts: &Facts<'a>) -> Vec<Whole<'a>> {
    let key = |row: &'a crate::model::Row| {
        let texts = ["agency", "indicator", "locality"].map(|column| row.text(column));
        Some((texts, row.period("period")?))
    };
    if !facts.measured().any(|(_, row, _)| row.text("breakdown").contains('=')) {
        return Vec::new();
    }
    let mut index = HashMap::new();
    let mut wholes: Vec<Whole<'a>> = Vec::new();
    for (i, row, indicator) in facts.measured().filter(|(_, row, _)| row.text("breakdown").is_empty()) {
        if let Some(key) = key(row) {
            index.entry(key).or_insert_with(|| {
                wholes.push(Whole { total: i, indicator, parts: BTreeMap::new() });
                wholes.len() - 1
            });
        }
    }
    let mut seen = std::collections::HashSet::new();
    for (i, row, _) in facts.measured() {
        let Some((dimension, _)) = row.text("breakdown").split_once('=') else { continue };
        let Some(whole) = key(row).and_then(|key| index.get(&key).copied()) else { continue };
        if seen.insert((whole, row.text("breakdown"))) {
            wholes[whole].parts.entry(dimension).or_default().push(i);
        }
    }
    wholes.retain(|whole| !whole.parts.is_empty());
    wholes
}
