//! How good the list is: the method against simulated boards of known truth, and against what boards do today with the
//! same evidence.
//!
//! The simulated board is described in `board` and `evidence`, today's habits in `habits`. A trial draws many boards: with
//! nothing planted, for false alarms; with five cells worse by d at each grain, for what is found; and at the d at which
//! rating each indicator's latest value red, amber or green has an area of 0.65, which is where that habit begins to be
//! worth something, with streams that go together more and less, and with streams taken away. The same seed gives the same
//! bytes. `judgements` is the second referee.
//!
//! # What was tried, and what it gave
//! Streams correlated by 0.2, d = 2; boards with a list though nothing is worse; share of false alarms on the list; and the
//! power where the threshold is set so that a tenth of the list is false (`lscb evaluate`, seed 1; 100 boards of each kind
//! for the first line, 200 for the others):
//!
//! | method | empty boards with a list: place, agency, board | false share: place, agency | power at a tenth: place, agency |
//! |---|---|---|---|
//! | weights by reliability and age alone, spread judged low | .39, .35, .13 | .157, .151 | .31, .24 |
//! | and few cases count for less, capped at two doublings; spread without bias | .065, .040, .105 | .025, .035 | .50, .52 |
//! | red, amber, green on the latest value | 1, 1, .86 | .85, .90 | 0, 0 |
//! | the latest of all streams rated | 1, 1, .92 | .81, .88 | 0, 0 |
//! | count of reds | 1, 1, 1 | .87, .92 | .01, .04 |
//! | mean of ranks | 1, 1, 1 | .61, .74 | .03, .00 |
//! | performance alone, read as here | .85, .97, .17 | .27, .41 | .48, .29 |
//!
//! The first line is `[thresholds] doubling = 0, doublings = 0, consistency = 1`. Against 118 inspections of 2018 to 2021
//! (area under the curve, standard error about .05): all themes as the lattice adds them .595, a count of reds .58, change
//! on the year before .50, process themes .59, workforce .63, outcomes .51, process and workforce .64, the kind of
//! inspection, which tells of the judgement before, .66, and both .68. Means of three years, statistical neighbours, shrunken
//! values, principal components, volatility, extremes both ways, missing figures and a penalised regression on all measures
//! gave no more than the measures by themselves; rates of demand foretold judgements in one half of the years and the
//! contrary in the other.
//!
//! Not taken over, after trials of 60 to 200 boards on the way (of an earlier state of the simulator, so that only the
//! direction counts): testing cells with more evidence at a milder level (weighted Benjamini-Hochberg: little more power, and
//! a rule that a board member cannot follow); scaling scores by the spread of all cells' scores (somewhat fewer false
//! alarms for somewhat less power, and two thirds of the power gone for the whole board); the median distance from the
//! median for the spread of z's (more found and more of it false than by winsorising without its bias); weights without any
//! reliability (the same area in agencies, less in places); a cap of 2.5 for every stream (most of the power gone, since
//! performance carries much of it).
//!
//! How much is there to be had? Classifiers that were shown the truth of 300 boards (seed 500), and then tried on 200 others
//! (seed 21) at the effects where red, amber and green have an area of 0.65, by power at a tenth of false alarms:
//!
//! | | places | agencies | whole board |
//! |---|---|---|---|
//! | this method | .459 | .248 | 1.00 |
//! | the best linear sum of z and weighted z, fitted to the truth | .47 | .32 | 1.00 |
//! | gradient-boosted trees on every z, weight, count and expectation | .66 | .33 | 1.00 |
//! | performance alone, read as here | .440 | .131 | .709 |
//! | the best habit on latest values, reds or ranks | .057 | .018 | .700 |
//!
//! So twice the power of performance alone, .88 in places, was not come near by either classifier, though both were shown
//! the truth, and for the whole board it would be more than everything. That is no proof that nothing finds it. Among
//! agencies the fitted sum shows room. Against the habits themselves it is eight and fourteen times. (scikit-learn 1.9.1,
//! HistGradientBoostingClassifier and LogisticRegression, on the cells that `trial` draws; their thresholds were set on a
//! grid of 400 quantiles, by which performance alone has .435, .120 and .712.)
//!
//! # What it does not show
//! That the list is right about children: the boards are made up, with the problems that their maker thought of. A list is
//! short by design: at the effects above it names a third of what is wrong, and a quiet cell is never a safe one. With
//! streams that go together by 0.4 more boards have a list without cause than a tenth; where there are under thirty cells,
//! as for a whole board, the correlation cannot be estimated and is taken as 0.3. The performance stream read by itself, as
//! the method reads it, finds nearly as much in places; what the other streams add there is the order of the first five and
//! the cells of which performance is silent.

pub mod board;
pub mod evidence;
pub mod habits;
pub mod judgements;
pub mod summary;
pub mod trial;

use std::path::Path;

use rayon::prelude::*;

use crate::evaluate::board::{Plan, Planting};
use crate::evaluate::trial::{BoardFared, Way};
use crate::model::trial::{Kind, Trial};
use crate::model::{Error, Grain, Stream};
use crate::spec::Pipeline;
use crate::spec::pipeline::Method;

