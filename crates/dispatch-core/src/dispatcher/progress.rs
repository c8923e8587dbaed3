//! Tells a client that asked how far its call is.

use mcp_protocol::tool::{Progress, ProgressSink};

use super::batch;
use crate::backend::BackendError;
use crate::plan::{Arrived, Plan, Step};
use crate::shape::Text;

/// A batch that tells its client how far it is.
pub(super) struct Told<'r> {
    pub(super) run: batch::Run<'r>,
    pub(super) progress: &'r ProgressSink,
}

impl Plan for Told<'_> {
    type Output = Text;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Text> {
        let step = self.run.next(arrived);
        let (n_done, n_all) = self.run.progress();
        if matches!(step, Step::Send(_)) && n_done > 0 && self.progress.is_wanted() {
            let message = format!("{n_done} of {n_all} done");
            let progress = Progress::new(count(n_done)).with_total(count(n_all));
            self.progress.report(&progress.with_message(message));
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
