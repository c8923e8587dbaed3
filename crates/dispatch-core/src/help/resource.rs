//! One resource, whole: every action with its arguments.

use std::collections::BTreeMap;
use std::iter::once;

use super::common::Common;
use super::room::estimated_tokens;
use super::{Access, Catalog, ResourceId, example, options};
use crate::access::Standing;
use crate::catalog::{Field, Parameter, Resource, TypeId};
use crate::check;
use crate::resolve::{self, Resolved};
use crate::signature::Notation;
use crate::signature::arguments::{self, Argument, Arguments, Required};
use crate::signature::query::{self, Family, Seen};

/// Describes a resource to a caller who may see it.
pub(super) fn describe(
    catalog: &Catalog,
    access: Access,
    common: &Common,
    id: ResourceId,
) -> String {
    within_room(catalog, access, |notation| Page::new(notation, common, id).text())
}

/// Describes one action of a resource.
pub(super) fn describe_action(
    catalog: &Catalog,
    access: Access,
    common: &Common,
    resolved: &Resolved<'_>,
) -> String {
    let text = within_room(catalog, access, |notation| {
        Page::new(notation, common, resolved.id).text_of(&resolved.action.name)
    });
    let example = example::of(catalog, resolved);
    let options = options::of_action(catalog, resolved);
    [Some(text), options, example].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Writes a text with as many choices of its enumerations as there is room for.
fn within_room<'a>(
    catalog: &'a Catalog,
    access: Access,
    write: impl Fn(Notation<'a>) -> String,
) -> String {
    let mut text = String::new();
    for (most, shown) in CHOICES {
        text = write(Notation::brief(catalog, access).with_choices(most, shown));
        if estimated_tokens(&text) <= ROOM {
            break;
        }
    }
    text
}

/// An action with its arguments, written.
struct Described<'a> {
    resolved: Resolved<'a>,
    arguments: Arguments,
}

/// The actions of a resource.
pub(super) struct Page<'a> {
    notation: Notation<'a>,
    common: &'a Common,
    resource: &'a Resource,
    actions: Vec<Described<'a>>,
}

impl<'a> Page<'a> {
    pub(super) fn new(notation: Notation<'a>, common: &'a Common, id: ResourceId) -> Self {
        let (catalog, access) = (notation.catalog, notation.access);
        let actions = resolve::actions(catalog, access, id)
            .map(|resolved| Described { arguments: Arguments::of(notation, &resolved), resolved })
            .collect();
        Self { notation, common, resource: catalog.resource(id), actions }
    }

    /// What each action takes that is said beside another, by its name.
    pub(super) fn by_name(&self) -> Vec<(String, String)> {
        let base = self.base();
        let others = self.actions.iter().filter(|it| !it.is_folded() && !is_base(it, base));
        others.map(|it| (it.name().to_owned(), self.beside(it, base))).collect()
    }

    fn text(&self) -> String {
        let mut lines = self.needs();
        lines.extend(self.lines());
        lines.extend(self.by_kind());
        lines.extend(self.resource.note.clone());
        self.finish(&lines)
    }

    /// Says which fields take an object of several kinds, those of the same kinds together.
    fn by_kind(&self) -> Vec<String> {
        let mut by_kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let writes = self.actions.iter().any(|it| !it.arguments.body.is_empty());
        for field in self.resource.generic.iter().filter(|_| writes) {
            let list = if field.is_list { "[]" } else { "" };
            let fields = by_kinds.entry(check::kinds(field)).or_default();
            fields.push(format!("{}{list}", field.name));
        }
        let line = |(kinds, fields): (String, Vec<String>)| {
            format!("{}: {{KIND: name}}, {kinds}", fields.join(" "))
        };
        by_kinds.into_iter().map(line).collect()
    }

    /// Writes one action by itself, its fields in full.
    fn text_of(&self, name: &str) -> String {
        let mut lines = Vec::new();
        for action in self.actions.iter().filter(|it| it.name() == name) {
            if action.resolved.standing == Standing::Obtainable {
                lines.push(format!("needs {}", action.resolved.operation.tier));
            }
            if action.is_folded() {
                lines.extend(self.folded(action, None));
            } else {
                lines.push(
                    format!("{name}: {}", self.arguments(action, None)).trim_end().to_owned(),
                );
            }
        }
        self.finish(&lines)
    }

    fn finish(&self, lines: &[String]) -> String {
        let tool = self.notation.catalog.tool_of(self.resource.group);
        let name = &self.resource.name;
        let mut text = format!("{name} ({tool})\n{}", lines.join("\n"));
        if text.contains(LEFT_OUT) {
            text.push_str(&format!("\n{LEFT_OUT}N: N more choices, help on {name}.FIELD"));
        }
        text
    }

    /// Says which actions the caller has yet to be granted a tier for.
    fn needs(&self) -> Vec<String> {
        let mut by_tier: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for action in &self.actions {
            if action.resolved.standing == Standing::Obtainable {
                by_tier.entry(action.resolved.operation.tier).or_default().push(action.name());
            }
        }
        by_tier.iter().map(|(tier, names)| format!("needs {tier}: {}", names.join(" "))).collect()
    }

