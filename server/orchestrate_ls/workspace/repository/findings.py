"""What the readers of manifests add up to. Plain data; knows no file format."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestrate_ls.workspace.repository.frameworks import framework_of
from orchestrate_ls.workspace.repository.summary import (
    Command,
    Existing,
    Named,
    Practice,
    Purpose,
    one_line,
    shortened,
)

_LONGEST_COMMAND = 160


@dataclass(slots=True)
class Findings:
    """Filled by one reader after another; what comes first counts more."""

    name: str = ""
    about: str = ""
    manifests: list[str] = field(default_factory=list[str])
    frameworks: dict[str, Named] = field(default_factory=dict[str, Named])
    commands: list[Command] = field(default_factory=list[Command])
    existing: dict[Practice, Existing] = field(default_factory=dict[Practice, Existing])

    def call(self, name: str, about: str = "") -> None:
        """Name the project, where no manifest did so before."""
        if not self.name and name.strip():
            self.name, self.about = shortened(name, 80), shortened(about, 160)

    def add_dependency(self, name: str, source: str) -> None:
        """A library that is used; only those that say what kind of project it is are kept."""
        known = framework_of(name)
        if known is not None:
            self.frameworks.setdefault(known, Named(known, source))

    def add_command(self, purpose: Purpose, text: str, source: str, folder: str = "") -> None:
        """A command line. One that holds characters that cannot be shown, or that is very long, is passed over."""
        line = one_line(text[: 4 * _LONGEST_COMMAND])
        command = Command(purpose, line, source, folder)
        if line and len(line) <= _LONGEST_COMMAND and command not in self.commands:
            self.commands.append(command)

    def shows(self, practice: Practice, path: str) -> None:
        """A practice that is there; the first file that shows it counts."""
        self.existing.setdefault(practice, Existing(practice, path))
