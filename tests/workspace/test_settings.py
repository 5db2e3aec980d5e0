"""Settings from `orchestrate.toml` and from an editor: what holds, and how wrong ones are reported."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.agents.selection import Weights
from orchestrate_ls.plan.model import Priority
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.registry import RULES
from orchestrate_ls.syntax.toml_places import toml_places
from orchestrate_ls.workspace.settings import CodeLenses, FormatSettings, InlayHints, Settings
from orchestrate_ls.workspace.settings_files import SettingsFiles, load_settings
from orchestrate_ls.workspace.settings_reading import read_settings, with_editor_settings

CODE = RULES[0].code


def underlined(text: str) -> list[tuple[str, str]]:
    """Each problem's message with the text at its place."""
    lines = text.splitlines()
    found = []
    for problem in read_settings(text)[1]:
        place = problem.place
        found.append((lines[place.line][place.start : place.end] if place else "", problem.message))
    return found


def test_everything_can_be_set():
    settings, problems = read_settings(f"""
        exclude = ["archive/**"]
        extend-include = ["plans/*.yaml"]
        max-file-size = "50 MB"
        [rules]
        {CODE} = "off"
        [thresholds]
        long-task = "1d"
        serial-share = 0.5
        serial-tasks = 6
        claim-tolerance = 0
    """)
    assert problems == ()
    assert settings.exclude == ("archive/**",)
    assert settings.extend_include == ("plans/*.yaml",)
    assert settings.max_file_size == 50_000_000
    assert settings.rules.severities == {CODE: Severity.OFF}
    thresholds = settings.rules.thresholds
    assert (thresholds.long_task_seconds, thresholds.serial_share) == (8 * 3600, 0.5)
    assert (thresholds.serial_tasks, thresholds.claim_tolerance) == (6, 0.0)


def test_nothing_set_is_the_default():
    assert read_settings("") == (Settings(), ())
    assert read_settings("\ufeff# only a comment") == (Settings(), ())


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("exclud = []", "exclud", "did you mean `exclude`?"),
        ("max_file_size = 1", "max_file_size", "did you mean `max-file-size`?"),
        ("colour = 1", "colour", "the settings are `agents`"),
        (f'{CODE} = "off"', CODE, "belongs below `[rules]`"),
        ("serial-share = 0.5", "serial-share", "belongs below `[thresholds]`"),
        (f'[rules]\n{CODE[:-1]} = "off"', CODE[:-1], f"did you mean `{CODE}`?"),
        ('[rules]\nxyz = "off"', "xyz", "`orchestrate explain` lists them"),
        (f'[rules]\n{CODE} = "eror"', '"eror"', "did you mean `error`?"),
        (f"[rules]\n{CODE} = false", "false", '"off"'),
        ('rules = "off"', '"off"', "is a table of rules"),
        (f'rules = {{ "{CODE}" = "lots" }}', '"lots"', "there is no severity `lots`; the severities are"),
        (f'rules."{CODE}" = "lots"', '"lots"', "there is no severity"),
        ('[thresholds]\nlong-task = "8 parsecs"', '"8 parsecs"', "no unit of time"),
        ("[thresholds]\nlong-task = 8", "8", "is a duration"),
        ("[thresholds]\nserial-share = 1.5 # much", "1.5", "from 0 to 1"),
        ("[thresholds]\nserial-share = nan", "nan", "from 0 to 1"),
        ("[thresholds]\nserial-share = true", "true", "from 0 to 1"),
        ("[thresholds]\nserial-tasks = 1", "1", "2 or more"),
        ("[thresholds]\nserial-tusks = 4", "serial-tusks", "did you mean `serial-tasks`?"),
        ("thresholds = 3", "3", "is a table"),
        ('exclude = "a"', '"a"', "is a list of globs"),
        ('exclude = [\n  "a", # 1\n  2,\n]', "2", "a glob is text"),
        ('max-file-size = "many"', '"many"', "for example"),
        ("max-file-size = 0", "0", "for example"),
        ("max-file-size = 2_000_000_000", "2_000_000_000", "at most 1 GB"),
        ("exclude = [", "", "this is not TOML"),
        ("a = 1\na = 2", "", "this is not TOML"),
    ],
)
def test_a_wrong_setting_is_shown_at_its_place(text: str, place: str, part: str):
    ((at, message),) = underlined(text)
    assert part in message
    assert at == place or message.startswith("this is not TOML")


