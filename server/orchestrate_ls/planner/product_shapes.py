"""Chooses the shapes of product that a goal asks for: web application, command line, pipeline ...

Knows the catalogue's shapes and what was read of the goal; knows nothing of tasks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from orchestrate_ls.planner.catalogue import Catalogue, Shape
from orchestrate_ls.planner.reading import EXISTING_OBJECT, EXISTING_PLACE, KNOWN_PLACE, Reading
from orchestrate_ls.planner.words import Hit, Word, words_of
from orchestrate_ls.planner.work_kind import FEATURE_DEVELOPMENT

_TELLING_SHAPES = frozenset(("machine-learning", "data-pipeline", "assistant", "game", "bot", "firmware"))
_PARTS_NOT_PRODUCTS = frozenset(
    (
        *("parser", "module", "framework", "package", "linter", "compiler", "formatter", "gem", "crate"),
        *("code generator", "chatbot", "bot"),
    )
)
_FEW_ITEMS = 2
_LONGEST_PART = 5
_LISTED_PRODUCTS = frozenset(("mobile-app", "cli", "library", "browser-extension", "desktop-app", "bot"))


class ShapeChooser:
    """Chooses with one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def choose(self, reading: Reading, words: Sequence[Word], technical: bool) -> tuple[Shape, ...]:
        catalogue = self._catalogue
        asked = reading.asked
        phrase = reading.head_phrase_with_verb
        found = list(catalogue.shape_words.find(phrase))
        if asked.is_everyday and not technical and self._is_everyday(reading, found, phrase):
            return (catalogue.shapes["general"],)
        begins = found[0] if found and phrase and found[0].start == phrase[0].start else None
        if (
            reading.kind == FEATURE_DEVELOPMENT
            and begins is not None
            and reading.asked.verb
            and found == [begins]
        ):
            # "Automate releases", "fine-tune a model": the verb is part of what names the shape.
            return (begins.value,)
        existing = reading.kind == FEATURE_DEVELOPMENT and self._is_existing(reading, bool(found))
        if existing or reading.kind != FEATURE_DEVELOPMENT:
            return (catalogue.shapes["existing"],)
        if found:
            telling = [hit for hit in found if hit.value.id in _TELLING_SHAPES]
            if telling and found[-1].value.id in ("api-service", "web-app"):
                # An "image classification service" is machine learning before it is a service.
                return (telling[-1].value,)
            return self._joined(reading.flat, found)
        everyday = [hit for hit in catalogue.everyday_nouns.find(phrase) if hit.end == phrase[-1].end]
        if asked.is_everyday or everyday:
            return (catalogue.shapes["general"],)
        in_head = list(catalogue.shape_words.find(reading.head_words))
        if in_head:
            return (in_head[0].value,)
        alone = [catalogue.shape_words.whole(words_of(item.name)) for item in reading.items]
        named = list(dict.fromkeys(shape.id for shape in alone if shape is not None and shape.id != "ci"))
        if named:
            return self._merged([catalogue.shapes[key] for key in named])
        capabilities = [hit.value for hit in catalogue.capability_words.find(words)]
        special = Counter(item.shape for item in capabilities if item.only and item.shape in _TELLING_SHAPES)
        for shape, count in special.most_common(1):
            if count > 1:
                return (catalogue.shapes[str(shape)],)
        for lexicon, where in ((catalogue.weak_shape_words, phrase), (catalogue.shape_hints, words)):
            counted = Counter(hit.value.id for hit in lexicon.find(where))
            if counted:
                return (catalogue.shapes[counted.most_common(1)[0][0]],)
        votes = Counter(capability.shape for capability in capabilities if capability.shape)
        for shape, count in votes.most_common(1):
            # One word among many ("scores", "network") says little about what the whole is.
            if count > 1 or len(reading.items) <= _FEW_ITEMS:
                return (catalogue.shapes[str(shape)],)
        software = bool(capabilities) or technical or bool(asked.verb)
        return (catalogue.shapes["software" if software else "general"],)

    def with_listed_products(
        self, reading: Reading, shapes: tuple[Shape, ...]
    ) -> tuple[tuple[Shape, ...], dict[str, str]]:
        """Further products that stand in the list, as in "with a mobile app and an SDK", and the tasks they mean."""
        if not shapes or shapes[0].literal or shapes[0].id == "existing":
            return shapes, {}
        parts: dict[str, str] = {}
        for item in reading.items:
            shape = self._catalogue.shape_words.whole(words_of(item.name)) if item.listed else None
            if (
                shape is None
                or shape.id not in _LISTED_PRODUCTS
                or len(shapes) > 2
                or item.name.lower() in _PARTS_NOT_PRODUCTS
            ):
                continue
            if shape not in shapes:
                shapes = (*shapes, shape)
            parts[item.name] = self._catalogue.providers[shape.requires[-1]]
        return shapes, parts

    def _is_everyday(self, reading: Reading, found: Sequence[Hit[Shape]], phrase: Sequence[Word]) -> bool:
        if found:
            # "Hire two backend engineers" builds no back end.
            return found[-1].end != phrase[-1].end
        return not self._is_software(reading)

    def _is_software(self, reading: Reading) -> bool:
        """Whether the head names a capability, as "clean up our dashboards" does."""
        return self._catalogue.capability_words.best(reading.head_phrase) is not None

    def _is_existing(self, reading: Reading, shaped: bool) -> bool:
        start, end = reading.head_object
        if EXISTING_OBJECT.match(reading.flat, start, end):
            return True
        if reading.asked.is_change and not reading.asked.is_new:
            return True
        if shaped:
            return False
        if EXISTING_PLACE.search(reading.flat, start, end) is not None:
            return True
        phrase = reading.head_phrase
        ends = [n for n, word in enumerate(phrase) if n and word.form.endswith("ing")]
        title = phrase[: ends[0]] if ends and ends[0] <= _LONGEST_PART else phrase
        parts = [hit for hit in self._catalogue.part_nouns.find(title) if hit.end == title[-1].end]
        if parts and len(title) <= _LONGEST_PART:
            return True
        verb = reading.asked.verb.lower().partition(" ")[0]
        if not verb and KNOWN_PLACE.search(reading.flat, start, end) is not None:
            # "Dark mode for the dashboard"; a "club app for the rowing club" has a shape and is not asked here.
            last = words_of(reading.flat, start, end)[-1:]
            return bool(last) and any(
                lexicon.whole(last) is not None
                for lexicon in (
                    self._catalogue.shape_words,
                    self._catalogue.weak_shape_words,
                    self._catalogue.shape_hints,
                    self._catalogue.product_nouns,
                )
            )
        return (
            verb in ("implement", "write", "develop", "set")
            and KNOWN_PLACE.search(reading.flat, start, end) is not None
        )

    def _joined(self, flat: str, hits: Sequence[Hit[Shape]]) -> tuple[Shape, ...]:
        last = hits[-1]
        joined = [last.value]
        for before, after in zip(reversed(hits[:-1]), reversed(hits), strict=False):
            if not re.fullmatch(
                r"\W*\w*\W*(?:and|plus|&|\+|,|/)[\w\s,]{0,24}", flat[before.end : after.start], re.IGNORECASE
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
