"""What a front end talks to: one desk with its documents, its session and its model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path

from bookwheel.assistant.active_run import Turn, TurnRequest
from bookwheel.assistant.document_filter import NO_FILTER, DeskFilter, desk_filter
from bookwheel.assistant.embedder import EmbeddingWatch
from bookwheel.assistant.hub import Hub, RecordFeed
from bookwheel.assistant.indexer import LibraryWatch, absolute_paths, existing_paths
from bookwheel.assistant.open_session import OpenSession
from bookwheel.assistant.protocols import LibraryPort, RunHandler, RunLimits, WorkflowSource
from bookwheel.assistant.run_queue import Asked, RunQueue
from bookwheel.assistant.side_tasks import Background
from bookwheel.assistant.status_board import StatusBoard
from bookwheel.assistant.subscription import Subscription
from bookwheel.assistant.updates import DeskStatus, LibraryChanged, MeaningState
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import Document, JsonValue
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import BookwheelError, UsageError
from bookwheel.sessions.model import SessionInfo
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.event_rows import TraceRow
from bookwheel.transcript.reducer import Transcript

# How long the first question may wait to be shown with the name of the model that it goes to.
_MODEL_PATIENCE_S = 2.0

MODES = ("query", "agent")
# The one mode of a desk on the user's own workflow, which has no documents unless it is given some.
OWN = "workflow"


class Assistant:
    """One desk. Every method is for the event loop; whatever touches the disk happens in a thread.

    What happens is told through `subscribe()`; methods return what only their caller wants to know and raise
    `BookwheelError` for what the caller got wrong. A run that fails raises nothing: its end is an event like any other.
    """

    def __init__(
        self,
        *,
        workflows: WorkflowSource,
        library: LibraryPort,
        sessions: SessionStore,
        mode: str = "query",
        limits: RunLimits | None = None,
        follows_disk: bool = False,
        embeds: bool = False,
    ) -> None:
        self._workflows = workflows
        self._library = library
        self._store = sessions
        self.modes: tuple[str, ...] = (OWN,) if mode == OWN else MODES
        self._mode = self._checked_mode(mode)
        self._limits = limits or RunLimits()
        self._hub = Hub()
        self._board = StatusBoard(self._hub.status, DeskStatus(mode=mode))
        self._watch = LibraryWatch(
            library, self._library_changed, follows_disk=follows_disk, settled=self._embed_when_settled
        )
        self._embedding = EmbeddingWatch(library, self._meaning_changed) if embeds else None
        self._may_lack_vectors = True
        self._runs = RunQueue(self._begin_turn)
        self._session = self._empty_session()
        self._background = Background()
        self._last_error: BaseException | None = None
        self._filter = NO_FILTER

    async def start(
        self, roots: Sequence[Path] = (), *, session_id: str | None = None, resume_last: bool = False
    ) -> None:
        """Open the desk: the session asked for (else a new one), its documents, and their index in the background.

        Without `roots` the documents are the session's, or those that were used last (a desk on the user's own workflow
        has none then). Raises SessionError for an unknown `session_id`.
        """
        self._background.start(self._warm_up(), name="warm-up")
        absolute = await asyncio.to_thread(absolute_paths, roots)
        if resume_last and session_id is None:
            latest = await asyncio.to_thread(self._store.latest)
            session_id = latest.id if latest is not None else None
        if session_id is not None:
            await self._open(session_id)
        await self._watch.set_roots(absolute or await self._usual_roots())
        self._update_status()

    async def aclose(self) -> None:
        """Stop everything (a run is cancelled and keeps what came), write what is unwritten, release the session."""
        try:
            await self._runs.stop_all()
            await self._watch.stop()
            if self._embedding is not None:
                await self._embedding.stop()
            await self._background.aclose()
        finally:
            await self._session.close()
            self._hub.close()
            await self._workflows.aclose()
            await self._library.aclose()

    def subscribe(self) -> Subscription:
        """A reader of all that happens from now on; its first updates are the whole present state."""
        subscription = Subscription(lambda: self._session.blocks(), lambda: self._session.trace.rows)
        self._hub.add(subscription)
        subscription.put_reset()
        subscription.put_library(self._watch.state)
        subscription.put_status(self.status)
        return subscription

    def records(self) -> RecordFeed:
        """Every event record of this desk from now on, as it is logged (what `--json` prints); ends with `aclose`."""
        return self._hub.add_feed()

    # Asking

    async def ask(self, question: str, *, mode: str | None = None) -> str:
        """Ask; returns the run's id at once. While a run is going on the question waits its turn.

        Raises UsageError for an empty question, and when the filter leaves no document to ask.
        """
        text = question.strip()
        if not text:
            raise UsageError("The question is empty.", hint="Type what you want to know.")
        mode = self._checked_mode(mode or self._mode)
        if not self._watch.is_indexing and (problem := self.filter_problem):
            raise UsageError(problem, hint="/clear-filter asks all documents again.")
        note = await self._session.begin(text, self._watch.roots, await self._decided_model(mode))
        asked = Asked(self._session.next_run_id(), text, mode, note, self._filter)
        self._runs.add(asked)
        self._update_status()
        return asked.run_id

    async def wait_finished(self, run_id: str) -> EventRecord:
        """Wait for the end of a run: its `RunFinished`, by then on disk (else `status.not_saved` says why not).

        Raises UsageError for a run that was not asked in this session, or was taken back.
        """
        record = await self._runs.wait_finished(run_id)
        await self._session.saved()
        return record

    async def wait_indexed(self) -> None:
        """Wait until no document is being indexed (what `ask` on the command line does first)."""
        await self._watch.wait_done()

    async def ask_again(self, run_id: str) -> str:
        """Ask the question of an earlier run once more, in its mode. Raises UsageError for an unknown run."""
        question = self._session.question(run_id)
        if question is None:
            raise UsageError(f"There is no question {run_id} in this session.")
        text, mode = question
        return await self.ask(text, mode=mode if mode in self.modes else None)

    def unqueue(self, index: int) -> str | None:
        """Take a waiting question back; its text, or None when it has begun meanwhile."""
        taken = self._runs.take_back(index)
        self._update_status()
        return taken

    async def cancel(self) -> bool:
        """Stop the run that is going on and keep what came; False when nothing runs."""
        return await self._runs.cancel()

    async def respond(self, request_id: str, response: str, **fields: JsonValue) -> bool:
        """Answer a question of the run; False when nobody waits for it any more (answered, or the run is over)."""
        turn = self._runs.turn
        return turn is not None and turn.respond(request_id, response, fields)

    # Settings of the desk

    def set_mode(self, mode: str) -> None:
        """One of `modes` for the next questions. Raises UsageError for another."""
        self._mode = self._checked_mode(mode)
        self._update_status()

    def set_model(self, name: str) -> None:
        """The model for the next questions. Raises ConfigError for one that cannot be used."""
        self._workflows.set_model(name)
        self._update_status()

    def set_web(self, policy: str) -> None:
        """Web search: `off`, `ask` or `on`. Raises UsageError for another."""
        if policy not in ("off", "ask", "on"):
            raise UsageError(f"Web search is off, ask or on, not {policy!r}.")
        self._workflows.web = policy
        self._update_status()

    def models(self) -> list[str]:
        """Names for `set_model`, as far as they are known."""
        return self._workflows.models()

    # Documents

    async def add_roots(self, paths: Sequence[Path]) -> None:
        """Put files and folders on the desk and index them. Raises UsageError for a path that is not there."""
        absolute = await asyncio.to_thread(existing_paths, paths)
        new = [path for path in absolute if path not in self._watch.roots]
        if new:
            await self._set_roots([*self._watch.roots, *new])

    async def remove_root(self, path: Path) -> None:
        """Take one of `roots` off the desk (the file or folder stays untouched)."""
        await self._set_roots([root for root in self._watch.roots if root != path])

    async def refresh(self) -> None:
        """Look again for new, changed and deleted files, in the background."""
        await self._watch.refresh()

    async def set_filter(self, selection: Selection) -> None:
        """Ask only these documents of the desk, from the next question on; `EVERYTHING` asks all again.

        Raises UsageError for places that are not on the desk, and where no filter applies.
        """
        if self._mode == OWN and selection != EVERYTHING:
            raise UsageError("This desk's workflow looks for its documents itself; a filter would change nothing.")
        made = await self._desk_filter(selection)
        if selection.scope and not made.selection.scope:
            raise UsageError(f"Not on the desk: {', '.join(selection.scope)}.", hint="Add it first: /add PATH")
        self._filter = made
        self._update_status()

    @property
    def filter_problem(self) -> str:
        """What to say when the filter leaves no document that can be searched; "" when it does."""
        return self._filter.problem(self._watch.state.files)

    async def document(self, path: str | Path) -> Document:
        """The text of a document as it was indexed. Raises DocumentError when it is not there."""
        return await asyncio.to_thread(self._library.document, Path(path))

    # Sessions

    async def new_session(self) -> None:
        """An empty session on the same documents; a run going on is stopped first."""
        await self._close_session()
        self._session = self._empty_session()
        self._hub.reset()
        self._update_status()

    async def open_session(self, session_id: str) -> None:
        """Open a saved session and its documents; its last blocks are there at once, the rest as `EarlierBlocks`."""
        if session_id == self.session.id:
            return
        await self._open(session_id)
        documents = tuple(Path(name) for name in self.session.documents)
        self._filter = NO_FILTER  # another matter: a filter must not stay unnoticed
        if documents and documents != self._watch.roots:
            await self._watch.set_roots(documents)
        self._update_status()

    async def sessions(self) -> list[SessionInfo]:
        """All saved sessions, the latest first."""
        return await asyncio.to_thread(self._store.list)

    async def search_sessions(self, text: str) -> list[SessionInfo]:
        """The sessions with all words of `text` in title, questions or answers; `SessionInfo.excerpt` shows where."""
        return await asyncio.to_thread(self._store.search, text)

    async def rename_session(self, session_id: str, title: str) -> None:
        """Raises SessionError when it cannot be written."""
        if session_id == self.session.id:
            await self._session.rename(title)
            self._update_status()
        else:
            await asyncio.to_thread(self._store.rename, session_id, title)

    async def delete_session(self, session_id: str) -> None:
        """Delete a session for good; deleting the open one opens a new one. Raises SessionError."""
        if session_id == self.session.id:
            await self.new_session()
        if session_id:  # a new session has nothing to delete
            await asyncio.to_thread(self._store.delete, session_id)

    async def export(self, format_: str, path: Path, *, may_replace: bool = False) -> Path:
        """Write the open session to `path` as `md`, `html` or `json`; the path that was written.

        Raises UsageError for another format, and for a file that is there already unless it may be replaced, and
        SessionError when it cannot be written.
        """
        records, title = await self._session.records(), self.session.title
        return await asyncio.to_thread(_write_export, format_, path, title, records, may_replace=may_replace)

    async def event_detail(self, row: TraceRow) -> list[EventRecord]:
        """The events behind a row of the event log, whole."""
        return await self._session.detail(row)

    # State

    @property
    def status(self) -> DeskStatus:
        """What the status line shows."""
        return self._board.status

    @property
    def library(self) -> LibraryChanged:
        """The documents of the desk as they are now."""
        return self._watch.state

    @property
    def transcript(self) -> Transcript:
        """The open session from its last questions on."""
        return self._session.transcript

    @property
    def session(self) -> SessionInfo:
        """The open session; its id is "" before its first question."""
        return self._session.info

    @property
    def roots(self) -> tuple[Path, ...]:
        """The files and folders on the desk."""
        return self._watch.roots

    @property
    def last_error(self) -> BaseException | None:
        """The exception behind the last failed run, or of the warm-up before it; for `--debug`."""
        return self._last_error or self._background.last_error

    # Inside

    def _checked_mode(self, mode: str) -> str:
        if mode not in self.modes:
            known = ", ".join(self.modes)
            raise UsageError(f"This desk does not answer in the mode {mode!r}.", hint=f"Its modes: {known}.")
        return mode

    async def _set_roots(self, roots: Sequence[Path]) -> None:
        await self._watch.set_roots(roots)
        self._filter = await self._desk_filter(self._filter.selection)
        self._update_status()

    async def _desk_filter(self, selection: Selection) -> DeskFilter:
        return await asyncio.to_thread(desk_filter, selection, list(map(str, self.roots)))

    async def _usual_roots(self) -> list[Path]:
        documents = self.session.documents
        if not documents and self._mode != OWN:
            documents = await asyncio.to_thread(self._store.latest_documents)
        return [Path(name) for name in documents]

    async def _decided_model(self, mode: str) -> str:
        """The model's name; right after the start it may still have to be decided, as it must be for an answer."""
        if not self._workflows.model_name(mode):
            with suppress(BookwheelError, TimeoutError):  # the run itself will tell what is wrong
                async with asyncio.timeout(_MODEL_PATIENCE_S):
                    await self._workflows.workflow(mode, self._watch.roots)
        return self._workflows.model_name(mode)

    def _begin_turn(self, asked: Asked) -> Turn:
        history = self._session.history()

        async def begin() -> RunHandler:
            await self._watch.wait_searchable()
            workflow = await self._workflows.workflow(asked.mode, self._watch.roots, asked.filter.selection)
            return workflow.run(user_msg=asked.question, chat_history=history)

        request = TurnRequest(
            run_id=asked.run_id,
            question=asked.question,
            mode=asked.mode,
            model=self._workflows.model_name(asked.mode),
            time_limit_s=self._limits.time_limit_s,
            notice=asked.note,
            filter=asked.filter.data,
            coverage=self._watch.coverage,
        )
        return Turn(request, self._session.recorder, begin)

    def _empty_session(self) -> OpenSession:
        return OpenSession(self._store, self._hub, on_event=self._follow, on_saving=lambda _: self._update_status())

    async def _open(self, session_id: str) -> None:
        saved = await asyncio.to_thread(self._store.open, session_id)
        await self._close_session()
        self._session = self._empty_session()
        await self._session.load(saved)
        self._hub.reset()
        self._update_status()
        self._background.start(self._load_earlier(self._session), name="earlier blocks")

    async def _close_session(self) -> None:
        await self._runs.stop_all()
        await self._session.close()
        self._board.forget_costs()

    async def _load_earlier(self, session: OpenSession) -> None:
        async with aclosing(session.load_earlier()) as parts:
            async for blocks in parts:
                if session is not self._session:
                    return
                self._hub.earlier(blocks)
        self._update_status()  # damaged lines may have been found

    async def _warm_up(self) -> None:
        await self._workflows.warm_up()
        self._update_status()

    def _library_changed(self, state: LibraryChanged) -> None:
        self._hub.library(state)
        self._may_lack_vectors = True
        self._embed_when_settled()

    def _embed_when_settled(self) -> None:
        """The end of a look that found nothing new is told to nobody, and the vectors may be missing all the same."""
        if self._embedding is not None and self._may_lack_vectors and not self._watch.is_indexing:
            self._may_lack_vectors = False
            self._embedding.start()

    def _meaning_changed(self, meaning: MeaningState) -> None:
        self._board.change(replace(self._board.status, meaning=meaning))

    def _follow(self, record: EventRecord) -> None:
        turn = self._runs.turn
        self._board.follow(record, turn.answer if turn is not None else None)
        if record.type == "RunFinished":
            self._last_error = turn.error if turn is not None else None
        if record.type != "AgentStream":
            self._update_status()

    def _update_status(self) -> None:
        turn, info = self._runs.turn, self.session
        self._board.change(
            replace(
                self._board.status,
                session_id=info.id,
                session_title=info.title,
                mode=self._mode,
                model=self._workflows.model_name(self._mode),
                web=self._workflows.web,
                selection=self._filter.selection,
                filter=self._filter.text,
                queued=self._runs.waiting,
                waiting_requests=turn.questions.waiting if turn is not None else (),
                not_saved=self._session.not_saved,
                session_note=self._session.note,
            )
        )


def _write_export(format_: str, path: Path, title: str, records: Sequence[EventRecord], *, may_replace: bool) -> Path:
    # Not needed for the first frame.
    from bookwheel.transcript.export import write_export

    return write_export(format_, path, title, records, may_replace=may_replace)
