//! Challenges: questions of the board to agencies, and what was said since.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Ledger;
use crate::model::challenge::{About, Challenge, Outcome, Question, Reply, ReplyKind};
use crate::model::{Error, Who};

/// A reply has its number, so that of two that answer the same state one is refused.
pub const MIGRATION: &str = "CREATE TABLE challenges (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        agency TEXT NOT NULL,
        about TEXT NOT NULL,
        title TEXT NOT NULL,
        question TEXT NOT NULL,
        due_on TEXT NOT NULL,
        asked_by_id INTEGER,
        asked_by TEXT NOT NULL,
        asked_at TEXT NOT NULL,
        run TEXT NOT NULL,
        stood TEXT NOT NULL
    ) STRICT;
    CREATE INDEX challenges_of ON challenges (agency);
    CREATE TABLE challenge_replies (
        challenge INTEGER NOT NULL REFERENCES challenges (id),
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        words TEXT NOT NULL,
        outcome TEXT,
        due_on TEXT,
        given_by_id INTEGER,
        given_by TEXT NOT NULL,
        given_at TEXT NOT NULL,
        run TEXT NOT NULL,
        PRIMARY KEY (challenge, number)
    ) STRICT;";

const COLUMNS: &str = "id, agency, about, title, question, due_on, asked_by_id, asked_by, asked_at, run, stood";

impl Ledger {
    /// Keeps a question and gives its number.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn ask(&self, question: &Question) -> Result<i64, Error> {
        let values = params![
            question.agency,
            question.about.to_string(),
            question.title,
            question.text,
            question.due_on.to_string(),
            question.by.id,
            question.by.name,
            question.at,
            question.run,
            question.stood
        ];
        let statement = "INSERT INTO challenges
            (agency, about, title, question, due_on, asked_by_id, asked_by, asked_at, run, stood)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        self.connection.execute(statement, values).map_err(|e| self.failed(&e))?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Keeps a reply after the `after` that its giver has read; gives whether it could: another may have come meanwhile.
    ///
    /// # Errors
    /// The ledger could not be written, or there is no such challenge.
    pub fn reply(&self, challenge: i64, after: usize, reply: &Reply) -> Result<bool, Error> {
        let values = params![
            challenge,
            after as i64,
            reply.kind.as_str(),
            reply.text,
            reply.outcome.map(Outcome::as_str),
            reply.due_on.map(|d| d.to_string()),
            reply.by.id,
            reply.by.name,
            reply.at,
            reply.run
        ];
        // One statement, so that nothing comes between the look and the writing.
        let statement = "INSERT OR IGNORE INTO challenge_replies
            (challenge, number, kind, words, outcome, due_on, given_by_id, given_by, given_at, run)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
            WHERE (SELECT count(*) FROM challenge_replies WHERE challenge = ?1) = ?2
              AND EXISTS (SELECT 1 FROM challenges WHERE id = ?1)";
        self.connection.execute(statement, values).map(|n| n == 1).map_err(|e| self.failed(&e))
    }

    /// Every challenge, the latest asked first; of one agency where it is named.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn challenges(&self, agency: Option<&str>) -> Result<Vec<Challenge>, Error> {
        let read = || {
            let mut statement = self.connection.prepare(&format!(
                "SELECT {COLUMNS} FROM challenges WHERE ?1 IS NULL OR agency = ?1 ORDER BY id DESC"
            ))?;
            let mut all = statement.query_map([agency], challenge)?.collect::<Result<Vec<_>, _>>()?;
            for one in &mut all {
                one.replies = replies(&self.connection, one.id)?;
            }
            Ok(all)
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }

    /// A challenge, as the board finds it.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn challenge(&self, id: i64) -> Result<Option<Challenge>, Error> {
        self.one_challenge("id = ?1 AND ?2 IS NULL", id, None)
    }

    /// A challenge that was put to an agency: none where it was put to another.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn challenge_of(&self, agency: &str, id: i64) -> Result<Option<Challenge>, Error> {
        self.one_challenge("id = ?1 AND agency = ?2", id, Some(agency))
    }

    fn one_challenge(&self, is_it: &str, id: i64, agency: Option<&str>) -> Result<Option<Challenge>, Error> {
        let read = || {
            let statement = format!("SELECT {COLUMNS} FROM challenges WHERE {is_it}");
            let found = self.connection.query_row(&statement, params![id, agency], challenge).optional()?;
            let Some(mut one) = found else { return Ok(None) };
            one.replies = replies(&self.connection, one.id)?;
            Ok(Some(one))
        };
        read().map_err(|e: rusqlite::Error| self.failed(&e))
    }
}

