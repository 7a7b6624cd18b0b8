ALTER TABLE webhook_health DROP COLUMN disabling_noticed_at;
