"""A brief becomes a draft: tasks with their order, estimates and criteria, and the agents who do them.

Deterministic; knows nothing of YAML. A draft is made to be free of findings: no redundant dependency, groups of
mutually independent tasks, agents with the skills their tasks ask for, no task over a working day.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from orchestrate_ls.planner.assemble import Assembler, Part
from orchestrate_ls.planner.brief import Brief, Feature
from orchestrate_ls.planner.catalogue import Catalogue, Hours, Role
from orchestrate_ls.planner.dependencies import Order, order_parts, stated_orders
from orchestrate_ls.planner.items import shorten
from orchestrate_ls.planner.words import words_of
from orchestrate_ls.planner.work_kind import FEATURE_DEVELOPMENT

_MOST_AT_ONCE, _MOST_AT_ONCE_LARGE = 4, 6
_MOST_TECHNOLOGY_SKILLS = 3
_LISTED_LENGTH = 200
_IS_TIME = re.compile(r"(?:by|before|until|within|in|due|no later)\b", re.IGNORECASE)
_CHECKING = frozenset(("testing", "validation", "verification", "evaluation"))
_TELLING_LENGTH = 4
"""Letters: shorter words seldom name a thing."""


@dataclass(frozen=True, slots=True)
class DraftTask:
    """One task. `estimate` is (optimistic, likely, pessimistic) hours; `reason` says what the task came from.

    `covers` names the features it carries out. What the user stated: `stated_time` is one or three durations as a plan
    writes them, which count instead of `estimate`; `lags` are (id of a dependency, duration); `facts` the words, each
    with its line, that times, order, owner and deadline came from. `origin` is the same for what is the same task in
    two drafts of similar goals; empty where that is not known. `files` are the paths that it writes, where a repository
    is known.
    """

    id: str
    name: str
    description: str
    estimate: Hours
    dependencies: tuple[str, ...]
    agent: str
    priority: str
    parallel_group: str | None
    required_skills: tuple[str, ...]
    success_criteria: tuple[str, ...]
    definition_of_done: tuple[str, ...]
    quality_gates: tuple[str, ...]
    reason: str
    covers: tuple[str, ...] = ()
    stated_time: tuple[str, ...] = ()
    lags: tuple[tuple[str, str], ...] = ()
    deadline: str | None = None
    facts: tuple[str, ...] = ()
    origin: str = ""
    files: tuple[str, ...] = ()
    estimate_reason: str = ""
    """What the estimate follows from, as a clause."""

    @property
    def expected_hours(self) -> float:
        """PERT expectation (o + 4m + p) / 6."""
        optimistic, likely, pessimistic = self.estimate
        return (optimistic + 4 * likely + pessimistic) / 6

    @property
    def has_owner(self) -> bool:
        """Whether the user said who does it."""
        return any(fact.startswith("owner, ") for fact in self.facts)


@dataclass(frozen=True, slots=True)
class DraftAgent:
    """An agent the plan uses; `capacity` is how many tasks it may do at once."""

    id: str
    skills: tuple[str, ...]
    experience_level: str
    capacity: int


@dataclass(frozen=True, slots=True)
class DraftAnalysis:
    """What was understood, as it is written into the plan."""

    primary_goal: str
    key_features: tuple[str, ...]
    implied_requirements: tuple[str, ...]
    technical_scope: tuple[str, ...]
    estimated_complexity: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole plan before it is written. `template` is one of the seed's, or None for another kind of work.

    `calendar` is (hours of a day, days of a week) where they are not the plan format's own, `concurrent_capacity` None
    for no limit, and `start` an ISO date.
    """

    goal: str
    template: str | None
    analysis: DraftAnalysis
    concurrent_capacity: int | None
    agents: tuple[DraftAgent, ...]
    tasks: tuple[DraftTask, ...]
    quality_gates: Mapping[str, Any]
    calendar: tuple[float, float] | None = None
    start: str | None = None
    templates: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Workflow templates of the user's own that the plan names."""


