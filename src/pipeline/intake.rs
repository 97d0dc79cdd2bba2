//! What arrived: each new file of the inbox is judged, its original kept, its rows put into the lake, and then, last of all,
//! written down in the ledger. A run that dies in between does the file again and comes to the same.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use rayon::prelude::*;

use super::certificate;
use super::configuration::Configuration;
use super::desk::files;
use super::judge::{Judged, in_order, judge_sent};
use super::memory::Memory;
use super::progress::{Event, Progress};
use super::release::{self, Releases};
use super::sender::Sent;
use super::together::together;
use super::{digest, key, receipt};
use crate::ingest::codes;
use crate::lake::{Lake, Prepared, Receipt, atomic, write_atomically};
use crate::ledger::Ledger;
use crate::model::history::History;
use crate::model::submission::Submission;
use crate::model::{Error, Held, Row, Table, Upload, UploadState, Verdict};
use crate::normalise::{Normalise, normalise};
use crate::validate::{self, Accepted};

/// What the intake needs to know.
pub struct Intake<'a> {
    /// The board's configuration.
    pub configuration: &'a Configuration,
    /// Its data folder.
    pub data: &'a Path,
    /// Its inbox.
    pub inbox: &'a Path,
    /// The day that counts as today.
    pub as_of: NaiveDate,
    /// Judge every known return again from its original.
    pub full: bool,
    /// Who is told.
    pub progress: &'a dyn Progress,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Files judged in this run.
    pub judged: usize,
    /// Of these, not accepted.
    pub refused: usize,
    /// Whether every known return was judged again.
    pub again: bool,
}

/// A submission for the ledger, with the last day of its newest period.
type Kept = (Submission, Option<NaiveDate>);

/// What accepted submissions hold, by SHA-256.
type Contents = Vec<(String, Vec<Held>)>;

/// A file to judge.
struct Candidate {
    path: PathBuf,
    name: String,
    sha256: String,
    received_on: NaiveDate,
    /// Who sent it, where it came through the portal.
    sent: Option<Sent>,
}

