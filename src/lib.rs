//! `lscb` turns the returns of a safeguarding board's partners into hot spots.

pub mod ingest;
pub mod ledger;
pub mod model;
pub mod sample;
pub mod spec;
pub mod stats;
