//! What is asked of whom: the indicators and standards of a return, and their places, agencies and periods.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::page::Ask;
use super::periods;
use super::spelling::squash;
use crate::model::{Period, Table};
use crate::spec::Reference;
use crate::spec::reference::{Frequency, Indicator, Unit};
use crate::spec::return_spec::{Figure, ReturnSpec, Source, TableSpec};

/// What a row, or a sheet of rows, is about; none is left open.
#[derive(Debug, Clone, Default)]
pub(super) struct Subject<'a> {
    /// Agency id.
    pub agency: Option<String>,
    /// Locality id.
    pub locality: Option<String>,
    /// Period.
    pub period: Option<Period>,
    /// Standard id.
    pub standard: Option<String>,
    /// What its numbers count.
    pub topic: Topic<'a>,
}

/// One number or indicator that is asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Topic<'a> {
    /// The label that it has in the return; empty where it goes by the name of the indicator.
    pub label: String,
    /// The indicators that it serves.
    pub indicators: Vec<&'a Indicator>,
}

/// Who is asked for what on a day.
pub(super) struct Asked<'a> {
    pub spec: &'a ReturnSpec,
    pub reference: &'a Reference,
    /// The day of the template.
    pub as_of: NaiveDate,
    /// The last day of the return's last period.
    pub day: NaiveDate,
    /// The one agency that the workbook is for; none for everybody who sends the return.
    pub only: Option<&'a str>,
}

impl<'a> Asked<'a> {
    pub fn new(spec: &'a ReturnSpec, reference: &'a Reference, as_of: NaiveDate) -> Self {
        let day = periods::last(spec.frequency.unwrap_or(Frequency::Quarterly), as_of).end();
        Self { spec, reference, as_of, day, only: None }
    }

    /// Whether an agency's figures belong into the workbook. Who sends what others are asked about sends it about all.
    pub fn is_of(&self, agency: &str) -> bool {
        !self.spec.owed_by.is_empty() || self.only.is_none_or(|only| only == agency)
    }

    /// The agencies whose figures are asked for.
    pub fn senders(&self) -> Vec<String> {
        let mut senders = self.everybody();
        senders.retain(|id| self.is_of(id));
        senders
    }

    fn everybody(&self) -> Vec<String> {
        let all = || self.reference.agencies_on(self.day).into_iter().map(|a| a.agency.clone());
        match (&self.spec.agency, self.spec.agencies.is_empty()) {
            (Some(agency), _) => vec![agency.clone()],
            (None, true) => all().collect(),
            (None, false) => {
                let valid: BTreeSet<String> = all().collect();
                self.spec.agencies.iter().filter(|a| valid.contains(*a)).cloned().collect()
            }
        }
    }

    /// The figures of a table by their labels, each label once, with what is due for periods of a length.
    pub fn groups(&self, table: &'a TableSpec, length: Option<Frequency>) -> Vec<(String, Vec<&'a Figure>)> {
        let mut groups: Vec<(String, Vec<&Figure>)> = Vec::new();
        for figure in &table.figures {
            let keys: Vec<String> = figure.labels.iter().map(|l| squash(l)).collect();
            match groups.iter_mut().find(|(label, _)| keys.contains(&squash(label))) {
                Some((_, figures)) => figures.push(figure),
                None => groups.push((figure.labels.first().cloned().unwrap_or_default(), vec![figure])),
            }
        }
        let due = |f: &&Figure| {
            let frequency = self.reference.indicator(&f.indicator).map(|i| i.frequency);
            length.is_none() || frequency.is_none() || frequency == length
        };
        let some = |(_, figures): &(String, Vec<&Figure>)| figures.iter().any(due);
        if groups.iter().any(some) { groups.into_iter().filter(some).collect() } else { groups }
    }

    /// What a table asks for in its rows, for one agency or all of its senders.
    pub fn topics(&self, table: &'a TableSpec, agency: Option<&str>, length: Option<Frequency>) -> Vec<Topic<'a>> {
        if table.feeds != Table::Performance {
            return Vec::new();
        }
        if table.figures.is_empty() {
            let found = self.candidates(table, agency, length).into_iter();
            return found.map(|i| Topic { label: String::new(), indicators: vec![i] }).collect();
        }
        let indicators = |figures: Vec<&Figure>| {
            let found = figures.into_iter().filter_map(|f| self.reference.indicator(&f.indicator));
            found.collect::<Vec<&Indicator>>()
        };
        let groups = self.groups(table, length).into_iter();
        if table.figures_by_row() {
            return groups.map(|(label, figures)| Topic { label, indicators: indicators(figures) }).collect();
        }
        let all = groups.flat_map(|(_, figures)| indicators(figures)).collect();
        vec![Topic { label: String::new(), indicators: all }]
    }

    /// The indicators of a table that names none: those of its senders; where the same table is sent by each agency,
    /// those that any agency may return.
    fn candidates(&self, table: &TableSpec, agency: Option<&str>, length: Option<Frequency>) -> Vec<&'a Indicator> {
        let fixed = table.given.iter().find(|g| g.to == "indicator").and_then(|g| g.value.as_deref());
        if let Some(id) = fixed {
            return self.reference.indicator(id).into_iter().collect();
        }
        let longest = self.spec.frequency.map_or(3, Frequency::months).max(3);
        let due = |i: &&Indicator| match length {
            Some(length) => i.frequency == length,
            None => i.frequency.months() <= longest,
        };
        let all: Vec<&Indicator> = self.reference.indicators.iter().filter(due).collect();
        let senders = agency.map_or_else(|| self.senders(), |a| vec![a.to_owned()]);
        let anyones = || all.iter().copied().filter(|i| i.agency.is_empty()).collect::<Vec<_>>();
        let one_each = |source| matches!(source, Some(Source::Block | Source::Sheet | Source::Title | Source::Label));
        let each = table.given.iter().any(|g| g.to == "agency" && one_each(g.from));
        if each && !anyones().is_empty() {
            return anyones();
        }
        let owned = senders.iter().flat_map(|s| all.iter().copied().filter(move |i| i.agency == *s));
        let owned: Vec<&Indicator> = owned.collect();
        if owned.is_empty() { anyones() } else { owned }
    }

