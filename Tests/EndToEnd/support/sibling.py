"""An additional process of the program, on the stack's database but with other settings or another clock."""

import json
import pathlib
import socket
import struct
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass

from support.stack import Stack, wait_until, without_settings

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6


@contextmanager
def sibling(
    stack: Stack, folder: pathlib.Path, clock_shift: int = 0, under: tuple[str, ...] = (), **settings: str
):
    """Runs `gatehouse serve --socket`, optionally under another program, and returns the path of the socket."""
    path = folder / "sibling.sock"
    environment = without_settings() | {"GATEHOUSE_CONFIG_FILE": str(stack.run / "effective.env")} | settings
    if clock_shift:
        environment |= {"LD_PRELOAD": str(_clock(folder)), "CLOCK_SHIFT": str(clock_shift)}
    process = subprocess.Popen(
        [*under, stack.program, "serve", "--socket", path], env=environment, stdin=subprocess.DEVNULL, cwd=folder
    )
    try:
        wait_until(lambda: _listens(path) or process.poll() is not None, "the sibling listens", 60)
        assert process.poll() is None, "the sibling did not start"
        yield path
    finally:
        process.terminate()
        assert process.wait(20) == 0


def _listens(path: pathlib.Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(path)) == 0


def _clock(folder: pathlib.Path) -> pathlib.Path:
    library = folder / "clock.so"
    source = pathlib.Path(__file__).with_name("clock.c")
    subprocess.run(["clang", "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    return library


@dataclass(frozen=True)
class Answer:
    """The process's answer, without the fields that nginx adds."""

    status: int
    headers: dict[str, str]
    body: dict | None


def post(path: pathlib.Path, target: str, body: dict) -> dict:
    """Sends one POST that must succeed; returns the body."""
    answer = call(path, "POST", target, body)
    assert answer.status < 300, answer
    return answer.body


def call(
    path: pathlib.Path,
    method: str,
    target: str,
    body: dict | bytes | None = None,
    address: str = "127.0.0.1",
    **fields: str,
) -> Answer:
    """Sends one request over FastCGI, without nginx. Header fields have their CGI names, such as `HTTP_ORIGIN`; a body
    of bytes is sent as it is."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    params = {
        "REQUEST_METHOD": method,
        "REQUEST_URI": target,
        "CONTENT_TYPE": "" if body is None else "application/json",
        "CONTENT_LENGTH": str(len(content)),
        "REMOTE_ADDR": address,
        "SERVER_PROTOCOL": "HTTP/1.1",
    } | fields
    records = [
        (BEGIN, struct.pack("!HB5x", 1, 0)),
        *_stream(PARAMS, b"".join(map(_pair, params.items()))),
        *_stream(STDIN, content),
    ]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(path))
        for kind, data in records:
            connection.sendall(struct.pack("!BBHHBx", 1, kind, 1, len(data), 0) + data)
        head, _, answer = _output(connection).partition(b"\r\n\r\n")
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
    headers = dict(lines)
    status = int(headers.pop("Status").split()[0])
    return Answer(status, headers, json.loads(answer) if answer else None)


def _stream(kind: int, content: bytes) -> list[tuple[int, bytes]]:
    """The records of a stream; the empty one ends it."""
    return [(kind, content[start : start + 0xFFFF]) for start in range(0, len(content), 0xFFFF)] + [(kind, b"")]


def _pair(parameter: tuple[str, str]) -> bytes:
    name, value = (text.encode() for text in parameter)
    lengths = b"".join(
        bytes([len(text)]) if len(text) < 128 else struct.pack("!I", len(text) | 1 << 31)
        for text in (name, value)
    )
    return lengths + name + value


def _output(connection: socket.socket) -> bytes:
    output = bytearray()
    while True:
        _, kind, _, length, padding = struct.unpack("!BBHHBx", _exactly(connection, 8))
        data = _exactly(connection, length + padding)[:length]
        if kind == STDOUT:
            output += data
        if kind == END:
            return bytes(output)


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        assert chunk, "the sibling closed the connection"
        data += chunk
    return data
