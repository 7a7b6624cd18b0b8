"""GET /users: which filters go with which sorts, and how accounts are searched by name and address."""

import secrets as random
from urllib.parse import urlencode

import pytest

from support.access import new_role
from support.client import expect, faults
from support.lists import View, Walker
from support.people import new_address
from support.stack import wait_until

# Other tests that make accounts would change the lists.
pytestmark = pytest.mark.alone

PATH = "/api/v1/users"
ME = f"{PATH}/me"
ERASURE = "account.erase_deleted"


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture(scope="module")
def crowd(client, admin):
    """Seven accounts with a role that nobody else has. Their addresses begin alike, and the first three are
    suspended."""
    role, prefix = new_role(client, admin)["name"], f"c{random.token_hex(6)}"
    names = ["Cleo", "bea", "\u00c4da", "Edda", "Ada", "Finn", "ada"]
    for number, name in enumerate(names):
        account = {"email": f"{prefix}-{number}@example.com", "name": name, "role": role}
        user = expect(client.post(PATH, account, token=admin.access), 201)
        if number < 3:
            suspended = {"status": "suspended"}
            expect(client.patch(f"{PATH}/{user['id']}", suspended, token=admin.access), 200)
    return role, prefix


@pytest.fixture
def word():
    """A word that occurs in no name."""
    return f"w{random.token_hex(8)}"


def listed(client, caller, **query: object) -> list[dict]:
    return expect(client.get(f"{PATH}?{urlencode(query)}", token=caller.access), 200)


def found(client, caller, q: str) -> set[str]:
    return {user["id"] for user in listed(client, caller, q=q, limit=100)}


def named(client, admin, name: str, address: str | None = None) -> str:
    """Makes an account with this name, and returns its id."""
    account = {"email": address or new_address(), "name": name}
    return expect(client.post(PATH, account, token=admin.access), 201)["id"]


def test_the_default_order_is_newest_first(client, admin, crowd):
    users = listed(client, admin, role=crowd[0])
    assert len(users) == 7 and {user["role"] for user in users} == {crowd[0]}
    made = [user["createdAt"] for user in users]
    assert made == sorted(made, reverse=True)
    newest = listed(client, admin, limit=1)
    assert newest == listed(client, admin, limit=1, sortBy="createdAt", sortOrder="desc")


def test_filters_by_role_and_status(client, admin, crowd):
    role, _ = crowd
    for status, count in (("active", 4), ("suspended", 3), ("deleted", 0)):
        users = listed(client, admin, role=role, status=status)
        assert [user["status"] for user in users] == [status] * count
    assert listed(client, admin, role="no-such-role") == []
    assert {user["status"] for user in listed(client, admin, status="suspended", sortBy="name")} == {
        "suspended"
    }


def test_finds_addresses_by_their_beginnings(client, admin, crowd):
    _, prefix = crowd
    for written in (prefix, prefix.upper()):
        users = listed(client, admin, email=written, sortOrder="asc")
        assert [user["email"] for user in users] == [f"{prefix}-{number}@example.com" for number in range(7)]
    assert [user["email"] for user in listed(client, admin, email=f"{prefix}-3@")] == [
        f"{prefix}-3@example.com"
    ]
    for written in (prefix[1:], f"%{prefix[1:]}", f"_{prefix[1:]}", f"{prefix}-_@", f"{prefix}|"):
        assert listed(client, admin, email=written) == []


def test_finds_beginnings_of_addresses_in_any_normal_form(client, admin, word):
    """Searches in composed and decomposed characters, and in upper and lower case."""
    user = named(client, admin, "Somebody", f"jos\u00e9.{word}@example.com")
    for beginning in ("jos\u00e9", "jose\u0301", "JOS\u00c9", "JOSE\u0301"):
        assert [found["id"] for found in listed(client, admin, email=f"{beginning}.{word}")] == [user]
    assert listed(client, admin, email=f"jose.{word}") == []


def test_a_wildcard_with_a_mark_is_no_wildcard(client, admin, word):
    """There are no wildcards. No letter is a q with this mark, so the mark stays separate in the address."""
    user = named(client, admin, "Somebody", f"q\u0301{word}@example.com")
    assert [found["id"] for found in listed(client, admin, email=f"q\u0301{word}")] == [user]
    for wildcard in "%_":
        assert listed(client, admin, email=f"{wildcard}\u0301{word}") == []


def test_every_declared_pair_of_filter_and_sort_is_accepted(client, admin, contract, crowd):
    operation = next(op for op in contract.operations if str(op) == f"GET {PATH}")
    values = {"status": "active", "role": crowd[0], "email": crowd[1], "q": crowd[1]}
    pairs = {
        (frozenset(line["filters"]), sort)
        for line in operation.value["x-combinations"]
        for sort in line["sortBy"] or [None]
    }
    none = frozenset()
    assert pairs == {
        *((none, sort) for sort in ("createdAt", "name", "email")),
        *((frozenset({"status"}), sort) for sort in ("createdAt", "name")),
        (frozenset({"role"}), "createdAt"),
        (frozenset({"role", "status"}), "createdAt"),
        (frozenset({"email"}), "email"),
        (frozenset({"q"}), None),
    }
    for filters, sort in pairs:
        query = {name: values[name] for name in filters} | ({"sortBy": sort} if sort else {})
        assert listed(client, admin, **query) != []


