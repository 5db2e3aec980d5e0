"""Two hundred plans that are right, each written in another style: the same ones every time.

A plan is made as data and then written by hand, so to say: with quotes here and none there, block and flow style, comments
everywhere, anchors, in all kinds of scripts. Knows the plan format; nothing of how it is read.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Final

PLANS: Final = 200

_TRUE_ANYWAY: Final = frozenset(
    {
        "critical-path",
        "serial-plan",
        "missing-success-criteria",
        "critical-without-backup",
        "long-task",
        "agent-bottleneck",
    }
)
"""What may be said of these plans and is right."""


@dataclass(frozen=True)
class Styled:
    """A plan's text. ``only_here`` where other YAML libraries do not read it as its specification says."""

    name: str
    style: str
    text: str
    expected: frozenset[str] = _TRUE_ANYWAY
    only_here: bool = False
    may_go: frozenset[str] = frozenset()


# Names of tasks, agents, skills and the words of the goal, by script.
_SCRIPTS: Final[dict[str, tuple[list[str], list[str], str]]] = {
    "latin": (["T1", "T2", "T3", "T4", "T5"], ["builder", "tester"], "Build the thing"),
    "accents": (["Entwurf-Ü", "tâche", "przegląd", "ödev", "ñandú"], ["José", "Zoë"], "Größeres Vorhaben à réaliser"),
    "combining": (["e\u0301tude", "a\u0308rger", "n\u0303", "o\u0302", "u\u0308"], ["ame\u0301lie", "bjo\u0308rn"], "De\u0301tail"),
    "cyrillic": (["Задача1", "Задача2", "Обзор", "Тест", "Выпуск"], ["разработчик", "тестировщик"], "Построить систему"),
    "greek": (["Έργο1", "Έργο2", "Έλεγχος", "Δοκιμή", "Έκδοση"], ["μηχανικός", "ελεγκτής"], "Να χτιστεί το σύστημα"),
    "arabic": (["مهمة1", "مهمة2", "مراجعة", "اختبار", "إصدار"], ["مطور", "مختبر"], "بناء النظام"),
    "hebrew": (["משימה1", "משימה2", "סקירה", "בדיקה", "שחרור"], ["מפתח", "בודק"], "לבנות את המערכת"),
    "chinese": (["任务一", "任务二", "审查", "测试", "发布"], ["开发者", "测试员"], "构建系统"),
    "japanese": (["タスク1", "タスク2", "レビュー", "テスト", "リリース"], ["開発者", "検査係"], "システムを作る"),
    "korean": (["작업1", "작업2", "검토", "시험", "출시"], ["개발자", "시험자"], "시스템 만들기"),
    "hindi": (["कार्य१", "कार्य२", "समीक्षा", "परीक्षण", "विमोचन"], ["विकासक", "परीक्षक"], "प्रणाली बनाएँ"),
    "thai": (["งาน1", "งาน2", "ตรวจ", "ทดสอบ", "ปล่อย"], ["นักพัฒนา", "ผู้ทดสอบ"], "สร้างระบบ"),
    "emoji": (["🚀1", "🧪2", "👩‍💻", "🏳️‍🌈", "✅"], ["🤖", "👀"], "Ship it 🚢"),
    "astral": (["𝕋𝟙", "𝕋𝟚", "𠜎", "𐍈", "🄰"], ["𝓫𝓸𝓽", "𐐷"], "𝕭𝖚𝖎𝖑𝖉"),
    "marks": (["T\u200d1", "T2\u200f", "\u202bT3\u202c", "T\u20604", "T5\ufe0f"], ["a\u200bb", "c\u00add"], "x\u2028y"),
}  # fmt: skip

