"""What the parser's error messages mean to the person who typed the text, and the edit that would mend it.

libyaml and ruamel.yaml say what their grammar expected; here it is said what is wrong, where, and what to do.
"""

from __future__ import annotations

from orchestrate_ls.syntax.events import YamlError
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.lines import line_end, line_start


def describe(text: str, error: YamlError) -> SyntaxProblem:
    """The problem in words, at the place that has to be changed (offsets from the start of the text)."""
    at = min(error.at, len(text))
    context, problem = error.context, error.problem
    context_at = error.context_at
    if context_at is not None and "quoted scalar" in context:
        return _unclosed_quote(text, context_at, problem, at)
    if context_at is not None and "flow" in context and context_at < len(text) and text[context_at] in "[{":
        return _unclosed_flow(text, context_at, at)
    if context_at is not None and "simple key" in context:
        return missing_colon(text, context_at)
    if "mapping values" in problem:
        return _second_colon(text, at)
    if "\\t" in problem or "'\t'" in problem or (at < len(text) and text[at] == "\t"):
        return _tab(text, at)
    if "cannot start any token" in problem and at < len(text):
        return _reserved(text, at)
    if "undefined tag handle" in problem:
        return SyntaxProblem(*_word(text, at), "unknown tag; quote the value if `!` belongs to it")
    if "undefined alias" in problem:
        return SyntaxProblem(*_word(text, at), "this alias has no anchor before it")
    if "escape" in problem or "escape" in context:
        return SyntaxProblem(
            at,
            min(at + 1, len(text)),
            "unknown escape in a double-quoted text; write `\\\\` for a backslash, or use single quotes",
        )
    start, end = _line_content(text, at)
    if "block sequence" in context or "block sequence entries" in problem or "'-' indicator" in problem:
        return SyntaxProblem(
            start,
            end,
            "this line does not fit: check its indentation against the lines above"
            " (items of a list start with `- ` at one indentation)",
        )
    if "block mapping" in context or "expected <block end>" in problem or "expected key" in problem:
        return SyntaxProblem(
            start,
            end,
            "this line does not fit: the keys of a mapping start at one indentation, each as `key: value`",
        )
    return SyntaxProblem(start, end, f"not valid YAML: {problem}" + (f" ({context})" if context else ""))


def _unclosed_quote(text: str, start: int, problem: str, at: int) -> SyntaxProblem:
    if "escape" in problem:
        return SyntaxProblem(
            max(0, at - 1),
            min(at + 1, len(text)),
            "unknown escape in a double-quoted text; write `\\\\` for a backslash, or use single quotes",
        )
    end = content_end(text, start)
    quote = text[start]
    return SyntaxProblem(
        start,
        end,
        f"this quoted text is not closed; add {quote} at its end",
        TextEdit(end, end, quote),
        "Close the quoted text",
    )


def _unclosed_flow(text: str, start: int, at: int) -> SyntaxProblem:
    opening = text[start]
    closing = "]" if opening == "[" else "}"
    end = content_end(text, start)
    if at < end and text[at] not in "\r\n":
        word_start, word_end = _word(text, at)
        return SyntaxProblem(
            word_start, word_end, f"expected `,` or `{closing}` before this, in what `{opening}` began"
        )
    what = "list" if opening == "[" else "mapping"
    return SyntaxProblem(
        start,
        end,
        f"this {what} is not closed; add `{closing}`",
        TextEdit(end, end, closing),
        f"Close the {what}",
    )


def missing_colon(text: str, start: int) -> SyntaxProblem:
    """For a line that is no `key: value` pair, from an offset on."""
    end = content_end(text, start)
    words = quoted(text[start:end])
    head, _, tail = text[start:end].partition(" ")
    if tail and head.replace("_", "").isalnum():
        repair = TextEdit(start + len(head), start + len(head), ":")
        return SyntaxProblem(
            start,
            end,
            f"{words} has no `:` after its key; write {quoted(head + ': ...')}",
            repair,
            f"Add a colon after {quoted(head)}",
        )
    repair = TextEdit(end, end, ":")
    return SyntaxProblem(
        start, end, f"{words} is no `key: value` pair; add a `:` and a value", repair, "Add a colon"
    )


def _second_colon(text: str, at: int) -> SyntaxProblem:
    line = line_start(text, at)
    first = text.find(": ", line, at)
    if first < 0:
        start, end = _line_content(text, at)
        return SyntaxProblem(
            start,
            end,
            "a `key: value` pair cannot stand here; check the indentation of this line and the one above",
        )
    start = first + 1
    while start < at and text[start] == " ":
        start += 1
    end = content_end(text, start)
    inner = text[start:end]
    return SyntaxProblem(
        at,
        min(at + 1, len(text)),
        f"a second `:` on this line: write {quoted('{' + inner + '}')} for a mapping, or put the value in quotes",
        TextEdit(start, end, "{" + inner + "}"),
        "Put braces around the inner mapping",
    )


def _tab(text: str, at: int) -> SyntaxProblem:
    line = line_start(text, at)
    start = text.find("\t", line)
    if start < 0:
        start = at
    end = start
    while end < len(text) and text[end] in "\t ":
        end += 1
    width = text[start:end].replace("\t", "  ")
    return SyntaxProblem(
        start,
        max(end, start + 1),
        "a tab cannot indent in YAML; use spaces",
        TextEdit(start, end, width),
        "Replace tabs by spaces",
    )


def _reserved(text: str, at: int) -> SyntaxProblem:
    end = content_end(text, at)
    value = text[at:end]
    in_quotes = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return SyntaxProblem(
        at,
        end,
        f"a plain value cannot start with {'a backtick' if text[at] == '`' else quoted(text[at])}; put it in quotes",
        TextEdit(at, end, in_quotes),
        "Put the value in quotes",
    )


def _line_content(text: str, at: int) -> tuple[int, int]:
    """The range of the line of an offset without its indentation; of the last line with content at the end."""
    at = min(at, len(text.rstrip()))
    line = line_start(text, at)
    start = line
    while start < len(text) and text[start] in " \t":
        start += 1
    return start, max(start, content_end(text, start))


def _word(text: str, at: int) -> tuple[int, int]:
    end = at
    while end < len(text) and text[end] not in " \t\r\n,]}":
        end += 1
    return at, max(end, min(at + 1, len(text)))


def content_end(text: str, at: int) -> int:
    """Where the line of an offset ends, without white space and without a comment behind white space."""
    end = line_end(text, at)
    comment = text.find(" #", at, end)
    if comment >= 0:
        end = comment
    return at + len(text[at:end].rstrip())
