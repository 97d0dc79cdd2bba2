//! What moved a cell since the run before, and what would move it next.

use serde::{Deserialize, Serialize};

use crate::model::stream::Stream;

/// Why a cell's tier is another than in the run before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The board's lists or settings, or the program, read the same figures otherwise.
    ChangedConfiguration,
    /// Nothing new: windows slid on, and weights faded.
    AgedEvidence,
    /// Figures that were known before came again with other values, or were withdrawn.
    RestatedFigures,
    /// Figures that nobody had sent before.
    NewEvidence,
}

impl Cause {
    /// The word of `hotspots.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChangedConfiguration => "changed-configuration",
            Self::AgedEvidence => "aged-evidence",
            Self::RestatedFigures => "restated-figures",
            Self::NewEvidence => "new-evidence",
        }
    }

    /// What happened, within a sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::ChangedConfiguration => "the board's lists or settings, or the program, were changed",
            Self::AgedEvidence => "the evidence grew older",
            Self::RestatedFigures => "earlier figures were sent again and differ",
            Self::NewEvidence => "new evidence came in",
        }
    }
}

/// A cause, and the streams whose light it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// What happened.
    pub cause: Cause,
    /// Streams whose light it changed here; none where it moved what the cell is compared with.
    pub streams: Vec<Stream>,
}

/// All that moved a cell, within a sentence: `new evidence came in (Audits) and the evidence grew older`; empty for nothing.
pub fn in_words(moved: &[Movement]) -> String {
    let one = |movement: &Movement| {
        let names: Vec<&str> = movement.streams.iter().map(|s| s.name()).collect();
        match names.is_empty() {
            true => movement.cause.in_words().to_owned(),
            false => format!("{} ({})", movement.cause.in_words(), names.join(", ")),
        }
    };
    match moved.iter().map(one).collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// What would change our mind of one stream that points to a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mind {
    /// The stream.
    pub stream: Stream,
    /// What would clear it, and what would confirm it, as one sentence.
    pub sentence: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_in_words() {
        let moved = |cause, streams: &[Stream]| Movement { cause, streams: streams.to_vec() };
        let aged = moved(Cause::AgedEvidence, &[]);
        assert_eq!(in_words(&[]), "");
        assert_eq!(in_words(std::slice::from_ref(&aged)), "the evidence grew older");
        let new = moved(Cause::NewEvidence, &[Stream::Audits, Stream::Intelligence]);
        assert_eq!(
            in_words(&[aged, new]),
            "the evidence grew older and new evidence came in (Audits, Soft intelligence)"
        );
    }
}
