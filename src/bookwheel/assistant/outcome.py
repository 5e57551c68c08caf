"""How a run ended, as the fields of `RunFinished`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from bookwheel.engine.query.citations import cited_numbers
from bookwheel.engine.schema import JsonObject
from bookwheel.errors import BookwheelError, LimitReachedError, WorkflowCancelledByUser
from bookwheel.transcript import fields
from bookwheel.transcript.answer import RunAnswer
from bookwheel.transcript.run_state import DENIED

if TYPE_CHECKING:
    from bookwheel.engine.support.answer_check import CheckedSentence, Passage, Status

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


def support_data(
    answer: str, nodes: Mapping[int, JsonObject], question: str, tool_outputs: Sequence[str] = ()
) -> JsonObject:
    """The checked answer, ready for the log.

    `citations`: each cited passage with its `support`, the sentences that it was compared with; `unsupported`: the
    sentences that no source bears out, whatever they cite; `sentences`: how many there are of each status. Places are
    characters of the answer. `nodes` are the passages found in the run, by number. What another tool than a search gave
    (a calculation) may be said without a source.
    """
    # Comparing takes imports that the first frame does not need.
    from bookwheel.engine.support.answer_check import check_answer

    passages = [_passage(number, node) for number, node in nodes.items()]
    calculated = [
        output for output in tool_outputs if not any(passage.text and passage.text in output for passage in passages)
    ]
    checked = check_answer(answer, passages, question, "\n".join(calculated))
    counts = Counter(sentence.status for sentence in checked)
    cited = [number for number in sorted(set(cited_numbers(answer))) if number in nodes]
    return {
        "citations": [{"number": number, **nodes[number], "support": _support_of(number, checked)} for number in cited],
        "unsupported": [sentence.model_dump() for sentence in checked if sentence.status == "unsupported"],
        "sentences": {status: counts[status] for status in ("supported", "unsupported", "unchecked")},
    }


def _passage(number: int, node: JsonObject) -> Passage:
    from bookwheel.engine.support.answer_check import Passage

    path = fields.text(node, "path")
    name = path if "://" in path else PurePath(path).name
    place = [name, fields.text(node, "title"), fields.text(node, "heading")]
    return Passage(number, fields.text(node, "text"), " \n".join(place))


def _support_of(number: int, checked: Sequence[CheckedSentence]) -> list[JsonObject]:
    return [
        {
            "start": sentence.start,
            "end": sentence.end,
            "status": _status(number, sentence),
            "missing": list(sentence.missing),
        }
        for sentence in checked
        if number in sentence.cited or number in sentence.borne_out_by
    ]


def _status(number: int, sentence: CheckedSentence) -> Status:
    """A sentence is supported by those of its passages in which something of it was found."""
    if sentence.status == "supported" and number not in sentence.borne_out_by:
        return "unchecked"
    return sentence.status
