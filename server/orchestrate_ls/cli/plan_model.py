"""`orchestrate plan --model`: finds the model, shows what would be sent, asks it, and tells what came of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from orchestrate_ls.cli.counting import count
from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.terminal import error_console, output_console, safe, show, write_json
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.planner.models.completer import Completer, ModelError, ModelLimits, Prompt
from orchestrate_ls.planner.models.naming import named_model
from orchestrate_ls.planner.models.planning import ModelPlan, Outline, Watcher, plan_with_model, prompt_for
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.workspace.own_models import Endpoint, OwnModels, load_own_models

_MOST_TOLD: Final = 12
_STATUS_EVERY: Final = 200
"""Characters between two changes of the line on a terminal."""


def list_models(*, as_json: bool) -> None:
    """Print every model that can be named."""
    from orchestrate_ls.planner.models.llm_library import KnownModel, known_models

    own = _own()
    problem: ModelError | None = None
    found: list[KnownModel] = []
    try:
        found = known_models()
    except ModelError as error:
        problem = error
    if as_json:
        write_json(
            [_model_as_json(name, (), each.url) for name, each in own.endpoints.items()]
            + [_model_as_json(each.id, each.aliases, f"llm ({each.origin})") for each in found]
        )
    elif own.endpoints or found:
        table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
        for title in ("Model", "Also called", "From"):
            table.add_column(title, overflow="fold")
        for name, endpoint in own.endpoints.items():
            table.add_row(safe(name), "", safe(f"{endpoint.url}, by your models.toml"))
        for each in found:
            table.add_row(safe(each.id), safe(", ".join(each.aliases)), f"llm ({safe(each.origin)})")
        show(output_console(), table)
    if problem is not None:
        if not own.endpoints:
            raise CommandFailedError(problem.message, problem.hint)
        print_note(problem.message)


def _model_as_json(name: str, aliases: tuple[str, ...], origin: str) -> dict[str, Any]:
    return {"name": name, "aliases": list(aliases), "origin": origin}


def dry_run_of(
    outline: Outline,
    model: str,
    address: str | None,
    key_variable: str | None,
    *,
    as_json: bool,
    place: Path | None = None,
) -> None:
    """Print what would be sent first, and to whom; send nothing. ``place`` is the plan's, or the current folder."""
    completer, limits, known = _settled(model, address, key_variable, place)
    prompt = prompt_for(replace(outline, known=known))
    endpoint = _endpoint_of(completer)
    if as_json:
        said: dict[str, Any] = {
            "to": completer.recipient,
            "key": endpoint.key_variable if endpoint is not None else None,
            "tokens": prompt.tokens,
            "limits": {
                "seconds": limits.seconds,
                "retries": limits.retries,
                "prompt_tokens": limits.prompt_tokens,
                "answer_tokens": limits.answer_tokens,
                "repair_rounds": limits.repair_rounds,
            },
            "messages": prompt.messages,
        }
        write_json(said)
        return
    console = output_console()
    rounds = count(limits.repair_rounds, "time")
    lines = [
        f"To: {completer.recipient}",
        f"Key: {_key_line(endpoint)}",
        f"Size: about {prompt.tokens:,} tokens (at most {limits.prompt_tokens:,} are sent)",
        f"Then, where the answer has faults: the same again with the answer and what was found, at most {rounds}",
        f"Limits: {format_duration(round(limits.seconds))} an answer, {count(limits.retries, 'retry', 'retries')}",
    ]
    for line in lines:
        console.print(safe(line), soft_wrap=True)
    for message in prompt.messages:
        console.print()
        console.print(Text(f"--- {message['role']} ---", style="bold magenta"))
        for line in message["content"].split("\n"):
            console.print(safe(line), soft_wrap=True)
    print_note("nothing was sent")


def ask_model(
    outline: Outline,
    model: str,
    address: str | None,
    key_variable: str | None,
    place: Path | None = None,
) -> ModelPlan:
    """Have the model improve the plan, with progress on standard error. ``place`` as in ``dry_run_of``."""
    completer, limits, known = _settled(model, address, key_variable, place)
    progress = _Progress(completer)
    try:
        return plan_with_model(replace(outline, known=known), completer, limits, progress)
    except ModelError as error:
        progress.end()
        raise CommandFailedError(error.message, error.hint) from None
    except KeyboardInterrupt:
        progress.end()
        print_note("stopped; nothing was written")
        raise
    finally:
        progress.end()


