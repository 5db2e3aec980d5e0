"""The layers of `docs/architecture.md` are those that are kept to."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def test_the_table_has_the_layers_in_their_order():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = [each["layers"] for each in contracts if each["id"] == "layers"]
    table = re.findall(r"^\| `(\w+)` \| (.+?) \| (.*?)\|$", PAGE, re.MULTILINE)
    assert [name for name, _, _ in table] == [each.strip("()") for each in reversed(layers)]
    assert all(said.strip() for _, said, _ in table)
    packages = {
        each.name for each in (ROOT / "server/orchestrate_ls").iterdir() if (each / "__init__.py").is_file()
    }
    assert packages == {name for name, _, _ in table}


def test_the_files_and_folders_that_it_names_are_there():
    named = re.findall(r"`([\w./-]+/[\w./-]*)`", PAGE)
    assert len(named) > 8
    for name in named:
        places = (ROOT / name, ROOT / "server/orchestrate_ls" / name)
        assert any(each.exists() for each in places), name
