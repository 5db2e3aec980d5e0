"""`docs/lsp.md` says which LSP methods the server answers; it is made from what is registered, and checked here.

To renew the page: `WRITE_DOCS=1 python -m pytest tests/lsp/test_method_matrix.py`.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from lsprotocol import types

from orchestrate_ls.lsp.server import PlanServer

PAGE = Path(__file__).resolve().parents[2] / "docs/lsp.md"

# Answered, but not by a handler that is registered at the start.
ELSEWHERE = {
    "$/cancelRequest": "by the protocol itself",
    "$/progress": "pieces of the answer to `orchestrate/complete`, see below; all else is left alone",
    "textDocument/diagnostic": "for clients that can pull; the others are sent `textDocument/publishDiagnostics`",
    "workspace/diagnostic": "for clients that can pull: errors and warnings of plans that are not open. Held until "
    "there is something new; streamed for as long as the client likes where it gives a `partialResultToken`",
}

REMARKS = {
    **ELSEWHERE,
    "workspace/didChangeWatchedFiles": "plans, settings, agent definitions and journals. For clients that cannot "
    "register watchers the server looks itself whenever a document is saved: at plans, settings and definitions",
    "workspace/didRenameFiles": "like a change of a watched file, for clients that tell",
    "workspace/didCreateFiles": "like a change of a watched file, for clients that tell",
    "workspace/didDeleteFiles": "like a change of a watched file, for clients that tell",
    "textDocument/rename": "a task's journal is told of its new id when the document is saved with it",
    "workspace/symbol": "tasks and agents of all plans of all folders, at most 500, the best first",
    "workspace/willRenameFiles": "`files:` entries follow files and folders, agents follow definition files that they "
    "are called by",
    "workspaceSymbol/resolve": "the range, where the client can ask for it later",
}

NOT_YET = "planned, not there yet"
NOTHING_TO_SAY = "plans have nothing of the kind"
NOT_NEEDED = "nothing has to be done then"
WHY_NOT = {
    "inlayHint/resolve": "hints are complete when they are given",
    "notebookDocument/didChange": NOTHING_TO_SAY,
    "notebookDocument/didClose": NOTHING_TO_SAY,
    "notebookDocument/didOpen": NOTHING_TO_SAY,
    "notebookDocument/didSave": NOTHING_TO_SAY,
    "textDocument/colorPresentation": NOTHING_TO_SAY,
    "textDocument/documentColor": NOTHING_TO_SAY,
    "textDocument/implementation": NOTHING_TO_SAY,
    "textDocument/inlineCompletion": "completion offers what can be known; nothing is guessed",
    "textDocument/inlineValue": NOTHING_TO_SAY,
    "textDocument/moniker": NOTHING_TO_SAY,
    "textDocument/prepareTypeHierarchy": NOTHING_TO_SAY,
    "textDocument/signatureHelp": NOTHING_TO_SAY,
    "textDocument/typeDefinition": NOTHING_TO_SAY,
    "textDocument/willSave": NOT_NEEDED,
    "textDocument/willSaveWaitUntil": "nothing is changed behind the user's back",
    "typeHierarchy/subtypes": NOTHING_TO_SAY,
    "typeHierarchy/supertypes": NOTHING_TO_SAY,
    "workspace/textDocumentContent": NOTHING_TO_SAY,
    "workspace/willCreateFiles": NOT_NEEDED,
    "workspace/willDeleteFiles": NOT_NEEDED,
}


OF_ITS_OWN = """\
## Requests of the server's own

### `orchestrate/complete` (from the server to the client)

Asks the client's own language model, such as that of the editor's chat. It is sent only while the client waits for
the command `orchestrate.plan` with `{goal, folder?, model: "client", attached?, request?}`, or `orchestrate.replan`
with `{uri, instruction?, from?, missing?, plan?, model: "client", request?}`, never by itself. A client without such a
model answers with the error `MethodNotFound` (-32601). `attached` is a list of `{name, text}`: files and
selections that the user has put beside the goal. They are shown to the model as material (60,000 characters of them at
most); whatever they say, only a plan is read from the answer.

Parameters:

| name | type | meaning |
|---|---|---|
| `token` | string | names this request in `$/progress`; the same as the request's id |
| `messages` | `{role, content}[]` | what to send to the model, `role` being `system` or `user` |
| `request` | string, optional | what the client calls its own request, and with that the model it means |
| `maxTokens` | number, optional | how long the answer may be, where the setting `models.answer-tokens` says so |

