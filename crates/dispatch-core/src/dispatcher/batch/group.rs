//! Steps that run together: reads side by side, writes of one kind in one request, or one step.

use serde_json::value::RawValue;

use super::super::jobs::Jobs;
use super::super::perform::{Context, Performance};
use super::super::understand::UnderstoodCall;
use super::fold::{self, Chunk};
use super::understood::UnderstoodStep;
use super::undo;
use super::wave::{Effect, Ended, Wave};
use crate::batch::OnError;
use crate::catalog::ResourceId;
use crate::resolve::Resolved;
use crate::shape::{Items, Text};
use crate::tier::Tier;

/// Steps that run together.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) rows: Vec<Row<'a>>,
    chunks: Option<Vec<Chunk<'a>>>,
    /// The jobs by which the API is to do the bulk requests.
    jobs: Option<Jobs<'a>>,
}

/// One call of a step.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The step.
    pub(super) step: usize,
    pub(super) call: UnderstoodCall<'a>,
    /// What the object was before, where that was read.
    pub(super) before: Option<Box<RawValue>>,
    pub(super) end: End,
}

/// What came of one call of a step.
#[derive(Debug)]
pub(super) enum End {
    /// It was not begun.
    NotRun,
    /// It has an answer of its own.
    Own(Ended),
    /// It was done in one request with others, and this is its row of the answer.
    Folded {
        row: Option<Box<RawValue>>,
        /// The request, by its place among those of the group.
        ended: usize,
        /// The step of the first call in the request.
        first: usize,
    },
}

impl End {
    /// What came of a call whose preparation failed, so that it changed nothing.
    pub(super) fn not_begun(ended: Ended) -> Self {
        Self::Own(Ended { effect: Effect::None, answer: None, ..ended })
    }

    /// What is known of what the call did, and what the API answered to it.
    pub(super) fn effect<'e>(&'e self, folded: &'e [Ended]) -> (Effect, Option<&'e RawValue>) {
        match self {
            Self::NotRun => (Effect::None, None),
            Self::Own(ended) => (ended.effect, ended.answer.as_deref()),
            Self::Folded { row, ended, .. } => (folded[*ended].effect, row.as_deref()),
        }
    }

    /// What is said of the call, or of the request that it was folded into.
    pub(super) fn text<'e>(&'e self, folded: &'e [Ended]) -> Option<&'e Text> {
        match self {
            Self::NotRun => None,
            Self::Own(ended) => Some(&ended.text),
            Self::Folded { ended, .. } => Some(&folded[*ended].text),
        }
    }
}

impl<'a> Group<'a> {
    pub(super) fn new(rows: Vec<Row<'a>>) -> Self {
        Self { rows, chunks: None, jobs: None }
    }

    /// The action that does the calls in bulk requests, where that loses nothing.
    fn bulk(&self, context: Context<'a>, on_error: OnError) -> Option<Resolved<'a>> {
        // A bulk request is refused as a whole, and `continue` asks for every row that is good.
        if self.rows.len() < 2 || on_error == OnError::Continue {
            return None;
        }
        fold::bulk_of(&context.asked, &self.rows[0].call.resolved)
    }

    /// The jobs that the calls can be done by, where one has room for all.
    pub(super) fn jobs(&self, context: Context<'a>, on_error: OnError) -> Option<Jobs<'a>> {
        let jobs = Jobs::of(context, &self.bulk(context, on_error)?)?;
        let is_dry = self.rows[0].call.options.dry_run;
        let rows = jobs.background.from_rows..=jobs.background.most_rows;
        (rows.contains(&self.rows.len()) && !is_dry).then_some(jobs)
    }

    /// Folds the calls into bulk requests where that can be done and loses nothing.
    pub(super) fn fold(&mut self, context: Context<'a>, on_error: OnError, jobs: Option<Jobs<'a>>) {
        let Some(bulk) = self.bulk(context, on_error) else { return };
        let calls: Vec<&UnderstoodCall<'a>> = self.rows.iter().map(|row| &row.call).collect();
        let fold = |most| fold::fold(context, bulk, &calls, most);
        // What one job has no room for is done at once.
        let whole = jobs.and_then(|_| fold(calls.len())).filter(|chunks| chunks.len() == 1);
        self.jobs = jobs.filter(|_| whole.is_some());
        self.chunks = whole.or_else(|| fold(context.settings.batch.n_bulk_rows));
    }

    /// The reads of what the calls are about to change, and the rows they are for.
    pub(super) fn reads(&self, context: Context<'a>) -> Option<(Vec<usize>, Wave<'a>)> {
        let read = |(index, row): (usize, &Row<'a>)| {
            let call = undo::read_before(&context.asked, &row.call)?;
            Some((index, Performance::new(context, call)))
        };
        let (rows, calls): (Vec<_>, Vec<_>) = self.rows.iter().enumerate().filter_map(read).unzip();
        let n_parallel = context.settings.limits.n_parallel;
        (!rows.is_empty()).then(|| (rows, Wave::new(calls, n_parallel, true)))
    }

    /// The calls that do the steps.
    pub(super) fn wave(
        &self,
        context: Context<'a>,
        on_error: OnError,
        coming: &[ResourceId],
    ) -> Wave<'a> {
        let perform = |call: &UnderstoodCall<'a>| {
            Performance::new(context, call.clone()).with_coming(coming.to_vec())
        };
        let calls = match &self.chunks {
            Some(chunks) => chunks
                .iter()
                .map(|chunk| perform(&chunk.call).with_items(self.items(chunk)).by_job(self.jobs))
                .collect(),
            None => self.rows.iter().map(|row| perform(&row.call)).collect(),
        };
        let n_parallel =
            if self.is_side_by_side() { context.settings.limits.n_parallel } else { 1 };
        let is_dry = self.rows.first().is_some_and(|row| row.call.options.dry_run);
        Wave::new(calls, n_parallel, on_error != OnError::Continue && !is_dry)
    }

