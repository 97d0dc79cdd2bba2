//! Passwords: what one must be, and how it is kept. Argon2id with 19 MiB, two passes and one lane (the OWASP Password
//! Storage sheet). At most two are hashed at a time, so that a crowd at the door costs no more than 40 MiB.
//!
//! Length is what counts: no mixture of characters is asked for, none is refused, and none has to be changed but after a
//! theft (ASVS 5.0, 6.2).

use std::sync::{Condvar, LazyLock, Mutex, PoisonError};

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::model::Error;

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Fewest characters that we advise.
pub const ADVISED: usize = 15;
/// Most characters.
pub const LONGEST: usize = 128;

/// Passwords hashed at one time.
const AT_ONCE: usize = 2;
/// Parts of a name or address shorter than this may stand in a password: they are in too many words.
const TELLING: usize = 4;
/// Fewest different characters.
const DIFFERENT: usize = 5;

/// Says what is wrong with a new password, in sentences for the form; nothing where it is good. `words` are what others
/// know of the account: its address, its owner's name, the board's name.
pub fn faults(password: &str, words: &[&str]) -> Vec<String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return vec![format!("Password must be {SHORTEST} characters or more")];
    }
    if length > LONGEST {
        return vec![format!("Password must be {LONGEST} characters or fewer")];
    }
    let plain = password.to_lowercase();
    if words.iter().flat_map(|w| telling(w)).any(|part| plain.contains(&part)) {
        return vec!["Password must not contain your email address, your name or the name of the board".to_owned()];
    }
    if is_common(&plain) {
        return vec!["Password is one that is easy to guess: choose another, such as three or four words that do not go together".to_owned()];
    }
    Vec::new()
}

/// The parts of a word by which it is known again.
fn telling(word: &str) -> impl Iterator<Item = String> {
    let word = word.to_lowercase();
    let parts: Vec<String> = word.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
    parts.into_iter().chain([word]).filter(|p| p.chars().count() >= TELLING && p != "safeguarding" && p != "example")
}

/// The commonest passwords, sorted.
static COMMON: LazyLock<Vec<&str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt")
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with("# ") && *l != "#")
        .collect()
});

/// Whether a password is common: itself, or what is left of it without digits and signs at its ends and with figures read
/// as the letters they stand for; or one piece over and over; or a run along the keyboard or the alphabet; or of very few
/// different characters.
fn is_common(plain: &str) -> bool {
    let letters: String = plain.chars().map(unmasked).collect();
    let bare = |text: &str| text.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let listed = |text: &str| COMMON.binary_search(&text).is_ok();
    let forms = [plain.to_owned(), bare(plain), letters.clone(), bare(&letters)];
    let kinds: std::collections::BTreeSet<char> = plain.chars().collect();
    kinds.len() < DIFFERENT || forms.iter().any(|f| listed(f) || listed(once(f))) || is_run(plain)
}

/// The letter that a figure or sign often stands for.
fn unmasked(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// The piece that a text repeats throughout, else the text.
fn once(text: &str) -> &str {
    let starts = text.char_indices().map(|(i, _)| i).skip(1);
    let repeats = |i: &usize| text.len().is_multiple_of(*i) && text[..*i].repeat(text.len() / i) == text;
    starts.take_while(|i| *i <= text.len() / 2).find(repeats).map_or(text, |i| &text[..i])
}

/// Whether a text runs along rows of keys or the alphabet from its beginning to its end, in stretches of four and more.
fn is_run(text: &str) -> bool {
    const ROWS: [&str; 6] = [
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "qazwsxedcrfvtgbyhnujmikolp",
    ];
    let characters: Vec<char> = text.chars().collect();
    let follow = |a: char, b: char| {
        ROWS.iter().any(|row| {
            let pair = |x: char, y: char| row.contains(&format!("{x}{y}"));
            pair(a, b) || pair(b, a)
        })
    };
    let breaks = characters.windows(2).filter(|w| !follow(w[0], w[1])).count();
    breaks * 4 < characters.len().saturating_sub(breaks)
}

fn argon2() -> Argon2<'static> {
    // The parameters are constants that the crate accepts; its own default is these very ones.
    let parameters = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
}

/// Hashes a password with a salt of its own.
///
/// # Errors
/// The system gives no randomness or memory.
pub fn hash(password: &str) -> Result<String, Error> {
    let _turn = Turn::take();
    argon2().hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(|e| {
        Error::state(
            "password",
            format!("it could not be hashed: {e}"),
            "Try again; look whether the machine has memory left.",
        )
    })
}

/// The hash of a password that nobody has: what an unknown account is held against, at the same cost as any other.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let password = super::random::text::<32>().unwrap_or_default();
    hash(&password).unwrap_or_default()
});

