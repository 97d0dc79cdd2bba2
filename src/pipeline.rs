//! The only place that knows the order of the stages. Both faces call it, and never a stage.
//!
//! `run` takes in what arrived, and then either finds that this very night was published already, or condenses,
//! triangulates, discloses and renders into folders that are built whole, committed in the ledger, and only then shown by
//! the `latest` links.

pub mod answer;
pub mod backup;
pub mod board;
pub mod calendar;
pub mod certificate;
pub mod challenges;
pub mod check;
pub mod compare;
pub mod configuration;
pub mod desk;
pub mod digest;
pub mod due;
pub mod edits;
mod evidence;
pub mod explain;
pub mod explanations;
pub mod freetext;
pub mod health;
pub mod history;
pub mod inbox;
mod intake;
pub mod jobs;
pub mod judge;
mod key;
pub mod list_text;
mod lock;
pub mod lookback;
mod manifest;
pub mod mapping;
mod memory;
mod movement;
pub mod naming;
pub mod overrides;
pub mod progress;
mod publish;
pub mod quality;
pub mod queries;
pub mod query;
pub mod receipt;
pub mod refusal;
mod release;
pub mod releases;
pub mod repro;
mod results;
pub mod retention;
pub mod rules;
pub mod run;
pub mod schedule;
mod sender;
pub mod settings;
pub mod template;
pub mod today;
mod together;
mod withhold;
