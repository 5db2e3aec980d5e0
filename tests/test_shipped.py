"""The schemas and slash commands that come with the program are found however it was installed."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from orchestrate_ls.workspace import shipped

ROOT = Path(__file__).parent.parent
SHIPPED_FOLDERS = ("schema", "commands")


def package_in_zip(archive: Path, folders: tuple[str, ...]) -> None:
    """Lay the package out as in a wheel, in a zip: no path of this checkout can be reached from there."""
    with zipfile.ZipFile(archive, "w") as laid_out:
        for source in sorted((ROOT / "server").rglob("*.py")):
            laid_out.write(source, source.relative_to(ROOT / "server").as_posix())
        for folder in folders:
            for source in sorted((ROOT / folder).iterdir()):
                laid_out.write(source, f"orchestrate_ls/{folder}/{source.name}")


def run_from(archive: Path, code: str) -> subprocess.CompletedProcess[str]:
    program = (
        f"import sys; sys.path.insert(0, sys.argv[1]); from orchestrate_ls.workspace import shipped; {code}"
    )
    command = [sys.executable, "-I", "-X", "utf8", "-c", program, str(archive)]
    return subprocess.run(command, cwd=archive.parent, capture_output=True, encoding="utf-8", check=False)


def test_the_checkout_serves_the_plan_schema():
    assert shipped.schema_text() == (ROOT / "schema/plan.schema.json").read_text(encoding="utf-8")
    assert json.loads(shipped.schema_text())["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_command_can_be_read():
    names = shipped.command_names()
    assert "orchestrate" in names
    assert list(names) == sorted(path.stem for path in (ROOT / "commands").glob("*.md"))
    for name in names:
        assert shipped.command_text(name) == (ROOT / f"commands/{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["nowhere.json", "", ".", "..", "../pyproject.toml", "/etc/passwd", "a\0b"])
def test_an_unknown_schema_is_a_clear_error(name: str):
    with pytest.raises(shipped.ShippedFileError, match=r"plan\.schema\.json"):
        shipped.schema_text(name)


def test_an_unknown_command_names_those_there_are():
    with pytest.raises(shipped.ShippedFileError, match=r"orchestrate\.md"):
        shipped.command_text("../commands/orchestrate")


def test_a_wheel_serves_its_own_files(tmp_path: Path):
    archive = tmp_path / "installed.zip"
    package_in_zip(archive, SHIPPED_FOLDERS)
    answer = run_from(
        archive, "print(shipped.__file__, shipped.command_names()); print(shipped.schema_text(), end='')"
    )
    first, _, schema = answer.stdout.partition("\n")
    assert answer.returncode == 0, answer.stderr
    assert str(archive) in first
    assert "'orchestrate'" in first
    assert schema == (ROOT / "schema/plan.schema.json").read_text(encoding="utf-8")


def test_an_installation_without_its_files_says_what_to_do(tmp_path: Path):
    archive = tmp_path / "broken.zip"
    package_in_zip(archive, ())
    answer = run_from(archive, "shipped.schema_text()")
    assert answer.returncode == 1
    assert "ShippedFileError: the folder schema/ is missing" in answer.stderr
    assert "pip install" in answer.stderr
