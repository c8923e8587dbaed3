//! The plan of a batch.

use serde_json::value::RawValue;

use super::super::jobs::Jobs;
use super::super::perform::{Context, known_faults};
use super::calls::{self, ValueOf};
use super::group::{End, Group, Row, belong_together, is_read};
use super::report::{self, StepReport, Told};
use super::understood::{UnderstoodBatch, UnderstoodStep, rows_told};
use super::undo::Undo;
use super::wave::{Ended, Wave};
use crate::backend::BackendError;
use crate::batch::{BadReference, Each, Element, OnError, Reference};
use crate::catalog::ResourceId;
use crate::plan::{Arrived, Plan, Step};
use crate::shape::Text;

mod undoing;

/// Runs the steps of a batch.
#[derive(Debug)]
pub(in crate::dispatcher) struct Run<'a> {
    context: Context<'a>,
    batch: UnderstoodBatch<'a>,
    states: Vec<State>,
    undos: Vec<(usize, Undo<'a>)>,
    /// How many elements the lists of `each` had so far, and those that are still to come have.
    n_elements: usize,
    stage: Stage<'a>,
}

/// What became of a step.
#[derive(Debug)]
enum State {
    Waiting,
    Ended(StepReport, Option<Box<RawValue>>),
}

#[derive(Debug)]
enum Stage<'a> {
    /// The next steps are to be found.
    Between,
    /// Whether a job would be begun soon is asked.
    Asking(Group<'a>, Jobs<'a>),
    /// What an update is about to change is read, so that it can be undone.
    Reading(Group<'a>, Vec<usize>, Wave<'a>),
    Working(Group<'a>, Wave<'a>),
    Undoing(Vec<usize>, Wave<'a>),
}

impl<'a> Run<'a> {
    pub(in crate::dispatcher) fn new(context: Context<'a>, batch: UnderstoodBatch<'a>) -> Self {
        let states = batch.steps.iter().map(|_| State::Waiting).collect();
        let n_elements = batch.steps.iter().map(|step| step.step.n_elements()).sum();
        Self { context, batch, states, undos: Vec::new(), n_elements, stage: Stage::Between }
    }

    /// How many rounds of requests all steps may take, where one call may take so many.
    pub(in crate::dispatcher) fn n_rounds(&self, per_call: usize) -> usize {
        let n_elements = self.context.settings.batch.n_elements;
        // Every element may have a request of its own, one that reads before it and one that undoes it.
        let n_calls = self.batch.steps.len() + 3 * n_elements;
        n_calls.saturating_add(self.batch.steps.len().saturating_mul(per_call))
    }

    /// How many rows are done of how many, a step without `each` counting as one.
    pub(in crate::dispatcher) fn progress(&self) -> (usize, usize) {
        let n_rows = |step: &UnderstoodStep<'_>| step.step.n_elements().max(1);
        let steps = self.batch.steps.iter().zip(&self.states);
        let ended = steps.filter(|(_, state)| matches!(state, State::Ended(..)));
        let n_ended: usize = ended.map(|(step, _)| n_rows(step)).sum();
        let under_way = match &self.stage {
            Stage::Working(group, wave) => group.n_done(wave),
            Stage::Between | Stage::Asking(..) | Stage::Reading(..) | Stage::Undoing(..) => 0,
        };
        (n_ended + under_way, self.batch.steps.iter().map(n_rows).sum())
    }

    /// Where the job stands that is waited for.
    pub(in crate::dispatcher) fn job(&self) -> Option<String> {
        match &self.stage {
            Stage::Working(_, wave) => wave.job(),
            _ => None,
        }
    }

