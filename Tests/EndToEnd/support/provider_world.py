"""Providers of the tests, and processes that know them."""

import pytest

from support.providers import Installation, provider_server, settings
from support.sibling import sibling


@pytest.fixture(scope="module")
def provider_host():
    """A server of providers, to which a test can add one of its own."""
    with provider_server() as server:
        yield server


@pytest.fixture(scope="module")
def provider(provider_host):
    return provider_host.provider()


@pytest.fixture(scope="module")
def other(provider_host):
    return provider_host.provider()


@pytest.fixture(scope="module")
def installation(stack, tmp_path_factory, contract, secrets, provider, other):
    """A process that knows both providers."""
    with sibling(stack, tmp_path_factory.mktemp("installation"), **settings(provider, other)) as socket:
        yield Installation(socket, contract, secrets)


@pytest.fixture
def alone(stack, tmp_path, contract, secrets):
    """Starts a process that knows only these providers, so what happens to them concerns nobody else."""
    running = []

    def start(*providers, **more):
        folder = tmp_path / str(len(running))
        folder.mkdir()
        context = sibling(stack, folder, **settings(*providers, **more))
        running.append(context)
        return Installation(context.__enter__(), contract, secrets)

    yield start
    for context in running:
        context.__exit__(None, None, None)
