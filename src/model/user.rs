//! People who sign in, and what they are here for.

use serde::{Deserialize, Serialize};

/// What a person is here for. It decides which pages there are for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sends the returns of one agency, and sees its figures.
    Agency,
    /// Decides queries, runs the night and publishes.
    Analyst,
    /// Reads what is published.
    Board,
    /// Looks after people, tokens, backups and the audit trail.
    Administrator,
}

impl Role {
    /// Every role, in the order of the forms.
    pub const ALL: [Self; 4] = [Self::Agency, Self::Analyst, Self::Board, Self::Administrator];

    /// In a word, as it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Analyst => "analyst",
            Self::Board => "board",
            Self::Administrator => "administrator",
        }
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Agency => "Agency uploader",
            Self::Analyst => "Analyst",
            Self::Board => "Board reader",
            Self::Administrator => "Administrator",
        }
    }

    /// The role of a word; none for another word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == word)
    }

    /// The roles of those whose accounts the person looks after: an analyst must not make or take over one of the office's.
    pub fn looks_after(self) -> &'static [Self] {
        match self {
            Self::Administrator => &Self::ALL,
            Self::Analyst => &[Self::Agency, Self::Board],
            Self::Agency | Self::Board => &[],
        }
    }

    /// Whether the person works for the board's office, who see what agencies do not.
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Analyst | Self::Administrator)
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Number of the account; never given twice.
    pub id: i64,
    /// The address that they sign in with.
    pub email: String,
    /// Their name as others see it.
    pub name: String,
    /// What they are here for.
    pub role: Role,
    /// The one agency of an agency's uploader; none for any other role.
    pub agency: Option<String>,
    /// Whether they may sign in.
    pub is_active: bool,
    /// Whether they have set a second factor up.
    pub has_totp: bool,
    /// When the account was made, RFC 3339 in UTC.
    pub created_at: String,
    /// When they last signed in; none before the first time.
    pub signed_in_at: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_known_again_by_its_word_and_no_other_is() {
        for role in Role::ALL {
            assert_eq!(Role::of(role.as_str()), Some(role));
            assert_eq!(
                serde_json::to_string(&role).unwrap(),
                format!("\"{}\"", role.as_str()),
                "one spelling everywhere"
            );
        }
        assert_eq!(Role::of("Administrator"), None);
        assert!(Role::Analyst.is_staff() && !Role::Board.is_staff());
    }
}