fn replies(connection: &Connection, id: i64) -> rusqlite::Result<Vec<Reply>> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, words, outcome, due_on, given_by_id, given_by, given_at, run
         FROM challenge_replies WHERE challenge = ?1 ORDER BY number",
    )?;
    statement.query_map([id], reply)?.collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_default()
}

fn challenge(row: &Row<'_>) -> rusqlite::Result<Challenge> {
    let about: String = row.get(2)?;
    let unread = || {
        let what = format!("`{about}` is nothing that can be asked about");
        rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, what.into())
    };
    let question = Question {
        agency: row.get(1)?,
        about: About::parse(&about).ok_or_else(unread)?,
        title: row.get(3)?,
        text: row.get(4)?,
        due_on: day(&row.get::<_, String>(5)?),
        by: Who { id: row.get(6)?, name: row.get(7)? },
        at: row.get(8)?,
        run: row.get(9)?,
        stood: row.get(10)?,
    };
    Ok(Challenge { id: row.get(0)?, question, replies: Vec::new() })
}

fn reply(row: &Row<'_>) -> rusqlite::Result<Reply> {
    let kind: String = row.get(0)?;
    let unread = || {
        let what = format!("`{kind}` is no kind of reply");
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, what.into())
    };
    Ok(Reply {
        kind: ReplyKind::parse(&kind).ok_or_else(unread)?,
        text: row.get(1)?,
        outcome: row.get::<_, Option<String>>(2)?.as_deref().and_then(Outcome::parse),
        due_on: row.get::<_, Option<String>>(3)?.as_deref().map(day),
        by: Who { id: row.get(4)?, name: row.get(5)? },
        at: row.get(6)?,
        run: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(agency: &str) -> Question {
        Question {
            agency: agency.into(),
            about: About::parse("cells/locality/neglect/corby").unwrap(),
            title: "Neglect, Corby".into(),
            text: "What has changed since the autumn?".into(),
            due_on: day("2015-02-28"),
            by: Who::person(7, "A. Member"),
            at: "2015-02-01T10:00:00Z".into(),
            run: "2015-01-31-072bf2348bcf".into(),
            stood: "Look here".into(),
        }
    }

    fn reply(kind: ReplyKind) -> Reply {
        Reply {
            kind,
            text: "A new team began.".into(),
            outcome: (kind == ReplyKind::Closed).then_some(Outcome::Explained),
            due_on: (kind == ReplyKind::FollowUp).then(|| day("2015-03-31")),
            by: Who::person(9, "An Agency"),
            at: "2015-02-02T10:00:00Z".into(),
            run: "2015-01-31-072bf2348bcf".into(),
        }
    }

    #[test]
    fn a_challenge_is_kept_with_all_that_was_said() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let id = ledger.ask(&question("police")).unwrap();
        let said = [ReplyKind::Answer, ReplyKind::FollowUp, ReplyKind::Answer, ReplyKind::Closed].map(reply);
        for (after, one) in said.iter().enumerate() {
            assert!(ledger.reply(id, after, one).unwrap());
        }
        let expected = Challenge { id, question: question("police"), replies: said.to_vec() };
        assert_eq!(ledger.challenge(id).unwrap(), Some(expected.clone()));
        assert_eq!(ledger.challenges(None).unwrap(), [expected]);
    }

    #[test]
    fn of_two_replies_to_one_state_the_second_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let id = ledger.ask(&question("police")).unwrap();
        assert!(ledger.reply(id, 0, &reply(ReplyKind::Answer)).unwrap());
        assert!(!ledger.reply(id, 0, &reply(ReplyKind::Closed)).unwrap(), "somebody answered meanwhile");
        assert!(!ledger.reply(id, 5, &reply(ReplyKind::Closed)).unwrap(), "nobody has read five");
        assert!(!ledger.reply(id + 1, 0, &reply(ReplyKind::Answer)).unwrap(), "there is no such challenge");
        assert_eq!(ledger.challenge(id).unwrap().unwrap().replies.len(), 1);
    }

    #[test]
    fn an_agency_finds_its_own_alone() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let (police, health) = (ledger.ask(&question("police")).unwrap(), ledger.ask(&question("health")).unwrap());
        assert!(ledger.challenge_of("police", police).unwrap().is_some());
        assert!(ledger.challenge_of("police", health).unwrap().is_none(), "it was put to another");
        let own: Vec<i64> = ledger.challenges(Some("health")).unwrap().iter().map(|c| c.id).collect();
        assert_eq!(own, [health]);
        let all: Vec<i64> = ledger.challenges(None).unwrap().iter().map(|c| c.id).collect();
        assert_eq!(all, [health, police], "the latest first");
    }
}
