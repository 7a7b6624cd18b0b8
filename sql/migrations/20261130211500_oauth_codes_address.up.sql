-- Finds the codes that only the owner of an address can use, for the erasure of an account.
ALTER TABLE oauth_codes ADD INDEX idx_oauth_codes_email_key (email_key);
