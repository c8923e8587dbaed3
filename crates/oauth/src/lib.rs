//! Access: tokens, scopes, and the layer that answers 401 and 403 for an MCP endpoint.
