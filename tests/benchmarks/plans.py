"""Plans of any size that are valid, realistic and free of errors and warnings, the same ones every time.

`python tests/benchmarks/plans.py 1000` prints one. Tasks stand in layers: each waits for a few tasks of the
layer before, some also for one two layers back that none of those waits for, so no dependency is redundant. A
parallel group holds tasks of one layer, each task writes its own files, and every agent listed has a task and
the skills for it. It must not know how a plan is parsed or checked, or it could not be used to measure that.
"""

from __future__ import annotations

import math
import random
import sys
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

SMALLEST_WITH_SPARE_DEPENDENCY = 4


@dataclass(frozen=True, slots=True)
class Discipline:
    """A kind of work: who does it, what it takes, what it writes and what its tasks are called."""

    agent: str
    skills: tuple[str, ...]
    folder: str
    works: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What is decided about one task; `number` counts from 1, `requires` holds the numbers it waits for."""

    number: int
    layer: int
    requires: tuple[int, ...]
    discipline: Discipline
    agent: str
    topic: str
    work: str
    estimate: str
    priority: str


@dataclass(frozen=True, slots=True)
class GeneratedPlan:
    """A plan's text and the places where a benchmark edits it.

    Attributes
    ----------
    text : str
        The file: ASCII, line feeds, two spaces of indentation, ten lines for each task.
    tasks : tuple of Task
        In the order of the file.
    edited : Task
        The one near the middle that is edited.
    first_line : int
        Zero-based line on which it begins.
    spare_dependency : str
        Id of a task that it could wait for too, with nothing made redundant.
    """

    text: str
    tasks: tuple[Task, ...]
    edited: Task
    first_line: int
    spare_dependency: str

    def line_of(self, key: str) -> int:
        """The zero-based line of a key of the edited task. Its dependencies are a flow list."""
        return self.first_line + _LINE_IN_TASK[key]


DISCIPLINES = (
    Discipline(
        "api-developer",
        ("python", "rest"),
        "src/api",
        ("endpoints", "request validation", "error responses", "pagination"),
    ),
    Discipline(
        "database-architect",
        ("sql", "data-modelling"),
        "db/migrations",
        ("tables", "indexes", "migration", "retention rules"),
    ),
    Discipline(
        "frontend-developer",
        ("typescript", "accessibility"),
        "web/src",
        ("screens", "forms", "empty states", "keyboard navigation"),
    ),
    Discipline(
        "test-engineer",
        ("pytest", "load-testing"),
        "tests",
        ("unit tests", "integration tests", "load tests", "fixtures"),
    ),
    Discipline(
        "platform-engineer",
        ("docker", "observability"),
        "deploy",
        ("container image", "dashboards", "alerts", "rollout steps"),
    ),
    Discipline(
        "security-specialist",
        ("threat-modelling", "oauth2"),
        "security",
        ("threat model", "access review", "audit log", "secret rotation"),
    ),
    Discipline(
        "technical-writer",
        ("markdown", "diagrams"),
        "docs",
        ("reference pages", "user guide", "architecture page", "release notes"),
    ),
)
TOPICS = (
    "account", "address book", "billing", "calendar", "catalogue", "checkout", "comment", "coupon",
    "delivery", "discount", "export", "feedback", "import", "inventory", "invoice", "login", "mailing",
    "notification", "order", "payment", "profile", "refund", "report", "reservation", "review",
    "search", "session", "shipping", "subscription", "supplier", "tax", "ticket", "upload", "warehouse",
    "webhook", "wish list",
)  # fmt: skip
ESTIMATES = ("90m", "2h", "2h30m", "3h", "4h", "5h", "6h")
PRIORITIES = ("critical", "high", "high", "medium", "medium", "medium", "low")

_HEADER = """\
# orchestrate: plan
version: 1
goal: Build an online shop with {topics} in {count} tasks
analysis:
  primary_goal: An online shop that a small team can run
  key_features: [{topics}]
  implied_requirements: [security, testing, documentation]
  technical_scope: [backend API, database, web front end]
  estimated_complexity: large
concurrent_capacity: {capacity}
"""
_AGENT = """\
  - id: {agent}
    skills: [{skills}]
    experience_level: {level}
    capacity: {capacity}
