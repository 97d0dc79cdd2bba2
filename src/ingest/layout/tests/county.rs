//! Every return of the county reads the sheet that the picture at the top of its spec shows, among all the others.

use std::path::PathBuf;

use super::*;
use crate::spec::return_spec::read_all;

fn county() -> (Reference, Vec<ReturnSpec>) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("pipelines");
    let reference = Reference::read(&folder.join("reference")).expect("the lists are right");
    let specs = read_all(&folder.join("returns"), &reference).expect("the specs are right");
    (reference, specs)
}

/// Expects the return `id`, `count` rows, some of them, and neither an error nor a query.
fn reads(id: &str, sheets: Vec<RawSheet>, count: usize, some: &[&str]) -> Laid {
    let (reference, specs) = county();
    let laid = lay_out("return.xlsx", &file(sheets), &specs, &reference);
    let told: Vec<&Finding> = laid.findings.iter().filter(|f| f.severity != Severity::Note).collect();
    assert!(told.is_empty(), "{told:#?}");
    assert_eq!(laid.return_id, id, "{:#?}", laid.findings);
    let rows = shorts(&laid);
    for row in some {
        assert!(rows.iter().any(|r| r == row), "{row} in {rows:#?}");
    }
    assert_eq!(rows.len(), count, "{rows:#?}");
    laid
}

#[test]
fn csc_performance() {
    let data = sheet(
        "Corby",
        &[
            "Children\u{2019}s social care: monthly performance, 2014/15 Q1",
            "",
            "Measure|2014/15 Q1|||YTD",
            "|Apr-14|May-14|Jun-14|",
            "Child protection",
            "Plans started|12|*||12",
            "ICPCs|3||5|",
            "Second or subsequent plans|2|0|1|",
            "Total children|4|4|4|",
            "Note: figures are provisional.",
        ],
    );
    reads(
        "csc-performance",
        vec![merged(data, &[(3, 2, 3, 4)])],
        15,
        &[
            "agency=childrens-services indicator=second-plans locality=corby period=2014-04 numerator=2 denominator=12 @B8",
            "agency=childrens-services indicator=cp-plans-started locality=corby period=2014-05 numerator=* @C6",
            "agency=childrens-services indicator=conferences-15d locality=corby period=2014-06 denominator=5 @D7",
        ],
    );
}

#[test]
fn csc_quarterly() {
    let data = sheet(
        "Quarterly",
        &[
            "Children's social care: quarterly measures",
            "Quarter:|2014/15 Q1",
            "Measure|Corby||E Northants|",
            "|Number|Out of|Number|Out of",
            "Early help cases open|41||38|",
            "Early help closed with needs met|12|20|*|14",
            "Total|53|20|38|14",
        ],
    );
    reads(
        "csc-quarterly",
        vec![merged(data, &[(3, 2, 3, 3), (3, 4, 3, 5)])],
        4,
        &[
            "agency=childrens-services indicator=early-help-needs-met locality=east-northamptonshire period=2014-Q2 numerator=* denominator=14 @D6",
        ],
    );
}

#[test]
fn police_before_and_after_their_new_system() {
    let new = [
        "District;Month;Police measure;Number;Out of;Comment",
        "Corby;Apr-14;Missing - home;12;;",
        "Corby;2014/15 Q1;MARAC repeats;*;18;quarterly",
    ];
    let old = ["Police measure;Period;Area;Count;Base", "PPO;01/03/2014;East Northants;'7;"];
    let csv = |lines: &[&str]| {
        sheet(
            "",
            &lines
                .iter()
                .map(|l| l.replace(';', "|"))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        )
    };
    reads(
        "police-performance",
        vec![csv(&new)],
        2,
        &[
            "agency=police indicator=missing-from-home locality=corby period=2014-04 numerator=12 @2",
            "agency=police indicator=marac-repeats locality=corby period=2014-Q2 numerator=* denominator=18 [Comment=quarterly] @3",
        ],
    );
    let laid = reads(
        "police-performance",
        vec![csv(&old)],
        1,
        &["agency=police indicator=police-protection locality=east-northamptonshire period=2014-03 numerator=7 @2"],
    );
    assert_eq!(codes_of(&laid), Vec::<&str>::new());
}

