//! The second factor: a code of six digits from a telephone, new every thirty seconds (RFC 6238 with SHA-1, as every
//! authenticator app has it), one step of leeway either way, no code taken twice; and ten recovery codes for a lost telephone.

use chrono::{DateTime, Utc};
use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Builder, Secret, Totp};

use super::random;
use super::seal::Seal;
use crate::ledger::Ledger;
use crate::model::{Error, User};

/// How many recovery codes are given.
pub const RECOVERY_CODES: usize = 10;

/// What is shown once, while a second factor is being set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The secret in groups of four, to be typed where no picture can be taken.
    pub secret: String,
    /// The `otpauth` address that the picture holds.
    pub uri: String,
    /// The picture, as SVG.
    pub qr: String,
}

/// Begins to set a second factor up: it is not in force before [`confirm`]. None where one is in force.
///
/// # Errors
/// The ledger could not be written, or the system gives no randomness.
pub fn begin(ledger: &Ledger, seal: &Seal, user: &User, board: &str) -> Result<Option<Setup>, Error> {
    let secret = Secret::new(Box::from(random::bytes::<20>()?));
    if !ledger.set_totp(user.id, &seal.seal(secret.as_bytes(), user.id)?)? {
        return Ok(None);
    }
    shown(&secret, user, board).map(Some)
}

/// What was begun, shown again after a wrong code; none where nothing was begun, or it is in force already.
///
/// # Errors
/// The ledger could not be read.
pub fn begun(ledger: &Ledger, seal: &Seal, user: &User, board: &str) -> Result<Option<Setup>, Error> {
    let secrets = ledger.secrets(user.id)?;
    let sealed = secrets.totp.filter(|_| !secrets.totp_confirmed);
    match sealed.and_then(|s| seal.reveal(&s, user.id)) {
        None => Ok(None),
        Some(bytes) => shown(&Secret::new(bytes.into_boxed_slice()), user, board).map(Some),
    }
}

fn shown(secret: &Secret, user: &User, board: &str) -> Result<Setup, Error> {
    let text = secret.to_base32();
    let uri = format!(
        "otpauth://totp/{0}:{1}?secret={text}&issuer={0}&algorithm=SHA1&digits=6&period=30",
        escaped(board),
        escaped(&user.email)
    );
    let qr = QrCode::new(uri.as_bytes())
        .map_err(|e| {
            Error::state("second factor", format!("its picture could not be drawn: {e}"), "Type the secret instead.")
        })?
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .build();
    // The declaration has no place inside a page.
    let qr = qr.split_once("?>").map_or(qr.clone(), |(_, svg)| svg.to_owned());
    let groups: Vec<String> = text.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
    Ok(Setup { secret: groups.join(" "), uri, qr })
}

