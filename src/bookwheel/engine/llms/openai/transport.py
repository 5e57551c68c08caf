"""The failures of a request, independent of the HTTP library, and when to retry."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias

from bookwheel.engine.llms.openai.error_objects import error_body, error_text
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MAX_RETRY_WAIT_S = 60.0
LONGEST_RETRY_AFTER_S = 86_400.0

_TOO_LONG = lazy_regex(
    r"(?i)context[_ ]length|exceed_context_size|maximum context|context window|context size|prompt is too long"
    r"|too many tokens|input is too long|reduce the length"
)
_LOADING = lazy_regex(r"(?i)\bloading\b|warming up|starting up")
# Gemini names the wait in a detail of its error, a few others in its text.
_WAIT_IN_BODY = lazy_regex(
    r'"retryDelay":\s*"(\d{1,6}(?:\.\d+)?)s"|(?i:try again in) (\d{1,6}(?:\.\d+)?) ?s(?:econds)?\b'
)
# A model of tens of gigabytes is there within a minute or two.
LOADING_RETRIES, LOADING_WAIT_S = 30, 3.0
_QUOTA = lazy_regex(r"(?i)insufficient_quota|exceeded your current quota|billing|no credit|credit balance")
_NO_MODEL = lazy_regex(
    r"(?i)model[_ ]not[_ ]found|model\b.{0,120}\b(not found|does not exist|not exist|unknown|invalid(?!_request)"
    r"|is not a valid|not available|no access)|(unknown|invalid|no such) model|try pulling"
    r"|deployment\b.{0,60}\bdoes not exist"
)


class RefusedError(Exception):
    """The endpoint answered with an error status."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"status {refusal.status}")
        self.refusal = refusal


class ConnectionFailedError(Exception):
    """The connection failed, or broke after it `was_made`. Chained to the cause."""

    def __init__(self, reason: str, *, was_made: bool) -> None:
        super().__init__(reason)
        self.was_made = was_made


class SilenceError(Exception):
    """The endpoint sent nothing within the time limit."""


class OversizedError(Exception):
    """The answer is larger than its limit."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP answer that is not a success: its status, body and headers (names in lower case).

    `is_whole` is False when the body was longer than the part that was read.
    """

    status: int
    body: str
    headers: Mapping[str, str]
    is_whole: bool = True

    @property
    def detail(self) -> str:
        """The endpoint's own error text."""
        return error_text(error_body(self.body) or {}) or ("" if self.is_html else self.body)

    @property
    def is_html(self) -> bool:
        return self.body.lstrip()[:1] == "<"

    @property
    def is_too_long(self) -> bool:
        return self.status == 413 or (self.status in (400, 422) and _TOO_LONG.search(self.body) is not None)

    @property
    def is_unknown_model(self) -> bool:
        return self.status in (400, 403, 404, 422) and _NO_MODEL.search(self.detail) is not None

    @property
    def is_out_of_quota(self) -> bool:
        return self.status == 402 or (self.status == 429 and _QUOTA.search(self.body) is not None)

    def names(self, parameter: str) -> bool:
        """Whether the refusal may be about this parameter of the request."""
        return self.status in (400, 422) and parameter in self.body

    @property
    def is_passing(self) -> bool:
        """Whether the same request may succeed in a moment."""
        # A failing server sends a short body; a body of megabytes is another problem.
        return (
            self.is_whole
            and self.status in (408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529)
            and not self.is_out_of_quota
        )

    @property
    def retry_after_s(self) -> float | None:
        """The seconds that the endpoint asks to wait; None without a valid value."""
        asked = parse_retry_after(self.headers.get("retry-after", ""), datetime.now(UTC))
        # OpenAI and Azure name a short wait in this header as well; the other is then rounded up to a second.
        exact = parse_retry_after(self.headers.get("retry-after-ms", ""), datetime.now(UTC))
        if exact is not None:
            return exact / 1000
        said = _WAIT_IN_BODY.search(self.body) if asked is None and self.status in (429, 503) else None
        return asked if said is None else min(float(said[1] or said[2]), LONGEST_RETRY_AFTER_S)

    @property
    def is_loading(self) -> bool:
        """Whether the server is there and its model is not yet."""
        return self.status == 503 and _LOADING.search(self.detail) is not None


Failure: TypeAlias = RefusedError | ConnectionFailedError | SilenceError | OversizedError
FAILURES = (RefusedError, ConnectionFailedError, SilenceError, OversizedError)


def wait_before_retry(failure: Failure, attempt: int, max_retries: int) -> float | None:
    """Seconds to wait before the next retry, after `attempt` retries; None for no retry."""
    if isinstance(failure, RefusedError) and failure.refusal.is_loading and 0 < max_retries:
        return LOADING_WAIT_S if attempt < LOADING_RETRIES else None
    if attempt >= max_retries:
        return None
    match failure:
        case RefusedError(refusal=refusal) if refusal.is_passing:
            asked = refusal.retry_after_s
            if asked is None:
                return _backoff_s(attempt)
            return asked if asked <= MAX_RETRY_WAIT_S else None
        case ConnectionFailedError(was_made=True):
            # Most often a kept-alive connection that the server has closed.
            return 0.05 if attempt == 0 else _backoff_s(attempt)
        case _:
            return None


def _backoff_s(attempt: int) -> float:
    return min(8.0, 0.5 * 2**attempt) * random.uniform(0.75, 1.25)


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Seconds from now, at most a day; None for a value that is neither seconds nor a future date."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    return min(seconds, LONGEST_RETRY_AFTER_S) if 0 <= seconds < float("inf") else None
