-- Whom a job is about, as its type says: "user:12", "address:ada@example.com". An account that is erased takes these
-- jobs along. The default is for jobs of versions that do not write the column, which named people in these ways.
ALTER TABLE jobs
    ADD COLUMN subjects LONGTEXT NOT NULL DEFAULT (JSON_ARRAY(
        CONCAT('user:', JSON_VALUE(payload, '$.userID')),
        CONCAT('address:', JSON_VALUE(payload, '$.emailKey')),
        CONCAT('address:', JSON_VALUE(payload, '$.email')),
        CONCAT('address:', JSON_VALUE(payload, '$.to')))) AFTER payload,
    ADD CONSTRAINT ck_jobs_subjects CHECK (JSON_VALID(subjects));
