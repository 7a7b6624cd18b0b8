DELETE FROM one_time_tokens WHERE purpose NOT IN ('verify_email', 'reset_password', 'change_email');

ALTER TABLE one_time_tokens
    ADD CONSTRAINT ck_one_time_tokens_purpose CHECK (purpose IN ('verify_email', 'reset_password', 'change_email'));
