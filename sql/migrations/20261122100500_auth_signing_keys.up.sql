-- UNIQUE generation makes the first start of several processes agree on one key: one INSERT wins, the others reread.
CREATE TABLE signing_keys (
    id                 BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    generation         INT UNSIGNED    NOT NULL,
    kid                VARCHAR(64)     NOT NULL,
    private_key_sealed VARBINARY(512)  NOT NULL,
    signs_from         DATETIME(6)     NOT NULL,
    verifies_until     DATETIME(6)     NULL,
    withdrawn_at       DATETIME(6)     NULL,
    created_at         DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at         DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_signing_keys PRIMARY KEY (id),
    CONSTRAINT uq_signing_keys_generation UNIQUE (generation),
    CONSTRAINT uq_signing_keys_kid UNIQUE (kid)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
