//! Runs that the portal starts: a child process of this program at lower priority, so that pages stay quick and a run that
//! dies takes nothing with it. Its progress is read line by line and kept in the ledger, where pages look. The lock of the
//! data folder lets one run win, whoever started it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use rustix::process::{Pid, setpriority_process};
use serde::{Deserialize, Serialize};

use super::lock::Lock;
use super::schedule::{Schedule, stamp};
use crate::ingest;
use crate::ledger::{Job, JobOutcome, JobState, Ledger};
use crate::model::{Error, Who};

/// How nice a run is to everything else on the machine, as of `nice(1)`.
const NICE: i32 = 10;
/// At most so often is the ledger told of a step.
const PAUSE: Duration = Duration::from_millis(250);
/// The most lines that a job keeps.
const MOST_LINES: usize = 5_000;

/// Where runs of this portal happen.
#[derive(Debug, Clone)]
pub struct Place {
    /// The pipeline file.
    pub pipeline: PathBuf,
    /// The data folder.
    pub data: PathBuf,
    /// Instead of the pipeline's inbox.
    pub inbox: Option<PathBuf>,
    /// Instead of the pipeline's reports folder.
    pub reports: Option<PathBuf>,
}

/// What a run says as it goes, a JSON object a line: `lscb run --events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// A stage began, of so many steps; 0 where that is not known.
    Stage(String, usize),
    /// A step is done.
    Step(String),
    /// It published, or found nothing new.
    Outcome {
        /// The run that stands.
        run: String,
        /// Whether it is new.
        is_new: bool,
        /// Files judged.
        judged: usize,
        /// Of these, not accepted.
        refused: usize,
        /// Cells listed as hot spots.
        hot_spots: usize,
    },
    /// It could not go on, and why.
    Error(String),
}

/// Starts a run in a child process and follows it in a thread. Gives the job's number; none where a run is at work already,
/// of the portal or another.
///
/// # Errors
/// The ledger could not be written, or the child not be started.
pub fn start(place: &Place, by: &Who, full: bool, scheduled_for: Option<DateTime<Utc>>) -> Result<Option<i64>, Error> {
    let ledger = Ledger::open(&place.data)?;
    mend(&ledger, &place.data)?;
    if is_busy(&place.data) {
        return Ok(None);
    }
    let scheduled = scheduled_for.map(stamp);
    // Held until the child is known: whoever sees the job before that would take it for lost.
    let mut followed = followed();
    let Some(id) = ledger.begin_job(by, &stamp(Utc::now()), scheduled.as_deref(), full)? else { return Ok(None) };
    match spawn(place, full) {
        Ok(child) => {
            let mine = Followed { data: place.data.clone(), job: id, pid: child.id() };
            followed.push(mine.clone());
            std::thread::spawn(move || follow(&ledger, &mine, child));
            Ok(Some(id))
        }
        Err(error) => {
            ledger.fail_job(id, &stamp(Utc::now()), JobState::Failed, &error.to_string())?;
            Err(error)
        }
    }
}

/// Starts what the schedule promised and nobody has run: the last time that is over and had no job. Whatever was missed
/// while the portal stood still is caught up once. While another run is at work it waits for the next call.
///
/// # Errors
/// The ledger could not be read or written, or the child not be started.
pub fn tick(place: &Place, schedule: &Schedule, now: DateTime<Utc>) -> Result<Option<i64>, Error> {
    let ledger = Ledger::open(&place.data)?;
    let since = ledger.schedule_since(schedule.text(), &stamp(now))?;
    let last = ledger.last_scheduled()?;
    let since = [Some(since), last].into_iter().flatten().filter_map(|t| moment(&t)).max().unwrap_or(now);
    match schedule.due(since, now) {
        Some(due) => start(place, &Who::program("the schedule"), false, Some(due)),
        None => Ok(None),
    }
}

