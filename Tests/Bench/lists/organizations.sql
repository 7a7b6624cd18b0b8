INSERT INTO organizations (id, public_id, name, slug, created_at, updated_at)
SELECT
    seq, CONCAT(LPAD(HEX(@epoch + seq * 450000), 12, '0'), '70009', LPAD(HEX(seq), 15, '0')),
    CONCAT(
        UPPER(SUBSTRING(@syllables, 1 + 2 * (seq % 48), 1)), SUBSTRING(@syllables, 2 + 2 * (seq % 48), 1),
        SUBSTRING(@syllables, 1 + 2 * (seq DIV 48 % 48), 2), ' Works ', seq),
    CONCAT('works-', seq), FROM_UNIXTIME((@epoch + seq * 450000) / 1000), FROM_UNIXTIME((@epoch + seq * 450000) / 1000)
FROM seq_1_to_100000 WHERE seq <= @organizations;

-- Every organization has an owner and four other members; the first also has every tenth user.
INSERT INTO organization_members (organization_id, user_id, role, created_at, updated_at)
SELECT organization, user, role, made_at, made_at
FROM (
    SELECT
        1 + (seq - 1) DIV 5 AS organization, 1 + (seq * 7) % @users AS user,
        ELT(1 + (seq - 1) % 5, 'owner', 'admin', 'member', 'member', 'viewer') AS role,
        FROM_UNIXTIME((@epoch + seq * 90000) / 1000) AS made_at
    FROM seq_1_to_500000 WHERE seq <= 5 * @organizations
) AS made
ORDER BY organization;

INSERT IGNORE INTO organization_members (organization_id, user_id, role, created_at, updated_at)
SELECT
    1, seq, IF(seq % 3 = 0, 'viewer', 'member'), FROM_UNIXTIME((@epoch + seq * 45000) / 1000),
    FROM_UNIXTIME((@epoch + seq * 45000) / 1000)
FROM seq_1_to_1000000 WHERE seq <= @users AND seq % 10 = 0;

-- Every tenth invitation is to the first organization.
INSERT INTO invitations (
    public_id, organization_id, email, email_key, role, invited_by, expires_at, created_at, updated_at)
SELECT
    CONCAT(LPAD(HEX(@epoch + seq * 45000), 12, '0'), '7000A', LPAD(HEX(seq), 15, '0')),
    IF(seq % 10 = 0, 1, 1 + seq % @organizations), CONCAT('guest.', seq, '@example.com'),
    CONCAT('guest.', seq, '@example.com'), 'member', 1 + seq % @users, NOW(6) + INTERVAL 7 DAY,
    FROM_UNIXTIME((@epoch + seq * 45000) / 1000), FROM_UNIXTIME((@epoch + seq * 45000) / 1000)
FROM seq_1_to_100000 WHERE seq <= @organizations;
