//! The compact notation of types: the one notation of `help` and of error texts.
//!
//! An agent pays for every token, so a signature is written in one line, not as JSON Schema. What
//! it says is true of the catalog: it reads the same types that the checks read. It may say less
//! than they check (the brief form leaves out lengths of strings and very wide limits), never more.
//!
//! # Grammar
//!
//! In this grammar `" "` is one space, `{x}` is any number of `x`, `[x]` is at most one.
//!
//! ```text
//! fields    = field {" " field}
//! field     = name ["!"] ":" type          ; "!": required
//!           | name ["!"] ref ["?"]         ; the colon is left out before "->"
//! name      = bare name | JSON string
//! type      = one {"|" one} ["?"]          ; any one of these; "?": null is allowed too
//! one       = "any"                        ; any JSON value
//!           | "bool"
//!           | ("int" | "num" | "str" | format) [range]
//!           | literal                      ; this very value
//!           | "…" digits                   ; this many more literals, left out
//!           | "[" type "]" [range]         ; a list, its length
//!           | "{" fields "}"               ; an object with these fields and no others
//!           | "{" [fields " "] "*" [":" type] "}"   ; and any other keys (values of this type)
//!           | "{…}"                        ; an object, its fields left out
//!           | "name"                       ; behind the id of an object: its name, or attributes
//!           | ref
//! format    = "date" | "date-time" | "time" | "duration" | "uri" | "uuid" | "email" | "hostname"
//!           | "ipv4" | "ipv6" | "byte" | "binary" | "password"
//!                                          ; a string of this format
//! range     = "(" [low] ".." [high] ")"    ; limits of a number, or of a length
//! low       = ["<"] number                 ; "<": the limit itself is refused
//! high      = ["<"] number
//! literal   = bare word | JSON string | number | "true" | "false"
//! ref       = "->" resource [".id"] ["(" type ")"] [object]
//!                                          ; see below
//! ```
//!
//! A `ref` is a reference to an object of the named resource: its id, which is an integer unless a
//! type in parentheses says otherwise, or, unless `.id` stands behind the name, a natural key of it,
//! such as `"ams1"`, or an object of attributes that identify it, such as `{"slug": "ams1"}`; the
//! full form lists the attributes.
//! A bare word is one or more letters, digits, `_`, `-`, `.`, `/`, `+`, at least one of them a
//! letter; it holds no `..` and is none of the words of the notation.
//! A bare name is the same, `$` and `@` being letters.
//!
//! # Grammar of the help of a resource
//!
//! ```text
//! page      = head {NL needs} {NL (action | also | usual)} [NL note] [NL example]
//! head      = resource " (" tool ")"
//! needs     = "needs " tier ": " name {" " name}       ; the caller has yet to be granted the tier
//! also      = name {" " name} " also: " query          ; what the lines of these actions leave out
//! usual     = "usual (help " tool "): " name {" " name} [" bulk_*"]   ; what these take is said once,
//!                                                      ; by the help of a tool; "bulk_*": of all there
//! example   = "e.g. " JSON                             ; the arguments of a call
//! action    = names ":" [" " inside] [("; " | " ") query] {NL " " filters}
//! names     = name {" " name} | "bulk_" name {"/" name}   ; bulk_create/delete: two bulk actions
//! inside    = [keys ", "] body | keys                  ; in the path, then in the body
//! keys      = fields
//! body      = fields
//!           | said                                     ; by the body of another action
//!           | "items:[{" (fields | said) "}]"          ; params.items is a list of these objects
//!           | "items, each as single" {change}      ; bulk_x: keys and fields of x, an item each
//! said      = "as " name {change}                      ; the same fields
//!           | "as " name ", required as in " name {change}
//!           | "any of " name {change}                  ; the same fields, none of them required
//! query     = [short] [", "] [fields]                  ; in the query, and headers
//! short     = ("+list" | "+read") [" without" {" " name}]   ; said once, by the help of a tool
//! change    = " without " name {" " name}
//!           | (", required: " | ", not required: ") name {" " name}
//!           | ", never null: " name {" " name}
//!           | ", null too: " name {" " name}
//!           | ", " fields                              ; these besides, or with another type
//! filters   = {lookups " "} typed {"; " typed}
//! typed     = type [" +_id" type] ":" {" " name ["!"]} ; "+_id": `name_id` is one too, of that type
//! lookups   = "__" lookup {"," lookup} [":" type]      ; `name__lookup` is a parameter too
//!           | "__" lookup ".." lookup                 ; the set from this one to that, said once by help of a tool
//! ```
//!
//! An action that others are said by has a body, so that what stands before its `"; "` behind a
//! `", "`, or all of it where there is none, are the fields of that body. Every field, key, filter
//! and header is written into `params`, wherever it goes.
//! In `filters` a `type` may be `=`: the choices of the field of the same name, blanks left out. The
//! choices of a filter are those that the document tells of it; a lookup, or the API, may take more.
//! A lookup without a type takes that of its filter; of a choice, any string. A `name` that ends in
//! `*` stands for every parameter that begins so. A name may have its place in front, as in
//! `query.id`, where the bare name would mean another place.

