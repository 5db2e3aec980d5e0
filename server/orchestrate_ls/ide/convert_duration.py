"""Write the estimate at the cursor another way: `6h`, `PT6H`, three points, or one figure. Knows no editor.

What it means stays the same to the second (of three points: their expectation).
"""

from __future__ import annotations

from typing import Final

from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.ide.refactoring import Refactoring, written_in
from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.duration import HOUR, MINUTE, format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.syntax.tree import Mapping, Scalar
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.lines import line_end, line_start

_HOURS: Final = "duration-in-hours"
_ISO: Final = "duration-as-iso"
_POINTS: Final = "duration-three-points"
_FIELD: Final = "estimated_time"
_NO_ESTIMATE: Final = "put the cursor on the line of an `estimated_time`"


def _at_cursor(selection: Selection) -> tuple[int, Scalar | Mapping]:
    index = selection.only_task()
    source = selection.source
    found = source.find(Spot(index, (_FIELD,)))
    if found is None or not found.exact or found.entry is None:
        raise NotPossibleError(_NO_ESTIMATE)
    base, text = source.base(index), source.text
    start = line_start(text, base + found.entry.key.start)
    end = line_end(text, written_end(text, base, found.node))
    if selection.end < start or selection.start > end:
        raise NotPossibleError(_NO_ESTIMATE)
    if not isinstance(found.node, (Scalar, Mapping)):
        raise NotPossibleError(written_in("the estimate"))
    if selection.task(index).estimate is None:
        raise NotPossibleError("this is no estimate that can be read")
    return index, found.node


def _offer(selection: Selection, name: str) -> str:
    index, node = _at_cursor(selection)
    if name == _POINTS:
        if isinstance(node, Mapping):
            raise NotPossibleError("the estimate has three points already")
        return _written_as(selection, index, name, "Write the estimate as {}")
    written = _new_text(selection, index, name)
    if isinstance(node, Scalar) and node.text == written:
        raise NotPossibleError(f"the estimate is written as `{written}` already")
    if isinstance(node, Mapping):
        return _written_as(selection, index, name, "Write the estimate as one figure: {}")
    return _written_as(selection, index, name, "Write the estimate as {}")


def _written_as(selection: Selection, index: int, name: str, title: str) -> str:
    return title.format(f"`{_new_text(selection, index, name)}`")


def _new_text(selection: Selection, index: int, name: str) -> str:
    estimate = selection.task(index).estimate
    if estimate is None:
        raise NotPossibleError("this is no estimate that can be read")
    if name == _HOURS:
        return format_duration(estimate.expected)
    if name == _ISO:
        return iso_duration(estimate.expected)
    low, likely, high = map(format_duration, (estimate.optimistic, estimate.likely, estimate.pessimistic))
    return f"{{optimistic: {low}, likely: {likely}, pessimistic: {high}}}"


def iso_duration(seconds: int) -> str:
    """An ISO 8601 duration in hours, minutes and seconds: ``PT1H30M``; nothing is ``PT0S``."""
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    parts = [f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if count]
    return "PT" + ("".join(parts) or "0S")


def _rewrite(draft: Draft, selection: Selection, name: str) -> None:
    index, node = _at_cursor(selection)
    written = _new_text(selection, index, name)
    source = draft.source
    if isinstance(node, Scalar):
        edit = rewrite.replace_scalar(source, Spot(index, (_FIELD,)), written, verbatim=name == _POINTS)
        draft.apply(edit, written_in("the estimate"))
        return
    base, text = source.base(index), source.text
    start, end = base + node.start, written_end(text, base, node)
    if node.anchor is not None or node.tag is not None or "#" in text[start:end]:
        raise NotPossibleError(written_in("the estimate"))
    if not node.flow:
        # The figure goes behind the key, where the lines of the three points began.
        entry = source.find(Spot(index, (_FIELD,)))
        colon = text.find(":", base + entry.entry.key.end) if entry is not None and entry.entry else -1
        if colon < 0 or text[colon + 1 : start].strip():
            raise NotPossibleError(written_in("the estimate"))
        draft.apply(TextEdit(colon + 1, end, f" {written}"), written_in("the estimate"))
        return
    draft.apply(TextEdit(start, end, written), written_in("the estimate"))


REFACTORING: Final = Refactoring(
    "refactor.rewrite",
    {
        _HOURS: "Write the estimate in hours",
        _ISO: "Write the estimate as an ISO 8601 duration",
        _POINTS: "Write the estimate as three points",
    },
    _offer,
    _rewrite,
)
