"""What kind of product a goal is about, where there is one already: mostly, a change of it. Reads no disk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orchestrate_ls.planner.brief import Brief
from orchestrate_ls.planner.catalogue import Catalogue
from orchestrate_ls.planner.words import words_of
from orchestrate_ls.planner.work_kind import FEATURE_DEVELOPMENT

if TYPE_CHECKING:
    from orchestrate_ls.workspace.repository.summary import RepositorySummary

_WEB: Final = frozenset({"web-app", "api-service"})
_WEB_FRAMEWORKS: Final = frozenset(
    {
        "ASP.NET Core", "Actix Web", "Django", "Echo", "Express", "FastAPI", "Fastify", "Fiber", "Flask", "Gin",
        "Koa", "Laravel", "Micronaut", "NestJS", "Next.js", "Nuxt", "Phoenix", "Quarkus", "Rails", "Rocket",
        "Sinatra", "Spring Boot", "Starlette", "SvelteKit", "Symfony", "Tornado", "aiohttp", "axum", "chi",
    }
)  # fmt: skip
EXISTING: Final = "existing"


def names_product(brief: Brief, catalogue: Catalogue) -> bool:
    """Whether the goal says outright what kind of product it is about ("a web app"), so that nobody has to guess."""
    named = {hit.value.id for hit in catalogue.shape_words.find(words_of(brief.goal))}
    return bool(brief.shapes) and brief.shapes[0] in named


def brief_in_repository(brief: Brief, catalogue: Catalogue, repository: RepositorySummary | None) -> Brief:
    """The brief, with what is there as the product, unless the goal names another kind of product outright.

    Features of a goal suggest a kind of product (single sign-on: a web application). That is a guess for an empty
    folder; where there is code, only a web project is taken to be one.
    """
    if repository is None or not repository.has_code or brief.kind != FEATURE_DEVELOPMENT or not brief.shapes:
        return brief
    shape = brief.shapes[0]
    if shape in (EXISTING, "general"):
        return brief
    if names_product(brief, catalogue):
        return brief
    if shape in _WEB and _WEB_FRAMEWORKS & {each.name for each in repository.frameworks}:
        return brief
    own = catalogue.shapes[EXISTING]
    scope = {catalogue.layers[key].name for each in brief.shapes for key in catalogue.shapes[each].scope}
    kept = {catalogue.layers[key].name for key in own.scope}
    return replace(
        brief,
        shapes=(EXISTING,),
        subject="",
        technical_scope=tuple(each for each in brief.technical_scope if each not in scope or each in kept),
    )