impl Intake<'_> {
    /// Takes in what is new; where the rules changed since a known return was judged, or with `full`, judges all again and
    /// builds the lake anew from the originals.
    ///
    /// # Errors
    /// The inbox, the data folder or the ledger could not be read or written. A faulty file is no error.
    pub fn run(&self, ledger: &Ledger) -> Result<Taken, Error> {
        let taken = self.take(ledger)?;
        self.settle(ledger)?;
        self.expire(ledger)?;
        Ok(taken)
    }

    /// Destroys quarantined files whose days are over, each with a certificate. Their hash, verdict and findings stay in
    /// the ledger.
    fn expire(&self, ledger: &Ledger) -> Result<(), Error> {
        let days = self.configuration.pipeline.quarantine_days;
        for held in ledger.all_submissions()?.iter().filter(|s| s.verdict == Verdict::Quarantined) {
            let over = held.received_on.checked_add_days(Days::new(days.into()));
            if over.is_some_and(|over| over <= self.as_of) {
                let file = original(self.data, &held.sha256, &held.file, held.verdict);
                certificate::destroy(self.data, held, &file, self.as_of, days)?;
            }
        }
        Ok(())
    }

    fn take(&self, ledger: &Ledger) -> Result<Taken, Error> {
        let board = &self.configuration.pipeline.board;
        let known = ledger.all_submissions()?;
        let mut arrived = self.arrived(&known)?;
        // A file that lies in the inbox too was sent by hand as well.
        for candidate in self.uploaded(ledger)? {
            arrived.entry(candidate.sha256.clone()).or_insert(candidate);
        }
        let mut stale = self.full && !known.is_empty();
        for submission in &known {
            let configuration = ledger.known(&submission.sha256)?.map(|(_, c)| c);
            stale |= configuration.as_deref() != Some(self.configuration.rules.as_str());
        }
        for submission in &known {
            arrived.remove(&submission.sha256);
        }
        let mut candidates: Vec<Candidate> = arrived.into_values().collect();
        if stale {
            candidates.extend(self.originals(&known, ledger)?);
        }
        if candidates.is_empty() {
            return Ok(Taken::default());
        }
        self.progress.tell(Event::Stage { name: "Checking returns", of: candidates.len() });
        let rebuilt = self.data.join(".rebuilding");
        if stale {
            // Whatever happens from here on, the next start finds every submission stale and begins the rebuild again.
            ledger.mark_stale()?;
            remove(&rebuilt)?;
        }
        let lake = Lake::open(if stale { &rebuilt } else { self.data }, board)?;
        let mut taken = Taken { again: stale, ..Taken::default() };
        // Day by day, so that a return is held against what was received on earlier days and nothing else: judged again, it
        // gets the verdict that it got.
        let mut days: BTreeMap<NaiveDate, Vec<Candidate>> = BTreeMap::new();
        for candidate in candidates {
            days.entry(candidate.received_on).or_default().push(candidate);
        }
        let again = if stale { known.iter().map(|s| s.sha256.clone()).collect() } else { BTreeSet::new() };
        let mut memory = Memory::open(ledger, &again)?;
        let key = key::read_or_make(self.data)?;
        let mut kept = Vec::new();
        let mut contents = Contents::new();
        for (day, candidates) in days {
            let history = history_before(&lake, day)?
                .with_layouts(memory.layouts_before(day))
                .with_answers(day, &self.configuration.answers)
                .with_overrides(day, &self.configuration.overrides);
            let (mut judged, prepared): (Vec<Judged>, Vec<Option<Prepared>>) =
                self.judge_all(&candidates, &history, &lake, &key)?.into_iter().unzip();
            self.hold_receipts(&known, &candidates, &mut judged)?;
            self.date_first_releases(&known, &candidates, &mut judged);
            for judged in &judged {
                memory.remember(judged, day);
            }
            taken.judged += judged.len();
            taken.refused += judged.iter().filter(|j| j.submission.verdict != Verdict::Accepted).count();
            let held = |j: &mut Judged| Some((j.submission.sha256.clone(), j.contents.take()?));
            contents.extend(judged.iter_mut().filter_map(held));
            kept.extend(self.keep(&lake, &key, &candidates, judged, prepared)?);
        }
        if stale {
            self.swap(&rebuilt)?;
        }
        ledger.record_contents(&contents)?;
        // Before the submissions themselves: what a death between the two leaves behind is written anew by the next start.
        memory.keep(ledger)?;
        ledger.record_all(&kept, &self.configuration.rules)?;
        Ok(taken)
    }

    /// The files of the inbox by SHA-256, in order of name; of two with the same bytes the first name counts. What is
    /// passed over is said, for whoever put it there thinks that it was sent.
    fn arrived(&self, known: &[Submission]) -> Result<BTreeMap<String, Candidate>, Error> {
        let mut inbox = Inbox::default();
        inbox.look_below(self.inbox)?;
        inbox.files.sort();
        let mut passed_over: Vec<String> = Vec::new();
        // A name that gives a child away is written nowhere.
        let words = validate::Words::of(&self.configuration.reference);
        let shown = |name: &str| match validate::scan_names(name, None, &words).is_empty() {
            true => name.to_owned(),
            false => "A file whose name is withheld".to_owned(),
        };
        for link in inbox.links {
            let name = shown(&link.strip_prefix(self.inbox).unwrap_or(&link).to_string_lossy());
            passed_over.push(format!("{name}: passed over, for it is a link. Put the file itself into the inbox."));
        }
        let mut found: BTreeMap<String, Candidate> = BTreeMap::new();
        for path in inbox.files {
            let sha256 = digest::of_file(&path)?;
            let name = path.strip_prefix(self.inbox).unwrap_or(&path).to_string_lossy().into_owned();
            if let Some(first) = found.get(&sha256) {
                let (name, first) = (shown(&name), shown(&first.name));
                passed_over.push(format!("{name}: passed over, byte for byte the same as {first}."));
                continue;
            }
            if let Some(first) =
                known.iter().find(|s| s.sha256 == sha256 && s.file != name && s.verdict != Verdict::Quarantined)
            {
                let (name, day) = (shown(&name), first.received_on);
                passed_over.push(format!("{name}: passed over, byte for byte what came on {day} as {}.", first.file));
            }
            let received_on = self.as_of;
            found.insert(sha256.clone(), Candidate { path, name, sha256, received_on, sent: None });
        }
        if !passed_over.is_empty() {
            passed_over.sort();
            self.progress.tell(Event::Stage { name: "Files that count for nothing", of: passed_over.len() });
            passed_over.iter().for_each(|line| self.progress.tell(Event::Step { line }));
        }
        Ok(found)
    }

    /// What came through the portal by the day of the run and is judged: as the desk received it, on that day, under the name
    /// that it has in the agency's folder. What its sender took back is left, unless it holds personal data, whose days are
    /// then counted too; what is of another agency is nobody's return.
    fn uploaded(&self, ledger: &Ledger) -> Result<Vec<Candidate>, Error> {
        let mut found: BTreeMap<String, Candidate> = BTreeMap::new();
        for upload in ledger.uploads_in(UploadState::Judged)? {
            let Some(outcome) = &upload.outcome else { continue };
            let is_left =
                outcome.is_foreign || upload.withdrawn_at.is_some() && outcome.verdict != Verdict::Quarantined;
            if is_left || !upload.submission.is_empty() || upload.received_on > self.as_of {
                continue;
            }
            let Some(path) = files::find(self.data, &upload) else { continue };
            let sent = Some(sent_of(&upload, ledger)?);
            let (name, sha256, received_on) = (upload.file, upload.sha256, upload.received_on);
            found.entry(sha256.clone()).or_insert(Candidate { path, name, sha256, received_on, sent });
        }
        Ok(found.into_values().collect())
    }

    /// Tells every upload which submission it became. Its file then lies with the originals, or apart, and is removed from
    /// among the uploads.
    fn settle(&self, ledger: &Ledger) -> Result<(), Error> {
        ledger.settle_uploads()?;
        for upload in ledger.uploads_in(UploadState::Judged)?.iter().filter(|u| !u.submission.is_empty()) {
            let place = files::place(self.data, &upload.id, &upload.name);
            if !place.is_file() {
                continue;
            }
            let kept = |verdict| original(self.data, &upload.sha256, &upload.name, verdict).is_file();
            let verdict = ledger.known(&upload.sha256)?.map(|(known, _)| known.verdict);
            // A quarantined file may be destroyed already: what was sent again of it is not kept either.
            if verdict == Some(Verdict::Quarantined) || kept(Verdict::Accepted) {
                atomic::remove_file(&place)?;
            }
        }
        Ok(())
    }

    /// The originals of known submissions. A quarantined one is destroyed after its days, and a rejected one gives no rows:
    /// where their file is gone, their verdict stands.
    fn originals(&self, known: &[Submission], ledger: &Ledger) -> Result<Vec<Candidate>, Error> {
        let mut found = Vec::new();
        for submission in known {
            let sent = ledger.uploads_of_file(&submission.sha256)?;
            let sent = sent.iter().find(|u| u.file == submission.file || u.submission == submission.id);
            let sent = sent.map(|u| sent_of(u, ledger)).transpose()?;
            let candidate = self.original_of(submission, sent);
            if candidate.path.exists() {
                found.push(candidate);
            } else if submission.verdict == Verdict::Accepted {
                return Err(Error::state(
                    candidate.path.display().to_string(),
                    format!("the original of the accepted return {} is gone", submission.file),
                    "Restore it from the backup: without it the lake cannot be built anew.",
                ));
            }
        }
        Ok(found)
    }

    /// Judged again, a file may have changed its folder in a run that died before it was written down.
    fn original_of(&self, submission: &Submission, sent: Option<Sent>) -> Candidate {
        let place = |verdict| original(self.data, &submission.sha256, &submission.file, verdict);
        let path = place(submission.verdict);
        let other = place(other_folder(submission.verdict));
        Candidate {
            path: if !path.exists() && other.exists() { other } else { path },
            name: submission.file.clone(),
            sha256: submission.sha256.clone(),
            received_on: submission.received_on,
            sent,
        }
    }

    /// Judges files side by side, and makes the lake's files of what is accepted at once, so that the rows of a hundred
    /// returns need not be held together.
    fn judge_all(
        &self,
        candidates: &[Candidate],
        history: &History,
        lake: &Lake,
        key: &[u8],
    ) -> Result<Vec<(Judged, Option<Prepared>)>, Error> {
        let one = |c: &Candidate| {
            let (by, sent) = (self.configuration, c.sent.as_ref());
            let mut judged = judge_sent(&c.path, &c.name, by, history, c.received_on, sent)?;
            judged.submission.sha256.clone_from(&c.sha256);
            judged.submission.id = id(c.received_on, &c.sha256);
            let line = format!("{}: {}", judged.submission.file, judged.submission.verdict.as_str());
            self.progress.tell(Event::Step { line: &line });
            // Which rows of a return with a lag count from which day is known when all files are judged.
            let spec = self.configuration.spec(&judged.submission.return_id);
            if spec.is_some_and(|s| s.lag_months.is_some() || !s.lag_months_of.is_empty()) {
                return Ok((judged, None));
            }
            let prepared = judged.accepted.take().map(|accepted| {
                let rows = self.normalised(accepted, &judged.submission, key);
                lake.prepare(&receipt_of(&judged, judged.submission.id.clone(), c.received_on), &rows)
            });
            Ok((judged, prepared.transpose()?))
        };
        // A file a piece: otherwise one thread is left with the last quarter of them while the other core waits.
        together(|| candidates.par_iter().with_max_len(1).map(one).collect())
    }

    fn normalised(&self, accepted: Accepted, submission: &Submission, key: &[u8]) -> Vec<Row> {
        let with = Normalise {
            reference: &self.configuration.reference,
            key,
            submission: submission.id.as_str().into(),
            source_file: submission.file.as_str().into(),
        };
        normalise(accepted, &with)
    }

    /// Holds what has newly arrived against the receipt that was sent along with it. Judged again, a return keeps what was
    /// said then: the receipt was for the rules of that day.
    fn hold_receipts(
        &self,
        known: &[Submission],
        candidates: &[Candidate],
        judged: &mut [Judged],
    ) -> Result<(), Error> {
        for (candidate, judged) in candidates.iter().zip(judged) {
            let earlier = known.iter().find(|s| s.sha256 == candidate.sha256);
            let said = match earlier {
                Some(earlier) => earlier.findings.iter().find(|f| f.code == codes::RECEIPT).cloned(),
                None => receipt::verify(&candidate.path, self.configuration, &candidate.sha256)?,
            };
            if let Some(said) = said {
                judged.submission.findings.push(said);
                judged.submission.findings.sort_by(in_order);
            }
        }
        Ok(())
    }

    /// A return that others publish is known to the world before its file is fetched. The first file of it that a board
    /// takes counts from the days of publication, its oldest one being its day of receipt; what a later file corrects
    /// counts from the day on which that file came.
    fn date_first_releases(&self, known: &[Submission], candidates: &[Candidate], judged: &mut [Judged]) {
        let accepted = known.iter().filter(|s| s.verdict == Verdict::Accepted);
        let mut taken: BTreeSet<String> = accepted.map(|s| s.return_id.clone()).collect();
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by_key(|i| (&candidates[*i].name, &candidates[*i].sha256));
        for at in order {
            let (candidate, judged) = (&candidates[at], &mut judged[at]);
            let Some(accepted) = &judged.accepted else { continue };
            let Some(spec) = self.configuration.spec(&judged.submission.return_id) else { continue };
            let is_known = known.iter().any(|s| s.sha256 == candidate.sha256);
            if is_known || !taken.insert(spec.id.clone()) {
                continue;
            }
            if let Some(first) = release::first(spec, accepted.rows()).filter(|f| *f < candidate.received_on) {
                judged.submission.received_on = first;
                judged.submission.id = id(first, &candidate.sha256);
            }
        }
    }

    /// Keeps originals and rows in the order of supersession; gives what the ledger is to write down last of all.
    fn keep(
        &self,
        lake: &Lake,
        key: &[u8],
        candidates: &[Candidate],
        judged: Vec<Judged>,
        prepared: Vec<Option<Prepared>>,
    ) -> Result<Vec<Kept>, Error> {
        let mut kept = Vec::new();
        let mut pairs: Vec<(&Candidate, Judged, Option<Prepared>)> =
            candidates.iter().zip(judged).zip(prepared).map(|((c, j), p)| (c, j, p)).collect();
        pairs.par_iter().try_for_each(|(c, j, _)| self.keep_original(c, j.submission.verdict))?;
        pairs.sort_by(|(a, x, _), (b, y, _)| {
            let order = |c: &Candidate, j: &Judged| {
                (j.submission.received_on, j.newest_period_end, c.name.clone(), c.sha256.clone())
            };
            order(a, x).cmp(&order(b, y))
        });
        for (_, mut judged, prepared) in pairs {
            if let Some(prepared) = prepared {
                lake.put_prepared(&prepared)?;
            }
            if let Some(accepted) = judged.accepted.take() {
                let submission = &judged.submission;
                let spec = self.configuration.spec(&submission.return_id);
                let rows = self.normalised(accepted, submission, key);
                for (received_on, rows) in Releases::of(spec, submission.received_on, rows).by_day {
                    let submission_of_day = match received_on == submission.received_on {
                        true => submission.id.clone(),
                        false => format!("{}-{received_on}", submission.id),
                    };
                    lake.put(&receipt_of(&judged, submission_of_day, received_on), &rows)?;
                }
            }
            kept.push((judged.submission, judged.newest_period_end));
        }
        Ok(kept)
    }

    /// An original lies under its SHA-256; a quarantined one apart, for its owner's eyes only. Where the rules have changed
    /// what it is, it leaves its former folder.
    fn keep_original(&self, candidate: &Candidate, verdict: Verdict) -> Result<(), Error> {
        let kept = original(self.data, &candidate.sha256, &candidate.name, verdict);
        if !kept.exists() {
            self.copy_original(candidate, &kept, verdict)?;
        }
        atomic::remove_file(&original(self.data, &candidate.sha256, &candidate.name, other_folder(verdict)))
    }

    fn copy_original(&self, candidate: &Candidate, kept: &Path, verdict: Verdict) -> Result<(), Error> {
        let bytes = std::fs::read(&candidate.path)
            .map_err(|e| Error::io(&candidate.path, "the return could not be read", e))?;
        if digest::of_bytes(&bytes) != candidate.sha256 {
            return Err(Error::state(
                candidate.path.display().to_string(),
                "the file changed while it was being judged",
                "Run again when nobody is writing to the inbox.",
            ));
        }
        let failed = |e| Error::io(kept, "the original could not be kept", e);
        write_atomically(kept, |file| {
            if verdict == Verdict::Quarantined {
                file.set_permissions(std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
            }
            std::io::Write::write_all(file, &bytes).map_err(failed)
        })
    }

    /// Puts the rebuilt lake in the place of the old one.
    fn swap(&self, rebuilt: &Path) -> Result<(), Error> {
        for folder in ["lake", "lake-history"] {
            let (new, place, old) =
                (rebuilt.join(folder), self.data.join(folder), self.data.join(format!(".old-{folder}")));
            remove(&old)?;
            let failed = |e| Error::io(&place, "the rebuilt lake could not be moved into place", e);
            if place.exists() {
                std::fs::rename(&place, &old).map_err(failed)?;
            }
            if new.exists() {
                std::fs::rename(&new, &place).map_err(failed)?;
            }
            remove(&old)?;
        }
        remove(rebuilt)
    }
}

