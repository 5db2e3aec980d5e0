"""Cuts a document into headings, list items, table rows and sentences, each with its place.

Markdown where it is Markdown, plain text where it is not; HTML and instructions to machines are only text. Knows
nothing of what the words mean. Every pattern is linear, and nothing is followed or loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(\S.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:={3,}|-{3,})[ \t]*$")
_RULE = re.compile(r"[ ]{0,3}(?:[-*_][ \t]*){3,}$")
_FENCE = re.compile(r"[ ]{0,3}(```+|~~~+)[ \t]*([\w+-]*)")
_LABEL = (
    r"(?:\*\*|__)?(?:(?P<noun>steps?|tasks?|phase|stage|item|milestone"
    r"|action)[ \t]+#?(?P<noun_label>\d{1,4}(?:\.\d{1,3}){0,3}|[A-Za-z](?![\w'’])))"
    r"(?:\*\*|__)?[ \t]*(?:(?:[.:)\]]+|[–—-]+(?![ \t]*\d))(?:\*\*|__)?|\((?=\S))[ \t]*"
)
_NUMBERED = (
    r"(?:\*\*|__)?[(\[]?(?P<number>\d{1,4}(?:\.\d{1,3}){0,3}|[A-Za-z]\d{0,3})(?:[.)\]:]+"
    r"|[ \t]+[–—-](?=[ \t]))(?:\*\*|__)?(?:[ \t]+|$)"
)
_TICKET = r"#(?P<ticket>\d{1,5})[.:)]?[ \t]+"
_BULLET = r"[-*+•◦‣▪–—·][ \t]+"
_BOX = r"\[(?P<box>[ xX✓✔])\][ \t]*"
_ITEM = re.compile(
    rf"(?P<indent>[ \t]*)(?:>[ \t]?)?(?:(?P<bullet>{_BULLET}))?(?:{_BOX})?(?:{_LABEL}"
    rf"|{_NUMBERED}|{_TICKET})?",
    re.IGNORECASE,
)
_SIGN_BOX = re.compile(r"[ \t]*[☐☑✅⬜][ \t]*")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"'”’)\]*`]))[ \t\n]+(?=[^\sa-z])|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|ca|incl|no|nr|mr|mrs|dr|st|fig|resp|dept)|\b[A-Z])\.\s*$",
    re.IGNORECASE,
)
_ONLY_LABEL = re.compile(r"\s*[*(]{0,3}(?:(?:steps?|tasks?)\s+)?#?\d{1,3}[.)]\s*$", re.IGNORECASE)
_LIST_LETTER = re.compile(r"[A-Za-z]$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading `text[start:end]`; level 1 to 6, and 7 for a line such as "Steps:" that only acts as one."""

    level: int
    start: int
    end: int


@dataclass(slots=True)
class Item:
    """One list item: its text, mark and what stands below it.

    `label` is its number or letter as written, `named` whether a noun stands before it ("Step 3"), `ticked` the state
    of its box (None without one). `body` holds the spans of the lines below that belong to it, `parent` the item that
    it is indented under, and `list_number` the number of its list in the document.
    """

    start: int
    end: int
    mark: int
    indent: int
    label: str | None
    named: bool
    ticked: bool | None
    heading: Heading | None
    parent: Item | None
    list_number: int
    lead: tuple[int, int] | None = None
    body: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


@dataclass(slots=True)
class Row:
    """One row of a table: the spans of its cells, and those of the table's head."""

    cells: list[tuple[int, int]]
    head: list[tuple[int, int]]
    heading: Heading | None
    table: int


@dataclass(slots=True)
class Paragraph:
    """Lines of running text, `text[start:end]`, with the heading they stand under."""

    start: int
    end: int
    heading: Heading | None
    lines: list[tuple[int, int]]


@dataclass(slots=True)
class Document:
    """A document cut up. `text` has the length of what was given, with unprintable characters as blanks."""

    text: str
    headings: list[Heading] = field(default_factory=list[Heading])
    items: list[Item] = field(default_factory=list[Item])
    rows: list[Row] = field(default_factory=list[Row])
    paragraphs: list[Paragraph] = field(default_factory=list[Paragraph])


