//! Timings: what was done, and how long it took.

use std::time::{Duration, Instant};

/// A stopwatch that prints one line per finished step.
pub(crate) struct Steps {
    started: Instant,
    last: Instant,
}

impl Steps {
    /// Starts the watch.
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self { started: now, last: now }
    }

    /// Prints what was done since the last step, with the time it took.
    pub(crate) fn done(&mut self, what: &str) {
        println!("{:>8} {what}", seconds(self.last.elapsed()));
        self.last = Instant::now();
    }

    /// Prints the sum of all steps.
    pub(crate) fn finish(self, what: &str) {
        println!("{:>8} in all: {what}", seconds(self.started.elapsed()));
    }
}

/// Prints a duration the way all timings here are printed.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1}s", duration.as_secs_f64())
}
