//! Every indicator that may be shown: the list with its search, one indicator at all its places, one series with its chart.

use std::collections::{BTreeMap, BTreeSet};

use super::OpenBoard;
use super::cells::{CellLink, Drawn};
use crate::disclose::ShownSeries;
use crate::model::series::Variation;
use crate::model::{CellId, Error, Grain};
use crate::report::words;
use crate::spec::reference::{Indicator, Polarity, Unit};

/// In a path, the place of a series that has none.
const NOWHERE: &str = "-";

/// What is looked for; what is empty limits nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sought {
    /// Words that all stand in the name, the description or the theme.
    pub words: String,
    /// Theme id.
    pub theme: String,
    /// Agency id.
    pub agency: String,
    /// Locality id.
    pub place: String,
    /// `worse`, `better`, `missed`: with a series of this reading.
    pub reading: String,
}

/// An indicator in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Theme id.
    pub theme: String,
    /// The theme's name.
    pub theme_name: String,
    /// Names of the agencies that return it.
    pub agencies: Vec<String>,
    /// How many series of it fit what was looked for.
    pub series: usize,
    /// Of them for the worse by more than chance explains.
    pub worse: usize,
    /// Of them for the better by more than chance explains.
    pub better: usize,
    /// Of them with a target that is not met.
    pub missed: usize,
    /// The latest figure of the whole board, else of the only series; empty where there are several and none of them is it.
    pub latest: String,
    /// Where it leads by itself: the path of the only series that fits, else of the indicator.
    pub path: String,
}

/// One indicator.
#[derive(Debug, Clone)]
pub struct IndicatorPage {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it tells.
    pub description: String,
    /// Theme id.
    pub theme: String,
    /// The theme's name.
    pub theme_name: String,
    /// How it is measured, in words.
    pub measure: String,
    /// Which way is better, in words.
    pub better: &'static str,
    /// Whether small counts of it are withheld as those of children.
    pub children: bool,
    /// Its series, the whole board first, then by place and agency.
    pub rows: Vec<SeriesRow>,
    /// How the theme stands on the whole board.
    pub board: Option<CellLink>,
}

/// A series at its latest period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesRow {
    /// Its page below the indicators': `<indicator>/<agency>/<place>`.
    pub path: String,
    /// Indicator id.
    pub indicator: String,
    /// The indicator's name.
    pub indicator_name: String,
    /// Agency id.
    pub agency: String,
    /// The agency's name.
    pub agency_name: String,
    /// Locality id.
    pub place: String,
    /// The place's name.
    pub place_name: String,
    /// The latest period in words.
    pub period: String,
    /// Its value, `[c]` where it is withheld.
    pub value: String,
    /// Its numerator.
    pub numerator: String,
    /// Its denominator.
    pub denominator: String,
    /// Its reading: `for the worse`, ...; empty where the series is too short for one.
    pub reading: &'static str,
    /// A mark for the reading.
    pub symbol: &'static str,
    /// `worse`, `better`, `other`, or empty.
    pub kind: &'static str,
    /// The target with what came of it; empty without one.
    pub target: String,
    /// Whether the target is not met.
    pub missed: bool,
    /// The comparator with its value; empty without one.
    pub comparator: String,
    /// How many periods it has.
    pub points: usize,
    /// How many of them are withheld.
    pub withheld: usize,
}

/// One series.
#[derive(Debug, Clone)]
pub struct SeriesPage {
    /// At its latest period.
    pub row: SeriesRow,
    /// What the indicator tells.
    pub description: String,
    /// How it is measured.
    pub measure: String,
    /// Which way is better.
    pub better: &'static str,
    /// Theme id.
    pub theme: String,
    /// The theme's name.
    pub theme_name: String,
    /// Its chart with the whole history.
    pub drawn: Drawn,
    /// The cells that it speaks in.
    pub cells: Vec<CellLink>,
    /// The same indicator elsewhere.
    pub elsewhere: Vec<SeriesRow>,
}

