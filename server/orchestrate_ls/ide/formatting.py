"""Formats a plan file: one way to indent, one space where one is enough, one blank line where there are several.

Part by part, so that what cannot be read stays as it is and everything else is formatted all the same. What a part
says before and after is compared, comments included: text that would come to mean something else is left alone.
Changes white space, and the order of keys where that is asked for; never quotes, comments or the order of tasks.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

from orchestrate_ls.ide.format_layout import (
    Column,
    Style,
    Surroundings,
    has_blank_line_behind,
    layout_edits,
)
from orchestrate_ls.ide.format_order import KeysAt, in_order, same, same_but_for_order
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Path
from orchestrate_ls.plan.parts import Part
from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.cutting import Kind, YamlChunk
from orchestrate_ls.syntax.events import default_events
from orchestrate_ls.syntax.parser import parse_events
from orchestrate_ls.syntax.tree import AnyNode, Mapping, Scalar
from orchestrate_ls.text.edits import TextEdit, apply_edits
from orchestrate_ls.text.lines import line_break, line_end, line_start
from orchestrate_ls.text.positions import line_starts
from orchestrate_ls.workspace.settings import MOST_INDENT, FormatSettings

__all__ = ["Formatting", "Style", "formatted", "style_of"]

_SLICE: Final = 25
"""Parts between two places where a caller may do something else."""
_LONGEST_COMPARED: Final = 2_000
"""Lines of a part up to which it is worked out which of them are different."""

Ranges: TypeAlias = Sequence[tuple[int, int]]


class _Job(NamedTuple):
    """All that the new text of a part depends on besides the part."""

    style: Style
    around: Surroundings
    ordered: bool


_Edits: TypeAlias = tuple[TextEdit, ...] | None
"""The edits of a part; None for one that has to stay as it is."""

_known: Final[WeakKeyDictionary[YamlChunk, tuple[_Job, _Edits]]] = WeakKeyDictionary()
"""What came of chunks that an edit left as they were."""


@dataclass(slots=True)
class Formatting:
    """One formatting of a file. Run ``steps`` to its end; then ``edits`` holds what to change, in order.

    Parameters
    ----------
    schema:
        Gives the order of keys; None leaves that as it is.
    ranges:
        What is to be formatted, in code points of the file; None for all of it. Tasks keep their column and keys
        their order then, and nothing outside changes unless the text would come to mean something else.
    """

    file: PlanFile
    style: Style = Style()
    schema: PlanSchema | None = None
    ranges: Ranges | None = None
    edits: tuple[TextEdit, ...] = ()
    refused: tuple[tuple[int, int], ...] = ()
    """The ranges of what was left as it is, because it cannot be read or would come to mean something else."""

    def steps(self) -> Iterator[None]:
        """Do some of the work at each step."""
        found: list[TextEdit] = []
        refused: list[tuple[int, int]] = []
        for source in self.file.sources:
            column = None if self.ranges is not None else _task_column(source, self.style)
            results = yield from self._source(source, column)
            if column is not None and None in results:
                # The list of tasks has to stay in one column, so it stays in that of what cannot be changed.
                results = yield from self._source(source, None)
            for number, edits in enumerate(results):
                base = source.part_base(number)
                if edits is None:
                    refused.append((base, base + len(source.parts[number].text)))
                else:
                    found += [TextEdit(base + each.start, base + each.end, each.new_text) for each in edits]
        self.edits = tuple(found)
        self.refused = tuple(refused)

    def _source(self, source: PlanSource, task_column: int | None) -> Generator[None, None, list[_Edits]]:
        """The edits of each part; ``task_column`` is where the tasks' dashes are to stand, None for where they do."""
        columns = [_column_of(part, task_column) for part in source.parts]
        separated = self.ranges is None and _are_separated(source)
        wrong = {problem.part for problem in source.problems}
        total = len(self.file.chunks)
        newline = line_break(self.file.chunks.chunks[0].text) if self.file.chunks.chunks else "\n"
        results: list[_Edits] = []
        for number, part in enumerate(source.parts):
            if number % _SLICE == 0:
                yield
            base = source.part_base(number)
            end = base + len(part.text)
            if self.ranges is not None and not any(
                start < end and base <= stop for start, stop in self.ranges
            ):
                results.append(())
                continue
            if number in wrong or not _is_readable(part):
                results.append(None)
                continue
            following = None
            if end < total:
                following = columns[number + 1] if number + 1 < len(columns) else Column(0, 0)
            both = part.kind is Kind.ITEM and number + 1 < len(columns)
            between_tasks = both and source.parts[number + 1].kind is Kind.ITEM
            around = Surroundings(
                columns[number].new, following, base == 0, separated and between_tasks, newline
            )
            edits = self._part(source, number, _Job(self.style, around, self.schema is not None))
            if edits and self.ranges is not None:
                edits = _inside(part, edits, [(start - base, stop - base) for start, stop in self.ranges])
            results.append(edits)
        return results

    def _part(self, source: PlanSource, number: int, job: _Job) -> _Edits:
        part, chunk = source.parts[number], source.chunks.chunks[source.first + number]
        if chunk.text != part.text:
            # A document that had to be read whole.
            return None if _is_marked(chunk.text) else self._fresh(part, job)
        known = _known.get(chunk)
        if known is None or known[0] != job:
            known = _known[chunk] = (job, self._fresh(part, job))
        return known[1]

    def _fresh(self, part: Part, job: _Job) -> _Edits:
        keys_at = _keys_of(self.schema) if self.schema is not None and self.ranges is None else None
        return _edits_of(part, job, keys_at)


