"""A goal in plain words becomes a brief: what kind of work it is, which features it names, and what it leaves out.

Every feature keeps the words it came from and their place. What follows from a brief is decided in `draft.py`.
Deterministic; no I/O but the packaged catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from orchestrate_ls.planner.catalogue import Catalogue, Language, Shape, Template, load_catalogue
from orchestrate_ls.planner.features import Exclusion, Feature, TechnologyMention, bundled, unique
from orchestrate_ls.planner.intelligible import NOTHING_ASKED, GoalError, check_intelligible
from orchestrate_ls.planner.omissions import Phrase
from orchestrate_ls.planner.product_shapes import ShapeChooser
from orchestrate_ls.planner.reading import Reading
from orchestrate_ls.planner.recognition import FeatureRecogniser
from orchestrate_ls.planner.sentences import flatten, sentences_of
from orchestrate_ls.planner.technologies import technologies_in
from orchestrate_ls.planner.words import Lexicon, Word, phrase_set, words_of
from orchestrate_ls.planner.work_kind import FEATURE_DEVELOPMENT, KindReader

__all__ = ["Brief", "Exclusion", "Feature", "GoalError", "TechnologyMention", "read_brief"]

MANY_FEATURES = 8
"""From here on a plan is a platform: requirements, architecture, pipeline and deployment of its own."""
MANY_FEATURES_OF_A_PLATFORM = 4
"""The same for what the goal itself calls a platform."""
_LARGE_THINGS = frozenset(("platform", "marketplace", "ecosystem", "suite", "erp"))
SEVERAL_FEATURES = 3
_SMALL_POINTS, _MEDIUM_POINTS = 8, 20
_SHORT_SUBJECT = 44
_LOAD = re.compile(
    r"(?<![a-z])(?:ms|milliseconds?|[rqt]ps|fps|latency|throughput|concurrent|simultaneous|response time"
    r"|load time|p\d\d|uptime|traffic|"
    r"users|requests?|req|messages|events|connections|transactions|orders|calls)(?![a-z])"
    r"|(?:under|below|within|<|less than)\s*\d+\s*s(?:ec\w*)?\b",
    re.IGNORECASE,
)
"""What is demanded of speed or load, not of a length of time."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What was understood from a goal."""

    goal: str
    primary_goal: str
    subject: str
    kind: str
    features: tuple[Feature, ...]
    implied_requirements: tuple[str, ...]
    technical_scope: tuple[str, ...]
    complexity: str
    exclusions: tuple[Exclusion, ...]
    technologies: tuple[TechnologyMention, ...]
    constraints: tuple[Phrase, ...]
    shapes: tuple[str, ...]
    core: str | None
    tags: tuple[str, ...]
    urgent: bool
    capacity: int | None

    def leaves_out_layer(self, layer: str | None) -> bool:
        """Whether the goal leaves this part of a product out."""
        return layer is not None and any(layer in exclusion.layers for exclusion in self.exclusions)


def read_brief(goal: str, catalogue: Catalogue | None = None, kind: str | None = None) -> Brief:
    """Understand the goal with a catalogue, the one that comes with the program by default.

    `kind` is the kind of work where it was asked for, whatever the goal's words say. Raises GoalError (message and
    hint) for a goal that says nothing or far too much.
    """
    return _reader(catalogue or load_catalogue()).read(goal, kind)


@lru_cache(maxsize=2)
def _reader(catalogue: Catalogue) -> BriefReader:
    return BriefReader(catalogue)


