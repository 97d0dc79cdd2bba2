//! The second referee: what inspectors found afterwards. For each inspection the lattice as of the day before, and whether
//! an authority that was then judged to require improvement, or inadequate, stood higher than one that was not.
//!
//! A judgement is not harm to children, and a regulator looks at other things than figures; so this is a check on the
//! method, read beside the simulated boards, and never what it is tuned to. Level and change, process, workforce and
//! outcome are shown apart, since they do not tell the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;
use rayon::prelude::*;
use serde::Serialize;

use crate::model::cell::Facts;
use crate::model::table::GRADES;
use crate::model::{Board, Cell, Error, Grain, Period, Row, Series, Stream};
use crate::spec::Reference;
use crate::spec::list_file::ListFile;
use crate::spec::reference::Polarity;
use crate::stats::{auc, pool, robust};

/// Draws of the bootstrap.
const DRAWS: usize = 2000;
/// The correlation of two themes, or two families, of one authority.
const TOGETHER: f64 = 0.3;
/// The worst quarter of a measure's figures is red.
const RED: f64 = 0.75;
/// A measure is rated where so many authorities have a figure.
const FIGURES: usize = 30;
/// What a grade before says, as normal scores of the shares of grades at the 118 inspections of 2018 to 2021.
const BEFORE: [f64; 4] = [-1.43, -0.42, 0.49, 1.43];
/// What the kind of inspection says where no grade is known: a short one is for authorities that were good before.
const SHORT: f64 = -0.71;
const STANDARD: f64 = 0.28;

/// An inspection and what it found.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Locality id.
    pub place: String,
    /// The day on which it began.
    pub inspected_on: NaiveDate,
    /// The day on which its grade became known.
    pub published_on: Option<NaiveDate>,
    /// Overall grade, as a position in `GRADES`.
    pub grade: usize,
    /// `standard` or `short`; empty where the file does not say.
    pub kind: String,
}

impl Judgement {
    fn adverse(&self) -> bool {
        self.grade >= 2
    }
}

/// What was seen on a day.
#[derive(Debug)]
pub struct Look {
    /// The lattice.
    pub board: Board,
    /// The series behind it.
    pub series: Vec<Series>,
    /// Audits and inspections known.
    pub audits: Vec<Row>,
}

/// How well a score foretold judgements.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Foretold {
    /// What the score is made of.
    pub score: &'static str,
    /// Authorities that had one.
    pub judgements: usize,
    /// Of these, judged adversely.
    pub adverse: usize,
    /// The chance that one judged adversely stood higher.
    pub auc: Option<f64>,
    /// 95% limits of that by bootstrap.
    pub limits: Option<[f64; 2]>,
}

/// Reads a file of judgements: `authority_code`, `inspection_date`, `overall`, and where they are there `publication_date`
/// and `kind`. Codes are those of the localities' column `la_code`, or their ids.
///
/// # Errors
/// A file that does not read, a column or value that is missing or not understood, a code that the list does not have: with
/// file and row.
pub fn read(file: &Path, reference: &Reference) -> Result<Vec<Judgement>, Error> {
    let list = ListFile::read(file, &["authority_code", "inspection_date", "overall"])?;
    let words = [
        ("outstanding", 0),
        ("good", 1),
        ("requires improvement", 2),
        ("requires improvement to be good", 2),
        ("requires-improvement", 2),
        ("inadequate", 3),
    ];
    let by_code: BTreeMap<&str, &str> = reference
        .localities
        .iter()
        .flat_map(|l| [(l.extra.get("la_code").map_or("", String::as_str), l), (l.locality.as_str(), l)])
        .filter(|(code, _)| !code.is_empty())
        .map(|(code, l)| (code, l.locality.as_str()))
        .collect();
    let mut judgements = Vec::new();
    for row in list.rows() {
        let code = row.text("authority_code");
        let place = by_code.get(code).ok_or_else(|| {
            let advice = "Give the authority's three digits, as `la_code` in localities.csv, or its id.";
            row.error("authority_code", format!("`{code}` is no authority of the list"), advice)
        })?;
        let inspected_on = row.date("inspection_date")?.ok_or_else(|| {
            row.error("inspection_date", "the day is missing", "Give the day on which the inspection began.")
        })?;
        let overall = row.text("overall").trim().to_lowercase();
        let grade = words.iter().find(|(word, _)| *word == overall).map(|(_, grade)| *grade).ok_or_else(|| {
            let advice = "Give outstanding, good, requires improvement or inadequate.";
            row.error("overall", format!("`{}` is no grade", row.text("overall")), advice)
        })?;
        judgements.push(Judgement {
            place: (*place).to_owned(),
            inspected_on,
            published_on: row.date("publication_date")?,
            grade,
            kind: row.text("kind").trim().to_lowercase(),
        });
    }
    Ok(judgements)
}

