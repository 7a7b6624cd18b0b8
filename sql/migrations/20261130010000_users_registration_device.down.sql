ALTER TABLE users DROP COLUMN registration_device;
