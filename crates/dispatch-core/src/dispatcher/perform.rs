//! Performing a call: check, plan, execute, shape.

use mcp_protocol::tool::RequestContext;
use serde_json::Value;

use super::Dispatcher;
use super::answer::{Answered, Continuation};
use super::explain;
use super::understand::{Asked, UnderstoodCall};
use crate::backend::Backend;
use crate::catalog::{AnswerKind, Form, Operation};
use crate::check::{self, Arguments};
use crate::execute::execute;
use crate::plan::{List, One, Outcome, Plan, Position, take_paging};
use crate::request::{self, Caller, RequestError};
use crate::resolve::Resolved;
use crate::shape::{Format, Sent, Shaper, Text};

impl<B: Backend> Dispatcher<B> {
    /// Performs a call that its caller may make.
    pub(super) async fn perform(
        &self,
        asked: &Asked<'_>,
        call: UnderstoodCall<'_>,
        cx: &RequestContext,
    ) -> Text {
        let UnderstoodCall { resolved, params, mut options, from } = call;
        let (operation, form) = (resolved.operation, resolved.action.form);
        let kept = params.clone();
        let arguments = match check::check(asked.catalog, asked.access, operation, form, params) {
            Ok(arguments) => arguments,
            Err(faults) => return Text::error(explain::faults(asked, &resolved, &faults)),
        };
        let caller = Caller { auth: cx.auth.clone(), trace: cx.meta.trace.clone() };
        let sent = SentValues::of(&arguments);
        let outcome = if is_list(operation, form) {
            let mut arguments = arguments;
            let (given, wanted) = match &operation.paging {
                Some(paging) => take_paging(paging, &mut arguments),
                None => (Position::default(), None),
            };
            options.limit = options.limit.or(wanted.filter(|wanted| *wanted > 0));
            let (limits, from) = (self.options.list, from.unwrap_or(given));
            match List::new(operation, arguments, caller, limits, options.limit, from) {
                // The bytes of several pages are no answer that came as it is shown.
                Ok(plan) if options.format == Format::Raw => {
                    self.execute(plan.first_page(), cx).await
                }
                Ok(plan) => self.execute(plan, cx).await,
                Err(error) => return Text::error(not_sent(&resolved, &error)),
            }
        } else {
            match self.one(operation, &arguments, &caller) {
                Ok(plan) => self.execute(plan, cx).await,
                Err(error) => return Text::error(not_sent(&resolved, &error)),
            }
        };
        let shaper = Shaper {
            catalog: asked.catalog,
            resource: resolved.resource,
            action: resolved.action,
            operation,
            fields: options.fields.as_deref(),
            format: options.format,
            max_tokens: self.options.max_answer_tokens,
        };
        let continuation = Continuation { asked, params: &kept, options: &options };
        Answered { shaper, sent: sent.as_sent(), form, continuation }.shape(outcome)
    }

    async fn execute(&self, plan: impl Plan, cx: &RequestContext) -> Outcome {
        execute(plan, &self.backend, self.options.limits, &cx.cancel).await
    }

    /// Plans one request, if its body is not too large.
    fn one(
        &self,
        operation: &Operation,
        arguments: &Arguments,
        caller: &Caller,
    ) -> Result<One, RequestError> {
        let request = request::build(operation, arguments, caller)?;
        let (n_bytes, most) = (request.body().len(), self.options.max_body_bytes);
        if n_bytes > most {
            return Err(RequestError::BodyTooLarge { n_bytes, most });
        }
        Ok(One::new(request))
    }
}

/// What was sent, which answers are shaped by.
struct SentValues {
    id: Option<String>,
    body: Option<Value>,
}

impl SentValues {
    fn of(arguments: &Arguments) -> Self {
        let body = arguments.body.as_ref().and_then(|body| {
            let text = request::body::json(body);
            serde_json::from_slice(&text).ok()
        });
        Self { id: arguments.id().map(str::to_owned), body }
    }

    fn as_sent(&self) -> Sent<'_> {
        Sent { id: self.id.as_deref(), body: self.body.as_ref() }
    }
}

/// Whether an action reads a list, whose rows are gathered from pages.
fn is_list(operation: &Operation, form: Form) -> bool {
    operation.method.is_safe()
        && form == Form::One
        && matches!(operation.answer.kind, AnswerKind::List { .. })
}

fn not_sent(resolved: &Resolved<'_>, error: &RequestError) -> String {
    format!("{} {} not sent: {error}", resolved.resource.name, resolved.action.name)
}