    /// The places for which any of some indicators is asked, in the order of the list: its column `place`, where it has
    /// one, says `county` for what is not asked of each district.
    pub fn places(&self, indicators: &[&Indicator]) -> Vec<String> {
        let whole = |i: &&Indicator| i.extra.get("place").is_some_and(|p| p == "county");
        let (any_whole, any_part) = (indicators.iter().any(whole), !indicators.iter().all(whole));
        let leaves: BTreeSet<&str> =
            self.reference.leaves_on(self.day).into_iter().map(|l| l.locality.as_str()).collect();
        let valid = self.reference.localities.iter().filter(|l| l.valid.holds(self.day));
        let asked =
            valid.filter(|l| (any_part && leaves.contains(l.locality.as_str())) || (any_whole && l.parent.is_empty()));
        asked.map(|l| l.locality.clone()).collect()
    }

    /// The periods of some indicators, in a column or header of a length, or of their own.
    pub fn periods(&self, indicators: &[&Indicator], length: Option<Frequency>) -> Vec<Period> {
        let own = indicators.iter().map(|i| i.frequency).min_by_key(|f| f.months());
        let length = length.or(own).unwrap_or(Frequency::Monthly);
        periods::within(length, self.spec.frequency, self.as_of)
    }

    /// Who sends an indicator: its owner, or everyone.
    pub fn owners(&self, topic: &Topic<'_>) -> Vec<String> {
        let senders = self.senders();
        let owned: Vec<String> =
            senders.iter().filter(|s| topic.indicators.iter().any(|i| i.agency == **s)).cloned().collect();
        if owned.is_empty() { senders } else { owned }
    }
}

/// What is asked of an indicator in one of its number columns; none where nothing is.
pub(super) fn number(indicator: &Indicator, into: &str, has_numerator: bool) -> Option<Ask> {
    let count = || Some(Ask::Number { whole: true });
    let any = || Some(Ask::Number { whole: false });
    match (indicator.unit, into) {
        (Unit::Count, "numerator") | (Unit::Proportion, "numerator" | "denominator") => count(),
        (Unit::Count, "value") if !has_numerator => count(),
        (Unit::Rate, "numerator") => any(),
        (Unit::Rate, "denominator") if !of_population(indicator) => any(),
        (Unit::Proportion | Unit::Rate, "value") if !has_numerator => any(),
        (Unit::Mean, "denominator" | "value") | (Unit::Value, "value") => any(),
        _ => None,
    }
}

/// Whether a rate is divided by the population, which the board knows.
fn of_population(indicator: &Indicator) -> bool {
    let label = indicator.denominator_label.to_lowercase();
    label.is_empty() || label.split(' ').any(|w| w == "aged" || w == "population")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn county() -> Reference {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/reference");
        Reference::read(&folder).expect("the county's lists")
    }

    fn asked<'a>(reference: &'a Reference, spec: &'a ReturnSpec) -> Asked<'a> {
        Asked::new(spec, reference, "2015-01-31".parse().unwrap())
    }

    fn spec(reference: &Reference, id: &str) -> ReturnSpec {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("pipelines/returns/{id}.toml"));
        let text = std::fs::read_to_string(&path).unwrap();
        ReturnSpec::parse(&path, &text, reference).unwrap()
    }

    #[test]
    fn only_what_the_board_does_not_know_is_asked_for() {
        let county = county();
        let ask = |id: &str, into: &str, has| number(county.indicator(id).unwrap(), into, has);
        let whole = Some(Ask::Number { whole: true });
        let any = Some(Ask::Number { whole: false });
        assert_eq!(ask("cp-visits-in-time", "denominator", true), whole, "a proportion is of something");
        assert_eq!(ask("cp-visits-in-time", "value", true), None, "and its share is worked out");
        assert_eq!(ask("cp-visits-in-time", "value", false), any, "unless nothing else is there");
        assert_eq!(ask("cp-plans", "denominator", true), None, "a rate of the population");
        assert_eq!(ask("cases-per-worker", "denominator", true), any, "a rate of something else, in parts");
        assert_eq!(ask("sdq-average", "value", true), any, "a mean");
    }

    #[test]
    fn the_same_table_of_every_agency_asks_for_what_any_may_return() {
        let county = county();
        let training = spec(&county, "training-and-supervision");
        let table = &training.tables[0];
        let found = asked(&county, &training).topics(table, Some("police"), Some(Frequency::Quarterly));
        assert!(found.len() > 5 && found.iter().all(|t| t.indicators[0].agency.is_empty()));
        let police = spec(&county, "police-performance");
        let found = asked(&county, &police).topics(&police.tables[0], None, None);
        assert!(found.len() > 20 && found.iter().all(|t| t.indicators[0].agency == "police"));
        assert!(found.iter().all(|t| t.indicators[0].frequency != Frequency::Annual), "no year in a monthly return");
    }

    #[test]
    fn places_are_those_that_exist_and_are_asked_for() {
        let county = county();
        let police = spec(&county, "police-performance");
        let asked = asked(&county, &police);
        let of = |id: &str| asked.places(&[county.indicator(id).unwrap()]);
        assert_eq!(of("missing-from-home").len(), 7, "the districts, and not yet the two unitary councils");
        assert_eq!(of("cases-per-worker"), ["northamptonshire"]);
    }
}
