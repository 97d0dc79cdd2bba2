//! Names of files and sheets: the one place where a sender writes what no cell holds.

use super::words::Words;
use super::{Kind, Suspicion, checksum, pattern};
use crate::model::raw::{CellPlace, RawFile};
use crate::model::{Finding, Severity};

/// What a name gives away: numbers with a check digit and fixed shapes, whatever stands between their parts.
pub fn kind_in(name: &str) -> Option<Kind> {
    let spaced: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let words = || spaced.split_whitespace();
    if checksum::nhs(&digits) || words().any(checksum::nhs) || checksum::nhs_in_text(&spaced) {
        return Some(Kind::NhsNumber);
    }
    if checksum::upn_in(&spaced) {
        return Some(Kind::Upn);
    }
    if pattern::nino_in(&spaced) {
        return Some(Kind::Nino);
    }
    None
}

/// Findings on the names of a file and of its sheets; they say which sheet by its number, never by its name. A name that
/// may be a person's is a query: a tab for each child is as common as a tab that only sounds like one.
pub fn findings(file_name: &str, file: Option<&RawFile>, words: &Words) -> Vec<Finding> {
    let mut found = Vec::new();
    let (stem, _) = file_name.rsplit_once('.').unwrap_or((file_name, ""));
    // A folder of the inbox may be called after a child as well as a file.
    let worst = stem.split(['/', '\\']).filter_map(|part| suspicion(part, words)).min_by_key(|(_, severity)| *severity);
    if let Some((kind, severity)) = worst {
        found.push(finding(kind, severity, "the name of the file"));
    }
    for (index, sheet) in file.iter().flat_map(|f| &f.sheets).enumerate() {
        if let Some((kind, severity)) = suspicion(&sheet.name, words) {
            found.push(finding(kind, severity, &format!("the name of sheet {}", index + 1)));
        }
    }
    found
}

/// What a name may give away, and how much that weighs.
pub fn suspicion(name: &str, words: &Words) -> Option<(Kind, Severity)> {
    let kind = kind_in(name).map(|kind| (kind, Severity::Error));
    kind.or_else(|| words.is_name(name).then_some((Kind::PersonName, Severity::Query)))
}

fn finding(kind: Kind, severity: Severity, place: &str) -> Finding {
    let suspicion = Suspicion { kind, severity, place: CellPlace::default(), header: String::new() };
    let mut finding = suspicion.finding();
    finding.row = None;
    finding.cell = String::new();
    finding.message = finding.message.replacen("This", &format!("In {place}: this"), 1);
    finding.fix = match severity {
        Severity::Error => "Give it a name that says what is reported, and send it again. What was held is destroyed.",
        _ => "If it is a person's, give it a name that says what is reported, and send it again; if not, say so.",
    }
    .to_owned();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 943 476 5919 is the example number of the NHS data dictionary, AB123456C that of the tax office's manual.
    #[test]
    fn numbers_in_names_are_seen_and_periods_are_not() {
        for (name, kind) in [
            ("9434765919.csv", Some(Kind::NhsNumber)),
            ("return 943 476 5919.xlsx", Some(Kind::NhsNumber)),
            ("return_943-476-5919_q3.xlsx", Some(Kind::NhsNumber)),
            ("AB123456C.csv", Some(Kind::Nino)),
            ("police-perf-2014-q2.csv", None),
            ("c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv", None),
            ("section-11-camhs-2012-13.xlsx", None),
            ("2015-01-31.csv", None),
        ] {
            assert_eq!(kind_in(name), kind, "{name}");
        }
    }

    #[test]
    fn the_finding_does_not_repeat_the_name() {
        let found = findings("9434765919.csv", None, &Words::default());
        assert_eq!((found.len(), found[0].code.as_str()), (1, "P001"));
        assert!(!format!("{found:?}").contains("9434765919"));
        let found = findings("inbox/Zebedee Testcase.csv", None, &Words::default());
        assert_eq!((found[0].code.as_str(), found[0].severity), ("P007", Severity::Query));
        let found = findings("Zebedee Testcase/return.csv", None, &Words::default());
        assert_eq!(found.len(), 1, "a folder's name");
        assert!(findings("Police Return.csv", None, &Words::default()).is_empty());
    }
}
