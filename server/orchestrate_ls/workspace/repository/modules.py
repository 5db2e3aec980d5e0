"""Languages, modules and where code and tests go, from names of files; what a module is about, from its first lines."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Final

from orchestrate_ls.workspace.repository.operations import is_test
from orchestrate_ls.workspace.repository.sources import Sources
from orchestrate_ls.workspace.repository.summary import Language, Module, shortened

_LANGUAGES: Final = {
    ".py": "Python", ".pyi": "Python", ".js": "JavaScript", ".mjs": "JavaScript", ".cjs": "JavaScript",
    ".jsx": "JavaScript", ".ts": "TypeScript", ".tsx": "TypeScript", ".mts": "TypeScript", ".vue": "Vue",
    ".svelte": "Svelte", ".rs": "Rust", ".go": "Go", ".java": "Java", ".kt": "Kotlin", ".swift": "Swift",
    ".c": "C", ".h": "C", ".cc": "C++", ".cpp": "C++", ".hpp": "C++", ".cs": "C#", ".fs": "F#", ".rb": "Ruby",
    ".php": "PHP", ".ex": "Elixir", ".exs": "Elixir", ".scala": "Scala", ".dart": "Dart", ".lua": "Lua",
    ".sh": "Shell", ".sql": "SQL", ".tf": "Terraform", ".r": "R", ".jl": "Julia", ".clj": "Clojure",
    ".erl": "Erlang", ".hs": "Haskell", ".zig": "Zig",
}  # fmt: skip
_HELPING: Final = frozenset({"Shell", "SQL"})
"""Languages that are the main one only where there is no other."""
_NOT_MODULES: Final = frozenset(
    {"doc", "docs", "example", "examples", "scripts", "script", "tools", "benchmark", "benchmarks", "samples",
     "demo", "demos", "bin", "ci", "website", "fixtures", "testdata"}
)  # fmt: skip
_CONTAINERS: Final = ("src", "lib", "app", "source")
_MOST_MODULES: Final = 40
_MOST_ABOUT: Final = 40
_ABOUT_LENGTH: Final = 100
_DOCSTRING: Final = re.compile(
    r"\s*(?:#[^\n]*\n\s*)*[rRuU]?(?:\"\"\"|''')\s*(.+?)(?:\n\s*\n|\"\"\"|''')", re.DOTALL
)
_RUST_DOC: Final = re.compile(r"\s*(?:#!\[[^\]]{0,200}\]\s*)*//!\s*(.+)")
_GO_DOC: Final = re.compile(r"(?:\A|\n)// (Package \w+ .+)")
_JS_DOC: Final = re.compile(r"\s*/\*\*\s*\n?\s*\*?\s*(?!@)(.+)")
_ENTRIES: Final = (
    "__init__.py",
    "lib.rs",
    "mod.rs",
    "doc.go",
    "index.ts",
    "index.js",
    "index.tsx",
    "README.md",
)


@lru_cache(maxsize=32_768)
def language_of(path: str) -> str | None:
    """The programming language of a file, by its name."""
    name = path.rsplit("/", 1)[-1].lower()
    dot = name.rfind(".")
    return _LANGUAGES.get(name[dot:]) if dot > 0 else None


def languages(files: tuple[str, ...]) -> tuple[Language, ...]:
    """The programming languages, that of most files first; tests and examples count less."""
    counts: Counter[str] = Counter()
    weights: Counter[str] = Counter()
    for path in files:
        language = language_of(path)
        if language is None:
            continue
        counts[language] += 1
        weights[language] += 1 if is_test(path) or path.split("/", 1)[0] in _NOT_MODULES else 10
    ranked = sorted(counts, key=lambda each: (each in _HELPING, -weights[each], each))
    return tuple(Language(each, counts[each]) for each in ranked[:8])


def package_folder(files: tuple[str, ...], name: str, language: str) -> str:
    """The folder that new code goes to: the project's own package, else the folder with most code."""
    if language == "Rust" and any(path.startswith("src/") for path in files):
        return "src"
    own = [path for path in files if language_of(path) == language and not is_test(path)]
    folders: Counter[str] = Counter()
    for path in own:
        folder = path.rpartition("/")[0]
        if folder.split("/", 1)[0] not in _NOT_MODULES:
            folders[folder] += 1
    if not folders:
        return ""
    wanted = re.sub(r"[^a-z0-9]", "", name.lower().rsplit("/", 1)[-1])
    named = [
        folder
        for folder in folders
        if wanted and re.sub(r"[^a-z0-9]", "", folder.rsplit("/", 1)[-1].lower()) == wanted
    ]
    if named:
        return min(named, key=lambda each: (each.count("/"), each))
    if language == "Python":
        # The top of a package: the folder above is none.
        tops = {folder for folder in folders if f"{folder}/__init__.py" in own}
        tops = {each for each in tops if f"{each.rpartition('/')[0]}/__init__.py" not in own}
        if tops:
            return max(sorted(tops), key=lambda each: sum(n for f, n in folders.items() if _below(f, each)))
    if language in ("Java", "Kotlin", "Scala"):
        return _common(sorted(each for each in folders if "/main/" in f"/{each}") or sorted(folders))
    for container in _CONTAINERS:
        if any(_below(folder, container) for folder in folders):
            return container
    return "" if "" in folders else min(folders, key=lambda each: (-folders[each], each))


