-- A job is due when run_at has passed. A lease pushes run_at to its own end, so the job of a runner that died is due
-- again by itself, and one index serves both. A finished job is deleted; a dead one stays until someone looks.
CREATE TABLE jobs (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id  UUID            NOT NULL,
    kind       VARCHAR(64)     NOT NULL,
    payload    LONGTEXT        NOT NULL,
    status     VARCHAR(10)     NOT NULL DEFAULT 'pending',
    run_at     DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    attempts   INT UNSIGNED    NOT NULL DEFAULT 0,
    lease_id   UUID            NULL,
    last_error VARCHAR(500)    NULL,
    created_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_jobs PRIMARY KEY (id),
    CONSTRAINT uq_jobs_public_id UNIQUE (public_id),
    CONSTRAINT ck_jobs_status CHECK (status IN ('pending', 'dead')),
    CONSTRAINT ck_jobs_payload CHECK (JSON_VALID(payload)),
    INDEX idx_jobs_due (status, run_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
