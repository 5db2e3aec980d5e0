"""What settings say of the checks of quality gates, and that editors and wrong values start nothing."""

import pytest

from orchestrate_ls.workspace.gate_settings import EvidenceKind, GateCommand, NotifySettings
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_reading import read_settings, with_editor_settings

TEXT = """
[gates.tests]
command = ["pytest", "-q"]
[gates.coverage]
command = ["pytest", "--cov"]
evidence = "coverage"
file = "reports/coverage.xml"
folder = "server"
time-out = "20m"
pass-environment = ["CI", "AWS_*"]
[gates."performance tests"]
command = ["./bench"]
evidence = "number"
pattern = 'p95: (\\d+)'
unit = "ms"
budget = 250
tolerance = "5%"
[notify]
command = ["notify-send", "{title}"]
webhook = "https://hooks.example/abc"
"""


def test_checks_are_read():
    settings, problems = read_settings(TEXT, own=True)
    assert problems == ()
    assert settings.gates == (
        GateCommand("tests", ("pytest", "-q")),
        GateCommand(
            "coverage",
            ("pytest", "--cov"),
            EvidenceKind.COVERAGE,
            "reports/coverage.xml",
            folder="server",
            time_out=1200.0,
            pass_on=("CI", "AWS_*"),
        ),
        GateCommand(
            "performance tests",
            ("./bench",),
            EvidenceKind.NUMBER,
            pattern=r"p95: (\d+)",
            unit="ms",
            budget=250.0,
            tolerance=0.05,
        ),
    )
    assert settings.notify == NotifySettings(("notify-send", "{title}"), "https://hooks.example/abc")


def test_what_a_folder_says_of_who_is_told_is_reported():
    (problem,) = read_settings(TEXT)[1]
    assert problem.setting == "notify"
    assert "your own `run.toml`" in problem.message
    assert problem.place is not None
    assert TEXT.splitlines()[problem.place.line] == "[notify]"


def test_editors_name_no_commands():
    given = {"gates": {"tests": {"command": ["x"]}}, "notify": {"command": ["x"]}}
    assert with_editor_settings(Settings(), given) == (Settings(), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gates = 3", "is a table"),
        ("[gates]\ntests = 3", "a check is a table"),
        ("[gates.t]", "neither `command` nor `file`"),
        ('[gates.t]\nfile = "a.xml"', "only reads a file"),
        ('[gates.t]\ncommand = "pytest"', "is a list"),
        ("[gates.t]\ncommand = []", "names a program"),
        ('[gates.t]\ncommand = ["x"]\nevidence = "junti"', "did you mean `junit`"),
        ('[gates.t]\ncommand = ["x"]\nfile = "../a.xml"', "below the folder"),
        ('[gates.t]\ncommand = ["x"]\nfile = "/etc/passwd"', "below the folder"),
        ('[gates.t]\ncommand = ["x"]\nfile = "C:\\\\a"', "below the folder"),
        ('[gates.t]\ncommand = ["x"]\nfolder = "a/../../b"', "below the folder"),
        ('[gates.t]\ncommand = ["x"]\nevidence = "number"\npattern = "("', "no regular expression"),
        ('[gates.t]\ncommand = ["x"]\nevidence = "number"\npattern = "a"', "no group"),
        ('[gates.t]\ncommand = ["x"]\nevidence = "number"\npointer = "a"', "JSON pointer"),
        ('[gates.t]\ncommand = ["x"]\npattern = "(a)"', 'evidence = "number"'),
        ('[gates.t]\ncommand = ["x"]\nevidence = "coverage"', "name it"),
        ('[gates.t]\ncommand = ["x"]\ntime-out = "0s"', "a duration from"),
        ('[gates.t]\ncommand = ["x"]\nbudget = -1', "is a number"),
        ('[gates.t]\ncommand = ["x"]\ntimeout = "3m"', "did you mean `time-out`"),
        ("notify = 3", "is a table"),
        ('[notify]\nwebhok = "x"', "did you mean `webhook`"),
        ('[notify]\nwebhook = "http://example.com/"', "this machine alone"),
        ('[notify]\nwebhook = "file:///etc/passwd"', "is an address"),
        ('[notify]\nwebhook = "https://"', "is an address"),
        ('[notify]\ncommand = "x"', "is a list"),
    ],
)
def test_what_cannot_be_used_is_reported_and_left_out(text: str, message: str):
    settings, problems = read_settings(text, own=True)
    assert message in problems[0].message
    assert settings == Settings()
    assert problems[0].place is not None
