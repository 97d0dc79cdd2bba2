//! Case reviews: of the reviews that name a place or an agency, how many name the theme. A review that names three places
//! counts for each; one that names four themes is adverse in each and one of the trials once.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::model::row::Row;
use crate::model::{Grain, Stream};
use crate::triangulate::ground::Ground;
use crate::triangulate::streams::{GrainReading, Reading, Source, evidence_of, mean_age};
use crate::triangulate::tally::{OWN_PAST, Tallies, by_trials};
use crate::triangulate::when::Spans;

/// The stream.
pub(super) const SOURCE: Source = Source { stream: Stream::CaseReviews, read };

/// A review: when it counts, and what it names.
struct Review<'a> {
    row: &'a Row,
    day: NaiveDate,
    themes: BTreeSet<usize>,
}

fn read(ground: &Ground<'_>) -> [GrainReading; 3] {
    let months = ground.months(ground.world.method.window_months.case_reviews);
    // Two fifths of the window against the three before: 24 months against 36.
    let latest = (months * 2 / 5).max(1);
    let spans = Spans::new(ground.world.as_of, months, latest, months.saturating_sub(latest).max(1));
    let review = |row| {
        Some(Review {
            row,
            day: day_of(row)?,
            themes: row.ids("themes").iter().filter_map(|t| ground.theme(t)).collect(),
        })
    };
    let reviews: Vec<Review<'_>> = ground.world.case_reviews.iter().filter_map(review).collect();
    Grain::ALL.map(|grain| read_grain(ground, grain, &reviews, &spans))
}

/// When a review counts: decided, else considered.
fn day_of(row: &Row) -> Option<NaiveDate> {
    row.date("decided_on").or_else(|| row.date("considered_on"))
}

/// The places at a grain that a review names, each once.
pub(in crate::triangulate) fn named(ground: &Ground<'_>, grain: Grain, row: &Row) -> BTreeSet<usize> {
    match grain {
        Grain::Locality => row.ids("localities").iter().filter_map(|id| ground.places.leaf(id)).collect(),
        Grain::Agency => row.ids("agencies").iter().filter_map(|id| ground.places.agency(id)).collect(),
        Grain::Board => BTreeSet::from([0]),
    }
}

fn read_grain(ground: &Ground<'_>, grain: Grain, reviews: &[Review<'_>], spans: &Spans) -> GrainReading {
    let world = ground.world;
    let mut reading = GrainReading::silent(ground.slots(grain));
    reading.expected.fill(true);
    let mut tallies = vec![Tallies::default(); reading.said.len()];
    for review in reviews {
        for place in named(ground, grain, review.row) {
            for theme in 0..ground.themes.len() {
                let slot = ground.slot(grain, theme, place);
                let adverse = review.themes.contains(&theme);
                tallies[slot].add(spans, world.as_of, review.day, f64::from(adverse), 1.0, 1.0);
                reading.present[slot] |= adverse && spans.window.holds(review.day);
            }
        }
    }
    let width = ground.width(grain).max(1);
    let least = world.method.thresholds.others;
    let counted: Vec<_> = tallies.chunks(width).flat_map(|cells| by_trials(grain, cells, least)).collect();
    for (slot, compared) in counted.iter().enumerate() {
        let Some(compared) = compared else { continue };
        let of = if compared.against == OWN_PAST { &tallies[slot].latest } else { &tallies[slot].window };
        let age = mean_age(of.days, of.n);
        reading.said[slot] = age.map(|age| Reading::of(*compared, age, world.method.reliability.case_reviews));
    }
    if ground.lists_evidence() {
        list(ground, grain, reviews, spans, &counted, &mut reading);
    }
    reading
}

/// The reviews behind each cell that speaks, by their kind and day and never by their key.
fn list(
    ground: &Ground<'_>,
    grain: Grain,
    reviews: &[Review<'_>],
    spans: &Spans,
    counted: &[Option<crate::triangulate::tally::Compared>],
    reading: &mut GrainReading,
) {
    for review in reviews {
        for place in named(ground, grain, review.row) {
            let id = ground.place_id(grain, place);
            let (agency, locality) = if grain == Grain::Agency { (id, "") } else { ("", id) };
            for theme in 0..ground.themes.len() {
                let slot = ground.slot(grain, theme, place);
                let past = counted[slot].is_some_and(|c| c.against == OWN_PAST);
                if spans.window.holds(review.day) || past && spans.earlier.holds(review.day) {
                    let figures = [Some(f64::from(review.themes.contains(&theme))), Some(1.0)];
                    let (kind, when) = (review.row.text("kind"), review.day.to_string());
                    reading.evidence[slot].push(evidence_of(review.row, agency, kind, locality, when, figures));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Table;
    use crate::triangulate::fixture::{Setup, near, row};

    fn review(setup: &mut Setup, day: &str, themes: &str, localities: &str) {
        let line = setup.case_reviews.len() as u32;
        let values = [
            ("review", "secret"),
            ("kind", "learning"),
            ("decision", "not-met"),
            ("considered_on", day),
            ("themes", themes),
            ("localities", localities),
            ("agencies", "p"),
        ];
        setup.case_reviews.push(row(Table::CaseReviews, line, &values));
    }

    /// Place a: 2 of 3 reviews name the theme; the others 3 of 10, a review of two places counting for each. scipy's binom.
    #[test]
    fn a_review_counts_for_each_place_that_it_names() {
        let mut setup = Setup::new();
        for (themes, places) in [
            ("neglect;other", "a"),
            ("neglect", "a"),
            ("other", "a"),
            ("neglect", "b;c"),
            ("neglect", "d"),
            ("other", "b;c"),
            ("other", "d;e"),
            ("", "e;f"),
            ("", "f"),
        ] {
            review(&mut setup, "2013-01-31", themes, places);
        }
        let signal = setup.signal("locality/neglect/a", Stream::CaseReviews);
        near(signal.z, 1.167_521_081_074_936_8);
        assert_eq!((signal.n, signal.evidence.len()), (Some(3.0), 3));
        assert!(signal.evidence.iter().all(|e| e.subject == "learning"));
    }

    /// On the board, and for the one agency that is named: 3 of 4 in 24 months against 1 of 6 in the 36 before. scipy.
    #[test]
    fn the_own_past_is_24_months_against_36() {
        let mut setup = Setup::new();
        for (n, day) in [(4, "2013-02-01"), (6, "2013-01-31")] {
            for i in 0..n {
                let theme = if (n == 4 && i < 3) || i < 1 { "neglect" } else { "other" };
                review(&mut setup, day, theme, "");
            }
        }
        review(&mut setup, "2010-01-31", "neglect", "");
        for id in ["board/neglect", "agency/neglect/p"] {
            near(setup.signal(id, Stream::CaseReviews).z, 1.538_978_587_370_580_8);
        }
    }
}
