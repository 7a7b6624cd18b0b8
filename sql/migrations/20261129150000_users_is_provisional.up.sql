-- An account is provisional from its registration until somebody signs in to it: only then does it give way to whoever else
-- registers or proves its address. Accounts that others made never are. What is known of the older ones is who signed in.
ALTER TABLE users ADD COLUMN is_provisional BOOLEAN NOT NULL DEFAULT FALSE AFTER email_verified_at;

UPDATE users SET is_provisional = TRUE, updated_at = updated_at
WHERE email_verified_at IS NULL
  AND EXISTS (SELECT * FROM audit_events a WHERE a.target_id = users.public_id AND a.action = 'user.registered')
  AND NOT EXISTS (SELECT * FROM audit_events a WHERE a.target_id = users.public_id AND a.action = 'login.succeeded')
  AND NOT EXISTS (SELECT * FROM sessions s WHERE s.user_id = users.id);
