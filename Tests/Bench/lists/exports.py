"""An export: all data about an account, with several batches of each section that may be long."""

from stack import Account, Stack

# ExportSection.batch, and more rows than two batches have.
BATCH = 500
ROWS = 2 * BATCH + 100


def exporter(stack: Stack) -> Account:
    """An account with many rows in every section."""
    account = stack.account("user")
    stack.db.run(f"""
        SELECT id INTO @user FROM users WHERE public_id = '{account.id}';
        INSERT INTO sessions (public_id, user_id, ip_address, expires_at)
        SELECT UUID(), @user, '192.0.2.1', NOW(6) + INTERVAL 30 DAY FROM seq_1_to_{ROWS};
        INSERT INTO one_time_tokens (user_id, purpose, email_key, token_hash, expires_at)
        SELECT @user, 'reset_password', '{account.email}', UNHEX(SHA2(CONCAT('{account.id}', seq), 256)), NOW(6)
        FROM seq_1_to_{ROWS};
        INSERT INTO invitations (public_id, organization_id, email, email_key, role, invited_by, expires_at)
        SELECT UUID(), id, '{account.email}', '{account.email}', 'viewer', 1, NOW(6) FROM organizations LIMIT {ROWS};
        INSERT INTO invitations (public_id, organization_id, email, email_key, role, invited_by, expires_at)
        SELECT UUID(), 1, 'a@example.com', CONCAT(seq, '{account.email}'), 'viewer', @user, NOW(6) FROM seq_1_to_{ROWS};
        INSERT INTO projects (public_id, user_id, owner_id, name, description, status)
        SELECT UUID(), @user, @user, CONCAT('Project ', seq), '', 'draft' FROM seq_1_to_{ROWS};
        INSERT INTO audit_events (public_id, action, actor_id, target_id)
        SELECT UUID(), 'user.updated', IF(seq % 3, '{account.id}', UUID()), IF(seq % 3 = 1, NULL, '{account.id}')
        FROM seq_1_to_{ROWS};
        ANALYZE TABLE sessions, one_time_tokens, invitations, projects;
        """)
    return account
