//! Hand-made sheets, a quirk of real returns each, and what becomes of them.

use std::path::Path;

use super::*;
use crate::model::draft::Draft;
use crate::model::raw::RawValue;
use crate::model::raw::{CellNote, FileKind, Merge, RawCell, RawRow, RawSheet};
use crate::model::{Finding, Table};
use crate::spec::reference::{Agency, Basis, Disclosure, Indicator, Locality, Polarity, Theme, Topic, Unit, Validity};

/// A small board.
pub(super) fn reference() -> Reference {
    let valid = Validity::default();
    let agency = |id: &str, name: &str| Agency {
        agency: id.to_owned(),
        name: name.to_owned(),
        kind: String::new(),
        valid,
        extra: [("short".to_owned(), id.to_uppercase())].into(),
    };
    let place = |id: &str, name: &str, code: &str| Locality {
        locality: id.to_owned(),
        name: name.to_owned(),
        gss_code: code.to_owned(),
        parent: String::new(),
        valid,
        extra: Default::default(),
    };
    let indicator = |id: &str| Indicator {
        indicator: id.to_owned(),
        name: id.to_owned(),
        theme: "neglect".to_owned(),
        agency: String::new(),
        unit: Unit::Proportion,
        numerator_label: String::new(),
        denominator_label: String::new(),
        multiplier: 1.0,
        frequency: crate::spec::reference::Frequency::Monthly,
        polarity: Polarity::Neutral,
        minimum: None,
        maximum: None,
        description: String::new(),
        basis: Basis::Flow,
        population_from: 0,
        population_to: 17,
        disclosure: Disclosure::Children,
        extra: Default::default(),
    };
    let topic = |id: &str, name: &str| Topic {
        id: id.to_owned(),
        name: name.to_owned(),
        theme: "neglect".to_owned(),
        parent: String::new(),
        extra: Default::default(),
    };
    Reference {
        agencies: vec![
            agency("police", "Northamptonshire Police"),
            agency("ngh", "Northampton General Hospital"),
            agency("kgh", "Kettering General Hospital"),
        ],
        localities: vec![place("corby", "Corby", "E07000150"), place("kettering", "Kettering", "E07000153")],
        themes: ["neglect", "cse"]
            .map(|id| Theme {
                theme: id.to_owned(),
                name: id.to_uppercase(),
                description: String::new(),
                extra: Default::default(),
            })
            .into(),
        indicators: ["missing-episodes", "referrals", "re-referrals", "training-in-date"].map(indicator).into(),
        standards: vec![topic("s1-1", "A named senior lead"), topic("s1-2", "Designated persons")],
        audit_questions: vec![topic("seen-alone", "Was the child seen alone?")],
        death_factors: vec![topic("housing", "Housing"), topic("co-sleeping", "Sharing a bed")],
        ..Reference::default()
    }
}

/// A cell from its text: `@2014-03-01` is a true date, `#REF!` an error, `'12` the text 12, a number a number.
fn cell(column: u32, text: &str) -> Option<RawCell> {
    let value = match text {
        "" => return None,
        t if t.starts_with('@') => RawValue::Date(t[1..].to_owned()),
        t if t.starts_with('\'') => RawValue::Text(t[1..].into()),
        t if t.starts_with("#N") || t.starts_with("#R") => RawValue::Error(t.to_owned()),
        t => t.trim().parse().map_or_else(|_| RawValue::Text(t.into()), RawValue::Number),
    };
    Some(RawCell { column, value, note: CellNote::Plain })
}

/// A sheet from lines with `|` between cells; a line is a row, from row 1.
fn sheet(name: &str, lines: &[&str]) -> RawSheet {
    let rows = lines.iter().enumerate().map(|(i, line)| RawRow {
        row: i as u32 + 1,
        hidden: false,
        cells: line.split('|').enumerate().filter_map(|(c, text)| cell(c as u32 + 1, text)).collect(),
    });
    RawSheet {
        name: name.to_owned(),
        hidden: false,
        rows: rows.filter(|r| !r.cells.is_empty()).collect(),
        merges: Vec::new(),
    }
}

fn merged(mut sheet: RawSheet, merges: &[Merge]) -> RawSheet {
    sheet.merges = merges.to_vec();
    sheet
}

fn file(sheets: Vec<RawSheet>) -> RawFile {
    RawFile { kind: FileKind::Xlsx, epoch_1904: false, sheets }
}

fn spec(text: &str) -> ReturnSpec {
    ReturnSpec::parse(Path::new("returns/test.toml"), text, &reference()).expect("the spec is right")
}

fn lay(sheets: Vec<RawSheet>, specs: &[ReturnSpec]) -> Laid {
    lay_out("return.xlsx", &file(sheets), specs, &reference())
}

