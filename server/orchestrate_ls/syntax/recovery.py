"""Reading text that is not YAML (yet): as much of the tree as can be kept, and each error in words for a person.

When the parser stops, the one place it stumbled over is mended in a copy of the text (a bracket or quote closed, or
the rest of a line blanked) and the copy is parsed again; inserted characters are taken out of the offsets afterwards.
This file decides what to mend; the words are in ``syntax.wording``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from orchestrate_ls.syntax.characters import make_readable
from orchestrate_ls.syntax.events import EventSource, YamlError, accepts
from orchestrate_ls.syntax.parser import Anchors, Parsed, parse_events
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.syntax.tree import Alias, AnyNode, Scalar, walk
from orchestrate_ls.syntax.wording import content_end, describe
from orchestrate_ls.syntax.yaml12 import yaml12_events
from orchestrate_ls.text.lines import line_end, line_start

_BYTE_ORDER_MARK: Final = "\ufeff"
_MOST_MENDED: Final = 8
"""How many errors are mended in one text before the rest of it is given up."""
_MOST_WORK: Final = 400_000
"""How many characters may be parsed again while mending, so that one error in a huge text stays cheap."""
_INDENT: Final = re.compile(r" *")
_LONGEST_IN_PYTHON: Final = 400_000
"""How many characters are read by the slower parser: a second's work."""

# What libyaml accepts and reads otherwise than the specification says: colons in the names of anchors, question marks
# at the start of a plain scalar in a flow collection, and white space at the end of a block scalar and of the text.
_COLON_IN_ANCHOR: Final = re.compile(r"(?<![^\s,\[{])[&*][\w-]+:(?=[\w:-]|[ \t]*$)", re.MULTILINE)
_QUESTION_MARK: Final = re.compile(r"[\[{,]\s*\?[^\s,\[\]{}]")
_WHITE_END: Final = re.compile(r"[\r\n] +\Z")


def parse(text: str, source: EventSource, outside: Anchors | None = None) -> Parsed:
    """The tree of a text with all problems as ``problems``; ``error`` is only kept where nothing more can be read.

    Offsets count from the start of the text, a byte order mark included.
    """
    if text.startswith(_BYTE_ORDER_MARK):
        parsed = parse(text[1:], source, outside)
        _shift(parsed, 0, -1)
        parsed.problems = [_moved(problem, 1) for problem in parsed.problems]
        return parsed
    readable = make_readable(text)
    is_misread = _is_misread(readable.text)
    parsed = _by_specification(readable.text, outside) if is_misread else None
    if parsed is None:
        parsed = parse_events(readable.text, source, outside)
        if parsed.error is not None:
            # What was asked above already is not asked again: it is the slow one.
            by_specification = None if is_misread else _by_specification(readable.text, outside)
            parsed = by_specification or _mend(readable.text, parsed, source, outside)
    if readable.back is not None:
        _restore(parsed, readable.restore)
    parsed.problems[:0] = readable.problems
    return parsed


def is_yaml(text: str, source: EventSource) -> bool:
    """Whether a text (without what YAML forbids anywhere) is read without complaint, by the specification at least."""
    return accepts(text, source) or (len(text) <= _LONGEST_IN_PYTHON and accepts(text, yaml12_events))


def _is_misread(text: str) -> bool:
    return (
        (("&" in text or "*" in text) and _COLON_IN_ANCHOR.search(text) is not None)
        or ("?" in text and _QUESTION_MARK.search(text) is not None)
        or (text.endswith(" ") and _WHITE_END.search(text) is not None)
    )


def _by_specification(text: str, outside: Anchors | None) -> Parsed | None:
    """What the slower parser reads; None where it finds the text broken too."""
    if len(text) > _LONGEST_IN_PYTHON:
        return None
    parsed = parse_events(text, yaml12_events, outside)
    return parsed if parsed.error is None else None


def _mend(text: str, parsed: Parsed, source: EventSource, outside: Anchors | None) -> Parsed:
    """Parse again and again, with one more place mended each time, as long as that gets further."""
    problems: list[SyntaxProblem] = []
    inserted: list[int] = []
    mended, best = text, parsed
    work = 0
    for _ in range(_MOST_MENDED):
        if best.error is None:
            break
        error = _original(best.error, inserted)
        described = describe(text, error)
        if problems and described.start <= problems[-1].start:
            break  # no progress: what follows would only be noise
        if not problems or line_start(text, described.start) != line_start(text, problems[-1].start):
            problems.append(described)
        following: Parsed | None = None
        for candidate in _candidates(mended, best.error):
            work += len(candidate.text)
            if work > _MOST_WORK and len(problems) > 1:
                break
            attempt = parse_events(candidate.text, source, outside)
            if attempt.error is None or attempt.error.at > max(best.error.at, candidate.beyond):
                following, mended = attempt, candidate.text
                if candidate.inserted_at is not None:
                    inserted.append(candidate.inserted_at)
                break
        if following is None:
            break
        best = following
    for at in reversed(inserted):
        _shift(best, at, 1)
    best.problems = [*problems, *best.problems]
    return best


