//! The reference lists of data-contract.md, section 1. A list that contradicts itself stops the run before anything is read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{Datelike, NaiveDate};

use crate::model::table::List;
use crate::model::{Error, Period};
use crate::spec::advice::did_you_mean;
use crate::spec::list_file::{ListFile, ListRow};

/// Columns beyond the contract, kept as they are.
pub type Extra = BTreeMap<String, String>;

/// From when to when a row holds, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// First day; open where none.
    pub from: Option<NaiveDate>,
    /// Last day; open where none.
    pub to: Option<NaiveDate>,
}

impl Validity {
    /// Whether it holds on a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let before =
            |end: Option<NaiveDate>, start: Option<NaiveDate>| matches!((end, start), (Some(e), Some(s)) if e < s);
        !before(self.to, other.from) && !before(other.to, self.from)
    }
}

/// A partner agency.
#[derive(Debug, Clone, PartialEq)]
pub struct Agency {
    /// Id.
    pub agency: String,
    /// Name.
    pub name: String,
    /// Kind, a free word such as `police`.
    pub kind: String,
    /// When it existed.
    pub valid: Validity,
    /// Columns beyond the contract.
    pub extra: Extra,
}

/// A place.
#[derive(Debug, Clone, PartialEq)]
pub struct Locality {
    /// Id.
    pub locality: String,
    /// Name.
    pub name: String,
    /// Code of the Office for National Statistics.
    pub gss_code: String,
    /// The place that contains it; empty for the widest.
    pub parent: String,
    /// When it existed.
    pub valid: Validity,
    /// Columns beyond the contract; `successor` names the place that an ended one counts for.
    pub extra: Extra,
}

/// Children of an age range at a place at mid-year.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// Locality id.
    pub locality: String,
    /// Mid-year of this year (30 June).
    pub year: i32,
    /// Youngest age.
    pub age_from: u32,
    /// Oldest age, included.
    pub age_to: u32,
    /// How many.
    pub population: f64,
    /// Columns beyond the contract.
    pub extra: Extra,
}

/// A shared key across streams.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Id.
    pub theme: String,
    /// Name.
    pub name: String,
    /// One sentence.
    pub description: String,
    /// Columns beyond the contract.
    pub extra: Extra,
}

/// What an indicator's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Numerator of denominator, as a fraction.
    Proportion,
    /// Numerator per multiplier of denominator (a count or a population).
    Rate,
    /// A mean, with the denominator as its n.
    Mean,
    /// Any other value.
    Value,
}

impl Unit {
    /// The word of the data contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Proportion => "proportion",
            Self::Rate => "rate",
            Self::Mean => "mean",
            Self::Value => "value",
        }
    }
}

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Polarity {
    /// Neither; shown in both directions.
    Neutral,
    /// A low value is good.
    LowIsGood,
    /// A high value is good.
    HighIsGood,
}

/// Whether months add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// Events in a period; months add up.
    Flow,
    /// A count at a date; it never adds up.
    Stock,
}

/// How often an indicator is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Frequency {
    /// Every month.
    Monthly,
    /// Every quarter.
    Quarterly,
    /// Every year.
    Annual,
}

impl Frequency {
    /// The period of this length that holds a day; a year is a financial year.
    pub fn period_of(self, day: NaiveDate) -> Period {
        let (year, month) = (day.year(), day.month());
        match self {
            Self::Monthly => Period::Month(year, month),
            Self::Quarterly => Period::Quarter(year, month.div_ceil(3)),
            Self::Annual => Period::FinancialYear(if month >= 4 { year } else { year - 1 }),
        }
    }

    /// Its length in months.
    pub fn months(self) -> u32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Annual => 12,
        }
    }

    /// The word of the data contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Annual => "annual",
        }
    }
}

/// Which rule of disclosure an indicator falls under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disclosure {
    /// Counts of children: numerator, complement and denominator are protected below board grain.
    Children,
    /// Training, supervision, timeliness of staff work: protected only where the denominator is 1 to 5.
    Process,
}

