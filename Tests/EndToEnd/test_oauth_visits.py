"""The visit of a browser to a provider: where it is led, what its state is worth, and how it comes back."""

import pytest

from support.client import at_once
from support.providers import APP, BROWSER_COOKIE, Installation, audited, form, settings, was_refused
from support.sibling import call, sibling

API = "/api/v1"


def test_the_providers_are_listed_by_name(installation, provider, other):
    answer = installation.call("GET", "/auth/oauth/providers")
    assert answer.body["data"] == [{"id": each.name, "name": each.name} for each in (provider, other)]


def test_a_browser_is_led_to_the_provider(installation, provider):
    visit = installation.visit(provider, parameters={"loginHint": "ada@example.com", "prompt": "login"}).begin()
    assert visit.answer.status == 302 and visit.led_to == f"{provider.issuer}/authorize"
    assert visit.asked.items() >= {
        "response_type": "code",
        "client_id": "client",
        "scope": "openid profile email",
        "code_challenge_method": "S256",
        "login_hint": "ada@example.com",
        "prompt": "login",
        "max_age": "0",
    }.items()
    assert visit.asked["redirect_uri"].endswith(f"{API}/auth/oauth/{provider.name}/callback")
    assert len(visit.asked["code_challenge"]) == len(visit.asked["nonce"]) == 43
    cookie = visit.answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{BROWSER_COOKIE}=ghb_")
    assert cookie.endswith("; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax")
    assert visit.answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "url", ["com.example.app:/callback", "http://127.0.0.1:43117/callback", "own"], ids=["app", "loopback", "own"]
)
def test_a_browser_returns_to_known_places(installation, stack, provider, url):
    url = f"{stack.settings['GATEHOUSE_PUBLIC_URL']}/sign-in" if url == "own" else url
    visit = installation.sign_in(provider, redirect_to=url)
    assert visit.led_to == url and visit.session()["user"]["email"] == visit.email


