"""Plans that are hard by their size: for each shape a function that gives a text of a size. Knows only the format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.plans import generate

_HEAD: Final = "# orchestrate: plan\nversion: 1\ngoal: Be large\nagents: [{id: a}]\ntasks:\n"


def ordinary(size: int) -> str:
    """A realistic plan of so many tasks."""
    return generate(size).text


def _task(number: int, waits_for: str = "") -> str:
    return (
        f"  - id: T{number}\n    name: Step {number}\n    estimated_time: 1h\n    agent: a\n"
        f"    dependencies: [{waits_for}]\n"
    )


def chain(size: int) -> str:
    """Each task waits for the one before."""
    return _HEAD + "".join(_task(number, f"T{number - 1}" if number else "") for number in range(size))


def cycle(size: int) -> str:
    """A chain that closes."""
    return _HEAD + "".join(_task(number, f"T{(number - 1) % size}") for number in range(size))


def cycles(size: int) -> str:
    """So many cycles of two tasks."""
    return _HEAD + "".join(
        _task(2 * number, f"T{2 * number + 1}") + _task(2 * number + 1, f"T{2 * number}")
        for number in range(size)
    )


def many_dependencies(size: int) -> str:
    """A last task that waits for so many others."""
    others = ", ".join(f"T{number}" for number in range(size))
    return _HEAD + "".join(_task(number) for number in range(size)) + _task(size, others)


def many_dependents(size: int) -> str:
    """So many tasks that wait for the first."""
    return _HEAD + _task(0) + "".join(_task(number, "T0") for number in range(1, size + 1))


def same_ids(size: int) -> str:
    """So many tasks with one id, and as many that wait for it."""
    return _HEAD + _task(1) * size + "".join(_task(number + 2, "T1") for number in range(size))


def unknown(size: int) -> str:
    """So many tasks that wait for what is not there, with agents and keys that are not known."""
    return _HEAD + "".join(
        _task(number, f"U{number}").replace("agent: a\n", f"agent: b{number}\n    ownr: x\n")
        for number in range(size)
    )


def long_text(size: int) -> str:
    """A description of so many characters in lines of eighty."""
    line = "      " + "lorem ipsum " * 6 + "\n"
    return _HEAD + _task(1) + "    description: |\n" + line * (size // len(line)) + _task(2, "T1")


def long_line(size: int) -> str:
    """A plain, a quoted and a flow value of so many characters on one line."""
    words = "lorem ipsum " * (size // 12)
    skills = ", ".join(f"s{number}" for number in range(size // 8))
    return (
        _HEAD + _task(1) + f"    description: {words}end\n" + _task(2, "T1")
        + f'    description: "{words}"\n    required_skills: [{skills}]\n'
    )  # fmt: skip


def flow(size: int) -> str:
    """All tasks in one flow list, which cannot be cut."""
    tasks = ",\n  ".join(
        f"{{id: T{n}, estimated_time: 1h, dependencies: [{f'T{n - 1}' if n else ''}]}}" for n in range(size)
    )
    return f"# orchestrate: plan\ngoal: Be large\ntasks: [\n  {tasks}\n]\n"


def aliases(size: int) -> str:
    """Each task has an anchor and takes its fields from the one before."""
    tasks = [
        f"  - &t{n}\n    <<: *base\n    id: T{n}\n    dependencies: [{f'T{n - 1}' if n else ''}]\n"
        for n in range(size)
    ]
    return (
        "# orchestrate: plan\ngoal: Be large\nbase: &base {agent: a, estimated_time: 1h}\nagents: [{id: a}]\ntasks:\n"
        + "".join(tasks)
    )


def broken(size: int) -> str:
    """Each task has a list that is not closed."""
    return _HEAD + "".join(_task(number).replace("[]", "[T0") for number in range(size))


def unclosed(size: int) -> str:
    """A quote at the start that is never closed."""
    return _HEAD.replace("goal: Be", 'goal: "Be') + "".join(_task(number) for number in range(size))


def documents(size: int) -> str:
    """So many plans in one file."""
    return "---\n".join(_HEAD + _task(1) + _task(2, "T1") for _ in range(size))


def comments(size: int) -> str:
    """So many lines of comments, some of which suppress findings."""
    return (
        _HEAD
        + _task(1)
        + "".join(f"    # note {n}\n    # orchestrate: ignore[long-task]\n" for n in range(size // 2))
        + _task(2)
    )


def keys(size: int) -> str:
    """So many keys that are not known, at the top and in one task."""
    return (
        "".join(f"key{n}: {n}\n" for n in range(size))
        + _HEAD
        + _task(1)
        + "".join(f"    key{n}: {n}\n" for n in range(size))
    )


def team(size: int) -> str:
    """So many agents with skills, and a task for each."""
    agents = "".join(
        f"  - id: a{n}\n    skills: [s{n}, s{n % 7}]\n    backup: a{(n + 1) % size}\n" for n in range(size)
    )
    tasks = "".join(
        _task(n).replace("agent: a", f"agent: a{n}") + f"    required_skills: [s{n}]\n" for n in range(size)
    )
    return f"# orchestrate: plan\ngoal: Be large\nagents:\n{agents}tasks:\n{tasks}"


def groups(size: int) -> str:
    """So many tasks in one parallel group, which write the same files."""
    return _HEAD + "".join(_task(n) + "    parallel_group: g\n    files: [src/**]\n" for n in range(size))


@dataclass(frozen=True)
class Shape:
    """A kind of large plan, and the size that is asked for in full."""

    make: Callable[[int], str]
    size: int
    unit: str = "tasks"


SHAPES: Final[dict[str, Shape]] = {
    "ordinary": Shape(ordinary, 50_000),
    "chain": Shape(chain, 50_000),
    "cycle": Shape(cycle, 10_000),
    "cycles": Shape(cycles, 10_000, "cycles"),
    "many-dependencies": Shape(many_dependencies, 10_000, "dependencies"),
    "many-dependents": Shape(many_dependents, 10_000),
    "same-ids": Shape(same_ids, 10_000, "ids"),
    "unknown": Shape(unknown, 10_000),
    "long-text": Shape(long_text, 10_000_000, "characters"),
    "long-line": Shape(long_line, 200_000, "characters"),
    "flow": Shape(flow, 10_000),
    "aliases": Shape(aliases, 10_000),
    "broken": Shape(broken, 10_000),
    "unclosed": Shape(unclosed, 10_000),
    "documents": Shape(documents, 4_000, "documents"),
    "comments": Shape(comments, 40_000, "lines"),
    "keys": Shape(keys, 10_000, "keys"),
    "team": Shape(team, 4_000, "agents"),
    "groups": Shape(groups, 4_000),
}