/// Puts jobs right that the portal lost sight of: a child that has ended without being heard ended well where the ledger
/// has a run since, and was interrupted otherwise. To be called when the portal starts.
///
/// # Errors
/// The ledger could not be read or written.
pub fn mend(ledger: &Ledger, data: &Path) -> Result<(), Error> {
    let Some(job) = ledger.running_job()? else { return Ok(()) };
    if is_followed(data, job.id) || is_busy(data) {
        return Ok(());
    }
    let runs = ledger.runs()?;
    // The ledger's own clock writes `2026-01-01 02:00:00`.
    let since = job.started_at.replace('T', " ").trim_end_matches('Z').to_owned();
    let now = stamp(Utc::now());
    match runs.last().filter(|r| r.noted_at >= since) {
        Some(run) => ledger.finish_job(
            job.id,
            &now,
            &JobOutcome { run: run.run.clone(), is_new: true, judged: 0, refused: 0, hot_spots: run.hot_spots },
        ),
        None => {
            let why = "The portal stopped while the run was at work. What was published before stands; run again.";
            ledger.fail_job(job.id, &now, JobState::Interrupted, why)
        }
    }
}

/// The job at work, if one is.
///
/// # Errors
/// The ledger could not be read or written.
pub fn at_work(ledger: &Ledger, data: &Path) -> Result<Option<Job>, Error> {
    mend(ledger, data)?;
    ledger.running_job()
}

/// Whether a run holds the data folder.
pub fn is_busy(data: &Path) -> bool {
    Lock::take(data).is_err()
}

/// Ends the runs that this process started, and waits until they have: for a portal that is told to stop.
pub fn stop() {
    for pid in followed().iter().map(|f| f.pid) {
        if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
    }
    let until = Instant::now() + Duration::from_secs(5);
    while !followed().is_empty() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A job whose child a thread of this process follows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Followed {
    /// Jobs are numbered by the ledger of a data folder.
    data: PathBuf,
    job: i64,
    /// The child's process.
    pid: u32,
}

fn followed() -> std::sync::MutexGuard<'static, Vec<Followed>> {
    static FOLLOWED: std::sync::Mutex<Vec<Followed>> = std::sync::Mutex::new(Vec::new());
    FOLLOWED.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn is_followed(data: &Path, job: i64) -> bool {
    followed().iter().any(|f| f.job == job && f.data == data)
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|t| t.to_utc())
}

fn spawn(place: &Place, full: bool) -> Result<Child, Error> {
    let program = ingest::program()?;
    let mut command = Command::new(&program);
    command.arg("run").arg(&place.pipeline).arg("--events").arg("--data").arg(&place.data);
    for (name, folder) in [("--inbox", &place.inbox), ("--reports", &place.reports)] {
        if let Some(folder) = folder {
            command.arg(name).arg(folder);
        }
    }
    if full {
        command.arg("--full");
    }
    // The portal's secrets are none of a run's business.
    command.env_clear();
    for name in ["PATH", "TMPDIR", "LSCB_READER", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| Error::io(&program, "could not be started to run the night", e))?;
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // Without it the run is only less polite.
        let _ = setpriority_process(Some(pid), NICE);
    }
    Ok(child)
}

/// Reads what a child says until it ends, and tells the ledger. A ledger that cannot be written for a moment costs a line
/// of progress and nothing else.
fn follow(ledger: &Ledger, mine: &Followed, mut child: Child) {
    let id = mine.job;
    let mut heard = Heard::default();
    let mut told = Instant::now();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let is_stage = heard.hear(&line);
            if is_stage || told.elapsed() >= PAUSE {
                heard.tell(ledger, id);
                told = Instant::now();
            }
        }
    }
    heard.tell(ledger, id);
    let status = child.wait();
    let now = stamp(Utc::now());
    let ended = match (heard.outcome, heard.error) {
        (Some(outcome), _) => ledger.finish_job(id, &now, &outcome),
        (None, Some(error)) => ledger.fail_job(id, &now, JobState::Failed, &error),
        (None, None) => {
            let how = status.map_or_else(|e| e.to_string(), |s| s.to_string());
            let why = format!("The run ended before it was done ({how}). What was published before stands; run again.");
            ledger.fail_job(id, &now, JobState::Interrupted, &why)
        }
    };
    // Where even this cannot be written, the next start of the portal mends it.
    drop(ended);
    followed().retain(|f| f != mine);
}

