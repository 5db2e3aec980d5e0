r"""Whether two tasks may write the same file, from the paths and globs in their ``files``.

Texts only: no disk is touched, so an overlap is one that some tree of folders could have. Where a glob leaves
doubt the answer is yes. Letter case does not count (on Windows and macOS it does not), ``\`` is ``/``, ``./``
and a leading ``/`` mean nothing, and whoever writes a folder writes everything in it (a glob such as ``**/*.py``
means files). All work is bounded, whatever the texts hold.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from orchestrate_ls.text.steps import Steps, in_one_go

_COMPARISONS_PER_STEP: Final = 256
_LONGEST_TEXT: Final = 1_000
_MOST_ALTERNATIVES: Final = 64
_MOST_NAMES: Final = 64
_LONGEST_NAME: Final = 120
_ANY_FOLDERS: Final = "**"
_WILD: Final = frozenset("*?[")
_ANY_ONE: Final = "?"


class _Glob(NamedTuple):
    """One alternative of a pattern: its names from the root, and how many of them hold no wildcard."""

    names: tuple[str, ...]
    literal: int


class FilePatterns(NamedTuple):
    """What one task writes: its texts, read. Empty where it says nothing."""

    globs: tuple[_Glob, ...]
    prefixes: tuple[tuple[str, ...], ...]
    """The folders (or files) that the globs surely lie in, each once."""


@lru_cache(maxsize=16_384)
def read_patterns(texts: tuple[str, ...]) -> FilePatterns:
    """Read the entries of a ``files`` list. Blank ones and exclusions (``!docs/**``) are left out."""
    globs: dict[_Glob, None] = {}
    for text in texts:
        written = text.strip()
        if written and not written.startswith("!"):
            for alternative in _alternatives(written):
                globs[_read(alternative)] = None
    return FilePatterns(tuple(globs), tuple(dict.fromkeys(glob.names[: glob.literal] for glob in globs)))


def may_overlap(one: FilePatterns, other: FilePatterns) -> bool:
    """Whether some file could be written by both."""
    return any(_globs_overlap(mine, theirs) for mine in one.globs for theirs in other.globs)


def outside_of(patterns: FilePatterns, names: Iterable[str]) -> Iterator[str]:
    """Those of some files that the patterns surely do not mean, one by one."""
    return (name for name in names if not may_overlap(read_patterns((name,)), patterns))


class Overlaps(NamedTuple):
    """Which of several writers may write the same file. ``complete`` is False where the limit was reached."""

    pairs: list[tuple[int, int]]
    complete: bool


def overlapping(writers: Sequence[FilePatterns], most: int) -> Overlaps:
    """All pairs of writers that may overlap, as ascending pairs of positions, sorted; at most so many are compared."""
    return in_one_go(overlapping_steps(writers, most))


def overlapping_steps(writers: Sequence[FilePatterns], most: int) -> Steps[Overlaps]:
    """The same as ``overlapping``, in steps.

    Two globs can only overlap where the literal folders that the one begins with begin those of the other, so only
    such are compared: for paths without wildcards that is next to none.
    """
    by_prefix: dict[tuple[str, ...], list[int]] = {}
    for number, writer in enumerate(writers):
        for prefix in writer.prefixes:
            by_prefix.setdefault(prefix, []).append(number)
    pairs: set[tuple[int, int]] = set()
    compared = 0
    for number, writer in enumerate(writers):
        met: set[int] = set()
        for prefix in writer.prefixes:
            for length in range(len(prefix) + 1):
                for other in by_prefix.get(prefix[:length], ()):
                    if other == number or other in met:
                        continue
                    met.add(other)
                    pair = (other, number) if other < number else (number, other)
                    if pair in pairs:
                        continue
                    if compared >= most:
                        return Overlaps(sorted(pairs), complete=False)
                    compared += 1
                    if not compared % _COMPARISONS_PER_STEP:
                        yield
                    if may_overlap(writer, writers[other]):
                        pairs.add(pair)
    return Overlaps(sorted(pairs), complete=True)


def _alternatives(text: str) -> list[str]:
    """What braces stand for: ``a/{b,c}`` is ``a/b`` and ``a/c``. From too many on, any path below what comes first."""
    if len(text) > _LONGEST_TEXT:
        return [_up_to_brace(text[:_LONGEST_TEXT]).rpartition("/")[0] + "/**"]
    done: list[str] = []
    pending = [text]
    while pending:
        current = pending.pop()
        brace = _first_brace(current)
        if brace is None:
            done.append(current)
        else:
            start, end, choices = brace
            pending.extend(current[:start] + choice + current[end:] for choice in reversed(choices))
        if len(done) + len(pending) > _MOST_ALTERNATIVES:
            return [_up_to_brace(text).rpartition("/")[0] + "/**"]
    return done


def _up_to_brace(text: str) -> str:
    return text.partition("{")[0]


def _first_brace(text: str) -> tuple[int, int, list[str]] | None:
    """The first closed pair of braces with a comma in it: where it is, and its choices."""
    start = text.find("{")
    while start >= 0:
        depth, choices, since = 0, list[str](), start + 1
        for place in range(start, len(text)):
            character = text[place]
            if character == "{":
                depth += 1
            elif character == "," and depth == 1:
                choices.append(text[since:place])
                since = place + 1
            elif character == "}":
                depth -= 1
                if not depth:
                    if choices:
                        return start, place + 1, [*choices, text[since:place]]
                    break
        start = text.find("{", start + 1)
    return None


def _read(text: str) -> _Glob:
    names: list[str] = []
    for name in unicodedata.normalize("NFC", text).replace("\\", "/").casefold().split("/"):
        if name in ("", "."):
            continue
        if name == ".." and names and names[-1] not in ("..", _ANY_FOLDERS):
            names.pop()
        elif name == _ANY_FOLDERS and names and names[-1] == _ANY_FOLDERS:
            continue
        else:
            names.append("*" if len(name) > _LONGEST_NAME else name)
    if len(names) > _MOST_NAMES:
        names = [*names[:_MOST_NAMES], _ANY_FOLDERS]
    literal = next((count for count, name in enumerate(names) if _WILD & set(name)), len(names))
    return _Glob(tuple(names), literal)


def _globs_overlap(one: _Glob, other: _Glob) -> bool:
    shared = min(one.literal, other.literal)
    if one.names[:shared] != other.names[:shared]:
        return False
    if shared in (len(one.names), len(other.names)):
        return True  # one is a file or folder that the other lies in
    return _meet(_covered(one, shared), _covered(other, shared), _ANY_FOLDERS, _names_meet)


def _covered(glob: _Glob, first: int) -> list[str]:
    """The names from one on, and whatever is below: what matches may be a folder, unless it looks like a file."""
    names = list(glob.names[first:])
    is_file = glob.literal < len(glob.names) and "." in glob.names[-1][1:]
    return names if is_file else [*names, _ANY_FOLDERS]


@lru_cache(maxsize=65_536)
def _names_meet(one: str, other: str) -> bool:
    """Whether some name matches both."""
    wild_one, wild_other = _WILD & set(one), _WILD & set(other)
    if not wild_one and not wild_other:
        return one == other
    return _meet(
        list(_characters(one)),
        list(_characters(other)),
        "*",
        lambda mine, theirs: mine == theirs or _ANY_ONE in (mine, theirs),
    )


def _characters(name: str) -> Iterator[str]:
    """The characters of a name; of a set such as ``[a-z]`` nothing is known but that it is one character."""
    place = 0
    while place < len(name):
        if name[place] == "[":
            end = name.find("]", place + 2)
            if end > 0:
                yield _ANY_ONE
                place = end + 1
                continue
        yield name[place]
        place += 1


def _meet(one: list[str], other: list[str], star: str, alike: Callable[[str, str], bool]) -> bool:
    """Whether two patterns have a text in common; ``star`` stands for any number of anything.

    A search of the product of both patterns, at most one visit for each pair of places.
    """
    end = (len(one), len(other))
    seen = {(0, 0)}
    pending = [(0, 0)]
    while pending:
        at = mine, theirs = pending.pop()
        if at == end:
            return True
        steps: list[tuple[int, int]] = []
        star_here = mine < end[0] and one[mine] == star
        star_there = theirs < end[1] and other[theirs] == star
        if star_here or star_there:
            if star_here or mine < end[0]:
                steps.append((mine + 1, theirs))
            if star_there or theirs < end[1]:
                steps.append((mine, theirs + 1))
        elif mine < end[0] and theirs < end[1] and alike(one[mine], other[theirs]):
            steps.append((mine + 1, theirs + 1))
        for step in steps:
            if step not in seen:
                seen.add(step)
                pending.append(step)
    return False
