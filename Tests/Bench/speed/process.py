"""One process of the program: its size on disk and in memory, and the time to its first answer."""

import os
import pathlib
import signal
import socket
import struct
import subprocess
import time

import program
from program import FILE
from rounds import Goal
from settings import RUN

STARTS = 20
MEGABYTE, MEBIBYTE = 10**6, 1 << 20


def at_rest() -> Goal:
    """The memory of a process that has only answered health checks."""
    sizes = [program.memory(pid) / MEGABYTE for pid in program.processes()]
    return Goal("Memory of a process at rest, without that for hashes", 25, [max(sizes)], "MB", False)


def on_disk() -> Goal:
    """The size of the installed program."""
    return Goal("The program, stripped", 14, [FILE.stat().st_size / MEBIBYTE], "MiB", False)


def start() -> Goal:
    """The time from the start of a process to its first answer, to a request that already waits on its socket."""
    print(f"Starting a process {STARTS} times", flush=True)
    return Goal("Start to first answer", 50, [_start() for _ in range(STARTS)], "ms", False)


def _start() -> float:
    path = RUN / "sockets" / "start"
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(str(path))
        listener.listen()
        client.settimeout(20)
        client.connect(str(path))
        client.sendall(_request("/healthz"))
        begin = time.perf_counter()
        process = subprocess.Popen([FILE, "serve"], stdin=listener, env=program.environment(), cwd=RUN)
        answer = client.recv(65536)
        took = 1000 * (time.perf_counter() - begin)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    if b"Status: 200" not in answer:
        raise SystemExit(f"error: a process that was just started answered {answer!r}")
    return took


# FastCGI 1.0, section 8: types of records; section 5.1: the role.
BEGIN_REQUEST, PARAMS, STDIN, RESPONDER = 1, 4, 5, 1


def _request(path: str) -> bytes:
    """A request as nginx would send it."""
    parameters = {"REQUEST_METHOD": "GET", "REQUEST_URI": path, "SERVER_PROTOCOL": "HTTP/1.1"}
    parameters |= {"REMOTE_ADDR": "127.0.0.1", "QUERY_STRING": "", "CONTENT_LENGTH": ""}
    pairs = b"".join(
        bytes([len(name), len(value)]) + name.encode() + value.encode() for name, value in parameters.items()
    )
    begin = _record(BEGIN_REQUEST, struct.pack(">HB5x", RESPONDER, 0))
    return begin + _record(PARAMS, pairs) + _record(PARAMS, b"") + _record(STDIN, b"")


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def state(pid: int) -> dict[str, float]:
    """Quantities that must not grow while a process serves."""
    folder = pathlib.Path(f"/proc/{pid}")
    return {
        "memory": program.memory(pid) / MEGABYTE,
        "descriptors": len(os.listdir(folder / "fd")),
        "threads": len(os.listdir(folder / "task")),
    }
