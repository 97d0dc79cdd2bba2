//! What programs read of a report: its cells and series as plain facts, numbers only as they may be shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::OpenBoard;
use crate::disclose::{Shown, ShownCell, ShownPoint, ShownSeries, ShownSignal};
use crate::model::cell::Light;
use crate::model::{CellId, Tier};

/// A figure: a number, `"[c]"` where it is withheld because a count is small, `null` where there is none.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Figure {
    /// The number.
    Number(f64),
    /// Why there is none: `[c]`, `[z]`, `[x]`, `[low]`.
    Marker(String),
}

fn figure(shown: Shown) -> Option<Figure> {
    match (shown.number(), shown.marker()) {
        (Some(number), _) => Some(Figure::Number(number)),
        (None, "") => None,
        (None, marker) => Some(Figure::Marker(marker.to_owned())),
    }
}

/// What one kind of evidence says of a cell.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiSignal {
    /// The kind: `performance`, `section11`, `audits`, `child_deaths`, `case_reviews`, `intelligence`.
    pub stream: &'static str,
    /// `concern`, `reassurance`, `neutral`, `silent`.
    pub light: &'static str,
    /// How far from usual; above 0 means concern.
    pub z: Option<Figure>,
    /// How much it counts.
    pub weight: Option<Figure>,
    /// On how many cases or indicators it rests.
    pub n: Option<Figure>,
    /// What it says, in words.
    pub sentence: String,
}

/// A cell: a theme at a place, in an agency, or on the whole board.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiCell {
    /// Its id.
    #[schema(example = "locality/neglect/corby")]
    pub cell: String,
    /// What it is called.
    pub title: String,
    /// Its theme's id.
    pub theme: String,
    /// `locality`, `agency`, `board`.
    pub grain: &'static str,
    /// Id of the locality or agency; empty on the whole board.
    pub place: String,
    /// Why it is listed, or `quiet`.
    pub tier: &'static str,
    /// Its rank among the cells of its grain; none of a blind spot.
    pub rank: Option<usize>,
    /// The score of all kinds of evidence together; to 0.5 where one is withheld.
    pub score: Option<f64>,
    /// p, or the bound that it does not exceed where one is withheld.
    pub p_value: Option<f64>,
    /// q, or the bound that it does not exceed where one is withheld.
    pub q_value: Option<f64>,
    /// Kinds of evidence that speak.
    pub streams_available: usize,
    /// Kinds of evidence that point to a problem.
    pub streams_concerned: usize,
    /// Its tier in the report before.
    pub previous_tier: Option<&'static str>,
    /// Since when it has this tier.
    #[schema(value_type = Option<String>, format = Date)]
    pub first_seen: Option<chrono::NaiveDate>,
    /// All of it in words.
    pub explanation: String,
    /// The six kinds of evidence.
    pub signals: Vec<ApiSignal>,
}

fn cell_facts(cell: &ShownCell) -> ApiCell {
    let signal = |s: &ShownSignal| ApiSignal {
        stream: s.stream.as_str(),
        light: s.light.as_str(),
        z: if s.light == Light::Silent { None } else { figure(s.z) },
        weight: figure(s.weight),
        n: figure(s.n),
        sentence: s.sentence.clone(),
    };
    ApiCell {
        cell: cell.id.to_string(),
        title: cell.title.clone(),
        theme: cell.id.theme.clone(),
        grain: cell.id.grain.as_str(),
        place: cell.id.place.clone(),
        tier: cell.tier.as_str(),
        rank: cell.rank,
        score: cell.score,
        p_value: cell.p_value,
        q_value: cell.q_value,
        streams_available: cell.streams_available,
        streams_concerned: cell.streams_concerned,
        previous_tier: cell.previous_tier.map(Tier::as_str),
        first_seen: cell.first_seen,
        explanation: cell.explanation.clone(),
        signals: cell.signals.iter().map(signal).collect(),
    }
}

/// A period of a series.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiPoint {
    /// `2014-03`, `2014-Q1`, `2013/14`, `2014`.
    pub period: String,
    /// Numerator.
    pub numerator: Option<Figure>,
    /// Denominator.
    pub denominator: Option<Figure>,
    /// Value in the indicator's unit: a proportion as a fraction, a rate per its multiplier.
    pub value: Option<Figure>,
    /// Centre line.
    pub mean: Option<Figure>,
    /// Lower process limit.
    pub lower_limit: Option<Figure>,
    /// Upper process limit.
    pub upper_limit: Option<Figure>,
    /// Special cause: `common-cause`, `concern-high`, ...; none where it is withheld.
    pub variation: Option<&'static str>,
}

/// One indicator of an agency at a place.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiSeries {
    /// The report.
    pub run: String,
    /// Indicator id.
    pub indicator: String,
    /// Agency id.
    pub agency: String,
    /// Locality id.
    pub place: String,
    /// The target in force.
    pub target: Option<f64>,
    /// `met`, `near`, `missed`; `[c]` where the latest value is withheld; empty without target.
    pub target_status: String,
    /// Notes for its reader, explanations that were released among them.
    pub notes: Vec<String>,
    /// Its periods in order.
    pub points: Vec<ApiPoint>,
}

impl OpenBoard {
    /// The cells that fit, those to look at first before the others.
    pub fn cell_facts(&self, fits: impl Fn(&CellId, Tier) -> bool) -> Vec<ApiCell> {
        self.shown.cells().iter().filter(|c| fits(&c.id, c.tier)).map(cell_facts).collect()
    }

    /// A series with its whole history; none where there is no such series.
    pub fn series_facts(&self, indicator: &str, agency: &str, place: &str) -> Option<ApiSeries> {
        self.series(indicator, agency, place).map(|s| series_facts(self, s))
    }
}

fn series_facts(board: &OpenBoard, series: &ShownSeries) -> ApiSeries {
    let point = |p: &ShownPoint| ApiPoint {
        period: p.period.to_string(),
        numerator: figure(p.numerator),
        denominator: figure(p.denominator),
        value: figure(p.value),
        mean: figure(p.mean),
        lower_limit: figure(p.lower_limit),
        upper_limit: figure(p.upper_limit),
        variation: p.variation.map(|v| v.as_str()),
    };
    ApiSeries {
        run: board.run.clone(),
        indicator: series.indicator.clone(),
        agency: series.agency.clone(),
        place: series.locality.clone(),
        target: series.target,
        target_status: series.target_status.to_owned(),
        notes: series.notes.clone(),
        points: series.points.iter().map(point).collect(),
    }
}
