-- Whether an account was made by registration, and not by an administrator or a command. Only such an account is deleted when the
-- owner of its address says that they did not register. Of older accounts the audit tells; those that it does not know stay.
ALTER TABLE users ADD COLUMN is_self_registered BOOLEAN NOT NULL DEFAULT FALSE AFTER is_provisional;

UPDATE users SET is_self_registered = TRUE, updated_at = updated_at
WHERE is_provisional
   OR EXISTS (SELECT * FROM audit_events a WHERE a.target_id = users.public_id AND a.action = 'user.registered');
