//! The options of writes, which nothing else that an agent reads before it writes tells of.

use super::{Access, Catalog};
use crate::catalog::{Form, GroupId};
use crate::resolve::{self, Resolved};
use crate::surface::is_reading;

/// Says which options a write takes.
pub(super) fn of_action(catalog: &Catalog, resolved: &Resolved<'_>) -> Option<String> {
    let options = Options::of(catalog, resolved);
    options.names(catalog).map(|names| format!("options too: {names}"))
}

/// Says which options the writes of a group take.
pub(super) fn of_group(catalog: &Catalog, access: Access, group: GroupId) -> Option<String> {
    let ids = resolve::resources(catalog, access, group);
    let actions = ids.flat_map(|id| resolve::actions(catalog, access, id));
    let all = actions.fold(Options::default(), |known, it| known.or(Options::of(catalog, &it)));
    all.names(catalog).map(|names| format!("options of writes: {names}"))
}

/// The options that a write takes.
#[derive(Clone, Copy, Debug, Default)]
struct Options {
    dry_run: bool,
    expect: bool,
    if_match: bool,
    reason: bool,
}

impl Options {
    fn of(catalog: &Catalog, resolved: &Resolved<'_>) -> Self {
        let operation = resolved.operation;
        if is_reading(operation) {
            return Self::default();
        }
        let is_many = resolved.action.form == Form::Many;
        let body = operation.body.as_ref();
        let ty = body.and_then(|body| if is_many { body.many } else { body.one });
        let message = catalog.parts().change_message.as_deref();
        let is_locked = |name: &str| name.eq_ignore_ascii_case("if-match");
        Self {
            dry_run: true,
            expect: is_many,
            if_match: !is_many && operation.headers.iter().any(|header| is_locked(&header.name)),
            reason: ty.zip(message).is_some_and(|(ty, name)| {
                catalog.types().objects(ty).iter().any(|object| object.is_writable(name))
            }),
        }
    }

    const fn or(self, other: Self) -> Self {
        Self {
            dry_run: self.dry_run || other.dry_run,
            expect: self.expect || other.expect,
            if_match: self.if_match || other.if_match,
            reason: self.reason || other.reason,
        }
    }

    fn names(self, catalog: &Catalog) -> Option<String> {
        let stamp = catalog.parts().entity_tag.as_ref().map_or("ETag", |tag| tag.field.as_str());
        let names = [
            self.dry_run.then(|| "dry_run".to_owned()),
            self.expect.then(|| "expect (how many)".to_owned()),
            self.if_match.then(|| format!("if_match ({stamp} as read)")),
            self.reason.then(|| "reason (why)".to_owned()),
        ];
        let names: Vec<String> = names.into_iter().flatten().collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}
