"""Makes the page on the plan format of the schema: each kind of mapping with its fields, values and examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

INTRODUCTION: Final = """\
# The plan file

<!-- Made of schema/plan.schema.json by tests/docs/test_plan_format_page.py; change it there. -->

A plan is a YAML file whose name ends in `.plan.yaml` or `.plan.yml`; any other YAML file is one too if one of its first
lines is `# orchestrate: plan`. Only `tasks` is required:

```yaml
# orchestrate: plan
version: 1
goal: Add password reset
start: 2026-11-23T09:00:00Z
concurrent_capacity: 2
agents:
  - id: api-developer
    skills: [python, rest]
  - id: frontend-developer
tasks:
  - id: T1
    name: Reset endpoint
    estimated_time: 3h
    agent: api-developer
    success_criteria: [A reset link works once and for one hour]
  - id: T2
    name: Reset form
    estimated_time: {optimistic: 1h, likely: 2h, pessimistic: 4h}
    dependencies: [T1]
    agent: frontend-developer
  - id: T3
    name: Try it in production
    estimated_time: 30m
    dependencies:
      - {task: T2, lag: 1d}   # a working day later
    agent: api-developer
```

- Scalars are read by the core schema of YAML 1.2: `yes` and `1:30` are strings, and so are dates.
- Anchors, aliases and merge keys work. Several documents in a file are several plans.
- Durations are working time: `90m`, `1h30m`, `1.5h`, `2d`, `1w`, `PT6H`. The calendar says how long days and weeks are.
- Keys that start with `x-` are yours. Any other key that is not listed here is reported by the rule `unknown-key`; what
  else is wrong in a plan is reported by [rules](rules.md), of which the schema knows only some.
- `# orchestrate: ignore[RULE]` on a line, or the line above it, silences a rule there, and
  `# orchestrate: ignore-file[RULE]` in the whole file.

Editors that take JSON schemas find this format in [plan.schema.json](../schema/plan.schema.json).
"""

_LONGEST_EXAMPLE: Final = 90


def plan_format_page(schema: dict[str, Any]) -> str:
    """The page for a schema."""
    parts = [INTRODUCTION]
    for title, mapping in _mappings(schema):
        parts.append(f"\n## {title}\n\n")
        text = mapping.get("description", "")
        parts.append(f"{text}\n\n" if text and mapping is not schema else "")
        parts.append("| field | value | what it says |\n|---|---|---|\n")
        required = mapping.get("required", [])
        for name, field in mapping["properties"].items():
            meaning = field.get("description", "")
            examples = _examples(field, _kind(field, schema))
            more = f" For example {examples}." if examples else ""
            must = " (required)" if name in required else ""
            parts.append(f"| `{name}`{must} | {_cell(_kind(field, schema))} | {_cell(meaning + more)} |\n")
    return "".join(parts)


def _mappings(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each mapping that has fields of its own, with its heading, in the order in which fields lead to them."""
    of_task = schema["$defs"]["task"]
    queue: list[tuple[str, dict[str, Any]]] = [("Plan", schema)]
    # What most people look for first.
    queue += [("Task", of_task), ("Dependency", schema["$defs"]["dependency"])]
    queue += [("Three-point estimate", schema["$defs"]["estimate"]), ("Agent", schema["$defs"]["agent"])]
    seen: list[int] = []
    while queue:
        title, node = queue.pop(0)
        for found in _own_mappings(node, schema):
            if id(found) in seen:
                continue
            seen.append(id(found))
            yield found.get("title", title), found
            for name, field in found["properties"].items():
                queue.append((field.get("title", name), field))


def _own_mappings(node: Any, schema: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """The mappings that a value can be, or be made of."""
    if not isinstance(node, dict) or depth > 12:
        return
    if "$ref" in node:
        yield from _own_mappings(_referred(node, schema), schema, depth + 1)
    if "properties" in node:
        yield node
        return
    for key in ("items", "additionalProperties", "then", "else"):
        yield from _own_mappings(node.get(key), schema, depth + 1)
    for other in (*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())):
        yield from _own_mappings(other, schema, depth + 1)


def _referred(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return schema["$defs"][node["$ref"].rpartition("/")[2]]


def _kind(node: dict[str, Any], schema: dict[str, Any]) -> str:
    """What a value is, in words."""
    if "x-noun" in node:
        return node["x-noun"]
    if "enum" in node:
        return " or ".join(
            f"`{json.dumps(each) if not isinstance(each, str) else each}`" for each in node["enum"]
        )
    if "$ref" in node:
        return _kind(_referred(node, schema), schema)
    if "anyOf" in node:
        return " or ".join(dict.fromkeys(_kind(each, schema) for each in node["anyOf"]))
    kinds = node.get("type")
    if kinds == "array":
        items = node.get("items", {})
        kind = _kind(items, schema)
        return "a list of texts" if kind == "text" else f"a list: {kind}" if kind else "a list"
    words = {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "`true` or `false`",
        "object": "a mapping",
    }
    if isinstance(kinds, list):
        return " or ".join(words[each] for each in kinds)
    text = words.get(kinds or "", "")
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None:
        text += f" from {low:g} to {high:g}" if high is not None else f" from {low:g} up"
    return text


def _examples(field: dict[str, Any], kind: str) -> str:
    """Examples that say more than the kind of value does."""
    shown = [f"`{_flow(each)}`" for each in field.get("examples", ())]
    return " or ".join(each for each in shown if len(each) <= _LONGEST_EXAMPLE and each not in kind)


def _flow(value: Any) -> str:
    """A value as one would write it on one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        plain = re.fullmatch(r"[A-Za-z0-9+-][^\[\]{}:,#&*!|>'\"%@`]*(:\d\d[^\[\]{}:,#]*)*", value)
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
