-- When the user of a session last proved who they are; NULL if that is unknown, as after a sign-in by a provider that
-- does not tell when it asked for the password. The version before starts sessions by password only, so the default is
-- right for its rows.
ALTER TABLE sessions
    ADD COLUMN authenticated_at DATETIME(6) NULL DEFAULT CURRENT_TIMESTAMP(6) AFTER ip_address;

UPDATE sessions SET authenticated_at = created_at, updated_at = updated_at;
