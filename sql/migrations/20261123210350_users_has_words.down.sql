ALTER TABLE users
    DROP INDEX idx_users_has_words,
    DROP COLUMN has_words;
