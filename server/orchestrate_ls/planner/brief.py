"""A goal in plain words becomes a brief: what kind of work it is, which features it names, and what it leaves out.

Every feature keeps the words it came from and their place. Knows the catalogue's vocabulary but none of its tasks'
order: what follows from a brief is decided in `draft.py`. Deterministic; no I/O but the packaged catalogue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from orchestrate_ls.planner.catalogue import Catalogue, Language, Shape, Template, load_catalogue
from orchestrate_ls.planner.intelligible import GoalError, check_intelligible
from orchestrate_ls.planner.items import ItemSplitter, Span, shorten
from orchestrate_ls.planner.omissions import CUT, OmissionFinder, Phrase
from orchestrate_ls.planner.sentences import Sentence, flatten, sentences_of
from orchestrate_ls.planner.words import Hit, Lexicon, Word, words_of
from orchestrate_ls.planner.work_kind import FEATURE_DEVELOPMENT, PRONOUNS, Asked, KindReader

__all__ = ["Brief", "Exclusion", "Feature", "GoalError", "TechnologyMention", "read_brief"]

MANY_FEATURES = 6
"""From here on a plan is a platform: requirements, architecture, pipeline and deployment of its own."""
SEVERAL_FEATURES = 3
MOST_FEATURES = 48
"""More listed things than this are bundled, so that a plan stays one that people can read."""
_SMALL_POINTS, _MEDIUM_POINTS = 8, 20


@dataclass(frozen=True, slots=True)
class Feature:
    """Something the goal names. `text` is goal[start:end]; `name` the same words cleaned for a title.

    `capability` is the id of the catalogue's template that carries it out, `fulfils` that of a general task which
    is it ("unit tests"); both None for a feature that only the user's own words describe. `listed`: it stood in a list.
    """

    name: str
    text: str
    start: int
    end: int
    kind: str
    verb: str = ""
    capability: str | None = None
    fulfils: str | None = None
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Something the goal leaves out, with the layers, capabilities and words that go with it."""

    text: str
    start: int
    end: int
    layers: tuple[str, ...]
    capabilities: tuple[str, ...]
    hides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TechnologyMention:
    """A language, framework, store or cloud the goal names, at goal[start:end]."""

    name: str
    start: int
    end: int


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


def read_brief(goal: str) -> Brief:
    """Understand the goal. Raises GoalError (message and hint) for a goal that says nothing or far too much."""
    return _reader().read(goal)


@lru_cache(maxsize=1)
def _reader() -> BriefReader:
    return BriefReader(load_catalogue())


_LIST_MARK = (
    r"(?<![\w-])(?:with support for|support for|capable of|with|"
    r"(?:that|which)\s+(?:also\s+)?(?:can|will|should|must|would)?\s*"
    r"(?:supports?|has|have|includes?|offers?|provides?|features|contains?|comes with|allows?\s+\w+\s+to|lets?\s+(?:the\s+)?\w+"
    r"|enables?\s+\w+\s+to|handles)(?!\w)|"
    r"(?P<verbal>that|which)(?=\s+\w)|"
    r"where\s+(?:\w+\s+)?can|so\s+(?:that\s+)?\w+\s+can|allowing\s+(?:\w+\s+)?to|letting\s+\w+|enabling\s+\w+\s+to|"
    r"includes?|allows?\s+\w+\s+to|lets?\s+\w+|features:?|to\s+(?:support|allow|enable|let)|{lists})(?!\w)|(?<=\w)\s*[:：](?!//)\s*|\s[–—]\s"  # noqa: RUF001
)
_PURPOSE_MARK = r"(?<=\w)\s+(?:to(?=\s+(?!(?:the|our|my|an?|this|all|each|every)\b)[a-z])|for(?=\s+[a-z]+ing\b))"
_STRICT_MARK = re.compile(r"(?<=\w)\s*[:：](?!//)\s*|\b(?:including|such as|namely)\b", re.I)  # noqa: RUF001
_MODAL = re.compile(
    r"\s*(?:it|they|this|that|users?|people|customers?|members|visitors|admins?|administrators?|everyone|we|i|you|"
    r"the\s+[\w-]+(?:\s+[\w-]+){0,3}?)\s+(?:should|must|needs?\s+to|can|could|will|shall|has\s+to|have\s+to|wants?\s+to|may)\s+"
    r"(?:also\s+|be\s+able\s+to\s+|then\s+)*(?:(?:support|have|include|provide|offer|contain|feature|allow\s+\w+\s+to|let\s+\w+)\s+)?",
    re.I,
)
_LABEL = re.compile(
    r"\s*(?P<label>bug|bugfix|fix|issue|feature request|feature|feat|task|story|epic|goal|chore|refactor|docs|perf|test)"
    r"(?:\([^)]{1,40}\))?!?\s*:\s+",
    re.I,
)
_LABELLED_KINDS = {"bug": "bug_fix", "bugfix": "bug_fix", "fix": "bug_fix", "refactor": "refactoring", "docs": "documentation"} | {
    "perf": "performance",
    "test": "testing",
}
_LIST_HEADING = re.compile(
    r"\s*(?:(?:main|key|core|required|the)\s+)*(?:features?|requirements?|includes?|including|must[- ]haves?|needs?|"
    r"it\s+(?:has|supports|includes|needs)|supports?|scope|tasks?)\s*(?:are|is)?\s*:?\s*",
    re.I,
)
_BACKGROUND = re.compile(
    r"\s*(?:we\s+(?:use|are|have|already|currently)|our\s+(?:stack|team|current)|currently|today|background|note|context|the\s+team|budget|"
    r"deadline|thanks?|i\s+am|i'm)\b",
    re.I,
)
_TECHNOLOGY_LEAD = re.compile(
    r"(?:using|in|on|via|written in|built (?:with|on|in)|based on|powered by|on top of|against)\s+", re.I
)
_TECHNOLOGY_LINK = re.compile(r"\s*(?:,\s*(?:and\s+)?|and\s+|&\s*|/|\+\s*)", re.I)
_EXISTING_OBJECT = re.compile(r"\s*(?:our|my|the existing|existing|the current|this)\b", re.I)
_EXISTING_PLACE = re.compile(r"\b(?:to|into|in|for|on|across)\s+(?:our|my|the existing|an existing|the current|this)\b", re.I)
_KNOWN_PLACE = re.compile(r"\b(?:to|into|in|for|on|across)\s+the\s+[\w-]+(?:\s+[\w-]+){0,3}\s*$", re.I)
_TARGET_PLACE = re.compile(r"\s+(?:to|into|in|for|on|across|of)\s+(?:the|our|my|an?|this|all)\s+[^,]{1,80}$", re.I)
_TELLING_SHAPES = frozenset(("machine-learning", "data-pipeline", "assistant", "game", "bot", "firmware"))
_PARTS_NOT_PRODUCTS = frozenset(
    ("parser", "module", "framework", "package", "linter", "compiler", "formatter", "gem", "crate", "code generator", "chatbot", "bot")
)
_LISTED_PRODUCTS = frozenset(("mobile-app", "cli", "library", "browser-extension", "desktop-app", "bot"))
_MATTER_PREPOSITIONS = frozenset(("for", "für", "pour", "para", "de", "di", "voor"))
_PLATFORMS = frozenset("ios android web mobile desktop window linux maco mac and or both iphone ipad browser".split())
_FULL_STOP = " \t.,;:!?"


