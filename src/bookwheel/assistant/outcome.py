"""How a run ended, as the fields of `RunFinished`."""

from __future__ import annotations

from typing import Literal

from bookwheel.engine.schema import JsonObject
from bookwheel.errors import BookwheelError, LimitReachedError, WorkflowCancelledByUser
from bookwheel.transcript.answer import RunAnswer
from bookwheel.transcript.run_state import DENIED

RunStatus = Literal["completed", "cancelled", "failed"]

STOPPED: JsonObject = {"type": "WorkflowCancelledByUser", "message": "Stopped by you.", "hint": ""}
INTERRUPTED: JsonObject = {
    "type": "Interrupted",
    "message": "Cut off: Bookwheel ended before the answer did.",
    "hint": "Ask again to get the whole answer.",
}
ELSEWHERE: JsonObject = {
    "type": "Interrupted",
    "message": "This answer is not finished: another window may still be writing it.",
    "hint": "Open the session again later, or ask again here.",
}


def finished_data(
    status: RunStatus,
    answer: RunAnswer,
    *,
    error: JsonObject | None = None,
    ttft_s: float | None = None,
    duration_s: float | None = None,
    coverage: JsonObject | None = None,
    support: JsonObject | None = None,
) -> JsonObject:
    """The data of the event that ends every run; `support` is what `support_data` made of the answer, if anything."""
    data: JsonObject = {
        "status": status,
        "response": answer.text,
        "citations": answer.citations(),
        "usage": answer.usage(),
        "error": error,
        "ttft_s": _rounded(ttft_s),
        "duration_s": _rounded(duration_s),
    }
    if answer.is_unsupported:
        data["supported"] = False
    if coverage:
        data["coverage"] = coverage
    data.update(support or {})
    return data


def status_of(error: BaseException) -> RunStatus:
    return "cancelled" if isinstance(error, WorkflowCancelledByUser) else "failed"


def error_data(error: BaseException) -> JsonObject:
    """What went wrong, for people: no traceback; `type` is the class, for exit codes."""
    if isinstance(error, BookwheelError):
        return {"type": type(error).__name__, "message": error.message, "hint": error.hint}
    name = type(error).__name__
    return {"type": name, "message": f"{name}: {error}" if str(error) else name, "hint": ""}


def time_limit(seconds: float) -> LimitReachedError:
    return LimitReachedError(f"The time limit of {seconds:g} s stopped the run.", hint="What had arrived is kept.")


def denied(tool_names: list[str]) -> JsonObject:
    names = ", ".join(dict.fromkeys(tool_names))
    return {"type": DENIED, "message": f"You did not allow {names}.", "hint": ""}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
