//! What is expected in a return: the figures that its spec names, the indicators that the board's list says an agency owns,
//! what the agency has sent in it before, and the standards of Section 11. Of each, the places it was sent for before.

use std::collections::{BTreeMap, BTreeSet};

use super::receipts::Taken;
use super::{Owed, Themes};
use crate::model::calendar::Absent;
use crate::model::period::add_months;
use crate::model::{Period, Table};
use crate::pipeline::configuration::Configuration;
use crate::spec::Reference;
use crate::spec::reference::{Frequency, Indicator};
use crate::spec::return_spec::ReturnSpec;

/// For how many months before a period what was sent is expected again.
const MEMORY_MONTHS: i32 = 12;

/// What is expected of whom.
pub(super) struct Expectation<'a> {
    pub reference: &'a Reference,
    specs: &'a [ReturnSpec],
    /// Indicators that an agency owns and a return without named figures asks for, by return and agency.
    assigned: BTreeMap<(&'a str, &'a str), Vec<&'a Indicator>>,
}

impl<'a> Expectation<'a> {
    pub fn new(configuration: &'a Configuration) -> Self {
        let (reference, specs) = (&configuration.reference, &configuration.specs[..]);
        let mut assigned: BTreeMap<(&str, &str), Vec<&Indicator>> = BTreeMap::new();
        for indicator in reference.indicators.iter().filter(|i| !i.agency.is_empty()) {
            if specs.iter().any(|s| names(s, &indicator.indicator)) {
                continue;
            }
            let owner = indicator.agency.as_str();
            let asks = |s: &&ReturnSpec| {
                let open = s.tables.iter().any(|t| t.feeds == Table::Performance && t.figures.is_empty());
                open && s.agency.iter().chain(&s.agencies).any(|a| a == owner)
            };
            // Where several returns might ask for it, nobody can say which of them lacks it, until it has been sent in one.
            let mut asking = specs.iter().filter(asks);
            match (asking.next(), asking.next()) {
                (Some(spec), None) => assigned.entry((spec.id.as_str(), owner)).or_default().push(indicator),
                (None, _) => assigned.entry(("plain", owner)).or_default().push(indicator),
                _ => {}
            }
        }
        Self { reference, specs, assigned }
    }

    /// Every return that is owed. What others publish is owed by nobody, and what comes when it comes is not either.
    pub fn owed(&self) -> Vec<Owed<'a>> {
        let of_spec = |spec: &'a ReturnSpec| {
            let frequency = frequency(spec, self.reference).filter(|_| spec.lag_months.is_none())?;
            let mut owers: Vec<String> = spec.owers().into_iter().map(str::to_owned).collect();
            if owers.is_empty() {
                let named =
                    spec.tables.iter().flat_map(|t| &t.figures).filter_map(|f| self.reference.indicator(&f.indicator));
                let owners: BTreeSet<&str> = named.map(|i| i.agency.as_str()).filter(|a| !a.is_empty()).collect();
                owers = owners.into_iter().map(str::to_owned).collect();
            }
            if owers.is_empty() {
                owers.push(String::new());
            }
            Some(Owed { spec: Some(spec), frequency, owers })
        };
        let mut all: Vec<Owed<'a>> = self.specs.iter().filter_map(of_spec).collect();
        for frequency in [Frequency::Monthly, Frequency::Quarterly, Frequency::Annual] {
            let plain = self
                .assigned
                .iter()
                .filter(|((id, _), list)| *id == "plain" && list.iter().any(|i| i.frequency == frequency));
            let owers: Vec<String> = plain.map(|((_, owner), _)| (*owner).to_owned()).collect();
            if !owers.is_empty() {
                all.push(Owed { spec: None, frequency, owers });
            }
        }
        all
    }

    /// The subjects that a return is known to ask of an agency, without regard to periods.
    pub fn subjects(&self, owed: &Owed<'_>, ower: &str) -> BTreeSet<&'a str> {
        let assigned = self.assigned.get(&(owed.id(), ower)).into_iter().flatten().copied();
        let assigned = assigned.filter(|i| owed.spec.is_some() || i.frequency == owed.frequency);
        let mut found: BTreeSet<&str> = assigned.map(|i| i.indicator.as_str()).collect();
        let Some(spec) = owed.spec else { return found };
        for table in spec.tables.iter().filter(|t| t.feeds == Table::Performance) {
            let named = table.figures.iter().filter_map(|f| self.reference.indicator(&f.indicator));
            found.extend(named.filter(|i| i.agency.is_empty() || i.agency == ower).map(|i| i.indicator.as_str()));
        }
        if spec.feeds().contains(&Table::Section11) {
            let heads = |id: &str| self.reference.standards.iter().any(|s| s.parent == id);
            found.extend(self.reference.standards.iter().filter(|s| !heads(&s.id)).map(|s| s.id.as_str()));
        }
        found
    }

    /// What is wanted for a period: each subject with the periods of its own length that end in it.
    pub fn wanted(
        &self,
        owed: &Owed<'_>,
        ower: &str,
        period: Period,
        taken: &Taken<'a>,
    ) -> Vec<(&'a str, Vec<Period>)> {
        let mut subjects = self.subjects(owed, ower);
        if let Some(spec) = owed.spec {
            // A figure that a dated change took out is not asked for any more, and one that it brought not yet.
            let then: BTreeSet<String> = figures_then(spec, period);
            subjects.retain(|s| !names(spec, s) || then.contains(*s));
        }
        let after = add_months(period.start(), -MEMORY_MONTHS);
        let before = taken.by_subject.keys().filter(|s| !taken.places(s, after, period.start()).is_empty());
        subjects.extend(before.copied());
        let own = |subject: &'a str| {
            let length = self.reference.indicator(subject).map_or(owed.frequency, |i| i.frequency);
            let mut of = length.period_of(period.end());
            let mut periods = Vec::new();
            // The last one may run on beyond the return's own period: a year's figure is wanted once a year.
            while of.end() >= period.start() {
                if of.end() <= period.end() {
                    periods.push(of);
                }
                let Some(day) = of.start().pred_opt() else { break };
                of = length.period_of(day);
            }
            periods.reverse();
            (subject, periods)
        };
        subjects.into_iter().map(own).filter(|(_, periods)| !periods.is_empty()).collect()
    }

    /// The themes that a return speaks on.
    pub fn themes(&self, owed: &Owed<'_>, wanted: &[(&'a str, Vec<Period>)], taken: &Taken<'a>) -> Themes {
        // What commissioners hear, deaths and reviews may speak on any theme; actions are no evidence of one.
        let open = [Table::Intelligence, Table::Audits, Table::ChildDeaths, Table::CaseReviews];
        if owed.spec.is_some_and(|s| s.feeds().iter().any(|t| open.contains(t))) {
            return self.reference.themes.iter().map(|t| t.theme.clone()).collect();
        }
        let subjects = wanted.iter().map(|(s, _)| *s).chain(taken.by_subject.keys().copied());
        let theme = |subject: &str| match self.reference.indicator(subject) {
            Some(indicator) => Some(indicator.theme.clone()),
            None => self.reference.standards.iter().find(|s| s.id == subject).map(|s| s.theme.clone()),
        };
        subjects.filter_map(theme).filter(|t| !t.is_empty()).collect()
    }
}

