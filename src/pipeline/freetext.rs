//! What people type (explanations, notes, questions, answers, reasons) passes the personal-data gate before it is kept.
//! The gate is stricter here than for a return: nobody checks a typed text by column, so one sign is enough.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::configuration::Configuration;
use crate::model::part::{PartKind, RawPart};
use crate::model::raw::{CellNote, CellPlace, FileKind, RawCell, RawFile, RawRow, RawSheet, RawValue};
use crate::model::{Finding, Severity};
use crate::validate::{self, Words};

/// The longest text that is kept, in characters: it stands beside a figure or a question, and is no file.
pub const LONGEST: usize = 2_000;

/// A name after a title or a rank, and one after a word for a person.
static TITLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Doctor|Prof|Professor|Sir|Dame|Rev|Revd|Cllr|Councillor|PC|DC|DS|DI|DCI|WPC|Sgt|Sergeant|Inspector|Nurse|Sister)\.? (?:\p{Lu}\.? ?)*(\p{Lu}\p{Ll}[\p{L}'-]*)",
    )
    .expect("a fixed pattern")
});
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\b(?i:child|boy|girl|baby|son|daughter|brother|sister|mother|father|mum|dad|parent|pupil|patient|teenager|carer|worker|person|man|woman)(?i:,)? (?i:is )?(?i:called|named|known as|whose name is) \p{Lu}\p{Ll}+",
    )
    .expect("a fixed pattern")
});
static MAIL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+").expect("a fixed pattern"));
/// `LS1 4AP`, in small letters too: in a typed text nobody means a code by it.
static POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}\b").expect("a fixed pattern")
});

/// Whether a text may be kept, as reasons why not, each a sentence that never repeats what was typed. `today` is the day
/// by which an age is reckoned. An empty text passes: whether one is wanted is for its form to say.
///
/// # Errors
/// The text is too long, or holds what looks like personal data.
pub fn check(configuration: &Configuration, text: &str, today: NaiveDate) -> Result<(), Vec<String>> {
    let reasons = reasons(&Words::of(&configuration.reference), text, today);
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}

