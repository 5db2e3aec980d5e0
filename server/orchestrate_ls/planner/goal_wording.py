"""Changes the words of a goal so that it asks for more, or for less. Each change is read again and judged by that.

Knows what a brief is made of, and nothing of tasks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.planner.brief import Brief, read_brief
from orchestrate_ls.planner.catalogue import Catalogue
from orchestrate_ls.planner.features import Feature
from orchestrate_ls.planner.intelligible import GoalError
from orchestrate_ls.planner.words import words_of
from orchestrate_ls.text.display import quoted

_END: Final = re.compile(r"[\s.!;,:]*$")
_BEFORE: Final = re.compile(r"(?:(?:,\s*)?\b(?:and|plus|with|&)\s+(?:also\s+)?|,\s*)$", re.IGNORECASE)
_LIST_BEGINS: Final = re.compile(r"\b(?:with|including|for|has|have)\s+$", re.IGNORECASE)
_AFTER: Final = re.compile(r"^\s*(?:,\s*(?:and\s+)?|and\s+)", re.IGNORECASE)
_SENTENCE: Final = "(?:(?<=[.!?])|^)\\s*(?:{words})\\s+{what}\\s*[.!]"


class NoChangeError(Exception):
    """The goal says so already, or there is nothing to change; the message says which."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """The new goal and, for what was dropped, the names of the features that went."""

    goal: str
    features: tuple[str, ...] = ()


def with_more(goal: str, words: str, catalogue: Catalogue) -> Reworded:
    """The goal with something more asked for. Raises ``NoChangeError``."""
    known = _read(goal, catalogue)
    clean = " ".join(words.split())
    back = re.sub(_SENTENCE.format(words="without|no", what=re.escape(clean)), "", goal, flags=re.IGNORECASE)
    for candidate in dict.fromkeys(
        (back.strip(), _sentence(goal, f"Add {clean}"), _sentence(goal, f"With {clean}"))
    ):
        read = _read(candidate, catalogue) if candidate else None
        if read is not None and candidate != goal and _gains(known, read):
            return Reworded(candidate)
    if known is not None and any(_names(feature, clean) for feature in known.features):
        raise NoChangeError(f"the goal asks for {quoted(clean)} already")
    raise NoChangeError(
        f"{quoted(clean)} brings nothing new that can be planned; say in other words what is to be built"
    )


def with_less(goal: str, words: str, catalogue: Catalogue) -> Reworded:
    """The goal with something left out. Raises ``NoChangeError``."""
    known = _read(goal, catalogue)
    if known is None:
        raise NoChangeError("the goal cannot be read")
    clean = " ".join(words.split())
    gone = [feature for feature in known.features if _names(feature, clean)]
    if not gone and any(_same(each.text, clean) for each in known.exclusions):
        raise NoChangeError(f"the goal leaves {quoted(clean)} out already")
    names = tuple(feature.name for feature in gone)
    kept = {_key(feature) for feature in known.features if feature not in gone}
    for candidate in _without(goal, gone, clean):
        read = _read(candidate, catalogue)
        if read is None or candidate == goal:
            continue
        left = {_key(feature) for feature in read.features}
        if gone and not any(_names(feature, clean) for feature in read.features) and kept <= left:
            return Reworded(candidate, names)
        new = [each for each in read.exclusions if _same(each.text, clean)]
        # Without a layer or a technology there is nothing that it could leave out of what the goal asks for.
        tells = any(each.layers or not each.capabilities for each in new)
        if not gone and tells and kept <= left | _unplanned(known):
            return Reworded(candidate)
    raise NoChangeError(f"nothing in the goal is called {quoted(clean)}")


def with_technology(goal: str, words: str, instead_of: str | None, catalogue: Catalogue) -> Reworded:
    """The goal with something to build with. Raises ``NoChangeError``."""
    if instead_of is not None:
        pattern = re.compile(rf"(?<!\w){re.escape(instead_of)}(?!\w)", re.IGNORECASE)
        if not pattern.search(goal):
            raise NoChangeError(f"the goal does not say {quoted(instead_of)}")
        return Reworded(pattern.sub(lambda _: words, goal))
    if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", goal, re.IGNORECASE):
        raise NoChangeError(f"the goal says {quoted(words)} already")
    known = _read(goal, catalogue)
    trimmed = goal.rstrip(" .!")
    for candidate in (f"{trimmed} using {words}.", _sentence(goal, f"Built with {words}")):
        read = _read(candidate, catalogue)
        if known is None or (read is not None and _fits(known, read)):
            return Reworded(candidate)
    raise NoChangeError(
        f"{quoted(words)} is no technology that is known here; add it to the `goal` in your words"
    )


def _fits(known: Brief, read: Brief) -> bool:
    """Whether a goal asks for the same as before, with more to build it with."""
    return len(read.technologies) > len(known.technologies) and {_key(each) for each in read.features} == {
        _key(each) for each in known.features
    }


def is_called(name: str, words: str) -> bool:
    """Whether a name has all of these words."""
    return bool(_forms(words)) and _forms(words) <= _forms(name)


def _read(goal: str, catalogue: Catalogue) -> Brief | None:
    try:
        return read_brief(goal, catalogue)
    except GoalError:
        return None


def _sentence(goal: str, words: str) -> str:
    """The goal with one more sentence behind it, on a line of its own where the goal has several."""
    trimmed = goal.rstrip()
    if "\n" in trimmed:
        return f"{trimmed}\n{words}."
    return f"{trimmed}{'' if trimmed.endswith(('.', '!', '?')) else '.'} {words}."


def _gains(known: Brief | None, read: Brief) -> bool:
    if known is None:
        return True
    before, after = {_key(each) for each in known.features}, {_key(each) for each in read.features}
    more = len(after - before) > 0 or len(read.exclusions) < len(known.exclusions)
    more = more or len(read.technologies) > len(known.technologies) or read.shapes != known.shapes
    return more and before <= after


def _without(goal: str, gone: list[Feature], words: str) -> Iterator[str]:
    shorter = goal
    for feature in sorted(gone, key=lambda each: -each.start):
        shorter = _cut(shorter, feature.start, feature.end)
    if gone:
        yield shorter
        yield _sentence(shorter, f"Without {words}")
    yield _sentence(goal, f"Without {words}")
    yield _sentence(goal, f"No {words}")


def _cut(goal: str, start: int, end: int) -> str:
    """Take a thing out of the list it stands in, with what joins it to the others."""
    before, after = goal[:start], goal[end:]
    while end < len(goal) and goal[start:end][-1:] in ".!?":
        # The full stop that ends the sentence is not the thing's own.
        end -= 1
        after = goal[end:]
    if goal[start:end].endswith((".", "!", "?")):
        after = goal[end - 1 :]
    sentence = re.search(r"(?:(?<=[.!?])|^)\s*(?:add|with|support|include)\s+$", before, re.IGNORECASE)
    if sentence is not None and re.match(r"\s*(?:[.!?]|$)", after):
        return (before[: sentence.start()] + re.sub(r"^\s*[.!?]", "", after)).strip()
    following = _AFTER.match(after)
    if _LIST_BEGINS.search(before) and following is not None:
        return before + after[following.end() :]
    joined = _BEFORE.search(before)
    head = before[: joined.start()] if joined is not None else _LIST_BEGINS.sub("", before).rstrip()
    is_last_word = joined is not None and re.search(r"\b(?:and|plus|&)", joined.group(), re.IGNORECASE)
    if is_last_word and "," in head and not re.match(r"\s*,", after):
        # "a, b, and c" without c: the last comma becomes the joining word.
        comma = head.rfind(",")
        if not re.search(r"[.!?:]", head[comma:]) and not re.match(r",\s*(?:and|plus)\b", head[comma:]):
            head = (
                f"{head[:comma]} and{head[comma + 1 :]}"
                if head.count(",") == 1
                else f"{head[:comma]}, and{head[comma + 1 :]}"
            )
    return head + after


def _unplanned(known: Brief) -> set[tuple[str, str]]:
    """Features that are tasks every such product has, which an exclusion may well take out."""
    return {_key(each) for each in known.features if each.fulfils is not None}


def _key(feature: Feature) -> tuple[str, str]:
    return feature.kind, feature.name.casefold().strip(" .!")


def _names(feature: Feature, words: str) -> bool:
    wanted, has = _forms(words), _forms(feature.name)
    return bool(wanted) and (wanted <= has or (has <= wanted and bool(has)))


def _same(left: str, right: str) -> bool:
    return _forms(left) == _forms(right)


def _forms(words: str) -> set[str]:
    return {word.form for word in words_of(words)}
