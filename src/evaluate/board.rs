//! A simulated board: its lists, and where it is truly worse.
//!
//! Seven places of 15,000 to 50,000 children, twelve agencies, twelve themes. Five cells are worse by d in every stream
//! that can speak of them, and every cell has a chance effect beside that, which its streams share as they share cases.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::model::{CellId, Grain, Stream};
use crate::sample::chance::Chance;
use crate::spec::Reference;
use crate::spec::reference::{
    Agency, Basis, Disclosure, Extra, Frequency, Indicator, Locality, Polarity, Population, Theme, Topic, Unit,
    Validity,
};

/// Places of the board.
pub const PLACES: usize = 7;
/// Agencies of the board.
pub const AGENCIES: usize = 12;
/// Themes of the board.
pub const THEMES: usize = 12;
/// Indicators of a theme: three proportions, then two rates.
pub const INDICATORS: usize = 5;
/// Of these so many are proportions.
pub const PROPORTIONS: usize = 3;
/// Standards of Section 11 of a theme.
pub const STANDARDS: usize = 6;
/// Cells that are worse, at each grain that has any.
pub const PLANTED: usize = 5;
/// Single-source alarms, at each of the two grains that have any.
pub const ALARMS: usize = 5;
/// Share of stream-cells that are silent.
const SILENT: f64 = 0.3;

/// At which grains cells are worse. A theme that is worse on the whole board is worse at every place, so that the two
/// are never planted on one board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planting {
    /// Five of theme and place, in six of the themes; five of theme and agency, in the other six.
    PlacesAndAgencies,
    /// Five themes of the whole board.
    Board,
}

/// What a board is made from; the same plan gives the same board.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Seed of the whole trial.
    pub seed: u64,
    /// Number of the board within it.
    pub number: usize,
    /// How much worse the planted cells are: d of the streams' own scales. With 0 nothing is planted, and every cell on
    /// the list is a false alarm.
    pub effect: f64,
    /// The correlation of any two streams of a cell.
    pub correlation: f64,
    /// Which cells are worse.
    pub planting: Planting,
}

/// The streams that a single cell can be without. A place or an agency can be without the other two that people send;
/// deaths are of every place, and none is a finding.
#[derive(Debug, Clone, Default)]
pub struct Silence {
    /// Performance of theme and place, theme and agency, theme.
    pub performance: Mask,
    /// Section 11.
    pub section11: Mask,
    /// Audits.
    pub audits: Mask,
    /// Case reviews, by place or agency whatever the theme.
    pub case_reviews: Mask,
    /// Soft intelligence, likewise.
    pub intelligence: Mask,
}

/// Which cells of a stream are silent.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    cells: BTreeSet<(Grain, usize, usize)>,
}

impl Mask {
    /// Whether nothing may be said of a theme at a place in an agency.
    pub fn hides(&self, theme: usize, place: usize, agency: usize) -> bool {
        self.place(theme, place) || self.agency(theme, agency) || self.theme(theme)
    }

    /// Of a theme at a place.
    pub fn place(&self, theme: usize, place: usize) -> bool {
        self.cells.contains(&(Grain::Locality, theme, place))
    }

    /// Of a theme in an agency.
    pub fn agency(&self, theme: usize, agency: usize) -> bool {
        self.cells.contains(&(Grain::Agency, theme, agency))
    }

    /// Of a theme anywhere.
    pub fn theme(&self, theme: usize) -> bool {
        self.cells.contains(&(Grain::Board, theme, 0))
    }
}

/// How much worse each cell is.
#[derive(Debug, Clone)]
pub struct Effects {
    /// By theme and place.
    place: Vec<Vec<Effect>>,
    /// By theme and agency.
    agency: Vec<Vec<Effect>>,
    /// By theme.
    board: Vec<Effect>,
}

/// What is planted in a cell, and what its streams share by chance.
#[derive(Debug, Clone, Copy, Default)]
struct Effect {
    /// d, or 0.
    planted: f64,
    /// Standard deviations of each stream's z.
    shared: f64,
}

