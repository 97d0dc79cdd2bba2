//! What goes on beside the pages: the schedule, runs that the portal lost sight of, and runs that the board sees at once.

use std::time::Duration;

use chrono::Utc;

use crate::model::Error;
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
    loop {
        clock.tick().await;
        // What fails is in the log, and is tried again.
        let _ = portal.ask(look).await;
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
