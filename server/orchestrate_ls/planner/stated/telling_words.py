"""Which words of a phrase tell one step from another, and which stand in sentences about any step.

Knows English function words; knows no steps.
"""

from __future__ import annotations

from orchestrate_ls.planner.stated.stems import stem, stemmed_words

_EMPTY_WORDS = (
    "a an the of to in on at for with by from into and or but be is are was were has have "
    "had been being it its this that these those you your yours we our us i my me they them "
    "their he she his her can could may might must should shall will would do does did done "
    "start begin finish complete completed completion ready end over only also as so then "
    "first next last finally both all each any one once after before when until while step "
    "task steps tasks item work job able possible not no yet just need needs get gets soon "
    "moment which who there here out up off now already fully completely result results "
    "outcome output want order make sure time same parallel immediately directly right away "
    "well too still other others previous part phase activity"
)
EMPTY_WORDS = frozenset(stem(word) for word in _EMPTY_WORDS.split())
"""Words that sentences about any step have, and that say nothing of which one is meant."""
_WEAK_VERBS = (
    "go come run happen proceed continue work take place perform execute carry stay keep "
    "let use follow wait move turn way goes plan"
)
WEAK_VERBS = frozenset(stem(word) for word in _WEAK_VERBS.split())
"""Verbs that sentences about any step use; alone they name none ("steps 2 and 3 can go in parallel")."""


def content_of(phrase: str) -> frozenset[str]:
    """The stems of a phrase's words that say something."""
    return frozenset(word.stem for word in stemmed_words(phrase[:600])) - EMPTY_WORDS
