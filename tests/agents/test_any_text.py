"""Property: whatever a definition file holds, its reader answers, and its places lie in the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.agents.definition import id_fault
from orchestrate_ls.agents.registries import PROJECT_REGISTRIES, Registry
from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text

READERS = list({registry.read: registry for registry in PROJECT_REGISTRIES}.values())
PIECES = [
    "---", "\n", "\r\n", "\r", "name", "description", "tools", "skills", "agent", "disable", ": ", " = ", "{", "}",
    "[", "]", ",", '"', "'", '"""', "'''", "//", "/*", "*/", "#", "&a ", "*a", "<<", "|", ">-", "\t", "  ", "- ",
    "x", "true", "5",
    "\\ud83d", "\ufeff", "\u2028", "\0", "é", "😀", "!!str ", "? ", "%YAML", "...",
]  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=30).map(lambda pieces: "---\n" + "".join(pieces) + "\n---\n"),
    st.lists(st.sampled_from(PIECES), max_size=30).map(lambda pieces: '{"agent": {' + "".join(pieces) + "}}"),
    st.binary(max_size=200).map(lambda data: data.decode("utf-8", "replace")),
)
NAMES = st.text(max_size=30)


def check(registry: Registry, text: str, name: str) -> None:
    found = registry.read(text, name)
    for agent in found.agents:
        assert id_fault(agent.id) is None
        assert 0 <= agent.start <= agent.end <= len(text)
        assert all(not id_fault(alias) for alias in agent.aliases)
    for problem in found.problems:
        assert 0 <= problem.start <= problem.end <= len(text), problem
        assert problem.code in ("syntax", "schema")
        assert problem.message


@pytest.mark.parametrize("registry", READERS, ids=lambda registry: registry.read.__name__)
@given(text=TEXTS, name=NAMES)
def test_any_text(registry: Registry, text: str, name: str):
    check(registry, text, name)


@pytest.mark.parametrize("registry", READERS, ids=lambda registry: registry.read.__name__)
@given(data=st.binary(max_size=300))
def test_any_bytes(registry: Registry, data: bytes):
    try:
        text = decode_plan_text(data).text
    except UnreadablePlanError:
        return
    check(registry, text, "x.md")


ALIASES = "".join(f"b{n}: &a{n} [*a{n - 1},*a{n - 1}]\n" for n in range(1, 60))
HOSTILE = {
    "deep flow": "---\nname: " + "[" * 60_000 + "\n---\n",
    "deep json": '{"agent":' * 25_000,
    "deep toml": "a=" + "[" * 100_000,
    "deep toml keys": "a" + ".a" * 60_000 + "=1",
    "many keys": "---\n" + "a:\n" * 20_000 + "b: [\n---\n",
    "spaces": "---\nname: a: b" + " " * 60_000 + "x\n---\n",
    "dashes": "---\n" + "--- x\n" * 30_000,
    "aliases": "---\na: &a0 [x,x]\n" + ALIASES + "name: *a59\n---\n",
    "comments": '{"agent": ' + "/*" * 60_000,
    "commas": "[" + ",    " * 40_000,
    "no end of line": "---" + " " * 200_000,
    "quotes": '"' * 200_000,
    "backslashes": '{"a": "' + "\\" * 200_001,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("registry", READERS, ids=lambda registry: registry.read.__name__)
def test_hostile_texts_come_to_an_end(registry: Registry, text: str):
    started = time.process_time()
    check(registry, text, "x.md")
    # No time is promised; this is a hundred times what it takes, and catches what grows with the square.
    assert time.process_time() - started < 30
