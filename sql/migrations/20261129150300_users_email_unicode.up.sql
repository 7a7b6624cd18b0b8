-- email_unicode is email_key with its domain in its own script, case-folded, where the domain has A-labels; else NULL. By this
-- accounts are found by the beginnings of such addresses. `gatehouse migrate up` fills it once the migrations are applied, and
-- renews email_key, since only the program can fold case.
ALTER TABLE users
    ADD COLUMN email_unicode VARCHAR(254) NULL AFTER email_key,
    ADD INDEX idx_users_email_unicode (email_unicode, id);