def draft(brief: Brief, catalogue: Catalogue) -> Draft:
    """Plan the brief with the catalogue."""
    assembler = Assembler(brief, catalogue)
    parts = assembler.assemble()
    order = order_parts(parts, assembler.backbones)
    sequence = sorted(range(len(parts)), key=lambda index: (order.depth[index], parts[index].rank, index))
    ids = {index: f"T{number}" for number, index in enumerate(sequence, 1)}
    groups = _groups(parts, order, sequence)
    writer = _TaskWriter(brief, catalogue, parts)
    facts: dict[int, tuple[str, ...]] = {}
    for before, after, words in stated_orders(parts):
        if before in order.predecessors[after]:
            facts[after] = (*facts.get(after, ()), f'after {ids[before]}, "{words}"')
    tasks = tuple(
        replace(writer.task(index, parts[index], order, ids, groups), facts=facts.get(index, ()))
        for index in sequence
    )
    tasks = _naming_the_whole(
        brief, catalogue, tasks, [parts[index] for index in sequence], assembler.backbones
    )
    tasks = _holding_bounds(brief, tasks, [parts[index] for index in sequence])
    capacity = _capacity(brief, Counter(order.depth[index] for index in sequence))
    depth_of = {ids[index]: order.depth[index] for index in sequence}
    used = {gate for task in tasks for gate in task.quality_gates}
    return Draft(
        goal=brief.goal,
        template=_template(brief, catalogue),
        analysis=DraftAnalysis(
            primary_goal=brief.primary_goal,
            key_features=tuple(_capitalised(feature.name) for feature in brief.features),
            implied_requirements=brief.implied_requirements,
            technical_scope=brief.technical_scope,
            estimated_complexity=brief.complexity,
        ),
        concurrent_capacity=capacity,
        agents=_agents(catalogue, tasks, depth_of, capacity),
        tasks=tasks,
        quality_gates={key: _gate(brief, gate) for key, gate in catalogue.gates.items() if key in used},
    )


def _naming_the_whole(
    brief: Brief,
    catalogue: Catalogue,
    tasks: tuple[DraftTask, ...],
    parts: Sequence[Part],
    backbones: Sequence[str],
) -> tuple[DraftTask, ...]:
    """Let the task that the features build on say what the head of the goal names and no task says so far."""
    said = {word.form for task in tasks for word in words_of(f"{task.name} {task.description}")}
    asked = [word for word in words_of(brief.primary_goal) if len(word.form) >= _TELLING_LENGTH]
    if all(word.form in said or word.form in catalogue.prepositions for word in asked):
        return tasks
    makers = [n for n, part in enumerate(parts) if set(part.template.makes) & set(backbones)]
    place = makers[0] if makers else 0
    whole = f'{tasks[place].description} The whole is: "{brief.primary_goal}".'
    return (*tasks[:place], replace(tasks[place], description=whole), *tasks[place + 1 :])


def _holding_bounds(
    brief: Brief, tasks: tuple[DraftTask, ...], parts: Sequence[Part]
) -> tuple[DraftTask, ...]:
    """Let the task that checks the result check what the goal demands of it as well: amounts, measures, what stays."""
    demands = tuple(
        dict.fromkeys(
            " ".join(phrase.text.split()) for phrase in brief.constraints if not _IS_TIME.match(phrase.text)
        )
    )
    if not demands:
        return tasks
    checking = [n for n, part in enumerate(parts) if part.template.group in _CHECKING]
    place = checking[-1] if checking else len(tasks) - 1
    task = tasks[place]
    told = (
        task.description
        if all(each in task.description for each in demands)
        else (f"{task.description} Demanded: {_listed(demands, 400)}.")
    )
    criteria = (*task.success_criteria, *(f'Holds as demanded: "{each}"' for each in demands))
    held = replace(task, description=told, success_criteria=criteria)
    return (*tasks[:place], held, *tasks[place + 1 :])


