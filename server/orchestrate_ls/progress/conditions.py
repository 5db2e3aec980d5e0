"""The conditions of replan triggers: `task_duration > estimated * 1.5`, `critical_task_blocked > 2h and percent < 50`.

A small language of comparisons that can do nothing but compare: no calls, no attributes, no loops, nothing is ever
evaluated as Python. Its operators and their precedence are those of the Common Expression Language, with words for the
logical ones and with durations as plans write them. The grammar is read by Lark; types are checked before anything is
evaluated, and everything that is wrong has its place. A text has a limited length, so that reading and evaluating it
are bounded. Where a value is not known, neither is what depends on it (Kleene's logic): a condition holds only where
that is certain. Knows nothing of plans and journals: ``Condition.holds`` is handed the values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, cast

from orchestrate_ls.plan.duration import Calendar, DurationError, parse_duration
from orchestrate_ls.progress.condition_names import ConditionName, ValueType, condition_name
from orchestrate_ls.text.display import quoted

if TYPE_CHECKING:
    from lark import Token, Tree
    from lark.exceptions import UnexpectedInput

MAX_LENGTH: Final = 500
"""The longest condition, in characters."""
MAX_DEPTH: Final = 40
"""How deeply brackets and signs may be nested."""

Value: TypeAlias = float | bool | str
"""Durations are seconds."""
Lookup: TypeAlias = Callable[[str], Value | None]
"""The value of a name; None where it has none."""

_GRAMMAR: Final = r"""
?start: either
?either: both (OR both)*
?both: unless (AND unless)*
?unless: NOT unless -> negation
       | comparison
?comparison: sum (COMPARE sum)?
?sum: product ((PLUS | MINUS) product)*
?product: sign ((TIMES | OVER) sign)*
?sign: MINUS sign -> minus
     | value
?value: DURATION -> duration
      | NUMBER -> number
      | TEXT -> text
      | TRUTH -> truth
      | NAME -> name
      | "(" either ")" -> bracket

OR.3: "||" | /or\b/i
AND.3: "&&" | /and\b/i
NOT.3: /!(?!=)/ | /not\b/i
COMPARE: "<=" | ">=" | "==" | "!=" | "<" | ">"
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
TRUTH.3: /true\b/i | /false\b/i
DURATION.2: /@NUMBER@(?:[A-Za-z][A-Za-z0-9_.]*|[ \t]*(?:@UNITS@)\b)/
NUMBER: /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)/
TEXT: /"[^"\n]*"|'[^'\n]*'/
NAME: /[^\W\d]\w*/
%ignore /[ \t\r\n]+/
"""
_UNITS: Final = "weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s"
_NUMBER: Final = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"


@dataclass(frozen=True, slots=True)
class ConditionProblem:
    """What is wrong with a condition. Offsets count characters of its text, in ``text[start:end]``.

    ``message`` is a clause without a full stop, ``hint`` says what to do. ``replacement`` is what can be written
    instead of that range, where that is known; ``unknown`` a name that is not known.
    """

    start: int
    end: int
    message: str
    hint: str | None = None
    replacement: str | None = None
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class _Node:
    """A part of a condition with its place and type. ``op`` says what it does with its ``parts``."""

    op: str
    start: int
    end: int
    type: ValueType
    value: Value | None = None
    parts: tuple[_Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was found to make sense."""

    text: str
    names: tuple[ConditionName, ...]
    """What it speaks of, each once, in the order it is first named."""
    _root: _Node

    @property
    def is_of_task(self) -> bool:
        """Whether it is asked for each task; else it is about the plan as a whole."""
        return any(each.of_task for each in self.names)

    def holds(self, lookup: Lookup) -> bool:
        """Whether it certainly holds with these values."""
        return _evaluate(self._root, lookup) is True


@dataclass(frozen=True, slots=True)
class ReadCondition:
    """A condition, or what is wrong with it (in the order of the text)."""

    condition: Condition | None
    problems: tuple[ConditionProblem, ...] = ()


