"""The protocol's rules for messages: what is answered when, and what with. Knows no feature and no transport.

pygls finds and runs the handlers. Everything around that is done here, as it has to hold for hostile and broken
clients too: every request gets exactly one answer, and no message, whatever is in it, ends the server.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from enum import Enum
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

from cattrs import transform_error
from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

from orchestrate_ls.lsp import errors
from orchestrate_ls.lsp.abilities import ClientAbilities
from orchestrate_ls.lsp.connection import Connection
from orchestrate_ls.lsp.errors import AnsweredError, InvalidParamsError
from orchestrate_ls.lsp.written_json import WrittenJson

if TYPE_CHECKING:
    from cattrs import Converter

    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]
Form = TypeVar("Form")
BareHandler = Callable[[object], None]
"""Takes a notification's parameters as the bare JSON they are, and raises ``InvalidParamsError``."""

_logger = logging.getLogger(__name__)
_MOST_FAULTS: Final = 3
_KEPT: Final = frozenset({types.INITIALIZE, types.SHUTDOWN, types.EXIT, types.SET_TRACE})
"""What pygls' own handlers, or ours in their place, are used for."""


_FORMS: Final = cast("dict[str, tuple[Any, Any]]", types.METHOD_TO_TYPES)  # pyright: ignore[reportUnknownMemberType]
"""For each method the classes of its message and of the answer; None for that of a notification."""


class _Handlers(NamedTuple):
    """What pygls has registered, with types."""

    builtin: dict[str, Callable[..., Any]]
    own: dict[str, Callable[..., Any]]
    options: dict[str, Any]

    def of(self, method: str) -> Callable[..., Any] | None:
        return self.builtin.get(method) or self.own.get(method)

    @property
    def methods(self) -> set[str]:
        return {*self.builtin, *self.own}


class Phase(Enum):
    """Where in its life the server is."""

    NEW = "not initialized"
    RUNNING = "running"
    SHUT_DOWN = "shut down"


