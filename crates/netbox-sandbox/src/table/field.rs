//! The fields of a resource.

use serde_json::{Value, json};

use crate::{render::View, state::Object};

/// One field of a resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// A create or replace without it is refused.
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    /// Whether the empty string is a value.
    pub(crate) blank: bool,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    /// NetBox takes a value for it, and this crate has no rule for that: 501.
    pub(crate) refused: bool,
    /// NetBox's name for it in messages, where that is not the name itself.
    pub(crate) label: Option<&'static str>,
    /// A replace that does not name it sets it back.
    pub(crate) resets: bool,
    /// For models' names: those that NetBox takes; all if empty.
    pub(crate) among: &'static [&'static str],
    /// Sorted naturally rather than byte by byte.
    pub(crate) natural: bool,
    /// No two objects have the same value.
    pub(crate) unique: bool,
    /// The value that a create without the field stores.
    pub(crate) preset: Preset,
    /// For references: what deleting the target does to the holder.
    pub(crate) on_delete: OnDelete,
    /// For references: the fields shown of the target, where they are not its brief form.
    pub(crate) nested: Option<&'static [&'static str]>,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Id,
    Url,
    DisplayUrl,
    Display,
    Created,
    LastUpdated,
    Tags,
    CustomFields,
    /// A string, of at most so many characters.
    Text(Option<usize>),
    Slug(usize),
    Email(usize),
    Int(i64, i64),
    /// A number with digits, decimal places, and limits.
    Decimal(u32, u32, f64, f64),
    Boolean,
    Date,
    DateTime,
    /// A choice shown as `{value, label}`.
    Choice(Choices),
    /// A choice shown as its bare value.
    PlainChoice(Choices),
    Reference(&'static str),
    References(&'static str),
    /// The model's name of a generic reference.
    ObjectType,
    /// The id of a generic reference.
    ObjectId,
    /// The target of a generic reference, by the names of the two fields above.
    Object(&'static str, &'static str),
    /// A list of models' names.
    TypeList,
    Json,
    /// A list of integers.
    IntList,
    /// A list of strings.
    Strings,
    /// A list of `[first, last]` pairs.
    Ranges,
    /// An IP address with its mask.
    Address,
    /// An IP network.
    Network,
    Mac,
    /// How many objects of a resource refer to this one by a field. Zero when nested.
    Count(&'static str, &'static str),
    /// How many objects of a resource have a generic reference to this one, or to what lies in it.
    ScopeCount(&'static str, &'static str),
    /// The same as `Count`, over this object and those below it.
    TreeCount(&'static str, &'static str),
    /// The same, but right wherever it is shown.
    LiveCount(&'static str, &'static str),
    /// A value made on showing.
    Computed(fn(&View<'_>, &Object) -> Value),
    /// The objects of a resource that refer to this one by a field.
    Holders(&'static str, &'static str),
    /// A reference shown as a bare id.
    PlainReference(&'static str),
    /// A list of `{object_type, object_id}`.
    Terminations,
    /// NetBox has it, and this crate no rule for it: shown as this JSON, else null. Writing it is
    /// a 501.
    Unruled(Option<&'static str>),
    /// An IANA time zone.
    TimeZone,
}

/// The legal values of a choice, with their labels.
pub(crate) type Choices = &'static [(&'static str, &'static str)];

/// The value of a field that a create does not name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Preset {
    /// Null where that is legal, else the kind's empty value.
    Empty,
    Text(&'static str),
    Int(i64),
    Decimal(f64),
    True,
    EmptyObject,
}

/// What deleting the target of a reference does to its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDelete {
    /// The target cannot be deleted.
    Protect,
    /// The holder is deleted too.
    Cascade,
    /// The reference becomes null.
    SetNull,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: false,
        nullable: false,
        blank: true,
        read_only: false,
        write_only: false,
        refused: false,
        label: None,
        resets: false,
        among: &[],
        natural: false,
        unique: false,
        preset: Preset::Empty,
        on_delete: OnDelete::Protect,
        nested: None,
    }
}

const fn shown(name: &'static str, kind: Kind) -> Field {
    let mut field = field(name, kind);
    field.read_only = true;
    field
}

pub(crate) const ID: Field = shown("id", Kind::Id);
pub(crate) const URL: Field = shown("url", Kind::Url);
pub(crate) const DISPLAY_URL: Field = shown("display_url", Kind::DisplayUrl);
pub(crate) const DISPLAY: Field = shown("display", Kind::Display);
pub(crate) const CREATED: Field = shown("created", Kind::Created);
pub(crate) const LAST_UPDATED: Field = shown("last_updated", Kind::LastUpdated);
pub(crate) const TAGS: Field = field("tags", Kind::Tags);
pub(crate) const CUSTOM_FIELDS: Field = field("custom_fields", Kind::CustomFields);
pub(crate) const OWNER: Field = reference("owner", "users/owners").null();

/// The fields of a route target where a VRF shows it, which is all of them.
pub(crate) const ROUTE_TARGET: &[&str] = &[
    "id",
    "url",
    "display_url",
    "display",
    "name",
    "tenant",
    "description",
    "owner",
    "comments",
    "tags",
    "custom_fields",
    "created",
    "last_updated",
];

/// A string of at most `max` characters; 0 for no limit.
pub(crate) const fn text(name: &'static str, max: usize) -> Field {
    field(name, Kind::Text(if max == 0 { None } else { Some(max) }))
}

/// A field that this crate has no rule for, shown as the given JSON.
pub(crate) const fn unruled(name: &'static str, shown: Option<&'static str>) -> Field {
    field(name, Kind::Unruled(shown))
}

/// The objects of a resource that refer to this one by a field, plain or generic.
pub(crate) const fn holders(name: &'static str, of: &'static str, by: &'static str) -> Field {
    shown(name, Kind::Holders(of, by))
}

pub(crate) const fn time_zone(name: &'static str) -> Field {
    field(name, Kind::TimeZone)
}

pub(crate) const fn plain_reference(name: &'static str, target: &'static str) -> Field {
    field(name, Kind::PlainReference(target))
}

pub(crate) const fn terminations(name: &'static str) -> Field {
    field(name, Kind::Terminations)
}

pub(crate) const fn email(name: &'static str, max: usize) -> Field {
    field(name, Kind::Email(max))
}

pub(crate) const fn slug(name: &'static str) -> Field {
    field(name, Kind::Slug(100)).required()
}

pub(crate) const fn int(name: &'static str, min: i64, max: i64) -> Field {
    field(name, Kind::Int(min, max))
}

pub(crate) const fn decimal(
    name: &'static str,
    digits: u32,
    places: u32,
    min: f64,
    max: f64,
) -> Field {
    field(name, Kind::Decimal(digits, places, min, max))
}

pub(crate) const fn boolean(name: &'static str) -> Field {
    field(name, Kind::Boolean)
}

pub(crate) const fn date(name: &'static str) -> Field {
    field(name, Kind::Date)
}

pub(crate) const fn datetime(name: &'static str) -> Field {
    field(name, Kind::DateTime)
}

pub(crate) const fn choice(name: &'static str, choices: Choices) -> Field {
    field(name, Kind::Choice(choices))
}

pub(crate) const fn plain_choice(name: &'static str, choices: Choices) -> Field {
    field(name, Kind::PlainChoice(choices))
}

pub(crate) const fn reference(name: &'static str, target: &'static str) -> Field {
    field(name, Kind::Reference(target))
}

pub(crate) const fn references(name: &'static str, target: &'static str) -> Field {
    field(name, Kind::References(target))
}

pub(crate) const fn object_type(name: &'static str) -> Field {
    field(name, Kind::ObjectType)
}

pub(crate) const fn object_id(name: &'static str) -> Field {
    field(name, Kind::ObjectId)
}

/// The target that `type_field` and `id_field` name together.
pub(crate) const fn object_of(
    name: &'static str,
    type_field: &'static str,
    id_field: &'static str,
) -> Field {
    shown(name, Kind::Object(type_field, id_field))
}

pub(crate) const fn type_list(name: &'static str) -> Field {
    field(name, Kind::TypeList)
}

pub(crate) const fn json(name: &'static str) -> Field {
    field(name, Kind::Json)
}

pub(crate) const fn int_list(name: &'static str) -> Field {
    field(name, Kind::IntList)
}

pub(crate) const fn strings(name: &'static str) -> Field {
    field(name, Kind::Strings)
}

pub(crate) const fn ranges(name: &'static str) -> Field {
    field(name, Kind::Ranges)
}

pub(crate) const fn address(name: &'static str) -> Field {
    field(name, Kind::Address)
}

pub(crate) const fn net(name: &'static str) -> Field {
    field(name, Kind::Network)
}

pub(crate) const fn mac(name: &'static str) -> Field {
    field(name, Kind::Mac)
}

pub(crate) const fn count(name: &'static str, of: &'static str, by: &'static str) -> Field {
    shown(name, Kind::Count(of, by))
}

pub(crate) const fn scope_count(name: &'static str, of: &'static str, by: &'static str) -> Field {
    shown(name, Kind::ScopeCount(of, by))
}

pub(crate) const fn tree_count(name: &'static str, of: &'static str, by: &'static str) -> Field {
    shown(name, Kind::TreeCount(of, by))
}

pub(crate) const fn live_count(name: &'static str, of: &'static str, by: &'static str) -> Field {
    shown(name, Kind::LiveCount(of, by))
}

pub(crate) const fn computed(name: &'static str, make: fn(&View<'_>, &Object) -> Value) -> Field {
    shown(name, Kind::Computed(make))
}

impl Field {
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self.blank = false;
        self
    }

    pub(crate) const fn null(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// The empty string is refused, though the field may be left out.
    pub(crate) const fn filled(mut self) -> Self {
        self.blank = false;
        self
    }

    /// The value is checked, and neither stored nor shown.
    pub(crate) const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// A replace that does not name it sets it back to its preset.
    pub(crate) const fn resets(mut self) -> Self {
        self.resets = true;
        self
    }

    /// Takes only these models' names.
    pub(crate) const fn among(mut self, models: &'static [&'static str]) -> Self {
        self.among = models;
        self
    }

    /// What messages call it.
    pub(crate) const fn called(mut self, label: &'static str) -> Self {
        self.label = Some(label);
        self
    }

    /// Writing it is a 501.
    pub(crate) const fn refused(mut self) -> Self {
        self.refused = true;
        self.read_only = false;
        self
    }

    /// Sorted by NetBox's natural order.
    pub(crate) const fn natural(mut self) -> Self {
        self.natural = true;
        self
    }

    pub(crate) const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    pub(crate) const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    pub(crate) const fn preset(mut self, preset: Preset) -> Self {
        self.preset = preset;
        self
    }

    /// The value a create stores when it does not name the field.
    pub(crate) const fn or(self, text: &'static str) -> Self {
        self.preset(Preset::Text(text))
    }

    pub(crate) const fn cascade(mut self) -> Self {
        self.on_delete = OnDelete::Cascade;
        self
    }

    pub(crate) const fn set_null(mut self) -> Self {
        self.on_delete = OnDelete::SetNull;
        self
    }

    /// Shows these fields of the target instead of its brief form.
    pub(crate) const fn nested(mut self, fields: &'static [&'static str]) -> Self {
        self.nested = Some(fields);
        self
    }

    /// Whether an object stores a value for it.
    pub(crate) const fn is_stored(&self) -> bool {
        !matches!(
            self.kind,
            Kind::Id
                | Kind::Url
                | Kind::DisplayUrl
                | Kind::Display
                | Kind::Object(..)
                | Kind::Count(..)
                | Kind::TreeCount(..)
                | Kind::ScopeCount(..)
                | Kind::LiveCount(..)
                | Kind::Computed(..)
                | Kind::Holders(..)
                | Kind::Unruled(..)
        )
    }

    /// The resource that a reference names.
    pub(crate) const fn target(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Reference(target) | Kind::References(target) | Kind::PlainReference(target) => {
                Some(target)
            }
            _ => None,
        }
    }

    /// The value that a create which does not name the field stores.
    pub(crate) fn preset_value(&self) -> Value {
        match (self.preset, self.kind) {
            (Preset::Text(text), _) => Value::from(text),
            (Preset::Int(number), _) => Value::from(number),
            (Preset::Decimal(number), _) => Value::from(number),
            (Preset::True, _) => Value::Bool(true),
            (Preset::EmptyObject, _) => json!({}),
            (Preset::Empty, Kind::IntList) if self.nullable => Value::Null,
            (
                Preset::Empty,
                Kind::Tags
                | Kind::References(_)
                | Kind::TypeList
                | Kind::IntList
                | Kind::Strings
                | Kind::Ranges
                | Kind::Terminations,
            ) => json!([]),
            (Preset::Empty, Kind::CustomFields) => json!({}),
            (Preset::Empty, Kind::Boolean) if !self.nullable => Value::Bool(false),
            (
                Preset::Empty,
                Kind::Text(_)
                | Kind::Slug(_)
                | Kind::Email(_)
                | Kind::Choice(_)
                | Kind::PlainChoice(_),
            ) if !self.nullable => Value::from(""),
            _ => Value::Null,
        }
    }
}
