//! What goes on beside the pages: the schedule, runs that the portal lost sight of, and runs that the board sees at once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;

use crate::model::Error;
use crate::pipeline::configuration::Configuration;
use crate::pipeline::schedule::Schedule;
use crate::pipeline::{jobs, releases};
use crate::serve::portal::Portal;

/// How often the clock is held against the schedule.
const EVERY: Duration = Duration::from_secs(20);

/// Where runs of this portal happen.
pub(super) fn place(portal: &Portal) -> jobs::Place {
    jobs::Place {
        pipeline: portal.pipeline().to_owned(),
        data: portal.data().to_owned(),
        inbox: Some(portal.inbox().to_owned()),
        reports: Some(portal.reports().to_owned()),
    }
}

/// The schedule of the pipeline file; none where it names none that can be read, which the log then says.
pub(super) fn schedule(portal: &Portal) -> Option<Schedule> {
    let configuration = portal.configuration();
    let text = configuration.pipeline.portal.schedule.as_deref()?;
    Schedule::parse(text).inspect_err(|why| tracing::error!(why, "the schedule of the pipeline file")).ok()
}

/// Holds the clock against the schedule until the service ends.
pub async fn watch(portal: Portal) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let seen = Arc::new(Mutex::new(None));
    loop {
        clock.tick().await;
        let seen = seen.clone();
        // What fails is in the log, and is tried again.
        let _ = portal.ask(move |portal, _| renew(portal, &seen)).await;
        let _ = portal.ask(look).await;
    }
}

/// Reads the board's files again where somebody changed them by hand: the desk looks at them with every file that it judges,
/// the pages follow it here. While the files do not hold, both go on with what stood before.
fn renew(portal: &Portal, seen: &Mutex<Option<Arc<Configuration>>>) -> Result<(), Error> {
    let now = portal.desk().configuration()?;
    let before = seen.lock().unwrap_or_else(PoisonError::into_inner).replace(now.clone());
    match before {
        Some(before) if !Arc::ptr_eq(&before, &now) => portal.renew(),
        _ => Ok(()),
    }
}

fn look(portal: &Portal, ledger: &crate::ledger::Ledger) -> Result<(), Error> {
    jobs::mend(ledger, portal.data())?;
    if let Some(schedule) = schedule(portal) {
        jobs::tick(&place(portal), &schedule, Utc::now())?;
    }
    if portal.configuration().pipeline.portal.releases_at_once() {
        releases::release_at_once(ledger, portal.reports())?;
    }
    Ok(())
}
