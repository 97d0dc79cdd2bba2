//! Sheets that the program itself puts into a workbook: guidance and the lists behind the drop-downs of a blank return,
//! and what is to mend in a return that is sent back. They are
//! known by their first cell, whatever a sender calls them, and hold no figures: a filled return is read without them.

/// First cell of the sheet that says how to fill a blank return in.
pub const GUIDE: &str = "How to fill this in";

/// First cell of the sheet with the lists behind the drop-downs.
pub const LISTS: &str = "Lists for the drop-downs";

/// First cell, and name, of the sheet that lists what is to mend in a return.
pub const MEND: &str = "What to mend";

/// First cell of the sheet with what was sent last time.
pub const PAST: &str = "What was sent last time";

/// How a cell begins that says what was sent last time, beside the cells that are filled in now.
pub const BESIDE: &str = "Last time: ";

/// Whether the first filled cell of a sheet makes it one of ours.
pub fn is_own(first: &str) -> bool {
    [GUIDE, LISTS, MEND, PAST].contains(&first.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_first_cell_counts() {
        assert!(is_own(GUIDE) && is_own(MEND) && is_own(" Lists for the drop-downs "));
        for text in ["", "How to fill this in: figures", "Lists", "Measure"] {
            assert!(!is_own(text), "{text}");
        }
    }
}
