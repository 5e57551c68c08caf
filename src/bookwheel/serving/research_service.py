"""Research for another program, by three calls to start, follow and fetch it: it takes longer than one call may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.events.run_events import Citation, RunFinished
from bookwheel.engine.record import EventRecord
from bookwheel.engine.research.branch_state import Branch
from bookwheel.engine.research.research_state import ResearchState, state_of_run
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import BookwheelError, UsageError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.serving.results import BranchProgress, ReportPart, ReportSource, ResearchStarted, ResearchStatus

MAX_RUNNING = 2
MAX_KEPT = 20
MAX_PART = 8_000
MODE = "research"


@dataclass(slots=True)
class _RunningResearch:
    """One research run on a desk of its own."""

    desk: Assistant
    run_id: str


class ResearchService:
    """Runs research on the selected documents below `roots`; the plan is made and approved without asking.

    `make_desk` makes a desk that never searches the web: the other program has no user who could be asked. Each run is
    saved as a session. Call `aclose` at the end: it stops what still runs.
    """

    def __init__(self, make_desk: Callable[[], Assistant], roots: Sequence[Path], selection: Selection) -> None:
        self._make_desk = make_desk
        self._roots = roots
        self._selection = selection
        self._runs: dict[str, _RunningResearch] = {}

    async def start(self, question: str) -> ResearchStarted:
        """Begin to research `question`. Raises UsageError while `MAX_RUNNING` are running, and BookwheelError."""
        running = [name for name, run in self._runs.items() if (await self._finished(run)) is None]
        if len(running) >= MAX_RUNNING:
            raise UsageError(
                f"{len(running)} research runs are already running.", hint=f"Wait for {' or '.join(running)}."
            )
        await self._forget_oldest()
        desk = self._make_desk()
        try:
            await desk.start(self._roots)
            if self._selection != EVERYTHING:
                await desk.documents.set_filter(self._selection)
            research_id = desk.sessions.reserve_id()
            run_id = await desk.ask(question, mode=MODE)
        except BookwheelError:
            await desk.aclose()
            raise
        self._runs[research_id] = _RunningResearch(desk, run_id)
        return ResearchStarted(research_id=research_id)

    async def status(self, research_id: str) -> ResearchStatus:
        """The progress of a research. Raises UsageError for an unknown id."""
        run = self._named(research_id)
        records = await run.desk.sessions.current.records()
        state, finished = state_of_run(records, run.run_id) or ResearchState(), _finished(records, run.run_id)
        return ResearchStatus(
            status=finished.status if finished is not None else "running",
            phase="done" if finished is not None else state.phase,
            branches=[_progress(branch) for branch in state.branches if not branch.is_dropped],
            model_calls=state.spent.calls,
            limit=state.limit_text,
            error=finished.error.message if finished is not None and finished.error is not None else "",
        )

    async def report(self, research_id: str, cursor: str | None = None) -> ReportPart:
        """The report, or what of it is written by now, part by part; the sources come with the last one.

        Raises UsageError for an unknown id.
        """
        run = self._named(research_id)
        records = await run.desk.sessions.current.records()
        state, finished = state_of_run(records, run.run_id) or ResearchState(), _finished(records, run.run_id)
        text = finished.response if finished is not None else "".join(section.text for section in state.sections)
        start = int(cursor) if cursor is not None and cursor.isdecimal() and len(cursor) < 12 else 0
        end = min(start + MAX_PART // (1 if text.isascii() else 3), len(text))
        is_last = end >= len(text)
        return ReportPart(
            text=text[start:end],
            is_complete=finished is not None,
            sources=[_source(each) for each in finished.citations] if finished is not None and is_last else [],
            next_cursor=None if is_last else str(end),
        )

    async def aclose(self) -> None:
        """Stop all runs and save them."""
        for research_id in list(self._runs):
            await self._runs.pop(research_id).desk.aclose()

    def _named(self, research_id: str) -> _RunningResearch:
        if research_id not in self._runs:
            raise UsageError(f"There is no research '{research_id}'.", hint="research_start gives the id.")
        return self._runs[research_id]

    async def _finished(self, run: _RunningResearch) -> RunFinished | None:
        return _finished(await run.desk.sessions.current.records(), run.run_id)

    async def _forget_oldest(self) -> None:
        """Close desks that are done; their sessions stay saved."""
        for research_id, run in list(self._runs.items()):
            if len(self._runs) < MAX_KEPT:
                return
            if await self._finished(run) is not None:
                await self._runs.pop(research_id).desk.aclose()


def _finished(records: Sequence[EventRecord], run_id: str) -> RunFinished | None:
    ends = (record.run_finished for record in reversed(records) if record.run == run_id)
    return next((finished for finished in ends if finished is not None), None)


def _progress(branch: Branch) -> BranchProgress:
    return BranchProgress(
        question=branch.question, status=branch.status, searches=len(branch.searches), notes=len(branch.notes)
    )


def _source(citation: Citation) -> ReportSource:
    return ReportSource(
        number=citation.number,
        path=citation.path,
        page=citation.page,
        start=citation.start_char_idx,
        end=citation.end_char_idx,
    )
