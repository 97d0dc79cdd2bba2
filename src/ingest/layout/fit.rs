//! How well a return spec fits a file, and the file laid out by it.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::convert::Context;
use super::grid::{Grid, filled_cells};
use super::plan::{Header, Plan};
use super::sink::Sink;
use super::{after_sheet, form, region};
use crate::ingest::header::{key, near};
use crate::ingest::layout_codes as codes;
use crate::model::draft::{Draft, Laid};
use crate::model::raw::{RawFile, RawValue};
use crate::model::{ColumnKind, Period, Severity};
use crate::spec::Reference;
use crate::spec::return_spec::{Layout, ReturnSpec, Variant, fits};

/// In how many rows from the top of a sheet the words are looked for by which a return is recognised.
const WORD_ROWS: usize = 60;

/// How well a spec fits a file.
pub(super) struct Fit<'s> {
    pub spec: &'s ReturnSpec,
    /// The variants that fit best, the newest first.
    variants: Vec<Variant>,
    /// How many headers and labels were recognised.
    score: usize,
    /// Whether a table is there with all of its required columns.
    pub complete: bool,
    /// Whether the file's name fits.
    pub named: bool,
    /// The best incomplete header: the sheet, and what it lacks with the headers that might be meant.
    pub lacking: Option<Lacking>,
}

/// What a header lacks to be a return's.
pub(super) struct Lacking {
    pub sheet: String,
    pub row: u32,
    pub share: f64,
    pub columns: Vec<(String, Option<(u32, String)>)>,
}

impl<'s> Fit<'s> {
    pub fn all(
        file_name: &str,
        raw: &RawFile,
        specs: &'s [ReturnSpec],
        reference: &Reference,
        grids: &[Grid<'_>],
    ) -> Vec<Self> {
        let text = words_of(grids);
        let fit = |spec: &'s ReturnSpec| {
            let words = spec.recognise.words.iter().all(|w| text.contains(&key(w)));
            let sheets = spec.recognise.sheets.is_empty()
                || grids.iter().any(|g| spec.recognise.sheets.iter().any(|p| fits(p, &g.sheet.name)));
            (words && sheets).then(|| Self::of(file_name, raw, spec, reference, grids))
        };
        specs.iter().filter_map(fit).collect()
    }

