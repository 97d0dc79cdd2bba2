//! The county's configuration, carried in the program so that `lscb sample` works anywhere. A test compares the list with
//! the folder.

/// A file by its path under `pipelines/`.
pub type Embedded = (&'static str, &'static str);

/// The pipeline file.
pub const PIPELINE: &str = include_str!("../../pipelines/nightly.toml");

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
pub const RETURNS: &[Embedded] = &[];

#[cfg(test)]
mod tests {
    use super::*;

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
