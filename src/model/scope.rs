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
    /// Read the service's own figures.
    Watch,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Upload, Self::Read, Self::Run, Self::Watch];

    /// The word it is stored by.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Read => "read",
            Self::Run => "run",
            Self::Watch => "watch",
        }
    }

    /// Whether it concerns the whole board, so that a token which is bound to an agency cannot have it.
    pub fn is_whole_boards(self) -> bool {
        matches!(self, Self::Run | Self::Watch)
    }

    /// The scope of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}
