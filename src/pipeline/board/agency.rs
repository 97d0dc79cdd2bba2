//! What an agency sees of the board: its own indicators and places, each beside what the board shows of the others. Its own
//! exact figures it has from what it sent; here is only what may be shown.

use super::OpenBoard;
use super::figures::SeriesRow;
use crate::disclose::ShownSeries;
use crate::model::Error;
use crate::report::words;
use crate::spec::reference::Indicator;

/// One indicator of an agency at one place, beside the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// Its own series at its latest period.
    pub row: SeriesRow,
    /// The whole board's figure of the same indicator, with its period; empty where it is its own or there is none.
    pub board: String,
    /// What the other places and agencies show: `12.0% to 48.1% in 6 others, half of them at or under 30.2%`; empty where
    /// fewer than three show a figure.
    pub others: String,
}

/// Fewer others than this are not told as a range: it would be their figures.
const OTHERS_MIN: usize = 3;

impl OpenBoard {
    /// The indicators and places of an agency, in the order of the board's list, then by place.
    pub fn of_agency(&self, agency: &str) -> Vec<Own> {
        let mut found = Vec::new();
        for indicator in &self.reference.indicators {
            let own = self.shown.series().iter().filter(|s| s.indicator == indicator.indicator && s.agency == agency);
            let mut rows: Vec<Own> = own.filter_map(|s| self.own(s, indicator)).collect();
            rows.sort_by(|a, b| a.row.place_name.cmp(&b.row.place_name));
            found.extend(rows);
        }
        found
    }

    /// The chart of one of its series as the board sees it, as a picture for a page; none of another agency's.
    ///
    /// # Errors
    /// A chart that cannot be drawn.
    pub fn own_chart(&self, agency: &str, indicator: &str, place: &str) -> Result<Option<super::cells::Drawn>, Error> {
        let Some(series) = self.series(indicator, agency, place) else { return Ok(None) };
        let Some(view) = self.parts().chart(series) else { return Ok(None) };
        super::cells::Drawn::of(view, super::figures::path(series)).map(Some)
    }

    fn own(&self, series: &ShownSeries, indicator: &Indicator) -> Option<Own> {
        let row = self.series_row(series)?;
        let whole = self.parts().whole_board();
        let same: Vec<&ShownSeries> =
            self.shown.series().iter().filter(|s| s.indicator == series.indicator && *s != series).collect();
        let of_board: Vec<&&ShownSeries> = same.iter().filter(|s| whole == Some(s.locality.as_str())).collect();
        let board = match &of_board[..] {
            [one] => {
                one.latest().map(|p| format!("{} in {}", words::shown_value(indicator, p.value), p.period.words()))
            }
            _ => None,
        };
        // A place is held against places, the whole board's figure against other agencies' of the whole board.
        let is_whole = |s: &ShownSeries| whole == Some(s.locality.as_str());
        let period = series.latest()?.period;
        let alike = same.iter().filter(|s| is_whole(s) == is_whole(series));
        let mut values: Vec<f64> = alike
            .filter_map(|s| s.points.iter().find(|p| p.period == period))
            .filter_map(|p| p.value.number())
            .collect();
        values.sort_by(f64::total_cmp);
        Some(Own { row, board: board.unwrap_or_default(), others: range(indicator, &values) })
    }
}

fn range(indicator: &Indicator, sorted: &[f64]) -> String {
    let (Some(low), Some(high)) = (sorted.first(), sorted.last()) else { return String::new() };
    if sorted.len() < OTHERS_MIN {
        return String::new();
    }
    let value = |v: f64| words::value(indicator, v);
    let middle = sorted[(sorted.len() - 1) / 2];
    format!(
        "{} to {} in {} others, half of them at or under {}",
        value(*low),
        value(*high),
        sorted.len(),
        value(middle)
    )
}
