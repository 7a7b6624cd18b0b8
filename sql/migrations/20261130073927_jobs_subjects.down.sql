ALTER TABLE jobs
    DROP CONSTRAINT ck_jobs_subjects,
    DROP COLUMN subjects;
