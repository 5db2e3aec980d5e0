"""Errors that a handler raises to be answered as they are, with a message for the person at the editor."""

from __future__ import annotations

from typing import Final

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
SERVER_NOT_INITIALIZED: Final = -32002
REQUEST_FAILED: Final = -32803
CONTENT_MODIFIED: Final = -32801
REQUEST_CANCELLED: Final = -32800


class AnsweredError(Exception):
    """A request that is answered with an error. ``code`` is one of the protocol's."""

    code: int = REQUEST_FAILED

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message if hint is None else f"{message}; {hint}")


class RequestFailedError(AnsweredError):
    """The request was well formed and could not be fulfilled. The message says what to do about it."""


class InvalidParamsError(AnsweredError):
    """The parameters are not of the form that the method takes."""

    code = INVALID_PARAMS


class ContentModifiedError(AnsweredError):
    """The document is another by now than the one the request is about."""

    code = CONTENT_MODIFIED