/// What the list can be limited to: ids and names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// Themes with an indicator.
    pub themes: Vec<(String, String)>,
    /// Agencies that return one.
    pub agencies: Vec<(String, String)>,
    /// Places with a figure.
    pub places: Vec<(String, String)>,
}

/// A series by its three ids.
pub(super) fn path(series: &ShownSeries) -> String {
    let place = if series.locality.is_empty() { NOWHERE } else { &series.locality };
    let agency = if series.agency.is_empty() { NOWHERE } else { &series.agency };
    format!("{}/{agency}/{place}", series.indicator)
}

/// Name of the chart of a series, as the report has it.
pub(super) fn slug(series: &ShownSeries) -> String {
    format!("{}-{}-{}", series.indicator, series.agency, series.locality)
}

impl OpenBoard {
    /// A series as it may be shown, by indicator, agency and place as they stand in a path.
    pub fn series(&self, indicator: &str, agency: &str, place: &str) -> Option<&ShownSeries> {
        let own = |id| if id == NOWHERE { "" } else { id };
        let (agency, place) = (own(agency), own(place));
        self.shown.series().iter().find(|s| s.indicator == indicator && s.agency == agency && s.locality == place)
    }

    /// The indicators with a series that fits, in the order of the board's list.
    pub fn indicators(&self, sought: &Sought) -> Vec<IndicatorRow> {
        let mut found: BTreeMap<&str, Vec<&ShownSeries>> = BTreeMap::new();
        for series in self.shown.series().iter().filter(|s| fits(s, sought)) {
            found.entry(&series.indicator).or_default().push(series);
        }
        let wanted =
            |i: &&Indicator| (sought.theme.is_empty() || i.theme == sought.theme) && self.speaks_of(i, &sought.words);
        let row = |i: &Indicator| Some(self.indicator_row(i, found.get(i.indicator.as_str())?));
        self.reference.indicators.iter().filter(wanted).filter_map(row).collect()
    }

    fn speaks_of(&self, indicator: &Indicator, words: &str) -> bool {
        let theme = self.reference.theme(&indicator.theme).map_or("", |t| t.name.as_str());
        let text =
            format!("{} {} {} {theme}", indicator.indicator, indicator.name, indicator.description).to_lowercase();
        words.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }

    fn indicator_row(&self, indicator: &Indicator, series: &[&ShownSeries]) -> IndicatorRow {
        let names = *self.parts().names();
        let whole = self.parts().whole_board();
        let agencies: BTreeSet<&str> = series.iter().map(|s| s.agency.as_str()).collect();
        let of_board: Vec<&&ShownSeries> = series.iter().filter(|s| whole == Some(s.locality.as_str())).collect();
        let shown = match (&of_board[..], series) {
            ([one], _) => Some(**one),
            (_, [one]) => Some(*one),
            _ => None,
        };
        let latest = shown.and_then(|s| s.latest());
        let latest = latest.map(|p| format!("{} in {}", words::shown_value(indicator, p.value), p.period.words()));
        let path = match series {
            [one] => path(one),
            _ => indicator.indicator.clone(),
        };
        let count = |kind: &str| series.iter().filter(|s| is(s, kind)).count();
        IndicatorRow {
            id: indicator.indicator.clone(),
            name: indicator.name.clone(),
            theme: indicator.theme.clone(),
            theme_name: names.theme(&indicator.theme),
            agencies: agencies.into_iter().map(|a| names.agency(a)).collect(),
            series: series.len(),
            worse: count("worse"),
            better: count("better"),
            missed: count("missed"),
            latest: latest.unwrap_or_default(),
            path,
        }
    }

