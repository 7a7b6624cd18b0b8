-- A user's account at a provider, with which the user signs in. The provider tells a user by subject, never by an
-- address. refresh_token_sealed is only kept for a provider whose tokens must be revoked (Apple), sealed under the
-- master key.
CREATE TABLE identities (
    id                   BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    user_id              BIGINT UNSIGNED NOT NULL,
    provider             VARCHAR(32)     NOT NULL,
    subject              VARCHAR(255)    NOT NULL,
    refresh_token_sealed VARBINARY(4096) NULL,
    last_used_at         DATETIME(6)     NULL,
    created_at           DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at           DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_identities PRIMARY KEY (id),
    CONSTRAINT uq_identities_subject UNIQUE (provider, subject),
    CONSTRAINT uq_identities_user UNIQUE (user_id, provider),
    CONSTRAINT fk_identities_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    INDEX idx_identities_user (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
