"""What tests of execution share."""

from collections.abc import Iterator

import pytest

from tests.postgres import MISSING, PostgresServer, find_programs


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    pytest.importorskip("psycopg")
    if find_programs() is None:
        pytest.skip(MISSING)
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> PostgresServer:
    """With an empty database."""
    postgres_server.empty()
    return postgres_server