def printable(text: str) -> str:
    """The text with every control character as a blank: same length, same offsets, line feeds as line ends."""
    text = text.replace("\r\n", " \n").replace("\r", "\n")
    text = _UNPRINTABLE.sub(" ", text).replace("\u00a0", " ")
    return _without_comments(text)


def _without_comments(text: str) -> str:
    pieces: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        pieces += [text[position:start], re.sub(r"[^\n]", " ", text[start : end + 3])]
        position = end + 3
    return "".join([*pieces, text[position:]])


def read_document(text: str) -> Document:
    """Cut up a text that `printable` has gone over."""
    return _Cutter(text).cut()


def sentences_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences in text[start:end]; also cut at semicolons that part whole clauses."""
    spans: list[tuple[int, int]] = []
    begin = start
    for stop in _SENTENCE_END.finditer(text, start, end):
        if _ABBREVIATION.search(text, max(begin, stop.start() - 16), stop.end()):
            continue
        if _ONLY_LABEL.match(text, begin, min(stop.end(), begin + 20)) and stop.end() - begin < 20:
            continue
        spans.append((begin, stop.start()))
        begin = stop.end()
    spans.append((begin, end))
    return [(first, last) for first, last in spans if text[first:last].strip()]


class _Cutter:
    def __init__(self, text: str) -> None:
        self._text = text
        self._document = Document(text)
        self._heading: Heading | None = None
        self._paragraph: Paragraph | None = None
        self._items: list[Item] = []
        self._list = 0
        self._table: list[tuple[int, int]] | None = None
        self._tables = 0
        self._blank = True

    def cut(self) -> Document:
        text = self._text
        start = self._after_front_matter()
        fence: str | None = None
        while start <= len(text):
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            line = text[start:end]
            mark = _FENCE.match(line)
            if fence is not None:
                if mark is not None and mark[1].startswith(fence) and not mark[2]:
                    fence = None
            elif mark is not None:
                if mark[2].lower() not in ("md", "markdown", "text", "txt", "plan"):
                    fence = mark[1]
                self._end_paragraph()
            else:
                self._take(line.rstrip(), start)
            start = end + 1
        self._end_paragraph()
        return self._document

    def _after_front_matter(self) -> int:
        if not self._text.startswith("---\n"):
            return 0
        end = self._text.find("\n---\n", 3, 20_000)
        return end + 5 if end > 0 else 0

    def _take(self, line: str, start: int) -> None:
        if not line.strip(" \t>"):
            self._end_paragraph()
            self._table, self._blank = None, True
            return
        self._take_line(line, start)
        self._blank = False

    def _take_line(self, line: str, start: int) -> None:
        if heading := _HEADING.match(line):
            self._take_heading(len(heading[1]), line, start + heading.start(2), start + heading.end(2))
            return
        if _RULE.match(line):
            if self._paragraph is not None and _UNDERLINE.match(line) and len(self._paragraph.lines) == 1:
                only = self._paragraph
                self._paragraph = None
                self._take_heading(2, "", only.start, only.end)
            self._end_paragraph()
            return
        if _UNDERLINE.match(line) and self._paragraph is not None and len(self._paragraph.lines) == 1:
            only = self._paragraph
            self._paragraph = None
            self._take_heading(1, "", only.start, only.end)
            return
        if line.lstrip().startswith("|") or (self._table is not None and "|" in line):
            self._take_row(line, start)
            return
        self._table = None
        if self._take_item(line, start):
            return
        indent = len(line) - len(line.lstrip())
        first, last = start + indent, start + len(line)
        if self._items and indent > self._items[-1].indent:
            while len(self._items) > 1 and indent <= self._items[-1].indent:
                self._items.pop()
            self._items[-1].body.append((first, last))
            return
        if self._items and not self._blank and self._paragraph is None and indent >= self._items[-1].indent:
            # A line right below an item that is not indented goes on with it, as in Markdown, unless it has ended.
            item = self._items[-1]
            if not re.search(r"[.!?:)\]]\s*$", self._text[item.start : item.end]) and line[indent].islower():
                item.body.append((first, last))
                return
        self._items = []
        if self._paragraph is None:
            self._paragraph = Paragraph(first, last, self._heading, [(first, last)])
        else:
            self._paragraph.end = last
            self._paragraph.lines.append((first, last))

    def _take_heading(self, level: int, line: str, start: int, end: int) -> None:
        self._end_paragraph()
        self._items, self._table = [], None
        self._list += 1
        self._heading = Heading(level, start, end)
        self._document.headings.append(self._heading)

    def _end_paragraph(self) -> None:
        paragraph, self._paragraph = self._paragraph, None
        if paragraph is None:
            return
        self._list += 1
        text = self._text[paragraph.start : paragraph.end]
        if (
            len(paragraph.lines) == 1
            and len(text) <= 80
            and re.search(r":[*_]{0,2}$", text)
            and text.count(".") == 0
        ):
            self._heading = Heading(7, paragraph.start, paragraph.end)
            self._document.headings.append(self._heading)
            return
        self._document.paragraphs.append(paragraph)

    def _take_item(self, line: str, start: int) -> bool:
        found = _ITEM.match(line)
        if found is None:
            return False
        label = found["noun_label"] or found["number"] or found["ticket"]
        ticked = found["box"] is not None and found["box"] != " " if found["box"] is not None else None
        begin = found.end()
        sign = _SIGN_BOX.match(line, begin)
        if sign is not None:
            ticked, begin = sign.group().strip() in "☑✅", sign.end()
        named = found["noun_label"] is not None
        lone_letter = (
            label is not None and not named and _LIST_LETTER.match(label) and found["bullet"] is None
        )
        if lone_letter and label in ("I", "A", "a") and not re.match(r"[\s(]*[a-zA-Z][.)]", line):
            return False
        if (found["bullet"] is None and label is None and ticked is None) or begin >= len(line):
            return False
        before = self._end_before_item()
        indent = len(found["indent"].expandtabs(4))
        while self._items and self._items[-1].indent >= indent:
            self._items.pop()
        item = Item(
            start + begin,
            start + len(line),
            start + found.end("indent"),
            indent,
            label,
            named,
            ticked,
            self._heading,
            self._items[-1] if self._items else None,
            self._list,
            before,
        )
        self._items.append(item)
        self._document.items.append(item)
        return True

    def _end_before_item(self) -> tuple[int, int] | None:
        """A paragraph right above the list that ends in a colon heads the list."""
        paragraph = self._paragraph
        if paragraph is None:
            return None
        if self._text[paragraph.start : paragraph.end].rstrip("*_ ").endswith(":"):
            first, last = paragraph.lines[-1]
            self._paragraph = None
            self._list += 1
            if len(paragraph.lines) > 1:
                paragraph.lines.pop()
                paragraph.end = paragraph.lines[-1][1]
                self._document.paragraphs.append(paragraph)
            sentences = sentences_in(self._text, first, last)
            if len(sentences) > 1:
                end = sentences[-2][1]
                self._document.paragraphs.append(Paragraph(first, end, self._heading, [(first, end)]))
                first = sentences[-1][0]
            self._heading = Heading(7, first, last)
            self._document.headings.append(self._heading)
            return first, last
        self._end_paragraph()
        return None

    def _take_row(self, line: str, start: int) -> None:
        self._end_paragraph()
        self._items = []
        stripped = line.strip()
        offset = start + line.index(stripped)
        borders = [found.start() for found in _CELL_BORDER.finditer(stripped)]
        edges = [-1 if not stripped.startswith("|") else 0, *(b for b in borders if b > 0)]
        if not stripped.endswith("|"):
            edges.append(len(stripped))
        cells = [(offset + a + 1, offset + b) for a, b in pairwise(edges)]
        if self._table is None:
            self._table = cells
            self._tables += 1
        elif not re.fullmatch(r"[|:\s-]+", stripped):
            self._document.rows.append(Row(cells, self._table, self._heading, self._tables))