/// A named thing that the board watches.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Id.
    pub indicator: String,
    /// Name.
    pub name: String,
    /// Theme id.
    pub theme: String,
    /// The agency that owns it; empty where any may return it.
    pub agency: String,
    /// What its value is.
    pub unit: Unit,
    /// What the numerator counts.
    pub numerator_label: String,
    /// What the denominator counts.
    pub denominator_label: String,
    /// A rate is per this many.
    pub multiplier: f64,
    /// How often it is due.
    pub frequency: Frequency,
    /// Which way is good.
    pub polarity: Polarity,
    /// Smallest plausible value, in its unit.
    pub minimum: Option<f64>,
    /// Largest plausible value, in its unit.
    pub maximum: Option<f64>,
    /// One plain sentence.
    pub description: String,
    /// Whether months add up.
    pub basis: Basis,
    /// Youngest age of the population that a rate without denominator is divided by.
    pub population_from: u32,
    /// Oldest age.
    pub population_to: u32,
    /// Which rule of disclosure it falls under.
    pub disclosure: Disclosure,
    /// Columns beyond the contract.
    pub extra: Extra,
}

/// A target while it is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Indicator id.
    pub indicator: String,
    /// In force.
    pub valid: Validity,
    /// The target, in the indicator's unit.
    pub target: f64,
    /// How far off still counts as near.
    pub tolerance: f64,
    /// Columns beyond the contract.
    pub extra: Extra,
}

/// A figure of elsewhere to compare with.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparator {
    /// Indicator id.
    pub indicator: String,
    /// `statistical-neighbours`, `england` or another name.
    pub comparator: String,
    /// Its period.
    pub period: Period,
    /// In the indicator's unit, of its own period's length.
    pub value: f64,
    /// Columns beyond the contract.
    pub extra: Extra,
}

/// A day from which an indicator counts something else: a new definition, a new system, a new way of recording. Figures before
/// it are not comparable with figures since.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesBreak {
    /// Indicator id.
    pub indicator: String,
    /// The agency whose figures changed; empty where everybody's did.
    pub agency: String,
    /// The place whose figures, and those of every place that holds it, changed; empty where all did.
    pub locality: String,
    /// The first day of the new way of counting.
    pub from: NaiveDate,
    /// Why, in a few words; may be empty.
    pub reason: String,
    /// Columns beyond these.
    pub extra: Extra,
}

/// An entry of a list of ids with a theme: a standard, an audit question, a category or a factor.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Theme id; may be empty for a heading or a category without one.
    pub theme: String,
    /// Id of the standard above, or domain of a death factor; empty where none.
    pub parent: String,
    /// Columns beyond the contract.
    pub extra: Extra,
}

/// All reference lists of a board, consistent with one another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reference {
    /// Partner agencies; an id may have several rows that follow one another.
    pub agencies: Vec<Agency>,
    /// Places.
    pub localities: Vec<Locality>,
    /// Populations.
    pub populations: Vec<Population>,
    /// Themes.
    pub themes: Vec<Theme>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Targets.
    pub targets: Vec<Target>,
    /// Comparators.
    pub comparators: Vec<Comparator>,
    /// Days from which figures are not comparable with those before; by day.
    pub breaks: Vec<SeriesBreak>,
    /// Section 11 standards.
    pub standards: Vec<Topic>,
    /// Audit questions.
    pub audit_questions: Vec<Topic>,
    /// Categories of death.
    pub death_categories: Vec<Topic>,
    /// Factors of death; `parent` is the domain.
    pub death_factors: Vec<Topic>,
    /// Bank holidays.
    pub bank_holidays: BTreeSet<NaiveDate>,
    /// The files that were read, in order.
    pub files: Vec<std::path::PathBuf>,
}

