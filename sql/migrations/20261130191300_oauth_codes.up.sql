-- What a provider proved, for the app that holds the verifier of code_challenge. email_key is the address whose owner
-- alone may link the identity, where an account has that address already.
CREATE TABLE oauth_codes (
    id                   BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    code_hash            BINARY(32)      NOT NULL,
    purpose              VARCHAR(20)     NOT NULL,
    provider             VARCHAR(32)     NOT NULL,
    subject              VARCHAR(255)    NOT NULL,
    email_key            VARCHAR(254)    NULL,
    code_challenge       CHAR(43)        NOT NULL,
    authenticated_at     DATETIME(6)     NULL,
    refresh_token_sealed VARBINARY(4096) NULL,
    consumed_at          DATETIME(6)     NULL,
    expires_at           DATETIME(6)     NOT NULL,
    created_at           DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at           DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_oauth_codes PRIMARY KEY (id),
    CONSTRAINT uq_oauth_codes_code_hash UNIQUE (code_hash),
    INDEX idx_oauth_codes_subject (provider, subject),
    INDEX idx_oauth_codes_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