def print_report(made: ModelPlan) -> None:
    """Tell what the model got wrong, and what was done about it."""
    wrong = [answer for answer in made.answers if answer.findings]
    if not wrong:
        print_note("the model's plan passed every check")
    elif not made.answers[-1].findings:
        print_note(f"the model mended its plan itself after {count(len(wrong), 'round')} of findings")
    else:
        last = made.answers[-1].findings
        print_note(f"the model's last answer still had {count(len(last), 'fault')}:")
        _print_list(last)
    if made.note is not None:
        print_note(made.note)
    if made.repairs:
        print_note(f"{count(len(made.repairs), 'repair')} made without the model:")
        _print_list(made.repairs)


def report_as_json(made: ModelPlan) -> dict[str, Any]:
    """The same for programs."""
    return {
        "name": made.recipient,
        "answers": [{"findings": list(answer.findings)} for answer in made.answers],
        "repairs": list(made.repairs),
        "note": made.note,
    }


def _print_list(lines: tuple[str, ...]) -> None:
    console = error_console()
    for line in lines[:_MOST_TOLD]:
        console.print(f"  - {safe(line)}", soft_wrap=True)
    if len(lines) > _MOST_TOLD:
        console.print(f"  ... and {len(lines) - _MOST_TOLD} more", soft_wrap=True)


def _settled(
    model: str, address: str | None, key_variable: str | None, place: Path | None
) -> tuple[Completer, ModelLimits, Mapping[str, KnownAgent]]:
    """Who is asked, within which limits, and the agents that the folder's definition files describe."""
    from orchestrate_ls.rules.definition_files import known_agents
    from orchestrate_ls.workspace.agent_files import load_agents
    from orchestrate_ls.workspace.find import workspace_root
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    own = _own()
    try:
        completer = named_model(model, own, address, key_variable)
    except ModelError as error:
        raise CommandFailedError(error.message, error.hint) from None
    here = place or Path.cwd()
    limits = own.over(SettingsFiles().of(here).settings.models)
    known = {
        name: agent
        for name, agent in known_agents(load_agents(workspace_root(here))).items()
        if not agent.built_in
    }
    return completer, limits, known


def _own() -> OwnModels:
    own = load_own_models()
    for problem in own.problems:
        print_note(f"{own.path}: {problem}")
    return own


def _endpoint_of(completer: Completer) -> Endpoint | None:
    from orchestrate_ls.planner.models.endpoint import EndpointCompleter

    return completer.endpoint if isinstance(completer, EndpointCompleter) else None


def _key_line(endpoint: Endpoint | None) -> str:
    if endpoint is None:
        return "whichever llm has for this model"
    if endpoint.key_variable is None:
        return "none"
    state = "which is set" if os.environ.get(endpoint.key_variable) else "which is not set"
    return f"that of the environment variable {endpoint.key_variable}, {state}"


class _Progress(Watcher):
    """A line on standard error that changes on a terminal, and a line for each event elsewhere."""

    def __init__(self, completer: Completer) -> None:
        self._completer = completer
        self._is_terminal = sys.stderr.isatty()
        self._width = 0
        self._shown = 0

    def asked(self, round_number: int, prompt: Prompt) -> None:
        """See ``Watcher``."""
        what = f"asking again (repair {round_number})" if round_number else "asking"
        self._shown = 0
        self._say(f"{what} {self._completer.recipient}: about {prompt.tokens:,} tokens ...", lasting=True)

    def received(self, characters: int) -> None:
        """See ``Watcher``."""
        if self._is_terminal and (not self._shown or characters - self._shown >= _STATUS_EVERY):
            self._shown = characters
            self._say(f"  {characters:,} characters so far", lasting=False)

    def judged(self, findings: tuple[str, ...]) -> None:
        """See ``Watcher``."""
        said = count(len(findings), "finding") if findings else "no findings"
        self._say(f"  checked the answer: {said}", lasting=True)

    def end(self) -> None:
        """Leave no half line behind."""
        if self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0

    def _say(self, words: str, *, lasting: bool) -> None:
        self.end()
        self._write(safe(words) + ("\n" if lasting else ""))
        self._width = 0 if lasting else len(words)

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
