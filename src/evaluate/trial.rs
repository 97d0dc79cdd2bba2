//! One simulated board through the method and the habits: how each of its cells fared.

use crate::evaluate::board::{AGENCIES, PLACES, Plan, THEMES, Truth, agency_id, cell, lists};
use crate::evaluate::evidence::{self, Evidence};
use crate::evaluate::habits;
use crate::model::{Board, Cell, Grain, Stream, Tier};
use crate::spec::pipeline::{Expected, Method};
use crate::stats::rho;
use crate::triangulate::{Depth, World, triangulate};

/// A way of making a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// The method of this crate.
    Triangulation,
    /// Red, amber or green on the latest value of each indicator, as performance reports do.
    Report,
    /// The same on the latest of every stream.
    Rating,
    /// How many are red.
    Reds,
    /// Performance alone, read as the method reads it.
    Performance,
    /// The mean of ranks.
    Ranks,
}

impl Way {
    /// All of them, the method first.
    pub const ALL: [Self; 6] =
        [Self::Triangulation, Self::Report, Self::Rating, Self::Reds, Self::Performance, Self::Ranks];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Triangulation => "triangulation",
            Self::Report => "red-amber-green",
            Self::Rating => "all streams rated",
            Self::Reds => "count of reds",
            Self::Performance => "performance alone",
            Self::Ranks => "mean of ranks",
        }
    }
}

/// The z of performance from which that stream alone would list a cell.
const LOUD: f64 = 1.96;

/// How a cell fared.
#[derive(Debug, Clone, PartialEq)]
pub struct Fared {
    /// Whether it is worse.
    pub planted: bool,
    /// What each way makes of it, in the order of `Way::ALL`; higher is worse, and a way without evidence puts it last.
    pub scores: [f64; 6],
    /// Whether each way lists it.
    pub listed: [bool; 6],
}

/// How one grain of a board fared.
#[derive(Debug, Clone, PartialEq)]
pub struct GrainFared {
    /// The grain.
    pub grain: Grain,
    /// Its cells.
    pub cells: Vec<Fared>,
    /// Mean rank correlation of the streams' z's over cells that are not planted; none where too few speak.
    pub correlation: Option<f64>,
    /// Share of the stream-cells that could speak and do not.
    pub silent: f64,
    /// The z's of each stream, after overdispersion, in the cells that are worse.
    pub seen: [Vec<f64>; 6],
}

/// What became of the other things that are planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extras {
    /// Single-source alarms.
    pub alarms: usize,
    /// Of these listed as hot spots.
    pub alarms_promoted: usize,
    /// Of these told as a single source, in first place or beside another reason.
    pub alarms_told: usize,
    /// Boards with an optimist.
    pub optimists: usize,
    /// Of these with the optimist named.
    pub optimists_named: usize,
    /// Agencies named for optimism, anyone's.
    pub named: usize,
    /// Cells of the optimist that have a self-assessment and another voice.
    pub optimist_cells: usize,
    /// Of these listed.
    pub optimist_listed: usize,
    /// Cells of the silent agency.
    pub silent_cells: usize,
    /// Of these blind spots.
    pub silent_blind: usize,
    /// Blind spots in which two streams or more speak.
    pub speaking_blind: usize,
    /// Places and agencies with the theme whose first indicator is recorded in a new way.
    pub broken_cells: usize,
    /// Of these listed as hot spots.
    pub broken_promoted: usize,
}

/// How a board fared.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardFared {
    /// Locality, agency and board.
    pub grains: Vec<GrainFared>,
    /// Alarms, optimists, silence, a break.
    pub extras: Extras,
}

/// Draws a board and puts it through the method and the habits, without the evidence of some streams.
pub fn board(plan: &Plan, method: &Method, without: &[Stream]) -> BoardFared {
    let truth = Truth::of(plan);
    let mut evidence = evidence::draw(plan, &truth);
    for stream in without {
        match stream {
            Stream::Performance => evidence.series.clear(),
            Stream::Section11 => evidence.section11.clear(),
            Stream::Audits => evidence.audits.clear(),
            Stream::ChildDeaths => evidence.child_deaths.clear(),
            Stream::CaseReviews => evidence.case_reviews.clear(),
            Stream::Intelligence => evidence.intelligence.clear(),
        }
    }
    let lattice = triangulate(&world(&evidence, method, &Expected::default()));
    let grains = Grain::ALL.map(|grain| fared(&truth, &evidence, &lattice, grain));
    BoardFared { grains: grains.into(), extras: extras(&truth, &lattice) }
}

/// A simulated board's world.
fn world<'a>(evidence: &'a Evidence, method: &'a Method, expected: &'a Expected) -> World<'a> {
    World {
        reference: lists(),
        method,
        expected,
        as_of: evidence::as_of(),
        series: &evidence.series,
        section11: &evidence.section11,
        audits: &evidence.audits,
        child_deaths: &evidence.child_deaths,
        case_reviews: &evidence.case_reviews,
        intelligence: &evidence.intelligence,
        depth: Depth::Scores,
    }
}

