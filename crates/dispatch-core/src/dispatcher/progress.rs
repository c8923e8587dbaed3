//! Tells a client that asked how far its call is.

use mcp_protocol::tool::{Progress, ProgressSink};

use super::batch;
use crate::backend::BackendError;
use crate::plan::{Arrived, Plan, Step};
use crate::shape::Text;

/// A batch that tells its client how far it is.
pub(super) struct Told<'r> {
    run: batch::Run<'r>,
    progress: &'r ProgressSink,
    /// How often a job was told of.
    n_looks: usize,
}

impl<'r> Told<'r> {
    pub(super) const fn new(run: batch::Run<'r>, progress: &'r ProgressSink) -> Self {
        Self { run, progress, n_looks: 0 }
    }

    /// Tells how many rows are done, and where the job stands that is waited for. A job does not say
    /// how far it is, and what is told has to grow: by less than a row.
    fn tell(&mut self) {
        let (n_done, n_all) = self.run.progress();
        let job = self.run.job();
        if n_done == 0 && job.is_none() {
            return;
        }
        let mut message = format!("{n_done} of {n_all} done");
        if let Some(job) = job {
            message = format!("{message}; {job}");
            self.n_looks += 1;
        }
        let fraction = 1.0 - 1.0 / (1.0 + count(self.n_looks));
        let progress = Progress::new(count(n_done) + fraction).with_total(count(n_all));
        self.progress.report(&progress.with_message(message));
    }
}

impl Plan for Told<'_> {
    type Output = Text;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Text> {
        let step = self.run.next(arrived);
        if matches!(step, Step::Send(_)) && self.progress.is_wanted() {
            self.tell();
        }
        step
    }

    fn give_up(&mut self, error: BackendError) -> Text {
        self.run.give_up(error)
    }
}

/// A count as progress is told.
fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}
