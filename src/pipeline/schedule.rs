//! When the night begins: `02:00 Europe/London`, or a cron text with or without a zone. On the night on which the clock goes
//! forward a time that does not happen is run at the next one that does; on the night on which it goes back a time that
//! happens twice is run once, at the first.

use chrono::{DateTime, NaiveTime, SecondsFormat, Timelike, Utc};
use chrono_tz::Tz;
use croner::Cron;

/// A schedule that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    text: String,
    cron: Cron,
    zone: Tz,
    at: Option<NaiveTime>,
}

impl Schedule {
    /// Reads a schedule: `HH:MM` for every day, or five fields of cron; then a zone, London's where none is given.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence, with an example of a right one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            format!(
                "`{text}` is no schedule: {what}. Write it as `02:00 Europe/London` or `0 2 * * MON-FRI Europe/London`."
            )
        };
        let mut words: Vec<&str> = text.split_whitespace().collect();
        let is_time = |w: &&str| w.contains(':');
        let wanted = if words.first().is_some_and(is_time) { 1 } else { 5 };
        let zone = match words.len() {
            n if n == wanted => chrono_tz::Europe::London,
            n if n == wanted + 1 => {
                let zone = words.pop().unwrap_or_default();
                zone.parse().map_err(|_| wrong(&format!("there is no zone `{zone}`")))?
            }
            _ => return Err(wrong("it has neither one time nor five fields")),
        };
        let at = match words.as_slice() {
            [time] => Some(NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| wrong("the time is none"))?),
            _ => None,
        };
        let fields = match at {
            Some(at) => format!("{} {} * * *", at.minute(), at.hour()),
            None => words.join(" "),
        };
        let cron: Cron = fields.parse().map_err(|e| wrong(&format!("{e}")))?;
        let schedule = Self { text: text.split_whitespace().collect::<Vec<_>>().join(" "), cron, zone, at };
        match schedule.next(Utc::now()) {
            Some(_) => Ok(schedule),
            None => Err(wrong("it never comes")),
        }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// In words: `every day at 02:00 (Europe/London)`.
    pub fn in_words(&self) -> String {
        match self.at {
            Some(at) => format!("every day at {} ({})", at.format("%H:%M"), self.zone.name()),
            None => {
                let words = self.cron.describe();
                let mut letters = words.chars();
                let first: String = letters.next().map(|c| c.to_lowercase().collect()).unwrap_or_default();
                format!("{first}{} ({})", letters.as_str().trim_end_matches('.'), self.zone.name())
            }
        }
    }

    /// The first time after a moment.
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Tz>> {
        self.cron.find_next_occurrence(&after.with_timezone(&self.zone), false).ok()
    }

    /// The next times after a moment.
    pub fn coming(&self, after: DateTime<Utc>, how_many: usize) -> Vec<DateTime<Tz>> {
        let mut times = Vec::new();
        let mut from = after;
        while times.len() < how_many {
            let Some(next) = self.next(from) else { break };
            from = next.to_utc();
            times.push(next);
        }
        times
    }

    /// The last time in `(since, now]`: what is due where nothing was run since. However many times were missed, it is one.
    pub fn due(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let last = self.cron.find_previous_occurrence(&now.with_timezone(&self.zone), true).ok()?.to_utc();
        // Looking back, the second of two equal times would be found; the first is the one that counts.
        let before = last - chrono::TimeDelta::hours(3);
        let forward = self.next(before.max(since)).map(|t| t.to_utc());
        let mut found = None;
        let mut next = forward;
        while let Some(time) = next.filter(|t| *t <= now) {
            found = Some(time);
            next = self.next(time).map(|t| t.to_utc());
        }
        found.filter(|t| *t > since)
    }
}

/// A moment as the ledger keeps it: RFC 3339, UTC, whole seconds.
pub fn stamp(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn a_schedule_is_a_time_or_a_cron_text() {
        for (text, words, first, why) in [
            ("02:00 Europe/London", "every day at 02:00 (Europe/London)", "2026-01-15T02:00:00Z", "winter is UTC"),
            ("02:00", "every day at 02:00 (Europe/London)", "2026-01-15T02:00:00Z", "London without a zone"),
            ("23:30 Europe/Berlin", "every day at 23:30 (Europe/Berlin)", "2026-01-14T22:30:00Z", "another zone"),
            ("0 3 * * MON", "", "2026-01-19T03:00:00Z", "the next Monday"),
            ("15 4 1 * * UTC", "", "2026-02-01T04:15:00Z", "the first of a month"),
        ] {
            let schedule = Schedule::parse(text).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(stamp(schedule.next(utc("2026-01-14T12:00:00Z")).unwrap().to_utc()), first, "{why}");
            if !words.is_empty() {
                assert_eq!(schedule.in_words(), words);
            }
        }
        for (text, says) in [
            ("25:00", "the time is none"),
            ("02:00 Europe/Londn", "no zone `Europe/Londn`"),
            ("2 o'clock", "neither one time nor five fields"),
            ("", "neither"),
            ("0 2 31 2 *", "never comes"),
            ("61 2 * * *", "is no schedule"),
        ] {
            let error = Schedule::parse(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    /// The clocks of 2026: forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC (Summer Time Order 2002).
    #[test]
    fn a_time_that_never_happens_runs_at_the_next_and_one_that_happens_twice_runs_once() {
        let night = Schedule::parse("01:30 Europe/London").unwrap();
        let runs = |from: &str, n| -> Vec<String> {
            night.coming(utc(from), n).into_iter().map(|t| stamp(t.to_utc())).collect()
        };
        let spring = runs("2026-03-28T00:00:00Z", 3);
        assert_eq!(spring[0], "2026-03-28T01:30:00Z");
        assert_eq!(spring[1], "2026-03-29T01:00:00Z", "01:30 does not happen; 02:00 summer time is the next that does");
        assert_eq!(spring[2], "2026-03-30T00:30:00Z", "summer time");
        let autumn = runs("2026-10-24T00:00:00Z", 3);
        assert_eq!(
            autumn,
            ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
            "once, at the first"
        );
    }

    #[test]
    fn what_was_missed_is_due_once() {
        let night = Schedule::parse("01:30 Europe/London").unwrap();
        for (since, now, due, why) in [
            ("2026-01-01T12:00:00Z", "2026-01-01T23:00:00Z", None, "nothing was promised in between"),
            ("2026-01-01T12:00:00Z", "2026-01-02T01:30:00Z", Some("2026-01-02T01:30:00Z"), "this very moment"),
            (
                "2026-01-01T12:00:00Z",
                "2026-01-09T08:00:00Z",
                Some("2026-01-09T01:30:00Z"),
                "a week off: the last alone",
            ),
            ("2026-01-09T01:30:00Z", "2026-01-09T08:00:00Z", None, "it had its run"),
            ("2026-10-24T12:00:00Z", "2026-10-25T02:00:00Z", Some("2026-10-25T00:30:00Z"), "the first of two"),
            ("2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z", None, "the second of two is none"),
            ("2026-03-28T12:00:00Z", "2026-03-29T06:00:00Z", Some("2026-03-29T01:00:00Z"), "the next that happens"),
            ("2026-03-29T01:00:00Z", "2026-03-29T06:00:00Z", None, "and once"),
        ] {
            assert_eq!(night.due(utc(since), utc(now)).map(stamp).as_deref(), due, "{why}");
        }
    }
}
