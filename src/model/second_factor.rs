//! Who needs a second factor to sign in.

use serde::{Deserialize, Serialize};

use super::User;

/// Who must have one. Whoever has one is asked for it in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// Analysts and administrators.
    #[default]
    Staff,
    /// Everybody.
    All,
    /// Nobody.
    Off,
}

impl SecondFactor {
    /// Whether a person must have one.
    pub fn is_needed_by(self, user: &User) -> bool {
        match self {
            Self::Staff => user.role.is_staff(),
            Self::All => true,
            Self::Off => false,
        }
    }
}
