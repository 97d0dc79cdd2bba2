//! The view model: what every format shows, built once, from what may be shown. A renderer chooses a shape, never a fact.

pub mod calendar;
pub mod card;
pub mod chart;
pub mod heat;
pub mod lists;
pub mod methods;
pub mod parts;
pub mod prompts;
pub mod referee;
pub mod returns;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::disclose::{Publishable, Rows, RunFacts, ShownCell};
use crate::model::{Grain, Movement, Tier, Trial};
use crate::report::names::Names;
use crate::report::words;
use crate::spec::pipeline::Method;
use crate::spec::{Pipeline, Reference};

pub use calendar::Calendar;
pub use card::Card;
pub use chart::ChartView;
pub use heat::HeatMap;
pub use lists::{Moved, MovedCell, Optimism, Review, Silence};
pub use methods::Methods;
pub use parts::Parts;
pub use prompts::Prompts;
pub use referee::Referee;
pub use returns::AgencyReturns;

/// How many places to look the first page names.
pub const FIRST_PAGE: usize = 10;

/// How many cards a folded list holds; what is beyond is named, and stands in the workbook.
const FOLDED_MAX: usize = 80;

/// A board report.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardView {
    /// The board's name.
    pub board: String,
    /// The day of the report.
    pub as_of: NaiveDate,
    /// The same in words.
    pub as_of_words: String,
    /// Whether the data are made up; every page says so.
    pub synthetic: bool,
    /// The run.
    pub run: RunFacts,
    /// Theme by locality and theme by agency.
    pub heat_maps: Vec<HeatMap>,
    /// How many cells have each tier, in order.
    pub tiers: Vec<TierCount>,
    /// The first places to look, at most ten.
    pub first: Vec<Card>,
    /// The rest of them.
    pub more: Vec<Card>,
    /// Titles of what is beyond the cards that one page can hold.
    pub more_names: Vec<String>,
    /// Two kinds of evidence agree, and chance could explain it.
    pub watch: Vec<Card>,
    /// Titles of what is beyond them.
    pub watch_names: Vec<String>,
    /// Reviews and deaths that are listed by rule, once each.
    pub reviews: Vec<Review>,
    /// Where fewer than two kinds of evidence speak.
    pub silences: Vec<Silence>,
    /// Agencies that rate themselves better than others find them.
    pub optimists: Vec<Optimism>,
    /// Figures to ask about.
    pub prompts: Prompts,
    /// What changed since the previous report; none for the first.
    pub moved: Option<Moved>,
    /// Charts behind the cards, each once.
    pub charts: Vec<ChartView>,
    /// Who returned and who did not.
    pub returns: Vec<AgencyReturns>,
    /// Whether any return came with the first load of the board.
    pub first_load: bool,
    /// What is owed, and what has come of it.
    pub calendar: Calendar,
    /// Settings of the method.
    pub methods: Methods,
    /// How good the list is, where the board keeps a trial of it.
    pub referee: Option<Referee>,
    /// Facts that somebody must still confirm.
    pub to_confirm: Vec<String>,
    /// `hotspots.csv`.
    pub hotspots: Rows,
    /// What `hotspots.json` says beside, by cell.
    pub beside: BTreeMap<String, Beside>,
    /// `series.csv`.
    pub series: Rows,
    /// `submissions.csv`.
    pub submissions: Rows,
}

/// What is told of a cell beside its row of `hotspots.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// What moved it since the previous report.
    pub moved: Vec<Movement>,
    /// What would change our mind.
    pub mind: Option<String>,
}

/// How many cells have a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierCount {
    /// The tier.
    pub tier: Tier,
    /// Its words.
    pub words: words::TierWords,
    /// How many.
    pub count: usize,
}

/// What the parts of a view are built from.
pub(crate) struct Source<'a> {
    pub names: Names<'a>,
    pub reference: &'a Reference,
    pub pipeline: &'a Pipeline,
    pub shown: &'a Publishable,
}

impl Source<'_> {
    /// How many cells a grain has.
    pub fn cells_of(&self, grain: Grain) -> usize {
        self.shown.cells().iter().filter(|c| c.id.grain == grain).count()
    }
}

impl BoardView {
    /// The report of what may be shown, with the names of a board's reference lists.
    pub fn new(shown: &Publishable, pipeline: &Pipeline, reference: &Reference) -> Self {
        let names = Names::new(reference, shown.as_of());
        let source = Source { names, reference, pipeline, shown };
        let mut charts = chart::Gallery::default();
        let of =
            |tiers: &[Tier]| -> Vec<&ShownCell> { shown.cells().iter().filter(|c| tiers.contains(&c.tier)).collect() };
        let listed = of(&[Tier::HotSpot, Tier::SingleSource, Tier::Conflicting]);
        let (first, rest) = listed.split_at(listed.len().min(FIRST_PAGE));
        let mut cards = |cells: &[&ShownCell]| -> Vec<Card> {
            cells.iter().map(|c| card::build(c, &source, &mut charts)).collect()
        };
        let watched = of(&[Tier::Watch]);
        let (rest, beyond) = rest.split_at(rest.len().min(FOLDED_MAX));
        let (watch, watch_beyond) = watched.split_at(watched.len().min(FOLDED_MAX));
        let (first, more, watch) = (cards(first), cards(rest), cards(watch));
        let titles = |cells: &[&ShownCell]| cells.iter().map(|c| c.title.clone()).collect();
        let prompts = prompts::build(&source, &mut charts);
        let charts = charts.into_charts();
        let mut anchors: BTreeMap<String, String> = BTreeMap::new();
        for card in first.iter().chain(&more).chain(&watch) {
            anchors.insert(card.cell.clone(), card.anchor.clone());
        }
        Self {
            board: pipeline.name.clone(),
            as_of: shown.as_of(),
            as_of_words: words::date(shown.as_of()),
            synthetic: pipeline.synthetic,
            run: shown.facts().clone(),
            heat_maps: heat::build(&source, &anchors),
            tiers: tiers(shown),
            first,
            more,
            more_names: titles(beyond),
            watch,
            watch_names: titles(watch_beyond),
            reviews: lists::reviews(&source),
            silences: lists::silences(&source),
            optimists: lists::optimists(&source),
            prompts,
            moved: lists::moved(&source),
            charts,
            returns: returns::build(&source),
            first_load: shown.submissions().iter().any(|s| s.timeliness() == "first load"),
            calendar: calendar::build(&source),
            methods: methods::build(&source),
            referee: None,
            to_confirm: methods::to_confirm(reference),
            hotspots: shown.hotspot_rows(),
            beside: shown
                .cells()
                .iter()
                .map(|c| (c.id.to_string(), Beside { moved: c.moved.clone(), mind: c.mind.clone() }))
                .collect(),
            series: shown.series_rows(),
            submissions: shown.submission_rows(),
        }
    }

    /// The same with what the referee found of the method, which stands with the methods.
    pub fn with_trial(mut self, trial: Option<&Trial>, method: &Method) -> Self {
        let settings = serde_json::to_value(method).unwrap_or_default();
        self.referee = trial.map(|trial| referee::build(trial, &settings));
        self
    }

    /// The chart of a slug.
    pub fn chart(&self, slug: &str) -> Option<&ChartView> {
        self.charts.iter().find(|c| c.slug == slug)
    }
}

fn tiers(shown: &Publishable) -> Vec<TierCount> {
    let count = |tier| shown.cells().iter().filter(|c| c.tier == tier).count();
    Tier::ALL.map(|tier| TierCount { tier, words: words::tier(tier), count: count(tier) }).to_vec()
}