The result is `{text: string}`, the whole answer; or the client streams the answer by `$/progress` with
`{token, value: {text: string}}`, a piece each, and then responds with `null`. Where pieces came, the result is not
looked at. An error's message is shown to the user. The answer is text and nothing else: the server executes no part
of it.

The server ends its waiting with `$/cancelRequest` when the user cancels the command, after `models.time-out` (five
minutes unless set otherwise), and when the answer has more than 500,000 characters. Findings about a plan go back in a
further request, at most `models.repair-rounds` times.

The command's result is `{uri, summary, notes}`. `notes` are sentences for the user: what the model got wrong, what was
mended without it, or why the plan was made without the model, which is what happens when it gives no usable answer.
What `orchestrate.replan` answers is `{summary, changes, notUnderstood, notes, newFiles}`. Each edit that a model
proposes has a change annotation with `needsConfirmation`, so that clients which know those show the difference first.

### Progress of a plan

Two commands of `workspace/executeCommand`. Times of day are those of the server's clock.

- `orchestrate.status` with `{uri, plan?}` gives what `orchestrate status --format json` prints, with `headline`
  (phrases for people), `next` (the tasks that can start, the most pressing first), `run` (`running` or `paused`, null
  where nothing runs) and for each task what it `says` in words and whether it `waits_for_approval` by a person.
- `orchestrate.task` with `{uri, task, action, plan?, agent?, note?, percent?, force?}` records something, and gives
  `{messages}`: what was recorded, and what follows.

The actions are `start`, `progress`, `done`, `fail`, `block`, `unblock`, `reassign`, `skip` and `reopen`, as those of
`orchestrate task`. What makes no sense is refused with the reason. The journal belongs to the plan on the disk: a
document with changes that are not saved is refused. The first report writes `plan_id` into the plan's file.

### `orchestrate/progressChanged` (from the server to the client)

A notification, sent when a plan that is open stands otherwise than the client was told before: its journal has grown,
or time has passed. Clients that draw nothing need not know it. The server looks at the journals of open plans once a
second, and at once where the client says that `**/.orchestrate/*.events.jsonl` has changed. Findings, lenses, hints and
hovers change with it (they are asked for again where the client can refresh them), and `orchestrate.picture` has the
same data as `progress` of the plan and of each task.

Parameters are `{uri, plans}`, with an entry for each plan of the file that has a journal: `plan` (from 1), `planId`,
`byTask` and `byEffort` (0 to 1), `running` (how many tasks are), `run` (`running`, `paused` or null), `finished`,
`expectedFinish` (UTC, or null), `alerts` (how many), and `tasks`: `task`, `state` (as in `orchestrate status`),
`percent`, `agent`, `attempt`, `actual` (in seconds), `blockedSince`, `label` (how it stands in words; empty before it
is begun) and `waitsForApproval`.
"""


def registered() -> set[str]:
    async def ask() -> set[str]:
        manager = PlanServer().protocol.fm
        return set(manager.features) | set(manager.builtin_features)

    return asyncio.run(ask())


def of_clients() -> list[str]:
    """All methods of the protocol that a client may call."""
    return sorted(
        method for method in types.METHOD_TO_TYPES if types.message_direction(method) != "serverToClient"
    )


def page() -> str:
    offered = registered()
    yes = [method for method in of_clients() if method in offered or method in ELSEWHERE]
    no = [method for method in of_clients() if method not in yes]
    lines = [
        "# The language server, method by method",
        "",
        f"Of the {len(yes) + len(no)} methods of the protocol that a client may call, the server answers {len(yes)}.",
        "This page is made from what is registered, and a test compares the two.",
        "",
        "## Answered",
        "",
        "| method | remark |",
        "|---|---|",
        *[f"| `{method}` | {REMARKS.get(method, '')} |" for method in yes],
        "",
        "## Not answered, and why",
        "",
        "A request for one of these gets the error `MethodNotFound`; none of them is among the server's capabilities.",
        "",
        "| method | reason |",
        "|---|---|",
        *[f"| `{method}` | {WHY_NOT.get(method, '?')} |" for method in no],
        "",
        OF_ITS_OWN.rstrip("\n"),
        "",
    ]
    return "\n".join(lines)


def test_the_page_says_what_is_registered():
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(page(), encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_method_that_is_missing_has_a_reason_and_none_else():
    missing = set(of_clients()) - registered() - set(ELSEWHERE)
    assert set(WHY_NOT) == missing
