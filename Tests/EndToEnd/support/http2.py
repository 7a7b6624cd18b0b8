"""HTTP/2 by hand (RFC 9113), for what no client library would send."""

import ssl

from support.raw import connect
from support.stack import Stack

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS = 0, 1, 3, 4
END_STREAM, END_HEADERS = 1, 4
CANCEL = 8


def connection(stack: Stack) -> ssl.SSLSocket:
    """A connection that has started HTTP/2."""
    offering = ssl.create_default_context(cafile=stack.ca)
    offering.set_alpn_protocols(["h2"])
    opened = connect(stack, offering)
    opened.sendall(PREFACE + frame(SETTINGS, 0, 0))
    return opened


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """One frame."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def request(stream: int, method: str, path: str, body: bytes | None = None, length: int = 0) -> bytes:
    """A request. If it has the beginning of a body, the end of the body is still to come."""
    fields = {":method": method, ":scheme": "https", ":authority": "localhost", ":path": path}
    if body is not None:
        fields |= {"content-type": "application/json", "content-length": str(length)}
    block = b"".join(_literal(name, value) for name, value in fields.items())
    if body is None:
        return frame(HEADERS, END_HEADERS | END_STREAM, stream, block)
    return frame(HEADERS, END_HEADERS, stream, block) + frame(DATA, 0, stream, body)


def reset(stream: int) -> bytes:
    """Resets a stream whose answer is not needed."""
    return frame(RST_STREAM, 0, stream, CANCEL.to_bytes(4, "big"))


def _literal(name: str, value: str) -> bytes:
    """A field that is not indexed (RFC 7541, section 6.2.2)."""
    assert len(name) < 127 and len(value) < 127
    return b"\0" + b"".join(bytes([len(text)]) + text.encode() for text in (name, value))
