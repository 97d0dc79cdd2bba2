//! What may be shown. The fields of [`Publishable`] are private, and only this room makes one: a report of figures that did
//! not pass suppression does not compile.

use chrono::NaiveDate;

use crate::model::cell::{CellId, GrainSummary, Light};
use crate::model::finding::Severity;
use crate::model::overrides::is_overridden;
use crate::model::series::{Assurance, Figure, Variation};
use crate::model::submission::Submission;
use crate::model::{Cell, Due, Movement, Number, Period, Prompt, Punctuality, Status, Stream, Tier, Verdict};

use crate::disclose::{Rows, RunFacts, rows};

/// A number that may be shown, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shown {
    /// The number.
    Number(f64),
    /// Withheld because a count is small: `[c]`.
    Withheld,
    /// None was given, for this reason.
    Nothing(Status),
}

impl Shown {
    /// The number, where there is one.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(n),
            _ => None,
        }
    }

    /// Whether it is withheld.
    pub fn is_withheld(self) -> bool {
        self == Self::Withheld
    }

    /// A number that may be absent.
    pub fn of(number: Option<f64>) -> Self {
        number.map_or(Self::Nothing(Status::Missing), Self::Number)
    }

    /// The words of official statistics for kinds of nothing: `[c]`, `[z]`, `[x]`, `[low]`; empty for missing.
    pub fn marker(self) -> &'static str {
        match self {
            Self::Withheld | Self::Nothing(Status::Suppressed) => "[c]",
            Self::Nothing(Status::NotApplicable) => "[z]",
            Self::Nothing(Status::NotAvailable) => "[x]",
            Self::Nothing(Status::Low) => "[low]",
            Self::Nothing(Status::NotRecorded) => "not recorded",
            Self::Nothing(Status::NotDue) => "not due",
            Self::Number(_) | Self::Nothing(_) => "",
        }
    }
}

impl From<Figure> for Shown {
    fn from(figure: Figure) -> Self {
        match (figure.status, figure.value) {
            (Status::Suppressed, _) => Self::Withheld,
            (Status::Low, _) | (_, None) => Self::Nothing(figure.status),
            (_, Some(value)) => Self::Number(value),
        }
    }
}

impl From<&Number> for Shown {
    fn from(number: &Number) -> Self {
        Figure::from(number).into()
    }
}

/// An indicator behind a signal, without its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownIndicator {
    /// Indicator id.
    pub indicator: String,
    /// Agency that returns it.
    pub agency: String,
}

/// What one stream says of a cell, as far as it may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownSignal {
    /// The stream.
    pub stream: Stream,
    /// Its light, always shown to the board.
    pub light: Light,
    /// z after overdispersion, before the cap.
    pub z: Shown,
    /// Its weight.
    pub weight: Shown,
    /// Trials, expected count or number of indicators.
    pub n: Shown,
    /// Age of the evidence in months, of a withheld stream rounded up to whole years.
    pub age_months: Option<f64>,
    /// Whether it was expected here.
    pub expected: bool,
    /// Whether its numbers are withheld.
    pub withheld: bool,
    /// What it says, in words.
    pub sentence: String,
    /// Its indicators, loudest first.
    pub indicators: Vec<ShownIndicator>,
}

/// A cell, as far as it may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownCell {
    /// Which cell.
    pub id: CellId,
    /// What it is called.
    pub title: String,
    /// Rank within the grain, in the order shown.
    pub rank: Option<usize>,
    /// Why it is listed.
    pub tier: Tier,
    /// Other tiers that fit.
    pub also: Vec<Tier>,
    /// Whether the optimism gap is listed.
    pub optimism_listed: bool,
    /// Z, to 0.5 where a stream is withheld.
    pub score: Option<f64>,
    /// p, or the bound that it does not exceed where a stream is withheld.
    pub p_value: Option<f64>,
    /// q, or the bound that it does not exceed where a stream is withheld.
    pub q_value: Option<f64>,
    /// Expected rank with its 5th and 95th percentile.
    pub expected_rank: Option<(f64, f64, f64)>,
    /// Streams that speak.
    pub streams_available: usize,
    /// Streams that point to a problem.
    pub streams_concerned: usize,
    /// Six signals.
    pub signals: Vec<ShownSignal>,
    /// The pattern of the lights.
    pub pattern: String,
    /// Optimism gap, to 0.5 where a stream is withheld.
    pub optimism_gap: Option<f64>,
    /// The stream whose loss takes it off the list.
    pub fragile: Option<Stream>,
    /// Why it is mandatory.
    pub mandatory_because: Vec<String>,
    /// Tier in the previous run.
    pub previous_tier: Option<Tier>,
    /// Since when it has this tier.
    pub first_seen: Option<NaiveDate>,
    /// What moved it from its tier in the previous run. Lights are shown in every release, so that naming the streams whose
    /// light changed tells no count.
    pub moved: Vec<Movement>,
    /// What would change our mind, of the loudest stream whose numbers are shown.
    pub mind: Option<String>,
    /// The explanation in words.
    pub explanation: String,
    /// Of it, who was heard and who says what: a card's own lists have the rest.
    pub lead: String,
}

