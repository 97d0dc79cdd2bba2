//! Tokens by which programs call the API: what they may do, for which agency, until when. A token is shown once; its prefix
//! stays, by which people know it, and the SHA-256 of its secret, against which it is checked in constant time.

use chrono::{DateTime, Duration, Utc};
use subtle::ConstantTimeEq;

use super::random;
use crate::ledger::{KeptToken, Ledger};
use crate::model::{Error, Scope};

/// The longest that a token lasts, in days.
pub const LONGEST_DAYS: i64 = 365;

/// What every token begins with, by which one that leaked is found.
const MARK: &str = "lscb_";

/// How exact the last use of a token is kept, in seconds: a busy program writes no line a call.
const USE_SECONDS: i64 = 60;

/// A token that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// What people know it by.
    pub prefix: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The one agency for which it acts; none for the whole board.
    pub agency: Option<String>,
}

impl Token {
    /// Whether it may do a thing.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether it may act for an agency.
    pub fn may_for(&self, scope: Scope, agency: &str) -> bool {
        self.may(scope) && self.agency.as_deref().is_none_or(|own| own == agency)
    }
}

/// What a new token is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// What it is for.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [Scope],
    /// The one agency for which it acts; none for the whole board.
    pub agency: Option<&'a str>,
    /// How long it lasts, in days: at most a year.
    pub days: i64,
    /// Who makes it, as the audit trail names them.
    pub made_by: &'a str,
}

/// Makes a token and gives it whole, this once.
///
/// # Errors
/// No scope, or days that are none or more than a year, are a configuration error; the ledger could not be written.
pub fn make(ledger: &Ledger, wanted: &Wanted<'_>, now: DateTime<Utc>) -> Result<String, Error> {
    if wanted.scopes.is_empty() || !(1..=LONGEST_DAYS).contains(&wanted.days) {
        let advice = format!("Choose at least one scope, and from 1 to {LONGEST_DAYS} days.");
        return Err(Error::configuration("token", "it may do nothing, or lasts too long", advice));
    }
    let (prefix, secret) = (random::text::<4>()?, random::text::<32>()?);
    let scopes: Vec<&str> = Scope::ALL.into_iter().filter(|s| wanted.scopes.contains(s)).map(Scope::as_str).collect();
    ledger.add_token(&KeptToken {
        id: 0,
        prefix: prefix.clone(),
        sha256: random::sha256(&secret),
        name: wanted.name.to_owned(),
        scopes: scopes.join(" "),
        agency: wanted.agency.map(str::to_owned),
        made_by: wanted.made_by.to_owned(),
        made_at: super::text(now),
        expires_at: (now + Duration::days(wanted.days)).timestamp(),
        used_at: None,
        revoked_at: None,
    })?;
    Ok(format!("{MARK}{prefix}_{secret}"))
}

/// The token of a call; none for one that is not known, over or revoked. Its use is noted.
///
/// # Errors
/// The ledger could not be read or written.
pub fn check(ledger: &Ledger, text: &str, now: DateTime<Utc>) -> Result<Option<Token>, Error> {
    let Some((prefix, secret)) = text.strip_prefix(MARK).and_then(|t| t.split_once('_')) else { return Ok(None) };
    let kept = ledger.token_by_prefix(prefix)?;
    let hash = random::sha256(secret);
    // An unknown prefix is held against a hash that nothing has: prefixes are no secret, and are not told apart by time.
    let against = kept.as_ref().map_or("", |t| t.sha256.as_str());
    let right = bool::from(hash.as_bytes().ct_eq(against.as_bytes()));
    let Some(kept) = kept.filter(|t| right && is_good(t, now)) else { return Ok(None) };
    let fresh =
        |used: &String| used.parse::<DateTime<Utc>>().is_ok_and(|used| (now - used).num_seconds().abs() < USE_SECONDS);
    if !kept.used_at.as_ref().is_some_and(fresh) {
        ledger.note_token_use(kept.id, &super::text(now))?;
    }
    let scopes = kept.scopes.split(' ').filter_map(Scope::of).collect();
    Ok(Some(Token { id: kept.id, prefix: kept.prefix, name: kept.name, scopes, agency: kept.agency }))
}

