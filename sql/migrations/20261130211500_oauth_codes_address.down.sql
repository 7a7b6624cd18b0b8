ALTER TABLE oauth_codes DROP INDEX idx_oauth_codes_email_key;
