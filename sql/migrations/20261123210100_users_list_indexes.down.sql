ALTER TABLE users
    DROP INDEX idx_users_created_at,
    DROP INDEX idx_users_name,
    DROP INDEX idx_users_email_key,
    DROP INDEX idx_users_status_created_at,
    DROP INDEX idx_users_status_name,
    DROP INDEX idx_users_role_status_created_at;

-- The foreign key of the role needs an index until it is gone itself.
ALTER TABLE users ADD INDEX fk_users_role (role), DROP INDEX idx_users_role_created_at;
