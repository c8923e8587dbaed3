//! A call that reads a list.

use super::{Performance, Stage};
use crate::catalog::{AnswerKind, Form, Operation};
use crate::check::Arguments;
use crate::plan::{List, Position, take_paging};
use crate::shape::Format;

impl<'a> Performance<'a> {
    /// Plans to read the rows that are asked for.
    pub(super) fn list(&mut self, mut arguments: Arguments) -> Result<Stage<'a>, String> {
        let (operation, caller) = (self.resolved.operation, self.context.caller);
        let limits = self.context.settings.list;
        let (given, wanted) = match &operation.paging {
            Some(paging) => take_paging(paging, &mut arguments),
            None => (Position::default(), None),
        };
        self.options.limit = self.options.limit.or(wanted.filter(|wanted| *wanted > 0));
        let from = self.from.clone().unwrap_or(given);
        let reducers = &self.options.reducers;
        let limit = match reducers.is_empty() {
            true if self.resolved.action.has_runs => self.options.limit.or(Some(limits.max_rows)),
            true => self.options.limit,
            false if reducers.is_count_alone() && operation.total().is_some() => Some(1),
            false => Some(limits.max_rows),
        };
        let list = List::new(operation, arguments, caller.clone(), limits, limit, from)
            .map_err(|error| self.not_sent(error))?;
        // The bytes of several pages are no answer that came as it is shown.
        Ok(match self.options.format {
            Format::Raw if reducers.is_empty() => Stage::One(Box::new(list.first_page())),
            Format::Auto | Format::Json | Format::Raw => Stage::List(Box::new(list)),
        })
    }
}

/// Whether an action reads a list, whose rows are gathered from pages.
pub(super) fn is_list(operation: &Operation, form: Form) -> bool {
    operation.method.is_safe()
        && form == Form::One
        && matches!(operation.answer.kind, AnswerKind::List { .. })
}
