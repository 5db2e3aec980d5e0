"""What leads elsewhere: `«…»` in the text is linked."""

from __future__ import annotations

from collections.abc import Collection

from orchestrate_ls.ide.document_links import links_of
from orchestrate_ls.plan.file import PlanFile
from tests.ide.fixtures import marked, shown


def check(text: str, agents: Collection[str] = ()) -> None:
    plain, _, ranges = marked("$0" + text)
    found = [(link.start, link.end, False) for link in links_of(PlanFile.parse(plain), agents)]
    assert shown(plain, found) == shown(plain, ranges)


def test_files_but_no_globs():
    check(
        "tasks:\n  - id: T1\n    files:\n      - «src/a.py»\n      - src/**\n      - '«b c.py»' # c\n"
        "  - id: T2\n    files: [«x», \"«y»\", 'a{b,c}', '!z', *a]\n"
        "  - id: T3\n    files: «one»\n"
        "  - {id: T4, files: [«two»]}\n"
    )


def test_agents_that_are_defined_in_files():
    check("tasks:\n  - id: T1\n    agent: «a»\n  - id: T2\n    agent: b\n", {"a"})
    # Declared here as well: from the declaration, as all else is for "go to definition".
    check("agents:\n  - id: «a»\n  - id: b\ntasks:\n  - id: T1\n    agent: a\n", {"a"})


def test_rules_that_are_silenced():
    check(
        "# orchestrate: ignore-file[«missing-agent», nothing]\ntasks:\n  - id: T1 # orchestrate: ignore[«schema»]\n"
    )


def test_half_typed_text_has_the_links_it_can():
    check("tasks:\n  - id: T1\n    files: [«a»\n  - id: T2\n    files: [«b»]\n")


def test_sub_plans():
    check("tasks:\n  - id: T1\n    plan: «auth/T1.plan.yaml» # here\n  - {id: T2, plan: '«b.plan.yaml»'}\n")
