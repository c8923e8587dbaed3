//! The MCP wire: revisions, JSON-RPC, the tool-server trait, Streamable HTTP and stdio.
