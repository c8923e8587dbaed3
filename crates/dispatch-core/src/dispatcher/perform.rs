//! One call of an action, as a plan: its check, its requests, its answer.

use std::fmt;

use http::header::CONTENT_TYPE;
use serde_json::value::RawValue;

use super::DispatcherOptions;
use super::answer::{Answered, Continuation};
use super::explain;
use super::jobs::Jobs;
use super::named::{self, Named};
use super::note;
use super::recent::Recent;
use super::understand::{Asked, UnderstoodCall};
use super::vocabulary;
use crate::backend::BackendError;
use crate::call::{Members, Options};
use crate::catalog::{AnswerKind, Method, ResourceId};
use crate::check::{self, Arguments};
use crate::names::{Found, Lookup, Sources, Wanted};
use crate::picture::Picture;
use crate::plan::{Arrived, List, One, Outcome, Plan, Position, Step};
use crate::request::{self, Caller, RequestError};
use crate::resolve::Resolved;
use crate::shape::{self, Format, Items, Sent, Shaper, Text};
use crate::surface::is_reading;

mod ensuring;
mod files;
mod job;
mod listing;
mod locking;
mod rehearsing;
mod sent;
mod wording;

use ensuring::Creation;
use files::Files;
use job::Job;
use listing::is_list;
use rehearsing::Rehearsal;
use sent::SentValues;
use wording::Wording;

/// What the calls of one caller have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) asked: Asked<'a>,
    pub(super) caller: &'a Caller,
    pub(super) settings: &'a DispatcherOptions,
    /// The names that the caller looked up lately, where nothing is written.
    pub(super) recent: Option<Recent<'a>>,
}

/// A call that its caller may make, on its way.
#[derive(Debug)]
pub(super) struct Performance<'a> {
    context: Context<'a>,
    resolved: Resolved<'a>,
    params: Members,
    options: Options,
    arguments: Arguments,
    from: Option<Position>,
    named: Named,
    is_unchanged: bool,
    creation: Option<Creation<'a>>,
    /// The object that the call is about, where it was read.
    present: Option<Box<RawValue>>,
    /// What was sent for the object in the path.
    sent_path: Vec<(String, String)>,
    /// Whether the write goes through only if its object is as it was read.
    is_locked: bool,
    /// The refusal of a write whose object had changed.
    stale: Option<Outcome>,
    /// How many objects the call is about, where its caller expects another number.
    n_unexpected: Option<usize>,
    /// The resources of which an earlier step may make what is looked for.
    coming: Vec<ResourceId>,
    /// What an earlier step may make, as nothing is found for it.
    unfound: Option<String>,
    /// What stands in words that are not given, as it is told of.
    defaults: Vec<String>,
    sent: SentValues,
    /// What follows in an update of its own.
    files: Option<Files<'a>>,
    items: Items,
    /// The jobs by which the API is to do it.
    jobs: Option<Jobs<'a>>,
    stage: Stage<'a>,
}

