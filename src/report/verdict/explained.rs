//! What a code means, for whoever gets it and has no handbook.

use std::collections::BTreeMap;

/// A code in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explained {
    /// Its name, one line.
    pub title: String,
    /// What is checked; may be empty.
    pub what: String,
    /// Why it matters; may be empty.
    pub why: String,
    /// An example; may be empty.
    pub example: String,
    /// What to do.
    pub action: String,
}

/// Codes in words.
pub type Handbook = BTreeMap<String, Explained>;