/// By how much a stream's z, after overdispersion, rises with its own scale: for each d, or, of deaths and reviews, for each
/// unit of the logarithm of their share. Of a place, an agency, the board. Of d it is rounded from trials without
/// correlation (`lscb evaluate` prints what each stream sees), nothing under 0.6, since a stream that hardly sees anything would
/// otherwise swing wildly; of deaths and reviews the square root of the information of their usual counts. It sets by how much a stream moves with what the streams share by chance, so that
/// any two of them have about the correlation that is asked for, whatever their precision: streams share cases, and what they
/// share is chance, in each on its own scale.
const SENSITIVITY: [[f64; 6]; 3] =
    [[2.1, 1.0, 1.0, 1.1, 0.84, 0.6], [2.1, 0.7, 1.8, 1.0, 1.0, 0.6], [2.2, 1.4, 1.5, 1.8, 0.74, 1.0]];

impl Effects {
    /// What is planted of a theme at places, in agencies and on the board, as d.
    pub fn planted(&self, theme: usize, places: &[usize], agencies: &[usize], board: bool) -> f64 {
        self.sum(theme, places, agencies, board, |effect, _| effect.planted)
    }

    /// What a stream shares with the others by chance, on its own scale.
    pub fn chance(&self, stream: Stream, theme: usize, places: &[usize], agencies: &[usize], board: bool) -> f64 {
        let scaled = |effect: &Effect, grain: Grain| effect.shared / SENSITIVITY[grain as usize][stream.index()];
        self.sum(theme, places, agencies, board, scaled)
    }

    fn sum(
        &self,
        theme: usize,
        places: &[usize],
        agencies: &[usize],
        board: bool,
        of: impl Fn(&Effect, Grain) -> f64,
    ) -> f64 {
        let at = places.iter().map(|p| of(&self.place[theme][*p], Grain::Locality)).sum::<f64>();
        let by = agencies.iter().map(|a| of(&self.agency[theme][*a], Grain::Agency)).sum::<f64>();
        at + by + if board { of(&self.board[theme], Grain::Board) } else { 0.0 }
    }
}

/// What is true of a board.
#[derive(Debug, Clone)]
pub struct Truth {
    /// The cells that are worse.
    pub planted: BTreeSet<CellId>,
    /// Cells of which one indicator alone stands out.
    pub alarms: Vec<Alarm>,
    /// The agency that rates itself better than others find it.
    pub optimist: Option<usize>,
    /// The agency that returns nothing.
    pub silent: Option<usize>,
    /// The theme whose first indicator is recorded in a new way from some month on.
    pub broken: Option<usize>,
    /// How much worse each cell is.
    pub effects: Effects,
    /// Who says nothing.
    pub silence: Silence,
}

/// One indicator of one cell, two standard deviations of a month's figure off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its grain: place or agency.
    pub grain: Grain,
    /// Theme.
    pub theme: usize,
    /// Place or agency.
    pub place: usize,
}