#[derive(Debug)]
enum Stage<'a> {
    /// Nothing is checked yet; a cursor says where to go on.
    Start(Option<Position>),
    Names(Box<Lookup<'a>>),
    Ensure(Box<Lookup<'a>>),
    /// The call is only told of.
    Rehearsal(Box<Rehearsal<'a>>),
    /// Its words are looked at, too.
    Words(Box<Wording<'a>>),
    List(Box<List<'a>>),
    One(Box<One>),
    /// The files that belong to what the call did.
    Files(Box<One>),
    /// The API does it in the background.
    Job(Box<Job<'a>>),
}

impl<'a> Performance<'a> {
    pub(super) fn new(context: Context<'a>, call: UnderstoodCall<'a>) -> Self {
        let UnderstoodCall { resolved, params, options, from } = call;
        let (sent, stage) = (SentValues::default(), Stage::Start(from));
        let (arguments, named) = (Arguments::default(), Named::default());
        let items = Items::Items;
        Self {
            context,
            resolved,
            params,
            options,
            arguments,
            from: None,
            named,
            is_unchanged: false,
            creation: None,
            present: None,
            sent_path: Vec::new(),
            is_locked: false,
            stale: None,
            n_unexpected: None,
            coming: Vec::new(),
            unfound: None,
            defaults: Vec::new(),
            sent,
            files: None,
            items,
            jobs: None,
            stage,
        }
    }

    /// Checks the parameters and plans the requests.
    fn begin(&mut self, from: Option<Position>) -> Result<Stage<'a>, String> {
        let Context { asked, .. } = self.context;
        let (operation, form) = (self.resolved.operation, self.resolved.action.form);
        let params = self.by_key_fields(self.params.clone());
        // What is only told of may stand in a batch, and have values that are not known yet.
        let check = if self.options.dry_run { check::check_known } else { check::check };
        let resource = self.resolved.resource;
        let apart = files::apart(asked, &self.resolved, params).map(|(params, files)| {
            self.files = files;
            params
        });
        self.arguments = apart
            .and_then(|params| check::by_kind(asked.catalog, resource, operation, form, params))
            .and_then(|params| check(asked.catalog, asked.access, operation, form, params))
            .and_then(|arguments| check::without_masks(resource, arguments))
            .map_err(|faults| check::by_its_name(resource, faults))
            .map_err(|faults| explain::faults(&asked, &self.resolved, &faults))?;
        self.from = from;
        let mut needed = self.named.collect(asked.catalog, operation, &mut self.arguments);
        needed.extend(vocabulary::of_filters(asked, &self.resolved, &self.arguments));
        let mut needed = self.recall(needed);
        if self.options.dry_run && !is_reading(operation) {
            needed.retain(|wanted| !check::has_stand_in(&wanted.value));
            let mut all = needed.clone();
            let used = self.named.used().filter(|wanted| !check::has_stand_in(&wanted.value));
            used.for_each(|wanted| named::add(&mut all, wanted.clone()));
            if let Some(Ok(stage)) = (!all.is_empty()).then(|| self.look_up(all)) {
                return Ok(stage);
            }
        }
        let not_sent = |text| {
            let Resolved { resource, action, .. } = &self.resolved;
            format!("{} {} not sent:\n{text}", resource.name, action.name)
        };
        if needed.is_empty() { self.send() } else { self.look_up(needed).map_err(not_sent) }
    }

    /// Takes what names stood for lately; answers those that are still to be looked up. The row of
    /// an object that is read by its name is always read anew.
    fn recall(&mut self, needed: Vec<Wanted>) -> Vec<Wanted> {
        match self.context.recent {
            Some(recent) if !self.is_of_row() => self.named.recall(needed, &recent),
            _ => needed,
        }
    }

    /// Plans the requests of the call itself.
    fn send(&mut self) -> Result<Stage<'a>, String> {
        let Context { asked, caller, settings, .. } = self.context;
        if self.resolved.action.name == "ensure" {
            return self.find();
        }
        let (operation, form) = (self.resolved.operation, self.resolved.action.form);
        let mut arguments = self.arguments.clone();
        self.named.write(asked.catalog, operation, &mut arguments);
        self.sent = SentValues::of(operation, &arguments);
        if let Some(stage) = self.rehearse(&arguments)? {
            return Ok(stage);
        }
        self.lock(&mut arguments)?;
        self.sent_path.clone_from(&arguments.path);
        if settings.notes_changes {
            note::add(self.context, &self.resolved, &self.options, &mut arguments);
        }
        if !is_list(operation, form) {
            if !self.options.reducers.is_empty() {
                let why = "options count, count_by, sum and where are for lists";
                return Err(self.not_sent(why));
            }
            if let Some(jobs) = self.jobs {
                jobs.ask_for(operation, &mut arguments);
            }
            let request = request::build(operation, &arguments, caller)
                .map_err(|error| self.not_sent(error))?;
            let (n_bytes, most) = (request.body().len(), settings.max_body_bytes);
            if n_bytes > most {
                return Err(self.not_sent(RequestError::BodyTooLarge { n_bytes, most }));
            }
            return Ok(match (self.jobs, settings.job_wait) {
                (Some(jobs), Some(most)) => Stage::Job(Box::new(Job::new(jobs, request, most))),
                _ => Stage::One(Box::new(One::new(request))),
            });
        }
        self.list(arguments)
    }

    /// Says why the call is not sent.
    fn not_sent(&self, why: impl fmt::Display) -> String {
        format!("{} {} not sent: {why}", self.resolved.resource.name, self.resolved.action.name)
    }

    /// Says what the caller calls the items of a bulk body.
    pub(super) fn with_items(mut self, items: Items) -> Self {
        self.items = items;
        self
    }

    /// Has the API do it by a job.
    pub(super) fn by_job(mut self, jobs: Option<Jobs<'a>>) -> Self {
        self.jobs = jobs;
        self
    }

    /// Where the job stands that it is done by.
    pub(super) fn job(&self) -> Option<String> {
        match &self.stage {
            Stage::Job(job) => job.told(),
            _ => None,
        }
    }

    /// Says of which resources an earlier step would make objects.
    pub(super) fn with_coming(mut self, coming: Vec<ResourceId>) -> Self {
        self.coming = coming;
        self
    }

    /// The action that is called.
    pub(super) const fn resolved(&self) -> &Resolved<'a> {
        &self.resolved
    }

    /// Puts the key fields of a read or a delete of one object in the place of its id.
    fn by_key_fields(&self, params: Members) -> Members {
        let Resolved { resource, action, operation, .. } = self.resolved;
        let form = action.form;
        let [id] = operation.path_parameters.as_slice() else { return params };
        let is_of_one = matches!(operation.method, Method::Get | Method::Delete);
        if !is_of_one || id.refers.is_none() || params.get(&id.name).is_some() {
            return params;
        }
        let catalog = self.context.asked.catalog;
        let fields = || resource.keys.iter().flat_map(|key| &key.fields);
        let mut key = Members::default();
        let mut rest = Members::default();
        for (name, value) in params {
            let is_taken = check::takes(catalog, operation, form, &name, &value);
            let is_key = !is_taken && fields().any(|field| field.name == name);
            let into = if is_key { &mut key } else { &mut rest };
            // A name stands once in the parameters, and so it does here.
            let _ = into.insert(name, value);
        }
        if let Some(key) = key.to_raw().filter(|_| !key.is_empty()) {
            let _ = rest.insert(id.name.clone(), key);
        }
        rest
    }

    /// Looks names up, which are then used in what is sent.
    fn look_up(&self, wanted: Vec<Wanted>) -> Result<Stage<'a>, String> {
        let Context { asked, caller, settings, .. } = self.context;
        let (catalog, access, limits) = (asked.catalog, asked.access, settings.list);
        let lookup = Lookup::new(Sources { catalog, access, caller, limits }, wanted)?;
        Ok(Stage::Names(Box::new(lookup)))
    }

    /// Goes on with what names stand for.
    fn found(&mut self, wanted: &[Wanted], found: Result<Vec<Found>, String>) -> Step<Outcome> {
        let found = match found {
            Ok(found) => found,
            Err(text) => {
                let (resource, action) = (&self.resolved.resource.name, &self.resolved.action.name);
                if wanted.iter().any(|it| self.coming.contains(&it.resource)) {
                    self.unfound = Some(text);
                    return Step::Done(Outcome::Rehearsed(Vec::new()));
                }
                return Step::Done(Outcome::NotSent(format!(
                    "{resource} {action} not done:\n{text}"
                )));
            }
        };
        let catalog = self.context.asked.catalog;
        match self.named.refusal.take() {
            Some(refusal) if self.named.stood_for(catalog, wanted, &found) => {
                return Step::Done(refusal);
            }
            None if self.is_of_row() => {
                if let [only] = found.as_slice() {
                    return Step::Done(named::as_answer(only));
                }
            }
            _ => {}
        }
        if let Some(recent) = self.context.recent {
            recent.keep(wanted, &found);
        }
        self.named.keep(wanted, found);
        match self.send() {
            Ok(stage) => self.enter(stage),
            Err(text) => Step::Done(Outcome::NotSent(text)),
        }
    }

    /// Whether the row that a name was found in is already what is asked for.
    fn is_of_row(&self) -> bool {
        let Resolved { resource, action, operation, .. } = self.resolved;
        let catalog = self.context.asked.catalog;
        let list = resource.action("list").map(|list| catalog.operation(list.operation));
        let row = list.and_then(|list| list.answer.kind.object());
        let Arguments { path, query, headers, body, names } = &self.arguments;
        action.name == "get"
            && matches!(names.as_slice(), [only] if only.is_path)
            && path.is_empty()
            && query.is_empty()
            && headers.is_empty()
            && body.is_none()
            && matches!(operation.answer.kind, AnswerKind::One { ty } if Some(ty) == row)
    }

    fn enter(&mut self, stage: Stage<'a>) -> Step<Outcome> {
        self.stage = stage;
        self.next(Vec::new())
    }

    /// Ends the call, unless a refusal may be about names that the API did not resolve as they
    /// were meant: the API did nothing then, and they are looked up.
    fn end(&mut self, outcome: Outcome) -> Step<Outcome> {
        if let Some(stage) = self.reread(&outcome) {
            self.stale = Some(outcome);
            return self.enter(stage);
        }
        let wanted = self.named.refused(&outcome);
        if wanted.is_empty() {
            return self.look_again(outcome);
        }
        match self.look_up(wanted) {
            Ok(stage) => {
                self.named.refusal = Some(outcome);
                self.enter(stage)
            }
            Err(_) => Step::Done(outcome),
        }
    }

    /// Says what came of the call, in a text of bounded size whatever the API answered.
    pub(super) fn shape(&self, outcome: Outcome) -> Text {
        let Text { text, is_error } = self.said(outcome);
        let max_tokens = self.context.settings.max_answer_tokens.saturating_add(REMARK_TOKENS);
        let how = "name the fields you need in options.fields";
        let text = match is_error {
            true => vocabulary::with_hint(self.context.asked, &self.resolved, text),
            false => text,
        };
        Text { text: shape::cut(text, max_tokens, how), is_error }
    }

    /// The picture that the API answered with, where the action may and the caller did not ask for
    /// what came.
    pub(super) fn picture(&self, outcome: &Outcome) -> Option<Picture> {
        let Outcome::Answer(response) = outcome else { return None };
        let operation = self.resolved.operation;
        let is_shown = operation.has_pictures && self.options.format == Format::Auto;
        if !is_shown || !response.status().is_success() {
            return None;
        }
        let media = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
        let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        media.starts_with("image/").then(|| Picture { media, bytes: response.body().clone() })
    }

    fn said(&self, outcome: Outcome) -> Text {
        if self.is_unchanged
            && let (Outcome::Answer(response), Format::Auto) = (&outcome, self.options.format)
        {
            return self.unchanged(response.body());
        }
        if let Outcome::Rehearsed(present) = &outcome {
            return self.rehearsed(present);
        }
        let Self { context, resolved, params, options, .. } = self;
        let shaper = shaper(*context, resolved, options);
        let continuation = Continuation { asked: &context.asked, params, options };
        let form = resolved.action.form;
        let sent = Sent { items: self.items, ..self.sent.as_sent() };
        self.told_with_files(Answered { shaper, sent, form, continuation }.shape(outcome))
    }
}

impl Plan for Performance<'_> {
    type Output = Outcome;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Outcome> {
        match &mut self.stage {
            Stage::List(list) => match list.next(arrived) {
                Step::Done(outcome) => self.end(outcome),
                step => step,
            },
            Stage::One(one) => match one.next(arrived) {
                Step::Done(outcome) => self.send_files(outcome),
                step => step,
            },
            Stage::Files(one) => match one.next(arrived) {
                Step::Done(outcome) => Step::Done(self.sent_files(outcome)),
                step => step,
            },
            Stage::Job(job) => match job.next(arrived) {
                Step::Done(outcome) => self.end(outcome),
                step => step,
            },
            Stage::Names(lookup) => match lookup.next(arrived) {
                Step::Send(requests) => Step::Send(requests),
                Step::Done(found) => {
                    let wanted = lookup.wanted().to_vec();
                    self.found(&wanted, found)
                }
            },
            Stage::Ensure(lookup) => match lookup.next(arrived) {
                Step::Send(requests) => Step::Send(requests),
                Step::Done(found) => self.ensure(found),
            },
            Stage::Rehearsal(rehearsal) => match rehearsal.next(arrived) {
                Step::Done(outcome) => {
                    let outcome = self.unread(outcome);
                    self.read_words(outcome)
                }
                step => step,
            },
            Stage::Words(wording) => match wording.next(arrived) {
                Step::Done(worded) => self.worded(worded),
                Step::Send(requests) => Step::Send(requests),
            },
            Stage::Start(from) => {
                let from = from.take();
                match self.begin(from) {
                    Ok(stage) => self.enter(stage),
                    Err(text) => Step::Done(Outcome::NotSent(text)),
                }
            }
        }
    }

    fn give_up(&mut self, error: BackendError) -> Outcome {
        match &mut self.stage {
            Stage::Start(_) | Stage::Names(_) | Stage::Ensure(_) => Outcome::Failed(error),
            Stage::Rehearsal(rehearsal) => rehearsal.give_up(error),
            Stage::Words(wording) => wording.give_up(error).given_up(),
            Stage::List(list) => list.give_up(error),
            Stage::One(one) => one.give_up(error),
            Stage::Files(one) => {
                let outcome = one.give_up(error);
                self.sent_files(outcome)
            }
            Stage::Job(job) => job.give_up(error),
        }
    }
}

