-- A mail that a webhook was disabled is not held back by one about a dead delivery of the same day.
ALTER TABLE webhook_health ADD COLUMN disabling_noticed_at DATETIME(6) NULL;
