//! `lscb backup` and `lscb restore`.

use std::process::ExitCode;

use chrono::Utc;

use super::arguments::{Backup, Restore};
use crate::model::Error;
use crate::pipeline::backup;

/// Makes a backup.
pub fn backup(arguments: &Backup) -> Result<ExitCode, Error> {
    let options = backup::Options {
        pipeline: arguments.place.pipeline.clone(),
        data: arguments.place.data.clone(),
        reports: arguments.reports.clone(),
        with_quarantine: arguments.with_quarantine,
    };
    let made = backup::backup(&options, &arguments.file, Utc::now())?;
    say!("Backed up {} files into {}, {} bytes.", made.files, made.file.display(), made.bytes);
    say!("SHA-256: {}", made.sha256);
    if !arguments.with_quarantine {
        say!("Quarantined files are not in it; their certificates are.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Restores a backup.
pub fn restore(arguments: &Restore) -> Result<ExitCode, Error> {
    let restored = backup::restore(&arguments.file, &arguments.to)?;
    let (folder, manifest) = (restored.folder.display(), &restored.manifest);
    say!("Restored {} files of {} as of {} into {folder}.", manifest.files.len(), manifest.board, manifest.made_at);
    say!("Each is what was backed up, by its SHA-256.");
    let pipeline = restored.pipeline.map_or_else(|| "PIPELINE".to_owned(), |p| p.display().to_string());
    say!("To see that nothing is missing, with the inbox of the board:");
    say!("  lscb run {pipeline} --data {folder}/data --reports {folder}/reports");
    Ok(ExitCode::SUCCESS)
}
