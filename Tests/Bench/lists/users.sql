-- Names of two made-up words: 2304 first names and 48 × 48 × 48 last names made of these syllables.
INSERT INTO users (
    id, public_id, email, email_key, email_verified_at, name, role, status, has_words, deleted_at, created_at,
    updated_at)
SELECT
    number, public_id, CONCAT(first, '.', last, '.', number, '@example.com'),
    CONCAT(first, '.', last, '.', number, '@example.com'), made_at,
    CONCAT(UPPER(LEFT(first, 1)), SUBSTRING(first, 2), ' ', UPPER(LEFT(last, 1)), SUBSTRING(last, 2)),
    IF(number % 1000 = 0, 'support', 'user'),
    CASE number % 50 WHEN 1 THEN 'suspended' WHEN 2 THEN 'deleted' ELSE 'active' END, TRUE,
    IF(number % 50 = 2, NOW(6), NULL), made_at, made_at
FROM (
    SELECT
        seq AS number, CONCAT(LPAD(HEX(@epoch + seq * 45000), 12, '0'), '70008', LPAD(HEX(seq), 15, '0')) AS public_id,
        FROM_UNIXTIME((@epoch + seq * 45000) / 1000) AS made_at,
        CONCAT(
            SUBSTRING(@syllables, 1 + 2 * (seq % 48), 2), SUBSTRING(@syllables, 1 + 2 * (seq DIV 48 % 48), 2)) AS first,
        CONCAT(
            SUBSTRING(@syllables, 1 + 2 * (seq DIV 2304 % 48), 2), SUBSTRING(@syllables, 1 + 2 * (seq * 5 % 48), 2),
            SUBSTRING(@syllables, 1 + 2 * (seq DIV 7 % 48), 2)) AS last
    FROM seq_1_to_1000000 WHERE seq <= @users
) AS made;