#[test]
fn health_by_quarter_and_by_month() {
    let quarterly = sheet(
        "Quarterly",
        &[
            "NHFT safeguarding performance",
            "Service|Measure|District|2014/15 Q1|||2014/15 Q2||",
            "|||Number|Out of|%|Number|Out of|%",
            "CAMHS|Self-harm seen by CAMHS before discharge|Corby|8|10|'80%|9|9|100",
            "||Daventry|c|4|c|||",
            "|[Note 1] Seen before discharge.",
        ],
    );
    let monthly = sheet(
        "Monthly",
        &[
            "Service|Measure|District|Apr-14||",
            "|||Number|Out of|%",
            "s|m|d|x1|x2|x3",
            "HV and SN|Suspected non-accidental injuries reported|Kettering|2||",
        ],
    );
    let mut monthly = monthly;
    monthly.rows[2].hidden = true;
    let (_, specs) = county();
    let laid = lay_out(
        "q1.ods",
        &file(vec![merged(quarterly, &[(2, 4, 2, 6), (2, 7, 2, 9)]), merged(monthly, &[(1, 4, 1, 6)])]),
        &specs,
        &county().0,
    );
    assert_eq!(laid.return_id, "health-performance", "{:#?}", laid.findings);
    let rows = shorts(&laid);
    assert_eq!(rows.len(), 5, "two rows by two quarters, one by one month; the hidden codes are none: {rows:#?}");
    for row in [
        "locality=corby period=2014-Q2 numerator=8 denominator=10 value=80*0.01 @D4",
        "locality=corby period=2014-Q3 numerator=9 denominator=9 value=100*0.01 @G4",
        "locality=kettering period=2014-04 numerator=2 @D4",
    ] {
        assert!(rows.iter().any(|r| r.ends_with(row)), "{row} in {rows:#?}");
    }
    assert!(
        rows.iter().any(|r| r.starts_with("agency=camhs")
            && r.contains("locality=daventry period=2014-Q2 numerator=c denominator=4")),
        "{rows:#?}"
    );
}

#[test]
fn hospital_activity_under_a_header_of_three_rows() {
    let monthly = sheet(
        "A&E",
        &[
            "Northampton General Hospital: emergency department activity",
            "||A&E||Infants under 1",
            "Month|District|Attendances|Attendances|with an",
            "||under 18|with a flag|injury",
            "Apr-14|Corby|412|37|*",
            "|Daventry|398|41|3",
            "Total||810|78|3",
        ],
    );
    reads(
        "ae-northampton-general",
        vec![monthly],
        4,
        &[
            "agency=northampton-general indicator=ae-flagged-northampton-general locality=daventry period=2014-04 numerator=41 denominator=398 @D6",
        ],
    );
    let other = sheet(
        "A&E",
        &[
            "Kettering General Hospital: emergency department activity",
            "Month|District|Attendances under 18|Attendances with a flag",
            "Apr-14|Corby|1|1",
        ],
    );
    reads("ae-kettering-general", vec![other], 1, &[]);
}

#[test]
fn youth_offending_form() {
    let form = sheet(
        "Corby",
        &[
            "Youth Offending Service: quarterly form",
            "District:|Corby",
            "Quarter:|Q1 2014",
            "",
            "Children with a first caution or conviction|7",
            "On a plan or looked after|c",
            "Children in the cohort|31",
        ],
    );
    reads(
        "youth-offending",
        vec![form],
        2,
        &[
            "agency=youth-offending indicator=youth-justice-on-plan locality=corby period=2014-Q2 numerator=c denominator=31 @B6",
        ],
    );
}

#[test]
fn probation_with_a_line_for_each_number() {
    let data = sheet(
        "Return",
        &[
            "Probation safeguarding return",
            "Reporting period|2014/15 Q1",
            "Line|District|Figure",
            "Cases flagged right|Corby|40",
            "Cases checked|Corby|44",
            "Cases flagged right|Daventry|-",
            "Source: the two case systems",
        ],
    );
    reads(
        "probation",
        vec![data],
        2,
        &[
            "agency=probation indicator=safeguarding-flags-right locality=corby period=2014-Q2 numerator=40 denominator=44 @C4",
        ],
    );
}

#[test]
fn cafcass_with_a_second_table_below() {
    let data = sheet(
        "",
        &[
            "Cafcass Northamptonshire",
            "Item|Apr-14|May-14",
            "Checks recorded|30|28",
            "Cases allocated|31|30",
            "",
            "Quarterly item|2014/15 Q1",
            "Care applications|12",
        ],
    );
    let (reference, specs) = county();
    let laid = lay_out("cafcass.csv", &file(vec![data]), &specs, &reference);
    assert_eq!((laid.return_id.as_str(), laid.drafts.len()), ("cafcass", 3), "{:#?}", laid.findings);
    let last = "agency=cafcass indicator=care-applications locality=northamptonshire period=2014-Q2 numerator=12 @B7";
    assert_eq!(shorts(&laid)[2], last);
}