use crate::access::Access;
use crate::catalog::{Catalog, Field, ObjectType, Parameter, Shape, TypeId};

pub(crate) mod arguments;
mod choice;
pub(crate) mod query;
mod ty;

pub use choice::{choices, literal};

/// Writes types of one catalog for one caller, who is never told the name of a hidden resource.
#[derive(Clone, Copy, Debug)]
pub struct Notation<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) access: Access,
    detail: Detail,
    choices: Choices,
}

/// How much a signature says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What a caller needs to get most calls right: long enumerations are shortened, lengths of
    /// strings, very wide limits and the attributes of references are left out.
    Brief,
    /// What a caller needs to know of a filter: as `Brief`, without limits and without null.
    Filter,
    /// Everything that is checked.
    Full,
}

impl<'a> Notation<'a> {
    /// Writes briefly.
    #[must_use]
    pub const fn brief(catalog: &'a Catalog, access: Access) -> Self {
        Self { catalog, access, detail: Detail::Brief, choices: CHOICES }
    }

    /// Writes types without limits and without null.
    #[must_use]
    pub(crate) const fn short(catalog: &'a Catalog, access: Access) -> Self {
        Self { catalog, access, detail: Detail::Filter, choices: CHOICES }
    }

    /// Writes everything that is checked.
    #[must_use]
    pub const fn full(catalog: &'a Catalog, access: Access) -> Self {
        Self { catalog, access, detail: Detail::Full, choices: CHOICES }
    }

    /// Sets up to how many values an enumeration is written whole, and how many stand for a longer
    /// one.
    #[must_use]
    pub const fn with_choices(mut self, most: usize, shown: usize) -> Self {
        self.choices = Choices { most, shown };
        self
    }

    /// The type of an object's own id, where a field is one that a name may stand in place of.
    fn own_id(&self, name: &str, ty: TypeId) -> Option<TypeId> {
        match &self.catalog.types().get(ty).shape {
            Shape::Reference(own) if name == "id" && own.attributes.is_none() => Some(own.id),
            _ => None,
        }
    }

    /// Writes the type of a field: an object's own id as one, or a name.
    pub(crate) fn field_ty(&self, name: &str, ty: TypeId) -> String {
        ty::Writer::new(*self).field(name, ty)
    }

    /// Writes the type of a key in a path.
    #[must_use]
    pub(crate) fn key_ty(&self, key: &Parameter) -> String {
        let ty = self.ty(key.ty);
        if key.refers.is_some() { format!("{ty}{OR_NAME}") } else { ty }
    }

    /// Writes a type.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> String {
        ty::Writer::new(*self).ty(id)
    }

    /// Writes a field: its name, whether it is required, its type.
    #[must_use]
    pub fn field(&self, field: &Field) -> String {
        named(&field.name, field.required, &self.field_ty(&field.name, field.ty))
    }

    /// Writes a key in a path as a field.
    #[must_use]
    pub fn key(&self, key: &Parameter) -> String {
        named(&key.name, key.required, &self.key_ty(key))
    }

    /// Writes the fields of an object that a caller may write, the required ones first.
    #[must_use]
    pub fn fields(&self, object: &ObjectType) -> String {
        ty::Writer::new(*self).fields(object)
    }

    /// The object behind a type, where it is one.
    #[must_use]
    pub fn object(&self, id: TypeId) -> Option<&'a ObjectType> {
        match &self.catalog.types().get(id).shape {
            Shape::Object(object) => Some(object),
            _ => None,
        }
    }
}

/// Writes a name and a type as a field.
pub(crate) fn named(name: &str, required: bool, ty: &str) -> String {
    let name = choice::name(name);
    let required = if required { "!" } else { "" };
    let colon = if ty.starts_with("->") { "" } else { ":" };
    format!("{name}{required}{colon}{ty}")
}

/// Up to how many values an enumeration is written whole, and how many stand for a longer one.
#[derive(Clone, Copy, Debug)]
struct Choices {
    most: usize,
    shown: usize,
}

/// What may stand in place of the id of an object that has a natural key.
const OR_NAME: &str = "|name";

const CHOICES: Choices = Choices { most: 14, shown: 7 };

/// The words of the notation beside the formats; no literal is written as one of either.
const WORDS: [&str; 8] = ["any", "bool", "int", "num", "str", "true", "false", "null"];

/// The formats of strings that the notation names; a string of any other format is a `str`.
const FORMATS: [&str; 13] = [
    "date",
    "date-time",
    "time",
    "duration",
    "uri",
    "uuid",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "byte",
    "binary",
    "password",
];
