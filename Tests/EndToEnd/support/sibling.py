"""One more process of the program, on the stack's database but with other settings or another clock."""

import json
import os
import pathlib
import socket
import struct
import subprocess
from contextlib import contextmanager

from support.stack import Stack, wait_until

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6


@contextmanager
def sibling(stack: Stack, folder: pathlib.Path, clock_shift: int = 0, **settings: str):
    """Runs `gatehouse serve --socket` and answers the socket's path."""
    path = folder / "sibling.sock"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
    environment |= {"GATEHOUSE_CONFIG_FILE": str(stack.run / "effective.env")} | settings
    if clock_shift:
        environment |= {"LD_PRELOAD": str(_clock(folder)), "CLOCK_SHIFT": str(clock_shift)}
    process = subprocess.Popen(
        [stack.program, "serve", "--socket", path], env=environment, stdin=subprocess.DEVNULL, cwd=folder
    )
    try:
        wait_until(lambda: path.exists() or process.poll() is not None, "the sibling listens")
        assert process.poll() is None, "the sibling did not start"
        yield path
    finally:
        process.terminate()
        assert process.wait(20) == 0


def _clock(folder: pathlib.Path) -> pathlib.Path:
    library = folder / "clock.so"
    source = pathlib.Path(__file__).with_name("clock.c")
    subprocess.run(["clang", "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    return library


def post(path: pathlib.Path, target: str, body: dict) -> dict:
    """One POST over FastCGI, past nginx; answers the body."""
    content = json.dumps(body).encode()
    params = {
        "REQUEST_METHOD": "POST",
        "REQUEST_URI": target,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)),
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    pairs = b"".join(
        bytes([len(name)]) + bytes([len(value)]) + name.encode() + value.encode()
        for name, value in params.items()
    )
    records = [
        (BEGIN, struct.pack("!HB5x", 1, 0)),
        (PARAMS, pairs),
        (PARAMS, b""),
        (STDIN, content),
        (STDIN, b""),
    ]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(path))
        for kind, data in records:
            connection.sendall(struct.pack("!BBHHBx", 1, kind, 1, len(data), 0) + data)
        head, _, answer = _output(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"Status: 200"), head
    return json.loads(answer)


def _output(connection: socket.socket) -> bytes:
    output = b""
    while True:
        _, kind, _, length, padding = struct.unpack("!BBHHBx", _exactly(connection, 8))
        data = _exactly(connection, length + padding)[:length]
        if kind == STDOUT:
            output += data
        if kind == END:
            return output


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        assert chunk, "the sibling closed the connection"
        data += chunk
    return data