/// Whether a token still works.
pub fn is_good(token: &KeptToken, now: DateTime<Utc>) -> bool {
    token.revoked_at.is_none() && token.expires_at > now.timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_420_000_000, 0).unwrap() + Duration::days(days)
    }

    fn desk() -> (tempfile::TempDir, Ledger) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        (folder, ledger)
    }

    fn wanted<'a>(scopes: &'a [Scope], agency: Option<&'a str>, days: i64) -> Wanted<'a> {
        Wanted { name: "warehouse", scopes, agency, days, made_by: "1 Admin" }
    }

    #[test]
    fn a_token_does_what_it_was_made_for_and_no_more() {
        let (_folder, ledger) = desk();
        let text = make(&ledger, &wanted(&[Scope::Upload], Some("police"), 30), at(0)).unwrap();
        let token = check(&ledger, &text, at(1)).unwrap().unwrap();
        for (scope, agency, may) in
            [(Scope::Upload, "police", true), (Scope::Upload, "care", false), (Scope::Read, "police", false)]
        {
            assert_eq!(token.may_for(scope, agency), may, "{scope:?} {agency}");
        }
        let text = make(&ledger, &wanted(&Scope::ALL, None, 30), at(0)).unwrap();
        assert!(check(&ledger, &text, at(1)).unwrap().unwrap().may_for(Scope::Read, "care"), "board-wide");
    }

    #[test]
    fn a_token_ends_and_is_revoked_and_no_other_text_is_one() {
        let (_folder, ledger) = desk();
        let text = make(&ledger, &wanted(&[Scope::Read], None, 30), at(0)).unwrap();
        let good = |text: &str, day| check(&ledger, text, at(day)).unwrap().is_some();
        assert!(good(&text, 29) && !good(&text, 30));
        let (start, secret) = text.rsplit_once('_').unwrap();
        let changed = format!("{start}_{}{}", &secret[..63], if secret.ends_with('0') { '1' } else { '0' });
        for wrong in
            [changed.as_str(), start, secret, "", "lscb_", "lscb__", "lscb_00000000_", &text[5..], &format!("{text} ")]
        {
            assert!(!good(wrong, 1), "`{wrong}`");
        }
        let id = ledger.tokens().unwrap()[0].id;
        assert!(ledger.revoke_token(id, "2015-01-31T09:00:00Z").unwrap() && !ledger.revoke_token(id, "later").unwrap());
        assert!(!good(&text, 1));
    }

    #[test]
    fn no_token_lasts_longer_than_a_year_or_may_do_nothing() {
        let (_folder, ledger) = desk();
        for (scopes, days, good) in [
            (&[Scope::Read][..], 365, true),
            (&[Scope::Read], 366, false),
            (&[Scope::Read], 0, false),
            (&[], 30, false),
        ] {
            assert_eq!(make(&ledger, &wanted(scopes, None, days), at(0)).is_ok(), good, "{scopes:?} {days}");
        }
    }

    #[test]
    fn only_the_hash_is_kept_and_the_last_use_to_the_minute() {
        let (folder, ledger) = desk();
        let text = make(&ledger, &wanted(&[Scope::Read], None, 30), at(0)).unwrap();
        assert!(text.starts_with("lscb_") && text.len() == 5 + 8 + 1 + 64);
        check(&ledger, &text, at(1)).unwrap().unwrap();
        let first = ledger.tokens().unwrap()[0].used_at.clone();
        check(&ledger, &text, at(1) + Duration::seconds(59)).unwrap().unwrap();
        assert_eq!(ledger.tokens().unwrap()[0].used_at, first);
        check(&ledger, &text, at(1) + Duration::seconds(60)).unwrap().unwrap();
        assert_ne!(ledger.tokens().unwrap()[0].used_at, first);
        drop(ledger);
        let bytes = std::fs::read(folder.path().join("ledger.sqlite")).unwrap();
        let secret = text.rsplit_once('_').unwrap().1.as_bytes().to_vec();
        assert!(!bytes.windows(64).any(|w| w == secret));
    }
}
