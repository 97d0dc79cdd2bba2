//! Who did a thing: the account and the name that it had then. A name stays readable when its account is gone.

use serde::{Deserialize, Serialize};

/// A person, or the program itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Who {
    /// The account; none for the program itself, and for what was said on the command line.
    pub id: Option<i64>,
    /// The name.
    pub name: String,
}

impl Who {
    /// A person by account and name.
    pub fn person(id: i64, name: &str) -> Self {
        Self { id: Some(id), name: name.to_owned() }
    }

    /// The program itself, by what it did it for: `the schedule`.
    pub fn program(what: &str) -> Self {
        Self { id: None, name: what.to_owned() }
    }
}