impl Reference {
    /// Reads and checks the lists in a folder. The first five files are required.
    ///
    /// # Errors
    /// A missing required file, a row that does not parse, two rows for an id with overlapping validity, an id that its
    /// list does not define: each with file, row and column.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let mut reference = Self::default();
        let mut open = |name: &str, required: bool, columns: &[&str]| -> Result<Option<ListFile>, Error> {
            let path = folder.join(name);
            if !required && !path.exists() {
                return Ok(None);
            }
            if !path.exists() {
                return Err(Error::configuration(
                    path.display().to_string(),
                    "the required reference list is missing",
                    "Add the file, or correct `reference` under [paths] in the pipeline file.",
                ));
            }
            let list = ListFile::read(&path, columns)?;
            reference.files.push(path);
            Ok(Some(list))
        };
        let agencies = open("agencies.csv", true, &["agency", "name"])?;
        let localities = open("localities.csv", true, &["locality", "name"])?;
        let populations = open("populations.csv", true, &["locality", "year", "population"])?;
        let themes = open("themes.csv", true, &["theme", "name"])?;
        let indicators = open("indicators.csv", true, &["indicator", "name", "theme", "unit"])?;
        let targets = open("targets.csv", false, &["indicator", "target"])?;
        let comparators = open("comparators.csv", false, &["indicator", "comparator", "period", "value"])?;
        let breaks = open("breaks.csv", false, &["indicator", "from"])?;
        let standards = open("standards.csv", false, &["standard", "name", "theme"])?;
        let questions = open("audit-questions.csv", false, &["question", "name", "theme"])?;
        let categories = open("death-categories.csv", false, &["category", "name", "theme"])?;
        let factors = open("death-factors.csv", false, &["factor", "name", "theme"])?;
        let holidays = open("bank-holidays.csv", false, &["date"])?;