/// A draft in short: its fields that hold something, with scale where it is not 1, and its place.
fn short(draft: &Draft) -> String {
    let columns = draft.table.columns().iter().zip(&draft.fields);
    let fields = columns.filter_map(|(column, field)| {
        let field = field.as_ref()?;
        let value = field.value.as_ref()?.display();
        let scale = if field.scale == 1.0 { String::new() } else { format!("*{}", field.scale) };
        Some(format!("{}={value}{scale}", column.name))
    });
    let extra = draft.extra.iter().map(|(h, t)| format!("[{h}={t}]"));
    format!("{} @{}", fields.chain(extra).collect::<Vec<_>>().join(" "), draft.place.a1())
}

fn shorts(laid: &Laid) -> Vec<String> {
    laid.drafts.iter().map(short).collect()
}

fn codes_of(laid: &Laid) -> Vec<&str> {
    laid.findings.iter().map(|f| f.code.as_str()).collect()
}

fn finding<'a>(laid: &'a Laid, code: &str) -> &'a Finding {
    laid.findings.iter().find(|f| f.code == code).unwrap_or_else(|| panic!("no {code} in {:#?}", laid.findings))
}

const PLAIN: &str = "agency|indicator|locality|period|breakdown|numerator|denominator|value";

mod county;

mod plain_layout {
    use super::*;

    #[test]
    fn columns_in_any_order_below_titles_beside_unknown_ones() {
        let laid = lay(
            vec![
                sheet("Notes", &["This workbook holds the return"]),
                sheet(
                    "Data",
                    &[
                        "Our return",
                        "",
                        "note| Period |AGENCY|Indicator|locality|breakdown|numerator",
                        "b|2014-03|police|missing-episodes|corby||12",
                    ],
                ),
            ],
            &[],
        );
        assert_eq!(laid.return_id, "plain");
        let row = "agency=police indicator=missing-episodes locality=corby period=2014-03 numerator=12 [note=b] @4";
        assert_eq!(shorts(&laid), [row]);
        assert_eq!(laid.drafts[0].field("numerator").unwrap().place.a1(), "G4");
        assert_eq!(codes_of(&laid), ["L007", "L002"], "a sheet of notes, an unknown column");
        assert_eq!(finding(&laid, "L002").cell, "A3");
    }

    #[test]
    fn several_sheets_carry_several_tables() {
        let laid = lay(
            vec![
                sheet("a", &[PLAIN, "police|missing-episodes|corby|2014-03||12||"]),
                sheet("b", &["agency|locality|theme|period|kind|count", "police|corby|cse|2014-Q1|complaint|3"]),
            ],
            &[],
        );
        assert_eq!(laid.drafts.iter().map(|d| d.table).collect::<Vec<_>>(), [Table::Performance, Table::Intelligence]);
        assert_eq!(laid.findings, []);
    }

    #[test]
    fn look_alike_headers_are_errors_with_code_points() {
        let header = "agency|indi\u{200b}cator|locality|period|breakdown|\u{202e}num\u{435}rator|denominator|value";
        let laid = lay(vec![sheet("Data", &[header, "police|missing-episodes|corby|2014-03||12||"])], &[]);
        let told: Vec<(&str, &str)> = laid.findings.iter().map(|f| (f.code.as_str(), f.cell.as_str())).collect();
        assert_eq!(told, [("L003", "B1"), ("L003", "F1")]);
        assert!(laid.findings[0].message.contains("U+200B") && laid.findings[0].message.contains("`indicator`"));
        assert!(laid.findings[1].message.contains("U+0435") && laid.findings[1].message.contains("`numerator`"));
        assert_eq!(laid.drafts, []);
    }

    #[test]
    fn no_table_at_all() {
        let laid = lay(vec![], &[]);
        assert_eq!((laid.return_id.as_str(), codes_of(&laid)), ("", vec!["L001"]));
        let laid = lay(vec![sheet("x", &["review|text", "1|2"])], &[]);
        assert_eq!(codes_of(&laid), ["L001"], "a column called review makes no table");
    }

    #[test]
    fn a_period_that_is_a_number_is_told_as_the_date_it_is() {
        let mut raw = file(vec![sheet("Data", &[PLAIN, "police|missing-episodes|corby|40237||12||"])]);
        raw.epoch_1904 = true;
        let laid = lay_out("date1904.xlsx", &raw, &[], &reference());
        let finding = finding(&laid, "L020");
        assert_eq!(finding.cell, "D2");
        assert!(finding.message.contains("1904") && finding.message.contains("2014-03-01"), "{}", finding.message);
    }

