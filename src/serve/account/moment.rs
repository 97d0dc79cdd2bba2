//! Times as people read them, in London.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;

/// A time for a page: for people, and for `<time datetime>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moment {
    /// `31 January 2015, 09:12`.
    pub words: String,
    /// RFC 3339; empty where there is none.
    pub exact: String,
}

/// A time in seconds since 1970.
pub fn moment(seconds: i64) -> Moment {
    DateTime::from_timestamp(seconds, 0).map_or_else(Moment::default, of)
}

/// A time as the ledger writes it; what is no time stays as it is.
pub fn moment_of(text: &str) -> Moment {
    match text.parse::<DateTime<Utc>>() {
        Ok(time) => of(time),
        Err(_) => Moment { words: text.to_owned(), exact: String::new() },
    }
}

fn of(time: DateTime<Utc>) -> Moment {
    let words = time.with_timezone(&London).format("%-d %B %Y, %H:%M").to_string();
    Moment { words, exact: time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true) }
}

/// A day.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_london_winter_and_summer() {
        assert_eq!(moment_of("2015-01-31T09:12:00Z").words, "31 January 2015, 09:12");
        assert_eq!(moment_of("2015-07-01T23:30:00.123Z").words, "2 July 2015, 00:30");
        assert_eq!(moment(0).exact, "1970-01-01T00:00:00Z");
        assert_eq!(moment_of("never").words, "never");
        assert_eq!(day("2015-03-02".parse().unwrap()), "2 March 2015");
    }
}
