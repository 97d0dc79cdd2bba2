//! Secrets that must be read again (those of second factors) lie sealed: AES-256-GCM under a key that is not in the ledger,
//! bound to the account that they belong to.
//!
//! The key is the file that the environment variable `LSCB_SECRET_FILE` names, else `portal.key` in the data folder, which
//! is made at the first start for its owner's eyes alone. With the former, a stolen data folder or backup gives no second
//! factor away, and the file must be kept apart and safe: without it every second factor is set up anew.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::random;
use crate::model::Error;

/// Names the file of the key.
pub const VARIABLE: &str = "LSCB_SECRET_FILE";

/// Bytes of the key.
const LENGTH: usize = 32;

/// Seals and opens.
pub struct Seal {
    key: LessSafeKey,
}

impl Seal {
    /// Reads the key of a board, or makes it.
    ///
    /// # Errors
    /// It could not be read or made, or is not 32 bytes long.
    pub fn open(data: &Path) -> Result<Self, Error> {
        match std::env::var_os(VARIABLE) {
            Some(file) => Self::of(&read(&PathBuf::from(file))?),
            None => {
                let file = data.join("portal.key");
                if !file.exists() {
                    make(data, &file)?;
                }
                Self::of(&read(&file)?)
            }
        }
    }

    fn of(key: &[u8]) -> Result<Self, Error> {
        let wrong = |_| Error::state("portal.key", "it is no key", "Restore it from the backup.");
        Ok(Self { key: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).map_err(wrong)?) })
    }

    /// Seals a secret for an account: nonce, sealed bytes and tag in hexadecimal.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn seal(&self, secret: &[u8], account: i64) -> Result<String, Error> {
        // 96 random bits a secret: at a board's few hundred accounts no two are ever alike.
        let nonce: [u8; NONCE_LEN] = random::bytes()?;
        let mut sealed = secret.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound(account)), &mut sealed)
            .map_err(|_| {
                Error::state("portal.key", "a secret could not be sealed", "This is a mistake of ours: report it.")
            })?;
        Ok(random::hex(&nonce) + &random::hex(&sealed))
    }

    /// Opens a sealed secret of an account; none where it was sealed with another key or for another account, or changed.
    pub fn reveal(&self, sealed: &str, account: i64) -> Option<Vec<u8>> {
        let mut bytes = random::of_hex(sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(bytes.get(..NONCE_LEN)?).ok()?;
        let opened = self.key.open_in_place(nonce, Aad::from(bound(account)), &mut bytes[NONCE_LEN..]).ok()?;
        Some(opened.to_vec())
    }
}

fn bound(account: i64) -> [u8; 8] {
    account.to_be_bytes()
}

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    let key = std::fs::read(file).map_err(|e| Error::io(file, "the portal's key could not be read", e))?;
    if key.len() == LENGTH {
        return Ok(key);
    }
    let what = format!("the portal's key has {} bytes, not {LENGTH}", key.len());
    let advice =
        format!("Restore it from the backup, or make one: head -c {LENGTH} /dev/urandom > FILE; chmod 600 FILE");
    Err(Error::state(file.display().to_string(), what, advice))
}

/// Makes the key under a name of its own and links it into place: whole or not there, and of two makers the first wins.
fn make(data: &Path, file: &Path) -> Result<(), Error> {
    let failed = |e| Error::io(file, "the portal's key could not be made", e);
    std::fs::create_dir_all(data).map_err(failed)?;
    let part = data.join(format!(".portal.key.{}", random::text::<8>()?));
    let mut written =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(failed)?;
    written.write_all(&random::bytes::<LENGTH>()?).and_then(|()| written.sync_all()).map_err(failed)?;
    let linked = std::fs::hard_link(&part, file);
    std::fs::remove_file(&part).map_err(failed)?;
    match linked {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(failed(e)),
        _ => std::fs::File::open(data).and_then(|folder| folder.sync_all()).map_err(failed),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_opens_for_its_account_alone_and_unchanged() {
        let data = tempfile::tempdir().unwrap();
        let seal = Seal::open(data.path()).unwrap();
        let sealed = seal.seal(b"secret", 7).unwrap();
        assert_eq!(
            Seal::open(data.path()).unwrap().reveal(&sealed, 7).as_deref(),
            Some(&b"secret"[..]),
            "the key is kept"
        );
        assert!(!sealed.contains(&random::hex(b"secret")));
        assert_eq!(seal.reveal(&sealed, 8), None, "moved to another account");
        assert_eq!(seal.reveal(&sealed.replace(&sealed[40..42], "zz"), 7), None);
        let changed = format!("{}{}", &sealed[..sealed.len() - 1], if sealed.ends_with('0') { '1' } else { '0' });
        assert_eq!(seal.reveal(&changed, 7), None);
        assert_eq!(seal.reveal("", 7), None);
        assert_ne!(seal.seal(b"secret", 7).unwrap(), sealed, "a nonce of its own each time");
    }

    #[test]
    fn the_key_is_for_its_owner_alone_and_must_be_whole() {
        let data = tempfile::tempdir().unwrap();
        Seal::open(data.path()).unwrap();
        let file = data.path().join("portal.key");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 1, "nothing else is left");
        std::fs::write(&file, "short").unwrap();
        assert!(Seal::open(data.path()).err().unwrap().to_string().contains("5 bytes"));
    }
}
