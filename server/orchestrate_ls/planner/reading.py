"""Reads a goal sentence by sentence: its head (what is asked, of what) and the things it lists.

Knows how goals are worded; what the things mean in the catalogue is decided in `recognition.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from orchestrate_ls.planner.catalogue import Catalogue, Language
from orchestrate_ls.planner.conditions import conditions_after_the_first, is_appeal, is_condition
from orchestrate_ls.planner.features import Feature
from orchestrate_ls.planner.items import PLATFORMS, ItemSplitter, Span, shorten
from orchestrate_ls.planner.omissions import CUT, OmissionFinder, Phrase
from orchestrate_ls.planner.sentences import Sentence
from orchestrate_ls.planner.technologies import TechnologyPhrases
from orchestrate_ls.planner.words import Word, words_of
from orchestrate_ls.planner.work_kind import FEATURE_DEVELOPMENT, PRONOUNS, Asked, KindReader

_LIST_MARK = (
    r"(?<![\w-])(?:with support for|support for|capable of|with|w/(?=\s)|"
    r"(?:that|which)\s+(?:also\s+)?(?:can|will|should|must|would)?\s*"
    r"(?:supports?|has|have|includes?|offers?|provides?|features|contains?|comes with|allows?\s+\w+\s+to"
    r"|lets?\s+(?:the\s+)?\w+|enables?\s+\w+\s+to|handles)(?!\w)|"
    r"(?P<verbal>that|which)(?=\s+\w)|"
    r"where\s+(?:\w+\s+)?can|so\s+(?:that\s+)?\w+\s+can|allowing\s+(?:\w+\s+)?to|letting\s+\w+|enabling\s+\w+\s+to|"
    r"includes?|allows?\s+\w+\s+to|lets?\s+\w+|features:?|to\s+(?:support|allow|enable|let)|{lists})(?!\w)"
    r"|(?<=\w)\s*[:：](?!//)\s*|\s[-–—]\s"
)
_PURPOSE_MARK = re.compile(
    r"(?<=\w)\s+(?:to(?=\s+(?!(?:the|our|my|an?|this|all|each|every)\b)[a-z])|for(?=\s+[a-z]+ing\b))"
)
_STRICT_MARK = re.compile(r"(?<=\w)\s*[:：](?!//)\s*|\b(?:including|such as|namely)\b", re.IGNORECASE)
_MODAL = re.compile(
    r"\s*(?:it|they|this|that|users?|people|customers?|members|visitors|admins?|administrators?|everyone|we|i|you|"
    r"the\s+[\w-]+(?:\s+[\w-]+){0,3}?)\s+"
    r"(?:should|must|needs?\s+to|can|could|will|shall|has\s+to|have\s+to|wants?\s+to|may)\s+"
    r"(?:also\s+|be\s+able\s+to\s+|then\s+)*"
    r"(?:(?:support|have|include|provide|offer|contain|feature|allow\s+\w+\s+to|let\s+\w+)\s+)?",
    re.IGNORECASE,
)
_STORY = re.compile(
    r"\s*as\s+an?\s+[^,.;:]{2,60}?,?\s+(?:i|we)\s+(?:want|need|wish|can|could|should|would\s+like|['’]d\s+like)"
    r"(?:\s+to(?:\s+be\s+able\s+to)?)?\s+",
    re.IGNORECASE,
)
_SITUATION = re.compile(
    r"\s*(?:we|i|our|currently|today|right\s+now)\b[^.;:]{3,160}?[\s,]+(?:and|but|so)\s+(?:(?:we|i|now|also)\s+)*"
    r"(?:want|need|would\s+like|plan|have|['’]d\s+like)\s+to\s+(?=\w)",
    re.IGNORECASE,
)
_STORY_REASON = re.compile(
    r"[\s,]*\b(?:so\s+that|so\s+(?:i|we|they|he|she)|in\s+order\s+(?:to|that)|because)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_HAS_GOAL = re.compile(r"\s(?:to|into|from|with|by|->|→)\s", re.IGNORECASE)
_COMMA = re.compile(r"(?<!\d),\s|,\s(?!\d)")
_LABEL = re.compile(
    r"\s*\[?(?P<label>bug|bugfix|fix|issue|feature request|feature|feat|task|story|epic|goal|chore|"
    r"refactor|docs|perf|test|prd|spec|design doc|product requirements?|"
    r"urgent|asap|important|hotfix|p[0-3]|rfc|idea|request)(?:\([^)]{1,40}\))?!?"
    r"\s*(?:\]\s*:?|:)\s+",
    re.IGNORECASE,
)
_LABELLED_KINDS = {
    "bug": "bug_fix",
    "bugfix": "bug_fix",
    "hotfix": "bug_fix",
    "fix": "bug_fix",
    "refactor": "refactoring",
    "docs": "documentation",
    "perf": "performance",
    "test": "testing",
}
_LIST_HEADING = re.compile(
    r"\s*(?:(?:main|key|core|required|the)\s+)*"
    r"(?:features?|requirements?|includes?|including|must[- ]haves?|needs?|"
    r"it\s+(?:has|supports|includes|needs)|supports?|scope|tasks?)\b\s*(?:are|is)?\s*:?\s*",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"\s*(?:(?:authors?|owners?|status|date|version|reviewers?|stakeholders?|attendees|participants|assignees?"
    r"|labels?|last updated)\s*:\s*|hi|hello|hey|dear"
    r"|(?:we|i)\s+(?:use|are|have|already|currently|run|operate|own|sell|work|maintain)"
    r"|our\s+(?:stack|team|current)|currently|today|background|note|"
    r"context|the\s+team|budget|deadline|thanks?|i\s+am|i'm)\b",
    re.IGNORECASE,
)
EXISTING_OBJECT = re.compile(r"\s*(?:our|my|the existing|existing|the current|this)\b", re.IGNORECASE)
EXISTING_PLACE = re.compile(
    r"\b(?:to|into|in|for|on|across)\s+(?:our|my|the existing|an existing|the current|this)\b", re.IGNORECASE
)
KNOWN_PLACE = re.compile(
    r"\b(?:to|into|in|for|on|across)\s+the\s+[\w-]{1,40}(?:\s+[\w-]{1,40}){0,3}\s*$", re.IGNORECASE
)
_TARGET_PLACE = re.compile(
    r"\s+(?:to|into|in|for|on|across|of)\s+(?:the|our|my|an?|this|all)\s+[^,]{1,80}$", re.IGNORECASE
)
_BRACKETED_LIST = re.compile(r"\(([^()]{3,200},[^()]{2,200})\)")
_WISH = re.compile(
    r"\s+(?:would|might|could|will)\s+be\s+(?:really\s+|very\s+)?"
    r"(?:great|nice|good|helpful|useful|cool|welcome|a plus|a bonus|important|ideal)\b"
    r"|\s+(?:is|are)\s+(?:a must|a must-have|must-haves?|required|needed|important|essential)\b",
    re.IGNORECASE,
)
_IN_LANGUAGES = re.compile(
    r"\b(?:in|into)\s+((?:(?:English|German|French|Spanish|Italian|Dutch|Portuguese|Polish|Arabic|Hebrew|Chinese|Japanese|"
    r"Korean|Hindi|Turkish|Swedish|Danish|Norwegian|Finnish|Czech|Greek|Russian|Ukrainian|Welsh|Basque|Catalan)"
    r"(?:\s*,\s*|\s*,?\s+and\s+|\s*/\s*)?){2,})"
)
_PARTED = re.compile(r"[,;:\x01]|\s[-–—]\s")
_TITLE_COLON = re.compile(r"\s*[^.:;,]{3,80}:\s")
_NESTED_LIST = re.compile(r"\s(?:with|including)\s", re.IGNORECASE)
_TITLE_END = re.compile(r"(?:\*\*)?\s*(?::\s|\s[–—-]\s)")
_MATTER_PREPOSITIONS = frozenset(("for", "für", "pour", "para", "de", "di", "voor"))
_JOINED_PLATFORMS = PLATFORMS | {"and", "or", "both"}
_REPLACING = frozenset(("replace", "swap", "substitute"))
_TELLING_VERBS = _REPLACING | {
    *("rotate", "disable", "hide", "restrict", "limit", "require"),
    *("change", "update", "adapt", "log", "cache"),
}
"""Verbs without which a name says nothing of what is to be done."""
_SETTING_UP = frozenset(("set up", "setup", "configure", "enable", "schedule", "automate", "establish"))
"""Verbs of what is no product in itself: "set up backups", "enable audit logging"."""
_WITH_IT = re.compile(r"\s*\w+\s+(?:it|them)\b", re.IGNORECASE)
_OF_WHAT = re.compile(r"\s(?:of|for|to|in|on|from|across|between|at)\s", re.IGNORECASE)
_AND_AT_END = re.compile(r"\sand\s*$")
"""What ends so is an order by itself: "localize the app and | let translators edit strings"."""
_TURNING = frozenset(("convert", "turn", "rewrite", "port", "move", "restructure"))
"""Verbs of work that is more than what the thing gets in the end."""
_NOTHING_BUT_LANGUAGES = 5
_MANY_ITEMS = 150
_LONGEST_TITLE = 60
_LONGEST_GOAL_LINE = 160
_FULL_STOP = " \t.,;:!?"


class Reading:
    """What has been read of a goal so far: filled sentence by sentence."""

    def __init__(
        self,
        catalogue: Catalogue,
        kinds: KindReader,
        languages: Sequence[Language],
        flat: str,
        kind: str | None = None,
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
        self._kind_asked = kind
        self._said: set[str] = set()
        self._heads: list[tuple[Sentence, str]] = []
        self._early_bullets: list[tuple[Sentence, str]] = []
        lists = "|".join(sorted({re.escape(word) for language in languages for word in language.lists}))
        self._mark = re.compile(_LIST_MARK.replace("{lists}", lists), re.IGNORECASE)
        joins = sorted({join for language in languages for join in language.joins})
        self._technologies = TechnologyPhrases(catalogue)
        self._omissions = OmissionFinder(languages, catalogue.wording.qualities)
        self._is_story = False
        self.splitter = ItemSplitter(catalogue.wording, joins, self._name_of)

    @property
    def name_span(self) -> Span:
        """Where a feature stands that the head itself is: all of the head, if that is short enough for a name."""
        start, end = self.subject_span
        first, last = self.head_object
        phrase_end = self.head_phrase[-1].end if self.head_phrase else last
        while last > first and self.flat[last - 1] in _FULL_STOP:
            last -= 1
        if first <= start < end == phrase_end and last - first <= _LONGEST_TITLE:
            return first, last
        return start, end

    @property
    def subject(self) -> str:
        """What the goal is about, without verb, article and product noun; may be empty."""
        start, end = self.subject_span
        return self.splitter.name(self.flat[start:end], verbal=False, keep_determiner=True)

    def take(self, sentence: Sentence) -> None:
        """Read one sentence or bullet. One that was read before, word for word, says nothing more."""
        said = self.flat[sentence.start : sentence.end].strip()
        if said in self._said:
            return
        self._said.add(said)
        if sentence.left_out:
            self.excluded += self._omissions.listed(self.flat, sentence.start, sentence.end)
            return
        omissions = self._omissions.find(self.flat, sentence.start, sentence.end)
        self.excluded += omissions.excluded
        self.demanded += omissions.demanded
        self.capacity = omissions.capacity or self.capacity
        masked = self.flat[: sentence.start] + omissions.masked + self.flat[sentence.end :]
        if sentence.bound:
            self.demanded.append(Phrase(said.strip(_FULL_STOP), sentence.start, sentence.end))
            return
        sentence, masked = self._without_frame(sentence, masked)
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
        labelled = labelled or ("bug_fix" if sentence.fault else None)
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
        if asked.verb and self._heads[:-1] and self._names_a_product(*self._heads[0]):
            # "Settings page redesign: tabs, avatars. Use our library.": the title asks, the order goes with it.
            self._settle_head()
            return
        if asked.verb and not _BACKGROUND.match(masked, sentence.start, sentence.end):
            self._take_head(masked, sentence, asked)
            self._heads = [head for head in self._heads if head[0] is not sentence]

    def _without_frame(self, sentence: Sentence, masked: str) -> tuple[Sentence, str]:
        """The sentence without "as a ... I want to ... so that ...", and without what only bounds it."""
        story = _STORY.match(masked, sentence.start, sentence.end)
        if story is not None and masked[story.end() : sentence.end].strip(_FULL_STOP):
            sentence = replace(sentence, start=story.end())
            self._is_story = self._is_story or not self._head_read
            reason = _STORY_REASON.search(masked, sentence.start, sentence.end)
            if reason is not None and reason.start() > sentence.start:
                masked = _blanked(masked, reason.start(), reason.end())
        situation = _SITUATION.match(masked, sentence.start, sentence.end) if not self._head_read else None
        if situation is not None:
            # "We have a monolith and want to add webhooks": the first half says where things stand.
            return replace(sentence, start=situation.end()), masked
        if sentence.bullet and self._head_read and self._demands(masked, sentence.start, sentence.end):
            return sentence, _blanked(masked, sentence.start, sentence.end)
        for phrase, demanded in conditions_after_the_first(masked, sentence.start, sentence.end):
            if is_appeal(phrase.text):
                if self._kinds.verbs.at(words_of(masked, sentence.start, phrase.start), 0) is not None:
                    # "Load the files, clean them up, ...": one step of several.
                    continue
                if not self._head_read and self._kind_asked is None:
                    # "The search takes 12 seconds, speed it up"
                    self._kind_asked = self._kinds.acting_kind(words_of(masked, phrase.start, phrase.end))
            if demanded:
                self.demanded.append(phrase)
            masked = masked[: phrase.start] + CUT * (phrase.end - phrase.start) + masked[phrase.end :]
        return sentence, masked

    def _demands(self, masked: str, start: int, end: int) -> bool:
        """Whether masked[start:end] only bounds the work; what does is noted among the demands."""
        if not is_condition(masked[start:end]):
            return False
        self.demanded.append(Phrase(masked[start:end].strip(_FULL_STOP + CUT), start, end))
        return True

    def finish(self) -> None:
        """Take the first sentence for the head when none gave an order; a bare list has no head at all."""
        self._settle_head()
        if self._head_read or not self._early_bullets:
            return
        (first, masked), *_ = self._early_bullets
        self.asked = self._kinds.read(masked, first.start, first.end)
        self.kind = self._kind_asked or self.asked.kind
        last = self._early_bullets[-1][0]
        self.primary_goal = shorten(
            " ".join(self.flat[first.start : last.end].split()).strip(_FULL_STOP), 160
        )
        self._head_read = True
        self._flush_bullets()

    def _names_a_product(self, sentence: Sentence, masked: str) -> bool:
        """Whether a sentence without an order is a title and what belongs to it: "Settings page: tabs, avatars"."""
        if _BACKGROUND.match(masked, sentence.start, sentence.end):
            return False
        colon = _TITLE_COLON.match(masked, sentence.start, sentence.end)
        return colon is not None and _COMMA.search(masked, colon.end(), sentence.end) is not None

    def _flush_bullets(self) -> None:
        bullets, self._early_bullets = self._early_bullets, []
        for bullet, masked in bullets:
            self._take_bullet(masked, bullet)

    def _settle_head(self, kind: str | None = None) -> None:
        """Make the first sentence the head. `kind`: what a later sentence said is to be done with it."""
        if self._head_read or not self._heads:
            return
        told = [each for each in self._heads if _BACKGROUND.match(each[1], each[0].start, each[0].end)]
        telling = [each for each in self._heads if each not in told]
        # "Hi! We run a small shop. What we want is ...": the first two only say who asks.
        (sentence, masked), *others = telling or self._heads
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
        if self._kind_asked is not None:
            asked = replace(asked, kind=self._kind_asked)
        if self._is_story and not asked.is_new:
            asked = replace(asked, is_change=True)
        self.asked, self.kind = asked, asked.kind
        start, end = asked.object_start, sentence.end
        while end > start and masked[end - 1] in _FULL_STOP + CUT:
            end -= 1
        if self.kind == FEATURE_DEVELOPMENT:
            masked = self._technologies.taken_out(masked, start, end, self._list_goes_on)
            self._read_product(masked, sentence.start, start, end)
        else:
            self._read_course(masked, sentence.start, start, end)
        self._flush_bullets()

    def _read_product(self, masked: str, sentence_start: int, start: int, end: int) -> None:
        mark = self._first_mark(masked, start, end)
        head_end = mark.start() if mark else end
        self._set_head(masked, sentence_start, start, head_end)
        if mark is not None:
            verbal = mark.re is _PURPOSE_MARK or bool(mark.groupdict().get("verbal"))
            further = self._mark.search(masked, mark.end(), end) if mark.re is _PURPOSE_MARK else None
            if further is not None and not further.groupdict().get("verbal"):
                # "a tool to find duplicates, with hashing and reports": purpose and list are both features.
                self._list(masked, mark.end(), further.start(), verbal=True)
                self._list(masked, further.end(), end, verbal=False)
                return
            before_and = _AND_AT_END.search(masked, start, head_end) if self.asked.is_change else None
            if before_and is not None or self.asked.verb.lower() in _TURNING:
                turned = self._verb_start(masked, sentence_start, start)
                stop = before_and.start() if before_and is not None else head_end
                self._add(masked, turned, stop, FEATURE_DEVELOPMENT, "", listed=False, keep=True)
            elif self._adds_head(masked, start, head_end, mark):
                for first, last in self.splitter.split(masked, start, head_end):
                    place = _TARGET_PLACE.search(masked, first, last)
                    stop = place.start() if place and place.start() > first else last
                    self._add_ordered(masked, first, stop, listed=False)
            self._list(masked, mark.end(), end, verbal)
            return
        spans = self.splitter.split(masked, start, head_end)
        if len(spans) == 1 and self.asked.verb.lower() == "make" and self.asked.is_change:
            # "Make the app accessible" is no list of things: the order as a whole is what is asked.
            self._add(
                masked,
                self._verb_start(masked, sentence_start, start),
                head_end,
                FEATURE_DEVELOPMENT,
                "",
                False,
                keep=True,
            )
            return
        if (
            len(spans) == 1
            and not self.asked.is_change
            and not EXISTING_PLACE.search(masked, start, head_end)
        ):
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
            if first == spans[0][0] and self.asked.is_change and self.asked.verb.lower() in _TELLING_VERBS:
                told = self._verb_start(masked, sentence_start, start)
                place = _TARGET_PLACE.search(masked, first, last)
                stop = place.start() if place and len(spans) == 1 and place.start() > first else last
                self._add(masked, told, stop, FEATURE_DEVELOPMENT, "", listed=len(spans) > 1, keep=True)
                continue
            if first == spans[0][0] and self.asked.verb.lower() == "make" and self.asked.is_change:
                # "Make the form work on phones and add ...": without its verb the first part says nothing.
                made = self._verb_start(masked, sentence_start, start)
                self._add(masked, made, last, FEATURE_DEVELOPMENT, "", listed=True, keep=True)
                continue
            if (first, last) == spans[-1]:
                place = _TARGET_PLACE.search(masked, first, last)
                if (
                    place
                    and place.start() > first
                    and self._kinds.read(masked, first, last).kind not in ("bug_fix", "refactoring")
                    and (
                        self.asked.is_change
                        or EXISTING_PLACE.search(masked, first, last)
                        or KNOWN_PLACE.search(masked, first, last)
                    )
                ):
                    last = place.start()  # noqa: PLW2901
            self._add_ordered(masked, first, last, listed=len(spans) > 1)

    def _adds_head(self, masked: str, start: int, end: int, mark: re.Match[str]) -> bool:
        """Whether "add A and B with C" asks for A and B too, and is not only "extend our product with C"."""
        if mark.group().strip().lower() not in ("with", "w/", "including", "plus"):
            return False
        if self.asked.is_new:
            return self._sets_up(masked, start, end) or any(
                _WITH_IT.match(masked, first, last)
                for first, last in self.splitter.split(masked, start, end)[1:]
            )
        return (
            self.asked.is_change
            and EXISTING_OBJECT.match(masked, start, end) is None
            and not re.match(r"\s*(?:the|this|all)\b", masked[start:end], re.IGNORECASE)
        )

    def _sets_up(self, masked: str, start: int, end: int) -> bool:
        """Whether "set up nightly backups of our database with C" asks for something that is no product of parts."""
        if self.asked.verb.lower() not in _SETTING_UP:
            return False
        place = _OF_WHAT.search(masked, start, end)
        words = words_of(masked, start, place.start() if place else end)
        known = (self._catalogue.product_nouns, self._catalogue.shape_words)
        return bool(words) and all(lexicon.ending(words) is None for lexicon in known)

    def _is_shape(self, masked: str, span: Span) -> bool:
        return (
            self._catalogue.shape_words.whole(words_of(self.splitter.name(masked[slice(*span)], False)))
            is not None
        )

    def _first_mark(self, masked: str, start: int, end: int) -> re.Match[str] | None:
        mark = self._mark.search(masked, start, end)
        if mark is not None and mark.group().strip().lower() == "with" and self._replaces():
            # "Replace our feature flags with LaunchDarkly" lists no parts.
            mark = self._mark.search(masked, mark.end(), end)
        comma = _COMMA.search(masked, start, mark.start() if mark else end)
        if (
            comma is not None
            and mark is not None
            and mark.group().strip().lower() in ("with", "w/", "including")
        ):
            following = words_of(masked, comma.end(), mark.start())
            if following and self._kinds.verbs.at(following, 0) is not None:
                # "Tune the model, evaluate it, deploy with vLLM" is a row of orders and no list of parts.
                return None
        if comma is not None and self._lists_after(masked, start, comma, end):
            return comma
        # "a tool to rename photos": a purpose is a list when a product stands before it.
        purpose = _PURPOSE_MARK.search(masked, start, mark.start() if mark else end)
        if purpose is None:
            return mark
        if len(self.splitter.split(masked, start, purpose.start())) > 1:
            # "Webhooks plus an API to send them again": the purpose is one thing's of several.
            return mark
        product = self._catalogue.product_nouns.ending(words_of(masked, start, purpose.start())) is not None
        listed = mark is not None and not mark.groupdict().get("verbal")
        is_for = masked[: purpose.end()].endswith("for")
        return purpose if product and not (is_for and listed) else mark

    def _replaces(self) -> bool:
        return self.asked.verb.lower() in _REPLACING

    def _verb_start(self, masked: str, sentence_start: int, object_start: int) -> int:
        """Where the verb of the order stands, which may begin the object; the object's start if it is nowhere."""
        verb = re.compile(re.escape(self.asked.verb), re.IGNORECASE)
        if not self.asked.verb or verb.match(masked, object_start):
            return object_start
        places = [found.start() for found in verb.finditer(masked, sentence_start, object_start)]
        return places[-1] if places else object_start

    def _lists_after(self, masked: str, start: int, comma: re.Match[str], end: int) -> bool:
        """Whether a comma begins a list of what a product has: "GraphQL API for our recipe app, sign-in, ratings"."""
        before = masked[start : comma.start()]
        if self.asked.is_change or before.count("(") != before.count(")") or EXISTING_OBJECT.match(before):
            return False
        phrase = self._kinds.noun_phrase(words_of(masked, start, comma.start()))
        shapes = [hit for hit in self._catalogue.shape_words.find(phrase) if hit.end == phrase[-1].end]
        listed = self.splitter.split(masked, comma.end(), end)
        return bool(shapes) and not (listed and all(self._is_shape(masked, span) for span in listed))

    def _set_head(self, masked: str, sentence_start: int, start: int, end: int) -> None:
        self.head_object = (start, end)
        self.head_words = words_of(masked, start, end)
        self.head_phrase = self._kinds.noun_phrase(self.head_words)
        phrase_end = self.head_phrase[-1].end if self.head_phrase else end
        self.head_phrase_with_verb = words_of(masked, sentence_start, phrase_end)
        words = re.sub(r"\(\s*\)", " ", masked[sentence_start:end].replace(CUT, " "))
        words = re.sub(r"(?:\s*,)+(?=\s*,)", "", words)
        self.primary_goal = shorten(" ".join(words.split()).strip(_FULL_STOP), _LONGEST_GOAL_LINE)
        self.subject_span = self._subject(masked, start, end)

    def _subject(self, masked: str, start: int, end: int) -> Span:
        """Where the matter of the head stands: the noun phrase without product nouns, or what it is "for"."""
        phrase = list(self.head_phrase)
        while (cut := self._catalogue.product_nouns.ending(phrase)) is not None:
            phrase = phrase[:cut]
        determiners = self._catalogue.wording.determiners
        while phrase and phrase[0].form in determiners:
            phrase = phrase[1:]
        if len(phrase) > 1 and phrase[0].form in self._catalogue.wording.action_verbs:
            # "Send reminders" is about reminders.
            phrase = phrase[1:]
        while len(phrase) > 1 and re.fullmatch(r"\d+\w{0,2}", phrase[-1].form):
            phrase.pop()
        technology = self._catalogue.technology_words
        if phrase and technology.whole(phrase) is None:
            return phrase[0].start, phrase[-1].end
        return self._matter(list(self.head_words[len(self.head_phrase) :]), start)

    def _matter(self, rest: list[Word], start: int) -> Span:
        """What the head is "for"; an empty span at `start` if it does not say."""
        determiners = self._catalogue.wording.determiners
        parted = [
            n
            for n, word in enumerate(rest)
            if n and _PARTED.search(self.flat, rest[n - 1].end, word.start) is not None
        ]
        stop = parted[0] if parted else None
        rest = rest[:stop]
        while len(rest) > 1 and rest[0].form in _MATTER_PREPOSITIONS:
            matter = list(self._kinds.noun_phrase(rest[1:]))
            rest = rest[1 + len(matter) :]
            while matter and matter[0].form in determiners:
                matter = matter[1:]
            if matter and not _JOINED_PLATFORMS.issuperset(word.form for word in matter):
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
        if mark is not None and own.splits == "prefixed" and _COMMA.search(masked, start, mark.start()):
            # "An API reference, tutorials and a guide, all on one site with search" begins with its list.
            mark = None
        if mark is not None and self._catalogue.technology_words.whole(words_of(masked, mark.end(), end)):
            # "Write tests for the shop with Playwright" lists no things.
            end, mark = mark.start(), None
        head_end = mark.start() if mark else end
        self._set_head(masked, sentence_start, start, head_end)
        if mark is not None:
            self._list(masked, mark.end(), end, verbal=False)
            if own.replaces:
                return
        bracket = _BRACKETED_LIST.search(masked, start, head_end) if own.replaces and own.item else None
        if bracket is not None:
            # "Compare three brokers (Kafka, NATS, RabbitMQ)": the three are in the brackets.
            self._list(masked, bracket.start(1), bracket.end(1), verbal=False)
            return
        if own.splits == "whole":
            self._add(masked, start, head_end, self.kind, self.asked.verb, listed=False)
            return
        if own.splits == "strict":
            spans = self.splitter.split_strictly(masked, start, head_end, self._kinds.verbs)
            for first, last in spans:
                self._add_ordered(masked, first, last, listed=False)
            return
        self._read_targets(masked, start, head_end)

    def _read_targets(self, masked: str, start: int, head_end: int) -> None:
        """What the work acts on: several things, or one and then how that is done."""
        own = self._catalogue.kinds[self.kind]
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
        whole_first = (
            bool(spans)
            and own.item is not None
            and not own.replaces
            and _HAS_GOAL.search(masked[slice(*spans[0])]) is not None
        )
        for number, (first, last) in enumerate(spans):
            told = self._kinds.read(masked, first, last)
            if number and told.verb and told.object_start < last and not prefix:
                # "Upgrade Node and replace moment.js by date-fns": the second has its own verb.
                self._add(masked, told.object_start, last, self.kind, told.verb, listed=False)
                continue
            # "Move from A to B, dual writes, cutover at night": what follows the whole says how, not what.
            aspect = (
                number > 0
                and whole_first
                and masked[spans[number - 1][1] : first].strip()[:1] in (",", ";", CUT)
            )
            verb = self.asked.verb
            is_text = number > 0 and self._kinds.is_text(masked, first, last)
            if self.kind == "documentation" and (is_text or self._writes_anew()):
                verb = ""
            self._add(masked, first, last, self.kind, verb, listed=aspect, prefix=prefix)

    def _writes_anew(self) -> bool:
        return self.asked.is_new or self.asked.verb.lower() in (
            "add",
            "update",
            "prepare",
            "produce",
            "draft",
            "improve",
            "",
        )

    def _list_goes_on(self, masked: str, start: int, end: int) -> bool:
        return self._mark.match(masked, start, end) is not None

    def _take_bullet(self, masked: str, sentence: Sentence) -> None:
        colon = _TITLE_END.search(masked, sentence.start, sentence.end)
        end = (
            colon.start() if colon and 0 < colon.start() - sentence.start <= _LONGEST_TITLE else sentence.end
        )
        modal = _MODAL.match(masked, sentence.start, sentence.end)
        self._add_ordered(
            masked, modal.end() if modal else sentence.start, end, listed=True, text_end=sentence.end
        )

    def _take_further(self, masked: str, sentence: Sentence) -> None:
        start, end = sentence.start, sentence.end
        if self.kind == FEATURE_DEVELOPMENT:
            masked = self._technologies.taken_out(masked, start, end, self._list_goes_on)
        if self._demands(masked, start, end):
            return
        languages = _IN_LANGUAGES.search(masked, start, end)
        if languages is not None and self.kind == FEATURE_DEVELOPMENT:
            self._add(
                masked, languages.start(1), languages.end(1), self.kind, "", True, prefix="Localisation: "
            )
            masked = _blanked(masked, languages.start(), languages.end())
            if len(words_of(masked, start, end)) <= _NOTHING_BUT_LANGUAGES:
                return
        wish = _WISH.search(masked, start, end)
        if wish is not None and not re.match(
            r"\s*(?:it|that|this|which)\b", masked[start:end], re.IGNORECASE
        ):
            self._list(masked, start, wish.start(), verbal=False)
            return
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
            if self._demands(masked, first, last):
                continue
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
        """In "loads it with quality checks" what follows "with" is a feature: the catalogue knows it by itself."""
        found = _NESTED_LIST.search(masked, start, end)
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
        if len(self.items) > _MANY_ITEMS:
            # So many are bundled in the end; what each of them orders would be lost with it.
            self._add(masked, first, end, kind, verb, listed, verbal, text_end=text_end)
            return
        asked = self._kinds.read(masked, start, end)
        is_strict = self.kind in self._catalogue.kinds and self._catalogue.kinds[self.kind].splits == "strict"
        if asked.verb and asked.object_start < end:
            if asked.kind != self.kind and (
                asked.kind in ("bug_fix", "refactoring") or self.kind == "bug_fix"
            ):
                kind, verb, first = asked.kind, asked.verb, asked.object_start
            elif is_strict and (asked.kind == self.kind or (self.kind == "refactoring" and listed is False)):
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
        while start > 1 and masked[start - 1] == "-" and masked[start - 2] in " -":
            # Words begin after the dashes of an option, as in "--json".
            start -= 1
        if start > 1 and masked[start - 1] in "'\"" and masked[start - 2].isspace():
            # Words begin after the quotation mark that stands before them.
            start -= 1
        own = self._catalogue.kinds.get(kind)
        strict = own is not None and (
            own.splits == "strict" or (own.splits != "prefixed" and not own.replaces and not listed)
        )
        words = (prefix + masked[start:end]).replace(CUT, " ")
        name = self.splitter.name(words, verbal, keep_determiner=strict or keep)
        order = f"{self.asked.verb.lower()} " if self.asked.is_change and self.asked.verb else "\0"
        is_order = (
            keep
            or name.lower().startswith(order)
            or name != self.splitter.name(words, verbal=False, keep_determiner=strict or keep)
        )
        stop = text_end or end
        if text_end is None:
            while stop < len(masked) and masked[stop] == " ":
                # What it is made with was taken out of the name; it stays in the words it came from.
                stop += 1
        if not words_of(name):
            return
        self.items.append(
            Feature(
                name, self.flat[start:stop].strip(), start, stop, kind, verb, listed=listed, is_order=is_order
            )
        )


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
