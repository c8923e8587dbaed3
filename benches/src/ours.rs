//! This project as a system under test: the real service over a fresh sandbox, in process.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result, anyhow};
use dispatch_core::surface::{Level, SurfaceOptions, Tools};
use dispatch_core::{Catalog, Dispatcher, DispatcherOptions, Tier};
use mcp_protocol::auth::{AuthInfo, ScopeSet};
use mcp_protocol::http::McpService;

use serde::Deserialize;
use serde_json::json;

use crate::connection::{Connection, InProcess};
use crate::sandbox::Fresh;
use crate::trace::{Call, Policy, Turn, folder};

/// What the traces of this project are filed under.
pub const NAME: &str = "ours";

/// A form of this project's tools. What is sent in each is the same, but for the names of the tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Which tools there are.
    pub tools: Tools,
    /// How much they say.
    pub level: Level,
}

impl Form {
    /// The forms that are measured, the default first.
    pub const ALL: [Self; 3] = [
        Self { tools: Tools::Groups, level: Level::Names },
        Self { tools: Tools::One, level: Level::Names },
        Self { tools: Tools::One, level: Level::Bare },
    ];

    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> String {
        let tools = if self.tools == Tools::One { "one tool" } else { "groups" };
        format!("{tools}, {}", self.level.as_str())
    }

    /// The options of a server that has it.
    #[must_use]
    pub fn options(self) -> DispatcherOptions {
        let surface = SurfaceOptions::default().with_tools(self.tools).with_level(self.level);
        DispatcherOptions::default().with_surface(surface)
    }

    /// The turns of a trace in this form. With one tool every call goes to that; where no resource is
    /// named, a cautious agent first looks for the task's words.
    ///
    /// # Errors
    ///
    /// Where the words cannot be read.
    pub fn turns(self, task: &str, policy: Policy, turns: &[Turn]) -> Result<Vec<Turn>> {
        let mut turns = turns.to_vec();
        if self.tools == Tools::Groups {
            return Ok(turns);
        }
        for call in turns.iter_mut().flat_map(|turn| &mut turn.calls) {
            ONE.clone_into(&mut call.tool);
        }
        if self.level == Level::Bare && policy == Policy::Cautious {
            let looking = Looking::read()?;
            let words = looking.find.get(task);
            let words = words.with_context(|| format!("{task} has no words to look for"))?;
            let asks = |action: &str, resource: &String| {
                Call::new(ONE, json!({ "resource": resource, "action": action }).to_string())
            };
            if let (Some(resource), [first, ..]) = (looking.help.get(task), turns.as_mut_slice()) {
                first.calls = vec![asks("help", resource)];
            }
            turns.insert(0, Turn { calls: words.iter().map(|it| asks("find", it)).collect() });
        }
        Ok(turns)
    }
}

/// How a cautious agent finds its way where no resource is named, by tasks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Looking {
    /// The words that it looks for, out of the task's own text.
    pub find: BTreeMap<String, Vec<String>>,
    /// What it asks help about then, where that is not what the trace asks about.
    pub help: BTreeMap<String, String>,
}

impl Looking {
    /// Reads `benches/traces/find.toml`.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn read() -> Result<Self> {
        let path = folder().join("find.toml");
        let context = || format!("failed to read {}", path.display());
        let text = std::fs::read_to_string(&path).with_context(context)?;
        toml::from_str(&text).with_context(context)
    }
}

/// The name of the one tool.
const ONE: &str = "api";

/// Connects to a server over the sandbox, at a tier and with the options of a dispatcher.
///
/// # Errors
///
/// Where the catalog cannot be loaded.
pub fn connect(fresh: &Fresh, tier: Tier, options: &DispatcherOptions) -> Result<Connection> {
    let dispatcher = Dispatcher::new(catalog()?, fresh.backend(tier)).with_options(options.clone());
    let scopes: ScopeSet =
        Tier::ALL.into_iter().filter(|it| *it <= tier).map(|it| it.to_string()).collect();
    let auth = AuthInfo::new("agent").with_scopes(scopes.clone()).with_obtainable(scopes);
    Ok(Connection::InProcess(InProcess::new(McpService::new(dispatcher), auth)))
}

/// The catalog of NetBox 4.7.0, loaded once.
///
/// # Errors
///
/// Where it cannot be loaded.
pub fn catalog() -> Result<Arc<Catalog>> {
    static CATALOG: OnceLock<Result<Arc<Catalog>, String>> = OnceLock::new();
    let load = || netbox_adapter::bundled_catalog().map(Arc::new).map_err(|it| it.to_string());
    CATALOG.get_or_init(load).clone().map_err(|error| anyhow!("failed to {error}"))
}
