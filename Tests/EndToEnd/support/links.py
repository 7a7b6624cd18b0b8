"""The links that the program mails, asked for and fetched from the mailbox."""

from support.client import Client, expect
from support.mailbox import Mailbox
from support.people import Person

RESET_PAGE = "reset-password"
CHANGE_PAGE = "confirm-email"


class Links:
    """Answers the token of a link."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client, self._mailbox = client, mailbox

    def reset(self, person: Person, count: int = 1) -> str:
        """One more link that resets the password; it is the person's so manieth."""
        expect(self._client.post("/api/v1/auth/password-reset/request", {"email": person.email}), 200)
        return self._mailbox.link(person.email, RESET_PAGE, count)

    def change(self, person: Person, address: str) -> str:
        """A link that changes the person's address to another."""
        self.ask_for_change(person, address)
        return self._mailbox.link(address, CHANGE_PAGE)

    def ask_for_change(self, person: Person, address: str):
        """Asks for such a link, and answers the answer."""
        body = {"newEmail": address, "password": person.password}
        response = self._client.post("/api/v1/users/me/email", body, token=person.access)
        expect(response, 200)
        return response
