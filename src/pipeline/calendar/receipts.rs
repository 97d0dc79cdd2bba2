//! What came, as the calendar looks at it: the pieces of accepted submissions by who owed them, and the files that were
//! not accepted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Came, Owed};
use crate::model::submission::Submission;
use crate::model::{DueState, Held, NilReturn, Period, Table, Text, Verdict};
use crate::pipeline::configuration::Configuration;
use crate::spec::return_spec::sent;

/// All that came.
pub(super) struct Receipts<'a> {
    configuration: &'a Configuration,
    accepted: Vec<(&'a Submission, Option<&'a [Held]>)>,
    refused: Vec<&'a Submission>,
    nil: &'a [NilReturn],
}

/// One piece of what an agency sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    /// The submission that brought it.
    pub submission: &'a Submission,
    /// What it is; none of a submission that gave no row, or of which nothing is written down.
    pub held: Option<&'a Held>,
}

/// What came of one return from one agency.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken<'a> {
    /// Its pieces, in the order in which they came.
    pub pieces: Vec<Piece<'a>>,
    /// The same by subject.
    pub by_subject: BTreeMap<&'a str, Vec<&'a Held>>,
}

/// What came for one period.
#[derive(Debug, Clone, Copy)]
pub(super) struct Within<'a> {
    /// The first day on which something was told, and the submission.
    pub first_told: Option<(NaiveDate, &'a str)>,
    /// The first day on which a file came in which nothing is told, and the submission.
    pub first_blank: Option<(NaiveDate, &'a str)>,
    /// Whether it is written down what is in it.
    pub is_known: bool,
}

impl<'a> Receipts<'a> {
    pub fn new(configuration: &'a Configuration, came: &Came<'a>) -> Self {
        let held = |s: &Submission| came.contents.iter().find_map(|of| of.get(&s.sha256)).map(Vec::as_slice);
        let submissions = || came.submissions.iter().copied();
        let accepted = submissions().filter(|s| s.verdict == Verdict::Accepted).map(|s| (s, held(s))).collect();
        let refused = submissions().filter(|s| s.verdict != Verdict::Accepted).collect();
        Self { configuration, accepted, refused, nil: came.nil }
    }

    /// What came of a return from whoever owes it. A figure that it asks for counts in the board's own columns too.
    pub fn of(&self, owed: &Owed<'_>, ower: &str, subjects: &BTreeSet<&str>) -> Taken<'a> {
        let mut taken = Taken::default();
        for (submission, held) in &self.accepted {
            let own = submission.return_id == owed.id();
            if !own && submission.return_id != "plain" {
                continue;
            }
            let sent_by_ower = self.is_sent_by(owed, ower, submission);
            let Some(held) = held else {
                if own && sent_by_ower {
                    taken.pieces.push(Piece { submission, held: None });
                }
                continue;
            };
            if held.is_empty() && own && sent_by_ower {
                taken.pieces.push(Piece { submission, held: None });
            }
            for piece in *held {
                let whose =
                    if owed.is_of_others() { own && sent_by_ower } else { ower.is_empty() || piece.agency == ower };
                let asked = own && owed.spec.is_some() || subjects.contains(piece.subject.as_str());
                if whose && asked {
                    taken.pieces.push(Piece { submission, held: Some(piece) });
                    taken.by_subject.entry(piece.subject.as_str()).or_default().push(piece);
                }
            }
        }
        taken
    }

    /// Whether a submission as a whole is an agency's.
    fn is_sent_by(&self, owed: &Owed<'_>, ower: &str, submission: &Submission) -> bool {
        if owed.owers.len() == 1 {
            return true;
        }
        let named = || sent::agency(owed.owers.iter().map(String::as_str), &submission.file) == Some(ower);
        let rows = || submission.agency.split(';').any(|a| a == ower);
        if owed.is_of_others() || submission.agency.is_empty() { named() } else { rows() }
    }

    /// When an agency said that there is nothing to report for a period; none where it did not.
    pub fn nil(&self, owed: &Owed<'_>, ower: &str, period: Period) -> Option<NaiveDate> {
        let is_it = |n: &&NilReturn| n.agency == ower && n.return_id == owed.id() && n.period == period;
        self.nil.iter().find(is_it).map(|n| n.received_on)
    }

    /// The last file for a period that was not accepted.
    pub fn refused(&self, owed: &Owed<'_>, ower: &str, period: Period) -> Option<(NaiveDate, &'a str, DueState)> {
        let meant = |s: &Submission| match s.return_id.as_str() {
            "" => sent::meant(&self.configuration.specs, &s.file).is_some_and(|spec| spec.id == owed.id()),
            id => id == owed.id(),
        };
        let of_period = |s: &Submission| match Period::parse(&s.period) {
            Some(p) => (period.start()..=period.end()).contains(&p.end()),
            // Where nothing tells its period, it was meant for the one that had ended when it came.
            None => period.end() <= s.received_on && s.received_on < period.next().end(),
        };
        let found = self.refused.iter().rev().find(|s| meant(s) && self.is_sent_by(owed, ower, s) && of_period(s))?;
        let state = if found.verdict == Verdict::Quarantined { DueState::Quarantined } else { DueState::Rejected };
        Some((found.received_on, &found.id, state))
    }
}

impl<'a> Taken<'a> {
    /// A day within the first period of which something came.
    pub fn first_day(&self, owed: &Owed<'_>) -> Option<NaiveDate> {
        let day = |p: &Piece<'_>| match p.held.and_then(|h| h.period).or(Period::parse(&p.submission.period)) {
            Some(period) => Some(period.end()),
            None if owed.is_register() => Some(p.submission.received_on),
            None => None,
        };
        self.pieces.iter().filter_map(day).min()
    }

    /// What came for a period.
    pub fn within(&self, owed: &Owed<'_>, period: Period) -> Within<'a> {
        let mut came = Within { first_told: None, first_blank: None, is_known: false };
        for piece in &self.pieces {
            let submission = piece.submission;
            let end = piece.held.and_then(|h| h.period).or(Period::parse(&submission.period)).map(Period::end);
            let is_in = match end {
                Some(end) if !owed.is_register() => (period.start()..=period.end()).contains(&end),
                // A register, or an empty file: it brings what there was when it came.
                _ if owed.is_register() => submission.received_on >= period.end(),
                _ => period.end() <= submission.received_on && submission.received_on < period.next().end(),
            };
            if !is_in {
                continue;
            }
            let told = piece.held.map_or(submission.rows > 0, |h| !h.places.is_empty());
            came.is_known |= told && piece.held.is_some();
            let place = if told { &mut came.first_told } else { &mut came.first_blank };
            let this = (submission.received_on, submission.id.as_str());
            if place.is_none_or(|p| this < p) {
                *place = Some(this);
            }
        }
        came
    }

    /// The places of a subject of which something is told for a period: by a figure of that period, or of a longer one.
    pub fn told(&self, subject: &str, period: Period) -> BTreeSet<&'a str> {
        self.of_subject(subject)
            .filter(|(of, _)| of.start() <= period.start() && period.end() <= of.end())
            .flat_map(|(_, held)| held.places.iter().map(Text::as_str))
            .collect()
    }

    /// The places of a subject that its agency spoke of, told or blank, in periods that ended within some days.
    pub fn places(&self, subject: &str, after: NaiveDate, before: NaiveDate) -> BTreeSet<&'a str> {
        self.of_subject(subject)
            .filter(|(of, _)| after <= of.end() && of.end() < before)
            .flat_map(|(_, held)| held.places.iter().map(Text::as_str))
            .collect()
    }

    fn of_subject(&self, subject: &str) -> impl Iterator<Item = (Period, &'a Held)> + '_ {
        let held = self.by_subject.get(subject).into_iter().flatten();
        held.filter(|h| h.table != Table::Intelligence).filter_map(|h| Some((h.period?, *h)))
    }
}