    /// Finds the steps that are next; `None` where there are none.
    fn begin(&mut self) -> Option<Group<'a>> {
        loop {
            let first = self.states.iter().position(|state| matches!(state, State::Waiting))?;
            if self.is_stopped() {
                self.skip_rest();
                return None;
            }
            if let Some(needed) = self.lacking(first) {
                let why = format!("not run: needs step {}", needed + 1);
                self.end(first, Told::NotRun, why, None);
                continue;
            }
            if let Some(reference) = self.unknown_elements(first) {
                let resolved = &self.batch.steps[first].resolved;
                let why = format!(
                    "would {} {} for each of {reference}, which are not known before it is done",
                    resolved.action.name, resolved.resource.name
                );
                self.end(first, Told::Done, why, None);
                continue;
            }
            match self.prepare(first) {
                Ok(rows) if rows.is_empty() => {
                    let answer = RawValue::from_string("[]".to_owned()).ok();
                    self.end(first, Told::Done, "nothing to do: each is empty".to_owned(), answer);
                }
                Ok(rows) => return Some(self.group(first, rows)),
                Err(why) => self.end(first, Told::Failed, format!("not sent: {why}"), None),
            }
        }
    }

    /// Gathers what runs together with a step.
    fn group(&mut self, first: usize, mut rows: Vec<Row<'a>>) -> Group<'a> {
        self.count(first, rows.len());
        for step in first + 1..self.batch.steps.len() {
            let steps = &self.batch.steps;
            if !belong_together(&steps[first], &steps[step]) || self.lacking(step).is_some() {
                break;
            }
            // What is only told of is told of step by step.
            if self.batch.dry_run && !is_read(&steps[first].resolved) {
                break;
            }
            match self.prepare(step) {
                Ok(more) if !more.is_empty() => {
                    self.count(step, more.len());
                    rows.extend(more);
                }
                // It is told when its turn comes.
                Ok(_) | Err(_) => break,
            }
        }
        Group::new(rows)
    }

    /// Counts the elements of a list that was not known before.
    fn count(&mut self, step: usize, n_elements: usize) {
        if matches!(self.batch.steps[step].step.each, Some(Each::Reference(_))) {
            self.n_elements += n_elements;
        }
    }

    /// Makes the calls of a step and, where it writes more than one object, checks all of them.
    fn prepare(&self, index: usize) -> Result<Vec<Row<'a>>, String> {
        if let Some(parts) = &self.batch.parts {
            let row = |call| Row { step: index, call, before: None, end: End::NotRun };
            return Ok(parts.iter().cloned().map(row).collect());
        }
        let UnderstoodStep { step, resolved, .. } = &self.batch.steps[index];
        let value_of = |reference: &Reference| self.value(reference, index);
        let value_of: &ValueOf<'_> = &value_of;
        let answered;
        let elements = match &step.each {
            None => None,
            Some(Each::Objects(elements) | Each::Values(elements)) => Some(elements.as_slice()),
            Some(Each::Reference(reference)) => {
                answered = self.elements(reference, index)?;
                Some(answered.as_slice())
            }
        };
        let mut made = Vec::new();
        calls::expand(step, elements, value_of, &mut |_, call| made.push(call))?;
        let mut rows = Vec::new();
        let mut faults = Vec::new();
        let mut expected = None;
        let is_checked = !is_read(resolved) && self.batch.on_error != OnError::Continue;
        for (row, call) in made.into_iter().enumerate() {
            match self.context.asked.understand_step(call) {
                Ok(mut call) => {
                    call.options.dry_run = self.batch.dry_run;
                    if call.options.reason.is_none() {
                        call.options.reason.clone_from(&self.batch.reason);
                    }
                    if elements.is_some() {
                        expected = call.options.expect.take();
                    }
                    if is_checked && elements.is_some() {
                        let fault = known_faults(self.context, &call);
                        faults.extend(fault.map(|fault| (row, fault)));
                    }
                    rows.push(Row { step: index, call, before: None, end: End::NotRun });
                }
                Err(refused) => faults.push((row, refused.to_string())),
            }
        }
        if !faults.is_empty() {
            return Err(rows_told(&faults, elements.is_some()).join("\n"));
        }
        let miscounted = elements.and_then(|it| self.batch.miscounted(index, it.len(), expected));
        miscounted.map_or(Ok(rows), Err)
    }

    /// What a reference in a step stands for.
    fn value(&self, reference: &Reference, from: usize) -> Result<String, BadReference> {
        match self.answer(reference, from) {
            Err(_) if self.batch.dry_run => Ok(calls::stand_in(reference)),
            answer => reference.value(answer?),
        }
    }

    /// What `each` of a step refers to, where that is not known since nothing is done.
    fn unknown_elements(&self, index: usize) -> Option<&Reference> {
        let Some(Each::Reference(reference)) = &self.batch.steps[index].step.each else {
            return None;
        };
        (self.batch.dry_run && self.answer(reference, index).is_err()).then_some(reference)
    }

    /// The resources of which the steps before one would make objects.
    fn coming(&self, before: usize) -> Vec<ResourceId> {
        if !self.batch.dry_run {
            return Vec::new();
        }
        let makes = |step: &&UnderstoodStep<'_>| {
            matches!(step.resolved.action.name.as_str(), "create" | "bulk_create" | "ensure")
        };
        let earlier = self.batch.steps.iter().take(before);
        earlier.filter(makes).map(|step| step.resolved.id).collect()
    }

    /// The elements that `each` of a step refers to.
    fn elements(&self, reference: &Reference, from: usize) -> Result<Vec<Element>, String> {
        let answer = self.answer(reference, from).map_err(|error| error.to_string())?;
        let elements = reference.elements(answer).map_err(|error| error.to_string())?;
        let most = self.context.settings.batch.n_elements;
        let (n, before) = (elements.len(), self.n_elements);
        if n + before > most {
            return Err(format!(
                "{reference} has {n} elements, beside {before} of other steps, and each takes \
                 {most} over all steps"
            ));
        }
        Ok(elements.into_iter().map(Element::Answered).collect())
    }

    fn answer(&self, reference: &Reference, from: usize) -> Result<&RawValue, BadReference> {
        let step = self.batch.names.step(reference, from)?;
        match step.map(|step| &self.states[step]) {
            Some(State::Ended(_, Some(answer))) => Ok(answer),
            _ => Err(reference.lacks("has no value: its step answered none")),
        }
    }

    /// A step that this one needs and that is not done.
    fn lacking(&self, index: usize) -> Option<usize> {
        let is_done = |step: &&usize| match &self.states[**step] {
            State::Ended(report, _) => report.told == Told::Done,
            State::Waiting => false,
        };
        self.batch.steps[index].needs.iter().find(|step| !is_done(step)).copied()
    }

    /// Whether a failure stops the batch.
    fn is_stopped(&self) -> bool {
        let has_failed = |state: &State| match state {
            State::Ended(report, _) => report.told == Told::Failed,
            State::Waiting => false,
        };
        let stops = self.batch.on_error != OnError::Continue && !self.batch.dry_run;
        stops && self.states.iter().any(has_failed)
    }

    fn skip_rest(&mut self) {
        for index in 0..self.states.len() {
            if matches!(self.states[index], State::Waiting) {
                self.end(index, Told::NotRun, "not run".to_owned(), None);
            }
        }
    }

    fn end(&mut self, index: usize, told: Told, text: String, answer: Option<Box<RawValue>>) {
        let report = StepReport::new(index, &self.batch.steps[index], told, text);
        self.states[index] = State::Ended(report, answer);
    }

    /// The stage that begins a group, which may be to ask whether jobs can do it.
    fn enter(&self, group: Group<'a>) -> Stage<'a> {
        match group.jobs(self.context, self.batch.on_error) {
            Some(jobs) => Stage::Asking(group, jobs),
            None => self.fold(group, None),
        }
    }

    /// The stage that folds a group and begins it.
    fn fold(&self, mut group: Group<'a>, jobs: Option<Jobs<'a>>) -> Stage<'a> {
        group.fold(self.context, self.batch.on_error, jobs);
        if self.batch.on_error == OnError::Undo
            && !self.batch.dry_run
            && let Some((rows, wave)) = group.reads(self.context)
        {
            return Stage::Reading(group, rows, wave);
        }
        let coming = self.coming(group.rows[0].step);
        let wave = group.wave(self.context, self.batch.on_error, &coming);
        Stage::Working(group, wave)
    }

    /// Takes what was read before an update. Where it could not be read, nothing is changed.
    fn read_before(
        &mut self,
        mut group: Group<'a>,
        rows: &[usize],
        read: Vec<Option<Ended>>,
    ) -> Stage<'a> {
        let mut failed = None;
        for (row, ended) in rows.iter().zip(read) {
            match ended {
                Some(ended) if ended.text.is_error => failed = failed.or(Some((*row, ended))),
                Some(ended) => group.rows[*row].before = ended.answer,
                None => {}
            }
        }
        let Some((row, ended)) = failed else {
            let wave = group.wave(self.context, self.batch.on_error, &[]);
            return Stage::Working(group, wave);
        };
        group.rows[row].end = End::not_begun(ended);
        self.settle(&group, &[]);
        Stage::Between
    }

    /// Tells of the steps of a group, and notes how they are undone.
    fn settle(&mut self, group: &Group<'a>, folded: &[Ended]) {
        let mut rows = group.rows.as_slice();
        while let Some(first) = rows.first() {
            let n_rows = rows.iter().take_while(|row| row.step == first.step).count();
            let (own, rest) = rows.split_at(n_rows);
            let step = &self.batch.steps[first.step];
            let (told, text, answer) = report::of_rows(self.context, step, own, folded);
            if self.batch.on_error == OnError::Undo {
                let undos = own.iter().flat_map(|row| self.undos_of(row, folded));
                let undos: Vec<_> = undos.map(|undo| (first.step, undo)).collect();
                self.undos.extend(undos);
            }
            self.end(first.step, told, text, answer);
            rows = rest;
        }
    }

    /// Goes on from one stage to the next until there is something to send.
    fn advance(&mut self, mut arrived: Vec<Arrived>) -> Step<Text> {
        loop {
            let stage = std::mem::replace(&mut self.stage, Stage::Between);
            let arrived = std::mem::take(&mut arrived);
            self.stage = match stage {
                Stage::Between => match self.begin() {
                    Some(group) => self.enter(group),
                    None => match self.undo() {
                        Some(undoing) => undoing,
                        None => return Step::Done(self.told()),
                    },
                },
                Stage::Asking(group, jobs) => match jobs.questions(self.context.settings.list) {
                    Some(questions) if arrived.is_empty() => {
                        self.stage = Stage::Asking(group, jobs);
                        return Step::Send(questions);
                    }
                    _ => self.fold(group, Some(jobs).filter(|jobs| jobs.are_done(&arrived))),
                },
                Stage::Reading(group, rows, mut wave) => match wave.next(arrived) {
                    Step::Send(requests) => {
                        self.stage = Stage::Reading(group, rows, wave);
                        return Step::Send(requests);
                    }
                    Step::Done(read) => self.read_before(group, &rows, read),
                },
                Stage::Working(mut group, mut wave) => match wave.next(arrived) {
                    Step::Send(requests) => {
                        self.stage = Stage::Working(group, wave);
                        return Step::Send(requests);
                    }
                    Step::Done(ended) if group.is_refused_whole(self.context, &ended) => {
                        group.unfold();
                        let wave = group.wave(self.context, self.batch.on_error, &[]);
                        Stage::Working(group, wave)
                    }
                    Step::Done(ended) => {
                        let folded = group.end(self.context, ended);
                        self.settle(&group, &folded);
                        Stage::Between
                    }
                },
                Stage::Undoing(steps, mut wave) => match wave.next(arrived) {
                    Step::Send(requests) => {
                        self.stage = Stage::Undoing(steps, wave);
                        return Step::Send(requests);
                    }
                    Step::Done(ended) => {
                        self.take_undone(&steps, ended);
                        Stage::Between
                    }
                },
            };
        }
    }

    fn told(&mut self) -> Text {
        self.skip_rest();
        let reports =
            std::mem::take(&mut self.states).into_iter().filter_map(|state| match state {
                State::Ended(report, _) => Some(report),
                State::Waiting => None,
            });
        let reports: Vec<StepReport> = reports.collect();
        let max_tokens = self.context.settings.max_answer_tokens;
        if self.batch.parts.is_some() {
            return report::of_parts(&reports, max_tokens);
        }
        if self.batch.dry_run {
            return report::rehearsed(&reports, max_tokens);
        }
        report::told(&reports, self.batch.on_error, max_tokens)
    }
}

impl Plan for Run<'_> {
    type Output = Text;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Text> {
        self.advance(arrived)
    }

    fn give_up(&mut self, error: BackendError) -> Text {
        match std::mem::replace(&mut self.stage, Stage::Between) {
            Stage::Between => {}
            Stage::Asking(group, _) => self.settle(&group, &[]),
            Stage::Reading(mut group, rows, mut wave) => {
                for (row, ended) in rows.iter().zip(wave.give_up(error)) {
                    let failed = ended.filter(|ended| ended.text.is_error);
                    group.rows[*row].end = failed.map_or(End::NotRun, End::not_begun);
                }
                self.settle(&group, &[]);
            }
            Stage::Working(mut group, mut wave) => {
                let ended = wave.give_up(error);
                let folded = group.end(self.context, ended);
                self.settle(&group, &folded);
            }
            Stage::Undoing(steps, mut wave) => {
                let ended = wave.give_up(error);
                self.take_undone(&steps, ended);
            }
        }
        for (step, _) in std::mem::take(&mut self.undos) {
            self.undone(step, Err("not tried".to_owned()));
        }
        self.told()
    }
}
