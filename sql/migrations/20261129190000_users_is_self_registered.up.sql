-- Whether an account was made by registration, and not by an administrator or a command. Only such an account is
-- deleted when the owner of its address says that they did not register. Of older accounts the audit tells who made
-- them. Those that it does not know were registered, most likely, as is what an older process inserts while this is
-- deployed.
ALTER TABLE users ADD COLUMN is_self_registered BOOLEAN NOT NULL DEFAULT TRUE AFTER is_provisional;

UPDATE users SET is_self_registered = FALSE, updated_at = updated_at
WHERE EXISTS (SELECT * FROM audit_events a WHERE a.target_id = users.public_id AND a.action = 'user.created');
