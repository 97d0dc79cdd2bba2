//! What a code of the door means, in full: one text for `lscb rules`, for its page and for whoever is told the code.

use serde::Serialize;

use crate::model::finding::Severity;

/// Everything that is said of one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulePage {
    /// Letter and three digits, never reused.
    pub code: &'static str,
    /// Its name, one line.
    pub title: &'static str,
    /// How much its findings weigh; the worst where they differ.
    pub severity: Severity,
    /// What it checks.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// An example of what it finds.
    pub example: String,
    /// What the sender is to do.
    pub action: String,
    /// Whether a case that passes and a case that fails stand beside it, in the text that the program was built from.
    #[serde(skip)]
    pub is_tried: bool,
}

/// The headings under which a page says it, in this order.
pub const HEADINGS: [&str; 4] = ["What it checks", "Why it matters", "Example", "What to do"];

impl RulePage {
    /// Its four sections, each with its heading.
    pub fn sections(&self) -> [(&'static str, &str); 4] {
        let texts = [&self.what, &self.why, &self.example, &self.action].map(String::as_str);
        std::array::from_fn(|i| (HEADINGS[i], texts[i]))
    }
}
