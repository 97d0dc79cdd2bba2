//! Pure arithmetic on slices and counts: one statistical method a file. This room imports nothing of ours and does no I/O.

pub mod adjust;
pub mod combine;
mod discrete;
pub mod error;
pub mod interval;
pub mod meta;
pub mod midp;
pub mod moving_range;
pub mod normal;
pub mod overdispersion;
pub mod pool;
pub mod rank;
pub mod rho;
pub mod robust;
mod special;
pub mod weight;
pub mod xmr;
pub mod xmr_ptd;
pub mod xmr_rules;

pub use error::StatsError;
