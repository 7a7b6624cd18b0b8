"""The callers: an administrator, and a user in as many organizations as possible. Together they have more than one part
of every list, and a row for every path that names one."""

import re
from dataclasses import dataclass

from stack import Account, Stack

# Values of the filters with free text, for every caller.
VALUES = {
    "role": "user",
    "email": "ba",
    "action": "login.succeeded",
    "since": "2023-01-01T00:00:00.000Z",
    "until": "2025-01-01T00:00:00.000Z",
}

# The maximum number of organizations of a user.
MEMBERSHIPS = 100
# More of a user's own rows, and of roles, than fit into one part.
KEYS, SESSIONS, ROLES, WEBHOOKS, DELIVERIES = 60, 50, 30, 30, 60


@dataclass(frozen=True)
class Caller:
    """A caller, with the values of filters by name and those of path parameters by the beginning of the path."""

    name: str
    account: Account
    values: dict[str, str]
    places: dict[str, str]

    def target(self, path: str) -> str | None:
        """A path with its parameters filled in; `None` if the caller has no row for one."""
        rows = {place: self.places.get(place) for place in _places_in(path)}
        if None in rows.values():
            return None
        return re.sub(r"\{\w+\}", lambda parameter: rows[path[: parameter.end()]], path)


def _places_in(path: str) -> list[str]:
    return [path[: parameter.end()] for parameter in re.finditer(r"\{\w+\}", path)]


def administrator(stack: Stack) -> Caller:
    """An administrator who may read all accounts and the audit, and is in no organization."""
    account = stack.account("admin")
    stack.db.run(f"""
        INSERT INTO roles (public_id, name, permissions)
        SELECT UUID(), CONCAT('reader ', seq), 'users:read' FROM seq_1_to_{ROLES};
        INSERT INTO api_keys (public_id, user_id, created_by, name, scopes, secret_hash, hint)
        SELECT UUID(), 4, 4, CONCAT('Key ', seq), 'projects:read', UNHEX(SHA2(CONCAT('someone ', seq), 256)), 'abcd'
        FROM seq_1_to_{KEYS};
        """)
    # Those of others, so many that reading all is no good plan.
    stack.db.run("""
        INSERT INTO webhooks (public_id, organization_id, url, description, events, secret)
        SELECT UUID(), 2 + seq % 50, 'https://hooks.example.com/', '', 'role.deleted', '' FROM seq_1_to_2000;
        """)
    webhook, delivery = _webhooks(stack, "NULL")
    someone = _public_id(stack, "users WHERE id = 4")
    organization = _public_id(stack, "organizations WHERE id = 1")
    values = {"organizationId": organization, "ownerId": account.id, "actorId": someone, "targetId": someone}
    places = {
        "/organizations/{id}": organization,
        "/roles/{id}": _public_id(stack, "roles WHERE name = 'reader 1'"),
        "/users/{id}": someone,
        "/webhooks/{id}": webhook,
        "/webhooks/{id}/deliveries/{deliveryId}": delivery,
        "/organizations/{id}/webhooks/{webhookId}": webhook,
    }
    return Caller("administrator", account, VALUES | values, places)


def member(stack: Stack) -> Caller:
    """A user in the organizations 1 to 100, who administers the first, by far the largest."""
    account = stack.account("user")
    stack.db.run(f"""
        SELECT id INTO @user FROM users WHERE public_id = '{account.id}';
        INSERT INTO organization_members (organization_id, user_id, role)
        SELECT seq, @user, IF(seq = 1, 'admin', 'member') FROM seq_1_to_{MEMBERSHIPS};
        INSERT INTO api_keys (public_id, user_id, organization_id, created_by, name, scopes, secret_hash, hint)
        SELECT UUID(), IF(seq % 2, @user, NULL), IF(seq % 2, NULL, 1), @user, CONCAT('Key ', seq), 'projects:read',
               UNHEX(SHA2(CONCAT('{account.id}', seq), 256)), 'abcd'
        FROM seq_1_to_{KEYS};
        INSERT INTO sessions (public_id, user_id, ip_address, expires_at)
        SELECT UUID(), @user, '192.0.2.1', NOW(6) + INTERVAL 30 DAY FROM seq_1_to_{SESSIONS};
        UPDATE projects SET owner_id = @user WHERE organization_id = 1 AND id % 12 = 0;
        ANALYZE TABLE api_keys, projects, organization_members, sessions;
        """)
    webhook, delivery = _webhooks(stack, "1")
    organization = _public_id(stack, "organizations WHERE id = 1")
    values = {
        "organizationId": organization,
        "ownerId": account.id,
        "actorId": account.id,
        "targetId": account.id,
    }
    places = {
        "/api-keys/{id}": _public_id(stack, "api_keys WHERE organization_id = 1 LIMIT 1"),
        "/organizations/{id}": organization,
        "/organizations/{id}/invitations/{invitationId}": _public_id(
            stack, "invitations WHERE organization_id = 1 LIMIT 1"
        ),
        "/organizations/{id}/members/{userId}": account.id,
        "/organizations/{id}/webhooks/{webhookId}": webhook,
        "/organizations/{id}/webhooks/{webhookId}/deliveries/{deliveryId}": delivery,
        "/projects/{id}": _public_id(stack, "projects WHERE organization_id = 1 AND NOT is_deleted LIMIT 1"),
        "/users/{id}": account.id,
        "/webhooks/{id}": webhook,
    }
    return Caller("member of 100", account, VALUES | values, places)


def _webhooks(stack: Stack, organization: str) -> tuple[str, str]:
    """Webhooks of an organization or, with NULL, of the installation, and deliveries to one of them, of which half wait
    for a time that does not come. Returns the ids of that webhook and of a delivery."""
    stack.db.run(f"""
        INSERT INTO webhooks (public_id, organization_id, url, description, events, secret)
        SELECT UUID(), {organization}, 'https://hooks.example.com/', '', 'role.deleted', '' FROM seq_1_to_{WEBHOOKS};
        SELECT MAX(id) INTO @webhook FROM webhooks;
        INSERT INTO webhook_health (webhook_id) SELECT id FROM webhooks WHERE organization_id <=> {organization};
        INSERT INTO webhook_events (public_id, type, data)
        SELECT UUID(), 'role.deleted', '{{}}' FROM seq_1_to_{DELIVERIES};
        INSERT INTO webhook_deliveries (public_id, webhook_id, event_id, status, run_at)
        SELECT UUID(), @webhook, id, IF(id % 2, 'pending', 'delivered'), '2100-01-01' FROM webhook_events
        ORDER BY id DESC LIMIT {DELIVERIES};
        ANALYZE TABLE webhooks, webhook_events, webhook_deliveries;
        """)
    webhook = stack.db.value("SELECT public_id FROM webhooks ORDER BY id DESC LIMIT 1;")
    return webhook, stack.db.value("SELECT public_id FROM webhook_deliveries ORDER BY id DESC LIMIT 1;")


def _public_id(stack: Stack, row: str) -> str:
    return stack.db.value(f"SELECT public_id FROM {row};")
