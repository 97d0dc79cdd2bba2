//! What a seed plants, and how much worse it makes things.

use chrono::NaiveDate;

use crate::model::{CellId, Grain, Period};
use crate::sample::calendar::Calendar;
use crate::sample::chance::Chance;
use crate::sample::level::Levels;
use crate::sample::partners::{AUDITED, OFFICES, SILENT_CANDIDATES};
use crate::sample::truth::{Alarm, Optimist, Planted, RecordingBreak, Truth};
use crate::spec::Reference;
use crate::spec::reference::{Indicator, Polarity};

/// Themes of which every stream of the locality grain can speak, and whose figures come from several agencies, so that
/// a place that is worse does not make one agency look worse.
const PLACE_THEMES: [&str; 9] = [
    "neglect",
    "cse",
    "domestic-abuse",
    "self-harm",
    "infant-injury",
    "sexual-abuse",
    "housing",
    "pre-birth",
    "mental-health",
];

/// Themes that audits, Section 11 and figures of each agency speak of.
const AUDITED_THEMES: [&str; 4] = ["information-sharing", "child-protection", "assessment", "supervision"];

/// Themes that Section 11 and figures of each agency speak of, and audits do not.
const MANAGED_THEMES: [&str; 3] = ["training", "safer-recruitment", "workforce"];

/// Neutral indicators that a change of recording would plausibly move.
const BREAKS: [&str; 3] = ["contacts", "children-in-need", "cse-screenings"];

/// What is planted in a county.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The truth as it is written down.
    pub truth: Truth,
    cells: Vec<CellId>,
}

impl Plan {
    /// The plan of a seed.
    pub fn new(reference: &Reference, calendar: &Calendar, seed: u64) -> Self {
        let mut chance = Chance::new(seed, "plan");
        let places = places(reference, calendar);
        let silent = (*chance.pick(&SILENT_CANDIDATES)).to_owned();
        let mut cells = Vec::new();

        let mut themes: Vec<&str> = PLACE_THEMES.into_iter().filter(|t| reference.theme(t).is_some()).collect();
        chance.shuffle(&mut themes);
        let mut order = places.clone();
        chance.shuffle(&mut order);
        for (theme, place) in themes.iter().zip(&order).take(5) {
            cells.push(cell(Grain::Locality, theme, place));
        }

        // The optimist has two of the five agency cells: that the others find it worse is what makes it an optimist.
        let mut audited: Vec<&str> =
            AUDITED.into_iter().filter(|a| *a != "childrens-services" && *a != silent).collect();
        chance.shuffle(&mut audited);
        let mut known = AUDITED_THEMES;
        chance.shuffle(&mut known[..3]);
        let optimist = audited[0];
        cells.push(cell(Grain::Agency, known[0], optimist));
        cells.push(cell(Grain::Agency, known[1], optimist));
        let third: &str = chance.pick::<&str>(&known[2..]);
        cells.push(cell(Grain::Agency, third, audited[1]));
        let mut managed = MANAGED_THEMES;
        chance.shuffle(&mut managed);
        let mut rest: Vec<&str> = offices().filter(|a| *a != silent && *a != optimist && *a != audited[1]).collect();
        chance.shuffle(&mut rest);
        for (theme, agency) in managed.iter().zip(&rest).take(2) {
            cells.push(cell(Grain::Agency, theme, agency));
        }

        let optimist =
            Optimist { agency: optimist.to_owned(), themes: known[..2].iter().map(|t| (*t).to_owned()).collect() };
        let mut consequences: Vec<String> = cells.iter().map(|c| format!("board/{}", c.theme)).collect();
        consequences.sort();
        consequences.dedup();
        let truth = Truth {
            note: "Synthetic: no figure, agency or case here is real.".to_owned(),
            seed,
            as_of: calendar.as_of,
            planted: cells.iter().map(described).collect(),
            consequences,
            single_source: alarms(reference, &mut chance, &themes, &places),
            optimist,
            silent_agency: silent,
            recording_break: RecordingBreak {
                indicator: (*chance.pick(&BREAKS)).to_owned(),
                from: calendar.months.get(calendar.months.len() * 2 / 3).map_or(calendar.as_of, |m| m.start()),
                factor: 1.0 + chance.between(35, 60) as f64 / 100.0,
            },
        };
        Self { truth, cells }
    }

    /// Whether a theme is worse at a place.
    pub fn worse_at(&self, theme: &str, place: &str) -> bool {
        self.has(Grain::Locality, theme, place)
    }

    /// Whether a theme is worse in an agency.
    pub fn worse_in(&self, theme: &str, agency: &str) -> bool {
        self.has(Grain::Agency, theme, agency)
    }

