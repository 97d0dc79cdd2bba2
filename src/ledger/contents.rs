//! What each accepted submission holds: by agency, subject, period and place, as the calendar of returns asks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::Ledger;
use crate::model::text::{TextHash, TextMap};
use crate::model::{Error, Held, Period, Table, Text};

/// The table, and a fresh judgement of every submission that was taken before it was kept.
pub(super) const MIGRATION: &str = "CREATE TABLE contents (
        sha256 TEXT PRIMARY KEY,
        held TEXT NOT NULL
    ) STRICT;
    UPDATE submissions SET configuration = '';";

impl Ledger {
    /// Writes down what submissions hold, by SHA-256, all or none.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn record_contents(&self, contents: &[(String, Vec<Held>)]) -> Result<(), Error> {
        let texts: Vec<(&String, String)> = contents.par_iter().map(|(sha256, held)| (sha256, written(held))).collect();
        let transaction = self.connection.unchecked_transaction().map_err(|e| self.failed(&e))?;
        for (sha256, held) in texts {
            let statement = "INSERT OR REPLACE INTO contents (sha256, held) VALUES (?1, ?2)";
            self.connection.execute(statement, params![sha256, held]).map_err(|e| self.failed(&e))?;
        }
        transaction.commit().map_err(|e| self.failed(&e))
    }

    /// What every submission holds, by SHA-256. One that is not there was not accepted.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn contents(&self) -> Result<BTreeMap<String, Vec<Held>>, Error> {
        let read = || {
            let mut statement = self.connection.prepare("SELECT sha256, held FROM contents")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<Result<Vec<(String, String)>, _>>()
        };
        let texts = read().map_err(|e: rusqlite::Error| self.failed(&e))?;
        Ok(texts.into_par_iter().map(|(sha256, text)| (sha256, read_back(&text))).collect())
    }
}

/// What a submission holds as it is written: most periods tell of the same places, so each set of places stands there once,
/// and each place too. What was written before was a list of [`Held`], which is still read.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    places: Vec<Text>,
    /// Sets of places, each by the places' numbers.
    sets: Vec<Vec<usize>>,
    /// Table, agency, subject and period; the numbers of the sets of which something and of which nothing is said.
    held: Vec<(Table, Text, Text, Option<Period>, usize, usize)>,
}

fn written(held: &[Held]) -> String {
    let mut kept = Kept::default();
    let (mut places, mut sets) = (TextMap::default(), HashMap::<_, usize, TextHash>::default());
    for held in held {
        let [told, blank] = [&held.places, &held.blank].map(|set| {
            *sets.entry(set).or_insert_with(|| {
                let number = |place: &Text| {
                    *places.entry(place.clone()).or_insert_with(|| {
                        kept.places.push(place.clone());
                        kept.places.len() - 1
                    })
                };
                kept.sets.push(set.iter().map(number).collect());
                kept.sets.len() - 1
            })
        });
        let (agency, subject) = (held.agency.as_str().into(), held.subject.as_str().into());
        kept.held.push((held.table, agency, subject, held.period, told, blank));
    }
    serde_json::to_string(&kept).unwrap_or_default()
}

fn read_back(text: &str) -> Vec<Held> {
    if text.starts_with('[') {
        return serde_json::from_str(text).unwrap_or_default();
    }
    let Kept { places, sets, held } = serde_json::from_str(text).unwrap_or_default();
    let set = |of: &Vec<usize>| of.iter().filter_map(|place| places.get(*place).cloned()).collect::<BTreeSet<Text>>();
    let sets: Vec<BTreeSet<Text>> = sets.iter().map(set).collect();
    let set = |of: usize| sets.get(of).cloned().unwrap_or_default();
    let held = held.into_iter().map(|(table, agency, subject, period, told, blank)| Held {
        table,
        agency: agency.into(),
        subject: subject.into(),
        period,
        places: set(told),
        blank: set(blank),
    });
    held.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Period, Table};

    #[test]
    fn what_was_held_is_read_back_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let held = |place: &str| Held {
            table: Table::Performance,
            agency: "police".into(),
            subject: "missing-episodes".into(),
            period: Period::parse("2014-03"),
            places: [place.into()].into(),
            blank: Default::default(),
        };
        ledger.record_contents(&[("aa".into(), vec![held("corby")]), ("bb".into(), vec![])]).unwrap();
        ledger.record_contents(&[("aa".into(), vec![held("daventry")])]).unwrap();
        let contents = ledger.contents().unwrap();
        assert_eq!(contents["aa"], [held("daventry")]);
        assert!(contents["bb"].is_empty());
    }

    #[test]
    fn a_place_is_written_once_and_what_was_written_before_is_read() {
        let held = |month: u32, places: &[&str], blank: &[&str]| Held {
            table: Table::Performance,
            agency: "police".into(),
            subject: "missing-episodes".into(),
            period: (month > 0).then_some(Period::Month(2014, month)),
            places: places.iter().map(|p| Text::from(*p)).collect(),
            blank: blank.iter().map(|p| Text::from(*p)).collect(),
        };
        let all = [
            held(1, &["", "corby", "daventry"], &[]),
            held(2, &["", "corby", "daventry"], &["kettering"]),
            held(3, &[], &["", "corby", "daventry"]),
            held(0, &["kettering"], &["corby"]),
        ];
        let text = written(&all);
        assert_eq!((text.matches("daventry").count(), text.matches("kettering").count()), (1, 1), "{text}");
        assert_eq!(read_back(&text), all);
        assert_eq!(read_back(&serde_json::to_string(&all).unwrap()), all, "as a list of what is held");
        assert!(read_back("").is_empty() && read_back("{}").is_empty(), "what cannot be read tells nothing");
    }
}
