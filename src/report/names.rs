//! Names for ids: what a board member reads instead of `camhs`.

use chrono::NaiveDate;

use crate::disclose::{IndicatorRule, Protection};
use crate::model::{Board, CellId, Grain};
use crate::spec::Pipeline;
use crate::spec::reference::{Basis, Disclosure, Polarity, Reference, Unit};

/// The reference lists on the day of the report.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    reference: &'a Reference,
    day: NaiveDate,
}

impl<'a> Names<'a> {
    /// The names that hold on a day.
    pub fn new(reference: &'a Reference, day: NaiveDate) -> Self {
        Self { reference, day }
    }

    /// A theme's name; its id where it is not listed.
    pub fn theme(&self, id: &str) -> String {
        self.reference.theme(id).map_or_else(|| id.to_owned(), |t| t.name.clone())
    }

    /// An agency's name; of one that has ended, its last.
    pub fn agency(&self, id: &str) -> String {
        let last = || self.reference.agencies.iter().rfind(|a| a.agency == id);
        self.reference.agency(id, self.day).or_else(last).map_or_else(|| id.to_owned(), |a| a.name.clone())
    }

    /// A locality's name; of one that has ended, its last.
    pub fn locality(&self, id: &str) -> String {
        let last = || self.reference.localities.iter().rfind(|l| l.locality == id);
        self.reference.locality(id, self.day).or_else(last).map_or_else(|| id.to_owned(), |l| l.name.clone())
    }

    /// Where a cell lies: a locality, an agency, `the whole board`.
    pub fn place(&self, cell: &CellId) -> String {
        match cell.grain {
            Grain::Locality => self.locality(&cell.place),
            Grain::Agency => self.agency(&cell.place),
            Grain::Board => String::from("the whole board"),
        }
    }

    /// What a cell is called: `Neglect, Corby`.
    pub fn title(&self, cell: &CellId) -> String {
        format!("{}, {}", self.theme(&cell.theme), self.place(cell))
    }
}

/// What each cell of a board is called, for [`crate::disclose::Results`].
pub fn titles(board: &Board, reference: &Reference) -> Vec<String> {
    let names = Names::new(reference, board.as_of);
    board.cells.iter().map(|c| names.title(&c.id)).collect()
}

/// The locality that is the whole board: the only one with places below and none above. A list of one place is it.
pub fn whole_board(reference: &Reference) -> Option<&str> {
    let is_parent = |id: &str| reference.localities.iter().any(|l| l.parent == id);
    let mut roots: Vec<&str> = reference
        .localities
        .iter()
        .filter(|l| l.parent.is_empty() && (is_parent(&l.locality) || reference.localities.len() == 1))
        .map(|l| l.locality.as_str())
        .collect();
    roots.dedup();
    match roots[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// Which counts of a board are protected, for [`crate::disclose::Results`].
pub fn protection(pipeline: &Pipeline, reference: &Reference) -> Protection {
    let rule = |i: &crate::spec::reference::Indicator| IndicatorRule {
        children: i.disclosure == Disclosure::Children,
        count: i.unit == Unit::Count,
        proportion: i.unit == Unit::Proportion,
        multiplier: i.multiplier,
        stock: i.basis == Basis::Stock,
        better: match i.polarity {
            Polarity::HighIsGood => 1,
            Polarity::LowIsGood => -1,
            Polarity::Neutral => 0,
        },
    };
    Protection {
        threshold: pipeline.disclosure.threshold,
        indicators: reference.indicators.iter().map(|i| (i.indicator.clone(), rule(i))).collect(),
        whole_board: whole_board(reference).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::reference::{Locality, Validity};

    fn place(id: &str, parent: &str) -> Locality {
        Locality {
            locality: id.to_owned(),
            name: id.to_owned(),
            gss_code: String::new(),
            parent: parent.to_owned(),
            valid: Validity::default(),
            extra: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn the_whole_board_is_the_one_root_with_places_below() {
        for (places, whole, why) in [
            (vec![("county", ""), ("corby", "county")], Some("county"), "a county with a district"),
            (vec![("barnet", ""), ("camden", "")], None, "150 authorities side by side are no board"),
            (vec![("county", "")], Some("county"), "a board of one place"),
            (vec![("north", ""), ("a", "north"), ("south", ""), ("b", "south")], None, "two regions"),
        ] {
            let localities = places.into_iter().map(|(id, parent)| place(id, parent)).collect();
            let reference = Reference { localities, ..Reference::default() };
            assert_eq!(whole_board(&reference), whole, "{why}");
        }
    }
}
