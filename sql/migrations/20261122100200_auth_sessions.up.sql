-- One sign-in on one device. Rotation, logout and suspension all lock this row first.
CREATE TABLE sessions (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id      UUID            NOT NULL,
    user_id        BIGINT UNSIGNED NOT NULL,
    user_agent     VARCHAR(512)    NOT NULL DEFAULT '',
    ip_address     VARCHAR(45)     NOT NULL,
    last_seen_at   DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    expires_at     DATETIME(6)     NOT NULL,
    revoked_at     DATETIME(6)     NULL,
    revoked_reason VARCHAR(20)     NULL,
    created_at     DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at     DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT uq_sessions_public_id UNIQUE (public_id),
    CONSTRAINT fk_sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_sessions_revoked_reason CHECK (revoked_reason IN ('logout', 'revoked', 'reuse')),
    CONSTRAINT ck_sessions_revoked CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
    INDEX idx_sessions_user_last_seen (user_id, last_seen_at, id),
    INDEX idx_sessions_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
