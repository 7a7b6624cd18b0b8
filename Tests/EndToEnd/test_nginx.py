"""What nginx handles before the program: TLS, redirects, logs, static files and its own errors."""

import json
import re
import socket
import ssl
import subprocess

import pytest

from support.client import expect
from support.contract import check_error_shape
from support.raw import connect, exchange, head


def redirect(stack, method: str, target: str) -> tuple[int, str]:
    """The answer of the plain-HTTP port."""
    with socket.create_connection(("127.0.0.1", stack.http_port), 10) as connection:
        connection.sendall(head(method, target, "Content-Length: 0", host="evil.example"))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return int(answer.split()[1]), re.search(rb"(?mi)^location: (\S+)", answer).group(1).decode()


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("target", ["/", "/api/v1/users/me?a=b&c=%20", "/docs/", "/nothing//x"])
def test_plain_http_redirects_to_the_same_address_over_tls(stack, method, target):
    assert redirect(stack, method, target) == (308, stack.url + target)


def test_plain_http_never_redirects_to_a_host_that_the_caller_names(stack):
    _, location = redirect(stack, "GET", "//evil.example/x")
    assert location.startswith(stack.url + "/")


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
def test_the_plain_http_port_does_not_implement_trace_and_connect_either(stack, method):
    with socket.create_connection(("127.0.0.1", stack.http_port), 10) as connection:
        connection.sendall(head(method, "/api/v1/users/me"))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.split()[1] == b"501" and b"\r\nAllow:" not in answer
    assert check_error_shape(json.loads(answer.partition(b"\r\n\r\n")[2]))["code"] == "NOT_IMPLEMENTED"


def context(stack, version: ssl.TLSVersion) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=stack.ca)
    made.set_ciphers("DEFAULT:@SECLEVEL=0")  # otherwise this client would not even offer the old versions
    made.minimum_version = made.maximum_version = version
    return made


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_speaks_tls_1_2_and_1_3(stack, version):
    with connect(stack, context(stack, version)) as connection:
        assert connection.version() == version.name.replace("_", ".")


@pytest.mark.filterwarnings("ignore:.*TLSv1.*is deprecated:DeprecationWarning")
@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_refuses_older_versions(stack, version):
    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        connect(stack, context(stack, ssl.TLSVersion[version])).close()