def style_of(settings: FormatSettings, tab_size: int | None = None) -> Style:
    """How settings want plans to be indented; where they do not say, as an editor's tab size does, in bounds."""
    usual = 2 if tab_size is None else min(max(tab_size, 1), MOST_INDENT)
    return Style(settings.indent or usual, settings.indent_sequences)


_USUAL: Final = Style()


def formatted(file: PlanFile, style: Style = _USUAL, schema: PlanSchema | None = None) -> Formatting:
    """A whole file's formatting, done at once."""
    formatting = Formatting(file, style, schema)
    for _ in formatting.steps():
        pass
    return formatting


def _is_marked(text: str) -> bool:
    """Whether a document begins with the end of another, which its tree does not know."""
    return text.startswith("...")


def _is_readable(part: Part) -> bool:
    if part.broken or part.text.startswith("\ufeff"):
        return False
    # Before the first key there is nothing but comments and marks, or something that is no plan.
    root = part.parsed.root
    return part.kind is not Kind.HEAD or root is None or (isinstance(root, Scalar) and root.is_missing)


def _task_column(source: PlanSource, style: Style) -> int | None:
    """Where the dashes of tasks are to stand that have parts of their own; None where there are none such."""
    if not any(part.kind is Kind.ITEM for part in source.parts):
        return None
    return style.indent if style.indent_sequences else 0


def _column_of(part: Part, task_column: int | None) -> Column:
    root = part.parsed.root
    if part.kind is not Kind.ITEM:
        # At the margin, or in a document that was read whole wherever it stands: what is cut must stay what it is.
        column = root.start - line_start(part.text, root.start) if isinstance(root, Mapping) else 0
        return Column(column, column)
    old = len(part.text) - len(part.text.lstrip(" "))
    return Column(old, old if task_column is None else task_column)


def _are_separated(source: PlanSource) -> bool:
    """Whether more than half of the tasks have a blank line behind them, so that all get one."""
    blank = count = 0
    for part, following in pairwise(source.parts):
        if part.kind is Kind.ITEM and following.kind is Kind.ITEM and part.parsed.root is not None:
            count += 1
            blank += has_blank_line_behind(part.text, part.parsed.root)
    return 2 * blank > count


def _keys_of(schema: PlanSchema) -> KeysAt:
    def keys_at(path: Path) -> Sequence[str]:
        return list(schema.fields_at(path))

    return keys_at


def _edits_of(part: Part, job: _Job, keys_at: KeysAt | None) -> _Edits:
    """The edits of a part that says the same with them as without; None where there are none such."""
    text, root = part.text, part.parsed.root
    if root is None or (isinstance(root, Scalar) and root.is_missing):
        edits = layout_edits(text, None, job.style, job.around)
        return tuple(edits) if _compact(apply_edits(text, edits)) == _compact(text) else None
    ordered, ordered_root = text, root
    if keys_at is not None:
        ordered = in_order(text, root, ("tasks",) if part.kind is Kind.ITEM else (), keys_at)
        if ordered != text:
            found = _read(ordered)
            if found is not None and same_but_for_order(root, found) and _lines(text) == _lines(ordered):
                ordered_root = found
            else:
                ordered = text
    edits = layout_edits(ordered, ordered_root, job.style, job.around)
    if not _says_the_same(ordered, ordered_root, edits, same):
        return None
    if ordered == text:
        return tuple(edits)
    return tuple(_difference(text, apply_edits(ordered, edits)))


def _says_the_same(
    text: str,
    root: AnyNode,
    edits: Sequence[TextEdit],
    compare: Callable[[AnyNode | None, AnyNode | None], bool],
) -> bool:
    if not edits:
        return True
    after = apply_edits(text, edits)
    return _compact(text) == _compact(after) and compare(root, _read(after))


def _inside(part: Part, edits: tuple[TextEdit, ...], ranges: Ranges) -> tuple[TextEdit, ...]:
    """The edits on the lines of some ranges; all of them where those alone would not do."""
    text, root = part.text, part.parsed.root
    lines = [
        (line_start(text, max(0, start)), line_end(text, min(stop, len(text))))
        for start, stop in ranges
        if stop >= 0 and start <= len(text)
    ]
    some = [each for each in edits if any(start <= each.start and each.end <= stop for start, stop in lines)]
    if root is not None and not _says_the_same(text, root, some, same):
        return edits
    return tuple(some)


def _read(text: str) -> AnyNode | None:
    parsed = parse_events(text, default_events())
    return None if parsed.error is not None or parsed.problems else parsed.root


def _compact(text: str) -> str:
    return "".join(text.split())


def _lines(text: str) -> list[str]:
    return sorted(line for each in text.splitlines() if (line := each.strip().removeprefix("- ").strip()))


def _difference(old: str, new: str) -> Iterator[TextEdit]:
    """Edits that lead from one text to another, on the lines that are different."""
    if old == new:
        return
    starts = [*line_starts(old), len(old)]
    old_lines = [old[start:end] for start, end in pairwise(starts)]
    new_starts = [*line_starts(new), len(new)]
    new_lines = [new[start:end] for start, end in pairwise(new_starts)]
    if len(old_lines) > _LONGEST_COMPARED:
        yield TextEdit(0, len(old), new)
        return
    for kind, first, last, begin, stop in difflib.SequenceMatcher(
        None, old_lines, new_lines, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            yield TextEdit(starts[first], starts[last], "".join(new_lines[begin:stop]))
