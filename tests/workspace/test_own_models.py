"""Limits for models in settings, and the user's own `models.toml`. A folder never says where a goal is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrate_ls.workspace.model_limits import ModelLimits
from orchestrate_ls.workspace.own_models import Endpoint, load_own_models
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_reading import read_settings, with_editor_settings


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("APPDATA", str(tmp_path))
    (tmp_path / "orchestrate").mkdir()
    return tmp_path / "orchestrate" / "models.toml"


def test_limits_are_read():
    text = '[models]\ntime-out = "90s"\nretries = 0\nprompt-tokens = 2000\nanswer-tokens = 300\nrepair-rounds = 1\n'
    settings, problems = read_settings(text)
    assert problems == ()
    assert settings.models == ModelLimits(90.0, 0, 2000, 300, 1)
    editor, problems = with_editor_settings(settings, {"models": {"timeOut": "2m", "repairRounds": 2}})
    assert (editor.models.seconds, editor.models.repair_rounds, problems) == (120.0, 2, ())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('time-out = "2h"', "from one second to an hour"),
        ('time-out = "soon"', "soon"),
        ("time-out = 5", "from one second"),
        ("retries = 6", "from 0 to 5"),
        ("repair-rounds = 4", "from 0 to 3"),
        ("repair-rounds = true", "from 0 to 3"),
        ("prompt-tokens = 1", "from 1,000"),
        ("timeout = 1", "did you mean `time-out`"),
        ('default = "gpt-4o"', "never a folder's to say"),
        ('endpoints = {x = {url = "http://evil.example"}}', "never a folder's to say"),
        ('url = "http://evil.example"', "never a folder's to say"),
    ],
)
def test_what_cannot_be_used_is_reported_and_the_default_stays(line: str, said: str):
    settings, problems = read_settings(f"[models]\n{line}\n")
    assert settings == Settings()
    (problem,) = problems
    assert said in problem.message
    assert problem.place is not None
    assert problem.place.line == 1


def test_without_a_file_there_is_nothing(own: Path):
    found = load_own_models()
    assert (found.path, found.endpoints, found.problems) == (own, {}, ())
    assert found.over(ModelLimits(retries=1)) == ModelLimits(retries=1)


def test_the_users_own_file_names_endpoints_and_limits(own: Path):
    own.write_text(
        'retries = 0\n[endpoints.local]\nurl = "http://127.0.0.1:8080/v1/"\n'
        '[endpoints.far]\nurl = "https://example.org/v1"\nmodel = "big"\nkey-env = "FAR_KEY"\njson-schema = true\n',
        encoding="utf-8",
    )
    found = load_own_models()
    assert found.problems == ()
    assert found.endpoints == {
        "local": Endpoint("http://127.0.0.1:8080/v1", "local"),
        "far": Endpoint("https://example.org/v1", "big", "FAR_KEY", True),
    }
    # The user's own count before a folder's.
    assert found.over(ModelLimits(retries=5, seconds=9.0)) == ModelLimits(retries=0, seconds=9.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "no setting `x`"),
        ("retries = 99", "from 0 to 5"),
        ("endpoints = 3", "is a table"),
        ("[endpoints.a]", "`url` is missing"),
        ('[endpoints.a]\nurl = "ftp://x"', "no address"),
        ('[endpoints.a]\nurl = "http://far.example"\nkey-env = "K"', "unencrypted"),
        ('[endpoints.a]\nurl = "https://x"\nkey = "sk-1"', "a key does not belong in a file"),
        ('[endpoints.a]\nurl = "https://x"\nkey-env = "A B"', "no name of an environment variable"),
        ('[endpoints.a]\nurl = "https://x"\nkeyenv = "A"', "did you mean `key-env`"),
        ("[[[", ""),
    ],
)
def test_what_is_wrong_in_it_is_told(own: Path, text: str, said: str):
    own.write_text(text, encoding="utf-8")
    found = load_own_models()
    assert found.endpoints == {}
    assert found.over(ModelLimits()) == ModelLimits()
    assert said in " ".join(found.problems)
    assert found.problems
    assert "sk-1" not in " ".join(found.problems)


def test_a_relative_place_is_no_place(own: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    monkeypatch.setenv("APPDATA", "here")
    assert load_own_models().path is None
