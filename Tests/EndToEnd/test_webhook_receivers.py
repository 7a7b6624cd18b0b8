"""The receivers in docs/integrations.md run, and tell signed messages from others."""

import re
import socket
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
import requests
from standardwebhooks.webhooks import Webhook as Signer

from support.stack import ROOT, wait_until, without_settings

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"type":"user.created","data":{}}'
COMMANDS = {
    "receiver.php": ["php", "-S", "127.0.0.1:{port}"],
    "receiver.py": ["/usr/bin/python3"],
    "receiver.mjs": ["node"],
}


def snippets() -> dict[str, str]:
    """The code of the document, by the name of its file."""
    text = (ROOT / "docs" / "integrations.md").read_text()
    return dict(re.findall(r"^```\w+ (receiver\.\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def test_the_document_has_these_receivers():
    assert set(snippets()) == set(COMMANDS)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_receiver_takes_signed_messages_only(name, tmp_path):
    (tmp_path / name).write_text(snippets()[name])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [part.format(port=port) for part in COMMANDS[name]] + [name]
    environment = without_settings() | {"WEBHOOK_SECRET": SECRET, "PORT": str(port)}
    output = tmp_path / "output"
    with open(output, "w") as file:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=file, stderr=file)
    try:
        wait_until(lambda: process.poll() is not None or _listens(port), "the receiver listens")
        assert process.poll() is None, output.read_text()
        now = datetime.now(UTC)
        assert _send(port, SECRET, now) == 204, output.read_text()
        wait_until(lambda: "received user.created" in output.read_text(), "the receiver tells of the event")
        assert _send(port, "whsec_" + "A" * 43 + "=", now) == 401
        assert _send(port, SECRET, now - timedelta(minutes=6)) == 401
        assert _send(port, SECRET, now, body=BODY + " ") == 401
        assert requests.post(f"http://127.0.0.1:{port}/", data=BODY, timeout=10).status_code == 401
    finally:
        process.terminate()
        process.wait(10)


def _send(port: int, secret: str, at: datetime, body: str = BODY) -> int:
    headers = {
        "webhook-id": "one",
        "webhook-timestamp": str(int(at.timestamp())),
        # One of two secrets may have signed.
        "webhook-signature": "v1,x " + Signer(secret).sign("one", at, BODY),
    }
    return requests.post(f"http://127.0.0.1:{port}/", data=body, headers=headers, timeout=10).status_code


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0
