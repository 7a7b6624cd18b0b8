"""The program with a libcrypto that lacks what it needs, such as one whose configuration leaves out its providers."""

import json

import pytest

from support.commands import installation

CONFIGURATION = """\
openssl_conf = start
[start]
providers = providers
[providers]
null = nothing
[nothing]
activate = 1
"""


@pytest.fixture(scope="module")
def own(stack):
    with installation(stack) as made:
        yield made


@pytest.fixture(scope="module")
def lacking(tmp_path_factory) -> dict[str, str]:
    file = tmp_path_factory.mktemp("openssl") / "openssl.cnf"
    file.write_text(CONFIGURATION)
    return {"OPENSSL_CONF": str(file)}


@pytest.mark.parametrize(
    "arguments",
    [("serve", "--socket", "SOCKET"), ("keys", "list"), ("user", "list"), ("routes",), ("openapi",)],
    ids=" ".join,
)
def test_nothing_starts_and_the_reason_is_reported(own, lacking, tmp_path, arguments):
    arguments = [str(tmp_path / "socket") if word == "SOCKET" else word for word in arguments]
    done = own.run(*arguments, **lacking)
    assert (done.returncode, done.stdout) == (1, ""), done
    assert "OpenSSL's libcrypto offers no SHA-1, SHA-256, SHA-384, SHA-512, HMAC, HKDF, AES-256-GCM" in done.stderr


def test_the_doctor_reports_it_with_advice(own, lacking):
    done = own.run("doctor", "--json", **lacking)
    findings = json.loads(done.stdout)["data"]
    assert done.returncode == 1
    assert findings[-1]["check"] == "cryptography" and findings[-1]["status"] == "fault"
    assert "OPENSSL_CONF" in findings[-1]["advice"]
