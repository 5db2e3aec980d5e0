"""Findings as the JSON that the protocol asks for, with what the client can take.

Built as bare JSON: going through the protocol library's classes takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from orchestrate_ls.ide.diagnostics import select
from orchestrate_ls.lsp.abilities import ClientAbilities
from orchestrate_ls.lsp.wire_ranges import to_range
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import Diagnostic
from orchestrate_ls.text.positions import Encoding

if TYPE_CHECKING:
    from orchestrate_ls.lsp.session import Checked
    from orchestrate_ls.text.chunks import ChunkedText
    from orchestrate_ls.workspace.checking import CheckedDefinition
    from orchestrate_ls.workspace.settings_files import LoadedSettings

Json = dict[str, Any]

SOURCE: Final = "orchestrate"
_SEVERITY: Final = {
    Severity.ERROR: 1,
    Severity.WARNING: 2,
    Severity.INFORMATION: 3,
    Severity.HINT: 4,
}
_UNNECESSARY: Final = 1


def to_diagnostics(checked: Checked, abilities: ClientAbilities) -> list[Json]:
    """What is wrong with a document, the most important if it is too much."""
    snapshot = checked.snapshot
    if snapshot.is_too_large:
        return [at_start(Severity.ERROR, _too_large(len(snapshot.text), snapshot.kind.most_characters))]
    if checked.check is None:
        return []
    return to_file_diagnostics(snapshot.uri, snapshot.text, checked.check.diagnostics, abilities)


def to_file_diagnostics(
    uri: str, text: ChunkedText[Any], diagnostics: Sequence[Diagnostic], abilities: ClientAbilities
) -> list[Json]:
    """The findings of a file, the most important if they are too many."""
    chosen = select(diagnostics)
    found = [_to_diagnostic(uri, text, each, abilities) for each in chosen.shown]
    if chosen.rest is not None:
        found.append(at_start(chosen.rest.severity, chosen.rest.message))
    return found


def to_diagnostic(checked: Checked, diagnostic: Diagnostic, abilities: ClientAbilities) -> Json:
    """One finding."""
    return _to_diagnostic(checked.snapshot.uri, checked.snapshot.text, diagnostic, abilities)


def _to_diagnostic(
    uri: str, text: ChunkedText[Any], diagnostic: Diagnostic, abilities: ClientAbilities
) -> Json:
    encoding = abilities.encoding
    wire: Json = {
        "range": to_range(text, diagnostic.start, diagnostic.end, encoding),
        "severity": _SEVERITY[diagnostic.severity],
        "code": diagnostic.code,
        "source": SOURCE,
        "message": diagnostic.message,
    }
    if diagnostic.unnecessary and abilities.unnecessary_tag:
        wire["tags"] = [_UNNECESSARY]
    if diagnostic.related and abilities.related_information:
        wire["relatedInformation"] = [
            {
                "location": {
                    "uri": uri,
                    "range": to_range(text, place.start, place.end, encoding),
                },
                "message": place.message,
            }
            for place in diagnostic.related
        ]
    if abilities.diagnostic_data:
        wire["data"] = {"fixable": diagnostic.fixable, **diagnostic.data}
    return wire


def to_settings_diagnostics(loaded: LoadedSettings, encoding: Encoding) -> list[Json]:
    """What is wrong in a settings file."""
    from orchestrate_ls.text.positions import line_starts, to_units

    starts = [*line_starts(loaded.text), len(loaded.text)]
    found: list[Json] = []
    for problem in loaded.problems:
        place = problem.place
        if place is None:
            found.append(at_start(Severity.ERROR, problem.message))
            continue
        line = loaded.text[starts[place.line] : starts[place.line + 1]]
        found.append(
            {
                "range": {
                    "start": {"line": place.line, "character": to_units(line, place.start, encoding)},
                    "end": {"line": place.line, "character": to_units(line, place.end, encoding)},
                },
                "severity": _SEVERITY[Severity.WARNING],
                "source": SOURCE,
                "message": problem.message,
            }
        )
    return found


def to_definition_diagnostics(file: CheckedDefinition, encoding: Encoding) -> list[Json]:
    """What is wrong in an agent definition file, the most important if it is too much."""
    chosen = select(file.diagnostics)
    found: list[Json] = [
        {
            "range": to_range(file.text, each.start, each.end, encoding),
            "severity": _SEVERITY[each.severity],
            "code": each.code,
            "source": SOURCE,
            "message": each.message,
        }
        for each in chosen.shown
    ]
    if chosen.rest is not None:
        found.append(at_start(chosen.rest.severity, chosen.rest.message))
    return found


def at_start(severity: Severity, message: str) -> Json:
    """A finding about a file as a whole."""
    nowhere = {"line": 0, "character": 0}
    return {
        "range": {"start": nowhere, "end": nowhere},
        "severity": _SEVERITY[severity],
        "source": SOURCE,
        "message": message,
    }


def _too_large(size: int, most: int) -> str:
    return (
        f"this plan is not checked: it has {size:,} characters, and at most {most:,} are read. Split it, or raise "
        "`max-file-size` in orchestrate.toml"
    )