/// What the lake must know of the rows of a judged file that count from a day.
fn receipt_of(judged: &Judged, submission: String, received_on: NaiveDate) -> Receipt {
    Receipt {
        submission,
        sha256: judged.submission.sha256.clone(),
        received_on,
        newest_period_end: judged.newest_period_end,
        file: judged.submission.file.clone(),
    }
}

/// What was in force on the eve of a day.
pub(super) fn history_before(lake: &Lake, day: NaiveDate) -> Result<History, Error> {
    let Some(eve) = day.pred_opt() else { return Ok(History::default()) };
    let mut rows = Vec::new();
    for table in [Table::Performance, Table::Section11, Table::Intelligence] {
        rows.extend(lake.rows(table, eve)?);
    }
    Ok(History::new(&rows))
}

/// What the door must know of an upload.
fn sent_of(upload: &Upload, ledger: &Ledger) -> Result<Sent, Error> {
    let named = ledger.upload_named(&upload.id)?;
    Ok(Sent { agency: upload.agency.clone(), is_own: upload.sender.is_own, named })
}

/// `<received>-<first 12 of the SHA-256>`.
fn id(received_on: NaiveDate, sha256: &str) -> String {
    format!("{received_on}-{}", &sha256[..12])
}

/// Where an original lies: under its SHA-256, with the ending it was sent with, which the reader holds against its content.
pub(super) fn original(data: &Path, sha256: &str, name: &str, verdict: Verdict) -> PathBuf {
    let folder = if verdict == Verdict::Quarantined { "quarantine" } else { "originals" };
    let ending = Path::new(name).extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    data.join(folder).join(format!("{sha256}{ending}"))
}

