//! What the steps of a batch mean to their caller, before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use super::super::perform::{Context, known_faults};
use super::super::refusal::Refused;
use super::super::understand::{Asked, Understood, UnderstoodCall};
use super::calls;
use crate::access::Standing;
use crate::batch::{Batch, BatchError, BatchLimits, Each, Element, Names, OnError, Step};
use crate::call::Call;
use crate::resolve::{self, Resolved};

/// A batch whose steps its caller may all run.
#[derive(Debug)]
pub(in crate::dispatcher) struct UnderstoodBatch<'a> {
    pub(super) steps: Vec<UnderstoodStep<'a>>,
    pub(super) names: Names,
    pub(super) on_error: OnError,
    pub(super) dry_run: bool,
    pub(super) reason: Option<String>,
    /// The calls of its one step, where it is a bulk call that is made in parts.
    pub(super) parts: Option<Vec<UnderstoodCall<'a>>>,
}

/// A step that its caller may run.
#[derive(Debug)]
pub(super) struct UnderstoodStep<'a> {
    pub(super) step: Step,
    pub(super) resolved: Resolved<'a>,
    /// The steps that it refers to.
    pub(super) needs: BTreeSet<usize>,
}

impl<'a> Asked<'a> {
    /// Finds out what the steps of a batch mean, and whether their caller may run all of them.
    pub(in crate::dispatcher) fn understand_batch(
        &self,
        arguments: &[u8],
        limits: BatchLimits,
    ) -> Result<UnderstoodBatch<'a>, Refused> {
        let Batch { steps, on_error, dry_run, reason } = Batch::parse(arguments, limits)?;
        let names = Names::new(steps.iter().map(|step| step.name.clone()).collect());
        let mut understood = Vec::new();
        let mut faults = Vec::new();
        let mut scopes = Scopes::default();
        for (index, step) in steps.into_iter().enumerate() {
            match self.resolve_step(&step.call, on_error, &mut scopes) {
                Ok(Some(resolved)) => {
                    let needs = BTreeSet::new();
                    understood.push(UnderstoodStep { step, resolved, needs });
                }
                Ok(None) => {}
                Err(refused) => faults.push(format!("step {}: {refused}", index + 1)),
            }
        }
        if !faults.is_empty() {
            return Err(not_sent(faults).into());
        }
        if let Some(refused) = scopes.refused() {
            return Err(refused);
        }
        for (index, step) in understood.iter_mut().enumerate() {
            match needs(&names, &step.step, index) {
                Ok(needs) => step.needs = needs,
                Err(error) => faults.push(format!("{}: {error}", title(index, &step.resolved))),
            }
        }
        if faults.is_empty() {
            return Ok(UnderstoodBatch {
                steps: understood,
                names,
                on_error,
                dry_run,
                reason,
                parts: None,
            });
        }
        Err(not_sent(faults).into())
    }

    /// Resolves the names of a step, and notes the scopes that it lacks.
    fn resolve_step(
        &self,
        call: &Call,
        on_error: OnError,
        scopes: &mut Scopes,
    ) -> Result<Option<Resolved<'a>>, Refused> {
        let resolved = match self.resolve_call(call) {
            Ok(resolved) => resolved,
            Err(refused @ Refused::NeedsScope { .. }) => {
                scopes.add(refused);
                return Ok(None);
            }
            Err(refused) => return Err(refused),
        };
        if on_error == OnError::Undo {
            for name in undone_with(&resolved) {
                let undo = resolve::actions(self.catalog, self.access, resolved.id)
                    .find(|undo| undo.action.name == *name);
                if let Some(undo) = undo.filter(|undo| undo.standing != Standing::Granted) {
                    scopes.add(self.needs_scope(&undo));
                }
            }
        }
        Ok(Some(resolved))
    }
}

impl<'a> UnderstoodBatch<'a> {
    /// The actions of its steps.
    pub(in crate::dispatcher) fn resolved(&self) -> impl Iterator<Item = &Resolved<'a>> {
        self.steps.iter().map(|step| &step.resolved)
    }

    /// Checks every value that is known before anything is sent.
    pub(in crate::dispatcher) fn check(&self, context: Context<'a>) -> Result<(), Refused> {
        let mut faults = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            for fault in self.step_faults(context, index) {
                faults.push(format!("{}: {fault}", title(index, &step.resolved)));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(not_sent(faults).into()) }
    }

    fn step_faults(&self, context: Context<'a>, index: usize) -> Vec<String> {
        let UnderstoodStep { step, .. } = &self.steps[index];
        let stand_in = |reference: &_| Ok(calls::stand_in(reference));
        let elements = match &step.each {
            Some(Each::Objects(elements) | Each::Values(elements)) => Some(elements.as_slice()),
            Some(Each::Reference(_)) | None => None,
        };
        let mut faults = Vec::new();
        let mut expected = None;
        let expanded = calls::expand(step, elements, &stand_in, &mut |row, call| {
            let fault = match context.asked.understand_step(call) {
                Ok(call) if call.options.dry_run && !self.dry_run => {
                    Some(DRY_RUN_OF_STEP.to_owned())
                }
                Ok(call) => {
                    expected = call.options.expect;
                    known_faults(context, &call)
                }
                Err(refused) => Some(refused.to_string()),
            };
            faults.extend(fault.map(|fault| (row, fault)));
        });
        if let Err(error) = expanded {
            return vec![error];
        }
        let mut told = rows_told(&faults, elements.is_some());
        let n_rows = elements.map(<[Element]>::len);
        if let Some(n_rows) = n_rows.filter(|_| faults.is_empty()) {
            told.extend(self.miscounted(index, n_rows, expected));
        }
        told
    }

    /// What is wrong with the number of rows of a step: it is not the one that was expected. A step
    /// that deletes several objects has to say it.
    pub(super) fn miscounted(
        &self,
        index: usize,
        n_rows: usize,
        expected: Option<u64>,
    ) -> Option<String> {
        let Resolved { resource, action, .. } = &self.steps[index].resolved;
        let is_fine = match expected {
            Some(expected) => expected == n_rows as u64,
            None => self.dry_run || n_rows < 2 || action.name != "delete",
        };
        let wrong = expected.map(|it| format!("options.expect is {it}, but ")).unwrap_or_default();
        (!is_fine).then(|| {
            format!(
                "{wrong}it is about {n_rows} rows of {}; if that is meant, give the step options \
                 {{\"expect\":{n_rows}}}",
                resource.name
            )
        })
    }
}

