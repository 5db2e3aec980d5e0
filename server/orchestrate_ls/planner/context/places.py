"""Where in a repository a task belongs: files that are there and fit its words, and names for new ones beside them.

Texts and paths only. Two tasks that may run at the same time never get the same path.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from orchestrate_ls.planner.words import comparison_form, words_of
from orchestrate_ls.workspace.repository.modules import language_of
from orchestrate_ls.workspace.repository.operations import is_document, is_test
from orchestrate_ls.workspace.repository.summary import RepositorySummary

MOST_FILES: Final = 3
"""Files that one task names by its words."""
_VERY_FEW: Final = 3
"""Files with a word in their names; so few are surely meant."""
_SPLIT: Final = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")
_LEAST_PREFIX: Final = 4
_SAYS_NOTHING: Final = frozenset(
    """
    a an the and or of to in on for with from by as at is are be it its all any new add build make create fix
    bug support implement use using user feature service system module code file data set up run index main init
    mod lib src core base common util utils helper helpers type types test tests testing spec app application
    package internal cmd pkg api endpoint server client project software work change update improve when after
    that this into not no do does py js ts rs go java
    """.split()  # noqa: SIM905 (readable as it is)
)
_JOINS: Final = frozenset(
    """
    a an the and or of to in on for with from by as at is are add support implement new
    """.split()  # noqa: SIM905 (readable as it is)
)
"""Words that no file is named by."""
_SIDE: Final = frozenset(
    {"docs", "doc", "examples", "example", "scripts", "benchmarks", "benchmark", "website"}
)
_WRITTEN_ONCE: Final = frozenset({"alembic", "migrate", "migration", "migrations"})
_SAME: Final = {
    "oauth": "auth", "oauth2": "auth", "sso": "auth",
    "login": "auth", "signin": "auth", "authentication": "auth", "authorization": "auth", "password": "auth",
    "mail": "email", "db": "database", "repo": "repository", "docs": "documentation", "doc": "documentation",
    "config": "configuration", "conf": "configuration", "exc": "exception", "error": "exception",
    "i18n": "translation", "localisation": "translation", "localization": "translation", "cli": "command",
    "msg": "message", "req": "request", "resp": "response", "res": "response", "timeout": "timeout",
    "img": "image", "str": "string", "fmt": "format", "color": "colour", "param": "parameter",
    "arg": "argument", "args": "argument", "argv": "argument", "opts": "option", "opt": "option",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """A file that fits some words, and which."""

    path: str
    words: tuple[str, ...]
    score: int


class Places:
    """Finds files of one repository by words."""

    def __init__(self, repository: RepositorySummary) -> None:
        self.repository: Final = repository
        self._stems: Final[dict[str, list[str]]] = defaultdict(list)
        self._folders: Final[dict[str, list[str]]] = defaultdict(list)
        spoken = {each.name for each in repository.languages[:3]}
        own = {word for each in (repository.name, repository.package) for word in _words(each)}
        code = [path for path in repository.paths if language_of(path) in spoken]
        self.code: Final = frozenset(path for path in code if not is_test(path) and not _is_side(path))
        self.tests: Final = frozenset(path for path in code if is_test(path))
        self._most: Final = max(6, len(code) // 20)
        self._few: Final = max(6, len(code) // 60)
        for path in sorted(self.code | self.tests):
            *folders, name = path.split("/")
            stem = name.split(".", 1)[0]
            for word in dict.fromkeys(_words(stem)):
                self._stems[word].append(path)
            for word in dict.fromkeys(each for folder in folders for each in _words(folder)):
                if word not in own:
                    self._folders[word].append(path)

    def fitting(self, text: str, among: frozenset[str], most: int = MOST_FILES) -> list[Fit]:
        """The files of some that share words with a text, the best first; none where the words are everywhere."""
        scores: dict[str, int] = defaultdict(int)
        shared: dict[str, dict[str, None]] = defaultdict(dict)
        telling: set[str] = set()
        for said, word in _said(text):
            for index, weight in ((self._stems, 3), (self._folders, 2)):
                for known in _akin(word, tuple(index)):
                    paths = [path for path in index[known] if path in among]
                    if not paths or len(paths) > self._most:
                        continue
                    rare = len(paths) <= self._few
                    gain = weight * (4 if len(paths) <= _VERY_FEW else 3 if rare else 1) + (known == word)
                    for path in paths:
                        if said not in shared[path]:
                            scores[path] += gain
                        shared[path][said] = None
                        if rare:
                            telling.add(path)
        found = [Fit(path, tuple(shared[path]), score) for path, score in scores.items() if path in telling]
        if not found:
            return []
        found.sort(key=lambda fit: (-fit.score, fit.path.count("/"), len(fit.path), fit.path))
        best = found[0].score
        return [fit for fit in found if fit.score * 3 >= best * 2][:most]

    def folder(self, text: str) -> str:
        """The folder whose name fits a text best; the one that new code goes to where none does."""
        package = self.repository.package
        folders = {path.rpartition("/")[0] for path in self.code}
        inner = [
            each for each in folders if each != package and (not package or each.startswith(f"{package}/"))
        ]
        best: tuple[int, int, str] | None = None
        wanted = [word for _, word in _said(text)]
        for folder in sorted(inner):
            own = _words(folder.rsplit("/", 1)[-1])
            fit = sum(bool(_akin(word, own)) for word in wanted)
            if fit and (best is None or (-fit, folder.count("/"), folder) < best):
                best = (-fit, folder.count("/"), folder)
        return best[2] if best is not None else package

    def new_code(self, name: str, folder: str) -> str | None:
        """A path for new code of a name in a folder; None where there is no code to be like, or the path is taken."""
        main = self.repository.main_language
        sample = next((path for path in sorted(self.code) if language_of(path) == main), None)
        if sample is None:
            return None
        path = f"{folder}/{_file_name(name, main)}.{sample.rsplit('.', 1)[1]}".lstrip("/")
        return path if path not in self.repository.paths else None

    def new_test(self, name: str, near: str | None = None) -> str | None:
        """A path for a new test, named as the tests there are; ``near`` is the code that it tests."""
        main = self.repository.main_language
        like = [path for path in sorted(self.tests) if language_of(path) == main]
        pattern = _pattern_of(like)
        if pattern is None:
            return None
        before, after = pattern
        base = self.repository.tests[0] if self.repository.tests else ""
        direct = [path for path in like if path.rpartition("/")[0] == base]
        beside = [path for path in like if base and path.startswith(f"{base}/")]
        if near is not None and not beside:
            base = near.rpartition("/")[0]
        elif not direct and beside:
            base = beside[0].rpartition("/")[0]
        path = f"{base}/{before}{_file_name(name, main)}{after}".lstrip("/")
        return path if path not in self.repository.paths else None

    def documents(self, text: str) -> list[str]:
        """Documents that fit some words; else the readme."""
        wanted = {word for _, word in _said(text)}
        found = [
            path
            for path in self.repository.paths
            if is_document(path) and wanted & set(_words(path.rsplit("/", 1)[-1].split(".", 1)[0]))
        ]
        readme = [path for path in self.repository.docs if path.lower().startswith("readme")]
        return sorted(found, key=lambda path: (path.count("/"), path))[:MOST_FILES] or readme[:1]

    def with_words(self, words: Sequence[str], among: frozenset[str]) -> list[str]:
        """Files that are named by one of some words, or lie in a folder that is; the upper ones first."""
        known = set(words)
        found = [path for path in among if not known.isdisjoint(map(_whole, path.split("/")))]
        return sorted(found, key=lambda path: (path.count("/"), path))


def _said(text: str) -> Iterable[tuple[str, str]]:
    """The words of a text that say something: as said, and as they are looked for."""
    seen: set[str] = set()
    for word in words_of(text[:2000]):
        form = _form(word.form)
        if (
            form not in _SAYS_NOTHING
            and word.form not in _SAYS_NOTHING
            and len(form) > 1
            and form not in seen
        ):
            seen.add(form)
            yield text[word.start : word.end].lower(), form


@lru_cache(maxsize=32_768)
def _words(name: str) -> tuple[str, ...]:
    found = [_form(comparison_form(each)) for each in _SPLIT.split(name) if each]
    return tuple(each for each in found if each not in _SAYS_NOTHING and len(each) > 1 and not each.isdigit())


@lru_cache(maxsize=32_768)
def _whole(name: str) -> str:
    """The name of a file or folder as one word."""
    return comparison_form(name.split(".", 1)[0].lower())


def _form(word: str) -> str:
    return _SAME.get(word, word)


@lru_cache(maxsize=4096)
def _akin(word: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The known words that are the word, or of which one begins with the other."""
    return tuple(
        each
        for each in known
        if each == word
        or (
            min(len(each), len(word)) >= _LEAST_PREFIX
            and (each.startswith(word) or word.startswith(each))
            and abs(len(each) - len(word)) <= 4
        )
    )


