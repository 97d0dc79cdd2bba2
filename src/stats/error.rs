//! Why a statistic refuses its input.
//!
//! Source: none: these are this crate's own words.

use thiserror::Error;

/// An input that has no meaning for the statistic asked for.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StatsError {
    /// A count below zero.
    #[error("a count must not be negative")]
    NegativeCount,
    /// A denominator, population or exposure of zero or less.
    #[error("a denominator must be greater than zero")]
    DenominatorNotPositive,
    /// More in the numerator of a proportion than in its denominator.
    #[error("a numerator must not be greater than its denominator")]
    CountAboveDenominator,
    /// A confidence level outside 0.9 to 1 and 90 to 100.
    #[error("a confidence level must lie between 0.9 and 1, or between 90 and 100")]
    ConfidenceOutOfRange,
    /// A time between events of zero or less.
    #[error("a time between events must be greater than zero")]
    TimeNotPositive,
    /// A count so large that neighbouring whole numbers can no longer be told apart.
    #[error("a count must not be greater than 1e15")]
    CountTooLarge,
    /// An infinity or a NaN.
    #[error("a value must be a finite number")]
    NotFinite,
    /// Series that must run side by side do not.
    #[error("the series given must have the same length")]
    LengthsDiffer,
    /// Nothing to compute with.
    #[error("at least {needed} value{} needed", if *needed == 1 { " is" } else { "s are" })]
    TooFew {
        /// The smallest number that the method takes.
        needed: usize,
    },
    /// A p-value outside 0 to 1.
    #[error("a p-value must lie between 0 and 1")]
    ProbabilityOutOfRange,
    /// A p-value of exactly 0 beside one of exactly 1, which no combination can reconcile.
    #[error("p-values of exactly 0 and exactly 1 cannot be combined")]
    ContradictoryProbabilities,
    /// Numerators that are their denominators, every one.
    #[error("the numerators are the denominators: one of them was given twice")]
    NumeratorsAreDenominators,
    /// An iteration that did not settle.
    #[error("the calculation did not settle on an answer")]
    NoConvergence,
}
