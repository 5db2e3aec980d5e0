"""Files that are no plans, of which none may be claimed, and plans of many styles, in which nothing false may be found.

    python -m tests.hard.survey

The first are opened in the language server and checked from the command line; the second are checked, mended and
formatted, and have to say the same as before, comments included.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from orchestrate_ls.cli.failures import FAILED
from orchestrate_ls.ide.formatting import Style, formatted
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file
from orchestrate_ls.syntax.parser import parse_events
from orchestrate_ls.syntax.yaml12 import yaml12_events
from orchestrate_ls.syntax.yaml12_flow import ScalarEvent
from orchestrate_ls.text.edits import apply_edits
from orchestrate_ls.workspace.checking import shipped_schema
from orchestrate_ls.workspace.find import find_plans
from tests.cli.running import run_process
from tests.hard.survey_other import COUNT, other_files
from tests.hard.survey_plans import PLANS, Styled, plans
from tests.syntax.trees import data as tree_data


def write_others(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def claimed_by_the_command_line(folder: Path) -> list[str]:
    """What `orchestrate check` and the search for plans say about a folder without any."""
    claimed = [str(path.relative_to(folder)) for path in find_plans(folder).files]
    run = run_process(folder, "check", "--format", "json", ".")
    if run.code == FAILED:
        return [*claimed, run.err[-500:]]
    return claimed + [json.dumps(each) for each in run.json]


async def claimed_by_the_server(files: dict[str, str]) -> list[str]:
    """The files of which the server says anything when an editor opens them as YAML, and asks about them."""
    from tests.lsp.client import Client

    client = Client()
    claimed: list[str] = []
    try:
        await client.initialize()
        uris = {name: f"file:///survey/{name}" for name in files}
        for name, text in files.items():
            client.open(text, uris[name])
        await client.settle()
        for uri in uris.values():
            at = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 1}}
            for method, params in (
                ("textDocument/hover", at),
                ("textDocument/completion", at),
                ("textDocument/documentSymbol", {"textDocument": {"uri": uri}}),
                ("textDocument/formatting", {"textDocument": {"uri": uri}, "options": {"tabSize": 2}}),
            ):  # fmt: skip
                answer = await client.request(method, params)
                if answer.get("result") not in (None, []):
                    claimed.append(f"{uri}: {method}")
        claimed += [
            f"{each['uri']}: {each['diagnostics'][0]['message']}"
            for each in client.notifications("textDocument/publishDiagnostics")
            if each["diagnostics"]
        ]
    finally:
        client.end()
    return claimed


# ---- plans


def checked(text: str) -> FileCheck:
    return check_file(PlanFile.parse(text), RuleSettings(), shipped_schema())


def data(plan: Styled, text: str) -> Any:
    """What a text says: to another YAML library where it reads all of it."""
    text = text.removeprefix("\ufeff")
    if not plan.only_here:
        return list(YAML(typ="safe", pure=True).load_all(text))
    return tree_data(parse_events(text, yaml12_events).root)


def comments(text: str) -> list[str]:
    """The comments of a text: what stands behind # outside of scalars."""
    found: list[str] = []
    at = 0
    for event in [*yaml12_events(text), None]:
        if event is not None and not isinstance(event, ScalarEvent):
            continue
        start, end = (
            (len(text), len(text)) if event is None else (event.start_mark.index, event.end_mark.index)
        )
        if event is not None and event.style in ("|", ">"):
            end = start + len(text[start:end].rstrip())
            head = text.find("\n", start, end)
            found += [each[0].strip() for each in re.finditer(r"[ \t]#[^\r\n]*", text[start:head])]
        found += [each[0].rstrip() for each in re.finditer(r"(?:(?<=\s)|\A)#[^\r\n]*", text[at:start])]
        at = max(at, end)
    return sorted(found)


def wrong_with(plan: Styled) -> Iterator[str]:
    """What is found in a plan that is right, and what formatting or fixing it changes."""
    check = checked(plan.text)
    for each in check.diagnostics:
        if each.code not in plan.expected:
            yield f"{each.code}: {each.message}"
    for style in (Style(), Style(4), Style(indent_sequences=False)):
        after = apply_edits(plan.text, formatted(check.file, style, shipped_schema()).edits)
        if data(plan, after) != data(plan, plan.text):
            yield f"formatted with {style} it says something else"
        if comments(after) != comments(plan.text):
            yield f"formatted with {style} it has other comments"
        if [source.plan for source in PlanFile.parse(after).sources] != [
            source.plan for source in check.file.sources
        ]:
            yield f"formatted with {style} it is another plan"
        if apply_edits(after, formatted(PlanFile.parse(after), style, shipped_schema()).edits) != after:
            yield f"formatted with {style} twice it is not the same"
    for each in check.diagnostics:
        for fix in check.fixes(each):
            after = apply_edits(plan.text, fix.edits)
            if not set(comments(plan.text)) <= {*comments(after), *plan.may_go}:
                yield f"{fix.title!r} takes a comment away"
            if any(each.code == "syntax" for each in checked(after).diagnostics):
                yield f"{fix.title!r} breaks the file"


def main() -> int:
    failures: list[str] = []
    files = other_files()
    kinds = Counter(Path(name).name for name in files)
    with tempfile.TemporaryDirectory() as name:
        write_others(Path(name), files)
        failures += claimed_by_the_command_line(Path(name))
    failures += asyncio.run(claimed_by_the_server(files))
    print(f"{COUNT} files of other kinds ({len(kinds)} names): {len(failures)} claimed or complained about")
    styled = plans()
    wrong = [f"{plan.name}: {each}" for plan in styled for each in wrong_with(plan)]
    styles = len({plan.style for plan in styled})
    print(f"{PLANS} plans in {styles} styles: {len(wrong)} false findings or changes of meaning")

    for failure in [*failures, *wrong]:
        print(f"FAILED {failure}")
    return 1 if failures or wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
