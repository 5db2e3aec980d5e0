"""`unknown-gate`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from tests.rules.fixtures import check, check_fix

ONLY = {"unknown-gate"}


def test_gates_and_the_checks_inside() -> None:
    check(
        """
        quality_gates:
          code_review:
            required: true
            automated_checks:
              - linting: must_pass
          integration:
            smoke_tests: all_pass
        tasks:
          - id: T1
            quality_gates: [code_review, smoke_tests, linting]
          - id: T2
            quality_gates:
              - "code_reviews" # typo
        #       ^^^^^^^^^^^^^^ warning[unknown-gate] no quality gate `code_reviews`; did you mean `code_review`? 💡
              - {own: must_pass}
          - {id: T3, quality_gates: [nothing_like_it]}
        #                            ^^^^^^^^^^^^^^^ warning[unknown-gate] declare it under the plan's `quality_gates` 💡
        """,
        only=ONLY,
    )


def test_replacing() -> None:
    before = "quality_gates: {review: {required: true}}\ntasks:\n  - id: T1\n    quality_gates: ['reviews']\n"
    check_fix(before, before.replace("reviews", "review"), "unknown-gate")


def test_declaring_in_each_form() -> None:
    tasks = "tasks:\n  - id: T1\n    quality_gates: [zzz]\n"
    for before, after in {
        "quality_gates:\n  a: {}\n": "quality_gates:\n  a: {}\n  zzz:\n    required: true\n",
        "quality_gates: {a: {}}\n": "quality_gates: {a: {}, zzz: {required: true}}\n",
        "quality_gates:\n  - a\n": "quality_gates:\n  - a\n  - zzz\n",
        "goal: g\n": "goal: g\nquality_gates:\n  zzz:\n    required: true\n",
        "": "quality_gates:\n  zzz:\n    required: true\n",
    }.items():
        check_fix(before + tasks, after + tasks, "unknown-gate", "Declare")


def test_the_tasks_and_groups_that_a_gate_holds() -> None:
    check(
        """
        quality_gates:
          review:
            for_tasks: [login, logn, zzz]
        #                      ^^^^ warning[unknown-gate] the plan has no task `logn`; did you mean `login`? 💡
        #                            ^^^ warning[unknown-gate] the plan has no task `zzz`
            for_groups: [cor]
        #                ^^^ warning[unknown-gate] no parallel group `cor`; did you mean `core`? 💡
        tasks:
          - {id: login, parallel_group: core}
        """,
        only=ONLY,
    )
    before = "quality_gates: {review: {for_tasks: [logn]}}\ntasks:\n  - id: login\n"
    check_fix(before, before.replace("logn", "login"), "unknown-gate")
