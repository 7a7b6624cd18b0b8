"""An nginx before each side that is measured, with the program's configuration except for its ports, its upstream and
its logs. It listens with TLS and without."""

import pathlib
import socket
from collections.abc import Callable
from dataclasses import dataclass

import http_client
import pieces
from settings import RUN


@dataclass(frozen=True)
class Front:
    """The addresses it listens on."""

    url: str
    plain_url: str


def start(name: str, behind: pathlib.Path, edit: Callable[[str], str] | None = None) -> Front:
    """Starts an nginx before a socket. `edit` changes the snippet that forwards requests."""
    folder = RUN / "fronts" / name
    nginx = folder / "nginx"
    (folder / "log").mkdir(parents=True)
    (nginx / "temp").mkdir(parents=True)
    (nginx / "snippets").mkdir()
    https, http, plain = (pieces.free_port() for _ in range(3))
    for file in [*RUN.glob("nginx/*.conf"), *RUN.glob("nginx/snippets/*.conf")]:
        text = file.read_text()
        for old, new in (
            (f"{RUN}/nginx", f"{nginx}"),
            (f"{RUN}/log", f"{folder}/log"),
            (f"{RUN}/gatehouse.sock", f"{behind}"),
            (" ssl http2;", f" ssl http2;\n    listen 127.0.0.1:{plain};"),
            # The limits of nginx are removed; otherwise they would be measured, since all requests come from one
            # address.
            ('map "on $remote_addr"', 'map "off $remote_addr"'),
        ):
            text = text.replace(old, new)
        text = _with_ports(text, https, http)
        if edit is not None and file.name == "program.conf":
            text = edit(text)
        (nginx / file.relative_to(RUN / "nginx")).write_text(text)
    configuration = ["-p", f"{nginx}/", "-c", nginx / "nginx.conf", "-e", folder / "log" / "nginx.log"]
    pieces.start(f"nginx-{name}", "nginx", *configuration)
    pieces.wait_until(f"nginx before {name}", lambda: _is_listening(plain))
    return Front(f"https://localhost:{https}", f"http://localhost:{plain}")


def _is_listening(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port)):
        return True


def _with_ports(text: str, https: int, http: int) -> str:
    """The configuration with other ports than those of the stack."""
    old_https, old_http = (RUN / "nginx" / "ports").read_text().split()
    for old, new in ((old_https, https), (old_http, http)):
        for end in (";", " ", "$"):
            text = text.replace(f":{old}{end}", f":{new}{end}")
    return text


def is_up(url: str, headers: dict[str, str] | None = None) -> bool:
    """Whether a call gets a successful answer."""
    try:
        http_client.call("GET", url, headers=headers)
    except (SystemExit, OSError):
        return False
    return True
