"""Fixtures of the language server's tests."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.lsp.client import Client


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """A server in this process, not initialized."""
    made = Client()
    yield made
    made.end()
