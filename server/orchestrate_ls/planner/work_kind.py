"""Decides what kind of work a sentence asks for, from its verb and the noun phrase after it.

Knows the catalogue's kinds; knows nothing of features or tasks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from orchestrate_ls.planner.catalogue import Catalogue
from orchestrate_ls.planner.words import Lexicon, Word, phrase_set, words_of

FEATURE_DEVELOPMENT = "feature_development"
_CHAIN = re.compile(r"[\s,]*(?:(?:and|&|then|or|und|et|y)\s+)?(?:then\s+)?")
_ORDER = (
    "bug_fix",
    "refactoring",
    "version_upgrade",
    "migration",
    "performance",
    "security_review",
    "release",
    "testing",
    "documentation",
    "research",
)
_VERSIONS = re.compile(
    r"(?<![\w.])v?\d+(?:\.[\dx]+)*\s*(?:->|=>|→|to|nach)\s*(?:[A-Za-z.]+\s+)?v?\d+(?:\.[\dx]+)*(?![\w%])"
    r"(?!\s+(?:people|users|days|hours|%))",
    re.IGNORECASE,
)
_SAME_MAJOR = re.compile(
    r"(?<![\w.])v?(?P<major>\d+)\.\d+[\w.]*\s*(?:->|=>|→|to|nach)\s*(?:[A-Za-z]+\s+)?v?(?P=major)\.[\dx]",
    re.IGNORECASE,
)
_GENERAL_FIGURES = frozenset(("performance", "speed", "faster", "slow"))
PRONOUNS = frozenset({"it", "this", "that", "them", "these", "thi", "thing"})
_GIVEN = frozenset({"the", "our", "my", "this", "thi", "it", "all", "every", "each"})
_OF = re.compile(r"\s*(?:of|for|on|in|to|about|de|für|pour|para)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sentence asks: its kind, the verb as written ("" without one), and where its object begins."""

    kind: str
    verb: str
    object_start: int
    is_new: bool
    is_change: bool
    is_everyday: bool


@dataclass(frozen=True, slots=True)
class _Verb:
    new: bool = False
    change: bool = False
    everyday: bool = False


def _of_versions(text: str) -> str:
    """A step within one major version keeps what is used in its place; all else has to be moved to."""
    return "version_upgrade" if _SAME_MAJOR.search(text) else "migration"