def _template(brief: Brief, catalogue: Catalogue) -> str | None:
    if brief.kind == FEATURE_DEVELOPMENT:
        return None if "general" in brief.shapes else FEATURE_DEVELOPMENT
    return catalogue.kinds[brief.kind].template


def _capacity(brief: Brief, widths: Counter[int]) -> int:
    if brief.capacity is not None:
        return brief.capacity
    most = _MOST_AT_ONCE_LARGE if "large" in brief.tags else _MOST_AT_ONCE
    return max(1, min(most, max(widths.values(), default=1)))


def _agents(
    catalogue: Catalogue, tasks: Sequence[DraftTask], depth_of: Mapping[str, int], capacity: int
) -> tuple[DraftAgent, ...]:
    """The agents of the tasks, each with its role's skills and all that its tasks ask for."""
    agents: list[DraftAgent] = []
    for agent in dict.fromkeys(task.agent for task in tasks):
        role = catalogue.roles[agent]
        own = [task for task in tasks if task.agent == agent]
        skills = dict.fromkeys([*role.skills, *(skill for task in own for skill in task.required_skills)])
        at_once = max(Counter(depth_of[task.id] for task in own).values())
        agents.append(DraftAgent(agent, tuple(skills), role.level, min(at_once, capacity)))
    return tuple(agents)


def _gate(brief: Brief, gate: dict[str, Any]) -> dict[str, Any]:
    """The gate without checks for what the goal leaves out."""
    if "automated_checks" not in gate or not brief.leaves_out_layer("tests"):
        return gate
    kept = dict(gate)
    checks = cast("list[dict[str, str]]", kept["automated_checks"])
    kept["automated_checks"] = [check for check in checks if not check.keys() & {"tests", "coverage"}]
    return kept


def _groups(parts: Sequence[Part], order: Order, sequence: Sequence[int]) -> dict[int, str]:
    """Named groups of mutually independent tasks; a template's group is cut where tasks depend on each other."""
    bins: dict[str, list[list[int]]] = {}
    for index in sequence:
        same_name = bins.setdefault(parts[index].template.group.replace("-", "_"), [])
        for members in same_name:
            if all(order.independent(index, member) for member in members):
                members.append(index)
                break
        else:
            same_name.append([index])
    groups: dict[int, str] = {}
    for name, candidates in bins.items():
        shared = [members for members in candidates if len(members) > 1]
        for number, members in enumerate(shared, 1):
            for index in members:
                groups[index] = name if number == 1 else f"{name}_{number}"
    return groups


