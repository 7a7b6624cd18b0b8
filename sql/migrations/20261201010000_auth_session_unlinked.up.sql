ALTER TABLE sessions
    DROP CONSTRAINT ck_sessions_revoked_reason,
    ADD CONSTRAINT ck_sessions_revoked_reason CHECK (
        revoked_reason IN (
            'logout', 'everywhere', 'revoked', 'reuse', 'password', 'unlinked', 'suspended', 'deleted'));
