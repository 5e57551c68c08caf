"""What is said at the end of a run that did not simply succeed: why it ended, what is missing, what to do."""

from __future__ import annotations

from typing import assert_never

from bookwheel.engine.events.run_events import RunError, RunFinished
from bookwheel.transcript.blocks import NoticeLevel

NO_ANSWER = "The model gave no answer."
CUT_OFF = "Interrupted"
"""The type of a run's error when Bookwheel ended before the run did."""
STOPPED = "WorkflowCancelledByUser"
"""The type of a run's error when the user stopped it."""
DENIED = "denied"
"""The type of a run's error when the user refused one of its tools."""

OTHER_WORDS = "Ask in the documents' own words, search more of them, or add those that it is about."


def closing_notices(mode: str, event: RunFinished) -> list[tuple[str, str, NoticeLevel]]:
    """The notices at the end of a run that did not simply succeed: text, hint and level of each."""
    notices: list[tuple[str, str, NoticeLevel]] = []
    error = event.error or RunError()
    if event.status == "failed":
        notices.append((error.message or "The run failed.", error.hint, "error"))
    elif event.status == "cancelled":
        notices.append((error.message or "Stopped.", error.hint, "warning"))
    elif error.message and error.type != DENIED:  # the answered question says so already
        notices.append((error.message, error.hint, "warning"))
    elif not event.response and mode not in ("workflow", "research"):
        notices.append((NO_ANSWER, "Ask again, or choose another model.", "warning"))
    if event.status == "completed":
        notices += _about_the_cut(event)
        notices += _about_the_documents(event)
    return notices


def _about_the_cut(event: RunFinished) -> list[tuple[str, str, NoticeLevel]]:
    match event.cut:
        case "length":
            text = "The answer is cut off: the model reached its output limit."
            return [(text, "Ask it to go on, or raise model.max_output_tokens in the settings.", "warning")]
        case "content_filter":
            text = "The answer is cut off: the provider's content filter stopped it."
            return [(text, "Ask in other words, or choose another model.", "warning")]
        case None:
            return []
        case _:
            assert_never(event.cut)


def _about_the_documents(event: RunFinished) -> list[tuple[str, str, NoticeLevel]]:
    notices: list[tuple[str, str, NoticeLevel]] = []
    if event.supported is False:
        found = "Nothing found in the documents." if event.research is not None else "Not found among the passages."
        notices.append((found, OTHER_WORDS, "info"))
    coverage = event.coverage
    if coverage is None:
        return notices
    searched = coverage.indexed + coverage.changed
    if searched < coverage.total:
        text = f"Answered from {searched} of {coverage.total} documents so far."
        notices.append((text, "Ask again when all are indexed.", "info"))
    if coverage.changed:
        text = f"Changed and not read again yet, so searched by the former text: {coverage.changed} of {coverage.total}"
        notices.append((f"{text}.", "Ask again when all are indexed.", "info"))
    return notices
