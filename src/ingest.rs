//! From the bytes of a return to rows of the canonical tables, each field still the sender's cell.

pub mod header;
pub mod layout;
pub mod layout_codes;