def _original(error: YamlError, inserted: list[int]) -> YamlError:
    def back(offset: int) -> int:
        for at in reversed(inserted):
            if offset > at:
                offset -= 1
        return offset

    context_at = None if error.context_at is None else back(error.context_at)
    return YamlError(error.context, context_at, error.problem, back(error.at))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A mended copy of a text. It is taken if parsing it gets past ``beyond``."""

    text: str
    inserted_at: int | None = None
    beyond: int = 0


def _candidates(text: str, error: YamlError) -> list[_Candidate]:
    """Mended copies of a text, the one that keeps most first."""
    candidates: list[_Candidate] = []
    context_at, context = error.context_at, error.context
    if context_at is not None and "quoted scalar" in context:
        candidates += _closed(text, context_at, text[context_at])
    elif context_at is not None and "flow" in context and context_at < len(text):
        candidates += _closed(text, context_at, "]" if text[context_at] == "[" else "}")
    elif context_at is not None and "simple key" in context:
        candidates.append(_Candidate(_blank(text, context_at, content_end(text, context_at))))
    elif "mapping values" in error.problem:
        start = _value_start(text, error.at)
        if start is not None:
            candidates.append(_Candidate(_blank(text, start, content_end(text, start))))
    elif "cannot start any token" in error.problem and error.at < len(text) and text[error.at] != "\t":
        candidates.append(_Candidate(_blank(text, error.at, content_end(text, error.at))))
    line = line_start(text, min(error.at, len(text)))
    end = content_end(text, line)
    if "\t" in text[line:end]:
        candidates.append(_Candidate(text[:line] + text[line:end].replace("\t", " ") + text[end:]))
    candidates += _without_line(text, line)
    if context_at is not None and (context_line := line_start(text, context_at)) != line:
        candidates += _without_line(text, context_line)
    return candidates


def _closed(text: str, opened: int, closing: str) -> list[_Candidate]:
    end = content_end(text, opened)
    return [
        _Candidate(text[:end] + closing + text[end:], end, end + 1),
        _Candidate(_blank(text, opened, end)),
    ]


def _without_line(text: str, line: int) -> list[_Candidate]:
    """The text without a line; if the lines below hung on it, without those too."""
    end = line_end(text, line)
    alone = text[:line] + " " * (end - line) + text[end:]
    block_end = _block_end(text, line)
    if block_end == end:
        return [_Candidate(alone)]
    blanked = "".join(character if character in "\r\n" else " " for character in text[line:block_end])
    return [_Candidate(alone, None, block_end), _Candidate(text[:line] + blanked + text[block_end:])]


def _value_start(text: str, at: int) -> int | None:
    """Where the value begins that the colon at an offset should not be in."""
    line = line_start(text, at)
    colon = text.find(": ", line, at)
    if colon < 0:
        return None
    start = colon + 1
    while start < at and text[start] == " ":
        start += 1
    return start


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _block_end(text: str, line: int) -> int:
    """Where the lines end that are indented more than a line and so belong to it."""
    end = line_end(text, line)
    indent = _width(text, line)
    if text[line + indent : line + indent + 2] == "- ":
        indent += 2
    place = end
    while place < len(text):
        following = place + (2 if text.startswith("\r\n", place) else 1)
        following_end = line_end(text, following)
        content = text[following:following_end].strip()
        if content and _width(text, following) <= indent:
            break
        if content:
            end = following_end
        place = following_end
    return end


def _width(text: str, line: int) -> int:
    match = _INDENT.match(text, line)
    return match.end() - line if match else 0


def _all_nodes(parsed: Parsed) -> list[AnyNode]:
    return list(walk(parsed.root)) if parsed.root is not None else []


def _shift(parsed: Parsed, after: int, by: int) -> None:
    """Move all offsets behind a place back by so many characters."""
    for node in _all_nodes(parsed):
        if node.start > after or (after == 0 and by < 0):
            node.start -= by
        if node.end > after or (after == 0 and by < 0):
            node.end -= by
    if parsed.error is not None and parsed.error.at > after:
        parsed.error.at -= by
    parsed.problems = [
        _moved(problem, -by) if by > 0 and problem.start > after else problem for problem in parsed.problems
    ]


def _moved(problem: SyntaxProblem, by: int) -> SyntaxProblem:
    repair = problem.repair
    if repair is not None:
        repair = replace(repair, start=repair.start + by, end=repair.end + by)
    return replace(problem, start=problem.start + by, end=problem.end + by, repair=repair)


def _restore(parsed: Parsed, restore: Callable[[str], str]) -> None:
    for node in _all_nodes(parsed):
        if isinstance(node, Scalar):
            node.text = restore(node.text)
        elif isinstance(node, Alias):
            node.name = restore(node.name)
        elif node.anchor is not None:
            node.anchor = restore(node.anchor)
