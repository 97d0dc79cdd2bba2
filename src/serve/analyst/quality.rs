//! Data quality over time, by agency and return.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::pipeline::quality::{Code, Month, Quality, quality as of_months};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    months: String,
    #[serde(default)]
    agency: String,
}

/// A bar of the chart: a month's files, stacked.
struct Bar {
    x: usize,
    label: String,
    accepted: (f64, f64),
    refused: (f64, f64),
}

#[derive(Template)]
#[template(path = "analyst/quality.html", config = "src/serve/templates/askama.toml")]
struct Page {
    frame: Frame,
    quality: Quality,
    bars: Vec<Bar>,
    width: usize,
    sentence: String,
    months: usize,
    agency: String,
    agencies: Vec<(String, String)>,
    titles: Vec<(Code, &'static str)>,
}

impl Page {
    fn days(&self, month: &Month) -> String {
        month.usual_days().map_or_else(String::new, |d| d.to_string())
    }

    fn numbers(&self, m: &Month) -> [usize; 9] {
        [m.accepted, m.rejected, m.quarantined, m.errors, m.queries, m.again, m.on_time, m.late, m.missing]
    }

    fn headings(&self) -> [&'static str; 10] {
        let timing = "Days from due to accepted";
        ["Accepted", "Rejected", "Set aside", "Errors", "Queries", "Sent again", "On time", "Late", "Missing", timing]
    }

    fn choices(&self) -> [usize; 4] {
        [6, 12, 24, 36]
    }

    fn month(&self, at: &usize) -> String {
        self.quality.months.get(*at).map(|m| m.format("%b %Y").to_string()).unwrap_or_default()
    }
}

/// Height of the chart's bars.
const HIGH: f64 = 120.0;

/// The quality of the last months.
pub async fn quality(
    visitor: Visitor,
    State(portal): State<Portal>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let months: usize = asked.months.parse().unwrap_or(12).clamp(3, 36);
    let found = portal.ask(move |portal, ledger| of_months(&portal.configuration(), ledger, portal.today(), months));
    let mut quality = found.await?;
    let ids = quality.lines.iter().flat_map(|l| l.agency.split(';')).filter(|a| !a.is_empty());
    let mut agencies: Vec<(String, String)> = ids.map(|a| (a.to_owned(), portal.agency_name(a))).collect();
    agencies.sort_by(|a, b| a.1.cmp(&b.1));
    agencies.dedup();
    if !asked.agency.is_empty() {
        quality = quality.of_agency(&asked.agency);
    }
    let most = quality.all.iter().map(Month::files).max().unwrap_or(0).max(1) as f64;
    let bar = |(at, month): (usize, &Month)| {
        let of = |n: usize| n as f64 / most * HIGH;
        let (accepted, refused) = (of(month.accepted), of(month.rejected + month.quarantined));
        Bar {
            x: 10 + at * 40,
            label: quality.months[at].format("%b").to_string(),
            accepted: (HIGH - accepted, accepted),
            refused: (HIGH - accepted - refused, refused),
        }
    };
    let bars: Vec<Bar> = quality.all.iter().enumerate().map(bar).collect();
    let total = |of: fn(&Month) -> usize| quality.all.iter().map(of).sum::<usize>();
    let sentence = format!(
        "In {} months {} files came: {} accepted, {} rejected, {} set aside. Of periods due, {} came in time, {} late and {} not.",
        months,
        total(Month::files),
        total(|m| m.accepted),
        total(|m| m.rejected),
        total(|m| m.quarantined),
        total(|m| m.on_time),
        total(|m| m.late),
        total(|m| m.missing),
    );
    let pages = crate::pipeline::rules::pages();
    let title = |code: &Code| pages.iter().find(|p| p.code == code.code).map_or("", |p| p.title);
    let titles = quality.codes.iter().take(15).map(|c| (c.clone(), title(c))).collect();
    page(&Page {
        frame: visitor.frame("Data quality"),
        width: 20 + bars.len() * 40,
        bars,
        sentence,
        months,
        agency: asked.agency,
        agencies,
        titles,
        quality,
    })
}
