//! One file through the door: read in its child, recognised, checked. The batch, `lscb validate` and the portal all judge here.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use chrono::NaiveDate;

use super::configuration::Configuration;
use super::sender::Sent;
use super::{mapping, withhold};
use crate::ingest::{self, Limits};
use crate::model::calendar::contents;
use crate::model::draft::Laid;
use crate::model::history::History;
use crate::model::raw::{RawFile, RawValue};
use crate::model::submission::Submission;
use crate::model::text::TextHash;
use crate::model::{Asked, Error, Finding, Held, Layout, Period, Table, Text, Verdict};
use crate::spec::Reference;
use crate::spec::return_spec::{ReturnSpec, sent};
use crate::validate::{self, Accepted, Context};

/// A judged file: what the ledger writes down, and the rows if it was accepted.
pub struct Judged {
    /// Verdict and findings.
    pub submission: Submission,
    /// The typed rows; none unless accepted.
    pub accepted: Option<Accepted>,
    /// What its rows hold; none unless accepted.
    pub contents: Option<Vec<Held>>,
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
    judge_sent(path, name, configuration, history, received_on, None)
}

/// The same of a file that may have been sent through the portal.
///
/// # Errors
/// As for [`judge`].
pub(super) fn judge_sent(
    path: &Path,
    name: &str,
    configuration: &Configuration,
    history: &History,
    received_on: NaiveDate,
    sent: Option<&Sent>,
) -> Result<Judged, Error> {
    let read = ingest::read(path, &Limits::default())?;
    Ok(look_sent(read, name, configuration, history, received_on, sent).judged)
}

/// A judged file with what was read of it, for an answer that shows its cells.
pub struct Looked {
    /// What the ledger writes down.
    pub judged: Judged,
    /// Every finding, each cell by itself; of a quarantined file what the ledger writes down.
    pub every: Vec<Finding>,
    /// The sheets; none where the file could not be read.
    pub raw: Option<RawFile>,
}

/// Judges what was read of a file.
pub fn look(
    read: ingest::Read,
    name: &str,
    configuration: &Configuration,
    history: &History,
    received_on: NaiveDate,
) -> Looked {
    look_sent(read, name, configuration, history, received_on, None)
}

/// Judges what was read of a file that may have been sent through the portal: who signed in may send what is its agency's.
pub(super) fn look_sent(
    read: ingest::Read,
    name: &str,
    configuration: &Configuration,
    history: &History,
    received_on: NaiveDate,
    sent: Option<&Sent>,
) -> Looked {
    let mut findings: Vec<Finding> = read.findings;
    findings.extend(sent.into_iter().flat_map(|s| s.named.iter().cloned()));
    let words = validate::Words::of(&configuration.reference);
    let named = validate::scan_names(name, read.raw.as_ref(), &words);
    // A name that gives a child away is written nowhere.
    let is_personal = !validate::scan_names(name, None, &words).is_empty();
    let name = if is_personal { anonymous(name, &read.sha256) } else { name.to_owned() };
    findings.extend(named);
    findings.extend(validate::scan_parts(&read.parts, &words, received_on));
    let mut every = findings.clone();
    let mut accepted = None;
    let mut return_id = String::new();
    let mut told = Told::default();
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
        told = Told::of(&laid, &configuration.reference);
        let context = Context { reference: &configuration.reference, as_of, history };
        let checked = validate::validate(laid, &context);
        findings.extend(checked.findings);
        every.extend(checked.every);
        accepted = checked.accepted;
        asked = checked.asked;
        if let Some(sent) = sent.filter(|s| s.is_own) {
            let foreign = sent.foreign(accepted.as_ref(), &told.agencies, &return_id, configuration);
            findings.extend(foreign.iter().cloned());
            every.extend(foreign);
        }
    }
    findings.sort_by(in_order);
    every.sort_by(in_order);
    let verdict = Verdict::of(&findings);
    if verdict == Verdict::Quarantined {
        // A header of a held file may itself be what must not be repeated.
        findings.retain(|f| !ingest::layout_codes::is_drift(&f.code));
        findings = withhold::withheld(findings, read.raw.as_ref(), &words);
    }
    if verdict != Verdict::Accepted {
        asked.clear();
    }
    let accepted = accepted.filter(|_| verdict == Verdict::Accepted);
    let rows = accepted.as_ref().map_or(&[][..], Accepted::rows);
    let newest: Option<Period> = rows.iter().filter_map(|r| r.period("period")).max();
    let contents = accepted.as_ref().map(|a| contents(a.rows()));
    let dated = rows.iter().filter(|r| r.table != Table::Performance);
    let newest_day = dated.filter_map(|r| NEWEST_DAY.iter().find_map(|c| r.date(c))).max();
    let mut agencies: Vec<&str> = rows.iter().map(|r| r.text("agency")).filter(|a| !a.is_empty()).collect();
    agencies.dedup();
    agencies.sort_unstable();
    agencies.dedup();
    let spec = configuration.spec(&return_id).or_else(|| sent::meant(&configuration.specs, &name));
    let agency = match agencies.is_empty() {
        true => told.agency(spec, configuration, &name),
        false => agencies.join(";"),
    };
    // Of what was not accepted, or gave no row, only whose it is and for which period: for the calendar of returns.
    let newest = newest.or_else(|| told.period.filter(|_| rows.is_empty()));
    let newest = newest.or_else(|| spec.filter(|_| rows.is_empty()).and_then(|s| sent::period(s, &name)));
    let due_on = spec.zip(newest).and_then(|(spec, period)| spec.due_on(period));
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
    let every = if verdict == Verdict::Quarantined { submission.findings.clone() } else { every };
    let newest_period_end = newest.map(Period::end).or(newest_day);
    let judged = Judged { submission, accepted, contents, newest_period_end, layout, asked };
    Looked { judged, every, raw: read.raw }
}