    /// What the list of indicators can be limited to.
    pub fn choices(&self) -> Choices {
        let names = *self.parts().names();
        let own = |of: fn(&ShownSeries) -> &str| -> BTreeSet<&str> {
            self.shown.series().iter().map(of).filter(|id| !id.is_empty()).collect()
        };
        let indicators = own(|s| &s.indicator);
        let themes: BTreeSet<&str> = indicators
            .iter()
            .filter_map(|id| self.reference.indicator(id))
            .map(|indicator| indicator.theme.as_str())
            .collect();
        let sorted = |ids: BTreeSet<&str>, name: &dyn Fn(&str) -> String| {
            let mut list: Vec<(String, String)> = ids.into_iter().map(|id| (id.to_owned(), name(id))).collect();
            list.sort_by(|a, b| a.1.cmp(&b.1));
            list
        };
        Choices {
            themes: sorted(themes, &|id| names.theme(id)),
            agencies: sorted(own(|s| &s.agency), &|id| names.agency(id)),
            places: sorted(own(|s| &s.locality), &|id| names.locality(id)),
        }
    }

    /// One indicator at all its places; none where no series of it may be shown.
    pub fn indicator(&self, id: &str) -> Option<IndicatorPage> {
        let indicator = self.reference.indicator(id)?;
        let rows = self.rows_of(id);
        if rows.is_empty() {
            return None;
        }
        let board = CellId { grain: Grain::Board, theme: indicator.theme.clone(), place: String::new() };
        let board = self.parts().cell(&board).map(|c| self.link(&c.id));
        Some(IndicatorPage {
            id: id.to_owned(),
            name: indicator.name.clone(),
            description: indicator.description.clone(),
            theme: indicator.theme.clone(),
            theme_name: self.parts().names().theme(&indicator.theme),
            measure: measure(indicator),
            better: better(indicator),
            children: indicator.disclosure == crate::spec::reference::Disclosure::Children,
            rows,
            board,
        })
    }

    /// The series of an indicator, the whole board first, then by place and agency.
    fn rows_of(&self, indicator: &str) -> Vec<SeriesRow> {
        let whole = self.parts().whole_board().unwrap_or("").to_owned();
        let own = self.shown.series().iter().filter(|s| s.indicator == indicator);
        let mut rows: Vec<SeriesRow> = own.filter_map(|s| self.series_row(s)).collect();
        rows.sort_by(|a, b| {
            (a.place != whole, &a.place_name, &a.agency_name).cmp(&(b.place != whole, &b.place_name, &b.agency_name))
        });
        rows
    }

    /// One series with its chart; none where there is no such series.
    ///
    /// # Errors
    /// A chart that cannot be drawn.
    pub fn series_page(&self, indicator: &str, agency: &str, place: &str) -> Result<Option<SeriesPage>, Error> {
        let parts = self.parts();
        let Some(series) = self.series(indicator, agency, place) else { return Ok(None) };
        let (Some(listed), Some(row), Some(view)) =
            (self.reference.indicator(indicator), self.series_row(series), parts.chart(series))
        else {
            return Ok(None);
        };
        let cell = |grain, place: &str| CellId { grain, theme: listed.theme.clone(), place: place.to_owned() };
        let cells =
            [cell(Grain::Locality, &series.locality), cell(Grain::Agency, &series.agency), cell(Grain::Board, "")];
        let cells = cells.iter().filter(|id| parts.cell(id).is_some()).map(|id| self.link(id)).collect();
        let drawn = Drawn::of(view, path(series))?;
        let elsewhere = self.rows_of(indicator).into_iter().filter(|other| other.path != row.path).collect();
        Ok(Some(SeriesPage {
            row,
            description: listed.description.clone(),
            measure: measure(listed),
            better: better(listed),
            theme: listed.theme.clone(),
            theme_name: parts.names().theme(&listed.theme),
            drawn,
            cells,
            elsewhere,
        }))
    }

