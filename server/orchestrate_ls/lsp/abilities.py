"""What the client can do, asked once when it connects.

Read from the bare JSON, so that a value which a newer client sends and nobody here knows does no harm. Knows no
handler.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from orchestrate_ls.text.positions import Encoding

_CHEAPEST_FIRST: Final = (Encoding.UTF32, Encoding.UTF16, Encoding.UTF8)
"""A column in code points is a string index here; the other two have to be counted on lines that are not ASCII."""


@dataclass(frozen=True, slots=True)
class ClientAbilities:
    """The capabilities that change what is sent; False or None for a client that says nothing."""

    encoding: Encoding = Encoding.UTF16
    pulls_diagnostics: bool = False
    refreshes_diagnostics: bool = False
    related_information: bool = False
    unnecessary_tag: bool = False
    diagnostic_data: bool = False
    diagnostic_versions: bool = False
    configuration: bool = False
    registers_configuration: bool = False
    registers_watchers: bool = False
    work_done_progress: bool = False
    shows_documents: bool = False
    document_changes: bool = False
    change_annotations: bool = False
    creates_files: bool = False
    renames_files: bool = False
    code_action_literals: bool = False
    preferred_actions: bool = False
    snippets: bool = False
    completion_markdown: bool = False
    completion_defaults: bool = False
    """Whether one range may be given for all items of a completion."""
    insert_replace: bool = False
    label_details: bool = False
    adjusts_indentation: bool = False
    """Whether it can be told to indent the lines of a snippet like the line it is put into."""
    disabled_actions: bool = False
    applies_edits: bool = False
    resolves_actions: bool = False
    refreshes_hints: bool = False
    refreshes_lenses: bool = False
    client_commands: frozenset[str] = frozenset()
    """Commands of the editor itself that lenses and hovers may call, as `experimental.commands` lists them."""
    definition_links: bool = False
    declaration_links: bool = False
    markdown_hover: bool = False
    symbol_trees: bool = False
    resolves_symbols: bool = False
    """Whether a workspace symbol's range may be left for later."""
    most_folds: int | None = None

    @classmethod
    def of(cls, capabilities: object) -> ClientAbilities:
        """From the `capabilities` of `initialize`, whatever they are."""
        document = _At(capabilities, "textDocument")
        workspace = _At(capabilities, "workspace")
        window = _At(capabilities, "window")
        actions = document.below("codeAction")
        published = document.below("publishDiagnostics")
        pulled = document.below("diagnostic")
        pulls = pulled.is_mapping

        def shown(name: str) -> bool:
            # Said of pushed diagnostics long before there were pulled ones; some clients say it there only.
            return published.says(name) or (pulls and pulled.says(name))

        completion = document.below("completion")
        item = completion.below("completionItem")
        edit = workspace.below("workspaceEdit")
        operations = edit.list_of("resourceOperations")
        tags = published.below("tagSupport").list_of("valueSet")
        if pulls:
            tags = [*tags, *pulled.below("tagSupport").list_of("valueSet")]
        return cls(
            encoding=_encoding(_At(capabilities, "general").list_of("positionEncodings")),
            pulls_diagnostics=pulls,
            refreshes_diagnostics=workspace.below("diagnostics").says("refreshSupport"),
            related_information=shown("relatedInformation"),
            unnecessary_tag=1 in tags,
            diagnostic_data=shown("dataSupport"),
            diagnostic_versions=published.says("versionSupport"),
            configuration=workspace.says("configuration"),
            registers_configuration=workspace.below("didChangeConfiguration").says("dynamicRegistration"),
            registers_watchers=workspace.below("didChangeWatchedFiles").says("dynamicRegistration"),
            work_done_progress=window.says("workDoneProgress"),
            shows_documents=window.below("showDocument").says("support"),
            applies_edits=workspace.says("applyEdit"),
            document_changes=edit.says("documentChanges"),
            change_annotations=edit.below("changeAnnotationSupport").is_mapping,
            creates_files="create" in operations,
            renames_files="rename" in operations,
            snippets=item.says("snippetSupport"),
            completion_markdown="markdown" in item.list_of("documentationFormat"),
            completion_defaults="editRange" in completion.below("completionList").list_of("itemDefaults"),
            insert_replace=item.says("insertReplaceSupport"),
            label_details=item.says("labelDetailsSupport"),
            adjusts_indentation=2 in item.below("insertTextModeSupport").list_of("valueSet"),
            code_action_literals=actions.below("codeActionLiteralSupport").is_mapping,
            preferred_actions=actions.says("isPreferredSupport"),
            disabled_actions=actions.says("disabledSupport"),
            resolves_actions=actions.says("dataSupport")
            and "edit" in actions.below("resolveSupport").list_of("properties"),
            refreshes_hints=workspace.below("inlayHint").says("refreshSupport"),
            refreshes_lenses=workspace.below("codeLens").says("refreshSupport"),
            client_commands=texts(_At(capabilities, "experimental").below("commands").list_of("commands")),
            definition_links=document.below("definition").says("linkSupport"),
            declaration_links=document.below("declaration").says("linkSupport"),
            markdown_hover=_prefers_markdown(document.below("hover").list_of("contentFormat")),
            symbol_trees=document.below("documentSymbol").says("hierarchicalDocumentSymbolSupport"),
            resolves_symbols="location.range"
            in workspace.below("symbol").below("resolveSupport").list_of("properties"),
            most_folds=document.below("foldingRange").number("rangeLimit"),
        )


def texts(listed: object) -> frozenset[str]:
    """The texts in a list from a client; nothing where it is no list."""
    given = cast("list[object]", listed) if isinstance(listed, list) else []
    return frozenset(each for each in given if isinstance(each, str))


def _encoding(offered: list[object]) -> Encoding:
    return next((encoding for encoding in _CHEAPEST_FIRST if encoding.value in offered), Encoding.UTF16)


def _prefers_markdown(formats: list[object]) -> bool:
    """The formats come with the client's favourite first; who names none knows plain text only."""
    known = [each for each in formats if each in ("markdown", "plaintext")]
    return bool(known) and known[0] == "markdown"


class _At:
    """A place in JSON that may not be there."""

    def __init__(self, parent: object, name: str) -> None:
        value = cast("Mapping[str, object]", parent).get(name) if isinstance(parent, Mapping) else None
        self._value: Mapping[str, object] | None = (
            cast("Mapping[str, object]", value) if isinstance(value, Mapping) else None
        )

    @property
    def is_mapping(self) -> bool:
        return self._value is not None

    def below(self, name: str) -> _At:
        return _At(self._value, name)

    def says(self, name: str) -> bool:
        return self._value is not None and self._value.get(name) is True

    def number(self, name: str) -> int | None:
        """A whole number, not negative."""
        value = self._value.get(name) if self._value is not None else None
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

    def list_of(self, name: str) -> list[object]:
        value = self._value.get(name) if self._value is not None else None
        return cast("list[object]", value) if isinstance(value, list) else []
