"""Plans with comments, quotes, blank lines and lists of several styles, for properties of edits. Acyclic, no errors."""

from __future__ import annotations

from hypothesis import strategies as st

_IDS = ["T{}", "task-{}", '"T{}"', "'t{}'"]


@st.composite
def plans(draw: st.DrawFn, smallest: int = 1) -> str:
    count = draw(st.integers(smallest, 7))
    shape = draw(st.sampled_from(_IDS))
    ids = [shape.format(number) for number in range(1, count + 1)]
    order = draw(st.permutations(range(count)))
    dash = draw(st.sampled_from(["  ", "", "    "]))
    gap = draw(st.sampled_from(["", "\n", "\n\n"]))
    pieces = ["# orchestrate: plan\nversion: 1\n", "agents: [{id: builder}]\n", "tasks:\n"]
    if draw(st.booleans()):
        pieces.append(f"{dash}# the first one\n")
    for place, index in enumerate(order):
        if place:
            pieces.append(gap)
        above = draw(st.sampled_from([0, 0, 1, 2]))
        pieces += [f"{dash}# above {place} {number}\n" for number in range(above)]
        pieces.append(draw(_task(dash, ids, index)))
    text = "".join(pieces)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    if draw(st.booleans()) and text.endswith("\n"):
        text += "\nestimated_wall_time: 90h  # a guess\n"
    return text


@st.composite
def _task(draw: st.DrawFn, dash: str, ids: list[str], index: int) -> str:
    indent = dash + "  "
    lines = [f"{dash}- id: {ids[index]}{draw(st.sampled_from(['', '  # its id']))}"]
    name = draw(st.sampled_from([f"Write {index}", f'"Say: {index}"', f"'#{index}'"]))
    lines.append(f"{indent}name: {name}")
    if draw(st.booleans()):
        estimate = ["2h", "PT3H", "90m", "{optimistic: 1h, likely: 2h, pessimistic: 4h}"]
        lines.append(f"{indent}estimated_time: {draw(st.sampled_from(estimate))}")
    earlier = draw(st.lists(st.sampled_from(ids[:index]), unique=True, max_size=3)) if index else []
    style = draw(st.sampled_from(["flow", "block", "mapping"]))
    if not earlier:
        if draw(st.booleans()):
            lines.append(f"{indent}dependencies: []")
    elif style == "flow":
        lines.append(f"{indent}dependencies: [{', '.join(earlier)}]")
    elif style == "block":
        lines.append(f"{indent}dependencies:")
        lines += [f"{indent}  - {each}{draw(st.sampled_from(['', ' # why']))}" for each in earlier]
    else:
        lines.append(f"{indent}dependencies:")
        lines += [f"{indent}  - {{task: {each}, lag: 1h}}" for each in earlier]
    if draw(st.booleans()):
        lines.append(f"{indent}agent: builder")
    if draw(st.booleans()):
        lines.append(f"{indent}files: [src/{index}/**]")
    if draw(st.booleans()):
        lines += [
            f"{indent}description: |",
            f"{indent}  Two lines, # no comment",
            f"{indent}  of text {index}",
        ]
    if draw(st.booleans()):
        lines.append(f"{indent}# inside {index}")
    return "\n".join(lines) + "\n"


def comments(text: str) -> list[str]:
    """The comments of a random plan, sorted."""
    found = []
    for line in text.split("\n"):
        if "no comment" in line or "name:" in line:
            continue
        at = line.find("#")
        if at == 0 or (at > 0 and line[at - 1] == " "):
            found.append(line[at:])
    return sorted(found)
