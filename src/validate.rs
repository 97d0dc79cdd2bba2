//! What is wrong with a return, and where. A rule a file, all in one registry; the personal-data gate is among them. Only
//! this room makes `Accepted`, so that nothing that was not checked can go on.

pub mod answers;
pub mod conform;
pub mod facts;
pub mod gather;
pub mod parts;
pub mod past;
pub mod personal;
pub mod registry;
pub mod rule;
pub mod rules;
pub mod series_of;
#[cfg(test)]
pub mod testing;

use chrono::NaiveDate;

use crate::model::draft::Laid;
use crate::model::part::RawPart;
use crate::model::raw::RawFile;
use crate::model::{Asked, Finding, History, Row, Verdict};
use crate::spec::Reference;

pub use personal::words::Words;
pub use registry::rules;

/// What a return is checked against.
pub struct Context<'a> {
    /// The board's reference lists.
    pub reference: &'a Reference,
    /// Today, for the checks; nothing may lie after it. For a return that is published with a lag, and whose rows are
    /// seen only when they were, give a day far off.
    pub as_of: NaiveDate,
    /// What was accepted before.
    pub history: &'a History,
}

/// A return that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// Everything that was found, the worst first, then in the order of the file.
    pub findings: Vec<Finding>,
    /// The same, every cell told by itself: what an annotated copy marks.
    pub every: Vec<Finding>,
    /// The rows, where nothing forbids their use.
    pub accepted: Option<Accepted>,
    /// The queries among the findings that nobody has answered, one by one.
    pub asked: Vec<Asked>,
}

impl Checked {
    /// What becomes of the submission.
    pub fn verdict(&self) -> Verdict {
        match Verdict::of(&self.findings) {
            Verdict::Accepted if self.accepted.is_none() => Verdict::Rejected,
            verdict => verdict,
        }
    }
}

/// The receipt for a return without errors: typed rows, with the places they came from. Only [`validate`] can make one.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    return_id: String,
    rows: Vec<Row>,
    extras: Vec<Vec<(String, String)>>,
}

impl Accepted {
    /// Id of the return spec, or `plain`.
    pub fn return_id(&self) -> &str {
        &self.return_id
    }

    /// The rows, in the order of the file. Keys of children's cases are still the sender's own.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows, each with its unknown columns (header and text as sent).
    pub fn into_rows(self) -> impl Iterator<Item = (Row, Vec<(String, String)>)> {
        self.rows.into_iter().zip(self.extras)
    }
}

/// Personal data in the names of a file and of its sheets.
pub fn scan_names(file_name: &str, file: Option<&RawFile>, words: &Words) -> Vec<Finding> {
    personal::names::findings(file_name, file, words)
}

/// Personal data in what stands outside the cells.
pub fn scan_parts(parts: &[RawPart], words: &Words, as_of: NaiveDate) -> Vec<Finding> {
    personal::parts::findings(parts, words, as_of)
}

/// The personal-data gate on a file as read: hidden sheets, titles and footnotes too, and files that fit no return. Its
/// findings may be put to those of the layout before [`validate`], which tells each cell once.
pub fn scan(file: &RawFile, as_of: NaiveDate) -> Vec<Finding> {
    personal::of_file(file, as_of).iter().map(personal::Suspicion::finding).collect()
}

/// Checks a return: types its cells, puts every rule to it, and accepts it where no error was found, here or before.
pub fn validate(laid: Laid, context: &Context<'_>) -> Checked {
    let known = conform::Known::new(context.reference);
    let conformed = conform::conform(&laid, &known);
    let facts = facts::Facts::new(&laid, &conformed, &known, context);
    let mut findings = laid.findings.clone();
    findings.extend(registry::check(&facts));
    let answers::Settled { findings, asked } = answers::settle(findings, &facts, &laid.return_id);
    let every = gather::ordered(findings, &laid);
    let findings = gather::grouped(every.clone());
    drop(facts);
    let whole = !laid.return_id.is_empty() && Verdict::of(&findings) == Verdict::Accepted;
    let accepted = whole.then(|| Accepted {
        return_id: laid.return_id,
        rows: conformed.rows,
        extras: laid.drafts.into_iter().map(|d| d.extra).collect(),
    });
    let asked = if accepted.is_some() { asked } else { Vec::new() };
    Checked { findings, every, accepted, asked }
}

