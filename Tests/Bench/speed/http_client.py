"""Single calls that prepare measurements and check answers."""

import http.client
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from functools import cache

from settings import RUN

# The status of an overloaded server, and for how many seconds it may last: after a flood of sign-ins, the queue of
# password hashes is full.
BUSY, LONGEST_BUSY = 503, 30


@cache
def _opener() -> urllib.request.OpenerDirector:
    tls = ssl.create_default_context(cafile=RUN / "tls" / "ca.crt")
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls))


def call(method: str, url: str, body: object = None, headers: dict[str, str] | None = None, expect: int = 200) -> bytes:
    """Makes one call, whose answer must be as expected; returns the body. Repeats the call for a while if the server is
    overloaded."""
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
    """The same, for an answer in JSON."""
    return json.loads(call(*arguments, **options))


def call_status(method: str, url: str, body: object) -> tuple[int, float]:
    """Makes one call on a new connection; returns its status, and the seconds from sending it to the end of the
    answer."""
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
