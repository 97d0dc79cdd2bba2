//! What a run tells its face as it goes.

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A stage began.
    Stage {
        /// Its name for a person.
        name: &'a str,
        /// How many steps it will take; 0 where that is not known.
        of: usize,
    },
    /// One step of the stage is done.
    Step {
        /// What it was.
        line: &'a str,
    },
    /// The run is over.
    Done,
}

/// Who is told.
pub trait Progress: Sync {
    /// Takes an event.
    fn tell(&self, event: Event<'_>);
}

/// Nobody.
pub struct Silent;

impl Progress for Silent {
    fn tell(&self, _: Event<'_>) {}
}