impl ShownCell {
    /// The signal of a stream.
    pub fn signal(&self, stream: Stream) -> &ShownSignal {
        &self.signals[stream.index()]
    }

    /// Whether any stream of it is withheld.
    pub fn is_coarse(&self) -> bool {
        self.signals.iter().any(|s| s.withheld)
    }

    /// Whether it holds a tier, as the first that fits or as another.
    pub fn has(&self, tier: Tier) -> bool {
        self.tier == tier || self.also.contains(&tier)
    }

    /// Whether the streams contradict each other.
    pub fn is_dissonant(&self) -> bool {
        self.pattern == "dissonance"
    }
}

/// A point of a series, as far as it may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownPoint {
    /// The period.
    pub period: Period,
    /// Numerator.
    pub numerator: Shown,
    /// Denominator.
    pub denominator: Shown,
    /// Value in the indicator's unit.
    pub value: Shown,
    /// Lower limit of the interval.
    pub lower: Shown,
    /// Upper limit of the interval.
    pub upper: Shown,
    /// Method of the interval.
    pub interval_method: &'static str,
    /// Centre line.
    pub mean: Shown,
    /// Lower process limit.
    pub lower_limit: Shown,
    /// Upper process limit.
    pub upper_limit: Shown,
    /// Special cause; none where the point is withheld.
    pub variation: Option<Variation>,
}

/// A series, as far as it may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownSeries {
    /// Agency id.
    pub agency: String,
    /// Indicator id.
    pub indicator: String,
    /// Locality id.
    pub locality: String,
    /// Its points.
    pub points: Vec<ShownPoint>,
    /// Target in force.
    pub target: Option<f64>,
    /// Met, near or missed; empty for none, `[c]` where the latest value is withheld.
    pub target_status: &'static str,
    /// Comparator.
    pub comparator: Option<(String, f64)>,
    /// Variation of the last point; none under 8 points or where it is withheld.
    pub variation: Option<Variation>,
    /// Assurance against the target.
    pub assurance: Assurance,
    /// Notes for its reader.
    pub notes: Vec<String>,
    /// How many points are withheld.
    pub withheld: usize,
}

impl ShownSeries {
    /// The latest point.
    pub fn latest(&self) -> Option<&ShownPoint> {
        self.points.last()
    }
}

/// A submission, without its findings' places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSubmission {
    /// Submission id.
    pub id: String,
    /// Return spec.
    pub return_id: String,
    /// Agencies, joined by `;`.
    pub agency: String,
    /// Newest period.
    pub period: String,
    /// File name; not that of a quarantined file, which may itself hold a name.
    pub file: String,
    /// When it came.
    pub received_on: NaiveDate,
    /// When it was due.
    pub due_on: Option<NaiveDate>,
    /// Verdict.
    pub verdict: Verdict,
    /// Rows taken.
    pub rows: usize,
    /// Errors found.
    pub errors: usize,
    /// Queries raised.
    pub queries: usize,
    /// Errors that an override takes as they are.
    pub overridden: usize,
    /// Whether it came in time.
    pub punctuality: Punctuality,
}

impl ShownSubmission {
    /// What may be told of a submission.
    pub(super) fn of(submission: &Submission, first_load: Option<NaiveDate>) -> Self {
        let count = |severity| submission.findings.iter().filter(|f| f.severity == severity).count();
        let quarantined = submission.verdict == Verdict::Quarantined;
        Self {
            id: submission.id.clone(),
            return_id: submission.return_id.clone(),
            agency: submission.agency.clone(),
            period: submission.period.clone(),
            file: if quarantined { String::from("[name withheld]") } else { submission.file.clone() },
            received_on: submission.received_on,
            due_on: submission.due_on,
            verdict: submission.verdict,
            rows: submission.rows,
            errors: count(Severity::Error),
            queries: count(Severity::Query),
            overridden: submission.findings.iter().filter(|f| is_overridden(f)).count(),
            punctuality: Punctuality::of(submission.received_on, submission.due_on, first_load),
        }
    }

    /// `on time`, `late`, `first load` (it lay there when the board began: in time or late by nobody's calendar), `empty`
    /// (on time or not, it gave no row), `not taken`, or `no deadline`.
    pub fn timeliness(&self) -> &'static str {
        match (self.verdict, self.rows, self.punctuality) {
            (Verdict::Rejected | Verdict::Quarantined, ..) => "not taken",
            (_, 0, _) => "empty",
            (_, _, Punctuality::NoDeadline | Punctuality::NothingCame) => "no deadline",
            (_, _, Punctuality::NotKnown) => "first load",
            (_, _, Punctuality::OnTime) => "on time",
            (_, _, Punctuality::Late) => "late",
        }
    }
}

