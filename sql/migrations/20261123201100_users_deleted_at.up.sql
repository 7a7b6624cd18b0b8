-- When a deleted account was deleted: its grace counts from then.
ALTER TABLE users
    ADD COLUMN deleted_at DATETIME(6) NULL AFTER version,
    ADD INDEX idx_users_deleted_at (deleted_at);

UPDATE users SET deleted_at = updated_at WHERE status = 'deleted';

ALTER TABLE users ADD CONSTRAINT ck_users_deleted_at CHECK ((status = 'deleted') = (deleted_at IS NOT NULL));