class KindReader:
    """Reads the kind of work from sentences; made once for a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._openings: Lexicon[bool] = phrase_set(catalogue.wording.openings)
        self._prepositions = frozenset(catalogue.wording.prepositions)
        self._kind_words = {key: phrase_set(kind.words) for key, kind in catalogue.kinds.items()}
        self._weak_words = {key: phrase_set(kind.weak_words) for key, kind in catalogue.kinds.items()}
        known = [word for kind in catalogue.kinds.values() for word in kind.words]
        known += [word for item in catalogue.templates.values() for word in item.words]
        # "End-to-end tests" and "single sign-on" do not end before their preposition.
        self._joined: Lexicon[bool] = phrase_set(
            word
            for word in known
            if self._prepositions.intersection(each.form for each in words_of(word)[1:-1])
        )

    @cached_property
    def verbs(self) -> Lexicon[str]:
        """Every verb that can begin a request, each standing for itself."""
        wording, kinds = self._catalogue.wording, self._catalogue.kinds.values()
        known = {*wording.new_verbs, *wording.changing_verbs, *wording.everyday_verbs}
        known.update(verb for kind in kinds for verb in (*kind.verbs, *kind.verb_words, *kind.weak_verbs))
        return Lexicon((verb, verb) for verb in sorted(known))

    @cached_property
    def _sorts(self) -> dict[str, _Verb]:
        wording = self._catalogue.wording
        new, change, everyday = (
            set(wording.new_verbs),
            set(wording.changing_verbs),
            set(wording.everyday_verbs),
        )
        return {
            verb: _Verb(verb in new, verb in change, verb in everyday) for verb in new | change | everyday
        }

    def read(self, flat: str, start: int, end: int) -> Asked:
        """What flat[start:end] asks for."""
        words = words_of(flat, start, end)
        index = self._after_openings(words)
        object_index, verbs = self._verb_chain(flat, words, index)
        if words and not verbs:
            object_start = words[index].start if index < len(words) else start
            kind = self._kind_without_verb(words[index:], self._title(flat, words[index:]))
            if kind == FEATURE_DEVELOPMENT and self._orders_unknown(words, index):
                # "Dockerize our app": a verb that nobody listed, of something that is there.
                return Asked(kind, flat[object_start : words[index].end], object_start, False, True, False)
            if kind == FEATURE_DEVELOPMENT and self._raises_version(flat, words[index:]):
                kind = _of_versions(flat[words[index].start : words[-1].end])
            return Asked(kind, "", object_start, False, False, False)
        object_start = words[object_index].start if object_index < len(words) else end
        kind = self._kind_of(verbs, words[object_index:], self._title(flat, words[object_index:]))
        if kind == "migration":
            kind = _of_versions(flat[object_start:end])
        sorts = [self._sorts.get(verb, _Verb()) for verb in verbs]
        first = words[object_index].form if object_index < len(words) else ""
        makes_better = list(verbs) == ["make"] and first in _GIVEN
        if kind == FEATURE_DEVELOPMENT and verbs and not any(verb in self._sorts for verb in verbs):
            # "Split payments between sellers", "merge duplicate accounts": the verb says what is to be done.
            return Asked(
                kind,
                flat[words[index].start : words[object_index - 1].end],
                words[index].start,
                False,
                True,
                False,
            )
        return Asked(
            kind,
            flat[words[index].start : words[object_index - 1].end] if verbs else "",
            object_start,
            any(sort.new for sort in sorts) and not makes_better,
            any(sort.change for sort in sorts) or makes_better,
            any(sort.everyday for sort in sorts) and not any(sort.new for sort in sorts),
        )

    def _orders_unknown(self, words: Sequence[Word], index: int) -> bool:
        if index + 1 >= len(words):
            return False
        first, following = words[index].form, words[index + 1].form
        wording = self._catalogue.wording
        if (
            first in self._prepositions
            or first in wording.determiners
            or first in PRONOUNS
            or first in _NO_VERBS
        ):
            return False
        return following in _OWNED and first.isalpha() and not first.endswith(("ing", "ed", "ion", "ment"))

    def _raises_version(self, flat: str, words: Sequence[Word]) -> bool:
        found = _VERSIONS.search(flat, words[0].start, words[-1].end) if words else None
        technology = self._catalogue.technology_words
        return found is not None and any(
            technology.at(words, i) for i in range(len(words)) if words[i].start < found.start()
        )

    def is_text(self, flat: str, start: int, end: int) -> bool:
        """Whether flat[start:end] names something that is written, as a guide is."""
        words = words_of(flat, start, end)
        return bool(words) and self._hit_at_end(self._kind_words["documentation"], words) is not None

    def acting_kind(self, words: Sequence[Word]) -> str | None:
        """The kind of a sentence such as "find out why and fix it": a kind's verb before a pronoun."""
        for index, word in enumerate(words[:-1]):
            if words[index + 1].form not in PRONOUNS:
                continue
            for key in _ORDER:
                if word.form in self._catalogue.kinds[key].verbs:
                    return key
        return None

    def noun_phrase(self, words: Sequence[Word]) -> Sequence[Word]:
        """The words up to the first preposition that is not part of a known expression."""
        joined_until = 0
        for index, word in enumerate(words):
            joined = self._joined.at(words, index)
            if joined is not None:
                joined_until = max(joined_until, index + joined[1])
            if index and index >= joined_until and word.form in self._prepositions:
                return words[:index]
        return words

    def after_kind_words(self, flat: str, kind: str, start: int, end: int) -> int:
        """Where the real object begins in "test coverage of the billing module"; start if there is no such lead."""
        words = words_of(flat, start, end)
        lead = self.noun_phrase(words)
        if not lead or self._hit_at_end(self._kind_words[kind], lead) is None:
            return start
        if kind == "performance" and lead[-1].form not in _GENERAL_FIGURES:
            # "The bundle size of the client" is about the size.
            return start
        preposition = _OF.match(flat, lead[-1].end, end)
        return preposition.end() if preposition else start

    def _after_openings(self, words: Sequence[Word]) -> int:
        index = 0
        while index < len(words) - 1:
            found = self._openings.at(words, index)
            if found is None or index + found[1] >= len(words):
                break
            index += found[1]
        return index

    def _verb_chain(self, flat: str, words: Sequence[Word], index: int) -> tuple[int, list[str]]:
        verbs: list[str] = []
        while index < len(words):
            found = self._verb_at(words, index)
            if found is None:
                break
            following = index + found[1]
            if following >= len(words) and not verbs:
                # A lone word is a thing, not an order.
                break
            if not verbs and self._is_compound(flat, words, index, following):
                break
            verbs.append(found[0])
            index = following
            if index >= len(words):
                break
            link = _CHAIN.match(flat, words[index - 1].end)
            link_end = link.end() if link else words[index].start
            next_index = next(
                (i for i in range(index, min(index + 4, len(words))) if words[i].start >= link_end), index
            )
            if link is None or not link.group().strip() or self._verb_at(words, next_index) is None:
                break
            index = next_index
        return index, verbs

    def _is_compound(self, flat: str, words: Sequence[Word], index: int, following: int) -> bool:
        """Whether a verb begins the name of a thing: "Document management with ..."."""
        if flat[words[index].start : words[index].end].lower() not in self._catalogue.wording.noun_verbs:
            return False
        phrase = self.noun_phrase(self._title(flat, words[following:]))
        if not phrase or phrase[0].form in _GIVEN or phrase[0].form in self._catalogue.wording.determiners:
            return False
        return phrase[-1].form in self._compound_nouns

    @cached_property
    def _compound_nouns(self) -> frozenset[str]:
        return frozenset(
            word.form for noun in self._catalogue.wording.compound_nouns for word in words_of(noun)
        )

    def _verb_at(self, words: Sequence[Word], index: int) -> tuple[str, int] | None:
        found = self.verbs.at(words, index)
        if found is not None:
            return found
        form = words[index].form
        if not form.endswith("ing") or len(form) < 6:
            return None
        stem = form[:-3]
        for base in (stem, stem + "e", stem[:-1]):
            known = self.verbs.whole([Word(base, 0, 0)])
            if known is not None:
                return known, 1
        return None

    def _title(self, flat: str, rest: Sequence[Word]) -> Sequence[Word]:
        """The words before a colon, a bracket or a comma: what follows these lists parts of the thing."""
        if not rest:
            return rest
        stop = _TITLE_END.search(flat, rest[0].end, rest[-1].end)
        return [word for word in rest if stop is None or word.end <= stop.start()]

    def _kind_of(self, verbs: Sequence[str], rest: Sequence[Word], title: Sequence[Word]) -> str:
        kinds = self._catalogue.kinds
        phrase = self.noun_phrase(title)
        found: set[str] = set()
        for verb in verbs:
            for key, kind in kinds.items():
                if verb in kind.verb_words and self._hit_at_end(self._kind_words[key], phrase) is not None:
                    return key
                if verb in kind.verbs:
                    found.add(key)
                if verb in kind.weak_verbs and self._weak_object(key, phrase, rest, verbs):
                    found.add(key)
        if any(self._sorts.get(verb, _Verb()).new for verb in verbs) and not found & {
            "bug_fix",
            "refactoring",
        }:
            found -= {"research", "documentation", "testing", "release"}
        return next((key for key in _ORDER if key in found), FEATURE_DEVELOPMENT)

    def _weak_object(
        self, key: str, phrase: Sequence[Word], rest: Sequence[Word], verbs: Sequence[str]
    ) -> bool:
        if self._weak_words[key].best(phrase) is not None:
            return True
        if key == "refactoring":
            forms = [word.form for word in rest]
            if "rename" in verbs and "to" in forms and self._weak_words[key].best(rest) is not None:
                return True
            parted = rest[forms.index("into") :] if "into" in forms else ()
            return self._weak_words[key].best(parted) is not None or _SAME_BEHAVIOUR.issubset(forms)
        if key != "migration":
            return False
        forms = [word.form for word in rest]
        from_to = "from" in forms and "to" in forms[forms.index("from") :]
        return from_to or self._catalogue.technology_words.best(rest) is not None

    def _kind_without_verb(self, words: Sequence[Word], title: Sequence[Word]) -> str:
        phrase = self.noun_phrase(title)
        for key in _ORDER:
            if self._hit_at_end(self._kind_words[key], phrase) is not None:
                return key
        text = self._kind_words["documentation"].at(phrase, 0) if phrase else None
        if text is not None and not any(
            self._catalogue.product_nouns.at(phrase, i) for i in range(text[1], len(phrase))
        ):
            # "API reference generated from OpenAPI, tutorials ...".
            return "documentation"
        phrase = self.noun_phrase(words)
        is_product = self._catalogue.product_nouns.best(phrase) is not None
        if words and words[0].form in _FAULTY and not is_product:
            return "bug_fix"
        # What happens "when saving fails" may be what is wanted.
        clause = next((n for n, word in enumerate(words) if n and word.form in _SUBORDINATE), len(words))
        hits = list(self._kind_words["bug_fix"].find(words[:clause]))
        shaped = self._catalogue.shape_words.best(phrase) is not None and len(words) > 6
        bug_verb = any(hit.end != phrase[-1].end or not shaped for hit in hits) if hits and phrase else False
        first_hit_early = bool(hits) and hits[0].start < words[min(len(words) - 1, 8)].end
        names_product = is_product and not self._is_complaint(words)
        if (bug_verb and first_hit_early and not names_product) or self._states_a_fault(words):
            return "bug_fix"
        return self._slow(words)

    def _states_a_fault(self, words: Sequence[Word]) -> bool:
        """Whether the sentence says how things are ("dates are shown a day early") instead of what is wanted."""
        for word in words[1:_FINITE_VERB_WITHIN]:
            if word.form in _RELATIVE or word.form in _WISHING:
                return False
            if word.form in _STATING:
                return self._slow(words) == FEATURE_DEVELOPMENT and not _WISHING.intersection(
                    each.form for each in words
                )
        return False

    def _is_complaint(self, words: Sequence[Word]) -> bool:
        return any(word.form in _COMPLAINTS for word in words)

    def _slow(self, words: Sequence[Word]) -> str:
        forms = [word.form for word in words[:12]]
        # "A tool that shows which tests are slow" is not slow itself.
        said = next((place for place, form in enumerate(forms) if form in _CLAUSE), len(forms))
        slow = any(form in ("slow", "latency", "sluggish", "p95", "p99", "p90") for form in forms[:said])
        takes = any(
            verb in forms
            and bool(
                {"second", "minute", "hour", "m", "ms", "long", "age", "forever"}.intersection(
                    forms[forms.index(verb) : forms.index(verb) + 6]
                )
            )
            for verb in ("take", "load", "respond", "start", "open", "render", "return")
        ) and not _WISHING.intersection(forms[: forms.index("in")] if "in" in forms else ())
        return "performance" if slow or takes else FEATURE_DEVELOPMENT

    def _hit_at_end(self, lexicon: Lexicon[bool], phrase: Sequence[Word]) -> int | None:
        # "release 1.4" ends in its noun as much as "release" does.
        last = len(phrase)
        while last > 1 and re.fullmatch(r"v?\d+", phrase[last - 1].form):
            last -= 1
        hits = [hit for hit in lexicon.find(phrase[:last]) if hit.end == phrase[last - 1].end]
        return hits[-1].start if hits else None


