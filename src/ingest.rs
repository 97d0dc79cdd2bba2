//! Bytes of a return to raw tables with cell addresses.
//!
//! Nobody can know what a file from outside holds, and the libraries that open spreadsheets can be made to abort or to
//! ask for terabytes by a file of a kilobyte. So [`read`] looks at a file only through a child process that gives up
//! memory, time and the right to write before it opens it (`child`); what comes back is a [`RawFile`], or findings
//! that say what to do. Nothing is interpreted here: no trimming, no numbers made of text, no header.
//!
//! The order of work in the child: recognise by content (`sniff`), guard the archive (`archive`), then the reader of
//! the format (`xlsx`, `xls`, `ods`, `csv`).
//!
//! Invariants: no reader writes anything; none opens anything the file names (links, entities, other workbooks); every
//! loop over a sender's data is bounded by [`Limits`]; what is written to standard error in the child is thrown away,
//! since a library's message may repeat a cell.

mod archive;
mod child;
pub mod codes;
mod csv;
mod dates;
mod decode;
pub mod drift;
pub mod explained;
pub mod header;
pub mod layout;
pub mod layout_codes;
mod light;
mod limits;
mod mend;
mod ods;
mod ods_parts;
mod ods_scan;
mod package;
mod part_walk;
mod parts;
mod reader;
mod rows;
mod separator;
mod sheet_scan;
mod sieve;
mod sniff;
mod xls;
mod xls_parts;
mod xls_scan;
mod xlsx;
mod xlsx_parts;

pub use child::{program, read, set_reader};
pub use limits::Limits;
pub use reader::{read_bytes, read_here, read_return_main};

use crate::model::Finding;
use crate::model::part::RawPart;
use crate::model::raw::RawFile;

/// What came of reading one file.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Read {
    /// The sheets, unless the file as a whole could not be read. Present beside an error that concerns single cells, so
    /// that the other rules can still say what else is to mend.
    pub raw: Option<RawFile>,
    /// Texts outside the cells, for the personal-data gate; also of a file whose sheets could not be read.
    pub parts: Vec<RawPart>,
    /// What is wrong with the file as a file: codes of [`codes::CODES`].
    pub findings: Vec<Finding>,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}
