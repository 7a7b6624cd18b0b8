UPDATE sessions SET revoked_reason = 'revoked' WHERE revoked_reason = 'unlinked';

ALTER TABLE sessions
    DROP CONSTRAINT ck_sessions_revoked_reason,
    ADD CONSTRAINT ck_sessions_revoked_reason CHECK (
        revoked_reason IN ('logout', 'everywhere', 'revoked', 'reuse', 'password', 'suspended', 'deleted'));