    #[test]
    fn header_again_note_below_hidden_row_and_column_twice() {
        let mut data =
            sheet("Data", &[PLAIN, "police|missing-episodes|corby|2014-03||12||", PLAIN, "Note: provisional"]);
        data.rows[1].hidden = true;
        let laid = lay(vec![data], &[]);
        assert_eq!((laid.drafts.len(), codes_of(&laid)), (1, vec!["L010", "L011", "L008"]));
        let laid =
            lay(vec![sheet("Data", &[&format!("{PLAIN}|value"), "police|missing-episodes|corby|2014-03||12||"])], &[]);
        assert_eq!(codes_of(&laid), ["L005"]);
        let laid = lay(vec![sheet("Data", &[PLAIN])], &[]);
        assert_eq!(codes_of(&laid), ["L023"], "on time but empty");
    }

    #[test]
    fn a_formula_without_value_travels_with_its_cell() {
        let mut data = sheet("Data", &[PLAIN, "police|missing-episodes|corby|2014-03||||"]);
        let note = CellNote::FormulaWithoutValue;
        data.rows[1].cells.push(RawCell { column: 6, value: RawValue::Text(Default::default()), note });
        let laid = lay(vec![data], &[]);
        let cell = laid.drafts[0].field("numerator").unwrap();
        assert_eq!((cell.note, cell.place.a1()), (note, "F2".to_owned()));
    }
}

mod long_layout {
    use super::*;

    const POLICE: &str = r#"
        id = "police"
        name = "Police"
        agency = "police"
        [[table]]
        feeds = "performance"
        layout = "long"
        header_rows = 3
        columns = [
            { to = "indicator", headers = ["Measure"], required = true, values = { "Missing children" = "missing-episodes", "Referrals" = "referrals" } },
            { to = "locality", headers = ["District", "Area"], required = true, blank_down = true },
            { to = "period", headers = ["Month"] },
            { to = "numerator", headers = ["Number", "Number of episodes (count)"] },
            { to = "denominator", headers = ["Infrastructure"] },
            { to = "value", headers = ["Rate %"], unit = "percent" },
        ]
    "#;

    #[test]
    fn titles_junk_rows_blank_down_totals_and_notes() {
        let laid = lay(
            vec![sheet(
                "Q1",
                &[
                    "Northamptonshire Police",
                    "A|B|C|D",
                    "1|2|3|4",
                    "District|Measure |Month|Number [Note 3]||Comments",
                    "||||",
                    "Corby|Missing\u{a0}children|Apr-14|12||",
                    "|Referrals|@2014-05-01|c||late",
                    "|||(thousand)||",
                    "E07000153|Missing children|31/05/2014|'7||",
                    "Total|Missing children|May-14|19||",
                    "Note: figures are provisional",
                    "",
                    "* revised",
                ],
            )],
            &[spec(POLICE)],
        );
        assert_eq!(laid.return_id, "police");
        assert_eq!(
            shorts(&laid),
            [
                "agency=police indicator=missing-episodes locality=corby period=2014-04 numerator=12 @6",
                "agency=police indicator=referrals locality=corby period=2014-05 numerator=c [Comments=late] @7",
                "agency=police indicator=missing-episodes locality=kettering period=2014-05 numerator=7 @9",
            ]
        );
        assert_eq!(finding(&laid, "L009").row, Some(10));
        assert!(finding(&laid, "L010").message.contains("rows 8, 11, 13"), "{:?}", laid.findings);
        assert_eq!(finding(&laid, "L002").cell, "F4");
        assert!(laid.findings.iter().all(|f| f.severity == Severity::Note), "{:?}", laid.findings);
    }

    #[test]
    fn a_header_over_three_rows_with_a_hyphen_and_a_footnote_letter() {
        let laid = lay(
            vec![sheet(
                "Q1",
                &[
                    "|||Number|Infrastruc-",
                    "|||of episodes b|ture",
                    "Measure|Area|Month|(count)|",
                    "Referrals|Corby|Apr-14|3|4",
                ],
            )],
            &[spec(POLICE)],
        );
        assert_eq!(
            shorts(&laid),
            ["agency=police indicator=referrals locality=corby period=2014-04 numerator=3 denominator=4 @4"]
        );
        assert_eq!(laid.drafts[0].field("numerator").unwrap().header, "Number of episodes b (count)");
    }

    #[test]
    fn merged_labels_are_filled_down_and_numbers_are_not() {
        let data = sheet(
            "Q1",
            &["Area|Measure|Month|Number", "Corby|Referrals|Apr-14|3", "|Referrals|May-14|", "|Referrals|Jun-14|5"],
        );
        let laid = lay(vec![merged(data, &[(2, 1, 4, 1), (2, 4, 3, 4)])], &[spec(POLICE)]);
        let places: Vec<_> = laid.drafts.iter().map(|d| d.field("locality").unwrap().value.clone()).collect();
        assert_eq!(places, vec![Some(RawValue::Text("corby".into())); 3]);
        assert_eq!(laid.drafts[1].field("numerator").unwrap().value, None, "a merged number is one number");
    }

