//! A table spec made ready for looking at sheets: headers by their keys, and rules by column.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::convert::{Context, Rules};
use super::grid::{Band, BandColumn, Grid};
use super::period::Reading;
use crate::ingest::header::key;
use crate::model::raw::RawValue;
use crate::model::{Period, Text};
use crate::spec::return_spec::{Across, TableSpec, fits};

/// How many rows are searched for the header of a return's only table, and of one of several.
const SEARCH_ROWS: [usize; 2] = [60, 3_000];

/// A table spec made ready.
pub(super) struct Plan<'a> {
    pub spec: &'a TableSpec,
    /// Rules of the columns, in the spec's order.
    pub columns: Vec<Rules>,
    /// Rules of the figures, in the spec's order.
    pub figures: Vec<Rules>,
    /// Figures by the key of a label.
    pub figures_by_label: HashMap<String, Vec<usize>>,
    targets: HashMap<String, Vec<Target>>,
    across: Option<AcrossPlan<'a>>,
    keep: Vec<BTreeSet<String>>,
}

struct AcrossPlan<'a> {
    spec: &'a Across,
    head: Rules,
    cells: Rules,
    /// Rules of the numbers under a measure that is no value: a percentage stands only among values.
    counts: Rules,
    measures: HashMap<String, String>,
}

/// What a header stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// A column of the spec.
    Column(usize),
    /// A figure with a column of its own.
    Figure(usize),
    /// A filter on rows.
    Keep(usize),
}

/// A column of a wide table that holds figures.
#[derive(Debug, Clone)]
pub(super) struct AcrossColumn {
    /// 1-based column.
    pub column: u32,
    /// 1-based row of its header.
    pub row: u32,
    /// What the header stands for, in canonical form.
    pub value: String,
    /// Two readings, where the header has two.
    pub unclear: Option<(Period, Period)>,
    /// The number column that it feeds.
    pub into: String,
}

/// A header that was found.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// Index of its first row.
    pub first: usize,
    /// Index of its last row.
    pub last: usize,
    /// What its columns stand for.
    pub columns: BTreeMap<u32, Vec<Target>>,
    /// The columns that go across.
    pub across: Vec<AcrossColumn>,
    /// All headers as written, with their row.
    pub written: BTreeMap<u32, (u32, Text)>,
    /// Required columns that are not there.
    pub missing: Vec<usize>,
    /// Columns that are there twice: the spec's column, and where.
    pub twice: Vec<(Target, u32)>,
    /// How many things were recognised.
    pub score: usize,
}

impl Header {
    /// The header of a column as written; empty where there is none.
    pub fn text(&self, column: u32) -> &Text {
        static NONE: Text = Text::EMPTY;
        self.written.get(&column).map_or(&NONE, |w| &w.1)
    }

    /// First and last column that were recognised.
    pub fn span(&self) -> (u32, u32) {
        let columns = || self.columns.keys().copied().chain(self.across.iter().map(|a| a.column));
        (columns().min().unwrap_or(1), columns().max().unwrap_or(1))
    }
}

