-- Append-only: no updated_at, and no foreign keys, so that an event outlives what it tells of. Ids are public ids.
CREATE TABLE audit_events (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    public_id  UUID            NOT NULL,
    action     VARCHAR(64)     NOT NULL,
    actor_id   UUID            NULL,
    target_id  UUID            NULL,
    session_id UUID            NULL,
    request_id VARCHAR(64)     NULL,
    ip_address VARCHAR(45)     NULL,
    details    LONGTEXT        NULL,
    created_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_audit_events PRIMARY KEY (id),
    CONSTRAINT uq_audit_events_public_id UNIQUE (public_id),
    CONSTRAINT ck_audit_events_details CHECK (details IS NULL OR JSON_VALID(details)),
    INDEX idx_audit_events_actor (actor_id, id),
    INDEX idx_audit_events_target (target_id, id),
    INDEX idx_audit_events_action (action, id),
    INDEX idx_audit_events_created_at (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TRIGGER audit_events_refuse_update BEFORE UPDATE ON audit_events FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit events are never changed';

CREATE TRIGGER audit_events_refuse_delete BEFORE DELETE ON audit_events FOR EACH ROW
    IF OLD.created_at > UTC_TIMESTAMP(6) - INTERVAL 1 YEAR THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit events are kept for a year';
    END IF;
