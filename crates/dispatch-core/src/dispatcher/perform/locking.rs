//! Optimistic locking: a write goes through only if its object still is as it was read.

use http::StatusCode;
use http::header::IF_MATCH;
use serde_json::Value;

use super::rehearsing::Rehearsal;
use super::{Performance, Stage, shaper};
use crate::catalog::Form;
use crate::check::Arguments;
use crate::plan::Outcome;
use crate::shape::{Sent, Stale, Text};

impl<'a> Performance<'a> {
    /// Puts the entity tag on a write: of the object as the caller read it, else as it was read for
    /// this call.
    ///
    /// # Errors
    ///
    /// Says why the caller's own cannot be sent.
    pub(super) fn lock(&mut self, arguments: &mut Arguments) -> Result<(), String> {
        let mut headers = self.resolved.operation.headers.iter();
        let header = headers.find(|header| is_if_match(&header.name));
        let Some(header) = header.filter(|_| self.takes_lock()) else {
            return match self.options.if_match {
                Some(_) => Err(self.not_sent(
                    "options.if_match is for writes of one object, where the API takes it",
                )),
                None => Ok(()),
            };
        };
        if arguments.headers.iter().any(|(name, _)| is_if_match(name)) {
            return Ok(());
        }
        let tag = match &self.options.if_match {
            Some(given) => self.tag_of(given),
            None => self.tag_of_present(),
        };
        if let Some(tag) = tag {
            arguments.headers.push((header.name.clone(), tag));
            self.is_locked = true;
        } else if self.options.if_match.is_some() {
            let tag = &self.context.asked.catalog.parts().entity_tag;
            let field = tag.as_ref().map_or("ETag", |tag| tag.field.as_str());
            return Err(
                self.not_sent(format_args!("options.if_match takes the {field} that was read"))
            );
        }
        Ok(())
    }

    /// The entity tag that a caller means: one as it is, or the field that one is made of.
    fn tag_of(&self, given: &str) -> Option<String> {
        if given.starts_with('"') || given.starts_with("W/\"") || given == "*" {
            return Some(given.to_owned());
        }
        self.context.asked.catalog.parts().entity_tag.as_ref()?.of(given)
    }

    /// Whether the write can be locked to what was read.
    pub(super) fn takes_lock(&self) -> bool {
        let mut headers = self.resolved.operation.headers.iter();
        self.resolved.action.form == Form::One && headers.any(|it| is_if_match(&it.name))
    }

    /// The entity tag of the object that was read for this call, where it shows what that is made of.
    fn tag_of_present(&self) -> Option<String> {
        let tag = self.context.asked.catalog.parts().entity_tag.as_ref()?;
        let row = self.present.clone().or_else(|| self.named_row())?;
        let row: Value = serde_json::from_str(row.get()).ok()?;
        tag.of(row.get(&tag.field)?.as_str()?)
    }

    /// Plans to read an object anew whose write was refused because it had changed, to say how.
    pub(super) fn reread(&self, outcome: &Outcome) -> Option<Stage<'a>> {
        let Outcome::Answer(answer) = outcome else { return None };
        let is_stale = answer.status() == StatusCode::PRECONDITION_FAILED;
        if !self.is_locked || self.stale.is_some() || !is_stale {
            return None;
        }
        let path = Arguments { path: self.sent_path.clone(), ..Arguments::default() };
        let one = self.read_one(&path)?;
        Some(Stage::Rehearsal(Box::new(Rehearsal::One(one))))
    }

    /// Tells how an object had changed, so that a write of it was refused.
    pub(super) fn told_as_stale(&self, now: Option<&Value>) -> Text {
        let shaper = shaper(self.context, &self.resolved, &self.options);
        let before = self.present.clone().or_else(|| self.named_row());
        let before: Option<Value> = before.and_then(|row| serde_json::from_str(row.get()).ok());
        let tag = self.context.asked.catalog.parts().entity_tag.as_ref();
        let field = tag.map_or("", |tag| tag.field.as_str());
        let sent = Sent { items: self.items, ..self.sent.as_sent() };
        shaper.stale(Stale { before: before.as_ref(), now, field, sent })
    }
}

/// Whether a header is `If-Match` (RFC 9110, section 13.1.1).
fn is_if_match(name: &str) -> bool {
    name.eq_ignore_ascii_case(IF_MATCH.as_str())
}
