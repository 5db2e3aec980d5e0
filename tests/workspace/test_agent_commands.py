"""What settings say of agents' commands, and that editors and wrong values start nothing."""

from __future__ import annotations

import pytest

from orchestrate_ls.workspace.agent_commands import AgentSettings, RunSettings
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_reading import read_settings, with_editor_settings


def test_agents_and_limits_are_read() -> None:
    settings, problems = read_settings("""
        [agents]
        user-folders = []
        [agents.dev]
        use = "claude"
        arguments = ["--x"]
        time-out = "30m"
        [agents."*"]
        command = ["./a.sh", "b c"]
        environment = {MODE = "x"}
        pass-environment = ["KEY", "AWS_*"]
        output-limit = "2 MB"
        [run]
        parallel = 3
        worktrees = true
    """)
    assert problems == ()
    assert settings.agent_commands == (
        AgentSettings("dev", "claude", arguments=("--x",), time_out=1800.0),
        AgentSettings(
            "*",
            command=("./a.sh", "b c"),
            environment=(("MODE", "x"),),
            pass_on=("KEY", "AWS_*"),
            output_limit=2_000_000,
        ),
    )
    assert settings.run == RunSettings(3, worktrees=True)
    assert settings.user_agent_folders == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[agents.a]", "neither `use` nor `command`"),
        ('[agents.a]\nuse = "claude"\ncommand = ["x"]', "both"),
        ('[agents.a]\nuse = "cluade"', "did you mean `claude`"),
        ('[agents.a]\ncommand = "rm -rf /"', "is a list"),
        ('[agents.a]\ncommand = ["x", 3]', "is a list"),
        ("[agents.a]\ncommand = []", "names a program"),
        ('[agents.a]\ncommand = ["x"]\ntimeout = "3m"', "did you mean `time-out`"),
        ('[agents.a]\ncommand = ["x"]\ntime-out = "0s"', "a duration from"),
        ('[agents.a]\ncommand = ["x"]\noutput-limit = 1', "a size"),
        ('[agents.a]\ncommand = ["x"]\nenvironment = {ORCHESTRATE_TASK = "x"}', "no variable"),
        ('[agents.a]\ncommand = ["x"]\npass-environment = ["A=B"]', "no name of a variable"),
        ("agents = 3", "is a table"),
        ("[run]\nparallel = 0", "from 1 to"),
        ("[run]\nworktrees = 1", "true or false"),
        ("[run]\nparalel = 1", "did you mean `parallel`"),
        ("run = 1", "is a table"),
        ('[run]\ndatabase = "mysql://x/y"', "is an address"),
        ("[run]\ndatabase = 1", "is an address"),
        ('[run]\napply-recovery = "split"', "is a list"),
        ('[run]\napply-recovery = ["splitt"]', "did you mean `split`"),
        ('[run]\noutside-files = "x"', "is one of"),
        ('[run]\ndatabase = "postgresql://ann:s3cret@db/x"', "a password in a folder's file"),
    ],
)
def test_what_cannot_be_used_is_said_and_not_started(text: str, message: str) -> None:
    settings, problems = read_settings(text)
    assert any(message in each.message for each in problems), problems
    assert all(each.time_out is None and each.output_limit is None for each in settings.agent_commands)


def test_an_editor_cannot_name_commands() -> None:
    given = {"agents": {"dev": {"command": ["x"]}}, "run": {"parallel": 2}}
    assert with_editor_settings(Settings(), given) == (Settings(), ())


def test_of_two_files_each_says_what_the_other_does_not() -> None:
    own, _ = read_settings('[run]\nparallel = 8\ndatabase = "postgresql://ann:s3cret@db/x"\n', own=True)
    folder, _ = read_settings("[run]\nparallel = 3\nworktrees = true\n")
    both = own.run.over(folder.run)
    assert both == RunSettings(8, worktrees=True, database="postgresql://ann:s3cret@db/x")
    assert RunSettings().over(folder.run) == folder.run