    #[test]
    fn repeated_unknown_headers_spacers_and_merged_headers() {
        let lines = ["Area||Measure|SN1|SNP|SN2|SNP|Month|Number", "Corby||Referrals|1|Close|2|Close |Apr-14|3"];
        let laid = lay(vec![merged(sheet("Q1", &lines), &[(1, 1, 1, 2)])], &[spec(POLICE)]);
        let row = "agency=police indicator=referrals locality=corby period=2014-04 numerator=3 \
                   [SN1=1] [SNP=Close] [SN2=2] [SNP=Close] @2";
        assert_eq!((shorts(&laid), codes_of(&laid)), (vec![row.to_owned()], vec!["L002"; 4]));
        let twice = lay(vec![sheet("Q1", &["Area|District|Measure", "Corby|Corby|Referrals"])], &[spec(POLICE)]);
        assert_eq!(codes_of(&twice), ["L005"]);
    }

    #[test]
    fn per_cent_in_every_form() {
        let data = sheet(
            "Q1",
            &[
                "Area|Measure|Month|Rate %",
                "Corby|Referrals|Apr-14|87.5",
                "Corby|Referrals|May-14|'87%",
                "Corby|Referrals|Jun-14|'596 (5%)",
            ],
        );
        let laid = lay(vec![data], &[spec(POLICE)]);
        let value =
            |i: usize| laid.drafts[i].field("value").map(|c| (c.value.clone().unwrap().display(), c.scale)).unwrap();
        assert_eq!((value(0), value(1)), (("87.5".to_owned(), 0.01), ("87".to_owned(), 0.01)));
        assert_eq!(value(2), ("596".to_owned(), 1.0), "the count of a count with its share");
        let data =
            sheet("Q1", &["Area|Measure|Month|Rate %", "Corby|Referrals|Apr-14|0.87", "Corby|Referrals|May-14|0.5"]);
        assert_eq!(codes_of(&lay(vec![data], &[spec(POLICE)])), ["L018"], "the unit seems to have changed");
    }

    #[test]
    fn columns_in_another_order_read_the_same() {
        let a = lay(vec![sheet("s", &["Area|Measure|Month|Number", "Corby|Referrals|Apr-14|3"])], &[spec(POLICE)]);
        let b = lay(vec![sheet("s", &["Number||Month|Measure|Area", "3||Apr-14|Referrals|Corby"])], &[spec(POLICE)]);
        assert_eq!(shorts(&a), shorts(&b));
    }

    #[test]
    fn figures_in_columns_of_their_own_and_rows_left_out() {
        let england = spec(
            r#"
            id = "c1"
            name = "Referrals"
            [[table]]
            feeds = "performance"
            layout = "long"
            keep = { geographic_level = ["Local authority"] }
            columns = [
                { to = "period", headers = ["time_period"], required = true, period = "year-ending" },
                { to = "locality", headers = ["new_la_code"], required = true },
                { to = "extra", headers = ["la_name"] },
            ]
            figures = [
                { indicator = "referrals", labels = ["referral_count"] },
                { indicator = "re-referrals", labels = ["rereferral_count"] },
                { indicator = "re-referrals", into = "denominator", labels = ["referral_count"] },
            ]
            "#,
        );
        let laid = lay(
            vec![sheet(
                "",
                &[
                    "time_period|geographic_level|new_la_code|la_name|rereferral_count|referral_count",
                    "2014|National|||9|90",
                    "2014|Local authority|E07000150|Corby|c|60",
                    "202324|Local authority|E07000153|Kettering|x|70",
                ],
            )],
            &[england],
        );
        assert_eq!(
            shorts(&laid),
            [
                "indicator=re-referrals locality=corby period=2013/14 numerator=c denominator=60 [la_name=Corby] @E3",
                "indicator=referrals locality=corby period=2013/14 numerator=60 [la_name=Corby] @F3",
                "indicator=re-referrals locality=kettering period=2023/24 numerator=x denominator=70 [la_name=Kettering] @E4",
                "indicator=referrals locality=kettering period=2023/24 numerator=70 [la_name=Kettering] @F4",
            ]
        );
        assert_eq!(codes_of(&laid), ["L012"]);
    }

