"""The Maildir in which the stack's mail sink leaves everything."""

import email
import email.policy
import re
from dataclasses import dataclass

from support.secrets import SecretRegistry
from support.stack import Stack, wait_until

LINK = re.compile(r"https://\S+/verify-email#token=(\S+)")


@dataclass(frozen=True)
class Mail:
    """One mail: as it lies in the file, and parsed."""

    raw: bytes
    message: email.message.EmailMessage

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()

    @property
    def recipients(self) -> set[str]:
        """Whom the envelope named."""
        return set(re.split(r",\s*", self.message["X-RcptTo"] or ""))

    @property
    def token(self) -> str:
        """The token of the link in the text part."""
        return LINK.search(self.text).group(1)


class Mailbox:
    """Reads mails as they come."""

    def __init__(self, stack: Stack, secrets: SecretRegistry) -> None:
        self._folder, self._secrets = stack.mail / "new", secrets
        self._mails: dict[str, Mail] = {}

    def to(self, address: str) -> list[Mail]:
        """The mails to an address so far, oldest first."""
        self._read()
        return [mail for _, mail in sorted(self._mails.items()) if address in mail.recipients]

    def wait_for(self, address: str, count: int = 1) -> Mail:
        """Awaits so many mails to an address and answers the last."""
        mails = wait_until(
            lambda: found if len(found := self.to(address)) >= count else None,
            f"{count} mail(s) to {address}",
        )
        assert len(mails) == count, f"{len(mails)} mails to {address}"
        return mails[-1]

    def _read(self) -> None:
        if not self._folder.is_dir():
            return
        for file in self._folder.iterdir():
            if file.name in self._mails:
                continue
            raw = file.read_bytes()
            mail = Mail(raw, email.message_from_bytes(raw, policy=email.policy.default))
            for token in re.findall(rb"#token=([A-Za-z0-9_-]+)", raw):
                self._secrets.add("mailToken", token.decode())
            self._mails[file.name] = mail
