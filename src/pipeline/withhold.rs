//! What is told of a quarantined file: every finding with its place and its kind, and nothing that the file says. Another
//! rule's message may repeat a value, and where one column holds personal data the next one may too.

use crate::ingest::{codes, layout_codes};
use crate::model::raw::RawFile;
use crate::model::{Finding, Severity};
use crate::validate::personal::{names, safe_header};
use crate::validate::{Words, rules};

/// The same findings without a word of the file.
pub fn withheld(findings: Vec<Finding>, raw: Option<&RawFile>, words: &Words) -> Vec<Finding> {
    let mut found: Vec<Finding> = findings
        .into_iter()
        .map(|finding| {
            let mut told = finding;
            // A message of the gate names a kind and a place, and never a value.
            if !told.code.starts_with('P') {
                told.message = format!("{}. What stands there is not repeated.", title(&told.code));
                told.fix = "Take out what is personal first; the next answer says more.".to_owned();
            }
            told.column = safe_header(&told.column).to_owned();
            if names::suspicion(&told.sheet, words).is_some() {
                let sheets = raw.map(|r| r.sheets.as_slice()).unwrap_or_default();
                let number = sheets.iter().position(|s| s.name == told.sheet);
                told.sheet = number.map_or_else(|| "(a sheet)".to_owned(), |n| format!("(sheet {})", n + 1));
            }
            told
        })
        .filter(|f| f.severity != Severity::Note || f.code.starts_with('P'))
        .collect();
    found.dedup();
    found
}

/// The name of a finding, which is ours and not the sender's.
fn title(code: &str) -> &'static str {
    let listed =
        codes::CODES.iter().chain(layout_codes::CODES).find(|(known, ..)| *known == code).map(|(_, title, _)| *title);
    listed
        .or_else(|| rules().iter().find(|rule| rule.code() == code).map(|rule| rule.title()))
        .unwrap_or("Something to mend")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_place_stay_and_words_go() {
        let at = |code: &str, severity, message: &str, column: &str| Finding {
            sheet: "9434765919".into(),
            cell: "C2".into(),
            row: Some(2),
            column: column.into(),
            ..Finding::file(code, severity, message, "f")
        };
        let told = withheld(
            vec![
                at("P001", Severity::Error, "This looks like an NHS number.", "Zebedee Testcase"),
                at("V001", Severity::Error, "`Zebedee` is no agency", "agency"),
                at("L002", Severity::Note, "column `Zebedee`", ""),
            ],
            None,
            &Words::default(),
        );
        assert_eq!(told.len(), 2, "notes are for those whose file is taken");
        assert_eq!((told[0].cell.as_str(), told[0].column.as_str()), ("C2", ""));
        assert_eq!((told[1].code.as_str(), told[1].column.as_str()), ("V001", "agency"));
        assert!(!format!("{told:?}").contains("Zebedee") && !format!("{told:?}").contains("9434765919"));
        assert_ne!(title("V001"), "Something to mend");
        assert_ne!(title("F004"), "Something to mend");
        assert_ne!(title("L002"), "Something to mend");
    }
}