        reference.themes = read(themes, |r| {
            let known = ["theme", "name", "description"];
            Ok(Theme {
                theme: r.id("theme")?,
                name: named(r)?,
                description: r.text("description").to_owned(),
                extra: r.extra(&known),
            })
        })?;
        unique(folder, "themes.csv", reference.themes.iter().map(|t| (t.theme.as_str(), Validity::default())))?;
        reference.agencies = read(agencies, |r| {
            let known = ["agency", "name", "kind", "valid_from", "valid_to"];
            Ok(Agency {
                agency: r.id("agency")?,
                name: named(r)?,
                kind: r.text("kind").to_owned(),
                valid: validity(r, "valid_from", "valid_to")?,
                extra: r.extra(&known),
            })
        })?;
        unique(folder, "agencies.csv", reference.agencies.iter().map(|a| (a.agency.as_str(), a.valid)))?;
        reference.read_places(folder, localities, populations)?;
        reference.read_indicators(folder, indicators, targets, comparators)?;
        reference.read_breaks(breaks)?;
        let known_themes: BTreeSet<String> = reference.themes.iter().map(|t| t.theme.clone()).collect();
        let topics = |list, id: &str, parent: &str| topics(list, id, parent, &known_themes);
        reference.standards = topics(standards, "standard", "parent")?;
        reference.audit_questions = topics(questions, "question", "")?;
        reference.death_categories = topics(categories, "category", "")?;
        reference.death_factors = topics(factors, "factor", "domain")?;
        for (file, list) in [
            ("standards.csv", &reference.standards),
            ("audit-questions.csv", &reference.audit_questions),
            ("death-categories.csv", &reference.death_categories),
            ("death-factors.csv", &reference.death_factors),
        ] {
            unique(folder, file, list.iter().map(|t| (t.id.as_str(), Validity::default())))?;
        }
        let days = read(holidays, |r| r.date("date")?.ok_or_else(|| r.error("date", "no date", "Give a day.")))?;
        reference.bank_holidays = days.into_iter().collect();
        Ok(reference)
    }

    fn read_places(
        &mut self,
        folder: &Path,
        localities: Option<ListFile>,
        populations: Option<ListFile>,
    ) -> Result<(), Error> {
        self.localities = read(localities.clone(), |r| {
            let known = ["locality", "name", "gss_code", "parent", "valid_from", "valid_to"];
            Ok(Locality {
                locality: r.id("locality")?,
                name: named(r)?,
                gss_code: r.text("gss_code").to_owned(),
                parent: r.text("parent").to_owned(),
                valid: validity(r, "valid_from", "valid_to")?,
                extra: r.extra(&known),
            })
        })?;
        unique(folder, "localities.csv", self.localities.iter().map(|l| (l.locality.as_str(), l.valid)))?;
        let known: BTreeSet<&str> = self.localities.iter().map(|l| l.locality.as_str()).collect();
        for r in localities.iter().flat_map(ListFile::rows) {
            for column in ["parent", "successor"] {
                defined(r, column, r.text(column), &known, "localities.csv")?;
            }
        }
        let mut seen = BTreeMap::new();
        self.populations = read(populations, |r| {
            let columns = ["locality", "year", "age_from", "age_to", "population"];
            let locality = r.id("locality")?;
            defined(r, "locality", &locality, &known, "localities.csv")?;
            let year = r.parse("year", "year")?.ok_or_else(|| r.error("year", "no year", "Give a year."))?;
            let age_from = r.parse("age_from", "age")?.unwrap_or(0);
            let age_to = r.parse("age_to", "age")?.unwrap_or(17);
            if let Some(line) = seen.insert((locality.clone(), year, age_from, age_to), r.line()) {
                return Err(r.error("year", format!("the same row as line {line}"), "Keep one of the two."));
            }
            let population = r.number("population")?.filter(|p| *p >= 0.0);
            let population = population.ok_or_else(|| r.error("population", "no population", "Give a number."))?;
            Ok(Population { locality, year, age_from, age_to, population, extra: r.extra(&columns) })
        })?;
        Ok(())
    }

    fn read_indicators(
        &mut self,
        folder: &Path,
        indicators: Option<ListFile>,
        targets: Option<ListFile>,
        comparators: Option<ListFile>,
    ) -> Result<(), Error> {
        let themes: BTreeSet<&str> = self.themes.iter().map(|t| t.theme.as_str()).collect();
        let agencies: BTreeSet<&str> = self.agencies.iter().map(|a| a.agency.as_str()).collect();
        self.indicators = read(indicators, |r| indicator(r, &themes, &agencies))?;
        unique(folder, "indicators.csv", self.indicators.iter().map(|i| (i.indicator.as_str(), Validity::default())))?;
        let known: BTreeSet<&str> = self.indicators.iter().map(|i| i.indicator.as_str()).collect();
        self.targets = read(targets, |r| {
            let columns = ["indicator", "from", "to", "target", "tolerance"];
            defined(r, "indicator", &r.id("indicator")?, &known, "indicators.csv")?;
            Ok(Target {
                indicator: r.id("indicator")?,
                valid: validity(r, "from", "to")?,
                target: r.number("target")?.ok_or_else(|| r.error("target", "no target", "Give a number."))?,
                tolerance: r.number("tolerance")?.unwrap_or(0.0),
                extra: r.extra(&columns),
            })
        })?;
        unique(folder, "targets.csv", self.targets.iter().map(|t| (t.indicator.as_str(), t.valid)))?;
        self.comparators = read(comparators, |r| {
            let columns = ["indicator", "comparator", "period", "value"];
            defined(r, "indicator", &r.id("indicator")?, &known, "indicators.csv")?;
            Ok(Comparator {
                indicator: r.id("indicator")?,
                comparator: r.id("comparator")?,
                period: Period::parse(r.text("period")).ok_or_else(|| {
                    let found = format!("`{}` is no period", r.text("period"));
                    r.error("period", found, "Give 2014-03, 2014-Q1, 2013/14 or 2014.")
                })?,
                value: r.number("value")?.ok_or_else(|| r.error("value", "no value", "Give a number."))?,
                extra: r.extra(&columns),
            })
        })?;
        Ok(())
    }

    fn read_breaks(&mut self, breaks: Option<ListFile>) -> Result<(), Error> {
        let (agencies, places) = (self.ids(List::Agencies), self.ids(List::Localities));
        let indicators = self.ids(List::Indicators);
        let mut read: Vec<SeriesBreak> = read(breaks, |r| {
            let columns = ["indicator", "agency", "locality", "from", "reason"];
            defined(r, "indicator", &r.id("indicator")?, &indicators, "indicators.csv")?;
            defined(r, "agency", r.text("agency"), &agencies, "agencies.csv")?;
            defined(r, "locality", r.text("locality"), &places, "localities.csv")?;
            Ok(SeriesBreak {
                indicator: r.id("indicator")?,
                agency: r.text("agency").to_owned(),
                locality: r.text("locality").to_owned(),
                from: r
                    .date("from")?
                    .ok_or_else(|| r.error("from", "no date", "Give the first day that counts anew."))?,
                reason: r.text("reason").to_owned(),
                extra: r.extra(&columns),
            })
        })?;
        read.sort_by_key(|b| b.from);
        self.breaks = read;
        Ok(())
    }

    /// The ids that a list defines, once each.
    pub fn ids(&self, list: List) -> BTreeSet<&str> {
        match list {
            List::Agencies => self.agencies.iter().map(|a| a.agency.as_str()).collect(),
            List::Localities => self.localities.iter().map(|l| l.locality.as_str()).collect(),
            List::Themes => self.themes.iter().map(|t| t.theme.as_str()).collect(),
            List::Indicators => self.indicators.iter().map(|i| i.indicator.as_str()).collect(),
            List::Standards => self.standards.iter().map(|t| t.id.as_str()).collect(),
            List::AuditQuestions => self.audit_questions.iter().map(|t| t.id.as_str()).collect(),
            List::DeathCategories => self.death_categories.iter().map(|t| t.id.as_str()).collect(),
            List::DeathFactors => self.death_factors.iter().map(|t| t.id.as_str()).collect(),
        }
    }

    /// An indicator by id.
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|i| i.indicator == id)
    }

    /// A theme by id.
    pub fn theme(&self, id: &str) -> Option<&Theme> {
        self.themes.iter().find(|t| t.theme == id)
    }

    /// The row of an agency that holds on a day, else its latest.
    pub fn agency(&self, id: &str, day: NaiveDate) -> Option<&Agency> {
        let rows = || self.agencies.iter().filter(|a| a.agency == id);
        rows().find(|a| a.valid.holds(day)).or_else(|| rows().max_by_key(|a| a.valid.from))
    }

    /// The row of a locality that holds on a day, else its latest.
    pub fn locality(&self, id: &str, day: NaiveDate) -> Option<&Locality> {
        let rows = || self.localities.iter().filter(|l| l.locality == id);
        rows().find(|l| l.valid.holds(day)).or_else(|| rows().max_by_key(|l| l.valid.from))
    }

    /// Agencies valid on a day, in the list's order.
    pub fn agencies_on(&self, day: NaiveDate) -> Vec<&Agency> {
        self.agencies.iter().filter(|a| a.valid.holds(day)).collect()
    }

    /// Leaf localities (nobody's parent on that day) valid on a day, in the list's order.
    pub fn leaves_on(&self, day: NaiveDate) -> Vec<&Locality> {
        let valid: Vec<&Locality> = self.localities.iter().filter(|l| l.valid.holds(day)).collect();
        let parents: BTreeSet<&str> = valid.iter().map(|l| l.parent.as_str()).collect();
        valid.into_iter().filter(|l| !parents.contains(l.locality.as_str())).collect()
    }

    /// Children of an age range at a place at the latest 30 June not after `day`, else of the nearest year. The year that
    /// was taken comes with it (the Department for Education's practice).
    pub fn population(&self, locality: &str, age_from: u32, age_to: u32, day: NaiveDate) -> Option<(i32, f64)> {
        use chrono::Datelike;
        let year = if (day.month(), day.day()) >= (6, 30) { day.year() } else { day.year() - 1 };
        let rows = self
            .populations
            .iter()
            .filter(|p| p.locality == locality && p.age_from == age_from && p.age_to == age_to && p.population > 0.0);
        rows.min_by_key(|p| ((p.year - year).abs(), p.year)).map(|p| (p.year, p.population))
    }

    /// The target in force on a day.
    pub fn target(&self, indicator: &str, day: NaiveDate) -> Option<&Target> {
        self.targets.iter().find(|t| t.indicator == indicator && t.valid.holds(day))
    }
}

