//! What was planted, and whether a list of hot spots finds it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::{CellId, Grain, Tier};

/// A cell that is worse in every stream that can speak of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planted {
    /// `locality/neglect/corby`, `agency/training/police`.
    pub cell: String,
    /// What was done to it, in words.
    pub effect: String,
}

/// One loud indicator in a cell that is otherwise like the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// The cell.
    pub cell: String,
    /// The indicator.
    pub indicator: String,
}

/// An agency that rates itself better than others find it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Optimist {
    /// Agency id.
    pub agency: String,
    /// The themes where its self-assessment says 3 or 4 and everything else falls.
    pub themes: Vec<String>,
}

/// A series that counts something else from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordingBreak {
    /// Indicator id.
    pub indicator: String,
    /// The first day of the new way of counting.
    pub from: NaiveDate,
    /// Counts are multiplied by this from then on.
    pub factor: f64,
}

/// Everything that was planted in a county, kept beside its returns as `truth.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// Says that the county is made up.
    pub note: String,
    /// The seed that gave it.
    pub seed: u64,
    /// The day of the run that it is meant for.
    pub as_of: NaiveDate,
    /// The hot spots, locality grain first.
    pub planted: Vec<Planted>,
    /// Cells that rise because of planted ones: the theme on the whole board. Neither wanted nor false on the list.
    pub consequences: Vec<String>,
    /// Single-source alarms.
    pub single_source: Vec<Alarm>,
    /// The over-optimistic self-assessor.
    pub optimist: Optimist,
    /// The agency that sends nothing and of which nothing is said: all its cells must be blind spots.
    pub silent_agency: String,
    /// The indicator with a break.
    pub recording_break: RecordingBreak,
}

/// What the check needs of a row of `hotspots.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct HotspotLine {
    /// Column `cell`.
    pub cell: String,
    /// Column `tier`.
    pub tier: String,
    /// Column `also`.
    pub also: String,
}

/// How a list compares with the truth. Add the numbers of several boards up before taking shares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Hot spots planted.
    pub planted: usize,
    /// Of them listed in tier `hot_spot`.
    pub found: usize,
    /// All cells listed in tier `hot_spot`, consequences left out.
    pub listed: usize,
    /// Of them not planted.
    pub false_listed: usize,
    /// Planted, not listed.
    pub missed: Vec<String>,
    /// Listed, not planted.
    pub unplanted: Vec<String>,
    /// Whether the silent agency has cells and all of them are blind spots.
    pub silent_ok: bool,
    /// Whether the optimist is named in one of its themes.
    pub optimist_named: bool,
    /// How many agencies are named as optimists.
    pub optimists_listed: usize,
    /// Single-source alarms planted, and found as `single_source` in `tier` or `also`.
    pub alarms: (usize, usize),
}

impl Outcome {
    /// The figures of two boards together.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.planted += other.planted;
        self.found += other.found;
        self.listed += other.listed;
        self.false_listed += other.false_listed;
        self.missed.extend(other.missed);
        self.unplanted.extend(other.unplanted);
        self.silent_ok &= other.silent_ok;
        self.optimist_named &= other.optimist_named;
        self.optimists_listed = self.optimists_listed.max(other.optimists_listed);
        self.alarms = (self.alarms.0 + other.alarms.0, self.alarms.1 + other.alarms.1);
        self
    }

    /// Whether at least 80% of the planted are found, at most 10% of the listed are false, every silent agency is blind
    /// and every optimist is named with at most one other.
    pub fn passes(&self) -> bool {
        self.planted > 0
            && self.found * 10 >= self.planted * 8
            && self.false_listed * 10 <= self.listed
            && self.silent_ok
            && self.optimist_named
            && self.optimists_listed <= 2
    }
}

