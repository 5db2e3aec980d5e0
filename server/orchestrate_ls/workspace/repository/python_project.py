"""Python: pyproject.toml, setup.cfg, setup.py, requirements files, tox and nox. Executes none of them."""

from __future__ import annotations

import re
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from typing import Final

from orchestrate_ls.workspace.repository.findings import Findings
from orchestrate_ls.workspace.repository.sources import Sources, mapping, text_of, texts
from orchestrate_ls.workspace.repository.summary import Practice, Purpose

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SETUP_NAME: Final = re.compile(r"\bname\s*=\s*['\"]?([A-Za-z0-9][A-Za-z0-9._-]{0,80})")
_MOST_REQUIREMENTS: Final = 500


def read_python(sources: Sources, findings: Findings) -> None:
    """Add what Python's manifests at the root say."""
    manifest = sources.first("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile")
    if manifest is None:
        return
    findings.manifests.append(manifest)
    document = sources.toml("pyproject.toml")
    project, tool = mapping(document, "project"), mapping(document, "tool")
    poetry = mapping(tool, "poetry")
    findings.call(text_of(project.get("name")), text_of(project.get("description")))
    findings.call(text_of(poetry.get("name")), text_of(poetry.get("description")))
    used = _dependencies(sources, document)
    for name, source in used:
        findings.add_dependency(name, source)
    for path in ("setup.cfg", "setup.py"):
        found = _SETUP_NAME.search(sources.text(path))
        if found is not None:
            findings.call(found[1])
    run = _runner(sources)
    names = {name.lower() for name, _ in used}
    _add_tests(sources, findings, tool, names, run)
    _add_checks(sources, findings, tool, names, run)
    if project or poetry or sources.has("setup.py") or sources.has("setup.cfg"):
        findings.shows(Practice.PACKAGING, manifest)
        if mapping(document, "build-system") or sources.has("setup.py"):
            findings.add_command(
                Purpose.BUILD, "uv build" if run == "uv run " else "python -m build", manifest
            )
    conf = sources.first("docs/conf.py", "doc/conf.py", "docs/source/conf.py")
    if conf is not None:
        folder = conf.removesuffix("/conf.py")
        findings.add_command(Purpose.DOCS, f"{run}sphinx-build -W {folder} {folder}/_build", conf)
    elif sources.has("mkdocs.yml"):
        findings.add_command(Purpose.DOCS, f"{run}mkdocs build --strict", "mkdocs.yml")


def _runner(sources: Sources) -> str:
    for lock, runner in (("uv.lock", "uv run "), ("poetry.lock", "poetry run "), ("pdm.lock", "pdm run ")):
        if sources.has(lock):
            return runner
    return "pipenv run " if sources.has("Pipfile.lock") else ""


def _dependencies(sources: Sources, document: object) -> list[tuple[str, str]]:
    project = mapping(document, "project")
    lines = texts(project.get("dependencies"))
    for extra in mapping(project, "optional-dependencies").values():
        lines += texts(extra)
    for group in mapping(document, "dependency-groups").values():
        lines += texts(group)
    poetry = mapping(document, "tool", "poetry")
    lines += [name for name in mapping(poetry, "dependencies") if name != "python"]
    for group in mapping(poetry, "group").values():
        lines += list(mapping(group, "dependencies"))
    found = [(line, "pyproject.toml") for line in lines[:_MOST_REQUIREMENTS]]
    for path in sources.tree.files:
        if path.startswith("requirements") and path.endswith((".txt", ".in")) and path.count("/") <= 1:
            found += [
                (line, path)
                for line in sources.text(path).split("\n")[:_MOST_REQUIREMENTS]
                if not line.startswith(("#", "-"))
            ]
    found += [(line, "setup.cfg") for line in _of_setup_cfg(sources)[:_MOST_REQUIREMENTS]]
    named = [(_NAME.match(line.strip()), source) for line, source in found]
    return [(match[0], source) for match, source in named if match is not None]


def _of_setup_cfg(sources: Sources) -> list[str]:
    settings = ConfigParser(interpolation=None, strict=False)
    try:
        settings.read_string(sources.text("setup.cfg"))
    except ConfigParserError:
        return []
    found = settings.get("options", "install_requires", fallback="").split("\n")
    if settings.has_section("options.extras_require"):
        for _, value in settings.items("options.extras_require"):
            found += value.split("\n")
    return found


def _add_tests(sources: Sources, findings: Findings, tool: object, names: set[str], run: str) -> None:
    if sources.has("tox.ini") or mapping(tool, "tox"):
        findings.add_command(Purpose.TEST, "tox", "tox.ini" if sources.has("tox.ini") else "pyproject.toml")
    if sources.has("noxfile.py"):
        findings.add_command(Purpose.TEST, "nox", "noxfile.py")
    setup = sources.text("setup.cfg")
    source = (
        "pytest.ini"
        if sources.has("pytest.ini")
        else "pyproject.toml"
        if mapping(tool, "pytest") or "pytest" in names
        else "setup.cfg"
        if "[tool:pytest]" in setup
        else sources.first("conftest.py", "tests/conftest.py", "test/conftest.py")
    )
    if source is not None:
        findings.add_command(Purpose.TEST, f"{run}pytest", source)
    elif sources.has("manage.py"):
        findings.add_command(Purpose.TEST, f"{run}python manage.py test", "manage.py")


def _add_checks(sources: Sources, findings: Findings, tool: object, names: set[str], run: str) -> None:
    own = mapping(tool)
    if sources.has(".pre-commit-config.yaml"):
        findings.add_command(Purpose.LINT, "pre-commit run --all-files", ".pre-commit-config.yaml")
    ruff = sources.first("ruff.toml") or ("pyproject.toml" if "ruff" in own or "ruff" in names else None)
    if ruff is not None:
        findings.add_command(Purpose.LINT, f"{run}ruff check .", ruff)
    setup = sources.text("setup.cfg") + sources.text("tox.ini")
    if "flake8" in names or "[flake8]" in setup:
        findings.add_command(
            Purpose.LINT, f"{run}flake8", "setup.cfg" if sources.has("setup.cfg") else "tox.ini"
        )
    if "black" in own or "black" in names:
        findings.add_command(Purpose.FORMAT, f"{run}black --check .", "pyproject.toml")
    elif "format" in mapping(own, "ruff"):
        findings.add_command(Purpose.FORMAT, f"{run}ruff format --check .", "pyproject.toml")
    mypy = sources.first("mypy.ini") or ("pyproject.toml" if "mypy" in own else None)
    if mypy is not None:
        findings.add_command(Purpose.TYPES, f"{run}mypy .", mypy)
    pyright = sources.first("pyrightconfig.json") or ("pyproject.toml" if "pyright" in own else None)
    if pyright is not None:
        findings.add_command(Purpose.TYPES, f"{run}pyright", pyright)
