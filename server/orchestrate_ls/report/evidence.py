"""What git and coverage files say of tasks, by the files that they write. Pure: what was read is passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from orchestrate_ls.plan.file_patterns import FilePatterns, may_overlap, read_patterns
from orchestrate_ls.workspace.coverage import Coverage
from orchestrate_ls.workspace.repository.commits import Commit


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found beside the journal. None where there is no repository, or no coverage file.

    ``remarks`` say what could not be read, and why.
    """

    commits: tuple[Commit, ...] | None = None
    coverage: Coverage | None = None
    remarks: tuple[str, ...] = ()


NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True)
class Churn:
    """Lines that commits added and deleted, and how many commits."""

    added: int
    deleted: int
    commits: int

    @property
    def lines(self) -> int:
        """Both together."""
        return self.added + self.deleted


@dataclass(slots=True)
class FileMatcher:
    """Which paths a task's `files` name. Paths are read once, however many tasks ask."""

    _paths: dict[str, FilePatterns] = field(default_factory=dict[str, FilePatterns])

    def of(self, files: Sequence[str]) -> Callable[[str], bool]:
        """Whether a path is one of a task's files; `!` takes some out."""
        wanted = read_patterns(tuple(files))
        unwanted = read_patterns(tuple(each.strip()[1:] for each in files if each.strip().startswith("!")))

        def is_named(path: str) -> bool:
            known = self._paths.get(path)
            if known is None:
                # Brackets and stars in the name of a real file are no wildcards.
                literal = "".join("?" if each in "*[]{}?!" else each for each in path)
                known = self._paths[path] = read_patterns((literal,))
            return may_overlap(wanted, known) and not (unwanted.globs and may_overlap(unwanted, known))

        return is_named
