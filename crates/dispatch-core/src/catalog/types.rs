//! The types of a catalog: a small intermediate representation of schemas.
//!
//! A keyword of JSON Schema that these types cannot hold widens to what they can: nothing that the
//! document allows is ever refused because of it.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// The place of a type in its catalog's [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypeId(pub u32);

/// Every type of a catalog; a type refers to others by [`TypeId`], and may refer to itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Types(pub Vec<Type>);

impl Types {
    /// The type with this id.
    ///
    /// # Panics
    ///
    /// Panics if the id is of another catalog. [`Catalog::load`](super::Catalog::load) refuses a
    /// saved catalog that holds such an id.
    #[must_use]
    pub fn get(&self, id: TypeId) -> &Type {
        &self.0[id.0 as usize]
    }

    /// The objects that a type, or a branch of it, is.
    #[must_use]
    pub(crate) fn objects(&self, id: TypeId) -> Vec<&ObjectType> {
        let mut objects = Vec::new();
        self.collect_objects(id, 0, &mut objects);
        objects
    }

    fn collect_objects<'a>(&'a self, id: TypeId, depth: u8, into: &mut Vec<&'a ObjectType>) {
        match &self.get(id).shape {
            Shape::Object(object) => into.push(object),
            Shape::Union(variants) if depth < MAX_UNIONS => {
                for variant in variants {
                    self.collect_objects(*variant, depth + 1, into);
                }
            }
            _ => {}
        }
    }

    /// Adds a type.
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the size of a document")]
    pub(crate) fn push(&mut self, ty: Type) -> TypeId {
        self.0.push(ty);
        TypeId((self.0.len() - 1) as u32)
    }
}

/// How deep unions within unions are looked at; the compiler flattens them.
pub(crate) const MAX_UNIONS: u8 = 4;

/// One type: a shape, and whether `null` is also a value of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Type {
    /// Whether `null` is a value of this type.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// What its other values look like.
    #[serde(flatten)]
    pub shape: Shape,
}

impl Type {
    /// A type that does not allow `null`.
    #[must_use]
    pub const fn new(shape: Shape) -> Self {
        Self { nullable: false, shape }
    }

    /// A type that allows `null` too.
    #[must_use]
    pub const fn nullable(shape: Shape) -> Self {
        Self { nullable: true, shape }
    }
}

/// What the values of a type look like.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "lowercase")]
pub enum Shape {
    /// Any JSON value, `null` included.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer(Bounds),
    /// A number.
    Number(Bounds),
    /// A string.
    String(Length),
    /// One of these values, which are strings, numbers, booleans or `null`.
    Enum(Vec<Value>),
    /// A list.
    Array {
        /// The type of its elements.
        items: TypeId,
        /// How many elements it has.
        #[serde(default, skip_serializing_if = "Length::is_open")]
        length: Length,
    },
    /// An object with named fields.
    Object(ObjectType),
    /// An object with arbitrary keys.
    Map(TypeId),
    /// A value of any of these types; which one is told by the value's JSON type first.
    Union(Vec<TypeId>),
    /// A reference to an object of a resource: its id, or attributes that identify it.
    Reference(Reference),
}

/// The limits of a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bounds {
    /// The least value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// The greatest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
    /// Whether `min` itself is refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exclusive_min: bool,
    /// Whether `max` itself is refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exclusive_max: bool,
}

/// The limits of a length: of a string in characters, of a list in elements. The format of a string
/// (`date-time`, `uri`, `binary`) tells an agent what to write and is not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Length {
    /// The least length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u64>,
    /// The greatest length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// The format of a string (JSON Schema Validation 2020-12, section 7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

impl Length {
    /// Whether every length is allowed and no format is named.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none() && self.format.is_none()
    }
}

/// An object with named fields, in the document's order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ObjectType {
    /// The name of the component schema it was lowered from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What the document says of keys that are no field.
    #[serde(default, skip_serializing_if = "Additional::is_unstated")]
    pub additional: Additional,
}

impl ObjectType {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Whether a field of this name can be written.
    #[must_use]
    pub fn is_writable(&self, name: &str) -> bool {
        self.field(name).is_some_and(|field| !field.read_only)
    }
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// Its key.
    pub name: String,
    /// The type of its value.
    pub ty: TypeId,
    /// Whether the object must have it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// Whether only the API writes it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Whether the API never shows it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub write_only: bool,
    /// What the document says about it, where descriptions are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Field {
    /// A field that an object may have, and that is both read and written.
    #[must_use]
    pub fn optional(name: &str, ty: TypeId) -> Self {
        Self {
            name: name.to_owned(),
            ty,
            required: false,
            read_only: false,
            write_only: false,
            description: None,
        }
    }
}

/// What the document says of an object's keys that are no field (`additionalProperties`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Additional {
    /// Nothing. In a request, such a key is then refused: real APIs ignore it silently, which turns
    /// a misspelled field into a write that did not happen.
    #[default]
    Unstated,
    /// They are refused.
    Forbidden,
    /// They are allowed, with values of this type.
    Allowed(TypeId),
}

impl Additional {
    /// Whether the document says nothing.
    #[must_use]
    pub const fn is_unstated(&self) -> bool {
        matches!(self, Self::Unstated)
    }
}

/// A reference to an object of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// The name of the resource.
    pub resource: String,
    /// The type of its id.
    pub id: TypeId,
    /// The object of attributes that may stand in place of the id, where the API resolves one. Its
    /// fields are all optional here: any of them that identify one object will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<TypeId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}
