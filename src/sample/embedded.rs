//! The county's configuration, carried in the program so that `lscb sample` works anywhere. A test compares the list with
//! the folder.

/// A file by its path under `pipelines/`.
pub type Embedded = (&'static str, &'static str);

/// The pipeline file.
pub const PIPELINE: &str = include_str!("../../pipelines/nightly.toml");

/// What the referee found of the settings of the pipeline file.
pub const EVALUATION: &str = include_str!("../../pipelines/evaluation.json");

/// The reference lists.
pub const REFERENCE: &[Embedded] = &[
    ("reference/agencies.csv", include_str!("../../pipelines/reference/agencies.csv")),
    ("reference/audit-questions.csv", include_str!("../../pipelines/reference/audit-questions.csv")),
    ("reference/bank-holidays.csv", include_str!("../../pipelines/reference/bank-holidays.csv")),
    ("reference/comparators.csv", include_str!("../../pipelines/reference/comparators.csv")),
    ("reference/death-categories.csv", include_str!("../../pipelines/reference/death-categories.csv")),
    ("reference/death-factors.csv", include_str!("../../pipelines/reference/death-factors.csv")),
    ("reference/indicators.csv", include_str!("../../pipelines/reference/indicators.csv")),
    ("reference/localities.csv", include_str!("../../pipelines/reference/localities.csv")),
    ("reference/populations.csv", include_str!("../../pipelines/reference/populations.csv")),
    ("reference/standards.csv", include_str!("../../pipelines/reference/standards.csv")),
    ("reference/targets.csv", include_str!("../../pipelines/reference/targets.csv")),
    ("reference/themes.csv", include_str!("../../pipelines/reference/themes.csv")),
];

/// The return specs.
pub const RETURNS: &[Embedded] = &[
    ("returns/README.md", include_str!("../../pipelines/returns/README.md")),
    ("returns/actions.toml", include_str!("../../pipelines/returns/actions.toml")),
    ("returns/ae-kettering-general.toml", include_str!("../../pipelines/returns/ae-kettering-general.toml")),
    ("returns/ae-northampton-general.toml", include_str!("../../pipelines/returns/ae-northampton-general.toml")),
    ("returns/ambulance.toml", include_str!("../../pipelines/returns/ambulance.toml")),
    ("returns/annual-measures.toml", include_str!("../../pipelines/returns/annual-measures.toml")),
    ("returns/cafcass.toml", include_str!("../../pipelines/returns/cafcass.toml")),
    ("returns/case-audits.toml", include_str!("../../pipelines/returns/case-audits.toml")),
    ("returns/case-review-register.toml", include_str!("../../pipelines/returns/case-review-register.toml")),
    ("returns/cdop-register.toml", include_str!("../../pipelines/returns/cdop-register.toml")),
    ("returns/csc-performance.toml", include_str!("../../pipelines/returns/csc-performance.toml")),
    ("returns/csc-quarterly.toml", include_str!("../../pipelines/returns/csc-quarterly.toml")),
    ("returns/education-performance.toml", include_str!("../../pipelines/returns/education-performance.toml")),
    ("returns/health-performance.toml", include_str!("../../pipelines/returns/health-performance.toml")),
    ("returns/intelligence.toml", include_str!("../../pipelines/returns/intelligence.toml")),
    ("returns/partner-performance.toml", include_str!("../../pipelines/returns/partner-performance.toml")),
    ("returns/police-performance.toml", include_str!("../../pipelines/returns/police-performance.toml")),
    ("returns/probation.toml", include_str!("../../pipelines/returns/probation.toml")),
    ("returns/section11.toml", include_str!("../../pipelines/returns/section11.toml")),
    ("returns/training-and-supervision.toml", include_str!("../../pipelines/returns/training-and-supervision.toml")),
    ("returns/youth-offending.toml", include_str!("../../pipelines/returns/youth-offending.toml")),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Weights, windows and thresholds that were changed want another trial; the pipeline file says how.
    #[test]
    fn the_trial_is_of_the_settings_that_are_carried() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
        let method = crate::spec::Pipeline::read(&folder.join("nightly.toml")).unwrap().method;
        let trial: crate::model::Trial = serde_json::from_str(EVALUATION).unwrap();
        assert_eq!(trial.method, serde_json::to_value(method).unwrap());
        assert!(trial.boards >= 200 && trial.extras.is_some());
    }

    #[test]
    fn every_file_of_the_folder_is_carried() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
        for (folder, carried) in [("reference", REFERENCE), ("returns", RETURNS)] {
            let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
            let mut names: Vec<String> =
                entries.map(|e| format!("{folder}/{}", e.unwrap().file_name().to_string_lossy())).collect();
            names.sort();
            assert_eq!(names, carried.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
        }
    }
}
