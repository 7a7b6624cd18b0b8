"""The account that makes the calls: created by the program's command, signed in, and replaced once it has ended."""

import json
import os
import subprocess
from dataclasses import dataclass
from typing import ClassVar

import requests
import schemathesis
from schemathesis.core.transport import Response

from support.people import new_address, new_password
from support.stack import Stack, without_settings

STACK = Stack.under_test()
ROLE = os.environ["FUZZ_ROLE"]

# These end a token, change the account's password, or delete the account.
ENDINGS = {"POST /api/v1/auth/logout", "POST /api/v1/users/me/password", "DELETE /api/v1/users/me"}


@dataclass(frozen=True)
class Account:
    """An account with the role, and one of its access tokens."""

    id: str
    email: str
    password: str
    token: str

    # The account whose token is used for calls; None once it has ended.
    current: ClassVar["Account | None"] = None

    @classmethod
    def get(cls) -> "Account":
        """The current account, or a new one."""
        cls.current = cls.current or cls._sign_in()
        return cls.current

    @classmethod
    def _sign_in(cls) -> "Account":
        email, password = new_address(), new_password()
        command = [
            STACK.program,
            "user",
            "create",
            email,
            "--name",
            "Ada Lovelace",
            "--verified",
            "--role",
            ROLE,
        ]
        settings = without_settings() | {"GATEHOUSE_CONFIG_FILE": str(STACK.run / "effective.env")}
        subprocess.run(
            command, input=f"{password}\n", env=settings, text=True, check=True, capture_output=True
        )
        credentials = {"email": email, "password": password}
        answer = requests.post(
            f"{STACK.url}/api/v1/auth/login", json=credentials, verify=STACK.ca, timeout=30
        )
        answer.raise_for_status()
        data = answer.json()["data"]
        return cls(data["user"]["id"], email, password, data["tokens"]["accessToken"])

    @classmethod
    def note(cls, case: schemathesis.Case, response: Response) -> None:
        """Drops the account when an answer shows that its token is void or its password has changed."""
        if cls.current and sent_token(case) == cls.current.token and _ends(case, response):
            cls.current = None


def sent_token(case: schemathesis.Case) -> str | None:
    """The token that a call used."""
    return case.headers.get("Authorization", "").removeprefix("Bearer ") or None


def _ends(case: schemathesis.Case, response: Response) -> bool:
    if response.status_code == 401:
        # Other codes concern the request itself, such as a wrong password or an unknown refresh token.
        return json.loads(response.content)["error"]["code"] in ("TOKEN_REVOKED", "TOKEN_EXPIRED")
    return response.status_code == 204 and case.operation.label in ENDINGS
