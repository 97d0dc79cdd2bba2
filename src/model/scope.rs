//! What an API token may be used for.

use serde::{Deserialize, Serialize};

/// What a program that comes with a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Send returns and read their verdicts.
    Upload,
    /// Read what the board is shown.
    Read,
    /// Start runs and read how they go.
    Run,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Upload, Self::Read, Self::Run];

    /// The word it is stored by.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Read => "read",
            Self::Run => "run",
        }
    }

    /// The scope of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}
