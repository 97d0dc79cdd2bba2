//! `lscb` turns the returns of a safeguarding board's partners into hot spots: where to look first, why, how sure we are,
//! and what has changed.
//!
//! Data flows one way, and the rooms of this house are its stages:
//!
//! ```text
//!  returns (xlsx xls ods csv)      reference lists, return specs, pipeline file (spec)
//!         |                                     |
//!      ingest -> validate -> normalise -> lake -> condense -> triangulate -> disclose -> report
//!      (limited   (rules)   (canonical  (Parquet) (series,    (six streams,  (small      (html svg png
//!       child)               rows)                 charts)     tiers)         numbers)    xlsx csv ...)
//!         \_____________________ ledger: submissions, verdicts, runs ____________________/
//!  faces: cli (analyst, cron), serve (portal, API); both call pipeline, which alone knows the order of the stages
//! ```
//!
//! What holds everywhere:
//! - Faulty data is a finding, never an error; an error is a tool that could not do its work; a panic is our mistake.
//! - Nothing comes in kinds: zero, suppressed, not applicable, not available, not recorded, not due, low and missing stay
//!   apart from the sender's cell to the chart.
//! - Only `ingest` makes what `validate` takes, only `validate` makes `Accepted`, only `disclose` makes `Publishable`: a
//!   report of unsuppressed figures does not compile.
//! - `stats` is arithmetic on slices and imports nothing of ours; `report` draws and never calculates.
//! - The same inputs, configuration and as-of date give the same bytes; the clock is `--as-of`.
#![deny(missing_docs)]

pub mod access;
pub mod calc;
pub mod cli;
pub mod condense;
pub mod disclose;
pub mod evaluate;
pub mod ingest;
pub mod lake;
pub mod ledger;
pub mod model;
pub mod normalise;
pub mod pipeline;
pub mod report;
pub mod sample;
pub mod serve;
pub mod spec;
pub mod stats;
pub mod triangulate;
pub mod validate;
