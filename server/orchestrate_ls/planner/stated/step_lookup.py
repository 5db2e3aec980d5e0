"""Looks steps up by their number or label, by their name, and by the words of their names.

Knows the steps of one document; knows nothing of sentences (see `references.py`).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from orchestrate_ls.planner.stated.durations import WHOLE_NUMBERS
from orchestrate_ls.planner.stated.stems import stemmed_words
from orchestrate_ls.planner.stated.telling_words import EMPTY_WORDS, WEAK_VERBS, content_of

_ENOUGH, _MARGIN = 0.56, 0.08
_LONGEST_PHRASE = 40
_MOST_HOLDERS = 60
_MOST_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class StepGroup:
    """Steps that stand under one name or number: "2. Frontend" with its sub-steps, "Phase 1" (noun "phase")."""

    name: str
    label: str | None
    noun: str
    members: tuple[int, ...]


class StepLookup:
    """Knows steps by label, by name and by the words of their names."""

    def __init__(
        self,
        names: Sequence[Sequence[str]],
        labels: Sequence[str | None],
        groups: Sequence[StepGroup] = (),
    ) -> None:
        """`names`: for each step the forms its name has in the document; `labels`: its number as written."""
        self._groups = list(groups)
        self._group_of_label = {
            group.label.lower(): number
            for number, group in enumerate(self._groups)
            if group.label and not group.noun
        }
        self._group_of_noun = {
            (group.noun, (group.label or "").lower()): number
            for number, group in enumerate(self._groups)
            if group.noun
        }
        self.count = len(names)
        self._by_label: dict[str, int] = {}
        self._known_words: dict[str, str] = {}
        for index, label in enumerate(labels):
            if label is not None:
                self._by_label.setdefault(label.lower(), index)
        figures = [(re.sub(r"^[a-z]0*(?=\d)", "", label), index) for label, index in self._by_label.items()]
        several = Counter(figure for figure, _ in figures)
        self._by_figure = {figure: index for figure, index in figures if several[figure] == 1}
        self._has_numbers = any(label is not None and label[-1:].isdigit() for label in labels)
        self._by_name: dict[tuple[str, ...], int] = {}
        """The stems of a name to its step; of a group's name to -1 less its number."""
        self._lengths: defaultdict[tuple[str, ...], dict[int, None]] = defaultdict(dict)
        """The first two stems of names to how many stems these have, the most first: thousands may begin alike."""
        seen = self._by_name
        self._shared_names: set[tuple[str, ...]] = set()
        self._stems: list[frozenset[str]] = []
        for index, forms in enumerate(names):
            for form in forms:
                key = tuple(word.stem for word in stemmed_words(form[:400]))
                if key and key not in seen:
                    seen[key] = index
                elif key and seen[key] != index:
                    self._shared_names.add(key)
            words = [word.stem for word in stemmed_words(forms[0][:400])]
            content = frozenset(words) - EMPTY_WORDS
            self._stems.append(content or frozenset(words))
        for number, group in enumerate(self._groups):
            key = tuple(word.stem for word in stemmed_words(group.name[:400]))
            if key and key not in seen and not set(key) <= EMPTY_WORDS:
                seen[key] = -1 - number
        for key in sorted(self._by_name, key=len, reverse=True):
            self._lengths[key[:2]][len(key)] = None
        self._with_stems: defaultdict[frozenset[str], list[int]] = defaultdict(list)
        for index, stems in enumerate(self._stems):
            self._with_stems[stems].append(index)
        holders = Counter(word for stems in self._stems for word in stems)
        self._weight = {word: 1 + math.log((1 + self.count) / count) for word, count in holders.items()}
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for index, stems in enumerate(self._stems):
            for word in sorted(stems):
                self._holding[word].append(index)

    def label(self, label: str) -> int | None:
        """The step with this number, letter or number word; counted from one where the steps bear no numbers."""
        key = label.lower().lstrip("#")
        if key in self._by_label:
            return self._by_label[key]
        if key in WHOLE_NUMBERS:
            return self.label(str(WHOLE_NUMBERS[key]))
        if not self._has_numbers and key.isdigit() and 1 <= int(key) <= self.count:
            return int(key) - 1
        stripped = re.sub(r"^[a-z](?=\d)|^0+(?=\d)", "", key)
        if stripped != key:
            return self._by_label.get(stripped)
        # "2" for the steps labelled T2, when nothing else is called 2.
        return self._by_figure.get(key)

    def resolve(self, phrase: str) -> int | None:
        """The one step that a phrase means by its words, or None when none or several fit."""
        words = [word.stem for word in stemmed_words(phrase[:600])][:_LONGEST_PHRASE]
        stems = set(words) - EMPTY_WORDS
        if not stems or stems <= WEAK_VERBS:
            stems = set(words)
            if frozenset(stems) not in self._with_stems:
                return None
        total = sum(self._weight.get(word, 1.6) for word in stems)
        scores: list[tuple[float, int]] = []
        near = {word: self._known(word) for word in stems}
        # What a word says that many steps share is no way to tell them apart.
        telling = [known for known in near.values() if known and len(self._holding[known]) <= _MOST_HOLDERS]
        candidates = {index for known in telling for index in self._holding[known]}
        for index in sorted(candidates):
            step = self._stems[index]
            shared = {known for known in near.values() if known in step}
            common = sum(self._weight[word] for word in shared)
            precision = (
                sum(self._weight[k] for k in sorted(near.values()) if k in shared) / total if total else 0
            )
            recall = common / sum(self._weight[word] for word in step)
            scores.append((0.7 * min(1.0, precision) + 0.3 * recall, index))
        scores.sort(key=lambda each: (-each[0], each[1]))
        if not scores or scores[0][0] < _ENOUGH:
            return None
        if len(scores) > 1 and scores[0][0] - scores[1][0] < _MARGIN:
            return None
        return scores[0][1]

    def equals(self, phrase: str) -> int | None:
        """The step whose content words are just those of the phrase."""
        stems = frozenset(word.stem for word in stemmed_words(phrase[:600])) - EMPTY_WORDS
        found = self._with_stems.get(stems, []) if stems else []
        return found[0] if len(found) == 1 else None

    def knows_any(self, phrase: str) -> bool:
        """Whether a word of the phrase stands in the name of some step."""
        return any(self._known(word) for word in sorted(content_of(phrase) - WEAK_VERBS))

    def _known(self, word: str) -> str:
        if word not in self._known_words:
            if len(self._known_words) > _MOST_WORDS:
                self._known_words.clear()
            self._known_words[word] = self._nearest(word)
        return self._known_words[word]

    def _nearest(self, word: str) -> str:
        """The word of some step that this word is, or begins or is begun by ("deployment", "deploy"); "" if none."""
        if word in self._weight:
            return word
        if len(word) < 4:
            return ""
        for length in range(len(word) - 1, max(3, len(word) - 4), -1):
            if word[:length] in self._weight:
                return word[:length]
        longer = [known for known in self._weight if known.startswith(word) and len(known) - len(word) <= 3]
        return (
            min(longer, key=lambda known: (len(known), known), default="") if len(self._weight) < 5000 else ""
        )
