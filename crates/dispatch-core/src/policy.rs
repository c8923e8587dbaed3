//! The policy: everything a catalog says that its document does not.
//!
//! One serialized type, written as TOML: the operator's file, an adapter's defaults and what `init`
//! writes are all of it. It names groups, resources and actions, sets tiers, hides operations and
//! masks secrets, and it corrects the document where the document is wrong, since strict checking
//! against a wrong document breaks correct calls.
//!
//! ```
//! use dispatch_core::policy::Policy;
//!
//! let policy = Policy::from_toml(r#"
//!     base_path = "/api/v1"
//!     secrets = ["user.password_hash"]
//!
//!     [groups]
//!     library = ["book", "author"]
//!
//!     [[tiers]]
//!     tier = "admin"
//!     on = ["* /api/v1/users/**"]
//! "#)?;
//! assert_eq!(policy.groups["library"].len(), 2);
//! # Ok::<(), dispatch_core::Error>(())
//! ```
//!
//! # Entries that match nothing
//!
//! A policy that no longer fits its document is a policy that no longer protects: an entry that
//! matches nothing, or the same thing as another entry, refuses to load, with a suggestion. An entry
//! that may match nothing, since it is written for several versions of an API, ends in `?`.
//!
//! # Natural keys
//!
//! `keys` says what people know objects by. An entry is a list of keys in the order they are tried;
//! a key is a field, or several with `+` between them: `devicetype = ["slug", "manufacturer+model",
//! "model~"]`. A field that is itself a reference is known by a key of what it refers to. A key that
//! ends in `~` may fit several objects: it finds one, and `ensure` does not go by it. A key that ends
//! in `?` may have fields that are missing from the document, and so may every key of `*`, which is
//! for the resources without an entry of their own.
//!
//! A plain text stands for the first key of one field that it can be: `slug` holds lowercase
//! letters, digits, `-` and `_` only. Where there is none, it stands for a key of two fields, with
//! the first `/` between them.
//!
//! A correction whose `since` is later than the document is not looked at: what it is about may not
//! be there yet. One that is due must be about something: each of its selectors matches an operation,
//! and its `where_` conditions leave at least one, unless one of the selectors ends in `?`.

mod selector;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog::{Background, EntityTag, Vocabulary};
use crate::error::Error;
use crate::tier::Tier;

pub use selector::Selector;
pub(crate) use selector::optional;

/// What a catalog says that its document does not: see the [module](self).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Policy {
    /// The title of the API, where the document's is not the one to show.
    pub title: Option<String>,
    /// What an agent is told about this API beside the grammar of the tools, in a sentence or two.
    pub instructions: Option<String>,
    /// Whether a bulk request that the API refuses has written nothing, as in one transaction.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bulk_is_atomic: bool,
    /// Whether the API ignores a filter whose value is an empty text, and answers with every row.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignores_empty_filters: bool,
    /// How the entity tag of an object is made of what the object shows, so that a write can be
    /// locked to what a list showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_tag: Option<EntityTag>,
    /// How bulk writes are done in the background. Without it they are done in parts. Where the
    /// parameter ends in `?`, the API may have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
    /// The field of a write that says why it is done, for the API's own log. A server can be told to
    /// set it to who called and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_message: Option<String>,
    /// The path that operations start with and no name is made from, such as `/api`. The base path
    /// of the document's server is none: no path of the document holds it.
    pub base_path: String,
    /// Where the group of a resource that no list names comes from.
    pub group_by: GroupBy,
    /// Parts of a path below which stands what was added to the API, such as `plugins`: where a model
    /// there has a name that is taken, its resource is named by its path.
    pub added_below: Vec<String>,
    /// The groups, in the order of the tools, each with the spellings of its resources.
    pub groups: IndexMap<String, Vec<String>>,
    /// Where the name of a resource comes from.
    pub name_by: NameBy,
    /// How the names of component schemas lead to models.
    pub models: Models,
    /// Names of resources by the path of their collection.
    pub names: IndexMap<String, String>,
    /// Other names of resources: the name, and the spelling of the resource it means.
    pub spellings: IndexMap<String, String>,
    /// Names of actions by `METHOD path`.
    pub actions: IndexMap<String, String>,
    /// Operations that are not offered, by selector.
    pub hidden: Vec<Selector>,
    /// The tiers of operations; a later entry wins over an earlier one. Without one, what is safe
    /// in HTTP's sense is `read` and everything else is `write`.
    pub tiers: Vec<TierRule>,
    /// The tier that each scope grants; `read`, `write` and `admin` by their own names if empty.
    pub scopes: BTreeMap<String, Tier>,
    /// The columns of lists, by resource or `*`, as dotted paths. One that ends in `?` may be
    /// missing from the document; so may any of `*`. An entry `resource.action` is for the rows that
    /// an action of the API's own answers with.
    pub columns: IndexMap<String, Vec<String>>,
    /// Lists of places, as `resource.action`: neighbouring rows that differ in their first column
    /// only are shown as one, from the first to the last of them.
    pub runs: Vec<String>,
    /// Operations that may answer with a picture, which is shown to the agent and holds no secret.
    pub pictures: Vec<Selector>,
    /// Fields whose values never reach an agent: `resource.path.to.field`, where `*` is any one
    /// resource or key and `**` is any number of keys. A field that the document does not tell of is
    /// masked too if its entry ends in `?`. Of an entry that ends in `@`, such as
    /// `source.url@`, only the credentials in the URL are masked.
    pub secrets: Vec<String>,
    /// What people know the objects of a resource by, by resource or `*`: see the
    /// [module](self#natural-keys).
    pub keys: IndexMap<String, Vec<String>>,
    /// What a filter takes, as a resource, a `resource.field` or nothing at all, by
    /// `resource.filter`. Without an entry, a filter is about what the field of its name refers to,
    /// else about the resource of its name; it takes its first key, and its id if it ends in `_id`.
    pub filters: IndexMap<String, String>,
    /// Fields that hold the id of an object whose kind another field of the same object says: the
    /// field of the id, and the field of the kind. A kind is a spelling of a resource.
    pub generic: IndexMap<String, String>,
    /// What kinds of objects a field holds, the usual one first, by `resource.field`: the name of
    /// the field without the `_id` of [`generic`](Self::generic), or of a list of objects that have
    /// such an id. A caller may then give the object by its name alone, or by its kind and name; the
    /// kind `*` is any other resource.
    pub kinds: IndexMap<String, Vec<String>>,
    /// Fields, by their names, whose words are rows of a list: `help` on such a field tells them.
    pub vocabularies: IndexMap<String, Vocabulary>,
    /// Remarks for `help`, by resource or `*`.
    pub notes: IndexMap<String, String>,
    /// What people say for a resource or an action, for `find`: by resource, by `resource.action`,
    /// or by `*.action` for that action of every resource.
    pub synonyms: IndexMap<String, Vec<String>>,
    /// How likely resources are asked about, from 0 to 100: signatures are spent on the likeliest
    /// first, and `find` prefers them.
    pub weights: IndexMap<String, u32>,
    /// Calls that `help` shows as examples: the parameters, by `resource.action`. Each has to be a
    /// call that would be sent.
    pub examples: IndexMap<String, Value>,
    /// Where the document is wrong or silent.
    pub corrections: Vec<Correction>,
    /// Whether the catalog keeps the document's descriptions.
    pub descriptions: bool,
}