impl Truth {
    /// The truth of a plan.
    pub fn of(plan: &Plan) -> Self {
        let mut chance = Chance::new(plan.seed, &format!("board {} truth", plan.number));
        // z = sqrt(r/(1 - r)) u + e has, with another of its kind, the correlation r.
        let sd = (plan.correlation / (1.0 - plan.correlation)).sqrt();
        let mut shared = |n: usize| -> Vec<Vec<Effect>> {
            let mut one = || Effect { planted: 0.0, shared: chance.normal(sd) };
            (0..THEMES).map(|_| (0..n).map(|_| one()).collect()).collect()
        };
        let (place, agency) = (shared(PLACES), shared(AGENCIES));
        let board = match plan.planting {
            Planting::Board => shared(1).into_iter().flatten().collect(),
            Planting::PlacesAndAgencies => vec![Effect::default(); THEMES],
        };
        let mut truth = Self {
            planted: BTreeSet::new(),
            alarms: Vec::new(),
            optimist: None,
            silent: None,
            broken: None,
            effects: Effects { place, agency, board },
            silence: Silence::default(),
        };
        let mut themes: Vec<usize> = (0..THEMES).collect();
        chance.shuffle(&mut themes);
        let mut agencies: Vec<usize> = (0..AGENCIES).collect();
        chance.shuffle(&mut agencies);
        let (of_places, of_agencies) = themes.split_at(THEMES / 2);
        let mut cells = |themes: &[usize], places: &[usize]| -> Vec<(usize, usize)> {
            let mut all: Vec<(usize, usize)> =
                themes.iter().flat_map(|t| places.iter().map(move |p| (*t, *p))).collect();
            chance.shuffle(&mut all);
            all
        };
        if plan.effect == 0.0 {
            truth.silence = silence(plan, &truth);
            return truth;
        }
        truth.silent = Some(agencies[0]);
        truth.optimist = Some(agencies[1]);
        truth.broken = Some(themes[0]);
        let ordinary = &agencies[2..];
        match plan.planting {
            Planting::Board => {
                for theme in &themes[1..=PLANTED] {
                    truth.effects.board[*theme].planted = plan.effect;
                    truth.planted.insert(cell(Grain::Board, *theme, 0));
                }
            }
            Planting::PlacesAndAgencies => {
                let places: Vec<usize> = (0..PLACES).collect();
                let at_places = cells(of_places, &places);
                let in_agencies = cells(of_agencies, ordinary);
                for (theme, place) in &at_places[..PLANTED] {
                    truth.effects.place[*theme][*place].planted = plan.effect;
                    truth.planted.insert(cell(Grain::Locality, *theme, *place));
                }
                for (theme, agency) in &in_agencies[..PLANTED] {
                    truth.effects.agency[*theme][*agency].planted = plan.effect;
                    truth.planted.insert(cell(Grain::Agency, *theme, *agency));
                }
                // Alarms in the themes of the other grain, so that none touches a planted cell.
                let alarm = |grain| move |&(theme, place): &(usize, usize)| Alarm { grain, theme, place };
                let at_places = cells(of_agencies, &places);
                let in_agencies = cells(of_places, ordinary);
                truth.alarms.extend(at_places[..ALARMS].iter().map(alarm(Grain::Locality)));
                truth.alarms.extend(in_agencies[..ALARMS].iter().map(alarm(Grain::Agency)));
            }
        }
        truth.silence = silence(plan, &truth);
        truth
    }

    /// Whether a cell is worse.
    pub fn is_planted(&self, id: &CellId) -> bool {
        self.planted.contains(id)
    }
}

fn silence(plan: &Plan, truth: &Truth) -> Silence {
    let mut chance = Chance::new(plan.seed, &format!("board {} silence", plan.number));
    let alarm = |grain: Grain, theme: usize, place: usize| {
        truth.alarms.iter().any(|a| (a.grain, a.theme, a.place) == (grain, theme, place))
    };
    let grains = [(Grain::Locality, PLACES), (Grain::Agency, AGENCIES)];
    let mut by_cell = |keep: &dyn Fn(Grain, usize, usize) -> bool| {
        let mut cells = BTreeSet::new();
        for (grain, width) in grains {
            for (theme, place) in (0..THEMES).flat_map(|t| (0..width).map(move |p| (t, p))) {
                if chance.happens(SILENT) && !keep(grain, theme, place) {
                    cells.insert((grain, theme, place));
                }
            }
        }
        for theme in 0..THEMES {
            if chance.happens(SILENT) && plan.planting == Planting::Board {
                cells.insert((Grain::Board, theme, 0));
            }
        }
        Mask { cells }
    };
    // An alarm that nobody hears is none; an optimist that says nothing is none.
    let performance = by_cell(&alarm);
    let section11 = by_cell(&|grain, _, place| grain == Grain::Agency && truth.optimist == Some(place));
    let audits = by_cell(&|_, _, _| false);
    let mut by_place = || {
        let mut cells = BTreeSet::new();
        for (grain, width) in grains {
            for place in 0..width {
                if chance.happens(SILENT) {
                    cells.extend((0..THEMES).map(|theme| (grain, theme, place)));
                }
            }
        }
        Mask { cells }
    };
    Silence { performance, section11, audits, case_reviews: by_place(), intelligence: by_place() }
}

/// The id of a cell.
pub fn cell(grain: Grain, theme: usize, place: usize) -> CellId {
    let place = match grain {
        Grain::Locality => place_id(place),
        Grain::Agency => agency_id(place),
        Grain::Board => String::new(),
    };
    CellId { grain, theme: theme_id(theme), place }
}

