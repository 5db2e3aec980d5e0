"""Every document of the YAML test suite, read the way plan files are read.

    python -m tests.hard.yaml_suite

Knows the suite's notation of events and our trees; the plan model only as what cuts a file into documents.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.parts import without_end_marker
from orchestrate_ls.syntax.events import EventSource, default_events
from orchestrate_ls.syntax.recovery import parse
from orchestrate_ls.syntax.tree import Alias, AnyNode, Mapping, Scalar, Sequence, walk
from orchestrate_ls.syntax.yaml12_scalars import folded
from tests.syntax.trees import shape

DATA: Final = Path(__file__).parents[1] / "data" / "yaml_suite"


@dataclass(frozen=True)
class Case:
    """A text of the suite and what its authors say about it."""

    id: str
    name: str
    valid: bool
    yaml: str
    events: list[str]

    @property
    def documents(self) -> list[list[str]]:
        """The events of each document's root node."""
        starts = [index for index, event in enumerate(self.events) if event.startswith("+DOC")]
        ends = [index for index, event in enumerate(self.events) if event.startswith("-DOC")]
        return [self.events[start + 1 : end] for start, end in zip(starts, ends, strict=False)]


def cases() -> list[Case]:
    with (DATA / "cases.jsonl").open(encoding="utf-8") as lines:
        return [Case(**json.loads(line)) for line in lines]


def events_of(node: AnyNode | None) -> Iterator[str]:
    """A tree in the suite's notation."""
    if isinstance(node, Alias):
        yield f"=ALI *{node.name}"
        return
    if node is None:
        return
    properties = (f" &{node.anchor}" if node.anchor else "") + (f" <{node.tag}>" if node.tag else "")
    if isinstance(node, Scalar):
        yield f"=VAL{properties} {node.style or ':'}{_escaped(node.text)}"
    elif isinstance(node, Mapping):
        yield "+MAP" + (" {}" if node.flow else "") + properties
        for entry in node.entries:
            yield from events_of(entry.key)
            yield from events_of(entry.value)
        yield "-MAP"
    elif isinstance(node, Sequence):
        yield "+SEQ" + (" []" if node.flow else "") + properties
        for item in node.items:
            yield from events_of(item)
        yield "-SEQ"


_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b"})


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def outcome(case: Case, source: EventSource | None = None) -> str:
    """How the first document is read: "same", "rejected" (rightly), or what differs from the suite."""
    parsed = parse(case.yaml, source or default_events())
    if parsed.problems or parsed.error is not None:
        return "called broken" if case.valid else "rejected"
    if not case.valid:
        return "accepted though it is not YAML"
    first = next(iter(case.documents), [])
    return "same" if list(events_of(parsed.root)) == first else "read otherwise"


_NOTHING: Final = ["=VAL :"]


def documents(text: str) -> list[list[str]]:
    """The events of each document with any content, as plan files are cut into documents."""
    found: list[list[str]] = []
    for source in PlanFile.parse(text).sources:
        parsed = parse(without_end_marker("".join(part.text for part in source.parts)), default_events())
        events = [*events_of(parsed.root), *(problem.message for problem in parsed.problems)]
        if events and events != _NOTHING:
            found.append(events)
    return found


def expected_documents(case: Case) -> list[list[str]]:
    return [document for document in case.documents if document != _NOTHING]


_PROPERTIES: Final = re.compile(r"(?:(?:!<[^>]*>|[&!][^\s,\[\]{}]*)(?:[ \t]*(?:#[^\r\n]*)?[\r\n]*)*)*")


def misplaced(text: str) -> list[str]:
    """What of the tree does not stand where its range says."""
    root = parse(text, default_events()).root
    return (
        []
        if root is None
        else [f"{node!r} is not {text[node.start : node.end]!r}" for node in _wrong(text, root)]
    )


def _wrong(text: str, root: AnyNode) -> Iterator[AnyNode]:
    for node in walk(root):
        if not _stands_there(text, node):
            yield node
        if isinstance(node, Mapping):
            for entry in node.entries:
                between = text[entry.key.end : entry.value.start]
                inside = node.start <= entry.start and entry.end <= node.end
                left_out = isinstance(entry.value, Scalar) and entry.value.is_missing
                if not inside or (not left_out and ":" not in between):
                    yield entry.value
        elif isinstance(node, Sequence):
            for item in node.items:
                if not node.start <= item.start <= item.end <= node.end:
                    yield item


