"""Bookwheel as an agent of the Agent Client Protocol (https://agentclientprotocol.com), for editors.

Each session of the editor has its own desk. This module needs the extra `acp`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, assert_never
from urllib.parse import unquote, urlsplit

from acp.exceptions import RequestError
from acp.meta import PROTOCOL_VERSION
from acp.schema import (
    AgentCapabilities,
    AgentPlanUpdate,
    AllowedOutcome,
    AudioContentBlock,
    ClientCapabilities,
    CloseSessionResponse,
    EmbeddedResourceContentBlock,
    ImageContentBlock,
    Implementation,
    InitializeResponse,
    ListSessionsResponse,
    LoadSessionResponse,
    NewSessionResponse,
    PermissionOption,
    PermissionOptionKind,
    PromptCapabilities,
    PromptResponse,
    ResourceContentBlock,
    SessionCapabilities,
    SessionCloseCapabilities,
    SessionInfo,
    SessionListCapabilities,
    SessionMode,
    SessionModeState,
    SetSessionModeResponse,
    TextContentBlock,
    TextResourceContents,
    ToolCallStart,
    ToolCallUpdate,
)

from bookwheel import __version__
from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.events.logged_events import UserQuestion
from bookwheel.engine.events.research_events import PlanReview
from bookwheel.engine.events.run_events import RunFinished
from bookwheel.engine.record import EventRecord
from bookwheel.engine.research.plan_review import START
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.engine.tools.approval import DENY, LASTING
from bookwheel.errors import BookwheelError
from bookwheel.markup.sanitize import clean_line, reveal_line
from bookwheel.serving.acp_updates import AcpBlocks, Shown, addition, plan_shown, tool_ended, tool_started
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Closed,
    Extended,
    InputBlock,
    LinesBlock,
    NoticeBlock,
    Opened,
    Replaced,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.call_arguments import shortened_arguments
from bookwheel.transcript.reading_order import reading_order
from bookwheel.transcript.reducer import Transcript, blocks_of
from bookwheel.transcript.research.plan_folding import PlanBlock

if TYPE_CHECKING:
    from acp.interfaces import Client

Content: TypeAlias = (
    TextContentBlock | ImageContentBlock | AudioContentBlock | ResourceContentBlock | EmbeddedResourceContentBlock
)
MakeDesk: TypeAlias = Callable[[], Assistant]

_MODES = {
    "query": ("Query", "One search, one answer with citations"),
    "agent": ("Agent", "A model searches as often as it needs, and asks before anything leaves this machine"),
    "research": ("Research", "A plan that you approve, searches side by side, a report with every sentence checked"),
}
_MAX_LISTED = 200
_MAX_ARGUMENTS = 2_000


@dataclass(slots=True)
class _EditorSession:
    """One session of the editor; `texts` are the answers and thoughts that were begun, by the id of their block."""

    id: str
    desk: Assistant
    transcript: Transcript = field(default_factory=Transcript)
    texts: dict[str, AnswerBlock | ThoughtBlock] = field(default_factory=dict[str, AnswerBlock | ThoughtBlock])
    tool_ids: set[str] = field(default_factory=set[str])
    is_cancelled: bool = False
    plan: AgentPlanUpdate | None = None

    def plan_changes(self, block: PlanBlock) -> list[AgentPlanUpdate]:
        """The plan of a research run, when an editor would show another one than before."""
        before, self.plan = self.plan, plan_shown(block)
        return [self.plan] if self.plan.entries and self.plan != before else []

    def begin(self, block: ToolBlock) -> list[ToolCallStart]:
        """The start of a tool call, the first time it is met."""
        if block.tool_id in self.tool_ids:
            return []
        self.tool_ids.add(block.tool_id)
        return [tool_started(block)]


class DocumentAgent:
    """Answers an editor's prompts from the documents below `roots`, or below the editor's folder without any.

    `make_desk` makes a desk for each session. Call `aclose` at the end: it stops what still runs.
    """

    def __init__(self, make_desk: MakeDesk, roots: Sequence[Path]) -> None:
        self._make_desk = make_desk
        self._roots = roots
        self._sessions: dict[str, _EditorSession] = {}
        self._client: Client | None = None

    def on_connect(self, conn: Client) -> None:
        self._client = conn

    async def initialize(
        self,
        protocol_version: int,
        client_capabilities: ClientCapabilities | None = None,
        client_info: Implementation | None = None,
        **kwargs: object,
    ) -> InitializeResponse:
        return InitializeResponse(
            protocol_version=min(protocol_version, PROTOCOL_VERSION),
            agent_info=Implementation(name="bookwheel", title="Bookwheel", version=__version__),
            agent_capabilities=AgentCapabilities(
                load_session=True,
                prompt_capabilities=PromptCapabilities(embedded_context=True),
                session_capabilities=SessionCapabilities(
                    list=SessionListCapabilities(), close=SessionCloseCapabilities()
                ),
            ),
            auth_methods=[],
        )

    async def new_session(self, cwd: str, **kwargs: object) -> NewSessionResponse:
        desk = await self._opened(cwd, None)
        session = _EditorSession(desk.sessions.reserve_id(), desk)
        self._sessions[session.id] = session
        return NewSessionResponse(session_id=session.id, modes=_modes(desk))

    async def load_session(self, cwd: str, session_id: str, **kwargs: object) -> LoadSessionResponse:
        """Open a saved session and show all of it again."""
        if session_id in self._sessions:
            await self.close_session(session_id)
        desk = await self._opened(cwd, session_id)
        self._sessions[session_id] = _EditorSession(session_id, desk)
        renderer = AcpBlocks()
        for block in reading_order(blocks_of(await desk.sessions.current.records())):
            await self._show(session_id, await asyncio.to_thread(renderer.render, block))
        return LoadSessionResponse(modes=_modes(desk))

    async def list_sessions(
        self, cwd: str | None = None, cursor: str | None = None, **kwargs: object
    ) -> ListSessionsResponse:
        desk = self._make_desk()
        try:
            saved = await desk.sessions.list()
        finally:
            await desk.aclose()
        return ListSessionsResponse(
            sessions=[
                SessionInfo(
                    session_id=info.id,
                    cwd=cwd or str(Path(info.documents[0] if info.documents else "/").parent),
                    title=clean_line(info.title),
                    updated_at=datetime.fromtimestamp(info.updated, UTC).isoformat(),
                )
                for info in saved[:_MAX_LISTED]
            ]
        )

    async def set_session_mode(self, session_id: str, mode_id: str, **kwargs: object) -> SetSessionModeResponse:
        try:
            self._session(session_id).desk.set_mode(mode_id)
        except BookwheelError as error:
            raise _request_error(error) from error
        return SetSessionModeResponse()

    async def prompt(self, session_id: str, prompt: list[Content], **kwargs: object) -> PromptResponse:
        session = self._session(session_id)
        session.is_cancelled = False
        text, files = _read_prompt(prompt)
        try:
            await _narrow(session.desk, files)
            finished = await self._answer(session, text)
        except BookwheelError as error:
            raise _request_error(error) from error
        finally:
            session.desk.documents.clear_filter()
        if session.is_cancelled or finished.status == "cancelled":
            return PromptResponse(stop_reason="cancelled")
        return PromptResponse(stop_reason="max_tokens" if finished.cut == "length" else "end_turn")

    async def cancel(self, session_id: str, **kwargs: object) -> None:
        session = self._session(session_id)
        session.is_cancelled = True
        await session.desk.cancel()

    async def close_session(self, session_id: str, **kwargs: object) -> CloseSessionResponse:
        session = self._sessions.pop(session_id, None)
        if session is not None:
            await session.desk.aclose()
        return CloseSessionResponse()

    async def aclose(self) -> None:
        """Stop all runs and save them."""
        for session_id in list(self._sessions):
            await self.close_session(session_id)

    async def _opened(self, cwd: str, session_id: str | None) -> Assistant:
        desk = self._make_desk()
        try:
            await desk.start(self._roots or [Path(cwd)], session_id=session_id)
        except BookwheelError as error:
            await desk.aclose()
            raise _request_error(error) from error
        return desk

    def _session(self, session_id: str) -> _EditorSession:
        if session_id not in self._sessions:
            raise RequestError.resource_not_found(session_id)
        return self._sessions[session_id]

    async def _answer(self, session: _EditorSession, text: str) -> RunFinished:
        desk = session.desk
        async with aclosing(desk.records()) as records:
            run_id = await desk.ask(text)
            async with asyncio.TaskGroup() as helpers:
                waiting: list[asyncio.Task[None]] = []
                async for record in records:
                    await self._take(session, record)
                    if record.run == run_id and (finished := record.run_finished) is not None:
                        for task in waiting:
                            task.cancel()
                        await desk.wait_finished(run_id)
                        return finished
                    if isinstance(record.event, UserQuestion):
                        waiting.append(helpers.create_task(self._ask_user(session, record.event)))
        raise RequestError.internal_error({"message": "The run ended without a RunFinished event."})

    async def _take(self, session: _EditorSession, record: EventRecord) -> None:
        for change in session.transcript.apply(record):
            match change:
                case Opened(AnswerBlock() | ThoughtBlock() as block):
                    session.texts[block.id] = block
                case Extended(block_id, text):
                    await self._show(session.id, [addition(session.texts[block_id], text)])
                case Opened(ToolBlock() as block) | Replaced(ToolBlock() as block):
                    await self._show(session.id, session.begin(block))
                case Closed(ToolBlock() as block):
                    await self._show(session.id, [*session.begin(block), tool_ended(block)])
                case Opened(PlanBlock() as block) | Replaced(PlanBlock() as block) | Closed(PlanBlock() as block):
                    await self._show(session.id, session.plan_changes(block))
                case Closed(SourcesBlock() | NoticeBlock() | LinesBlock() as block):
                    await self._show(session.id, await asyncio.to_thread(AcpBlocks().render, block))
                case Opened() | Replaced() | Closed():
                    pass  # the editor shows questions itself, and asks for approvals
                case _:
                    assert_never(change)

    async def _ask_user(self, session: _EditorSession, question: UserQuestion) -> None:
        choices = [START] if isinstance(question, PlanReview) else question.choices
        if not choices:
            asked = InputBlock(id="", run="", prefix=question.prefix, request_id="")
            await self._show(session.id, AcpBlocks().input(asked))
            await session.desk.cancel()
            return
        options = [
            PermissionOption(option_id=choice, name=_choice_name(choice, question), kind=_kind_of(choice))
            for choice in choices
        ]
        call = ToolCallUpdate(
            tool_call_id=question.tool_id or question.request_id,
            title=f"{clean_line(question.prefix)} {_exact_call(question)}".strip(),
            raw_input=question.tool_kwargs,
            status="pending",
        )
        assert self._client is not None
        response = await self._client.request_permission(session_id=session.id, tool_call=call, options=options)
        outcome = response.outcome
        chosen = outcome.option_id if isinstance(outcome, AllowedOutcome) else ""
        if isinstance(question, PlanReview) and not chosen:
            await session.desk.cancel()  # any other answer would be a wish for another plan
            return
        await session.desk.respond(question.request_id, chosen if chosen in choices else DENY)

    async def _show(self, session_id: str, updates: Sequence[Shown]) -> None:
        assert self._client is not None
        for update in updates:
            await self._client.session_update(session_id=session_id, update=update)


def _modes(desk: Assistant) -> SessionModeState:
    return SessionModeState(
        current_mode_id=desk.status.mode,
        available_modes=[
            SessionMode(id=mode, name=name, description=about)
            for mode, (name, about) in _MODES.items()
            if mode in desk.modes
        ],
    )


def _exact_call(question: UserQuestion) -> str:
    """What would run, each character in view: an editor may not show what is invisible in `raw_input`."""
    if not question.tool_name:
        return ""
    return f"{reveal_line(question.tool_name)} {shortened_arguments(question.tool_kwargs, _MAX_ARGUMENTS)}"


def _choice_name(choice: str, question: UserQuestion) -> str:
    return f"{choice}: {reveal_line(question.rule)}" if choice in LASTING and question.rule else choice


def _kind_of(choice: str) -> PermissionOptionKind:
    if choice in LASTING:
        return "allow_always"
    return "reject_once" if choice == DENY else "allow_once"


def _read_prompt(prompt: Sequence[Content]) -> tuple[str, list[Path]]:
    """The question, and the files that it names."""
    texts, files = list[str](), list[Path]()
    for block in prompt:
        match block:
            case TextContentBlock():
                texts.append(block.text)
            case ResourceContentBlock():
                texts.append(block.name)
                files += _file_of(block.uri)
            case EmbeddedResourceContentBlock(resource=TextResourceContents() as resource):
                files += _file_of(resource.uri)
            case _:
                pass  # not offered in the capabilities
    return " ".join(texts).strip(), files


def _file_of(uri: str) -> list[Path]:
    parts = urlsplit(uri)
    return [Path(unquote(parts.path))] if parts.scheme == "file" and parts.netloc in ("", "localhost") else []


async def _narrow(desk: Assistant, files: Sequence[Path]) -> None:
    """Search only in these files. Raises UsageError for one that is not among the documents."""
    selection = Selection(scope=tuple(map(str, files))) if files else EVERYTHING
    if selection != EVERYTHING:
        await desk.documents.set_filter(selection)


def _request_error(error: BookwheelError) -> RequestError:
    return RequestError(-32000, error.message, {"hint": error.hint} if error.hint else None)
