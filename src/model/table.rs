//! The seven canonical tables and their columns (data-contract.md, section 2). Other programs rely on these names.

use serde::{Deserialize, Serialize};

/// A canonical table: six streams of evidence, and actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Table {
    /// Figures of indicators.
    Performance,
    /// Section 11 scores.
    Section11,
    /// Graded audit questions.
    Audits,
    /// Deaths notified to and reviewed by the panel.
    ChildDeaths,
    /// Serious case reviews and others.
    CaseReviews,
    /// Counts of soft intelligence.
    Intelligence,
    /// Actions and their evidence of impact.
    Actions,
}

/// A reference list that a column's ids come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum List {
    /// `agencies.csv`
    Agencies,
    /// `localities.csv`
    Localities,
    /// `themes.csv`
    Themes,
    /// `indicators.csv`
    Indicators,
    /// `standards.csv`
    Standards,
    /// `audit-questions.csv`
    AuditQuestions,
    /// `death-categories.csv`
    DeathCategories,
    /// `death-factors.csv`
    DeathFactors,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// One id of a list.
    Id(List),
    /// Ids of a list, joined by `;`.
    Ids(List),
    /// A period of the four forms.
    Period,
    /// A day.
    Date,
    /// One of fixed words.
    Choice(&'static [&'static str]),
    /// A number with its status.
    Number,
    /// The sender's own key, kept as it is.
    Key,
    /// The sender's own key of a child's case: replaced by a keyed hash before anything is written.
    HashedKey,
    /// Free text.
    Text,
}

/// A column of a canonical table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its fixed name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it belongs to the table's key. The plain layout is recognised by these.
    pub key: bool,
}

const fn key(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, key: true }
}

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, key: false }
}

use ColumnKind::{Choice, Date, HashedKey, Id, Ids, Key, Number, Period, Text};

const PERFORMANCE: &[Column] = &[
    key("agency", Id(List::Agencies)),
    key("indicator", Id(List::Indicators)),
    key("locality", Id(List::Localities)),
    key("period", Period),
    key("breakdown", Text),
    column("numerator", Number),
    column("denominator", Number),
    column("value", Number),
];

const SECTION11: &[Column] = &[
    key("agency", Id(List::Agencies)),
    key("standard", Id(List::Standards)),
    key("period", Period),
    column("self_score", Number),
    column("moderated_score", Number),
    column("evidence", Text),
    column("action", Text),
    column("action_due", Date),
];

const AUDITS: &[Column] = &[
    key("audit", Key),
    column("audited_on", Date),
    column("kind", Choice(&["single-agency", "multi-agency", "inspection"])),
    key("agency", Id(List::Agencies)),
    key("theme", Id(List::Themes)),
    column("locality", Id(List::Localities)),
    key("case", HashedKey),
    key("question", Id(List::AuditQuestions)),
    column("grade", Choice(&GRADES)),
    column("good_practice", Text),
    column("learning", Text),
    column("action", Text),
    column("action_owner", Id(List::Agencies)),
    column("action_due", Date),
];

/// Audit grades from outstanding to inadequate, and `not-applicable`.
pub const GRADES: [&str; 5] = ["outstanding", "good", "requires-improvement", "inadequate", "not-applicable"];

const CHILD_DEATHS: &[Column] = &[
    key("review", HashedKey),
    column("notified_on", Date),
    column("locality", Id(List::Localities)),
    column("age_band", Choice(&["0-27-days", "28-364-days", "1-4", "5-9", "10-14", "15-17"])),
    column("category", Id(List::DeathCategories)),
    column("modifiable", Choice(&["yes", "no", "insufficient"])),
    column("factors", Ids(List::DeathFactors)),
    column("expected", Choice(&["yes", "no"])),
    column("reviewed_on", Date),
];

const CASE_REVIEWS: &[Column] = &[
    key("review", HashedKey),
    column("kind", Choice(&["scr", "practice-review", "child-practice", "learning"])),
    column("incident_month", Period),
    column("considered_on", Date),
    column("decision", Choice(&["initiate", "not-met", "other-review"])),
    column("decided_on", Date),
    column("panel_notified_on", Date),
    column("started_on", Date),
    column("completed_on", Date),
    column("published_on", Date),
    column("themes", Ids(List::Themes)),
    column("agencies", Ids(List::Agencies)),
    column("localities", Ids(List::Localities)),
];

const INTELLIGENCE: &[Column] = &[
    key("agency", Id(List::Agencies)),
    key("locality", Id(List::Localities)),
    key("theme", Id(List::Themes)),
    key("period", Period),
    key("kind", Choice(&["complaint", "serious-incident", "feedback-adverse", "feedback", "whistle-blowing"])),
    column("count", Number),
];

const ACTIONS: &[Column] = &[
    key("action", Key),
    column("source", Choice(&["section11", "audit", "child-death", "case-review", "inspection"])),
    column("source_ref", Text),
    column("agency", Id(List::Agencies)),
    column("theme", Id(List::Themes)),
    column("locality", Id(List::Localities)),
    column("recommendation", Text),
    column("due", Date),
    column("completed_on", Date),
    column("evidence_of_impact", Text),
];

impl Table {
    /// All seven, in order.
    pub const ALL: [Self; 7] = [
        Self::Performance,
        Self::Section11,
        Self::Audits,
        Self::ChildDeaths,
        Self::CaseReviews,
        Self::Intelligence,
        Self::Actions,
    ];

    /// The name of the table and of its folder in the lake.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Performance => "performance",
            Self::Section11 => "section11",
            Self::Audits => "audits",
            Self::ChildDeaths => "child-deaths",
            Self::CaseReviews => "case-reviews",
            Self::Intelligence => "intelligence",
            Self::Actions => "actions",
        }
    }

    /// The table of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.as_str() == name)
    }

    /// Its columns, in the order of the data contract.
    #[inline]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Performance => PERFORMANCE,
            Self::Section11 => SECTION11,
            Self::Audits => AUDITS,
            Self::ChildDeaths => CHILD_DEATHS,
            Self::CaseReviews => CASE_REVIEWS,
            Self::Intelligence => INTELLIGENCE,
            Self::Actions => ACTIONS,
        }
    }

    /// Position of a column by name.
    #[inline(always)]
    pub fn position(self, column: &str) -> Option<usize> {
        match self {
            // The one table with a hundred thousand rows: for a name that is written out this is a number at once.
            Self::Performance => match column {
                "agency" => Some(0),
                "indicator" => Some(1),
                "locality" => Some(2),
                "period" => Some(3),
                "breakdown" => Some(4),
                "numerator" => Some(5),
                "denominator" => Some(6),
                "value" => Some(7),
                _ => None,
            },
            _ => self.columns().iter().position(|c| c.name == column),
        }
    }

    /// Whether a row is about a single child, so that it stays in the lake, for the analyst.
    pub fn about_children(self) -> bool {
        self.columns().iter().any(|c| c.kind == ColumnKind::HashedKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_stands_where_its_position_says() {
        for table in Table::ALL {
            for (at, column) in table.columns().iter().enumerate() {
                assert_eq!(table.position(column.name), Some(at), "{} {}", table.as_str(), column.name);
            }
            assert_eq!(table.position("no-such-column"), None);
        }
    }
}
