"""Recognises in the things a goal names the capabilities and general tasks of the catalogue.

What it does not recognise stays a feature in the user's own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orchestrate_ls.planner.catalogue import Catalogue, Shape, Template
from orchestrate_ls.planner.features import Feature
from orchestrate_ls.planner.items import shorten
from orchestrate_ls.planner.reading import Reading
from orchestrate_ls.planner.words import Hit, Lexicon, Word, words_of
from orchestrate_ls.planner.work_kind import FEATURE_DEVELOPMENT


class FeatureRecogniser:
    """Recognises with one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def recognise(self, reading: Reading, shapes: Sequence[Shape]) -> list[Feature]:
        own = self._task_words(shapes, reading.kind)
        found: list[Feature] = []
        for item in reading.items:
            if item.kind != FEATURE_DEVELOPMENT:
                named = words_of(item.name)
                stop = next(
                    (n for n, word in enumerate(named) if n and word.form in self._catalogue.prepositions),
                    len(named),
                )
                # "The findings of the penetration test" are findings and no such test.
                fulfils = own.best(named[:stop]) if item.listed else None
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
            if (rest <= 3 or task.start == words[0].start) and (item.listed or not rest):
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

    def with_head(
        self, reading: Reading, shapes: Sequence[Shape], features: Sequence[Feature]
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
        if shape.id == "compliance" and listed:
            return tuple(features), None
        start, end = reading.name_span
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

    def whole(self, reading: Reading) -> Feature:
        start, end = reading.head_object
        name = reading.splitter.name(reading.flat[start:end], verbal=False) or shorten(
            reading.primary_goal, 72
        )
        if reading.asked.is_everyday and not reading.asked.is_new:
            name = shorten(f"{reading.asked.verb} {name}", 72)
        return Feature(
            name, reading.flat[start:end], start, end, reading.kind, reading.asked.verb, listed=False
        )