_GRAPHS: Final = (
    ((), (0,), (0,), (1, 2), (3,)),
    ((), (), (0, 1), (2,), (2,)),
    ((), (0,), (1,), (2,), (3,)),
    ((), (), (), (0, 1, 2), (3,)),
)
_ESTIMATES: Final = ("1h", "90m", "2h", "1h30m", "0.5d", "PT3H", "4h", "1d")
_TEXTS: Final = (
    "plain words", "it's done", 'say "hi"', "50% of it", "a: b", "#1 first", "x #y", "- dash", "{braces}", "[brackets]", "@user", "`code`",
    "ends with:", "http://x.example/#part", "yes", "~", "null", "1e3", "0x1F", "2026-11-23", "*star*", "&and", "!bang", "%percent", "|bar",
    ">more", "?what", "a\tb", " leading", "trailing ", "back\\slash", "comma, comma", "::1", "1:30", ".inf", "=", "<<", "…", "‘’", "a - b",
)  # fmt: skip
_LONG: Final = (
    "First line.\nSecond line: with a colon.\n", "One\n\nTwo after an empty line\n", "\tstarts with a tab\n\tand another\n", "# not a comment\n- not a list\n",
    "ends without a break", "keeps\n\n\n", "  indented first\nthen not\n", "long " * 40 + "\n", "عربي\nEnglish\n", "```yaml\nkey: |\n  x\n```\n", "trailing  \nspaces \n",
)  # fmt: skip


def plan_data(chance: random.Random, script: str) -> dict[str, Any]:
    """A plan that is right in everything."""
    ids, agents, goal = _SCRIPTS[script]
    graph = chance.choice(_GRAPHS)
    tasks = []
    for number, waits_for in enumerate(graph):
        task: dict[str, Any] = {
            "id": ids[number],
            "name": chance.choice(_TEXTS),
            "estimated_time": chance.choice(_ESTIMATES),
        }
        if waits_for:
            task["dependencies"] = [ids[each] for each in waits_for]
        task["agent"] = agents[number % 2]
        if chance.random() < 0.6:
            task["description"] = chance.choice(_LONG)
        if chance.random() < 0.5:
            task["success_criteria"] = chance.sample(_TEXTS, chance.randint(1, 3))
        if chance.random() < 0.3:
            task["files"] = [f"src/{number}/**/*.py", f"docs/{number}.md"]
        if chance.random() < 0.3:
            task["priority"] = chance.choice(["high", "low", 3])
        tasks.append(task)
    return {
        "version": 1,
        "goal": f"{goal} {chance.choice(_TEXTS)}",
        "concurrent_capacity": 2,
        "agents": [{"id": each, "skills": ["x", "y"]} for each in agents],
        "tasks": tasks,
    }


