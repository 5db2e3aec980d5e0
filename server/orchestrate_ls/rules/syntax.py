"""Text that is not YAML."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.rules.base import ChunkRange, Finding, Fix, Severity, TextRule
from orchestrate_ls.rules.context import RuleContext, TextContext
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.text.edits import TextEdit


class Syntax(TextRule):
    """See the page."""

    code = "syntax"
    group = "shape"
    severity = Severity.ERROR
    summary = "The text is not YAML"
    page = """\
## What it finds

A place where the text is not YAML: a bracket or quote that is not closed, a missing colon, a tab in the indentation, an
item that is out of line, an alias without an anchor.

## Why it matters

What cannot be parsed cannot be checked or run. Only the place itself is left out: the rest of its task, and all other
tasks, are still read and checked.

## Wrong

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time 2h  # error: [syntax]
  - id: build
    agent: developer
    estimated_time: 4h
```

## Right

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    agent: developer
    estimated_time: 4h
```

## Fix

Where one edit would mend the text it is offered: a colon or dash added, a bracket or quote closed, a value quoted.
"""

    def check_text(self, part: TextContext) -> Iterator[Finding]:
        for problem in part.problems:
            yield syntax_finding(problem)

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        repair = finding.data.get("repair")
        if not isinstance(repair, dict):
            return
        start, end, text, title = (repair.get(key) for key in ("start", "end", "text", "title"))
        if isinstance(start, int) and isinstance(end, int) and isinstance(text, str):
            edit = TextEdit(context.base + start, context.base + end, text)
            yield Fix(title if isinstance(title, str) else "Mend the syntax", (edit,), preferred=True)


def syntax_finding(problem: SyntaxProblem) -> Finding:
    """A syntax problem as a finding; offsets stay those of its chunk."""
    repair = problem.repair
    return Finding(
        Syntax.code,
        ". ".join((problem.message, *problem.notes)),
        ChunkRange(problem.start, problem.end),
        fixable=repair is not None,
        data={}
        if repair is None
        else {
            "repair": {
                "start": repair.start,
                "end": repair.end,
                "text": repair.new_text,
                "title": problem.repair_title,
            }
        },
    )