def test_folders(files: tuple[str, ...]) -> tuple[str, ...]:
    """The folders that tests lie in or below, the largest first."""
    counts: Counter[str] = Counter()
    for path in files:
        if not is_test(path) or language_of(path) is None:
            continue
        folders = path.split("/")[:-1]
        for depth, folder in enumerate(folders):
            if folder.lower() in ("test", "tests", "spec", "specs", "__tests__", "e2e"):
                counts["/".join(folders[: depth + 1])] += 1
                break
    return tuple(sorted(counts, key=lambda each: (-counts[each], each))[:8])


def modules(sources: Sources, package: str) -> tuple[Module, ...]:
    """The parts of the code: folders with code, and the single files of the main package."""
    direct: Counter[str] = Counter()
    for path in sources.tree.files:
        folder, _, _ = path.rpartition("/")
        if language_of(path) is None or is_test(path) or set(folder.split("/")) & _NOT_MODULES:
            continue
        if _below(folder, package) and folder == package and not path.rsplit("/", 1)[-1].startswith("__"):
            direct[path] += 1
        elif folder and folder.count("/") <= 5:
            direct[folder] += 1
    ranked = sorted(direct, key=lambda each: (not _below(each, package), each.count("/"), each))
    chosen = ranked[:_MOST_MODULES]
    found: list[Module] = []
    for number, path in enumerate(chosen):
        about = _about(sources, path) if number < _MOST_ABOUT else ""
        found.append(Module(path, direct[path], about))
    return tuple(found)


def _about(sources: Sources, path: str) -> str:
    entry = (
        path
        if sources.has(path)
        else sources.first(*(f"{path}/{name}" for name in (*_ENTRIES, f"{path.rsplit('/', 1)[-1]}.go")))
    )
    if entry is None:
        return ""
    text = sources.start(entry)
    if entry.endswith("README.md"):
        paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
        plain = [line for line in paragraphs if line[0] not in "#<![`|-*="]
        return shortened(plain[0], _ABOUT_LENGTH) if plain else ""
    for pattern in (_DOCSTRING, _RUST_DOC, _GO_DOC, _JS_DOC):
        match = pattern.match(text) if pattern is not _GO_DOC else pattern.search(text)
        if match is not None:
            first = match[1].split("\n\n", 1)[0]
            cleaned = shortened(first.strip(" *~=/\n"), _ABOUT_LENGTH)
            if re.search(r"\w{3}", cleaned) and not re.match(r"[\w./]+$", cleaned):
                return cleaned
    return ""


def _below(folder: str, top: str) -> bool:
    return not top or folder == top or folder.startswith(f"{top}/")


def _common(folders: list[str]) -> str:
    first, last = folders[0].split("/"), folders[-1].split("/")
    shared: list[str] = []
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        shared.append(one)
    return "/".join(shared)
