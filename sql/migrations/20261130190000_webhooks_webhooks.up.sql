-- A webhook belongs to an organization, or to the installation if organization_id is NULL. events has the names of the
-- wanted events with a comma between them, or *. Secrets are encrypted; the previous one signs too, until its end. A
-- deleted webhook stays until its deliveries are purged.
CREATE TABLE webhooks (
    id                      BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id               UUID            NOT NULL,
    organization_id         BIGINT UNSIGNED NULL,
    created_by              BIGINT UNSIGNED NULL,
    url                     VARCHAR(2048)   NOT NULL,
    description             VARCHAR(200)    NOT NULL,
    events                  VARCHAR(6500)   NOT NULL,
    status                  VARCHAR(10)     NOT NULL DEFAULT 'enabled',
    disabled_reason         VARCHAR(10)     NULL,
    secret                  VARBINARY(255)  NOT NULL,
    previous_secret         VARBINARY(255)  NULL,
    previous_secret_ends_at DATETIME(6)     NULL,
    version                 INT UNSIGNED    NOT NULL DEFAULT 1,
    deleted_at              DATETIME(6)     NULL,
    is_deleted              BOOLEAN         AS (deleted_at IS NOT NULL) PERSISTENT,
    created_at              DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at              DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_webhooks PRIMARY KEY (id),
    CONSTRAINT uq_webhooks_public_id UNIQUE (public_id),
    CONSTRAINT fk_webhooks_organization FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_webhooks_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_webhooks_status CHECK (status IN ('enabled', 'disabled')),
    CONSTRAINT ck_webhooks_disabled_reason CHECK (disabled_reason IN ('request', 'gone', 'failing')),
    CONSTRAINT ck_webhooks_disabled CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
    INDEX idx_webhooks_created_at (organization_id, is_deleted, created_at, id),
    INDEX idx_webhooks_created_by (created_by),
    INDEX idx_webhooks_deleted_at (deleted_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

-- What the last attempts at a webhook say about its receiver. The runner locks this row while it takes a delivery, and
-- not the webhook's, on which the deliveries of a change hold a shared lock until that change commits.
CREATE TABLE webhook_health (
    webhook_id    BIGINT UNSIGNED NOT NULL,
    succeeded_at  DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    failing_since DATETIME(6)     NULL,
    is_troubled   BOOLEAN         NOT NULL DEFAULT FALSE,
    warned_at     DATETIME(6)     NULL,
    CONSTRAINT pk_webhook_health PRIMARY KEY (webhook_id),
    CONSTRAINT fk_webhook_health_webhook FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

-- The outbox: an event that some webhook wanted, written in the transaction of the change. id is its sequence.
CREATE TABLE webhook_events (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id   UUID            NOT NULL,
    type        VARCHAR(64)     NOT NULL,
    data        LONGTEXT        NOT NULL,
    occurred_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_webhook_events PRIMARY KEY (id),
    CONSTRAINT uq_webhook_events_public_id UNIQUE (public_id),
    CONSTRAINT ck_webhook_events_data CHECK (JSON_VALID(data)),
    INDEX idx_webhook_events_occurred_at (occurred_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

-- An event on its way to one webhook. run_at is the time of the next attempt or, while it is being sent, the end of the
-- lease. attempts counts those since the delivery was last made due; log has the last ones.
CREATE TABLE webhook_deliveries (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id  UUID            NOT NULL,
    webhook_id BIGINT UNSIGNED NOT NULL,
    event_id   BIGINT UNSIGNED NOT NULL,
    status     VARCHAR(10)     NOT NULL DEFAULT 'pending',
    attempts   INT UNSIGNED    NOT NULL DEFAULT 0,
    log        LONGTEXT        NOT NULL DEFAULT '[]',
    run_at     DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    lease_id   UUID            NULL,
    created_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id),
    CONSTRAINT uq_webhook_deliveries_public_id UNIQUE (public_id),
    CONSTRAINT uq_webhook_deliveries_event UNIQUE (event_id, webhook_id),
    CONSTRAINT fk_webhook_deliveries_webhook FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE,
    CONSTRAINT fk_webhook_deliveries_event FOREIGN KEY (event_id) REFERENCES webhook_events (id) ON DELETE CASCADE,
    CONSTRAINT ck_webhook_deliveries_status CHECK (status IN ('pending', 'sending', 'delivered', 'dead')),
    CONSTRAINT ck_webhook_deliveries_log CHECK (JSON_VALID(log)),
    INDEX idx_webhook_deliveries_due (status, webhook_id, run_at),
    INDEX idx_webhook_deliveries_created_at (webhook_id, created_at, id),
    INDEX idx_webhook_deliveries_status (webhook_id, status, created_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