"""
_TASK = """\
  - id: T{number}
    name: {name}
    description: {description}
    estimated_time: {estimate}
    dependencies: [{requires}]
    agent: {agent}
    priority: {priority}
    parallel_group: {group}
    required_skills: [{skills}]
    files: [{folder}/t{number}/**]
"""
_TASK_LINES = _TASK.count("\n")
_LINE_IN_TASK = {line.split(":")[0].strip(" -"): index for index, line in enumerate(_TASK.splitlines())}


def generate(count: int, seed: int = 0) -> GeneratedPlan:
    """Write a plan of `count` tasks, T1 to T<count>.

    Raises
    ------
    ValueError
        Fewer than four tasks: there is none with a dependency to spare.
    """
    if count < SMALLEST_WITH_SPARE_DEPENDENCY:
        raise ValueError(f"a plan to edit needs at least {SMALLEST_WITH_SPARE_DEPENDENCY} tasks, not {count}")
    tasks = _tasks(count, random.Random(seed))
    head = _head(tasks)
    text = head + "".join(_task_text(task) for task in tasks)
    edited, spare = _editable(tasks)
    first_line = head.count("\n") + (edited.number - 1) * _TASK_LINES
    return GeneratedPlan(
        text=text,
        tasks=tasks,
        edited=edited,
        first_line=first_line,
        spare_dependency=f"T{spare}",
    )


def _tasks(count: int, chance: random.Random) -> tuple[Task, ...]:
    width = max(3, round(math.sqrt(count)))
    teams = min(8, 1 + count // 200)
    tasks: list[Task] = []
    for number in range(1, count + 1):
        layer, place = divmod(number - 1, width)
        discipline = _pick(DISCIPLINES, chance)
        team = 1 + int(chance.random() * teams)
        tasks.append(
            Task(
                number=number,
                layer=layer,
                requires=_requirements(layer, place, width, tasks, chance),
                discipline=discipline,
                agent=discipline.agent if team == 1 else f"{discipline.agent}-{team}",
                topic=_pick(TOPICS, chance),
                work=_pick(discipline.works, chance),
                estimate=_pick(ESTIMATES, chance),
                priority=_pick(PRIORITIES, chance),
            )
        )
    return tuple(tasks)


def _requirements(
    layer: int, place: int, width: int, tasks: list[Task], chance: random.Random
) -> tuple[int, ...]:
    if layer == 0:
        return ()
    before = (layer - 1) * width
    many = 1 + int(chance.random() * min(3, width - 1))
    near = {before + 1 + (place + offset) % width for offset in range(many)}
    if layer == 1 or chance.random() >= 0.125:
        return tuple(sorted(near))
    # One more from two layers back, unless a task of `near` waits for it already: every path between the two
    # leads through the layer between, so there is nothing else to look at.
    far = before - width + 1 + int(chance.random() * width)
    implied = {earlier for number in near for earlier in tasks[number - 1].requires}
    return tuple(sorted(near if far in implied else near | {far}))


def _editable(tasks: tuple[Task, ...]) -> tuple[Task, int]:
    """The task nearest to the middle that can wait for one more of the layer before; that one's number."""
    middle = len(tasks) // 2
    width = sum(task.layer == 0 for task in tasks)
    far_pairs = {
        (required, task.number)
        for task in tasks
        for required in task.requires
        if tasks[required - 1].layer < task.layer - 1
    }
    waiting: dict[int, list[int]] = {}
    for task in tasks:
        for required in task.requires:
            waiting.setdefault(required, []).append(task.number)
    for task in sorted(tasks, key=lambda task: (abs(task.number - middle), task.number)):
        if not task.requires or any((required, task.number) in far_pairs for required in task.requires):
            continue
        before = (task.layer - 1) * width
        for spare in range(before + 1, before + width + 1):
            shortcuts = ((spare, later) in far_pairs for later in waiting.get(task.number, ()))
            if spare not in task.requires and not any(shortcuts):
                return task, spare
    raise AssertionError("a plan of this size has no task with a dependency to spare")


def _pick(choices: tuple[T, ...], chance: random.Random) -> T:
    # Only `random()` itself is promised to give the same numbers in every version of Python.
    return choices[int(chance.random() * len(choices))]


def _head(tasks: tuple[Task, ...]) -> str:
    skills = {task.agent: task.discipline.skills for task in tasks}
    agents = [
        _AGENT.format(
            agent=agent,
            skills=", ".join(skills[agent]),
            level=("mid", "senior", "expert")[index % 3],
            capacity=1 + index % 2,
        )
        for index, agent in enumerate(sorted(skills))
    ]
    topics = ", ".join(dict.fromkeys(task.topic for task in tasks[:5]))
    header = _HEADER.format(topics=topics, count=len(tasks), capacity=max(4, len(agents)))
    return f"{header}agents:\n{''.join(agents)}tasks:\n"


def _task_text(task: Task) -> str:
    name = f"{task.topic} {task.work}"
    return _TASK.format(
        number=task.number,
        name=name[0].upper() + name[1:],
        description=f"Write the {task.work} of the {task.topic} part and try it with real data",
        estimate=task.estimate,
        requires=", ".join(f"T{number}" for number in task.requires),
        agent=task.agent,
        priority=task.priority,
        group=f"{task.discipline.agent}-stage-{task.layer + 1}",
        skills=task.discipline.skills[task.number % 2],
        folder=task.discipline.folder,
    )


if __name__ == "__main__":
    sys.stdout.write(generate(int(sys.argv[1]) if len(sys.argv) > 1 else 10).text)
