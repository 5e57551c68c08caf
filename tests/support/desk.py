"""A small desk for tests: documents in memory, scripted models, workflows written on the spot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.protocols import Runnable
from bookwheel.assistant.run_costs import RunLimits
from bookwheel.assistant.updates import Update
from bookwheel.config.setting_tables import Config
from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.index.folder_watch import FolderWatch
from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.engine.index.progress import (
    FileState,
    IngestDone,
    IngestProgress,
    IngestUpdate,
    LeftOut,
    SearchedPassage,
)
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import Document, NodeWithScore, QueryBundle, TextNode
from bookwheel.engine.stores.store_protocol import EVERYTHING, Selection, VectorCoverage
from bookwheel.engine.tools.approval import current_permissions
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.handler import WorkflowHandler, start_run
from bookwheel.errors import DocumentError
from bookwheel.sessions.session_store import SessionStore
from bookwheel.wiring.tool_permissions import ToolPermissions


class Shelf(BaseRetriever):
    """Finds all of its passages for every question."""

    def __init__(self, *texts: str) -> None:
        self.nodes = [passage(f"n{index}", text) for index, text in enumerate(texts, start=1)]

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [NodeWithScore(node, 1.0) for node in self.nodes]


def passage(node_id: str, text: str) -> TextNode:
    return TextNode(
        text,
        {"file_path": f"/papers/{node_id}.md"},
        id_=node_id,
        start_char_idx=100,
        end_char_idx=100 + len(text),
    )


class Folder:
    """A library whose files are indexed one by one when the test says so."""

    def __init__(self, *names: str, is_indexed: bool = True) -> None:
        self.states = {name: self._file(name, is_indexed=is_indexed) for name in names}
        self.todo = [] if is_indexed else list(names)
        self.may_index = asyncio.Semaphore(0)
        self.is_closed = False
        self.refreshes_open = 0

    def _file(self, name: str, *, is_indexed: bool) -> FileState:
        return FileState(path=name, root="/", status="indexed" if is_indexed else "waiting")

    def files(self, roots: Sequence[Path]) -> list[FileState]:
        return list(self.states.values())

    def left_out(self, roots: Sequence[Path]) -> list[LeftOut]:
        return [LeftOut("/papers/.git", "/papers", "hidden")]

    async def refresh(
        self, roots: Sequence[Path], paths: Collection[str] | None = None
    ) -> AsyncGenerator[IngestUpdate, None]:
        self.refreshes_open += 1
        try:
            yield IngestProgress(0, len(self.states), 0, 100)
            while self.todo:
                await self.may_index.acquire()
                name = self.todo.pop(0)
                self.states[name] = self._file(name, is_indexed=True)
                yield self.states[name]
            yield IngestDone(0, 0, 0, 0, 0, 0, 0.0)
        finally:
            self.refreshes_open -= 1

    def watch(self, roots: Sequence[Path]) -> FolderWatch:
        return FolderWatch([str(root) for root in roots], ParseLimits())

    @property
    def has_embed_model(self) -> bool:
        return False

    async def embed(self) -> AsyncGenerator[VectorCoverage, None]:
        for nothing in ():
            yield nothing

    def document(self, path: Path) -> Document:
        state = self.states.get(str(path))
        if state is None or state.status != "indexed":
            raise DocumentError(f"{path} is not in the index.")
        return Document(f"text of {path}")

    def passages(self, path: Path) -> list[SearchedPassage]:
        half = len(self.document(path).text) // 2
        return [SearchedPassage(0, half + 4, 12, True), SearchedPassage(half, 2 * half, 11, False)]

    async def aclose(self) -> None:
        self.is_closed = True


class Scripted:
    """A workflow made of one coroutine function that gets the run's context."""

    def __init__(self, body: Callable[[Context[Any]], Awaitable[object]]) -> None:
        self._body = body

    def run(self, *, user_msg: object, chat_history: object = None) -> WorkflowHandler[Any]:
        return start_run(self._body)


@dataclass
class Workflows:
    """A workflow source over scripted parts; `history` is what the last run was given."""

    llm: LLM = field(default_factory=lambda: MockLLM(["Sliding windows are cheaper [1]."]))
    shelf: Shelf = field(default_factory=lambda: Shelf("Sliding windows cost O(n w).", "Full attention costs O(n²)."))
    tools: Sequence[FunctionTool] = ()
    custom: Runnable | None = None
    web: str = "ask"
    problem: str = ""
    is_closed: bool = False
    selection: Selection = EVERYTHING
    permissions: ToolPermissions | None = None
    config: Config = field(default_factory=Config)

    async def workflow(
        self, mode: str, roots: Sequence[Path], selection: Selection = EVERYTHING, resume: object = None
    ) -> Runnable:
        self.selection = selection
        current_permissions.set(self.permissions)
        if self.custom is not None:
            return self.custom
        if mode == "agent":
            return AgentWorkflow.from_tools(list(self.tools), llm=self.llm)
        return QueryWorkflow(self.shelf, self.llm)

    def model_name(self, mode: str) -> str:
        return self.llm.metadata.model_name

    def models(self) -> list[str]:
        return ["mock", "other"]

    def set_model(self, name: str) -> None:
        self.llm = MockLLM(["Other."], model=name)

    async def warm_up(self) -> None:
        await self.llm.warm_up()

    async def aclose(self) -> None:
        self.is_closed = True


@asynccontextmanager
async def desk(
    sessions: Path,
    workflows: Workflows | None = None,
    *,
    library: Folder | None = None,
    roots: Sequence[Path] = (),
    session_id: str | None = None,
    resume_last: bool = False,
    mode: str = "query",
    limits: RunLimits | None = None,
) -> AsyncGenerator[Assistant]:
    """An open desk that is closed at the end."""
    assistant = Assistant(
        workflows=workflows or Workflows(),
        library=library or Folder("/papers/n1.md", "/papers/n2.md"),
        sessions=SessionStore(sessions),
        mode=mode,
        limits=limits,
    )
    try:
        await assistant.start(roots, session_id=session_id, resume_last=resume_last)
        yield assistant
    finally:
        await assistant.aclose()


async def updates_until(assistant: Assistant, is_enough: Callable[[list[Update]], bool]) -> list[Update]:
    """The updates of a front end until `is_enough`."""
    seen: list[Update] = []
    subscription = assistant.subscribe()
    async for updates in subscription:
        seen.extend(updates)
        if is_enough(seen):
            subscription.close()
            break
    return seen


def words(count: int) -> str:
    return " ".join(f"word{index}" for index in range(count))


__all__ = [
    "Folder", "MockLLM", "MockReply", "Scripted", "Shelf", "Workflows", "desk", "passage", "updates_until", "words",
]  # fmt: skip
