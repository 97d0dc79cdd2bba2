//! The settings of the method, as they were in this run, and the facts that somebody must still confirm.

use std::collections::BTreeMap;

use crate::model::{Grain, Stream};
use crate::report::view::Source;
use crate::report::words::{capital, decimal};
use crate::spec::reference::Reference;

/// Settings of the method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Methods {
    /// A row a stream: name, base weight, reliability, half-life, window, in the headings' order.
    pub streams: Vec<[String; 5]>,
    /// Setting and value.
    pub settings: Vec<(String, String)>,
    /// A row a grain: name, cells, tested, correlation of streams, correlation of indicators, overdispersion.
    pub grains: Vec<[String; 6]>,
}

/// Headings of [`Methods::streams`].
pub const STREAM_HEADINGS: [&str; 5] =
    ["Kind of evidence", "Base weight", "Reliability", "Half-life, months", "Looks back, months"];

/// Headings of [`Methods::grains`].
pub const GRAIN_HEADINGS: [&str; 6] = [
    "Compared",
    "Cells",
    "Tested",
    "Correlation of streams (rho)",
    "Correlation of a theme's indicators",
    "Overdispersion of streams (phi), where above 1",
];

/// The rules of the control charts, in words.
pub const CHART_RULES: [&str; 5] = [
    "The mean, and limits at 2.66 mean moving ranges from it (moving ranges beyond 3.267 times their mean are left out).",
    "A point beyond a limit.",
    "Seven points in a row on one side of the mean.",
    "Seven points in a row rising, or falling.",
    "Two of three points in a row in the outer third between mean and limit, on one side.",
];

pub(super) fn build(source: &Source<'_>) -> Methods {
    let method = &source.pipeline.method;
    let reliability = |stream: Stream| match stream {
        Stream::Performance => format!("{} x share received", method.reliability.performance),
        Stream::Section11 => format!(
            "{} self-assessed, {} moderated",
            method.reliability.section11_self, method.reliability.section11_moderated
        ),
        Stream::Audits => method.reliability.audits.to_string(),
        Stream::ChildDeaths => method.reliability.child_deaths.to_string(),
        Stream::CaseReviews => method.reliability.case_reviews.to_string(),
        Stream::Intelligence => method.reliability.intelligence.to_string(),
    };
    let streams = Stream::ALL.map(|s| {
        [
            s.name().to_owned(),
            method.weights.of(s).to_string(),
            reliability(s),
            method.half_life_months.of(s).to_string(),
            method.window_months.of(s).to_string(),
        ]
    });
    let t = &method.thresholds;
    let c = &method.correlation;
    let settings = [
        ("Look here: largest q", t.q_hot_spot.to_string()),
        ("One voice: largest q", t.q_single_source.to_string()),
        ("A light: smallest z either way", decimal(t.light, 4)),
        ("z is capped for combining at", t.cap.to_string()),
        ("A weight under this is silence", t.silent_below.to_string()),
        ("A stream counts for 0.71 of its weight where a doubling of the usual moves its z by", t.doubling.to_string()),
        ("A stream's z counts for no more than so many doublings would give", t.doublings.to_string()),
        ("Mean square of a normal's z's after winsorising", t.consistency.to_string()),
        ("Fewer other places than this are not compared with", t.others.to_string()),
        ("Correlation of streams: floor, floor from 100 cells, ceiling, default", {
            format!("{}, {}, {}, {}", c.floor, c.floor_many_cells, c.ceiling, c.default)
        }),
        (
            "Correlation of an indicator's level and change, at most and where pairs are few",
            decimal(c.level_and_change, 3),
        ),
        ("Counts withheld", format!("1 to {}", source.pipeline.disclosure.threshold)),
    ];
    Methods {
        streams: streams.to_vec(),
        settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        grains: source.shown.grains().iter().map(grain).collect(),
    }
}

fn grain(summary: &crate::model::cell::GrainSummary) -> [String; 6] {
    let phi: Vec<String> = Stream::ALL
        .iter()
        .zip(summary.phi)
        .filter(|(_, phi)| *phi > 1.0)
        .map(|(s, phi)| format!("{} {}", s.name(), decimal(phi, 2)))
        .collect();
    let name = match summary.grain {
        Grain::Locality => "Places",
        Grain::Agency => "Agencies",
        Grain::Board => "Whole board",
    };
    [
        name.to_owned(),
        summary.cells.to_string(),
        summary.tested.to_string(),
        format!("{} ({})", decimal(summary.rho, 2), summary.rho_source),
        format!("{}; level with change {}", decimal(summary.rho_indicators, 2), decimal(summary.level_and_change, 2)),
        if phi.is_empty() { String::from("none") } else { phi.join(", ") },
    ]
}

/// Every entry of a reference list that says of itself that its source is to be confirmed.
pub(super) fn to_confirm(reference: &Reference) -> Vec<String> {
    let mut found = Vec::new();
    let mut look = |kind: &str, name: &str, extra: &BTreeMap<String, String>| {
        if let Some(note) = extra.values().find(|v| v.to_lowercase().contains("to be confirmed")) {
            found.push(format!("{}: {name} ({note})", capital(kind)));
        }
    };
    reference.agencies.iter().for_each(|a| look("agency", &a.name, &a.extra));
    reference.localities.iter().for_each(|l| look("place", &l.name, &l.extra));
    reference.themes.iter().for_each(|t| look("theme", &t.name, &t.extra));
    reference.indicators.iter().for_each(|i| look("indicator", &i.name, &i.extra));
    let indicator = |id: &str| reference.indicator(id).map_or_else(|| id.to_owned(), |i| i.name.clone());
    reference.targets.iter().for_each(|t| look("target", &indicator(&t.indicator), &t.extra));
    for c in &reference.comparators {
        look("comparator", &format!("{}, {}, {}", indicator(&c.indicator), c.comparator, c.period), &c.extra);
    }
    // Years and ages of one place's estimate are one question.
    for p in &reference.populations {
        let place = reference.localities.iter().find(|l| l.locality == p.locality).map_or(&p.locality, |l| &l.name);
        look("population", place, &p.extra);
    }
    for (kind, list) in [
        ("standard", &reference.standards),
        ("audit question", &reference.audit_questions),
        ("category of death", &reference.death_categories),
        ("factor of death", &reference.death_factors),
    ] {
        list.iter().for_each(|t| look(kind, &t.name, &t.extra));
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|fact| seen.insert(fact.clone()));
    found
}
