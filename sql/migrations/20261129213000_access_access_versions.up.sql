-- Counts the changes of what processes keep in memory: the permissions of roles, and the signing keys. The statement that
-- authenticates a request reads the number, so that a change counts from the next request. Triggers count, within the
-- transaction of the change, so that no way of changing these tables is left out.
CREATE TABLE access_versions (
    id         TINYINT UNSIGNED NOT NULL,
    version    BIGINT UNSIGNED  NOT NULL DEFAULT 1,
    created_at DATETIME(6)      NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6)      NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    CONSTRAINT pk_access_versions PRIMARY KEY (id),
    CONSTRAINT ck_access_versions_single CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

INSERT INTO access_versions (id) VALUES (1);

CREATE TRIGGER roles_count_insert AFTER INSERT ON roles FOR EACH ROW
    UPDATE access_versions SET version = version + 1 WHERE id = 1;

CREATE TRIGGER roles_count_update AFTER UPDATE ON roles FOR EACH ROW
    UPDATE access_versions SET version = version + 1 WHERE id = 1;

CREATE TRIGGER roles_count_delete AFTER DELETE ON roles FOR EACH ROW
    UPDATE access_versions SET version = version + 1 WHERE id = 1;

CREATE TRIGGER signing_keys_count_insert AFTER INSERT ON signing_keys FOR EACH ROW
    UPDATE access_versions SET version = version + 1 WHERE id = 1;

CREATE TRIGGER signing_keys_count_update AFTER UPDATE ON signing_keys FOR EACH ROW
    UPDATE access_versions SET version = version + 1 WHERE id = 1;

CREATE TRIGGER signing_keys_count_delete AFTER DELETE ON signing_keys FOR EACH ROW
    UPDATE access_versions SET version = version + 1 WHERE id = 1;