fn read<T>(list: Option<ListFile>, mut row: impl FnMut(ListRow<'_>) -> Result<T, Error>) -> Result<Vec<T>, Error> {
    list.iter().flat_map(ListFile::rows).map(&mut row).collect()
}

fn named(r: ListRow<'_>) -> Result<String, Error> {
    match r.text("name") {
        "" => Err(r.error("name", "no name", "Give the name that pages show.")),
        name => Ok(name.to_owned()),
    }
}

fn validity(r: ListRow<'_>, from: &str, to: &str) -> Result<Validity, Error> {
    let valid = Validity { from: r.date(from)?, to: r.date(to)? };
    if let (Some(start), Some(end)) = (valid.from, valid.to)
        && end < start
    {
        return Err(r.error(to, format!("{end} lies before {start}"), format!("`{to}` is the last day it holds.")));
    }
    Ok(valid)
}

fn defined(r: ListRow<'_>, column: &str, id: &str, known: &BTreeSet<&str>, list: &str) -> Result<(), Error> {
    if id.is_empty() || known.contains(id) {
        return Ok(());
    }
    let advice = format!("{} Ids are defined in {list}.", did_you_mean(id, known.iter().copied()));
    Err(r.error(column, format!("`{id}` is not defined"), advice))
}

/// Two rows for an id may follow one another, and may not overlap.
fn unique<'a>(folder: &Path, file: &str, rows: impl Iterator<Item = (&'a str, Validity)>) -> Result<(), Error> {
    let mut seen: BTreeMap<&str, Vec<(usize, Validity)>> = BTreeMap::new();
    for (index, (id, valid)) in rows.enumerate() {
        let earlier = seen.entry(id).or_default();
        if let Some((other, _)) = earlier.iter().find(|(_, v)| v.overlaps(&valid)) {
            return Err(Error::configuration(
                format!("{}: row {}", folder.join(file).display(), index + 2),
                format!("`{id}` is defined here and in row {}, for days that overlap", other + 2),
                "Keep one of the two, or let the first end before the second begins.",
            ));
        }
        earlier.push((index, valid));
    }
    Ok(())
}

