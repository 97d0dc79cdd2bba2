//! What a file's name tells of a return whose cells do not: which return it is meant to be, who sent it, for which period.
//! Good enough to say whose return was not accepted; never good enough to put figures under somebody's name.

use super::{PeriodFormat, ReturnSpec, fits};
use crate::model::Period;

/// The return that a file of this name is meant to be, where only one has a pattern for it.
pub fn meant<'s>(specs: &'s [ReturnSpec], file_name: &str) -> Option<&'s ReturnSpec> {
    let name = file_name.rsplit('/').next().unwrap_or(file_name);
    let mut fitting = specs.iter().filter(|s| s.recognise.file.iter().any(|p| fits(p, name)));
    fitting.next().filter(|_| fitting.next().is_none())
}

/// The agency whose id stands in a file's name; of several the longest id, so that `corby-ccg` is not read as `corby`.
pub fn agency<'a>(agencies: impl IntoIterator<Item = &'a str>, file_name: &str) -> Option<&'a str> {
    let name = plain(file_name);
    let ids: Vec<&str> = agencies.into_iter().collect();
    let named = ids.iter().filter(|id| name.contains(&plain(id))).copied();
    // Else a folder tells it that bears the very id, as an upload does.
    let folders = || file_name.rsplit('/').skip(1).find_map(|folder| ids.iter().find(|id| **id == folder).copied());
    named.max_by_key(|id| (id.len(), *id)).or_else(folders)
}

/// The period in a file's name, as the return reads short forms: `2014-03`, `2013-14`, `2014-q3`, `2014`. A quarter is left
/// alone where the return does not say whose quarters it counts.
pub fn period(spec: &ReturnSpec, file_name: &str) -> Option<Period> {
    let formats = || {
        let of_columns =
            spec.tables.iter().flat_map(|t| t.columns.iter().filter(|c| c.to == "period").map(|c| c.period));
        let given = spec.tables.iter().flat_map(|t| t.given.iter().filter(|g| g.to == "period").map(|g| g.period));
        let across =
            spec.tables.iter().filter_map(|t| t.across.as_ref()).filter(|a| a.to == "period").map(|a| a.period);
        of_columns.chain(given).chain(across)
    };
    let says = |format| formats().any(|f| f == format);
    let name = plain(file_name);
    let words: Vec<&str> = name.split(' ').filter(|w| !w.is_empty()).collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let year: i32 = word.parse().ok().filter(|y| word.len() == 4 && (1990..=2100).contains(y))?;
        let next = words.get(at + 1).copied().unwrap_or("");
        let number = next.parse::<u32>().ok().filter(|_| next.len() == 2);
        if number == Some(((year + 1) % 100) as u32) && (number > Some(12) || says(PeriodFormat::FinancialYear)) {
            return Some(Period::FinancialYear(year));
        }
        if let Some(month) = number.filter(|m| (1..=12).contains(m)) {
            return Some(Period::Month(year, month));
        }
        if let Some(quarter) =
            next.strip_prefix('q').and_then(|q| q.parse::<u32>().ok()).filter(|q| (1..=4).contains(q))
        {
            return match () {
                () if says(PeriodFormat::CalendarQuarter) => Some(Period::Quarter(year, quarter)),
                () if says(PeriodFormat::FinancialQuarter) && quarter == 4 => Some(Period::Quarter(year + 1, 1)),
                () if says(PeriodFormat::FinancialQuarter) => Some(Period::Quarter(year, quarter + 1)),
                () => None,
            };
        }
        match () {
            () if says(PeriodFormat::FinancialYear) => Some(Period::FinancialYear(year)),
            () if says(PeriodFormat::YearEnding) => Some(Period::FinancialYear(year - 1)),
            () if says(PeriodFormat::CalendarYear) => Some(Period::Year(year)),
            () => None,
        }
    })
}

/// Small letters and digits, everything else a space, with a space at both ends.
fn plain(text: &str) -> String {
    let text = text.rsplit('/').next().unwrap_or(text);
    let kept: String = text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    format!(" {} ", kept.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Reference;
    use std::path::Path;

    fn county() -> (Reference, Vec<ReturnSpec>) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
        let reference = Reference::read(&root.join("reference")).unwrap();
        let specs = super::super::read_all(&root.join("returns"), &reference).unwrap();
        (reference, specs)
    }

    #[test]
    fn a_name_tells_whose_return_it_is_meant_to_be() {
        let (reference, specs) = county();
        for (name, return_id, sender, of) in [
            ("section-11-camhs-2012-13.xlsx", "section11", "camhs", "2012/13"),
            ("inbox/police-perf-2014-05.csv", "police-performance", "police", "2014-05"),
            ("camhs/~0002/section-11-2012-13.xlsx", "section11", "camhs", "2012/13"),
            ("yos-2014-q4.xlsx", "youth-offending", "", "2015-Q1"),
            ("Intelligence Corby CCG 2013.xlsx", "intelligence", "corby-ccg", ""),
            ("figures.xlsx", "", "", ""),
        ] {
            let spec = meant(&specs, name);
            assert_eq!(spec.map_or("", |s| s.id.as_str()), return_id, "{name}");
            let ids = reference.agencies.iter().map(|a| a.agency.as_str());
            assert_eq!(agency(ids, name).unwrap_or(""), sender, "{name}");
            let of_name = spec.and_then(|s| period(s, name)).map(|p| p.to_string());
            assert_eq!(of_name.unwrap_or_default(), of, "{name}");
        }
    }
}
