"""Plans as text, and file names: whatever the goal holds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.planner.write import SLUG_LENGTH, duration, slug
from tests.planner.plan_reading import assert_sound, load

HOSTILE = [
    'Build an app with "quotes", it\'s, and \\ backslash',
    "Build an app with a: b: c, # no comment, - dash",
    "# Build an app with login",
    "Build an app with & anchors, *aliases, !!python/object:os.system, %YAML, @at, `tick`",
    "- Build an app\n- {a: [b]}\n- | literal\n- > folded\n",
    "---\nBuild an app\n...\nwith login",
    "Build an app with <script>alert(1)</script>, */ and <!-- -->",
    "Build an app with emoji 🚀, 👩‍👩‍👧‍👦 and ﷽",
    "Build an app with\ttabs,\x00nul,\x07bell,\x1b[31mred",
    "Build an app with \u2028 separators, \x85 next line, \ufeff mark and \uffff",
    "Build an app with lone \ud800 surrogate",
    "Build an app with " + "x" * 5000,
    "Build an app with null, true, ~, 1e3, 0x1F, 2026-11-23, =, <<",
    "   leading and trailing blanks of an app   ",
    "Build an app\n\n  with indented\n    lines  \n\nand blanks at ends \n",
    "Build an app with {feature}, {subject} and {0}",
    'Build an app with a{1,2}b, (unclosed [brackets and "quotes',
    "?: build an app ?",
    "Build an app with " + ", ".join(f"part {number}" for number in range(400)),
]


@pytest.mark.parametrize("goal", HOSTILE)
def test_hostile_goals_give_plans_that_read_back(goal: str) -> None:
    result = plan_offline(goal)
    plan = load(result.text)
    assert_sound(plan)
    assert plan["goal"] == goal.replace("\ud800", "\ufffd")
    assert result.text.startswith("# orchestrate: plan\nversion: 1\n")
    assert result.text.endswith("\n")
    assert not re.search(r"[ \t]$", result.text, re.MULTILINE)
    result.text.encode("utf-8")


def test_the_text_is_laid_out_for_people() -> None:
    text = plan_offline("Build a web app with login, reports and file upload").text
    assert re.search(r"\n\ntasks:\n  - id: T1\n    name: ", text)
    assert re.search(r"\n\n  - id: T2\n", text)
    assert re.search(r"\n    dependencies: \[(T\d+, )*T\d+\]\n", text)
    assert re.search(r"\n    estimated_time: \{optimistic: \w+, likely: \w+, pessimistic: \w+\}\n", text)
    assert max(map(len, text.splitlines())) <= 160


def test_a_goal_of_several_lines_stays_readable() -> None:
    text = plan_offline("Build a web app with:\n- login\n- reports").text
    assert "goal: |-\n  Build a web app with:\n  - login\n  - reports\n" in text


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        (
            "Build a user authentication system with OAuth2, email verification, and password reset",
            "build-a-user-authentication-system-with",
        ),
        ("Füge Größenprüfung für Übergänge hinzu", "fuege-groessenpruefung-fuer-uebergaenge"),
        ("Créer un café", "creer-un-cafe"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows\\System32", "c-windows-system32"),
        ("CON", "plan-con"),
        ("com1", "plan-com1"),
        ("it's", "its"),
    ],
)
def test_slugs(goal: str, expected: str) -> None:
    made = slug(goal)
    assert made == expected or made == expected.removesuffix("-with")


@pytest.mark.parametrize("goal", ["レシピ共有アプリ", "учёт времени", "2026", "🚀", ""])
def test_a_goal_without_ascii_letters_gets_a_stable_name(goal: str) -> None:
    assert re.fullmatch(r"plan-[0-9a-f]{8}", slug(goal))
    assert slug(goal) == slug(goal)


def test_goals_that_lose_most_letters_stay_apart() -> None:
    assert slug("API レシピ共有アプリを作る") != slug("API 勤怠管理システムを作る")


@given(st.text(max_size=200))
def test_slugs_are_safe_everywhere(goal: str) -> None:
    made = slug(goal)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", made)
    assert len(made) <= SLUG_LENGTH
    assert not re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", made)
    assert re.search("[a-z]", made)


@pytest.mark.parametrize(("hours", "text"), [(3, "3h"), (0.75, "45m"), (1.5, "1h30m"), (8.25, "8h15m")])
def test_durations(hours: float, text: str) -> None:
    assert duration(hours) == text
