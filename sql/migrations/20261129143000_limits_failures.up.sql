-- failures_full_at is where full_at would be if every attempt under way gave its unit back: what failures alone have used up, NULL
-- where there is none. Until now every unit taken counted as a failure.
ALTER TABLE rate_limits ADD COLUMN failures_full_at DATETIME(6) NULL AFTER full_at;

UPDATE rate_limits SET failures_full_at = full_at;
