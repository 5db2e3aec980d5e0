"""Completion at a cursor `$0` in a text, and what an editor makes of an offer. Tests of offers go through `check`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from ruamel.yaml import YAML

from orchestrate_ls.ide.completion import Completions, complete
from orchestrate_ls.ide.completion_offers import Offer
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file
from orchestrate_ls.workspace.checking import shipped_schema

CURSOR = "$0"


def split(marked: str) -> tuple[str, int]:
    before, found, after = marked.partition(CURSOR)
    assert found, "no cursor in the text"
    return before + after, len(before)


def checked(text: str, known_agents: Collection[KnownAgent] = ()) -> FileCheck:
    agents = {agent.id: agent for agent in known_agents}
    return check_file(PlanFile.parse(text), RuleSettings(), shipped_schema(), agents)


def completions(
    marked: str,
    *,
    snippets: bool = False,
    known_agents: Collection[KnownAgent] = (),
    typed_space: bool = False,
) -> Completions | None:
    text, cursor = split(marked)
    check = checked(text, known_agents)
    return complete(check.file, cursor, shipped_schema(), check, snippets=snippets, typed_space=typed_space)


def check(
    marked: str,
    labels: str | None = None,
    *,
    has: str = "",
    lacks: str = "",
    accept: Mapping[str, str] | None = None,
    snippets: bool = False,
    known_agents: Collection[KnownAgent] = (),
) -> None:
    """Compare what is offered, and the text after an offer was accepted.

    ``labels`` are all of them in their order; ``has`` and ``lacks`` some that must be among them and some that must
    not. ``accept`` gives for a label the whole text that an editor then has, with `$0` where it leaves the cursor
    (at the first tab stop), which has to be YAML that keeps what else was there.
    """
    found = completions(marked, snippets=snippets, known_agents=known_agents)
    offered = [offer.label for offer in found.offers] if found is not None else []
    if labels is not None:
        assert offered == labels.split()
    assert [label for label in has.split() if label not in offered] == []
    assert [label for label in lacks.split() if label in offered] == []
    for label, expected in (accept or {}).items():
        assert found is not None
        offer = next(each for each in found.offers if each.label == label)
        after, cursor = accepted(marked, found, offer)
        shown = after[:cursor] + CURSOR + after[cursor:] if CURSOR in expected else after
        assert shown == expected
        YAML(typ="safe", pure=True).load(after)
        unchanged(marked, after)


def unchanged(marked: str, after: str) -> None:
    """All lines but the cursor's stand as they were."""
    text, cursor = split(marked)
    start = max(text.rfind("\n", 0, cursor), text.rfind("\r", 0, cursor)) + 1
    rest = re.search(r"\r|\n|\Z", text[cursor:])
    assert rest is not None
    assert after.startswith(text[:start])
    assert after.endswith(text[cursor + rest.start() :])


def accepted(marked: str, found: Completions, offer: Offer) -> tuple[str, int]:
    """The text after an offer was accepted, and the cursor: the first tab stop, or the end of what was put in."""
    text, _ = split(marked)
    line = max(text.rfind("\n", 0, found.start), text.rfind("\r", 0, found.start)) + 1
    new_text, cursor = offer.text, len(offer.text)
    if offer.is_snippet:
        leading = re.match(" *", text[line : found.start])
        assert leading is not None
        new_text = new_text.replace("\n", ("\r\n" if "\r\n" in text else "\n") + leading[0])
        new_text, cursor = expanded(new_text)
    return text[: found.start] + new_text + text[found.end :], found.start + cursor


_PART = re.compile(
    r"\\(?P<escaped>[\\$}])|\$\{(?P<stop>\d+)(?:\|(?P<choices>(?:[^\\|]|\\.)*)\||:(?P<default>(?:[^\\}]|\\.)*))\}"
    r"|\$(?P<bare>\d+)"
)


def expanded(snippet: str) -> tuple[str, int]:
    """A snippet as an editor shows it first, by the protocol's grammar, and where its first tab stop is."""
    text, stops = "", dict[int, int]()
    at = 0
    for part in _PART.finditer(snippet):
        text += snippet[at : part.start()]
        at = part.end()
        if part["escaped"] is not None:
            text += part["escaped"]
            continue
        stops.setdefault(int(part["stop"] or part["bare"]), len(text))
        if part["choices"] is not None:
            text += re.sub(r"\\(.)", r"\1", re.split(r"(?<!\\),", part["choices"])[0])
        elif part["default"] is not None:
            text += re.sub(r"\\(.)", r"\1", part["default"])
    text += snippet[at:]
    order = [*sorted(number for number in stops if number), *([0] if 0 in stops else [])]
    return text, stops[order[0]] if order else len(text)
