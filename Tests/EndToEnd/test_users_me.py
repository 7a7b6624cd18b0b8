"""GET and PATCH /users/me."""

import pytest

from support.client import at_once, expect, faults

PATH = "/api/v1/users/me"


@pytest.fixture(scope="module")
def person(people):
    return people.signed_in()


@pytest.fixture
def fresh(people):
    return people.signed_in()


def test_returns_the_caller(client, person):
    data = expect(client.get(PATH, token=person.access), 200)
    assert data["id"] == person.id and data["email"] == person.email and data["emailVerified"] is True


def test_takes_no_parameters(client, person):
    assert faults(client.get(f"{PATH}?fields=email&fields=id", token=person.access)) == {
        ("fields", "unknown")
    }


def test_changes_only_the_given_fields(client, fresh):
    before = expect(client.get(PATH, token=fresh.access), 200)
    change = {"name": "Grace Hopper", "avatarUrl": "https://example.com/a.png?x=1", "locale": "de-AT"}
    after = expect(client.patch(PATH, change, token=fresh.access), 200)
    same = {"id", "email", "emailVerified", "role", "status", "createdAt"}
    assert {name: after[name] for name in change} == change
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["updatedAt"] > before["updatedAt"]
    assert expect(client.get(PATH, token=fresh.access), 200) == after
    only = expect(client.patch(PATH, {"locale": "fr"}, token=fresh.access), 200)
    assert (only["name"], only["avatarUrl"], only["locale"]) == (change["name"], change["avatarUrl"], "fr")


def test_null_removes_the_avatar(client, fresh):
    expect(client.patch(PATH, {"avatarUrl": "https://example.com/"}, token=fresh.access), 200)
    assert expect(client.patch(PATH, {"avatarUrl": None}, token=fresh.access), 200)["avatarUrl"] is None


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "שלום", "\U0001f469\U0001f3fd", "' OR 1=1 --", "x" * 100]
)
def test_accepts_any_name_and_returns_it_unchanged(client, person, name):
    assert expect(client.patch(PATH, {"name": name}, token=person.access), 200)["name"] == name


def test_an_empty_change_changes_nothing(client, fresh, db):
    before = client.get(PATH, token=fresh.access)
    for body in ({}, {"name": before.json()["data"]["name"]}):
        after = client.patch(PATH, body, token=fresh.access)
        assert expect(after, 200) == before.json()["data"]
        assert after.headers["ETag"] == before.headers["ETag"]
    assert "user.updated" not in db.actions(fresh.id)


def test_a_change_is_audited_with_the_names_of_its_fields(client, fresh, db):
    expect(client.patch(PATH, {"name": "Very Private Name"}, token=fresh.access), 200)
    details = db.value(
        "SELECT details FROM audit_events WHERE target_id = %s AND action = 'user.updated'", fresh.id
    )
    assert "name" in details and "Private" not in details


@pytest.mark.parametrize(
    "body, expected",
    [
        (
            {
                "name": "",
                "avatarUrl": "http://example.com/",
                "locale": "x",
                "email": "a@example.com",
                "role": "admin",
            },
            {
                ("name", "too_short"),
                ("avatarUrl", "format"),
                ("locale", "too_short"),
                ("email", "unknown"),
                ("role", "unknown"),
            },
        ),
        ({"name": None}, {("name", "type")}),
        ({"locale": None}, {("locale", "type")}),
        ({"status": "active"}, {("status", "unknown")}),
        (
            {"id": "x", "emailVerified": True, "version": 9},
            {("id", "unknown"), ("emailVerified", "unknown"), ("version", "unknown")},
        ),
        ({"password": "a new one"}, {("password", "unknown")}),
        ({"name": "a\nb"}, {("name", "format")}),
        ({"locale": "en_GB"}, {("locale", "format")}),
        ({"locale": "e" * 36}, {("locale", "too_long")}),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_validates(client, person, body, expected):
    assert faults(client.patch(PATH, body, token=person.access)) == expected


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "http://example.com/a.png",
        "//example.com/a.png",
        "https://",
        "https:///a",
        "https://user@example.com/",
        "https://example.com/a b",
        "https://example.com/\n",
        'https://example.com/"onerror=',
        "data:image/png;base64,AAAA",
        "HTTPS",
        "https://example.com\\@evil.example/",
        "ftp://example.com/",
        "https://example.com/[1]",
        "https://example.com/%zz",
        "https://example.com:99999/",
        "https://..../",
        "https://[::g]/",
        "https://xn--a.example/",
    ],
    ids=ascii,
)
def test_refuses_an_avatar_that_is_no_https_url(client, person, url):
    assert faults(client.patch(PATH, {"avatarUrl": url}, token=person.access)) == {("avatarUrl", "format")}


