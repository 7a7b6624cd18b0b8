"""Webhooks made for one test each, and receivers on loopback that tests serve themselves."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook as Verifier

from support.client import Client, expect
from support.database import Database
from support.stack import wait_until

PATH = "/api/v1/webhooks"


@dataclass(frozen=True)
class Received:
    """A request that a receiver got."""

    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def message(self) -> dict:
        return json.loads(self.body)

    def verify(self, secret: str) -> dict:
        """The message, if the published library accepts its signature."""
        return Verifier(secret).verify(self.body, self.headers)


class Receiver:
    """Takes deliveries, and answers as a test says."""

    def __init__(self) -> None:
        self.status, self.fields, self.answer = 204, {}, b""
        self.requests: list[Received] = []
        self._is_released = threading.Event()
        self._is_released.set()
        self._changed = threading.Condition()

    def hang(self) -> None:
        """Answers nothing from now on, until the end of the test."""
        self._is_released.clear()

    def release(self) -> None:
        self._is_released.set()

    def take(self, received: Received) -> None:
        with self._changed:
            self.requests.append(received)
            self._changed.notify_all()
        self._is_released.wait(60)

    def wait_for(self, count: int, timeout: float = 30) -> list[Received]:
        """Waits for so many requests in all."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.requests) >= count, timeout)
            assert arrived, f"{len(self.requests)} of {count} requests"
            return list(self.requests)


@contextmanager
def receiver():
    """Serves a receiver on a free port of 127.0.0.1."""
    taken = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            taken.take(Received(headers, body, time.time()))
            self.send_response(taken.status)
            for name, value in taken.fields.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(taken.answer)

        def log_message(self, *arguments) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    taken.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield taken
    finally:
        taken.release()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Webhook:
    """A webhook, who made it, and how the tests look at it."""

    client: Client
    db: Database
    token: str
    path: str
    data: dict
    made: list[dict] = field(default_factory=list)

    @property
    def secret(self) -> str:
        return self.data["secret"]

    def read(self) -> dict:
        return expect(self.client.get(self.path, token=self.token), 200)

    def change(self, **fields: object) -> dict:
        return expect(self.client.patch(self.path, fields, token=self.token), 200)

    def post(self, action: str, body: dict | None = None):
        """One of the other operations on the webhook."""
        return self.client.post(f"{self.path}/{action}", body, token=self.token)

    def deliveries(self, query: str = "") -> list[dict]:
        """The deliveries, the newest first."""
        return expect(self.client.get(f"{self.path}/deliveries?sortOrder=desc&limit=100{query}", token=self.token), 200)

    def wait_for(self, status: str, count: int = 1) -> list[dict]:
        """Waits for so many deliveries with a status."""
        return wait_until(
            lambda: found if len(found := self.deliveries(f"&status={status}")) >= count else None,
            f"{count} deliveries that are {status}",
        )

    def wait_for_failure(self, count: int = 1) -> dict:
        """Waits until so many deliveries wait for another attempt, and returns the newest."""
        return wait_until(
            lambda: found[0] if len(found := self._failed()) >= count else None, f"{count} failed deliveries"
        )

    def _failed(self) -> list[dict]:
        return [delivery for delivery in self.deliveries("&status=pending") if delivery["attempts"]]

    def make_due(self) -> None:
        """Makes what waits due now."""
        self.db.rows(
            "UPDATE webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id "
            "SET d.run_at = NOW(6) WHERE w.public_id = %s AND d.status = 'pending'",
            self.data["id"],
        )


class Webhooks:
    """Makes webhooks of organizations, so that tests that run at the same time do not see each other's events."""

    def __init__(self, client: Client, db: Database, organizations) -> None:
        self._client, self._db, self._organizations = client, db, organizations

    def new(self, url: str, *events: str, organization=None) -> Webhook:
        """A webhook of an organization, by default a new one."""
        organization = organization or self._organizations.new()
        return self.at(f"{organization.path}/webhooks", organization.owner, url, *events)

    def at(self, path: str, person, url: str, *events: str) -> Webhook:
        """A webhook of a place."""
        body = {"url": url, "events": list(events) or ["*"]}
        data = expect(self._client.post(path, body, token=person.access), 201)
        return Webhook(self._client, self._db, person.access, f"{path}/{data['id']}", data)

    def project(self, organization, name: str = "Engine") -> dict:
        """A change in an organization, which its webhooks receive."""
        body = {"name": name, "organizationId": organization.id}
        return expect(self._client.post("/api/v1/projects", body, token=organization.owner.access), 201)
