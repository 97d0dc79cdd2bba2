//! Whose turn it is. Ids wait in the order in which they came; those during which the program once ended wait behind all
//! others and are looked at alone, so that a file that ends the program is known, and takes nobody with it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The queue of a desk.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<String>,
    suspects: VecDeque<String>,
    at_work: BTreeSet<String>,
    is_alone: bool,
    is_stopping: bool,
}

impl Queue {
    /// Puts an id at the end.
    pub fn push(&self, id: &str) {
        self.change(|state| state.waiting.push_back(id.to_owned()));
    }

    /// Puts an id behind all others, to be looked at alone.
    pub fn push_suspect(&self, id: &str) {
        self.change(|state| state.suspects.push_back(id.to_owned()));
    }

    /// The next id, when there is one; none once the queue is closed.
    pub fn take(&self) -> Option<String> {
        let mut state = self.state();
        loop {
            if state.is_stopping {
                return None;
            }
            if !state.is_alone {
                let next = state.waiting.pop_front();
                let next = next.or_else(|| {
                    let suspect = state.at_work.is_empty().then(|| state.suspects.pop_front()).flatten();
                    state.is_alone = suspect.is_some();
                    suspect
                });
                if let Some(id) = next {
                    state.at_work.insert(id.clone());
                    return Some(id);
                }
            }
            state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Says that an id's turn is over; where it is to come again, `again` puts it at the end at once.
    pub fn done(&self, id: &str, again: bool) {
        self.change(|state| {
            state.at_work.remove(id);
            state.is_alone = false;
            if again {
                state.waiting.push_back(id.to_owned());
            }
        });
    }

    /// How many are before an id; none where it neither waits nor is being looked at.
    pub fn before(&self, id: &str) -> Option<usize> {
        let state = self.state();
        if state.at_work.contains(id) {
            return Some(0);
        }
        let all = state.waiting.iter().chain(&state.suspects);
        let place = all.into_iter().position(|one| one == id)?;
        Some(place + state.at_work.len())
    }

    /// How many wait or are being looked at.
    pub fn len(&self) -> usize {
        let state = self.state();
        state.waiting.len() + state.suspects.len() + state.at_work.len()
    }

    /// Waits until an id neither waits nor is being looked at; gives whether that came within the time.
    pub fn wait(&self, id: &str, timeout: Duration) -> bool {
        let until = Instant::now() + timeout;
        let mut state = self.state();
        while state.holds(id) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || state.is_stopping {
                return false;
            }
            state = self.news.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Waits for a while, or until the queue is closed; gives whether it is.
    pub fn pause(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut state = self.state();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if state.is_stopping || left.is_zero() {
                return state.is_stopping;
            }
            state = self.news.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Closes the queue: nobody's turn comes any more.
    pub fn close(&self) {
        self.change(|state| state.is_stopping = true);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.news.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic in between leaves a list of ids, which is as good as before.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn holds(&self, id: &str) -> bool {
        self.at_work.contains(id) || self.waiting.iter().chain(&self.suspects).any(|one| one == id)
    }
}

/// How many children may read files at a time, whoever asks: as many as there are workers.
pub(super) struct Gate {
    free: Mutex<usize>,
    news: Condvar,
}

/// A turn at the gate, over when it is dropped.
pub(super) struct Turn<'g>(&'g Gate);

impl Gate {
    /// A gate for so many at a time.
    pub fn new(most: usize) -> Self {
        Self { free: Mutex::new(most.max(1)), news: Condvar::new() }
    }

    /// Waits for a turn.
    pub fn enter(&self) -> Turn<'_> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            free = self.news.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Turn(self)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.news.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suspect_comes_last_and_alone() {
        let queue = Queue::default();
        queue.push_suspect("s");
        queue.push("a");
        queue.push("b");
        assert_eq!((queue.before("a"), queue.before("b"), queue.before("s")), (Some(0), Some(1), Some(2)));
        assert_eq!(queue.take().as_deref(), Some("a"));
        assert_eq!(queue.take().as_deref(), Some("b"));
        queue.done("a", false);
        assert!(!queue.wait("s", Duration::ZERO), "it waits until nobody is at work");
        queue.done("b", false);
        assert_eq!(queue.take().as_deref(), Some("s"));
        queue.push("c");
        assert_eq!(queue.before("c"), Some(1), "nobody is looked at beside it");
        queue.done("s", false);
        assert_eq!(queue.take().as_deref(), Some("c"));
        queue.done("c", true);
        assert_eq!((queue.take().as_deref(), queue.len()), (Some("c"), 1), "it comes again");
        assert_eq!(queue.before("a"), None);
        assert!(queue.wait("a", Duration::ZERO));
        queue.close();
        assert_eq!(queue.take(), None);
        assert!(queue.pause(Duration::from_secs(60)), "nobody sleeps over the end");
    }

    #[test]
    fn a_gate_lets_so_many_in() {
        let gate = Gate::new(2);
        let (first, _second) = (gate.enter(), gate.enter());
        assert_eq!(*gate.free.lock().unwrap(), 0);
        drop(first);
        assert_eq!(*gate.free.lock().unwrap(), 1, "a turn that is over is given to the next");
    }
}
