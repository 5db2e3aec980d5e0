"""What a `.vsix` carries of the server: the right compiled modules for each platform, and all that the extension calls.

The copy for this platform is made for the slow tests; it stays where packaging it takes it up.
"""

import importlib.util
import io
import platform
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from subprocess import PIPE
from types import ModuleType

import pytest

from tests.lsp.process import INITIALIZED, SECONDS, ServerProcess, framed, initialize

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "vscode-client"
if not CLIENT.is_dir():
    pytest.skip("the extension is not part of this copy", allow_module_level=True)
GOAL = "Build a user authentication system with OAuth2, email verification, and password reset"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, CLIENT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


BUNDLE, CONTENTS = script("bundle"), script("contents")

HEADERS = {
    "ELF x86-64 gnu": b"\x7fELF" + bytes(14) + struct.pack("<H", 0x3E) + b"GLIBC_2.17",
    "ELF x86-64 musl": b"\x7fELF" + bytes(14) + struct.pack("<H", 0x3E) + b"libc.so",
    "ELF aarch64 gnu": b"\x7fELF" + bytes(14) + struct.pack("<H", 0xB7) + b"libc.so.6",
    "ELF aarch64 musl": b"\x7fELF" + bytes(14) + struct.pack("<H", 0xB7) + b"libc.so",
    "Mach-O x86-64": b"\xcf\xfa\xed\xfe" + struct.pack("<I", 0x01000007),
    "Mach-O arm64": b"\xcf\xfa\xed\xfe" + struct.pack("<I", 0x0100000C),
    "PE x86-64": b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", 0x8664),
    "PE arm64": b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", 0xAA64),
}
NAMES = {"ELF": "cpython-{}-any.so", "Mach-O": "cpython-{}-darwin.so", "PE": "cp{}-win.pyd"}


def contents(target: str) -> dict[str, bytes]:
    machine = CONTENTS.MACHINES[target]
    files = {"extension/server/start.py": b"", "extension/server/packages/pygls/__init__.py": b"import attrs"}
    for version in BUNDLE.versions_of(target):
        ending = NAMES[machine.split()[0]].format(version.replace(".", ""))
        for module in ("yaml/_yaml", "rpds/rpds"):
            files[f"extension/server/compiled-{version}/{module}.{ending}"] = HEADERS[machine]
    return files


def mistakes(files: dict[str, bytes], target: str) -> list[str]:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    with zipfile.ZipFile(data) as vsix:
        return list(CONTENTS.mistakes(vsix, target, ("/home/me",)))


def test_every_platform_can_be_made_and_looked_into():
    assert BUNDLE.PLATFORMS.keys() == CONTENTS.MACHINES.keys()
    assert all(BUNDLE.versions_of(target)[-1] == "3.14" for target in BUNDLE.PLATFORMS)


@pytest.mark.parametrize("machine", HEADERS)
def test_what_a_native_file_is_for(machine: str):
    assert CONTENTS.machine(HEADERS[machine]) == machine


@pytest.mark.parametrize("target", BUNDLE.PLATFORMS)
def test_a_whole_package_has_no_mistakes(target: str):
    assert mistakes(contents(target), target) == []


@pytest.mark.parametrize("target", BUNDLE.PLATFORMS)
def test_modules_of_another_platform_are_found(target: str):
    other = next(
        each
        for each in BUNDLE.PLATFORMS
        if each.split("-")[0] == target.split("-", maxsplit=1)[0] and each != target
    )
    words = f"is for {CONTENTS.MACHINES[other]}, and {target} needs {CONTENTS.MACHINES[target]}"
    assert sum(words in found for found in mistakes(contents(other), target)) == 2 * len(
        BUNDLE.versions_of(other)
    )


def test_what_is_missing_or_does_not_belong_into_a_package_is_found():
    files = contents("linux-x64")
    del (
        files["extension/server/start.py"],
        files["extension/server/compiled-3.13/rpds/rpds.cpython-313-any.so"],
    )
    files["extension/server/packages/yaml/_yaml.cpython-311-any.so"] = HEADERS["ELF x86-64 gnu"]
    files["extension/server/packages/x/__pycache__/x.pyc"] = b""
    files["extension/server/packages/x/x.py"] = b"# made in /home/me/work"
    assert mistakes(files, "linux-x64") == [
        "rpds/rpds is not there for Python 3.13",
        "the server has no start.py",
        "extension/server/packages/x/__pycache__/x.pyc does not belong into a package",
        "extension/server/packages/x/x.py names /home/me",
        "extension/server/packages/yaml/_yaml.cpython-311-any.so is a native file where all Pythons would load it",
    ]


