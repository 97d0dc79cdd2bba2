//! Soft intelligence: reports of all kinds but plain feedback. What is expected of a place is its own number of reports
//! times the theme's share of the other places' reports, so that a place that reports much is not blamed for it.

use std::collections::BTreeSet;

use crate::model::row::Row;
use crate::model::{Grain, Period, Stream};
use crate::triangulate::ground::Ground;
use crate::triangulate::streams::{GrainReading, Reading, Source, evidence_of, mean_age};
use crate::triangulate::tally::{Compared, OWN_PAST, Tallies, count_against_others, count_against_past, own_past};
use crate::triangulate::when::{Spans, end_month};

/// The stream.
pub(super) const SOURCE: Source = Source { stream: Stream::Intelligence, read };

fn read(ground: &Ground<'_>) -> [GrainReading; 3] {
    let months = ground.months(ground.world.method.window_months.intelligence);
    // The window against twice as much before: 12 months against 24.
    let spans = Spans::new(ground.world.as_of, months, months, months * 2);
    Grain::ALL.map(|grain| read_grain(ground, grain, &spans))
}

/// What is known of a place whatever the theme.
#[derive(Default, Clone)]
struct Whatever {
    /// Its reports.
    reports: Tallies,
    /// Its rows, each once.
    rows: Tallies,
    /// Months for which anything was received, in the latest part and before.
    months: [BTreeSet<i32>; 2],
}

impl Whatever {
    fn received(&mut self, spans: &Spans, period: Period) {
        for (months, span) in self.months.iter_mut().zip([&spans.latest, &spans.earlier]) {
            if span.holds(period.end()) {
                let end = end_month(period);
                months.extend(end + 1 - period.months() as i32..=end);
            }
        }
    }
}

fn read_grain(ground: &Ground<'_>, grain: Grain, spans: &Spans) -> GrainReading {
    let world = ground.world;
    let width = ground.width(grain);
    let mut reading = GrainReading::silent(ground.slots(grain));
    reading.expected.fill(true);
    let mut tallies = vec![Tallies::default(); reading.said.len()];
    let mut whatever = vec![Whatever::default(); width];
    let mut counted: Vec<(usize, Period, f64, &Row)> = Vec::new();
    for row in world.intelligence {
        let Some(place) = ground.place(grain, row.text("agency"), row.text("locality")) else { continue };
        let Some(period) = row.period("period") else { continue };
        let about = &mut whatever[place];
        about.received(spans, period);
        let count = row.number("count").value.filter(|c| c.is_finite() && *c >= 0.0);
        let Some(count) = count.filter(|_| row.text("kind") != "feedback") else { continue };
        about.reports.add(spans, world.as_of, period.end(), count, count, count);
        about.rows.add(spans, world.as_of, period.end(), 0.0, 1.0, 1.0);
        if let Some(theme) = ground.theme(row.text("theme")) {
            let slot = ground.slot(grain, theme, place);
            tallies[slot].add(spans, world.as_of, period.end(), count, count, count);
            reading.present[slot] |= count > 0.0 && spans.window.holds(period.end());
            counted.push((slot, period, count, row));
        }
    }
    for (slot, tally) in tallies.iter().enumerate() {
        let place = slot % width;
        let of_theme = &tallies[slot - place..slot - place + width];
        let Some(compared) = compare(grain, tally, of_theme, place, &whatever, world.method.thresholds.others) else {
            continue;
        };
        let of = if compared.against == OWN_PAST { &tally.latest } else { &tally.window };
        let rows = &whatever[place].rows.window;
        let half = f64::from(spans.window.months) / 2.0;
        let age = mean_age(of.days, of.x).or_else(|| mean_age(rows.days, rows.n)).unwrap_or(half);
        reading.said[slot] = Some(Reading::of(compared, age, world.method.reliability.intelligence));
    }
    if ground.lists_evidence() {
        for (slot, period, count, row) in counted.into_iter().filter(|c| c.2 > 0.0) {
            let past = reading.said[slot].as_ref().is_some_and(
                |r| matches!(&r.facts, crate::model::cell::Facts::Counts { against, .. } if against == OWN_PAST),
            );
            if spans.window.holds(period.end()) || past && spans.earlier.holds(period.end()) {
                let (agency, kind, locality) = (row.text("agency"), row.text("kind"), row.text("locality"));
                let evidence = evidence_of(row, agency, kind, locality, period.to_string(), [Some(count), None]);
                reading.evidence[slot].push(evidence);
            }
        }
    }
    reading
}

