"""A person at the keyboard: a new task typed letter by letter in the middle of a plan, as an editor sends it.

Each key is one change. Where an editor asks for completion by itself (a word begins, or a place for a
value), the request follows the change at once, before its diagnostics are there. At the end of a line come
hovers over its key and its value and, as editors do for the light bulb, the code actions of the line. The
next key waits for every answer, and nobody pauses to think.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.lsp_client import Json
from tests.benchmarks.plans import GeneratedPlan, Task
from tests.benchmarks.session import Session

EDIT = "edit to diagnostics"
REQUESTS = {
    "completion": "completionProvider",
    "hover": "hoverProvider",
    "code action": "codeActionProvider",
}
_METHODS = {
    "completion": "textDocument/completion",
    "hover": "textDocument/hover",
    "code action": "textDocument/codeAction",
}
_WORD_ENDS_BEFORE = "[-:, "


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it inserts, and whether an editor asks for completion after it."""

    text: str
    asks_completion: bool
    ends_line: bool


def offered(session: Session) -> list[str]:
    """The requests of the trace that this server answers, by its capabilities."""
    return [kind for kind, provider in REQUESTS.items() if session.client.capabilities.get(provider)]


def replay(session: Session) -> Iterator[list[tuple[str, float]]]:
    """Type a task before the edited one; after each key yields the quantities it gave, with milliseconds.

    The plan has errors while words are half typed, so diagnostics are waited for but not judged.
    """
    kinds = offered(session)
    line = session.plan.first_line - 1
    column = len(session.document.lines[line])
    for key in keys(session.plan):
        change = session.document.replace(line, column, column, key.text)
        if key.text.startswith("\n"):
            line, column = line + 1, len(key.text) - 1
        else:
            column += len(key.text)
        sent_ns = session.client.change(session.document, change)
        waiting = (
            _ask(session, "completion", line, column)
            if key.asks_completion and "completion" in kinds
            else None
        )
        milliseconds, found = session.client.diagnostics_after(session.document, sent_ns)
        values = [(EDIT, milliseconds)]
        if waiting is not None:
            values.append(("completion", session.client.wait_reply(waiting).milliseconds))
        if key.ends_line:
            for kind, at in _at_line_end(session.document.lines[line], column):
                if kind in kinds:
                    here = [item for item in found if item["range"]["start"]["line"] == line]
                    request = _ask(session, kind, line, at, here)
                    values.append((kind, session.client.wait_reply(request).milliseconds))
        yield values


def keys(plan: GeneratedPlan) -> Iterator[Key]:
    """What is typed: Enter gives a new line with the editor's indentation, all else is one letter a key."""
    for index, text in enumerate(_typed_lines(plan)):
        yield Key("\n  " if index == 0 else "\n    ", asks_completion=False, ends_line=False)
        for place, letter in enumerate(text):
            begins_word = letter not in _WORD_ENDS_BEFORE and (
                place == 0 or text[place - 1] in _WORD_ENDS_BEFORE
            )
            takes_value = letter == "[" or text[: place + 1].endswith((": ", "- ", ", "))
            yield Key(letter, begins_word or takes_value, ends_line=place == len(text) - 1)


def _typed_lines(plan: GeneratedPlan) -> list[str]:
    model: Task = plan.edited
    return [
        f"- id: T{len(plan.tasks) + 1}",
        "name: Rate limits",
        "description: Limit how often one account may try to sign in",
        "estimated_time: 2h30m",
        f"dependencies: [{', '.join(f'T{number}' for number in model.requires)}]",
        f"agent: {model.agent}",
        "priority: high",
        f"required_skills: [{model.discipline.skills[0]}]",
        "files: [src/limits/**]",
    ]


def _at_line_end(text: str, column: int) -> list[tuple[str, int]]:
    key = len(text) - len(text.lstrip(" -"))
    return [("hover", key + 1), ("hover", column - 1), ("code action", column)]


def _ask(session: Session, kind: str, line: int, column: int, found: list[Json] | None = None) -> int:
    position = {"line": line, "character": column}
    params: Json = {"textDocument": {"uri": session.document.uri}}
    if kind == "code action":
        params["range"] = {"start": position, "end": position}
        params["context"] = {"diagnostics": found or [], "triggerKind": 2}
    else:
        params["position"] = position
    if kind == "completion":
        params["context"] = {"triggerKind": 1}
    return session.client.send_request(_METHODS[kind], params)