    #[test]
    fn scores_ids_and_days_of_a_register() {
        let section11 = spec(
            r#"
            id = "s11"
            name = "Section 11"
            [[table]]
            feeds = "section11"
            layout = "long"
            given = [
                { to = "agency", from = "label", labels = ["Agency", "Organisation"], match_by = ["short"] },
                { to = "period", from = "title", period = "financial-year" },
            ]
            columns = [
                { to = "standard", headers = ["Standard"], required = true },
                { to = "self_score", headers = ["RAG"], values = { "R" = "1", "Red" = "1", "A" = "2", "G" = "3", "Grey" = "n/a" } },
                { to = "moderated_score", headers = ["Moderated"], values = { "0" = "1", "3" = "4" } },
                { to = "action_due", headers = ["By when"] },
            ]
            "#,
        );
        let laid = lay(
            vec![
                sheet("Cover", &["Organisation:|NGH"]),
                sheet(
                    "Return",
                    &[
                        "Section 11 self-assessment 2013/14",
                        "Standard|RAG|Moderated|By when",
                        "S1.1|R|0|25/04/2014",
                        "Designated persons|grey|3|@2014-05-01",
                    ],
                ),
            ],
            &[section11],
        );
        assert_eq!(
            shorts(&laid),
            [
                "agency=ngh standard=s1-1 period=2013/14 self_score=1 moderated_score=1 action_due=2014-04-25 @3",
                "agency=ngh standard=s1-2 period=2013/14 self_score=n/a moderated_score=4 action_due=2014-05-01 @4",
            ]
        );
        assert_eq!(laid.drafts[0].field("agency").unwrap().place, crate::model::raw::CellPlace::new("Cover", 1, 2));
        assert_eq!(laid.drafts[0].field("self_score").unwrap().sent(), "R");
    }
}

mod wide_layout {
    use super::*;

    const CSC: &str = r#"
        id = "csc"
        name = "Social care"
        agency = "ngh"
        [[table]]
        feeds = "performance"
        layout = "wide"
        header_rows = 3
        given = [{ to = "locality", from = "sheet" }]
        columns = [{ to = "indicator", headers = ["Measure"], required = true }]
        figures = [
            { indicator = "referrals", labels = ["Referrals received"] },
            { indicator = "re-referrals", labels = ["Re-referrals"] },
            { indicator = "re-referrals", into = "denominator", labels = ["Referrals received"] },
        ]
        across = { to = "period" }
    "#;

    #[test]
    fn months_under_a_banded_header_one_sheet_a_district() {
        let rows = [
            "Monthly performance",
            "Measure|2014/15 Q1|||YTD",
            "|Apr-14|@2014-05-01|41791|",
            "Front door||||",
            "Referrals received|10|11||21",
            "Re-referrals|2|*||2",
            "Total referrals|12|11||23",
        ];
        let mut corby = merged(sheet("Corby", &rows), &[(2, 1, 3, 1), (2, 2, 2, 4)]);
        corby.hidden = true;
        let laid = lay(vec![corby], &[spec(CSC)]);
        assert_eq!(
            shorts(&laid),
            [
                "agency=ngh indicator=referrals locality=corby period=2014-04 numerator=10 @B5",
                "agency=ngh indicator=re-referrals locality=corby period=2014-04 numerator=2 denominator=10 @B6",
                "agency=ngh indicator=referrals locality=corby period=2014-05 numerator=11 @C5",
                "agency=ngh indicator=re-referrals locality=corby period=2014-05 numerator=* denominator=11 @C6",
            ]
        );
        let codes = codes_of(&laid);
        for code in ["L014", "L009", "L010", "L008"] {
            assert!(codes.contains(&code), "{code} in {codes:?}");
        }
    }

    #[test]
    fn numerator_and_denominator_under_each_quarter() {
        let spec = spec(
            r#"
            id = "w"
            name = "W"
            agency = "ngh"
            [[table]]
            feeds = "performance"
            layout = "wide"
            header_rows = 2
            columns = [
                { to = "indicator", headers = ["Measure"], required = true, values = { "Training" = "training-in-date" } },
                { to = "locality", headers = ["Site"] },
            ]
            across = { to = "period", measures = { numerator = ["No."], denominator = ["Of"], value = ["%"] }, period = "financial-quarter" }
            "#,
        );
        let data = sheet("s", &["Measure|Site|Q1 2014||Q2 2014|", "||No.|Of|No.|Of", "Training|Corby|8|10|9|10"]);
        let laid = lay(vec![merged(data, &[(1, 3, 1, 4), (1, 5, 1, 6)])], &[spec]);
        assert_eq!(
            shorts(&laid),
            [
                "agency=ngh indicator=training-in-date locality=corby period=2014-Q2 numerator=8 denominator=10 @C3",
                "agency=ngh indicator=training-in-date locality=corby period=2014-Q3 numerator=9 denominator=10 @E3",
            ]
        );
    }

