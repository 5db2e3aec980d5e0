"""What an agent says of its work: lines of JSON that it prints or a file, and the outputs of known tools.

Any program may print a line `{"orchestrate": {...}}`; later lines add to earlier ones. The known tools print lines of
their own; the text of their answer may hold such a line, too. Never fails: whatever cannot be read is passed over.
Pure: knows neither processes nor files.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from orchestrate_ls.execution.output_text import shown_output
from orchestrate_ls.progress.event import LONGEST_NAME, LONGEST_TEXT, MOST_ITEMS

KEY: Final = "orchestrate"
LONGEST_NOTE: Final = 4_000
DONE: Final = "done"
FAILED: Final = "failed"
_LONGEST_ITEM: Final = 1_000
_MOST_TOKENS: Final = 10**15
_LONGEST_LINE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class AgentResult:
    """What was said so far; None for what was not.

    ``status`` is `done` or `failed`; ``tokens`` counts what was read and written anew: input that came from no cache,
    and output with reasoning. ``problem`` is an error that the tool itself told. ``answer`` is its last answer.
    """

    status: str | None = None
    note: str | None = None
    score: float | None = None
    percent: float | None = None
    artefacts: tuple[str, ...] = ()
    tokens: int | None = None
    cost: float | None = None
    currency: str | None = None
    model: str | None = None
    problem: str | None = None
    answer: str | None = None


@dataclass(slots=True)
class ResultReader:
    """Takes the lines of a standard output, and knows what they say all together."""

    tool: str = ""
    result: AgentResult = AgentResult()
    _tokens: dict[str, int] = field(default_factory=dict[str, int])
    """Of each message or step, since some are told several times."""
    _costs: dict[str, float] = field(default_factory=dict[str, float])

    def add_line(self, line: bytes) -> None:
        """One more line, of any bytes."""
        line = line.strip()
        if not line.startswith(b"{") or len(line) > _LONGEST_LINE:
            return
        data = _json(line)
        if data is None:
            return
        if isinstance(data.get(KEY), dict):
            self.result = _told(self.result, data[KEY])
            return
        reader = _TOOLS.get(self.tool)
        if reader is not None:
            reader(self, data)

    def add_text(self, text: str) -> None:
        """An answer in words: its last words are the note, unless it holds lines that say more."""
        self.result = replace(self.result, answer=shown_output(text, LONGEST_NOTE))
        for line in text.split("\n"):
            data = (
                _json(line.strip().strip("`").encode("utf-8", "replace")) if '"orchestrate"' in line else None
            )
            if data is not None and isinstance(data.get(KEY), dict):
                self.result = _told(self.result, data[KEY])

    def add_file(self, data: bytes) -> None:
        """The content of the result file: the object itself, or with `orchestrate` around it."""
        found = _json(data)
        if found is None:
            return
        self.result = _told(self.result, _object(found, KEY) or found)

    @property
    def parts(self) -> int:
        """Of how many messages or steps the tokens are known."""
        return len(self._tokens)

    def count_tokens(self, part: str, tokens: int) -> None:
        """What one message or step used up."""
        self._tokens[part] = tokens
        self.result = replace(self.result, tokens=sum(self._tokens.values()))

    def count_cost(self, part: str, dollars: float) -> None:
        """What one message or step cost, in US dollars."""
        self._costs[part] = dollars
        self.result = replace(self.result, cost=math.fsum(self._costs.values()), currency="USD")

    def note_model(self, name: str | None) -> None:
        """Which model did it, where that was told."""
        if name:
            self.result = replace(self.result, model=shown_output(name)[:LONGEST_NAME])


def _json(text: bytes) -> dict[str, Any] | None:
    try:
        data: object = json.loads(text.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", data) if isinstance(data, dict) else None


def _told(old: AgentResult, data: Mapping[str, Any]) -> AgentResult:
    """What the documented object says, over what was said before."""
    new: dict[str, Any] = {}
    if data.get("status") in (DONE, FAILED):
        new["status"] = data["status"]
    if isinstance(data.get("note"), str) and data["note"].strip():
        new["note"] = shown_output(data["note"], LONGEST_NOTE)
    for name, most in (("score", 1.0), ("percent", 100.0), ("cost", 1e12)):
        number = _number(data.get(name), most)
        if number is not None:
            new[name] = number
    tokens = _number(data.get("tokens"), _MOST_TOKENS)
    if tokens is not None:
        new["tokens"] = int(tokens)
    currency = data.get("currency")
    if isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isalpha():
        new["currency"] = currency.upper()
    if "cost" in new and "currency" not in new and old.currency is None:
        new["currency"] = "USD"
    if isinstance(data.get("model"), str) and data["model"]:
        new["model"] = shown_output(data["model"])[:LONGEST_NAME]
    artefacts = data.get("artefacts", data.get("artifacts"))
    if isinstance(artefacts, list):
        said = [
            shown_output(each)[:_LONGEST_ITEM]
            for each in cast("list[object]", artefacts)
            if isinstance(each, str)
        ]
        kept = dict.fromkeys([*old.artefacts, *(each for each in said if each)])
        new["artefacts"] = tuple(kept)[:MOST_ITEMS]
    return replace(old, **new)


def _number(value: object, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value if 0 <= value <= most else None


def _count(data: object, *names: str) -> int:
    """The sum of some whole numbers of an object."""
    if not isinstance(data, dict):
        return 0
    values = (_number(cast("dict[str, object]", data).get(name), _MOST_TOKENS) for name in names)
    return sum(int(value) for value in values if value is not None)


def _object(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object inside another; an empty one where there is none."""
    value = data.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text_in(data: object, *steps: str) -> str | None:
    for step in steps:
        if not isinstance(data, dict):
            return None
        data = cast("dict[str, object]", data).get(step)
    return data[:LONGEST_TEXT] if isinstance(data, str) else None


