"""GET /audit-events: the audit, for users who may read it."""

import uuid
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest

from support.access import new_role
from support.client import expect, faults
from support.lists import View, Walker
from support.people import new_address, new_password

PATH = "/api/v1/audit-events"
USERS = "/api/v1/users"
SHOWN = {
    "id",
    "action",
    "actorId",
    "targetId",
    "sessionId",
    "requestId",
    "ipAddress",
    "details",
    "createdAt",
}


@pytest.fixture(scope="module")
def admin(people):
    return people.with_role("admin")


@pytest.fixture(scope="module")
def reader(client, admin, people):
    """A user who may read the audit and nothing else."""
    return people.with_role(new_role(client, admin, "audit:read")["name"])


@pytest.fixture(scope="module")
def busy(client, people, admin):
    """A user who signed in, changed their name ten times, and was given another role by an administrator."""
    person = people.signed_in()
    for number in range(10):
        expect(client.patch(f"{USERS}/me", {"name": f"Name {number}"}, token=person.access), 200)
    expect(client.patch(f"{USERS}/{person.id}", {"role": "support"}, token=admin.access), 200)
    return person


def response_to(client, reader, **query: object):
    return client.get(f"{PATH}?{urlencode(query)}", token=reader.access)


def listed(client, reader, **query: object) -> list[dict]:
    return expect(response_to(client, reader, **{"limit": 100} | query), 200)


def moved(time: str, milliseconds: int) -> str:
    """A time some milliseconds earlier or later."""
    moment = datetime.fromisoformat(time) + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_shows_each_event(client, reader, busy, admin):
    newest, *others = listed(client, reader, targetId=busy.id)
    assert set(newest) == SHOWN
    assert (newest["action"], newest["actorId"], newest["targetId"]) == (
        "user.role_changed",
        admin.id,
        busy.id,
    )
    assert newest["details"]["role"] == "support" and newest["ipAddress"] == "127.0.0.1"
    assert [event["action"] for event in others] == ["user.updated"] * 10 + [
        "login.succeeded",
        "user.registered",
    ]
    assert others[0]["details"] == {"fields": ["name"]}
    assert {event["sessionId"] for event in others[:10]} == {others[10]["sessionId"]} != {None}


def test_lists_the_events_of_the_table(client, reader, busy, db):
    rows = db.rows(
        "SELECT public_id, action, request_id FROM audit_events WHERE target_id = %s ORDER BY id DESC",
        busy.id,
    )
    events = listed(client, reader, targetId=busy.id)
    assert [[event["id"], event["action"], event["requestId"]] for event in events] == rows


def test_filters_by_actor(client, reader, busy):
    events = listed(client, reader, actorId=busy.id)
    assert {event["actorId"] for event in events} == {busy.id}
    assert "user.updated" in {event["action"] for event in events}
    assert "user.role_changed" not in {event["action"] for event in events}


def test_filters_by_action(client, reader, busy):
    """Other tests change roles too; the known change is among the first from its time on."""
    events = listed(client, reader, action="user.role_changed")
    assert {event["action"] for event in events} == {"user.role_changed"}
    moment = listed(client, reader, targetId=busy.id)[0]["createdAt"]
    events = listed(client, reader, action="user.role_changed", since=moment, sortOrder="asc")
    assert {event["action"] for event in events} == {"user.role_changed"}
    assert busy.id in {event["targetId"] for event in events}


def test_an_unknown_value_finds_nothing(client, reader):
    unknown = str(uuid.uuid4())
    for query in ({"actorId": unknown}, {"targetId": unknown}, {"action": "user"}, {"action": "%"}):
        assert listed(client, reader, **query) == []


def test_since_is_inclusive_and_until_is_exclusive(client, reader, busy):
    """Times are shown in milliseconds and stored in microseconds."""
    everything = listed(client, reader, targetId=busy.id)
    middle = everything[5]["createdAt"]
    since = listed(client, reader, targetId=busy.id, since=middle)
    until = listed(client, reader, targetId=busy.id, until=middle)
    assert since + until == everything and everything[5] in since
    assert listed(client, reader, targetId=busy.id, since=middle, until=middle) == []
    within = listed(client, reader, targetId=busy.id, since=middle, until=moved(middle, 1))
    assert everything[5] in within


