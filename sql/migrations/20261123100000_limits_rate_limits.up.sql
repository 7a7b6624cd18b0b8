-- One row for each limit that is not full. subject (who) and bucket (what, from where) are HMACs, so that the table tells no
-- addresses. full_at is when the whole quota is there again; is_granted, what the last request was told. The pair is the key,
-- and nothing refers to a row: no id.
CREATE TABLE rate_limits (
    subject    BINARY(32)  NOT NULL,
    bucket     BINARY(32)  NOT NULL,
    full_at    DATETIME(6) NOT NULL,
    is_granted BOOLEAN     NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_rate_limits PRIMARY KEY (subject, bucket),
    INDEX idx_rate_limits_full_at (full_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
