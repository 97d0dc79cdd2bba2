//! How much of anything one file may cost.

use serde::{Deserialize, Serialize};

const MIB: u64 = 1024 * 1024;

/// The bounds within which one file is read. The child process is given the same ones as its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the file as sent (50 MiB).
    pub file_bytes: u64,
    /// Entries of an archive (1,000); a workbook of thirty sheets has about a hundred.
    pub zip_entries: usize,
    /// Bytes that all entries together unpack to, counted while unpacking (200 MiB).
    pub inflated_total: u64,
    /// Bytes that one entry unpacks to, counted while unpacking (100 MiB).
    pub inflated_part: u64,
    /// Times that one entry of more than 1 MiB may be larger unpacked than packed (200; sheets of figures reach about 15).
    pub ratio: u64,
    /// Cells with a value in the whole file (2 million).
    pub cells: usize,
    /// Bytes of text in one cell (32,767 characters of at most 4 bytes, the most that Excel keeps).
    pub field_bytes: usize,
    /// Texts outside the cells that are looked at (200,000): comments, lists, what a pivot table keeps.
    pub part_texts: usize,
    /// Bytes of all of them together (16 MiB).
    pub part_bytes: usize,
    /// Empty rows between a value and the rows above it, beyond which the value is *far* (16,384).
    ///
    /// A sheet is read from the top. A value belongs to what was read before it unless it lies more than this many rows
    /// below the last row with a value, or more than `max_column` columns to the right of the rightmost value so far.
    /// So a table may be as long and wide as it likes so long as it hangs together, blocks may stand apart by as much as
    /// people leave between them, and a stray value at the end of the sheet is named by its address. The place of the
    /// first value counts from the sheet's corner.
    pub max_row: u32,
    /// Empty columns between a value and the values so far, beyond which the value is *far* (256).
    pub max_column: u32,
    /// Bytes of address space of the child (512 MiB), whatever it is used for.
    pub address_space: u64,
    /// Seconds of computing of the child (15).
    pub cpu_seconds: u64,
    /// Seconds by the clock after which the child is stopped (20).
    pub wall_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 50 * MIB,
            zip_entries: 1000,
            inflated_total: 200 * MIB,
            inflated_part: 100 * MIB,
            ratio: 200,
            cells: 2_000_000,
            field_bytes: 32_767 * 4,
            part_texts: 200_000,
            part_bytes: 16 << 20,
            max_row: 16_384,
            max_column: 256,
            address_space: 512 * MIB,
            cpu_seconds: 15,
            wall_seconds: 20,
        }
    }
}
