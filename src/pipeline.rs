//! The only place that knows the order of the stages. Both faces call it, and never a stage.
//!
//! `run` takes in what arrived, and then either finds that this very night was published already, or condenses,
//! triangulates, discloses and renders into folders that are built whole, committed in the ledger, and only then shown by
//! the `latest` links.

pub mod check;
pub mod configuration;
pub mod digest;
mod evidence;
pub mod explain;
pub mod history;
mod intake;
mod judge;
mod key;
mod lock;
pub mod lookback;
mod manifest;
pub mod mapping;
mod memory;
mod movement;
pub mod progress;
mod publish;
pub mod queries;
pub mod query;
mod release;
mod results;
pub mod run;
pub mod template;