/// A score's name, and how it is read of an authority.
type Score = (&'static str, fn(&Authority) -> Option<f64>);

/// All scores, in the order of the table.
const SCORES: [Score; 12] = [
    ("count of red measures (worst quarter)", |a| a.reds),
    ("all themes, level and change, as the lattice adds them", |a| a.lattice),
    ("all themes, level alone", |a| a.level),
    ("all measures, change on the year before alone", |a| a.change),
    ("process themes, level", |a| a.process),
    ("workforce, level", |a| a.workforce),
    ("outcome themes, level", |a| a.outcome),
    ("process and workforce, level", |a| a.leading),
    ("the judgement before, or the kind of inspection", |a| a.before),
    ("process and workforce with the judgement before", |a| Some(a.leading_in_sd.unwrap_or(0.0) + a.before?)),
    ("count of red measures with the judgement before", |a| Some(a.reds_in_sd? + a.before?)),
    ("all cells with every stream, inspections before among them", |a| a.everything),
];

/// What was to be seen of an authority the day before.
#[derive(Debug, Clone, Default)]
struct Authority {
    reds: Option<f64>,
    reds_in_sd: Option<f64>,
    lattice: Option<f64>,
    level: Option<f64>,
    change: Option<f64>,
    process: Option<f64>,
    workforce: Option<f64>,
    outcome: Option<f64>,
    leading: Option<f64>,
    leading_in_sd: Option<f64>,
    before: Option<f64>,
    everything: Option<f64>,
}

/// How well each score foretold the judgements. `look` gives what was seen on a day.
///
/// # Errors
/// Those of `look`.
pub fn foretell(
    judgements: &[Judgement],
    reference: &Reference,
    seed: u64,
    look: &(dyn Fn(NaiveDate) -> Result<Look, Error> + Sync),
) -> Result<Vec<Foretold>, Error> {
    let days: BTreeSet<NaiveDate> = judgements.iter().map(|j| j.inspected_on).collect();
    let days: Vec<NaiveDate> = days.into_iter().collect();
    let on: Vec<Vec<(usize, Authority)>> = days
        .par_iter()
        .map(|day| {
            let before = day.pred_opt().unwrap_or(*day);
            let scene = Scene::of(&look(before)?, reference, before);
            let of_day = judgements.iter().enumerate().filter(|(_, j)| j.inspected_on == *day);
            Ok(of_day.map(|(i, j)| (i, scene.authority(j, judgements))).collect())
        })
        .collect::<Result<_, Error>>()?;
    let seen: Vec<(usize, Authority)> = on.into_iter().flatten().collect();
    let foretold = SCORES.iter().map(|(name, of)| {
        let scored = seen.iter().filter_map(|(i, a)| Some((of(a)?, judgements[*i].adverse())));
        let (scores, adverse): (Vec<f64>, Vec<bool>) = scored.unzip();
        Foretold {
            score: name,
            judgements: scores.len(),
            adverse: adverse.iter().filter(|a| **a).count(),
            auc: auc::auc(&scores, &adverse),
            limits: auc::auc_interval(&scores, &adverse, DRAWS, seed),
        }
    });
    Ok(foretold.collect())
}

/// All authorities on a day.
struct Scene {
    day: NaiveDate,
    by_place: BTreeMap<String, Authority>,
    grades: BTreeMap<String, f64>,
}

impl Scene {
    fn of(look: &Look, reference: &Reference, day: NaiveDate) -> Self {
        let mut cells: BTreeMap<&str, Vec<&Cell>> = BTreeMap::new();
        for cell in look.board.cells.iter().filter(|c| c.id.grain == Grain::Locality) {
            cells.entry(cell.id.place.as_str()).or_default().push(cell);
        }
        let rho = look.board.grains.iter().find(|g| g.grain == Grain::Locality).map_or(TOGETHER, |g| g.rho_indicators);
        let measures = measures(&look.series, reference, day);
        let (reds, changes) = (reds(&measures), changes(&measures));
        let family =
            |theme: &str| reference.theme(theme).and_then(|t| t.extra.get("family")).map_or("", String::as_str);
        let mut by_place: BTreeMap<String, Authority> = BTreeMap::new();
        for (place, cells) in &cells {
            let of = |wanted: &dyn Fn(&str) -> bool, part: Which| {
                let chosen = cells.iter().filter(|c| wanted(family(&c.id.theme)));
                together(&chosen.filter_map(|c| theme(c, part, rho)).collect::<Vec<f64>>())
            };
            let leading: Vec<f64> =
                ["process", "workforce"].iter().filter_map(|name| of(&|f| f == *name, Which::Level)).collect();
            let authority = Authority {
                reds: reds.get(*place).copied(),
                lattice: of(&|_| true, Which::Both),
                level: of(&|_| true, Which::Level),
                change: changes.get(*place).copied(),
                process: of(&|f| f == "process", Which::Level),
                workforce: of(&|f| f == "workforce", Which::Level),
                outcome: of(&|f| f == "outcome", Which::Level),
                // Each half counts once, however many themes and measures it has; a silent half adds nothing.
                leading: (!leading.is_empty()).then(|| leading.iter().sum()),
                everything: together(&cells.iter().filter_map(|c| c.score).collect::<Vec<f64>>()),
                ..Authority::default()
            };
            by_place.insert((*place).to_owned(), authority);
        }
        in_sd(&mut by_place, |a| a.leading, |a| &mut a.leading_in_sd);
        in_sd(&mut by_place, |a| a.reds, |a| &mut a.reds_in_sd);
        Self { day, by_place, grades: grades(&look.audits) }
    }

    fn authority(&self, judgement: &Judgement, all: &[Judgement]) -> Authority {
        let known = all.iter().filter(|j| j.place == judgement.place);
        let known = known.filter_map(|j| Some((j.published_on.filter(|d| *d <= self.day)?, j.grade)));
        let overall = known.max().map(|(_, grade)| BEFORE[grade]);
        let kind = match judgement.kind.as_str() {
            "short" => Some(SHORT),
            "standard" => Some(STANDARD),
            _ => None,
        };
        let before = overall.or_else(|| self.grades.get(&judgement.place).copied()).or(kind);
        Authority { before, ..self.by_place.get(&judgement.place).cloned().unwrap_or_default() }
    }
}

/// A score over its standard deviation among all authorities, and less its mean.
fn in_sd(
    all: &mut BTreeMap<String, Authority>,
    of: fn(&Authority) -> Option<f64>,
    into: fn(&mut Authority) -> &mut Option<f64>,
) {
    let values: Vec<f64> = all.values().filter_map(of).collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    if sd > 0.0 {
        for authority in all.values_mut() {
            *into(authority) = of(authority).map(|v| (v - mean) / sd);
        }
    }
}

/// How high alone, or together with which way it is going. On published years the lattice has no change to add: that of
/// a value needs twelve points.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Both,
    Level,
}

