CREATE TABLE oauth_clients (
    id BYTEA PRIMARY KEY,
    is_dynamic BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    client TEXT NOT NULL
);
CREATE TABLE oauth_pending (
    id BYTEA PRIMARY KEY,
    browser BYTEA NOT NULL,
    client_id BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    pending TEXT NOT NULL
);
CREATE INDEX oauth_pending_browser ON oauth_pending (browser);
CREATE INDEX oauth_pending_expires ON oauth_pending (expires);
CREATE TABLE oauth_sessions (
    id BYTEA PRIMARY KEY,
    subject BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    session TEXT NOT NULL
);
CREATE TABLE oauth_codes (
    code BYTEA PRIMARY KEY,
    subject BYTEA NOT NULL,
    client_id BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    authorization_code TEXT NOT NULL
);
CREATE TABLE oauth_consents (
    subject BYTEA NOT NULL,
    client_id BYTEA NOT NULL,
    resource BYTEA NOT NULL,
    consent TEXT NOT NULL,
    PRIMARY KEY (subject, client_id, resource)
);
CREATE TABLE oauth_grants (
    id BYTEA PRIMARY KEY,
    client_id BYTEA NOT NULL,
    subject BYTEA NOT NULL,
    code BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    revoked BIGINT NOT NULL,
    granted TEXT NOT NULL
);
CREATE INDEX oauth_grants_client_id ON oauth_grants (client_id);
CREATE INDEX oauth_grants_subject ON oauth_grants (subject);
CREATE INDEX oauth_grants_code ON oauth_grants (code);
CREATE TABLE oauth_access_tokens (
    token BYTEA PRIMARY KEY,
    grant_id BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    access_token TEXT NOT NULL
);
CREATE TABLE oauth_refresh_tokens (
    token BYTEA PRIMARY KEY,
    grant_id BYTEA NOT NULL,
    used BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    refresh_token TEXT NOT NULL
);
CREATE TABLE oauth_users (
    name BYTEA PRIMARY KEY,
    local_user TEXT NOT NULL
);
CREATE TABLE oauth_credentials (
    subject BYTEA PRIMARY KEY,
    sealed BYTEA NOT NULL
);
CREATE TABLE oauth_marks (
    what BYTEA PRIMARY KEY,
    expires BIGINT NOT NULL
);
CREATE TABLE oauth_counters (
    kind BYTEA PRIMARY KEY,
    n BIGINT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE TABLE oauth_limits (
    limited BYTEA PRIMARY KEY,
    who TEXT NOT NULL,
    most TEXT NOT NULL
);
CREATE TABLE oauth_static_tokens (
    id BYTEA PRIMARY KEY,
    token BYTEA NOT NULL UNIQUE,
    last_used BIGINT NOT NULL,
    static_token TEXT NOT NULL
);
