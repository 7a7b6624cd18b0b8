"""Which passwords are refused wherever one is set, and POST /auth/password-check, which reports it beforehand."""

import json

import pytest

from support.client import expect, faults
from support.people import new_address, new_password, registration
from support.text import is_sentence

CHECK = "/api/v1/auth/password-check"
REGISTER = "/api/v1/auth/register"
CONFIRM = "/api/v1/auth/password-reset/confirm"
CHANGE = "/api/v1/users/me/password"

# Weak passwords by their weakness.
WEAK = {
    "a common one": "password1",
    "the commonest": "12345678",
    "common, spelled oddly": "P@ssw0rd",
    "a row of keys": "zxcvfdsa",
    "a sequence": "hijklmnopq",
    "the same again and again": "kkkkkkkkkkkk",
    "a word twice": "monkeymonkey",
    "a day": "19851203",
    "backwards": "drowssap",
}
STRONG = [
    "correct horse battery staple",
    "Ein Satz, den niemand errät",
    "совсем не простой пароль",
    "kX9#qLw2$vPz",
    "\U0001f40e\U0001f50b\U0001f4ce\U0001f3a8 und noch mehr",
    "' OR 1=1 -- <script>",
]


def plainly(body: dict) -> dict:
    """A body that is not noted for the search for secrets, since weak passwords also occur elsewhere by chance."""
    return {"data": json.dumps(body).encode(), "headers": {"Content-Type": "application/json"}}


def check(client, password: str, **others: str) -> dict:
    """The result of the check."""
    return expect(client.post(CHECK, **plainly({"password": password} | others)), 200)


def refusal(client, email: str, password: str, name: str = "Ada Lovelace") -> dict:
    """The fault of the password in a registration."""
    response = client.post(REGISTER, **plainly({"email": email, "password": password, "name": name}))
    assert faults(response) == {("password", "too_weak")}
    (fault,) = response.json()["error"]["details"]
    return fault


@pytest.mark.parametrize("password", WEAK.values(), ids=WEAK)
def test_a_weak_password_is_refused_with_a_hint(client, password):
    hint = refusal(client, new_address(), password)["message"]
    assert is_sentence(hint), hint


@pytest.mark.parametrize("password", WEAK.values(), ids=WEAK)
def test_the_check_gives_the_same_answer_beforehand(client, password):
    email = new_address()
    verdict = check(client, password, email=email, name="Ada Lovelace")
    assert verdict == {"acceptable": False, "hint": refusal(client, email, password)["message"]}


def test_hints_distinguish_causes(client):
    hints = {cause: check(client, password)["hint"] for cause, password in WEAK.items()}
    causes = ["a common one", "a row of keys", "a sequence", "the same again and again", "a day"]
    assert len({hints[cause] for cause in causes}) == len(causes), hints


@pytest.mark.parametrize("password", [*STRONG, "x" * 3 + "\U0001f40e" * 5 + "Qz7 lamp"], ids=ascii)
def test_a_strong_password_of_any_characters_is_accepted(client, password):
    assert check(client, password) == {"acceptable": True, "hint": None}
    expect(client.post(REGISTER, **plainly(registration(password=password))), 201)


@pytest.mark.parametrize(
    "password",
    [
        *WEAK.values(),
        "zx",
        "<b>aaaaaaaa</b>",
        "aaaaaaaa aaaaaaaa",
        "\u202epasswordpassword",
        "\u0645\u0631\u062d\u0628\u0627\u0645\u0631",
        "%s%s%s%s%s",
        "\U0001f600" * 8,
        "q" * 1024,
    ],
    ids=ascii,
)
def test_a_hint_never_repeats_the_password(client, password):
    body = plainly({"password": password, "email": "zoltan@example.com", "name": "Zoltan Quux"})
    text = client.post(CHECK, **body).text.lower()
    assert password.lower() not in text.replace(" ", "") and password.lower() not in text
    assert "zoltan" not in text and "quux" not in text


@pytest.mark.parametrize(
    "password, email, name",
    [
        ("zoltanquux", "zoltan@example.com", "Zoltan Quux"),
        ("brzeczyszczykiewicz", "grzegorz@example.com", "Grzegorz Brzeczyszczykiewicz"),
        ("grzegorzbrz", "grzegorzbrz@example.com", "Somebody Else"),
        ("xylophonia-labs", "me@xylophonia-labs.example", "Somebody Else"),
        ("Brzeczyszczykiewicz1", "grzegorz@example.com", "Grzegorz Brzeczyszczykiewicz"),
    ],
)
def test_the_callers_own_address_and_name_are_easy_to_guess(client, password, email, name):
    alone, known = check(client, password), check(client, password, email=email, name=name)
    assert alone["acceptable"] is True and known["acceptable"] is False
    assert known["hint"] not in {check(client, weak)["hint"] for weak in WEAK.values()}, "it has its own hint"