/// What a report may show to its audience. Made by [`crate::disclose::disclose`] alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Publishable {
    pub(super) as_of: NaiveDate,
    pub(super) facts: RunFacts,
    pub(super) cells: Vec<ShownCell>,
    pub(super) series: Vec<ShownSeries>,
    pub(super) prompts: Vec<Prompt>,
    pub(super) submissions: Vec<ShownSubmission>,
    pub(super) calendar: Vec<Due>,
    pub(super) grains: Vec<GrainSummary>,
    pub(super) gone: Vec<(CellId, Tier)>,
}

impl Publishable {
    /// The day of the report.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The run.
    pub fn facts(&self) -> &RunFacts {
        &self.facts
    }

    /// What is owed, and what has come of it.
    pub fn calendar(&self) -> &[Due] {
        &self.calendar
    }

    /// The cells in the order of `hotspots.csv`.
    pub fn cells(&self) -> &[ShownCell] {
        &self.cells
    }

    /// The series, in the order in which the run gave them.
    pub fn series(&self) -> &[ShownSeries] {
        &self.series
    }

    /// Figures to ask about, none of which rests on a withheld point.
    pub fn prompts(&self) -> &[Prompt] {
        &self.prompts
    }

    /// The submissions.
    pub fn submissions(&self) -> &[ShownSubmission] {
        &self.submissions
    }

    /// What was estimated for each grain.
    pub fn grains(&self) -> &[GrainSummary] {
        &self.grains
    }

    /// Cells of the previous report that are none any more, with their tier then, which it showed.
    pub fn gone(&self) -> &[(CellId, Tier)] {
        &self.gone
    }

    /// `hotspots.csv`.
    pub fn hotspot_rows(&self) -> Rows {
        rows::hotspots(&self.cells)
    }

    /// `series.csv`.
    pub fn series_rows(&self) -> Rows {
        rows::series(&self.series)
    }

    /// `submissions.csv`.
    pub fn submission_rows(&self) -> Rows {
        rows::submissions(&self.submissions)
    }
}

/// Whether the optimism gap of a cell is listed.
pub(super) fn optimism_listed(cell: &Cell) -> bool {
    cell.optimism.is_some_and(|o| o.listed)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::Point;

    /// A point as reported, without statistics.
    pub fn point(period: &str, numerator: Option<f64>, denominator: Option<f64>, value: Option<f64>) -> Point {
        let figure = |v: Option<f64>| v.map_or(Figure::MISSING, Figure::of);
        Point {
            period: Period::parse(period).unwrap(),
            numerator: figure(numerator),
            denominator: figure(denominator),
            value: figure(value),
            base: denominator,
            lower: None,
            upper: None,
            interval_method: "",
            mean: None,
            lower_limit: None,
            upper_limit: None,
            variation: Variation::CommonCause,
        }
    }

    #[test]
    fn each_kind_of_nothing_keeps_its_mark() {
        for (status, mark) in [
            (Status::Suppressed, "[c]"),
            (Status::NotApplicable, "[z]"),
            (Status::NotAvailable, "[x]"),
            (Status::Low, "[low]"),
            (Status::NotRecorded, "not recorded"),
            (Status::NotDue, "not due"),
            (Status::Missing, ""),
        ] {
            let value = (status == Status::Low).then_some(0.0);
            assert_eq!(Shown::from(Figure { value, status }).marker(), mark, "{status:?}");
        }
        assert_eq!(Shown::from(Figure::of(0.0)), Shown::Number(0.0), "a true zero is a number");
    }

    #[test]
    fn on_time_but_empty_is_not_on_time() {
        let day = |d: &str| d.parse::<NaiveDate>().unwrap();
        let base = Submission {
            id: String::new(),
            return_id: String::new(),
            agency: String::new(),
            period: String::new(),
            file: String::from("x.csv"),
            sha256: String::new(),
            received_on: day("2015-01-10"),
            due_on: Some(day("2015-01-15")),
            verdict: Verdict::Accepted,
            rows: 3,
            findings: Vec::new(),
        };
        let said = |s: &Submission| ShownSubmission::of(s, None).timeliness();
        assert_eq!(said(&base), "on time");
        assert_eq!(said(&Submission { rows: 0, ..base.clone() }), "empty");
        assert_eq!(said(&Submission { received_on: day("2015-01-16"), ..base.clone() }), "late");
        let late = Submission { received_on: day("2015-01-16"), ..base.clone() };
        let of_first_load = ShownSubmission::of(&late, Some(day("2015-01-16"))).timeliness();
        assert_eq!(of_first_load, "first load", "when it truly came nobody knows");
        assert_eq!(said(&Submission { due_on: None, ..base.clone() }), "no deadline");
        let quarantined = Submission { verdict: Verdict::Quarantined, ..base };
        assert_eq!(said(&quarantined), "not taken");
        assert!(!ShownSubmission::of(&quarantined, None).file.contains("x.csv"), "a file's name can hold a child's");
    }
}
