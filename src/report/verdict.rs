//! The verdict on a return, for the terminal and for programs: the shape of data-contract.md, section 4.

use serde_json::{Value, json};

use crate::model::submission::Submission;
use crate::model::{Finding, Severity, Verdict};

/// One JSON object, as `validate --format json` prints it.
pub fn json(file: &str, submission: &Submission) -> Value {
    json!({
        "file": file,
        "sha256": submission.sha256,
        "return": submission.return_id,
        "agency": submission.agency,
        "period": submission.period,
        "verdict": submission.verdict.as_str(),
        "rows": submission.rows,
        "findings": submission.findings,
    })
}

/// Everything at once, worst first, a paragraph each.
pub fn text(file: &str, submission: &Submission) -> String {
    let verdict = match submission.verdict {
        Verdict::Accepted => "accepted",
        Verdict::Rejected => "not accepted: mend the errors and send it again",
        Verdict::Quarantined => "quarantined: it holds personal data; send it again without",
    };
    let mut out = format!("{file}: {verdict}\n");
    if submission.verdict == Verdict::Accepted {
        let what = [&submission.return_id, &submission.agency, &submission.period];
        let what: Vec<&str> = what.into_iter().map(String::as_str).filter(|w| !w.is_empty()).collect();
        out += &format!("  {} rows ({})\n", submission.rows, what.join(", "));
    }
    for finding in &submission.findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Query => "query",
            Severity::Note => "note",
        };
        out += &format!("  {severity} {} {}{}\n", finding.code, place(finding), finding.message);
        if !finding.fix.is_empty() {
            out += &format!("    {}\n", finding.fix);
        }
    }
    out
}

fn place(finding: &Finding) -> String {
    let mut place = match (finding.sheet.as_str(), finding.cell.as_str(), finding.row) {
        ("", "", None) => String::new(),
        ("", "", Some(row)) => format!("line {row}"),
        ("", cell, _) => cell.to_owned(),
        (sheet, "", None) => sheet.to_owned(),
        (sheet, "", Some(row)) => format!("{sheet}!row {row}"),
        (sheet, cell, _) => format!("{sheet}!{cell}"),
    };
    if !finding.column.is_empty() {
        place += &format!(" ({})", finding.column);
    }
    if place.is_empty() { place } else { format!("{}: ", place.trim_start()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::CellPlace;

    #[test]
    fn a_place_reads_like_the_sender_s_program() {
        let finding = Finding::file("V001", Severity::Error, "m", "f");
        assert_eq!(place(&finding), "");
        assert_eq!(place(&finding.clone().at(&CellPlace::new("Q3", 17, 3)).under("Numerator")), "Q3!C17 (Numerator): ");
        assert_eq!(place(&finding.at(&CellPlace::new("", 4, 2)).under("period")), "line 4 (period): ");
    }
}
