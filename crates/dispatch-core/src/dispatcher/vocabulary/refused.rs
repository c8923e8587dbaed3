//! Words in refusals: those that there are, where another was refused.

use super::{Words, hint};
use crate::backend::Backend;
use crate::resolve::Resolved;
use crate::shape::Text;

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
}

/// Words that take more room are not told beside a refusal.
const MAX_TOLD_BYTES: usize = 1_500;
