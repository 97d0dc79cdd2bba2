//! From sheets of cells to rows of the canonical tables: which return a file is, and where in it everything stands.
//!
//! What the file holds decides which return it is: the words of its titles, and the headers that were found. The plain
//! layout is tried beside the return specs; whatever recognises more of the file is taken. Nothing under a header is
//! lost silently: a row is a draft, or it is set aside and a note says so.

use std::collections::BTreeMap;

use fit::{Fit, words_of};
use grid::{Grid, filled_cells};
use plain::PlainTable;
use sink::Sink;

use crate::ingest::header::{key, near_message};
use crate::ingest::layout_codes as codes;
use crate::model::Severity;
use crate::model::draft::{Laid, Markers};
use crate::model::raw::{RawFile, RawSheet, RawValue};
use crate::spec::Reference;
use crate::spec::own_sheets::is_own;
use crate::spec::return_spec::{Layout, ReturnSpec, fits};

mod aside;
mod blocks;
mod convert;
mod fit;
mod form;
mod given;
mod grid;
mod head;
mod long;
mod member;
mod ours;
pub mod period;
mod plain;
mod plan;
mod reason;
mod region;
mod remember;
mod sink;
mod wide;

/// Recognises the return that a file is, and lays its rows out. `file_name` is the name alone, without a folder.
pub fn lay_out(file_name: &str, raw: &RawFile, specs: &[ReturnSpec], reference: &Reference) -> Laid {
    lay_out_with(file_name, raw, specs, reference, &BTreeMap::new())
}

/// The same where further headers of the plain layout are known: header to column. Those of a return spec stand in the spec.
pub fn lay_out_with(
    file_name: &str,
    raw: &RawFile,
    specs: &[ReturnSpec],
    reference: &Reference,
    aliases: &BTreeMap<String, String>,
) -> Laid {
    let cleaned = ours::without(raw);
    let raw = cleaned.as_ref().unwrap_or(raw);
    // The guidance and the lists of our own blank returns hold labels of every column, and no figure.
    let grids: Vec<Grid<'_>> = raw.sheets.iter().filter(|s| !is_own(first_text(s))).map(Grid::new).collect();
    let plain = plain::find(&grids, aliases);
    let exact: usize = plain.iter().filter(|p| p.is_exact()).map(|p| p.score).sum();
    let fits = Fit::all(file_name, raw, specs, reference, &grids);
    let best = fits.iter().filter(|f| f.complete).map(|f| f.rank()).max();
    match best {
        Some(best) if best.0 > exact => {
            let rivals: Vec<&Fit<'_>> = fits.iter().filter(|f| f.complete && f.rank() == best).collect();
            match rivals[..] {
                [fit] => fit.lay_out(file_name, raw, reference, &grids),
                _ => two_returns(&rivals),
            }
        }
        _ if exact > 0 => lay_plain(file_name, raw, &plain, specs, &grids),
        _ if !plain.is_empty() => lay_plain(file_name, raw, &plain, specs, &grids),
        _ => no_table(file_name, &fits),
    }
}

/// The text of the first cell of a sheet.
fn first_text(sheet: &RawSheet) -> &str {
    match sheet.rows.first().and_then(|r| r.cells.first()).map(|c| &c.value) {
        Some(RawValue::Text(text)) => text,
        _ => "",
    }
}

/// What is said of every sheet: that it holds no table, and what in it is hidden.
fn after_sheet(grid: &Grid<'_>, tables: usize, sink: &mut Sink) {
    let name = &grid.sheet.name;
    if tables == 0 && grid.rows().iter().any(|r| filled_cells(r).next().is_some()) {
        let message =
            format!("The sheet `{name}` holds no table of this return; none of its cells was used as a figure.");
        sink.findings.push(codes::note_on(codes::SHEET_WITHOUT_TABLE, name, message));
    }
    region::note_hidden(grid, sink);
}

/// Lays out plain tables. A spec of the layout `plain` gives the return its name.
fn lay_plain(file_name: &str, raw: &RawFile, plain: &[PlainTable], specs: &[ReturnSpec], grids: &[Grid<'_>]) -> Laid {
    let mut sink = Sink::default();
    // Where one sheet is right, a sheet that is almost a table is still told what is wrong with its header.
    for (index, grid) in grids.iter().enumerate() {
        let table = plain.iter().find(|t| t.sheet == index);
        if let Some(table) = table {
            plain::lay(table, grids, raw.epoch_1904, &mut sink);
        }
        after_sheet(grid, usize::from(table.is_some()), &mut sink);
    }
    sink.finish();
    let text = words_of(grids);
    let spec = specs.iter().find(|spec| {
        let feeds = |p: &PlainTable| spec.tables.iter().any(|t| t.layout == Layout::Plain && t.feeds == p.table);
        let named = spec.recognise.file.is_empty() || spec.recognise.file.iter().any(|p| fits(p, file_name));
        named && plain.iter().all(feeds) && spec.recognise.words.iter().all(|w| text.contains(&key(w)))
    });
    let return_id = spec.map_or_else(|| "plain".to_owned(), |s| s.id.clone());
    Laid {
        layout: remember::layout(&return_id, sink.tables, &sink.drafts),
        return_id,
        drafts: sink.drafts,
        findings: sink.findings,
        markers: spec.map_or_else(Markers::default, |s| s.markers.clone()),
        epoch_1904: raw.epoch_1904,
    }
}

fn two_returns(rivals: &[&Fit<'_>]) -> Laid {
    let names: Vec<String> = rivals.iter().map(|f| format!("`{}` ({})", f.spec.id, f.spec.name)).collect();
    let message = format!("The file fits the returns {}.", names.join(" and "));
    Laid { findings: vec![codes::finding(codes::TWO_RETURNS, Severity::Error, message)], ..Laid::default() }
}

/// Nothing fits. Where one return almost does, its missing columns are named.
fn no_table(file_name: &str, fits: &[Fit<'_>]) -> Laid {
    let told = |f: &&Fit<'_>| f.named || !f.spec.recognise.words.is_empty();
    let almost = fits.iter().filter(told).filter_map(|f| f.lacking.as_ref().map(|l| (f, l)));
    let almost = almost.filter(|(_, l)| l.share >= 0.5 && !l.columns.is_empty());
    let Some((fit, lacking)) = almost.max_by(|a, b| {
        (a.0.named, a.1.share).partial_cmp(&(b.0.named, b.1.share)).unwrap_or(std::cmp::Ordering::Equal)
    }) else {
        let message = format!("No table was found in `{file_name}`: no row of it is a header of any return.");
        return Laid { findings: vec![codes::finding(codes::NO_TABLE, Severity::Error, message)], ..Laid::default() };
    };
    let findings = lacking.columns.iter().map(|(name, meant)| {
        let mut place = crate::model::raw::CellPlace::new(lacking.sheet.clone(), lacking.row, 0);
        match meant {
            Some((column, written)) => {
                place.column = *column;
                codes::error_at(codes::NEAR_HEADER, &place, near_message(written, name)).under(written)
            }
            None => {
                let message = format!("The column `{name}` of the return {} is not there.", fit.spec.name);
                codes::error_at(codes::COLUMN_MISSING, &place, message).under(name)
            }
        }
    });
    Laid {
        return_id: fit.spec.id.clone(),
        findings: findings.collect(),
        markers: fit.spec.markers.clone(),
        ..Laid::default()
    }
}

#[cfg(test)]
mod tests;