@pytest.mark.parametrize("ciphers", ["AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "NULL"])
def test_refuses_weak_ciphers(stack, ciphers):
    weak = context(stack, ssl.TLSVersion.TLSv1_2)
    weak.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):
        connect(stack, weak).close()


GROUPS = {"X25519", "P-256", "P-384"}


DEAR = {"P-521", "X448", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"}


@pytest.mark.parametrize("group", sorted(GROUPS | DEAR))
def test_agrees_only_on_cheap_key_exchanges(stack, group):
    """A handshake over ffdhe8192 would cost the server two hundred times as much as one over X25519. In TLS 1.2, the
    cipher selects such a key exchange, and none of these ciphers is offered."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"localhost:{stack.port}"]
        + ["-CAfile", stack.ca, "-tls1_3", "-groups", group],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
    )
    if group in GROUPS:
        assert done.returncode == 0 and "Verify return code: 0" in done.stdout, done.stderr
    else:
        assert done.returncode != 0 and "handshake failure" in done.stderr, done.stdout


def test_negotiates_http_2(stack):
    offering = ssl.create_default_context(cafile=stack.ca)
    offering.set_alpn_protocols(["h2", "http/1.1"])
    with connect(stack, offering) as connection:
        assert connection.selected_alpn_protocol() == "h2"


def test_answers_over_http_2(stack):
    done = subprocess.run(
        [
            "curl",
            "--silent",
            "--http2",
            "--noproxy",
            "*",
            "--cacert",
            stack.ca,
            "--write-out",
            "\n%{http_version} %{http_code}",
            f"{stack.url}/healthz",
        ],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    body, result = done.stdout.rsplit("\n", 1)
    assert result == "2 200" and json.loads(body) == {"data": {"status": "ok"}}


def test_plain_http_on_the_tls_port_gets_an_error_in_the_common_shape(stack):
    with socket.create_connection(("127.0.0.1", stack.port), 10) as connection:
        connection.sendall(head("GET", "/healthz"))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b" 400 " in answer.split(b"\r\n")[0]
    check_error_shape(json.loads(answer.partition(b"\r\n\r\n")[2]))


@pytest.mark.parametrize(
    "path, kind",
    [
        ("/docs/", "text/html"),
        ("/sign-in", "text/html"),
        ("/verify-email", "text/html"),
        ("/reset-password", "text/html"),
        ("/confirm-email", "text/html"),
        ("/accept-invitation", "text/html"),
        ("/docs/initializer.js", "application/javascript"),
        ("/docs/swagger-ui/swagger-ui.css", "text/css"),
        ("/pages/pages.css", "text/css"),
        ("/pages/favicon.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
    ],
)
def test_static_files_have_their_type_and_a_strict_policy(stack, path, kind):
    answer = exchange(stack, head("GET", path))
    assert answer.status == 200 and answer.values("Content-Type")[0].split(";")[0] == kind
    (policy,) = answer.values("Content-Security-Policy")
    directives = {name: values for name, *values in (part.split() for part in policy.split(";"))}
    assert directives["default-src"] == directives["frame-ancestors"] == directives["base-uri"] == ["'none'"]
    assert directives["script-src"] == ["'self'"] and "unsafe" not in policy
    for name in ("Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy", "X-Request-Id"):
        assert len(answer.values(name)) == 1, name
    assert answer.values("Server") == ["nginx"]


@pytest.mark.parametrize("path, target", [("/", "/docs/"), ("/docs", "/docs/")])
def test_short_addresses_lead_to_the_documents(stack, path, target):
    answer = exchange(stack, head("GET", path))
    assert answer.status in (301, 302, 308) and answer.values("Location") == [target]


@pytest.mark.parametrize("page", ["sign-in", "verify-email", "reset-password", "confirm-email", "accept-invitation"])
def test_a_slightly_different_address_leads_to_the_page(stack, page):
    for path in (f"/{page}/", f"/{page.upper()}", f"/{page.title()}/"):
        answer = exchange(stack, head("GET", path))
        assert answer.status == 301 and answer.values("Location") == [f"/{page}"], path
    for path in (f"/{page}//", f"/{page}/x", f"/x/{page}", f"/{page}.html"):
        assert exchange(stack, head("GET", path)).status == 404, path


def test_hsts_is_on_every_answer(stack):
    for path in ("/healthz", "/docs/", "/nothing", "/api/v1/users/me", "/"):
        (value,) = exchange(stack, head("GET", path)).values("Strict-Transport-Security")
        assert re.match(r"max-age=\d+", value)


def test_the_access_log_contains_the_request_id_and_no_query(client, logs, stack):
    request_id = client.get("/api/v1/users/me?note=querysecret").headers["X-Request-Id"]
    line = logs.of(logs.access, request_id)
    assert line["path"] == "/api/v1/users/me" and line["status"] == 401 and line["method"] == "GET"
    assert b"querysecret" not in logs.access.read_bytes()
    assert b"querysecret" not in logs.program.read_bytes()


def test_no_log_of_nginx_contains_a_query_even_after_an_error(client, stack):
    target = "/api/v1/auth/refresh?note=faultyquery"
    answer = exchange(
        stack, head("POST", target, "Content-Type: application/json", "Content-Length: 9000000"), "POST"
    )
    assert answer.status == 413
    expect(client.get("/healthz"), 200)
    for file in stack.log.iterdir():
        assert b"faultyquery" not in file.read_bytes(), file.name


def test_metrics_and_status_pages_are_not_public(stack):
    for path in ("/nginx_status", "/server-status", "/.env", "/gatehouse.env", "/log/access.log"):
        assert exchange(stack, head("GET", path)).status == 404


def test_no_origin_is_granted_cors(stack):
    fields = (
        "Origin: https://evil.example",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: content-type",
    )
    for method in ("OPTIONS", "GET"):
        answer = exchange(stack, head(method, "/api/v1/users/me", *fields), method)
        assert not [name for name, _ in answer.fields if name.lower().startswith("access-control-")]
