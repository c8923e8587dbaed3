//! Words in refusals: those that there are, where the API refused another, and where a write that is
//! only told of has another.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Words, hint};
use crate::backend::Backend;
use crate::call::{ITEMS, Members};
use crate::resolve::Resolved;
use crate::shape::{self, Text};
use crate::suggest;

impl<B: Backend> Words<'_, B> {
    /// Puts the words themselves into a refusal that is about them, where they are few.
    pub(in super::super) async fn in_refusal(
        &self,
        resolved: &Resolved<'_>,
        mut text: Text,
    ) -> Text {
        if !text.is_error {
            return text;
        }
        for (field, vocabulary) in &self.asked.catalog.parts().vocabularies {
            let hint = hint(resolved.resource, field);
            if !text.text.contains(&hint) {
                continue;
            }
            let told = self.told(resolved.resource, vocabulary).await;
            if let Some(told) = told.ok().filter(|told| told.len() <= MAX_TOLD_BYTES) {
                let told = format!("\n{field} of {}:\n{told}", resolved.resource.name);
                text.text = text.text.replace(&hint, &told);
            }
        }
        text
    }

    /// Refuses a write that is only told of, where it has keys that are no words of their field.
    pub(in super::super) async fn rehearsed(
        &self,
        resolved: &Resolved<'_>,
        params: &Members,
    ) -> Option<Text> {
        let resource = resolved.resource;
        let mut faults = String::new();
        for (field, vocabulary) in &self.asked.catalog.parts().vocabularies {
            let keys = keys_of(params, field);
            if keys.is_empty() {
                continue;
            }
            // What cannot be read is not known to be wrong.
            let rows = self.of(resource, vocabulary).await.ok()?;
            let names: Vec<&str> =
                rows.iter().filter_map(|row| row[&vocabulary.name].as_str()).collect();
            for key in keys.iter().filter(|key| !names.contains(&key.as_str())) {
                let question = suggest::did_you_mean(key, names.iter().copied());
                let key = shape::word(key);
                let name = &resource.name;
                faults.push_str(&format!("\n{field}.{key}: there is none for {name}{question}"));
                faults.push_str(&hint(resource, field));
            }
        }
        let what = format!("{} {}", resource.name, resolved.action.name);
        (!faults.is_empty()).then(|| Text::error(format!("{what} would be refused:{faults}")))
    }
}

/// The keys of a field that holds an object, in the parameters or in any item of them.
fn keys_of(params: &Members, field: &str) -> BTreeSet<String> {
    let read = |name: &str| -> Option<Value> { serde_json::from_str(params.get(name)?.get()).ok() };
    let items = read(ITEMS).unwrap_or_default();
    let in_items = items.as_array().into_iter().flatten().map(|item| &item[field]);
    let own = read(field).unwrap_or_default();
    let objects = in_items.chain([&own]).filter_map(Value::as_object);
    objects.flat_map(|object| object.keys().cloned()).collect()
}

/// Words that take more room are not told beside a refusal.
const MAX_TOLD_BYTES: usize = 1_500;
