"""HTTP by hand, for requests that no client library would send."""

import http.client
import socket
import ssl
from dataclasses import dataclass

from support.stack import Stack


@dataclass(frozen=True)
class RawAnswer:
    """One answer, with repeated fields kept apart."""

    status: int
    fields: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field.lower() == name.lower()]


def connect(
    stack: Stack, context: ssl.SSLContext | None = None, source: str = "127.0.0.1"
) -> ssl.SSLSocket:
    """A TLS connection to the stack, from an address of this machine."""
    context = context or ssl.create_default_context(cafile=stack.ca)
    plain = socket.create_connection(("127.0.0.1", stack.port), 20, (source, 0))
    return context.wrap_socket(plain, server_hostname=stack.host)


def exchange(stack: Stack, request: bytes, method: str = "GET") -> RawAnswer:
    """Sends bytes and reads one answer."""
    with connect(stack) as connection:
        connection.sendall(request)
        return read(connection, method)


def read(connection: socket.socket, method: str = "GET") -> RawAnswer:
    """Reads one answer."""
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    return RawAnswer(response.status, response.getheaders(), response.read())


def head(method: str, target: str | bytes, *fields: str, host: str | None = "localhost") -> bytes:
    """A request line and header fields, including Host and Connection."""
    path = target if isinstance(target, bytes) else target.encode()
    lines = [method.encode() + b" " + path + b" HTTP/1.1"]
    if host is not None:
        lines.append(b"Host: " + host.encode())
    lines += [field.encode("latin-1") for field in fields] + [b"Connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n"