/// What performance says of one theme, from one of its parts or from both.
fn theme(cell: &Cell, part: Which, rho: f64) -> Option<f64> {
    let Facts::Indicators(list) = &cell.signal(Stream::Performance).facts else { return None };
    let z = list.iter().filter(|i| i.z.is_some()).filter_map(|i| match part {
        Which::Both => i.z,
        Which::Level => i.level.as_ref().map(|p| p.z),
    });
    pool::pool(&z.collect::<Vec<f64>>(), rho)
}

fn together(z: &[f64]) -> Option<f64> {
    pool::pool(z, TOGETHER)
}

/// One measure's latest figures, higher being worse, and how each differs from the year before where that is known.
type Figures = BTreeMap<String, (f64, Option<f64>)>;

/// The figures of each measure with a direction.
fn measures(series: &[Series], reference: &Reference, day: NaiveDate) -> Vec<Figures> {
    let leaves: BTreeSet<&str> = reference.leaves_on(day).into_iter().map(|l| l.locality.as_str()).collect();
    let mut all = Vec::new();
    for indicator in reference.indicators.iter().filter(|i| i.polarity != Polarity::Neutral) {
        let sign = if indicator.polarity == Polarity::HighIsGood { -1.0 } else { 1.0 };
        let mut periods: BTreeMap<Period, BTreeMap<&str, f64>> = BTreeMap::new();
        for s in series.iter().filter(|s| s.indicator == indicator.indicator && leaves.contains(s.locality.as_str())) {
            for point in s.points.iter().filter(|p| p.period.end() <= day) {
                if let Some(value) = point.value.value {
                    periods.entry(point.period).or_default().insert(s.locality.as_str(), sign * value);
                }
            }
        }
        let enough = |figures: &BTreeMap<&str, f64>| figures.len() >= FIGURES;
        let Some((latest, figures)) = periods.iter().rev().find(|(_, figures)| enough(figures)) else { continue };
        let before = periods.iter().find(|(period, figures)| period.next() == *latest && enough(figures));
        let change = |place: &str, value: f64| before.and_then(|(_, b)| b.get(place)).map(|b| value - b);
        all.push(figures.iter().map(|(place, v)| ((*place).to_owned(), (*v, change(place, *v)))).collect());
    }
    all
}

