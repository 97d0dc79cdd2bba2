//! Cells of the lattice: which streams rest on a small count, and what is withheld with them.
//!
//! A withheld stream keeps its light; its z, its weight, its n and its sentence's numbers go. What combines several streams
//! stays, coarser: the score to 0.5, p and q as bounds, the expected rank to whole ranks, the optimism gap to 0.5, and the
//! order follows what is shown, so that a rank tells no more than the score beside it.

use std::collections::BTreeMap;

use crate::disclose::Results;
use crate::disclose::protection::Protection;
use crate::disclose::shown::{Shown, ShownCell, ShownIndicator, ShownSignal, ShownStandard, optimism_listed};
use crate::model::cell::{Facts, Light};
use crate::model::{Cell, Evidence, Grain, Point, Series, Signal, Stream, Tier};

/// The bounds that p and q of a coarse cell are given as.
const BOUNDS: [f64; 5] = [0.01, 0.05, 0.10, 0.20, 1.0];

/// Said where what would change our mind are small counts.
const MIND_UNTOLD: &str = "It would take counts so small that they are not told.";

/// Every cell as the board may see it, in the order of `hotspots.csv`.
pub(super) fn show(results: &Results<'_>) -> Vec<ShownCell> {
    let others = Others::of(&results.board.cells);
    let mut cells: Vec<ShownCell> = results
        .board
        .cells
        .iter()
        .enumerate()
        .map(|(i, cell)| shown(results, i, Stream::ALL.map(|s| is_withheld(results, &others, cell, s))))
        .collect();
    order(&mut cells);
    cells
}

/// Every cell with nothing withheld, for the run's private folder.
pub(super) fn show_exactly(results: &Results<'_>) -> Vec<ShownCell> {
    let mut cells: Vec<ShownCell> = (0..results.board.cells.len()).map(|i| shown(results, i, [false; 6])).collect();
    order(&mut cells);
    cells
}

/// By tier, then score downwards with the missing last, then id; ranks within the grain follow.
fn order(cells: &mut [ShownCell]) {
    let score = |c: &ShownCell| c.score.unwrap_or(f64::NEG_INFINITY);
    cells.sort_by_cached_key(|c| c.id.to_string());
    cells.sort_by(|a, b| a.tier.cmp(&b.tier).then(score(b).total_cmp(&score(a))));
    let mut next: BTreeMap<Grain, usize> = BTreeMap::new();
    for cell in cells {
        cell.rank = (cell.tier != Tier::BlindSpot).then(|| {
            let rank = next.entry(cell.id.grain).or_insert(0);
            *rank += 1;
            *rank
        });
    }
}

/// What the other cells of a theme add up to: an expected count is a multiple of it, and gives it away.
struct Others(BTreeMap<(Grain, String, Stream), f64>);

impl Others {
    fn of(cells: &[Cell]) -> Self {
        let mut totals = BTreeMap::new();
        for cell in cells {
            for signal in &cell.signals {
                if let Facts::Counts { adverse, .. } = signal.facts {
                    *totals.entry((cell.id.grain, cell.id.theme.clone(), signal.stream)).or_insert(0.0) += adverse;
                }
            }
        }
        Self(totals)
    }

    fn than(&self, cell: &Cell, stream: Stream, own: f64) -> f64 {
        let total = self.0.get(&(cell.id.grain, cell.id.theme.clone(), stream));
        total.map_or(0.0, |total| total - own)
    }
}

fn is_withheld(results: &Results<'_>, others: &Others, cell: &Cell, stream: Stream) -> bool {
    let protection = results.protection;
    let small = |count: f64| protection.is_small(count);
    let below_board = cell.id.grain != Grain::Board;
    match (stream, &cell.signal(stream).facts) {
        (_, Facts::None) => false,
        // Standards are an agency's own, and no child's.
        (Stream::Section11, _) => false,
        (_, Facts::Indicators(indicators)) => {
            // Those left out of the pool count too, since the sentence speaks of them.
            indicators.iter().any(|i| {
                let behind = results.series.iter().filter(|s| {
                    s.indicator == i.indicator
                        && match cell.id.grain {
                            Grain::Locality => s.locality == cell.id.place && s.agency == i.agency,
                            Grain::Agency => s.agency == cell.id.place,
                            // The board's own total: only a process can be too small here.
                            Grain::Board => {
                                protection.whole_board.as_deref() == Some(s.locality.as_str())
                                    && !protection.rule(&s.indicator).children
                            }
                        }
                });
                behind.into_iter().any(|s| rests_on_small_counts(protection, s, results.series))
            })
        }
        // A case audit measures practice: its number of files is protected, as the denominator of a process.
        (Stream::Audits, Facts::Counts { n, .. }) => small(*n),
        (Stream::ChildDeaths, Facts::Counts { adverse, .. }) => {
            small(*adverse) || below_board && small(others.than(cell, stream, *adverse))
        }
        (Stream::CaseReviews, Facts::Counts { adverse, n, .. }) => {
            small(*adverse)
                || small(*n)
                || small(n - adverse)
                || below_board && small(others.than(cell, stream, *adverse))
        }
        // A report is made by a person, about a person.
        (_, Facts::Counts { adverse, .. }) => below_board && small(*adverse),
    }
}