    /// How many rows are done while its calls are under way.
    pub(super) fn n_done(&self, wave: &Wave<'_>) -> usize {
        let ended = wave.ended();
        match &self.chunks {
            Some(chunks) => {
                let done = chunks.iter().zip(ended).filter(|(_, is_ended)| *is_ended);
                done.map(|(chunk, _)| chunk.rows.len()).sum()
            }
            None => ended.filter(|is_ended| *is_ended).count(),
        }
    }

    /// What the items of a bulk request are to the caller.
    fn items(&self, chunk: &Chunk<'a>) -> Items {
        let (first, last) = (self.rows[0].step, self.rows[self.rows.len() - 1].step);
        if first == last {
            Items::Rows(chunk.rows.start + 1)
        } else {
            Items::Steps(first + chunk.rows.start + 1)
        }
    }

    /// Whether several steps were refused as one request, of which nothing was written. A later one
    /// may need what an earlier one makes, by a name that the API finds only once it is there.
    pub(super) fn is_refused_whole(&self, context: Context<'_>, ended: &[Option<Ended>]) -> bool {
        let is_refused = |it: &Ended| matches!(it.effect, Effect::Refused | Effect::None);
        self.chunks.is_some()
            && self.rows[0].step != self.rows[self.rows.len() - 1].step
            && context.asked.catalog.parts().bulk_is_atomic
            && ended.iter().flatten().all(is_refused)
    }

    /// Makes every call a request of its own.
    pub(super) fn unfold(&mut self) {
        self.chunks = None;
    }

    /// Gives what came of the calls to the rows.
    pub(super) fn end(&mut self, context: Context<'a>, ended: Vec<Option<Ended>>) -> Vec<Ended> {
        let Some(chunks) = &self.chunks else {
            for (row, ended) in self.rows.iter_mut().zip(ended) {
                row.end = ended.map_or(End::NotRun, End::Own);
            }
            return Vec::new();
        };
        let mut kept = Vec::new();
        for (chunk, ended) in chunks.iter().zip(ended) {
            let Some(ended) = ended else { continue };
            let ended = as_a_whole(context, ended);
            let rows = &mut self.rows[chunk.rows.clone()];
            let calls: Vec<_> = rows.iter().map(|row| &row.call).collect();
            let answers = fold::rows_of(context.asked.catalog, &calls, ended.answer.as_deref());
            let first = rows[0].step;
            for (row, answer) in rows.iter_mut().zip(answers) {
                row.end = End::Folded { row: answer, ended: kept.len(), first };
            }
            kept.push(ended);
        }
        kept
    }

    /// Whether the calls may overtake each other: reads, and writes of different objects.
    fn is_side_by_side(&self) -> bool {
        if self.rows.iter().all(|row| is_read(&row.call.resolved)) {
            return true;
        }
        if self.chunks.is_some() || self.rows.iter().any(|row| row.step != self.rows[0].step) {
            return false;
        }
        let ids: Vec<_> = self.rows.iter().map(|row| keys(&row.call)).collect();
        let is_keyed = ids.iter().any(|id| !id.is_empty());
        let mut distinct = ids.clone();
        distinct.sort();
        distinct.dedup();
        !is_keyed || distinct.len() == ids.len()
    }
}

/// What came of a bulk request, with what its refusal means for its rows.
fn as_a_whole(context: Context<'_>, mut ended: Ended) -> Ended {
    if ended.effect != Effect::Refused {
        return ended;
    }
    if context.asked.catalog.parts().bulk_is_atomic {
        ended.text.text.push_str("\nnothing of this request was written");
    } else {
        ended.effect = Effect::Unknown;
        ended.text.text.push_str(
            "\nthe other rows of this request may have been written; look before you try again",
        );
    }
    ended
}

/// Whether an action changes nothing, by its method or because the policy says so.
pub(super) fn is_read(resolved: &Resolved<'_>) -> bool {
    resolved.operation.method.is_safe() || resolved.operation.tier == Tier::Read
}

/// Whether a step may run together with the first of a group, as far as their kinds go.
pub(super) fn belong_together(first: &UnderstoodStep<'_>, step: &UnderstoodStep<'_>) -> bool {
    let (a, b) = (&first.resolved, &step.resolved);
    if is_read(a) || is_read(b) {
        return is_read(a) && is_read(b);
    }
    let are_plain = first.step.each.is_none() && step.step.each.is_none();
    are_plain && a.id == b.id && a.action.name == b.action.name
}

/// The parameters of a call that say which object is meant.
pub(super) fn keys(call: &UnderstoodCall<'_>) -> Vec<String> {
    let keys = call.resolved.operation.path_parameters.iter();
    keys.filter_map(|key| call.params.get(&key.name)).map(|value| value.get().to_owned()).collect()
}