/// The correlations of streams that are tried.
pub const CORRELATIONS: [f64; 3] = [0.0, 0.2, 0.4];
/// The correlation at which the effects are gone through.
const USUAL: usize = 1;
/// Effects that are gone through.
pub const EFFECTS: [f64; 6] = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0];
/// The area of red, amber and green at which the ways are compared.
pub const HABIT_AUC: f64 = 0.65;

/// What to try.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Boards of each kind.
    pub boards: usize,
    /// Seed of all that is drawn.
    pub seed: u64,
    /// Effects to go through, upwards.
    pub effects: Vec<f64>,
}

/// The weights, windows and thresholds of a pipeline file, or those of the program.
///
/// # Errors
/// The file does not read.
pub fn method(pipeline: Option<&Path>) -> Result<Method, Error> {
    pipeline.map_or_else(|| Ok(Method::default()), |file| Ok(Pipeline::read(file)?.method))
}

/// Runs a trial. `progress` is told what is being done.
pub fn simulate(settings: &Settings, method: &Method, progress: &(dyn Fn(&str) + Sync)) -> Trial {
    let maker = Maker { settings, method, progress };
    let mut null = Vec::new();
    for correlation in CORRELATIONS {
        for planting in [Planting::PlacesAndAgencies, Planting::Board] {
            null.extend(maker.kinds(0.0, correlation, planting, None).0);
        }
    }
    let mut by_effect = Vec::new();
    for effect in settings.effects.iter().copied() {
        for planting in [Planting::PlacesAndAgencies, Planting::Board] {
            by_effect.extend(maker.kinds(effect, CORRELATIONS[USUAL], planting, None).0);
        }
    }
    let (mut headline, mut without, mut extras) = (Vec::new(), Vec::new(), Vec::new());
    for grain in Grain::ALL {
        let planting = if grain == Grain::Board { Planting::Board } else { Planting::PlacesAndAgencies };
        let Some(effect) = where_the_habit_is(&by_effect, grain) else { continue };
        let own = |(kinds, fared): (Vec<Kind>, Vec<BoardFared>)| {
            (kinds.into_iter().filter(|k| k.grain == grain).collect::<Vec<_>>(), fared)
        };
        for correlation in CORRELATIONS {
            let (kinds, fared) = own(maker.kinds(effect, correlation, planting, None));
            headline.extend(kinds);
            if grain != Grain::Board && correlation == CORRELATIONS[USUAL] {
                extras.extend(fared);
            }
        }
        for stream in Stream::ALL {
            without.extend(own(maker.kinds(effect, CORRELATIONS[USUAL], planting, Some(stream))).0);
        }
    }
    Trial {
        boards: settings.boards,
        seed: settings.seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        method: serde_json::to_value(method).unwrap_or_default(),
        null,
        by_effect,
        headline,
        without,
        extras: (!extras.is_empty()).then(|| summary::extras(&extras)),
    }
}

/// The effect at which today's rating has an area of 0.65 at a grain, between the two effects tried that enclose it,
/// to a hundredth; none where it is below that at all of them.
fn where_the_habit_is(by_effect: &[Kind], grain: Grain) -> Option<f64> {
    let mut before = (0.0, 0.5);
    for kind in by_effect.iter().filter(|k| k.grain == grain) {
        let area = kind.lines.iter().find(|l| l.way == Way::Report.name())?.auc?;
        if area >= HABIT_AUC {
            let share = (HABIT_AUC - before.1) / (area - before.1);
            return Some(((before.0 + share * (kind.effect - before.0)) * 100.0).round() / 100.0);
        }
        before = (kind.effect, area);
    }
    None
}

struct Maker<'a> {
    settings: &'a Settings,
    method: &'a Method,
    progress: &'a (dyn Fn(&str) + Sync),
}

impl Maker<'_> {
    /// Boards of one kind, summed up at the grains that its planting has.
    fn kinds(
        &self,
        effect: f64,
        correlation: f64,
        planting: Planting,
        without: Option<Stream>,
    ) -> (Vec<Kind>, Vec<BoardFared>) {
        let what = match (planting, without) {
            (Planting::Board, _) => "the whole board",
            (_, None) => "places and agencies",
            (_, Some(stream)) => stream.name(),
        };
        (self.progress)(&format!("effect {effect}, correlation {correlation}: {what}"));
        let plan = |number| Plan { seed: self.settings.seed, number, effect, correlation, planting };
        let fared: Vec<BoardFared> = (0..self.settings.boards)
            .into_par_iter()
            .map(|number| trial::board(&plan(number), self.method, without.as_slice()))
            .collect();
        let grains = match planting {
            Planting::PlacesAndAgencies => &[Grain::Locality, Grain::Agency][..],
            Planting::Board => &[Grain::Board][..],
        };
        let kinds = grains.iter().map(|grain| {
            let (measured_correlation, silent, seen) = summary::conditions(&fared, *grain);
            Kind {
                effect,
                correlation,
                without: without.map(|stream| stream.as_str().to_owned()),
                grain: *grain,
                measured_correlation,
                silent,
                seen,
                lines: summary::lines(&fared, *grain),
            }
        });
        (kinds.collect(), fared)
    }
}
