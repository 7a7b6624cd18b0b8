ALTER TABLE invitations DROP INDEX idx_invitations_email_key;
ALTER TABLE sessions DROP INDEX idx_sessions_user;
