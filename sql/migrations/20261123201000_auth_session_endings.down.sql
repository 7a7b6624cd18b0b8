UPDATE sessions SET revoked_reason = 'revoked' WHERE revoked_reason NOT IN ('logout', 'revoked', 'reuse');

ALTER TABLE sessions
    DROP CONSTRAINT ck_sessions_revoked_reason,
    ADD CONSTRAINT ck_sessions_revoked_reason CHECK (revoked_reason IN ('logout', 'revoked', 'reuse'));
