//! A reference list as text: one row changed, added or taken out, and every other byte as it was. And what differs between
//! two texts, row by row.

use csv::{ReaderBuilder, Terminator, WriterBuilder};

/// A row where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    /// The line on which it begins, as errors name it.
    pub line: u64,
    /// Its cells as written.
    pub cells: Vec<String>,
    from: usize,
    to: usize,
}

/// A list with the places of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListText {
    /// The whole text.
    pub text: String,
    /// The header.
    pub header: Vec<String>,
    /// The rows.
    pub rows: Vec<TextRow>,
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// Only the later text has it.
    Added(Vec<String>),
    /// Only the earlier text has it.
    Removed(Vec<String>),
    /// Both have it under the same first cell.
    Changed {
        /// The earlier cells.
        from: Vec<String>,
        /// The later cells.
        to: Vec<String>,
    },
}

const BOM: &str = "\u{feff}";

impl ListText {
    /// Takes a text apart.
    ///
    /// # Errors
    /// What the reader of CSV says against it.
    pub fn new(text: &str) -> Result<Self, String> {
        let skipped = if text.starts_with(BOM) { BOM.len() } else { 0 };
        let body = &text[skipped..];
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(body.as_bytes());
        let header = reader.headers().map_err(|e| e.to_string())?.iter().map(|h| h.trim().to_owned()).collect();
        let mut rows = Vec::new();
        let mut record = csv::StringRecord::new();
        loop {
            let (from, line) = (reader.position().byte() as usize, reader.position().line());
            if !reader.read_record(&mut record).map_err(|e| e.to_string())? {
                break;
            }
            // The reader stops between the two characters of a line's end.
            let stopped = reader.position().byte() as usize;
            let is_between = body[..stopped].ends_with('\r') && body[stopped..].starts_with('\n');
            let to = stopped + usize::from(is_between);
            // Empty lines before a row are no part of it.
            let blank = body[from..to].len() - body[from..to].trim_start_matches(['\r', '\n']).len();
            let line = record.position().map_or(line, csv::Position::line);
            let cells = record.iter().map(|c| c.trim().to_owned()).collect();
            rows.push(TextRow { line, cells, from: skipped + from + blank, to: skipped + to });
        }
        Ok(Self { text: text.to_owned(), header, rows })
    }

    /// A row by its line.
    pub fn row(&self, line: u64) -> Option<&TextRow> {
        self.rows.iter().find(|r| r.line == line)
    }

    /// The text with a row in the place of another.
    pub fn with_row(&self, row: &TextRow, cells: &[String]) -> String {
        format!("{}{}{}", &self.text[..row.from], self.written(cells), &self.text[row.to..])
    }

    /// The text with a row at its end.
    pub fn with_new(&self, cells: &[String]) -> String {
        let end = if self.text.is_empty() || self.text.ends_with('\n') { "" } else { self.line_end() };
        format!("{}{end}{}", self.text, self.written(cells))
    }

    /// The text without a row.
    pub fn without(&self, row: &TextRow) -> String {
        format!("{}{}", &self.text[..row.from], &self.text[row.to..])
    }

    fn line_end(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    fn written(&self, cells: &[String]) -> String {
        let terminator = if self.line_end() == "\r\n" { Terminator::CRLF } else { Terminator::Any(b'\n') };
        let mut writer = WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
        // Writing to memory does not fail, and text stays text.
        let _ = writer.write_record(cells);
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// What the rows of `later` have that these have not, and the other way round, in the order of the lists.
    pub fn changes_to(&self, later: &Self) -> Vec<RowChange> {
        let (before, after): (Vec<_>, Vec<_>) =
            (self.rows.iter().map(|r| &r.cells).collect(), later.rows.iter().map(|r| &r.cells).collect());
        let same_start = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
        let rest = before.len().min(after.len()) - same_start;
        let same_end = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
        let gone = &before[same_start..before.len() - same_end];
        let came = &after[same_start..after.len() - same_end];
        // Within what differs, rows that both have are the same row wherever they moved.
        let mut left: Vec<&Vec<String>> = came.to_vec();
        let mut removed: Vec<&Vec<String>> = Vec::new();
        for row in gone {
            match left.iter().position(|l| l == row) {
                Some(at) => drop(left.remove(at)),
                None => removed.push(row),
            }
        }
        let mut changes = Vec::new();
        for row in removed {
            match left.iter().position(|l| l.first() == row.first()) {
                Some(at) => changes.push(RowChange::Changed { from: row.clone(), to: left.remove(at).clone() }),
                None => changes.push(RowChange::Removed(row.clone())),
            }
        }
        changes.extend(left.into_iter().map(|row| RowChange::Added(row.clone())));
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<String> {
        text.split('|').map(str::to_owned).collect()
    }

    #[test]
    fn one_row_changes_and_every_other_byte_stays() {
        let text =
            "\u{feff}indicator,from,target,source\r\nmissing, 2014-04-01 ,0.9,\"agreed, in May\"\r\n\r\nvisits,,1,\r\n";
        let list = ListText::new(text).unwrap();
        assert_eq!(list.header, ["indicator", "from", "target", "source"]);
        assert_eq!(list.rows[0].cells, ["missing", "2014-04-01", "0.9", "agreed, in May"]);
        let second = &list.rows[1];
        let changed = list.with_row(second, &cells("visits||0.95|say \"so\", all"));
        assert_eq!(
            changed,
            "\u{feff}indicator,from,target,source\r\nmissing, 2014-04-01 ,0.9,\"agreed, in May\"\r\n\r\nvisits,,0.95,\"say \"\"so\"\", all\"\r\n"
        );
        let fewer = list.without(&list.rows[0]);
        assert_eq!(fewer, "\u{feff}indicator,from,target,source\r\n\r\nvisits,,1,\r\n");
        let more = ListText::new("a,b\n1,2").unwrap().with_new(&cells("3|4"));
        assert_eq!(more, "a,b\n1,2\n3,4\n", "a last line without its end gets one");
        assert!(list.row(list.rows[1].line).is_some_and(|r| r.cells[0] == "visits"));
    }

    #[test]
    fn what_differs_is_told_row_by_row() {
        let list = |text: &str| ListText::new(text).unwrap();
        let before = list("id,name\na,One\nb,Two\nc,Three\nd,Four\n");
        let after = list("id,name\na,One\nd,Four\nb,Second\ne,Five\n");
        assert_eq!(
            before.changes_to(&after),
            [
                RowChange::Changed { from: cells("b|Two"), to: cells("b|Second") },
                RowChange::Removed(cells("c|Three")),
                RowChange::Added(cells("e|Five")),
            ]
        );
        assert!(before.changes_to(&before).is_empty());
        assert_eq!(
            list("id\na\na\n").changes_to(&list("id\na\n")),
            [RowChange::Removed(cells("a"))],
            "one of two equal rows"
        );
    }
}
