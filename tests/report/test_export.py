"""Exports read back by other readers, whatever a plan says."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import networkx
import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.report.export import Export, Form, NotPossibleError, export
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_network import network_of
from tests.cli.running import SEED_PLAN, CommandLine
from tests.report.runs import run_of

NASTY = (
    "=1+1 <script>alert(1)</script> $(touch owned) `touch owned` \\ \"];a->b[\" ' ' & %|*[a](b) \u202e\x1b[31m #35;"
    " ${x} ); touch owned; \u00e9\u4e2d"
)
DATED = f"start: 2026-11-23T09:00:00Z\n{SEED_PLAN}"


def exported(text: str, form: Form) -> Export:
    plan = PlanFile.parse(text).sources[0].plan
    return export(plan, NetworkAnalysis(network_of(plan)), form)


def nasty() -> str:
    quoted = json.dumps(NASTY)
    return (
        f"start: 2026-11-23T09:00:00Z\ngoal: {quoted}\ntasks:\n"
        f"  - {{id: {quoted}, name: {quoted}, description: {quoted}, agent: {quoted}, estimated_time: 2h,"
        f" success_criteria: [{quoted}], files: [{quoted}]}}\n"
        f"  - {{id: B, dependencies: [{{task: {quoted}, lag: 1h}}], estimated_time: 1h}}\n"
    )


def test_graphml_is_read_by_networkx():
    graph = networkx.parse_graphml(exported(SEED_PLAN, Form.GRAPHML).text)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (10, 23)
    assert graph.nodes["t3"]["estimate"] == 6 * 3600
    assert {node for node, data in graph.nodes(data=True) if data["critical"]} == {
        "t1",
        "t2",
        "t3",
        "t7",
        "t8",
    }
    assert networkx.parse_graphml(exported(nasty(), Form.GRAPHML).text).number_of_nodes() == 2


def test_csv_and_json_say_the_same():
    rows = list(csv.DictReader(io.StringIO(exported(SEED_PLAN, Form.CSV).text)))
    tasks = json.loads(exported(SEED_PLAN, Form.JSON).text)["tasks"]
    assert [row["id"] for row in rows] == [task["id"] for task in tasks]
    assert [int(row["estimate_seconds"]) for row in rows] == [task["estimate"] for task in tasks]
    assert rows[2]["dependencies"] == "T1 T2"
    assert [row["critical"] for row in rows] == ["yes" if task["critical"] else "no" for task in tasks]


def test_no_cell_is_a_formula():
    for row in csv.reader(io.StringIO(exported(nasty(), Form.CSV).text)):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_labels_are_only_labels_in_mermaid_and_dot():
    for line in exported(nasty(), Form.MERMAID).text.splitlines()[1:]:
        assert re.fullmatch(
            r'    (t\d+\["[\w .,:/()+\-#;·]*(<br/>[\w .,:/()+\-#;·]*)?"\]|t\d+ --> t\d+|(classDef|class|linkStyle) .*)',
            line,
        ), line
    for line in exported(nasty(), Form.DOT).text.splitlines()[4:-1]:
        rest = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
        assert re.fullmatch(r"  t\d+( -> t\d+)?( \[[a-z0-9=\", ]*\])?;", rest), line


@pytest.mark.parametrize("text", [SEED_PLAN, nasty()])
def test_the_picture_is_well_formed_and_asks_for_nothing(text: str):
    drawn = exported(text, Form.SVG).text
    names = {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(drawn).iter()}
    assert names <= {"svg", "style", "title", "desc", "rect", "path", "g", "text"}
    assert "url(" not in drawn
    assert "href" not in drawn


def test_pictures_need_no_more_than_plain_style_sheets():
    """Word processors, drawing programs and libraries know neither custom properties nor conditions."""
    style = exported(SEED_PLAN, Form.SVG).text.split("<style>")[1].split("</style>")[0]
    plain, _, conditional = style.partition("@media")
    assert "var(" not in style
    assert conditional.startswith(" screen and (prefers-color-scheme:dark)")
    assert ".node.critical{stroke:#b4307a" in plain


def test_a_picture_tells_by_itself_what_it_shows():
    name = "A name that takes more than one line of its box"
    text = f"goal: Sign-in for all\ntasks: [{{id: A, name: {name}, agent: dev, estimated_time: 2h}}]\n"
    drawn = exported(text, Form.SVG).text
    shown = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    assert shown == [
        "Sign-in for all", "1 task, 2h of work, critical path of 2h marked",
        "A", "2h", "A name that takes more than one", "line of its box", "dev",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [1, 61, 201, 501])
def test_pictures_of_all_sizes(size: int):
    drawn = exported(run_of(size)[0], Form.SVG).text
    assert len(re.findall(r'class="node[" ]', drawn)) == size
    for x, y in re.findall(r'<rect x="(-?[\d.]+)" y="(-?[\d.]+)"', drawn):
        assert float(x) >= 0
        assert float(y) >= 0


def test_taskjuggler():
    made = exported(DATED, Form.TASKJUGGLER).text
    assert (
        'task t3 "T3 OAuth2 Integration" {\n  depends t1, t2\n  effort 6h\n  allocate r3\n  priority 700\n}'
        in made
    )
    rest = re.sub(r'"[^"]*"', '""', exported(nasty(), Form.TASKJUGGLER).text)
    assert "touch" not in rest
    assert "depends t1 { gaplength 1h }" in rest
    with pytest.raises(NotPossibleError, match="date to start"):
        exported(SEED_PLAN, Form.TASKJUGGLER)


def test_what_cannot_be_said_is_said():
    text = (
        "start: 2026-11-23\ntasks:\n  - {id: A, estimated_time: 1h}\n"
        "  - {id: B, estimated_time: 1h, dependencies: [{task: A, type: finish-to-finish, lag: 1h}]}\n"
    )
    assert "finish-to-finish with a lag of 1h" in exported(text, Form.TASKJUGGLER).left_out[0]
    assert "1 dependency has a lag" in exported(text, Form.MERMAID).left_out[0]
    assert exported(text, Form.DOT).left_out == ()


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no sh")
def test_the_script_makes_issues_and_runs_nothing_else(tmp_path: Path):
    said = tmp_path / "said"
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/gh"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$6" >> "{said}"\necho "https://x/$(wc -l < "{said}")"\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    script = exported(nasty(), Form.ISSUES).text
    finished = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert finished.stdout.count("https://x/") == 2
    assert not (tmp_path / "owned").exists()
    bodies = said.read_text()
    assert "$(touch owned)" in bodies
    assert "Depends on:\n- https://x/" in bodies


def test_the_command(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", SEED_PLAN)
    for form in (*(each.value for each in Form if each is not Form.TASKJUGGLER), "html"):
        outcome = orchestrate("export", "a.plan.yaml", "--to", form, "--now", "2026-11-23T09:00:00Z")
        assert (outcome.code, outcome.err) == (0, ""), form
        assert outcome.out.endswith("\n")
    assert orchestrate("export", "a.plan.yaml", "--to", "svg", "-o", "a.svg").code == 0
    assert (orchestrate.folder / "a.svg").read_text(encoding="utf-8").startswith("<svg ")
    wrong = orchestrate("export", "a.plan.yaml", "--to", "word")
    assert (wrong.code, "name one of mermaid" in wrong.err) == (2, True)
    assert "write `start:" in orchestrate("export", "a.plan.yaml", "--to", "taskjuggler").err