/// Whether a password is the one that was hashed. Without a hash the answer is no, after the same work.
pub fn is_right(password: &str, hash: Option<&str>) -> bool {
    let nobody = &*NOBODY;
    let Ok(kept) = PasswordHash::new(hash.unwrap_or(nobody)) else { return false };
    let _turn = Turn::take();
    // No password longer than the longest was ever hashed; the work is done all the same.
    let right = argon2().verify_password(password.as_bytes(), &kept).is_ok();
    right && hash.is_some()
}

/// One of the places at which a password may be hashed; given back when dropped.
struct Turn;

static TAKEN: Mutex<usize> = Mutex::new(0);
static FREE: Condvar = Condvar::new();

impl Turn {
    fn take() -> Self {
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken >= AT_ONCE {
            taken = FREE.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        FREE.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 3] = ["ann.smith@police.example", "Ann Smith", "Little County Safeguarding Board"];

    #[test]
    fn a_password_is_long_uncommon_and_not_about_the_account() {
        for (password, good, why) in [
            ("short-one", false, "nine characters"),
            ("kettle-moss", false, "eleven characters"),
            ("kettle-mossy", true, "twelve"),
            ("three plain words here", true, "words with blanks"),
            ("ünïcödé-wörter", true, "any characters"),
            ("KETTLE MOSS FERRY", true, "no mixture is asked for"),
            (&"kettle moss ferry ".repeat(7), true, "126 characters: a passphrase may be long"),
            (&"kettle moss ferry ".repeat(8), false, "144 characters"),
            ("my-police-login", false, "a part of the address"),
            ("SMITH-kettle-moss", false, "her name, in capitals"),
            ("kettle-county-moss", false, "the board's name"),
            ("safeguarding-kettle", true, "a word of every board's name is nobody's name"),
            ("password1234", false, "a listed word with figures"),
            ("P@ssw0rd!!2015", false, "the same in disguise"),
            ("1qaz2wsx3edc", false, "listed"),
            ("qwertyuiop12", false, "the keyboard"),
            ("abcdefghijkl", false, "the alphabet"),
            ("987654321098", false, "figures downwards"),
            ("asdfghjklqwertyu", false, "two rows of keys"),
            ("monkeymonkeymonkey", false, "a listed word over and over"),
            ("dragon19841984", false, "a listed word with years"),
            ("aaaaaaaaaaaa", false, "one character"),
            ("121212121212", false, "two characters"),
            ("ferry#", false, "short, whatever signs it has"),
        ] {
            assert_eq!(faults(password, &WORDS).is_empty(), good, "`{password}`: {why}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_says_where_it_is_from() {
        assert!(COMMON.len() > 5_000 && COMMON.is_sorted());
        assert!(include_str!("common_passwords.txt").contains("MIT licence"));
    }

    #[test]
    fn a_hash_is_argon2id_with_the_cost_that_was_settled_and_a_salt_of_its_own() {
        let (one, two) = (hash("kettle-moss-ferry").unwrap(), hash("kettle-moss-ferry").unwrap());
        // 19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet.
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
        assert!(is_right("kettle-moss-ferry", Some(&one)));
        for wrong in ["Kettle-moss-ferry", "kettle-moss-ferr", "kettle-moss-ferry ", ""] {
            assert!(!is_right(wrong, Some(&one)), "taken exactly as typed: `{wrong}`");
        }
        assert!(!is_right("x", None) && !is_right("x", Some("no hash")));
    }

    #[test]
    fn the_published_vector_holds() {
        // The reference implementation of Argon2 (P-H-C/phc-winner-argon2, src/test.c, Argon2id, version 0x13):
        // hashtest(version, 2, 16, 1, "password", "somesalt", ...).
        let kept = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(is_right("password", Some(kept)) && !is_right("Password", Some(kept)));
    }

    #[test]
    fn an_unknown_account_costs_the_work_of_a_known_one() {
        // The work is the hash: both ways go through it, with parameters that are the same.
        let known = hash("kettle-moss-ferry").unwrap();
        let parameters = |h: &str| h.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(parameters(&known), parameters(&NOBODY));
    }

    #[test]
    fn two_are_hashed_at_a_time_and_no_more() {
        let (one, two) = (Turn::take(), Turn::take());
        assert!(*TAKEN.lock().unwrap() <= AT_ONCE);
        let third = std::thread::spawn(|| {
            let _turn = Turn::take();
            *TAKEN.lock().unwrap()
        });
        assert!(!third.is_finished());
        drop(one);
        assert!(third.join().unwrap() <= AT_ONCE);
        drop(two);
    }
}