@dataclass
class Hand:
    """How somebody writes."""

    chance: random.Random
    indent: int = 2
    same_column: bool = False
    """Lists stand below their key, not further in."""
    flow: float = 0.2
    keys: str = "plain"
    """plain, single, double, mixed, explicit"""
    values: str = "mixed"
    """plain (where possible), single, double, mixed"""
    comments: float = 0.0
    spaces: bool = False
    """Blanks at ends of lines, empty lines with blanks, tabs behind values."""
    written: list[str] = field(default_factory=list[str])

    def key(self, text: str) -> str:
        how = self.chance.choice(["plain", "single", "double"]) if self.keys == "mixed" else self.keys
        return {"single": f"'{text}'", "double": f'"{text}"'}.get(how, text)

    def scalar(self, value: Any, *, in_flow: bool = False) -> str:
        if not isinstance(value, str):
            return str(value)
        how = self.chance.choice(["plain", "single", "double"]) if self.values == "mixed" else self.values
        if "\n" in value or "\t" in value or "\u2028" in value:
            how = "double"
        if how == "plain" and _is_plain(value, in_flow):
            return value
        if how == "single" or (how == "plain" and "\\" in value):
            return "'" + value.replace("'", "''") + "'"
        escaped = (
            value.replace("\\", "\\\\")
            .replace('"', '\\"')
            .replace("\n", "\\n")
            .replace("\t", "\\t")
            .replace("\u2028", "\\L")
        )
        return f'"{escaped}"'

    def in_flow(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.key(each)}: {self.in_flow(value[each])}" for each in value) + "}"
        if isinstance(value, list):
            return (
                "["
                + ", ".join(map(self.in_flow, value))
                + (", ]" if value and self.chance.random() < 0.1 else "]")
            )
        return self.scalar(value, in_flow=True)

    def block_text(self, text: str, column: int) -> list[str]:
        """A block scalar: the sign behind the key, and its lines."""
        folded = (
            self.chance.random() < 0.3
            and not any(line[:1] in (" ", "\t") for line in text.split("\n"))
            and "  " not in text
        )
        lines = text.rstrip("\n").split("\n")
        breaks = len(text) - len(text.rstrip("\n"))
        chomping = "-" if breaks == 0 else "" if breaks == 1 else "+"
        digit = "2" if lines[0].startswith(" ") or self.chance.random() < 0.2 else ""
        pad = " " * (column + (2 if digit else max(2, self.indent)))
        if folded:
            # Each break of the text is written as an empty line.
            lines = [piece for line in lines for piece in (line, "")][:-1]
        body = [pad + line if line else "" for line in lines]
        if breaks > 1:
            body += [""] * (breaks - 1)
        return [(">" if folded else "|") + digit + chomping, *body]

    def remark(self, column: int) -> list[str]:
        if self.chance.random() >= self.comments:
            return []
        said = self.chance.choice(
            ["why", "TODO: later", "// odd # twice", "ü 🚧", "- id: T9", "key: value", "'quote", "عربي"]
        )
        return [" " * column + f"#{self.chance.choice(['', ' ', '  '])}{said}"]

    def tail(self) -> str:
        if self.chance.random() < self.comments:
            return self.chance.choice([" # note", "  # x: y", " #", "\t# after a tab"])
        return self.chance.choice([" ", "  ", "\t", ""]) if self.spaces else ""

    def mapping(self, value: dict[str, Any], column: int) -> list[str]:
        lines: list[str] = []
        for name, inner in value.items():
            lines += self.remark(column)
            if self.spaces and self.chance.random() < 0.2:
                lines.append(self.chance.choice(["", "   ", " " * column]))
            lines += self.entry(name, inner, column)
        return lines

    def entry(self, name: str, inner: Any, column: int) -> list[str]:
        pad = " " * column
        head = f"{pad}{self.key(name)}:"
        if (
            self.keys == "explicit"
            and column
            and self.chance.random() < 0.5
            and isinstance(inner, str | int)
            and "\n" not in str(inner)
        ):
            return [f"{pad}? {name}", f"{pad}: {self.scalar(inner)}{self.tail()}"]
        if isinstance(inner, dict) and inner and self.chance.random() >= self.flow:
            return [head + self.tail(), *self.mapping(inner, column + self.indent)]
        if isinstance(inner, list) and inner and (name == "tasks" or self.chance.random() >= self.flow):
            at = column if self.same_column else column + self.indent
            return [head + self.tail(), *self.sequence(inner, at)]
        if isinstance(inner, dict | list):
            if self.chance.random() < 0.3 and inner and isinstance(inner, list):
                wide = pad + " " * self.indent
                return [
                    f"{head} [",
                    *(f"{wide}{self.in_flow(each)},{self.tail()}" for each in inner),
                    f"{pad} ]{self.tail()}",
                ]
            return [f"{head} {self.in_flow(inner)}{self.tail()}"]
        if isinstance(inner, str) and "\n" in inner and self.values != "double":
            sign, *lines = self.block_text(inner, column)
            return [f"{head} {sign}{' # text' if self.chance.random() < self.comments else ''}", *lines]
        gap = self.chance.choice([" ", "   ", " \t"]) if self.spaces else " "
        return [f"{head}{gap}{self.scalar(inner)}{self.tail()}"]

    def sequence(self, items: list[Any], column: int) -> list[str]:
        lines: list[str] = []
        for item in items:
            lines += self.remark(column)
            pad = " " * column
            if isinstance(item, dict):
                width = self.chance.choice([1, 1, 3]) if self.spaces else 1
                inner = self.mapping(item, column + 1 + width)
                while (inner and inner[0].strip(" \t") == "") or inner[0].lstrip().startswith("#"):
                    lines.append(pad + inner[0].strip())
                    del inner[0]
                lines += [f"{pad}-{' ' * width}{inner[0].lstrip()}", *inner[1:]]
            else:
                lines.append(f"{pad}- {self.scalar(item)}{self.tail()}")
        return lines


