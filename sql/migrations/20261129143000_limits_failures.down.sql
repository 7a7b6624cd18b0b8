ALTER TABLE rate_limits DROP COLUMN failures_full_at;
