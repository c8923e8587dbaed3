//! The surfaces that every client is tried on.

use rmcp::model::Tool;
use serde_json::Value;

use super::forms::{Form, as_text, forms};
use crate::client::{Client, Era};
use crate::server::Server;

/// How a server publishes its tools.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surface {
    /// Which tools there are.
    tools: &'static str,
    /// Whether writing has tools of its own.
    split: bool,
    /// How arguments that hold objects are published.
    schema_profile: &'static str,
}

/// A server, and what it publishes.
pub(crate) struct Published {
    pub(crate) server: Server,
    pub(crate) tools: Vec<Tool>,
    surface: Surface,
}

impl Surface {
    /// Those that publish objects.
    pub(crate) const OF_OBJECTS: [Self; 3] = [
        Self { tools: "groups", split: false, schema_profile: "object" },
        Self { tools: "groups", split: true, schema_profile: "object" },
        Self { tools: "one", split: false, schema_profile: "object" },
    ];

    /// Those that publish text in their place.
    pub(crate) const OF_TEXT: [Self; 3] = [
        Self { tools: "groups", split: false, schema_profile: "params_as_string" },
        Self { tools: "groups", split: true, schema_profile: "params_as_string" },
        Self { tools: "one", split: false, schema_profile: "params_as_string" },
    ];

    /// All of them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::OF_OBJECTS.into_iter().chain(Self::OF_TEXT)
    }

    /// Starts a server over an empty sandbox, and lists its tools by a client that converts nothing.
    pub(crate) async fn publish(self) -> Option<Published> {
        let Self { tools, split, schema_profile } = self;
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("config.toml");
        let text = format!(
            "[surface]\ntools = \"{tools}\"\nsplit = {split}\nschema_profile = \"{schema_profile}\"\n"
        );
        std::fs::write(&config, text).expect("a file");
        let config = config.to_str().expect("a path in UTF-8");
        let server = Server::start(&["--empty", "--config", config], &[])?;
        let tools = Client::connect(&server, Era::PerRequest).await.tools().await;
        assert!(!tools.is_empty());
        assert_eq!(tools.iter().any(|tool| tool.name == "write"), split);
        Some(Published { server, tools, surface: self })
    }
}

impl Published {
    /// Every call as an agent makes it that sees these tools; where they publish text, one that is
    /// held to their schemas.
    pub(crate) fn forms(&self, suffix: &str) -> Vec<Form> {
        let Surface { tools, split, schema_profile } = self.surface;
        let forms = forms(suffix).into_iter().map(|form| match (tools, split) {
            ("one", _) => form.through(&self.tools[0].name),
            (_, true) => form.split(),
            _ => form,
        });
        if schema_profile == "object" {
            return forms.collect();
        }
        let as_text = |form: Form| {
            let arguments = as_text(&form.arguments, &self.schema_of(&form))?;
            Some(Form { arguments, ..form })
        };
        let forms: Vec<Form> = forms.filter_map(as_text).collect();
        assert!(forms.len() > 30, "{schema_profile} has {} forms", forms.len());
        forms
    }

    /// The schema of the tool that a call goes to.
    pub(crate) fn schema_of(&self, form: &Form) -> Value {
        let tool = self.tools.iter().find(|tool| tool.name == form.tool);
        let tool = tool.unwrap_or_else(|| panic!("no tool {}", form.tool));
        Value::Object(tool.input_schema.as_ref().clone())
    }

    /// Whether a call keeps to the schema of its tool. What else is understood is for clients that do
    /// not keep to schemas.
    pub(crate) fn fits(&self, form: &Form) -> bool {
        jsonschema::is_valid(&self.schema_of(form), &form.arguments)
    }
}