_TITLE_END = re.compile(r"[:：(,;]\s|\s\(|\s[–—-]\s")
_SAME_BEHAVIOUR = frozenset(("behaviour", "stay", "same"))
_FINITE_VERB_WITHIN = 8
_STATING = frozenset(
    (
        *("is", "are", "was", "were", "get", "show", "return", "display", "disappear", "lose", "throw"),
        *("overlap", "flicker", "duplicate", "ignore", "forget"),
    )
)
_RELATIVE = frozenset(("that", "which", "where", "who", "so", "with", "whose", "to"))
_CLAUSE = frozenset(("that", "which", "where", "who"))
_WISHING = frozenset(
    ("should", "must", "need", "want", "would", "wish", "could", "can", "please", "there", "our", "we", "it")
)
_OWNED = frozenset({"the", "our", "my", "all", "every", "each", "existing", "this", "thi"})
_NO_VERBS = frozenset(
    {
        "and",
        "or",
        "not",
        "no",
        "but",
        "both",
        "only",
        "just",
        "also",
        "i",
        "we",
        "you",
        "they",
        "he",
        "she",
        "user",
        "all",
        "is",
        "are",
        "why",
        "how",
        "what",
    }
)
_FAULTY = frozenset({"wrong", "incorrect", "missing", "broken", "garbled", "unexpected"})
_SUBORDINATE = frozenset({"when", "if", "while", "whenever", "once", "unless"})
_COMPLAINTS = frozenset(
    (
        "crash",
        "crashe",
        "crashing",
        "broken",
        "fail",
        "failing",
        "hang",
        "freeze",
        "not",
        "doesn't",
        "cannot",
        "can't",
        "wrong",
    )
)
