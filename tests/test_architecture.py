"""The architecture's invariants that import-linter cannot say, read from the syntax trees of the packages.

The layers themselves are a contract in pyproject.toml, checked by `make layers`.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "server/orchestrate_ls"

# No disk, no network, no processes, no clock, no chance: what these need is passed in.
PURE = ("text", "syntax", "plan", "schedule", "agents", "progress", "rules")
IMPURE_MODULES = {
    "asyncio",
    "concurrent",
    "ctypes",
    "fileinput",
    "ftplib",
    "glob",
    "http",
    "importlib",
    "io",
    "linecache",
    "mmap",
    "multiprocessing",
    "os",
    "pathlib",
    "platform",
    "pkgutil",
    "runpy",
    "sched",
    "secrets",
    "select",
    "selectors",
    "shelve",
    "shutil",
    "signal",
    "smtplib",
    "socket",
    "socketserver",
    "sqlite3",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
    "webbrowser",
}
IMPURE_BUILTINS = {"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"}
IMPURE_METHODS = {"now", "utcnow", "today", "read_text", "write_text", "read_bytes", "write_bytes"}

PROTOCOL_MODULES = {"pygls", "lsprotocol"}


def impurities(source: str) -> Iterator[str]:
    """Name each thing in `source` that reaches outside the process or depends on when it runs."""
    for node in ast.walk(ast.parse(source)):
        if names_of_files_only(node):
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "random":
            yield "imports from random, where a seed cannot be seen"
        for module in imported_modules(node):
            if module.partition(".")[0] in IMPURE_MODULES:
                yield f"imports {module}"
        match node:
            case ast.Call(func=ast.Name(id=name), lineno=line) if name in IMPURE_BUILTINS:
                yield f"line {line}: calls {name}()"
            case ast.Attribute(value=ast.Name(id="random"), attr=name, lineno=line) if name != "Random":
                yield f"line {line}: random.{name} has no seed of its own"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="random")), args=[], lineno=line):
                yield f"line {line}: random.Random() without a seed"
            case ast.Call(func=ast.Attribute(attr=name), lineno=line) if name in IMPURE_METHODS:
                yield f"line {line}: calls .{name}()"
            case _:
                pass


def names_of_files_only(node: ast.AST) -> bool:
    """Whether an import brings paths that cannot reach the disk."""
    if not isinstance(node, ast.ImportFrom) or node.module != "pathlib":
        return False
    return all(alias.name.startswith("Pure") for alias in node.names)


def imported_modules(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module)):
            return [module]
        case _:
            return []


def sources(package: str) -> list[Path]:
    return sorted((PACKAGE / package).rglob("*.py"))


def every_source() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", [path for package in PURE for path in sources(package)], ids=name_of)
def test_text_to_rules_touch_nothing_outside(path: Path):
    assert list(impurities(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import os.path as p",
        "from pathlib import Path",
        "from urllib.request import urlopen",
        "def f():\n    import time",
        "open('x')",
        "from datetime import datetime\ndatetime.now()",
        "print('x')",
        "import random\nrandom.random()",
        "import random\nrandom.Random()",
        "from random import shuffle",
    ],
)
def test_a_way_outside_is_noticed(source: str):
    assert list(impurities(source))


def test_harmless_code_is_not_blamed():
    model = "from orchestrate_ls.plan import model\nmodel.open('x')\n"
    assert not list(impurities(f"import re, random\n{model}random.Random(1).random()\n"))


@pytest.mark.parametrize("path", every_source(), ids=name_of)
def test_only_lsp_knows_the_protocol_libraries(path: Path):
    if path.relative_to(PACKAGE).parts[0] == "lsp":
        return
    modules = {
        m for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for m in imported_modules(node)
    }
    assert not {module for module in modules if module.partition(".")[0] in PROTOCOL_MODULES}


@pytest.mark.parametrize("path", every_source(), ids=name_of)
def test_every_file_says_what_it_is_for(path: Path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_every_pure_package_that_exists_was_looked_at():
    assert {package for package in PURE if not sources(package)} <= {"progress"}


def _possessive(pattern: str) -> bool:
    """Whether a regular expression has possessive quantifiers or atomic groups (of Python's syntax, since 3.11)."""
    bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern, flags=re.DOTALL)
    return re.search(r"[*+?}]\+|\(\?>", bare) is not None


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_no_expression_is_possessive(path: Path):
    """Python 3.11.0 to 3.11.4 match them wrongly around groups, and Debian 12 has 3.11.2."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        called = node.func if isinstance(node, ast.Call) else None
        if (
            isinstance(called, ast.Attribute)
            and isinstance(called.value, ast.Name)
            and called.value.id == "re"
        ):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    assert not _possessive(part.value), f"line {part.lineno}: {part.value}"


def test_possessive_expressions_are_recognised():
    assert all(map(_possessive, (r"'(?:[^']|'')*+'", r"[ \t]++x", "a?+", "(?>a|b)", "x{2,3}+")))
    assert not any(map(_possessive, (r"a\++", r"[*+]+", r"\*+", "a+b*", r"[^\]*+]x", "(?:a)+")))
