//! `lscb` turns the returns of a safeguarding board's partners into hot spots.

pub mod calc;
pub mod disclose;
pub mod model;
pub mod spec;
pub mod stats;
pub mod triangulate;
