//! The reference lists, indexed for one pass over many series.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::condense::board::board_locality;
use crate::spec::Reference;
use crate::spec::reference::{Comparator, Indicator};

/// What condensing looks up.
pub(super) struct Lookup<'a> {
    pub reference: &'a Reference,
    /// The place that stands for the whole board on the as-of date.
    pub board: Option<&'a str>,
    indicators: HashMap<&'a str, &'a Indicator>,
    comparators: HashMap<&'a str, Vec<&'a Comparator>>,
    populations: HashMap<&'a str, Reference>,
    no_population: Reference,
}

impl<'a> Lookup<'a> {
    pub fn new(reference: &'a Reference, as_of: NaiveDate) -> Self {
        let mut comparators: HashMap<&str, Vec<&Comparator>> = HashMap::new();
        for comparator in &reference.comparators {
            comparators.entry(&comparator.indicator).or_default().push(comparator);
        }
        // A list of each place's own, so that the rule of `Reference::population` need not search the whole list, and is
        // written once.
        let mut populations: HashMap<&str, Reference> = HashMap::new();
        for population in &reference.populations {
            populations.entry(&population.locality).or_default().populations.push(population.clone());
        }
        Self {
            reference,
            board: board_locality(reference, as_of),
            indicators: reference.indicators.iter().map(|i| (i.indicator.as_str(), i)).collect(),
            comparators,
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

    /// Population of an age range at a place by day, with the year that was taken.
    pub fn population(&self, locality: &'a str) -> impl Fn(&Indicator, NaiveDate) -> Option<(i32, f64)> + '_ {
        let list = self.populations.get(locality).unwrap_or(&self.no_population);
        move |indicator, day| list.population(locality, indicator.population_from, indicator.population_to, day)
    }
}
