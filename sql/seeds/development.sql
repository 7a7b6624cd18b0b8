-- Accounts for trying a development stack. Those with a password have: correct horse battery staple
-- Load with the mariadb client. Loading it again changes nothing.

DELIMITER //
IF (SELECT environment FROM deployment) <> 'development' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this database is not marked as development: nothing was loaded';
END IF//
DELIMITER ;

SET NAMES utf8mb4;
SET @password = '$argon2id$v=19$m=47104,t=1,p=1$dQ9Fq6pBrpecbKSrOllZmQ$ElCKigY5z0w3AM4jc+OvfMMuVCxmXUMr1LHiP/E+Jmc';
SET @verified = '2026-01-05 09:00:00';

START TRANSACTION;

-- One account for each role, then one for each state: unverified, suspended, deleted, and without a password.
INSERT INTO users
    (public_id, email, email_key, email_verified_at, name, locale, password_hash, role, status, deleted_at)
VALUES
    ('019b8d2e-0000-7000-8000-000000000001', 'admin@example.com', 'admin@example.com', @verified,
        'Ada Admin', 'en', @password, 'admin', 'active', NULL),
    ('019b8d2e-0000-7000-8000-000000000002', 'user@example.com', 'user@example.com', @verified,
        'Uma User', 'en', @password, 'user', 'active', NULL),
    ('019b8d2e-0000-7000-8000-000000000003', 'support@example.com', 'support@example.com', @verified,
        'Søren Support', 'da', @password, 'support', 'active', NULL),
    ('019b8d2e-0000-7000-8000-000000000004', 'unverified@example.com', 'unverified@example.com', NULL,
        'Uri Unverified', 'en', @password, 'user', 'active', NULL),
    ('019b8d2e-0000-7000-8000-000000000005', 'suspended@example.com', 'suspended@example.com', @verified,
        'Sam Suspended', 'en', @password, 'user', 'suspended', NULL),
    ('019b8d2e-0000-7000-8000-000000000006', 'deleted@example.com', 'deleted@example.com', @verified,
        'Dee Deleted', 'en', @password, 'user', 'deleted', UTC_TIMESTAMP(6)),
    ('019b8d2e-0000-7000-8000-000000000007', 'Passwordless@Example.com', 'passwordless@example.com', @verified,
        '佐藤 花子', 'ja', NULL, 'user', 'active', NULL)
ON DUPLICATE KEY UPDATE id = id;

-- Two open sessions, one signed out, one expired. None has a refresh token, so nobody can use them.
INSERT INTO sessions
    (public_id, user_id, user_agent, ip_address, last_seen_at, expires_at, revoked_at, revoked_reason)
SELECT seed.public_id, users.id, seed.user_agent, seed.ip_address, seed.last_seen_at, seed.expires_at,
    seed.revoked_at, IF(seed.revoked_at IS NULL, NULL, 'logout')
FROM (
    SELECT '019b8d2e-0000-7000-9000-000000000001' AS public_id, 'admin@example.com' AS email_key,
        'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' AS user_agent,
        '192.0.2.10' AS ip_address, UTC_TIMESTAMP(6) - INTERVAL 2 HOUR AS last_seen_at,
        UTC_TIMESTAMP(6) + INTERVAL 29 DAY AS expires_at, NULL AS revoked_at
    UNION ALL
    SELECT '019b8d2e-0000-7000-9000-000000000002', 'user@example.com', 'Example/2.1 (iPhone; iOS 19.0)',
        '2001:db8::25', UTC_TIMESTAMP(6) - INTERVAL 1 DAY, UTC_TIMESTAMP(6) + INTERVAL 20 DAY, NULL
    UNION ALL
    SELECT '019b8d2e-0000-7000-9000-000000000003', 'user@example.com', 'curl/8.14.1',
        '198.51.100.7', UTC_TIMESTAMP(6) - INTERVAL 3 DAY, UTC_TIMESTAMP(6) + INTERVAL 27 DAY,
        UTC_TIMESTAMP(6) - INTERVAL 3 DAY
    UNION ALL
    SELECT '019b8d2e-0000-7000-9000-000000000004', 'user@example.com', '',
        '203.0.113.99', UTC_TIMESTAMP(6) - INTERVAL 31 DAY, UTC_TIMESTAMP(6) - INTERVAL 1 DAY, NULL
) AS seed
JOIN users ON users.email_key = seed.email_key
ON DUPLICATE KEY UPDATE sessions.id = sessions.id;

COMMIT;