    /// Whether an agency says 3 or 4 of itself where others find it worse.
    pub fn optimistic(&self, theme: &str, agency: &str) -> bool {
        let optimist = &self.truth.optimist;
        optimist.agency == agency && optimist.themes.iter().any(|t| t == theme)
    }

    /// Whether a theme at a place has one loud indicator, while everything else there is calm.
    pub fn calm_at(&self, theme: &str, place: &str) -> bool {
        let id = cell(Grain::Locality, theme, place).to_string();
        self.truth.single_source.iter().any(|a| a.cell == id)
    }

    /// Whether an agency has a planted cell.
    pub fn agency_has_planted(&self, agency: &str) -> bool {
        self.cells.iter().any(|c| c.grain == Grain::Agency && c.place == agency)
    }

    /// Whether an agency sends nothing.
    pub fn silent(&self, agency: &str) -> bool {
        self.truth.silent_agency == agency
    }

    /// How much worse an indicator is for an agency at a place in a period, on the scale of log odds (proportions) or
    /// logarithms (counts and rates).
    pub fn worse_by(&self, indicator: &Indicator, agency: &str, place: &str, period: Period, late: bool) -> f64 {
        let rule = &self.truth.recording_break;
        if indicator.indicator == rule.indicator && period.end() >= rule.from {
            return rule.factor.ln();
        }
        if !late || indicator.polarity == Polarity::Neutral {
            return 0.0;
        }
        let alarm =
            self.truth.single_source.iter().any(|a| {
                a.indicator == indicator.indicator && CellId::parse(&a.cell).is_some_and(|c| c.place == place)
            });
        match () {
            () if alarm => 2.6,
            () if self.worse_at(&indicator.theme, place) => 0.7,
            () if self.worse_in(&indicator.theme, agency) => 1.1,
            () => 0.0,
        }
    }

    fn has(&self, grain: Grain, theme: &str, place: &str) -> bool {
        self.cells.iter().any(|c| c.grain == grain && c.theme == theme && c.place == place)
    }
}

/// Whether an agency existed all through a time.
pub fn existed(reference: &Reference, agency: &str, from: NaiveDate, to: NaiveDate) -> bool {
    reference.agencies.iter().any(|a| a.agency == agency && a.valid.holds(from) && a.valid.holds(to))
}

/// The county's leaf localities on the as-of day.
pub fn places(reference: &Reference, calendar: &Calendar) -> Vec<String> {
    reference.leaves_on(calendar.as_of).into_iter().map(|l| l.locality.clone()).collect()
}

fn offices() -> impl Iterator<Item = &'static str> {
    OFFICES.into_iter().filter(|o| o.section11).map(|o| o.agency)
}

fn cell(grain: Grain, theme: &str, place: &str) -> CellId {
    CellId { grain, theme: theme.to_owned(), place: place.to_owned() }
}

fn described(cell: &CellId) -> Planted {
    let effect = match cell.grain {
        Grain::Locality => {
            "figures of the last 12 months worse by 0.7 in log odds; audits, deaths, reviews and reports of the theme \
             about three times as often adverse as elsewhere"
        }
        _ => {
            "figures of the last 12 months worse by 1.1 in log odds; audits, Section 11, reviews and reports of the \
             theme about three times as often adverse as elsewhere"
        }
    };
    Planted { cell: cell.to_string(), effect: effect.to_owned() }
}

/// Two alarms, in themes where nothing else is planted.
fn alarms(reference: &Reference, chance: &mut Chance, themes: &[&str], places: &[String]) -> Vec<Alarm> {
    let levels = Levels::read();
    let mut alarms = Vec::new();
    for theme in themes.iter().skip(5).take(2) {
        let speaks = |i: &&Indicator| {
            i.theme == *theme
                && i.polarity == Polarity::HighIsGood
                && i.basis == crate::spec::reference::Basis::Flow
                && i.extra.get("place").is_some_and(|p| p == "districts")
                && !OFFICES.iter().any(|o| o.agency == i.agency && o.hospital)
        };
        let mut loud: Vec<&Indicator> = reference.indicators.iter().filter(speaks).collect();
        // A small indicator drowns among the others of its theme.
        loud.sort_by(|a, b| levels.of(b).yearly.total_cmp(&levels.of(a).yearly));
        loud.truncate(2);
        if loud.is_empty() || places.is_empty() {
            continue;
        }
        let indicator = chance.pick(&loud).indicator.clone();
        alarms.push(Alarm { cell: format!("locality/{theme}/{}", chance.pick(places)), indicator });
    }
    alarms
}