/// E = R (C - x)/(G - R), or the own past by the months received.
fn compare(
    grain: Grain,
    own: &Tallies,
    of_theme: &[Tallies],
    place: usize,
    whatever: &[Whatever],
    least: usize,
) -> Option<Compared> {
    let reports = |w: &Whatever| w.reports.window.n;
    let own_reports = reports(&whatever[place]);
    let others = || (0..whatever.len()).filter(|i| *i != place);
    let speaking = others().filter(|i| reports(&whatever[*i]) > 0.0).count();
    if own_past(grain, speaking, least) {
        let [latest, earlier] = &whatever[place].months;
        return count_against_past(own.latest.x, latest.len() as f64, own.earlier.x, earlier.len() as f64);
    }
    let on_theme: f64 = others().map(|i| of_theme[i].window.x).sum();
    let all: f64 = others().map(|i| reports(&whatever[i])).sum();
    if own.window.x + on_theme <= 0.0 || all <= 0.0 {
        return None;
    }
    let share = if on_theme > 0.0 { on_theme } else { 0.5 } / all;
    count_against_others(own.window.x, own_reports * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Table;
    use crate::model::cell::Light;
    use crate::triangulate::fixture::{Setup, near, row};

    fn report(setup: &mut Setup, locality: &str, theme: &str, period: &str, kind: &str, count: &str) {
        let line = setup.intelligence.len() as u32;
        let values = [
            ("agency", "p"),
            ("locality", locality),
            ("theme", theme),
            ("period", period),
            ("kind", kind),
            ("count", count),
        ];
        setup.intelligence.push(row(Table::Intelligence, line, &values));
    }

    /// Place a: 12 of its 30 reports; the others 10 of 100, so that 3 are usual. Plain feedback is none. scipy's poisson.
    #[test]
    fn the_themes_share_of_the_others_reports() {
        let mut setup = Setup::new();
        report(&mut setup, "a", "neglect", "2014-Q4", "complaint", "12");
        report(&mut setup, "a", "other", "2014-Q4", "complaint", "18");
        report(&mut setup, "a", "neglect", "2014-Q4", "feedback", "50");
        report(&mut setup, "a", "neglect", "2013-Q4", "complaint", "99");
        for place in ["b", "c", "d", "e", "f"] {
            report(&mut setup, place, "neglect", "2014-Q4", "whistle-blowing", "2");
            report(&mut setup, place, "other", "2014-Q4", "complaint", "18");
        }
        let signal = setup.signal("locality/neglect/a", Stream::Intelligence);
        near(signal.z, 3.922_772_836_297_179_7);
        near(signal.n, 3.0);
        near(signal.age_months, 31.0 / 30.4375);
        assert_eq!(signal.evidence.len(), 1);
    }

    /// The board: 9 in the 12 months received against 6 in 15, not in the 24 of the calendar. scipy's binom.
    #[test]
    fn the_own_past_by_the_months_received() {
        let mut setup = Setup::new();
        for (period, count) in [("2014-Q1", "4"), ("2014-Q2", "5"), ("2014-Q3", "0"), ("2014-Q4", "0")] {
            report(&mut setup, "a", "neglect", period, "complaint", count);
        }
        for (period, count) in
            [("2013-Q4", "3"), ("2013-Q3", "0"), ("2013-Q2", "0"), ("2012-Q4", "0"), ("2012-Q2", "3")]
        {
            report(&mut setup, "", "neglect", period, "complaint", count);
        }
        near(setup.signal("board/neglect", Stream::Intelligence).z, 1.172_238_597_735_085_5);
        let signal = setup.signal("locality/neglect/a", Stream::Intelligence);
        assert_eq!(signal.light, Light::Silent, "its own earlier reports named no place");
    }
}
