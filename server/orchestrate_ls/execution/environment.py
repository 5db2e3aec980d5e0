"""Which variables of the environment a started program gets: the few that every program needs, and those asked for.

Everything else (tokens of other services, settings of this program) stays here. Pure: the environment is passed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

ALWAYS: Final = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TERM",
    "TMPDIR",
    "TMP",
    "TEMP",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
)
ALWAYS_ON_WINDOWS: Final = (
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "USERNAME",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROGRAMFILES(X86)",
    "NUMBER_OF_PROCESSORS",
    "PROCESSOR_ARCHITECTURE",
)
_LOCALE: Final = "LC_"


def environment_for(
    given: Mapping[str, str],
    pass_on: Iterable[str] = (),
    extra: Mapping[str, str] | None = None,
    *,
    windows: bool = False,
) -> dict[str, str]:
    """What of the environment ``given`` a program gets, with ``extra`` over it.

    ``pass_on`` names further variables; a name that ends with ``*`` stands for all that begin so.
    """
    names = {*ALWAYS, *(ALWAYS_ON_WINDOWS if windows else ())}
    prefixes = [_LOCALE]
    for name in pass_on:
        if name.endswith("*"):
            prefixes.append(name[:-1])
        else:
            names.add(name)
    if windows:
        # Names are the same in capitals there.
        names = {name.upper() for name in names}
        prefixes = [prefix.upper() for prefix in prefixes]

    def is_wanted(name: str) -> bool:
        name = name.upper() if windows else name
        return name in names or name.startswith(tuple(prefixes))

    return {name: value for name, value in given.items() if is_wanted(name)} | dict(extra or {})