    #[test]
    fn kinds_across_and_a_quarter_with_two_readings() {
        let text = r#"
            id = "intelligence"
            name = "Intelligence"
            agency = "ngh"
            [[table]]
            feeds = "intelligence"
            layout = "wide"
            given = [{ to = "period", from = "title" }]
            columns = [
                { to = "locality", headers = ["Locality"], required = true },
                { to = "theme", headers = ["Theme"], required = true },
            ]
            across = { to = "kind", into = "count", values = { "Complaints" = "complaint", "SIs" = "serious-incident" } }
        "#;
        let sheet_of = |title: &str| sheet("s", &[title, "Locality|Theme|Complaints|SIs", "Corby|CSE|2|c"]);
        let laid = lay(vec![sheet_of("Soft intelligence, Q1 2014/15")], &[spec(text)]);
        assert_eq!(
            shorts(&laid),
            [
                "agency=ngh locality=corby theme=cse period=2014-Q2 kind=complaint count=2 @C3",
                "agency=ngh locality=corby theme=cse period=2014-Q2 kind=serious-incident count=c @D3",
            ]
        );
        let laid = lay(vec![sheet_of("Soft intelligence, Q1 2014")], &[spec(text)]);
        let message = &finding(&laid, "L015").message;
        assert!(message.contains("2014-Q2") && message.contains("2014-Q1"), "{message}");
        let laid = lay(vec![sheet_of("Soft intelligence")], &[spec(text)]);
        assert_eq!(codes_of(&laid), ["L017"]);
    }

    #[test]
    fn rows_and_periods_that_nobody_knows_are_told() {
        let data = sheet(
            "Corby",
            &["Measure|Apr-14|Mai-14", "Referrals received|1|2", "Re-referals|1|2", "Foster carers|1|2"],
        );
        let laid = lay(vec![data], &[spec(CSC)]);
        assert_eq!(finding(&laid, "L015").cell, "C1");
        assert_eq!((finding(&laid, "L024").cell.as_str(), finding(&laid, "L016").cell.as_str()), ("A3", "A4"));
        let data = sheet("Corby", &["Measure|Apr-14", "Referrals received|1", "Referrals received|2"]);
        assert!(codes_of(&lay(vec![data], &[spec(CSC)])).contains(&"L022"), "one figure, two cells");
    }
}

#[test]
fn blocks_of_several_agencies_on_a_sheet() {
    let training = spec(
        r#"
        id = "training"
        name = "Training"
        agencies = ["ngh"]
        [[table]]
        feeds = "performance"
        layout = "blocks"
        given = [
            { to = "agency", from = "block" },
            { to = "period", from = "title", period = "financial-quarter" },
            { to = "locality", value = "corby" },
        ]
        columns = [{ to = "indicator", headers = ["Course"], required = true }, { to = "denominator", headers = ["Eligible"], required = true }, { to = "numerator", headers = ["In date"] }]
        figures = [{ indicator = "training-in-date", labels = ["Level 2"] }]
        "#,
    );
    let laid = lay(
        vec![sheet(
            "All",
            &[
                "Training, quarter 3 2014/15",
                "",
                "Northampton General Hospital",
                "Course|Eligible|In date",
                "Level 2|100|87",
                "Total|100|87",
                "",
                "Kettering General Hospital",
                "Course|In date|Eligible|Site",
                "Level 2|50|60|x",
            ],
        )],
        &[training],
    );
    assert_eq!(
        shorts(&laid),
        [
            "agency=ngh indicator=training-in-date locality=corby period=2014-Q4 numerator=87 denominator=100 @5",
            "agency=kgh indicator=training-in-date locality=corby period=2014-Q4 numerator=50 denominator=60 [Site=x] @10",
        ]
    );
    assert_eq!(finding(&laid, "L021").message.split('`').nth(1), Some("kgh"));
}

#[test]
fn two_tables_share_a_header_and_each_row_goes_where_its_filter_lets_it() {
    let table = |name: &str, measures: &str, period: &str| {
        format!(
            r#"
            [[table]]
            name = "{name}"
            feeds = "performance"
            layout = "long"
            keep = {{ measure = {measures} }}
            columns = [
                {{ to = "locality", headers = ["authority_code"], required = true }},
                {{ to = "indicator", headers = ["measure"], values = {{ "ref" = "referrals", "train" = "training-in-date" }} }},
                {{ to = "period", headers = ["year_ending"], period = "{period}" }},
                {{ to = "value", headers = ["value"], unit = "percent" }},
            ]
            "#
        )
    };
    let text = [
        "id = 'england'\nname = 'England'\nagency = 'police'\nlag_months = 8\nlag_months_of = { training-in-date = 5 }"
            .to_owned(),
        table("march", "['ref']", "year-ending"),
        table("september", "['train']", "calendar-year"),
    ];
    let spec = spec(&text.concat());
    let lines = [
        "authority_code|measure|year_ending|value",
        "E07000150|ref|2016|94.5",
        "E07000150|train|2016|-",
        "E07000150|other|2016|1",
    ];
    let laid = lay(vec![sheet("", &lines)], std::slice::from_ref(&spec));
    assert_eq!(
        shorts(&laid),
        [
            "agency=police indicator=referrals locality=corby period=2015/16 value=94.5*0.01 @2",
            "agency=police indicator=training-in-date locality=corby period=2016 value=-*0.01 @3",
        ]
    );
    assert_eq!((codes_of(&laid), finding(&laid, "L012").row), (vec!["L012"], Some(4)));
    let day = |t: &str| t.parse().ok();
    let period = |t: &str| crate::model::Period::parse(t).unwrap();
    assert_eq!(spec.published_on("referrals", period("2015/16")), day("2016-11-30"));
    assert_eq!(spec.published_on("training-in-date", period("2016")), day("2017-05-31"));
}

