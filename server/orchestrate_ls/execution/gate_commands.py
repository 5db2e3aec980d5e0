"""Which command belongs to each check: those of the user's own `run.toml` before those of the folder's settings."""

from __future__ import annotations

from collections.abc import Mapping

from orchestrate_ls.workspace.gate_settings import GateCommand
from orchestrate_ls.workspace.settings_files import LoadedSettings


def gate_commands(own: LoadedSettings, folder: LoadedSettings) -> Mapping[str, GateCommand]:
    """By the name of the check."""
    return {each.name: each for loaded in (folder, own) for each in loaded.settings.gates}
