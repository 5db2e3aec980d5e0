"""Models behind the OpenAI chat-completions protocol: any server that speaks it, with nothing but the standard library.

Sends one request for each answer and reads it as it streams in. Follows no redirect (a key goes where the user said and
nowhere else) and takes whatever comes back for hostile.
"""

from __future__ import annotations

import codecs
import email.utils
import http.client
import json
import os
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from threading import Event
from typing import Any, Final, cast
from urllib.parse import urlsplit

from orchestrate_ls import __version__
from orchestrate_ls.planner.models.asking import LONGEST_ANSWER
from orchestrate_ls.planner.models.completer import ModelError, ModelLimits, Prompt
from orchestrate_ls.text.display import shown
from orchestrate_ls.workspace.own_models import Endpoint, is_here

_PIECE: Final = 65_536
_LONGEST_LINE: Final = 2_000_000
_LONGEST_ERROR: Final = 20_000
_MAY_PASS: Final = frozenset((408, 409, 429, 500, 502, 503, 504, 529))
_LINE_END: Final = re.compile(r"\r\n|\n|\r")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any) -> None:
        return None


class EndpointCompleter:
    """A model of such a server. The key is read from its variable when it is needed, and shown nowhere."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint: Final = endpoint
        self._url = f"{endpoint.url}/chat/completions"

    @property
    def recipient(self) -> str:
        """The model and the address."""
        return f"{shown(self.endpoint.model, 100)} at {self._url}"

    def body(self, prompt: Prompt, limits: ModelLimits) -> dict[str, Any]:
        """The JSON that is sent."""
        sent: dict[str, Any] = {
            "model": self.endpoint.model,
            "messages": prompt.messages,
            "stream": True,
        }
        if limits.answer_tokens is not None:
            sent["max_tokens"] = limits.answer_tokens
        if self.endpoint.takes_schema:
            sent["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "plan", "schema": prompt.answer_schema},
            }
        return sent

    def complete(self, prompt: Prompt, limits: ModelLimits, stop: Event) -> Iterator[str]:
        """See ``Completer``."""
        key = self._key()
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream, application/json",
            "User-Agent": f"orchestrate-ls/{__version__}",
        }
        if key:
            headers["Authorization"] = f"Bearer {key}"
        # Half a surrogate pair cannot be sent, but its escape can.
        data = json.dumps(self.body(prompt, limits)).encode("ascii")
        request = urllib.request.Request(self._url, data, headers, method="POST")  # noqa: S310 - http(s) was checked
        try:
            with self._opener().open(request, timeout=limits.seconds) as response:
                yield from self._answer(response, stop, key)
        except urllib.error.HTTPError as error:
            raise self._refused(error, key) from None
        except urllib.error.URLError as error:
            raise self._unreachable(error.reason) from None
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable(error) from None

    def _key(self) -> str | None:
        variable = self.endpoint.key_variable
        if variable is None:
            return None
        key = os.environ.get(variable, "").strip()
        if not key:
            raise ModelError(
                f"the environment variable {variable}, which should hold the key, is not set",
                f"set {variable} to your key for {urlsplit(self._url).netloc}",
            )
        if not key.isascii() or not key.isprintable():
            raise ModelError(
                f"the environment variable {variable} holds what is no key",
                "set it to the key alone, without quotes or line breaks",
            )
        return key

    def _opener(self) -> urllib.request.OpenerDirector:
        handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
        if is_here(urlsplit(self._url).hostname or ""):
            # A proxy knows another machine by the name of this one.
            handlers.append(urllib.request.ProxyHandler({}))
        return urllib.request.build_opener(*handlers)

    # What comes back

    def _answer(self, response: Any, stop: Event, key: str | None) -> Iterator[str]:
        if str(response.headers.get_content_type()) == "application/json":
            yield self._whole(response.read(_LONGEST_LINE + 1), key)
            return
        for data in _events(response, stop):
            if data == "[DONE]":
                return
            yield self._text_of(data, key, "delta")

    def _whole(self, body: bytes, key: str | None) -> str:
        if len(body) > _LONGEST_LINE:
            raise ModelError(
                f"{self.recipient} sent more than {LONGEST_ANSWER:,} characters",
                "name another model, or plan without one",
            )
        return self._text_of(body.decode("utf-8", "replace"), key, "message")

    def _text_of(self, data: str, key: str | None, part: str) -> str:
        try:
            value: object = json.loads(data)
        except (ValueError, RecursionError):
            raise ModelError(
                f"{self.recipient} sent what is no answer of the chat-completions protocol:"
                f" {shown(_without(data, key))!r}",
                "check the address; it usually ends in /v1",
            ) from None
        if not isinstance(value, dict):
            return ""
        given = cast("dict[str, Any]", value)
        if given.get("error"):
            raise ModelError(
                f"{self.recipient} broke off: {_without(_message_of(given) or 'no reason given', key)}",
                "try again later, name another model, or plan without one",
            )
        choices = given.get("choices")
        first: object = cast("list[object]", choices)[0] if isinstance(choices, list) and choices else None
        if not isinstance(first, dict):
            return ""
        said: object = cast("dict[str, Any]", first).get(part)
        text: object = cast("dict[str, Any]", said).get("content") if isinstance(said, dict) else None
        return text if isinstance(text, str) else ""

    # What goes wrong

    def _refused(self, error: urllib.error.HTTPError, key: str | None) -> ModelError:
        code = error.code
        try:
            body = error.read(_LONGEST_ERROR).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            body = ""
        said = _without(_error_text(body), key)
        told = f" ({said})" if said else ""
        variable = self.endpoint.key_variable
        server = urlsplit(self._url).netloc
        if code in (401, 403):
            hint = (
                f"check the key in {variable}" if variable else "name the variable of its key with --key-env"
            )
            return ModelError(f"{server} refused the request: {code}{told}", hint)
        if code == 404:
            return ModelError(
                f"{server} knows no such address or model: {code}{told}",
                f"check the address {self._url} and the name {shown(self.endpoint.model, 100)!r}",
            )
        if 300 <= code < 400:
            target = shown(str(error.headers.get("Location", "")), 200)
            return ModelError(
                f"{server} sends requests on to {target!r}, which are not followed",
                "name the new address, if you trust it",
            )
        if code == 429:
            hint = "wait a while, check your limits there, or plan without a model"
        else:
            hint = "try again later, name another model, or plan without one"
        wait = _seconds(error.headers.get("Retry-After"))
        return ModelError(
            f"{server} answered with an error: {code}{told}",
            hint,
            transient=code in _MAY_PASS,
            retry_after=wait,
        )

    def _unreachable(self, reason: object) -> ModelError:
        server = urlsplit(self._url).netloc
        if isinstance(reason, ConnectionRefusedError):
            return ModelError(f"nothing answers at {server}", "start the server, or check the address")
        if isinstance(reason, socket.gaierror):
            return ModelError(f"there is no server {server}", "check the address and the network")
        if isinstance(reason, ssl.SSLError):
            return ModelError(
                f"{server} cannot be trusted: {shown(str(reason), 200)}",
                "check the address and its certificate",
            )
        if isinstance(reason, TimeoutError):
            return ModelError(
                f"{server} did not answer in time", "raise `time-out` below `[models]`, or try later"
            )
        return ModelError(
            f"the connection to {server} failed: {type(reason).__name__}: {shown(str(reason), 200)}",
            "try again later, or plan without a model",
            transient=isinstance(reason, (ConnectionError, http.client.RemoteDisconnected)),
        )


def _events(response: Any, stop: Event) -> Iterator[str]:
    """The data of each server-sent event. A stream that ends in the middle of one gives what there was of it.

    The format is that of the HTML standard, section "Server-sent events".
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    data: list[str] = []
    while not stop.is_set():
        try:
            piece: bytes = response.read1(_PIECE)
        except http.client.IncompleteRead as error:
            piece = b""
            rest += decoder.decode(error.partial)
        rest += decoder.decode(piece, final=not piece)
        # A carriage return at the end may be half of a line break.
        held = "\r" if piece and rest.endswith("\r") else ""
        *lines, rest = _LINE_END.split(rest.removesuffix("\r") if held else rest)
        rest += held
        if not piece:
            lines += [rest, ""]
        if len(rest) > _LONGEST_LINE or sum(map(len, data)) > _LONGEST_LINE:
            raise ModelError(
                "the model's server sent a line without an end", "check the address of the server"
            )
        for line in lines:
            if not line:
                if data:
                    yield "\n".join(data)
                data = []
            elif line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
        if not piece:
            return


def _error_text(body: str) -> str:
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return "" if body.lstrip().startswith("<") else shown(" ".join(body.split()), 200)
    return _message_of(cast("Mapping[str, Any]", value)) if isinstance(value, dict) else ""


def _message_of(value: Mapping[str, Any]) -> str:
    error: object = value.get("error", value)
    if isinstance(error, dict):
        error = cast("dict[str, Any]", error).get("message", "")
    return shown(" ".join(error.split()), 300) if isinstance(error, str) else ""


def _without(text: str, key: str | None) -> str:
    """A text from outside without the key, should it repeat that."""
    return text.replace(key, "***") if key else text


def _seconds(retry_after: str | None) -> float | None:
    """How long to wait, from seconds or a date (RFC 9110, section 10.2.3)."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,3})?", text):
        return float(text)
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    try:
        return max(0.0, when.timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
