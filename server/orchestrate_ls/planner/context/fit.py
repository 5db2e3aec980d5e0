"""Fits a draft into a repository: leaves out what is there, names real paths and commands, and the agents there are.

Pure: the repository was read elsewhere. A draft fitted into nothing is the same draft.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from orchestrate_ls.plan.file_patterns import may_overlap, read_patterns
from orchestrate_ls.planner.brief import Brief
from orchestrate_ls.planner.catalogue import Catalogue, Template
from orchestrate_ls.planner.context.existing_work import Already, existing_work, practices_in
from orchestrate_ls.planner.context.places import MOST_FILES, Places
from orchestrate_ls.planner.context.product import names_product
from orchestrate_ls.planner.context.reshaping import Precedence, settled, without
from orchestrate_ls.planner.context.team import agents_for, with_agents, with_skills
from orchestrate_ls.planner.context.work import Work, work_of
from orchestrate_ls.planner.draft import Draft, DraftTask
from orchestrate_ls.workspace.repository.code_owners import owners_of
from orchestrate_ls.workspace.repository.summary import (
    Command,
    Practice,
    Purpose,
    RepositorySummary,
)

_PROVES: Final = {
    Work.CODE: (Purpose.TEST,),
    Work.API: (Purpose.TEST,),
    Work.INTERFACE: (Purpose.TEST,),
    Work.SCHEMA: (Purpose.TEST,),
    Work.TESTS: (Purpose.TEST,),
    Work.PROOF: (Purpose.TEST,),
    Work.PIPELINE: (),
    Work.DOCS: (Purpose.DOCS,),
    Work.PACKAGE: (Purpose.BUILD,),
}
_CHECKED: Final = (Purpose.LINT, Purpose.TYPES)
_CODE: Final = frozenset({Work.CODE, Work.API, Work.INTERFACE})
_CHECKED_WORK: Final = _CODE | {Work.SCHEMA, Work.TESTS}
_SET_UP: Final = {Practice.CI: Work.PIPELINE, Practice.CONTAINERS: Work.CONTAINERS}
_CHANGES_ONLY: Final = frozenset(
    {
        "fix",
        "refactor",
        "optimise",
        "optimise-aspect",
        "remediation",
        "cleanup",
        "upgrade-version",
        "upgrade-aspect",
    }
)
"""Templates that change what is there; they get no new files."""
_SURVEYS: Final = frozenset(
    {
        "change-design",
        "software-design",
        "code-analysis",
        "refactoring-plan",
        "profile",
        "migration-inventory",
        "upgrade-survey",
    }
    | {"threat-model", "architecture", "reproduce", "root-cause"}
)
"""Templates that look at the code and write none of it."""
_ROLES_OF_FILES: Final = {
    Work.API: ("api", "route", "view", "endpoint", "controller", "handler", "router", "resource"),
    Work.INTERFACE: ("ui", "component", "view", "page", "template", "screen", "frontend"),
    Work.SCHEMA: ("model", "schema", "entity", "migration"),
}


@dataclass(frozen=True, slots=True)
class Fitted:
    """The draft, what of the repository was used (sentences for ``--explain``), and what people should be told."""

    draft: Draft
    used: tuple[str, ...]
    already: tuple[Already, ...] = ()


def fit_to_repository(
    draft: Draft, brief: Brief | None, catalogue: Catalogue, repository: RepositorySummary
) -> Fitted:
    """Fit a draft. Without code and without agents the draft stays as it is."""
    if not repository.has_code and not repository.agents.definitions:
        return Fitted(draft, ())
    fitter = _Fitter(draft, brief, catalogue, repository)
    return fitter.run()


class _Fitter:
    def __init__(
        self, draft: Draft, brief: Brief | None, catalogue: Catalogue, repository: RepositorySummary
    ) -> None:
        self._draft = draft
        self._brief = brief
        self._catalogue = catalogue
        self._repository = repository
        self._used: list[str] = []
        self._notes: defaultdict[str, list[str]] = defaultdict(list)
        self._named: list[str] = []
        self._words: dict[tuple[str, str], tuple[str, ...]] = {}

    def run(self) -> Fitted:
        already: tuple[Already, ...] = ()
        if self._repository.has_code:
            self._say_what_was_seen()
            already = self._leave_out()
            tasks = with_skills(self._draft.tasks, self._brief, self._catalogue, self._repository)
            self._draft = replace(self._draft, tasks=tuple(tasks))
            self._name_files()
            self._order_what_changed_together()
            self._name_commands()
            self._name_reviewers()
        self._choose_agents()
        tasks = tuple(
            replace(task, facts=(*task.facts, *dict.fromkeys(self._notes[task.id])))
            for task in self._draft.tasks
        )
        return Fitted(replace(self._draft, tasks=tasks), tuple(self._used), already)

    def _template(self, task: DraftTask) -> Template | None:
        return self._catalogue.templates.get(task.origin.split(":", 1)[0])

    def _work(self, task: DraftTask) -> Work:
        set_up = practices_in(task.covers[0]) if task.covers else ()
        if set_up:
            return _SET_UP.get(set_up[0], Work.NONE)
        return work_of(self._template(task), task.agent, task.name)

    # --- what is there

    def _say_what_was_seen(self) -> None:
        seen = self._repository
        spoken = ", ".join(f"{each.name} ({each.files} files)" for each in seen.languages[:3])
        self._used.append(f"{seen.name}: {len(seen.paths)} files looked at; {spoken or 'no code'}")
        if seen.frameworks:
            self._used.append(
                "libraries: " + ", ".join(f"{each.name} ({each.source})" for each in seen.frameworks[:8])
            )
        for purpose in (Purpose.TEST, Purpose.LINT, Purpose.TYPES, Purpose.DOCS, Purpose.BUILD):
            command = seen.command(purpose)
            if command is not None:
                self._used.append(f"{purpose.value} command: `{command.text}`, from {command.source}")
        self._used += [f"{remark}" for remark in seen.remarks]
        for plan in seen.plans:
            same = " ".join(plan.goal.split()).casefold() == " ".join(self._draft.goal.split()).casefold()
            what = "plans the same goal already" if same else f"is another plan: {plan.goal}"
            self._used.append(f"{plan.path} {what}")

    def _leave_out(self) -> tuple[Already, ...]:
        named = self._brief is not None and names_product(self._brief, self._catalogue)
        found = existing_work(self._draft.tasks, self._template, self._repository, product_is_named=named)
        if len(found) == len(self._draft.tasks):
            found = [each for each in found if each.asked_for]
        dropped = {each.task for each in found}
        rest = [task for task in self._draft.tasks if task.id not in dropped]
        names_something = any(task.covers for task in self._draft.tasks)
        if found and (not rest or (names_something and not any(task.covers for task in rest))):
            # The goal is about nothing else: what is there is extended.
            self._draft = replace(
                self._draft, tasks=tuple(self._extended(task, found) for task in self._draft.tasks)
            )
            return ()
        self._used += [f'no task "{each.name}": {each.why}' for each in found]
        self._draft = without(self._draft, dropped)
        return tuple(each for each in found if each.asked_for)

    def _extended(self, task: DraftTask, found: Sequence[Already]) -> DraftTask:
        own = next((each for each in found if each.task == task.id), None)
        if own is None:
            return task
        self._notes[task.id].append(own.why)
        return replace(
            task,
            name=f"Extend what is there: {task.name}",
            description=f"{own.path} is there already; change it where the goal asks for more, and do not start anew. "
            f"{task.description}",
            files=(own.path,) if own.path in self._repository.paths else (),
        )

    # --- files

    def _name_files(self) -> None:
        places = Places(self._repository)
        precedence = Precedence(self._draft.tasks)
        taken: list[tuple[str, str]] = []
        tasks: list[DraftTask] = []

        def holder(task: DraftTask, path: str) -> str | None:
            """The task that may run at the same time and writes the path."""
            own = read_patterns((path,))
            return next(
                (
                    name
                    for name, other in taken
                    if precedence.concurrent(name, task.id) and may_overlap(own, read_patterns((other,)))
                ),
                None,
            )

        fits = self._fits(places)
        for task in self._draft.tasks:
            wanted = [*task.files, *self._wanted(task, places, fits)]
            mine: list[str] = []
            crowded: dict[str, str] = {}
            for path in dict.fromkeys(wanted):
                other = holder(task, path)
                if other is None:
                    mine.append(path)
                else:
                    crowded[path] = other
            if crowded and not mine and self._work(task) in _CODE:
                beside = next((path for path in crowded if path in places.code), None)
                new = (
                    places.new_code(self._subject(task), beside.rpartition("/")[0])
                    if beside is not None
                    else None
                )
                if new is not None and holder(task, new) is None:
                    mine.append(new)
                    self._notes[task.id].append(f"{new} is new, beside what fits and another task writes")
            for path, other in crowded.items():
                self._notes[task.id].append(
                    f"{path} fits too, and {other}, which may run at the same time, writes it"
                )
            taken += [(task.id, path) for path in mine]
            tasks.append(self._surveying(replace(task, files=tuple(mine)), fits))
        self._named = [path for _, path in taken]
        self._draft = replace(self._draft, tasks=tuple(self._with_partners(task) for task in tasks))

    def _fits(self, places: Places) -> dict[str, list[str]]:
        """For each named feature the code that fits its words."""
        found: dict[str, list[str]] = {}
        subjects = dict.fromkeys(
            name for task in self._draft.tasks if self._work(task) in _CODE for name in task.covers
        )
        for subject in subjects:
            # A goal about one thing speaks of it in all its words.
            said = f"{subject} {self._draft.goal}" if len(subjects) == 1 else subject
            near = places.fitting(said, places.code)
            found[subject] = [fit.path for fit in near]
            self._words |= {(subject, fit.path): fit.words for fit in near}
        return found

    def _surveying(self, task: DraftTask, fits: dict[str, list[str]]) -> DraftTask:
        """A task that looks at the code is told where."""
        template = self._template(task)
        if template is None or template.id not in _SURVEYS:
            return task
        paths = dict.fromkeys(
            path for name, found in fits.items() if not task.covers or name in task.covers for path in found
        )
        known = [path for path in paths if path in self._repository.paths][: 2 * MOST_FILES]
        if not known:
            return task
        return replace(task, description=f"{task.description} Begin with {_listed(known)}.")

    def _subject(self, task: DraftTask) -> str:
        return task.covers[0] if task.covers else task.name

    def _wanted(self, task: DraftTask, places: Places, fits: dict[str, list[str]]) -> list[str]:
        work = self._work(task)
        seen = self._repository
        if work in (Work.NONE, Work.PROOF):
            return []
        if work is Work.PIPELINE:
            return self._shown(task, Practice.CI)
        if work is Work.CONTAINERS:
            return self._shown(task, Practice.CONTAINERS)
        if work is Work.CHANGELOG:
            return self._shown(task, Practice.CHANGELOG)
        if work is Work.PACKAGE:
            return [each for each in seen.manifests[:1] if "/" not in each]
        if work is Work.SCHEMA and (folder := seen.shows(Practice.MIGRATIONS)) is not None:
            is_file = folder in seen.paths
            self._notes[task.id].append(f"schema migrations are kept already: {folder}")
            if not is_file:
                models = places.with_words(_ROLES_OF_FILES[work], places.code)
                return [f"{folder}/**", *models[: MOST_FILES - 1]]
        if work is Work.DOCS:
            found = places.documents(" ".join(task.covers or fits))
            for path in found:
                self._notes[task.id].append(f"{path}: the document that is there")
            return found
        if work is Work.TESTS:
            return self._tests(task, places, fits)
        return self._code(task, work, places, fits)

    def _shown(self, task: DraftTask, practice: Practice) -> list[str]:
        path = self._repository.shows(practice)
        if path is None:
            return []
        self._notes[task.id].append(f"{practice.value} is there already: {path}")
        return [path] if path in self._repository.paths else []

    def _code(self, task: DraftTask, work: Work, places: Places, fits: dict[str, list[str]]) -> list[str]:
        roles = _ROLES_OF_FILES.get(work)
        if roles is not None:
            found = places.with_words(roles, places.code)[:MOST_FILES]
            for path in found:
                self._notes[task.id].append(f"{path} fits what the task writes ({work.value})")
            if found:
                return found
        elif not task.covers and self._template(task) is not None:
            return []
        template = self._template(task)
        subject = self._subject(task)
        found = fits.get(subject)
        if found is None:
            near = places.fitting(subject, places.code)
            found = fits[subject] = [fit.path for fit in near]
            self._words |= {(subject, fit.path): fit.words for fit in near}
        for path in found:
            self._notes[task.id].append(f"{path} fits the words {_listed(self._words[subject, path])}")
        if found or roles is not None or template is None or template.id in _CHANGES_ONLY:
            return found
        new = places.new_code(subject, places.folder(subject))
        if new is None:
            return []
        self._notes[task.id].append(f"{new} is new: no file that is there fits the words of the task")
        fits[subject] = [new]
        self._words[subject, new] = ("of the task",)
        return [new]

    def _tests(self, task: DraftTask, places: Places, fits: dict[str, list[str]]) -> list[str]:
        subjects = list(task.covers) or [
            name for name in fits if name.casefold() in task.description.casefold()
        ]
        subjects = subjects or ([task.name] if self._template(task) is None else [])
        found: list[str] = []
        for subject in subjects:
            near = places.fitting(subject, places.tests, 2)
            for fit in near:
                self._notes[task.id].append(f"{fit.path} fits the words {_listed(fit.words)}")
            found += [fit.path for fit in near]
            if not near:
                code = next(iter(fits.get(subject, ())), None)
                new = places.new_test(subject, code)
                if new is not None:
                    self._notes[task.id].append(f"{new} is new, named as the tests that are there")
                    found.append(new)
        if not found and self._repository.tests:
            folder = self._repository.tests[0]
            self._notes[task.id].append(f"{folder} is where the tests are")
            return [f"{folder}/**"]
        return list(dict.fromkeys(found))[: 2 * MOST_FILES]

    # --- history

    def _with_partners(self, task: DraftTask) -> DraftTask:
        """With the files that always changed together with those of the task, where no task writes them yet."""
        if self._work(task) not in _CODE or not task.files:
            return task
        files = list(task.files)
        for change in self._repository.changes:
            for own, other in ((change.one, change.other), (change.other, change.one)):
                if own not in task.files or len(files) >= 2 * MOST_FILES:
                    continue
                mine = read_patterns((other,))
                if any(may_overlap(mine, read_patterns((each,))) for each in self._named):
                    continue
                files.append(other)
                self._named.append(other)
                self._notes[task.id].append(
                    f"{other} changed together with {own} in {change.together} of {change.either} commits"
                )
        return replace(task, files=tuple(files))

    def _order_what_changed_together(self) -> None:
        """Tasks that may run at the same time and write files that always changed together: one after the other."""
        for change in self._repository.changes:
            one = [task.id for task in self._draft.tasks if change.one in task.files]
            other = [task.id for task in self._draft.tasks if change.other in task.files]
            for first, second in ((a, b) for a in one for b in other if a != b):
                order = [task.id for task in self._draft.tasks]
                early, late = sorted((first, second), key=order.index)
                if not Precedence(self._draft.tasks).concurrent(early, late):
                    continue
                tasks = tuple(
                    replace(task, dependencies=(*task.dependencies, early)) if task.id == late else task
                    for task in self._draft.tasks
                )
                self._draft = settled(replace(self._draft, tasks=tasks))
                self._notes[late].append(
                    f"after {early}: {change.one} and {change.other} changed together in {change.together} of"
                    f" {change.either} commits"
                )

    # --- commands, owners, agents

    def _name_commands(self) -> None:
        tasks: list[DraftTask] = []
        for task in self._draft.tasks:
            work = self._work(task)
            success = list(task.success_criteria)
            done = list(task.definition_of_done)
            for purpose in _PROVES.get(work, ()):
                command = self._repository.command(purpose)
                if command is not None:
                    success.append(f"{_shown(command)} passes")
                    self._notes[task.id].append(f"{purpose.value} command from {command.source}")
            for purpose in _CHECKED if work in _CHECKED_WORK else ():
                command = self._repository.command(purpose)
                if command is not None:
                    done.append(f"{_shown(command)} finds nothing")
            tasks.append(
                replace(
                    task,
                    success_criteria=tuple(dict.fromkeys(success)),
                    definition_of_done=tuple(dict.fromkeys(done)),
                )
            )
        self._draft = replace(self._draft, tasks=tuple(tasks))

    def _name_reviewers(self) -> None:
        tasks: list[DraftTask] = []
        for each in self._draft.tasks:
            task = each
            owners = dict.fromkeys(
                owner for path in task.files for owner in owners_of(path, self._repository.owners)
            )
            line = f"Reviewed by {_listed(list(owners)[:4])} (CODEOWNERS)" if owners else None
            if line is not None:
                task = replace(task, definition_of_done=(*task.definition_of_done, line))
                self._notes[task.id].append(f"CODEOWNERS names {_listed(list(owners)[:4])} for its files")
            tasks.append(task)
        self._draft = replace(self._draft, tasks=tuple(tasks))

    def _choose_agents(self) -> None:
        definitions = self._repository.agents.definitions
        chosen = agents_for(self._draft, self._catalogue, definitions)
        for role, (agent, words) in chosen.items():
            self._used.append(f"agent {agent.id} for {role}: {_listed(words)} ({agent.origin})")
        if definitions:
            nobody = [agent.id for agent in self._draft.agents if agent.id not in chosen]
            if nobody:
                self._used.append(f"no agent that is defined here fits {_listed(nobody)}")
        self._draft = with_agents(self._draft, {role: agent for role, (agent, _) in chosen.items()})


def _shown(command: Command) -> str:
    where = f" in {command.folder}" if command.folder else ""
    return f"`{command.text}`{where}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
