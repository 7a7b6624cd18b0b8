-- The code that was mailed to the user of a session, with which they prove who they are. code_mac is an HMAC of the code
-- and the session; attempts are counted before the code is compared.
CREATE TABLE proof_codes (
    session_id BIGINT UNSIGNED  NOT NULL,
    key_id     VARCHAR(32)      NOT NULL,
    code_mac   BINARY(32)       NOT NULL,
    attempts   TINYINT UNSIGNED NOT NULL DEFAULT 0,
    expires_at DATETIME(6)      NOT NULL,
    CONSTRAINT pk_proof_codes PRIMARY KEY (session_id),
    CONSTRAINT fk_proof_codes_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    INDEX idx_proof_codes_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
