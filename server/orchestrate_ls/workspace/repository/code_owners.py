"""CODEOWNERS: who answers for which files, as git hosts read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from orchestrate_ls.workspace.repository.ignoring import Ignoring
from orchestrate_ls.workspace.repository.sources import Sources
from orchestrate_ls.workspace.repository.summary import Owner

PLACES: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_MOST: Final = 200
_OWNER: Final = re.compile(r"@[\w./-]{1,120}$|[\w.+-]{1,80}@[\w.-]{1,120}$")


def read_owners(sources: Sources) -> tuple[Owner, ...]:
    """The lines of the first file there is; a later line counts more than an earlier one."""
    path = sources.first(*PLACES)
    if path is None:
        return ()
    found: list[Owner] = []
    for line in sources.text(path).split("\n"):
        words = line.split("#", 1)[0].split()
        owners = tuple(word for word in words[1:] if _OWNER.match(word))
        if words and owners and len(words[0]) <= 200 and words[0].isprintable():
            found.append(Owner(words[0], owners))
        if len(found) >= _MOST:
            break
    return tuple(found)


def owners_of(path: str, owners: Sequence[Owner]) -> tuple[str, ...]:
    """Who answers for a path: the owners of the last line that fits. Nobody is asked about a glob."""
    if "*" in path:
        return ()
    for owner in reversed(owners):
        rules = Ignoring()
        rules.add("", owner.pattern)
        parents = [path[:place] for place, each in enumerate(path) if each == "/"]
        if rules.ignores(path, is_folder=False) or any(
            rules.ignores(each, is_folder=True) for each in parents
        ):
            return owner.owners
    return ()