/// The id of a theme.
pub fn theme_id(theme: usize) -> String {
    format!("theme-{:02}", theme + 1)
}

/// The id of a place.
pub fn place_id(place: usize) -> String {
    format!("place-{}", place + 1)
}

/// The id of an agency.
pub fn agency_id(agency: usize) -> String {
    format!("agency-{:02}", agency + 1)
}

/// The id of an indicator of a theme.
pub fn indicator_id(theme: usize, indicator: usize) -> String {
    format!("indicator-{:02}-{}", theme + 1, indicator + 1)
}

/// The id of a theme's standard.
pub fn standard_id(theme: usize, standard: usize) -> String {
    format!("standard-{:02}-{}", theme + 1, standard + 1)
}

/// The id of the factor of death that belongs to a theme.
pub fn factor_id(theme: usize) -> String {
    format!("factor-{:02}", theme + 1)
}

/// Children of a place: evenly from 15,000 to 50,000.
pub fn children(place: usize) -> f64 {
    15_000.0 + 35_000.0 * place as f64 / (PLACES - 1) as f64
}

/// Whether an indicator's numerator counts what is well, so that high is good. A rate counts what is not.
pub fn counts_the_good(indicator: usize) -> bool {
    indicator < PROPORTIONS && indicator.is_multiple_of(2)
}

/// The lists that all simulated boards share.
pub fn lists() -> &'static Reference {
    static LISTS: LazyLock<Reference> = LazyLock::new(reference);
    &LISTS
}

fn reference() -> Reference {
    let locality = |id: String, parent: &str| Locality {
        name: id.clone(),
        locality: id,
        gss_code: String::new(),
        parent: parent.to_owned(),
        valid: Validity::default(),
        extra: Extra::new(),
    };
    let topic =
        |id: String, theme: String| Topic { name: id.clone(), id, theme, parent: String::new(), extra: Extra::new() };
    let mut localities = vec![locality("county".to_owned(), "")];
    localities.extend((0..PLACES).map(|p| locality(place_id(p), "county")));
    let populations = (0..PLACES).flat_map(|place| {
        (2009..=2014).map(move |year| Population {
            locality: place_id(place),
            year,
            age_from: 0,
            age_to: 17,
            population: children(place),
            extra: Extra::new(),
        })
    });
    Reference {
        agencies: (0..AGENCIES).map(agency).collect(),
        localities,
        populations: populations.collect(),
        themes: (0..THEMES).map(theme).collect(),
        indicators: (0..THEMES).flat_map(|t| (0..INDICATORS).map(move |i| indicator(t, i))).collect(),
        standards: (0..THEMES)
            .flat_map(|t| (0..STANDARDS).map(move |s| (t, s)))
            .map(|(t, s)| topic(standard_id(t, s), theme_id(t)))
            .collect(),
        death_factors: (0..THEMES).map(|t| topic(factor_id(t), theme_id(t))).collect(),
        ..Reference::default()
    }
}

fn agency(number: usize) -> Agency {
    Agency {
        agency: agency_id(number),
        name: agency_id(number),
        kind: String::new(),
        valid: Validity::default(),
        extra: Extra::new(),
    }
}

fn theme(number: usize) -> Theme {
    Theme { theme: theme_id(number), name: theme_id(number), description: String::new(), extra: Extra::new() }
}

fn indicator(theme: usize, number: usize) -> Indicator {
    let proportion = number < PROPORTIONS;
    Indicator {
        indicator: indicator_id(theme, number),
        name: indicator_id(theme, number),
        theme: theme_id(theme),
        agency: String::new(),
        unit: if proportion { Unit::Proportion } else { Unit::Rate },
        numerator_label: String::new(),
        denominator_label: String::new(),
        multiplier: if proportion { 1.0 } else { 10_000.0 },
        frequency: Frequency::Monthly,
        polarity: if counts_the_good(number) { Polarity::HighIsGood } else { Polarity::LowIsGood },
        minimum: None,
        maximum: None,
        description: String::new(),
        basis: Basis::Flow,
        population_from: 0,
        population_to: 17,
        disclosure: Disclosure::Children,
        extra: Extra::new(),
    }
}
