"""The rivals that the program is measured beside: each is started, given an account, and checked by one call."""

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import front
import http_client
import pieces
import program
from program import LOGIN, USERS_ME, Program
from settings import BENCH, EMAIL, PASSWORD, ROOT, RUN, VENV

SOCKETS = RUN / "sockets"


@dataclass(frozen=True)
class Rival:
    """How to call a rival: the URL of the user, with header fields that are renewed for each measurement, and of a
    sign-in."""

    name: str
    url: str
    headers: Callable[[], dict[str, str]]
    login_url: str
    login_body: dict[str, str]


@dataclass(frozen=True)
class Bare:
    """The bare C responder, which ignores tokens."""

    name: str
    front: front.Front


def start_bare(measured: Program) -> Bare:
    """Starts as many processes of it as the program has."""
    tokens = measured.sign_in()
    fields = {"Authorization": f"Bearer {tokens['accessToken']}"}
    bodies = {
        "HEALTHZ": http_client.call("GET", f"{measured.front.url}/healthz").decode(),
        "USERS_ME": http_client.call("GET", measured.front.url + USERS_ME, headers=fields).decode(),
    }
    session = program.query("SELECT public_id FROM gatehouse.sessions ORDER BY id DESC LIMIT 1")
    socket = SOCKETS / "bare"
    pieces.start(
        "bare",
        *["spawn-fcgi", "-n", "-s", socket, "-M", "0600", "-b", "128", "--"],
        *[shutil.which("multiwatch"), "-f", len(program.processes()), "-t", "500", "-r", "10", "--"],
        pieces.build("bare", "fcgi", "libmariadb"),
        **bodies | measured.database,
        SESSION=session,
        WORKERS=measured.settings["GATEHOUSE_WORKERS"],
    )
    bare = Bare("bare C", front.start("bare", socket))
    pieces.wait_until("the bare C responder", lambda: front.is_up(f"{bare.front.url}/healthz"))
    for path in ("/healthz", USERS_ME):
        answers = [http_client.call("GET", side.front.url + path, headers=fields) for side in (measured, bare)]
        if answers[0] != answers[1]:
            raise SystemExit(f"error: program and bare responder differ on GET {path}")
    return bare


def start_php(measured: Program) -> Rival:
    """Starts php-fpm. It uses the program's database and its own signing key."""
    folder = BENCH / "rivals" / "php"
    key, socket = RUN / "php-key.pem", SOCKETS / "php"
    curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subprocess.run(["openssl", "genpkey", *curve, "-out", key], check=True, stderr=subprocess.DEVNULL)
    options = ["--define", "opcache.enable=1", "--define", "opcache.validate_timestamps=0", "--define", "apc.enabled=1"]
    pieces.start(
        "php",
        *["php-fpm8.2", "--allow-to-run-as-root", "--fpm-config", folder / "fpm.conf", *options],
        **measured.database,
        BENCH_LOG=RUN / "log" / "php.log",
        BENCH_SOCKET=socket,
        BENCH_USER=subprocess.check_output(["id", "-un"], text=True).strip(),
        SIGNING_KEY=key,
    )
    script = f'\nfastcgi_param SCRIPT_FILENAME "{folder}/index.php";\n'
    url = front.start("php", socket, lambda text: text + script).url
    pieces.wait_until("php-fpm", socket.is_socket)
    body = {"email": EMAIL, "password": PASSWORD}

    def headers() -> dict[str, str]:
        tokens = http_client.call_json("POST", url + LOGIN, body)["data"]["tokens"]
        return {"Authorization": f"Bearer {tokens['accessToken']}"}

    answer = http_client.call_json("GET", url + USERS_ME, headers=headers())
    if answer != http_client.call_json("GET", measured.front.url + USERS_ME, headers=measured.headers()):
        raise SystemExit(f"error: program and PHP differ on GET {USERS_ME}")
    return Rival("PHP", url + USERS_ME, headers, url + LOGIN, body)


PROXY = """
proxy_pass http://$gatehouse_upstream;
proxy_set_header Host $host;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_set_header X-Forwarded-For $remote_addr;
"""


def start_allauth() -> Rival:
    """Starts gunicorn with Django and django-allauth, on its own database in the same server."""
    program.query("CREATE DATABASE allauth CHARACTER SET utf8mb4")
    socket = SOCKETS / "allauth"
    environment = {
        "BENCH_SECRET": secrets.token_hex(32),
        "DATABASE_SOCKET": str(RUN / "mariadb.sock"),
        "DJANGO_SETTINGS_MODULE": "bench_settings",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(BENCH / "rivals" / "allauth"),
    }
    account = [VENV / "bin" / "python", BENCH / "rivals" / "allauth" / "bench_account.py", EMAIL, PASSWORD]
    subprocess.run(account, env=program.environment() | environment, check=True)
    # Twice the number of processors and one more, as gunicorn recommends.
    workers = 2 * len(os.sched_getaffinity(0)) + 1
    options = ["--workers", workers, "--bind", f"unix:{socket}", "--backlog", "128", "bench_wsgi"]
    pieces.start("allauth", VENV / "bin" / "gunicorn", *options, **environment)
    pieces.wait_until("gunicorn", socket.is_socket)
    base = front.start("allauth", socket, lambda _: PROXY).url + "/api/app/v1/auth"
    body = {"email": EMAIL, "password": PASSWORD}

    def headers() -> dict[str, str]:
        answer = http_client.call_json("POST", f"{base}/login", body)
        return {"X-Session-Token": answer["meta"]["session_token"]}

    pieces.wait_until("allauth", lambda: front.is_up(f"{base}/session", headers()))
    return Rival("allauth", f"{base}/session", headers, f"{base}/login", body)


def start_pocketbase() -> Rival:
    """Starts PocketBase on its own port, without nginx and TLS. Its data is in SQLite."""
    command = [VENV / "bin" / "pocketbase", "--dir", RUN / "pocketbase"]
    admin = {"identity": "admin@example.com", "password": secrets.token_hex(16)}
    subprocess.run(
        [*command, "superuser", "upsert", *admin.values()], check=True, stdout=subprocess.DEVNULL, cwd=ROOT / ".build"
    )
    base = f"http://127.0.0.1:{pieces.free_port()}"
    pieces.start("pocketbase", *command, "serve", "--http", base.removeprefix("http://"))
    pieces.wait_until("PocketBase", lambda: front.is_up(f"{base}/api/health"))
    base += "/api/collections"
    token = http_client.call_json("POST", f"{base}/_superusers/auth-with-password", admin)["token"]
    fields = {"Authorization": token}
    # Otherwise it would send a mail about the first sign-in.
    http_client.call("PATCH", f"{base}/users", {"authAlert": {"enabled": False}}, fields)
    new = {"email": EMAIL, "password": PASSWORD, "passwordConfirm": PASSWORD, "name": "Uma User", "verified": True}
    record = http_client.call_json("POST", f"{base}/users/records", new, fields)["id"]
    login, body = f"{base}/users/auth-with-password", {"identity": EMAIL, "password": PASSWORD}

    def headers() -> dict[str, str]:
        return {"Authorization": http_client.call_json("POST", login, body)["token"]}

    url = f"{base}/users/records/{record}"
    if json.loads(http_client.call("GET", url, headers=headers()))["email"] != EMAIL:
        raise SystemExit("error: PocketBase answers another user")
    return Rival("PocketBase", url, headers, login, body)
