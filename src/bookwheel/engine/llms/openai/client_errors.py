"""Makes Bookwheel's errors also errors of the `openai` package, for programs that catch those.

The class is changed only for a raised error, and only if `openai` is imported.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any, TypeVar

from bookwheel.errors import (
    ContextTooLongError,
    ModelAuthError,
    ModelError,
    ModelNotFoundError,
    ModelRateLimitError,
    ModelUnreachableError,
)

ErrorT = TypeVar("ErrorT", bound=ModelError)

_BY_STATUS = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
}
_BY_KIND: dict[type[ModelError], str] = {
    ModelAuthError: "AuthenticationError",
    ModelRateLimitError: "RateLimitError",
    ModelNotFoundError: "NotFoundError",
    ContextTooLongError: "BadRequestError",
    ModelUnreachableError: "APIConnectionError",
}


def as_client_error(error: ErrorT, status: int | None = None, *, timed_out: bool = False) -> ErrorT:
    """The same error, which is now also an error of `openai`; `status` is the HTTP status, if there was an answer.

    It has `status_code`, `code`, `body` and `request_id`, but no `response`, which contains the key.
    """
    client = sys.modules.get("openai")
    if client is None:
        return error
    name = "APITimeoutError" if timed_out else _name_of(error, status)
    kind = getattr(client, name, None)
    if isinstance(kind, type) and not isinstance(error, kind):
        error.__class__ = _both(type(error), kind)
        fields: dict[str, Any] = {"body": None, "code": None, "param": None, "type": None, "request_id": None}
        vars(error).update(fields)
        if status is not None:
            vars(error)["status_code"] = status
    return error


def _name_of(error: ModelError, status: int | None) -> str:
    if status is not None and status >= 500:
        return "InternalServerError"
    named = _BY_STATUS.get(status or 0) or next(
        (name for kind, name in _BY_KIND.items() if isinstance(error, kind)), ""
    )
    return named or ("APIError" if status is None else "APIStatusError")


@cache
def _both(ours: type[ModelError], theirs: type[Any]) -> type[Any]:
    return type(ours.__name__, (ours, theirs), {"__module__": ours.__module__, "__doc__": ours.__doc__})
