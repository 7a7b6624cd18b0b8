INSERT INTO audit_events (public_id, action, actor_id, target_id, ip_address, created_at)
SELECT
    CONCAT(LPAD(HEX(@epoch + seq * 150000), 12, '0'), '7000C', LPAD(HEX(seq), 15, '0')),
    ELT(1 + seq % 4, 'login.succeeded', 'login.failed', 'logout', 'user.updated'), actors.public_id, actors.public_id,
    '192.0.2.1', FROM_UNIXTIME((@epoch + seq * 150000) / 1000)
FROM seq_1_to_300000 JOIN users AS actors ON actors.id = 1 + seq % LEAST(1000, @users DIV 60)
WHERE seq <= @events
ORDER BY seq;
