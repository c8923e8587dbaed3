//! What other systems cost before the first call, and when and how they were run.

use std::fmt::Write as _;

use super::markdown::thousands;
use super::peers::Peer;

/// The surface of each other system, the dearest first.
#[must_use]
pub fn surfaces(peers: &[Peer]) -> String {
    let mut text = String::from(
        "| system | tools | schema tokens | the whole of `tools/list` | instructions | run by | on |\n\
         |---|---:|---:|---:|---:|---|---|\n",
    );
    let mut peers: Vec<&Peer> = peers.iter().collect();
    peers.sort_by_key(|peer| std::cmp::Reverse(peer.surface.tools));
    for peer in peers {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | `{}` | {} |",
            peer.title,
            peer.surface.n_tools,
            thousands(peer.surface.tools),
            thousands(peer.surface.tools_full),
            thousands(peer.surface.instructions),
            peer.command,
            peer.date,
        );
    }
    text
}