/// Whether a window that the signal compares adds up to a small count: the latest 12 months, or the 24 before. A stock never
/// adds up, so there each point of the latest 12 months counts by itself.
fn rests_on_small_counts(protection: &Protection, series: &Series, all: &[Series]) -> bool {
    let rule = protection.rule(&series.indicator);
    let board_level = protection.is_board_level(series, all);
    let Some(end) = series.latest().map(|p| p.period.end()) else { return false };
    let within = |point: &&Point, from: i32, to: i32| {
        let edge = |months: i32| crate::model::period::add_months(end, -months);
        point.period.end() > edge(to) && point.period.end() <= edge(from)
    };
    let latest: Vec<&Point> = series.points.iter().filter(|p| within(p, 0, 12)).collect();
    let before: Vec<&Point> = series.points.iter().filter(|p| within(p, 12, 36)).collect();
    if rule.stock {
        return latest.iter().any(|p| protection.withholds(&rule, board_level, p));
    }
    protection.withholds_total(&rule, board_level, &latest) || protection.withholds_total(&rule, board_level, &before)
}

fn shown(results: &Results<'_>, index: usize, withheld: [bool; 6]) -> ShownCell {
    let cell = &results.board.cells[index];
    let title = results.titles.get(index).cloned().unwrap_or_else(|| cell.id.to_string());
    let sentences = results.signal_sentences.get(index);
    let signals: Vec<ShownSignal> = cell
        .signals
        .iter()
        .zip(withheld)
        .map(|(signal, withheld)| {
            let sentence = sentences.map_or("", |s| s[signal.stream.index()].as_str());
            shown_signal(signal, withheld, sentence)
        })
        .collect();
    let coarse = withheld.contains(&true);
    // Where the withheld stream speaks alone, its z is the score: half a point of it would still give the count back.
    let alone = coarse && cell.streams_available() == 1;
    let half = |x: f64| if coarse { to_half(x) } else { x };
    let bound = |p: f64| if coarse { BOUNDS.into_iter().find(|b| p <= *b).unwrap_or(1.0) } else { p };
    let whole = |x: f64| if coarse { x.round() } else { x };
    let said = results.sentences.get(index);
    let explanation = said.map(|s| s.without(withheld)).unwrap_or_default();
    let lead = said.map(|s| s.lead(withheld)).unwrap_or_default();
    ShownCell {
        id: cell.id.clone(),
        title,
        rank: None,
        tier: cell.tier,
        also: cell.also.clone(),
        optimism_listed: optimism_listed(cell),
        score: if alone { None } else { cell.score.map(half) },
        p_value: cell.p_value.map(bound),
        q_value: cell.q_value.map(bound),
        expected_rank: cell.expected_rank.filter(|_| !alone).map(|(e, low, high)| (whole(e), whole(low), whole(high))),
        streams_available: cell.streams_available(),
        streams_concerned: cell.streams_concerned(),
        signals,
        pattern: cell.pattern.clone(),
        optimism_gap: cell.optimism.map(|o| half(o.gap)),
        fragile: cell.fragile,
        mandatory_because: cell.mandatory_because.clone(),
        previous_tier: cell.previous_tier,
        first_seen: cell.first_seen,
        moved: cell.moved.clone(),
        mind: mind(cell, withheld),
        explanation,
        lead,
    }
}

/// What would change our mind: of the loudest stream whose numbers may be told, since its sentence names some.
fn mind(cell: &Cell, withheld: [bool; 6]) -> Option<String> {
    let told = cell.mind.iter().find(|m| !withheld[m.stream.index()]).map(|m| m.sentence.clone());
    let untold = || (!cell.mind.is_empty()).then(|| MIND_UNTOLD.to_owned());
    told.or_else(untold)
}

/// To the nearest 0.5, without a negative zero.
fn to_half(x: f64) -> f64 {
    (x * 2.0).round() / 2.0 + 0.0
}