def _claude(reader: ResultReader, data: Mapping[str, Any]) -> None:
    """`claude -p --output-format stream-json --verbose`, or `json`."""
    anew = ("input_tokens", "cache_creation_input_tokens", "output_tokens")
    if data.get("type") == "system":
        reader.note_model(_text_in(data, "model"))
    if data.get("type") == "assistant":
        message = _object(data, "message")
        reader.note_model(_text_in(message, "model"))
        reader.count_tokens(_text_in(message, "id") or "", _count(_object(message, "usage"), *anew))
    if data.get("type") != "result":
        return
    tokens = _count(data.get("usage"), *anew)
    cost = _number(data.get("total_cost_usd"), 1e12)
    changed = replace(reader.result, tokens=tokens or reader.result.tokens)
    if cost is not None:
        changed = replace(changed, cost=cost, currency="USD")
    models = data.get("modelUsage")
    if isinstance(models, dict) and models and changed.model is None:
        changed = replace(
            changed, model=shown_output(str(next(iter(cast("dict[str, Any]", models)))))[:LONGEST_NAME]
        )
    answer = _text_in(data, "result")
    if data.get("is_error") is True or str(data.get("subtype", "success")) != "success":
        why = _CLAUDE_ENDS.get(str(data.get("subtype")), f"it ended with {data.get('subtype')}")
        problem = answer or why
        changed = replace(changed, problem=shown_output(problem, LONGEST_NOTE))
    reader.result = changed
    if answer:
        reader.add_text(answer)


def _codex(reader: ResultReader, data: Mapping[str, Any]) -> None:
    """`codex exec --json`. It tells no model. Reasoning is among the output."""
    kind = data.get("type")
    if kind == "item.completed" and _text_in(data, "item", "type") == "agent_message":
        text = _text_in(data, "item", "text")
        if text:
            reader.add_text(text)
    elif kind == "turn.completed":
        usage = data.get("usage")
        fresh = _count(usage, "input_tokens", "output_tokens") - _count(usage, "cached_input_tokens")
        reader.count_tokens(f"turn {reader.parts}", max(0, fresh))
        # Errors before it were those of a connection that was made again.
        reader.result = replace(reader.result, problem=None)
    elif kind in ("turn.failed", "error"):
        problem = _text_in(data, "error", "message") or _text_in(data, "message") or "the turn failed"
        reader.result = replace(reader.result, problem=shown_output(problem, LONGEST_NOTE))


def _opencode(reader: ResultReader, data: Mapping[str, Any]) -> None:
    """`opencode run --format json`."""
    kind = data.get("type")
    part = _object(data, "part")
    if kind == "text":
        text = _text_in(part, "text")
        if text:
            reader.add_text(text)
    elif kind == "step_finish":
        tokens = _object(part, "tokens")
        used = _count(tokens, "input", "output", "reasoning") + _count(_object(tokens, "cache"), "write")
        name = _text_in(part, "id") or f"step {reader.parts}"
        reader.count_tokens(name, used)
        cost = _number(part.get("cost"), 1e12)
        if cost is not None:
            reader.count_cost(name, cost)
    elif kind == "error":
        problem = _text_in(data, "error", "data", "message") or _text_in(data, "error", "name") or "it failed"
        reader.result = replace(reader.result, problem=shown_output(problem, LONGEST_NOTE))


def _copilot(reader: ResultReader, data: Mapping[str, Any]) -> None:
    """`copilot --output-format json`. Of tokens it tells those that were written; requests are no money."""
    kind = data.get("type")
    own = _object(data, "data")
    if kind == "assistant.message":
        reader.note_model(_text_in(own, "model"))
        if _number(own.get("outputTokens"), _MOST_TOKENS) is not None:
            name = _text_in(own, "messageId") or f"message {reader.parts}"
            reader.count_tokens(name, _count(own, "outputTokens"))
        text = _text_in(own, "content")
        if text and text.strip():
            reader.add_text(text)
    elif kind == "session.error":
        problem = _text_in(own, "message") or "the session failed"
        reader.result = replace(reader.result, problem=shown_output(problem, LONGEST_NOTE))
    elif kind == "result":
        # The program itself may end with 0 all the same.
        code = _number(data.get("exitCode"), 1e9)
        if code == 0:
            reader.result = replace(reader.result, problem=None)
        elif code is not None:
            problem = reader.result.problem or f"it ended with exit code {int(code)}"
            reader.result = replace(reader.result, problem=problem)


_CLAUDE_ENDS: Final[Mapping[str, str]] = {
    "error_max_budget_usd": "it has used up its budget in US dollars",
    "error_max_turns": "it has made as many turns as it may",
}
_TOOLS: Final[Mapping[str, Callable[[ResultReader, Mapping[str, Any]], None]]] = {
    "claude": _claude,
    "codex": _codex,
    "copilot": _copilot,
    "opencode": _opencode,
}