/// How often a return is owed: as its spec says, else as the shortest of the indicators that it names.
fn frequency(spec: &ReturnSpec, reference: &Reference) -> Option<Frequency> {
    let named = spec.tables.iter().flat_map(|t| &t.figures).filter_map(|f| reference.indicator(&f.indicator));
    spec.frequency.or_else(|| named.map(|i| i.frequency).min_by_key(|f| f.months()))
}

/// Whether a return names an indicator, before or after any change.
fn names(spec: &ReturnSpec, indicator: &str) -> bool {
    let now = spec.tables.iter().flat_map(|t| &t.figures);
    now.chain(spec.changes.iter().flat_map(|c| &c.figures)).any(|f| f.indicator == indicator)
}

/// The indicators that a return names for a period.
fn figures_then(spec: &ReturnSpec, period: Period) -> BTreeSet<String> {
    let variants = spec.variants();
    let then = variants.iter().find(|v| v.holds(period.end()));
    then.into_iter().flat_map(|v| &v.tables).flat_map(|t| &t.figures).map(|f| f.indicator.clone()).collect()
}

/// What is wanted and not there.
pub(super) fn absent(
    wanted: &[(&str, Vec<Period>)],
    taken: &Taken<'_>,
    period: Period,
    reference: &Reference,
) -> Vec<Absent> {
    let mut found = Vec::new();
    for (subject, periods) in wanted {
        let after = add_months(period.start(), -MEMORY_MONTHS);
        let places = taken.places(subject, after, period.start());
        let end = period.end();
        let exists =
            |place: &&str| place.is_empty() || reference.locality(place, end).is_some_and(|l| l.valid.holds(end));
        let expected: BTreeSet<&str> = places.into_iter().filter(exists).collect();
        let told: Vec<BTreeSet<&str>> = periods.iter().map(|p| taken.told(subject, *p)).collect();
        if told.iter().all(BTreeSet::is_empty) {
            found.push(Absent { subject: (*subject).to_owned(), periods: periods.clone(), places: Vec::new() });
            continue;
        }
        let lacking: Vec<(Period, BTreeSet<&str>)> = periods
            .iter()
            .zip(&told)
            .map(|(p, told)| (*p, expected.difference(told).copied().collect()))
            .filter(|(p, lacks): &(Period, BTreeSet<&str>)| !lacks.is_empty() || taken.told(subject, *p).is_empty())
            .collect();
        if !lacking.is_empty() {
            let places: BTreeSet<&str> = lacking.iter().flat_map(|(_, lacks)| lacks.iter().copied()).collect();
            found.push(Absent {
                subject: (*subject).to_owned(),
                periods: lacking.into_iter().map(|(p, _)| p).collect(),
                places: places.into_iter().filter(|p| !p.is_empty()).map(str::to_owned).collect(),
            });
        }
    }
    found
}
