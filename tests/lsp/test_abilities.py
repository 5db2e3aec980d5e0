"""What a client can do is read from whatever it sends."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.lsp.abilities import ClientAbilities
from orchestrate_ls.text.positions import Encoding

NAMES = ["textDocument", "workspace", "window", "general", "publishDiagnostics", "diagnostic", "tagSupport",
         "valueSet", "positionEncodings", "codeAction", "configuration", "showDocument", "support"]  # fmt: skip
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
)


@given(ODD)
def test_nothing_that_a_client_says_of_itself_is_an_error(capabilities: object):
    ClientAbilities.of(capabilities)


def test_a_client_that_says_nothing_can_nothing():
    assert ClientAbilities.of({}) == ClientAbilities()
    assert ClientAbilities.of(None).encoding is Encoding.UTF16


def test_what_is_said_is_read():
    abilities = ClientAbilities.of(
        {
            "general": {"positionEncodings": ["utf-8", "utf-32"]},
            "textDocument": {
                "publishDiagnostics": {
                    "relatedInformation": True,
                    "versionSupport": True,
                    "tagSupport": {"valueSet": [1]},
                },
                "diagnostic": {"dataSupport": True},
                "codeAction": {
                    "codeActionLiteralSupport": {},
                    "isPreferredSupport": True,
                    "disabledSupport": True,
                    "dataSupport": True,
                    "resolveSupport": {"properties": ["edit"]},
                },
                "completion": {
                    "completionItem": {
                        "snippetSupport": True,
                        "documentationFormat": ["plaintext", "markdown"],
                        "insertReplaceSupport": True,
                        "labelDetailsSupport": True,
                        "insertTextModeSupport": {"valueSet": [1, 2]},
                    },
                    "completionList": {"itemDefaults": ["data", "editRange"]},
                },
                "definition": {"linkSupport": True},
                "declaration": {"linkSupport": True},
                "hover": {"contentFormat": ["asciidoc", "markdown"]},
                "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
                "foldingRange": {"rangeLimit": 5000},
            },
            "workspace": {
                "applyEdit": True,
                "configuration": True,
                "diagnostics": {"refreshSupport": True},
                "symbol": {"resolveSupport": {"properties": ["location.range"]}},
                "inlayHint": {"refreshSupport": True},
                "codeLens": {"refreshSupport": True},
                "workspaceEdit": {
                    "documentChanges": True,
                    "resourceOperations": ["create", "rename", "delete"],
                    "changeAnnotationSupport": {"groupsOnLabel": True},
                },
                "didChangeWatchedFiles": {"dynamicRegistration": True},
                "didChangeConfiguration": {"dynamicRegistration": True},
            },
            "window": {"workDoneProgress": True, "showDocument": {"support": True}},
            "experimental": {"commands": {"commands": ["orchestrate.showReferences", None]}},
        }
    )
    said = {name: getattr(abilities, name) for name in ClientAbilities.__dataclass_fields__}
    assert said.pop("encoding") is Encoding.UTF32
    assert [name for name, value in said.items() if not value] == []
