//! The tool could not do its work: what happened, where, and what to do. Faulty returns are findings, never errors.

use std::path::PathBuf;

/// Why a command could not go on. The kind decides the exit code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line or the configuration is wrong; nothing was read or changed. Exit code 2.
    #[error("{place}: {what}\n  {advice}")]
    Configuration {
        /// File and, where known, line or row and column.
        place: String,
        /// What was found.
        what: String,
        /// What to do.
        advice: String,
    },
    /// A file or folder could not be read or written. Exit code 1.
    #[error("{}: {what}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done.
        what: &'static str,
        /// The system's own reason.
        source: std::io::Error,
    },
    /// Something of ours (lake, ledger, run folder) is not as it must be. Exit code 1.
    #[error("{place}: {what}\n  {advice}")]
    State {
        /// File or table.
        place: String,
        /// What was found.
        what: String,
        /// What to do.
        advice: String,
    },
}

impl Error {
    /// A wrong command line or configuration.
    pub fn configuration(place: impl Into<String>, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Configuration { place: place.into(), what: what.into(), advice: advice.into() }
    }

    /// A failed system call on `path`.
    pub fn io(path: impl Into<PathBuf>, what: &'static str, source: std::io::Error) -> Self {
        Self::Io { path: path.into(), what, source }
    }

    /// A store of ours that is not as it must be.
    pub fn state(place: impl Into<String>, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::State { place: place.into(), what: what.into(), advice: advice.into() }
    }

    /// The exit code of data-contract.md, section 4.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Configuration { .. } => 2,
            Self::Io { .. } | Self::State { .. } => 1,
        }
    }
}
