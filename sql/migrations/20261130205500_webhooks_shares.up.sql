-- A receiver counts as troubled until it has answered quickly once. The people in charge of a webhook get a mail about it
-- once a day at most; enabling the webhook does not change that.
ALTER TABLE webhook_health
    ALTER COLUMN is_troubled SET DEFAULT TRUE,
    ADD COLUMN noticed_at DATETIME(6) NULL;

-- For clearing secrets that no longer sign.
ALTER TABLE webhooks ADD INDEX idx_webhooks_previous_secret_ends_at (previous_secret_ends_at);