/// Compares a list with the truth.
pub fn check(truth: &Truth, hotspots: &[HotspotLine]) -> Outcome {
    let planted: BTreeSet<&str> = truth.planted.iter().map(|p| p.cell.as_str()).collect();
    let consequences: BTreeSet<&str> = truth.consequences.iter().map(String::as_str).collect();
    let tiers: BTreeMap<&str, &HotspotLine> = hotspots.iter().map(|h| (h.cell.as_str(), h)).collect();
    let hot = |h: &&HotspotLine| h.tier == Tier::HotSpot.as_str() && !consequences.contains(h.cell.as_str());
    let listed: Vec<&str> = hotspots.iter().filter(hot).map(|h| h.cell.as_str()).collect();
    let cells = |line: &HotspotLine| CellId::parse(&line.cell).filter(|c| c.grain == Grain::Agency);
    let silent: Vec<&HotspotLine> =
        hotspots.iter().filter(|h| cells(h).is_some_and(|c| c.place == truth.silent_agency)).collect();
    let optimists: Vec<CellId> =
        hotspots.iter().filter(|h| h.also.split(';').any(|w| w.trim() == "optimism")).filter_map(cells).collect();
    let loud = |alarm: &&Alarm| {
        tiers.get(alarm.cell.as_str()).is_some_and(|h| {
            h.tier == Tier::SingleSource.as_str() || h.also.split(';').any(|w| w == Tier::SingleSource.as_str())
        })
    };
    let found: BTreeSet<&str> = listed.iter().copied().filter(|c| planted.contains(c)).collect();
    let unplanted: Vec<String> = listed.iter().filter(|c| !planted.contains(*c)).map(|c| (*c).to_owned()).collect();
    Outcome {
        planted: planted.len(),
        found: found.len(),
        listed: listed.len(),
        false_listed: unplanted.len(),
        missed: planted.iter().filter(|c| !found.contains(*c)).map(|c| (*c).to_owned()).collect(),
        unplanted,
        silent_ok: !silent.is_empty() && silent.iter().all(|h| h.tier == Tier::BlindSpot.as_str()),
        optimist_named: optimists
            .iter()
            .any(|c| c.place == truth.optimist.agency && truth.optimist.themes.contains(&c.theme)),
        optimists_listed: optimists.iter().map(|c| c.place.as_str()).collect::<BTreeSet<_>>().len(),
        alarms: (truth.single_source.len(), truth.single_source.iter().filter(loud).count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth() -> Truth {
        let day = NaiveDate::from_ymd_opt(2014, 1, 1).unwrap();
        Truth {
            note: String::new(),
            seed: 1,
            as_of: day,
            planted: vec![
                Planted { cell: "locality/neglect/corby".into(), effect: String::new() },
                Planted { cell: "agency/training/police".into(), effect: String::new() },
            ],
            consequences: vec!["board/neglect".into()],
            single_source: vec![Alarm { cell: "locality/cse/kettering".into(), indicator: "x".into() }],
            optimist: Optimist { agency: "police".into(), themes: vec!["training".into()] },
            silent_agency: "colleges".into(),
            recording_break: RecordingBreak { indicator: "referrals".into(), from: day, factor: 1.5 },
        }
    }

    fn lines(rows: &[(&str, &str, &str)]) -> Vec<HotspotLine> {
        let line = |&(cell, tier, also): &(&str, &str, &str)| HotspotLine {
            cell: cell.into(),
            tier: tier.into(),
            also: also.into(),
        };
        rows.iter().map(line).collect()
    }

    const GOOD: [(&str, &str, &str); 5] = [
        ("locality/neglect/corby", "hot_spot", "single_source"),
        ("agency/training/police", "hot_spot", "optimism"),
        ("locality/cse/kettering", "single_source", ""),
        ("board/neglect", "hot_spot", ""),
        ("agency/training/colleges", "blind_spot", ""),
    ];

    #[test]
    fn a_list_that_finds_everything_passes() {
        let outcome = check(&truth(), &lines(&GOOD));
        assert!(outcome.passes(), "{outcome:?}");
        assert_eq!((outcome.found, outcome.listed, outcome.false_listed, outcome.alarms), (2, 2, 0, (1, 1)));
    }

    #[test]
    fn each_fault_fails() {
        let faults: [(&str, (usize, &str, &str)); 4] = [
            ("one of two missed", (0, "watch", "")),
            ("optimist not named", (1, "hot_spot", "")),
            ("a false one among three", (2, "hot_spot", "")),
            ("the silent agency is quiet", (4, "quiet", "")),
        ];
        for (why, (row, tier, also)) in faults {
            let mut rows = GOOD;
            rows[row] = (rows[row].0, tier, also);
            assert!(!check(&truth(), &lines(&rows)).passes(), "{why}");
        }
    }

    #[test]
    fn a_changed_truth_fails() {
        type Change = fn(&mut Truth);
        let changes: [(&str, Change); 3] = [
            ("another cell planted", |t| t.planted[0].cell = "locality/cse/daventry".into()),
            ("another silent agency", |t| t.silent_agency = "ambulance".into()),
            ("another optimist", |t| t.optimist.agency = "schools".into()),
        ];
        for (why, change) in changes {
            let mut truth = truth();
            change(&mut truth);
            assert!(!check(&truth, &lines(&GOOD)).passes(), "{why}");
        }
    }
}