/// What a child has said so far.
#[derive(Debug, Default)]
struct Heard {
    stage: String,
    done: usize,
    total: usize,
    fresh: Vec<String>,
    lines: usize,
    outcome: Option<JobOutcome>,
    error: Option<String>,
}

impl Heard {
    /// Takes a line; gives whether a stage began.
    fn hear(&mut self, line: &str) -> bool {
        match serde_json::from_str(line) {
            Ok(Said::Stage(name, total)) => {
                self.keep(name.clone());
                (self.stage, self.done, self.total) = (name, 0, total);
                return true;
            }
            Ok(Said::Step(step)) => {
                self.done += 1;
                self.keep(format!("  {step}"));
            }
            Ok(Said::Outcome { run, is_new, judged, refused, hot_spots }) => {
                self.outcome = Some(JobOutcome { run, is_new, judged, refused, hot_spots });
            }
            Ok(Said::Error(error)) => self.error = Some(error),
            // Whatever else a program may print is not kept: nobody has looked at what it holds.
            Err(_) => {}
        }
        false
    }

    fn keep(&mut self, line: String) {
        self.lines += 1;
        match self.lines {
            n if n < MOST_LINES => self.fresh.push(line),
            n if n == MOST_LINES => self.fresh.push("  (more lines than are kept)".to_owned()),
            _ => {}
        }
    }

    fn tell(&mut self, ledger: &Ledger, id: i64) {
        let lines = std::mem::take(&mut self.fresh);
        if ledger.note_job(id, &self.stage, self.done, self.total, &lines).is_err() {
            self.fresh = lines;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_says_is_read_back_and_nothing_else_is_kept() {
        let mut heard = Heard::default();
        let say = |said: Said| serde_json::to_string(&said).unwrap();
        assert!(heard.hear(&say(Said::Stage("Checking returns".into(), 2))));
        heard.hear(&say(Said::Step("a.csv: accepted".into())));
        heard.hear("thread 'main' panicked at 999 000 0158");
        assert_eq!((heard.stage.as_str(), heard.done, heard.total), ("Checking returns", 1, 2));
        assert_eq!(heard.fresh, ["Checking returns", "  a.csv: accepted"]);
        heard.hear(&say(Said::Outcome { run: "r".into(), is_new: true, judged: 1, refused: 0, hot_spots: 4 }));
        assert_eq!(heard.outcome.map(|o| (o.run, o.hot_spots)), Some(("r".into(), 4)));
    }

    #[test]
    fn the_log_of_a_job_has_an_end() {
        let mut heard = Heard::default();
        for _ in 0..MOST_LINES + 10 {
            heard.keep("line".into());
        }
        assert_eq!(heard.fresh.len(), MOST_LINES);
        assert!(heard.fresh.last().unwrap().contains("more lines"));
    }

    #[test]
    fn a_job_that_was_lost_sight_of_is_put_right() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let begin = |at: &str| ledger.begin_job(&Who::program("the schedule"), at, None, false).unwrap().unwrap();
        let lost = begin("2026-01-01T02:00:00Z");
        {
            let _run = Lock::take(folder.path()).unwrap();
            mend(&ledger, folder.path()).unwrap();
            assert_eq!(ledger.job(lost).unwrap().unwrap().state, JobState::Running, "its child is still at work");
        }
        mend(&ledger, folder.path()).unwrap();
        let job = ledger.job(lost).unwrap().unwrap();
        assert_eq!(job.state, JobState::Interrupted);
        assert!(job.error.unwrap().contains("run again"));
        let ended = begin("2026-01-02T02:00:00Z");
        ledger
            .commit_run(&crate::ledger::Run {
                run: "2015-01-31-aa".into(),
                as_of: "2015-01-31".parse().unwrap(),
                previous: None,
                inputs_sha256: String::new(),
                manifest_sha256: String::new(),
                hot_spots: 3,
                noted_at: String::new(),
            })
            .unwrap();
        mend(&ledger, folder.path()).unwrap();
        let job = ledger.job(ended).unwrap().unwrap();
        assert_eq!((job.state, job.run.as_deref(), job.hot_spots), (JobState::Done, Some("2015-01-31-aa"), 3));
    }
}
