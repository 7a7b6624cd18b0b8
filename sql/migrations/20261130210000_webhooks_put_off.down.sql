ALTER TABLE webhook_deliveries DROP COLUMN put_off_since;
