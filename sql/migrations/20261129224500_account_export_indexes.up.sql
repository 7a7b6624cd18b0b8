-- An export reads what belongs to a user in the order of ids, a batch at a time.
ALTER TABLE sessions ADD INDEX idx_sessions_user (user_id, id);
ALTER TABLE invitations ADD INDEX idx_invitations_email_key (email_key, id);