def _is_plain(value: str, in_flow: bool) -> bool:
    if (
        not value
        or value != value.strip()
        or value in ("yes", "~", "null", "1e3", "0x1F", ".inf", "=", "<<", "2026-11-23", "1:30")
    ):
        return False
    if value[0] in "-?:,[]{}#&*!|>'\"%@`" or ": " in value or " #" in value or value.endswith(":"):
        return False
    return not (in_flow and any(each in value for each in ",[]{}")) and value not in ("1", "2", "3")


_HANDS: Final[dict[str, dict[str, Any]]] = {
    "plain": {"values": "plain", "flow": 0.0},
    "single": {"values": "single", "keys": "single"},
    "double": {"values": "double", "keys": "double"},
    "mixed": {"keys": "mixed"},
    "deep": {"indent": 8},
    "three": {"indent": 3},
    "margin": {"same_column": True},
    "flow": {"flow": 1.0},
    "commented": {"comments": 0.7},
    "sloppy": {"spaces": True},
    "all-at-once": {"spaces": True, "comments": 0.5, "keys": "mixed", "indent": 4, "flow": 0.4},
    "explicit": {"keys": "explicit"},
}

_MARKS: Final = (
    "",
    "---\n",
    "%YAML 1.2\n---\n",
    "# orchestrate: plan\n---\n# first\n",
    "\n\n# orchestrate: plan\n\n",
)
_ENDS: Final = ("", "...\n", "\n\n", "# the end\n", "---\n")


def plans(count: int = PLANS, seed: int = 5) -> list[Styled]:
    """Plans in all styles and scripts in turn."""
    chance = random.Random(seed)
    made = [*_whole_flow(chance), *_anchored(chance), *_by_hand()]
    turn = 0
    while len(made) < count:
        style = list(_HANDS)[turn % len(_HANDS)]
        script = list(_SCRIPTS)[turn % len(_SCRIPTS)]
        value = plan_data(chance, script)
        text = "\n".join(Hand(chance, **_HANDS[style]).mapping(value, 0)) + "\n"
        mark = chance.choice(_MARKS)
        text = (
            mark
            + text
            + chance.choice(_ENDS if mark.endswith("---\n") or not mark.startswith("%") else ("", "\n\n"))
        )
        made.append(_finished(chance, f"{turn:03}-{style}-{script}", style, text))
        turn += 1
    return made[:count]


def _finished(chance: random.Random, name: str, style: str, text: str) -> Styled:
    roll = chance.random()
    if roll < 0.2:
        text, name = text.replace("\n", "\r\n"), name + "-crlf"
    elif roll < 0.3:
        text, name = "\ufeff" + text, name + "-bom"
    elif roll < 0.35:
        text, name = text.rstrip("\n"), name + "-cut"
    # ruamel.yaml refuses tabs that the specification allows.
    return Styled(name, style, text, only_here="\t" in text)


def _whole_flow(chance: random.Random) -> list[Styled]:
    """The whole plan, or its tasks, in flow style, on one line and on many."""
    made: list[Styled] = []
    for script in ("latin", "arabic", "emoji", "chinese"):
        value = plan_data(chance, script)
        hand = Hand(chance, values="double")
        made.append(_finished(chance, f"json-{script}", "whole flow", hand.in_flow(value) + "\n"))
        lines = ",\n  ".join(hand.in_flow(each) for each in value["tasks"])
        head = "\n".join(
            Hand(chance).mapping({key: each for key, each in value.items() if key != "tasks"}, 0)
        )
        made.append(
            _finished(chance, f"flow-tasks-{script}", "flow tasks", f"{head}\ntasks: [\n  {lines}\n]\n")
        )
    return made