class _TaskWriter:
    """Fills templates with the words of the brief."""

    def __init__(self, brief: Brief, catalogue: Catalogue, parts: Sequence[Part]) -> None:
        self._brief = brief
        self._catalogue = catalogue
        self._origins: Counter[str] = Counter()
        self._specialist = _specialist(brief, catalogue)
        self._several = Counter(part.template.id for part in parts if part.feature is None)
        hidden = [word for exclusion in brief.exclusions for word in exclusion.hides]
        self._hidden = (
            re.compile(rf"\b(?:{'|'.join(map(re.escape, hidden))})s?\b", re.IGNORECASE) if hidden else None
        )

    def task(
        self, index: int, part: Part, order: Order, ids: Mapping[int, str], groups: Mapping[int, str]
    ) -> DraftTask:
        """The finished task."""
        template = part.template
        role = self._role(part)
        return DraftTask(
            id=ids[index],
            name=self._name(part),
            description=self._description(part),
            estimate=self._estimate(part),
            dependencies=tuple(
                sorted((ids[before] for before in order.predecessors[index]), key=lambda key: int(key[1:]))
            ),
            agent=role.id,
            priority=self._priority(part),
            parallel_group=groups.get(index),
            required_skills=self._skills(part, role),
            success_criteria=self._lines(part, template.success),
            definition_of_done=self._lines(part, template.done),
            quality_gates=(template.gate,) if template.gate else (),
            reason=part.reason,
            covers=tuple(f.name for f in ([part.feature] if part.feature else [])),
            origin=self._origin(part),
            estimate_reason=self._estimate_reason(part),
        )

    def _origin(self, part: Part) -> str:
        """The template and the feature; tasks that share a template and have no feature are counted."""
        feature = part.feature.name.casefold() if part.feature is not None else ""
        origin = f"{part.template.id}:{feature}"
        self._origins[origin] += 1
        return f"{origin}:{self._origins[origin]}"

    def _role(self, part: Part) -> Role:
        key = part.template.role
        if key == "developer":
            key = part.shape.developer if part.shape is not None else "software-developer"
            if (
                key == "software-developer"
                and part.shape is not None
                and part.shape.id in ("existing", "software")
            ):
                key = self._specialist or key
        return self._catalogue.roles[key]

    def _skills(self, part: Part, role: Role) -> tuple[str, ...]:
        skills = list(part.template.skills)
        if part.template.role == "developer" and part.shape is not None and role.id != part.shape.developer:
            skills = [skill for skill in skills if skill not in _SHAPE_SKILLS] + list(role.skills[:1])
        elif part.template.role == "developer" and part.shape is not None:
            # The skill of the web does not belong to a command-line tool, whatever the capability says.
            skills = [skill for skill in skills if skill not in _SHAPE_SKILLS] + list(
                part.shape.developer_skills
            )
        named = [self._catalogue.technologies[mention.name] for mention in self._brief.technologies]
        hidden = {word for exclusion in self._brief.exclusions for word in exclusion.hides}
        fitting = [
            t.skill for t in named if set(t.domains) & set(role.domains) and t.name.lower() not in hidden
        ]
        return tuple(dict.fromkeys([*skills, *fitting[:_MOST_TECHNOLOGY_SKILLS]]))

    def _priority(self, part: Part) -> str:
        priority = part.template.priority
        if self._brief.urgent and self._brief.kind == "bug_fix":
            return "critical" if priority == "high" else "high"
        if self._brief.kind == "bug_fix" and priority not in ("critical", "high"):
            return "high" if part.rank == 0 else priority
        return priority

    def _estimate(self, part: Part) -> Hours:
        low, likely, high = part.template.estimate
        if part.template.per_feature is not None:
            count = len(part.covered)
            more_low, more_likely, more_high = part.template.per_feature
            low, likely, high = low + more_low * count, likely + more_likely * count, high + more_high * count
        return low, likely, high

    def _estimate_reason(self, part: Part) -> str:
        template = part.template
        if part.feature is not None and not template.is_capability and template.group == "features":
            return "usual for a feature of such a product that the catalogue does not know"
        usual = f"usual for {template.title[:1].lower()}{template.title[1:]}"
        if template.per_feature is None or not part.covered:
            return usual
        more = "/".join(f"{hours:g}" for hours in template.per_feature)
        count = len(part.covered)
        return f"{usual}, and {more} hours more for {'its feature' if count == 1 else f'each of {count} features'}"

    def _name(self, part: Part) -> str:
        name = _capitalised(self._fill(part.template.name, part, in_prose=False))
        if (
            part.feature is None
            and part.covered
            and part.template.covers
            and self._several[part.template.id] > 1
        ):
            name = f"{name} ({_listed([f.name for f in part.covered], 70)})"
        return shorten(name, 110)

    def _description(self, part: Part) -> str:
        text = _capitalised(self._fill(part.template.about, part))
        feature = part.feature
        asked = [f for f in part.asked if f.name.casefold() not in text.casefold()]
        if asked:
            text += f" Asked for as: {_listed([f.name for f in asked], 400)}."
        if feature is not None:
            words = " ".join(feature.text.split()).strip(" ,;.*_`")
            if words.casefold() not in f"{text} {self._name(part)}".casefold():
                text += f' In the words of the goal: "{words}".'
        return text

    def _lines(self, part: Part, lines: Sequence[str]) -> tuple[str, ...]:
        filled = [_capitalised(self._fill(line, part)) for line in lines]
        if self._hidden is None:
            return tuple(filled)
        kept = [line for line, raw in zip(filled, lines, strict=True) if not self._hidden.search(raw)]
        return tuple(kept or filled)

    def _fill(self, text: str, part: Part, in_prose: bool = True) -> str:
        subject = self._brief.subject
        title = part.template.title
        values = {
            "subject": subject,
            "subject_or_product": subject or "the product",
            "feature": part.feature.name
            if part.feature
            else title
            if part.template.is_capability
            else subject or title,
            "features": self._features(part),
            "colon": "" if part.feature and part.feature.verb else ":",
            "verb": part.feature.verb if part.feature and part.feature.verb else self._verb(),
        }
        if in_prose and part.feature is not None and part.feature.is_order:
            values["feature"] = f'"{part.feature.name}"'
        filled = re.sub(r"\{(\w+)\}", lambda match: values.get(match.group(1), match.group()), text)
        return " ".join(filled.split())

    def _verb(self) -> str:
        own = self._catalogue.kinds.get(self._brief.kind)
        return own.verb if own is not None else ""

    def _features(self, part: Part) -> str:
        features: Sequence[Feature] = part.covered or ([part.feature] if part.feature else [])
        names = [feature.name for feature in features]
        return _listed(names, _LISTED_LENGTH) if names else self._brief.subject or "the whole product"


