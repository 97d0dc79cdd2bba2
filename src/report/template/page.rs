//! A blank return before it is a workbook: sheets of cells, each fixed or to be filled in.

/// What an entry cell asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// A number of nought or more, or a marker; whole where it counts things.
    Number {
        /// Whether it counts things.
        whole: bool,
    },
    /// A day.
    Date,
    /// An entry of a list, by its position among [`Lists`]; where it is not strict, something else may be written.
    Choice {
        /// Position of the list.
        list: usize,
        /// Whether nothing else is allowed.
        strict: bool,
    },
    /// Text.
    Text,
}

/// A cell of a blank return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// The first line of a sheet.
    Title(String),
    /// A line above the table, over its whole width.
    Line(String),
    /// A header.
    Head(String),
    /// What a row is about.
    Label(String),
    /// To be filled in.
    Entry(Ask),
    /// To be filled in, with what was sent last time.
    Again(Ask, String),
    /// Nothing is asked for here.
    NotAsked,
}

impl Cell {
    /// Whether it is to be filled in.
    pub fn is_entry(&self) -> bool {
        self.entry().is_some()
    }

    /// What is asked for, and what was sent last time, empty where nothing is known.
    pub fn entry(&self) -> Option<(&Ask, &str)> {
        match self {
            Self::Entry(ask) => Some((ask, "")),
            Self::Again(ask, last) => Some((ask, last)),
            _ => None,
        }
    }

    /// The same cell with what was sent last time.
    pub fn with_past(self, last: Option<String>) -> Self {
        match (self, last) {
            (Self::Entry(ask), Some(last)) => Self::Again(ask, last),
            (cell, _) => cell,
        }
    }
}

/// A sheet of a blank return.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Page {
    /// Its name.
    pub name: String,
    /// Its cells, row by row.
    pub rows: Vec<Vec<Cell>>,
    /// Merged headers: row, first and last column.
    pub merges: Vec<(usize, usize, usize)>,
    /// How many rows and columns stay in sight.
    pub freeze: (usize, usize),
}

/// The lists behind the drop-downs, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Lists(pub Vec<List>);

/// A list behind drop-downs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct List {
    /// What its entries are.
    pub title: String,
    /// The entries, in order.
    pub entries: Vec<String>,
}

impl Lists {
    /// The position of a list, which is added where it is new; none for a list without entries.
    pub fn add(&mut self, title: &str, entries: Vec<String>) -> Option<usize> {
        if entries.is_empty() {
            return None;
        }
        let known = self.0.iter().position(|l| l.entries == entries);
        Some(known.unwrap_or_else(|| {
            self.0.push(List { title: title.to_owned(), entries });
            self.0.len() - 1
        }))
    }
}

/// A name that a workbook allows for a sheet: at most 31 characters and none of `[]:*?/\`.
pub(super) fn sheet_name(text: &str) -> String {
    let kept: String = text.chars().map(|c| if "[]:*?/\\".contains(c) { ' ' } else { c }).collect();
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = words.trim_matches('\'').chars().take(31).collect();
    if short.trim().is_empty() { "Return".to_owned() } else { short.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_those_a_workbook_allows() {
        assert_eq!(sheet_name("2014/15 [Q1]: all?"), "2014 15 Q1 all");
        assert_eq!(sheet_name("'Corby'"), "Corby");
        assert_eq!(sheet_name("***"), "Return");
        assert_eq!(sheet_name(&"x".repeat(40)).len(), 31);
    }

    #[test]
    fn a_list_stands_once() {
        let mut lists = Lists::default();
        let entries = || vec!["a".to_owned()];
        assert_eq!((lists.add("one", entries()), lists.add("two", entries())), (Some(0), Some(0)));
        assert_eq!(lists.add("none", vec![]), None);
    }
}