fn fared(truth: &Truth, evidence: &Evidence, lattice: &Board, grain: Grain) -> GrainFared {
    let habits = habits::of(evidence, grain);
    let width = match grain {
        Grain::Locality => PLACES,
        Grain::Agency => AGENCIES,
        Grain::Board => 1,
    };
    let of_grain: Vec<&Cell> = lattice.cells.iter().filter(|c| c.id.grain == grain).collect();
    let mut cells = Vec::with_capacity(habits.len());
    for (slot, habit) in habits.iter().enumerate() {
        let id = cell(grain, slot / width, slot % width);
        let found = of_grain.iter().find(|c| c.id == id);
        let score = found.and_then(|c| c.score).unwrap_or(f64::NEG_INFINITY);
        let performance = found.and_then(|c| c.signal(Stream::Performance).z).unwrap_or(f64::NEG_INFINITY);
        let hot = found.is_some_and(|c| c.tier == Tier::HotSpot);
        cells.push(Fared {
            planted: truth.is_planted(&id),
            scores: [score, habit.report.score, habit.rating.score, habit.reds.score, performance, habit.ranks.score],
            listed: [
                hot,
                habit.report.listed,
                habit.rating.listed,
                habit.reds.listed,
                performance >= LOUD,
                habit.ranks.listed,
            ],
        });
    }
    let silent = of_grain.iter().flat_map(|c| &c.signals).filter(|s| s.z.is_none()).count();
    let can = of_grain.len() * if grain == Grain::Board { 6 } else { 5 };
    let cannot = of_grain.len() * if grain == Grain::Board { 0 } else { 1 };
    GrainFared {
        grain,
        cells,
        correlation: correlation(&of_grain, truth),
        silent: silent.saturating_sub(cannot) as f64 / can.max(1) as f64,
        seen: Stream::ALL.map(|stream| {
            let planted = of_grain.iter().filter(|c| truth.is_planted(&c.id));
            planted.filter_map(|c| c.signal(stream).z).collect()
        }),
    }
}

/// The mean rank correlation of two streams over ordinary cells, of pairs with ten cells in common.
fn correlation(cells: &[&Cell], truth: &Truth) -> Option<f64> {
    let ordinary: Vec<&&Cell> = cells.iter().filter(|c| !truth.is_planted(&c.id)).collect();
    let mut found = Vec::new();
    for (i, a) in Stream::ALL.iter().enumerate() {
        for b in &Stream::ALL[i + 1..] {
            let (x, y): (Vec<f64>, Vec<f64>) =
                ordinary.iter().filter_map(|c| c.signal(*a).z.zip(c.signal(*b).z)).unzip();
            if x.len() >= 10 {
                found.extend(rho::pearson(&rho::average_ranks(&x), &rho::average_ranks(&y)));
            }
        }
    }
    found.retain(|r| r.is_finite());
    (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
}

fn extras(truth: &Truth, lattice: &Board) -> Extras {
    let mut extras = Extras::default();
    let find = |id| lattice.cells.iter().find(|c| c.id == id);
    for alarm in &truth.alarms {
        let found = find(cell(alarm.grain, alarm.theme, alarm.place));
        extras.alarms += 1;
        extras.alarms_promoted += usize::from(found.is_some_and(|c| c.tier == Tier::HotSpot));
        let told = |c: &Cell| c.tier == Tier::SingleSource || c.also.contains(&Tier::SingleSource);
        extras.alarms_told += usize::from(found.is_some_and(told));
    }
    if let Some(optimist) = truth.optimist {
        let listed = |c: &&Cell| c.optimism.is_some_and(|o| o.listed);
        let of = |agency: usize| {
            let id = agency_id(agency);
            lattice.cells.iter().filter(move |c| c.id.grain == Grain::Agency && c.id.place == id)
        };
        extras.optimists = 1;
        extras.named = (0..AGENCIES).filter(|a| of(*a).any(|c| listed(&c))).count();
        extras.optimists_named = usize::from(of(optimist).any(|c| listed(&c)));
        extras.optimist_cells = of(optimist).filter(|c| c.optimism.is_some()).count();
        extras.optimist_listed = of(optimist).filter(listed).count();
    }
    if let Some(silent) = truth.silent {
        for found in (0..THEMES).filter_map(|theme| find(cell(Grain::Agency, theme, silent))) {
            extras.silent_cells += 1;
            extras.silent_blind += usize::from(found.tier == Tier::BlindSpot);
        }
    }
    let blind = lattice.cells.iter().filter(|c| c.tier == Tier::BlindSpot);
    extras.speaking_blind = blind.filter(|c| c.streams_available() >= 2).count();
    if let Some(theme) = truth.broken {
        let places = (0..PLACES).map(|p| cell(Grain::Locality, theme, p));
        let ids = places.chain((0..AGENCIES).map(|a| cell(Grain::Agency, theme, a)));
        for found in ids.filter(|id| !truth.is_planted(id)).filter_map(find) {
            extras.broken_cells += 1;
            extras.broken_promoted += usize::from(found.tier == Tier::HotSpot);
        }
    }
    extras
}
