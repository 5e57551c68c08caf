"""What a front end talks to: one desk with its documents, its session and its model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from bookwheel.assistant.ports import LibraryPort, RunLimits, WorkflowSource
from bookwheel.assistant.subscription import Subscription
from bookwheel.assistant.updates import DeskStatus
from bookwheel.engine.event_log import EventRecord
from bookwheel.engine.schema import Document, JsonValue
from bookwheel.sessions.model import SessionInfo
from bookwheel.sessions.store import SessionStore
from bookwheel.transcript.reducer import Transcript
from bookwheel.transcript.trace import TraceRow


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
    ) -> None: ...

    # -- life

    async def start(
        self, roots: Sequence[Path] = (), *, session_id: str | None = None, resume_last: bool = False
    ) -> None:
        """Open the desk: the session asked for (else a new one), its documents when `roots` is empty, and their index.

        Indexing and the model's warm-up go on in the background. Raises SessionError for an unknown `session_id`.
        """

    async def aclose(self) -> None:
        """Stop everything (a run is cancelled and keeps what came), write what is unwritten, release the session."""

    def subscribe(self) -> Subscription:
        """A reader of all that happens from now on; its first updates are the whole present state."""

    def records(self) -> AsyncGenerator[EventRecord, None]:
        """Every event record of this desk from now on, as it is logged (what `--json` prints); ends with `aclose`."""

    # -- asking

    async def ask(self, question: str, *, mode: str | None = None) -> str:
        """Ask; returns the run's id at once. While a run is going on the question waits its turn.

        Raises UsageError for an empty question.
        """

    async def wait_finished(self, run_id: str) -> EventRecord:
        """Wait for the end of a run; its `RunFinished` record, on disk by then unless `status.not_saved` says why not."""

    async def wait_indexed(self) -> None:
        """Wait until no document is being indexed (what `ask` on the command line does first)."""

    async def ask_again(self, run_id: str) -> str:
        """Ask the question of an earlier run once more, in its mode."""

    def unqueue(self, index: int) -> str | None:
        """Take a waiting question back; its text, or None when it has begun meanwhile."""

    async def cancel(self) -> bool:
        """Stop the run that is going on and keep what came; False when nothing runs."""

    async def respond(self, request_id: str, response: str, **fields: JsonValue) -> bool:
        """Answer a question of the run; False when nobody waits for it any more (answered, or the run is over)."""

    # -- settings of the desk

    def set_mode(self, mode: str) -> None:
        """`query`, `agent` or `workflow` for the next questions."""

    def set_model(self, name: str) -> None:
        """The model for the next questions. Raises ConfigError for one that cannot be used."""

    def set_web(self, policy: str) -> None:
        """Web search: `off`, `ask` or `on`."""

    def models(self) -> list[str]:
        """Names for `set_model`, as far as they are known."""

    # -- documents

    async def add_roots(self, paths: Sequence[Path]) -> None:
        """Put files and folders on the desk and index them. Raises UsageError for a path that is not there."""

    async def remove_root(self, path: Path) -> None:
        """Take a file or folder off the desk (its file stays untouched)."""

    async def refresh(self) -> None:
        """Look again for new, changed and deleted files, in the background."""

    async def document(self, path: str) -> Document:
        """The text of a document as it was indexed. Raises DocumentError when it is not there."""

    # -- sessions

    async def new_session(self) -> None:
        """An empty session on the same documents; a run going on is stopped first."""

    async def open_session(self, session_id: str) -> None:
        """Open a saved session; its last blocks are there at once, earlier ones follow as `EarlierBlocks`."""

    async def sessions(self) -> list[SessionInfo]:
        """All saved sessions, the latest first."""

    async def search_sessions(self, text: str) -> list[SessionInfo]:
        """The sessions that hold all words of `text` in title, questions or answers; `SessionInfo.excerpt` shows where."""

    async def rename_session(self, session_id: str, title: str) -> None: ...

    async def delete_session(self, session_id: str) -> None:
        """Delete a session for good; deleting the open one opens a new one."""

    async def export(self, format_: str, path: Path) -> Path:
        """Write the open session to `path` as `md`, `html` or `json`; the path that was written."""

    async def event_detail(self, row: TraceRow) -> list[EventRecord]:
        """The events behind a row of the event log, whole."""

    # -- state

    @property
    def status(self) -> DeskStatus: ...

    @property
    def transcript(self) -> Transcript: ...

    @property
    def session(self) -> SessionInfo: ...

    @property
    def roots(self) -> tuple[Path, ...]: ...

    @property
    def last_error(self) -> BaseException | None:
        """The exception behind the last failed run, for `--debug`."""
