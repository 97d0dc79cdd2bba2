//! Parts of a report by themselves, for pages that show one thing: the card of any cell, listed or not, and the chart of any
//! series.

use crate::disclose::{Publishable, ShownCell, ShownSeries};
use crate::model::CellId;
use crate::report::names::{Names, whole_board};
use crate::report::view::{Card, ChartView, Source, card, chart};
use crate::spec::{Pipeline, Reference};

/// What a part is made from.
pub struct Parts<'a> {
    source: Source<'a>,
}

impl<'a> Parts<'a> {
    /// Parts of what may be shown, with the names of a board's reference lists.
    pub fn new(shown: &'a Publishable, pipeline: &'a Pipeline, reference: &'a Reference) -> Self {
        let names = Names::new(reference, shown.as_of());
        Self { source: Source { names, reference, pipeline, shown } }
    }

    /// Names for ids.
    pub fn names(&self) -> &Names<'a> {
        &self.source.names
    }

    /// The locality that is the whole board; none where no one locality is.
    pub fn whole_board(&self) -> Option<&'a str> {
        whole_board(self.source.reference)
    }

    /// A cell as it may be shown.
    pub fn cell(&self, id: &CellId) -> Option<&'a ShownCell> {
        self.source.shown.cells().iter().find(|c| c.id == *id)
    }

    /// The card of a cell with its charts, each of them drawn.
    pub fn card(&self, id: &CellId) -> Option<(Card, Vec<ChartView>)> {
        let mut gallery = chart::Gallery::default();
        let card = card::build(self.cell(id)?, &self.source, &mut gallery);
        Some((card, gallery.into_charts()))
    }

    /// The chart of a series; none where its indicator is on no list.
    pub fn chart(&self, series: &ShownSeries) -> Option<ChartView> {
        let indicator = self.source.reference.indicator(&series.indicator)?;
        Some(chart::of_series(series, indicator, &self.source))
    }
}