fn reasons(words: &Words, text: &str, today: NaiveDate) -> Vec<String> {
    if text.chars().count() > LONGEST {
        return vec![format!("The text must be {LONGEST} characters or fewer.")];
    }
    // On one line, so that no line break and no double space hides a number; and line by line, so that what stands alone
    // is seen as such.
    let whole = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut texts = vec![whole.clone()];
    texts.extend(text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")));
    texts.retain(|t| !t.is_empty());
    texts.dedup();
    let mut kinds: Vec<&'static str> = Vec::new();
    let part = RawPart { values: texts.clone(), ..comment() };
    let seen = validate::scan_parts(&[part], words, today);
    let cells = validate::scan(&as_sheet(&texts), today);
    for finding in seen.iter().chain(&cells).filter(|f| f.severity != Severity::Note) {
        kinds.push(kind_of(finding));
    }
    let plain = plain(&whole);
    let is_titled = TITLED.captures_iter(&plain).any(|found| !words.is_ordinary(&found[1]));
    if is_titled || CALLED.is_match(&plain) {
        kinds.push("a person\u{2019}s name");
    }
    if MAIL.is_match(&plain) {
        kinds.push("an email address");
    }
    if POSTCODE.find_iter(&plain).any(|found| is_postcode(found.as_str(), words, today)) {
        kinds.push("a full postcode");
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds.into_iter().map(sentence).collect()
}

/// What is said of a kind.
fn sentence(kind: &'static str) -> String {
    format!("The text must not include personal data: it looks as if it holds {kind}. Say what happened without it.")
}

/// Quotes and hyphens as a keyboard has them.
fn plain(text: &str) -> String {
    text.replace(['\u{2018}', '\u{2019}'], "'").replace(['\u{2010}', '\u{2011}', '\u{2013}'], "-")
}

/// Held to the gate's own list of areas, in capitals and with its space.
fn is_postcode(found: &str, words: &Words, today: NaiveDate) -> bool {
    let joined: String = found.chars().filter(|c| *c != ' ').collect::<String>().to_uppercase();
    let (outer, inner) = joined.split_at(joined.len() - 3);
    let part = RawPart { values: vec![format!("It is in {outer} {inner} there")], ..comment() };
    let is_code = !found.contains(' ') && found.chars().any(char::is_lowercase);
    !is_code && validate::scan_parts(&[part], words, today).iter().any(|f| f.code == "P005")
}

fn kind_of(finding: &Finding) -> &'static str {
    match finding.code.as_str() {
        "P001" => "an NHS number",
        "P002" => "a unique learner number",
        "P003" => "a unique pupil number",
        "P004" => "a National Insurance number",
        "P005" => "a full postcode",
        "P006" => "a date of birth or of death",
        "P007" | "P009" => "a person\u{2019}s name",
        "P008" => "a telephone number",
        "P010" => "a child\u{2019}s exact age",
        _ => "something about one person",
    }
}

fn comment() -> RawPart {
    RawPart { kind: PartKind::Comment, place: CellPlace::default(), header: String::new(), values: Vec::new() }
}

/// A column called `explanation`: the gate of a return's own free text.
fn as_sheet(texts: &[String]) -> RawFile {
    let header = std::iter::once("explanation");
    let rows = header.chain(texts.iter().map(String::as_str)).zip(1..).map(|(text, row)| RawRow {
        row,
        hidden: false,
        cells: vec![RawCell { column: 1, value: RawValue::Text(text.into()), note: CellNote::Plain }],
    });
    let sheet = RawSheet { rows: rows.collect(), ..RawSheet::default() };
    RawFile { kind: FileKind::Csv, epoch_1904: false, sheets: vec![sheet] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of test ranges and of the guides that print them: NHS 999 000 0158 and 943 476 5919, UPN A801..., NINO
    /// AB123456C, Ofcom's 07700 900 range for drama.
    #[test]
    fn what_names_or_numbers_a_person_is_refused_and_never_repeated() {
        let today: NaiveDate = "2015-01-31".parse().unwrap();
        let words = Words::default();
        for (text, kind) in [
            ("It is the child with NHS number 999 000 0158.", "an NHS number"),
            ("9990000158", "an NHS number"),
            ("seen: 943\n476\n5919", "an NHS number"),
            ("999  000  0158 again", "an NHS number"),
            ("the NINO was AB 12 34 56 C", "a National Insurance number"),
            ("they live at LS1 4AP now", "a full postcode"),
            ("they live at ls1 4ap", "a full postcode"),
            ("LS14AP", "a full postcode"),
            ("DOB 07/03/2014, seen twice", "a date of birth or of death"),
            ("ring 07700 900123", "a telephone number"),
            ("the child's name is Araminta Sampleton", "a person\u{2019}s name"),
            ("Spoke to Mrs Sampleton about it", "a person\u{2019}s name"),
            ("Dr. A. B. Sampleton signed it off", "a person\u{2019}s name"),
            ("a girl called Araminta was counted twice", "a person\u{2019}s name"),
            ("Araminta Sampleton went missing again", "a person\u{2019}s name"),
            ("ask a.sampleton@example.org", "an email address"),
        ] {
            let found = reasons(&words, text, today);
            assert!(found.iter().any(|r| r.contains(&format!("holds {kind}."))), "{text}: {found:?}");
            for word in ["0158", "Sampleton", "4AP", "900123", "Araminta", "2014"] {
                assert!(!found.concat().contains(word), "{text} is repeated: {found:?}");
            }
        }
    }

    #[test]
    fn what_explains_a_figure_passes() {
        let today: NaiveDate = "2015-01-31".parse().unwrap();
        for text in [
            "",
            "A new recording system counts repeat episodes since October.",
            "The Missing Children Team took over return interviews on 12 March 2014; 27 of 31 were offered.",
            "Figures for 2013-14 were restated after the audit, see indicator E06000049 and rule C006.",
            "Corby: 45 episodes (up from 27), 12 of them by 3 young people in one home.",
            "The Miss rate of appointments fell. Q3 2014 to Q4 2014.",
            "Target of 95% by 31/03/2015; 1,234 of 1,300 checks done.",
            "Two of the homes closed.\nOne opened.\n\nThe next return will show it.",
        ] {
            assert_eq!(reasons(&Words::default(), text, today), Vec::<String>::new(), "{text}");
        }
        let long = "long ".repeat(LONGEST);
        assert_eq!(reasons(&Words::default(), &long, today).len(), 1, "and says only that");
    }
}
