"""Fixtures of the end-to-end tests. One stack serves the whole run; each test makes its own users."""

import json
import os
import pathlib
import re

import pytest
from playwright.sync_api import sync_playwright

from support.api_keys import APIKeys
from support.client import Client
from support.contract import Contract
from support.database import Database
from support.limited import Limited, Network, limited_stack
from support.links import Links
from support.logs import Logs
from support.mailbox import Mailbox
from support.organizations import Organizations
from support.people import People
from support.projects import Projects
from support.resources import RESOURCES
from support.routes import Route, routes
from support.secrets import SecretRegistry
from support.seen import Seen
from support.sibling import post, sibling
from support.stack import MissingVariable, Stack
from support.webhooks import Webhooks

# Fixtures of the tests that go through all lists, of those that open the invitation page, and of those of providers.
pytest_plugins = ["support.list_world", "support.accept_page", "support.provider_world"]

CONTRACT = pytest.StashKey[Contract]()
SECRETS = pytest.StashKey[SecretRegistry]()
SEEN = pytest.StashKey[Seen]()
STACK = pytest.StashKey[Stack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--seen",
        type=pathlib.Path,
        metavar="FOLDER",
        help="go on with what earlier tests have seen, which is in this folder, and add what these see",
    )
    parser.addoption(
        "--of-package",
        action="store_true",
        help="run the tests of another package, those of Gatehouse about its modules, and those of every program",
    )


def pytest_configure(config: pytest.Config) -> None:
    try:
        stack = Stack.under_test()
    except MissingVariable as missing:
        raise pytest.UsageError(str(missing)) from None
    config.stash[STACK] = stack
    config.stash[CONTRACT] = Contract(stack.url, stack.ca)
    config.stash[SECRETS] = SecretRegistry()
    config.stash[SEEN] = Seen(config.getoption("seen"), config.stash[CONTRACT], config.stash[SECRETS])
    config.stash[SEEN].read()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not session.config.option.collectonly:
        session.config.stash[SEEN].write()


# Parameters of tests contain these words if they are operations or scopes of another package's modules.
WORDS = [word for resource in RESOURCES for word in (resource.path, resource.reads, resource.writes)]
OF_MODULES = re.compile("|".join(rf"(?<![\w/-]){re.escape(word)}(?![\w-])" for word in WORDS) or "(?!)")


HERE = pathlib.Path(__file__).resolve().parent
OF_GATEHOUSE = {
    f"{method.upper()} {path}"
    for path, methods in json.loads((HERE.parents[1] / "docs" / "openapi.json").read_text())["paths"].items()
    for method in methods
}