class PlanProtocol(LanguageServerProtocol):
    """Turns message bodies into calls of handlers, and results into answers."""

    _server: PlanServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, server: PlanServer, converter: Converter) -> None:
        self.phase = Phase.NEW
        self.connection: Connection | None = None
        self._bare: dict[str, BareHandler] = {}
        self._cancelled_early: set[int | str] = set()
        self._notifications = count()
        converter.register_structure_hook(str, _string)
        converter.register_structure_hook(int, _integer)
        super().__init__(server, converter)

    def _register_builtin_features(self) -> None:
        super()._register_builtin_features()
        features = self._handlers.builtin
        for method in set(features) - _KEPT:
            # Documents and folders are kept in one place, and that is not pygls' workspace.
            del features[method]

    def handle_bare(self, method: str, handler: BareHandler) -> None:
        """Register a handler of a notification that comes often: its parameters stay the JSON they are."""
        self._bare[method] = handler
        self._handlers.builtin[method] = handler

    @property
    def _handlers(self) -> _Handlers:
        manager: Any = self.fm
        return _Handlers(manager.builtin_features, manager.features, manager.feature_options)

    # What comes in

    def receive(self, bodies: list[bytes]) -> None:
        """Handle some messages in order. A request that a later one of them cancels is not begun."""
        messages = [message for body in bodies if (message := self._read(body)) is not None]
        if len(messages) > 1:
            self._cancelled_early = {
                msg_id
                for message in messages
                if message.get("method") == types.CANCEL_REQUEST
                and (msg_id := _cancelled_id(message)) is not None
            }
        for message in messages:
            try:
                self.handle(message)
            except ConnectionError:
                raise
            except Exception:
                _logger.exception("a message could not be handled")
        self._cancelled_early.clear()

    def disconnected(self) -> None:
        """Nothing more will come in."""
        self._server.stop(0 if self.phase is Phase.SHUT_DOWN else 1)

    def _read(self, body: bytes) -> Json | None:
        try:
            message: object = json.loads(body)
        except (ValueError, RecursionError) as error:
            self.refuse(None, errors.PARSE_ERROR, f"this is not JSON: {error}")
            return None
        if not isinstance(message, dict):
            self.refuse(None, errors.INVALID_REQUEST, "a message is a JSON object; there are no batches here")
            return None
        return cast("Json", message)

    def handle(self, message: Json) -> None:
        """Handle one message."""
        method = message.get("method")
        if method is None and "id" in message and ("result" in message or "error" in message):
            self._take_answer(message)
        elif not isinstance(method, str) or message.get("jsonrpc") != self.VERSION:
            self.refuse(
                _id_of(message),
                errors.INVALID_REQUEST,
                "this is neither a request nor a notification nor an answer",
            )
        elif "id" in message:
            msg_id = _id_of(message)
            if msg_id is None:
                self.refuse(None, errors.INVALID_REQUEST, "the id of a request is a number or a string")
            else:
                self._request(msg_id, method, message)
        else:
            self._notification(method, message)

    def _request(self, msg_id: int | str, method: str, message: Json) -> None:
        if self.phase is Phase.SHUT_DOWN:
            self.refuse(msg_id, errors.INVALID_REQUEST, "the server has been shut down")
            return
        if (self.phase is Phase.NEW) != (method == types.INITIALIZE):
            if self.phase is Phase.NEW:
                self.refuse(msg_id, errors.SERVER_NOT_INITIALIZED, "the first request has to be `initialize`")
            else:
                self.refuse(msg_id, errors.INVALID_REQUEST, "the server is initialized already")
            return
        handler = self._handlers.of(method)
        if handler is None or _FORMS.get(method, (None, None))[1] is None:
            self.refuse(msg_id, errors.METHOD_NOT_FOUND, f"there is no method `{method}` here")
            return
        if msg_id in self._cancelled_early:
            self.refuse(msg_id, errors.REQUEST_CANCELLED, "cancelled")
            return
        if self._server.held.take(message):
            return
        try:
            params = self._params_of(method, message)
        except InvalidParamsError as error:
            self.refuse(msg_id, error.code, str(error))
            return
        self._execute_handler(
            msg_id, handler, partial(self._answer, msg_id=msg_id, method=method), args=(params,)
        )

    def _notification(self, method: str, message: Json) -> None:
        if method == types.EXIT:
            self._server.stop(0 if self.phase is Phase.SHUT_DOWN else 1)
            return
        if self.phase is not Phase.RUNNING:
            return
        if method == types.CANCEL_REQUEST:
            msg_id = _cancelled_id(message)
            # Of a request that has been answered meanwhile, there is nothing left to cancel.
            if msg_id is None or self._server.held.cancel(msg_id):
                return
            if (future := self._request_futures.get(msg_id)) is not None:
                future.cancel()
            return
        if self._server.held.take(message):
            return
        try:
            if (bare := self._bare.get(method)) is not None:
                bare(message.get("params"))
                return
            handler = self._handlers.of(method)
            if handler is None:
                if not method.startswith("$/"):
                    _logger.info("the notification %s is not known here", method)
                return
            params = self._params_of(method, message)
        except InvalidParamsError as error:
            _logger.error("%s was ignored: %s", method, error)  # noqa: TRY400
            return
        # Under a name that no client would give a request.
        key = f"notification {next(self._notifications)}"
        self._execute_handler(key, handler, partial(self._noted, key=key, method=method), args=(params,))

    def _params_of(self, method: str, message: Json) -> object:
        if method == types.INITIALIZE:
            return message.get("params")
        form = _FORMS[method][0]
        try:
            return self._converter.structure(message, form).params
        except Exception as error:  # noqa: BLE001 - cattrs raises whatever the value's class raises
            raise InvalidParamsError(f"{method}: {_faults(error)}") from None

    def _take_answer(self, message: Json) -> None:
        msg_id = _id_of(message)
        future = self._request_futures.pop(msg_id, None) if msg_id is not None else None
        form = self._result_types.pop(msg_id, None) if msg_id is not None else None
        if future is None or future.done():
            return
        error = message.get("error")
        if "error" in message:
            said = cast("Json", error) if isinstance(error, dict) else {}
            code, text = said.get("code"), said.get("message")
            future.set_exception(
                JsonRpcException(str(text or "no reason given"), code if isinstance(code, int) else None)
            )
            return
        try:
            result = self._converter.structure(message, form).result if form else message.get("result")
        except Exception as fault:  # noqa: BLE001 - see above
            future.set_exception(JsonRpcException(_faults(fault), errors.INVALID_PARAMS))
            return
        future.set_result(result)

    # What goes out

    def _answer(self, future: Future[Any], *, msg_id: int | str, method: str) -> None:
        """Answer a request with what became of its handler."""
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self.refuse(msg_id, errors.REQUEST_CANCELLED, "cancelled")
            return
        error = future.exception()
        try:
            if error is None:
                self._send_text(self._written_answer(msg_id, future.result()))
                return
        except Exception as fault:  # noqa: BLE001 - a result that cannot be written is the handler's fault
            error = fault
        if isinstance(error, AnsweredError):
            self.refuse(msg_id, error.code, str(error))
            return
        _logger.error("%s failed", method, exc_info=error)
        self.refuse(
            msg_id,
            errors.INTERNAL_ERROR,
            f"{method} failed: {type(error).__name__}: {error}. This is a fault of the server; its log says more",
        )

    def _written_answer(self, msg_id: int | str, result: object) -> str:
        if isinstance(result, WrittenJson):
            return f'{{"jsonrpc":"{self.VERSION}","id":{json.dumps(msg_id)},"result":{result.text}}}'
        return self._written({"jsonrpc": self.VERSION, "id": msg_id, "result": result})

    def _noted(self, future: Future[Any], *, key: str, method: str) -> None:
        self._request_futures.pop(key, None)
        if not future.cancelled() and (error := future.exception()) is not None:
            _logger.error("%s failed", method, exc_info=error)

    def refuse(self, msg_id: int | str | None, code: int, message: str) -> None:
        """Answer a request with an error."""
        self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "error": {"code": code, "message": message}})

    def notify_bare(self, method: str, params: Json) -> None:
        """Send a notification whose parameters are JSON already."""
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})

    def structured(self, given: Mapping[str, Any], form: type[Form]) -> Form:
        """JSON that is to be sent as one of the protocol's types."""
        return self._converter.structure(given, form)

    def withdraw(self, msg_id: int | str) -> None:
        """The answer to a request of ours is wanted no more."""
        self._request_futures.pop(msg_id, None)
        self._result_types.pop(msg_id, None)
        self.notify_bare(types.CANCEL_REQUEST, {"id": msg_id})

    def _send_data(self, data: Any) -> None:
        self._send_text(self._written(data))

    def _written(self, data: object) -> str:
        # Escaped to ASCII, so that half a surrogate pair in a text cannot make the message unreadable.
        return json.dumps(data, default=self._serialize_message, separators=(",", ":"))

    def _send_text(self, body: str) -> None:
        if self.connection is None:
            return
        try:
            self.connection.send(body.encode("ascii"))
        except OSError as error:
            _logger.error("the client is gone: %s", error)  # noqa: TRY400
            self.connection = None
            self._server.stop(1)

    # The life of the server

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: object) -> types.InitializeResult:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Answer with what is offered. The parameters are bare JSON, so that no client is too new."""
        given: Mapping[str, Any] = cast("Json", params) if isinstance(params, dict) else {}
        offered = given.get("capabilities")
        abilities = ClientAbilities.of(offered)
        try:
            self.client_capabilities = self._converter.structure(offered or {}, types.ClientCapabilities)
        except Exception as error:  # noqa: BLE001 - see above
            _logger.info("not all of the client's capabilities are known here: %s", _faults(error))
            self.client_capabilities = types.ClientCapabilities()
        self._server.connect(given, abilities)
        self.server_capabilities = ServerCapabilitiesBuilder(
            self.client_capabilities,
            self._handlers.methods,
            self._handlers.options,
            list(self._server.commands),
            types.TextDocumentSyncKind.Incremental,
            None,
            types.PositionEncodingKind(abilities.encoding.value),
        ).build()
        self.phase = Phase.RUNNING
        return types.InitializeResult(self.server_capabilities, self.server_info)

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *_args: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Stop what is under way; only `exit` follows."""
        self.phase = Phase.SHUT_DOWN
        for future in list(self._request_futures.values()):
            future.cancel()
        self._server.held.stop()
        self._server.shut_down()


