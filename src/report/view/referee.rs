//! How good the list is: what simulated boards of known truth say of the method, beside what boards do today.

use crate::model::Grain;
use crate::model::trial::{ExtrasLine, Kind, Line, Trial};
use crate::report::words::decimal;

/// The correlation of streams at which ways are compared.
const USUAL: f64 = 0.2;

/// What the referee found.
#[derive(Debug, Clone, PartialEq)]
pub struct Referee {
    /// Boards of each kind.
    pub boards: usize,
    /// Seed of what was drawn.
    pub seed: u64,
    /// Version of the program that was tried.
    pub version: String,
    /// Whether the weights, windows and thresholds tried are those of this report.
    pub same_settings: bool,
    /// A row a grain and correlation: how often a board on which nothing is worse has a list all the same.
    pub empty: Vec<[String; 4]>,
    /// A row a grain and way.
    pub ways: Vec<[String; 7]>,
    /// What became of the other things that were planted.
    pub beside: Vec<(String, String)>,
    /// The picture.
    pub chart: RefereeChart,
}

/// Headings of [`Referee::empty`].
pub const EMPTY_HEADINGS: [&str; 4] =
    ["Compared", "Kinds of evidence go together by", "Boards with a list though nothing is worse", "95% limits"];

/// Headings of [`Referee::ways`].
pub const WAY_HEADINGS: [&str; 7] = [
    "Compared",
    "Way of making the list",
    "Chance that a worse cell stands higher",
    "Of the first five, worse",
    "Listed",
    "Of these, wrongly",
    "Of the worse, listed",
];

/// How many of the first five are worse, by how much worse they are.
#[derive(Debug, Clone, PartialEq)]
pub struct RefereeChart {
    /// Name of its files.
    pub slug: String,
    /// Title.
    pub title: String,
    /// The picture in a sentence.
    pub description: String,
    /// A panel a grain.
    pub panels: Vec<Panel>,
}

/// One grain.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What is compared.
    pub title: String,
    /// A line a way: its name, and effect with share.
    pub lines: Vec<(String, Vec<(f64, f64)>)>,
}

/// What a trial says, for a report whose method has these settings.
pub fn build(trial: &Trial, method: &serde_json::Value) -> Referee {
    let usual = |kind: &&Kind| kind.correlation == USUAL;
    Referee {
        boards: trial.boards,
        seed: trial.seed,
        version: trial.version.clone(),
        same_settings: trial.method == *method,
        empty: trial.null.iter().filter_map(empty).collect(),
        ways: trial.headline.iter().filter(usual).flat_map(|kind| kind.lines.iter().map(|l| way(kind, l))).collect(),
        beside: trial.extras.as_ref().map(beside).unwrap_or_default(),
        chart: chart(trial),
    }
}

fn empty(kind: &Kind) -> Option<[String; 4]> {
    let [share, low, high] = kind.lines.iter().find(|l| l.way == "triangulation")?.non_empty;
    Some([
        grain(kind.grain).to_owned(),
        decimal(kind.correlation, 1),
        percent(share),
        format!("{} to {}", percent(low), percent(high)),
    ])
}

fn way(kind: &Kind, line: &Line) -> [String; 7] {
    let share = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), percent);
    [
        grain(kind.grain).to_owned(),
        name(&line.way).to_owned(),
        share(line.auc),
        share(line.precision),
        decimal(line.listed, 1),
        percent(line.false_share),
        share(line.power),
    ]
}

fn beside(extras: &ExtrasLine) -> Vec<(String, String)> {
    [
        ("Alarms of one figure that were listed as a place to look", extras.alarms_promoted),
        ("Boards on which the agency that rates itself too well was named", extras.optimism_recall),
        ("Agencies so named that were another", extras.optimism_false),
        ("Cells of a silent agency that were shown as silence", extras.silent_blind),
        ("Cells with a new way of recording that were listed as a place to look", extras.break_promoted),
    ]
    .map(|(what, share)| (what.to_owned(), percent(share)))
    .to_vec()
}

fn chart(trial: &Trial) -> RefereeChart {
    let panels = Grain::ALL.map(|of| {
        let kinds: Vec<&Kind> = trial.by_effect.iter().filter(|k| k.grain == of).collect();
        let ways =
            kinds.first().map(|k| k.lines.iter().map(|l| l.way.as_str()).collect::<Vec<_>>()).unwrap_or_default();
        let points = |way: &str| {
            let at = |k: &&Kind| Some((k.effect, k.lines.iter().find(|l| l.way == way)?.precision?));
            kinds.iter().filter_map(at).collect::<Vec<_>>()
        };
        Panel {
            title: grain(of).to_owned(),
            lines: ways.into_iter().map(|way| (name(way).to_owned(), points(way))).collect(),
        }
    });
    let panels: Vec<Panel> = panels.into_iter().filter(|p| !p.lines.is_empty()).collect();
    RefereeChart {
        slug: "referee".to_owned(),
        title: "Of the first five named, how many are worse".to_owned(),
        description: describe(&panels),
        panels,
    }
}