fn indicator(r: ListRow<'_>, themes: &BTreeSet<&str>, agencies: &BTreeSet<&str>) -> Result<Indicator, Error> {
    let known = [
        "indicator",
        "name",
        "theme",
        "agency",
        "unit",
        "numerator_label",
        "denominator_label",
        "multiplier",
        "frequency",
        "polarity",
        "minimum",
        "maximum",
        "description",
        "basis",
        "population_from",
        "population_to",
        "disclosure",
    ];
    let theme = r.id("theme")?;
    defined(r, "theme", &theme, themes, "themes.csv")?;
    defined(r, "agency", r.text("agency"), agencies, "agencies.csv")?;
    if r.text("unit").is_empty() {
        return Err(r.error("unit", "no unit", "Give count, proportion, rate, mean or value."));
    }
    let multiplier = r.number("multiplier")?.unwrap_or(1.0);
    if multiplier <= 0.0 {
        return Err(r.error(
            "multiplier",
            format!("`{multiplier}` is no multiplier"),
            "Give a number above 0, such as 10000.",
        ));
    }
    Ok(Indicator {
        indicator: r.id("indicator")?,
        name: named(r)?,
        theme,
        agency: r.text("agency").to_owned(),
        unit: r.word(
            "unit",
            &[
                ("count", Unit::Count),
                ("proportion", Unit::Proportion),
                ("rate", Unit::Rate),
                ("mean", Unit::Mean),
                ("value", Unit::Value),
            ],
        )?,
        numerator_label: r.text("numerator_label").to_owned(),
        denominator_label: r.text("denominator_label").to_owned(),
        multiplier,
        frequency: r.word(
            "frequency",
            &[("monthly", Frequency::Monthly), ("quarterly", Frequency::Quarterly), ("annual", Frequency::Annual)],
        )?,
        polarity: r.word(
            "polarity",
            &[
                ("neutral", Polarity::Neutral),
                ("low-is-good", Polarity::LowIsGood),
                ("high-is-good", Polarity::HighIsGood),
            ],
        )?,
        minimum: r.number("minimum")?,
        maximum: r.number("maximum")?,
        description: r.text("description").to_owned(),
        basis: r.word("basis", &[("flow", Basis::Flow), ("stock", Basis::Stock)])?,
        population_from: r.parse("population_from", "age")?.unwrap_or(0),
        population_to: r.parse("population_to", "age")?.unwrap_or(17),
        disclosure: r.word("disclosure", &[("children", Disclosure::Children), ("process", Disclosure::Process)])?,
        extra: r.extra(&known),
    })
}