impl<'a> Plan<'a> {
    /// Makes a table spec ready.
    pub fn new(context: &Context<'_>, spec: &'a TableSpec) -> Self {
        let rules = |to: &str, match_by: &[String]| Rules::new(context, spec.feeds, to, match_by);
        let columns = spec.columns.iter().map(|c| {
            let rules = rules(&c.to, &c.match_by).values(&c.values).unit(c.unit).period(c.period);
            rules.separator(c.separator.as_deref())
        });
        let figures = spec.figures.iter().map(|f| rules(&f.into, &[]).unit(f.unit));
        let mut targets: HashMap<String, Vec<Target>> = HashMap::new();
        for (index, column) in spec.columns.iter().enumerate() {
            for name in column.names() {
                push(&mut targets, key(name), Target::Column(index));
            }
        }
        let mut figures_by_label: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, figure) in spec.figures.iter().enumerate() {
            for label in &figure.labels {
                let known = figures_by_label.entry(key(label)).or_default();
                if !known.contains(&index) {
                    known.push(index);
                }
                if !spec.figures_by_row() {
                    push(&mut targets, key(label), Target::Figure(index));
                }
            }
        }
        for (index, header) in spec.keep.keys().enumerate() {
            push(&mut targets, key(header), Target::Keep(index));
        }
        let across = spec.across.as_ref().map(|across| AcrossPlan {
            spec: across,
            head: rules(&across.to, &across.match_by).values(&across.values).period(across.period),
            cells: rules(&across.into, &[]).values(&across.cells).unit(across.unit),
            counts: rules(&across.into, &[]).values(&across.cells),
            measures: across
                .measures
                .iter()
                .flat_map(|(into, texts)| texts.iter().map(|text| (key(text), into.clone())))
                .collect(),
        });
        let keep = spec.keep.values().map(|texts| texts.iter().map(|t| key(t)).collect()).collect();
        Self { columns: columns.collect(), figures: figures.collect(), figures_by_label, targets, across, keep, spec }
    }

    /// Whether the text under a filter's header lets a row pass.
    pub fn keeps(&self, filter: usize, text: &str) -> bool {
        self.keep.get(filter).is_none_or(|texts| texts.contains(&key(text)))
    }

    /// Rules of the cells under a column that goes across.
    pub fn across_cells(&self, column: &AcrossColumn) -> Option<&Rules> {
        let counts = |a: &AcrossPlan<'_>| !a.measures.is_empty() && column.into != "value";
        self.across.as_ref().map(|a| if counts(a) { &a.counts } else { &a.cells })
    }

    /// What stands across.
    pub fn across_spec(&self) -> Option<&Across> {
        self.across.as_ref().map(|a| a.spec)
    }

    /// Whether a header's column is to be set aside.
    pub fn sets_aside(&self, header: &str) -> bool {
        let total = ["total*", "ytd*", "year to date*", "cumulative*"];
        self.spec.aside_columns.iter().any(|p| fits(p, header))
            || (self.across.is_some() && total.iter().any(|p| fits(p, header)))
    }

    /// Every name of its columns and figures, for suggestions.
    pub fn names(&self) -> Vec<(&'a str, Target)> {
        let spec = self.spec;
        let columns = spec.columns.iter().enumerate();
        let columns = columns.flat_map(|(i, c)| c.names().into_iter().map(move |n| (n, Target::Column(i))));
        let by_column = if spec.figures_by_row() { &spec.figures[..0] } else { &spec.figures[..] };
        let figures = by_column.iter().enumerate();
        columns
            .chain(figures.flat_map(|(i, f)| f.labels.iter().map(move |l| (l.as_str(), Target::Figure(i)))))
            .collect()
    }

    /// The best header of a sheet, whether or not all of its required columns are there; none where nothing fits.
    pub fn find(&self, context: &Context<'_>, grid: &Grid<'_>, several: bool) -> Option<Header> {
        let rows = grid.rows().len().min(SEARCH_ROWS[usize::from(several)]);
        let mut best: Option<Header> = None;
        for first in 0..rows {
            if let Some(found) = self.at(context, grid, first)
                && best.as_ref().is_none_or(|b| rank(&found) > rank(b))
            {
                best = Some(found);
            }
        }
        best
    }

    /// Every complete header of a sheet from top to bottom, for tables in blocks.
    pub fn find_all(&self, context: &Context<'_>, grid: &Grid<'_>) -> Vec<Header> {
        let complete =
            |first: usize| self.at(context, grid, first).filter(|h| h.missing.is_empty() && self.is_enough(h));
        let mut found: Vec<Header> = Vec::new();
        let mut first = 0;
        while first < grid.rows().len() {
            let Some(mut header) = complete(first) else {
                first += 1;
                continue;
            };
            // A title above the header must not be taken for its first row.
            while let Some(lower) =
                complete(header.first + 1).filter(|l| l.last == header.last && rank(l) > rank(&header))
            {
                header = lower;
            }
            first = header.last + 1;
            found.push(header);
        }
        found
    }

    /// Whether enough was recognised for the rows to be this table.
    pub fn is_enough(&self, header: &Header) -> bool {
        let columns = header.columns.values().flatten().collect::<BTreeSet<_>>().len();
        let across = self.across.is_none() || !header.across.is_empty();
        // Without the column that a filter looks at, rows would pass that must not.
        let filters = (0..self.keep.len()).all(|i| header.columns.values().flatten().any(|t| *t == Target::Keep(i)));
        across && filters && columns >= self.targets_needed()
    }

    /// One label will do beside figures that go across; else two columns, if the spec has two.
    fn targets_needed(&self) -> usize {
        let known = self.spec.columns.len() + self.spec.figures.len();
        if self.across.is_some() { 1.min(self.spec.columns.len()) } else { 2.min(known) }
    }

    /// The best header that begins at a row; none where nothing fits.
    fn at(&self, context: &Context<'_>, grid: &Grid<'_>, first: usize) -> Option<Header> {
        let mut best: Option<Header> = None;
        for last in first..(first + self.spec.header_rows).min(grid.rows().len()) {
            let header = self.read(context, &Band::read(grid, first, last));
            let better = best.as_ref().is_none_or(|b| rank(&header) > rank(b));
            if header.score > 0 && better {
                best = Some(header);
            }
        }
        best
    }

    fn read(&self, context: &Context<'_>, band: &Band) -> Header {
        let mut columns: BTreeMap<u32, Vec<Target>> = BTreeMap::new();
        let mut across = Vec::new();
        let mut written = BTreeMap::new();
        let mut seen: BTreeMap<Target, u32> = BTreeMap::new();
        let mut twice = Vec::new();
        for column in &band.columns {
            written.insert(column.column, (column.row, column.written().into()));
            if let Some(targets) = column.keys().iter().find_map(|k| self.targets.get(k)) {
                let new: Vec<Target> = targets.iter().copied().filter(|t| !seen.contains_key(t)).collect();
                for target in targets {
                    if seen.contains_key(target) {
                        // A merged header says the same over several columns; its first holds the values.
                        if column.own {
                            twice.push((*target, column.column));
                        }
                    } else {
                        seen.insert(*target, column.column);
                    }
                }
                if !new.is_empty() {
                    columns.insert(column.column, new);
                }
            } else if let Some(found) = self.across.as_ref().and_then(|a| a.read(context, column)) {
                across.push(found);
            }
        }
        let required = self.spec.columns.iter().enumerate().filter(|(_, c)| c.required).map(|(i, _)| i);
        let missing: Vec<usize> = required.filter(|i| !seen.contains_key(&Target::Column(*i))).collect();
        let distinct: BTreeSet<(&str, &str)> = across.iter().map(|a| (a.value.as_str(), a.into.as_str())).collect();
        let score = seen.len() * 1_000 + distinct.len().min(999);
        let score = if seen.is_empty() { 0 } else { score };
        Header { first: band.first, last: band.last, columns, across, written, missing, twice, score }
    }
}