/// A verdict whose originals lie in the other of the two folders.
fn other_folder(verdict: Verdict) -> Verdict {
    if verdict == Verdict::Quarantined { Verdict::Accepted } else { Verdict::Quarantined }
}

fn remove(folder: &Path) -> Result<(), Error> {
    match std::fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io(folder, "the folder could not be removed", e))
        }
        _ => Ok(()),
    }
}

/// What lies in the inbox but hidden files, the lock files that office programs leave, and the receipts beside returns.
#[derive(Default)]
struct Inbox {
    files: Vec<PathBuf>,
    /// Symbolic links, which are not followed: where they lead is nobody's inbox.
    links: Vec<PathBuf>,
}

impl Inbox {
    fn look_below(&mut self, folder: &Path) -> Result<(), Error> {
        let entries = std::fs::read_dir(folder).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Error::state(
                folder.display().to_string(),
                "there is no such inbox",
                "Make the folder and put the returns into it, or say where they lie: `inbox` under [paths] of the pipeline \
                 file, or --inbox DIR.",
            ),
            _ => Error::io(folder, "the inbox could not be read", e),
        })?;
        for entry in entries {
            let entry = entry.map_err(|e| Error::io(folder, "the inbox could not be read", e))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || name.starts_with("~$") || name.ends_with(receipt::ENDING) {
                continue;
            }
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.look_below(&path)?,
                Ok(kind) if kind.is_file() => self.files.push(path),
                Ok(kind) if kind.is_symlink() => self.links.push(path),
                _ => {}
            }
        }
        Ok(())
    }
}
