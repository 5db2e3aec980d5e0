"""A question at the terminal: its answer, and a yes that is kept. Knows nothing of what is asked."""

from __future__ import annotations

from orchestrate_ls.cli.failures import print_note


def is_yes() -> bool:
    """Whether the line that is typed next is a yes; the end of the input is none."""
    try:
        answer = input().strip().lower()
    except EOFError:
        answer = ""
    return answer in ("y", "yes")


def remember_yes(digest: str) -> None:
    """Keep that the user has agreed to what has this digest; where that fails, say so, and go on."""
    from orchestrate_ls.workspace.own_run import agree

    try:
        agree(digest)
    except OSError as error:
        print_note(f"the answer could not be kept: {error.strerror or error}")