/// The share of an authority's measures whose latest figure lies in the worst quarter of all authorities'.
fn reds(measures: &[Figures]) -> BTreeMap<String, f64> {
    let mut counts: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    for figures in measures {
        let mut sorted: Vec<f64> = figures.values().map(|(v, _)| *v).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let worst = robust::quantile7(&sorted, RED);
        for (place, (value, _)) in figures {
            let count = counts.entry(place).or_default();
            count[0] += f64::from(*value > worst);
            count[1] += 1.0;
        }
    }
    counts.into_iter().map(|(place, [red, all])| (place.to_owned(), red / all)).collect()
}

/// The changes on the year before, each as a robust z among the authorities, together.
fn changes(measures: &[Figures]) -> BTreeMap<String, f64> {
    let mut z: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for figures in measures {
        let changes: Vec<f64> = figures.values().filter_map(|(_, change)| *change).collect();
        let Some((centre, spread)) = robust::median(&changes).zip(robust::mad(&changes)).filter(|(_, s)| *s > 0.0)
        else {
            continue;
        };
        for (place, change) in figures.iter().filter_map(|(place, (_, change))| Some((place, (*change)?))) {
            z.entry(place).or_default().push(((change - centre) / spread).clamp(-3.0, 3.0));
        }
    }
    z.into_iter().filter_map(|(place, z)| Some((place.to_owned(), together(&z)?))).collect()
}

/// What the latest inspection known of each place said: its middle grade, of two the worse.
fn grades(audits: &[Row]) -> BTreeMap<String, f64> {
    let mut by_place: BTreeMap<&str, (Option<NaiveDate>, Vec<usize>)> = BTreeMap::new();
    for row in audits.iter().filter(|r| r.text("kind") == "inspection") {
        let Some(grade) = GRADES.iter().position(|g| *g == row.text("grade")).filter(|g| *g < BEFORE.len()) else {
            continue;
        };
        let (day, entry) = (row.date("audited_on"), by_place.entry(row.text("locality")).or_default());
        match day.cmp(&entry.0) {
            std::cmp::Ordering::Greater => *entry = (day, vec![grade]),
            std::cmp::Ordering::Equal => entry.1.push(grade),
            std::cmp::Ordering::Less => {}
        }
    }
    let middle = |(place, (_, mut grades)): (&str, (Option<NaiveDate>, Vec<usize>))| {
        grades.sort_unstable();
        let grade = grades.get(grades.len() / 2)?;
        Some((place.to_owned(), BEFORE[*grade]))
    };
    by_place.into_iter().filter_map(middle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(values: &[(&str, f64, Option<f64>)]) -> Figures {
        values.iter().map(|(place, value, change)| ((*place).to_owned(), (*value, *change))).collect()
    }

    #[test]
    fn a_red_is_a_figure_in_the_worst_quarter() {
        let one = figures(&[("a", 1.0, None), ("b", 2.0, None), ("c", 3.0, None), ("d", 4.0, None), ("e", 5.0, None)]);
        let two = figures(&[("a", 9.0, None), ("b", 1.0, None), ("c", 1.0, None), ("d", 1.0, None)]);
        let found = reds(&[one, two]);
        // The upper quarter of 1 to 5 begins at 4 (type 7), and only what lies beyond it is red.
        assert_eq!(["a", "b", "d", "e"].map(|p| found[p]), [0.5, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn a_change_is_held_against_the_others() {
        let one = figures(&[("a", 0.0, Some(4.0)), ("b", 0.0, Some(1.0)), ("c", 0.0, Some(0.0)), ("d", 0.0, None)]);
        let found = changes(&[one]);
        // Median 1, median distance 1: (4 - 1)/1.4826.
        assert!((found["a"] - 3.0 / 1.4826).abs() < 1e-12);
        assert!(!found.contains_key("d"), "nothing to compare with is no change of 0");
    }
}