def _id_of(message: Json) -> int | str | None:
    msg_id = message.get("id")
    return msg_id if isinstance(msg_id, (int, str)) and not isinstance(msg_id, bool) else None


def _string(value: object, kind: type[str]) -> str:
    # As it comes, cattrs turns anything into a string, and a URI that is a number into one that nothing is found by.
    if kind is not str:  # one of the protocol's enumerations
        return kind(value)
    if not isinstance(value, str):
        raise TypeError("this has to be a string")
    return value


def _integer(value: object, kind: type[int]) -> int:
    if kind is not int:  # an enumeration, or true and false
        return kind(cast("int", value))
    whole = isinstance(value, float) and value.is_integer()  # some languages know no other numbers
    if isinstance(value, bool) or not (isinstance(value, int) or whole):
        raise TypeError("this has to be a whole number")
    return int(cast("float", value))


def _cancelled_id(message: Json) -> int | str | None:
    params = message.get("params")
    return _id_of(cast("Json", params)) if isinstance(params, dict) else None


def _faults(error: Exception) -> str:
    """What is wrong with a value, with the places."""
    try:
        found = [str(each).replace(" @ $.", ": ") for each in transform_error(error)]
    except Exception:  # noqa: BLE001 - it knows only what cattrs raises itself
        found = [str(error)]
    return "; ".join(found[:_MOST_FAULTS]) or type(error).__name__