fn shown_signal(signal: &Signal, withheld: bool, sentence: &str) -> ShownSignal {
    let number = |n: Option<f64>| if withheld { Shown::Withheld } else { Shown::of(n) };
    let indicators = match &signal.facts {
        Facts::Indicators(indicators) => indicators
            .iter()
            .map(|i| ShownIndicator { indicator: i.indicator.clone(), agency: i.agency.clone() })
            .collect(),
        _ => Vec::new(),
    };
    ShownSignal {
        stream: signal.stream,
        light: signal.light,
        z: number(signal.z),
        weight: number(Some(signal.weight)),
        n: number(signal.n),
        age_months: signal.age_months.map(|age| if withheld { (age / 12.0).ceil() * 12.0 } else { age }),
        expected: signal.expected,
        withheld,
        sentence: if withheld { without_numbers(signal) } else { sentence.to_owned() },
        indicators,
        standards: standards(signal),
    }
}

/// What an agency says of itself, standard by standard. No child stands behind it, and the stream is never withheld.
fn standards(signal: &Signal) -> Vec<ShownStandard> {
    if signal.stream != Stream::Section11 {
        return Vec::new();
    }
    let of = |e: &Evidence| ShownStandard {
        agency: e.agency.clone(),
        standard: e.subject.clone(),
        period: e.when.clone(),
        short: e.adverse.is_some_and(|adverse| adverse > 0.0),
    };
    signal.evidence.iter().map(of).collect()
}