#[cfg(test)]
mod tests {
    use super::testing::*;
    use super::*;
    use crate::model::raw::{CellNote, RawValue};
    use crate::model::{Severity, Status, Table};

    /// Errors as `code cell`, with the line in the place of the cell of a file without sheets.
    fn errors(checked: &Checked) -> Vec<String> {
        let errors = checked.findings.iter().filter(|f| f.severity == Severity::Error);
        let cell = |f: &Finding| if f.cell.is_empty() { format!("{}", f.row.unwrap_or(0)) } else { f.cell.clone() };
        errors.map(|f| format!("{} {}", f.code, cell(f))).collect()
    }

    fn csv(rows: &[&str]) -> Laid {
        let mut laid = performance(rows);
        for draft in &mut laid.drafts {
            draft.place.sheet = Default::default();
            for cell in draft.fields.iter_mut().flatten() {
                cell.place.sheet = Default::default();
                cell.value = cell.value.take().map(|v| RawValue::Text(v.display().into()));
            }
        }
        laid
    }

    #[test]
    fn the_bad_returns_that_concern_values() {
        let row = "police,missing-episodes,corby,2014-03,,12,,";
        for (laid, expected, file) in [
            (performance(&[row]), &[] as &[&str], "ok.xlsx"),
            (csv(&[row]), &[], "ok.csv"),
            (
                csv(&["police,missing-episodes,corby,2014-03,,-4,,", "police,missing-episodes,corby,2014-04,,12,,"]),
                &["V011 2"],
                "negative.csv",
            ),
            (csv(&["polise,missing-episodes,corby,2014-03,,12,,"]), &["V001 2"], "unknown_agency.csv"),
            (performance(&["police,missing-episodes,corby,40237,,12,,"]), &["V002 D2"], "date1904.xlsx"),
            (
                performance(&[
                    "police,missing-episodes,corby,2014-03,,NaN,,",
                    "police,missing-episodes,corby,2014-04,,INF,,",
                    "police,missing-episodes,corby,2014-05,,1e309,,",
                    "police,missing-episodes,corby,2014-06,,0x10,,",
                ]),
                &["V005 F2", "V005 F3", "V005 F4", "V005 F5"],
                "values_nan_inf_1e309.xlsx",
            ),
        ] {
            let checked = checked(laid);
            assert_eq!(errors(&checked), expected, "{file}");
            assert_eq!(checked.accepted.is_some(), expected.is_empty(), "{file}");
        }
        assert!(checked(csv(&[row])).findings.is_empty(), "numbers of a CSV file are text, and no note says so");
    }

    #[test]
    fn markers_stay_apart() {
        let checked = checked(csv(&[
            "police,missing-episodes,corby,2014-03,,c,,",
            "police,missing-episodes,corby,2014-04,,[x],,",
            "police,missing-episodes,corby,2014-05,,0,,",
            "police,missing-episodes,corby,2014-06,,,,",
        ]));
        let accepted = checked.accepted.expect("marker.csv is accepted");
        let kinds: Vec<Status> = accepted.rows().iter().map(|r| r.number("numerator").status).collect();
        assert_eq!(kinds, [Status::Suppressed, Status::NotAvailable, Status::Zero, Status::Missing]);
    }

