-- The time since which a delivery waits for an open circuit; NULL if its last attempt was made.
ALTER TABLE webhook_deliveries ADD COLUMN put_off_since DATETIME(6) NULL AFTER lease_id;
