"""Reads half-typed block YAML line by line, as far as it takes to say what may be written at a cursor.

No parser: what is typed just now is hardly ever YAML. Indentation tells what belongs to what, and a line that cannot
belong to an open quote or bracket ends it. Knows no plans.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from orchestrate_ls.ide.completion_flow import read_flow
from orchestrate_ls.ide.completion_levels import NOWHERE, Level, Path, Sort, Spotted, Word

_BREAK: Final = re.compile(r"\r\n?|\n")
_DASH: Final = re.compile(r"-(?=[ \t]|$)")
_SPACE: Final = re.compile(r"[ \t]*")
_PROPERTY: Final = re.compile(r"[&!][^\s,\[\]{}]*(?:[ \t]+|$)")
_KEY: Final = re.compile(
    r"""(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^']|'')*)'
        |(?P<plain>[^\s#"'\[\]{},&*!|>%@`](?:[^\s:#]|:(?![ \t]|$)|(?<=\S)\#|[ \t]+(?=[^\s:#]|:(?![ \t]|$)))*))
    [ \t]*:(?=[ \t]|$)""",
    re.VERBOSE,
)
_QUOTED: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'(?!')")
_PLAIN: Final = re.compile(r"(?:[^\s#]|(?<=\S)#|[ \t]+(?=[^\s#]))*")
_SUPPRESSION: Final = re.compile(r"#[ \t]*orchestrate:[ \t]*(?:ignore-file|ignore)[ \t]*\[(?P<codes>[^\]]*)")
_HALF_KEY: Final = re.compile(r"[^\s#\[\]{},\"']*")
_FOLLOWING: Final = re.compile(r"[ \t]*(?:(?:\r\n?|\n)[ \t]*(?:#[^\r\n]*)?)*(?:\r\n?|\n)( *)(?=[^\s#])")
_CODE: Final = re.compile(r"[^\s,\[\]]+")
_OF_SEVERAL_WORDS: Final = frozenset({"condition"})
"""Keys whose values are words with spaces between them, each of which is offered by itself."""


class LineReader:
    """Reads one text; ``outer`` are the collections that are open where it begins, the outermost first."""

    def __init__(self, text: str, cursor: int, outer: list[Level]) -> None:
        self.text = text
        self.cursor = cursor
        self.stack = outer
        self.levels = list(outer)
        self.spotted: Spotted | None = None
        self._block: int | None = None
        """Inside a block scalar the column of the key or dash it belongs to."""
        self._quote = ""
        """The quote that an earlier line left open."""
        self._quote_indent = 0

    def read(self) -> Spotted:
        """Where the cursor is."""
        at = 0
        while at <= len(self.text):
            found = _BREAK.search(self.text, at)
            end, following = (found.start(), found.end()) if found else (len(self.text), len(self.text) + 1)
            if end < self.cursor < following and self.cursor <= len(self.text):
                self.cursor = end
            at = self._line(at, end, following)
            spotted = self.spotted
            if spotted is not None and (spotted.level is None or not spotted.level.is_open):
                break
        return self.spotted or NOWHERE

    def words_at(self, path: Path) -> list[Word]:
        """The keys, or the scalar items, of the collection at a path."""
        return [word for level in self.levels if level.path == path for word in level.words]

    def scalars_at(self, path: Path) -> dict[str, str]:
        """The scalar values of the mapping at a path by key."""
        found: dict[str, str] = {}
        for level in self.levels:
            if level.path == path:
                found.update(level.scalars)
        return found

    def _spot(self, spotted: Spotted) -> None:
        if self.spotted is None:
            self.spotted = spotted

    def _is_here(self, start: int, end: int) -> bool:
        return self.spotted is None and start <= self.cursor <= end

    def _line(self, start: int, end: int, following: int) -> int:
        text = self.text
        if start == 0 and text.startswith("\ufeff"):
            start = 1
        at = start
        while at < end and text[at] == " ":
            at += 1
        indent = at - start
        here = self._is_here(start, end)
        is_blank = _end_of(_SPACE, text, at, end) == end
        if self._goes_on(at, end, indent, is_blank):
            if here:
                self._spot(NOWHERE)
            return following
        if is_blank:
            if here:
                self._blank(start, end)
            return following
        if here and self.cursor < at:
            self._spot(NOWHERE)
        if text[at] == "#":
            self._comment(at, end)
            return following
        if indent == 0 and text.startswith(("---", "...", "%"), at):
            if here:
                self._spot(NOWHERE)
            return following
        self._close(indent, _DASH.match(text, at, end) is not None)
        after = self._content(at, indent, end)
        if self._is_here(start, end):
            self._spot(NOWHERE)
        return max(following, after)

    def _goes_on(self, at: int, end: int, indent: int, is_blank: bool) -> bool:
        """Whether a line belongs to a block of text, or to a quoted text, that began further up.

        A blank one with the cursor belongs to it if the cursor is indented like it, or if it goes on below.
        """
        if self._block is None and not self._quote:
            return False
        holder = self._quote_indent if self._block is None else self._block
        column = indent
        if is_blank:
            following = self._following_indent(end)
            column = holder + 1
            if self._is_here(at - indent, end) and (following is None or following[0] <= holder):
                column = self.cursor - (at - indent)
        if column > holder:
            if self._quote in self.text[at:end]:
                # What stands behind the closing quote is left alone.
                self._quote = ""
            return True
        if not is_blank:
            self._block, self._quote = None, ""
        return False

    def _close(self, indent: int, is_dash: bool) -> None:
        stack = self.stack
        while len(stack) > 1 and (
            stack[-1].indent > indent or (stack[-1].indent == indent and stack[-1].is_list and not is_dash)
        ):
            stack.pop().is_open = False

    def _open(self, indent: int, is_list: bool) -> Level:
        """The collection whose keys or dashes stand at a column: the one that is open, or a new one."""
        top = self.stack[-1]
        if top.indent == indent and top.is_list == is_list:
            return top
        top.pending = False
        level = Level(indent, is_list, top.slot)
        self.stack.append(level)
        self.levels.append(level)
        return level

    def _content(self, at: int, column: int, end: int) -> int:
        """What a line holds behind its indentation; gives where what it holds ends."""
        text = self.text
        after = at
        while (dash := _DASH.match(text, at, end)) is not None:
            level = self._open(column, is_list=True)
            level.count += 1
            level.pending = True
            if self._is_here(at, at):
                self._spot(NOWHERE)
            after = dash.end()
            begin = _end_of(_SPACE, text, after, end)
            if begin == end or text[begin] == "#":
                self._empty_value(level, after, begin, end, column)
                return end
            if self._is_here(after, begin - 1):
                self._spot(NOWHERE)
            column += begin - at
            at = begin
        while (found := _PROPERTY.match(text, at, end)) is not None:
            if self._is_here(at, found.end()):
                self._spot(NOWHERE)
            column += found.end() - at
            at = found.end()
        if at == end:
            return end
        key = _KEY.match(text, at, end)
        if key is not None:
            return self._entry(key, column, end)
        return self._bare(at, column, end)

    def _entry(self, key: re.Match[str], column: int, end: int) -> int:
        level = self._open(column, is_list=False)
        kind = key.lastgroup or "plain"
        start, stop = key.span(kind)
        word = Word(key[kind], start, stop)
        level.key = word.text
        level.pending = True
        level.words.append(word)
        if self._is_here(start, stop):
            quote = "" if kind == "plain" else self.text[key.start()]
            self._spot(
                Spotted(
                    Sort.KEY, level.path, start=start, end=stop, quote=quote, has_colon=True,
                    key_indent=column, level=level,
                )
            )  # fmt: skip
        elif self._is_here(key.start(), key.end() - 1):
            self._spot(NOWHERE)
        after = key.end()
        begin = _end_of(_SPACE, self.text, after, end)
        if begin == end or self.text[begin] == "#":
            self._empty_value(level, after, begin, end, column)
            return end
        return self._value(level, after, begin, end, column)

    def _empty_value(self, level: Level, after: int, begin: int, end: int, indent: int) -> None:
        """The place behind a colon or dash with nothing there but perhaps a comment."""
        comment = begin < end
        if self._is_here(after, begin - 1 if comment and begin > after else begin):
            sort = Sort.VALUE | Sort.KEY if level.is_list else Sort.VALUE
            needs_space = self.cursor == after
            self._spot(
                Spotted(
                    sort, level.slot, start=self.cursor, end=self.cursor, needs_space=needs_space, level=level,
                    key_indent=indent + 2 if needs_space else indent + 1 + self.cursor - after,
                )
            )  # fmt: skip
        if comment:
            self._comment(begin, end)

    def _value(self, level: Level, after: int, at: int, end: int, indent: int) -> int:
        """A value that begins on the line of its key or dash."""
        text = self.text
        if self._is_here(after, at - 1):
            self._spot(NOWHERE)
        while (found := _PROPERTY.match(text, at, end)) is not None:
            if self._is_here(at, found.end()):
                self._spot(NOWHERE)
            at = found.end()
        if at == end:
            return end
        first = text[at]
        if first in "|>":
            self._block = indent
            level.pending = False
            if self._is_here(at, end):
                self._comment_or_nothing(at, end)
            return end
        if first in "[{":
            return self._flow(level, at, end, indent)
        if first in "\"'":
            return self._quoted(level, at, end, indent)
        stop = _end_of(_PLAIN, text, at, end)
        if first == "*" and self._is_here(at, stop):
            after_mark = Spotted(Sort.ALIAS, level.slot, start=at + 1, end=stop, level=level)
            self._spot(after_mark if self.cursor > at else NOWHERE)
        goes_on = text[stop - 1] == "," or level.key in _OF_SEVERAL_WORDS
        if goes_on and self._is_here(stop, end) and not text[stop : self.cursor].strip(" \t"):
            # Where a list of names goes on, or the next word of a condition comes.
            stop = self.cursor
        if self._is_here(at, stop):
            self._spot(Spotted(Sort.VALUE, level.slot, start=at, end=stop, key_indent=indent, level=level))
        level.take(Word(text[at:stop], at, stop))
        self._tail(stop, end)
        return end

    def _flow(self, level: Level, at: int, end: int, indent: int) -> int:
        cursor = self.cursor if self.spotted is None else -1
        reading = read_flow(self.text, at, level.slot, indent, cursor)
        self.levels.extend(reading.levels)
        level.pending = False
        if reading.comment is not None:
            stop = _BREAK.search(self.text, reading.comment)
            self._comment(reading.comment, stop.start() if stop else len(self.text))
        if reading.spotted is not None:
            self._spot(replace(reading.spotted, key_indent=indent))
        found = _BREAK.search(self.text, reading.end)
        stop = found.start() if found else len(self.text)
        if reading.end <= stop:
            self._tail(reading.end, stop)
        return found.end() if found else len(self.text) + 1

    def _quoted(self, level: Level, at: int, end: int, indent: int) -> int:
        text = self.text
        found = _QUOTED.match(text, at, end)
        inner = found.end() - 1 if found is not None else _end_of(_PLAIN, text, at, end)
        if self._is_here(at + 1, max(inner, at + 1)):
            self._spot(
                Spotted(
                    Sort.VALUE, level.slot, start=at + 1, end=max(inner, at + 1), quote=text[at],
                    open_quote=found is None, key_indent=indent, level=level,
                )
            )  # fmt: skip
        level.take(Word(text[at + 1 : inner], at, inner))
        if found is None:
            self._quote, self._quote_indent = text[at], indent
        else:
            self._tail(found.end(), end)
        return end

    def _bare(self, at: int, column: int, end: int) -> int:
        """Text without a colon: a key that is being typed, a value on a line of its own, or more of one above."""
        top, text = self.stack[-1], self.text
        if top.indent < column and top.pending:
            indent = top.indent
            if text[at] in "[{\"'|>*":
                return self._value(top, at, at, end, indent)
            stop = _end_of(_PLAIN, text, at, end)
            if self._is_here(at, stop):
                sort = Sort.VALUE | Sort.KEY
                self._spot(Spotted(sort, top.slot, start=at, end=stop, key_indent=column, level=top))
            top.take(Word(text[at:stop], at, stop))
            self._tail(stop, end)
            return end
        if text[at] == "{" and not column and top.key is None:
            return self._flow(top, at, end, -1)
        stop = _end_of(_PLAIN, text, at, end)
        word_end = _end_of(_HALF_KEY, text, at, stop)
        if not top.is_list and top.indent == column and self._is_here(at, word_end):
            self._spot(Spotted(Sort.KEY, top.path, start=at, end=word_end, key_indent=column, level=top))
        self._tail(stop, end)
        return end

    def _tail(self, at: int, end: int) -> None:
        """What follows a value on its line: a comment at most."""
        if not self._is_here(at, end):
            return
        self._comment_or_nothing(at, end)

    def _comment_or_nothing(self, at: int, end: int) -> None:
        hash_at = self.text.find("#", at, end)
        if 0 <= hash_at < self.cursor:
            self._comment(hash_at, end)
        self._spot(NOWHERE)

    def _comment(self, at: int, end: int) -> None:
        if not self._is_here(at, end):
            return
        found = _SUPPRESSION.match(self.text, at, end)
        if found is None or not found.start("codes") <= self.cursor <= found.end("codes"):
            self._spot(NOWHERE)
            return
        level = Level(0, is_list=True, path=())
        level.is_open = False
        level.words = [
            Word(code[0], *code.span())
            for code in _CODE.finditer(self.text, found.start("codes"), found.end("codes"))
        ]
        start = stop = self.cursor
        for word in level.words:
            if word.start <= self.cursor <= word.end:
                start, stop = word.start, word.end
        self._spot(Spotted(Sort.RULE, start=start, end=stop, level=level))

    def _blank(self, start: int, end: int) -> None:
        """A line with nothing but spaces: how far the cursor is indented says what may come, but never less than what
        follows it asks for.
        """
        column = self.cursor - start
        following = self._following_indent(end)
        if following is not None:
            column = max(column, following[0])
        dashed = following is not None and following[1] and following[0] == column
        stack = self.stack
        while len(stack) > 1 and self._is_left(stack[-1], column):
            stack.pop().is_open = False
        top = stack[-1]
        place = self.cursor
        if top.indent < column and top.pending:
            # A value on lines of its own.
            sort = Sort.ITEM if dashed else Sort.KEY | Sort.VALUE | Sort.ITEM
            spotted = Spotted(sort, top.slot, top.slot, key_indent=column, item_indent=column)
        elif top.is_list:
            spotted = Spotted(Sort.ITEM, list_path=top.path, item_indent=top.indent)
            holder = stack[-2] if len(stack) > 1 else top
            if not holder.is_list and holder.indent == column and not dashed:
                spotted = replace(spotted, sort=Sort.ITEM | Sort.KEY, path=holder.path, key_indent=column)
        else:
            sort = Sort.KEY
            list_path: Path = ()
            item_indent = 0
            if top.pending and top.indent == column:
                # The list of that key, indented as it usually is.
                sort |= Sort.ITEM
                list_path, item_indent = top.slot, column + 2
            elif len(stack) > 1 and stack[-2].is_list and stack[-2].indent == column:
                sort |= Sort.ITEM
                list_path, item_indent = stack[-2].path, column
            spotted = Spotted(sort, top.path, list_path, key_indent=top.indent, item_indent=item_indent)
        indent = spotted.key_indent if Sort.KEY in spotted.sort else spotted.item_indent
        begin = start + min(column, indent, place - start)
        self._spot(replace(spotted, start=begin, end=place, blank=True, level=top))

    def _is_left(self, level: Level, column: int) -> bool:
        """Whether a line at a column can no longer belong to a collection. Between an item's dash and its keys it
        still belongs to the item.
        """
        if level.is_list:
            return level.indent > column
        holder = self.stack[-2]
        if level.indent > column and holder.is_list:
            return holder.indent >= column
        return level.indent > column

    def _following_indent(self, at: int) -> tuple[int, bool] | None:
        """The column at which the text goes on, and whether with a dash."""
        found = _FOLLOWING.match(self.text, at)
        if found is None:
            return None
        return len(found[1]), self.text.startswith("-", found.end())


def _end_of(pattern: re.Pattern[str], text: str, at: int, end: int) -> int:
    found = pattern.match(text, at, end)
    return found.end() if found is not None else at
