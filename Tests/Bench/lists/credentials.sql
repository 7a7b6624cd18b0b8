-- Sessions, tokens, API keys and idempotency keys of up to 10,000 users. Nobody knows the secrets.
INSERT INTO sessions (id, public_id, user_id, ip_address, expires_at)
SELECT seq, UUID(), seq, '192.0.2.1', NOW(6) + INTERVAL 30 DAY FROM seq_1_to_10000 WHERE seq <= @users;

INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
SELECT seq, UNHEX(SHA2(CONCAT('refresh ', seq), 256)), NOW(6) + INTERVAL 7 DAY FROM seq_1_to_10000
WHERE seq <= @users;

INSERT INTO one_time_tokens (user_id, purpose, email_key, token_hash, expires_at)
SELECT
    seq, ELT(1 + seq % 2, 'verify_email', 'reset_password'), CONCAT(seq, '@example.com'),
    UNHEX(SHA2(CONCAT('link ', seq), 256)), NOW(6) + INTERVAL 1 DAY
FROM seq_1_to_10000 WHERE seq <= @users;

INSERT INTO api_keys (public_id, user_id, created_by, name, scopes, secret_hash, hint)
SELECT UUID(), seq, seq, CONCAT('Key ', seq), 'projects:read', UNHEX(SHA2(CONCAT('key ', seq), 256)), 'abcd'
FROM seq_1_to_10000 WHERE seq <= @users;

INSERT INTO idempotency_keys (name, fingerprint, answer_sealed, expires_at)
SELECT
    UNHEX(SHA2(CONCAT('name ', seq), 256)), UNHEX(SHA2(CONCAT('request ', seq), 256)), 'sealed',
    NOW(6) + INTERVAL 1 DAY
FROM seq_1_to_10000 WHERE seq <= @users;
