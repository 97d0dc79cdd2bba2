//! Pure arithmetic on slices and counts: one statistical method a file. This room imports nothing of ours and does no I/O.
//!
//! Expected values come from outside: R packages, scipy, published papers, and the worked cases of `tests/expected`.

pub mod adjust;
pub mod auc;
pub mod autocorrelation;
pub mod charts;
pub mod cochran_armitage;
pub mod combine;
pub mod combine_p;
mod discrete;
pub mod doubling;
pub mod dsr;
pub mod dsr_repeated;
pub mod empirical_bayes;
pub mod error;
pub mod funnel;
pub mod funnel_exact;
pub mod funnel_od;
pub mod gamma_poisson;
pub mod harmonic_p;
pub mod interval;
pub mod mann_kendall;
pub mod mann_kendall_seasonal;
pub mod meta;
pub mod midp;
pub mod moving_range;
pub mod normal;
pub mod overdispersion;
pub mod poisson_trend;
pub mod pool;
pub mod rank;
pub mod rho;
pub mod robust;
pub mod run_chart;
pub mod run_chart_ihi;
pub mod runs_exact;
pub mod single_stream;
mod special;
pub mod two_rates;
pub mod weight;
pub mod xmr;
mod xmr_limits;
pub mod xmr_ptd;
pub mod xmr_rules;

pub use error::StatsError;
