"""The store's text after any edits is what a plain string gives, in all encodings, and its analysis that of the
text read anew.
"""

import gc
import re
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.lsp.abilities import ClientAbilities
from orchestrate_ls.lsp.documents import Change, DocumentStore, Kind
from orchestrate_ls.lsp.session import Session
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file
from orchestrate_ls.text.positions import Encoding, Position, Range
from orchestrate_ls.text.steps import in_one_go
from orchestrate_ls.workspace.checking import shipped_schema
from orchestrate_ls.workspace.find import has_plan_mark

URI = "file:///x.plan.yaml"
PYTHON_NAMES = {Encoding.UTF8: "utf-8", Encoding.UTF16: "utf-16-le", Encoding.UTF32: "utf-32-le"}
UNIT_BYTES = {Encoding.UTF8: 1, Encoding.UTF16: 2, Encoding.UTF32: 4}


def store(encoding: Encoding = Encoding.UTF16, *, plan: bool = True, most: int = 10**9) -> DocumentStore:
    return DocumentStore(encoding, lambda _uri, _language, head: Kind(plan or has_plan_mark(head), most))


# The reference: nothing but str and its codecs, position by position.


def lines_of(text: str) -> list[tuple[str, str]]:
    """Each line and its line break."""
    parts = re.split(r"(\r\n|\r|\n)", text)
    return list(zip(parts[::2], [*parts[1::2], ""], strict=True))


def reference_offset(text: str, position: Position, encoding: Encoding) -> int:
    lines = lines_of(text)
    if position.line >= len(lines):
        return len(text)
    offset = sum(len(line) + len(end) for line, end in lines[: position.line])
    left = position.character
    for character in lines[position.line][0]:
        left -= len(character.encode(PYTHON_NAMES[encoding], "surrogatepass")) // UNIT_BYTES[encoding]
        if left < 0:
            break
        offset += 1
    return offset


def reference_edit(text: str, change: Change, encoding: Encoding) -> str:
    if change.range is None:
        return change.text
    start, end = sorted(
        reference_offset(text, place, encoding) for place in (change.range.start, change.range.end)
    )
    return text[:start] + change.text + text[end:]