class BriefReader:
    """Reads briefs with one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kinds = KindReader(catalogue)
        self._shapes = ShapeChooser(catalogue)
        self._recogniser = FeatureRecogniser(catalogue)
        self._urgent: Lexicon[bool] = phrase_set(catalogue.wording.urgent_words)

    def read(self, goal: str, kind: str | None = None) -> Brief:
        """See read_brief."""
        check_intelligible(
            goal[:0] if not goal.strip() else goal, len(goal) <= 20_000 and self._knows_a_word(goal)
        )
        flat = flatten(goal)
        words = words_of(flat)
        languages = self._languages(words)
        reading = Reading(self._catalogue, self._kinds, languages, flat, kind)
        for sentence in sentences_of(goal):
            reading.take(sentence)
        reading.finish()
        return self._brief(goal, flat, words, reading)

    def _knows_a_word(self, goal: str) -> bool:
        words = words_of(goal[:2000])
        lexicons = (
            self._catalogue.capability_words,
            self._catalogue.shape_words,
            self._catalogue.technology_words,
        )
        return any(lexicon.best(words) is not None for lexicon in lexicons)

    def _says_something(self, words: Sequence[Word]) -> bool:
        wording = self._catalogue.wording
        joins = {join for language in wording.languages for join in (*language.joins, *language.lists)}
        filler = {*wording.determiners, *wording.prepositions, *joins}
        return any(word.form not in filler for word in words)

    def _languages(self, words: Sequence[Word]) -> list[Language]:
        forms = {word.form for word in words}
        return [
            language
            for language in self._catalogue.wording.languages
            if not language.signs or len(forms.intersection(language.signs)) >= 2
        ]

    def _brief(self, goal: str, flat: str, words: Sequence[Word], reading: Reading) -> Brief:
        exclusions = tuple(self._exclusion(phrase) for phrase in reading.excluded)
        left_out = {layer for exclusion in exclusions for layer in exclusion.layers}
        kept_words = [word for word in words if not any(e.start <= word.start < e.end for e in exclusions)]
        technologies = technologies_in(self._catalogue, flat, kept_words)
        kind = reading.kind
        shapes: tuple[Shape, ...] = ()
        core: str | None = None
        if kind == FEATURE_DEVELOPMENT or any(item.kind == FEATURE_DEVELOPMENT for item in reading.items):
            shapes = self._shapes.choose(reading, kept_words, bool(technologies))
        shapes, parts = self._shapes.with_listed_products(reading, shapes)
        features = tuple(
            replace(f, fulfils=parts[f.name]) if f.name in parts else f
            for f in unique(self._recogniser.recognise(reading, shapes))
        )
        subject = reading.subject if not shapes or shapes[0].id != "existing" else ""
        if kind == FEATURE_DEVELOPMENT and shapes:
            features, core = self._recogniser.with_head(reading, shapes, features)
        if not features and not self._says_something(reading.head_words):
            raise GoalError(*NOTHING_ASKED)
        if not features:
            whole = self._recogniser.whole(reading)
            if shapes and shapes[0].feature == "feature-service":
                provider = core or self._catalogue.providers[shapes[0].backbone[0]]
                whole = replace(whole, fulfils=provider)
            features = (whole,)
        banned = {capability for exclusion in exclusions for capability in exclusion.capabilities}
        features = tuple(bundled([f for f in features if f.capability not in banned]))
        if core in banned:
            core = None
        templates = [self._catalogue.templates[f.capability] for f in features if f.capability]
        if core is not None:
            templates += [t for t in self._catalogue.templates.values() if t.core == core]
        tags = self._tags(features, templates, words, reading)
        return Brief(
            goal=goal,
            primary_goal=reading.primary_goal,
            subject=subject if len(subject) <= _SHORT_SUBJECT else "",
            kind=kind,
            features=features,
            implied_requirements=self._implied(kind, shapes, tags, reading.demanded, left_out),
            technical_scope=self._scope(shapes, templates, technologies, exclusions, left_out),
            complexity=self._complexity(kind, shapes, features, templates, left_out),
            exclusions=exclusions,
            technologies=technologies,
            constraints=tuple(reading.demanded),
            shapes=tuple(shape.id for shape in shapes),
            core=core,
            tags=tags,
            urgent=self._urgent.best(words) is not None,
            capacity=reading.capacity,
        )

    def _exclusion(self, phrase: Phrase) -> Exclusion:
        words = words_of(phrase.text)
        layers = [hit.value for hit in self._catalogue.layer_words.find(words)]
        ids = {layer.id for layer in layers}
        ids.update(implied for layer in layers for implied in self._catalogue.layer_implies.get(layer.id, ()))
        hides = {hidden for layer in layers for hidden in layer.hides}
        capability = self._catalogue.capability_words.best(words)
        technologies = [hit.value.name.lower() for hit in self._catalogue.technology_words.find(words)]
        return Exclusion(
            phrase.text,
            phrase.start,
            phrase.end,
            tuple(sorted(ids)),
            (capability.value.id,) if capability else (),
            tuple(sorted({*hides, *technologies, *([] if layers else [phrase.text.lower()])})),
        )

    def _tags(
        self,
        features: Sequence[Feature],
        templates: Sequence[Template],
        words: Sequence[Word],
        reading: Reading,
    ) -> tuple[str, ...]:
        demanded = reading.demanded
        tags = {tag for template in templates for tag in template.implies}
        if any(re.search(r"\d", phrase.text) and _LOAD.search(phrase.text) for phrase in demanded):
            tags.add("performance")
        if len(features) >= SEVERAL_FEATURES:
            tags.add("several")
        calls_itself_large = not reading.asked.is_change and any(
            word.form in _LARGE_THINGS for word in reading.head_words
        )
        if len(features) >= (MANY_FEATURES_OF_A_PLATFORM if calls_itself_large else MANY_FEATURES):
            tags |= {"large", "security"}
        hits = {hit.value for hit in _TAG_WORDS.find(words)}
        return tuple(sorted(tags | hits))

    def _implied(
        self,
        kind: str,
        shapes: Sequence[Shape],
        tags: Sequence[str],
        demanded: Sequence[Phrase],
        left_out: set[str],
    ) -> tuple[str, ...]:
        implied = [f"{phrase.text[:1].upper()}{phrase.text[1:]}" for phrase in demanded]
        if kind in self._catalogue.kinds:
            implied += _KIND_REQUIREMENTS.get(kind, [])
        else:
            closing = {key: when for shape in shapes for key, when in shape.closing.items()}
            asked = {key for key, when in closing.items() if when == "always" or when in tags}
            implied += [
                text for text, layer, ids in _CLOSING_REQUIREMENTS if asked & ids and layer not in left_out
            ]
        return tuple(dict.fromkeys(implied))

    def _scope(
        self,
        shapes: Sequence[Shape],
        templates: Sequence[Template],
        technologies: Sequence[TechnologyMention],
        exclusions: Sequence[Exclusion],
        left_out: set[str],
    ) -> tuple[str, ...]:
        layers = [key for shape in shapes for key in shape.scope] + [
            key for t in templates for key in t.scope
        ]
        names = [self._catalogue.layers[key].name for key in dict.fromkeys(layers) if key not in left_out]
        names += [technology.name for technology in technologies]
        names += [f"Out of scope: {exclusion.text}" for exclusion in exclusions]
        return tuple(dict.fromkeys(names))

    def _complexity(
        self,
        kind: str,
        shapes: Sequence[Shape],
        features: Sequence[Feature],
        templates: Sequence[Template],
        left_out: set[str],
    ) -> str:
        """By points: 5 for a feature of five hours or more, 3 for another, 3 for each layer of the product."""
        if kind in self._catalogue.kinds:
            own = self._catalogue.kinds[kind]
            listed = sum(feature.listed for feature in features)
            points = own.points * max(1, len(features) - listed) + 3 * listed
        else:
            by_id = {template.id: template for template in templates}
            points = sum(
                5 if f.capability in by_id and by_id[f.capability].expected_hours >= 5 else 3
                for f in features
            )
            scope = {key for shape in shapes for key in shape.scope} | {
                key for t in templates for key in t.scope
            }
            points += 3 * len(scope - left_out - {"accounts", "payments"})
        return "small" if points < _SMALL_POINTS else "medium" if points < _MEDIUM_POINTS else "large"


_TAG_WORDS: Lexicon[str] = Lexicon(
    [
        *(
            (word, "security")
            for word in (
                "secure",
                "security",
                "authentication",
                "payment",
                "encryption",
                "sensitive data",
                "banking",
                "medical",
            )
        ),
        *(
            (word, "privacy")
            for word in ("gdpr", "personal data", "privacy", "patient", "health data", "hipaa", "dsgvo")
        ),
        *(
            (word, "performance")
            for word in (
                "real time",
                "high traffic",
                "low latency",
                "scalable",
                "million user",
                "high performance",
                "high throughput",
            )
        ),
        *((word, "accessibility") for word in ("accessible", "accessibility", "wcag", "a11y")),
    ]
)
_CLOSING_REQUIREMENTS: tuple[tuple[str, str, set[str]], ...] = (
    ("Security", "security", {"security-audit"}),
    (
        "Testing",
        "tests",
        {"unit-tests", "integration-tests", "device-tests", "pipeline-test", "answer-evaluation"},
    ),
    ("Documentation", "docs", {"documentation", "runbook"}),
    ("Data protection", "", {"privacy-review"}),
    ("Performance under load", "tests", {"load-test"}),
    ("Accessibility", "ui", {"accessibility-review"}),
    ("Packaging and release", "deployment", {"packaging", "store-release"}),
    ("Deployment", "deployment", {"deployment"}),
)
_KIND_REQUIREMENTS: dict[str, list[str]] = {
    "bug_fix": ["Regression test", "No change to other behaviour"],
    "refactoring": ["Unchanged behaviour", "Tests before the change", "No loss of performance"],
    "version_upgrade": ["Unchanged behaviour", "Known way back"],
    "migration": ["Rehearsed way back", "Validation of the result"],
    "performance": ["Measured baseline and goal", "Unchanged results"],
    "documentation": ["Checked examples"],
    "testing": ["Reliable tests in CI"],
    "security_review": ["Rated findings", "Retest of every fix"],
    "release": ["Release notes", "Verified build"],
    "research": ["Criteria agreed before the evaluation"],
}
