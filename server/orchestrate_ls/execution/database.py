"""The address of a database: what it may look like, and how it is shown without its password.

Knows no database driver, and nothing of journals or engines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

VARIABLE: Final = "ORCHESTRATE_DATABASE"
"""The environment variable that names the database where no option does."""
MISSING_DRIVER: Final = "install it with `pip install 'orchestrate-ls[run]'`"
_SCHEMES: Final = ("postgresql", "postgres")
_LONGEST: Final = 2_000
_SECRET_PARAMETERS: Final = frozenset(("password", "sslpassword", "passfile", "sslkey", "service"))
_EXAMPLE: Final = (
    "write it as postgresql://user@host/database; a password belongs into ~/.pgpass or PGPASSWORD"
)
_HIDDEN: Final = "***"


class DatabaseError(Exception):
    """A database that cannot be used. ``message`` says why, without any secret; ``hint`` says what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message if hint is None else f"{message}; {hint}")
        self.message: Final = message
        self.hint: Final = hint


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where a PostgreSQL database is.

    Attributes
    ----------
    url
        As ``postgresql://``, for a driver. It may hold a password, so it is never shown.
    shown
        The same without one.
    """

    url: str = field(repr=False)
    shown: str

    @classmethod
    def parse(cls, text: str) -> DatabaseAddress:
        """Read an address as a user writes it. Raises ``DatabaseError`` where it is none."""
        text = text.strip()
        if len(text) > _LONGEST or not text.isprintable() or " " in text:
            raise DatabaseError("the address of the database is too long or has spaces in it", _EXAMPLE)
        try:
            parts = urlsplit(text)
            _ = parts.port
        except ValueError:
            raise DatabaseError("the address of the database cannot be understood", _EXAMPLE) from None
        if parts.scheme not in _SCHEMES:
            found = f"`{parts.scheme}`" if re.fullmatch(r"[a-z][a-z0-9+.-]{0,20}", parts.scheme) else "it"
            raise DatabaseError(
                f"only PostgreSQL databases can be shared, and {found} is none",
                f"{_EXAMPLE}; without `--database` everything is kept beside the plan",
            )
        if not parts.path.strip("/"):
            raise DatabaseError("the address does not name a database", _EXAMPLE)
        rest = text[len(parts.scheme) :]
        return cls(f"postgresql{rest}", f"postgresql://{_without_secrets(text)}")

    def hide(self, text: str) -> str:
        """A message (a driver's, for example) without what is secret in the address."""
        text = text.replace(self.url, self.shown)
        for secret in sorted(_secrets_of(self.url), key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        return text


def _without_secrets(text: str) -> str:
    parts = urlsplit(text)
    at = parts.netloc.rpartition("@")
    user = at[0].partition(":")[0]
    host = f"{user}@{at[2]}" if user else at[2]
    kept = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='/.-_')}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _SECRET_PARAMETERS
    )
    return f"{host}{parts.path}{'?' + kept if kept else ''}"


def _secrets_of(url: str) -> set[str]:
    parts = urlsplit(url)
    found = {parts.netloc.rpartition("@")[0].partition(":")[2]}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() in _SECRET_PARAMETERS:
            found |= {value, quote(value, safe="")}
    found |= {unquote(each) for each in found}
    # Of one or two characters every message is full.
    return {each for each in found if len(each) > 2}
