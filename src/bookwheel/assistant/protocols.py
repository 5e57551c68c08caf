"""What the assistant needs from outside: workflows to run, and a library of documents."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bookwheel.engine.index.folder_watch import FolderWatch
from bookwheel.engine.index.progress import FileState, IngestUpdate, LeftOut, SearchedPassage
from bookwheel.engine.schema import ChatMessage, Document
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.research.research_state import ResearchState
    from bookwheel.engine.stores.store_protocol import VectorCoverage
    from bookwheel.engine.tools.mcp.server_texts import ServerOffer


class RunContext(Protocol):
    """The part of a handler's context that accepts answers of a human.

    `message` is an event of the handler's own library, which only the bridge can make.
    """

    def send_event(self, message: Any) -> None: ...


class RunHandler(Protocol):
    """A run in progress: ours, a user's workflow's or LlamaIndex's."""

    @property
    def ctx(self) -> RunContext | None: ...

    def __await__(self) -> Generator[object, None, object]: ...

    def stream_events(self) -> AsyncGenerator[object, None]: ...

    async def cancel_run(self) -> None: ...


class Runnable(Protocol):
    """Anything that answers a message."""

    def run(self, *, user_msg: str | ChatMessage, chat_history: list[ChatMessage] | None = None) -> RunHandler: ...


class WorkflowSource(Protocol):
    """Makes the workflow that answers in a mode (`query`, `agent`, `research` or `workflow`), and knows the models.

    It answers from the selected documents below the roots; research continues from the state of another run.
    """

    web: str

    @property
    def problem(self) -> str:
        """Why the model cannot answer, and what to do, as far as the warm-up has found out; "" for nothing."""
        ...

    async def workflow(
        self,
        mode: str,
        roots: Sequence[Path],
        selection: Selection = EVERYTHING,
        resume: ResearchState | None = None,
    ) -> Runnable: ...

    def model_name(self, mode: str) -> str: ...

    def models(self) -> list[str]: ...

    def set_model(self, name: str) -> None: ...

    async def warm_up(self) -> None: ...

    async def aclose(self) -> None: ...


class PermissionPort(Protocol):
    """The lasting permissions for tools, as rules: those kept in the settings, and those of this session."""

    @property
    def always(self) -> Sequence[str]: ...

    @property
    def session(self) -> Sequence[str]: ...

    async def grant(self, rule: str, *, always: bool) -> str: ...

    async def revoke(self, rule: str) -> None: ...

    async def replace(self, rule: str, other: str) -> None: ...


@runtime_checkable
class PermittingSource(Protocol):
    """A workflow source whose agents obey lasting permissions."""

    @property
    def permissions(self) -> PermissionPort: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOffer:
    """A model that can be chosen: `value` is what `set_model` takes, "" for what is only named; `note` says where."""

    value: str
    label: str
    note: str = ""


@runtime_checkable
class ListingSource(Protocol):
    """A workflow source that finds models beyond those of its endpoint, and can try one."""

    async def offers(self) -> list[ModelOffer]: ...

    async def try_model(self, name: str) -> str: ...


@runtime_checkable
class CheckingSource(Protocol):
    """A workflow source that can say, before a model is chosen, what speaks against it."""

    async def check_model(self, name: str) -> str: ...


class ServerPort(Protocol):
    """The prompts and resources of MCP servers; `known` are those found last."""

    @property
    def known(self) -> Sequence[ServerOffer]: ...

    async def offers(self) -> Sequence[ServerOffer]: ...

    async def prompt(self, server: str, name: str, arguments: Mapping[str, str]) -> str: ...


@runtime_checkable
class ServerSource(Protocol):
    """A workflow source whose agents have tools of MCP servers."""

    @property
    def servers(self) -> ServerPort: ...


@runtime_checkable
class ConfiguredSource(Protocol):
    """A workflow source that was made from settings."""

    @property
    def config(self) -> Config: ...


class LibraryPort(Protocol):
    """The documents. The plain methods block and are called in threads; closing `refresh` stops the worker cleanly."""

    def files(self, roots: Sequence[Path]) -> list[FileState]: ...

    def left_out(self, roots: Sequence[Path]) -> list[LeftOut]: ...

    def refresh(
        self, roots: Sequence[Path], paths: Collection[str] | None = None
    ) -> AsyncGenerator[IngestUpdate, None]: ...

    def watch(self, roots: Sequence[Path]) -> FolderWatch: ...

    def document(self, path: Path) -> Document: ...

    def passages(self, path: Path) -> list[SearchedPassage]: ...

    @property
    def has_embed_model(self) -> bool: ...

    def embed(self) -> AsyncGenerator[VectorCoverage, None]: ...

    async def aclose(self) -> None: ...