    fn of(file_name: &str, raw: &RawFile, spec: &'s ReturnSpec, reference: &Reference, grids: &[Grid<'_>]) -> Self {
        let context = Context::new(reference, file_name, raw.epoch_1904, &spec.markers);
        let mut best = Self {
            spec,
            variants: Vec::new(),
            score: 0,
            complete: false,
            named: spec.recognise.file.iter().any(|p| fits(p, file_name)),
            lacking: None,
        };
        for variant in spec.variants() {
            let plans: Vec<Plan<'_>> = variant.tables.iter().map(|t| Plan::new(&context, t)).collect();
            let (score, lacking) = score(&context, &plans, grids);
            if score > best.score {
                best.variants.clear();
                best.score = score;
            }
            if score > 0 && score == best.score {
                best.variants.push(variant.clone());
                best.complete = true;
            }
            best.lacking = best.lacking.or(lacking);
        }
        best
    }

    pub fn rank(&self) -> (usize, bool) {
        (self.score, self.named)
    }

    /// Lays the file out as the variant whose dates its own periods fall into.
    pub fn lay_out(&self, file_name: &str, raw: &RawFile, reference: &Reference, grids: &[Grid<'_>]) -> Laid {
        let mut first: Option<(Laid, &Variant, Option<NaiveDate>)> = None;
        for variant in &self.variants {
            let laid = self.lay_out_as(variant, file_name, raw, reference, grids);
            let newest = laid.drafts.iter().filter_map(day_of).max();
            if newest.is_none_or(|day| variant.holds(day)) {
                return laid;
            }
            first = first.or(Some((laid, variant, newest)));
        }
        let Some((mut laid, variant, newest)) = first else { return Laid::default() };
        let newest = newest.map_or_else(String::new, |day| day.to_string());
        let since = match variant.from {
            Some(from) => format!("from {from} on ({})", variant.reason),
            None => "before the first change".to_owned(),
        };
        let message = format!("Its periods reach to {newest}, but its layout is the one {since}.");
        laid.findings.push(codes::finding(codes::OTHER_YEARS, Severity::Note, message));
        laid
    }

    fn lay_out_as(
        &self,
        variant: &Variant,
        file_name: &str,
        raw: &RawFile,
        reference: &Reference,
        grids: &[Grid<'_>],
    ) -> Laid {
        let spec = self.spec;
        let context = Context::new(reference, file_name, raw.epoch_1904, &spec.markers);
        let plans: Vec<Plan<'_>> = variant.tables.iter().map(|t| Plan::new(&context, t)).collect();
        let agency = spec.agency.as_deref();
        let mut sink = Sink::default();
        for (index, grid) in grids.iter().enumerate() {
            let mut tables = region::lay_sheet(&context, &plans, grids, index, agency, &mut sink);
            let forms = plans.iter().filter(|p| p.spec.layout == Layout::Form && p.spec.may_stand_on(&grid.sheet.name));
            for plan in forms.filter(|p| form::score(p, grid).is_some()) {
                form::lay_sheet(&context, plan, grids, index, agency, &mut sink);
                tables += 1;
            }
            after_sheet(grid, tables, &mut sink);
        }
        sink.finish();
        let mut laid = Laid {
            layout: super::remember::layout(&spec.id, sink.tables, &sink.drafts),
            return_id: spec.id.clone(),
            drafts: sink.drafts,
            findings: sink.findings,
            markers: spec.markers.clone(),
            epoch_1904: raw.epoch_1904,
        };
        query_other_agencies(spec, &mut laid);
        laid
    }
}

/// How much of a file the tables of a spec recognise; and, where none is complete, what the best of them lacks.
fn score(context: &Context<'_>, plans: &[Plan<'_>], grids: &[Grid<'_>]) -> (usize, Option<Lacking>) {
    let mut sum = 0;
    let mut lacking: Option<Lacking> = None;
    for plan in plans {
        let mut best = 0;
        for grid in grids.iter().filter(|g| plan.spec.may_stand_on(&g.sheet.name)) {
            match plan.spec.layout {
                Layout::Plain => {}
                Layout::Form => best = best.max(form::score(plan, grid).unwrap_or(0)),
                Layout::Long | Layout::Wide | Layout::Blocks => {
                    let several = plans.len() > 1 || plan.spec.layout == Layout::Blocks;
                    let Some(header) = plan.find(context, grid, several) else { continue };
                    if header.missing.is_empty() && plan.is_enough(&header) {
                        let known = header.columns.values().map(Vec::len).sum::<usize>();
                        best = best.max(known + usize::from(!header.across.is_empty()));
                    } else {
                        let found = Lacking::of(plan, grid, &header);
                        if lacking.as_ref().is_none_or(|l| l.share < found.share) {
                            lacking = Some(found);
                        }
                    }
                }
            }
        }
        sum += best;
    }
    (sum, lacking.filter(|_| sum == 0))
}

impl Lacking {
    fn of(plan: &Plan<'_>, grid: &Grid<'_>, header: &Header) -> Self {
        let free: Vec<(u32, &str)> = header
            .written
            .iter()
            .filter(|(c, _)| !header.columns.contains_key(c))
            .map(|(c, (_, written))| (*c, written.as_str()))
            .collect();
        let columns = header.missing.iter().map(|&i| {
            let names = plan.spec.columns[i].names();
            let meant = free.iter().find(|(_, written)| near(written, names.iter().copied()).is_some());
            (names[0].to_owned(), meant.map(|(c, w)| (*c, (*w).to_owned())))
        });
        let columns: Vec<(String, Option<(u32, String)>)> = columns.collect();
        let required = plan.spec.columns.iter().filter(|c| c.required).count().max(1);
        let share = 1.0 - header.missing.len() as f64 / required as f64;
        Self { sheet: grid.sheet.name.clone(), row: grid.rows()[header.last].row, share, columns }
    }
}

/// The words of a file's sheet names and first rows, for recognising returns.
pub(super) fn words_of(grids: &[Grid<'_>]) -> String {
    let mut text = String::new();
    for grid in grids {
        text.push_str(&key(&grid.sheet.name));
        text.push('\u{1f}');
        for cell in grid.rows().iter().take(WORD_ROWS).flat_map(filled_cells) {
            if let RawValue::Text(t) = &cell.value {
                text.push_str(&key(t));
                text.push('\u{1f}');
            }
        }
    }
    text
}

/// The day that a draft is about: the end of its period, else its first date.
fn day_of(draft: &Draft) -> Option<NaiveDate> {
    let columns = || draft.table.columns().iter().zip(&draft.fields);
    let text = |kind: ColumnKind| {
        let cells = columns().filter(move |(c, _)| c.kind == kind).filter_map(|(_, f)| f.as_ref()?.value.as_ref());
        cells.map(RawValue::display)
    };
    let period = text(ColumnKind::Period).find_map(|t| Period::parse(&t)).map(Period::end);
    period.or_else(|| text(ColumnKind::Date).find_map(|t| t.get(..10)?.parse().ok()))
}

/// Queries rows of an agency that is not expected to send this return.
fn query_other_agencies(spec: &ReturnSpec, laid: &mut Laid) {
    if spec.agencies.is_empty() {
        return;
    }
    let mut said = BTreeSet::new();
    for draft in &laid.drafts {
        let Some(cell) = draft.field("agency") else { continue };
        let Some(agency) = cell.value.as_ref().map(RawValue::display) else { continue };
        if !spec.agencies.contains(&agency) && said.insert(agency.clone()) {
            let message = format!("`{agency}` is not among the agencies that send the return {}.", spec.name);
            let query = codes::finding(codes::OTHER_AGENCY, Severity::Query, message);
            laid.findings.push(query.at(&cell.place).under(&cell.header));
        }
    }
}
