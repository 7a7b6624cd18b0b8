DELETE FROM one_time_tokens WHERE purpose <> 'verify_email';

ALTER TABLE one_time_tokens
    DROP CONSTRAINT ck_one_time_tokens_new_email,
    DROP CONSTRAINT ck_one_time_tokens_purpose,
    DROP COLUMN new_email,
    ADD CONSTRAINT ck_one_time_tokens_purpose CHECK (purpose IN ('verify_email'));
