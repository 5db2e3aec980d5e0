"""Text for hovers, as Markdown or as plain text. What users wrote goes through ``code`` and stays text, whatever it is:
no Markdown, HTML, link or command in it takes effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from orchestrate_ls.text.display import quoted, shown

MOST_LISTED: Final = 8


@dataclass(slots=True)
class Markup:
    """Collects paragraphs and facts; ``markdown`` says which of the two it becomes."""

    markdown: bool
    _blocks: list[str] = field(default_factory=list[str])

    def code(self, text: str, longest: int = 80) -> str:
        """A user's own text on one line."""
        return quoted(text, longest) if self.markdown else shown(text, longest)

    def codes(self, texts: Sequence[str], count: int | None = None) -> str:
        """Several of them; of many the first few. ``count`` is how many there are where not all are given."""
        words = ", ".join(self.code(each) for each in texts[:MOST_LISTED])
        more = (len(texts) if count is None else count) - MOST_LISTED
        return f"{words} and {more} more" if more > 0 else words

    def title(self, text: str) -> None:
        """The first line; ``text`` is made of our own words and of ``code``."""
        self._blocks.append(f"**{text}**" if self.markdown else text)

    def paragraph(self, text: str) -> None:
        """Our own words, which may be Markdown."""
        self._blocks.append(text)

    def facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Lines with a label each."""
        bullet = "- " if self.markdown else ""
        self._blocks.append("\n".join(f"{bullet}{label}: {text}" for label, text in facts))

    def example(self, text: str) -> None:
        """A piece of YAML of our own."""
        self._blocks.append(f"```yaml\n{text}\n```" if self.markdown else text)

    @property
    def text(self) -> str:
        return "\n\n".join(self._blocks)
