"""The set-ups in docs/editors that cannot be tried here say what the server understands."""

from __future__ import annotations

import tomllib
from pathlib import Path

from orchestrate_ls.lsp.arguments import parse_arguments
from tests.lsp.client import PUSHED, Client

EDITORS = Path(__file__).resolve().parents[2] / "docs/editors"


async def test_helix_starts_the_server_and_its_settings_arrive(client: Client):
    # With the example in it switched on.
    text = (
        (EDITORS / "helix.toml")
        .read_text(encoding="utf-8")
        .replace('# critical-path = "off"', 'unknown-key = "off"')
    )
    languages = tomllib.loads(text)
    (language,) = languages["language"]
    server = languages["language-server"][language["language-servers"][0]]
    assert server["command"] == "orchestrate"
    assert server["args"][0] == "lsp"
    parse_arguments(server["args"][1:])
    # Helix gives the whole of `config` as options of initialize and answers for a section with the part below it.
    await client.initialize(PUSHED, initializationOptions=server["config"])
    client.open("tasks: []\nbogus: 1\n")
    assert "unknown-key" not in [each["code"] for each in await client.diagnostics(1)]
