//! Child deaths: a reviewed death with modifiable factors, once for each theme among its factors and its category's,
//! against what the other places' count would give for as many child-years.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};

use crate::model::row::Row;
use crate::model::{Grain, Stream};
use crate::triangulate::ground::Ground;
use crate::triangulate::streams::{GrainReading, Reading, Source, evidence_of, mean_age};
use crate::triangulate::tally::{
    Compared, OWN_PAST, Tallies, Tally, count_against_others, count_against_past, own_past,
};
use crate::triangulate::when::{Span, Spans, months_before};

/// The stream.
pub(super) const SOURCE: Source = Source { stream: Stream::ChildDeaths, read };

fn read(ground: &Ground<'_>) -> [GrainReading; 3] {
    let months = ground.months(ground.world.method.window_months.child_deaths);
    // The whole window against two thirds of it before: 36 months against 24.
    let spans = Spans::new(ground.world.as_of, months, months, (months * 2 / 3).max(1));
    let themes = Themes::of(ground);
    let people = Children::of(ground);
    Grain::ALL.map(|grain| match grain {
        Grain::Agency => GrainReading::silent(ground.slots(grain)),
        _ => read_grain(ground, grain, &spans, &themes, &people),
    })
}

/// The theme of each factor and category.
pub(in crate::triangulate) struct Themes<'a> {
    factors: HashMap<&'a str, usize>,
    categories: HashMap<&'a str, usize>,
}

impl<'a> Themes<'a> {
    /// As the reference lists say.
    pub fn of(ground: &Ground<'a>) -> Self {
        let reference = ground.world.reference;
        let map = |list: &'a [crate::spec::reference::Topic]| {
            list.iter().filter_map(|t| Some((t.id.as_str(), ground.theme(&t.theme)?))).collect()
        };
        Self { factors: map(&reference.death_factors), categories: map(&reference.death_categories) }
    }

    /// The themes of a death, each once.
    pub fn of_death(&self, row: &Row) -> BTreeSet<usize> {
        let factors = row.ids("factors").iter().filter_map(|f| self.factors.get(f.as_str()));
        factors.chain(self.categories.get(row.text("category"))).copied().collect()
    }

    fn all(&self) -> impl Iterator<Item = usize> + '_ {
        self.factors.values().chain(self.categories.values()).copied()
    }
}

/// Children aged 0 to 17 by place and mid-year.
struct Children<'a> {
    by_place: HashMap<&'a str, Vec<(i32, f64)>>,
}

impl<'a> Children<'a> {
    fn of(ground: &Ground<'a>) -> Self {
        let mut by_place: HashMap<&str, Vec<(i32, f64)>> = HashMap::new();
        for p in &ground.world.reference.populations {
            if (p.age_from, p.age_to) == (0, 17) && p.population > 0.0 && p.population.is_finite() {
                by_place.entry(p.locality.as_str()).or_default().push((p.year, p.population));
            }
        }
        Self { by_place }
    }

    /// Child-months of a place in a span: each month has the children of the latest 30 June not after its last day.
    fn months(&self, place: &str, span: &Span) -> f64 {
        let Some(years) = self.by_place.get(place) else { return 0.0 };
        let of_day = |day: NaiveDate| {
            let year = if (day.month(), day.day()) >= (6, 30) { day.year() } else { day.year() - 1 };
            years.iter().min_by_key(|(y, _)| ((y - year).abs(), *y)).map_or(0.0, |(_, people)| *people)
        };
        (0..span.months).map(|m| of_day(months_before(span.until, m))).sum()
    }

    /// The same at each place of a grain: of the board that of its leaves, else of the widest places.
    fn of_grain(&self, ground: &Ground<'_>, grain: Grain, span: &Span) -> Vec<f64> {
        let leaves = ground.places.leaves.iter().map(|id| self.months(id, span));
        if grain == Grain::Locality {
            return leaves.collect();
        }
        let of_leaves: f64 = leaves.sum();
        if of_leaves > 0.0 {
            return vec![of_leaves];
        }
        let widest = ground.world.reference.localities.iter().filter(|l| l.parent.is_empty());
        let ids: BTreeSet<&str> = widest.map(|l| l.locality.as_str()).collect();
        vec![ids.iter().map(|id| self.months(id, span)).sum()]
    }
}

