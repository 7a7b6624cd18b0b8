"""Requests the links that the program mails, and fetches them from the mailbox."""

from support.client import Client, expect
from support.mailbox import Mailbox
from support.people import Person

RESET_PAGE = "reset-password"
CHANGE_PAGE = "confirm-email"


class Links:
    """Returns the tokens of links."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client, self._mailbox = client, mailbox

    def reset(self, person: Person, count: int = 1) -> str:
        """Requests a link that resets the password; `number` counts the person's links."""
        expect(self._client.post("/api/v1/auth/password-reset/request", {"email": person.email}), 200)
        return self._mailbox.link(person.email, RESET_PAGE, count)

    def change(self, person: Person, address: str) -> str:
        """A link that changes the person's address to another."""
        self.ask_for_change(person, address)
        return self._mailbox.link(address, CHANGE_PAGE)

    def ask_for_change(self, person: Person, address: str):
        """Requests such a link, and returns the answer."""
        body = {"newEmail": address, "currentPassword": person.password}
        response = self._client.post("/api/v1/users/me/email", body, token=person.access)
        expect(response, 200)
        return response
