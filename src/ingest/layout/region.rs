//! From headers to regions of rows: which rows and columns belong to which table of a sheet.

use super::aside::{Aside, AsideRows, rows_in_words};
use super::blocks;
use super::convert::Context;
use super::grid::{Grid, filled_cells};
use super::member::Member;
use super::plan::{Header, Plan};
use super::sink::Sink;
use super::{long, wide};
use crate::ingest::layout_codes as codes;
use crate::model::raw::RawValue;
use crate::spec::return_spec::Layout;

/// Lays out every table with a header on one sheet. Gives the number of tables found.
pub(super) fn lay_sheet(
    context: &Context<'_>,
    plans: &[Plan<'_>],
    grids: &[Grid<'_>],
    sheet: usize,
    agency: Option<&str>,
    sink: &mut Sink,
) -> usize {
    let grid = &grids[sheet];
    let mut headers: Vec<(usize, Header)> = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        if !plan.spec.may_stand_on(&grid.sheet.name) {
            continue;
        }
        match plan.spec.layout {
            Layout::Long | Layout::Wide => {
                let found = plan.find(context, grid, plans.len() > 1);
                headers.extend(found.filter(|h| h.missing.is_empty() && plan.is_enough(h)).map(|h| (index, h)));
            }
            Layout::Blocks => headers.extend(plan.find_all(context, grid).into_iter().map(|h| (index, h))),
            Layout::Plain | Layout::Form => {}
        }
    }
    headers.sort_by_key(|(index, h)| (h.last, h.span().0, *index));
    let mut aside = AsideRows::default();
    let mut done = vec![false; headers.len()];
    for at in 0..headers.len() {
        if done[at] {
            continue;
        }
        let same = |h: &Header| h.last == headers[at].1.last && overlap(h.span(), headers[at].1.span());
        let group: Vec<usize> = (at..headers.len()).filter(|&i| same(&headers[i].1)).collect();
        group.iter().for_each(|&i| done[i] = true);
        let limits = limits(&headers, &group);
        let end = end_of(grid, &headers, &group, &mut aside);
        let mut members = Vec::new();
        for &i in &group {
            let (plan, header) = (&plans[headers[i].0], &headers[i].1);
            members.push(Member::new(context, plan, header, grids, grid, (i, limits, end), agency, sink));
        }
        let start = header_end(&members);
        lay_rows(&mut members, start..end, &mut aside, sink);
    }
    sink.findings.extend(aside.findings(&grid.sheet.name));
    headers.len()
}

fn header_end(members: &[Member<'_, '_>]) -> usize {
    members.iter().map(|m| m.header.last + 1).max().unwrap_or(0)
}

fn overlap(a: (u32, u32), b: (u32, u32)) -> bool {
    a.0 <= b.1 && b.0 <= a.1
}

/// The columns that belong to a group of headers: up to those of a table beside it.
fn limits(headers: &[(usize, Header)], group: &[usize]) -> (u32, u32) {
    let rows = |h: &Header| (h.first as u32, h.last as u32);
    let spans = group.iter().map(|&i| headers[i].1.span());
    let (left, right) = spans.fold((u32::MAX, 0), |(l, r), (a, b)| (l.min(a), r.max(b)));
    let (mut from, mut to) = (1, u32::MAX);
    for (i, (_, other)) in headers.iter().enumerate() {
        let beside = !group.contains(&i) && group.iter().any(|&g| overlap(rows(&headers[g].1), rows(other)));
        if beside && other.span().0 > right {
            to = to.min(other.span().0 - 1);
        }
        if beside && other.span().1 < left {
            from = from.max(other.span().1 + 1);
        }
    }
    (from, to)
}

/// The index after the last row of a group: where the next table below begins, with its title.
fn end_of(grid: &Grid<'_>, headers: &[(usize, Header)], group: &[usize], aside: &mut AsideRows) -> usize {
    let last = headers[group[0]].1.last;
    let spans: Vec<(u32, u32)> = group.iter().map(|&i| headers[i].1.span()).collect();
    let below = headers.iter().filter(|(_, h)| h.first > last && spans.iter().any(|s| overlap(*s, h.span())));
    let Some(next) = below.map(|(_, h)| h.first).min() else { return grid.rows().len() };
    let title = blocks::title_above(grid, next);
    for row in &grid.rows()[title.clone()] {
        aside.add(Aside::Heading, row.row);
    }
    title.start.max(last + 1)
}

/// Offers every row to the tables that share a header; what none of them takes is set aside and said.
fn lay_rows(members: &mut [Member<'_, '_>], rows: std::ops::Range<usize>, aside: &mut AsideRows, sink: &mut Sink) {
    let Some(first) = members.first() else { return };
    let (grid, limits) = (first.grid, first.limits);
    let mut laid = 0;
    for index in rows {
        let row = &grid.rows()[index];
        let within = filled_cells(row).filter(|c| (limits.0..=limits.1).contains(&c.column));
        let cells: Vec<(u32, &RawValue)> = within.map(|c| (c.column, &c.value)).collect();
        if cells.is_empty() {
            continue;
        }
        let mut refused = None;
        let mut taken = false;
        for member in members.iter_mut() {
            match member.reason(row, &cells) {
                Some(reason) => {
                    if reason == Aside::Heading {
                        _ = member.base(row, grid.place(row.row, 0));
                    }
                    refused = Some(reason);
                }
                None => {
                    taken = true;
                    laid += 1;
                    match member.plan.across_spec() {
                        Some(_) => wide::lay_row(member, row, sink),
                        None => long::lay_row(member, row, sink),
                    }
                }
            }
        }
        if let (false, Some(reason)) = (taken, refused) {
            aside.add(reason, row.row);
        }
    }
    if laid == 0 {
        let member = &members[0];
        let message = format!("The table `{}` has a header and no row.", member.plan.spec.name);
        sink.findings.push(codes::error_at(codes::NO_ROWS, &member.head_place(), message));
    }
}

/// Says which rows of a sheet, or that the sheet itself, is hidden.
pub(super) fn note_hidden(grid: &Grid<'_>, sink: &mut Sink) {
    let name = &grid.sheet.name;
    if grid.sheet.hidden && grid.rows().iter().any(|r| filled_cells(r).next().is_some()) {
        let message = format!("The sheet `{name}` is hidden; it was read like the others.");
        sink.findings.push(codes::note_on(codes::HIDDEN, name, message));
    }
    let hidden: Vec<u32> =
        grid.rows().iter().filter(|r| r.hidden && filled_cells(r).next().is_some()).map(|r| r.row).collect();
    if !hidden.is_empty() {
        let message = format!("Hidden, and read like the others: {}.", rows_in_words(&hidden));
        let mut note = codes::note_on(codes::HIDDEN, name, message);
        note.row = hidden.first().copied();
        sink.findings.push(note);
    }
}
