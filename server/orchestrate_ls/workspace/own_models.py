"""The user's own `models.toml`: where models are reached, and limits that count before those of a folder.

It lies among the user's own settings and nowhere else, so that no folder that is opened can say where a goal is sent,
or put its own address behind a name that the user trusts.

```toml
retries = 1                     # limits, as below `[models]` in orchestrate.toml

[endpoints.local]               # for `--model local`
url = "http://127.0.0.1:8080/v1"
model = "qwen3"                 # default: the name itself
key-env = "LOCAL_KEY"           # the environment variable that holds the key; default: no key
json-schema = true              # the server can hold the model to a JSON schema; default: false
```
"""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

from orchestrate_ls.syntax.toml_places import TomlPath, read_toml
from orchestrate_ls.workspace.model_limits import LIMITS, ModelLimits, read_model_limits
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_bytes
from orchestrate_ls.workspace.setting_problems import near, shown_setting

FILE_NAME: Final = "models.toml"
_LIMIT: Final = 1_000_000
_LONGEST_URL: Final = 2_000
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_ENDPOINT_KEYS: Final = ("url", "model", "key-env", "json-schema")


class WrongEndpointError(ValueError):
    """An address or a key variable that cannot be used; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that speaks the OpenAI chat-completions protocol.

    ``url`` is its base, to which `/chat/completions` is added; ``key_variable`` the environment variable with the key.
    """

    url: str
    model: str
    key_variable: str | None = None
    takes_schema: bool = False


@dataclass(frozen=True, slots=True)
class OwnModels:
    """What the user's own file says. ``problems`` are sentences about what could not be used."""

    path: Path | None
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict[str, Endpoint])
    limits: Mapping[str, object] = field(default_factory=dict[str, object])
    problems: tuple[str, ...] = ()

    def over(self, limits: ModelLimits) -> ModelLimits:
        """Limits with the user's own over them."""

        def told_before(_path: TomlPath, _message: str, _of_key: bool) -> None:
            pass

        return read_model_limits(limits, self.limits, (), told_before)


def own_models_path() -> Path | None:
    """Where the file is looked for; None where the system knows no such place."""
    if sys.platform == "win32":
        base = os.environ.get("APPDATA")
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or None
        if base is None:
            try:
                base = str(Path.home() / ".config")
            except RuntimeError:
                return None
    # A relative one would mean the folder one happens to be in.
    return Path(base) / "orchestrate" / FILE_NAME if base and Path(base).is_absolute() else None


def load_own_models() -> OwnModels:
    """Read the user's file. Without one there are no endpoints and no limits."""
    path = own_models_path()
    if path is None or not path.is_file():
        return OwnModels(path)
    try:
        text = read_bytes(path, _LIMIT).decode("utf-8-sig")
    except UnreadablePlanError as error:
        return OwnModels(path, problems=(f"cannot be read: {error.message}",))
    except UnicodeDecodeError:
        return OwnModels(path, problems=("is not UTF-8; save it as UTF-8",))
    data, fault = read_toml(text)
    if fault is not None:
        return OwnModels(path, problems=(fault.message,))
    return _read(path, data)


def _read(path: Path, data: Mapping[str, object]) -> OwnModels:
    problems: list[str] = []

    def report(_path: TomlPath, message: str, _of_key: bool) -> None:
        problems.append(message)

    limits = {name: value for name, value in data.items() if name in LIMITS}
    read_model_limits(ModelLimits(), limits, (), report)
    known = (*LIMITS, "endpoints")
    problems += [
        f"there is no setting `{shown_setting(name)}`{near(name, known, 'the settings are')}"
        for name in data
        if name not in known
    ]
    given = data.get("endpoints", {})
    endpoints: dict[str, Endpoint] = {}
    if not isinstance(given, Mapping):
        problems.append("`endpoints` is a table: `[endpoints.NAME]`, then `url = ...`")
        given = {}
    for name, value in cast("Mapping[str, object]", given).items():
        try:
            endpoints[name] = _endpoint(name, value)
        except WrongEndpointError as error:
            problems.append(f"endpoint `{shown_setting(name)}`: {error}")
    return OwnModels(path, endpoints, limits, tuple(problems))


def _endpoint(name: str, value: object) -> Endpoint:
    if not isinstance(value, Mapping):
        raise WrongEndpointError("an endpoint is a table with a `url`")
    table = cast("Mapping[str, object]", value)
    for key in table:
        if key == "key":
            raise WrongEndpointError(
                "a key does not belong in a file; name its environment variable with `key-env`"
            )
        if key not in _ENDPOINT_KEYS:
            raise WrongEndpointError(
                f"there is no setting `{shown_setting(key)}`{near(key, _ENDPOINT_KEYS, 'the settings are')}"
            )
    url, model, variable = table.get("url"), table.get("model", name), table.get("key-env")
    takes_schema = table.get("json-schema", False)
    if not isinstance(url, str):
        raise WrongEndpointError('`url` is missing; write it like `url = "http://127.0.0.1:8080/v1"`')
    if not isinstance(model, str) or not model.strip():
        raise WrongEndpointError("`model` is the name of a model, as text")
    if variable is not None and not isinstance(variable, str):
        raise WrongEndpointError("`key-env` is the name of an environment variable, as text")
    if not isinstance(takes_schema, bool):
        raise WrongEndpointError("`json-schema` is true or false")
    return checked_endpoint(url, model, variable, takes_schema=takes_schema)


def checked_endpoint(
    url: str, model: str, key_variable: str | None = None, *, takes_schema: bool = False
) -> Endpoint:
    """An endpoint of these values. Raises ``WrongEndpointError``."""
    parts = None
    if len(url) <= _LONGEST_URL and url.isascii() and url.isprintable() and " " not in url:
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise WrongEndpointError(
            f"`{shown_setting(url)}` is no address of a server; write it like http://127.0.0.1:8080/v1"
        )
    if parts.username is not None or parts.password is not None:
        raise WrongEndpointError("the address holds a name or a password; name a key's variable instead")
    if parts.query or parts.fragment:
        raise WrongEndpointError("the address ends with its path; leave out what begins with `?` or `#`")
    if key_variable is not None and not _VARIABLE.fullmatch(key_variable):
        raise WrongEndpointError(f"`{shown_setting(key_variable)}` is no name of an environment variable")
    if key_variable is not None and parts.scheme == "http" and not is_here(parts.hostname):
        raise WrongEndpointError("a key would travel unencrypted to another machine; use an https address")
    return Endpoint(url.rstrip("/").removesuffix("/chat/completions"), model, key_variable, takes_schema)


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