    /// Writes every action: the one whose fields are written out first, long queries last.
    fn lines(&self) -> Vec<String> {
        let base = self.base();
        let mut written: Vec<(Vec<&str>, String)> = Vec::new();
        let mut usual: Vec<&str> = Vec::new();
        let first = base.into_iter();
        let others = self.actions.iter().filter(|it| !is_base(it, base));
        for action in first.chain(others).filter(|it| !it.is_folded()) {
            let arguments = self.beside(action, base);
            if !is_base(action, base) && self.common.usual().is(action.name(), &arguments) {
                usual.push(action.name());
                continue;
            }
            match written.iter_mut().find(|(_, known)| *known == arguments) {
                Some((names, _)) => names.push(action.name()),
                None => written.push((vec![action.name()], arguments)),
            }
        }
        let also = said_once(&mut written);
        let mut lines: Vec<String> = written
            .into_iter()
            .map(|(names, text)| format!("{}: {text}", together(&names)).trim_end().to_owned())
            .collect();
        lines.extend(also);
        if !usual.is_empty() {
            let tool = self.notation.catalog.tool_of(self.resource.group);
            let names = self.common.usual().names(&usual);
            lines.push(format!("usual (help {tool}): {names}"));
        }
        for action in self.actions.iter().filter(|it| it.is_folded()) {
            lines.extend(self.folded(action, base));
        }
        lines
    }

    /// Writes the arguments of an action beside those of another, in one line.
    fn beside(&self, action: &Described<'a>, base: Option<&Described<'a>>) -> String {
        self.as_single_form(action).unwrap_or_else(|| self.arguments(action, base))
    }

    /// Writes an action whose query is folded by type, over several lines.
    fn folded(&self, action: &Described<'a>, base: Option<&Described<'a>>) -> Vec<String> {
        let operation = action.resolved.operation;
        let rest = self.common.split(action.resolved.action, operation);
        let short: Vec<String> = Some(rest.short).into_iter().filter(|it| !it.is_empty()).collect();
        let said = said(&self.in_path_and_body(action, base), &short);
        let mut lines = vec![format!("{}: {said}", action.name()).trim_end().to_owned()];
        let seen = Seen {
            taken: action.arguments.taken.clone(),
            fields: base.map(|base| self.fields(base)).unwrap_or_default(),
            choices: base.is_none(),
            lookups: self.common.lookups(),
        };
        let prefixes = &rest.prefixes;
        let query = query::lines(self.notation, &rest.own, prefixes, &operation.headers, &seen);
        lines.extend(query.into_iter().map(|line| format!(" {line}")));
        lines
    }

    /// Writes the arguments of an action in one line.
    fn arguments(&self, action: &Described<'a>, base: Option<&Described<'a>>) -> String {
        said(&self.in_path_and_body(action, base), &self.in_query(action))
    }

    /// Writes the parameters of a short query, and headers.
    fn in_query(&self, action: &Described<'a>) -> Vec<String> {
        let operation = action.resolved.operation;
        let rest = self.common.split(action.resolved.action, operation);
        let mut parts = Vec::new();
        parts.extend(Some(rest.short).filter(|short| !short.is_empty()));
        let lookups = |family: &Family<'a>| -> Vec<&'a Parameter> {
            family.lookups.iter().map(|(_, parameter)| *parameter).collect()
        };
        let query = rest.own.iter().flat_map(|family| once(family.base).chain(lookups(family)));
        let mut own: Vec<Argument> = query
            .chain(&operation.headers)
            .map(|it| arguments::in_query(self.notation, it, &action.arguments.taken))
            .collect();
        own.extend(rest.prefixes.iter().map(|prefix| {
            Argument::new(self.notation, format!("{}*", prefix.name), false, prefix.ty)
        }));
        if !own.is_empty() {
            parts.push(arguments::fields(&own));
        }
        parts
    }

    /// Writes keys and fields, the fields by those of an action before it where that is shorter.
    fn in_path_and_body(
        &self,
        action: &Described<'a>,
        base: Option<&Described<'a>>,
    ) -> Vec<String> {
        let Arguments { path, body, items, taken: _ } = &action.arguments;
        let mut parts = Vec::new();
        if !path.is_empty() {
            parts.push(arguments::fields(path));
        }
        if !body.is_empty() {
            let body = self.relative(action, base).unwrap_or_else(|| arguments::fields(body));
            parts.push(if *items { format!("items:[{{{body}}}]") } else { body });
        }
        parts
    }