@lru_cache(maxsize=256)
def read_condition(text: str, calendar: Calendar) -> ReadCondition:
    """Read a condition. ``calendar`` says what `1d` and `1w` mean. Never fails."""
    if len(text) > MAX_LENGTH:
        message = f"a condition has at most {MAX_LENGTH} characters, and this one {len(text):,}"
        return _refused(ConditionProblem(0, len(text), message, "make several triggers of it"))
    from lark.exceptions import UnexpectedInput

    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        return _refused(_not_understood(error, text))
    reading = _Reading(calendar)
    root = reading.node(tree, 0)
    if root is not None and not reading.problems and root.type is not ValueType.TRUTH:
        reading.problems.append(_no_condition(root, text))
    if reading.problems or root is None:
        return ReadCondition(None, tuple(sorted(reading.problems, key=lambda each: (each.start, each.end))))
    return ReadCondition(Condition(text, tuple(reading.names.values()), root))


def wants_operator(before: str) -> bool:
    """Whether an operator comes next after the beginning of a condition; else a value does."""
    from lark.exceptions import UnexpectedInput

    try:
        last = None
        for token in _parser().lex(before):
            last = token
    except UnexpectedInput:
        return False
    return last is not None and last.type in _ENDS_OF_VALUES


def token_at(text: str, offset: int) -> tuple[str, int, int] | None:
    """The kind (`NAME`, `DURATION`, an operator's ...), start and end of the token around an offset, touched by it."""
    from lark.exceptions import UnexpectedInput

    if len(text) > MAX_LENGTH:
        return None
    found: tuple[str, int, int] | None = None
    try:
        for token in _parser().lex(text):
            start, end = _range(token)
            if start <= offset <= end and (found is None or found[0] not in ("NAME", "DURATION")):
                found = token.type, start, end
    except UnexpectedInput:
        return found
    return found


_ENDS_OF_VALUES: Final = frozenset(("DURATION", "NUMBER", "TEXT", "TRUTH", "NAME", "RPAR"))


class _Parser(Protocol):
    """What is needed of Lark's."""

    def parse(self, text: str) -> Tree[Token]: ...

    def lex(self, text: str) -> Iterator[Token]: ...


@lru_cache(maxsize=1)
def _parser() -> _Parser:
    # Importing it and building the tables takes a tenth of a second, which plans without triggers need not wait for.
    from lark import Lark

    grammar = _GRAMMAR.replace("@NUMBER@", _NUMBER).replace("@UNITS@", _UNITS)
    return cast("_Parser", Lark(grammar, parser="lalr", lexer="basic", maybe_placeholders=False))


def prepare() -> None:
    """Load what reading a condition takes, where there is time for it."""
    _parser()


def _refused(problem: ConditionProblem) -> ReadCondition:
    return ReadCondition(None, (problem,))


def _range(token: Token) -> tuple[int, int]:
    start = token.start_pos if token.start_pos is not None else 0
    return start, token.end_pos if token.end_pos is not None else start + len(token)


_MEANT: Final = {
    "=": "==", "&": "and", "|": "or", "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "“": '"', "”": '"',
}  # fmt: skip
"""What was meant by signs that the language does not have."""
_FORMS: Final = "write it like `task_duration > estimated * 1.5` or `agent_unavailable`"


def _not_understood(error: UnexpectedInput, text: str) -> ConditionProblem:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    if isinstance(error, UnexpectedCharacters):
        at = _place(error)
        found = text[at : at + 1]
        if found in ('"', "'"):
            return ConditionProblem(at, len(text), "the text has no end", f"close it with {found}")
        meant = _MEANT.get(found)
        hint = f"write {quoted(meant)}" if meant is not None else _FORMS
        return ConditionProblem(at, at + 1, f"{quoted(found)} has no meaning in a condition", hint, meant)
    token = _token(error) if isinstance(error, UnexpectedToken) else None
    if token is None or token.type == "$END":
        where = len(text.rstrip())
        start = max(0, where - 1)
        if not text.strip():
            return ConditionProblem(0, len(text), "the condition is empty", _FORMS)
        wanted = "a closing bracket" if _is_open(text) else "a value"
        return ConditionProblem(start, where, f"the condition ends where {wanted} is expected", _FORMS)
    start, end = _range(token)
    if token.type == "COMPARE":
        if not wants_operator(text[:start]):
            return ConditionProblem(start, end, f"a value is missing before {quoted(str(token))}", _FORMS)
        return ConditionProblem(
            start, end, "two values are compared at a time", "join two comparisons with `and`"
        )
    if token.type in _ENDS_OF_VALUES or token.type in ("LPAR", "NOT"):
        if token.type == "RPAR":
            return ConditionProblem(start, end, "this bracket closes none", "delete it")
        return ConditionProblem(
            start,
            end,
            f"{quoted(str(token))} is not expected here",
            "an operator is missing before it, such as `>`, `*` or `and`",
        )
    return ConditionProblem(start, end, f"a value is missing before {quoted(str(token))}", _FORMS)


