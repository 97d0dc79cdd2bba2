//! The reference lists, indexed for one pass over many series.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::condense::board::{board_locality, lies_below};
use crate::spec::Reference;
use crate::spec::reference::{Comparator, Indicator, Population, SeriesBreak};

/// What condensing looks up.
pub(super) struct Lookup<'a> {
    pub reference: &'a Reference,
    pub as_of: NaiveDate,
    /// The place that stands for the whole board on the as-of date.
    pub board: Option<&'a str>,
    indicators: HashMap<&'a str, &'a Indicator>,
    comparators: HashMap<&'a str, Vec<&'a Comparator>>,
    breaks: HashMap<&'a str, Vec<&'a SeriesBreak>>,
    populations: HashMap<&'a str, Reference>,
    no_population: Reference,
}

impl<'a> Lookup<'a> {
    pub fn new(reference: &'a Reference, as_of: NaiveDate) -> Self {
        let mut comparators: HashMap<&str, Vec<&Comparator>> = HashMap::new();
        for comparator in &reference.comparators {
            comparators.entry(&comparator.indicator).or_default().push(comparator);
        }
        let mut breaks: HashMap<&str, Vec<&SeriesBreak>> = HashMap::new();
        for one in &reference.breaks {
            breaks.entry(&one.indicator).or_default().push(one);
        }
        // A list of each place's own, so that the rule of `Reference::population` need not search the whole list, and is
        // written once.
        let mut populations: HashMap<&str, Reference> = HashMap::new();
        for population in &reference.populations {
            populations.entry(&population.locality).or_default().populations.push(population.clone());
        }
        let board = board_locality(reference, as_of);
        if let Some(board) = board.filter(|b| !populations.contains_key(b)) {
            populations.insert(board, summed_populations(reference, board));
        }
        Self {
            reference,
            as_of,
            board,
            indicators: reference.indicators.iter().map(|i| (i.indicator.as_str(), i)).collect(),
            comparators,
            breaks,
            populations,
            no_population: Reference::default(),
        }
    }

    pub fn indicator(&self, id: &str) -> Option<&'a Indicator> {
        self.indicators.get(id).copied()
    }

    /// Comparators of an indicator, in the list's order.
    pub fn comparators(&self, indicator: &str) -> &[&'a Comparator] {
        self.comparators.get(indicator).map_or(&[], Vec::as_slice)
    }

    /// The recorded breaks of a series, by day. A break at one place breaks the sums that hold it.
    pub fn breaks(&self, indicator: &str, agency: &str, locality: &str) -> Vec<&'a SeriesBreak> {
        let all = self.breaks.get(indicator).map_or(&[][..], Vec::as_slice);
        let concerns = |b: &&&SeriesBreak| {
            (b.agency.is_empty() || b.agency == agency)
                && (b.locality.is_empty() || lies_below(self.reference, &b.locality, locality, b.from))
        };
        all.iter().filter(concerns).copied().collect()
    }

    /// Population of an age range at a place by day, with the year that was taken.
    pub fn population(&self, locality: &'a str) -> impl Fn(&Indicator, NaiveDate) -> Option<(i32, f64)> + '_ {
        let list = self.populations.get(locality).unwrap_or(&self.no_population);
        move |indicator, day| list.population(locality, indicator.population_from, indicator.population_to, day)
    }
}

/// The populations of a place that the list does not give, for the years and ages that it gives for every leaf below it.
fn summed_populations(reference: &Reference, place: &str) -> Reference {
    let mut groups: BTreeMap<(i32, u32, u32), HashMap<&str, f64>> = BTreeMap::new();
    for p in &reference.populations {
        groups.entry((p.year, p.age_from, p.age_to)).or_default().insert(&p.locality, p.population);
    }
    let mut summed = Reference::default();
    for ((year, age_from, age_to), listed) in groups {
        let Some(day) = NaiveDate::from_ymd_opt(year, 6, 30) else { continue };
        let leaves = reference.leaves_on(day).into_iter().filter(|l| lies_below(reference, &l.locality, place, day));
        let parts: Option<Vec<f64>> = leaves.map(|l| listed.get(l.locality.as_str()).copied()).collect();
        if let Some(parts) = parts.filter(|p| !p.is_empty()) {
            let population = parts.iter().sum();
            let extra = Default::default();
            summed.populations.push(Population {
                locality: place.to_owned(),
                year,
                age_from,
                age_to,
                population,
                extra,
            });
        }
    }
    summed
}