def test_what_is_right_holds_beside_what_is_wrong():
    settings, problems = read_settings(f'exclude = ["a"]\n[rules]\nxyz = "off"\n{CODE} = "hint"\n')
    assert settings.exclude == ("a",)
    assert settings.rules.severities == {CODE: Severity.HINT}
    assert [problem.setting for problem in problems] == ["rules.xyz"]


def test_problems_of_broken_toml_point_into_the_text():
    (problem,) = read_settings('[rules]\nx = "off" y\n')[1]
    assert problem.place is not None
    assert problem.place.line == 1


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "{" * 3000, "a." * 3000 + "b = 1", "\0"]
)
def test_a_hostile_text_is_a_problem_and_no_error(text: str):
    settings, problems = read_settings(text)
    assert settings == Settings()
    assert problems


@given(st.text(alphabet="ab.=\"'[]{}#,\n\\ 1", max_size=60))
def test_any_text_is_read(text: str):
    settings, _ = read_settings(text)
    assert isinstance(settings, Settings)
    toml_places(text)


def test_places_of_every_kind_of_value():
    text = 'a.b = """x\n"y"""\nc = [1, {d = \'\'\'e\'\'\'}, 1979-05-27 07:32:00 ]\n[[f.g]]\n"h\\u0041" = 2'
    places = toml_places(text)
    found = {path: text[slice(*place.value)] for path, place in places.items()}
    assert found["a", "b"] == '"""x\n"y"""'
    assert found["c", 1, "d"] == "'''e'''"
    assert found["c", 2] == "1979-05-27 07:32:00"
    assert found["f", "g", "hA"] == "2"


def test_an_editor_overrides_and_may_write_in_camel_case():
    base, _ = read_settings(f'exclude = ["a"]\n[rules]\n{CODE} = "hint"\n[thresholds]\nserial-tasks = 7\n')
    given_settings = {
        "rules": {CODE: "error"},
        "thresholds": {"serialShare": 0.5, "longTask": None},
        "maxFileSize": 1000,
        "exclude": None,
        "trace": {"server": "verbose"},
    }
    settings, problems = with_editor_settings(base, given_settings)
    assert problems == ()
    assert settings.rules.severities == {CODE: Severity.ERROR}
    assert (settings.rules.thresholds.serial_share, settings.rules.thresholds.serial_tasks) == (0.5, 7)
    assert (settings.max_file_size, settings.exclude) == (1000, ("a",))


def test_wrong_editor_settings_are_reported_by_name():
    _, problems = with_editor_settings(Settings(), {"rules": {"xyz": "off"}, "thresholds": [1]})
    assert [(each.setting, each.place) for each in problems] == [("rules.xyz", None), ("thresholds", None)]


def test_the_nearest_file_holds_and_one_above_the_repository_does_not(tmp_path: Path):
    (tmp_path / "orchestrate.toml").write_text('exclude = ["outer"]')
    repository = tmp_path / "repository"
    deep = repository / "a" / "b"
    deep.mkdir(parents=True)
    (repository / ".git").mkdir()
    files = SettingsFiles()
    assert files.of(deep / "x.plan.yaml").path is None
    (repository / "a" / "orchestrate.toml").write_text('exclude = ["inner"]')
    assert SettingsFiles().of(deep / "x.plan.yaml").settings.exclude == ("inner",)
    assert SettingsFiles(tmp_path / "orchestrate.toml").of(deep).settings.exclude == ("outer",)


@pytest.mark.parametrize("content", [b"a = '\xff'", b"#" * 1_000_001])
def test_a_settings_file_that_cannot_be_read_is_a_problem(tmp_path: Path, content: bytes):
    path = tmp_path / "orchestrate.toml"
    path.write_bytes(content)
    loaded = load_settings(path)
    assert loaded.settings == Settings()
    assert len(loaded.problems) == 1


def test_a_missing_settings_file_is_a_problem(tmp_path: Path):
    (problem,) = load_settings(tmp_path / "none.toml").problems
    assert "no such file" in problem.message