@pytest.mark.parametrize(
    "change, fault",
    [
        ({"redirectTo": "https://evil.example.com/signed-in"}, ("redirectTo", "choice")),
        ({"redirectTo": f"{APP}?x=1"}, ("redirectTo", "choice")),
        ({"redirectTo": "javascript:alert(1)"}, ("redirectTo", "choice")),
        ({"codeChallenge": "short"}, ("codeChallenge", "too_short")),
        ({"codeChallenge": "=" * 43}, ("codeChallenge", "format")),
        ({"purpose": "sign_in"}, ("purpose", "choice")),
        ({"prompt": "none"}, ("prompt", "choice")),
        ({"surprise": "1"}, ("surprise", "unknown")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
def test_a_faulty_request_leads_nowhere(installation, provider, change, fault):
    visit = installation.visit(provider, parameters=change).begin()
    assert visit.answer.status == 400 and "Location" not in visit.answer.headers
    assert [(found["field"], found["code"]) for found in visit.answer.body["error"]["details"]] == [fault]


def test_an_unknown_provider_is_not_found(installation, provider):
    assert installation.visit(provider, "nobody").begin().answer.status == 404


# The state


def test_a_state_works_once_in_its_browser_for_ten_minutes(installation, provider, db):
    visit = installation.visit(provider).begin()
    cookie, code = visit.cookie, provider.code(provider.sign(provider.claims(visit)))
    for foreign, reason in (
        (None, "no_cookie"),
        (installation.visit(provider).begin().cookie, "other_browser"),
        ("ghb_" + "A" * 43, "other_browser"),
        ("x", "no_cookie"),
    ):
        visit.cookie = foreign
        visit.back(code)
        assert visit.error == "SIGN_IN_EXPIRED" and visit.led_to.endswith("/sign-in"), foreign
        assert was_refused(db, visit, "SIGN_IN_EXPIRED", reason), foreign
    visit.cookie = cookie
    for state, reason in ((None, "no_state"), ("x", "no_state"), ("gho_" + "A" * 43, "unknown")):
        visit.back(code, state=state)
        assert visit.error == "SIGN_IN_EXPIRED" and visit.led_to.endswith("/sign-in"), state
        assert was_refused(db, visit, "SIGN_IN_EXPIRED", reason), state
    assert visit.back(code) and visit.error is None
    visit.back(code)
    assert (visit.error, visit.led_to) == ("SIGN_IN_EXPIRED", APP)
    assert was_refused(db, visit, "SIGN_IN_EXPIRED", "used")
    late = installation.visit(provider).begin()
    state = late.asked["state"]
    db.run("UPDATE oauth_attempts SET expires_at = NOW(6) WHERE state_hash = UNHEX(SHA2(%s, 256))", state)
    late.back(provider.code(provider.sign(provider.claims(late))))
    assert (late.error, late.led_to) == ("SIGN_IN_EXPIRED", APP)
    assert was_refused(db, late, "SIGN_IN_EXPIRED", "late")


def test_the_state_of_one_provider_is_not_that_of_another(installation, provider, other, db):
    """Mix-up: the answer of one provider arrives where that of the other belongs."""
    visit = installation.visit(provider).begin()
    code = other.code(other.sign(other.claims(visit)))
    visit.back(code, name=other.name)
    assert visit.error == "SIGN_IN_EXPIRED" and audited(db, other)["reason"] == "other_provider"
    visit.back(provider.code(provider.sign(provider.claims(visit))))
    assert visit.error is None, "the attempt is still open"


def test_a_browser_has_ten_open_attempts(installation, provider):
    first = installation.visit(provider).begin()
    visits = [installation.visit(provider, cookie=first.cookie).begin() for _ in range(10)]
    assert {visit.cookie for visit in visits} == {first.cookie}
    for visit, error in ((first, "SIGN_IN_EXPIRED"), (visits[0], None), (visits[9], None)):
        visit.back(provider.code(provider.sign(provider.claims(visit))))
        assert visit.error == error


def test_of_two_returns_at_once_one_signs_in(installation, provider, db):
    visit = installation.visit(provider).begin()
    code = provider.code(provider.sign(provider.claims(visit)))
    cookie = {"HTTP_COOKIE": f"{BROWSER_COOKIE}={visit.cookie}"}
    path = f"/auth/oauth/{provider.name}/callback?state={visit.asked['state']}&code={code}"
    answers = at_once(4, lambda _: installation.call("GET", path, **cookie))
    led = [answer.headers["Location"] for answer in answers]
    assert sum("code=" in url for url in led) == 1 and sum("SIGN_IN_EXPIRED" in url for url in led) == 3
    assert was_refused(db, visit, "SIGN_IN_EXPIRED", "used")


def test_a_check_of_the_link_uses_nothing_up(installation, provider):
    visit = installation.visit(provider).begin()
    code = provider.code(provider.sign(provider.claims(visit)))
    cookie = {"HTTP_COOKIE": f"{BROWSER_COOKIE}={visit.cookie}"}
    path = f"{API}/auth/oauth/{provider.name}/callback?state={visit.asked['state']}&code={code}"
    assert call(installation.socket, "HEAD", path, **cookie).status == 303
    visit.back(code)
    assert visit.error is None


def test_a_form_comes_back_by_our_own_page(installation, provider):
    """A form of another site comes without the cookie, so the browser is sent to the same place by a link."""
    visit = installation.visit(provider).begin()
    code = provider.code(provider.sign(provider.claims(visit)))
    body = form(state=visit.asked["state"], code=code, surprise="1")
    posted = installation.call(
        "POST",
        f"/auth/oauth/{provider.name}/callback",
        body,
        CONTENT_TYPE="application/x-www-form-urlencoded",
        HTTP_ORIGIN="https://appleid.apple.com",
    )
    assert posted.status == 303
    assert posted.headers["Location"] == f"{visit.asked['redirect_uri']}?state={visit.asked['state']}&code={code}"
    visit.back(code)
    assert visit.error is None
    assert installation.call("POST", f"/auth/oauth/{provider.name}/callback", {"state": "x"}).status == 415


FORM = "application/x-www-form-urlencoded"

FAULTY = {
    "error=%ff": "error",
    "error=access_denied&error=x": "error",
    "error=" + "e" * 5000: "error",
    "code=%00": "answer",
    "code=a&code=b": "answer",
    "code=" + "c" * 5000: "answer",
    "code=a&iss=%ff": "issuer",
    "code=a&iss=" + "i" * 5000: "issuer",
    "%ff=1&=&error_description=%0": "answer",
}


@pytest.mark.parametrize("faulty, reason", FAULTY.items(), ids=lambda text: text[:24])
@pytest.mark.parametrize("by_form", [False, True], ids=["link", "form"])
def test_a_faulty_answer_leads_back_to_the_app(installation, provider, db, faulty, reason, by_form):
    visit = installation.visit(provider).begin()
    path, query = f"/auth/oauth/{provider.name}/callback", f"state={visit.asked['state']}&{faulty}"
    if by_form:
        posted = installation.call("POST", path, query.encode(), CONTENT_TYPE=FORM)
        assert posted.status == 303
        query = posted.headers["Location"].split("?")[1]
    answer = installation.call("GET", f"{path}?{query}", HTTP_COOKIE=f"{BROWSER_COOKIE}={visit.cookie}")
    assert (answer.status, answer.headers.get("Location")) == (303, f"{APP}?error=PROVIDER_REFUSED")
    assert was_refused(db, visit, "PROVIDER_REFUSED", reason)


def test_what_a_provider_adds_may_have_any_form(installation, provider):
    visit = installation.visit(provider).begin()
    query = f"state={visit.asked['state']}&code={provider.code(provider.sign(provider.claims(visit)))}"
    path = f"/auth/oauth/{provider.name}/callback?{query}&error_description=%ff&x=1&x=%00&%ff=%0"
    answer = installation.call("GET", path, HTTP_COOKIE=f"{BROWSER_COOKIE}={visit.cookie}")
    assert answer.status == 303 and answer.headers["Location"].startswith(f"{APP}?code=ghx_")


@pytest.mark.parametrize("name", ["code", "iss", "state"])
def test_a_long_form_leads_to_a_url_that_every_buffer_takes(client, stack, name):
    """Through nginx. Each character takes twelve bytes in a URL."""
    fields = {"state": "gho_" + "A" * 43, "code": "c"} | {name: "\N{GRINNING FACE}" * 1200}
    posted = client.post(f"{API}/auth/oauth/mock/callback", data=form(**fields), headers={"Content-Type": FORM})
    url = posted.headers["Location"]
    assert posted.status_code == 303 and len(url) <= 8000
    led = client.get(url.removeprefix(stack.settings["GATEHOUSE_PUBLIC_URL"]))
    assert led.status_code == 303 and led.headers["Location"].endswith("/sign-in?error=SIGN_IN_EXPIRED")


def test_an_answer_that_is_none_is_refused(installation, provider):
    path = f"/auth/oauth/{provider.name}/callback"
    assert installation.call("GET", f"{path}?state=a&state=b").status == 400
    assert installation.call("POST", path, b"state=a&state=b", CONTENT_TYPE=FORM).status == 400
    assert installation.call("POST", path, b"x=" + b"y" * 20_000, CONTENT_TYPE=FORM).status == 413


def test_a_provider_that_is_switched_off_does_nothing_any_more(
    stack, tmp_path, contract, secrets, installation, provider, other, people, db
):
    signing_in, linking = installation.sign_in(other), installation.visit(other, parameters={"purpose": "link"}).begin()
    linking.back(other.code(other.sign(other.claims(linking))))
    away = installation.visit(other).begin()
    session = signing_in.session()
    again = installation.sign_in(other, subject=signing_in.subject)
    with sibling(stack, tmp_path, **settings(provider)) as socket:
        later = Installation(socket, contract, secrets)
        for visit in (linking, away, again):
            visit.installation = later
        away.back(other.code(other.sign(other.claims(away))))
        assert away.error == "PROVIDER_UNAVAILABLE" and away.led_to.endswith("/sign-in")
        assert was_refused(db, away, "PROVIDER_UNAVAILABLE")
        assert again.exchange().status == 422
        assert was_refused(db, again, "UNPROCESSABLE", "provider_unavailable")
        assert linking.link(people.signed_in().access).status == 422
        assert was_refused(db, linking, "UNPROCESSABLE", "provider_unavailable")
        assert later.visit(other).begin().answer.status == 404
        bearer = f"Bearer {session['tokens']['accessToken']}"
        listed = later.call("GET", "/users/me/oauth-accounts", HTTP_AUTHORIZATION=bearer)
        assert [entry["enabled"] for entry in listed.body["data"]] == [False]
        assert later.call("GET", "/users/me", HTTP_AUTHORIZATION=bearer).status == 200, "sessions go on"
