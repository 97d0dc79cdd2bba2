//! Labelled columns: synthetic values with what the gate must make of them. The ids are those of the project's reference
//! cases for personal data.

use super::*;
use crate::model::raw::{FileKind, RawCell, RawRow, RawSheet, RawValue};

type Expected = Option<(Kind, Severity)>;

/// A column, each value a row, beside columns with the headers of `siblings`.
fn sheet(header: &str, values: &[&str], siblings: &str) -> RawSheet {
    let cell =
        |column: u32, text: &str| RawCell { column, value: RawValue::Text(text.into()), note: Default::default() };
    let siblings: Vec<&str> = siblings.split(',').filter(|s| !s.is_empty()).chain(["agency"]).collect();
    let headers = std::iter::once(header).chain(siblings.iter().copied());
    let first = RawRow { row: 1, hidden: false, cells: (1..).zip(headers).map(|(i, h)| cell(i, h)).collect() };
    let rows = values.iter().zip(2..).map(|(v, row)| {
        let beside = (2..).zip(&siblings).map(|(column, _)| cell(column, "x"));
        RawRow { row, hidden: false, cells: std::iter::once(cell(1, v)).chain(beside).collect() }
    });
    RawSheet { name: "S".into(), rows: std::iter::once(first).chain(rows).collect(), ..RawSheet::default() }
}

fn scan(sheet: RawSheet) -> Vec<Suspicion> {
    let file = RawFile { kind: FileKind::Xlsx, epoch_1904: false, sheets: vec![sheet] };
    of_file(&file, "2017-12-31".parse().unwrap())
}