fn read_grain(
    ground: &Ground<'_>,
    grain: Grain,
    spans: &Spans,
    themes: &Themes<'_>,
    people: &Children<'_>,
) -> GrainReading {
    let world = ground.world;
    let width = ground.width(grain);
    let mut reading = GrainReading::silent(ground.slots(grain));
    for theme in themes.all() {
        reading.expected[theme * width..(theme + 1) * width].fill(true);
    }
    let mut tallies = vec![Tallies::default(); reading.said.len()];
    let mut whatever = vec![Tallies::default(); width];
    let mut counted: Vec<(usize, NaiveDate, &Row)> = Vec::new();
    for row in world.child_deaths {
        let Some(place) = ground.place(grain, "", row.text("locality")) else { continue };
        let Some(day) = row.date("reviewed_on") else { continue };
        whatever[place].add(spans, world.as_of, day, 0.0, 1.0, 1.0);
        if row.text("modifiable") == "yes" {
            for theme in themes.of_death(row) {
                let slot = ground.slot(grain, theme, place);
                tallies[slot].add(spans, world.as_of, day, 1.0, 1.0, 1.0);
                reading.present[slot] |= spans.window.holds(day);
                counted.push((slot, day, row));
            }
        }
    }
    let exposure = [&spans.window, &spans.latest, &spans.earlier].map(|span| people.of_grain(ground, grain, span));
    for (slot, tally) in tallies.iter().enumerate() {
        let place = slot % width;
        let of_theme = &tallies[slot - place..slot - place + width];
        let least = world.method.thresholds.others;
        let Some(compared) = compare(grain, tally, of_theme, place, &exposure, least) else { continue };
        let of = if compared.against == OWN_PAST { &tally.latest } else { &tally.window };
        let age = mean_age(of.days, of.x)
            .or_else(|| mean_age(whatever[place].window.days, whatever[place].window.n))
            .unwrap_or(f64::from(spans.window.months) / 2.0);
        reading.said[slot] = Some(Reading::of(compared, age, world.method.reliability.child_deaths));
    }
    if ground.lists_evidence() {
        for (slot, day, row) in counted {
            let past = reading.said[slot].as_ref().is_some_and(
                |r| matches!(&r.facts, crate::model::cell::Facts::Counts { against, .. } if against == OWN_PAST),
            );
            if spans.window.holds(day) || past && spans.earlier.holds(day) {
                // Neither review nor category: a death must not be told from its line.
                let locality = row.text("locality");
                let evidence = evidence_of(row, "", "", locality, day.to_string(), [Some(1.0), None]);
                reading.evidence[slot].push(evidence);
            }
        }
    }
    reading
}

