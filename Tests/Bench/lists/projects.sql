-- A quarter belongs to the first organization, a quarter to users, and the rest to the other organizations.
INSERT INTO projects (
    id, public_id, user_id, organization_id, owner_id, name, description, status, deleted_at, created_at, updated_at)
SELECT
    seq, CONCAT(LPAD(HEX(@epoch + seq * 45000), 12, '0'), '7000B', LPAD(HEX(seq), 15, '0')),
    IF(seq % 4 = 1, 1 + seq * 11 % @users, NULL),
    CASE seq % 4 WHEN 0 THEN 1 WHEN 1 THEN NULL ELSE 1 + seq * 13 % @organizations END,
    IF(seq % 4 = 1, 1 + seq * 11 % @users, 1 + seq * 7 % LEAST(@users, 1000)),
    CONCAT(
        UPPER(SUBSTRING(@syllables, 1 + 2 * (seq % 48), 1)), SUBSTRING(@syllables, 2 + 2 * (seq % 48), 1),
        SUBSTRING(@syllables, 1 + 2 * (seq DIV 48 % 48), 2), ' ', SUBSTRING(@syllables, 1 + 2 * (seq * 5 % 48), 2),
        SUBSTRING(@syllables, 1 + 2 * (seq DIV 7 % 48), 2), SUBSTRING(@syllables, 1 + 2 * (seq DIV 2304 % 48), 2),
        ' ', seq),
    'What it is for, in one sentence of usual length.', ELT(1 + seq DIV 4 % 3, 'draft', 'active', 'archived'),
    IF(seq DIV 4 % 20 = 7, NOW(6), NULL), FROM_UNIXTIME((@epoch + seq * 45000) / 1000),
    FROM_UNIXTIME((@epoch + seq * 45000) / 1000) + INTERVAL seq * 7919 % 1000000 SECOND
FROM seq_1_to_1000000 WHERE seq <= @projects;
