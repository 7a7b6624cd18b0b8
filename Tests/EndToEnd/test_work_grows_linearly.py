"""The work for a request is proportional to its size: twice the size takes at most two and a half times the work.

Every operation in the document is tried with the worst content in each field of the body, in names of fields, in
parameters and their names, in path segments, in header fields and in cookies. Work is counted, not timed.
"""

import pytest

from support.counted import counted
from support.places import Places
from support.sibling import call
from support.worst import Worst

MOST = 2.5


@pytest.fixture(scope="module")
def places(client, people, organizations):
    """The resources in the paths, whose caller passes every guard."""
    person = people.with_role("admin")
    return Places(client, people, person, organizations.new(owner=person))


@pytest.fixture(scope="module")
def program(stack, contract, places, tmp_path_factory):
    """A process of the program that counts its work, after everything that it does only once."""
    with counted(stack, tmp_path_factory.mktemp("counted")) as process:
        for operation in contract.operations:
            tried = worst(contract, places, operation)
            for attempts in tried.attempts().values():
                call(process.socket, **tried.request(attempts[0], attempts[0][0] // 64))
        process.work()
        yield process


def worst(contract, places, operation) -> Worst:
    token = places.person.access if operation.needs_token else None
    return Worst(operation, contract.document, places.path(operation.path), token)


def work(program, requests: list[dict]) -> int:
    """The blocks that these requests take. Each is refused, or only reads."""
    for request in requests:
        status = call(program.socket, **request).status
        # 303 leads a form of a provider to the same path by GET.
        is_harmless = status >= 400 or status == 303 or request["method"] == "GET"
        assert status < 500 and is_harmless, (status, shown(request))
    return program.work()


def is_excessive(program, tried: Worst, attempts: list) -> bool:
    """Whether twice the size takes much more than twice the work every time. Once is not enough, since the process
    sometimes has a job to do meanwhile."""

    def is_excessive_now() -> bool:
        small, large = (work(program, [tried.request(each, share) for each in attempts]) for share in (2, 1))
        return large > MOST * small

    return all(is_excessive_now() for _ in range(3))


def shown(request: dict) -> str:
    """The beginning of a request, without the caller's token."""
    return str({name: value[:100] for name, value in request.items() if not str(value).startswith("Bearer ey")})


def test_twice_the_size_is_not_much_more_than_twice_the_work(contract, program, places, operation):
    tried = worst(contract, places, operation)
    for part, attempts in tried.attempts().items():
        if is_excessive(program, tried, attempts):
            culprits = [each for each in attempts if is_excessive(program, tried, [each])]
            pytest.fail(f"{part}: {[shown(tried.request(each, 64)) for each in culprits]}")
