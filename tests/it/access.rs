//! Access, through the real server: signing in, tokens, stepping up, commands, proxies.

mod anonymous;
mod balancer;
mod bodies;
pub(crate) mod browser;
mod clients;
pub(crate) mod commands;
mod documents;
mod external;
mod fake_openid_provider;
mod flow;
mod keys;
mod one_origin;
mod openid;
mod per_user;
mod postgres;
mod proxies;
pub(crate) mod real;
mod refusals;
mod tiers;

use std::path::PathBuf;

use tempfile::TempDir;

/// A configuration file in a folder of its own, which holds whatever it names.
pub(crate) struct Config {
    folder: TempDir,
}

impl Config {
    /// Writes a file; `FOLDER` in it stands for the folder.
    pub(crate) fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let text = text.replace("FOLDER", folder.path().to_str().expect("a path in UTF-8"));
        std::fs::write(folder.path().join("config.toml"), text).expect("the file is written");
        Self { folder }
    }

    pub(crate) fn path(&self) -> String {
        self.file("config.toml").display().to_string()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
