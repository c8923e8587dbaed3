//! The peers: where each comes from and how it is started.

use std::path::Path;
use std::process::Command;

use super::install::{Installed, Package};
use crate::workspace;

/// Another system that gives agents an API.
#[derive(Debug)]
pub(super) struct Peer {
    /// What its traces and results are filed under.
    pub(super) name: &'static str,
    /// What it is, for people.
    pub(super) title: &'static str,
    /// The folder it is installed in.
    pub(super) folder: &'static str,
    /// Where it comes from.
    pub(super) package: Package,
    /// The command that serves the document at a path, for the API at a URL, over stdio.
    pub(super) command: fn(&Installed, &Path, &str) -> Command,
    /// What was assumed in its favour or against it.
    pub(super) assumptions: &'static [&'static str],
}

/// Every peer that is run.
pub(super) const PEERS: [Peer; 9] = [
    Peer {
        name: "fastmcp-codemode",
        title: "FastMCP 4.1.6 from_openapi, CodeMode",
        folder: "fastmcp",
        package: FASTMCP,
        command: |installed, document, url| fastmcp(installed, document, url, "code"),
        assumptions: &[REMEMBERED],
    },
    Peer {
        name: "codemode",
        title: "@cloudflare/codemode 0.5.6 openApiMcpServer",
        folder: "codemode",
        package: Package::Node(&[
            "@cloudflare/codemode@0.5.6",
            "@modelcontextprotocol/sdk@1.32.2",
            "@cfworker/json-schema@4.1.1",
            "zod@4.6.7",
        ]),
        command: |installed, document, url| {
            let mut node = Installed::node(&launcher("codemode/server.mjs"));
            node.arg(installed.modules()).arg(document).arg(url);
            node
        },
        assumptions: &["code runs in a context of node:vm in place of a Worker"],
    },
    Peer {
        name: "fastmcp-bm25",
        title: "FastMCP 4.1.6 from_openapi, BM25 search",
        folder: "fastmcp",
        package: FASTMCP,
        command: |installed, document, url| fastmcp(installed, document, url, "bm25"),
        assumptions: &[
            REMEMBERED,
            "its search answers in FastMCP's compact Markdown, not in its default JSON",
        ],
    },
    Peer {
        name: "ivotoby",
        title: "@ivotoby/openapi-mcp-server 1.16.1, dynamic",
        folder: "ivotoby",
        package: Package::Node(&["@ivotoby/openapi-mcp-server@1.16.1"]),
        command: |installed, document, url| {
            let program = installed.modules().join("@ivotoby/openapi-mcp-server/bin/mcp-server.js");
            let mut node = Installed::node(&program);
            node.args(["--tools", "dynamic", "--verbose", "false", "--api-base-url", url]);
            node.arg("--openapi-spec").arg(document);
            node
        },
        assumptions: &["it fills no path in: what needs an id in its path is not within its reach"],
    },
    Peer {
        name: "netbox-mcp",
        title: "netbox-mcp 0.2.1 (mhajder)",
        folder: "netbox-mcp",
        package: Package::Python(&["netbox-mcp==0.2.1"]),
        command: |installed, _, url| {
            let mut program = installed.python("netbox-mcp");
            program.env("NETBOX_URL", url).env("NETBOX_TOKEN", TOKEN).env("LOG_LEVEL", "ERROR");
            program
        },
        assumptions: &[
            "it describes types by OPTIONS and has GraphQL, neither of which the sandbox answers: \
             its traces use neither",
        ],
    },
    Peer {
        name: "netbox-mcp-extended",
        title: "netbox-mcp-server-extended 1.2.1.post4",
        folder: "netbox-mcp-extended",
        package: Package::Python(&["netbox-mcp-server-extended==1.2.1.post4"]),
        command: |installed, _, url| {
            let mut program = installed.python("netbox-mcp-server-extended");
            program.env("NETBOX_URL", url).env("NETBOX_TOKEN", TOKEN);
            program.args(["--log-level", "ERROR"]);
            program
        },
        assumptions: &[
            "its dry run needs a script in NetBox, so its traces write at once (dry_run=false)",
        ],
    },
    Peer {
        name: "nbx-mcp",
        title: "netbox-sdk 0.0.13 nbx-mcp",
        folder: "nbx-mcp",
        package: Package::Python(&["netbox-sdk[mcp]==0.0.13"]),
        command: |installed, _, url| {
            let mut program = installed.python("nbx-mcp");
            program.args(["--allow-mutations", "--netbox-version", "4.7"]);
            program
                .env("NETBOX_URL", url)
                .env("NETBOX_TOKEN_KEY", "")
                .env("NETBOX_TOKEN_SECRET", TOKEN);
            program
        },
        assumptions: &[
            "its create and patch fail (`unexpected keyword argument 'active'`), so its traces \
             write through its `call`",
        ],
    },
    Peer {
        name: "fastmcp-flat",
        title: "FastMCP 4.1.6 from_openapi, one tool per operation",
        folder: "fastmcp",
        package: FASTMCP,
        command: |installed, document, url| fastmcp(installed, document, url, "flat"),
        assumptions: &["no model holds its surface: the runs show what the calls would cost"],
    },
    Peer {
        name: "awslabs",
        title: "awslabs.openapi-mcp-server 1.1.6",
        folder: "awslabs",
        package: Package::Python(&["awslabs.openapi-mcp-server==1.1.6"]),
        command: |installed, document, url| {
            let mut program = installed.python("awslabs.openapi-mcp-server");
            program.args(["--log-level", "ERROR", "--api-name", "netbox", "--api-url", url]);
            program.arg("--allow-insecure-http").arg("--allow-private-networks");
            program.arg("--spec-path").arg(document);
            program
        },
        assumptions: &["its surface only: it is FastMCP's, and takes minutes to start"],
    },
];

fn fastmcp(installed: &Installed, document: &Path, url: &str, offer: &str) -> Command {
    let mut python = installed.python("python");
    python.arg(launcher("fastmcp/server.py")).arg(document).args([url, offer]);
    python
}

/// A program of ours that starts a peer which is a library.
fn launcher(path: &str) -> std::path::PathBuf {
    workspace::root().join("benches/peers").join(path)
}

const FASTMCP: Package = Package::Python(&["fastmcp[code-mode]==4.1.6"]);
const REMEMBERED: &str = "our launcher keeps the list of operations, which FastMCP makes anew at each call; \
     it saves seconds and changes no byte";
/// Peers send a token of their own; the sandbox is called with the one of the task's tier.
const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";