#[test]
fn education_and_ambulance() {
    let schools = sheet(
        "Schools",
        &[
            "Education safeguarding return",
            "Quarter|Q1 2014/15",
            "District|Children missing education|EHE",
            "Corby|12|40",
            "All schools|96|322",
        ],
    );
    reads(
        "education-performance",
        vec![schools],
        2,
        &["agency=schools indicator=home-educated locality=corby period=2014-Q2 numerator=40 @C4"],
    );
    let referrals = sheet(
        "Referrals",
        &[
            "EMAS child safeguarding referrals",
            "Month|Corby|E Northants|Total",
            "01/04/2014|9|7|16",
            "@2014-05-01|*|6|",
        ],
    );
    let audit = sheet("Audit", &["Quarter|Referrals that passed|Referrals sampled", "2014/15 Q1|37|40"]);
    reads(
        "ambulance",
        vec![referrals, audit],
        5,
        &[
            "agency=ambulance indicator=ambulance-referrals locality=east-northamptonshire period=2014-05 numerator=6 @C4",
            "agency=ambulance indicator=referral-audit-passed-ambulance locality=northamptonshire period=2014-Q2 numerator=37 denominator=40 @B2",
        ],
    );
}

#[test]
fn lists_of_partners_and_years() {
    let partners = sheet(
        "Partners",
        &[
            "Partner performance list",
            "Partner|Measure|District|Period|Number|Out of",
            "District councils|Evictions of families notified beforehand|Corby|2014/15 Q1|4|6",
            "||Daventry|2014/15 Q1|c|5",
            "Voluntary sector|Return interviews within 72 hours|County|Apr-14|3|4",
        ],
    );
    let (reference, specs) = county();
    let laid = lay_out("p.xlsx", &file(vec![partners]), &specs, &reference);
    assert_eq!(laid.return_id, "partner-performance", "{:#?}", laid.findings);
    let rows = shorts(&laid);
    assert_eq!(
        rows[1],
        "agency=district-councils indicator=evictions-notified locality=daventry period=2014-Q2 numerator=c denominator=5 @4"
    );
    let years = sheet(
        "Annual",
        &[
            "Annual measures",
            "Agency|Measure|District|Year|Number|Out of|Rate",
            "Schools|Persistent absence|Corby|2011-12|96|900|'10.7%",
            "Children's social care|Social worker turnover|County|2013/14|40|210|",
        ],
    );
    reads(
        "annual-measures",
        vec![years],
        2,
        &[
            "agency=schools indicator=persistent-absence locality=corby period=2011/12 numerator=96 denominator=900 value=10.7*0.01 @3",
        ],
    );
}

#[test]
fn training_in_stacked_blocks() {
    let data = sheet(
        "All",
        &[
            "Safeguarding training and supervision, 2014/15 Q1",
            "",
            "NGH",
            "Measure|Number|Out of|%",
            "Safeguarding training in date|870|1000|'87%",
            "",
            "Health visiting and school nursing",
            "Measure|Out of|Number",
            "Safeguarding supervision held in time|44|41",
        ],
    );
    reads(
        "training-and-supervision",
        vec![data],
        2,
        &[
            "agency=northampton-general indicator=training-in-date locality=northamptonshire period=2014-Q2 numerator=870 denominator=1000 value=87*0.01 @5",
            "agency=community-health indicator=supervision-in-time locality=northamptonshire period=2014-Q2 numerator=41 denominator=44 @9",
        ],
    );
}

#[test]
fn section11_with_a_cover() {
    let cover = sheet("Cover", &["Section 11 self-assessment", "Agency:|NGH", "Year:|2013/14"]);
    let standards = sheet(
        "Standards",
        &[
            "Section 11 standards",
            "Ref|Standard|Self|Moderated|Evidence|Action|By when",
            "Senior management commitment",
            "S1.1|A named senior lead|G|2|seen||'30/09/2014",
            "S1.2|Designated persons|Grey||||",
        ],
    );
    reads(
        "section11",
        vec![cover, standards],
        2,
        &[
            "agency=northampton-general standard=s1-1 period=2013/14 self_score=3 moderated_score=3 evidence=seen action_due=2014-09-30 @4",
            "agency=northampton-general standard=s1-2 period=2013/14 self_score=Grey @5",
        ],
    );
}