def _stands_there(text: str, node: AnyNode) -> bool:
    """Whether a node's range holds what its value was read from, and nothing else."""
    written = text[node.start : node.end]
    if isinstance(node, Alias):
        return written == f"*{node.name}"
    if node.anchor is not None or node.tag is not None:
        said = _PROPERTIES.match(written)
        if said is None or not said[0] or (node.anchor is not None and f"&{node.anchor}" not in said[0]):
            return False
        written = written[said.end() :]
    if isinstance(node, Mapping | Sequence):
        if node.flow:
            return (written[:1], written[-1:]) == (
                ("{", "}") if isinstance(node, Mapping) else ("[", "]")
            ) or (
                # A single pair in a flow sequence has no braces.
                isinstance(node, Mapping) and len(node.entries) == 1
            )
        return isinstance(node, Mapping) or written.startswith("-")
    if node.style in ("'", '"'):
        alone = parse(written, default_events()).root
        return isinstance(alone, Scalar) and (alone.style, alone.text) == (node.style, node.text)
    if node.style:
        last = (node.text.split() or [node.style])[-1]
        return written.startswith(node.style) and (written == written.rstrip()) and last in written
    lines = [line.strip() for line in re.split("\r\n|\n|\r", written)]
    return (folded(lines) if len(lines) > 1 else written) == node.text


def chunked(text: str) -> tuple[list[object], list[object]]:
    """The top-level entries of each document, read in chunks and read whole, with offsets in the whole text."""
    by_chunk: list[object] = []
    whole: list[object] = []
    file = PlanFile.parse(text)
    for source in file.sources:
        # A byte order mark begins the first document; where a document was read whole its source has one part.
        if any(part.broken for part in source.parts):
            continue
        base = source.part_base(0)
        by_chunk += [
            (shape(entry.key, source.part_base(index)), shape(entry.value, source.part_base(index)))
            for index, part in enumerate(source.parts)
            for entry in part.entries
        ]
        document = without_end_marker("".join(part.text for part in source.parts))
        root = parse(document, default_events()).root
        if isinstance(root, Mapping):
            whole += [(shape(entry.key, base), shape(entry.value, base)) for entry in root.entries]
    return by_chunk, whole


LAX: Final = "accepted though it is not YAML"


def known_lax() -> set[str]:
    """The cases that are no YAML and are read all the same, each with what is lax about it in ``lax.txt``."""
    lines = (DATA / "lax.txt").read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if line and not line.startswith("#")}


def main() -> int:
    suite = cases()
    counts: Counter[str] = Counter()
    failures: list[str] = []
    lax: set[str] = set()
    positions = entries = streams = 0
    for case in suite:
        what = outcome(case)
        counts[what] += 1
        if what == LAX:
            lax.add(case.id)
        if case.valid and what != "same":
            failures.append(f"{case.id}: {what}")
        if case.valid:
            if documents(case.yaml) != expected_documents(case):
                failures.append(f"{case.id}: cut into documents it is not what the suite says")
            streams += len(case.documents)
            failures += [f"{case.id}: {wrong}" for wrong in misplaced(case.yaml)]
            root = parse(case.yaml, default_events()).root
            positions += sum(1 for _ in walk(root)) if root is not None else 0
            by_chunk, whole = chunked(case.yaml)
            entries += len(whole)
            if by_chunk != whole:
                failures.append(f"{case.id}: read in chunks it is not what it is whole")
        else:
            PlanFile.parse(case.yaml)
    failures += [f"{each}: is lax, or not any more; see lax.txt" for each in sorted(lax ^ known_lax())]
    print(f"{len(suite)} cases, {sum(case.valid for case in suite)} of them YAML; none crashed")
    for what, count in sorted(counts.items()):
        print(f"  {count:4} {what}")
    print(
        f"{streams} documents in the streams of the {sum(case.valid for case in suite)}, each cut out and read the same"
    )
    print(
        f"{positions} nodes stand where they are said to; {entries} top-level entries read in chunks as whole"
    )
    for failure in failures:
        print(f"FAILED {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
