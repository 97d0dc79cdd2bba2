//! What nobody may guess, from the system's own randomness, and the hash under which it is kept.

use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};

use crate::model::Error;

/// Random bytes.
///
/// # Errors
/// The system gives none.
pub fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    let failed = |_| Error::state("randomness", "the system gives none", "Look whether /dev/urandom can be read.");
    SystemRandom::new().fill(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Random bytes in lower-case hexadecimal.
///
/// # Errors
/// The system gives none.
pub fn text<const N: usize>() -> Result<String, Error> {
    Ok(hex(&bytes::<N>()?))
}

/// SHA-256 of a text in lower-case hexadecimal. Enough for what is drawn from 80 bits and more, never for a password.
pub fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Bytes of a hexadecimal text; none for any other.
pub fn of_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 != 0 {
        return None;
    }
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_goes_there_and_back_and_nothing_else_does() {
        assert_eq!(of_hex(&hex(&[0, 1, 254, 255])), Some(vec![0, 1, 254, 255]));
        for wrong in ["0", "0g", "é1", "+1"] {
            assert!(of_hex(wrong).is_none_or(|b| hex(&b) != wrong), "{wrong}");
        }
    }

    #[test]
    fn two_drawings_differ() {
        assert_ne!(text::<32>().unwrap(), text::<32>().unwrap());
        assert_eq!(text::<32>().unwrap().len(), 64, "256 bits");
    }
}
