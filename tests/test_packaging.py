"""What is promised about the distribution: its version, its locked dependencies, what a wheel contains."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import orchestrate_ls

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "constraints").glob("*.txt"))
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(lock: Path) -> dict[str, list[tuple[Requirement, list[str]]]]:
    """Return the lock's requirements, each with its hashes, by normalised name."""
    text = re.sub(r"^\s*#.*\n", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    found: dict[str, list[tuple[Requirement, list[str]]]] = {}
    for line in text.splitlines():
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        parsed = Requirement(requirement)
        found.setdefault(canonicalize_name(parsed.name), []).append((parsed, hashes))
    return found


def pinned(lock: Path) -> dict[str, set[str]]:
    """Return the hashes of each locked version, whatever its marker."""
    return {f"{r.name}{r.specifier}": set(hashes) for pairs in locked(lock).values() for r, hashes in pairs}


def environments() -> list[dict[str, str]]:
    return [
        {
            "python_version": python,
            "python_full_version": f"{python}.0",
            "sys_platform": platform,
            "platform_system": system,
            "os_name": name,
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }
        for python in PYTHONS
        for platform, system, name in PLATFORMS
    ]


def test_there_is_a_lock_for_each_use():
    names = ["build", "bundled", "dev", "fuzz", "lock", "lowest", "runtime", "test"]
    assert [lock.stem for lock in LOCKS] == names


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_registry_and_no_place_on_a_disk(lock: Path):
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|^-|index-url|find-links|trusted-host|@ ", text, re.MULTILINE)
    assert not re.search(r"(^|[\s\"'])(/|~/|[A-Za-z]:\\)", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_locked_requirement_has_one_version_and_hashes(lock: Path):
    requirements = [pair for pairs in locked(lock).values() for pair in pairs]
    assert requirements
    for requirement, hashes in requirements:
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], str(requirement)
        assert hashes, str(requirement)
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes), str(requirement)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_no_environment_gets_two_versions_of_one_package(lock: Path):
    for pairs in locked(lock).values():
        for environment in environments():
            chosen = [str(r) for r, _ in pairs if r.marker is None or r.marker.evaluate(environment)]
            assert len(chosen) <= 1, (chosen, environment)


@pytest.mark.parametrize("name", ["runtime", "bundled", "test", "dev", "lowest"])
def test_a_lock_satisfies_the_declared_dependencies_everywhere(name: str):
    lock = locked(ROOT / f"constraints/{name}.txt")
    for declared in map(Requirement, project()["project"]["dependencies"]):
        for environment in environments():
            if declared.marker is not None and not declared.marker.evaluate(environment):
                continue
            chosen = [
                requirement
                for requirement, _ in lock[canonicalize_name(declared.name)]
                if requirement.marker is None or requirement.marker.evaluate(environment)
            ]
            assert len(chosen) == 1, (declared.name, environment)
            (pin,) = chosen[0].specifier
            assert declared.specifier.contains(pin.version), str(chosen[0])


def test_the_lowest_lock_has_the_oldest_versions_that_are_declared():
    lock = locked(ROOT / "constraints/lowest.txt")
    for declared in map(Requirement, project()["project"]["dependencies"]):
        (oldest,) = (specifier.version for specifier in declared.specifier if specifier.operator == ">=")
        versions = {
            Version(pin.version) for r, _ in lock[canonicalize_name(declared.name)] for pin in r.specifier
        }
        assert versions == {Version(oldest)}, f"{declared.name}: no such release, or make lock was not run"


def test_the_smaller_locks_are_cuts_of_the_full_one():
    full = pinned(ROOT / "constraints/dev.txt")
    for name in ("build", "runtime", "test"):
        for pin, hashes in pinned(ROOT / f"constraints/{name}.txt").items():
            assert full.get(pin) == hashes, f"{name}: {pin}; run make lock"


def test_the_bundled_lock_is_that_of_the_runtime_without_pydantic():
    runtime, bundled = pinned(ROOT / "constraints/runtime.txt"), pinned(ROOT / "constraints/bundled.txt")
    of_its_own = {pin.partition("==")[0] for pin, hashes in bundled.items() if runtime.get(pin) != hashes}
    assert of_its_own == {"typer"}, "run make lock"
    left_out = (
        locked(ROOT / "constraints/runtime.txt").keys() - locked(ROOT / "constraints/bundled.txt").keys()
    )
    assert left_out == {"annotated-types", "pydantic", "pydantic-core", "typing-inspection"}


def test_the_version_stands_in_one_place():
    described = project()
    assert "version" not in described["project"]
    assert described["project"]["dynamic"] == ["version"]
    source = (ROOT / described["tool"]["hatch"]["version"]["path"]).read_text(encoding="utf-8")
    assert f'__version__ = "{orchestrate_ls.__version__}"' in source
    assert re.fullmatch(r"\d+\.\d+\.\d+([ab]\d+|rc\d+)?", orchestrate_ls.__version__)


def test_the_command_starts_the_command_line():
    assert project()["project"]["scripts"] == {"orchestrate": "orchestrate_ls.cli.main:main"}
    answer = subprocess.run(
        [sys.executable, "-m", "orchestrate_ls", "--help"],
        cwd=ROOT / "server",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert "usage" in answer.stdout.lower()


@pytest.mark.slow
def test_a_wheel_built_from_the_source_archive_is_whole(tmp_path: Path):
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    built = subprocess.run(build, capture_output=True, encoding="utf-8", check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"orchestrate_ls-{orchestrate_ls.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        contents = set(archive.namelist())
    server = ROOT / "server"
    wanted = {
        path.relative_to(server).as_posix()
        for path in (server / "orchestrate_ls").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    for folder in ("schema", "commands"):
        wanted |= {
            f"orchestrate_ls/{folder}/{path.relative_to(ROOT / folder).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file()
        }
    assert "orchestrate_ls/schema/plan.schema.json" in wanted
    assert "orchestrate_ls/commands/orchestrate.md" in wanted
    assert "orchestrate_ls/py.typed" in wanted
    assert wanted <= contents, sorted(wanted - contents)
    surplus = {name for name in contents - wanted if ".dist-info/" not in name}
    assert not surplus, sorted(surplus)
