-- new_email is the address that a change_email token stands for, as entered; email_key is always that of where it was sent.
ALTER TABLE one_time_tokens
    DROP CONSTRAINT ck_one_time_tokens_purpose,
    ADD COLUMN new_email VARCHAR(254) NULL AFTER email_key,
    ADD CONSTRAINT ck_one_time_tokens_purpose CHECK (purpose IN ('verify_email', 'reset_password', 'change_email')),
    ADD CONSTRAINT ck_one_time_tokens_new_email CHECK ((purpose = 'change_email') = (new_email IS NOT NULL));
