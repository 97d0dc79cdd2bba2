//! The gate on what stands outside the cells: comments, caches, lists, properties. Numbers with a check digit and labelled
//! values hold the file back wherever they stand; a name alone does so only in the list of a drop-down, whose entries are
//! all names, for in a comment or among the properties it is most often a worker's.

use chrono::NaiveDate;

use super::columns::Column;
use super::words::Words;
use super::{Kind, Suspicion, checksum, pattern};
use crate::model::part::{PartKind, RawPart};
use crate::model::raw::CellPlace;
use crate::model::{Finding, Severity};

/// What may be personal data in the parts of a file; one finding for each kind in each part.
pub fn findings(parts: &[RawPart], words: &Words, as_of: NaiveDate) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let mut tell = |part: &RawPart, kind: Kind, severity: Severity| {
        let finding = finding(part, kind, severity);
        if !found.contains(&finding) {
            found.push(finding);
        }
    };
    for (number, part) in parts.iter().enumerate() {
        let texts: Vec<String> = part.values.iter().map(|v| pattern::clean_text(v)).filter(|v| !v.is_empty()).collect();
        for (kind, severity) in in_part(part, number, &texts, words, as_of) {
            tell(part, kind, severity);
        }
    }
    found
}

fn in_part(part: &RawPart, number: usize, texts: &[String], words: &Words, as_of: NaiveDate) -> Vec<(Kind, Severity)> {
    let mut found = Vec::new();
    let any = |test: &dyn Fn(&str) -> bool| texts.iter().any(|t| test(t));
    let is_cache = matches!(part.kind, PartKind::PivotCache | PartKind::OtherWorkbook);
    if is_cache || part.kind == PartKind::Properties && !part.header.is_empty() {
        found.extend(as_column(part, number, texts, as_of));
    }
    found.extend(numbers(part.kind, texts));
    for (kind, test) in [
        (Kind::Uln, checksum::uln_in_text as fn(&str) -> bool),
        (Kind::Upn, checksum::upn_in),
        (Kind::Nino, pattern::nino_in),
        (Kind::LifeDate, pattern::birthday_in_text),
        (Kind::PersonName, pattern::name_in_text),
    ] {
        if any(&test) {
            found.push((kind, Severity::Error));
        }
    }
    if any(&pattern::mobile_in) {
        found.push((Kind::Phone, Severity::Query));
    }
    let postcode = |t: &str| pattern::postcode(t, false) || pattern::postcode_in_text(t);
    if any(&postcode) {
        // The agency's own address may stand in a page header, among the properties or in a text that was deleted.
        let severity = if part.kind == PartKind::Comment { Severity::Error } else { Severity::Query };
        found.push((Kind::Postcode, severity));
    }
    found.extend(names(part.kind, texts, words));
    found.sort_by_key(|(kind, severity)| (*severity, kind.code()));
    found.dedup_by_key(|(kind, _)| *kind);
    found
}

/// NHS numbers that stand alone: one is enough where people write and no program does; elsewhere most of at least two.
fn numbers(kind: PartKind, texts: &[String]) -> Option<(Kind, Severity)> {
    use PartKind::{Comment, Drawing, DropDown, PageHeader, Prompt};
    let written = matches!(kind, Comment | Drawing | DropDown | PageHeader | Prompt);
    let alone = |t: &String| checksum::ten_digits(t) && checksum::nhs(t);
    let ten = texts.iter().filter(|t| checksum::ten_digits(t)).count();
    let passing = texts.iter().filter(|t| alone(t)).count();
    let most = passing * 5 >= ten * 4;
    if texts.iter().any(|t| checksum::nhs_in_text(t))
        || kind == Comment && texts.iter().any(|t| checksum::nhs_anywhere(t))
        || most && (passing >= 2 || written && passing == 1)
    {
        return Some((Kind::NhsNumber, Severity::Error));
    }
    (passing > 0 && most && kind != PartKind::Other).then_some((Kind::NhsNumber, Severity::Query))
}

/// A cache keeps the columns of a table, and is decided by column as a hidden sheet is.
fn as_column(part: &RawPart, number: usize, texts: &[String], as_of: NaiveDate) -> Vec<(Kind, Severity)> {
    let column = Column::alone(&part.header, number, texts);
    super::judge(&[column], as_of).into_iter().map(|s| (s.kind, s.severity)).collect()
}

fn names(kind: PartKind, texts: &[String], words: &Words) -> Option<(Kind, Severity)> {
    let named = texts.iter().filter(|t| words.is_name(t)).count();
    match kind {
        PartKind::Author if texts.iter().any(|t| pattern::name_like(t) && words.is_name(t)) => {
            Some((Kind::StaffName, Severity::Note))
        }
        PartKind::DropDown if named >= 2 && named == texts.len() => Some((Kind::PersonName, Severity::Error)),
        PartKind::DropDown if named * 2 >= texts.len() && named > 0 => Some((Kind::PersonName, Severity::Query)),
        PartKind::SheetName if named > 0 => Some((Kind::PersonName, Severity::Query)),
        PartKind::Comment | PartKind::UnusedText | PartKind::Change if texts.iter().any(|t| words.name_in(t)) => {
            Some((Kind::PersonName, Severity::Query))
        }
        _ => None,
    }
}

