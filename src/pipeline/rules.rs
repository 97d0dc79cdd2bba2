//! Every code that the door can give, with its page: those of the reader, of the layout and of the rules.

use std::collections::BTreeSet;

use crate::model::{Error, RulePage};
use crate::report;
use crate::spec::advice::did_you_mean;
use crate::{ingest, validate};

/// All pages: F, L, V, C, P, each in the order of the codes.
pub fn pages() -> Vec<RulePage> {
    let mut pages = ingest::explained::pages();
    let mut rules = validate::registry::pages();
    rules.sort_by_key(|page| ("VCP".find(&page.code[..1]), page.code));
    pages.extend(rules);
    pages
}

/// The pages of some codes, in their order; a letter stands for all codes that begin with it.
///
/// # Errors
/// No code begins so: with the nearest one.
pub fn some(codes: &[String]) -> Result<Vec<RulePage>, Error> {
    let mut pages = pages();
    let wanted: Vec<String> = codes.iter().map(|code| code.trim().to_ascii_uppercase()).collect();
    for code in &wanted {
        if code.is_empty() || !pages.iter().any(|page| page.code.starts_with(code.as_str())) {
            let known: Vec<&str> = pages.iter().map(|page| page.code).collect();
            return Err(Error::configuration("rules", format!("there is no code `{code}`"), did_you_mean(code, known)));
        }
    }
    pages.retain(|page| wanted.iter().any(|code| page.code.starts_with(code.as_str())));
    Ok(pages)
}

/// What is wanting in a list of codes, as sentences: a case, a part of the page, a place on the page that verdicts point to,
/// or a code of its own.
///
/// # Errors
/// The page could not be filled.
pub fn wanting(pages: &[RulePage]) -> Result<Vec<String>, Error> {
    let html = report::rules::html(pages)?;
    let mut wanting = Vec::new();
    let mut seen = BTreeSet::new();
    for page in pages {
        let code = page.code;
        if !seen.insert(code) {
            wanting.push(format!("{code} is given to two meanings."));
        }
        if !page.is_tried {
            wanting.push(format!("{code} lacks a case that passes or a case that fails."));
        }
        let empty = page.sections().into_iter().filter(|(_, text)| text.is_empty());
        wanting.extend(empty.map(|(heading, _)| format!("{code} says nothing under '{heading}'.")));
        if html.matches(&format!("id=\"{code}\"")).count() != 1 {
            wanting.push(format!("{code} has no place of its own on the page of rules."));
        }
    }
    Ok(wanting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_cases_and_its_page() {
        let pages = pages();
        assert_eq!(wanting(&pages).unwrap(), Vec::<String>::new());
        let letters: Vec<char> = pages.iter().filter_map(|p| p.code.chars().next()).collect();
        assert!(['F', 'L', 'V', 'C', 'P'].iter().all(|l| letters.contains(l)));
        assert!(pages.len() >= 45 + 40, "{}", pages.len());
    }

    #[test]
    fn what_is_wanting_is_named() {
        let mut pages = some(&["V00".to_owned()]).unwrap();
        pages[0].is_tried = false;
        pages[1].example.clear();
        pages[3].code = pages[2].code;
        let wanting = wanting(&pages).unwrap();
        for word in ["V001 lacks", "V002 says nothing under 'Example'", "V003 is given to two", "V003 has no place"] {
            assert!(wanting.iter().any(|w| w.starts_with(word)), "{word}: {wanting:?}");
        }
    }

    #[test]
    fn codes_are_found_by_their_beginning() {
        let codes = |wanted: &str| some(&[wanted.to_owned()]).map(|p| p.iter().map(|p| p.code).collect::<Vec<_>>());
        assert_eq!(codes("v004").unwrap(), ["V004"]);
        assert!(codes("P").unwrap().len() >= 10);
        assert!(codes("V999").is_err() && codes("").is_err());
    }
}
