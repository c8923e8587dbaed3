use std::time::Duration;

use super::origin::Allowed;

/// Holds the configuration of a service.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) path: Option<String>,
    pub(super) health_path: Option<String>,
    pub(super) allowed: Allowed,
    pub(super) resource_metadata: Option<String>,
    pub(super) max_body_bytes: usize,
    pub(super) body_deadline: Duration,
    pub(super) keep_alive: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            path: None,
            health_path: None,
            allowed: Allowed::default(),
            resource_metadata: None,
            max_body_bytes: 4 * 1024 * 1024,
            body_deadline: Duration::from_secs(30),
            keep_alive: Duration::from_secs(15),
        }
    }
}

/// Drops the slashes at the end, so that `/mcp/` is `/mcp`.
pub(super) fn without_trailing_slash(path: &str) -> &str {
    path.trim_end_matches('/')
}
