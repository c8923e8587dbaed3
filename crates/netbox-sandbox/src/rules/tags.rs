//! Tags.

use serde_json::{Value, json};

use crate::{render::View, state::Object, table};

/// How many objects have a tag.
pub(crate) fn tagged_items(view: &View<'_>, tag: &Object) -> Value {
    let tagged = table::all()
        .filter(|resource| resource.field("tags").is_some())
        .map(|resource| view.state.referring(resource.path, "tags", tag.id).count());
    json!(tagged.sum::<usize>())
}