/// A place against what the others' deaths give for its child-years, or against its own past.
fn compare(
    grain: Grain,
    own: &Tallies,
    of_theme: &[Tallies],
    place: usize,
    exposure: &[Vec<f64>; 3],
    least: usize,
) -> Option<Compared> {
    let [window, latest, earlier] = exposure;
    let own_months = window[place];
    let speaking = window.iter().filter(|t| **t > 0.0).count() - usize::from(own_months > 0.0);
    if own_past(grain, speaking, least) {
        return count_against_past(own.latest.x, latest[place], own.earlier.x, earlier[place]);
    }
    // A place without known children has no rate, so its deaths are no part of the others' either.
    let others = of_theme.iter().zip(window).enumerate().filter(|(i, (_, t))| *i != place && **t > 0.0);
    let (sum, months) =
        others.fold((Tally::default(), 0.0), |(sum, t), (_, (o, months))| (sum.plus(&o.window), t + months));
    let count = if sum.x > 0.0 { sum.x } else { 0.5 };
    if own.window.x + sum.x <= 0.0 || months <= 0.0 {
        return None;
    }
    count_against_others(own.window.x, own_months * count / months)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Table;
    use crate::model::cell::Light;
    use crate::triangulate::fixture::{Setup, near, row};

    fn death(setup: &mut Setup, locality: &str, reviewed: &str, modifiable: &str, factors: &str) {
        let values = [
            ("review", "key"),
            ("notified_on", "2012-06-01"),
            ("locality", locality),
            ("category", "7"),
            ("modifiable", modifiable),
            ("factors", factors),
            ("reviewed_on", reviewed),
        ];
        let line = setup.child_deaths.len() as u32;
        setup.child_deaths.push(row(Table::ChildDeaths, line, &values));
    }

    /// 4 deaths where five places of as many children have one each: E is 1; z from scipy's poisson and norm, over the square
    /// root of the overdispersion of the twelve cells (numpy's quantile and clip; each death counts under its category too).
    #[test]
    fn against_the_other_places_by_child_years() {
        let mut setup = Setup::new();
        for place in ["a", "a", "a", "a", "b", "c", "d", "e", "f"] {
            death(&mut setup, place, "2014-01-31", "yes", "poor-parenting");
        }
        // Neither a death without modifiable factors nor one of another theme counts.
        death(&mut setup, "a", "2014-01-31", "no", "poor-parenting");
        death(&mut setup, "a", "2014-01-31", "insufficient", "poor-parenting");
        death(&mut setup, "a", "2014-01-31", "yes", "housing");
        let signal = setup.signal("locality/neglect/a", Stream::ChildDeaths);
        near(signal.z, 2.066_218_518_620_905);
        near(signal.n, 1.0);
        // 365 days of 30.4375 to the month.
        near(signal.age_months, 365.0 / 30.4375);
        assert_eq!(signal.evidence.len(), 4);
        assert!(signal.evidence.iter().all(|e| e.subject.is_empty()), "nothing that names a death");
    }

    /// The others' count of 0 is taken as 0.5 where the own is above 0; and none anywhere is silence.
    #[test]
    fn nothing_elsewhere_is_half_a_death() {
        let mut setup = Setup::new();
        // One theme alone, too few cells for overdispersion.
        setup.reference.death_categories.clear();
        death(&mut setup, "a", "2014-01-31", "yes", "poor-parenting");
        death(&mut setup, "a", "2014-01-31", "yes", "poor-parenting");
        near(setup.signal("locality/neglect/a", Stream::ChildDeaths).z, 2.817_926_106_037_304);
        setup.child_deaths.clear();
        assert_eq!(setup.signal("locality/neglect/a", Stream::ChildDeaths).light, Light::Silent);
    }

    /// A place without a death of the theme speaks too; it is as old as its other deaths, else half the window.
    #[test]
    fn no_death_is_a_reading_with_an_age() {
        let mut setup = Setup::new();
        for place in ["b", "c", "d", "e", "f"] {
            death(&mut setup, place, "2014-01-31", "yes", "poor-parenting");
        }
        let signal = setup.signal("locality/neglect/a", Stream::ChildDeaths);
        near(signal.z, -0.900_452_596_637_790_2);
        near(signal.age_months, 18.0);
        death(&mut setup, "a", "2014-01-31", "no", "");
        near(setup.signal("locality/neglect/a", Stream::ChildDeaths).age_months, 365.0 / 30.4375);
    }

    /// The board: 3 in 36 months against 1 in the 24 before, of as many children; z from scipy's binom. A death above the
    /// places counts on the board alone.
    #[test]
    fn the_board_against_its_own_past() {
        let mut setup = Setup::new();
        for (place, day) in [("county", "2014-06-30"), ("a", "2013-06-30"), ("b", "2012-02-01"), ("c", "2012-01-31")] {
            death(&mut setup, place, day, "yes", "poor-parenting");
        }
        near(setup.signal("board/neglect", Stream::ChildDeaths).z, 0.517_510_272_330_247_6);
        let theme_of_category = setup.signal("board/other", Stream::ChildDeaths);
        near(theme_of_category.z, 0.517_510_272_330_247_6);
    }
}
