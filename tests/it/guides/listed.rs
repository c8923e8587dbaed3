//! Every block of commands and of configuration in the guides, and what tests it.

/// A block: the heading that it stands under, how it begins, and what tests it.
pub(super) type Listed = (&'static str, &'static str, Fate);

/// What tests a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The test of this name, in this folder, runs it as it stands.
    Run(&'static str),
    /// This file tests what it shows.
    By(&'static str),
    /// Nothing does, for this reason.
    Not(&'static str),
}

use Fate::{By, Not, Run};

/// The files that have such blocks. That a configuration is one that the server reads is tested for
/// each of them beside that.
pub(super) const LISTED: &[(&str, &[Listed])] = &[
    ("README.md", README),
    ("docs/netbox.md", NETBOX),
    ("docs/access.md", ACCESS),
    ("docs/several-netboxes.md", SEVERAL),
    ("docs/netbox-upgrades.md", UPGRADES),
    ("docs/service.md", SERVICE),
    ("docs/another-api.md", ANOTHER_API),
    ("benches/traces/README.md", TRACES),
];

const README: &[Listed] = &[
    ("Two commands", "cargo run --release --example netbox_server\n", Run("readme")),
    ("Two commands", "NETBOX_TOKEN=...", Run("readme on netbox")),
    ("Two commands", "cargo run --release --example netbox_server -- --config", Run("readme")),
    ("Two commands", "cargo xtask test", Not("this test is one of those that it runs")),
    ("For your own API", "[dependencies]", Not("it is for the manifest of another project")),
];

const NETBOX: &[Listed] = &[
    ("1. The program", "cargo build", Run("netbox")),
    ("1. The program", "cargo xtask netbox up", By("xtask/src/test.rs")),
    ("1. The program", "NETBOX=", Run("netbox")),
    ("2. A service user that reads", "api() {", Run("netbox")),
    ("3. Connect", "netbox_server --netbox-url", Run("netbox")),
    ("3. Connect", "claude mcp add", Run("netbox")),
    ("3. Connect", "curl", Run("netbox")),
    ("3. Connect", "[netbox]", Run("netbox")),
    ("3. Connect", "netbox_server --config", Run("netbox")),
    ("4. Two tokens: reading and writing", "WRITERS=", Run("netbox")),
    ("4. Two tokens: reading and writing", "[upstream]", Run("netbox")),
    ("4. Two tokens: reading and writing", "netbox_server", Run("netbox")),
    ("5. Everybody as themselves", "netbox_server key", Run("netbox")),
    ("5. Everybody as themselves", "[netbox]", Run("netbox")),
    ("5. Everybody as themselves", "netbox_server --config", Run("netbox")),
    ("6. From elsewhere", "listen", Run("netbox")),
    ("6. From elsewhere", "trusted_hops", Run("netbox")),
    ("6. From elsewhere", "curl", Run("netbox")),
    ("One origin", "listen", By("tests/it/access/one_origin.rs")),
    ("One origin", "server {", By("tests/it/access/one_origin.rs")),
    ("8. Upgrades", "curl", Run("netbox")),
    ("10. An example that is whole", "netbox_server --seed", By("tests/it/walkthrough.rs")),
    ("10. An example that is whole", "cargo xtask netbox", By("tests/it/walkthrough/on_netbox.rs")),
];

const ACCESS: &[Listed] = &[
    ("Try it", "cargo run", Run("access")),
    ("`[access]`", "[[access.clients]]", By("tests/it/access/clients.rs")),
    ("People", "[netbox]", By("tests/it/access/per_user.rs")),
    ("People", "[access]", By("tests/it/access/openid.rs")),
    ("Clients that nobody registered", "[access", By("tests/it/access/flow.rs")),
    ("Tokens of others", "[[access.external_issuers]]", By("tests/it/access/external.rs")),
    ("Where the server stands", "trusted_hops", By("tests/it/access/proxies.rs")),
];

const SEVERAL: &[Listed] = &[
    ("By path", "path = ", Run("several")),
    ("By path", "$ LAB_TOKEN=...", Run("several")),
    ("NetBox's own users", "path = ", By("tests/it/several/accounts.rs")),
    ("By prefix", "path = ", Run("several")),
    ("By prefix", "$ LAB_TOKEN=...", Run("several")),
    ("Static tokens", "netbox_server --config several.toml", Run("several")),
];

const UPGRADES: &[Listed] = &[
    ("NetBox upgraded, a plugin added", "[netbox]", By("tests/it/reload.rs")),
    ("NetBox upgraded, a plugin added", "kill -HUP", By("tests/it/reload.rs")),
];

const SERVICE: &[Listed] = &[
    ("A user and files of its own", "useradd", Not("it makes a user of the system")),
    ("A user and files of its own", "public_url", By("tests/it/access/per_user.rs")),
    ("The unit", "[Unit]", Run("service")),
    ("The unit", "systemctl", Not("no systemd runs where tests do")),
    ("A container", "FROM rust:", By("tests/it/guides/service.rs")),
];

const ANOTHER_API: &[Listed] = &[
    ("1. The document", "python3 -m venv", Not("Nautobot needs a database and Redis for it")),
    (COMPILED, "cargo run", Run("another api")),
    (COMPILED, "dcim location", Run("another api")),
    ("3. The policy", "title", Run("another api")),
    ("4. Serve it", "export API_TOKEN", Run("another api")),
];

const TRACES: &[Listed] =
    &[("The traces", "note = ", Not("the report reads every trace that there is"))];

/// A heading of `docs/another-api.md`.
pub(super) const COMPILED: &str = "2. What it compiles to, without a word of yours";
