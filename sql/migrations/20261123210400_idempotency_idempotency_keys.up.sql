-- name and fingerprint are HMACs: of the caller, the route and the key, and of the request. The answer is encrypted, since it can
-- hold a secret. The row is written in the transaction of the change that it stands for.
CREATE TABLE idempotency_keys (
    name          BINARY(32)  NOT NULL,
    fingerprint   BINARY(32)  NOT NULL,
    answer_sealed MEDIUMBLOB  NOT NULL,
    expires_at    DATETIME(6) NOT NULL,
    created_at    DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (name),
    INDEX idx_idempotency_keys_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