#[test]
fn columns_get_what_they_must() {
    let cases: &[(&str, &[&str], &str, Expected, &str)] = &[
        (
            "ref",
            &["9990000050", "9990000069", "9990000077", "9990000085", "9990000093"],
            "",
            Some((Kind::NhsNumber, Severity::Error)),
            "pii-002: no header hint",
        ),
        (
            "Notes",
            &["Case discussed at panel, NHS 999 000 0158"],
            "",
            Some((Kind::NhsNumber, Severity::Error)),
            "pii-004: single number inside free text",
        ),
        (
            "identifier",
            &["9990000190.0", "9990000204.0", "9990000212.0", "9990000220.0"],
            "",
            Some((Kind::NhsNumber, Severity::Error)),
            "pii-006: Excel stored as float: 9990000170.0",
        ),
        (
            "id",
            &[
                "\u{ff19}\u{ff19}\u{ff19}\u{ff10}\u{ff10}\u{ff10}\u{ff10}\u{ff12}\u{ff16}\u{ff13}",
                "\u{ff19}\u{ff19}\u{ff19}\u{ff10}\u{ff10}\u{ff10}\u{ff10}\u{ff12}\u{ff17}\u{ff11}",
                "\u{ff19}\u{ff19}\u{ff19}\u{ff10}\u{ff10}\u{ff10}\u{ff10}\u{ff12}\u{ff19}\u{ff18}",
            ],
            "",
            Some((Kind::NhsNumber, Severity::Error)),
            "pii-008: full-width digits",
        ),
        (
            "patient_id",
            &["'9990000344", "'9990000352"],
            "",
            Some((Kind::NhsNumber, Severity::Error)),
            "pii-010: leading apostrophe left by text-forced export",
        ),
        (
            "indicator_id",
            &[
                "1000000001",
                "1000000002",
                "1000000003",
                "1000000004",
                "1000000005",
                "1000000006",
                "1000000007",
                "1000000008",
                "1000000009",
                "1000000010",
                "1000000011",
                "1000000012",
            ],
            "",
            None,
            "pii-011: sequential 10-digit indicator ids",
        ),
        ("updated_at", &["1700000000", "1700086400", "1700172800", "1700259200"], "", None, "pii-013: unix timestamps"),
        (
            "pupil ref",
            &["B801000024041", "T801000024053", "Y801000024066"],
            "",
            Some((Kind::Upn, Severity::Error)),
            "pii-016: no header hint",
        ),
        (
            "code",
            &["K80100002425Z", "B80100002436K"],
            "",
            Some((Kind::Upn, Severity::Error)),
            "pii-018: temporary UPN without header hint",
        ),
        ("UPN", &["A801000024007"], "", Some((Kind::Upn, Severity::Query)), "pii-020: UPN header, wrong check letter"),
        ("laestab", &["8010001", "8014012"], "", None, "pii-023: LAESTAB 7 digits is an establishment"),
        (
            "learner",
            &["9990005035", "9990005043", "9990005051", "9990005078"],
            "",
            Some((Kind::Uln, Severity::Error)),
            "pii-025: header hint + checksum",
        ),
        ("ULN", &["9999999999"], "", None, "pii-026: placeholder for unknown ULN"),
        (
            "NHS Number",
            &["0000000000", "9999999999", "1111111111"],
            "",
            Some((Kind::NhsNumber, Severity::Query)),
            "pii-027: repeated-digit placeholders all pass mod-11 (k*55): exclude repdigits",
        ),
        (
            "notes",
            &["parent NINO: AB 12 34 56 D"],
            "",
            Some((Kind::Nino, Severity::Error)),
            "pii-029: spaced, in free text",
        ),
        ("ref", &["DA123456A", "FY123456B"], "", None, "pii-032: first letter D/F not used, no header hint"),
        ("ni", &["AB123456"], "", Some((Kind::Nino, Severity::Query)), "pii-033: suffix missing but header says NI"),
        ("home_pc", &["CR26XH", "DN551PT"], "", Some((Kind::Postcode, Severity::Error)), "pii-035: no space"),
        (
            "sector",
            &["CR2 6", "EC1A 1"],
            "",
            Some((Kind::Postcode, Severity::Query)),
            "pii-037: postcode sector: allowed, but note small-area risk",
        ),
        (
            "indicator",
            &["KS2 4AB", "Q1 2NN", "A1 2BC", "B2 1AA"],
            "",
            None,
            "pii-040: indicator codes that match the loose postcode regex",
        ),
        (
            "Postcode",
            &["ec1a 1bb", "\u{ff2d}\u{ff11} \u{ff11}\u{ff21}\u{ff25}"],
            "",
            Some((Kind::Postcode, Severity::Error)),
            "pii-041: lower case",
        ),
        ("lsoa", &["E01000001", "E01032739"], "", None, "pii-043: LSOA codes"),
        ("urn", &["100001", "137256"], "", None, "pii-045: school URN 6 digits"),
        ("DOB", &["2014-03-07", "2009-11-21"], "", Some((Kind::LifeDate, Severity::Error)), "pii-046: header"),
        (
            "D.O.B.",
            &["41705", "40138"],
            "",
            Some((Kind::LifeDate, Severity::Error)),
            "pii-048: Excel serials under a DOB header",
        ),
        (
            "date",
            &["2014-03-07", "2009-11-21", "2011-06-30", "2016-01-15", "2012-09-02"],
            "sex,ethnicity",
            Some((Kind::LifeDate, Severity::Query)),
            "pii-050: unlabelled, distinct dates all 0-18 years back, one per row beside ethnicity/sex columns",
        ),
        ("date_of_return", &["2024-04-17"], "", None, "pii-053: submission date"),
        (
            "age_months",
            &["3", "17", "41"],
            "case_ref,sex",
            Some((Kind::ExactAge, Severity::Query)),
            "pii-055: one row per child with exact age in months",
        ),
        (
            "Child name",
            &["Zebedee Testcase", "Araminta Sampleton"],
            "",
            Some((Kind::PersonName, Severity::Error)),
            "pii-056: header",
        ),
        ("Forename(s)", &["Zebedee", "Araminta"], "", Some((Kind::PersonName, Severity::Error)), "pii-058: header"),
        (
            "Ward name",
            &["Kingston Bagpuize", "St Mary Cray", "Thomas Ward"],
            "",
            None,
            "pii-060: place names that look like people",
        ),
        (
            "name",
            &["Kingston upon Hull", "Tower Hamlets", "Richmond upon Thames"],
            "",
            None,
            "pii-062: bare \"name\" header with LA gazetteer values",
        ),
        (
            "Prepared by",
            &["A. Analyst"],
            "",
            Some((Kind::StaffName, Severity::Query)),
            "pii-064: staff contact: warn only",
        ),
        ("initials", &["Z.T.", "A.S."], "", Some((Kind::StaffName, Severity::Query)), "pii-067: initials one per row"),
        (
            "Return contact",
            &["safeguarding.data@sampletown.gov.example"],
            "",
            None,
            "pii-070: role mailbox in a contact field",
        ),
        (
            "mobile",
            &["07700 900123", "+44 7700 900456"],
            "",
            Some((Kind::Phone, Severity::Error)),
            "pii-071: Ofcom drama range mobiles",
        ),
        (
            "landline",
            &["01632 960123", "020 7946 0321"],
            "",
            Some((Kind::Phone, Severity::Error)),
            "pii-073: drama landlines",
        ),
        ("rate_per_10000", &["07700.900", "58.3"], "", None, "pii-075: decimals"),
    ];
    for (header, values, siblings, expected, why) in cases {
        let found = scan(sheet(header, values, siblings));
        let worst = found.iter().min_by_key(|s| s.severity).map(|s| (s.kind, s.severity));
        assert_eq!(worst, *expected, "{why}: {found:?}");
        assert!(found.iter().all(|s| s.place.column == 1 && s.place.row > 1), "{why}: the cell is named");
    }
}

#[test]
fn every_cell_that_must_be_mended_is_named() {
    let found = scan(sheet("ref", &["9990000050", "9990000069", "9990000077", "x", "9990000085"], ""));
    let rows: Vec<u32> = found.iter().map(|s| s.place.row).collect();
    assert_eq!(rows, [2, 3, 4, 6], "four of five pass");
    assert!(
        scan(sheet("ref", &["9990000050", "9990000069", "9990000077", "x", "y"], "")).is_empty(),
        "three of five do not"
    );
}

#[test]
fn a_hidden_sheet_needs_no_third_value() {
    let mut hidden = sheet("", &["9990000360", "9990000379"], "");
    assert!(scan(hidden.clone()).is_empty(), "two ids prove nothing");
    hidden.hidden = true;
    assert_eq!(scan(hidden).len(), 2, "pii-076");
}

#[test]
fn a_message_repeats_nothing_that_looks_personal() {
    for (text, expected) in [
        ("polise", "`polise`"),
        ("Q1 2014", "`Q1 2014`"),
        ("about 12", "`about 12`"),
        ("999 000 0158", "a value that is not repeated here"),
        ("Araminta Sampleton", "a value that is not repeated here"),
        ("CR26XH", "a value that is not repeated here"),
        ("AB123456D", "a value that is not repeated here"),
        ("B801000024041", "a value that is not repeated here"),
    ] {
        assert_eq!(shown(text), expected);
    }
    assert_eq!(shown(&"x".repeat(50)), format!("`{}\u{2026}`", "x".repeat(40)));
}
