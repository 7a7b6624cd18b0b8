"""Swagger UI in Chromium: a newcomer goes through the whole API with its buttons."""

import json

import pytest

from support.people import new_address, new_password


class SwaggerUI:
    """The actions of a person on the page."""

    def __init__(self, page, url: str, secrets) -> None:
        self._page, self._secrets = page, secrets
        # It draws every operation and every event anew after each click.
        page.set_default_timeout(60_000)
        page.goto(f"{url}/docs/")

    def call(self, operation_id: str, body: dict | None = None) -> tuple[int, dict]:
        """Opens an operation, executes it, and reads the status and the body shown."""
        block = self._page.locator(f"[id$='-{operation_id}']")
        block.locator(".opblock-summary-control").click()
        block.get_by_role("button", name="Try it out").click()
        if body is not None:
            self._secrets.add_from(body)
            block.locator("textarea.body-param__text").fill(json.dumps(body))
        block.get_by_role("button", name="Execute").click()
        answer = block.locator(".live-responses-table .response").first
        answer.wait_for()
        status = int(answer.locator(".response-col_status").inner_text().split()[0])
        shown = answer.locator(".response-col_description .highlight-code").first.locator("code").inner_text()
        value = json.loads(shown)
        self._secrets.add_from(value)
        block.locator(".opblock-summary-control").click()
        return status, value

    def authorize(self, token: str) -> None:
        """Enters the access token in the dialog behind "Authorize", which accepts an API key too."""
        self._page.locator(".btn.authorize").click()
        dialogue = self._page.locator(".dialog-ux")
        dialogue.locator("input").first.fill(token)
        dialogue.locator("button.modal-btn.auth.authorize").first.click()
        dialogue.locator("button.btn-done").first.click()


@pytest.fixture
def swagger(page, stack, secrets):
    return SwaggerUI(page, stack.url, secrets)


def test_register_verify_login_authorize_and_me(swagger, page, mailbox):
    email, password = new_address(), new_password()
    status, _ = swagger.call(
        "postAuthRegister", {"email": email, "password": password, "name": "Swagger Newcomer"}
    )
    assert status == 201
    status, answer = swagger.call("postAuthVerifyEmail", {"token": mailbox.wait_for(email).token})
    assert (status, answer["data"]["user"]["emailVerified"]) == (200, True)
    status, answer = swagger.call("postAuthLogin", {"email": email, "password": password})
    assert status == 200
    swagger.authorize(answer["data"]["tokens"]["accessToken"])
    status, answer = swagger.call("getUsersMe")
    assert (status, answer["data"]["email"]) == (200, email)
    assert page.problems == []


def test_shows_every_operation(swagger, page, contract):
    page.locator(".opblock").first.wait_for()
    assert page.locator(".opblock").count() == len(contract.operations) + len(contract.document["webhooks"])
    assert page.problems == []


def test_says_when_swagger_ui_is_missing(page, stack):
    """Its files are downloaded when the service is installed, and may be missing."""
    page.route("**/swagger-ui/**", lambda route: route.fulfill(status=404, body=""))
    page.goto(f"{stack.url}/docs/")
    page.get_by_text("Swagger UI is not installed on this server.").wait_for()
    assert page.get_by_role("link", name="openapi.json").get_attribute("href") == "/api/v1/openapi.json"


def test_loads_nothing_from_other_hosts(page, stack):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{stack.url}/docs/")
    page.locator(".opblock").first.wait_for()
    assert asked and all(url.startswith((stack.url, "data:")) for url in asked)