def _place(error: UnexpectedInput) -> int:
    place: int | None = error.pos_in_stream
    return place or 0


def _token(error: UnexpectedInput) -> Token:
    # Its class does not say which type it has.
    return cast("Token", cast("Any", error).token)


def _is_open(text: str) -> bool:
    return text.count("(") > text.count(")") and text.rstrip()[-1:] not in (
        "(",
        "<",
        ">",
        "=",
        "*",
        "/",
        "+",
        "-",
    )


def _no_condition(root: _Node, text: str) -> ConditionProblem:
    written = text[root.start : root.end]
    example = {ValueType.DURATION: "> 2h", ValueType.NUMBER: "> 2", ValueType.TEXT: '== "..."'}[root.type]
    return ConditionProblem(
        root.start,
        root.end,
        f"{quoted(written)} is {root.type}, and so neither holds nor does not",
        f"compare it, for example {quoted(f'{written} {example}')}",
    )


class _Reading:
    """Makes nodes of a parse tree, and notes what is wrong with them."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self.problems: list[ConditionProblem] = []
        self.names: dict[str, ConditionName] = {}

    def node(self, tree: Tree[Token], depth: int) -> _Node | None:
        """The node of a tree; None where it or a part of it is wrong, which was noted."""
        if depth > 3 * MAX_DEPTH:
            if not self.problems:
                self.problems.append(ConditionProblem(0, 1, "the condition is nested too deeply", _FORMS))
            return None
        kind, children = str(tree.data), tree.children
        if kind in _VALUES:
            token = cast("Token", children[0])
            return self._value(kind, token)
        if kind == "bracket":
            return self.node(cast("Tree[Token]", children[-1]), depth + 1)
        if kind in ("negation", "minus"):
            return self._signed(kind, cast("Token", children[0]), cast("Tree[Token]", children[1]), depth)
        parts = [self.node(cast("Tree[Token]", each), depth + 1) for each in children[::2]]
        result = parts[0]
        for token, right in zip(children[1::2], parts[1:], strict=True):
            result = self._joined(cast("Token", token), result, right)
        return result

    def _value(self, kind: str, token: Token) -> _Node | None:
        start, end = _range(token)
        text = str(token)
        if kind == "number":
            return _Node("constant", start, end, ValueType.NUMBER, float(text))
        if kind == "text":
            return _Node("constant", start, end, ValueType.TEXT, text[1:-1])
        if kind == "truth":
            return _Node("constant", start, end, ValueType.TRUTH, text.lower() == "true")
        if kind == "duration":
            try:
                seconds = parse_duration(text, self._calendar)
            except DurationError as error:
                self.problems.append(ConditionProblem(start, end, error.message, error.hint))
                return None
            return _Node("constant", start, end, ValueType.DURATION, float(seconds))
        known = condition_name(text)
        if known is None:
            message = f"{quoted(text)} is no name that conditions know"
            self.problems.append(ConditionProblem(start, end, message, unknown=text))
            return None
        self.names.setdefault(text, known)
        return _Node("name", start, end, known.type, text)

    def _signed(self, kind: str, sign: Token, operand: Tree[Token], depth: int) -> _Node | None:
        inner = self.node(operand, depth + 1)
        if inner is None:
            return None
        start = _range(sign)[0]
        wanted = (ValueType.TRUTH,) if kind == "negation" else (ValueType.NUMBER, ValueType.DURATION)
        if inner.type not in wanted:
            self._refuse(inner, f"{quoted(str(sign))} takes {' or '.join(wanted)}, and this is {inner.type}")
            return None
        return _Node(kind, start, inner.end, inner.type, None, (inner,))

    def _joined(self, token: Token, left: _Node | None, right: _Node | None) -> _Node | None:
        if left is None or right is None:
            return None
        sign = _OPERATIONS.get(str(token).lower(), str(token))
        if sign in ("and", "or"):
            for each in (left, right):
                if each.type is not ValueType.TRUTH:
                    self._refuse(
                        each, f"{quoted(sign)} joins conditions, and this is {each.type}", "compare it first"
                    )
                    return None
            return _node(sign, left, right, ValueType.TRUTH)
        if sign in _COMPARISONS:
            return self._compared(sign, left, right)
        found = _ARITHMETIC.get((left.type, sign, right.type))
        if found is None:
            message = f"{left.type} {_WORDS[sign]} {right.type} makes no sense"
            self.problems.append(
                ConditionProblem(left.start, right.end, message, _hint_for(left, sign, right))
            )
            return None
        return _node(sign, left, right, found)

    def _compared(self, sign: str, left: _Node, right: _Node) -> _Node | None:
        if left.type is not right.type:
            message = f"{left.type} is compared with {right.type}"
            number = next((each for each in (left, right) if each.type is ValueType.NUMBER), None)
            is_unitless = number is not None and ValueType.DURATION in (left.type, right.type)
            if is_unitless and number is not None and number.op == "constant":
                figure = f"{number.value:g}"
                self.problems.append(
                    ConditionProblem(
                        number.start,
                        number.end,
                        message,
                        f"write the unit, for example `{figure}h`",
                        f"{figure}h",
                    )
                )
            else:
                self.problems.append(ConditionProblem(left.start, right.end, message, _UNLIKE))
            return None
        if sign not in ("==", "!=") and left.type not in (ValueType.NUMBER, ValueType.DURATION):
            message = f"{quoted(sign)} compares numbers and durations, and these are not"
            self.problems.append(ConditionProblem(left.start, right.end, message, "use `==` or `!=`"))
            return None
        return _node(sign, left, right, ValueType.TRUTH)

    def _refuse(self, node: _Node, message: str, hint: str | None = None) -> None:
        self.problems.append(ConditionProblem(node.start, node.end, message, hint))


_UNLIKE: Final = "compare two values of one type"
_VALUES: Final = frozenset(("number", "text", "truth", "duration", "name"))
_OPERATIONS: Final = {"&&": "and", "||": "or"}
_COMPARISONS: Final = frozenset(("<", "<=", ">", ">=", "==", "!="))
_WORDS: Final = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_D, _N = ValueType.DURATION, ValueType.NUMBER
_ARITHMETIC: Final = {
    (_N, "+", _N): _N, (_N, "-", _N): _N, (_N, "*", _N): _N, (_N, "/", _N): _N,
    (_D, "+", _D): _D, (_D, "-", _D): _D, (_D, "*", _N): _D, (_N, "*", _D): _D,
    (_D, "/", _N): _D, (_D, "/", _D): _N,
}  # fmt: skip
"""The type of what comes out, for what can be computed."""


def _node(sign: str, left: _Node, right: _Node, found: ValueType) -> _Node:
    return _Node(sign, left.start, right.end, found, None, (left, right))


def _hint_for(left: _Node, sign: str, right: _Node) -> str | None:
    if sign in ("+", "-") and {left.type, right.type} == {_D, _N}:
        return "give the number a unit, for example `2h`"
    if {left.type, right.type} <= {_D, _N}:
        return "durations are multiplied with and divided by numbers"
    return "only numbers and durations can be computed with"


def _evaluate(node: _Node, lookup: Lookup) -> Value | None:
    """The value of a node; None where it is not known."""
    if node.op == "constant":
        return node.value
    if node.op == "name":
        return lookup(cast("str", node.value))
    if node.op in ("and", "or"):
        decides = node.op == "or"
        values = [_evaluate(each, lookup) for each in node.parts]
        if decides in values:
            return decides
        return None if None in values else not decides
    values = [_evaluate(each, lookup) for each in node.parts]
    if any(each is None for each in values):
        return None
    if node.op == "negation":
        return not values[0]
    if node.op == "minus":
        return -cast("float", values[0])
    left, right = values
    if node.op == "==":
        return left == right
    if node.op == "!=":
        return left != right
    return _computed(node.op, cast("float", left), cast("float", right))


def _computed(sign: str, left: float, right: float) -> Value | None:
    if sign in _COMPARISONS:
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]
    if sign == "/":
        result = left / right if right else math.nan
    else:
        result = {"+": left + right, "-": left - right, "*": left * right}[sign]
    return result if math.isfinite(result) else None
