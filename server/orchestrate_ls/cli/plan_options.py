"""What every command about a plan takes: the plan, which one of a file, the settings, the time.

Knows nothing of plans; `plan_files.open_plan` reads what these name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PlanPath = Annotated[str, typer.Argument(metavar="PLAN", help="A plan file.", show_default=False)]
PlanInput = Annotated[
    str, typer.Argument(metavar="PLAN", help="A plan file, or - for standard input.", show_default=False)
]
PlanNumber = Annotated[
    int | None,
    typer.Option("--plan", metavar="N", help="Which plan of a file with several, from 1.", min=1),
]
SettingsPath = Annotated[
    Path | None,
    typer.Option("--config", help="Use this settings file instead of the nearest orchestrate.toml."),
]
AsOf = Annotated[
    str | None,
    typer.Option("--now", metavar="TIME", help="As of this time, as in 2026-11-23T18:00:00Z; else now."),
]
