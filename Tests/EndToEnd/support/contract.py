"""Checks each answer against the conventions of the API and the OpenAPI document that the stack serves."""

import re
import threading
from functools import cache
from urllib.parse import quote

import requests
from jsonschema_rs import Draft202012Validator, Registry

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UUID_V7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
FORBIDDEN = re.compile(r'passwordHash|password_hash|\$argon2|emailKey|email_key|token_hash|"(id|\w+Id)": ?\d')
PUBLIC_DOCUMENTS = {"/api/v1/openapi.json", "/.well-known/jwks.json"}
SECURITY_HEADERS = {
    "Strict-Transport-Security": re.compile(r"max-age=\d+.*"),
    "X-Content-Type-Options": re.compile("nosniff"),
    "Referrer-Policy": re.compile("no-referrer"),
    "Permissions-Policy": re.compile(".+"),
    "Content-Security-Policy": re.compile(r"default-src 'none'.*frame-ancestors 'none'.*"),
}
ENVELOPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "additionalProperties": False,
            "required": ["code", "message", "details", "requestId"],
            "properties": {
                "code": {"type": "string", "pattern": "^[A-Z][A-Z_]+$"},
                "message": {"type": "string", "minLength": 1},
                "requestId": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
                # The code is PASSWORD_REQUIRED; the document says which operations use it.
                "registration": {"type": ["object", "null"]},
                "methods": {"type": "array", "items": {"enum": ["password", "mailCode"]}},
                "details": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["field", "code", "message"],
                        "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
                    },
                },
            },
        }
    },
}
ERRORS = Draft202012Validator(ENVELOPE)


def check_error_shape(body: object) -> dict:
    """Requires the common shape of errors, and returns the error."""
    ERRORS.validate(body)
    return body["error"]


