//! Heat maps: theme by locality and theme by agency, a word and a mark in every cell.

use std::collections::BTreeMap;

use crate::disclose::ShownCell;
use crate::model::{CellId, Grain, Tier};
use crate::report::view::Source;
use crate::report::words::{self, TierWords};

/// More columns than this turn the map on its side.
const COLUMNS_MAX: usize = 20;

/// A heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// Id on the page.
    pub id: &'static str,
    /// `Themes by place`.
    pub title: &'static str,
    /// What one sees.
    pub caption: String,
    /// What stands in the corner.
    pub corner: &'static str,
    /// Column headings.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<HeatRow>,
}

/// A row of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatRow {
    /// Row heading.
    pub name: String,
    /// One cell a column; none where the theme does not concern the agency.
    pub cells: Vec<Option<HeatCell>>,
}

/// A cell of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatCell {
    /// Id of the cell.
    pub cell: String,
    /// Its tier's words.
    pub tier: TierWords,
    /// `3 of 5`: streams that point to a problem, of those that speak.
    pub of: String,
    /// Where a click leads; empty where there is nothing to read.
    pub href: String,
    /// Whether a review or death lists it by rule beside its tier.
    pub review: bool,
}

pub(super) fn build(source: &Source<'_>, anchors: &BTreeMap<String, String>) -> Vec<HeatMap> {
    let day = source.shown.as_of();
    let cells: BTreeMap<String, &ShownCell> = source.shown.cells().iter().map(|c| (c.id.to_string(), c)).collect();
    let has =
        |grain: Grain, place: &str| source.shown.cells().iter().any(|c| c.id.grain == grain && c.id.place == place);
    let mut localities: Vec<(Grain, String, String)> = source
        .reference
        .leaves_on(day)
        .into_iter()
        .filter(|l| has(Grain::Locality, &l.locality))
        .map(|l| (Grain::Locality, l.locality.clone(), l.name.clone()))
        .collect();
    if has(Grain::Board, "") {
        localities.push((Grain::Board, String::new(), String::from("Whole board")));
    }
    let agencies: Vec<(Grain, String, String)> = source
        .reference
        .agencies_on(day)
        .into_iter()
        .filter(|a| has(Grain::Agency, &a.agency))
        .map(|a| (Grain::Agency, a.agency.clone(), a.name.clone()))
        .collect();
    [("map-places", "Themes by place", localities), ("map-agencies", "Themes by agency", agencies)]
        .into_iter()
        .filter(|(_, _, places)| !places.is_empty())
        .map(|(id, title, places)| map(source, id, title, &places, &cells, anchors))
        .collect()
}

fn map(
    source: &Source<'_>,
    id: &'static str,
    title: &'static str,
    places: &[(Grain, String, String)],
    cells: &BTreeMap<String, &ShownCell>,
    anchors: &BTreeMap<String, String>,
) -> HeatMap {
    let cell = |theme: &str, (grain, place, _): &(Grain, String, String)| {
        let id = CellId { grain: *grain, theme: theme.to_owned(), place: place.clone() }.to_string();
        let shown = cells.get(&id)?;
        Some(heat_cell(id, shown, anchors))
    };
    let themes = &source.reference.themes;
    let place_names = || places.iter().map(|p| p.2.clone());
    let what = if id == "map-places" { "place" } else { "agency" };
    let caption = format!(
        "{title}. Each cell says how a theme stands in one {what}, and how many of the kinds of evidence that speak point to a problem."
    );
    if places.len() <= COLUMNS_MAX {
        let rows = themes
            .iter()
            .map(|t| HeatRow { name: t.name.clone(), cells: places.iter().map(|p| cell(&t.theme, p)).collect() });
        HeatMap { id, title, caption, corner: "Theme", columns: place_names().collect(), rows: rows.collect() }
    } else {
        let rows = places
            .iter()
            .map(|p| HeatRow { name: p.2.clone(), cells: themes.iter().map(|t| cell(&t.theme, p)).collect() });
        let columns = themes.iter().map(|t| t.name.clone()).collect();
        let corner = if what == "place" { "Place" } else { "Agency" };
        HeatMap { id, title, caption, corner, columns, rows: rows.collect() }
    }
}

fn heat_cell(id: String, shown: &ShownCell, anchors: &BTreeMap<String, String>) -> HeatCell {
    let href = match (anchors.get(&id), shown.tier) {
        (Some(anchor), _) => format!("#{anchor}"),
        (None, Tier::Mandatory) => String::from("#reviews"),
        (None, Tier::BlindSpot) => String::from("#silence"),
        (None, _) => String::new(),
    };
    HeatCell {
        cell: id,
        tier: words::tier(shown.tier),
        of: format!("{} of {}", shown.streams_concerned, shown.streams_available),
        href,
        review: shown.tier != Tier::Mandatory && shown.has(Tier::Mandatory),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::Fixture;
    use crate::report::names::Names;

    #[test]
    fn a_board_of_many_places_has_them_as_rows() {
        let fixture = Fixture::new();
        let shown = fixture.publishable();
        let names = Names::new(&fixture.reference, shown.as_of());
        let source = Source { names, reference: &fixture.reference, pipeline: &fixture.pipeline, shown: &shown };
        let cells = shown.cells().iter().map(|c| (c.id.to_string(), c)).collect();
        let places = |n: usize| vec![(Grain::Locality, String::from("corby"), String::from("Corby")); n];
        let map = |n| map(&source, "map-places", "Themes by place", &places(n), &cells, &BTreeMap::new());
        let (few, many) = (map(COLUMNS_MAX), map(COLUMNS_MAX + 1));
        assert_eq!((few.corner, few.rows.len(), few.columns.len()), ("Theme", 18, 20));
        assert_eq!((many.corner, many.rows.len(), many.columns.len()), ("Place", 21, 18));
        assert!(many.rows.iter().all(|row| row.cells.len() == many.columns.len()));
    }

    #[test]
    fn a_theme_that_does_not_concern_an_agency_has_no_cell() {
        let view = Fixture::new().view();
        let agencies = view.heat_maps.iter().find(|m| m.id == "map-agencies").unwrap();
        let absent = agencies.rows.iter().flat_map(|r| &r.cells).filter(|c| c.is_none()).count();
        assert_eq!(absent, 18 * 16 / 3);
    }
}