PIECES = st.sampled_from(
    ["a", "é", "😀", "\u2028", "\x85", "\f", "\n", "\r\n", "\r", "\n", "tasks:\n", "  - id: T1\n", "    name: x\n",
     "- ", ": ", "#", "'", "[", "---\n", "# orchestrate: plan\n", "\ufeff", "\ud800", " " * 3, "x" * 90 + "\n"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)
POSITIONS = st.builds(Position, st.integers(0, 12), st.integers(0, 12) | st.just(10**6))
CHANGES = st.builds(Change, st.builds(Range, POSITIONS, POSITIONS) | st.none(), TEXTS)


@pytest.mark.parametrize("plan", [True, False])
@pytest.mark.parametrize("encoding", list(Encoding))
@given(text=TEXTS, batches=st.lists(st.lists(CHANGES, max_size=4), max_size=6))
def test_any_edits_give_what_a_plain_string_gives(
    encoding: Encoding, plan: bool, text: str, batches: list[list[Change]]
):
    documents = store(encoding, plan=plan)
    documents.open(URI, "yaml", 0, text)
    for version, batch in enumerate(batches, start=1):
        for change in batch:
            text = reference_edit(text, change, encoding)
        snapshot = documents.change(URI, version, batch)
        assert snapshot is not None
        assert snapshot.text.text == text
        assert snapshot.version == version
        assert (snapshot.plan is not None) == (plan or has_plan_mark(text))


@given(text=TEXTS, size=st.integers(1, 60), batches=st.lists(CHANGES, max_size=6))
def test_the_limit_of_size_is_kept_at_every_edit(text: str, size: int, batches: list[Change]):
    documents = store(most=size)
    snapshot = documents.open(URI, "yaml", 0, text)
    for version, change in enumerate(batches, start=1):
        assert (snapshot.plan is not None) == (len(text) <= size)
        assert snapshot.is_too_large == (len(text) > size)
        text = reference_edit(text, change, Encoding.UTF16)
        changed = documents.change(URI, version, [change])
        assert changed is not None
        snapshot = changed


def test_snapshots_stay_as_they_were():
    documents = store()
    first = documents.open(URI, "yaml", 1, "tasks: []\n")
    second = documents.change(URI, 2, [Change(None, "goal: x\n")])
    assert second is not None
    assert (first.text.text, first.version) == ("tasks: []\n", 1)
    assert documents.get(URI) is second


def test_what_is_not_open_is_not_changed():
    documents = store()
    assert documents.change(URI, 1, [Change(None, "x")]) is None
    assert documents.close(URI) is None
    documents.open(URI, "yaml", 1, "a")
    assert documents.close(URI) is not None
    assert documents.get(URI) is None


PLAN = """\
# orchestrate: plan
goal: Say when
concurrent_capacity: 2
agents:
  - id: ann
    skills: [python]
tasks:
  - id: T1
    name: First
    estimated_time: 2h
    agent: ann
  - id: T2
    name: Second
    estimated_time: 1h30m
    dependencies: [T1]
    agent: ann
  # a comment
  - id: T3
    name: "Thi😀rd"
    estimated_time: 3h
    dependencies: [T1, T2]
    agent: bob
  - {id: T4, name: Fourth, dependencies: [T9], agent: ann}
"""


def findings(check: FileCheck) -> list[tuple[object, ...]]:
    return [
        (each.code, each.start, each.end, each.message, each.severity, each.related)
        for each in check.diagnostics
    ]


def check(plan: PlanFile, previous: FileCheck | None = None) -> FileCheck:
    return check_file(plan, RuleSettings(), shipped_schema(), previous=previous)


def assert_same_as_fresh(documents: DocumentStore, checked: FileCheck) -> None:
    snapshot = documents.get(URI)
    assert snapshot is not None
    assert findings(checked) == findings(check(PlanFile.parse(snapshot.text.text)))


@given(changes=st.lists(CHANGES, max_size=8))
def test_the_check_after_edits_is_that_of_the_text_read_anew(changes: list[Change]):
    documents = store(Encoding.UTF32)
    snapshot = documents.open(URI, "yaml", 0, PLAN)
    assert snapshot.plan is not None
    checked = check(snapshot.plan)
    for version, change in enumerate(changes, start=1):
        fresh = documents.change(URI, version, [change])
        assert fresh is not None
        assert fresh.plan is not None
        checked = check(fresh.plan, checked)
        assert_same_as_fresh(documents, checked)


@pytest.mark.parametrize("delete", [Position(13, 14), Position(19, 13), Position(7, 4)])
def test_deleting_character_by_character_from_the_middle(delete: Position):
    documents = store()
    snapshot = documents.open(URI, "yaml", 0, PLAN)
    assert snapshot.plan is not None
    checked = check(snapshot.plan)
    for version in range(1, 101):
        before = snapshot.text.position_at(snapshot.text.offset_at(delete) - 1)
        changed = documents.change(URI, version, [Change(Range(before, delete), "")])
        assert changed is not None
        assert changed.plan is not None
        assert len(changed.text) == len(snapshot.text) - 1
        snapshot, delete = changed, before
        checked = check(changed.plan, checked)
        # All of them are compared, as a wrong state in between could cancel out.
        assert_same_as_fresh(documents, checked)


def test_a_closed_plan_is_freed_at_once():
    # Plans are kept out of the collector's sight, so nothing in them may form a circle.
    session = Session(ClientAbilities(), ())
    gc.disable()
    try:
        in_one_go(session.open_steps(URI, "yaml", 1, PLAN))
        for version in range(2, 30):
            in_one_go(
                session.change_steps(URI, version, [Change(Range(Position(11, 12), Position(11, 12)), "x")])
            )
            checked = session.checked(URI)
            assert checked is not None
            assert checked.check is not None
            assert checked.check.diagnostics
        kept = [weakref.ref(checked.check), weakref.ref(checked.snapshot.plan)]
        session.close(URI)
        del checked
        assert [reference() for reference in kept] == [None, None]
    finally:
        gc.enable()
