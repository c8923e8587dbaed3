//! The table: what NetBox's resources are, as data.
//!
//! A [`Resource`] is a constant of a few lines in [`crate::apps`]; everything else in this crate
//! (checking, storing, showing, filtering, deleting) reads these constants. Behaviour that does
//! not fit a constant is a [`Rules`] entry.

mod field;
mod registry;

pub(crate) use field::{
    CREATED, CUSTOM_FIELDS, DISPLAY, DISPLAY_URL, ID, LAST_UPDATED, OWNER, ROUTE_TARGET, TAGS, URL,
};
pub(crate) use field::{Choices, Field, Kind, OnDelete, Preset};
pub(crate) use field::{
    address, boolean, choice, computed, count, date, datetime, decimal, email, holders, int,
    int_list, json, live_count, mac, net, object_id, object_of, object_type, plain_choice,
    plain_reference, ranges, reference, references, scope_count, slug, strings, terminations, text,
    time_zone, tree_count, type_list, unruled,
};
pub(crate) use registry::{all, by_model, by_path};

use serde_json::Value;

use crate::{
    problem::{Failure, Problems},
    render::View,
    state::Object,
    write::Draft,
};

/// One NetBox resource.
#[derive(Debug)]
pub(crate) struct Resource {
    /// The path under `/api/`, without slashes at its ends: `dcim/devices`.
    pub(crate) path: &'static str,
    /// NetBox's name for the model: `dcim.device`.
    pub(crate) model: &'static str,
    /// The model's class name, as "No Device matches the given query." has it.
    pub(crate) class: &'static str,
    /// The model's verbose name, as "device with this asset tag already exists." has it.
    pub(crate) verbose: &'static str,
    /// The text that stands for an object.
    pub(crate) display: Display,
    /// The fields of the brief form, in order.
    pub(crate) brief: &'static [&'static str],
    /// All fields, in the order in which they are shown.
    pub(crate) fields: &'static [Field],
    /// The uniqueness constraints that span more than one field, or have words of their own.
    pub(crate) unique: &'static [Unique],
    /// The default order.
    pub(crate) order: &'static [&'static str],
    /// The field of the parent, where objects nest.
    pub(crate) parent: Option<&'static str>,
    /// The filters that do not follow from a field.
    pub(crate) filters: &'static [Filter],
    /// Fields, or their references' filters, that NetBox offers no filter for.
    pub(crate) unfiltered: &'static [&'static str],
    /// Filters that NetBox has and this table has no rule for: using one is a 501.
    pub(crate) unruled: &'static [&'static str],
    /// The paths that `q` looks into.
    pub(crate) search: &'static [&'static str],
    /// The actions that plain CRUD offers.
    pub(crate) verbs: Verbs,
    /// Behaviour that no constant expresses.
    pub(crate) rules: Rules,
}

/// How an object is named in `display` and in messages.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Display {
    /// The value of a field.
    Field(&'static str),
    /// The name, with the label in parentheses where there is one.
    Labelled,
    /// Anything else.
    With(fn(&View<'_>, &Object) -> String),
}

/// What may be done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verbs {
    /// Everything, in single and bulk form.
    All,
    /// List and retrieve.
    Read,
    /// NetBox has it, this crate has no rule for it: 501.
    Unruled,
}

/// A uniqueness constraint over several fields.
#[derive(Debug)]
pub(crate) struct Unique {
    /// The fields whose values together are unique.
    pub(crate) fields: &'static [&'static str],
    /// Whether null equals null.
    pub(crate) nulls_equal: bool,
    /// Whether letters' case is ignored.
    pub(crate) ignore_case: bool,
    /// A field that must be set (or must not be blank) for the constraint to apply.
    pub(crate) when_set: Option<&'static str>,
    /// A field that must be null for the constraint to apply.
    pub(crate) when_null: Option<&'static str>,
    /// NetBox's own words, where the constraint has some.
    pub(crate) message: Option<&'static str>,
}

/// A list filter that does not follow from a field.
#[derive(Debug)]
pub(crate) struct Filter {
    /// The query parameter.
    pub(crate) name: &'static str,
    /// Where the value is: fields divided by dots; `<dcim/interfaces:device` goes backwards.
    pub(crate) path: &'static str,
    /// How the parameter's text is understood.
    pub(crate) by: FilterBy,
}

/// How the text of a filter is understood.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FilterBy {
    /// The id of an object of this resource.
    Id(&'static str),
    /// The value of an attribute of an object of this resource.
    Attribute(&'static str, &'static str),
    /// True if the path leads to anything that is neither null nor false.
    Presence,
    /// The plain value.
    Text,
    /// The plain value, in any case of letters.
    IgnoringCase,
    /// A rule of its own.
    Rule(fn(&View<'_>, &Object, &str) -> bool),
}

/// What runs after an object was stored; told whether it is a new one.
pub(crate) type SavedRule = fn(&mut Draft<'_>, bool) -> Result<(), Failure>;

/// Behaviour that no constant expresses. Every member has a default that does nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// NetBox's model validation: may complain, and may settle values.
    pub(crate) clean: &'static [fn(&mut Draft<'_>, &mut Problems)],
    /// Runs after an object was stored; `true` for a new one.
    pub(crate) saved: &'static [SavedRule],
    /// Runs just before an object is removed.
    pub(crate) removing: &'static [fn(&mut Draft<'_>)],
}