/// Where the group of a resource that no list names comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum GroupBy {
    /// The first part of its path after the base path.
    #[default]
    Path,
    /// The first tag of its first operation; the path where it has none.
    Tag,
    /// One group for all, of the title.
    One,
}

/// Where the name of a resource comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum NameBy {
    /// The last literal part of its path, in the singular, after as many of the parts before it as
    /// make it unique.
    #[default]
    Path,
    /// The component schema that its operations answer with; the path where there is none.
    Model,
}

/// How the names of component schemas lead to models, and models to resources.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Models {
    /// What is removed from the front of a schema's name, once, longest first.
    pub strip_prefixes: Vec<String>,
    /// What is removed from its end, once, longest first.
    pub strip_suffixes: Vec<String>,
    /// Names of schemas, with `*` for the model, that refer to an object when they stand in a
    /// request, alone or beside an id.
    pub references: Vec<String>,
    /// Names of schemas, with `*` for the model, that stand for an object in an answer. A list of
    /// ids in a request whose field is a list of these in the answer holds references.
    pub nested: Vec<String>,
    /// Fields of requests that hold the bare id of an object, or a list of such, as `Schema.field`,
    /// with its resource; `*Schema.field` is of every schema whose name ends so.
    pub ids: IndexMap<String, String>,
}

/// The tier of some operations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierRule {
    /// The operations.
    pub on: Vec<Selector>,
    /// Their tier.
    pub tier: Tier,
}

/// A place where the document is wrong or silent, and what is true. Types are written as schemas.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Correction {
    /// The operations it is about.
    pub on: Vec<Selector>,
    /// Why: what the document says and what the server does. A fault names a correction by it.
    pub reason: String,
    /// Applies only to documents of this version of the API or a later one, such as `4.4`.
    pub since: Option<String>,
    /// Applies only where the body's object, or its elements, have this field.
    pub where_field: Option<String>,
    /// Applies only where what is answered has this field.
    pub where_answer_field: Option<String>,
    /// Applies only where the body may be a list.
    pub where_list: bool,
    /// The body, when it is one value. It replaces what the document has, a list too.
    pub body: Option<Value>,
    /// The elements of the body, when it is a list. They replace what the document has; beside
    /// `body`, both forms are taken.
    pub items: Option<Value>,
    /// The server takes no body.
    pub no_body: bool,
    /// Whether the body must be there, where there is one.
    pub body_required: Option<bool>,
    /// A body documented as a list may also be one of its elements, and the other way round.
    pub one_or_many: bool,
    /// The operation, as `METHOD path`, whose body's fields this one takes too, none of them
    /// required.
    pub fields_of: Option<String>,
    /// Fields of the body's object, or of its elements, that the document leaves out or has with
    /// another type. An operation without a body does not get one by them.
    pub fields: IndexMap<String, Value>,
    /// Fields that the document has and the server ignores.
    pub without_fields: Vec<String>,
    /// Fields that the document requires and the server does not.
    pub optional_fields: Vec<String>,
    /// Fields that the server requires and the document does not.
    pub required_fields: Vec<String>,
    /// Query parameters that the document leaves out or has with another type.
    pub query: IndexMap<String, Value>,
    /// Families of query parameters that the document leaves out, by what their names start with.
    pub query_prefixes: IndexMap<String, Value>,
    /// Query parameters that are not offered, with `*` for any end of a name.
    pub hidden_query: Vec<String>,
    /// Headers that the document leaves out or has with another type.
    pub headers: IndexMap<String, Value>,
    /// What the operation answers.
    pub answer: Option<Value>,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    ///
    /// Fails if the text is no TOML or no policy, naming the line and what was expected.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(Error::policy_syntax)
    }

    /// The tier that each scope grants.
    pub(crate) fn scope_tiers(&self) -> BTreeMap<String, Tier> {
        if self.scopes.is_empty() {
            Tier::ALL.iter().map(|tier| (tier.as_str().to_owned(), *tier)).collect()
        } else {
            self.scopes.clone()
        }
    }
}
