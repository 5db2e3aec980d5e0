"""Completion anywhere in any text: it never fails, and what it would replace is around the cursor on its line."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestrate_ls.ide.completion import complete
from orchestrate_ls.ide.completion_docs import documentation_of
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.engine import RuleSettings, check_file
from orchestrate_ls.text.positions import line_starts
from orchestrate_ls.workspace.checking import shipped_schema
from tests.ide.completing import accepted
from tests.plans import edited, edits, plan_like

texts = plan_like | st.text(alphabet="ab:-# \n\r\t[]{},\"'|>&*!?\ufeff", max_size=60)


def look_at(text: str, cursor: int, *, snippets: bool, earlier: Any = None) -> None:
    schema = shipped_schema()
    found = complete(PlanFile.parse(text), cursor, schema, earlier, snippets=snippets)
    if found is None:
        return
    assert 0 <= found.start <= found.cursor <= found.end <= len(text)
    assert "\n" not in text[found.start : found.end]
    assert "\r" not in text[found.start : found.end]
    # Inside a line break (of two characters) the cursor is taken to be before it.
    assert found.cursor == cursor or text[found.cursor : cursor + 1] == "\r\n"
    labels = [(offer.label, offer.text) for offer in found.offers]
    assert len(set(labels)) == len(labels)
    for offer in found.offers[:3]:
        marked = text[: found.cursor] + "$0" + text[found.cursor :]
        after, place = accepted(marked, found, offer)
        assert after.startswith(text[: found.start])
        assert after.endswith(text[found.end :])
        assert found.start <= place <= len(after)
        if offer.data is not None:
            documentation_of(offer.data, PlanFile.parse(text), schema, {}, markdown=snippets)


@given(texts, st.integers(0, 400), st.booleans())
@example("tasks:\r\n  - id: T1\r\n", 7, False)
@example("\ufeff", 1, False)
@example("\ufeffgoal: x", 0, True)
def test_any_place_in_any_text(text: str, place: int, snippets: bool):
    look_at(text, place % (len(text) + 1), snippets=snippets)


@settings(max_examples=20)
@given(plan_like)
def test_every_place_of_a_plan(text: str):
    for cursor in range(len(text) + 1):
        look_at(text, cursor, snippets=False)


@given(plan_like, edits, st.integers(0, 400))
def test_with_a_check_of_an_earlier_version(text: str, edit: tuple[int, int, str], place: int):
    start, end, new_text, after = edited(text, edit)
    file = PlanFile.parse(text)
    earlier = check_file(file, RuleSettings(), shipped_schema())
    look_at(after, place % (len(after) + 1), snippets=True, earlier=earlier)
    schema, cursor = shipped_schema(), place % (len(after) + 1)
    with_earlier = complete(file.edit(start, end, new_text), cursor, schema, earlier)
    fresh = complete(PlanFile.parse(after), cursor, schema)
    assert with_earlier == fresh


@given(st.lists(st.lists(st.integers(0, 7), max_size=3), min_size=2, max_size=8), st.integers(0, 7))
def test_what_is_offered_closes_no_circle_and_nothing_else_is_left_out(links: list[list[int]], at: int):
    count = len(links)
    waits = [{other for other in row if other < count and other != index} for index, row in enumerate(links)]
    at %= count
    waits[at] = set()
    rows = [", ".join(f"T{other}" for other in sorted(row)) for row in waits]
    rows[at] = "$0"
    marked = "tasks:\n" + "".join(
        f"  - id: T{index}\n    dependencies: [{row}]\n" for index, row in enumerate(rows)
    )
    text, cursor = marked.replace("$0", ""), marked.index("$0")
    found = complete(PlanFile.parse(text), cursor, shipped_schema())
    offered = {int(offer.label[1:]) for offer in found.offers} if found is not None else set()
    closing = {at}
    while more := {index for index, row in enumerate(waits) if row & closing} - closing:
        closing |= more
    assert offered == set(range(count)) - closing


@given(texts)
def test_line_starts_are_where_offers_begin_at_the_earliest(text: str):
    """Padding is put in, never taken from the line before."""
    starts = line_starts(text)
    file = PlanFile.parse(text)
    for start in starts:
        found = complete(file, start, shipped_schema())
        assert found is None or found.start == start or text[start - 1 : start + 1] == "\r\n"


@given(st.dictionaries(st.sampled_from(["field", "task", "agent", "rule", "value", "uri"]), st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(["tasks", "T1", "schema"]),
    lambda inner: st.lists(inner, max_size=4), max_leaves=5), max_size=3))  # fmt: skip
def test_data_that_comes_back_from_a_client_may_be_anything(data: dict[str, Any]):
    file = PlanFile.parse("tasks:\n  - id: T1\n")
    documentation_of(data, file, shipped_schema(), {}, markdown=True)
    documentation_of(data, None, shipped_schema(), {}, markdown=False)