class BriefReader:
    """Reads briefs with one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kinds = KindReader(catalogue)
        self._known: Lexicon[bool] = Lexicon((word, True) for word in catalogue.wording.urgent_words)

    def read(self, goal: str) -> Brief:
        """See read_brief."""
        check_intelligible(
            goal[:0] if not goal.strip() else goal, len(goal) <= 20_000 and self._knows_a_word(goal)
        )
        flat = flatten(goal)
        words = words_of(flat)
        languages = self._languages(words)
        reading = _Reading(self._catalogue, self._kinds, languages, flat)
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

    def _languages(self, words: Sequence[Word]) -> list[Language]:
        forms = {word.form for word in words}
        return [
            language
            for language in self._catalogue.wording.languages
            if not language.signs or len(forms.intersection(language.signs)) >= 2
        ]

    def _brief(self, goal: str, flat: str, words: Sequence[Word], reading: _Reading) -> Brief:
        exclusions = tuple(self._exclusion(phrase) for phrase in reading.excluded)
        left_out = {layer for exclusion in exclusions for layer in exclusion.layers}
        kept_words = [word for word in words if not any(e.start <= word.start < e.end for e in exclusions)]
        technologies = _technologies(self._catalogue, flat, kept_words)
        kind = reading.kind
        shapes: tuple[Shape, ...] = ()
        core: str | None = None
        if kind == FEATURE_DEVELOPMENT or any(item.kind == FEATURE_DEVELOPMENT for item in reading.items):
            shapes = self._shapes(reading, kept_words, bool(technologies))
        shapes, parts = self._with_listed_products(reading, shapes)
        features = tuple(replace(f, fulfils=parts[f.name]) if f.name in parts else f for f in _unique(self._features(reading, shapes)))
        subject = reading.subject if not shapes or shapes[0].id != "existing" else ""
        if kind == FEATURE_DEVELOPMENT and shapes:
            features, core = self._with_head(reading, shapes, features)
        if not features:
            whole = self._whole(reading)
            if shapes and shapes[0].feature == "feature-service":
                provider = core or catalogue_provider(self._catalogue, shapes[0])
                whole = replace(whole, fulfils=provider)
            features = (whole,)
        banned = {capability for exclusion in exclusions for capability in exclusion.capabilities}
        features = tuple(
            _bundled([f for f in features if f.capability not in banned or f.capability is None])
        )
        if core in banned:
            core = None
        templates = [self._catalogue.templates[f.capability] for f in features if f.capability]
        if core is not None:
            templates += [t for t in self._catalogue.templates.values() if t.core == core]
        tags = self._tags(features, templates, words, reading.demanded)
        return Brief(
            goal=goal,
            primary_goal=reading.primary_goal,
            subject=shorten(subject, 44) if len(subject) <= 44 else "",
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
            urgent=self._known.best(words) is not None,
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

    # --- shapes

    def _shapes(self, reading: _Reading, words: Sequence[Word], technical: bool) -> tuple[Shape, ...]:
        catalogue = self._catalogue
        asked = reading.asked
        phrase = reading.head_phrase_with_verb
        found = list(catalogue.shape_words.find(phrase))
        existing = reading.kind == FEATURE_DEVELOPMENT and self._is_existing(reading, bool(found))
        if existing or reading.kind != FEATURE_DEVELOPMENT:
            return (catalogue.shapes["existing"],)
        if found:
            telling = [hit for hit in found if hit.value.id in _TELLING_SHAPES]
            if telling and found[-1].value.id in ("api-service", "web-app"):
                # An "image classification service" is machine learning before it is a service.
                return (telling[-1].value,)
            return self._joined(reading.flat, found)
        everyday: Lexicon[bool] = Lexicon((noun, True) for noun in catalogue.wording.everyday_nouns)
        if asked.is_everyday or (phrase and any(hit.end == phrase[-1].end for hit in everyday.find(phrase))):
            return (catalogue.shapes["general"],)
        in_head = list(catalogue.shape_words.find(reading.head_words))
        if in_head:
            return (in_head[0].value,)
        alone = [catalogue.shape_words.whole(words_of(item.name)) for item in reading.items]
        named = list(dict.fromkeys(shape.id for shape in alone if shape is not None and shape.id != "ci"))
        if named:
            return self._merged([catalogue.shapes[key] for key in named])
        for lexicon, where in ((catalogue.weak_shape_words, phrase), (catalogue.shape_hints, words)):
            counted = Counter(hit.value.id for hit in lexicon.find(where))
            if counted:
                return (catalogue.shapes[counted.most_common(1)[0][0]],)
        capabilities = [hit.value for hit in catalogue.capability_words.find(words)]
        votes = Counter(capability.shape for capability in capabilities if capability.shape)
        if votes:
            return (catalogue.shapes[str(votes.most_common(1)[0][0])],)
        software = bool(capabilities) or technical or bool(asked.verb)
        return (catalogue.shapes["software" if software else "general"],)

    def _with_listed_products(
        self, reading: _Reading, shapes: tuple[Shape, ...]
    ) -> tuple[tuple[Shape, ...], dict[str, str]]:
        """Further products that stand in the list, as in "with a mobile app and an SDK", and the tasks they mean."""
        if not shapes or shapes[0].literal or shapes[0].id == "existing":
            return shapes, {}
        parts: dict[str, str] = {}
        for item in reading.items:
            shape = self._catalogue.shape_words.whole(words_of(item.name)) if item.listed else None
            if shape is None or shape.id not in _LISTED_PRODUCTS or len(shapes) > 2 or item.name.lower() in _PARTS_NOT_PRODUCTS:
                continue
            if shape not in shapes:
                shapes = (*shapes, shape)
            parts[item.name] = self._catalogue.providers[shape.requires[-1]]
        return shapes, parts

    def _is_existing(self, reading: _Reading, shaped: bool) -> bool:
        start, end = reading.head_object
        if _EXISTING_OBJECT.match(reading.flat, start, end):
            return True
        if reading.asked.is_change and not reading.asked.is_new:
            return True
        if shaped:
            return False
        if _EXISTING_PLACE.search(reading.flat, start, end) is not None:
            return True
        verb = reading.asked.verb.lower().partition(" ")[0]
        return verb in ("implement", "write", "develop", "set") and _KNOWN_PLACE.search(reading.flat, start, end) is not None

    def _joined(self, flat: str, hits: Sequence[Hit[Shape]]) -> tuple[Shape, ...]:
        last = hits[-1]
        joined = [last.value]
        for before, after in zip(reversed(hits[:-1]), reversed(hits), strict=False):
            if not re.fullmatch(
                r"\W*\w*\W*(?:and|plus|&|\+|,|/)[\w\s,]{0,24}", flat[before.end : after.start], re.I
            ):
                break
            joined.insert(0, before.value)
        return self._merged(joined)

    def _merged(self, shapes: Sequence[Shape]) -> tuple[Shape, ...]:
        ids = list(dict.fromkeys(shape.id for shape in shapes))
        if "frontend" in ids and ("api-service" in ids or "web-app" in ids):
            ids = ["web-app", *(key for key in ids if key not in ("frontend", "api-service", "web-app"))]
        if "web-app" in ids and "api-service" in ids:
            ids.remove("api-service")
        if "mobile-app" in ids and "api-service" in ids:
            ids.remove("api-service")
        return tuple(self._catalogue.shapes[key] for key in ids[:2])

    # --- features

    def _features(self, reading: _Reading, shapes: Sequence[Shape]) -> list[Feature]:
        own = self._task_words(shapes, reading.kind)
        found: list[Feature] = []
        for item in reading.items:
            if item.kind != FEATURE_DEVELOPMENT:
                fulfils = own.best(words_of(item.name)) if item.listed else None
                found.append(replace(item, fulfils=fulfils.value if fulfils else None))
                continue
            found.append(self._recognised(item, shapes, own))
        return found

    def _recognised(self, item: Feature, shapes: Sequence[Shape], own: Lexicon[str]) -> Feature:
        if shapes and shapes[0].literal:
            return item
        words = words_of(item.name)
        task = own.best(words)
        capability = self._capability(words, shapes)
        if task is not None and (capability is None or task.length > capability.length):
            rest = len(words) - len(words_of(item.name, task.start, task.end))
            if rest <= 3 or task.start == words[0].start:
                return replace(item, fulfils=task.value)
        return replace(item, capability=capability.value.id if capability else None)

    def _capability(self, words: Sequence[Word], shapes: Sequence[Shape]) -> Hit[Template] | None:
        ids = {shape.id for shape in shapes}
        hits = [
            hit
            for hit in self._catalogue.capability_words.find(words)
            if not hit.value.only or ids.intersection(hit.value.only)
        ]
        return max(hits, key=lambda hit: (bool(hit.value.only), hit.length, -hit.start), default=None)

    def _task_words(self, shapes: Sequence[Shape], kind: str) -> Lexicon[str]:
        catalogue = self._catalogue
        ids: list[str] = []
        for shape in shapes:
            ids += [*shape.closing, *shape.large]
            ids += [catalogue.providers[artefact] for artefact in shape.requires]
            if shape.screens is not None and not shape.screens.only_named:
                ids.append(shape.screens.single)
        if kind in catalogue.kinds:
            ids += list(catalogue.kinds[kind].course)
        # CI and deployment may be asked of any product.
        if shapes and shapes[0].id not in ("ci", "general"):
            ids += [
                "ci-pipeline",
                "deployment",
                "integration-tests",
                "security-audit",
                "load-test",
                "accessibility-review",
            ]
        templates = [catalogue.templates[key] for key in dict.fromkeys(ids)]
        return Lexicon((word, t.id) for t in templates if not t.is_capability for word in t.words)

    def _with_head(
        self, reading: _Reading, shapes: Sequence[Shape], features: Sequence[Feature]
    ) -> tuple[tuple[Feature, ...], str | None]:
        """What the head of the goal names beside its list: the core of the product, or one more feature."""
        shape = shapes[0]
        listed = any(feature.listed for feature in features)
        if shape.literal or (shape.id == "existing" and features):
            return tuple(features), None
        hit = self._capability(reading.head_phrase, shapes)
        if hit is not None and hit.value.core is not None and self._makes_backbone(hit.value.core, shape):
            others = tuple(f for f in features if f.listed or f.capability != hit.value.id)
            return others, hit.value.core
        if not listed and features:
            return tuple(features), None
        start, end = reading.subject_span
        name = reading.splitter.name(reading.flat[start:end], verbal=False)
        head = Feature(name, reading.flat[start:end], start, end, FEATURE_DEVELOPMENT, listed=False)
        known = {feature.capability for feature in features}
        shape_hits = self._catalogue.shape_words.find(reading.head_phrase)
        in_shape = hit is not None and any(s.start <= hit.start and hit.end <= s.end for s in shape_hits)
        in_shape = in_shape and not (start <= (hit.start if hit else 0) < end)
        if hit is not None and name and not in_shape and hit.value.id not in known:
            return (replace(head, capability=hit.value.id), *features), None
        needs_own = shape.feature in (
            "feature-tool",
            "feature-screen",
            "feature-general",
            "feature-data",
            "feature-infra",
        )
        if not features and needs_own and name:
            return (head,), None
        return tuple(features), None

    def _makes_backbone(self, template: str, shape: Shape) -> bool:
        return bool(set(self._catalogue.templates[template].makes) & set(shape.backbone))

    def _whole(self, reading: _Reading) -> Feature:
        start, end = reading.head_object
        name = reading.splitter.name(reading.flat[start:end], verbal=False) or shorten(
            reading.primary_goal, 72
        )
        return Feature(
            name, reading.flat[start:end], start, end, reading.kind, reading.asked.verb, listed=False
        )

    # --- what follows for the analysis

    def _tags(self, features: Sequence[Feature], templates: Sequence[Template], words: Sequence[Word], demanded: Sequence[Phrase]) -> tuple[str, ...]:
        tags = {tag for template in templates for tag in template.implies}
        if any(re.search(r"\d", phrase.text) and not phrase.text.lower().startswith(("by", "in ", "within", "before")) for phrase in demanded):
            tags.add("performance")
        if len(features) >= SEVERAL_FEATURES:
            tags.add("several")
        if len(features) >= MANY_FEATURES:
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
        """Points: 5 for a feature of five hours or more, 3 for another, 3 for each layer; thresholds as in the constants."""
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


class _Reading:
    """What has been read of a goal so far: filled sentence by sentence."""

    def __init__(
        self, catalogue: Catalogue, kinds: KindReader, languages: Sequence[Language], flat: str
    ) -> None:
        self.flat = flat
        self.items: list[Feature] = []
        self.excluded: list[Phrase] = []
        self.demanded: list[Phrase] = []
        self.capacity: int | None = None
        self.asked = Asked(FEATURE_DEVELOPMENT, "", 0, False, False, False)
        self.kind = FEATURE_DEVELOPMENT
        self.primary_goal = ""
        self.head_object: Span = (0, 0)
        self.head_words: Sequence[Word] = ()
        self.head_phrase: Sequence[Word] = ()
        self.head_phrase_with_verb: Sequence[Word] = ()
        self.subject_span: Span = (0, 0)
        self._catalogue = catalogue
        self._kinds = kinds
        self._head_read = False
        self._head_candidate: Sentence | None = None
        self._heads: list[tuple[Sentence, str]] = []
        self._early_bullets: list[tuple[Sentence, str]] = []
        lists = "|".join(sorted({re.escape(word) for language in languages for word in language.lists}))
        self._mark = re.compile(_LIST_MARK.replace("{lists}", lists), re.I)
        self._purpose = re.compile(_PURPOSE_MARK)
        joins = sorted({join for language in languages for join in language.joins})
        self._omissions = OmissionFinder(languages, catalogue.wording.qualities)
        self.splitter = ItemSplitter(catalogue.wording, joins, self._name_of)

    @property
    def subject(self) -> str:
        """What the goal is about, without verb, article and product noun; may be empty."""
        start, end = self.subject_span
        return self.splitter.name(self.flat[start:end], verbal=False, keep_determiner=True)

    def take(self, sentence: Sentence) -> None:
        """Read one sentence or bullet."""
        if sentence.left_out:
            trimmed = self.flat[sentence.start : sentence.end].strip(_FULL_STOP)
            start = self.flat.index(trimmed, sentence.start) if trimmed else sentence.start
            self.excluded.append(Phrase(trimmed, start, start + len(trimmed)))
            return
        omissions = self._omissions.find(self.flat, sentence.start, sentence.end)
        self.excluded += omissions.excluded
        self.demanded += omissions.demanded
        self.capacity = omissions.capacity or self.capacity
        masked = self.flat[: sentence.start] + omissions.masked + self.flat[sentence.end :]
        if not masked[sentence.start : sentence.end].strip(_FULL_STOP + CUT):
            return
        if sentence.bullet:
            self._settle_head()
            if self._head_read:
                self._take_bullet(masked, sentence)
            else:
                self._early_bullets.append((sentence, masked))
            return
        if self._head_read:
            self._take_further(masked, sentence)
            return
        label = _LABEL.match(masked, sentence.start, sentence.end)
        if label is not None and masked[label.end() : sentence.end].strip(_FULL_STOP):
            sentence = replace(sentence, start=label.end())
        asked = self._kinds.read(masked, sentence.start, sentence.end)
        labelled = _LABELLED_KINDS.get(label["label"].lower()) if label is not None else None
        if labelled is not None:
            asked = replace(asked, kind=labelled)
            self._take_head(masked, sentence, asked)
            return
        object_words = words_of(masked, asked.object_start, min(sentence.end, asked.object_start + 20))
        if asked.verb and self._heads and object_words and object_words[0].form in PRONOUNS:
            # "Our checkout is slow. Make it faster.": what "it" is was said before.
            self._settle_head(asked.kind if asked.kind != FEATURE_DEVELOPMENT else None)
            return
        self._heads.append((sentence, masked))
        # The first sentence that orders something is the head; what stands before it is background.
        if asked.verb and not _BACKGROUND.match(masked, sentence.start, sentence.end):
            self._take_head(masked, sentence, asked)
            self._heads = [head for head in self._heads if head[0] is not sentence]

    def finish(self) -> None:
        """Take the first sentence for the head when none gave an order; a bare list has no head at all."""
        self._settle_head()
        if self._head_read or not self._early_bullets:
            return
        (first, masked), *_ = self._early_bullets
        self.asked = self._kinds.read(masked, first.start, first.end)
        self.kind = self.asked.kind
        last = self._early_bullets[-1][0]
        self.primary_goal = shorten(" ".join(self.flat[first.start : last.end].split()).strip(_FULL_STOP), 160)
        self._head_read = True
        self._flush_bullets()

    def _flush_bullets(self) -> None:
        bullets, self._early_bullets = self._early_bullets, []
        for bullet, masked in bullets:
            self._take_bullet(masked, bullet)

    def _settle_head(self, kind: str | None = None) -> None:
        """Make the first sentence the head. `kind`: what a later sentence said is to be done with it."""
        if self._head_read or not self._heads:
            return
        (sentence, masked), *others = self._heads
        asked = self._kinds.read(masked, sentence.start, sentence.end)
        for other, other_masked in others:
            kind = kind or self._kinds.acting_kind(words_of(other_masked, other.start, other.end))
        if kind is not None:
            asked = replace(asked, kind=kind)
        self._take_head(masked, sentence, asked)
        for other, other_masked in others:
            self._take_further(other_masked, other)

    def _name_of(self, words: Sequence[Word]) -> str | None:
        hit = self._catalogue.capability_words.best(words)
        if hit is not None:
            return hit.value.id
        technology = self._catalogue.technology_words.best(words)
        return technology.value.name if technology else None

    def _take_head(self, masked: str, sentence: Sentence, asked: Asked) -> None:
        self._head_read = True
        self.asked, self.kind = asked, asked.kind
        start, end = asked.object_start, sentence.end
        while end > start and masked[end - 1] in _FULL_STOP + CUT:
            end -= 1
        if self.kind == FEATURE_DEVELOPMENT:
            masked = self._without_technologies(masked, start, end)
            self._read_product(masked, sentence.start, start, end)
        else:
            self._read_course(masked, sentence.start, start, end)
        self._flush_bullets()

    def _read_product(self, masked: str, sentence_start: int, start: int, end: int) -> None:
        mark = self._first_mark(masked, start, end)
        head_end = mark.start() if mark else end
        self._set_head(masked, sentence_start, start, head_end)
        if mark is not None:
            verbal = mark.re is self._purpose or bool(mark.groupdict().get("verbal"))
            further = self._mark.search(masked, mark.end(), end) if mark.re is self._purpose else None
            if further is not None and not further.groupdict().get("verbal"):
                # "a tool to find duplicates, with hashing and reports": purpose and list are both features.
                self._list(masked, mark.end(), further.start(), verbal=True)
                self._list(masked, further.end(), end, verbal=False)
                return
            self._list(masked, mark.end(), end, verbal)
            return
        spans = self.splitter.split(masked, start, head_end)
        if len(spans) == 1 and self.asked.verb.lower() == "make" and self.asked.is_change:
            # "Make the app accessible" is no list of things: the order as a whole is what is asked.
            self._add(masked, masked.lower().rindex("make", sentence_start, start), head_end, FEATURE_DEVELOPMENT, "", False, keep=True)
            return
        if len(spans) == 1 and not self.asked.is_change and not _EXISTING_PLACE.search(masked, start, head_end):
            return
        if (
            len(spans) > 1
            and not self.asked.is_change
            and all(self._is_shape(masked, span) for span in spans)
        ):
            return
        if len(spans) > 1:
            # Several things are asked for: none of them alone is what it is all about.
            self.subject_span = self._matter(list(self.head_words[len(self.head_phrase) :]), start)
        for first, last in spans:
            if (first, last) == spans[-1]:
                place = _TARGET_PLACE.search(masked, first, last)
                if place and place.start() > first and (self.asked.is_change or _EXISTING_PLACE.search(masked, first, last) or _KNOWN_PLACE.search(masked, first, last)):
                    last = place.start()  # noqa: PLW2901
            self._add_ordered(masked, first, last, listed=len(spans) > 1)

    def _is_shape(self, masked: str, span: Span) -> bool:
        return (
            self._catalogue.shape_words.whole(words_of(self.splitter.name(masked[slice(*span)], False)))
            is not None
        )

    def _first_mark(self, masked: str, start: int, end: int) -> re.Match[str] | None:
        mark = self._mark.search(masked, start, end)
        # "a tool to rename photos": a purpose is a list when a product stands before it.
        purpose = self._purpose.search(masked, start, mark.start() if mark else end)
        if purpose is None:
            return mark
        before = words_of(masked, start, purpose.start())
        product = any(
            found is not None and index + found[1] == len(before)
            for index in range(len(before))
            for found in (self._catalogue.product_nouns.at(before, index),)
        )
        listed = mark is not None and not mark.groupdict().get("verbal")
        is_for = masked[: purpose.end()].endswith("for")
        return purpose if product and not (is_for and listed) else mark

    def _set_head(self, masked: str, sentence_start: int, start: int, end: int) -> None:
        self.head_object = (start, end)
        self.head_words = words_of(masked, start, end)
        self.head_phrase = self._kinds.noun_phrase(self.head_words)
        phrase_end = self.head_phrase[-1].end if self.head_phrase else end
        self.head_phrase_with_verb = words_of(masked, sentence_start, phrase_end)
        self.primary_goal = shorten(
            " ".join(masked[sentence_start:end].replace(CUT, " ").split()).strip(_FULL_STOP), 160
        )
        self.subject_span = self._subject(masked, start, end)

    def _subject(self, masked: str, start: int, end: int) -> Span:
        """Where the matter of the head stands: the noun phrase without product nouns, or what it is "for"."""
        phrase = list(self.head_phrase)
        nouns = self._catalogue.product_nouns
        while phrase:
            cut = next(
                (
                    i
                    for i in range(len(phrase))
                    if (found := nouns.at(phrase, i)) is not None and i + found[1] == len(phrase)
                ),
                None,
            )
            if cut is None:
                break
            phrase = phrase[:cut]
        determiners = self._catalogue.wording.determiners
        while phrase and phrase[0].form in determiners:
            phrase = phrase[1:]
        technology = self._catalogue.technology_words
        if phrase and technology.whole(phrase) is None:
            return phrase[0].start, phrase[-1].end
        return self._matter(list(self.head_words[len(self.head_phrase) :]), start)

    def _matter(self, rest: list[Word], start: int) -> Span:
        """What the head is "for"; an empty span at `start` if it does not say."""
        determiners = self._catalogue.wording.determiners
        while len(rest) > 1 and rest[0].form in _MATTER_PREPOSITIONS:
            matter = list(self._kinds.noun_phrase(rest[1:]))
            rest = rest[1 + len(matter) :]
            while matter and matter[0].form in determiners:
                matter = matter[1:]
            if matter and not _PLATFORMS.issuperset(word.form for word in matter):
                return matter[0].start, matter[-1].end
        return start, start

    def _read_course(self, masked: str, sentence_start: int, start: int, end: int) -> None:
        """Work with its own course: targets in the head, further things in a list."""
        own = self._catalogue.kinds[self.kind]
        free = own.splits != "strict"
        free = free and self.asked.verb.lower() not in ("replace", "switch", "swap")
        mark = (self._mark if free else _STRICT_MARK).search(masked, start, end)
        if mark is not None and (mark.groupdict().get("verbal") or not masked[mark.end() : end].strip()):
            mark = _STRICT_MARK.search(masked, start, end)
        head_end = mark.start() if mark else end
        self._set_head(masked, sentence_start, start, head_end)
        if mark is not None:
            self._list(masked, mark.end(), end, verbal=False)
            if own.replaces:
                return
        if own.splits == "whole":
            self._add(masked, start, head_end, self.kind, self.asked.verb, listed=False)
            return
        if own.splits == "strict":
            spans = self.splitter.split_strictly(masked, start, head_end, self._kinds.verbs)
            for first, last in spans:
                self._add_ordered(masked, first, last, listed=False)
            return
        begin = self._kinds.after_kind_words(masked, self.kind, start, head_end)
        spans = self.splitter.split(masked, begin, head_end)
        prefix = ""
        if own.splits == "prefixed":
            whole = self.splitter.split(masked, start, head_end)
            if len(whole) > 1 and whole[0][1] < begin:
                spans = whole
            elif len(spans) > 1:
                prefix = masked[start:begin]
            elif spans:
                spans = [(start, spans[0][1])]
        for first, last in spans:
            self._add(masked, first, last, self.kind, self.asked.verb, listed=False, prefix=prefix)

    def _take_bullet(self, masked: str, sentence: Sentence) -> None:
        colon = re.compile(r"(?:\*\*)?\s*(?::\s|\s[–—-]\s)").search(masked, sentence.start, sentence.end)  # noqa: RUF001
        end = colon.start() if colon and 0 < colon.start() - sentence.start <= 60 else sentence.end
        modal = _MODAL.match(masked, sentence.start, sentence.end)
        self._add_ordered(
            masked, modal.end() if modal else sentence.start, end, listed=True, text_end=sentence.end
        )

    def _take_further(self, masked: str, sentence: Sentence) -> None:
        start, end = sentence.start, sentence.end
        if self.kind == FEATURE_DEVELOPMENT:
            masked = self._without_technologies(masked, start, end)
        modal = _MODAL.match(masked, start, end) or _LIST_HEADING.match(masked, start, end)
        if modal is not None:
            self._list(masked, modal.end(), end, verbal=False)
            return
        if _BACKGROUND.match(masked, start, end):
            return
        asked = self._kinds.read(masked, start, end)
        if not asked.verb and self._name_of(words_of(masked, start, end)) is None:
            return
        if asked.kind != FEATURE_DEVELOPMENT and asked.verb:
            self._add_ordered(masked, start, end, listed=True)
            return
        self._list(masked, asked.object_start, end, verbal=False)

    def _list(self, masked: str, start: int, end: int, verbal: bool) -> None:
        spans = self.splitter.split(masked, start, end, verbal)
        technology = self._catalogue.technology_words
        for first, last in spans:
            words = words_of(masked, first, last)
            if self.kind == FEATURE_DEVELOPMENT and words:
                found = technology.at(words, 0)
                if found is not None and found[1] == len(words):
                    continue
                if found is not None:
                    # "FastAPI and PostgreSQL that supports filtering": the list goes on after the technology.
                    again = self._mark.match(masked, words[found[1] - 1].end, last) or self._mark.match(
                        masked, words[found[1]].start, last
                    )
                    if again is not None:
                        self._list(masked, again.end(), last, bool(again.groupdict().get("verbal")))
                        continue
            nested = self._nested_list(masked, first, last) if verbal else None
            if nested is not None:
                self._add_ordered(masked, first, nested.start(), listed=True, verbal=True)
                self._list(masked, nested.end(), last, False)
                continue
            self._add_ordered(masked, first, last, listed=True, verbal=verbal)

    def _nested_list(self, masked: str, start: int, end: int) -> re.Match[str] | None:
        """ "loads it with quality checks": what follows "with" is a feature if the catalogue knows it by itself."""
        found = re.compile(r"\s(?:with|including)\s", re.I).search(masked, start, end)
        if found is None:
            return None
        left = self._name_of(words_of(masked, start, found.start()))
        right = self._name_of(words_of(masked, found.end(), end))
        return found if right is not None and right != left else None

    def _add_ordered(
        self,
        masked: str,
        start: int,
        end: int,
        listed: bool,
        verbal: bool = False,
        text_end: int | None = None,
    ) -> None:
        """Add an item that may carry its own order: "and fix the login bug"."""
        kind, verb, first = self.kind, self.asked.verb, start
        asked = self._kinds.read(masked, start, end)
        is_strict = self.kind in self._catalogue.kinds and self._catalogue.kinds[self.kind].splits == "strict"
        if asked.verb and asked.object_start < end:
            if asked.kind != self.kind and (
                asked.kind in ("bug_fix", "refactoring") or self.kind == "bug_fix"
            ):
                kind, verb, first = asked.kind, asked.verb, asked.object_start
            elif asked.kind == self.kind and is_strict:
                verb, first = asked.verb, asked.object_start
        self._add(masked, first, end, kind, verb, listed, verbal, text_end=text_end)

    def _add(
        self,
        masked: str,
        start: int,
        end: int,
        kind: str,
        verb: str,
        listed: bool,
        verbal: bool = False,
        prefix: str = "",
        text_end: int | None = None,
        keep: bool = False,
    ) -> None:
        while start < end and (masked[start].isspace() or masked[start] == CUT):
            start += 1
        while end > start and (masked[end - 1].isspace() or masked[end - 1] == CUT):
            end -= 1
        own = self._catalogue.kinds.get(kind)
        strict = own is not None and (own.splits == "strict" or (own.splits != "prefixed" and not own.replaces))
        name = self.splitter.name((prefix + masked[start:end]).replace(CUT, " "), verbal, keep_determiner=strict or keep)
        stop = text_end or end
        if not words_of(name):
            return
        self.items.append(
            Feature(name, self.flat[start:stop].strip(), start, stop, kind, verb, listed=listed)
        )

    def _without_technologies(self, masked: str, start: int, end: int) -> str:
        """Take out "using Python and Redis" and the like where nothing but a delimiter follows."""
        words = words_of(masked, start, end)
        cut = list(masked)
        for index in range(len(words)):
            lead_end = words[index].start
            lead = next(
                (
                    m
                    for m in _TECHNOLOGY_LEAD.finditer(masked, max(start, lead_end - 14), lead_end)
                    if m.end() == lead_end
                ),
                None,
            )
            found = self._technology_at(masked, words, index)
            if lead is None or found is None or (lead.start() > start and masked[lead.start() - 1].isalnum()):
                continue
            last = found
            while True:
                link = _TECHNOLOGY_LINK.match(masked, words[last - 1].end)
                if link is None or last >= len(words) or words[last].start != link.end():
                    break
                following = self._technology_at(masked, words, last)
                if following is None:
                    break
                last = following
            stop = words[last - 1].end
            rest = masked[stop:end].lstrip()
            following_word = words[last].form if last < len(words) else ""
            closes = (
                not rest or rest[0] in ",.;:!?)\x01" or following_word in self._catalogue.wording.prepositions
            )
            if closes or self._mark.match(masked, end - len(rest), end):
                for place in range(lead.start(), stop):
                    cut[place] = " "
        return "".join(cut)

    def _technology_at(self, masked: str, words: Sequence[Word], index: int) -> int | None:
        found = self._catalogue.technology_words.at(words, index)
        if found is not None:
            return index + found[1]
        exact = masked[words[index].start : words[index].end]
        return (
            index + 1 if any(exact in item.exact for item in self._catalogue.technologies.values()) else None
        )


def catalogue_provider(catalogue: Catalogue, shape: Shape) -> str:
    """The template on which the features of this shape build."""
    return catalogue.providers[shape.backbone[0]]


def _technologies(catalogue: Catalogue, flat: str, words: Sequence[Word]) -> tuple[TechnologyMention, ...]:
    found = [
        TechnologyMention(hit.value.name, hit.start, hit.end)
        for hit in catalogue.technology_words.find(words)
    ]
    for item in catalogue.technologies.values():
        for word in words:
            # "Go" is a language only as a name after "in", "using", "with"; "go" is a verb.
            if flat[word.start : word.end] in item.exact and re.search(
                r"\b(?:in|using|with|and|,)\s*$", flat[max(0, word.start - 8) : word.start]
            ):
                found.append(TechnologyMention(item.name, word.start, word.end))
    found.sort(key=lambda mention: mention.start)
    first: dict[str, TechnologyMention] = {}
    for mention in found:
        first.setdefault(mention.name, mention)
    return tuple(first.values())


def _unique(features: Sequence[Feature]) -> tuple[Feature, ...]:
    seen: dict[tuple[str, str], Feature] = {}
    for feature in features:
        seen.setdefault((feature.kind, feature.name.casefold()), feature)
    return tuple(seen.values())


def _bundled(features: Sequence[Feature]) -> list[Feature]:
    """Neighbouring features put together until there are no more than MOST_FEATURES."""
    size = -(-len(features) // MOST_FEATURES) if features else 1
    if size <= 1:
        return list(features)
    bundles: list[Feature] = []
    for index in range(0, len(features), size):
        group = features[index : index + size]
        name = shorten(f"{group[0].name} and {len(group) - 1} more", 80) if len(group) > 1 else group[0].name
        text = "; ".join(feature.text for feature in group)
        bundles.append(replace(group[0], name=name, text=text, end=group[-1].end, fulfils=None))
    return bundles


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
    "migration": ["Rehearsed way back", "Validation of the result"],
    "performance": ["Measured baseline and goal", "Unchanged results"],
    "documentation": ["Checked examples"],
    "testing": ["Reliable tests in CI"],
    "security_review": ["Rated findings", "Retest of every fix"],
    "release": ["Release notes", "Verified build"],
    "research": ["Criteria agreed before the evaluation"],
}
