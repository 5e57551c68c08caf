"""The updates that an `Assistant` sends to its subscribers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from bookwheel.engine.index.progress import FileState, IngestProgress, LeftOut
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.blocks import Block, Change

OWN = "workflow"
"""The only mode of a desk on the user's own workflow, which has no documents unless it is given some."""

if TYPE_CHECKING:
    from bookwheel.assistant.session_replay import ReplayState
    from bookwheel.transcript.event_rows import EventRow

Phase = Literal["idle", "searching", "asking", "thinking", "writing", "tool", "waiting"]


@dataclass(frozen=True, slots=True)
class Unloaded:
    """What is shown of a long session once `DeskSessions.load_earlier` has loaded it.

    `questions` is how many questions, as far as is known; `is_whole` says that there is nothing more to load.
    """

    questions: int = 0
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class TranscriptReset:
    """Another session is open: these are its last blocks; earlier ones are sent as `EarlierBlocks` when asked for."""

    blocks: tuple[Block, ...]
    unloaded: Unloaded = Unloaded()


@dataclass(frozen=True, slots=True)
class EarlierBlocks:
    """Older blocks of a long session; they go before all that were sent so far.

    `questions` are the texts of the questions that are not loaded, oldest first, once they are known.
    """

    blocks: tuple[Block, ...]
    unloaded: Unloaded = Unloaded()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TranscriptChanged:
    """Blocks that opened, grew, changed or closed, in this order; pieces of text are merged."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class EventRowsReset:
    """Another session is open: the event rows of its last runs."""

    rows: tuple[EventRow, ...]


@dataclass(frozen=True, slots=True)
class EventRowsChanged:
    """New event rows, or newer versions of rows with the same id."""

    rows: tuple[EventRow, ...]


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """The documents of the desk as they are now; `progress` is None when nothing is being indexed.

    When a state said `is_indexing`, another one follows that does not.
    `note` says why changes on disk are not noticed, "" when they are. `is_loading`: the documents are not known yet;
    `is_checking`: those of the index are, but whether there are others or newer ones is not.
    """

    files: tuple[FileState, ...]
    left_out: tuple[LeftOut, ...]
    roots: tuple[str, ...]
    progress: IngestProgress | None = None
    error: str = ""
    note: str = ""
    is_loading: bool = False
    is_indexing: bool = False
    is_checking: bool = False


@dataclass(frozen=True, slots=True)
class EmbeddingState:
    """How many of the passages have a vector; `error` says why embedding does not go on."""

    embedded: int = 0
    total: int = 0
    error: str = ""

    @property
    def is_whole(self) -> bool:
        return self.embedded >= self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStatus:
    """The status line's facts. Tokens are the endpoint's counts, or our estimate when `estimated`; times in seconds.

    `desk` is the name of the desk, "" when it has none. `env_endpoint` is the endpoint that questions go to because a
    `.env` names it, else "".
    `cost` is what the run has cost so far, in dollars, None where the price is not known, `session_cost` what the
    session has. `context_share` is the part of the model's window that the last call filled.
    `retry_at` is when a request that failed is sent again, by `time.monotonic`, None while none waits for that.
    `is_model_known` is False while the model is still being chosen, and
    `model_problem` says why it cannot answer. `replay` says how far a session is played back.
    `selection` is the filter in force, `filter` its words ("" when all documents are searched). `not_saved` says
    why the session is not on disk, "" when it is; `session_note` what else the user should know of it (read-only,
    damaged lines skipped).
    """

    session_id: str = ""
    session_title: str = ""
    desk: str = ""
    mode: str = "query"
    model: str = ""
    env_endpoint: str = ""
    web: str = "ask"
    selection: Selection = EVERYTHING
    filter: str = ""
    phase: Phase = "idle"
    phase_detail: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False
    cost: float | None = None
    session_cost: float = 0.0
    context_share: float | None = None
    ttft_s: float | None = None
    tokens_per_s: float | None = None
    retry_at: float | None = None
    queued: tuple[str, ...] = ()
    waiting_requests: tuple[str, ...] = ()
    embedding: EmbeddingState = EmbeddingState()
    not_saved: str = ""
    session_note: str = ""
    is_model_known: bool = True
    model_problem: str = ""
    replay: ReplayState | None = None

    @classmethod
    def unknown(cls) -> DeskStatus:
        """Before there is an assistant: neither its model is known, nor its mode, nor whether it searches the web."""
        return cls(mode="", web="off", is_model_known=False)


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The status line has changed."""

    status: DeskStatus


Update: TypeAlias = (
    TranscriptReset
    | EarlierBlocks
    | TranscriptChanged
    | EventRowsReset
    | EventRowsChanged
    | LibraryChanged
    | StatusChanged
)