#[test]
fn questions_across_with_grades_in_the_cells() {
    let ofsted = spec(
        r#"
        id = "ofsted"
        name = "Inspections"
        agency = "ngh"
        [[table]]
        feeds = "audits"
        layout = "wide"
        columns = [
            { to = "case", headers = ["authority"], required = true },
            { to = "locality", headers = ["authority"] },
            { to = "audited_on", headers = ["inspection_date"] },
        ]
        given = [{ to = "kind", value = "inspection" }, { to = "theme", value = "cse" }]
        across = { to = "question", into = "grade", values = { "help_and_protection" = "seen-alone" }, cells = { "Adequate" = "requires-improvement" } }
        "#,
    );
    let laid = lay(
        vec![sheet(
            "",
            &[
                "authority|inspection_date|help_and_protection",
                "Corby|2018-01-29|Adequate",
                "Kettering|29/01/18|Requires improvement",
            ],
        )],
        &[ofsted],
    );
    assert_eq!(
        shorts(&laid),
        [
            "audited_on=2018-01-29 kind=inspection agency=ngh theme=cse locality=corby case=Corby question=seen-alone grade=requires-improvement @C2",
            "audited_on=2018-01-29 kind=inspection agency=ngh theme=cse locality=kettering case=Kettering question=seen-alone grade=requires-improvement @C3",
        ]
    );
}

