//! The partners of the sample county: what each takes part in. Names and ids are those of the county's own lists.

/// How a partner takes part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Office {
    /// Agency id.
    pub agency: &'static str,
    /// Whether it returns a Section 11 self-assessment and the figures that every agency returns.
    pub section11: bool,
    /// Whether a panel moderates its self-assessment in the newest year.
    pub moderated: bool,
    /// Whether it is a hospital, whose figures come mostly from its own side of the county.
    pub hospital: bool,
    /// How often case reviews name it, relative to the others.
    pub reviewed: f64,
    /// How many reports of intelligence are about it, relative to the others.
    pub reported: f64,
}

const fn office(agency: &'static str, moderated: bool, reviewed: f64, reported: f64) -> Office {
    Office { agency, section11: true, moderated, hospital: false, reviewed, reported }
}

/// All partners that may return something.
pub const OFFICES: [Office; 20] = [
    office("childrens-services", true, 2.0, 2.0),
    office("police", true, 1.8, 1.4),
    office("ambulance", false, 0.6, 0.8),
    office("community-health", true, 1.8, 1.6),
    office("camhs", true, 1.3, 1.6),
    Office { hospital: true, ..office("northampton-general", true, 1.2, 1.6) },
    Office { hospital: true, ..office("kettering-general", true, 1.2, 1.5) },
    office("nhs-england", false, 0.6, 0.8),
    office("nene-ccg", false, 0.6, 0.8),
    office("corby-ccg", false, 0.6, 0.7),
    office("voluntary-sector", true, 0.8, 0.8),
    office("schools", true, 1.6, 1.4),
    office("colleges", false, 0.6, 0.7),
    office("probation", true, 0.9, 0.8),
    office("cafcass", false, 0.6, 0.7),
    office("youth-offending", true, 0.9, 0.8),
    office("district-councils", true, 1.0, 1.0),
    Office { section11: false, ..office("fire-and-rescue", false, 0.0, 0.0) },
    Office { section11: false, ..office("public-health", false, 0.0, 0.0) },
    Office { section11: false, ..office("lscb", false, 0.0, 0.0) },
];

/// Partners whose files are audited.
pub const AUDITED: [&str; 11] = [
    "childrens-services",
    "police",
    "community-health",
    "camhs",
    "northampton-general",
    "kettering-general",
    "voluntary-sector",
    "schools",
    "probation",
    "youth-offending",
    "district-councils",
];

/// Partners of which one stays silent. None of them is audited, so that its silence is whole.
pub const SILENT_CANDIDATES: [&str; 3] = ["colleges", "ambulance", "cafcass"];

/// Who sends intelligence, and of which places.
pub const REPORTERS: [&str; 3] = ["nene-ccg", "corby-ccg", "nhs-england"];
