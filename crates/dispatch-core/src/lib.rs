//! The compiler and the dispatcher: OpenAPI document to catalog to MCP tools to HTTP requests and shaped answers.
