//! The lattice's axes: themes by places at each grain, and where a cell lies in the dense tables that the streams fill.

use std::collections::{BTreeSet, HashMap};

use crate::model::Grain;
use crate::triangulate::places::Places;
use crate::triangulate::{Depth, World};

/// What all streams stand on.
pub(super) struct Ground<'a> {
    /// The evidence and the configuration.
    pub world: &'a World<'a>,
    /// Places and agencies of the day.
    pub places: Places<'a>,
    /// Theme ids, in order.
    pub themes: Vec<&'a str>,
    theme_index: HashMap<&'a str, usize>,
}

impl<'a> Ground<'a> {
    /// The axes of a world.
    pub fn of(world: &'a World<'a>) -> Self {
        let ids: BTreeSet<&str> = world.reference.themes.iter().map(|t| t.theme.as_str()).collect();
        let themes: Vec<&str> = ids.into_iter().collect();
        let theme_index = themes.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        Self { world, places: Places::on(world.reference, world.as_of), themes, theme_index }
    }

    /// Position of a theme.
    pub fn theme(&self, id: &str) -> Option<usize> {
        self.theme_index.get(id).copied()
    }

    /// How many places a theme has at a grain.
    pub fn width(&self, grain: Grain) -> usize {
        match grain {
            Grain::Locality => self.places.leaves.len(),
            Grain::Agency => self.places.agencies.len(),
            Grain::Board => 1,
        }
    }

    /// How many cells a grain may have.
    pub fn slots(&self, grain: Grain) -> usize {
        self.themes.len() * self.width(grain)
    }

    /// Where the cell of a theme at a place lies.
    pub fn slot(&self, grain: Grain, theme: usize, place: usize) -> usize {
        theme * self.width(grain) + place
    }

    /// Id of a place at a grain; empty for the board.
    pub fn place_id(&self, grain: Grain, place: usize) -> &'a str {
        match grain {
            Grain::Locality => self.places.leaves[place],
            Grain::Agency => self.places.agencies[place],
            Grain::Board => "",
        }
    }

    /// The place at a grain for which a row of this agency and locality counts.
    pub fn place(&self, grain: Grain, agency: &str, locality: &str) -> Option<usize> {
        match grain {
            Grain::Locality => self.places.leaf(locality),
            Grain::Agency => self.places.agency(agency),
            Grain::Board => Some(0),
        }
    }

    /// Whether the rows behind each signal are to be listed.
    pub fn lists_evidence(&self) -> bool {
        self.world.depth != Depth::Scores
    }

    /// Months of a window of the configuration, at least one.
    pub fn months(&self, months: f64) -> u32 {
        months.clamp(1.0, 1200.0).round() as u32
    }
}