impl Resource {
    /// A resource with NetBox's most usual traits: named by `name`, ordered by it, all verbs.
    pub(crate) const fn new(
        path: &'static str,
        model: &'static str,
        class: &'static str,
        verbose: &'static str,
    ) -> Self {
        Self {
            path,
            model,
            class,
            verbose,
            display: Display::Field("name"),
            brief: &["id", "url", "display", "name", "description"],
            fields: &[],
            unique: &[],
            order: &["name"],
            parent: None,
            filters: &[],
            unfiltered: &[],
            unruled: &[],
            search: &["name", "description"],
            verbs: Verbs::All,
            rules: Rules { clean: &[], saved: &[], removing: &[] },
        }
    }

    pub(crate) const fn fields(mut self, fields: &'static [Field]) -> Self {
        self.fields = fields;
        self
    }

    pub(crate) const fn brief(mut self, brief: &'static [&'static str]) -> Self {
        self.brief = brief;
        self
    }

    pub(crate) const fn display(mut self, display: Display) -> Self {
        self.display = display;
        self
    }

    pub(crate) const fn order(mut self, order: &'static [&'static str]) -> Self {
        self.order = order;
        self
    }

    pub(crate) const fn unique(mut self, unique: &'static [Unique]) -> Self {
        self.unique = unique;
        self
    }

    /// Objects nest by this field, and are listed as a tree.
    pub(crate) const fn tree(mut self, parent: &'static str) -> Self {
        self.parent = Some(parent);
        self
    }

    pub(crate) const fn filters(mut self, filters: &'static [Filter]) -> Self {
        self.filters = filters;
        self
    }

    pub(crate) const fn unfiltered(mut self, unfiltered: &'static [&'static str]) -> Self {
        self.unfiltered = unfiltered;
        self
    }

    pub(crate) const fn unruled(mut self, unruled: &'static [&'static str]) -> Self {
        self.unruled = unruled;
        self
    }

    pub(crate) const fn search(mut self, search: &'static [&'static str]) -> Self {
        self.search = search;
        self
    }

    pub(crate) const fn verbs(mut self, verbs: Verbs) -> Self {
        self.verbs = verbs;
        self
    }

    pub(crate) const fn clean(
        mut self,
        clean: &'static [fn(&mut Draft<'_>, &mut Problems)],
    ) -> Self {
        self.rules.clean = clean;
        self
    }

    pub(crate) const fn saved(mut self, saved: &'static [SavedRule]) -> Self {
        self.rules.saved = saved;
        self
    }

    pub(crate) const fn removing(mut self, removing: &'static [fn(&mut Draft<'_>)]) -> Self {
        self.rules.removing = removing;
        self
    }

    /// The field of this name.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The app's part of the path.
    pub(crate) fn app(&self) -> &'static str {
        self.path.split_once('/').map_or(self.path, |(app, _)| app)
    }

    /// The attribute that `?<this>=` filters of other resources compare: a slug, else a name.
    pub(crate) fn natural_key(&self) -> &'static str {
        ["slug", "name", "model", "cid", "address", "prefix"]
            .into_iter()
            .find(|name| self.field(name).is_some())
            .unwrap_or("id")
    }

    /// The text that stands for an object.
    pub(crate) fn display_of(&self, view: &View<'_>, object: &Object) -> String {
        let text = |name: &str| match object.get(name) {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        match self.display {
            Display::Field(name) => text(name),
            Display::Labelled if text("label").is_empty() => text("name"),
            Display::Labelled => format!("{} ({})", text("name"), text("label")),
            Display::With(show) => show(view, object),
        }
    }
}

/// A constraint over fields in which null differs from null.
pub(crate) const fn unique(fields: &'static [&'static str]) -> Unique {
    Unique {
        fields,
        nulls_equal: false,
        ignore_case: false,
        when_set: None,
        when_null: None,
        message: None,
    }
}

impl Unique {
    /// The words NetBox has for it; such constraints take null as equal to null.
    pub(crate) const fn words(mut self, message: &'static str) -> Self {
        self.message = Some(message);
        self.nulls_equal = true;
        self
    }

    pub(crate) const fn nulls_equal(mut self) -> Self {
        self.nulls_equal = true;
        self
    }

    pub(crate) const fn ignoring_case(mut self) -> Self {
        self.ignore_case = true;
        self
    }

    pub(crate) const fn when_set(mut self, field: &'static str) -> Self {
        self.when_set = Some(field);
        self
    }

    pub(crate) const fn when_null(mut self, field: &'static str) -> Self {
        self.when_null = Some(field);
        self
    }
}

/// `?name_id=` and `?name=` (by the target's slug or name) over a path that ends in a reference.
pub(crate) const fn by_id(name: &'static str, path: &'static str, target: &'static str) -> Filter {
    Filter { name, path, by: FilterBy::Id(target) }
}

/// A filter that names the target by one of its attributes.
pub(crate) const fn by_attribute(
    name: &'static str,
    path: &'static str,
    target: &'static str,
    attribute: &'static str,
) -> Filter {
    Filter { name, path, by: FilterBy::Attribute(target, attribute) }
}

/// A filter over a plain value at the end of a path.
pub(crate) const fn by_text(name: &'static str, path: &'static str) -> Filter {
    Filter { name, path, by: FilterBy::Text }
}

/// A filter over a plain value, in any case of letters.
pub(crate) const fn by_any_case(name: &'static str, path: &'static str) -> Filter {
    Filter { name, path, by: FilterBy::IgnoringCase }
}

/// A true/false filter: is there anything at the end of the path.
pub(crate) const fn by_presence(name: &'static str, path: &'static str) -> Filter {
    Filter { name, path, by: FilterBy::Presence }
}

/// A filter with a rule of its own.
pub(crate) const fn by_rule(
    name: &'static str,
    rule: fn(&View<'_>, &Object, &str) -> bool,
) -> Filter {
    Filter { name, path: "", by: FilterBy::Rule(rule) }
}
