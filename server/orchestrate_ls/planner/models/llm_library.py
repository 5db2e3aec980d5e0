"""Models of the `llm` library: its plug-ins, keys and aliases are those that people have on their command line already.

The library is an extra (`orchestrate-ls[models]`) and imported when a model was named, never before.
"""

from __future__ import annotations

import difflib
import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Final

from orchestrate_ls.planner.models.completer import ModelError, ModelLimits, Prompt
from orchestrate_ls.text.display import shown

_MOST_NAMED: Final = 8
_TOKEN_OPTIONS: Final = ("max_tokens", "max_output_tokens", "num_predict")
_MISSING: Final = ModelError(
    "models by name need the library `llm`, which is not installed",
    "install it with `pip install 'orchestrate-ls[models]'`, or name the address of a server with --endpoint",
)


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that the library knows: its id, other names, and which plug-in brings it."""

    id: str
    aliases: tuple[str, ...]
    origin: str


def known_models() -> list[KnownModel]:
    """All models that can be named. Raises ``ModelError`` where the library is missing or cannot start."""
    llm = _library()
    try:
        found = [
            KnownModel(str(each.model.model_id), tuple(map(str, each.aliases)), _origin(each.model))
            for each in llm.get_models_with_aliases()
            if each.model is not None
        ]
    except Exception as error:  # noqa: BLE001 - plug-ins raise what they like
        raise _unstartable(error) from None
    return found


class LlmCompleter:
    """A model by its name or alias. Raises ``ModelError`` for one that the library does not know."""

    def __init__(self, name: str) -> None:
        llm = _library()
        try:
            self._model: Any = llm.get_model(name)
        except llm.UnknownModelError:
            raise _unknown(name) from None
        except Exception as error:  # noqa: BLE001 - plug-ins raise what they like
            raise _unstartable(error) from None
        self._needs_key: type[Exception] = llm.NeedsKeyException

    @property
    def recipient(self) -> str:
        """The model, the plug-in and, where it is known, the address."""
        base = getattr(self._model, "api_base", None)
        at = f" at {shown(base, 200)}" if isinstance(base, str) else ""
        return f"{shown(str(self._model.model_id), 100)} by llm ({_origin(self._model)}){at}"

    def complete(self, prompt: Prompt, limits: ModelLimits, stop: Event) -> Iterator[str]:
        """See ``Completer``."""
        model = self._model
        options: dict[str, Any] = {}
        if limits.answer_tokens is not None:
            fields: dict[str, Any] = getattr(getattr(model, "Options", None), "model_fields", {})
            name = next((each for each in _TOKEN_OPTIONS if each in fields), None)
            if name is not None:
                options[name] = limits.answer_tokens
        schema = dict(prompt.answer_schema) if getattr(model, "supports_schema", False) else None
        try:
            response = model.prompt(
                prompt.user,
                system=prompt.system,
                stream=bool(getattr(model, "can_stream", False)),
                schema=schema,
                **options,
            )
            for piece in response:
                if stop.is_set():
                    return
                yield str(piece)
        except self._needs_key:
            name = str(getattr(model, "needs_key", None) or model.model_id)
            raise ModelError(
                f"{self.recipient} needs a key, and llm has none", f"set it with `llm keys set {shown(name)}`"
            ) from None


def _library() -> Any:
    """The library as it is installed; never a file of that name in the folder one happens to be in."""
    if "llm" not in sys.modules:
        try:
            spec = importlib.util.find_spec("llm")
        except (ImportError, ValueError):
            spec = None
        if spec is None or spec.origin is None or _is_in_this_folder(spec.origin):
            raise _MISSING
    try:
        import llm
    except Exception as error:  # noqa: BLE001 - plug-ins raise what they like
        raise _unstartable(error) from None
    return llm


def _is_in_this_folder(origin: str) -> bool:
    """`python -m` puts the current folder before all installed packages, and nothing of a folder may be executed."""
    folder = Path(origin).resolve().parent
    here = Path(os.getcwd()).resolve()  # noqa: PTH109 - as sys.path has it
    return here in (folder, folder.parent)


def _unknown(name: str) -> ModelError:
    known = known_models()
    names = [each for model in known for each in (model.id, *model.aliases)]
    near = difflib.get_close_matches(name[:100], names, 3)
    if near:
        hint = f"did you mean {' or '.join(near)}? "
    elif names:
        listed = ", ".join(model.id for model in known[:_MOST_NAMED])
        hint = f"there are {shown(listed, 300)}{', ...' if len(known) > _MOST_NAMED else ''}; "
    else:
        hint = ""
    return ModelError(
        f"llm knows no model {shown(name)!r}",
        f"{hint}`orchestrate plan --model ?` lists all, `llm install` adds plug-ins for others",
    )


def _unstartable(error: Exception) -> ModelError:
    return ModelError(
        f"the library `llm` cannot be used: {type(error).__name__}: {shown(' '.join(str(error).split()), 200)}",
        "see what `llm models` says",
    )


def _origin(model: Any) -> str:
    return shown(
        str(type(model).__module__).partition(".default_plugins.")[2] or str(type(model).__module__), 60
    )