@pytest.mark.parametrize(
    "url, kept",
    [
        ("HTTPS://example.com/a", "HTTPS://example.com/a"),
        ("https://example.com?x=1", "https://example.com?x=1"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("https://example.com:65535/", "https://example.com:65535/"),
        ("https://exämple.com/ä?x=1", "https://xn--exmple-cua.com/%C3%A4?x=1"),
        ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/"),
    ],
    ids=ascii,
)
def test_an_avatar_can_be_any_https_url_and_is_stored_in_ascii(client, person, url, kept):
    data = expect(client.patch(PATH, {"avatarUrl": url}, token=person.access), 200)
    assert data["avatarUrl"] == kept
    assert expect(client.patch(PATH, {"avatarUrl": kept}, token=person.access), 200) == data


def test_refuses_an_avatar_that_is_too_long(client, person):
    body = {"avatarUrl": "https://example.com/" + "a" * 2048}
    assert faults(client.patch(PATH, body, token=person.access)) == {("avatarUrl", "too_long")}


def test_reads_carry_an_etag_that_changes_with_the_user(client, fresh):
    first = client.get(PATH, token=fresh.access).headers["ETag"]
    assert first.startswith('"') and first == client.get(PATH, token=fresh.access).headers["ETag"]
    changed = client.patch(PATH, {"name": "Other Name"}, token=fresh.access).headers["ETag"]
    assert changed != first and changed == client.get(PATH, token=fresh.access).headers["ETag"]


@pytest.mark.parametrize("form", ["{tag}", '"x", {tag}', "W/{tag}", "*", '"x",{tag} , "y"'])
def test_if_none_match_with_the_version_gets_304(client, person, form):
    tag = client.get(PATH, token=person.access).headers["ETag"]
    headers = {"If-None-Match": form.format(tag=tag)}
    for method in ("GET", "HEAD"):
        response = client.request(method, PATH, token=person.access, headers=headers)
        expect(response, 304)
        assert response.headers["ETag"] == tag


@pytest.mark.parametrize("field", ['"other"', "", "garbage", '"', '"0"'])
def test_if_none_match_of_another_version_gets_the_user(client, person, field):
    expect(client.get(PATH, token=person.access, headers={"If-None-Match": field}), 200)


def test_304_needs_the_token_too(client):
    expect(client.get(PATH, headers={"If-None-Match": "*"}), 401, "UNAUTHORIZED")


@pytest.mark.parametrize("form", ["{tag}", '"x", {tag}', "*"])
def test_if_match_with_the_current_version_is_accepted(client, person, form):
    tag = client.get(PATH, token=person.access).headers["ETag"]
    expect(
        client.patch(PATH, {"locale": "nl"}, token=person.access, headers={"If-Match": form.format(tag=tag)}),
        200,
    )


@pytest.mark.parametrize("form", ['"other"', "W/{tag}", '"0"', "garbage", ""])
def test_if_match_with_another_version_is_refused(client, fresh, form):
    tag = client.get(PATH, token=fresh.access).headers["ETag"]
    response = client.patch(
        PATH, {"name": "Lost Update"}, token=fresh.access, headers={"If-Match": form.format(tag=tag)}
    )
    expect(response, 412, "PRECONDITION_FAILED")
    assert expect(client.get(PATH, token=fresh.access), 200)["name"] != "Lost Update"


def test_one_of_several_concurrent_changes_of_a_version_wins(client, fresh):
    tag = client.get(PATH, token=fresh.access).headers["ETag"]
    responses = at_once(
        16,
        lambda number: client.patch(
            PATH, {"name": f"Racer {number}"}, token=fresh.access, headers={"If-Match": tag}
        ),
    )
    assert sorted(response.status_code for response in responses) == [200] + [412] * 15
    winner = next(response for response in responses if response.status_code == 200)
    assert client.get(PATH, token=fresh.access).json() == winner.json()
