//! What a peer sees on the wire.
