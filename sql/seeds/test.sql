-- Fifty accounts for tests, person-1@test.example to person-50@test.example, each with an open and a revoked session.
-- The password of all accounts: correct horse battery staple
-- Load with the mariadb client. Loading it again changes nothing.

DELIMITER //
IF (SELECT environment FROM deployment) NOT IN ('development', 'test') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this database is not marked as development or test: nothing was loaded';
END IF//
DELIMITER ;

SET @password = '$argon2id$v=19$m=47104,t=1,p=1$fhQ42TFn6OcXfiwX43vQJg$zaMPL1c5c3GF2upNXU+qqRXgKlM9J2DSJoPHrU/w6Fs';

START TRANSACTION;

INSERT INTO users (public_id, email, email_key, email_verified_at, name, password_hash)
SELECT
    CONCAT('019b8d2e-0001-7000-8000-', LPAD(seq, 12, '0')),
    CONCAT('person-', seq, '@test.example'),
    CONCAT('person-', seq, '@test.example'),
    '2026-01-05 09:00:00',
    CONCAT('Person ', seq),
    @password
FROM seq_1_to_50
ON DUPLICATE KEY UPDATE users.id = users.id;

INSERT INTO sessions (public_id, user_id, user_agent, ip_address, expires_at, revoked_at, revoked_reason)
SELECT
    CONCAT('019b8d2e-0001-7000-900', seq, '-', LPAD(users.id, 12, '0')),
    users.id,
    'Test/1.0',
    '192.0.2.1',
    UTC_TIMESTAMP(6) + INTERVAL 30 DAY,
    IF(seq = 2, UTC_TIMESTAMP(6), NULL),
    IF(seq = 2, 'revoked', NULL)
FROM users
JOIN seq_1_to_2
WHERE users.email_key LIKE 'person-%@test.example'
ON DUPLICATE KEY UPDATE sessions.id = sessions.id;

COMMIT;