_ACRONYMS = frozenset(
    (
        "api",
        "db",
        "ui",
        "ux",
        "csv",
        "pdf",
        "sql",
        "url",
        "sso",
        "sms",
        "faq",
        "cdn",
        "ci",
        "cli",
        "http",
        "html",
        "css",
        "json",
        "xml",
        "jwt",
        "ocr",
        "qr",
        "gdpr",
        "seo",
        "vpn",
        "dns",
        "tls",
    )
)
_SHAPE_SKILLS = frozenset({"rest-api", "backend"})


def _listed(names: Sequence[str], length: int) -> str:
    """The names as "a, b and c"; when that is longer than `length` characters, "a, b and 4 more"."""
    if len(names) == 1:
        return shorten(names[0], length)
    whole = f"{', '.join(names[:-1])} and {names[-1]}"
    if len(whole) <= length:
        return whole
    shown = 1
    while shown < len(names) and len(", ".join(names[: shown + 1])) <= length - 12:
        shown += 1
    return (
        f"{shorten(', '.join(names[:shown]), length)} and {len(names) - shown} more"
        if shown < len(names)
        else whole
    )


def _specialist(brief: Brief, catalogue: Catalogue) -> str | None:
    """Who changes a product of which only what it is made with, or what it is, is known; None when neither says."""
    domains = {frozenset(catalogue.technologies[mention.name].domains) for mention in brief.technologies}
    for role, domain in (
        ("mobile-developer", "mobile"),
        ("frontend-developer", "frontend"),
        ("data-engineer", "data"),
    ):
        if domains == {frozenset((domain,))}:
            return role
    shapes = [hit.value.id for hit in catalogue.shape_words.find(words_of(brief.goal))] if not domains else []
    return _SPECIALISTS.get(shapes[0]) if shapes and len(set(shapes)) == 1 else None


_SPECIALISTS = {
    "mobile-app": "mobile-developer",
    "frontend": "frontend-developer",
    "data-pipeline": "data-engineer",
    "machine-learning": "ml-engineer",
    "infrastructure": "cloud-engineer",
    "firmware": "firmware-engineer",
    "game": "game-developer",
}


def _capitalised(text: str) -> str:
    """A capital at the beginning, unless the first word has its own way of being written (iOS, gRPC)."""
    first = text.split(" ", 1)[0]
    if first in _ACRONYMS:
        return first.upper() + text[len(first) :]
    return text[:1].upper() + text[1:] if first.islower() else text
