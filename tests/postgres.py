"""A PostgreSQL server of the tests' own: from Debian's package, in a folder of its own, as an unprivileged user.

Nothing of it is left when it is closed. `find_programs` says whether there is one to be had.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from orchestrate_ls.execution.process_guard import GUARD

WHERE = "/usr/lib/postgresql/*/bin"
MISSING = f"PostgreSQL is not installed in {WHERE} (Debian's package `postgresql`)"
USER, DATABASE = "orchestrate", "plans"


def find_programs() -> Path | None:
    """The folder of the newest server's programs."""
    if os.name == "nt":
        return None
    found = [each for each in Path("/").glob(WHERE.lstrip("/")) if (each / "initdb").exists()]
    return max(found, key=lambda each: float(each.parent.name), default=None)


class PostgresServer:
    """A running server. ``durable`` has it sync what it commits, as a real one does."""

    def __init__(self, *, durable: bool = False) -> None:
        programs = find_programs()
        if programs is None:
            raise RuntimeError(MISSING)
        # Not below a folder that only this user may enter, and short: a socket's path has 100 characters at most.
        self._folder = Path(tempfile.mkdtemp(prefix="orc-pg-", dir="/tmp"))
        self._user = _unprivileged()
        self.password = secrets.token_urlsafe(18)
        self.port = _free_port()
        try:
            self._start(programs, durable=durable)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    @property
    def url(self) -> str:
        """Over the loopback, with its password."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def query(self, statement: str, *values: object) -> list:
        """What a statement gives."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        """Make the database anew."""
        import psycopg

        with psycopg.connect(self.url.removesuffix(DATABASE) + "postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE}")

    def close(self) -> None:
        GUARD.forget(self._server.pid)
        self._server.terminate()
        try:
            self._server.wait(3)
        except subprocess.TimeoutExpired:
            # It waits for its clients to go.
            self._server.send_signal(2)
            self._server.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, programs: Path, *, durable: bool) -> None:
        data, secret = self._folder / "data", self._folder / "password"
        secret.write_text(self.password)
        if self._user is not None:
            for each in (self._folder, secret):
                shutil.chown(each, self._user)
        arguments = ["-U", USER, "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C"]
        self._run([programs / "initdb", "-D", data, "--no-sync", *arguments])
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self._folder,
            "max_connections": 200,
            "shared_buffers": "64MB",
        }
        if not durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [programs / "postgres", "-D", data, *options],
                user=self._user,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        # A test that is killed leaves no server behind.
        GUARD.watch(self._server.pid)
        self._wait()
        self.empty()

    def _wait(self) -> None:
        import psycopg

        end = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url.removesuffix(DATABASE) + "postgres").close()
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.1)
            else:
                return

    def _run(self, command: list) -> None:
        subprocess.run(
            command, user=self._user, cwd=self._folder, check=True, capture_output=True, timeout=120
        )


def _unprivileged() -> str | None:
    """Who runs it: PostgreSQL refuses to as root."""
    if os.geteuid() != 0:
        return None
    import pwd

    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