@pytest.mark.parametrize(
    "query, expected",
    [
        ("role=user&sortBy=name", {("sortBy", "combination")}),
        ("status=active&sortBy=email", {("sortBy", "combination")}),
        ("email=a&sortBy=createdAt", {("sortBy", "combination")}),
        ("email=a&role=user", {("sortBy", "combination")}),
        ("email=a&status=active", {("sortBy", "combination")}),
        ("q=ada&status=active", {("q", "combination")}),
        ("q=ada&role=user", {("q", "combination")}),
        ("q=ada&sortBy=name", {("sortBy", "contradiction")}),
        ("q=ada&sortOrder=asc", {("sortOrder", "contradiction")}),
        ("q=a", {("q", "too_short")}),
        ("q=", {("q", "too_short")}),
        ("status=gone", {("status", "choice")}),
        ("role=", {("role", "too_short")}),
        ("name=ada", {("name", "unknown")}),
    ],
)
def test_refuses_combinations_without_an_index(client, admin, query, expected):
    assert faults(client.get(f"{PATH}?{query}", token=admin.access)) == expected


def test_sorts_names_as_people_do(client, admin, crowd):
    """Case and marks are ignored, and both directions work."""
    _, prefix = crowd
    for order in (1, -1):
        query = {"sortBy": "name", "sortOrder": "asc" if order > 0 else "desc", "status": "suspended"}
        users = Walker(client, limit=100).by_cursor(View(PATH, admin.access, admin.access), query)
        names = [user["name"] for user in users if user["email"].startswith(prefix)]
        assert names == ["\u00c4da", "bea", "Cleo"][::order]


def test_finds_words_in_names_by_their_beginnings(client, admin, word):
    user = named(client, admin, f"Ada {word}-Lovelace")
    for q in (word, word[:5], word.upper(), f"ada {word}", f"{word} ADA", f"lovel {word}", f"  {word}  "):
        assert user in found(client, admin, q), q
    for q in (word[1:], f"{word}x", f"{word} grace", f"{word[:4]}%{word[5:]}", f"{word[:4]}_{word[5:]}"):
        assert found(client, admin, q) == set(), q


def test_finds_words_in_addresses_by_their_beginnings(client, admin, word):
    user = named(client, admin, "Somebody", f"first.{word}@example.com")
    for q in (word, f"first {word}", f"first.{word}@example.com", f"{word} somebody"):
        assert found(client, admin, q) == {user}, q


def test_finds_words_without_their_marks(client, admin, word):
    user = named(client, admin, f"Jos\u00e9 \u00c5ngstr\u00f6m {word}")
    for name in ("jose", "Jos\u00e9", "JOSE\u0301", "angstrom", "\u00e5ngstr\u00f6m"):
        assert found(client, admin, f"{name} {word}") == {user}, name


@pytest.mark.parametrize("q", ["%%", "__", "||", "''", "\\\\", "--", "\u00b4\u00b4"])
def test_a_search_without_letters_finds_nothing(client, admin, q):
    assert listed(client, admin, q=q) == []


def test_a_search_has_the_order_of_words_and_no_duplicates(client, admin, word):
    last, first = (named(client, admin, f"{word}{end} {word}z") for end in "yx")
    assert [user["id"] for user in listed(client, admin, q=word)] == [first, last]


def test_a_change_is_found_at_once(client, admin, people, links, word):
    person = people.signed_in(f"{word}before")
    assert found(client, admin, f"{word}before") == {person.id}
    expect(client.patch(ME, {"name": f"{word}after"}, token=person.access), 200)
    assert found(client, admin, f"{word}before") == set()
    assert found(client, admin, f"{word}after") == {person.id}
    expect(person.confirm_email(links.change(person, f"{word}moved@example.com")), 200)
    assert found(client, admin, f"{word}moved") == {person.id}
    assert found(client, admin, person.email.split("@")[0]) == set()


def test_a_deleted_account_is_found_until_it_is_erased(client, admin, people, db, word):
    person = people.signed_in(word)
    expect(client.delete(f"{PATH}/{person.id}", token=admin.access), 204)
    assert found(client, admin, word) == {person.id}
    db.run("UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE public_id = %s", person.id)
    db.run_periodic(ERASURE)
    wait_until(lambda: found(client, admin, word) == set(), "it is erased")
    assert db.value("SELECT COUNT(*) FROM words WHERE word = %s", word) == "0"


def test_an_account_inserted_by_sql_is_found_after_a_while(client, admin, db, word):
    db.run(
        "INSERT INTO users (public_id, email, email_key, name) VALUES (%s, %s, %s, %s)",
        f"019b8d2e-0000-7000-8000-{random.token_hex(6)}",
        f"{word}@example.com",
        f"{word}@example.com",
        "Imported",
    )
    db.run_periodic("users.write_words")
    wait_until(lambda: len(found(client, admin, f"imported {word}")) == 1, "its words are written")