@pytest.mark.parametrize("form", ["{}+00:00", "{}-00:00", "{}.000000Z", "{}z"])
def test_accepts_every_form_of_a_time(client, reader, busy, form):
    moment = "2001-02-03T04:05:06"
    assert listed(client, reader, targetId=busy.id, since=form.format(moment)) == listed(
        client, reader, targetId=busy.id
    )
    assert listed(client, reader, targetId=busy.id, until=form.format(moment)) == []


def test_an_offset_in_a_time_counts(client, reader, busy):
    event = listed(client, reader, targetId=busy.id)[0]
    elsewhere = datetime.fromisoformat(event["createdAt"]) + timedelta(hours=2)
    written = elsewhere.isoformat(timespec="milliseconds").replace("+00:00", "+02:00")
    assert event in listed(client, reader, targetId=busy.id, since=written)
    assert event not in listed(client, reader, targetId=busy.id, until=written)


def test_every_declared_pair_is_accepted(client, reader, busy, contract):
    operation = next(op for op in contract.operations if str(op) == f"GET {PATH}")
    spans = [set(), {"since"}, {"until"}, {"since", "until"}]
    declared = {frozenset(line["filters"]) for line in operation.value["x-combinations"]}
    assert declared == {
        frozenset(span | names) for span in spans for names in (set(), {"actorId"}, {"targetId"}, {"action"})
    }
    values = {
        "actorId": busy.id,
        "targetId": busy.id,
        "action": "user.updated",
        "since": "2001-01-01T00:00:00Z",
        "until": "2999-01-01T00:00:00Z",
    }
    for filters in declared:
        assert listed(client, reader, **{name: values[name] for name in filters}) != []


@pytest.mark.parametrize(
    "query, expected",
    [
        ("actorId={0}&targetId={0}", {("sortBy", "combination")}),
        ("actorId={0}&action=user.updated", {("sortBy", "combination")}),
        ("targetId={0}&action=user.updated&since=2026-01-01T00:00:00Z", {("sortBy", "combination")}),
        ("actorId=1", {("actorId", "format")}),
        ("targetId=x", {("targetId", "format")}),
        ("action=", {("action", "too_short")}),
        ("since=yesterday", {("since", "format")}),
        ("since=2026-02-30T00:00:00Z", {("since", "format")}),
        ("until=2026-01-01", {("until", "format")}),
        ("until=1767225600", {("until", "format")}),
        ("q=ada", {("q", "unknown")}),
    ],
)
def test_validates(client, reader, busy, query, expected):
    assert faults(client.get(f"{PATH}?{query.format(busy.id)}", token=reader.access)) == expected


def test_sorts_as_asked(client, reader, busy):
    down = listed(client, reader, targetId=busy.id)
    assert listed(client, reader, targetId=busy.id, sortOrder="asc") == down[::-1]
    times = [event["createdAt"] for event in down]
    assert times == sorted(times, reverse=True)


def test_pages_and_cursors_give_the_same_rows(client, reader, busy):
    whole, query = listed(client, reader, targetId=busy.id), {"targetId": busy.id}
    walker, view = Walker(client, limit=5), View(PATH, reader.access, reader.access)
    assert walker.by_page(view, query) == walker.by_cursor(view, query) == whole


def test_new_events_do_not_move_a_cursor(client, reader, people):
    person = people.signed_in()
    first = response_to(client, reader, targetId=person.id, limit=1, cursor="")
    cursor = first.json()["meta"]["nextCursor"]
    person.login()
    second = expect(response_to(client, reader, targetId=person.id, limit=1, cursor=cursor), 200)
    assert [event["action"] for event in expect(first, 200) + second] == [
        "login.succeeded",
        "user.registered",
    ]


def test_no_event_contains_new_values(client, reader, people, links):
    """Events contain only names of fields and ids."""
    person, address = people.signed_in("Unmistakable"), new_address()
    expect(client.patch(f"{USERS}/me", {"name": "Incomparable"}, token=person.access), 200)
    links.change(person, address)
    client.post("/api/v1/auth/login", {"email": person.email, "password": new_password()})
    text = response_to(client, reader, targetId=person.id, limit=100).text
    for trace in ("Unmistakable", "Incomparable", address, person.email):
        assert trace not in text
