"""The worst requests for code that compares, sorts, folds, splits and parses."""

import json
import re
from collections.abc import Callable
from urllib.parse import quote

from support.contract import Operation
from support.stack import ROOT

Text = Callable[[int], str]


def _repeated(unit: str, end: str = "") -> Text:
    return lambda size: unit * ((size - len(end)) // len(unit.encode())) + end


def _alternating(size: int) -> str:
    """Marks of two classes in the wrong order, each of which must be exchanged with all of the other class."""
    count = size // 4
    return "a" + "\u0301" * count + "\u0316" * count


# Texts of a number of bytes in UTF-8.
TEXTS: list[Text] = [
    _alternating,
    _repeated("\u0301\u0316"),
    _repeated("\u0301"),
    _repeated("\u1112\u1161\u11ab"),
    _repeated("\ufdfa"),
    _repeated("\ufb03"),
    _repeated("9"),
    _repeated("a", "!"),
    _repeated("a.-", "!"),
]

# Bodies of a number of bytes.
BODIES: list[Text] = [
    lambda size: "{" + ",".join(f'"{number:06}":0' for number in range(size // 11)) + "}",
    lambda size: '{"x":' + "[" * (size // 2) + "]" * (size // 2) + "}",
    lambda size: '{"x":' * (size // 6) + "0" + "}" * (size // 6),
    lambda size: '{"a' + "\\u0301" * (size // 12) + "\\u0316" * (size // 12) + '":0}',
    lambda size: f'{{"x":{"9" * size}}}',
    lambda size: f'{{"x":0.{"0" * size}1}}',
    lambda size: f'{{"x":1e{"9" * size}}}',
    _repeated(" "),
]

# The cookies that the program reads, as its sources name them.
COOKIES = sorted(
    name
    for source in (ROOT / "Sources" / "Gatehouse").rglob("*.swift")
    for name in re.findall(r'Cookie\(name: "([^"]+)"', source.read_text())
)
assert COOKIES

# Header fields that are read beside those in the document, and the beginnings of values that are parsed further.
FIELDS = {
    "Access-Control-Request-Method": [""],
    "Content-Encoding": ["", "identity, "],
    "Content-Type": ["", "application/json;"],
    "Cookie": ["", *(f"{name}={value}" for name in COOKIES for value in ("", "ghr_", "a.b."))],
    "Origin": [""],
    "Sec-Fetch-Site": [""],
    "User-Agent": [""],
    "X-Request-Id": [""],
    "X-Surprise": [""],
}
AUTHORIZATIONS = ["", "Bearer ", "Bearer ghk_", "Bearer e30.e30."]
ELEMENTS = {"Cookie": "a=b; ", "If-Match": '"a", ', "If-None-Match": '"a", '}

# Sizes in bytes. The default limit of a body, less what surrounds the texts; the document names larger limits.
USUAL_BODY = 16 << 10
AROUND = 1 << 10
# The limit of nginx is 8 KiB for a field and for a request line, in which each byte of a text takes three.
LARGEST_HEADER = (8 << 10) - 256
LARGEST_ADDRESS = LARGEST_HEADER // 3

# An unknown parameter, which keeps the rest of the request from taking effect.
SURPRISE = "?surprise=1"

# The largest size, and a function that makes a request of a size.
Attempt = tuple[int, Callable[[int], dict]]


class Worst:
    """The requests tried on an operation; their size grows, and none of them changes anything."""

    def __init__(self, operation: Operation, document: dict, path: str, token: str | None) -> None:
        self._operation, self._document, self._path = operation, document, path
        self._token = token
        self._parameters = operation.value.get("parameters", [])
        self._largest_body = operation.value.get("requestBody", {}).get("x-maximum-bytes", USUAL_BODY) - AROUND
        names = FIELDS | dict.fromkeys(self._names("header"), [""])
        self._fields = [(name, beginning) for name, beginnings in names.items() for beginning in beginnings]

    def attempts(self) -> dict[str, list[Attempt]]:
        """Attempts by part of the request. Each place is tried alone with alternating marks, and together with the
        others, which share the size, with every text."""
        return {
            "body": self._alone([*self._members(), None], self._largest_body, self._body),
            "address": self._alone([*self._names("query"), None], LARGEST_ADDRESS, self._query)
            + self._alone(self._segments(), LARGEST_ADDRESS, self._target),
            "header": self._alone(self._fields, LARGEST_HEADER, self._header)
            + self._alone(AUTHORIZATIONS, LARGEST_HEADER, self._authorization),
            "texts": [self._everywhere(text) for text in TEXTS] + [self._in_path(text) for text in TEXTS],
            "many": [
                (self._largest_body, lambda size, text=text: {"body": text(size).encode()}) for text in BODIES
            ]
            + [(LARGEST_HEADER, make) for make in self._lists()],
        }

    def request(self, attempt: Attempt, share: int) -> dict:
        """An attempt at a fraction of its largest size."""
        size, make = attempt
        request = {"method": self._operation.method, "target": self._path}
        if self._token:
            request["HTTP_AUTHORIZATION"] = f"Bearer {self._token}"
        return request | make(size // share)

    def _alone(self, places: list, size: int, fill: Callable[[dict], dict]) -> list[Attempt]:
        return [(size, lambda of, place=place: fill({place: TEXTS[0](of)})) for place in places]

    def _everywhere(self, text: Text) -> Attempt:
        """A text in every field of the body, every parameter of the query and every header field."""
        members, parameters = [*self._members(), None], [*self._names("query"), None]
        fields = [(name, beginning) for name, beginning in self._fields if not name.startswith("Content-")]

        def make(size: int) -> dict:
            address = text(size // 3 // len(parameters))
            return (
                self._header(dict.fromkeys(fields, text(size // len(fields))))
                | self._query(dict.fromkeys(parameters, address))
                | self._body(dict.fromkeys(members, text(size // len(members))))
            )

        return (min(LARGEST_HEADER, self._largest_body), make)

    def _in_path(self, text: Text) -> Attempt:
        segments = self._segments()
        return (LARGEST_HEADER // 3, lambda of: self._target(dict.fromkeys(segments, text(of // len(segments)))))

    def _lists(self) -> list[Callable[[int], dict]]:
        """Many short elements in everything that is a list."""
        names = {name for name, _ in self._fields if name in ELEMENTS}
        return [
            lambda size: {"target": f"{self._path}?{'a&' * (size // 2)}"},
            lambda size: {"target": self._path + "/a" * (size // 2)},
            lambda size: self._header({}) | {f"HTTP_X_{number}": "a" for number in range(size // 12)},
            *(
                lambda size, name=name: self._header({(name, ""): _repeated(ELEMENTS[name])(size)})
                for name in sorted(names)
            ),
        ]

    def _names(self, place: str) -> list[str]:
        return [parameter["name"] for parameter in self._parameters if parameter["in"] == place]

    def _members(self) -> dict[str, dict]:
        """The fields of the body with their schemas."""
        if not self._operation.takes_body:
            return {}
        reference = self._content["schema"]["$ref"].rsplit("/", 1)[1]
        return self._document["components"]["schemas"][reference]["properties"]

    @property
    def _content(self) -> dict:
        return self._operation.value["requestBody"]["content"]["application/json"]

    def _body(self, texts: dict[str | None, str]) -> dict:
        """A body with these texts in its fields; with `None`, a text is the name of a field."""
        members = self._members()
        body = dict(self._content["example"]) if members else {}
        for name, text in texts.items():
            if name is None:
                body[text] = 1
            else:
                body[name] = [text] if "array" in members[name].get("type", []) else text
        return {"body": json.dumps(body, ensure_ascii=False).encode()}

    def _query(self, texts: dict[str | None, str]) -> dict:
        """A query with these texts in its parameters; with `None`, a text is the name of a parameter."""
        pairs = [f"{quote(text)}=1" if name is None else f"{name}={quote(text)}" for name, text in texts.items()]
        return {"target": f"{self._path}?{'&'.join(pairs)}"}

    def _segments(self) -> list[int]:
        """The parameters of the path by position; if there are none, one additional segment."""
        pattern = self._operation.path.split("/")
        return [index for index, segment in enumerate(pattern) if segment.startswith("{")] or [len(pattern)]

    def _target(self, texts: dict[int, str]) -> dict:
        segments = [*self._path.split("/"), ""]
        for index, text in texts.items():
            segments[index] = quote(text, safe="")
        return {"target": "/".join(segments if segments[-1] else segments[:-1]) + SURPRISE}

    def _header(self, texts: dict[tuple[str, str], str]) -> dict:
        fields = {_parameter(name): beginning + text for (name, beginning), text in texts.items()}
        # Cookies are read and versions compared only if the rest of the request is valid.
        is_harmless = self._operation.method == "GET" or not self._token or "HTTP_IF_MATCH" in fields
        request = {"target": self._path + ("" if is_harmless else SURPRISE)}
        return request | ({"body": b"{}"} if self._members() else {}) | fields

    def _authorization(self, texts: dict[str, str]) -> dict:
        (beginning, text) = next(iter(texts.items()))
        return {"HTTP_AUTHORIZATION": beginning + text}


def _parameter(name: str) -> str:
    """The name of a header field in CGI."""
    return "CONTENT_TYPE" if name == "Content-Type" else "HTTP_" + name.upper().replace("-", "_")