/// What is wrong with a call as far as its values are known, of which a [`check::STAND_IN`] is none.
pub(super) fn known_faults(context: Context<'_>, call: &UnderstoodCall<'_>) -> Option<String> {
    let Context { asked, .. } = context;
    let UnderstoodCall { resolved, params, .. } = call;
    let (operation, form) = (resolved.operation, resolved.action.form);
    let (catalog, access) = (asked.catalog, asked.access);
    let params = files::apart(asked, resolved, params.clone()).and_then(|(params, _)| {
        check::by_kind(catalog, resolved.resource, operation, form, params)
    });
    let checked =
        params.and_then(|params| check::check_known(catalog, access, operation, form, params));
    let checked = checked.and_then(|it| check::without_masks(resolved.resource, it));
    let faults = checked.err().map(|faults| check::by_its_name(resolved.resource, faults));
    faults.map(|faults| explain::problems(&asked, resolved, &faults))
}

/// The shaper of an action's answers.
pub(super) fn shaper<'s>(
    context: Context<'s>,
    resolved: &Resolved<'s>,
    options: &'s Options,
) -> Shaper<'s> {
    Shaper {
        catalog: context.asked.catalog,
        resource: resolved.resource,
        action: resolved.action,
        operation: resolved.operation,
        fields: options.fields.as_deref(),
        format: options.format,
        max_tokens: context.settings.max_answer_tokens,
    }
}

/// What may be said behind a list that fills an answer.
const REMARK_TOKENS: usize = 100;