def is_of_package(item: pytest.Item) -> bool:
    """Whether a test belongs to the package, has a parameter of its modules, or applies to every program or to every
    operation of one."""
    parameters = [str(one) for one in item.callspec.params.values()] if hasattr(item, "callspec") else []
    return (
        item.path.resolve().parent != HERE
        or "every_program" in item.keywords
        or ("every_operation" in item.keywords and OF_GATEHOUSE.isdisjoint(parameters))
        or any(OF_MODULES.search(parameter) for parameter in parameters)
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts the tests that must run alone last, and marks those that use the second stack, of which there is only
    one."""
    if config.option.of_package:
        config.hook.pytest_deselected(items=[item for item in items if not is_of_package(item)])
        items[:] = filter(is_of_package, items)
    items.sort(key=lambda item: "alone" in item.keywords)
    for item in items:
        if "limited" in item.fixturenames:
            item.add_marker("limited")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs tests about operations once for each operation of the served document that they apply to, and tests about
    routes once for each route that the program lists."""
    kinds = {
        "operation": lambda op: True,
        "operation_with_body": lambda op: op.takes_body,
        "operation_that_changes": lambda op: op.takes_body and op.method == "PATCH",
        "operation_that_creates": lambda op: op.takes_body and op.takes_idempotency_key,
        "operation_with_token": lambda op: op.needs_token,
        "operation_read": lambda op: op.method == "GET" and not op.leads_on,
        "operation_strict": lambda op: not op.ignores_others,
        "operation_list": lambda op: "x-combinations" in op.value,
        "operation_idempotent": lambda op: op.takes_idempotency_key,
    }
    for name, applies in kinds.items():
        if name in metafunc.fixturenames:
            operations = [op for op in metafunc.config.stash[CONTRACT].operations if applies(op)]
            assert operations, f"the document has no {name}"
            metafunc.parametrize(name, operations, ids=str)
    if "route" in metafunc.fixturenames:
        metafunc.parametrize("route", routes(metafunc.config.stash[STACK]), ids=str)


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Stack:
    return request.config.stash[STACK]


@pytest.fixture(scope="session")
def contract(request: pytest.FixtureRequest) -> Contract:
    return request.config.stash[CONTRACT]


@pytest.fixture(scope="session")
def secrets(request: pytest.FixtureRequest) -> SecretRegistry:
    return request.config.stash[SECRETS]


@pytest.fixture(scope="session")
def client(stack: Stack, contract: Contract, secrets: SecretRegistry) -> Client:
    return Client(stack, contract, secrets)


@pytest.fixture(scope="session")
def db(stack: Stack) -> Database:
    return Database(stack)


@pytest.fixture(scope="session")
def mailbox(stack: Stack, secrets: SecretRegistry) -> Mailbox:
    return Mailbox(stack, secrets)


@pytest.fixture(scope="session")
def links(client: Client, mailbox: Mailbox) -> Links:
    return Links(client, mailbox)


@pytest.fixture(scope="session")
def logs(stack: Stack) -> Logs:
    return Logs(stack)


@pytest.fixture(scope="session")
def people(client: Client, db: Database) -> People:
    return People(client, db)


@pytest.fixture(scope="session")
def organizations(client: Client, db: Database, mailbox: Mailbox, people: People) -> Organizations:
    return Organizations(client, db, mailbox, people)


@pytest.fixture(scope="session")
def projects(client: Client) -> Projects:
    return Projects(client)


@pytest.fixture(scope="session")
def webhooks(client: Client, db: Database, organizations: Organizations) -> Webhooks:
    return Webhooks(client, db, organizations)


@pytest.fixture(scope="session")
def api_keys(client: Client) -> APIKeys:
    return APIKeys(client)


@pytest.fixture(scope="session")
def declared_routes(stack: Stack) -> list[Route]:
    """Every route that the program lists."""
    return routes(stack)


@pytest.fixture(scope="session")
def tiers(declared_routes: list[Route]) -> dict[str, str]:
    """The rate-limit tier of each operation, from the program's list of routes."""
    return {str(route): route.tier for route in declared_routes}


@pytest.fixture(scope="session")
def limited(request: pytest.FixtureRequest, stack: Stack, contract: Contract, secrets: SecretRegistry):
    """A second stack with rate limits on. Continues to use that of earlier tests in the run."""
    with limited_stack(stack, goes_on=request.config.stash[SEEN].goes_on) as second:
        yield Limited(second, contract, secrets)


@pytest.fixture
def network(limited: Limited) -> Network:
    """An unused network of the second stack, so that no test exhausts the limits of another."""
    return limited.network()


@pytest.fixture(scope="session")
def expired_token(stack: Stack, people: People, secrets: SecretRegistry, tmp_path_factory) -> str:
    """An access token that the program issued a thousand seconds ago by its own clock."""
    person = people.verified()
    with sibling(stack, tmp_path_factory.mktemp("expired"), clock_shift=-1000) as socket:
        answer = post(socket, "/api/v1/auth/login", {"email": person.email, "password": person.password})
    secrets.add_from(answer)
    return answer["data"]["tokens"]["accessToken"]


@pytest.fixture(scope="session")
def browser():
    """Debian's headless Chromium. Root runs it without the sandbox, which does not work for root."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A page that collects console errors and violations of its content security policy in `problems`."""
    context = browser.new_context(ignore_https_errors=True)
    opened = context.new_page()
    opened.problems = []
    opened.on(
        "console",
        lambda message: message.type in ("error", "warning") and opened.problems.append(message.text),
    )
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.set_default_timeout(15_000)
    yield opened
    context.close()