/// What a withheld stream says, from its light alone.
fn without_numbers(signal: &Signal) -> String {
    let says = match signal.light {
        Light::Concern => "points to a problem",
        Light::Reassurance => "points the other way",
        Light::Neutral => "says neither",
        Light::Silent => "is silent",
    };
    format!("{}: this evidence {says}; its counts are small and are not shown.", signal.stream.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclose::{Audience, RunFacts, disclose, private_rows};
    use crate::model::explanation::{Role, Sentence};
    use crate::model::{Board, CellId, Explanation};

    fn signal(stream: Stream, light: Light, z: f64, adverse: f64, n: f64) -> Signal {
        Signal {
            light,
            z: Some(z),
            weight: 0.731,
            cap: 3.0,
            n: Some(n),
            age_months: Some(7.3),
            reliability: 0.8,
            facts: Facts::Counts { adverse, n, usual: n / 4.0, against: String::from("others"), before: None },
            ..Signal::silent(stream, true)
        }
    }

    fn cell(id: &str, score: f64, signals: Vec<Signal>) -> Cell {
        let mut all = Stream::ALL.map(|s| Signal::silent(s, true)).to_vec();
        for signal in signals {
            let index = signal.stream.index();
            all[index] = signal;
        }
        Cell {
            id: CellId::parse(id).unwrap(),
            signals: all,
            score: Some(score),
            p_value: Some(0.033),
            q_value: Some(0.21),
            mean_z: None,
            pattern: String::from("convergence"),
            tier: Tier::HotSpot,
            also: Vec::new(),
            rank: Some(9),
            expected_rank: Some((3.4, 1.2, 7.9)),
            optimism: None,
            fragile: None,
            mandatory_because: Vec::new(),
            previous_tier: None,
            first_seen: None,
            moved: Vec::new(),
            mind: Vec::new(),
        }
    }

    /// Figures of deaths and of audits.
    fn said() -> Explanation {
        let figures = |text: &str, stream| Sentence::telling(Role::Figures(Light::Concern), text, &[stream], "");
        Explanation(vec![
            Sentence::plain(Role::Who, "Child deaths and audits point to a problem."),
            figures("Child deaths: 4 of 17.", Stream::ChildDeaths),
            figures("Audits: 4 of 17.", Stream::Audits),
        ])
    }

    fn published(cells: Vec<Cell>) -> Vec<ShownCell> {
        let n = cells.len();
        let board = Board {
            as_of: "2015-01-31".parse().unwrap(),
            cells,
            grains: Vec::new(),
            gone: Vec::new(),
            not_heard: Vec::new(),
        };
        let words = std::array::from_fn::<String, 6, _>(|i| format!("{}: 4 of 17.", Stream::ALL[i].name()));
        let results = Results {
            board: &board,
            series: &[],
            prompts: &[],
            submissions: &[],
            calendar: &[],
            titles: &vec![String::from("Neglect, Corby"); n],
            sentences: &vec![said(); n],
            signal_sentences: &vec![words; n],
            protection: &Protection { threshold: 5, ..Protection::default() },
            facts: &RunFacts::default(),
        };
        let (exact, _) = private_rows(&results);
        assert_eq!(exact.rows.len(), n, "the private table has every cell");
        disclose(&results, Audience::Board).cells().to_vec()
    }

    #[test]
    fn which_counts_of_which_stream_are_protected() {
        use Stream::{Audits, CaseReviews, ChildDeaths, Intelligence, Section11};
        for (id, stream, adverse, n, withheld, why) in [
            ("locality/neglect/corby", ChildDeaths, 3.0, 1.1, true, "a small number of deaths"),
            ("board/neglect", ChildDeaths, 3.0, 1.1, true, "deaths are protected on the board too"),
            ("locality/neglect/corby", ChildDeaths, 9.0, 3.2, false, "nine deaths, and no other place has any"),
            ("board/neglect", CaseReviews, 7.0, 9.0, true, "a small complement"),
            ("board/neglect", CaseReviews, 7.0, 20.0, false, "neither is small"),
            ("agency/neglect/police", Audits, 0.0, 4.0, true, "few files"),
            ("agency/neglect/police", Audits, 4.0, 20.0, false, "a process: the numerator is not protected"),
            ("locality/neglect/corby", Intelligence, 2.0, 1.0, true, "two reports"),
            ("board/neglect", Intelligence, 2.0, 1.0, false, "the board's own count of reports"),
            ("agency/neglect/police", Section11, 2.0, 3.0, false, "standards are no child's"),
        ] {
            let cells = published(vec![cell(id, 2.2, vec![signal(stream, Light::Concern, 2.3, adverse, n)])]);
            assert_eq!(cells[0].signal(stream).withheld, withheld, "{id} {stream:?}: {why}");
        }
    }

    #[test]
    fn an_expected_count_gives_away_a_small_count_of_the_others() {
        let here =
            cell("locality/neglect/corby", 1.0, vec![signal(Stream::ChildDeaths, Light::Neutral, 0.1, 0.0, 0.9)]);
        let there = cell(
            "locality/neglect/wellingborough",
            1.0,
            vec![signal(Stream::ChildDeaths, Light::Neutral, 0.1, 3.0, 0.9)],
        );
        let cells = published(vec![here, there]);
        assert!(cells.iter().all(|c| c.signal(Stream::ChildDeaths).withheld));
    }

    #[test]
    fn a_coarse_cell_shows_what_the_contract_allows() {
        let signals = vec![
            signal(Stream::ChildDeaths, Light::Concern, 2.345, 3.0, 1.1),
            signal(Stream::Audits, Light::Concern, 1.9, 4.0, 17.0),
        ];
        let cells = published(vec![cell("locality/neglect/corby", 2.345, signals)]);
        let shown = &cells[0];
        let deaths = shown.signal(Stream::ChildDeaths);
        assert_eq!((deaths.z, deaths.weight, deaths.n), (Shown::Withheld, Shown::Withheld, Shown::Withheld));
        assert_eq!(deaths.light, Light::Concern, "the light stays");
        assert_eq!(deaths.age_months, Some(12.0), "one death's age would be its date");
        assert_eq!(shown.score, Some(2.5));
        assert_eq!((shown.p_value, shown.q_value), (Some(0.05), Some(1.0)), "0.033 and 0.21, as bounds");
        assert_eq!(shown.expected_rank, Some((3.0, 1.0, 8.0)));
        assert!(shown.explanation.contains("Audits: 4 of 17."), "{}", shown.explanation);
        assert!(!shown.explanation.contains("Child deaths: 4"), "{}", shown.explanation);
        assert!(shown.explanation.starts_with("Child deaths and audits point to a problem."), "{}", shown.explanation);
    }

    #[test]
    fn the_order_and_the_rank_follow_what_is_shown() {
        let small = || vec![signal(Stream::ChildDeaths, Light::Concern, 2.0, 3.0, 1.1)];
        // 2.30 and 2.70 both show as 2.5, so the id decides, though the exact order is the other way.
        let cells = published(vec![
            cell("locality/neglect/wellingborough", 2.70, small()),
            cell("locality/neglect/corby", 2.30, small()),
            Cell { tier: Tier::BlindSpot, ..cell("locality/neglect/daventry", 0.0, Vec::new()) },
        ]);
        let order: Vec<(String, Option<usize>)> = cells.iter().map(|c| (c.id.to_string(), c.rank)).collect();
        assert_eq!(
            order,
            [
                (String::from("locality/neglect/corby"), Some(1)),
                (String::from("locality/neglect/wellingborough"), Some(2)),
                (String::from("locality/neglect/daventry"), None),
            ]
        );
    }
}
