"""A key that is given twice in one mapping."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.base import ChunkRange, Finding, Fix, Related, Severity, TextRule
from orchestrate_ls.rules.context import RuleContext, TextContext
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.syntax.plain import to_plain
from orchestrate_ls.syntax.splice import remove_entry
from orchestrate_ls.syntax.tree import AnyNode, Entry, Mapping, Scalar, resolved, walk
from orchestrate_ls.text.edits import TextEdit

_MERGE_KEY = "<<"


class DuplicateKey(TextRule):
    """See the page."""

    code = "duplicate-key"
    group = "shape"
    severity = Severity.ERROR
    summary = "A key is given twice"
    page = """\
## What it finds

A mapping has the same key twice. The finding is at the later one, and names the first, which counts.

## Why it matters

YAML does not allow it, and programs differ in which of the two they take. Here the later one has no effect.

## Wrong

```yaml
tasks:
  - id: build
    agent: developer
    estimated_time: 4h
    agent: architect  # error: [duplicate-key]
```

## Right

```yaml
tasks:
  - id: build
    agent: developer
    estimated_time: 4h
```

## Fix

Deletes the later one.
"""

    def check_text(self, part: TextContext) -> Iterator[Finding]:
        # Behind a place that is not YAML a key may only seem to be in this mapping: an item that lost its indentation
        # would give a finding for each of its keys.
        doubtful = min((problem.start for problem in part.problems), default=len(part.text))
        for node in part.repeating:
            for first, later in _repeated(node):
                if later.start >= doubtful:
                    continue
                name = first.name or ""
                yield Finding(
                    self.code,
                    f"{quoted(name)} is already given further up; the first one counts. Merge the two, or delete one",
                    _range(later.key),
                    related=(Related(_range(first.key), f"{quoted(name)} is given here first"),),
                    fixable=True,
                )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        if not isinstance(finding.at, ChunkRange):
            return
        found = _find(context.source, context.base, finding.at.start)
        if found is None:
            return
        mapping, position = found
        later = mapping.entries[position]
        edit = remove_entry(context.source.text, context.base, mapping, position)
        if edit is None and len(mapping.entries) == 1:
            edit = _remove_section(context.source.text, context.base + later.start, context.base + later.end)
        if edit is not None:
            first = mapping.entry(later.name or "")
            same = first is not None and first is not later and to_plain(first.value) == to_plain(later.value)
            yield Fix(f"Delete this {quoted(later.name or '')}", (edit,), preferred=same)


def _remove_section(text: str, start: int, end: int) -> TextEdit | None:
    """Delete a top-level key that has its chunk to itself, to the end of its last line."""
    if start and text[start - 1] not in "\r\n":
        return None
    line_end = text.find("\n", end)
    return TextEdit(start, len(text) if line_end < 0 else line_end + 1, "")


def _repeated(mapping: Mapping) -> Iterator[tuple[Entry, Entry]]:
    """Entries whose key was there before, with the first of that key."""
    seen: dict[str, Entry] = {}
    for entry in mapping.entries:
        key = resolved(entry.key)
        if not isinstance(key, Scalar) or key.text == _MERGE_KEY:
            continue
        first = seen.setdefault(key.text, entry)
        if first is not entry:
            yield first, entry


def _find(source: PlanSource, base: int, start: int) -> tuple[Mapping, int] | None:
    """The mapping with a key that starts at an offset of the chunk at ``base``, and the position of its entry."""
    for index, part in enumerate(source.parts):
        if source.part_base(index) != base or part.parsed.root is None:
            continue
        for node in walk(part.parsed.root):
            if not isinstance(node, Mapping):
                continue
            for position, entry in enumerate(node.entries):
                if entry.key.start == start:
                    return node, position
    return None


def _range(node: AnyNode) -> ChunkRange:
    return ChunkRange(node.start, node.end)
