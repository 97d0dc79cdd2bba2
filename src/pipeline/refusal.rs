//! Why a thing that a person asked for was not done: what is wrong with the form, field by field, or a tool that failed.

use crate::model::Error;

/// What is wrong with one field, as a sentence for the person who filled it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The field's name.
    pub field: &'static str,
    /// What to do about it.
    pub message: String,
}

/// Why it was not done. Nothing was kept.
#[derive(Debug)]
pub enum Refusal {
    /// The form does not hold.
    Wrong(Vec<Wrong>),
    /// There is no such thing, or it is no longer in the state in which this can be done.
    Gone(String),
    /// The tool could not do its work.
    Failed(Error),
}

impl Refusal {
    /// One field that does not hold.
    pub fn wrong(field: &'static str, message: impl Into<String>) -> Self {
        Self::Wrong(vec![Wrong { field, message: message.into() }])
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Wrong(wrong) => {
                let messages: Vec<&str> = wrong.iter().map(|w| w.message.as_str()).collect();
                write!(f, "{}", messages.join(" "))
            }
            Self::Gone(what) => write!(f, "{what}"),
            Self::Failed(error) => write!(f, "{error}"),
        }
    }
}

/// Fields that do not hold, gathered so that all are told at once.
#[derive(Debug, Default)]
pub struct Form {
    wrong: Vec<Wrong>,
}

impl Form {
    /// Adds what is wrong with a field.
    pub fn wrong(&mut self, field: &'static str, message: impl Into<String>) {
        self.wrong.push(Wrong { field, message: message.into() });
    }

    /// Adds a message unless something holds.
    pub fn expect(&mut self, holds: bool, field: &'static str, message: &str) {
        if !holds {
            self.wrong(field, message);
        }
    }

    /// Whether nothing is wrong.
    ///
    /// # Errors
    /// All that was found.
    pub fn done(self) -> Result<(), Refusal> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Refusal::Wrong(self.wrong)) }
    }
}