def test_the_documented_settings_are_right():
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    text = page.split("```toml\n")[1].split("```")[0]
    settings, problems = read_settings(text)
    assert problems == ()
    defaults = Settings()
    assert settings.max_file_size == defaults.max_file_size
    assert settings.rules.severities["critical-path"] is Severity.OFF
    assert settings.rules.thresholds == replace(defaults.rules.thresholds, long_task_seconds=8 * 3600)
    assert settings.inlay_hints == InlayHints(slack=False)
    assert settings.code_lenses == CodeLenses(references=False)
    assert settings.format == replace(defaults.format, indent=2)
    for name in ("`indent-sequences`", "`key-order`", "`[code-lenses]`"):
        assert f"| {name} |" in page
    assert settings.workspace_diagnostics is False
    assert settings.refine_schedules is False
    for name in (
        "exclude",
        "extend-include",
        "max-file-size",
        "workspace-diagnostics",
        "refine-schedules",
        "long-task",
        "serial-share",
        "serial-tasks",
        "retries",
        "prompt-tokens",
        "answer-tokens",
        "repair-rounds",
    ):
        assert f"| `{name}` |" in page
    assert settings.models == replace(defaults.models, answer_tokens=16000)


@pytest.mark.parametrize("name", ["workspace-diagnostics", "refine-schedules"])
def test_what_is_done_in_the_background_can_be_switched_off(name: str):
    attribute = name.replace("-", "_")
    assert getattr(Settings(), attribute) is True
    assert getattr(read_settings(f"{name} = false")[0], attribute) is False
    head, _, tail = name.partition("-")
    settings, problems = with_editor_settings(Settings(), {head + tail.capitalize(): False})
    assert (getattr(settings, attribute), problems) == (False, ())
    settings, (problem,) = read_settings(f'{name} = "no"')
    assert getattr(settings, attribute) is True
    assert problem.message == f"`{name}` is true or false"


def test_the_users_agent_folders_can_be_chosen_but_not_invented():
    assert read_settings("[agents]\nuser-folders = []")[0].user_agent_folders == ()
    settings, problems = read_settings(
        '[agents]\nuser-folders = ["~/.claude/agents/", "~/.ssh", 5]\nuser = 1'
    )
    assert settings.user_agent_folders == ("~/.claude/agents",)
    assert [each.setting for each in problems] == [
        "agents.user-folders.1",
        "agents.user-folders.2",
        "agents.user",
    ]
    settings, problems = with_editor_settings(Settings(), {"agents": {"userFolders": ["~/.codex/agents"]}})
    assert (settings.user_agent_folders, problems) == (("~/.codex/agents",), ())
    for wrong in ("agents = 1", "[agents]\nuser-folders = '~'"):
        settings, problems = read_settings(wrong)
        assert settings == Settings()
        assert len(problems) == 1


def test_formatting_and_lenses_are_read():
    text = (
        '[format]\nindent = 4\nindent-sequences = false\nkey-order = "schema"\n[code-lenses]\ntotal = false\n'
    )
    settings, problems = read_settings(text)
    assert problems == ()
    assert settings.format == FormatSettings(4, indent_sequences=False, key_order="schema")
    assert settings.code_lenses == CodeLenses(total=False)
    given = {
        "format": {"indentSequences": False, "keyOrder": "schema"},
        "codeLenses": {"criticalPath": False},
    }
    settings, problems = with_editor_settings(Settings(), given)
    assert problems == ()
    assert settings.format == FormatSettings(indent_sequences=False, key_order="schema")
    assert settings.code_lenses == CodeLenses(critical_path=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[format]\nindent = true\n", "number of columns"),
        ("[format]\nindent = 9\n", "number of columns"),
        ("[format]\nindent-sequences = 1\n", "true or false"),
        ("[format]\nkey-order = 'x'\n", '"keep" or "schema"'),
        ("[format]\nkey-ordr = 'keep'\n", "did you mean `key-order`"),
        ("format = 1\n", "is a table"),
        ("[code-lenses]\ntotal = 1\n", "true or false"),
        ("[code-lenses]\nrefs = true\n", "there is no lens `refs`"),
        ("code-lenses = 1\n", "for example `critical-path = false`"),
    ],
)
def test_wrong_formatting_and_lenses_are_problems(text: str, said: str):
    settings, problems = read_settings(text)
    assert settings == Settings()
    assert [said in each.message for each in problems] == [True]


def test_keys_of_many_parts_are_refused_before_they_take_their_time():
    ((problem),) = read_settings("a" + ".a" * 200_000 + " = 1")[1]
    assert "too many dots" in problem.message
    assert read_settings('"a.b.c" = "' + "x." * 30 + '"')[1][0].setting == "a.b.c"


