//! Pure arithmetic on slices and counts: one statistical method a file. This room imports nothing of ours and does no I/O.

pub mod adjust;
pub mod combine;
mod discrete;
pub mod error;
pub mod meta;
pub mod midp;
pub mod normal;
pub mod overdispersion;
pub mod pool;
pub mod rank;
pub mod rho;
pub mod robust;
pub mod weight;

pub use error::StatsError;
