"""The Maildir in which the stack's mail sink stores every mail."""

import email
import email.policy
import re
from collections import defaultdict
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from functools import cached_property

from support.secrets import SecretRegistry
from support.stack import Stack, wait_until

HEADERS = BytesHeaderParser(policy=email.policy.default)
LINK = re.compile(r"https://\S+/(?:verify-email|reset-password|confirm-email|accept-invitation)#token=(\S+)")


@dataclass(frozen=True)
class Mail:
    """One mail: its raw bytes, and the parsed message on first use."""

    raw: bytes

    @cached_property
    def message(self) -> email.message.EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @cached_property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()

    @property
    def recipients(self) -> set[str]:
        """The recipients of the envelope."""
        return set(re.split(r",\s*", HEADERS.parsebytes(self.raw)["X-RcptTo"] or ""))

    def is_about(self, pattern: str) -> bool:
        """Whether a pattern matches in the subject or the text."""
        return bool(re.search(pattern, f"{self.message['Subject']}\n{self.text}"))

    @property
    def token(self) -> str:
        """The token of the link in the text part."""
        return LINK.search(self.text).group(1)


def _arrival(name: str) -> tuple[int, int]:
    """The arrival time of a mail, from its file name. Python's Maildir writes `1795402800.M42P7Q1.host`, without
    padding."""
    seconds, microseconds = re.match(r"(\d+)\.M(\d+)P", name).groups()
    return int(seconds), int(microseconds)


class Mailbox:
    """Reads mails as they arrive."""

    def __init__(self, stack: Stack, secrets: SecretRegistry) -> None:
        self._folder, self._secrets = stack.mail / "new", secrets
        self._read_files: set[str] = set()
        # By recipient and file name, since a test needs only its own of the thousands of mails of a whole run.
        self._mails: defaultdict[str, dict[str, Mail]] = defaultdict(dict)

    def to(self, address: str, about: str = "") -> list[Mail]:
        """The mails to an address so far, oldest first, or only those that match a pattern."""
        self._read()
        mails = self._mails[address]
        return [mails[name] for name in sorted(mails, key=_arrival) if mails[name].is_about(about)]

    def wait_for(self, address: str, count: int = 1, about: str = "") -> Mail:
        """Waits for so many mails to an address, and returns the last."""
        mails = wait_until(
            lambda: found if len(found := self.to(address, about)) >= count else None,
            f"{count} mail(s) to {address} about {about!r}",
        )
        assert len(mails) == count, f"{len(mails)} mails to {address} about {about!r}"
        return mails[-1]

    def link(self, address: str, page: str, count: int = 1) -> str:
        """Waits for so many mails to an address that link to a page, and returns the token of the last."""
        return self.wait_for(address, count, f"/{page}#token=").token

    def _read(self) -> None:
        if not self._folder.is_dir():
            return
        for file in self._folder.iterdir():
            if file.name in self._read_files:
                continue
            self._read_files.add(file.name)
            raw = file.read_bytes()
            mail = Mail(raw)
            for token in re.findall(rb"#token=([A-Za-z0-9_-]+)", raw):
                self._secrets.add("mailToken", token.decode())
            for recipient in mail.recipients:
                self._mails[recipient][file.name] = mail
