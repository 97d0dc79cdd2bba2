//! Why a calculation was not made.

use thiserror::Error;

use crate::disclose::audit::AuditError;
use crate::disclose::suppress::SuppressError;
use crate::stats::StatsError;

/// A request that cannot be answered.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CalcError {
    /// No method has this name.
    #[error("there is no method {name:?}{}", .suggestion.map(|s| format!("; did you mean {s:?}?")).unwrap_or_default())]
    UnknownMethod {
        /// The name as given.
        name: String,
        /// The nearest that there is.
        suggestion: Option<&'static str>,
    },
    /// Something that must be a JSON object is another thing.
    #[error("{what} must be a JSON object")]
    NotAnObject {
        /// The request, `inputs` or `params`.
        what: &'static str,
    },
    /// A key that the method needs is not there.
    #[error("{key:?} is missing")]
    Missing {
        /// The key.
        key: String,
    },
    /// A key holds what the method cannot take.
    #[error("{key:?} must be {expected}")]
    Wrong {
        /// The key, with the place in its list where there is one.
        key: String,
        /// What it must be.
        expected: &'static str,
    },
    /// The statistic refuses the figures.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// The table cannot be audited.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The family of tables cannot be protected as it is given.
    #[error(transparent)]
    Suppress(#[from] SuppressError),
}