/// Complete headers before others, then those that know more, then those over fewer rows.
fn rank(header: &Header) -> (std::cmp::Reverse<usize>, usize, std::cmp::Reverse<usize>) {
    let missing = std::cmp::Reverse(header.missing.len());
    (missing, header.score, std::cmp::Reverse(header.last - header.first))
}

fn push(targets: &mut HashMap<String, Vec<Target>>, key: String, target: Target) {
    let list = targets.entry(key).or_default();
    if !list.contains(&target) {
        list.push(target);
    }
}

impl AcrossPlan<'_> {
    fn read(&self, context: &Context<'_>, column: &BandColumn) -> Option<AcrossColumn> {
        let into = if self.measures.is_empty() {
            self.spec.into.clone()
        } else {
            column.texts.iter().rev().find_map(|t| self.measures.get(&key(t)))?.clone()
        };
        let found = |value: String, unclear| {
            Some(AcrossColumn { column: column.column, row: column.row, value, unclear, into: into.clone() })
        };
        if self.spec.to != "period" {
            let text = ranges(&column.filled).into_iter().find_map(|text| self.head.word(&text))?;
            return found(text.into(), None);
        }
        // A true date or a number by its own value, from the bottom up; then the texts, joined in both orders.
        for value in column.values.iter().rev().flatten() {
            if let RawValue::Date(_) | RawValue::Number(_) = value
                && let Reading::One(period) = self.head.read_period(context, value)
            {
                // A bare number for a year above a month's name is only a part of the period.
                let is_day =
                    matches!(value, RawValue::Date(_)) || matches!(value, RawValue::Number(n) if *n > 20_000.0);
                if is_day || column.filled.iter().filter(|t| !t.is_empty()).count() == 1 {
                    return found(period.to_string(), None);
                }
            }
        }
        let mut unclear = None;
        for text in ranges(&column.filled) {
            match super::period::read(&text, self.head.period) {
                Reading::One(period) => return found(period.to_string(), None),
                Reading::Two(a, b) => unclear = unclear.or(Some((a, b))),
                Reading::None => {}
            }
        }
        unclear.and_then(|two| found(column.written(), Some(two)))
    }
}

/// The texts of a column joined over neighbouring rows, downwards and upwards: those that reach the bottom first, and of
/// these the longest.
fn ranges(texts: &[String]) -> Vec<String> {
    let mut ranges = Vec::new();
    for end in (1..=texts.len()).rev() {
        for start in 0..end {
            let part: Vec<&str> = texts[start..end].iter().map(|t| t.trim()).filter(|t| !t.is_empty()).collect();
            if part.is_empty() || texts[end - 1].trim().is_empty() {
                continue;
            }
            ranges.push(part.join(" "));
            if part.len() > 1 {
                ranges.push(part.iter().rev().copied().collect::<Vec<_>>().join(" "));
            }
        }
    }
    ranges
}
