//! The only place that knows the order of the stages. Both faces call it, and never a stage.
//!
//! `run` takes in what arrived, and then either finds that this very night was published already, or condenses,
//! triangulates, discloses and renders into folders that are built whole, committed in the ledger, and only then shown by
//! the `latest` links.

pub mod answer;
pub mod calendar;
pub mod certificate;
pub mod check;
pub mod configuration;
pub mod desk;
pub mod digest;
pub mod due;
mod evidence;
pub mod explain;
pub mod history;
mod intake;
pub mod judge;
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
pub mod receipt;
mod release;
pub mod repro;
mod results;
pub mod rules;
pub mod run;
mod sender;
pub mod template;
mod withhold;
