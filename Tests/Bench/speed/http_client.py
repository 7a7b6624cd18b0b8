"""Single calls, to set things up and to see that the answers are right."""

import http.client
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from functools import cache

from settings import RUN

# What is answered while there is too much to do, and for how many seconds that may last: the queue of password hashes
# is full after a flood of sign-ins.
BUSY, LONGEST_BUSY = 503, 30


@cache
def _opener() -> urllib.request.OpenerDirector:
    tls = ssl.create_default_context(cafile=RUN / "tls" / "ca.crt")
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls))


def call(method: str, url: str, body: object = None, headers: dict[str, str] | None = None, expect: int = 200) -> bytes:
    """One call, which must be answered as expected; answers the body. Who is told to come again does, for a while."""
    end = time.monotonic() + LONGEST_BUSY
    while True:
        status, content = _call(method, url, body, headers)
        if status == expect:
            return content
        if status != BUSY or time.monotonic() > end:
            text = content.decode(errors="replace")[:1000]
            raise SystemExit(f"error: {method} {url} was answered {status}:\n{text}")
        time.sleep(0.1)


def _call(method: str, url: str, body: object, headers: dict[str, str] | None) -> tuple[int, bytes]:
    fields = dict(headers or {}) | ({} if body is None else {"Content-Type": "application/json"})
    data = None if body is None else json.dumps(body).encode()
    try:
        with _opener().open(urllib.request.Request(url, data, fields, method=method), timeout=20) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def call_json(*arguments, **options) -> dict:
    """The same, for an answer that is JSON."""
    return json.loads(call(*arguments, **options))


def call_status(method: str, url: str, body: object) -> tuple[int, float]:
    """One call on a connection of its own; answers its status, and the seconds from sending it to the end of the
    answer.
    """
    address = urllib.parse.urlsplit(url)
    tls = ssl.create_default_context(cafile=RUN / "tls" / "ca.crt")
    connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=20, context=tls)
    connection.connect()
    start = time.perf_counter()
    connection.request(method, address.path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with connection.getresponse() as response:
        response.read()
    seconds = time.perf_counter() - start
    connection.close()
    return response.status, seconds