impl<'a> Asked<'a> {
    /// Finds out what one call of a batch means, all its references replaced.
    pub(super) fn understand_step(&self, call: Call) -> Result<UnderstoodCall<'a>, Refused> {
        match self.understand_call(None, call)? {
            Understood::Call(call) => Ok(*call),
            Understood::Help(_) => Err(Refused::HelpInBatch),
        }
    }

    /// The action that a call names, whatever its parameters are.
    fn resolve_call(&self, call: &Call) -> Result<Resolved<'a>, Refused> {
        Ok(self.understand_step(call.names_only())?.resolved)
    }
}

/// The scopes that a batch lacks.
#[derive(Debug, Default)]
struct Scopes {
    actions: Vec<String>,
    scopes: BTreeMap<String, bool>,
}

impl Scopes {
    fn add(&mut self, refused: Refused) {
        let Refused::NeedsScope { action, scope, tier } = refused else { return };
        if !self.actions.contains(&action) {
            self.actions.push(action);
        }
        let is_obtainable = scope.is_some();
        self.scopes.insert(scope.unwrap_or_else(|| tier.to_owned()), is_obtainable);
    }

    fn refused(self) -> Option<Refused> {
        if self.scopes.is_empty() {
            return None;
        }
        Some(Refused::NeedsScopes {
            actions: self.actions.join(", "),
            is_one: self.scopes.len() == 1,
            is_obtainable: self.scopes.values().all(|is_obtainable| *is_obtainable),
            scopes: self.scopes.into_keys().collect(),
        })
    }
}

/// Names a step: `step 3 (interface create)`.
pub(super) fn title(index: usize, resolved: &Resolved<'_>) -> String {
    format!("step {} ({} {})", index + 1, resolved.resource.name, resolved.action.name)
}

/// The actions that undo one: the one that takes it back, and the one that reads what was before.
pub(super) fn undone_with(resolved: &Resolved<'_>) -> &'static [&'static str] {
    match resolved.action.name.as_str() {
        "create" | "bulk_create" => &["delete"],
        "update" => &["get"],
        _ => &[],
    }
}

/// The steps that a step refers to.
fn needs(names: &Names, step: &Step, index: usize) -> Result<BTreeSet<usize>, String> {
    let mut needs = BTreeSet::new();
    for reference in step.references() {
        needs.extend(names.step(&reference, index).map_err(|error| error.to_string())?);
    }
    Ok(needs)
}

/// The faults of a step's rows; rows of which the same is wrong share a line.
pub(super) fn rows_told(faults: &[(usize, String)], has_rows: bool) -> Vec<String> {
    let mut grouped: Vec<(&String, Vec<usize>)> = Vec::new();
    for (row, fault) in faults {
        match grouped.iter().position(|(known, _)| *known == fault) {
            Some(place) => grouped[place].1.push(row + 1),
            None if grouped.len() < MAX_SHOWN => grouped.push((fault, vec![row + 1])),
            None => {}
        }
    }
    let told: usize = grouped.iter().map(|(_, rows)| rows.len()).sum();
    let mut lines: Vec<String> = grouped
        .into_iter()
        .map(
            |(fault, rows)| {
                if has_rows { format!("{}: {fault}", calls::rows(&rows)) } else { fault.clone() }
            },
        )
        .collect();
    if let (Some(line), more @ 1..) = (lines.last_mut(), faults.len() - told) {
        line.push_str(&format!("\n... and {more} more rows"));
    }
    lines
}

fn not_sent(mut faults: Vec<String>) -> BatchError {
    let more = faults.len().saturating_sub(MAX_STEPS_SHOWN);
    faults.truncate(MAX_STEPS_SHOWN);
    if more > 0 {
        faults.push(format!("... and {more} more"));
    }
    BatchError::Steps(faults)
}

/// Where an option stands that is for all steps.
const DRY_RUN_OF_STEP: &str = "dry_run is for the whole batch: give it beside steps";

/// So many faults of one step are told.
const MAX_SHOWN: usize = 3;

/// The faults of so many steps are told.
const MAX_STEPS_SHOWN: usize = 10;
