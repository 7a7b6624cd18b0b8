"""Projects made for one test each, through the API."""

from support.client import Client, expect

PATH = "/api/v1/projects"


class Projects:
    """Makes and reads projects. The caller is given by an access token or an API key."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def new(self, token: str, **fields: object) -> dict:
        """A project with default values except for these fields."""
        body = {"name": "Difference Engine"} | fields
        return expect(self._client.post(PATH, body, token=token), 201)

    def path(self, project: dict) -> str:
        return f"{PATH}/{project['id']}"

    def read(self, token: str, project: dict):
        """Reads a project, and returns the answer."""
        return self._client.get(self.path(project), token=token)

    def change(self, token: str, project: dict, tag: str | None = None, **fields: object):
        """Changes some fields, and with a tag only that version."""
        headers = {} if tag is None else {"If-Match": tag}
        return self._client.patch(self.path(project), fields, token=token, headers=headers)

    def delete(self, token: str, project: dict, tag: str | None = None):
        headers = {} if tag is None else {"If-Match": tag}
        return self._client.delete(self.path(project), token=token, headers=headers)

    def restore(self, token: str, project: dict):
        return self._client.post(f"{self.path(project)}/restore", token=token)

    def listed(self, token: str, query: str = "") -> list[dict]:
        """The projects on one page of the largest size."""
        response = self._client.get(f"{PATH}?limit=100{'&' if query else ''}{query}", token=token)
        return expect(response, 200)

    def ids(self, token: str, query: str = "") -> set[str]:
        """The ids of the projects in a list."""
        return {project["id"] for project in self.listed(token, query)}
