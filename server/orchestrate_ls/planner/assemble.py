"""A brief becomes the parts of a plan: which templates of the catalogue, and for which features.

Shared foundations appear once. Knows nothing of order beyond artefacts (see `dependencies.py`) and writes no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from orchestrate_ls.planner.brief import Brief, Feature
from orchestrate_ls.planner.catalogue import BACKBONE, Catalogue, Kind, Shape, Template
from orchestrate_ls.planner.words import phrase_set, words_of
from orchestrate_ls.planner.work_kind import FEATURE_DEVELOPMENT

REASONS_OF_SIZE = ("the goal names many features", "the goal calls for it (large)")
"""How the reasons begin of tasks that a goal with fewer features would not have."""
_FEW_SCREENS = 3
"""Up to so many features get one task for all their screens."""
_LONGEST_TASK_HOURS = 8.0
_ENDPOINT = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE)\s+/")


@dataclass(eq=False, slots=True)
class Part:
    """A template in the plan. `feature`: the one it carries out; `covered`: those it looks after together;
    `asked`: general features that it fulfils; `rank`: 0 foundation, 1 feature, 2 interface, 3 what follows.
    """

    template: Template
    rank: int
    reason: str
    shape: Shape | None
    feature: Feature | None = None
    covered: tuple[Feature, ...] = ()
    requires: tuple[str, ...] = ()
    asked: list[Feature] = field(default_factory=list[Feature])


class Assembler:
    """Collects the parts for one brief."""

    def __init__(self, brief: Brief, catalogue: Catalogue) -> None:
        self._brief = brief
        self._catalogue = catalogue
        self._parts: list[Part] = []
        self._shared: dict[str, Part] = {}
        self._covered: dict[str, set[Feature]] = {}
        self._shapes = tuple(catalogue.shapes[key] for key in brief.shapes)
        self._banned = {capability for exclusion in brief.exclusions for capability in exclusion.capabilities}
        self._backbones = self._find_backbones()

    def assemble(self) -> list[Part]:
        """All parts, in the order in which they came up."""
        kinds = dict.fromkeys([self._brief.kind, *(feature.kind for feature in self._brief.features)])
        for kind in kinds:
            features = [feature for feature in self._brief.features if feature.kind == kind]
            if kind == FEATURE_DEVELOPMENT:
                self._develop(features)
            else:
                self._follow_course(kind, features)
        return self._parts

    # --- new features

    def _develop(self, features: Sequence[Feature]) -> None:
        brief = self._brief
        if "large" in brief.tags:
            for shape in self._shapes:
                for template in shape.large:
                    self._share(template, 0, "the goal names many features", shape)
        if brief.core is not None:
            self._share(brief.core, 0, "the head of the goal asks for it", self._shapes[0])
        own = [feature for feature in features if feature.fulfils is None]
        for feature in own:
            self._add_feature(feature)
        covered = tuple(own)
        single_screens = self._add_screens(own)
        for shape in self._shapes:
            for artefact in shape.requires:
                self._provide(artefact, f"every plan for the shape {shape.id} has it", shape)
        for feature in features:
            if feature.fulfils is not None:
                self._fulfil(feature, covered, single_screens)
        self._close_requirements()
        for shape in self._shapes:
            for template, when in shape.closing.items():
                code = (
                    self._catalogue.templates[template].layer != "tests"
                    or not own
                    or any(map(self._is_code, own))
                )
                if code and (when == "always" or when in brief.tags):
                    reason = (
                        f"follows every {shape.id}" if when == "always" else f"the goal calls for it ({when})"
                    )
                    self._add_covering(template, covered, reason, shape)
        self._close_requirements()

    def _is_code(self, feature: Feature) -> bool:
        """Whether carrying out the feature means writing code rather than setting something up."""
        return self._catalogue.templates[feature.capability or self._shapes[0].feature].gate is not None

    def _add_feature(self, feature: Feature) -> None:
        shape = self._shapes[0]
        template = self._catalogue.templates[feature.capability or shape.feature]
        self._parts.append(self._part(template, 1, _words_of(feature), shape, feature))

    def _add_screens(self, features: Sequence[Feature]) -> bool:
        """Add the work on the interface; whether it is one task for all features."""
        single = True
        for shape in self._shapes:
            screens = shape.screens
            if screens is None or self._brief.leaves_out_layer(screens.layer):
                continue
            shown = [f for f in features if self._is_seen(f, self._shapes[0])]
            if not shown and screens.only_named:
                continue
            if len(shown) <= _FEW_SCREENS:
                template = self._catalogue.templates[screens.single]
                reason = f"the features of a {shape.id} are seen on screens"
                part = self._part(template, 2, reason, shape, covered=tuple(shown))
                self._parts.append(part)
                self._shared[template.id] = part
                continue
            single = False
            for feature in shown:
                template = self._catalogue.templates[screens.each]
                reason = f"people use it on screens; {_words_of(feature)}"
                self._parts.append(self._part(template, 2, reason, shape, feature))
        return single

    def _is_seen(self, feature: Feature, shape: Shape) -> bool:
        words = {word.form for word in words_of(feature.text)}
        template = self._catalogue.templates[feature.capability or shape.feature]
        return template.ui and not words & self._catalogue.unseen_words and not _ENDPOINT.search(feature.text)

    def _fulfil(self, feature: Feature, covered: tuple[Feature, ...], single_screens: bool) -> None:
        template = feature.fulfils or ""
        if template == "ui" and not single_screens:
            template = "ui-shell"
        shape = self._shapes[0] if self._shapes else None
        if template not in self._shared and template in self._catalogue.templates:
            self._add_covering(template, covered, _words_of(feature), shape, even_if_left_out=True)
        part = self._shared.get(template)
        if part is not None:
            part.asked.append(feature)

    # --- work with its own course

    def _follow_course(self, kind: str, features: Sequence[Feature]) -> None:
        own = self._catalogue.kinds[kind]
        listed = [feature for feature in features if feature.listed]
        targets = [feature for feature in features if not feature.listed]
        if own.replaces and listed:
            targets = []
        acted_on: list[Feature] = []
        for feature in features:
            if feature in targets or own.item is None:
                templates = own.trivial_target if _is_trivial(own, feature) else own.target
                if len(features) == 1:
                    templates = tuple(key for key in templates if not self._catalogue.templates[key].several)
            elif feature.fulfils is not None or not feature.listed:
                continue
            else:
                templates = (own.item,)
            if feature.fulfils is not None:
                continue
            if templates:
                acted_on.append(feature)
            for key in templates:
                template = self._catalogue.templates[key]
                if not self._is_out(template):
                    self._parts.append(self._part(template, 1, _words_of(feature), None, feature))
        features = sorted(features, key=lambda each: each.listed)
        covered = tuple(f for f in features if f in acted_on or (f in targets and not own.target)) or tuple(
            features
        )
        for key, when in own.course.items():
            if when == "always" or when in self._brief.tags:
                self._add_covering(key, covered, f"belongs to every {kind.replace('_', ' ')}", None, rank=0)
        for feature in features:
            if feature.fulfils is not None:
                self._fulfil(feature, covered, True)
        self._close_requirements()

    # --- shared parts

    def _add_covering(
        self,
        key: str,
        covered: tuple[Feature, ...],
        reason: str,
        shape: Shape | None,
        rank: int = 3,
        even_if_left_out: bool = False,
    ) -> None:
        template = self._catalogue.templates[key]
        if (key in self._shared and not covered) or (self._is_out(template) and not even_if_left_out):
            return
        already = self._covered.setdefault(key, set(self._shared[key].covered if key in self._shared else ()))
        if key in self._shared and already.issuperset(covered):
            return
        already.update(covered)
        for chunk in _chunks(template, covered):
            part = self._part(template, rank, reason, shape, covered=chunk)
            self._parts.append(part)
            self._shared.setdefault(key, part)

    def _share(self, key: str, rank: int, reason: str, shape: Shape | None) -> None:
        template = self._catalogue.templates[key]
        if key in self._shared or self._is_out(template):
            return
        covered = (
            tuple(f for f in self._brief.features if f.fulfils is None)
            if "{features}" in template.about
            else ()
        )
        part = self._part(template, rank, reason, shape, covered=covered)
        self._shared[key] = part
        self._parts.append(part)

    def _provide(self, artefact: str, reason: str, shape: Shape | None) -> None:
        if any(artefact in part.template.makes for part in self._parts):
            return
        self._share(self._catalogue.providers[artefact], 0, reason, shape)

    def _close_requirements(self) -> None:
        """Add the provider of each required artefact that nothing makes yet, and of what those require."""
        index = 0
        while index < len(self._parts):
            part = self._parts[index]
            for artefact in part.requires:
                if part.shape is not None and artefact in part.shape.without:
                    continue
                self._provide(artefact, f"{part.template.title} builds on it ({artefact})", part.shape)
            index += 1

    def _part(
        self,
        template: Template,
        rank: int,
        reason: str,
        shape: Shape | None,
        feature: Feature | None = None,
        covered: tuple[Feature, ...] = (),
    ) -> Part:
        wanted = [artefact for artefact in template.requires if artefact != BACKBONE]
        if BACKBONE in template.requires:
            wanted += self._backbones[:1]
        return Part(template, rank, reason, shape, feature, covered, requires=tuple(dict.fromkeys(wanted)))

    @property
    def backbones(self) -> tuple[str, ...]:
        """What the features of each product build on; what comes after the features waits for all of them."""
        return self._backbones

    def _find_backbones(self) -> tuple[str, ...]:
        found: list[str] = []
        for shape in self._shapes:
            for artefact in shape.backbone:
                if not self._is_out(self._catalogue.templates[self._catalogue.providers[artefact]]):
                    found.append(artefact)
                    break
        return tuple(dict.fromkeys(found))

    def _is_out(self, template: Template) -> bool:
        return self._brief.leaves_out_layer(template.layer) or template.id in self._banned


def _is_trivial(kind: Kind, feature: Feature) -> bool:
    """Whether its words say that there is nothing to find out, as in a typo."""
    return phrase_set(kind.trivial).best(words_of(feature.name)) is not None


def _chunks(template: Template, covered: tuple[Feature, ...]) -> Iterable[tuple[Feature, ...]]:
    """The covered features in as few groups as the template's limits and the longest task allow, of even size."""
    if not covered or not template.covers:
        return [covered]
    most = template.at_most or len(covered)
    if template.per_feature is not None:
        low, likely, high = template.per_feature
        each = (low + 4 * likely + high) / 6
        most = (
            min(most, max(1, int((_LONGEST_TASK_HOURS - template.expected_hours) / each))) if each else most
        )
    count = -(-len(covered) // most)
    size, extra = divmod(len(covered), count)
    groups: list[tuple[Feature, ...]] = []
    start = 0
    for index in range(count):
        stop = start + size + (1 if index < extra else 0)
        groups.append(covered[start:stop])
        start = stop
    return groups


def _words_of(feature: Feature) -> str:
    words = " ".join(feature.text.split())
    words = words if len(words) <= 60 else words[:59] + "…"
    return f'the words "{words}" (characters {feature.start} to {feature.end})'
