"""Who asks: an administrator, and a user in as many organizations as one can be in."""

import secrets
from dataclasses import dataclass

from stack import Account, Stack

# What stands in filters that are free text, whoever asks.
VALUES = {
    "role": "user",
    "email": "ba",
    "action": "login.succeeded",
    "since": "2024-01-01T00:00:00.000Z",
    "until": "2025-01-01T00:00:00.000Z",
}

MEMBERSHIPS = 100
KEYS = 200


@dataclass(frozen=True)
class Caller:
    """Who asks, and what stands in filters and paths, by their names."""

    name: str
    account: Account
    values: dict[str, str]


def administrator(stack: Stack) -> Caller:
    """Who may read everybody's accounts and the audit, and is in no organization."""
    account, someone = stack.account("admin"), _public_id(stack, "users", 4)
    organization = _public_id(stack, "organizations", 1)
    values = {"id": organization, "organizationId": organization, "ownerId": account.id}
    return Caller("administrator", account, VALUES | values | {"actorId": someone, "targetId": someone})


def member(stack: Stack) -> Caller:
    """A user in the organizations 1 to 100, of which the first is by far the largest, and is administered by them."""
    account = stack.account("user")
    stack.db.run(f"""
        SELECT id INTO @user FROM users WHERE public_id = '{account.id}';
        INSERT INTO organization_members (organization_id, user_id, role)
        SELECT seq, @user, IF(seq = 1, 'admin', 'member') FROM seq_1_to_{MEMBERSHIPS};
        INSERT INTO api_keys (public_id, user_id, organization_id, created_by, name, scopes, secret_hash, hint)
        SELECT UUID(), IF(seq % 2, @user, NULL), IF(seq % 2, NULL, 1), @user, CONCAT('Key ', seq), 'projects:read',
               UNHEX(SHA2(CONCAT('{secrets.token_hex(8)}', seq), 256)), 'abcd'
        FROM seq_1_to_{KEYS};
        UPDATE projects SET owner_id = @user WHERE organization_id = 1 AND id % 40 = 0;
        ANALYZE TABLE api_keys, projects, organization_members;
        """)
    organization = _public_id(stack, "organizations", 1)
    values = {"id": organization, "organizationId": organization, "ownerId": account.id}
    return Caller("member of 100", account, VALUES | values | {"actorId": account.id, "targetId": account.id})


def _public_id(stack: Stack, table: str, row: int) -> str:
    return stack.db.value(f"SELECT public_id FROM {table} WHERE id = {row};")
