"""Accounts with much data to export."""

import secrets as random

PATH = "/api/v1/users/me/export"


def events(db, person, count: int) -> None:
    """Writes audit events of a person; every third one is about them and by somebody else."""
    ids = f"019b8d2e-{random.token_hex(2)}-7000-8000-"
    db.rows(
        "INSERT INTO audit_events "
        "(public_id, action, actor_id, target_id, request_id, ip_address, details, created_at) "
        "SELECT CONCAT(%s, LPAD(HEX(seq), 12, '0')), 'user.updated', "
        "IF(MOD(seq, 3), %s, CONCAT(%s, '000000000000')), %s, 'a-request-of-long-ago', '192.0.2.7', "
        """'{"fields":["name","locale"]}', '2026-01-01' + INTERVAL seq SECOND """
        f"FROM seq_1_to_{count}",
        ids,
        person.id,
        ids,
        person.id,
    )