def test_what_is_bundled_is_locked_and_all_that_is_locked_is_known():
    locked = BUNDLE.locked_requirements((ROOT / "constraints/bundled.txt").read_text(encoding="utf-8"))
    assert {*BUNDLE.COMPILED, *BUNDLE.OF_WINDOWS, *BUNDLE.LEFT_OUT} <= locked.keys()
    assert set(BUNDLE.pure_packages(locked, "win32-x64")) - set(
        BUNDLE.pure_packages(locked, "linux-x64")
    ) == {
        "colorama",
        "tzdata",
    }


@pytest.fixture(scope="module")
def start() -> list[str]:
    """How the server's copy for this platform is started, as the extension does it."""
    system = {"linux": "linux", "darwin": "darwin", "win32": "win32"}[sys.platform]
    arch = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x64"
    made = subprocess.run(
        [sys.executable, str(CLIENT / "scripts" / "bundle.py"), "--target", f"{system}-{arch}"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if made.returncode != 0 and "No matching distribution" in made.stderr + made.stdout:
        pytest.skip("the packages cannot be had from here")
    assert made.returncode == 0, made.stderr
    return [sys.executable, "-I", "-S", str(CLIENT / "server" / "start.py")]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "tests/data/seed/phase1_tasks.yaml", tmp_path / "auth.plan.yaml"))


def called_commands() -> set[str]:
    """The server's commands that the extension's source names."""
    texts = (path.read_text(encoding="utf-8") for path in (CLIENT / "src").rglob("*.ts"))
    return {found for text in texts for found in re.findall(r'\.call<.*>\(\s*"(orchestrate\.\w+)"', text)}


def arguments(plan: Path) -> dict[str, object]:
    uri = plan.as_uri()
    return {
        "orchestrate.explain": "critical-path",
        "orchestrate.handoff": {"uri": uri, "task": "T1"},
        "orchestrate.picture": {"uri": uri},
        "orchestrate.plan": {"goal": GOAL},
        "orchestrate.replan": {"uri": uri, "instruction": "remove T10"},
        "orchestrate.schedule": {"uri": uri},
        "orchestrate.status": {"uri": uri},
        "orchestrate.task": {"uri": uri, "task": "T1", "action": "start"},
    }


def ask_the_server(start: list[str], plan: Path) -> None:
    """Call every command that the extension calls."""
    known = arguments(plan)
    assert called_commands() == known.keys(), "say here how the new one is called"
    document = {
        "uri": plan.as_uri(),
        "languageId": "orchestrate-plan",
        "version": 1,
        "text": plan.read_text("utf-8"),
    }
    abilities = {"workspace": {"applyEdit": True}}
    with ServerProcess([*start, "lsp"], stdin=PIPE, stdout=PIPE, stderr=PIPE, bufsize=0) as server:
        try:
            server.write(
                framed(initialize(rootUri=plan.parent.as_uri(), capabilities=abilities), INITIALIZED)
            )
            server.write(framed({"method": "textDocument/didOpen", "params": {"textDocument": document}}))
            messages = server.reader().messages(5 * SECONDS)
            for number, (command, argument) in enumerate(known.items(), start=10):
                params = {"command": command, "arguments": [argument]}
                server.write(framed({"id": number, "method": "workspace/executeCommand", "params": params}))
                for message in messages:
                    if message.get("id") == number and "method" not in message:
                        assert message.get("result") is not None, (command, message)
                        break
                    if "id" in message and "method" in message:
                        done = {"applied": True} if message["method"] == "workspace/applyEdit" else None
                        server.write(framed({"id": message["id"], "result": done}))
        finally:
            server.kill()


def use_the_command_line(start: list[str], plan: Path, *words: str) -> None:
    said = subprocess.run(
        [*start, *words], cwd=plan.parent, capture_output=True, encoding="utf-8", check=False
    )
    assert said.returncode == 0, (words, said.stderr)
    assert "Traceback" not in said.stderr, words


# One test, since several processes that test would make the copy in the same place at once.
@pytest.mark.slow
def test_all_that_the_extension_calls_works_with_the_copy(start: list[str], plan: Path):
    ask_the_server(start, plan)
    use_the_command_line(start, plan, "check", "auth.plan.yaml", "--fail-on", "never")
    use_the_command_line(start, plan, "plan", GOAL, "--output", "new.plan.yaml", "--no-context")
    use_the_command_line(start, plan, "status", "auth.plan.yaml")
    use_the_command_line(start, plan, "report", "auth.plan.yaml")
    use_the_command_line(start, plan, "run", "auth.plan.yaml", "--dry-run")
    use_the_command_line(start, plan, "approve", "--help")