def _anchored(chance: random.Random) -> list[Styled]:
    """Anchors, aliases and merge keys."""
    made: list[Styled] = []
    for number, (name, agent) in enumerate(
        [
            ("base", "builder"),
            ("базовый", "разработчик"),
            ("קבוע", "מפתח"),
            ("ベース", "開発者"),
            ("🧱", "🤖"),
        ]
    ):
        text = (
            f"goal: Use anchors\nagents:\n  - &who {{id: {agent}}}\n  - id: other\n"
            f"x-common: &{name}\n  agent: {agent}\n  estimated_time: &time 2h\ntasks:\n"
            f"  - &first\n    <<: *{name}\n    id: A\n    name: &n One\n    success_criteria: &done [ready]\n"
            f"  - <<: *{name}\n    id: B # its own\n    name: *n\n    dependencies: [A]\n    success_criteria: *done\n"
            f"  - {{<<: *{name}, id: C, agent: other, estimated_time: *time, dependencies: [A]}}\n"
            f"  - <<: [*{name}, {{priority: high}}]\n    id: D\n    dependencies: [B, C]\n"
        )
        made.append(
            Styled(
                f"anchors-{number}",
                "anchors",
                text,
                _TRUE_ANYWAY | {"unknown-key"},
                only_here=not name.isascii(),
            )
        )
        made.append(
            Styled(
                f"anchors-{number}-crlf",
                "anchors",
                text.replace("\n", "\r\n"),
                _TRUE_ANYWAY | {"unknown-key"},
                only_here=not name.isascii(),
            )
        )
    return made


def _by_hand() -> list[Styled]:
    """What no writer above comes to."""
    texts = {
        "tagged": "goal: !!str Try tags\nagents: !!seq [{id: !!str a}]\ntasks: !!seq\n  - !!map\n    id: !!str 1\n    estimated_time: !!str 2h\n    agent: a\n",
        "multi-line plain": "goal: goes\n  on and\n\n  on\nagents: [{id: a}]\ntasks:\n  - id: T1\n    name: a name that\n      goes on\n    estimated_time:\n      2h\n    agent:\n      a\n",
        "multi-line quoted": "goal: \"goes\n  on \\\n  and on\"\nagents: [{id: a}]\ntasks:\n  - id: 'T1'\n    name: 'one\n\n      two'\n    estimated_time: 2h\n    agent: a\n",
        "two plans": "goal: One\nagents: [{id: a}]\ntasks:\n- id: T1\n  estimated_time: 1h\n  agent: a\n---\ngoal: Two\nagents: [{id: b}]\ntasks:\n- id: T1\n  estimated_time: 1h\n  agent: b\n...\n",
        "agents as mapping": "goal: g\nagents:\n  'a b':\n    skills: [x]\n  ? c\n  :\n    skills: [y]\ntasks:\n  - id: T1\n    estimated_time: 1h\n    agent: a b\n  - id: T2\n    estimated_time: 1h\n    agent: c\n",
        "directive": "%YAML 1.3\n%ODD thing\n---\ngoal: g\nagents: [{id: a}]\ntasks:\n  - {id: T1, estimated_time: 1h, agent: a}\n",
        "tab text": "goal: g\nagents: [{id: a}]\ntasks:\n  - id: T1\n    estimated_time: 1h\n    agent: a\n    description: |\n      \tall:\n      \t\tmake\n",
        "empty values": "goal: g\nagents: [{id: a}]\ntasks:\n  - id: T1\n    estimated_time: 1h\n    agent: a\n    dependencies: []\n    success_criteria: [ ]\n    files: [\n    ]\n",
        "numbers as ids": "goal: g\nagents: [{id: a}]\ntasks:\n  - id: '1'\n    estimated_time: 1h\n    agent: a\n  - id: '2'\n    estimated_time: 1h\n    agent: a\n    dependencies: [ '1' ]\n",
        "long dependencies": "goal: g\nagents: [{id: a}]\ntasks:\n  - {id: A, estimated_time: 1h, agent: a}\n  - {id: B, estimated_time: 1h, agent: a}\n  - id: C\n    estimated_time: 1h\n    agent: a\n    dependencies:\n      - task: A\n        type: finish-to-start\n        lag: 1h\n      -\n        task: B\n",
    }  # fmt: skip
    here_only = {"tab text", "directive"}
    return [Styled(name, "by hand", text, only_here=name in here_only) for name, text in texts.items()]