fn finding(part: &RawPart, kind: Kind, severity: Severity) -> Finding {
    let suspicion = Suspicion { kind, severity, place: CellPlace::default(), header: String::new() };
    let mut finding = suspicion.finding();
    let on_sheet = part.place.row > 0 && !part.place.sheet.is_empty();
    let place = match (part.kind, part.place.row) {
        (PartKind::Comment, row) if row > 0 && on_sheet => "a comment on this cell".to_owned(),
        (PartKind::Comment, row) if row > 0 => format!("a comment on cell {}", part.place.a1()),
        _ => part.kind.words().to_owned(),
    };
    finding.message = format!("In {place}: {}", finding.message.replacen("This", "this", 1));
    finding.row = None;
    finding.cell = String::new();
    if on_sheet {
        finding = finding.at(&part.place);
    } else {
        finding.sheet = part.place.sheet.to_string();
    }
    match severity {
        Severity::Error => {
            finding.fix =
                "Take it out (in Excel: File, Info, Check for Issues, Inspect Document finds what is hidden), and \
                           send the file again. The file that was held is destroyed."
                    .to_owned();
        }
        Severity::Note if kind == Kind::StaffName => {
            finding.message = format!("In {place}: a worker's name. Nobody here needs it.");
            finding.fix = "Nothing need be done; Inspect Document in Excel takes it out.".to_owned();
        }
        _ => {}
    }
    finding.under(super::safe_header(&part.header))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: PartKind, header: &str, values: &[&str]) -> Vec<String> {
        let values = values.iter().map(|v| (*v).to_owned()).collect();
        let part = RawPart { kind, place: CellPlace::new("S", 17, 3), header: header.into(), values };
        let found = findings(&[part], &Words::default(), "2017-12-31".parse().unwrap());
        found.iter().map(|f| format!("{} {:?} {}", f.code, f.severity, f.cell)).collect()
    }

    #[test]
    fn parts_get_what_they_must() {
        for (kind, header, values, expected, why) in [
            (
                PartKind::Comment,
                "",
                &["DOB 07/03/2014, Zebedee Testcase"][..],
                &["P006 Error C17", "P007 Query C17"][..],
                "pii-078",
            ),
            (
                PartKind::UnusedText,
                "",
                &["Araminta Sampleton 999 000 0395"],
                &["P001 Error C17", "P007 Query C17"],
                "pii-080",
            ),
            (PartKind::DropDown, "", &["Zebedee Testcase", "Araminta Sampleton"], &["P007 Error C17"], "pii-082"),
            (PartKind::DropDown, "", &["Social Care", "Police"], &[], "agencies"),
            (PartKind::DropDown, "", &["Requires Improvement", "Good", "Not Met"], &[], "grades"),
            (PartKind::Comment, "", &["9990000360"], &["P001 Error C17"], "alone in a comment"),
            (PartKind::Comment, "", &["9990000361"], &[], "another check digit"),
            (PartKind::Comment, "", &["Figures amended in July, see Notes"], &[], "an ordinary comment"),
            (PartKind::UnusedText, "", &["1000000001", "1000000002", "1000000003"], &[], "ids"),
            (PartKind::UnusedText, "", &["9990000360", "9990000379"], &["P001 Error C17"], "two of two"),
            (PartKind::Other, "", &["9990000360"], &[], "one number that a program wrote"),
            (PartKind::Author, "", &["Zebedee Testcase"], &["P009 Note C17"], "a worker"),
            (PartKind::Author, "", &["Microsoft Office User"], &[], "nobody"),
            (PartKind::PivotCache, "NHS Number", &["9990000360"], &["P001 Error C17"], "a labelled column"),
            (PartKind::PivotCache, "DOB", &["2014-03-07T00:00:00"], &["P006 Error C17"], "a labelled column"),
            (PartKind::PivotCache, "Child name", &["Zebedee"], &["P007 Error C17"], "a labelled column"),
            (PartKind::PivotCache, "indicator", &["KS2 4AB", "missing-episodes"], &[], "codes"),
            (PartKind::Properties, "", &["Return for quarter 2"], &[], "a title"),
            (PartKind::Properties, "NHS number", &["999 000 0360"], &["P001 Error C17"], "a property of one's own"),
            (PartKind::PageHeader, "", &["Our address: 1 High Street, CR2 6XH"], &["P005 Query C17"], "an office"),
        ] {
            assert_eq!(found(kind, header, values), expected, "{values:?}: {why}");
        }
    }

    #[test]
    fn neither_value_nor_personal_header_is_repeated() {
        let part = RawPart {
            kind: PartKind::PivotCache,
            place: CellPlace::default(),
            header: "9990000379".into(),
            values: vec!["9990000360".into()],
        };
        let told = findings(&[part], &Words::default(), "2017-12-31".parse().unwrap());
        assert_eq!(told.len(), 1);
        assert!(!format!("{told:?}").contains("99900"));
        assert!(
            told[0].message.starts_with("In what a pivot table keeps of its source: this looks like an NHS number.")
        );
    }
}