/// The largest effect in words: what each way makes of it.
fn describe(panels: &[Panel]) -> String {
    let last = |points: &[(f64, f64)]| points.last().copied();
    let of = |panel: &Panel| {
        let said: Vec<String> = panel
            .lines
            .iter()
            .filter_map(|(name, points)| Some(format!("{} {}", name.to_lowercase(), percent(last(points)?.1))))
            .collect();
        let effect = panel.lines.iter().find_map(|(_, points)| Some(last(points)?.0)).unwrap_or_default();
        format!("{}, at the largest effect ({}): {}.", panel.title, decimal(effect, 1), said.join(", "))
    };
    panels.iter().map(of).collect::<Vec<_>>().join(" ")
}

fn grain(grain: Grain) -> &'static str {
    match grain {
        Grain::Locality => "Places",
        Grain::Agency => "Agencies",
        Grain::Board => "Whole board",
    }
}

/// The ways of `evaluate` in the words of a page; one that is not known here keeps its own.
fn name(way: &str) -> &str {
    match way {
        "triangulation" => "Triangulation, as here",
        "red-amber-green" => "Red, amber, green on the latest figures",
        "all streams rated" => "All kinds of evidence rated red, amber, green",
        "count of reds" => "Count of reds",
        "performance alone" => "Performance alone, tested as here",
        "mean of ranks" => "Mean of ranks",
        other => other,
    }
}

fn percent(share: f64) -> String {
    let decimals = if share > 0.0 && share < 0.1 { 1 } else { 0 };
    format!("{}%", decimal(share * 100.0, decimals))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small trial: two effects at two grains, two ways.
    pub fn trial() -> Trial {
        let line = |grain, way: &str, precision| Line {
            grain,
            way: way.to_owned(),
            boards: 200,
            auc: Some(0.957),
            precision,
            listed: 2.34,
            false_share: 0.036,
            power: Some(0.404),
            power_at_tenth: None,
            non_empty: [0.09, 0.058, 0.138],
        };
        let kind = |grain, effect, first: f64| Kind {
            effect,
            correlation: 0.2,
            without: None,
            grain,
            measured_correlation: None,
            silent: 0.3,
            seen: [None; 6],
            lines: vec![
                line(grain, "triangulation", Some(first)),
                line(grain, "red-amber-green", Some(first / 4.0)),
                line(grain, "mean of ranks", Some(first / 2.0)),
            ],
        };
        let grains = |effect, first| Grain::ALL.map(|g| kind(g, effect, first));
        Trial {
            boards: 200,
            seed: 21,
            version: "0.1.0".to_owned(),
            method: serde_json::json!({"a": 1}),
            null: grains(0.0, 0.0).to_vec(),
            by_effect: [grains(0.5, 0.2), grains(1.5, 0.5), grains(3.0, 0.8)].concat(),
            headline: grains(2.16, 0.6).to_vec(),
            without: Vec::new(),
            extras: Some(ExtrasLine {
                alarms_promoted: 0.01,
                alarms_told: 0.014,
                alarms: 4000,
                optimism_recall: 1.0,
                optimism_false: 0.043,
                optimist_cells: 0.4,
                silent_blind: 1.0,
                speaking_blind: 0,
                break_promoted: 0.02,
            }),
        }
    }

    #[test]
    fn a_trial_in_the_words_of_a_page() {
        let referee = build(&trial(), &serde_json::json!({"a": 1}));
        assert!(referee.same_settings && !build(&trial(), &serde_json::json!({"a": 2})).same_settings);
        assert_eq!(referee.empty[0], ["Places", "0.2", "9.0%", "5.8% to 14%"]);
        assert_eq!(referee.ways.len(), 9, "three ways at three grains");
        assert_eq!(referee.ways[0][1..], ["Triangulation, as here", "96%", "60%", "2.3", "3.6%", "40%"]);
        assert_eq!(referee.beside[0].1, "1.0%");
        assert!(referee.chart.description.starts_with(
            "Places, at the largest effect (3.0): triangulation, as here 80%, red, amber, green on the latest figures 20%"
        ));
    }
}