fn topics(list: Option<ListFile>, id: &str, parent: &str, themes: &BTreeSet<String>) -> Result<Vec<Topic>, Error> {
    let themes: BTreeSet<&str> = themes.iter().map(String::as_str).collect();
    read(list, |r| {
        defined(r, "theme", r.text("theme"), &themes, "themes.csv")?;
        Ok(Topic {
            id: r.id(id)?,
            name: named(r)?,
            theme: r.text("theme").to_owned(),
            parent: if parent.is_empty() { String::new() } else { r.text(parent).to_owned() },
            extra: r.extra(&[id, parent, "name", "theme"]),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lists that must be there, and breaks.
    fn read_with(breaks: &str) -> Result<Reference, Error> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("agencies.csv", "agency,name\npolice,Police\n"),
            ("localities.csv", "locality,name\ncorby,Corby\n"),
            ("populations.csv", "locality,year,population\n"),
            ("themes.csv", "theme,name\nneglect,Neglect\n"),
            ("indicators.csv", "indicator,name,theme,unit\nmissing,Missing,neglect,count\n"),
            ("breaks.csv", breaks),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Reference::read(folder.path())
    }

    #[test]
    fn breaks_are_read_by_day() {
        let text = "indicator,from,agency,locality,reason,source\n\
                    missing,2014-07-01,police,corby,new system,minutes\nmissing,2013-04-01,,,,\n";
        let breaks = read_with(text).unwrap().breaks;
        let days: Vec<String> = breaks.iter().map(|b| b.from.to_string()).collect();
        assert_eq!(days, ["2013-04-01", "2014-07-01"]);
        assert_eq!((breaks[1].agency.as_str(), breaks[1].reason.as_str()), ("police", "new system"));
        assert_eq!(breaks[1].extra["source"], "minutes");
    }

    #[test]
    fn a_break_that_says_nothing_stops_the_run() {
        for (row, word) in [
            ("absent,2014-07-01,,", "`absent` is not defined"),
            ("missing,,,", "no date"),
            ("missing,July,,", "`July`"),
            ("missing,2014-07-01,fire,", "`fire` is not defined"),
            ("missing,2014-07-01,,leeds", "`leeds` is not defined"),
        ] {
            let error = read_with(&format!("indicator,from,agency,locality\n{row}\n")).unwrap_err().to_string();
            assert!(error.contains(word) && error.contains("breaks.csv"), "{row}: {error}");
        }
    }
}