    /// A series at its latest period; none where its indicator is on no list or it has no period.
    pub(super) fn series_row(&self, series: &ShownSeries) -> Option<SeriesRow> {
        let indicator = self.reference.indicator(&series.indicator)?;
        let latest = series.latest()?;
        let names = *self.parts().names();
        let value = |v| words::value(indicator, v);
        let (reading, symbol, kind) = match series.variation {
            None if series.withheld > 0 => ("Small counts: not read", "", ""),
            variation => reading(variation),
        };
        let came = match series.target_status {
            "met" => ": met",
            "near" => ": nearly met",
            "missed" => ": not met",
            "[c]" => ": [c]",
            _ => "",
        };
        Some(SeriesRow {
            path: path(series),
            indicator: series.indicator.clone(),
            indicator_name: indicator.name.clone(),
            agency: series.agency.clone(),
            agency_name: names.agency(&series.agency),
            place: series.locality.clone(),
            place_name: if series.locality.is_empty() { String::new() } else { names.locality(&series.locality) },
            period: latest.period.words(),
            value: words::shown_value(indicator, latest.value),
            numerator: words::shown_count(latest.numerator),
            denominator: words::shown_count(latest.denominator),
            reading,
            symbol,
            kind,
            target: series.target.map(|t| format!("{}{came}", value(t))).unwrap_or_default(),
            missed: series.target_status == "missed",
            comparator: series.comparator.as_ref().map(|(name, v)| comparator(name, &value(*v))).unwrap_or_default(),
            points: series.points.len(),
            withheld: series.withheld,
        })
    }
}

fn comparator(name: &str, value: &str) -> String {
    format!("{}: {value}", words::capital(&name.replace('-', " ")))
}

fn fits(series: &ShownSeries, sought: &Sought) -> bool {
    (sought.agency.is_empty() || series.agency == sought.agency)
        && (sought.place.is_empty() || series.locality == sought.place)
        && (sought.reading.is_empty() || is(series, &sought.reading))
}

fn is(series: &ShownSeries, kind: &str) -> bool {
    match kind {
        "missed" => series.target_status == "missed",
        kind => reading(series.variation).2 == kind,
    }
}

/// Words, mark and kind of the reading of a series.
pub(super) fn reading(variation: Option<Variation>) -> (&'static str, &'static str, &'static str) {
    match variation {
        Some(Variation::ConcernHigh) => ("For the worse: high", "\u{25b2}", "worse"),
        Some(Variation::ConcernLow) => ("For the worse: low", "\u{25bc}", "worse"),
        Some(Variation::ImprovementHigh) => ("For the better: high", "\u{25a0}", "better"),
        Some(Variation::ImprovementLow) => ("For the better: low", "\u{25a0}", "better"),
        Some(Variation::NeutralHigh) => ("High", "\u{25c6}", "other"),
        Some(Variation::NeutralLow) => ("Low", "\u{25c6}", "other"),
        Some(Variation::CommonCause) => ("Within chance", "\u{25cf}", "chance"),
        None => ("Too short to say", "", ""),
    }
}

/// How an indicator is measured, in words.
pub(super) fn measure(indicator: &Indicator) -> String {
    let or = |text: &str, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text.to_owned() };
    let numerator = words::capital(&or(&indicator.numerator_label, "count"));
    let below = indicator.denominator_label.to_lowercase();
    match indicator.unit {
        Unit::Proportion if below.is_empty() => format!("{numerator}, as a share"),
        Unit::Proportion => format!("{numerator}, as a share of: {below}"),
        Unit::Rate if below.is_empty() => format!("{numerator} per {}", words::decimal(indicator.multiplier, 0)),
        Unit::Rate => format!("{numerator} per {} of: {below}", words::decimal(indicator.multiplier, 0)),
        Unit::Count => format!("A count: {}", numerator.to_lowercase()),
        Unit::Mean if below.is_empty() => format!("{numerator}, on average"),
        Unit::Mean => format!("{numerator}, on average over: {below}"),
        Unit::Value => numerator,
    }
}

/// Which way is better, in words.
pub(super) fn better(indicator: &Indicator) -> &'static str {
    match indicator.polarity {
        Polarity::HighIsGood => "Higher is better",
        Polarity::LowIsGood => "Lower is better",
        Polarity::Neutral => "Neither way is better: it is shown to be asked about",
    }
}
