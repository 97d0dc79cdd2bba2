//! Words that are no names: those of ordinary English as returns use it, and those of the board's own lists. Two words
//! with capitals are taken for a person only where neither is among them.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::spec::Reference;

/// Ordinary words in lower case: from this project's own pages, comments and sample lists; given names and surnames that
/// are also words were taken out.
static ORDINARY: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("ordinary_words.txt").split_whitespace().collect());

/// The words of a board's lists, in lower case.
#[derive(Default)]
pub struct Words {
    own: HashSet<String>,
}

impl Words {
    /// The words of a board's agencies, places, themes, indicators and questions.
    pub fn of(reference: &Reference) -> Self {
        let mut own = HashSet::new();
        let mut add = |text: &str| {
            own.extend(text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 1).map(str::to_lowercase));
        };
        reference.agencies.iter().flat_map(|a| [&a.agency, &a.name]).for_each(|t| add(t));
        reference.localities.iter().flat_map(|l| [&l.locality, &l.name]).for_each(|t| add(t));
        reference.themes.iter().for_each(|t| add(&t.name));
        for indicator in &reference.indicators {
            add(&indicator.indicator);
            add(&indicator.name);
        }
        let topics =
            [&reference.standards, &reference.audit_questions, &reference.death_categories, &reference.death_factors];
        topics.into_iter().flatten().for_each(|t| add(&t.name));
        Self { own }
    }

    /// Whether a word is known as no name.
    pub fn is_ordinary(&self, word: &str) -> bool {
        let lower = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let known = |w: &str| ORDINARY.contains(w) || self.own.contains(w);
        known(&lower) || lower.strip_suffix('s').is_some_and(|one| one.len() > 3 && known(one))
    }

    /// Whether a text is a name and nothing else: two or three words with capitals, of which the first may be an initial.
    pub fn is_name(&self, text: &str) -> bool {
        let words: Vec<&str> = text.split([' ', '_', ',']).filter(|w| !w.is_empty()).collect();
        (2..=3).contains(&words.len())
            && words.iter().enumerate().all(|(i, w)| is_titled(w) || i < words.len() - 1 && is_initial(w))
            && !words.iter().any(|w| self.is_ordinary(w))
    }

    /// Whether two words that stand together in a text may be a name.
    pub fn name_in(&self, text: &str) -> bool {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.windows(2).any(|pair| {
            let first = pair[0].trim_start_matches(|c: char| !c.is_alphanumeric());
            let second = pair[1].trim_end_matches(|c: char| !c.is_alphanumeric());
            (is_titled(first) || is_initial(first))
                && is_titled(second)
                && !self.is_ordinary(first)
                && !self.is_ordinary(second)
        })
    }
}

/// A capital and small letters.
fn is_titled(word: &str) -> bool {
    let mut letters = word.chars();
    let capital = letters.next().is_some_and(char::is_uppercase);
    let rest = letters.as_str();
    capital
        && rest.chars().any(char::is_lowercase)
        && rest.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-'))
}

/// `Z` or `Z.`
fn is_initial(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && matches!(letters.as_str(), "" | ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_from_what_is_written_like_them() {
        let words = Words { own: ["corby", "wellingborough"].map(String::from).into() };
        for (text, is_name, why) in [
            ("Zebedee Testcase", true, "given name and surname"),
            ("Z Testcase", true, "an initial"),
            ("Z. Testcase", true, "with its point"),
            ("Zebedee_Testcase", true, "as a sheet may be called"),
            ("Police Return", false, "ordinary words"),
            ("Corby Figures", false, "a place of the board"),
            ("Missing Children", false, "a theme"),
            ("Requires Improvement", false, "a grade"),
            ("Sheet1", false, "one word"),
            ("Q Summary", false, "an initial and an ordinary word"),
            ("Quarterly Returns", false, "a plural"),
            ("zebedee testcase", false, "no capitals"),
        ] {
            assert_eq!(words.is_name(text), is_name, "{text}: {why}");
        }
        assert!(words.name_in("DOB 07/03/2014, Zebedee Testcase"));
        assert!(words.name_in("Araminta Sampleton 999 000 0395"));
        assert!(!words.name_in("Figures of Corby Police, amended in July"));
    }
}