    /// Writes the fields of an action by those of another before it, where that is shorter.
    fn relative(&self, action: &Described<'a>, base: Option<&Described<'a>>) -> Option<String> {
        let base = base.filter(|base| !base.is(action))?;
        let body = &action.arguments.body;
        let whole = arguments::fields(body);
        let own = arguments::relative(
            self.notation,
            body,
            &base.arguments.body,
            base.name(),
            Required::Own,
        );
        let before = self.actions.iter().take_while(|it| !it.is(action)).filter(|it| {
            !it.is(base) && !it.arguments.items && it.arguments.body.len() > FEW_FIELDS
        });
        let by_others = before.flat_map(|other| {
            let known = &other.arguments.body;
            let required = Required::As(base.name(), &base.arguments.body);
            [
                arguments::relative(self.notation, body, known, other.name(), Required::Own),
                arguments::relative(self.notation, body, known, other.name(), required),
            ]
        });
        let shortest = own.into_iter().chain(by_others.flatten()).min_by_key(String::len)?;
        (shortest.len() < whole.len()).then_some(shortest)
    }

    /// The action whose fields are written out, and by which others are said: the first that takes
    /// an object and no key, such as `create`; else the first that takes an object.
    fn base(&self) -> Option<&Described<'a>> {
        let writes = |it: &&Described<'a>| !it.arguments.items && !it.arguments.body.is_empty();
        let without_key = |it: &&Described<'a>| writes(it) && it.arguments.path.is_empty();
        self.actions.iter().find(without_key).or_else(|| self.actions.iter().find(writes))
    }

    /// Writes the bulk form of another action whose items may hold what that one's call may.
    fn as_single_form(&self, action: &Described<'a>) -> Option<String> {
        let name = action.name().strip_prefix("bulk_")?;
        let single = self.actions.iter().find(|it| it.name() == name)?;
        let Arguments { path, body, items, taken: _ } = &action.arguments;
        if !items || !path.is_empty() {
            return None;
        }
        let known: Vec<Argument> = single.arguments.single().cloned().collect();
        let relation = arguments::relative(self.notation, body, &known, "single", Required::Own)?;
        if !relation.starts_with("as ") {
            return None;
        }
        Some(said(&[format!("items, each {relation}")], &self.in_query(action)))
    }

    /// The types of the fields that an action writes, by name.
    fn fields(&self, action: &Described<'a>) -> BTreeMap<&'a str, TypeId> {
        let body = action.resolved.operation.body.as_ref().and_then(|body| body.one);
        let object = body.and_then(|ty| self.notation.object(ty));
        let fields = object.map(|object| object.fields.as_slice()).unwrap_or_default();
        let pair = |field: &'a Field| (field.name.as_str(), field.ty);
        fields.iter().filter(|field| !field.read_only).map(pair).collect()
    }
}

fn is_base(action: &Described<'_>, base: Option<&Described<'_>>) -> bool {
    base.is_some_and(|base| base.is(action))
}

impl Described<'_> {
    fn name(&self) -> &str {
        &self.resolved.action.name
    }

    fn is(&self, other: &Self) -> bool {
        self.name() == other.name()
    }

    /// Whether its query is long enough to be folded by type.
    fn is_folded(&self) -> bool {
        self.resolved.operation.query.len() > FEW_PARAMETERS
    }
}

/// Writes the parts of an action: keys and fields, and behind a semicolon the query and headers.
fn said(keys_and_fields: &[String], query: &[String]) -> String {
    let parts = [keys_and_fields.join(", "), query.join(", ")];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    parts.join("; ")
}

/// Takes what three lines or more say behind their semicolon out of them, to be said once.
fn said_once(written: &mut [(Vec<&str>, String)]) -> Vec<String> {
    let mut counted: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (names, text) in &*written {
        if let Some((_, query)) = text.rsplit_once("; ") {
            counted.entry(query.to_owned()).or_default().push(names[0]);
        }
    }
    counted.retain(|query, first_names| first_names.len() >= 3 && !query.starts_with('+'));
    let mut lines = Vec::new();
    for query in counted.keys() {
        let mut all = Vec::new();
        for (names, text) in &mut *written {
            if let Some(rest) = text.strip_suffix(&format!("; {query}")) {
                *text = rest.to_owned();
                all.extend(names.iter().copied());
            }
        }
        lines.push(format!("{} also: {query}", all.join(" ")));
    }
    lines
}

/// Writes names of actions: `get delete`, or `bulk_create/update` where all are bulk forms.
pub(super) fn together(names: &[&str]) -> String {
    let rests: Option<Vec<&str>> = names.iter().map(|name| name.strip_prefix("bulk_")).collect();
    match rests {
        Some(rests) => format!("bulk_{}", rests.join("/")),
        None => names.join(" "),
    }
}

/// Up to how many choices an enumeration is written whole, and how many stand for a longer one,
/// from the best text to the last resort.
const CHOICES: [(usize, usize); 6] = [(14, 7), (14, 3), (10, 2), (7, 2), (5, 1), (3, 1)];

/// How many tokens a text may cost as estimated, so that it stays below 600.
const ROOM: usize = 565;

/// What stands where choices were left out.
const LEFT_OUT: &str = "…";

/// A query of more parameters than this is folded by type.
const FEW_PARAMETERS: usize = 6;

/// Bodies of no more fields than this are no help in saying others.
const FEW_FIELDS: usize = 2;
