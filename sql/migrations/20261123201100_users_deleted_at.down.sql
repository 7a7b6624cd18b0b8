ALTER TABLE users
    DROP CONSTRAINT ck_users_deleted_at,
    DROP INDEX idx_users_deleted_at,
    DROP COLUMN deleted_at;
