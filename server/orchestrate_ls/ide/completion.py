"""What could be written at a cursor, the best first. Reads a plan that may be half typed; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from orchestrate_ls.ide.completion_aliases import alias_offers
from orchestrate_ls.ide.completion_allocation import at_one_name
from orchestrate_ls.ide.completion_conditions import at_one_word, condition_choices, is_condition
from orchestrate_ls.ide.completion_files import FolderListing, file_offers, is_file_path
from orchestrate_ls.ide.completion_keys import keys_at, whole_agent, whole_task
from orchestrate_ls.ide.completion_offers import Choice, Kind, Offer, Writer
from orchestrate_ls.ide.completion_place import Path, Place, Sort, place_at
from orchestrate_ls.ide.completion_tasks import MOST, is_scattered_in
from orchestrate_ls.ide.completion_values import Known, choices_at
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.rules.engine import FileCheck
from orchestrate_ls.rules.registry import RULES

_LISTS: Final = frozenset(
    {
        "dependencies",
        "required_skills",
        "quality_gates",
        "skills",
        "default_agents",
        "for_tasks",
        "for_groups",
    }
)
"""Fields whose lists hold names to choose from."""


@dataclass(frozen=True, slots=True)
class Completions:
    """Offers for one range of the file (code points): up to ``cursor`` to insert, up to ``end`` to replace."""

    offers: tuple[Offer, ...]
    incomplete: bool
    """Whether other offers may fit when more is typed."""
    start: int
    cursor: int
    end: int


def complete(
    file: PlanFile,
    offset: int,
    schema: PlanSchema,
    earlier: FileCheck | None = None,
    *,
    snippets: bool = False,
    typed_space: bool = False,
    folder: FolderListing | None = None,
) -> Completions | None:
    """The offers at an offset; None where there are none.

    Parameters
    ----------
    earlier:
        A check of this version of the file or an earlier one: its links spare looking at all tasks, and the agents
        that it was given are offered.
    snippets:
        Whether texts may hold tab stops.
    typed_space:
        Whether a space made the editor ask: then lines with nothing but indentation get no offers.
    folder:
        What the folder holds that ``completion_files.folder_wanted`` has named; None where it was not looked at.
    """
    place = place_at(file, offset)
    condition = place.prefix if place is not None and is_condition(place) else None
    if place is not None:
        place = at_one_word(place) if condition is not None else at_one_name(place)
    if place is None or (typed_space and place.blank):
        return None
    of_plan = None
    agents = ()
    if earlier is not None:
        agents = tuple(earlier.given.known_agents.values())
        of_plan = earlier.plans[place.document] if len(earlier.plans) == len(file.sources) else None
    known = Known(place, place.path, schema, agents, of_plan)
    writer = Writer(place, snippets)
    if Sort.RULE in place.sort:
        offers, cut = _rules(place), False
    elif Sort.ALIAS in place.sort:
        offers, cut = alias_offers(place), False
    elif condition is not None:
        choices = condition_choices(condition, place.prefix)
        offers, cut = [writer.value(each) for each in choices], False
    elif folder is not None and is_file_path(place):
        offers, cut = file_offers(place, folder), not folder.complete
    else:
        offers, cut = _offers(known, writer)
    if len(offers) > MOST:
        offers, cut = _fitting(offers, place.prefix), True
    if not offers and not cut:
        return None
    return Completions(tuple(offers), cut, place.start, place.cursor, place.end)


def _offers(known: Known, writer: Writer) -> tuple[list[Offer], bool]:
    place = known.place
    found: list[Offer] = []
    cut = False
    if Sort.ITEM in place.sort:
        found, cut = _items(known, writer)
    if Sort.VALUE in place.sort and not found:
        values = choices_at(known)
        cut = cut or values.cut
        found += [_written(known, writer, each) for each in values.choices]
    if Sort.KEY in place.sort:
        if _is_item_of(place.path, "tasks") and not place.present and not place.in_flow:
            found.append(whole_task(known, writer, dash=False))
        elif _is_item_of(place.path, "agents") and not place.present and not place.in_flow:
            found += whole_agent(known, writer, dash=False)
        found += keys_at(known, writer)
    unique = {offer.label + offer.text: offer for offer in found}
    return list(unique.values()), cut


def _items(known: Known, writer: Writer) -> tuple[list[Offer], bool]:
    """What may begin with a dash."""
    path = known.place.list_path
    if path == ("tasks",):
        return [whole_task(known, writer, dash=True)], False
    if path == ("agents",):
        return list(whole_agent(known, writer, dash=True)), False
    if not path or path[-1] not in _LISTS:
        return [], False
    values = choices_at(replace(known, path=(*path, 0)))
    return [writer.new_item(each) for each in values.choices], values.cut


def _written(known: Known, writer: Writer, choice: Choice) -> Offer:
    """A value as it is, or in brackets where a list has to be."""
    place = known.place
    if not place.quote and place.path[-1] in _LISTS and "array" in known.schema.types_at(place.path):
        return writer.only_item(choice)
    return writer.value(choice)


def _is_item_of(path: Path, name: str) -> bool:
    return len(path) == 2 and path[0] == name and isinstance(path[1], int)


def _rules(place: Place) -> list[Offer]:
    return [
        Offer(rule.code, Kind.RULE, rule.code, detail=rule.summary, data={"rule": rule.code})
        for rule in RULES
        if rule.code not in place.present
    ]


def _fitting(offers: list[Offer], prefix: str) -> list[Offer]:
    sought = prefix.casefold()
    fitting = [
        each for each in offers if is_scattered_in(sought, (each.filter_text or each.label).casefold())
    ]
    return fitting[:MOST]
