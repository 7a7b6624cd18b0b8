-- A chain per session: each row's successor is the row whose parent_id it is. UNIQUE parent_id makes a second
-- successor impossible. successor_sealed holds the successor under a key derived from the token of this row.
CREATE TABLE refresh_tokens (
    id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    session_id       BIGINT UNSIGNED NOT NULL,
    parent_id        BIGINT UNSIGNED NULL,
    token_hash       BINARY(32)      NOT NULL,
    expires_at       DATETIME(6)     NOT NULL,
    used_at          DATETIME(6)     NULL,
    successor_sealed VARBINARY(255)  NULL,
    created_at       DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at       DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_refresh_tokens PRIMARY KEY (id),
    CONSTRAINT uq_refresh_tokens_parent UNIQUE (parent_id),
    CONSTRAINT uq_refresh_tokens_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_refresh_tokens_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT fk_refresh_tokens_parent FOREIGN KEY (parent_id) REFERENCES refresh_tokens (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
