ALTER TABLE users
    DROP INDEX idx_users_email_unicode,
    DROP COLUMN email_unicode;
