//! The board's own words as types. Every other room speaks them; this room imports none of the others.
//!
//! A *return* is what an agency is expected to send, a *submission* one received instance of it. An *indicator* is a
//! named thing the board watches; a *stream* is one of the six kinds of evidence; a *theme* is the key they share; a
//! *cell* of the lattice is a theme at a place, in an agency, or on the whole board; a *signal* is what one stream says
//! of a cell.

pub mod calendar;
pub mod cell;
pub mod challenge;
pub mod draft;
pub mod error;
pub mod explanation;
pub mod finding;
pub mod history;
pub mod layout;
pub mod movement;
pub mod number;
pub mod overrides;
pub mod part;
pub mod period;
pub mod prompt;
pub mod query;
pub mod raw;
pub mod row;
pub mod rule_page;
pub mod scope;
pub mod second_factor;
pub mod series;
pub mod stream;
pub mod submission;
pub mod table;
pub mod text;
pub mod trial;
pub mod upload;
pub mod user;
pub mod who;

pub use calendar::{Due, DueState, Held, NotHeard, Punctuality};
pub use cell::{Board, Cell, CellId, Evidence, Grain, Signal, Tier};
pub use error::Error;
pub use explanation::Explanation;
pub use finding::{Finding, Severity, Verdict};
pub use history::History;
pub use layout::Layout;
pub use movement::{Cause, Mind, Movement};
pub use number::{Number, Status};
pub use period::Period;
pub use prompt::{Prompt, PromptKind};
pub use query::{Answer, Asked};
pub use row::{Provenance, Row};
pub use rule_page::RulePage;
pub use scope::Scope;
pub use second_factor::SecondFactor;
pub use series::{Point, Series};
pub use stream::Stream;
pub use table::{Column, ColumnKind, Table};
pub use text::Text;
pub use trial::Trial;
pub use upload::{NilReturn, Upload, UploadState};
pub use user::{Role, User};
pub use who::Who;