    #[test]
    fn formulas_with_and_without_a_saved_value() {
        let with = |note, value: Option<RawValue>| {
            let mut laid = performance(&["police,missing-episodes,corby,2014-03,,12,,"]);
            let cell = laid.drafts[0].fields[5].as_mut().unwrap();
            (cell.note, cell.value) = (note, value);
            checked(laid)
        };
        let unsaved = with(CellNote::FormulaWithoutValue, Some(RawValue::Text(Default::default())));
        assert_eq!((errors(&unsaved), unsaved.verdict()), (vec!["V006 F2".to_owned()], Verdict::Rejected));
        let external = with(CellNote::ExternalFormula, Some(RawValue::Number(12.0)));
        assert_eq!((external.findings[0].code.as_str(), external.findings[0].cell.as_str()), ("V025", "F2"));
        assert_eq!(external.accepted.unwrap().rows()[0].number("numerator").value, Some(12.0), "taken, with a note");
    }

    #[test]
    fn nothing_is_accepted_with_an_error_from_anywhere() {
        let good = || performance(&["police,missing-episodes,corby,2014-03,,12,,"]);
        let nameless = Laid { return_id: String::new(), ..good() };
        assert_eq!(checked(nameless).verdict(), Verdict::Rejected, "no return fits");
        let faulty = Laid { findings: vec![Finding::file("L001", Severity::Error, "m", "f")], ..good() };
        assert!(checked(faulty).accepted.is_none(), "the layout found an error");
        let personal = laid(
            Table::Performance,
            "agency,indicator,locality,period,numerator,DOB",
            &["police,missing-episodes,corby,2014-03,1,2009-11-21"],
        );
        let checked = checked(personal);
        assert_eq!(checked.verdict(), Verdict::Quarantined);
        assert!(checked.findings.iter().all(|f| !format!("{f:?}").contains("2009")), "the value is not repeated");
    }

    #[test]
    fn the_gate_sees_hidden_sheets_and_files_that_fit_no_return() {
        use crate::model::raw::{FileKind, RawCell, RawRow, RawSheet};
        let cell = |text: &str| RawCell { column: 1, value: RawValue::Text(text.into()), note: CellNote::Plain };
        let row = |row, text| RawRow { row, hidden: false, cells: vec![cell(text)] };
        let sheet = RawSheet {
            name: "raw".into(),
            hidden: true,
            rows: vec![row(1, "9990000360"), row(2, "9990000379")],
            merges: vec![],
        };
        let file = RawFile { kind: FileKind::Xlsx, epoch_1904: false, sheets: vec![sheet] };
        let found = scan(&file, day(AS_OF));
        assert_eq!(
            found.iter().map(|f| (f.code.as_str(), f.cell.as_str())).collect::<Vec<_>>(),
            [("P001", "A1"), ("P001", "A2")]
        );
    }

    #[test]
    fn a_large_return_is_checked_in_good_time() {
        let rows: Vec<String> = (0..20_000)
            .map(|i| format!("police,missing-episodes,corby,2014-{:02},part={},{},,", i % 12 + 1, i / 12, i % 50))
            .collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let laid = performance(&rows);
        let start = std::time::Instant::now();
        let checked = checked(laid);
        assert!(checked.accepted.is_some());
        assert!(start.elapsed().as_secs() < 20, "took {:?}", start.elapsed());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_stumble_or_repeat_an_nhs_number(cells in proptest::collection::vec("\\PC{0,16}", 8)) {
            for (table, columns) in Table::ALL.map(|t| (t, t.columns())) {
                let header: Vec<&str> = columns.iter().map(|c| c.name).collect();
                let row: Vec<&str> = columns.iter().zip(cells.iter().cycle()).map(|(_, c)| c.as_str()).collect();
                let mut laid = laid(table, &header.join(","), &["police"]);
                for (position, text) in row.iter().enumerate() {
                    let place = crate::model::raw::CellPlace::new("Q1", 2, position as u32 + 1);
                    laid.drafts[0].fields[position] = Some(cell(text, header[position], place));
                }
                let last = cell("999 000 0158", header[1], crate::model::raw::CellPlace::new("Q1", 2, 2));
                laid.drafts[0].fields[1] = Some(last);
                let checked = checked(laid);
                proptest::prop_assert!(checked.findings.iter().all(|f| !f.message.contains("999 000 0158")));
            }
        }
    }
}
