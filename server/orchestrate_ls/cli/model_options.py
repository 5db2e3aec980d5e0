"""The options of every command that may ask a language model. Knows nothing of models."""

from __future__ import annotations

from typing import Annotated

import typer

Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint",
        metavar="URL",
        help="A server that speaks the OpenAI protocol, for --model; for example http://127.0.0.1:8080/v1.",
        show_default=False,
    ),
]
KeyEnvironment = Annotated[
    str | None,
    typer.Option(
        "--key-env",
        metavar="VARIABLE",
        help="The environment variable that holds the key for --endpoint.",
        show_default=False,
    ),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Show what would be sent to the model, and to whom; send nothing."),
]
