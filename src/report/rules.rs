//! The pages of the codes that a check can give, as text, as JSON and as one web page with a place for each: what a verdict
//! points to.

use askama::Template;

use crate::model::{Error, RulePage, Severity};

/// The kinds of codes: letter, heading, and what they have in common.
const KINDS: [(&str, &str, &str); 5] = [
    ("F", "The file", "What is wrong with a file as a file, before anything in it is read."),
    ("L", "The layout", "How the table was found, and what of the sheet is used and what is not."),
    ("V", "The values", "What is wrong with a single cell or row."),
    ("C", "Across rows, returns and agencies", "What does not fit together, or does not fit what was accepted before."),
    ("P", "Personal data", "What must not be in a return. A value that is found is never repeated in a message."),
];

/// How a finding's weight is said, and what it means for the sender.
pub fn weight(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "must be mended before the return is taken"),
        Severity::Query => ("query", "the return is taken; mend it or explain it"),
        Severity::Note => ("note", "for your information"),
    }
}

/// A line for each code.
pub fn list(pages: &[RulePage]) -> String {
    pages.iter().map(|page| format!("{}  {:<5}  {}\n", page.code, weight(page.severity).0, page.title)).collect()
}

/// Everything that is said of each code, for a terminal.
pub fn text(pages: &[RulePage]) -> String {
    let page = |page: &RulePage| {
        let (word, meaning) = weight(page.severity);
        let sections = page.sections().map(|(heading, text)| format!("\n  {heading}\n{}", folded(text)));
        format!("{} {}\n  {word}: {meaning}\n{}", page.code, page.title, sections.concat())
    };
    pages.iter().map(page).collect::<Vec<_>>().join("\n")
}

/// One JSON object a line.
pub fn json(pages: &[RulePage]) -> String {
    pages.iter().map(|page| serde_json::to_string(page).unwrap_or_default() + "\n").collect()
}

/// A paragraph in lines of at most 96 characters, set in by four.
fn folded(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines.last().is_some_and(|l| !l.is_empty() && l.chars().count() + 1 + word.chars().count() > 92);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.iter().map(|line| format!("    {line}\n")).collect()
}

#[derive(Template)]
#[template(path = "rules.html", config = "src/report/templates/askama.toml")]
struct Page<'a> {
    kinds: Vec<Kind<'a>>,
    codes: usize,
}

/// The codes of one letter.
struct Kind<'a> {
    letter: &'static str,
    heading: &'static str,
    what: &'static str,
    pages: Vec<Entry<'a>>,
}

/// One code as it stands on the page.
struct Entry<'a> {
    page: &'a RulePage,
    word: &'static str,
    meaning: &'static str,
    sections: Vec<(&'static str, Vec<Piece<'a>>)>,
}

/// A piece of a text: plain, or as it is typed.
struct Piece<'a> {
    text: &'a str,
    is_typed: bool,
}

/// The page as text: self-contained, with the code as the name of each place.
///
/// # Errors
/// The page could not be filled, which is a fault of ours.
pub fn html(pages: &[RulePage]) -> Result<String, Error> {
    let kinds = KINDS.iter().map(|(letter, heading, what)| Kind {
        letter,
        heading,
        what,
        pages: pages.iter().filter(|page| page.code.starts_with(letter)).map(entry).collect(),
    });
    let page = Page { kinds: kinds.filter(|kind| !kind.pages.is_empty()).collect(), codes: pages.len() };
    page.render().map_err(|error| {
        Error::state("rules.html", format!("the page could not be filled: {error}"), "This is a fault of ours.")
    })
}

fn entry(page: &RulePage) -> Entry<'_> {
    let (word, meaning) = weight(page.severity);
    Entry { page, word, meaning, sections: page.sections().map(|(heading, text)| (heading, pieces(text))).into() }
}

/// A text cut at its backquotes, between which stands what is typed.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let pieces = text.split('`').enumerate().map(|(i, text)| Piece { text, is_typed: i % 2 == 1 });
    pieces.filter(|piece| !piece.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(code: &'static str) -> RulePage {
        RulePage {
            code,
            title: "A word & more",
            severity: Severity::Error,
            what: "A cell holds `<5` or a number.".to_owned(),
            why: "It would be lost. ".repeat(12),
            example: "`n/a` in C17.".to_owned(),
            action: "Type it again.".to_owned(),
            is_tried: true,
        }
    }

    #[test]
    fn the_page_stands_alone_with_a_place_for_each_code() {
        let html = html(&[page("F001"), page("V004")]).unwrap();
        for wanted in ["id=\"V004\"", "href=\"#V004\"", "<code>&#60;5</code>", "A word &#38; more", "lang=\"en-GB\""] {
            assert!(html.contains(wanted), "{wanted}");
        }
        assert!(!html.contains("id=\"kind-P\""), "a kind without codes has no heading");
        for outside in ["<script", "http:", "https:", "<img", "@import", "url("] {
            assert!(!html.contains(outside), "{outside}");
        }
    }

    #[test]
    fn a_terminal_gets_lines_that_fit() {
        let text = text(&[page("V004")]);
        assert!(text.lines().all(|line| line.chars().count() <= 96), "{text}");
        assert!(text.contains("V004 A word & more\n  error: must be mended"), "{text}");
        assert_eq!(list(&[page("V004")]), "V004  error  A word & more\n");
        assert!(json(&[page("V004")]).starts_with("{\"code\":\"V004\""));
    }
}