/// A text as a part of an address (RFC 3986, 2.3).
fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Puts a second factor into force by its first code, and gives the recovery codes, which are shown this once. None for a
/// wrong code.
///
/// # Errors
/// The ledger could not be written, or the system gives no randomness.
pub fn confirm(
    ledger: &Ledger,
    seal: &Seal,
    user: &User,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<Vec<String>>, Error> {
    let secrets = ledger.secrets(user.id)?;
    let Some(step) = step_of(seal, user.id, secrets.totp.as_deref(), code, now) else { return Ok(None) };
    let codes = (0..RECOVERY_CODES).map(|_| recovery_code()).collect::<Result<Vec<_>, _>>()?;
    let hashes: Vec<String> = codes.iter().map(|c| random::sha256(&normal(c))).collect();
    Ok(ledger.confirm_totp(user.id, step, &hashes)?.then_some(codes))
}

/// Takes a code of a second factor that is in force, or a recovery code; each is taken once.
///
/// # Errors
/// The ledger could not be written.
pub fn take(ledger: &Ledger, seal: &Seal, user: &User, code: &str, now: DateTime<Utc>) -> Result<bool, Error> {
    let secrets = ledger.secrets(user.id)?;
    if !secrets.totp_confirmed {
        return Ok(false);
    }
    if let Some(step) = step_of(seal, user.id, secrets.totp.as_deref(), code, now) {
        return ledger.take_totp_step(user.id, step);
    }
    let code = normal(code);
    // No shorter text is a recovery code; a code of six digits that was wrong ends here.
    Ok(code.len() == RECOVERY_LENGTH
        && ledger.take_recovery_code(user.id, &random::sha256(&code), &super::text(now))?)
}

/// The time step whose code this is, within the leeway.
fn step_of(seal: &Seal, user: i64, sealed: Option<&str>, code: &str, now: DateTime<Utc>) -> Option<u64> {
    let secret = seal.reveal(sealed?, user)?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let is_code = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
    let totp = generator(secret)?;
    is_code.then(|| totp.check(&digits, u64::try_from(now.timestamp()).unwrap_or(0))).flatten()
}

fn generator(secret: Vec<u8>) -> Option<Totp> {
    // SHA-1, six digits, thirty seconds and a leeway of one step are the builder's own beginning.
    Builder::new().with_secret(secret).build().ok()
}

/// Characters of a recovery code without its hyphens: 80 bits.
const RECOVERY_LENGTH: usize = 16;

fn recovery_code() -> Result<String, Error> {
    let text = Secret::new(Box::from(random::bytes::<10>()?)).to_base32();
    let groups: Vec<&str> = text.as_bytes().chunks(4).filter_map(|c| std::str::from_utf8(c).ok()).collect();
    Ok(groups.join("-"))
}

/// A recovery code as it is hashed: however it was typed.
fn normal(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// The code of a moment, for tests and the demonstration's own hand.
#[doc(hidden)]
pub fn code_at(secret: &str, at: DateTime<Utc>) -> Option<String> {
    let bytes = Secret::try_from_base32(secret.replace(' ', "")).ok()?.as_bytes().to_vec();
    Some(generator(bytes)?.generate(u64::try_from(at.timestamp()).ok()?).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Role;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    struct Desk {
        _folder: tempfile::TempDir,
        ledger: Ledger,
        seal: Seal,
        user: User,
    }

    fn desk() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let seal = Seal::open(folder.path()).unwrap();
        let user =
            ledger.add_user("ann+1@x.example", "Ann", Role::Analyst, None, "2015-01-31T09:00:00Z").unwrap().unwrap();
        Desk { _folder: folder, ledger, seal, user }
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B (SHA-1, secret "12345678901234567890"), the last six of its eight digits.
        let secret = Secret::new(Box::from(*b"12345678901234567890")).to_base32();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(code_at(&secret, at(seconds)).as_deref(), Some(code));
        }
    }

    #[test]
    fn a_second_factor_counts_from_its_first_code_and_no_code_counts_twice() {
        let Desk { ledger, seal, user, .. } = &desk();
        let now = at(1_420_000_000);
        let setup = begin(ledger, seal, user, "Little County").unwrap().unwrap();
        assert_eq!(begun(ledger, seal, user, "Little County").unwrap().as_ref(), Some(&setup), "shown again as it was");
        let code = |seconds: i64| code_at(&setup.secret, now + chrono::Duration::seconds(seconds)).unwrap();
        assert!(!take(ledger, seal, user, &code(0), now).unwrap(), "not in force");
        assert_eq!(confirm(ledger, seal, user, "000000", now).unwrap().filter(|_| code(0) != "000000"), None);
        let recovery = confirm(ledger, seal, user, &code(0), now).unwrap().unwrap();
        assert_eq!(recovery.len(), RECOVERY_CODES);
        assert!(begin(ledger, seal, user, "Little County").unwrap().is_none(), "one in force is not begun anew");
        assert!(begun(ledger, seal, user, "Little County").unwrap().is_none(), "nor ever shown again");
        assert!(!take(ledger, seal, user, &code(0), now).unwrap(), "the code that confirmed it is used up");
        assert!(!take(ledger, seal, user, &code(-30), now).unwrap(), "and so are those before it");
        let later = now + chrono::Duration::seconds(90);
        assert!(take(ledger, seal, user, &code(60), later).unwrap(), "a step behind the clock");
        assert!(
            take(ledger, seal, user, &format!(" {} {}", &code(120)[..3], &code(120)[3..]), later).unwrap(),
            "a step before it, with blanks"
        );
        assert!(!take(ledger, seal, user, &code(120), later).unwrap(), "no code twice");
        assert!(!take(ledger, seal, user, &code(240), later).unwrap(), "further than the leeway");
        assert!(take(ledger, seal, user, &recovery[3].to_lowercase().replace('-', " "), later).unwrap());
        assert!(!take(ledger, seal, user, &recovery[3], later).unwrap(), "no recovery code twice");
        assert_eq!(ledger.recovery_codes_left(user.id).unwrap(), RECOVERY_CODES - 1);
    }

    #[test]
    fn neither_secret_nor_recovery_code_lies_in_the_ledger_as_it_is() {
        let Desk { ledger, seal, user, .. } = &desk();
        let now = at(1_420_000_000);
        let setup = begin(ledger, seal, user, "Little County").unwrap().unwrap();
        confirm(ledger, seal, user, &code_at(&setup.secret, now).unwrap(), now).unwrap().unwrap();
        let kept = ledger.secrets(user.id).unwrap().totp.unwrap();
        let bytes = Secret::try_from_base32(setup.secret.replace(' ', "")).unwrap().as_bytes().to_vec();
        assert!(!kept.contains(&random::hex(&bytes)) && !kept.contains(&setup.secret.replace(' ', "")));
    }

    #[test]
    fn the_picture_holds_the_address_and_the_address_holds_no_sign_of_its_own() {
        let Desk { ledger, seal, user, .. } = &desk();
        let setup = begin(ledger, seal, user, "Little County & Co").unwrap().unwrap();
        let start = "otpauth://totp/Little%20County%20%26%20Co:ann%2B1%40x.example?secret=";
        assert!(setup.uri.starts_with(start), "{}", setup.uri);
        assert!(setup.qr.starts_with("<svg") && setup.qr.ends_with("</svg>"), "{}", &setup.qr[..80]);
    }
}
