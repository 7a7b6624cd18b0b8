DROP TABLE webhook_deliveries;
DROP TABLE webhook_events;
DROP TABLE webhook_health;
DROP TABLE webhooks;
