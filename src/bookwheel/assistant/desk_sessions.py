"""The sessions of a desk: the open one, and all that are saved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.assistant.documents.desk_documents import DeskDocuments
from bookwheel.assistant.earlier_runs import LARGE_PART_RUNS, PART_RUNS
from bookwheel.assistant.open_session import OpenSession
from bookwheel.assistant.side_tasks import SideTasks
from bookwheel.assistant.subscription import Hub, PendingWrite, Subscription
from bookwheel.assistant.updates import OWN, EarlierBlocks
from bookwheel.engine.events.run_events import RunUsage
from bookwheel.engine.record import EventRecord
from bookwheel.errors import SessionError, UsageError
from bookwheel.sessions.header import SessionInfo
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.reducer import Transcript
from bookwheel.transcript.run_tree import START

if TYPE_CHECKING:
    from bookwheel.assistant.session_replay import Replay
    from bookwheel.engine.index.source_facts import SourceFacts
    from bookwheel.transcript.event_rows import EventRow

_PREVIEWED_RUNS = 20

# Reading 5,000 questions takes 0.3 s of the processor, and a thread takes half of it from whatever draws the page.
_PAGE_FIRST_S = 0.25


class DeskSessions:
    """Opens, lists and changes sessions; `current` is the open one.

    `before_closing` is awaited before the open session closes, `is_running` says whether a run is in progress,
    `on_opened` opens the named desk of a session, if it has one, `on_event` gets every record of the open session,
    `cost_of` gives what tokens cost, and `status_changed` is called when the status line must be updated.
    """

    def __init__(
        self,
        store: SessionStore,
        hub: Hub,
        documents: DeskDocuments,
        tasks: SideTasks,
        *,
        before_closing: Callable[[], Awaitable[None]],
        is_running: Callable[[], bool],
        on_opened: Callable[[SessionInfo], Awaitable[bool]],
        on_event: Callable[[EventRecord], None],
        cost_of: Callable[[RunUsage], float | None],
        status_changed: Callable[[], None],
    ) -> None:
        self._store = store
        self._hub = hub
        self._documents = documents
        self._tasks = tasks
        self._before_closing = before_closing
        self._is_running = is_running
        self._on_opened = on_opened
        self._on_event = on_event
        self._cost_of = cost_of
        self._status_changed = status_changed
        self.current = self._empty()
        self.export_theme = ""
        """The theme whose colours an exported page has."""
        self.replay: Replay | None = None
        """What plays a saved session on the desk."""

    @property
    def info(self) -> SessionInfo:
        """The open session; its id is "" before its first question."""
        return self.current.info

    @property
    def transcript(self) -> Transcript:
        """The open session from its last questions on."""
        return self.current.transcript

    def subscribe(self, pending_write: PendingWrite) -> Subscription:
        """A reader of the open session and of what follows; its first updates are all that is loaded."""
        subscription = Subscription(
            lambda: self.current.blocks(),
            lambda: self.current.event_rows.rows,
            pending_write,
            lambda: self.current.unloaded,
        )
        self._hub.add(subscription)
        subscription.put_reset()
        return subscription

    def reserve_id(self) -> str:
        """The id of the open session, also before its first question, for a caller that must know it then."""
        return self.current.reserve_id()

    async def new(self) -> None:
        """Open an empty session on the same documents; a run that is going on is stopped first."""
        await self._close()
        self._show(self._empty())

    async def open(self, session_id: str) -> None:
        """Open a saved session and its documents; its last blocks are there at once, `load_earlier` loads the others.

        The filter is cleared: the session may be about other documents. Raises SessionError for an unknown id.
        """
        if session_id == self.info.id:
            return
        await self.load(session_id)
        if await self._on_opened(self.info):
            self._status_changed()
            return  # its named desk is open now, with its own documents
        self._documents.clear_filter()
        documents = tuple(Path(name) for name in self.info.documents)
        if documents and documents != self._documents.roots:
            await self._documents.set_roots(documents)

    async def load(self, session_id: str) -> None:
        """Open a saved session and leave the documents as they are. Raises SessionError for an unknown id."""
        saved = await asyncio.to_thread(self._store.open, session_id)
        await self._close()
        loaded = self._empty()
        self.current = loaded
        await loaded.load(saved)
        self._show(loaded)
        self._tasks.start(self._read_outline(loaded), name="earlier questions")

    async def play(self, records: Sequence[EventRecord], title: str = "", *, speed: float = 1.0) -> Replay:
        """Play records onto an empty desk with their own timing; nothing of it is saved before `keep_played`."""
        from bookwheel.assistant.session_replay import Replay

        await self.new()
        session = self.current
        self.replay = Replay(
            records, show=lambda record: session.play(record, title), changed=self._status_changed, speed=speed
        )
        self._tasks.start(self.replay.run(), name="replay")
        self._status_changed()
        return self.replay

    async def keep_played(self) -> None:
        """End a replay, save the whole answers of it as a session, and open that; without a replay it does nothing.

        Raises SessionError when it cannot be saved.
        """
        if self.replay is None:
            return
        self._end_replay()
        whole, title = self.current.end_played(), self.info.title
        if any(record.run_started is not None for record in whole):
            await self.load((await self.add(whole, title)).id)
        else:
            await self.new()

    async def load_earlier(self, *, whole: bool = False) -> None:
        """Load what is before the loaded part of the open session, a part or the `whole`; sent as `EarlierBlocks`."""
        session = self.current
        runs = LARGE_PART_RUNS if whole else PART_RUNS
        is_read = await self._load_part(session, runs)
        while whole and is_read:
            is_read = await self._load_part(session, runs)

    async def load_until(self, run_id: str) -> None:
        """As `load_earlier`, until the blocks of this run are there; at once for one that does not exist."""
        session = self.current
        await session.earlier.read_outline()
        while any(question.run == run_id for question in session.earlier.questions):
            await self._load_part(session, LARGE_PART_RUNS)

    async def go_to(self, run_id: str) -> None:
        """Show the branch of the open session that ends with this run; the next question follows its answer.

        "" is the beginning of the session. Raises UsageError while a run is going on, and for an unknown run.
        """
        session = self.current
        await self.load_until(run_id)
        if self._is_running():
            raise UsageError("An answer is being written.", hint="Stop it, or wait for its end.")
        if run_id != START and run_id not in session.tree.path(run_id):
            raise UsageError(f"This session has no question {run_id}.", hint="Choose one of its questions.")
        session.tip = run_id
        self._hub.reset()

    async def latest_id(self, desk: str = "") -> str | None:
        """The id of the session that was used last, of the named desk if one is given; None when none is saved."""
        latest = await asyncio.to_thread(self._store.latest, desk)
        return latest.id if latest is not None else None

    async def usual_documents(self, mode: str) -> list[Path]:
        """The documents of the open session; where it has none, those of the session that was used last.

        A desk on the user's own workflow has documents only where it is given some.
        """
        names = self.info.documents
        if not names and mode != OWN:
            names = await asyncio.to_thread(self._store.latest_documents)
        return [Path(name) for name in names]

    async def list(self) -> list[SessionInfo]:
        """All saved sessions, the latest first."""
        return await asyncio.to_thread(self._store.list)

    async def search(self, text: str) -> Sequence[SessionInfo]:
        """The sessions with all words of `text` in title, questions or answers; `SessionInfo.excerpt` shows where."""
        return await asyncio.to_thread(self._store.search, text)

    async def rename(self, session_id: str, title: str) -> None:
        """Give a session another title. Raises SessionError when it cannot be written."""
        if session_id == self.info.id:
            await self.current.rename(title)
            self._status_changed()
        else:
            await asyncio.to_thread(self._store.rename, session_id, title)

    async def delete(self, session_id: str) -> None:
        """Delete a session; deleting the open one opens a new one. `restore` brings it back. Raises SessionError."""
        if session_id == self.info.id:
            await self.new()
        if session_id:  # a new session has nothing to delete
            await asyncio.to_thread(self._store.delete, session_id)

    async def restore(self, session_id: str = "") -> str:
        """Bring back a deleted session, the one deleted last unless named; its id. Raises SessionError."""
        deleted = await asyncio.to_thread(self._store.deleted)
        if not session_id and not deleted:
            raise SessionError("There is no deleted session.", hint="Deleted sessions are kept for seven days.")
        wanted = session_id or deleted[0]
        await asyncio.to_thread(self._store.restore, wanted)
        return wanted

    async def fork(self, session_id: str) -> SessionInfo:
        """Copy a session into a new one, which is not opened. Raises SessionError."""
        if session_id == self.info.id:
            await self.current.saved()
        return await asyncio.to_thread(self._store.fork, session_id)

    async def add(self, records: Sequence[EventRecord], title: str = "") -> SessionInfo:
        """Make a session of the records of an event log, which is not opened. Raises SessionError."""
        return await asyncio.to_thread(self._store.add, records, title)

    async def read(self, session_id: str) -> Sequence[EventRecord]:
        """The last questions of a saved session with what belongs to them. Raises SessionError for an unknown id."""
        return await asyncio.to_thread(_last_records, self._store, session_id)

    async def export(self, format_: str, path: Path, *, may_replace: bool = False, run: str = "") -> Path:
        """Write the open session to `path` in one of the formats of `transcript.export`; the path that was written.

        With `run`, only that question. Raises UsageError for another format, for a session without a question, and for
        a file that exists unless it may be replaced, and SessionError when it cannot be written.
        """
        records, title = await self.current.records(), self.info.title
        if run:
            records = [record for record in records if record.run == run]
        if not records:
            raise UsageError("This session has no question yet: nothing to write.", hint="Ask one first.")
        return await asyncio.to_thread(
            _write_export,
            format_,
            path,
            title,
            records,
            may_replace=may_replace,
            facts_of=self._documents.facts_of,
            theme=self.export_theme,
        )

    async def event_detail(self, row: EventRow) -> Sequence[EventRecord]:
        """The events behind a row of the event log, whole."""
        return await self.current.detail(row)

    async def aclose(self) -> None:
        """Save what is unsaved and release the open session."""
        await self.current.close()

    def _empty(self) -> OpenSession:
        return OpenSession(
            self._store,
            self._hub,
            on_event=self._on_event,
            on_saving=lambda _reason: self._status_changed(),
            cost_of=self._cost_of,
        )

    def _show(self, session: OpenSession) -> None:
        self.current = session
        self._hub.reset()
        self._status_changed()

    def _end_replay(self) -> None:
        if self.replay is not None:
            self.replay.stop()
            self.replay = None

    async def _close(self) -> None:
        if self.replay is not None:
            self._end_replay()
            self.current.end_played()
        await self._before_closing()
        await self.current.close()

    async def _load_part(self, session: OpenSession, runs: int) -> bool:
        """Load one part and send it; False when there is none, or another session is open."""
        if session.earlier.is_whole:
            return False
        blocks = await session.load_part(runs)
        if session is not self.current:
            return False
        self._hub.earlier(EarlierBlocks(blocks, session.unloaded))
        self._status_changed()  # damaged lines may have been found
        return True

    async def _read_outline(self, session: OpenSession) -> None:
        if not session.earlier.is_outline_read:
            await asyncio.sleep(_PAGE_FIRST_S)
        if session is not self.current:
            return
        await session.earlier.read_outline()
        if session is self.current and not session.earlier.is_whole:
            texts = tuple(question.text for question in session.earlier.questions)
            self._hub.earlier(EarlierBlocks((), session.unloaded, texts))
            self._status_changed()  # damaged lines may have been found


def _last_records(store: SessionStore, session_id: str) -> Sequence[EventRecord]:
    session = store.open(session_id, for_writing=False)
    try:
        return session.tail(_PREVIEWED_RUNS).records
    finally:
        session.close()


def _write_export(
    format_: str,
    path: Path,
    title: str,
    records: Sequence[EventRecord],
    *,
    may_replace: bool,
    facts_of: Callable[[str], SourceFacts | None],
    theme: str,
) -> Path:
    # Not needed for the first frame.
    from bookwheel.transcript.export import write_export

    return write_export(format_, path, title, records, may_replace=may_replace, facts_of=facts_of, theme=theme)
