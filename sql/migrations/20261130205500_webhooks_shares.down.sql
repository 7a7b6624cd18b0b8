ALTER TABLE webhooks DROP INDEX idx_webhooks_previous_secret_ends_at;

ALTER TABLE webhook_health
    DROP COLUMN noticed_at,
    ALTER COLUMN is_troubled SET DEFAULT FALSE;
