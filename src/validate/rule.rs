//! What a rule is. Its explanation is the doc comment at the top of its file, under fixed headings, and is read from
//! there: one text for the programmer, for `lscb` and for the page an agency is sent to.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;

/// One check of returns.
pub trait Rule: Sync {
    /// Its code: a letter and three digits, never reused.
    fn code(&self) -> &'static str;

    /// How much its findings weigh; the worst where they differ.
    fn severity(&self) -> Severity;

    /// The text of its own file, which begins with its explanation.
    fn source(&self) -> &'static str;

    /// What it finds in a return.
    fn check(&self, facts: &Facts<'_>) -> Vec<Finding>;

    /// Its name, one line.
    fn title(&self) -> &'static str {
        let first = self.source().lines().next().unwrap_or_default().trim_start_matches("//! ");
        first.strip_prefix(self.code()).map_or(first, str::trim_start)
    }

    /// What it checks.
    fn what(&self) -> String {
        section(self.source(), "What it checks")
    }

    /// Why it matters to children.
    fn why(&self) -> String {
        section(self.source(), "Why it matters")
    }

    /// An example of what it finds.
    fn example(&self) -> String {
        section(self.source(), "Example")
    }

    /// What the sender is to do.
    fn action(&self) -> String {
        section(self.source(), "What to do")
    }
}

/// The headings that every explanation has, in this order.
pub const HEADINGS: [&str; 4] = ["What it checks", "Why it matters", "Example", "What to do"];

/// The text under a heading of a file's doc comment, its lines joined.
fn section(source: &str, heading: &str) -> String {
    let doc = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let under = doc.skip_while(|line| line.strip_prefix("# ") != Some(heading)).skip(1);
    under.take_while(|line| !line.starts_with("# ")).collect::<Vec<_>>().join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let source =
            "//! V999 Title\n//!\n//! # Example\n//! One,\n//! two.\n//! # What to do\n//! Nothing.\ncode\n//! no";
        assert_eq!(section(source, "Example"), "One, two.");
        assert_eq!(section(source, "What to do"), "Nothing.");
        assert_eq!(section(source, "Why it matters"), "");
    }
}
