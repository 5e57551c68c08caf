"""How a run ended, as its `RunFinished` event, and how its answer compares with its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bookwheel.engine.events.run_events import (
    AnswerCheck,
    Citation,
    Coverage,
    RunError,
    RunFinished,
    RunStatus,
    SentenceSupport,
    UnsupportedSentence,
)
from bookwheel.engine.query.citations import cited_numbers
from bookwheel.engine.schema import NumberedNode
from bookwheel.errors import BookwheelError, LimitReachedError, WorkflowCancelledByUser, shortage_of
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.answer import RunAnswer
from bookwheel.transcript.closing_notices import CUT_OFF, DENIED

if TYPE_CHECKING:
    from bookwheel.engine.events.research_events import ReportSentence
    from bookwheel.engine.research.research_state import ResearchState
    from bookwheel.engine.support.answer_check import CheckedSentence, Status

STOPPED = RunError(type="WorkflowCancelledByUser", message="Stopped by you.")
GOES_ON = RunError(
    type="Interrupted",
    message="Cut off: Bookwheel ended before the report did.",
    hint="r continues it; finished steps are not paid for again (bookwheel research --resume).",
)
INTERRUPTED = RunError(
    type=CUT_OFF,
    message="Cut off: Bookwheel ended before the answer did.",
    hint="Ask again to get the whole answer.",
)
LOST_LINE = RunError(
    type=CUT_OFF,
    message="Cut off: the connection to the terminal was lost.",
    hint="Ask again to get the whole answer.",
)
ENDED = RunError(
    type=CUT_OFF,
    message="Cut off: the system ended Bookwheel.",
    hint="Ask again to get the whole answer.",
)
ELSEWHERE = RunError(
    type=CUT_OFF,
    message="This answer is not finished: another window may still be writing it.",
    hint="Open the session again later, or ask again here.",
)


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """The passages that an answer cites, each with the sentences compared with it, and what came of all sentences."""

    citations: tuple[Citation, ...]
    check: AnswerCheck


def run_finished(
    status: RunStatus,
    answer: RunAnswer,
    *,
    error: RunError | None = None,
    ttft_s: float | None = None,
    duration_s: float | None = None,
    coverage: Coverage | None = None,
    checked: CheckedAnswer | None = None,
) -> RunFinished:
    """The event that ends a run with this answer, which may have been compared with its sources."""
    return RunFinished(
        status=status,
        response=answer.text,
        citations=checked.citations if checked is not None else answer.citations(),
        usage=answer.usage(),
        error=error,
        cut=answer.cut,
        ttft_s=ttft_s,
        duration_s=duration_s,
        supported=False if answer.is_unsupported else None,
        coverage=coverage,
        # The words that say that nothing was found are not claims.
        check=checked.check if checked is not None and not answer.is_unsupported else None,
        research=answer.research_counts(),
    )


def status_of(error: BaseException) -> RunStatus:
    return "cancelled" if isinstance(error, WorkflowCancelledByUser) else "failed"


def run_error(error: BaseException) -> RunError:
    """The error for the log: its class (which sets the exit code), message and hint, no traceback."""
    name = type(error).__name__
    said = error if isinstance(error, BookwheelError) else shortage_of(error)
    if said is not None:
        return RunError(type=name, message=said.message, hint=said.hint)
    return RunError(type=name, message=f"{name}: {error}" if str(error) else name)


def time_limit(seconds: float) -> LimitReachedError:
    return LimitReachedError(f"The time limit of {seconds:g} s stopped the run.", hint="What had arrived is kept.")


def denied(tool_names: list[str]) -> RunError:
    """The user refused these tools."""
    names = ", ".join(dict.fromkeys(tool_names))
    return RunError(type=DENIED, message=f"You did not allow {names}.")


def checked_answer(
    answer: str, nodes: Mapping[int, NumberedNode], question: str, tool_outputs: Sequence[str] = ()
) -> CheckedAnswer:
    """Compare every sentence of `answer` with the passages found in the run, by number.

    Ranges are characters of the answer. The output of other tools than searches (a calculation) needs no source.
    """
    # Imported late: the first frame does not need it.
    from bookwheel.engine.support.answer_check import check_answer, passage_of

    passages = [passage_of(found) for found in nodes.values()]
    calculated = [
        output for output in tool_outputs if not any(passage.text and passage.text in output for passage in passages)
    ]
    checked = check_answer(answer, passages, question, "\n".join(calculated))
    if not passages:
        # Nothing was searched, so nothing can be compared; but a number without a passage is wrong.
        checked = [sentence for sentence in checked if sentence.cited]
    cited = [number for number in sorted(set(cited_numbers(answer))) if number in nodes]
    return CheckedAnswer(
        tuple(Citation.of(nodes[number], _support_of(number, checked)) for number in cited), _answer_check(checked)
    )


def checked_report(state: ResearchState, text: str, nodes: Mapping[int, NumberedNode]) -> CheckedAnswer:
    """The result of comparing each finished section of a report with its passages; `text` is the whole report."""
    sentences = [each for section in state.sections if section.finished for each in section.finished.sentences]
    cited = [number for number in sorted(set(cited_numbers(text))) if number in nodes]
    citations = tuple(Citation.of(nodes[number], _support_of(number, sentences)) for number in cited)
    return CheckedAnswer(citations, _answer_check(sentences))


def limit_reached(state: ResearchState) -> RunError:
    """A research run ended its search at a limit, and wrote its report from what it knew."""
    hint = "The report is written from what was found. Raise the limit to find more."
    return RunError(type=LimitReachedError.__name__, message=state.limit_text, hint=hint)


def _answer_check(checked: Sequence[CheckedSentence | ReportSentence]) -> AnswerCheck:
    counts = Counter(sentence.status for sentence in checked)
    return AnswerCheck(
        unsupported=tuple(
            UnsupportedSentence(start=sentence.start, end=sentence.end, cited=sentence.cited, missing=sentence.missing)
            for sentence in checked
            if sentence.status == "unsupported"
        ),
        supported_count=counts["supported"],
        unsupported_count=counts["unsupported"],
        unchecked_count=counts["unchecked"],
    )


def _support_of(number: int, checked: Sequence[CheckedSentence | ReportSentence]) -> tuple[SentenceSupport, ...]:
    return tuple(
        SentenceSupport(
            start=sentence.start, end=sentence.end, status=_status(number, sentence), missing=sentence.missing
        )
        for sentence in checked
        if number in sentence.cited or number in sentence.found_in
    )


def _status(number: int, sentence: CheckedSentence | ReportSentence) -> Status:
    """A sentence is supported by those of its passages in which something of it was found."""
    if sentence.status == "supported" and number not in sentence.found_in:
        return "unchecked"
    return sentence.status
