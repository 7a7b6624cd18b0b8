-- One visit to a provider, from the redirection to the answer. The state is known only by its SHA-256, as is the secret of
-- the browser's cookie. code_challenge is the app's; nonce and code_verifier are ours for the provider, which are useless
-- without the browser and the provider's code.
CREATE TABLE oauth_attempts (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    state_hash     BINARY(32)      NOT NULL,
    browser_hash   BINARY(32)      NOT NULL,
    provider       VARCHAR(32)     NOT NULL,
    purpose        VARCHAR(20)     NOT NULL,
    redirect_to    VARCHAR(2048)   NOT NULL,
    code_challenge CHAR(43)        NOT NULL,
    nonce          CHAR(43)        NOT NULL,
    code_verifier  CHAR(43)        NOT NULL,
    is_fresh       BOOLEAN         NOT NULL,
    name           VARCHAR(100)    NULL COLLATE utf8mb4_uca1400_ai_ci,
    consumed_at    DATETIME(6)     NULL,
    expires_at     DATETIME(6)     NOT NULL,
    created_at     DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at     DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_oauth_attempts PRIMARY KEY (id),
    CONSTRAINT uq_oauth_attempts_state_hash UNIQUE (state_hash),
    INDEX idx_oauth_attempts_browser_hash (browser_hash, id),
    INDEX idx_oauth_attempts_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
