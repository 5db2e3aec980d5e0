"""What a run would start: shown, asked about, and remembered once it was agreed to."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from orchestrate_ls.cli.counting import count
from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from orchestrate_ls.cli.plan_files import OpenedPlan
    from orchestrate_ls.workspace.own_run import AgentCommands, ChosenCommand

_MOST_NAMED: Final = 6
_LONGEST_COMMAND: Final = 2_000
NOBODY: Final = "(no agent)"


class RunPreview:
    """What would be run of a plan by the settings as they are.

    Attributes
    ----------
    commands
        What is started for agents.
    gates
        What makes the checks of quality gates, by their names.
    folder
        Where agents work.
    parallel
        Tasks at once, where the plan does not say.
    worktrees
        Whether each task has a git work tree of its own.
    """

    def __init__(self, opened: OpenedPlan, parallel: int | None) -> None:
        from orchestrate_ls.cli.plan_journal import board_of
        from orchestrate_ls.execution.gate_commands import gate_commands
        from orchestrate_ls.workspace.find import workspace_root
        from orchestrate_ls.workspace.own_run import AgentCommands, load_own_run
        from orchestrate_ls.workspace.settings_files import SettingsFiles

        self._opened = opened
        path = Path(opened.name).resolve()
        own = load_own_run()
        for problem in own.problems:
            print_note(f"{own.path}: {problem.message}")
        self.commands: Final = AgentCommands(own, SettingsFiles().of(path))
        self.gates: Final = gate_commands(self.commands.own, self.commands.folder)
        self.folder: Final = workspace_root(path)
        run = own.settings.run.over(opened.settings.run)
        self.parallel: Final = parallel if parallel is not None else run.parallel
        self.worktrees: Final = run.worktrees
        self._board = board_of(opened)
        self._agents = self._board.project.agents
        recorded = self._board.agents
        self._agents = [recorded[index] if each is None else each for index, each in enumerate(self._agents)]

    @property
    def capacity(self) -> int:
        """Tasks at once."""
        return self._board.plan.header.concurrent_capacity or self.parallel

    @staticmethod
    def kept(journal: Path) -> Path:
        """Where output and hand-offs are kept; the folder is made."""
        from orchestrate_ls.execution.run_lock import prepare_kept

        try:
            return prepare_kept(journal.parent / "runs" / journal.name.removesuffix(".events.jsonl"))
        except OSError as error:
            raise CommandFailedError(
                f"{journal.parent} cannot be written: {error.strerror or error}"
            ) from None

    def refuse_gaps(self) -> None:
        """Stop where tasks that are left have nobody to do them."""
        gaps = dict.fromkeys(
            self._agents[task] or NOBODY
            for task in self._left()
            if self.commands.of(self._agents[task]) is None
        )
        if not gaps:
            return
        named = ", ".join(list(gaps)[:_MOST_NAMED]) + (" ..." if len(gaps) > _MOST_NAMED else "")
        found = [tool for tool in ("claude", "codex", "copilot", "opencode") if shutil.which(tool)]
        tool = found[0] if found else "claude"
        where = self.commands.folder.path or self.folder / "orchestrate.toml"
        raise CommandFailedError(
            f"the settings do not say what is started for {named}",
            f'write `[agents."*"]`, then `use = "{tool}"` or `command = ["./agent.sh"]`, into {where}'
            ' (or with an agent\'s name in place of `*`; `use = "person"` leaves its tasks to somebody)',
        )

    def refuse_missing(self) -> None:
        """Stop where programs are to be started here that are not there: each attempt would fail."""
        for program, agents in self._missing_programs().items():
            named = ", ".join(agents[:_MOST_NAMED]) + (" ..." if len(agents) > _MOST_NAMED else "")
            path = Path(program)
            if path.name == program:
                why, hint = "is not on the PATH", f"install {program}, or give its path in the settings"
            elif path.is_file():
                why, hint = "may not be executed", f"`chmod +x {shlex.quote(program)}`"
            else:
                why, hint = "is not there", "write it, or correct `command` in the settings"
            raise CommandFailedError(f"{program}, which is started for {named}, {why}", hint)

    def _missing_programs(self) -> dict[str, list[str]]:
        """Programs of commands that cannot be started here, each with the agents that it is for."""
        from orchestrate_ls.execution.agents_chosen import command_of

        found: dict[str, list[str]] = {}
        for agent in dict.fromkeys(self._agents[task] for task in self._left()):
            chosen = self.commands.of(agent)
            if chosen is None or _is_person(chosen):
                continue
            command = command_of(chosen)
            path = dict(command.environment).get("PATH")
            if shutil.which(command.argv[0], path=path) is None:
                found.setdefault(command.argv[0], []).append(agent or NOBODY)
        return found

    def _unmade_checks(self) -> list[str]:
        """The checks of gates that hold what is left, and that no command makes."""
        from orchestrate_ls.plan.task_gates import gates_for

        plan = self._opened.check.source.plan
        gates = [gate for task in (*self._left(), None) for gate in gates_for(plan, task) if gate.is_required]
        names = dict.fromkeys(check.name for gate in gates for check in gate.checks)
        return [each for each in names if each not in self.gates]

    def show(self, *, every_task: bool) -> None:
        """Print what would be run: for each agent, or for each task in the order in which they could start."""
        from rich.table import Table

        from orchestrate_ls.cli.terminal import output_console, safe, show
        from orchestrate_ls.execution.journal import chosen_database

        console = output_console()
        left = self._left()
        done = len(self._board.progress) - len(left)
        finished = f" ({done} done already)" if done else ""
        console.print(
            safe(
                f"{self._opened.name}: {count(len(left), 'task')}{finished}, {self.capacity} at once, in {self.folder}"
            ),
            soft_wrap=True,
        )
        table = Table(box=None, pad_edge=False, header_style="bold")
        columns = (
            ("task", "agent", "after", "command") if every_task else ("agent", "tasks", "command", "from")
        )
        for name in columns:
            table.add_column(name, overflow="fold")
        for row in self._task_rows() if every_task else self._agent_rows():
            table.add_row(*(safe(each) for each in row))
        show(console, table)
        for each in self._gate_commands():
            console.print(safe(f"to check quality gates: {each}"), soft_wrap=True)
        unmade = self._unmade_checks()
        if unmade:
            named = ", ".join(unmade[:_MOST_NAMED]) + (" ..." if len(unmade) > _MOST_NAMED else "")
            print_note(
                f"no command makes {'the check' if len(unmade) == 1 else 'the checks'} {named} of quality gates, which"
                f' will hold tasks open: write `[gates.{unmade[0]}]`, then `command = ["..."]`, into orchestrate.toml;'
                " or `required: false` into the gate, which then holds nothing"
            )
        notify = self.commands.own.settings.notify
        told = [shlex.join(notify.command)] if notify.command else []
        told += [notify.webhook] if notify.webhook else []
        for each in told:
            console.print(safe(f"to tell people: {each}"), soft_wrap=True)
        database = chosen_database()
        if database is not None:
            console.print(safe(f"what happens is kept in {database.shown}"), soft_wrap=True)

    def _gate_commands(self) -> list[str]:
        """The commands that the gates of what is left would run."""
        from orchestrate_ls.execution.gates import commands_for, shown_command
        from orchestrate_ls.plan.task_gates import gates_for

        plan = self._opened.check.source.plan
        gates = [gate for task in (*self._left(), None) for gate in gates_for(plan, task)]
        return [shown_command(each) for each in commands_for(gates, self.gates)]

    def ask(self, *, yes: bool) -> None:
        """Ask before anything is run, unless this was agreed to before. Raises ``typer.Exit`` for a no."""
        ask_whether(self.commands, yes=yes)

    def as_json(self) -> dict[str, Any]:
        """The same for programs, each task in the order in which they could start."""
        return {
            "file": self._opened.name,
            "folder": str(self.folder),
            "capacity": self.capacity,
            "worktrees": self.worktrees,
            "settings": str(self.commands.folder.path) if self.commands.folder.path is not None else None,
            "gates": self._gate_commands(),
            "tasks": [self._task_as_json(task) for task in self._in_order()],
        }

    def _task_as_json(self, task: int) -> dict[str, Any]:
        agent = self._agents[task]
        chosen = self.commands.of(agent)
        entry: dict[str, Any] = {
            "task": self._board.name(task),
            "agent": agent,
            "after": [self._board.name(each) for each in self._board.waits_for(task)],
            "tool": chosen.settings.tool or None if chosen is not None else None,
            "command": None,
        }
        if chosen is not None and not _is_person(chosen):
            from orchestrate_ls.execution.agents_chosen import command_of

            command = command_of(chosen)
            entry |= {
                "command": list(command.argv),
                "environment": dict(command.environment),
                "pass_environment": list(command.pass_on),
                "time_out": command.time_out,
            }
        return entry

    def _left(self) -> list[int]:
        return [task for task in range(len(self._board.progress)) if task not in self._board.finished]

    def _in_order(self) -> list[int]:
        """By earliest wave, and in each the most pressing first."""
        from datetime import UTC, datetime

        from orchestrate_ls.schedule.priorities import task_priorities

        analysis = self._opened.check.analysis
        finished = self._board.finished
        ranked = task_priorities(
            self._opened.check.source.plan,
            analysis,
            datetime.now(UTC),
            finished,
            self._opened.settings.priorities,
        )
        order = [
            task
            for wave in analysis.waves
            for task in sorted(wave, key=lambda each: (-ranked[each].value, each))
        ]
        return [task for task in order if task not in finished]

    def _task_rows(self) -> Iterator[tuple[str, str, str, str]]:
        for task in self._in_order():
            agent = self._agents[task]
            after = ", ".join(self._board.name(each) for each in self._board.waits_for(task))
            yield self._board.name(task), agent or NOBODY, after, command_in_words(self.commands.of(agent))

    def _agent_rows(self) -> Iterator[tuple[str, str, str, str]]:
        tasks: dict[str | None, list[str]] = {}
        for task in self._left():
            tasks.setdefault(self._agents[task], []).append(self._board.name(task))
        for agent, names in tasks.items():
            chosen = self.commands.of(agent)
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            shown = ", ".join(names[:_MOST_NAMED]) + more
            origin = (
                "" if chosen is None else "your run.toml" if chosen.own else str(self.commands.folder.path)
            )
            yield agent or NOBODY, shown, command_in_words(chosen), origin


def ask_whether(commands: AgentCommands, *, yes: bool) -> None:
    """Ask whether these commands may be run, unless that was agreed to before. Raises ``typer.Exit`` for a no."""
    import typer

    from orchestrate_ls.cli.asking import is_yes, remember_yes
    from orchestrate_ls.cli.terminal import error_console
    from orchestrate_ls.workspace.own_run import has_agreed

    if yes or has_agreed(commands.digest):
        return
    if not sys.stdin.isatty():
        raise CommandFailedError(
            "nobody can be asked whether this may be run", "`--yes` runs it without asking"
        )
    console = error_console()
    console.print(
        "These commands may change files and use what you are logged in to. Run them? [y/N] ", end=""
    )
    if not is_yes():
        print_note("nothing was run")
        raise typer.Exit(1)
    remember_yes(commands.digest)


def command_in_words(chosen: ChosenCommand | None) -> str:
    """A command as one would type it, with its limits."""
    from orchestrate_ls.execution.agents_chosen import command_of
    from orchestrate_ls.plan.duration import format_duration

    if chosen is None:
        return "none"
    if _is_person(chosen):
        return "a person, with `orchestrate task`"
    command = command_of(chosen)
    words = " ".join(
        [*(f"{name}={shlex.quote(value)}" for name, value in command.environment), shlex.join(command.argv)]
    )
    if len(words) > _LONGEST_COMMAND:
        words = f"{words[:_LONGEST_COMMAND]} ... ({len(words):,} characters)"
    extra = [f"at most {format_duration(round(command.time_out))}"] if command.time_out is not None else []
    if chosen.settings.pass_on:
        extra.append(f"gets {', '.join(chosen.settings.pass_on)}")
    return f"{words} ({'; '.join(extra)})" if extra else words


def _is_person(chosen: ChosenCommand) -> bool:
    from orchestrate_ls.execution.agents_chosen import is_person

    return is_person(chosen)
