//! What may be shown: small numbers are withheld, and what is withheld must not be worked out from the rest.

pub mod audit;
pub mod primary;
