"""Organizations made for one test each, through the API. Members are inserted into the database, which saves their
mails."""

from dataclasses import dataclass, field

from support.client import Client, expect
from support.database import Database
from support.mailbox import Mailbox
from support.people import People, Person, new_address

PATH = "/api/v1/organizations"
ACCEPT = "/api/v1/invitations/accept"
PAGE = "accept-invitation"
# From the lowest to the highest.
ROLES = ("viewer", "member", "admin", "owner")


def new_slug() -> str:
    """A new slug."""
    return new_address().split("@")[0]


@dataclass
class Organization:
    """An organization, and its members by role."""

    data: dict
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def path(self) -> str:
        return f"{PATH}/{self.id}"

    @property
    def owner(self) -> Person:
        return self.people["owner"]

    def member_path(self, person: Person) -> str:
        return f"{self.path}/members/{person.id}"


class Organizations:
    """Makes organizations, and reads their invitations."""

    def __init__(self, client: Client, db: Database, mailbox: Mailbox, people: People) -> None:
        self._client, self._db, self._mailbox, self._people = client, db, mailbox, people

    def new(self, *roles: str, owner: Person | None = None, name: str = "Analytical Engines") -> Organization:
        """An organization with an owner and one more person for each role."""
        owner = owner or self._people.signed_in()
        body = {"name": name, "slug": new_slug()}
        organization = Organization(expect(self._client.post(PATH, body, token=owner.access), 201))
        organization.people["owner"] = owner
        for role in roles:
            organization.people[role] = self.join(organization, role)
        return organization

    def with_every_role(self) -> Organization:
        """An organization with one member of each role."""
        return self.new("admin", "member", "viewer")

    def join(self, organization: Organization, role: str, person: Person | None = None) -> Person:
        """Makes someone a member with a role, whatever they were before."""
        person = person or self._people.signed_in()
        ids = (
            "(SELECT id FROM organizations WHERE public_id = %s), (SELECT id FROM users WHERE public_id = %s)"
        )
        self._db.run(
            f"DELETE FROM organization_members WHERE (organization_id, user_id) = ({ids}); "
            f"INSERT INTO organization_members (organization_id, user_id, role) VALUES ({ids}, %s)",
            *(organization.id, person.id) * 2,
            role,
        )
        return person

    def roles(self, organization: Organization) -> dict[str, str]:
        """The members' roles, by user."""
        return dict(
            self._db.rows(
                "SELECT u.public_id, m.role FROM organization_members m JOIN users u ON u.id = m.user_id "
                "JOIN organizations o ON o.id = m.organization_id WHERE o.public_id = %s",
                organization.id,
            )
        )

    def role(self, organization: Organization, person: Person) -> str | None:
        """Someone's role in it, if any."""
        return self.roles(organization).get(person.id)

    def invite(self, organization: Organization, address: str, role: str = "member") -> dict:
        """Invites an address as the owner, and returns the invitation."""
        body = {"email": address, "role": role}
        response = self._client.post(
            f"{organization.path}/invitations", body, token=organization.owner.access
        )
        return expect(response, 201)

    def mailed(self, address: str) -> str:
        """Waits for the one mail that invites an address, and returns its token."""
        return self._mailbox.link(address, PAGE)

    def invitation(self, organization: Organization, address: str, role: str = "member") -> str:
        """Invites an address for the first time as the owner, and returns the token from the mail."""
        self.invite(organization, address, role)
        return self.mailed(address)

    def accept(self, person: Person, token: str):
        """Accepts an invitation as someone, and returns the answer."""
        return self._client.post(ACCEPT, {"token": token}, token=person.access)

    def open_invitations(self, organization: Organization) -> list[dict]:
        """The invitations that the owner sees, at most 100."""
        response = self._client.get(
            f"{organization.path}/invitations?limit=100", token=organization.owner.access
        )
        return expect(response, 200)

    def revoke(self, organization: Organization, by: Person, invitation_id: str):
        """Revokes an invitation, and returns the answer, as all methods below do."""
        return self._client.delete(f"{organization.path}/invitations/{invitation_id}", token=by.access)

    def give(self, organization: Organization, by: Person, person: Person, role: str, **headers: str):
        """Gives a member another role."""
        path = organization.member_path(person)
        return self._client.patch(path, {"role": role}, token=by.access, headers=headers)

    def remove(self, organization: Organization, by: Person, person: Person, **headers: str):
        """Removes a member."""
        return self._client.delete(organization.member_path(person), token=by.access, headers=headers)

    def leave(self, organization: Organization, person: Person):
        """Leaves as a member."""
        return self._client.post(f"{organization.path}/leave", token=person.access)

    def transfer(self, organization: Organization, by: Person, person: Person):
        """Makes a member the owner in place of another."""
        body = {"userId": person.id}
        return self._client.post(f"{organization.path}/transfer-ownership", body, token=by.access)