#[test]
fn registers() {
    let audits = sheet(
        "Grades",
        &[
            "Case file audit",
            "Audit|Date|Type|Case|Agency|Theme|District|Question|Grade",
            "2014-03|12/03/2014|Multi-agency|C1|Police|CSE|Corby|Was the child seen alone?|Good",
            "|||||||Is the risk analysed, not only described?|RI",
        ],
    );
    reads(
        "case-audits",
        vec![audits],
        2,
        &[
            "audit=2014-03 audited_on=2014-03-12 kind=multi-agency agency=police theme=cse locality=corby case=C1 question=a5-risk-analysis grade=requires-improvement @4",
        ],
    );
    let deaths = sheet(
        "Register",
        &[
            "CDOP register",
            "CDOP id|Notified|District|Age|Category|Modifiable|Factors|Expected|Reviewed",
            "CD-001|25/04/2014|Corby|0-27 days|8|No|Born too early, Housing|Y|31-Mar-15 [Note 3]",
            "CD-002|@2014-05-01|Northants|10-14|2|Inadequate information||N|",
        ],
    );
    reads(
        "cdop-register",
        vec![deaths],
        2,
        &[
            "review=CD-001 notified_on=2014-04-25 locality=corby age_band=0-27-days category=8 modifiable=no factors=prematurity;housing expected=yes reviewed_on=2015-03-31 @3",
        ],
    );
    let reviews = sheet(
        "Reviews",
        &[
            "Register of case reviews",
            "Ref|Type|Incident month|Considered|Decision|Decided|Themes|Agencies|Districts",
            "R1|SCR|Nov-13|31/01/2014|Initiate|28/02/14|Neglect, Thresholds|Police, NGH|Corby",
        ],
    );
    reads(
        "case-review-register",
        vec![reviews],
        1,
        &[
            "review=R1 kind=scr incident_month=2013-11 considered_on=2014-01-31 decision=initiate decided_on=2014-02-28 themes=neglect;front-door agencies=police;northampton-general localities=corby @3",
        ],
    );
    let actions = sheet(
        "Actions",
        &[
            "Register of actions",
            "No.|Arising from|Ref|Agency|Theme|District|Recommendation|Due|Completed|Evidence of impact",
            "A-001|SCR|R1|Police|CSE|Corby|Share more|30/06/2014||",
        ],
    );
    reads(
        "actions",
        vec![actions],
        1,
        &[
            "action=A-001 source=case-review source_ref=R1 agency=police theme=cse locality=corby recommendation=Share more due=2014-06-30 @3",
        ],
    );
}

#[test]
fn intelligence_by_kind() {
    let data = sheet(
        "Intelligence",
        &[
            "Soft intelligence return, Quarter 1 2014/15",
            "|||Number of",
            "Provider|District|Theme|Complaints|SIs|Whistleblowing",
            "Northampton General Hospital|Corby|Supervision|2|*|0",
            "|Daventry|Training|1||0",
            "Total|||3||0",
        ],
    );
    reads(
        "intelligence",
        vec![data],
        6,
        &["agency=northampton-general locality=daventry theme=training period=2014-Q2 kind=complaint count=1 @D5"],
    );
}

mod any_sheet {
    use proptest::prelude::*;

    use super::*;

    const TEXTS: [&str; 30] = [
        "",
        "",
        "",
        " ",
        "Measure",
        "District",
        "Month",
        "Police measure",
        "Number",
        "Out of",
        "%",
        "Apr-14",
        "2014/15 Q1",
        "@2014-05-01",
        "41730",
        "Corby",
        "Kettering",
        "Total",
        "Note: x",
        "3",
        "c",
        "[x]",
        "'87%",
        "Ref",
        "Self",
        "Quarter",
        "Children's social care: monthly performance",
        "Safeguarding training and supervision, Q1 2014",
        "NGH",
        "#REF!",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        /// No sheet stops the program, and the same sheet gives the same rows and findings.
        #[test]
        fn is_laid_out_or_told(
            cells in proptest::collection::vec(proptest::collection::vec(0..TEXTS.len(), 0..7), 0..12),
            merges in proptest::collection::vec((1..12u32, 1..8u32, 0..4u32, 0..4u32), 0..4),
        ) {
            thread_local!(static COUNTY: (Reference, Vec<ReturnSpec>) = county());
            let lines: Vec<String> =
                cells.iter().map(|row| row.iter().map(|i| TEXTS[*i]).collect::<Vec<_>>().join("|")).collect();
            let data = sheet("Corby", &lines.iter().map(String::as_str).collect::<Vec<_>>());
            let merges: Vec<Merge> = merges.into_iter().map(|(r, c, h, w)| (r, c, r + h, c + w)).collect();
            let raw = file(vec![merged(data, &merges)]);
            COUNTY.with(|(reference, specs)| {
                let once = lay_out("any.xlsx", &raw, specs, reference);
                prop_assert_eq!(&once, &lay_out("any.xlsx", &raw, specs, reference));
                prop_assert!(!once.return_id.is_empty() || !once.findings.is_empty());
                Ok(())
            })?;
        }
    }
}
