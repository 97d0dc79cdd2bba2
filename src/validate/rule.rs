//! What a rule is. Its explanation is the doc comment at the top of its file, under fixed headings, and is read from
//! there: one text for the programmer, for `lscb` and for the page an agency is sent to.

use crate::model::rule_page::RulePage;
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

    /// All of it.
    fn page(&self) -> RulePage {
        RulePage {
            code: self.code(),
            title: self.title(),
            severity: self.severity(),
            what: self.what(),
            why: self.why(),
            example: self.example(),
            action: self.action(),
            is_tried: is_tried(self.source()),
        }
    }
}

/// Whether the tests of a rule's file hold a case that passes and one that fails, each with something that it asserts.
fn is_tried(source: &str) -> bool {
    let tests = source.split_once("#[cfg(test)]").map_or("", |(_, tests)| tests);
    let body = |name: &str| tests.split_once(&format!("fn {name}() {{")).map(|(_, rest)| rest.split("#[test]").next());
    let asserts = |text: &str| ["assert", "silent(", "spotted("].iter().any(|word| text.contains(word));
    ["passes", "fails"].iter().all(|name| body(name).flatten().is_some_and(asserts))
}

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
    fn a_rule_is_tried_where_both_cases_assert_something() {
        let both = "#[cfg(test)] #[test] fn passes() { silent(x); } #[test] fn fails() { assert_eq!(1, 1); }";
        assert!(is_tried(both));
        for (wrong, why) in [
            ("assert_eq!(1, 1);", "a case that asserts nothing"),
            ("#[test] fn fails() { assert_eq!(1, 1); }", "no failing case"),
            ("#[cfg(test)]", "no tests"),
        ] {
            assert!(!is_tried(&both.replace(wrong, "")), "{why}");
        }
    }

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let source =
            "//! V999 Title\n//!\n//! # Example\n//! One,\n//! two.\n//! # What to do\n//! Nothing.\ncode\n//! no";
        assert_eq!(section(source, "Example"), "One, two.");
        assert_eq!(section(source, "What to do"), "Nothing.");
        assert_eq!(section(source, "Why it matters"), "");
    }
}