def test_the_whole_address_is_no_password(client):
    address = new_address()
    assert check(client, address, email=address)["acceptable"] is False


@pytest.mark.parametrize(
    "password", ["", "a", "seven77", "e\u0301" * 7, "kX9#q " * 21 + "kX9", "\U0001f40e" * 129], ids=ascii
)
def test_the_check_counts_code_points_after_nfc(client, password):
    verdict = check(client, password)
    assert verdict["acceptable"] is False and is_sentence(verdict["hint"])


def test_a_password_is_judged_the_same_in_either_normal_form(client):
    for composed, decomposed in (
        ("é" * 10, "e\u0301" * 10),
        ("Crème brûlée", "Cre\u0300me bru\u0302le\u0301e"),
    ):
        assert check(client, composed) == check(client, decomposed)


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, {("password", "required")}),
        ({"password": None, "token": 5}, {("password", "type"), ("token", "type")}),
        ({"password": "x" * 1025, "email": "x" * 255}, {("password", "too_long"), ("email", "too_long")}),
        ({"password": "x", "name": "x" * 101, "hint": "y"}, {("name", "too_long"), ("hint", "unknown")}),
    ],
    ids=["missing", "type", "long", "unknown"],
)
def test_validates_a_check(client, body, expected):
    assert faults(client.post(CHECK, **plainly(body))) == expected


# --- The same rule elsewhere -------------------------------------------------------------------------------


@pytest.fixture
def person(people):
    return people.signed_in("Grzegorz Brzeczyszczykiewicz")


@pytest.fixture
def token(person, links):
    return links.reset(person)


@pytest.mark.parametrize("password", ["password1", "brzeczyszczykiewicz", "Brzeczyszczykiewicz1"])
def test_reset_and_change_refuse_the_same_with_the_same_hint(client, person, token, password):
    verdict = check(client, password, email=person.email, name=person.user["name"])
    assert verdict["acceptable"] is False
    change = {"currentPassword": person.password, "newPassword": password}
    for response in (
        client.post(CONFIRM, **plainly({"token": token, "newPassword": password})),
        client.post(CHANGE, token=person.access, **plainly(change)),
    ):
        assert faults(response) == {("newPassword", "too_weak")}
        assert response.json()["error"]["details"][0]["message"] == verdict["hint"]


def test_with_a_reset_link_its_owners_address_and_name_are_easy_to_guess(client, person, token):
    for password in ("brzeczyszczykiewicz", person.email.split("@")[0]):
        assert check(client, password)["acceptable"] is True
        assert check(client, password, token=token)["acceptable"] is False


def test_with_a_link_the_callers_address_and_name_are_ignored(client, token):
    verdict = check(client, "brzeczyszczykiewicz", token=token, email="a@example.com", name="Nobody")
    assert verdict["acceptable"] is False


def test_the_check_neither_uses_up_a_link_nor_reveals_its_owner(client, person, token):
    response = client.post(CHECK, **plainly({"password": "brzeczyszczykiewicz", "token": token}))
    expect(response, 200)
    assert (
        person.email not in response.text and "rzeczy" not in response.text and person.id not in response.text
    )
    expect(client.post(CONFIRM, {"token": token, "newPassword": new_password()}), 200)


def test_an_unusable_link_is_reported(client, person, token):
    def is_refused(sent: str) -> None:
        error = expect(client.post(CHECK, {"password": new_password(), "token": sent}), 422, "UNPROCESSABLE")
        assert [(fault["field"], fault["code"]) for fault in error["details"]] == [("token", "unusable")]

    for sent in ("x", token[:-1], "ghv_" + token[4:], person.refresh):
        is_refused(sent)
    expect(client.post(CONFIRM, {"token": token, "newPassword": new_password()}), 200)
    is_refused(token)


@pytest.mark.alone
def test_the_check_leaves_no_trace(client, people, db):
    person = people.verified()
    before = db.texts()
    check(client, "password1", email=person.email, name=person.user["name"])
    assert {table for table, text in db.texts().items() if text != before[table]} <= {"periodic_jobs", "jobs"}
