"""The session on the desk: its transcript, its event rows, and the writer of its file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from bookwheel.assistant.call_journal import NEW, RunAgain, calls_of
from bookwheel.assistant.earlier_runs import EarlierRuns
from bookwheel.assistant.outcome import ELSEWHERE, GOES_ON, INTERRUPTED, STOPPED, run_finished
from bookwheel.assistant.recorder import Recorder, SessionRows
from bookwheel.assistant.subscription import Hub
from bookwheel.assistant.updates import Unloaded
from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.events.run_events import BriefChanged, Pin, RunError, RunStarted, RunUsage
from bookwheel.engine.query.citations import SOURCE
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import ChatMessage, JsonValue, MessageRole
from bookwheel.errors import SessionError
from bookwheel.lazy_regex import lazy_regex
from bookwheel.sessions.header import SessionInfo
from bookwheel.sessions.session import Session, new_session_id
from bookwheel.sessions.session_store import SessionStore
from bookwheel.sessions.session_writer import SessionWriter
from bookwheel.transcript.answer import RunAnswer
from bookwheel.transcript.blocks import Block, Citation, QuestionBlock, SourcesBlock
from bookwheel.transcript.bridge import WireEvent, to_wire
from bookwheel.transcript.reducer import Transcript
from bookwheel.transcript.run_tree import START, RunTree

if TYPE_CHECKING:
    from bookwheel.transcript.event_rows import EventRow

# Enough for several screens and for the model's memory.
TAIL_RUNS = 40
_HISTORY_RUNS = 20

_RUN_ID = lazy_regex(r"r(\d+)")


class OpenSession:
    """A session while it is on the desk. A new one has no file before its first question.

    `on_event` gets every record; `on_saving` gets the reason when saving begins to fail, and "" when it works
    again. `cost_of` gives what the tokens of a run cost, in dollars, None where that is not known.
    """

    def __init__(
        self,
        store: SessionStore,
        hub: Hub,
        *,
        on_event: Callable[[EventRecord], None],
        on_saving: Callable[[str], None],
        cost_of: Callable[[RunUsage], float | None] = lambda _usage: None,
    ) -> None:
        self._store = store
        self._hub = hub
        self._on_event = on_event
        self._on_saving = on_saving
        self._cost_of = cost_of
        self.cost = 0.0
        """What the runs of the session have cost, in dollars, as far as prices were known."""
        self._writer: SessionWriter | None = None
        self._beginning = asyncio.Lock()
        self._reserved_id = ""
        self._played: list[EventRecord] = []
        self._played_title = ""
        self._next_run = 1
        self.earlier = EarlierRuns()
        self.tip = START
        """The run whose answer the next question follows."""
        self.transcript = Transcript()
        self.event_rows = SessionRows()
        self.recorder = self._new_recorder(1)

    async def load(self, session: Session) -> None:
        """Show a saved session from its last questions on; `load_part` reads what is before them."""
        self._writer = SessionWriter(session, self._on_saving)
        self.cost = session.info.cost
        part = await self._writer.call(lambda opened: opened.tail(TAIL_RUNS))
        self.earlier = EarlierRuns(session, part.start)
        self._show(part.records)
        self.tip = self._last_run
        self._next_run = 1 + max((_run_number(run) for run in self.transcript.runs), default=0)
        last_seq = max((record.seq for record in part.records), default=0)
        self.recorder = self._new_recorder(max(session.next_seq, last_seq + 1))
        self._cut_unfinished(part.records, ELSEWHERE if session.read_only else INTERRUPTED)

    def play(self, record: EventRecord, title: str) -> None:
        """Show a record of a replay, which is not saved."""
        self._played_title = title
        self.recorder.play(record)

    def end_played(self) -> Sequence[EventRecord]:
        """End the run that a replay has left open; the records of all the others."""
        is_whole = {record.run for record in self._played if record.run_finished is not None}
        whole = [record for record in self._played if record.run in is_whole or not record.run]
        self._cut_unfinished(self._played, STOPPED)
        return whole

    async def load_part(self, runs: int) -> tuple[Block, ...]:
        """Load the `runs` before those that are loaded, and give what this branch shows of them. Reads in a thread."""
        blocks = await self.earlier.read_part(runs)
        return self.tree.shown(blocks, self.tip)

    @property
    def unloaded(self) -> Unloaded:
        """What this branch has before the blocks that are loaded."""
        earlier = self.earlier
        path = self.tree.path(self.tip) if earlier.questions else frozenset[str]()
        return Unloaded(sum(question.run in path for question in earlier.questions), is_whole=earlier.is_whole)

    async def begin(self, question: str, documents: Iterable[Path], model: str, desk: str = "") -> str:
        """Prepare for a question; a note for the user when a read-only session is continued in a copy."""
        names = [str(path) for path in documents]
        async with self._beginning:
            if self._writer is None:
                session = self._store.create(
                    question, documents=names, model=model, desk=desk, session_id=self._reserved_id
                )
                self._writer = SessionWriter(session, self._on_saving)
                return ""
            reason = self._writer.session.read_only
            note = await self._continue_in_copy(reason) if reason else ""
            self._writer.post(lambda session: session.describe(documents=names, model=model))
            return note

    def reserve_id(self) -> str:
        """The id of this session; one that is not saved yet will be saved under it."""
        if self._writer is None:
            self._reserved_id = self._reserved_id or new_session_id("", time.time())
            return self._reserved_id
        return self.info.id

    def next_run_id(self) -> str:
        run_id = f"r{self._next_run}"
        self._next_run += 1
        return run_id

    def question(self, run_id: str) -> tuple[str, str] | None:
        """The text and the mode of an earlier question."""
        blocks = (*self.earlier.questions, *self.all_blocks)
        found = (block for block in blocks if isinstance(block, QuestionBlock) and block.run == run_id)
        return next(((block.text, block.mode) for block in found), None)

    def again(self, run_id: str) -> RunAgain:
        """What a run that asks this question again must know of it; its blocks must be loaded."""
        run = self.transcript.runs.get(run_id) or self.earlier.runs.get(run_id)
        if run is None or run.status != "cancelled":
            return NEW
        calls = calls_of(self.all_blocks, run_id)
        if run.resumes:
            calls |= self.again(run.resumes).earlier_calls
        return RunAgain(run_id if run.was_interrupted else "", calls)

    def history(self) -> list[ChatMessage]:
        """The questions and answers so far, partial answers too, for a follow-up question."""
        path = self.tree.path(self.tip)
        answered = [run for run in self.transcript.runs.values() if run.question and run.response and run.id in path]
        cited = {block.run: block.cited for block in self.transcript.blocks if isinstance(block, SourcesBlock)}
        messages: list[ChatMessage] = []
        for run in answered[-_HISTORY_RUNS:]:
            if run.status in ("completed", "cancelled"):
                messages.append(ChatMessage(MessageRole.USER, run.question))
                source = _only_source(cited.get(run.id, ()))
                known: dict[str, JsonValue] = {SOURCE: source} if source else {}
                messages.append(ChatMessage(MessageRole.ASSISTANT, run.response, known))
        return messages

    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the branch that is shown."""
        return self.tree.shown(self.all_blocks, self.tip)

    @property
    def all_blocks(self) -> tuple[Block, ...]:
        """The blocks of all branches, as far as they are loaded."""
        return (*self.earlier.blocks, *self.transcript.blocks)

    @property
    def pins(self) -> tuple[Pin, ...]:
        """The brief of the session, as far as it is loaded."""
        return (self.earlier.pins or ()) if self.transcript.pins is None else self.transcript.pins

    def change_brief(self, pins: Sequence[Pin]) -> None:
        """Replace the brief. Raises SessionError for a session that cannot be written."""
        if self._writer is None or self._writer.session.read_only:
            reason = self.info.read_only or "it has no answer yet"
            raise SessionError(f"The brief of this session cannot be changed: {reason}.", hint="Ask a question first.")
        self.recorder.emit("", to_wire(BriefChanged(pins=[pin.model_dump() for pin in pins])), durable=True)

    @property
    def tree(self) -> RunTree:
        return RunTree((*self.earlier.questions, *self.all_blocks))

    @property
    def parent_of_next(self) -> str | None:
        """The parent of the next question as its `RunStarted` says it: None where that is the last run of the log."""
        return None if self.tip == self._last_run else self.tip

    @property
    def _last_run(self) -> str:
        return next(reversed([*self.transcript.runs]), START)

    @property
    def info(self) -> SessionInfo:
        return self._writer.session.info if self._writer is not None else SessionInfo(id="", title=self._played_title)

    @property
    def not_saved(self) -> str:
        return self._writer.not_saved if self._writer is not None else ""

    @property
    def note(self) -> str:
        """What the user should know of the files of this session; "" when there is nothing."""
        notes: list[str] = []
        if self.info.damaged:
            notes.append(f"This session is damaged: {self.info.damaged}.")
        if self.info.read_only:
            notes.append(f"Read-only: {self.info.read_only}. Asking continues in a copy.")
        return " ".join(notes)

    def emit(self, run: str, wire: WireEvent, *, durable: bool = False) -> EventRecord:
        """Record an event of a run."""
        return self.recorder.emit(run, wire, durable=durable)

    def stream(self, run: str, piece: AgentStream) -> None:
        """Record a piece of a run's answer."""
        self.recorder.stream(run, piece)

    async def saved(self) -> None:
        """Wait until all events so far are on disk, or cannot be."""
        if self._writer is not None:
            await self._writer.saved()

    def pending_write(self) -> Awaitable[None] | None:
        """What to await until all events so far are on disk, or cannot be; None when nothing is being written."""
        is_settled = self._writer is None or self._writer.is_settled
        return None if is_settled else self.saved()

    async def rename(self, title: str) -> None:
        """Give it another title; the file of a read-only session keeps its old one."""
        if self._writer is not None:
            self._writer.post(lambda session: session.describe(title=title))
            if not self._writer.session.read_only:
                self._writer.append((), durable=True)
            await self._writer.call(lambda _session: None)

    async def records(self) -> list[EventRecord]:
        """Every record of the session, from disk."""
        if self._writer is None:
            return [*self._played]
        self.recorder.seal()
        await self._writer.saved()
        return await asyncio.to_thread(self._writer.session.records)

    async def detail(self, row: EventRow) -> list[EventRecord]:
        """The records behind a row of the event log."""
        from bookwheel.transcript.event_rows import records_of

        if self._writer is None:
            return records_of(row, self._played)
        self.recorder.seal()
        await self._writer.saved()
        session, runs = self._writer.session, len(self.transcript.runs)
        return records_of(row, await asyncio.to_thread(session.latest, runs))

    async def close(self) -> None:
        self.recorder.seal()
        if self._writer is not None:
            await self._writer.close()
            self._writer = None

    def _new_recorder(self, next_seq: int) -> Recorder:
        return Recorder(
            transcript=self.transcript, rows=self.event_rows, hub=self._hub, log=self._log, next_seq=next_seq
        )

    def _log(self, record: EventRecord, durable: bool) -> None:
        if isinstance(record.event, RunStarted):
            self.tip = record.run
        if self._writer is None:
            self._played.append(record)
        elif not self._writer.session.read_only:
            if (finished := record.run_finished) is not None:
                cost = (self._cost_of(finished.usage) if finished.usage is not None else None) or 0.0
                self.cost += cost
                self._writer.post(lambda session: session.touch(cost))
            self._writer.append([record], durable=durable)
        self._on_event(record)

    def _show(self, records: Sequence[EventRecord]) -> None:
        for record in records:
            self.transcript.apply(record)
        self.event_rows.put_off(records)

    def _cut_unfinished(self, records: Sequence[EventRecord], error: RunError) -> None:
        """End each run that has no end; in the log too, when it may be written."""
        for run_id, run in self.transcript.runs.items():
            if run.status is None:
                said = GOES_ON if run.mode == "research" and error is INTERRUPTED else error
                finished = run_finished("cancelled", _answer_of(run_id, records), error=said)
                self.recorder.emit(run_id, to_wire(finished), durable=True)

    async def _continue_in_copy(self, reason: str) -> str:
        """Continue in a copy of the session, with what another window wrote to it since it was opened here."""
        assert self._writer is not None
        was_last = self.tip == self._last_run
        copy = await self._writer.call(Session.fork)
        await self._writer.close()
        self._writer = SessionWriter(copy, self._on_saving)
        before, records = await asyncio.to_thread(_split_at_run, copy.records(), next(iter(self.transcript.runs), ""))
        # The copy's file has other offsets than the one that `load_part` was reading.
        self.earlier = await asyncio.to_thread(EarlierRuns.of, before)
        self.transcript, self.event_rows = Transcript(), SessionRows()
        self._show(records)
        if was_last:
            self.tip = self._last_run
        # The other window may have used this id for a run meanwhile.
        self._next_run = 1 + max((_run_number(run) for run in self.transcript.runs), default=0)
        self.recorder = self._new_recorder(copy.next_seq)
        self._hub.reset()
        self._cut_unfinished(records, ELSEWHERE)
        return f"Continued in a copy of the session: {reason}."


def _split_at_run(records: Sequence[EventRecord], run_id: str) -> tuple[Sequence[EventRecord], Sequence[EventRecord]]:
    """The records before the first of this run, and those from there on."""
    start = next((position for position, record in enumerate(records) if record.run == run_id), 0)
    return records[:start], records[start:]


def _answer_of(run_id: str, records: Iterable[EventRecord]) -> RunAnswer:
    answer = RunAnswer()
    for record in records:
        if record.run == run_id:
            answer.apply(record.event)
    return answer


def _run_number(run_id: str) -> int:
    match = _RUN_ID.fullmatch(run_id)
    return int(match.group(1)) if match else 0


def _only_source(citations: Sequence[Citation]) -> str:
    """The name of the one document that all citations are from; "" when there are several or none."""
    paths = {citation.path for citation in citations}
    return PurePath(paths.pop()).stem if len(paths) == 1 else ""
