-- The result of `Words.of` for names and addresses that consist of ASCII letters, digits and separators.
INSERT INTO words (scope, word, row_id)
SELECT 'users', 'com', id FROM users ORDER BY id;

INSERT INTO words (scope, word, row_id)
SELECT 'users', 'example', id FROM users ORDER BY id;

INSERT INTO words (scope, word, row_id)
SELECT 'users', SUBSTRING_INDEX(email_key, '.', 1) AS first, id FROM users ORDER BY first, id;

INSERT INTO words (scope, word, row_id)
SELECT 'users', SUBSTRING_INDEX(SUBSTRING_INDEX(email_key, '.', 2), '.', -1) AS last, id FROM users ORDER BY last, id;

INSERT INTO words (scope, word, row_id)
SELECT 'users', CAST(id AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_nopad_bin AS number, id FROM users
ORDER BY number, id;
