-- Whether a user's words stand in the table words. Rows that came another way than through the program (seeds, imports, those from
-- before) are found by this and get theirs from a job.
ALTER TABLE users
    ADD COLUMN has_words BOOLEAN NOT NULL DEFAULT FALSE AFTER version,
    ADD INDEX idx_users_has_words (has_words, id);
