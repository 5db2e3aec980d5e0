"""Hypothesis strategies and texts that several test modules share: plan-like YAML, well formed and not."""

from pathlib import Path

from hypothesis import strategies as st

SEED = Path(__file__).parent / "data" / "seed"

FRAGMENTS = [
    "tasks:\n",
    "  - id: T1\n",
    "  - id: T2\n    name: x\n",
    "    dependencies: [T1, T2]\n",
    "    dependencies:\n      - T1\n",
    "    description: |\n      some text\n\n      more\n",
    "    description: >-\n      folded\n      text\n",
    "- id: q\n",
    "  name: zero-indented\n",
    "agents:\n",
    "  - id: a\n",
    "version: 1\n",
    "goal: 'text'\n",
    'goal: "several\n  lines"\n',
    "goal: several\n  lines\n",
    "x: |2\n    deep\n",
    "x: |\n    deep\n",
    "x:\n      - deep\n",
    "x: [a, b] # c\n",
    "base: &base {agent: a}\n",
    "    <<: *base\n",
    "    agent: *base\n",
    "x: [a,\n  b]\n",
    "x: [a,\nb\n]\n",
    "x: {a: 1,\nb: 2}\n",
    'x: "open\nb: c"\n',
    "# comment\n",
    "   # comment\n",
    "\n",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "-",
    "- ",
    "id",
    ":",
    ": ",
    "---\n",
    "...\n",
    "--- # x\n",
    "[",
    "]",
    "\n]\n",
    "{",
    "}",
    '"',
    "'",
    "&a ",
    "*a",
    "!t ",
    "? k\n: v\n",
    "\ufeff",
    "\u2028",
    "\x85",
    "é😀",
    "%TAG !e! tag:x,2000:\n",
    "@",
    "|\n",
    "\x00",
]

plan_like = st.lists(st.sampled_from(FRAGMENTS), max_size=24).map("".join)
"""Texts made of fragments of plans; about half of them are YAML."""

edits = st.tuples(
    st.integers(0, 400), st.sampled_from([0, 0, 0, 1, 1, 3, 20]), st.sampled_from(["", *FRAGMENTS])
)
"""An edit as (place, characters deleted, text put in); the place is taken modulo the text's length."""


def edited(text: str, edit: tuple[int, int, str]) -> tuple[int, int, str, str]:
    """Start, end, new text, and the text after the edit."""
    place, deleted, new_text = edit
    start = place % (len(text) + 1)
    end = min(len(text), start + deleted)
    return start, end, new_text, text[:start] + new_text + text[end:]


def task(number: int, *dependencies: int, **fields: str) -> str:
    """The lines of one ordinary task."""
    lines = [
        f"  - id: T{number}",
        f"    name: Task {number}",
        "    estimated_time: 2h",
        f"    dependencies: [{', '.join(f'T{other}' for other in dependencies)}]",
        "    agent: builder",
        *(f"    {key}: {value}" for key, value in fields.items()),
    ]
    return "\n".join(lines) + "\n"


def plan(*tasks: str, header: str = "version: 1\ngoal: Try things\nagents: [{id: builder}]\n") -> str:
    """A small plan file."""
    return f"# orchestrate: plan\n{header}tasks:\n{''.join(tasks)}"
