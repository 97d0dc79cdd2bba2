//! One file through the door: read in its child, recognised, checked. The batch, `lscb validate` and the portal all judge here.

use std::path::Path;

use chrono::{Days, NaiveDate};

use super::configuration::Configuration;
use super::mapping;
use crate::ingest::{self, Limits};
use crate::model::history::History;
use crate::model::submission::Submission;
use crate::model::{Asked, Error, Finding, Layout, Period, Verdict};
use crate::validate::{self, Accepted, Context};

/// A judged file: what the ledger writes down, and the rows if it was accepted.
pub struct Judged {
    /// Verdict and findings.
    pub submission: Submission,
    /// The typed rows; none unless accepted.
    pub accepted: Option<Accepted>,
    /// Last day of the newest period it reports on.
    pub newest_period_end: Option<NaiveDate>,
    /// Its layout, for those that come later.
    pub layout: Layout,
    /// The queries that are to be answered; none unless accepted.
    pub asked: Vec<Asked>,
}

/// Judges the file at `path`, which the sender called `name`, as of the day it was received.
///
/// # Errors
/// The file could not be opened, or the reader could not be started; a faulty file is a verdict, not an error.
pub fn judge(
    path: &Path,
    name: &str,
    configuration: &Configuration,
    history: &History,
    received_on: NaiveDate,
) -> Result<Judged, Error> {
    let read = ingest::read(path, &Limits::default())?;
    let mut findings: Vec<Finding> = read.findings;
    let named = validate::scan_names(name, read.raw.as_ref());
    // A name that gives a child away is written nowhere.
    let name = if named.is_empty() { name.to_owned() } else { anonymous(name, &read.sha256) };
    findings.extend(named);
    let mut accepted = None;
    let mut return_id = String::new();
    let (mut layout, mut asked) = (Layout::default(), Vec::new());
    if let Some(raw) = &read.raw {
        let mut laid = mapping::lay_out(&name, raw, configuration);
        return_id.clone_from(&laid.return_id);
        layout.clone_from(&laid.layout);
        if let Some(before) = history.layout(&layout.agency, &layout.return_id) {
            laid.findings.extend(ingest::drift::drift(before, &layout));
        }
        laid.findings.extend(validate::scan(raw, received_on));
        // Where a return is published with a lag, an as-of date hides its later rows; the rows themselves are sound.
        let lagging = configuration.spec(&return_id).is_some_and(|s| s.lag_months.is_some());
        let as_of = if lagging { NaiveDate::MAX } else { received_on };
        let context = Context { reference: &configuration.reference, as_of, history };
        let checked = validate::validate(laid, &context);
        findings.extend(checked.findings);
        accepted = checked.accepted;
        asked = checked.asked;
    }
    // What changed since the last return comes first: it may explain all that follows.
    let is_drift = |f: &Finding| ingest::layout_codes::is_drift(&f.code);
    findings.sort_by(|a, b| {
        let order = |f: &Finding| (!is_drift(f), f.severity);
        (order(a), &a.sheet, a.row, &a.cell, &a.code).cmp(&(order(b), &b.sheet, b.row, &b.cell, &b.code))
    });
    let verdict = Verdict::of(&findings);
    if verdict == Verdict::Quarantined {
        // A header of a held file may itself be what must not be repeated.
        findings.retain(|f| !is_drift(f));
    }
    if verdict != Verdict::Accepted {
        asked.clear();
    }
    let accepted = accepted.filter(|_| verdict == Verdict::Accepted);
    let rows = accepted.as_ref().map_or(&[][..], Accepted::rows);
    let newest: Option<Period> = rows.iter().filter_map(|r| r.period("period")).max();
    let newest_day = rows.iter().filter_map(|r| NEWEST_DAY.iter().find_map(|c| r.date(c))).max();
    let mut agencies: Vec<&str> = rows.iter().map(|r| r.text("agency")).filter(|a| !a.is_empty()).collect();
    agencies.sort_unstable();
    agencies.dedup();
    let spec = configuration.spec(&return_id);
    let agency = match agencies.is_empty() {
        true => spec.and_then(|s| s.agency.clone()).unwrap_or_default(),
        false => agencies.join(";"),
    };
    let due_on = spec
        .and_then(|s| Some((s.due_days?, newest?)))
        .and_then(|(days, p)| p.end().checked_add_days(Days::new(days.into())));
    let submission = Submission {
        id: format!("{received_on}-{}", &read.sha256[..12]),
        return_id,
        agency,
        period: newest.map(|p| p.to_string()).unwrap_or_default(),
        file: name,
        sha256: read.sha256,
        received_on,
        due_on,
        verdict,
        rows: rows.len(),
        findings,
    };
    let newest_period_end = newest.map(Period::end).or(newest_day);
    Ok(Judged { submission, accepted, newest_period_end, layout, asked })
}

/// The file's SHA-256 in the place of its name, with its ending.
fn anonymous(name: &str, sha256: &str) -> String {
    let ending = Path::new(name).extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    format!("{}{ending}", &sha256[..12])
}

/// Days by which a row without a period is dated.
const NEWEST_DAY: [&str; 5] = ["audited_on", "reviewed_on", "notified_on", "decided_on", "considered_on"];
