"""Every document of the YAML test suite, read the way plan files are read.

    python -m tests.hard.yaml_suite

Knows the suite's notation of events and our trees; the plan model only as what cuts a file into documents.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.syntax.events import EventSource, default_events
from orchestrate_ls.syntax.recovery import parse
from orchestrate_ls.syntax.tree import Alias, AnyNode, Mapping, Scalar, Sequence

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
    def first_document(self) -> list[str]:
        """The events of the first document's root node."""
        starts = [index for index, event in enumerate(self.events) if event.startswith("+DOC")]
        ends = [index for index, event in enumerate(self.events) if event.startswith("-DOC")]
        return self.events[starts[0] + 1 : ends[0]] if starts and ends else []


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
    return "same" if list(events_of(parsed.root)) == case.first_document else "read otherwise"


def main() -> int:
    suite = cases()
    counts = Counter(outcome(case) for case in suite)
    for case in suite:
        PlanFile.parse(case.yaml)
    print(f"{len(suite)} cases, {sum(case.valid for case in suite)} of them YAML; none crashed")
    for what, count in sorted(counts.items()):
        print(f"  {count:4} {what}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