/// What changed since the last return comes first, for it may explain all that follows; then the worst, and by place.
pub(super) fn in_order(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    let order = |f: &Finding| (!ingest::layout_codes::is_drift(&f.code), f.severity);
    (order(a), &a.sheet, a.row, &a.cell, &a.code).cmp(&(order(b), &b.sheet, b.row, &b.cell, &b.code))
}

/// The texts of a column that were met.
#[derive(Default)]
struct Distinct<'a> {
    above: Option<&'a Text>,
    met: HashSet<&'a Text, TextHash>,
}

impl<'a> Distinct<'a> {
    /// Whether a value is met for the first time; what is no text always is.
    fn is_new(&mut self, value: &'a RawValue) -> bool {
        let RawValue::Text(text) = value else { return true };
        let same = self.above.replace(text).is_some_and(|above| above.is_same(text));
        !same && self.met.insert(text)
    }
}

/// Whose a return is and for which period, from its cells as they were laid out, checked or not.
#[derive(Default)]
struct Told {
    agencies: BTreeSet<String>,
    period: Option<Period>,
}

impl Told {
    fn of(laid: &Laid, reference: &Reference) -> Self {
        let mut told = Self::default();
        let mut texts: BTreeSet<String> = BTreeSet::new();
        // Each text once: a column says the same again and again.
        let mut agencies = Distinct::default();
        let mut periods = Distinct::default();
        for draft in &laid.drafts {
            let value = |column| draft.field(column).and_then(|f| f.value.as_ref());
            texts.extend(value("agency").filter(|v| agencies.is_new(v)).map(RawValue::display));
            let period = value("period").filter(|v| periods.is_new(v)).map(RawValue::display);
            told.period = told.period.max(period.as_deref().and_then(Period::parse));
        }
        // Nothing is written down but what the board's own list calls an agency.
        let known = |text: &String| {
            let same = |name: &str| name.eq_ignore_ascii_case(text.trim());
            reference.agencies.iter().find(|a| same(&a.agency) || same(&a.name)).map(|a| a.agency.clone())
        };
        told.agencies = texts.iter().filter_map(known).collect();
        told
    }

    fn agency(&self, spec: Option<&ReturnSpec>, configuration: &Configuration, name: &str) -> String {
        if !self.agencies.is_empty() {
            return self.agencies.iter().cloned().collect::<Vec<_>>().join(";");
        }
        if let Some(agency) = spec.and_then(|s| s.agency.clone()) {
            return agency;
        }
        // A file that no return is meant by may be anything: its name says nothing.
        let of_list = || configuration.reference.agencies.iter().map(|a| a.agency.as_str()).collect();
        let senders = spec.map(|s| s.owers()).map(|owers| if owers.is_empty() { of_list() } else { owers });
        senders.and_then(|ids| sent::agency(ids, name)).unwrap_or_default().to_owned()
    }
}

/// The file's SHA-256 in the place of its name, with its ending.
pub(super) fn anonymous(name: &str, sha256: &str) -> String {
    let ending = Path::new(name).extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    format!("{}{ending}", &sha256[..12])
}

/// Days by which a row without a period is dated.
const NEWEST_DAY: [&str; 5] = ["audited_on", "reviewed_on", "notified_on", "decided_on", "considered_on"];