class Operation:
    """One method of one path of the document."""

    def __init__(self, method: str, path: str, value: dict) -> None:
        self.method, self.path, self.value = method.upper(), path, value
        self.takes_body = "application/json" in value.get("requestBody", {}).get("content", {})
        # Browsers use it, led by a provider, which may add parameters.
        self.ignores_others = value.get("x-ignores-other-parameters", False)
        # A browser is led elsewhere.
        self.leads_on = bool({"302", "303"} & set(value["responses"]))
        self.needs_token = bool(value.get("security")) and {} not in value["security"]
        self.takes_idempotency_key = any(
            parameter["name"] == "Idempotency-Key" for parameter in value.get("parameters", [])
        )
        self._pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def matches(self, path: str) -> bool:
        """Whether a path is one of this operation's."""
        return bool(self._pattern.fullmatch(path))

    def error_codes(self, document: dict) -> set[tuple[int, str]]:
        """The documented errors, as status and code."""
        codes = set()
        for status, response in self.value["responses"].items():
            if int(status) >= 400:
                reference = response["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
                error = document["components"]["schemas"][reference]["properties"]["error"]
                codes |= {(int(status), code) for code in error["properties"]["code"]["enum"]}
        return codes


class Contract:
    """The served document, and which parts of it the tests have seen."""

    def __init__(self, url: str, ca: str) -> None:
        answer = requests.get(f"{url}/api/v1/openapi.json", verify=ca, timeout=10)
        answer.raise_for_status()
        self.document = answer.json()
        self.operations = [
            Operation(method, path, operation)
            for path, operations in self.document["paths"].items()
            for method, operation in operations.items()
        ]
        self._registry = Registry([("urn:document", self.document)])
        # Made once for each place, since a validator caches the references that it has resolved.
        self.validator = cache(self._validator)
        self.seen: set[tuple[str, int, str | None]] = set()
        self._lock = threading.Lock()

    def _validator(self, *pointer: str) -> Draft202012Validator:
        """A validator for the schema at a place in the document."""
        fragment = "/".join(quote(part.replace("~", "~0").replace("/", "~1")) for part in pointer)
        schema = {"$ref": f"urn:document#/{fragment}"}
        return Draft202012Validator(schema, registry=self._registry, validate_formats=True)

    def check(self, method: str, path: str, sent_id: str | None, response: requests.Response) -> None:
        """Requires that an answer follows the rules for all answers."""
        _check_headers(path, sent_id, response)
        body = _body(method, response)
        if response.status_code >= 400 and method != "HEAD":
            error = check_error_shape(body)
            assert error["requestId"] == response.headers["X-Request-Id"]
        operation = self._find("GET" if method == "HEAD" else method, path)
        if operation is None:
            assert response.status_code in (404, 405, 413, 414, 429, 431), (
                f"{method} {path}: {response.status_code}"
            )
            return
        self._check_documented(operation, method, response, body)

    def check_past_nginx(self, method: str, path: str, status: int, body: dict | None) -> None:
        """Requires that the document covers an answer that a process gave without nginx, under other settings."""
        operation = self._find(method, path)
        assert operation and str(status) in operation.value["responses"], f"{method} {path}: {status}"
        pointer = ("paths", operation.path, operation.method.lower(), "responses", str(status))
        if "content" in operation.value["responses"][str(status)]:
            self.validator(*pointer, "content", "application/json", "schema").validate(body)
        else:
            assert body is None, f"{operation}: {status} has a body"
        with self._lock:
            self.seen.add((str(operation), status, body["error"]["code"] if status >= 400 else None))

    def _find(self, method: str, path: str) -> Operation | None:
        matching = [op for op in self.operations if op.method == method and op.matches(path)]
        return min(matching, key=lambda op: op.path.count("{"), default=None)

    def _check_documented(self, operation: Operation, method: str, response, body: object) -> None:
        status = str(response.status_code)
        documented = operation.value["responses"].get(status)
        assert documented, f"{operation}: {status} is not documented: {response.text[:300]}"
        for name in documented.get("headers", {}):
            if self.document["components"]["headers"][name]["required"]:
                assert name in response.headers, f"{operation}: {status} lacks {name}"
        if method == "HEAD":
            return
        if "content" in documented:
            pointer = ("paths", operation.path, operation.method.lower(), "responses", status)
            self.validator(*pointer, "content", "application/json", "schema").validate(body)
        else:
            assert body is None, f"{operation}: {status} has a body"
        with self._lock:
            code = body["error"]["code"] if response.status_code >= 400 else None
            self.seen.add((str(operation), response.status_code, code))


def _check_headers(path: str, sent_id: str | None, response: requests.Response) -> None:
    fields = response.raw.headers
    for name, pattern in SECURITY_HEADERS.items():
        values = fields.getlist(name)
        assert len(values) == 1 and pattern.fullmatch(values[0]), f"{path}: {name}: {values}"
    assert "X-Request-Id" in fields and "Cache-Control" in fields
    for name in set(fields) - {"Set-Cookie", "Vary"}:
        assert len(fields.getlist(name)) == 1, f"{path}: {name}: {fields.getlist(name)}"
    request_id = fields["X-Request-Id"]
    assert REQUEST_ID.fullmatch(request_id)
    if sent_id is not None and REQUEST_ID.fullmatch(sent_id):
        assert request_id == sent_id
    if path in PUBLIC_DOCUMENTS and response.status_code in (200, 304):
        assert "ETag" in fields and re.search(r"max-age=[1-9]", fields["Cache-Control"])
    else:
        assert fields["Cache-Control"] == "no-store"
    assert fields.get("Server") == "nginx" and "X-Powered-By" not in fields


def _body(method: str, response: requests.Response) -> object:
    if method == "HEAD" or response.status_code in (204, 302, 303, 304):
        assert response.content == b"" and (method == "HEAD" or "Content-Type" not in response.headers)
        return None
    assert response.headers["Content-Type"] in ("application/json", "application/json; charset=utf-8")
    assert not FORBIDDEN.search(response.text), response.text
    body = response.json()
    # Operators name providers.
    if not response.request.path_url.startswith("/api/v1/auth/oauth/providers"):
        _check_values(body)
    return body


def _check_values(json: object) -> None:
    """Requires that times are UTC with milliseconds and ids are UUIDs of version 7, everywhere."""
    if isinstance(json, list):
        for element in json:
            _check_values(element)
    elif isinstance(json, dict):
        if "data" in json:
            assert set(json) <= {"data", "meta"} and json.get("meta", True) not in ({}, None)
        if "openapi" in json:
            return  # its fields describe data and contain none
        for name, value in json.items():
            if name.endswith("At") and value is not None:
                assert TIME.fullmatch(value), f"{name}: {value}"
            if name == "id":
                assert UUID_V7.fullmatch(value), f"{name}: {value}"
            _check_values(value)