def test_how_agents_are_chosen_is_a_setting():
    settings, problems = read_settings(
        "[selection]\nperformance = 1\nload = 0\n"
        '[skills.synonyms]\noauth2 = ["OAuth", " open id "]\njs = "javascript"\n'
        '[skills.kinds]\nauthentication = ["oauth2", "sso"]\nsecurity = ["authentication", "oauth2"]\n'
    )
    assert problems == ()
    selection = settings.rules.selection
    assert selection.weights == Weights(0.4, 1, 0)
    assert selection.skills.synonyms == {"OAuth": "oauth2", "open id": "oauth2", "javascript": "js"}
    assert selection.skills.broader == {
        "oauth2": ("authentication", "security"),
        "sso": ("authentication",),
        "authentication": ("security",),
    }
    edited, problems = with_editor_settings(
        settings, {"selection": {"availability": 0}, "skills": {"kinds": {"design": ["cssGrid"]}}}
    )
    assert problems == ()
    assert edited.rules.selection.weights == Weights(0, 1, 0)
    # Names of skills are the user's own, whatever their letter case.
    assert edited.rules.selection.skills.broader["cssGrid"] == ("design",)


def test_what_priorities_count_is_a_setting():
    text = '[priority]\ncritical = 100\nblocked-task = 0.5\ncritical-path = 0\ndeadline = 7\ndeadline-within = "1d"\n'
    settings, problems = read_settings(text)
    assert problems == ()
    weights = settings.priorities
    assert (weights.base[Priority.CRITICAL], weights.base[Priority.LOW]) == (100, 10)
    assert (weights.blocked_task, weights.critical, weights.deadline) == (0.5, 0, 7)
    assert weights.deadline_within == 24 * 3600  # by the clock, not by working days
    edited, problems = with_editor_settings(
        settings, {"priority": {"blockedTask": 3, "deadlineWithin": None}}
    )
    assert (problems, edited.priorities.blocked_task) == ((), 3)


@pytest.mark.parametrize(
    ("text", "setting", "part"),
    [
        ("selection = 1", "selection", "is a table"),
        ("[selection]\nperfomance = 1", "selection.perfomance", "did you mean `performance`?"),
        ("[selection]\nload = -1", "selection.load", "is a number from 0"),
        ("[selection]\nload = true", "selection.load", "is a number from 0"),
        ("[selection]\nload = nan", "selection.load", "is a number from 0"),
        ("[selection]\navailability = 0\nperformance = 0\nload = 0", "selection", "are all 0"),
        ("[skills]\nsynonym = {}", "skills.synonym", "did you mean `synonyms`?"),
        ("[skills]\nsynonyms = []", "skills.synonyms", "is a table"),
        ("[skills.kinds]\na = [1]", "skills.kinds.a.0", "texts in a list"),
        ("[skills.kinds]\na = 1", "skills.kinds.a", "texts in a list"),
        ("[priority]\nurgent = 1", "priority.urgent", "there are `critical`"),
        ("[priority]\nhigh = 'x'", "priority.high", "is a number"),
        ("[priority]\ndeadline-within = 4", "priority.deadline-within", "is a duration"),
        ("[priority]\ndeadline-within = 'soon'", "priority.deadline-within", ""),
    ],
)
def test_wrong_choices_are_reported_and_the_defaults_stay(text: str, setting: str, part: str):
    settings, problems = read_settings(text)
    assert settings == Settings()
    assert [each.setting for each in problems] == [setting]
    assert part in problems[0].message
    assert problems[0].place is not None


def test_the_documented_weights_are_the_defaults():
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    settings, _ = read_settings(page.split("```toml\n")[1].split("```")[0])
    assert settings.rules.selection.weights == Weights()
    assert settings.priorities == Settings().priorities
    assert settings.rules.selection.skills.reach(["oauth"]) >= {"oauth2", "authentication"}


def test_templates_are_read_in_either_spelling():
    (template,) = (
        Settings().templates
        or read_settings(
            '[templates.patch]\nphases = ["a", {name = "b", optional = true}]\nfast-track = true\npriority = 15\n'
        )[0].templates
    )
    assert (template.phases, template.optional_phases, template.fast_track) == (("a", "b"), ("b",), True)
    assert template.priority == "15"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("templates = 1", "a table"),
        ("[templates.x]\nphases = []", "needs `phases`"),
        ('[templates.x]\nphases = ["a"]\npriority = "soon"', "`priority` is"),
        ('[templates.x]\nphases = ["a"]\nfast_track = 1', "true or false"),
        ('[templates.x]\nphases = ["a"]\nphase = 1', "did you mean `phases`"),
        ('[templates.x]\nphases = ["a"]\ndefault_agents = "me"', "ids of agents"),
    ],
)
def test_wrong_templates_are_reported(text: str, part: str):
    _, problems = read_settings(text)
    assert any(part in each.message for each in problems), problems