#[test]
fn two_tables_side_by_side_and_two_stacked() {
    let both = spec(
        r#"
        id = "both"
        name = "Both"
        agency = "police"
        [[table]]
        name = "missing"
        feeds = "performance"
        layout = "long"
        columns = [{ to = "locality", headers = ["District"], required = true }, { to = "period", headers = ["Month"] }]
        figures = [{ indicator = "missing-episodes", labels = ["Missing"] }]
        [[table]]
        name = "referrals"
        feeds = "performance"
        layout = "long"
        columns = [{ to = "locality", headers = ["Place"], required = true }, { to = "period", headers = ["When"] }]
        figures = [{ indicator = "referrals", labels = ["Referrals"] }]
        "#,
    );
    let expected = [
        "agency=police indicator=missing-episodes locality=corby period=2014-04 numerator=1",
        "agency=police indicator=referrals locality=kettering period=2014-05 numerator=2",
    ];
    let read = |lines: &[&str]| {
        let laid = lay(vec![sheet("s", lines)], std::slice::from_ref(&both));
        laid.drafts.iter().map(|d| short(d).split(" @").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(read(&["District|Month|Missing||Place|When|Referrals", "Corby|Apr-14|1||Kettering|May-14|2"]), expected);
    assert_eq!(
        read(&[
            "District|Month|Missing",
            "Corby|Apr-14|1",
            "",
            "Second table",
            "Place|When|Referrals",
            "Kettering|May-14|2"
        ]),
        expected
    );
}

#[test]
fn a_form_gives_a_row_or_a_row_for_each_figure() {
    let form = spec(
        r#"
        id = "form"
        name = "Form"
        agency = "police"
        [[table]]
        feeds = "performance"
        layout = "form"
        given = [{ to = "locality", value = "corby" }]
        columns = [{ to = "period", headers = ["Month"], required = true }]
        figures = [
            { indicator = "missing-episodes", labels = ["Missing episodes"] },
            { indicator = "referrals", labels = ["Referrals"] },
        ]
        "#,
    );
    let laid = lay(
        vec![sheet(
            "s",
            &[
                "Monthly form",
                "Month|April 2014",
                "",
                "Missing episodes:|4|Referrals|",
                "|||6",
                "Signed by the analyst",
            ],
        )],
        &[form],
    );
    assert_eq!(
        shorts(&laid),
        [
            "agency=police indicator=missing-episodes locality=corby period=2014-04 numerator=4 @B4",
            "agency=police indicator=referrals locality=corby period=2014-04 @D4",
        ],
        "the cell right of the second label is empty, and so is the one below it"
    );
    assert!(finding(&laid, "L010").message.contains("rows 1, 5, 6"), "{:?}", laid.findings);
}

mod recognition {
    use super::*;

    fn long(id: &str, words: &str, from: &str) -> ReturnSpec {
        spec(&format!(
            r#"
            id = "{id}"
            name = "{id}"
            agency = "police"
            [recognise]
            file = ["{id}*"]
            words = {words}
            [[table]]
            feeds = "performance"
            layout = "long"
            columns = [
                {{ to = "indicator", headers = ["Measure"], required = true }},
                {{ to = "locality", headers = ["District"], required = true }},
                {{ to = "period", headers = ["Month"], required = true }},
                {{ to = "numerator", headers = ["Number"] }},
            ]
            {from}
            "#
        ))
    }

    const ROWS: [&str; 2] = ["Measure|District|Month|Number", "referrals|Corby|Apr-14|3"];

    #[test]
    fn words_decide_and_the_file_name_settles_a_tie() {
        let specs = [long("alpha", "['Alpha return']", ""), long("beta", "[]", "")];
        let laid = lay(vec![sheet("s", &["ALPHA  return for April", ROWS[0], ROWS[1]])], &specs[..1]);
        assert_eq!(laid.return_id, "alpha");
        assert_eq!(lay(vec![sheet("s", &ROWS)], &specs).return_id, "beta", "the words of the other are not there");
        let specs = [long("alpha", "[]", ""), long("beta", "[]", "")];
        let raw = file(vec![sheet("s", &ROWS)]);
        assert_eq!(lay_out("Beta_2014.xlsx", &raw, &specs, &reference()).return_id, "beta");
        let laid = lay_out("return.xlsx", &raw, &specs, &reference());
        assert_eq!((laid.return_id.as_str(), codes_of(&laid)), ("", vec!["L006"]));
    }

    #[test]
    fn a_missing_column_is_named_with_the_header_that_may_be_meant() {
        let specs = [long("alpha", "['Alpha return']", "")];
        let laid = lay(vec![sheet("s", &["Alpha return", "Measure|Distirct|Number", "referrals|Corby|3"])], &specs);
        assert_eq!(laid.return_id, "");
        let laid = lay(
            vec![sheet("s", &["Alpha return", "Measure|Distirct|Month|Number", "referrals|Corby|Apr-14|3"])],
            &specs,
        );
        assert_eq!((laid.return_id.as_str(), codes_of(&laid)), ("alpha", vec!["L003"]));
        assert_eq!(laid.findings[0].cell, "B2");
        let laid = lay(vec![sheet("s", &["Alpha return", "Measure|Month|Number", "referrals|Apr-14|3"])], &specs);
        assert_eq!(codes_of(&laid), ["L004"]);
    }

    #[test]
    fn a_renamed_column_by_a_dated_change() {
        let change = r#"
            [[change]]
            from = "2014-04-01"
            reason = "the template of 2014/15"
            columns = [{ to = "numerator", headers = ["Count"] }]
        "#;
        let specs = [long("alpha", "[]", change)];
        let old = lay(vec![sheet("s", &["Measure|District|Month|Number", "referrals|Corby|Mar-14|3"])], &specs);
        let new = lay(vec![sheet("s", &["Measure|District|Month|Count", "referrals|Corby|Apr-14|3"])], &specs);
        assert_eq!((codes_of(&old), codes_of(&new)), (vec![], vec![]));
        assert_eq!(old.drafts[0].field("numerator").unwrap().sent(), "3");
        assert_eq!(new.drafts[0].field("numerator").unwrap().sent(), "3");
        let late = lay(vec![sheet("s", &["Measure|District|Month|Number", "referrals|Corby|Apr-14|3"])], &specs);
        assert_eq!(codes_of(&late), ["L019"], "last year's template for this year's month");
    }

    #[test]
    fn code_lists_change_by_the_date_of_the_figures() {
        let text = r#"
            id = "audits"
            name = "Audits"
            [[table]]
            feeds = "audits"
            layout = "long"
            columns = [
                { to = "case", required = true },
                { to = "audited_on", headers = ["Date"] },
                { to = "question", headers = ["Question"] },
                { to = "grade", headers = ["Grade"], values = { "Adequate" = "good" } },
            ]
            [[change]]
            from = "2013-01-01"
            reason = "adequate became requires improvement"
            columns = [{ to = "grade", headers = ["Grade"], values = { "Adequate" = "requires-improvement" } }]
        "#;
        let grade = |day: &str| {
            let line = format!("c1|{day}|Was the child seen alone?|adequate");
            let laid = lay(vec![sheet("s", &["Case|Date|Question|Grade", &line])], &[spec(text)]);
            laid.drafts[0].field("grade").unwrap().value.clone().unwrap().display()
        };
        assert_eq!((grade("12/12/2012"), grade("12/12/2014")), ("good".to_owned(), "requires-improvement".to_owned()));
    }

    #[test]
    fn the_same_file_gives_the_same_rows() {
        let specs = [long("alpha", "[]", ""), long("beta", "['x']", "")];
        let once = lay(vec![sheet("s", &ROWS)], &specs);
        assert_eq!(once, lay(vec![sheet("s", &ROWS)], &specs));
    }
}
