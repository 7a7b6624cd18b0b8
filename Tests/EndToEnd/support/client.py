"""An HTTP client that checks every answer against the contract and notes every secret that passes."""

import json as jsonlib
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from http.cookies import Morsel, SimpleCookie

import requests
from requests.adapters import HTTPAdapter

from support.contract import Contract
from support.secrets import SecretRegistry
from support.stack import Stack

REFRESH_COOKIE = "__Host-gatehouse_refresh"
DEVICE_COOKIE = "__Host-gatehouse_device"
REGISTRATION_COOKIE = "__Host-gatehouse_registration"


class FromAddress(HTTPAdapter):
    """Connects from one address of this machine. On Linux, all of 127.0.0.0/8 belongs to it."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *arguments, **options) -> None:
        super().init_poolmanager(*arguments, source_address=(self._address, 0), **options)


class Client:
    """Calls the stack over TLS from one address. Safe to use from several threads."""

    def __init__(
        self, stack: Stack, contract: Contract, secrets: SecretRegistry, address: str = "127.0.0.1"
    ) -> None:
        self.stack, self.contract, self.secrets, self.address = stack, contract, secrets, address
        # Idle sessions. Connections are kept open, since a handshake takes longer than most answers.
        self._idle: list[requests.Session] = []

    def request(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        data: object = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        cookie: str | None = None,
        device: str | None = None,
        browser: str | None = None,
        timeout: float = 30,
    ) -> requests.Response:
        """Sends one request and checks the answer. `data` replaces `json` and is sent as it is. `cookie` is the refresh
        token; `device` and `browser` are the values of the program's other cookies."""
        fields = dict(headers or {})
        if token is not None:
            fields["Authorization"] = f"Bearer {token}"
        cookies = {REFRESH_COOKIE: cookie, DEVICE_COOKIE: device, REGISTRATION_COOKIE: browser}
        if sent := [f"{name}={value}" for name, value in cookies.items() if value is not None]:
            fields["Cookie"] = "; ".join(sent)
        if json is not None:
            data = jsonlib.dumps(json).encode()
            fields.setdefault("Content-Type", "application/json")
            self.secrets.add_from(json)
        self.secrets.add_from_headers(fields)
        with self._session() as session:
            response = session.request(
                method,
                self.stack.url + path,
                data=data,
                headers=fields,
                timeout=timeout,
                allow_redirects=False,
            )
        self._note(response)
        self.contract.check(method, path.split("?")[0], fields.get("X-Request-Id"), response)
        return response

    def get(self, path: str, **arguments) -> requests.Response:
        return self.request("GET", path, **arguments)

    def head(self, path: str, **arguments) -> requests.Response:
        return self.request("HEAD", path, **arguments)

    def post(self, path: str, json: object = None, **arguments) -> requests.Response:
        return self.request("POST", path, json=json, **arguments)

    def patch(self, path: str, json: object = None, **arguments) -> requests.Response:
        return self.request("PATCH", path, json=json, **arguments)

    def delete(self, path: str, **arguments) -> requests.Response:
        return self.request("DELETE", path, **arguments)

    @contextmanager
    def _session(self):
        try:
            session = self._idle.pop()
        except IndexError:
            session = requests.Session()
            session.verify = self.stack.ca
            session.trust_env = False
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.mount("https://", FromAddress(self.address))
        yield session
        self._idle.append(session)

    def _note(self, response: requests.Response) -> None:
        self.secrets.add_from_headers(response.headers)
        if response.content and response.headers.get("Content-Type", "").startswith("application/json"):
            self.secrets.add_from(response.json())


def expect(response: requests.Response, status: int, code: str | None = None) -> object:
    """Requires a status and, for errors, a code. Returns the data or the error."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:500]}"
    if status >= 400:
        error = response.json()["error"]
        assert error["code"] == code, error
        return error
    return response.json()["data"] if response.content else None


def shared_fields(response: requests.Response) -> dict[str, str]:
    """The header fields except those that differ between answers."""
    return {name: value for name, value in response.headers.items() if name not in ("X-Request-Id", "Date")}


def cookies_of(response: requests.Response) -> dict[str, Morsel]:
    """The cookies that an answer sets, each with its attributes."""
    fields = response.raw.headers.getlist("Set-Cookie")
    return {name: morsel for field in fields for name, morsel in SimpleCookie(field).items()}


def faults(response: requests.Response) -> set[tuple[str, str]]:
    """The faults in a validation error, as field and code."""
    error = expect(response, 400, "VALIDATION_ERROR")
    return {(fault["field"], fault["code"]) for fault in error["details"]}


def at_once(count: int, call) -> list:
    """Calls a function from this many threads at the same moment, and returns the results."""
    barrier = threading.Barrier(count)

    def wait_and_call(number: int):
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(wait_and_call, range(count)))
