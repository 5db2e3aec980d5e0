"""Which model a name stands for. Only the command line names models; a folder's files have no say in it."""

from __future__ import annotations

from orchestrate_ls.planner.models.completer import Completer, ModelError
from orchestrate_ls.planner.models.endpoint import EndpointCompleter
from orchestrate_ls.workspace.own_models import OwnModels, WrongEndpointError, checked_endpoint

__all__ = ["named_model"]


def named_model(
    name: str, own: OwnModels, address: str | None = None, key_variable: str | None = None
) -> Completer:
    """The model of a name.

    With an ``address`` it is that server's; else one of the user's own endpoints; else one of the llm library.
    Raises ``ModelError``. Sends nothing.
    """
    if not name.strip():
        raise ModelError("the model has no name", "name one with --model; `--model ?` lists them")
    if address is not None:
        try:
            return EndpointCompleter(checked_endpoint(address, name, key_variable))
        except WrongEndpointError as error:
            raise ModelError(str(error), "an address looks like http://127.0.0.1:8080/v1") from None
    if key_variable is not None:
        raise ModelError("--key-env belongs to --endpoint", "llm keeps its own keys: `llm keys set NAME`")
    endpoint = own.endpoints.get(name)
    if endpoint is not None:
        return EndpointCompleter(endpoint)
    from orchestrate_ls.planner.models.llm_library import LlmCompleter

    return LlmCompleter(name)
