//! A bulk call of more items than one request may have: it is made in parts, or in the background.

use serde_json::value::RawValue;

use super::super::jobs::Jobs;
use super::super::perform::{Context, known_faults};
use super::super::understand::UnderstoodCall;
use super::fold;
use super::understood::{UnderstoodBatch, UnderstoodStep};
use crate::batch::{Names, OnError, Step};
use crate::call::{ITEMS, Members, Options};
use crate::catalog::Form;
use crate::resolve;

/// The parts of a bulk call; `None` where it is made whole: it is small, wrong, or asks for what only
/// a whole answer has. What can be done in the background is in parts from the size on where it is.
pub(in crate::dispatcher) fn parts<'a>(
    context: Context<'a>,
    call: &UnderstoodCall<'a>,
) -> Option<UnderstoodBatch<'a>> {
    let bulk = &call.resolved;
    let one = bulk.action.name.strip_prefix("bulk_").filter(|_| bulk.action.form == Form::Many)?;
    let items: Vec<Box<RawValue>> = serde_json::from_str(call.params.get(ITEMS)?.get()).ok()?;
    let Options { expect, reason, .. } = &call.options;
    let plain = Options { expect: *expect, reason: reason.clone(), ..Options::default() };
    let is_counted = match expect {
        Some(expected) => *expected == items.len() as u64,
        None => one != "delete",
    };
    let settings = context.settings;
    let n_bytes = items.iter().map(|item| item.get().len() + 1).sum::<usize>();
    let most = match Jobs::of(context, bulk) {
        Some(jobs) => settings.batch.n_bulk_rows.min(jobs.background.from_rows.saturating_sub(1)),
        None => settings.batch.n_bulk_rows,
    };
    let is_large = items.len() > most || n_bytes > settings.max_body_bytes;
    let is_plain = is_counted && call.options == plain && call.params.iter().count() == 1;
    if !is_large || !is_plain || known_faults(context, call).is_some() {
        return None;
    }
    let asked = &context.asked;
    let mut actions = resolve::actions(asked.catalog, asked.access, bulk.id);
    let resolved = actions.find(|it| it.action.name == one && it.standing == bulk.standing)?;
    fold::bulk_of(asked, &resolved).filter(|it| it.action.name == bulk.action.name)?;
    let options = Options { reason: reason.clone(), ..Options::default() };
    let part = |item: &RawValue| {
        let params = Members::parse(item.get(), "an item").ok()?;
        Some(UnderstoodCall { resolved, params, options: options.clone(), from: None })
    };
    let parts = items.iter().map(|item| part(item)).collect::<Option<Vec<_>>>()?;
    let step = UnderstoodStep { step: Step::of_items(items), resolved, needs: Default::default() };
    Some(UnderstoodBatch {
        steps: vec![step],
        names: Names::default(),
        on_error: OnError::Stop,
        dry_run: false,
        reason: None,
        parts: Some(parts),
    })
}
