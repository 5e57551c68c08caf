"""What a check of the doctor finds, and how an endpoint is tried out."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Literal

from bookwheel.engine.schema import JsonObject
from bookwheel.errors import BookwheelError
from bookwheel.lazy_dataclass import dataclass

Level = Literal["ok", "note", "warning", "wrong"]

TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `remedy` says what to do."""

    subject: str
    level: Level
    what: str
    remedy: str = ""

    def as_json(self) -> JsonObject:
        return {"subject": self.subject, "level": self.level, "what": self.what, "remedy": self.remedy}


@dataclass(frozen=True, slots=True)
class TrialResult:
    """Why a trial failed, and what to do; empty when it succeeded."""

    message: str = ""
    hint: str = ""


async def tried(work: Coroutine[object, object, object]) -> TrialResult:
    """Run a trial for at most `TIMEOUT_S` seconds; what went wrong, as errors of Bookwheel say it."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await work
    except BookwheelError as error:
        return TrialResult(error.message, error.hint)
    except TimeoutError:
        return TrialResult(f"The endpoint did not answer within {TIMEOUT_S:g} seconds.", "Check its address.")
    return TrialResult()


def key_text(source: str) -> str:
    """Where a key is from, as the end of a sentence."""
    return f", key from {source}" if source else ", without a key"
