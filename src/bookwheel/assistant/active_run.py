"""One run: a question, the task that follows its handler's events, and always exactly one `RunFinished`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import field
from typing import TYPE_CHECKING, Protocol, assert_never

from bookwheel.assistant.agent_requests import AgentRequests
from bookwheel.assistant.call_journal import CallJournal, Calls
from bookwheel.assistant.outcome import (
    STOPPED,
    CheckedAnswer,
    checked_answer,
    checked_report,
    denied,
    limit_reached,
    run_error,
    run_finished,
    status_of,
    time_limit,
)
from bookwheel.engine.events.agent_events import AgentInput, AgentOutput, AgentStream, ToolCall, ToolCallResult
from bookwheel.engine.events.event_base import ResearchEvent, SideEvent
from bookwheel.engine.events.logged_events import UserAnswer, UserQuestion
from bookwheel.engine.events.run_events import (
    Coverage,
    Notice,
    Retrieval,
    RunError,
    RunFinished,
    RunStarted,
    RunStatus,
)
from bookwheel.engine.events.workflow_events import HumanResponseEvent, InternalEvent
from bookwheel.engine.llms.retry_pauses import RetryPauses, current_pauses
from bookwheel.engine.query.citations import cited_numbers
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.engine.tools.approval import current_watch
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.answer import RunAnswer
from bookwheel.transcript.bridge import WireEvent, result_shown, result_text, to_wire

if TYPE_CHECKING:
    from bookwheel.assistant.protocols import RunHandler
    from bookwheel.engine.events.research_events import Steer, SteerKind
    from bookwheel.engine.research.research_state import ResearchState

RESEARCH = "research"
# How long events may occupy the loop at a time; otherwise a fast server would block the keyboard.
_BURST_S = 0.004
_STOP_TIMEOUT_S = 5.0
# These events are on disk before a later event is shown as done.
_DURABLE = (RunStarted, RunFinished, ToolCall, ToolCallResult, UserAnswer, UserQuestion, ResearchEvent)


class RunLog(Protocol):
    """Where a run's events go."""

    def emit(self, run: str, wire: WireEvent, *, durable: bool = False) -> EventRecord: ...

    def stream(self, run: str, piece: AgentStream) -> None: ...

    async def saved(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What is asked, and how.

    `coverage` is called when passages are found, else when the run ends: how many documents are indexed, if not all.
    `filter` says which documents are searched, None for all. `parent` is the run that it follows, as `RunStarted` says
    it. `resumes` is the run that this one continues, "" for none, `earlier_calls` are the tool calls in it that may
    have taken effect, and `research` is its state when it ended.
    """

    run_id: str
    question: str
    mode: str
    model: str
    time_limit_s: float | None = None
    notice: str = ""
    filter: JsonObject | None = None
    parent: str | None = None
    research: ResearchState | None = None
    coverage: Callable[[], Coverage | None] = field(default=lambda: None)
    resumes: str = ""
    earlier_calls: Calls = frozenset()


class ActiveRun:
    """One run from its question to its end.

    `begin` starts the workflow; it is called in the run's task, so that it can be cancelled while it waits.
    `pauses_changed` is called when a request begins or ceases to wait for being sent again.
    """

    def __init__(
        self,
        request: RunRequest,
        log: RunLog,
        begin: Callable[[], Awaitable[RunHandler]],
        pauses_changed: Callable[[], None],
    ) -> None:
        self.request = request
        self.requests = AgentRequests(request.run_id)
        self.error: BaseException | None = None
        self.finished: EventRecord | None = None
        self.ttft_s: float | None = None
        self.answer = RunAnswer(request.research)
        self.pauses = RetryPauses(pauses_changed)
        self._log = log
        self._begin = begin
        self._handler: RunHandler | None = None
        self._early: list[Steer] = []
        self._task: asyncio.Task[None] | None = None
        self._stop_error: RunError | None = None
        self._calls = CallJournal(request.earlier_calls, log.saved)
        self._began = 0.0
        self._burst_began = 0.0
        self._pieces: list[AgentStream] = []
        self._pending_calls: set[tuple[str, str, str]] = set()
        self._stop_event: object = None
        self._checked_answer: CheckedAnswer | None = None
        self._coverage: Coverage | None = None
        self._has_searched = False

    def start(self, when_done: Callable[[ActiveRun], None]) -> None:
        """Show the question and begin; `when_done` is called once, after `RunFinished` was emitted."""
        self._began = self._burst_began = time.monotonic()
        request = self.request
        started = RunStarted(
            user_msg=request.question,
            mode=request.mode,
            model=request.model,
            filter=request.filter,
            parent=request.parent,
            resumes=request.resumes,
        )
        self._emit(to_wire(started))
        if request.notice:
            self._emit(to_wire(Notice(text=request.notice)))
        self._task = asyncio.create_task(self._run(), name=f"run {request.run_id}")
        self._task.add_done_callback(lambda _task: self._ended(when_done))

    @property
    def is_stopping(self) -> bool:
        """Whether it is being stopped, or has ended."""
        return self._stop_error is not None or self.finished is not None

    async def cancel(self, reason: RunError = STOPPED) -> None:
        """Stop for this reason, keep what has arrived, and wait for the end."""
        if self._task is not None and not self._task.done():
            self._stop_error = reason
            self._task.cancel()
            await asyncio.wait([self._task])

    def respond(self, request_id: str, response: str, extra: Mapping[str, JsonValue]) -> bool:
        """Answer a request of the run; False when it is not open."""
        ctx = getattr(self._handler, "ctx", None)
        if ctx is None or self.finished is not None:
            return False
        event = self.requests.answer(request_id, response, extra)
        if event is None:
            return False
        said: dict[str, JsonValue] = {"response": response, **extra, "request_id": request_id}
        self._emit(to_wire(HumanResponseEvent(**said)))
        ctx.send_event(event)
        return True

    def steer(self, kind: SteerKind, branch: str, text: str) -> bool:
        """Change a research run while it goes on; False when this is not one, or it has ended."""
        if self.finished is not None or self.request.mode != RESEARCH:
            return False
        from bookwheel.engine.events.research_events import Steer

        return self._send(Steer(kind=kind, branch=branch, text=text))

    def _send(self, steer: Steer) -> bool:
        if self._handler is None:
            self._early.append(steer)
        elif (ctx := getattr(self._handler, "ctx", None)) is None:
            return False
        else:
            ctx.send_event(steer)
        return True

    async def _run(self) -> None:
        status: RunStatus = "cancelled"
        error: RunError | None = STOPPED
        limit = asyncio.timeout(self.request.time_limit_s)
        try:
            async with limit:
                await self._follow()
            status, error = "completed", self._remark()
        except asyncio.CancelledError:
            if self._stop_error is None:
                raise
            error = self._stop_error
        except Exception as failure:  # noqa: BLE001 - the boundary of a run: any error becomes its end
            self.error = time_limit(self.request.time_limit_s or 0.0) if limit.expired() else failure
            status, error = status_of(self.error), run_error(self.error)
        finally:
            try:
                await self._check_answer()
            finally:
                self._finish(status, error)

    def _remark(self) -> RunError | None:
        """What to report of a completed run: a tool that was refused, a limit that was reached."""
        if self.requests.denied:
            return denied(self.requests.denied)
        research = self.answer.research
        return limit_reached(research) if research is not None and research.limit else None

    async def _check_answer(self) -> None:
        """Compare the answer, a cut one too, with its sources; in a thread: a long one takes up to a second."""
        text, nodes = self.answer.text, self.answer.nodes
        if self.answer.research is not None:
            # Each section was compared when it ended: together they may be longer than what is checked at once.
            self._checked_answer = checked_report(self.answer.research, text, nodes)
            return
        is_agent = self.request.mode == "agent"
        if text and (nodes or (is_agent and await asyncio.to_thread(cited_numbers, text))):
            self._checked_answer = await asyncio.to_thread(
                checked_answer, text, nodes, self.request.question, self.answer.tool_outputs
            )

    def _ended(self, when_done: Callable[[ActiveRun], None]) -> None:
        try:
            if self.finished is None:  # cancelled before its task began
                self._finish("cancelled", self._stop_error or STOPPED)
        finally:
            # Also without an end that could be recorded: who waits for the run would wait for ever.
            when_done(self)

    def _finish(self, status: RunStatus, error: RunError | None) -> None:
        finished = run_finished(
            status,
            self.answer,
            error=error,
            ttft_s=self.ttft_s,
            duration_s=time.monotonic() - self._began,
            coverage=self._coverage if self._has_searched else self.request.coverage(),
            checked=self._checked_answer,
        )
        self.finished = self._emit(to_wire(finished))

    async def _follow(self) -> None:
        current_watch.set(self._calls)
        current_pauses.set(self.pauses)
        self._handler = handler = await self._begin()
        try:
            for steer in self._early:
                self._send(steer)
            async with aclosing(handler.stream_events()) as events:
                async for event in events:
                    self._take(to_wire(event))
                    await self._yield_to_loop()
            self._conclude(await self._result(handler))
        finally:
            # Closing the stream alone stops neither the run nor its connection to the model.
            await _stop(handler)

    async def _result(self, handler: RunHandler) -> object:
        if hasattr(handler, "__await__"):
            return await handler
        failure = getattr(self._stop_event, "exception", None)
        if isinstance(failure, BaseException):
            raise failure
        return getattr(self._stop_event, "result", None)

    async def _yield_to_loop(self) -> None:
        now = time.monotonic()
        if now - self._burst_began > _BURST_S:
            await asyncio.sleep(0)
            self._burst_began = time.monotonic()

    def _take(self, wire: WireEvent) -> None:
        if wire.ends_run:
            self._stop_event = wire.original
        recorded = self._to_record(wire)
        if recorded is not None:
            self._emit(recorded)

    def _to_record(self, wire: WireEvent) -> WireEvent | None:
        """The event to record; None for one that is not recorded here, or was recorded before."""
        event = wire.event
        match event:
            case AgentStream():
                self._stream(event)
                return None
            case InternalEvent():
                return None
            case UserQuestion():
                return self.requests.add(wire, event)
            case UserAnswer(request_id=request_id):
                return wire if self.requests.close(request_id) else None
            case ToolCall():
                # LlamaIndex replays the step of a tool that asks a human, and with it the call.
                is_new = _call_key(event) not in self._pending_calls
                self._pending_calls.add(_call_key(event))
                return wire if is_new else None
            case ToolCallResult():
                self._pending_calls.discard(_call_key(event))
            case AgentOutput(response=response):
                self._stream_whole(response.content or "")
            case Retrieval():
                # Files that change while the answer is written are not those that it was written from.
                self._coverage, self._has_searched = self.request.coverage(), True
            case RunStarted() | RunFinished() | AgentInput() | SideEvent():
                pass
            case _:
                assert_never(event)
        return wire

    def _stream(self, piece: AgentStream) -> None:
        if self.ttft_s is None and (piece.delta or piece.thinking_delta):
            self.ttft_s = time.monotonic() - self._began
        self.answer.apply(piece)
        if not (self._pieces and _is_text(piece, self._pieces[0])):
            self._pass_pieces_on()
            asyncio.get_running_loop().call_soon(self._pass_pieces_on)
        self._pieces.append(piece)

    def _pass_pieces_on(self) -> None:
        """Log the pieces that were there at once as one; each by itself takes a tenth of the time of an answer."""
        pieces, self._pieces = self._pieces, []
        if pieces:
            text, agent = "".join(piece.delta for piece in pieces), pieces[0].current_agent_name
            merged = AgentStream(delta=text, current_agent_name=agent) if len(pieces) > 1 else pieces[0]
            self._log.stream(self.request.run_id, merged)

    def _stream_whole(self, text: str) -> None:
        """Log an answer that did not stream as one delta: every answer in the log is made of deltas."""
        if text and not self.answer.is_streamed:
            self._stream(AgentStream(delta=text, thinking_delta=""))

    def _conclude(self, result: object) -> None:
        """Make the last streamed answer the run's response: a result that was not streamed is streamed now."""
        text = result_text(result)
        if text is None and not self.answer.text:
            text = result_shown(result)
        if text and text.strip() != self.answer.text.strip():
            self._stream_whole(text)

    def _emit(self, wire: WireEvent) -> EventRecord:
        self._pass_pieces_on()
        self.answer.apply(wire.event)
        record = self._log.emit(self.request.run_id, wire, durable=isinstance(wire.event, _DURABLE))
        if isinstance(wire.event, ToolCall):
            self._calls.note(wire.event)
        return record


def _is_text(piece: AgentStream, first: AgentStream) -> bool:
    """Whether both are text of one agent and nothing else."""
    has_more = any(each.thinking_delta or each.tool_calls or not each.delta for each in (piece, first))
    return not has_more and piece.current_agent_name == first.current_agent_name


def _call_key(call: ToolCall | ToolCallResult) -> tuple[str, str, str]:
    return call.tool_id, call.tool_name, repr(call.tool_kwargs)


async def _stop(handler: RunHandler) -> None:
    is_done = getattr(handler, "is_done", None)
    cancel_run = getattr(handler, "cancel_run", None)
    if cancel_run is None or (callable(is_done) and is_done()):
        return
    with suppress(Exception):  # the run is being stopped: errors of stopping change nothing
        async with asyncio.timeout(_STOP_TIMEOUT_S):
            await cancel_run()
    if hasattr(handler, "__await__"):
        # Awaited so that asyncio reports no error as never retrieved; a LlamaIndex handler may end as cancelled.
        with suppress(Exception, asyncio.CancelledError):
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await handler