def _is_side(path: str) -> bool:
    """Whether a file is beside the product: examples, tools, migrations that are written once and stay."""
    top, *_ = folders = path.split("/")[:-1] or [""]
    return top in _SIDE or not _WRITTEN_ONCE.isdisjoint(folders)


def _file_name(name: str, language: str) -> str:
    said = [word for word in words_of(name) if word.form.isascii() and word.form.isalnum()]
    words = [word.form for word in said if word.form not in _JOINS][:3]
    if not words:
        words = ["feature"]
    if language in ("Java", "Kotlin", "C#", "Scala", "Swift"):
        return "".join(word.capitalize() for word in words)
    return ("-" if language in ("JavaScript", "TypeScript", "Vue", "Svelte") else "_").join(words)


def _pattern_of(tests: Sequence[str]) -> tuple[str, str] | None:
    """What stands before and behind a test file's subject, by most of the tests there are."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for path in tests:
        name = path.rsplit("/", 1)[-1]
        match = re.fullmatch(r"(test_|test-|)(.+?)((?:[._-](?:test|spec|tests)|Tests?|)\.\w+)", name)
        if match is not None and (match[1] or match[3].rsplit(".", 1)[0]):
            counts[match[1], match[3]] += 1
    if counts:
        return min(counts, key=lambda each: (-counts[each], each))
    if not tests:
        return None
    # Folders tell what is a test, names do not.
    return "", "." + tests[0].rsplit(".", 1)[1]
