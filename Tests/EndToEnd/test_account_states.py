"""Who may do what with an address that already has an account: the table of docs/protocols.md, cell by cell."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from support.account_states import (
    SETTINGS,
    World,
    deleted,
    deleted_unproved,
    deleted_unused,
    deleted_with_a_role,
    erased,
    made,
    made_with_password,
    old,
    processes,
    suspended,
    unused,
    used,
    verified,
)
from support.address_claims import (
    OVER,
    changes_to_it,
    is_there,
    makes_another,
    rejects,
    resets,
    signs_in,
    types_it,
    verifies,
)
from support.people import Person


@pytest.fixture(scope="module")
def world(stack, tmp_path_factory, client, db, mailbox, people, links, secrets):
    admin = people.with_role("admin")
    with processes(stack, tmp_path_factory) as installations:
        yield World(client, db, mailbox, people, links, secrets, admin, installations)


@dataclass(frozen=True)
class Row:
    """A state, and the result of each act, either for all settings or by setting."""

    state: Callable[[World], Person]
    typed: str
    proved_elsewhere: str
    reset: str
    verification: str
    rejection: str
    password: str | dict[str, str]
    made: str


UNVERIFIED = {
    "default": "EMAIL_NOT_VERIFIED",
    "unverified": "signs in",
    "hidden": "INVALID_CREDENTIALS",
}
NO = "INVALID_CREDENTIALS"
DELETES = "deletes it"
ROWS = [
    #   state      types it    changes to it  resets     verifies       rejects       signs in             administrator
    Row(unused, "nothing", "takes it", OVER, OVER, DELETES, UNVERIFIED, "nothing"),
    Row(old, "takes it", "takes it", OVER, OVER, DELETES, UNVERIFIED, "takes it"),
    Row(used, "nothing", "no link", OVER, OVER, DELETES, UNVERIFIED, "nothing"),
    Row(made, "nothing", "no link", OVER, "verifies it", "locks it", NO, "nothing"),
    Row(made_with_password, "nothing", "no link", OVER, OVER, "locks it", UNVERIFIED, "nothing"),
    Row(verified, "nothing", "no link", OVER, "no link", "no link", "signs in", "nothing"),
    Row(suspended, "nothing", "no link", "no link", "no link", "no link", "suspended", "nothing"),
    Row(deleted, "nothing", "no link", "no link", "no link", "no link", NO, "nothing"),
    Row(deleted_unproved, "nothing", "takes it", "no link", "no link", "no link", NO, "nothing"),
    Row(deleted_unused, "takes it", "takes it", "no link", "no link", "no link", NO, "takes it"),
    Row(deleted_with_a_role, "nothing", "no link", "no link", "no link", "no link", NO, "nothing"),
    Row(erased, "takes it", "takes it", "no link", "no link", "no link", NO, "takes it"),
]
SUSPENDED = {"default": "ACCOUNT_SUSPENDED", "unverified": "ACCOUNT_SUSPENDED", "hidden": NO}
ACTS = {
    types_it: lambda row, setting: row.typed,
    changes_to_it: lambda row, setting: row.proved_elsewhere,
    resets: lambda row, setting: row.reset,
    verifies: lambda row, setting: row.verification,
    rejects: lambda row, setting: row.rejection,
    signs_in: lambda row, setting: (
        SUSPENDED[setting]
        if row.password == "suspended"
        else row.password if isinstance(row.password, str) else row.password[setting]
    ),
    makes_another: lambda row, setting: row.made,
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.state.__name__)
def test_every_cell_of_the_table(world, row, act, setting):
    person = row.state(world)
    assert act(world, person, setting) == ACTS[act](row, setting)
    stays = ACTS[act](row, setting) not in ("takes it", DELETES) and row.state is not erased
    assert is_there(world, person) == stays
