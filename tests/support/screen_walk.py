"""Walks through the screens of the app on the desk of `scene`: for snapshots, for the pictures of the docs, to look."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.color import ColorSystem
from tests.support.desk import MockLLM, MockReply, Workflows
from tests.support.desk_app import AppDriver, running_app
from tests.support.scene import Papers, attention_session, cost_chart, research_session, save_sessions

from bookwheel.config.setting_tables import Config, ToolSettings
from bookwheel.engine.index.worker.page_picture import PictureSource
from bookwheel.engine.research.research_state import ResearchState
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.transcript.research.plan_folding import PlanBlock
from bookwheel.tui.screens.answer_changes import AnswerChangesScreen
from bookwheel.tui.screens.picture_screen import PictureCanvas, PictureScreen
from bookwheel.tui.screens.research.branch_view import BranchView
from bookwheel.tui.screens.research.plan_list import PlanList
from bookwheel.wiring.tool_permissions import ToolPermissions


@asynccontextmanager
async def open_scene(tmp_path: Path, size: tuple[int, int]) -> AsyncGenerator[tuple[AppDriver, str]]:
    """The app on the scene, and the id of its long session."""
    session_id = await asyncio.to_thread(save_sessions, tmp_path / "sessions")
    async with running_app(tmp_path, _workflows(), size=size, library=Papers(tmp_path / "papers")) as desk:
        await desk.until_sees("Attention cost")
        yield desk, session_id


def _workflows() -> Workflows:
    async def web_fetch(url: str, accept: str) -> str:
        """Fetch a page."""
        return f"page of {url}"

    url = "https://example.org/longformer"
    wish = ToolSelection("c1", "web_fetch", {"url": url, "accept": "text/html"})
    llm = MockLLM([MockReply(tool_calls=[wish]), MockReply(text="Done.")], model="gpt-4o-mini")
    tools = [FunctionTool.from_defaults(web_fetch, requires_approval=True)]
    rules = ("web_search", "web_fetch url=https://arxiv.org/*")
    return Workflows(llm=llm, tools=tools, permissions=ToolPermissions(Config(tools=ToolSettings(allow=rules))))


async def walk(desk: AppDriver, session_id: str) -> AsyncGenerator[str]:
    """The name of each screen while it is shown."""
    for part in (_start, _answer, _panes, _lists, _over_the_answer, _picture, _replay, _approval, _research):
        async for name in part(desk, session_id):
            yield name


async def _start(desk: AppDriver, session_id: str) -> AsyncGenerator[str]:
    await desk.until_sees("Attention cost")
    yield "start"
    await desk.type("/exp")
    await desk.until(lambda: desk.app.desk.candidate_list.display)
    yield "commands"
    await desk.press("ctrl+u")


async def _answer(desk: AppDriver, session_id: str) -> AsyncGenerator[str]:
    await desk.assistant.sessions.open(session_id)
    await desk.until_sees("compare with full attention")
    yield "answer"
    await desk.press("escape")
    await desk.until_sees("READ")
    await desk.press("g")
    await desk.until_sees("sliding-window")
    yield "answer-top"
    await desk.press("slash")
    await desk.type("window")
    await desk.press("enter")
    await desk.until_sees("hit 1 of")
    yield "search"
    await desk.press("escape")


async def _panes(desk: AppDriver, session_id: str) -> AsyncGenerator[str]:
    await desk.press("l")
    await desk.press("j", "j", "j")
    await desk.until(lambda: desk.app.desk.library.has_focus)
    yield "library"
    await desk.press("j", "j", "j", "j", "j")
    yield "library-failed"
    desk.app.desk.conversation.focus()
    await desk.press("z")
    yield "zoomed"
    await desk.press("z", "escape", "t")
    await desk.until(lambda: desk.app.desk.event_log.has_focus)
    yield "events"
    await desk.press("g", "enter")
    await desk.until(lambda: len(desk.app.screen_stack) == 2)
    yield "timeline"
    await desk.press("escape", "escape")
    if desk.app.desk.event_log.has_focus:
        await desk.press("escape")
    desk.app.desk.conversation.focus()
    await desk.pilot.pause()


async def _over_the_answer(desk: AppDriver, session_id: str) -> AsyncGenerator[str]:
    await desk.press("G", "3")
    await desk.until(lambda: len(desk.app.screen_stack) == 2)
    await desk.until_sees("The window of a convolution")
    yield "source"
    await desk.press("q", "p", "b")
    await desk.until(lambda: len(desk.app.screen_stack) == 2)
    yield "brief"
    await desk.press("escape", "B")
    await desk.until(lambda: len(desk.app.screen_stack) == 2)
    yield "branches"
    await desk.press("escape", "ctrl+g")
    await desk.until(lambda: len(desk.app.screen_stack) == 2)
    yield "jump"
    await desk.press("escape")


async def _picture(desk: AppDriver, session_id: str) -> AsyncGenerator[str]:
    console = desk.app.console
    before = console._color_system  # pyright: ignore[reportPrivateUsage] - Rich has no other way to set it
    console._color_system = ColorSystem.TRUECOLOR  # pyright: ignore[reportPrivateUsage] - of few colours only the name is shown
    with TemporaryDirectory() as folder:
        chart = Path(folder) / "cost.png"
        await asyncio.to_thread(cost_chart, chart)
        pictures = [PictureSource(chart.name, chart), PictureSource("none.png", chart)]
        await desk.app.push_screen(PictureScreen(pictures))
        canvas = desk.app.screen.query_one(PictureCanvas)
        await desk.until(lambda: len(canvas.rows) == 17, "the picture is drawn")
        yield "picture"
        await desk.press("escape")
    console._color_system = before  # pyright: ignore[reportPrivateUsage] - as above
    await desk.until(lambda: desk.app.screen is desk.app.desk)


async def _lists(desk: AppDriver, session_id: str) -> AsyncGenerator[str]:
    for key, name in (
        ("ctrl+p", "palette"), ("question_mark", "help"), ("T", "themes"), ("comma", "settings"), ("D", "desks"),
        ("ctrl+r", "sessions"), ("S", "all-settings"), ("m", "models"), ("s", "scope"), ("L", "allowed-calls"),
    ):  # fmt: skip
        await desk.press(key)
        await desk.until(lambda: len(desk.app.screen_stack) == 2)
        if name == "sessions":  # the preview is read in a thread
            await desk.until_sees("[3] attention")
        yield name
        await desk.press("escape")
        await desk.until(lambda: len(desk.app.screen_stack) == 1)


async def _replay(desk: AppDriver, session_id: str) -> AsyncGenerator[str]:
    await desk.assistant.sessions.play(attention_session(), "Attention cost in long documents")
    replay = desk.assistant.sessions.replay
    assert replay is not None
    replay.pause(True)
    while replay.state.at_s < 2:
        replay.step()
    await desk.until_sees("paused")
    yield "replay"


async def _approval(desk: AppDriver, session_id: str) -> AsyncGenerator[str]:
    await desk.assistant.sessions.new()
    desk.assistant.set_mode("agent")
    await desk.press("i")
    await desk.ask("Read the page of the Longformer")
    await desk.until(lambda: desk.app.desk.status.waiting_requests)
    await desk.press("escape")
    await desk.until_sees("READ")
    yield "approval"
    await desk.press("d")
    await desk.until(lambda: desk.app.desk.status.phase == "idle")


async def _research(desk: AppDriver, session_id: str) -> AsyncGenerator[str]:
    research = await desk.assistant.sessions.add(research_session(), "Attention over long documents")
    await desk.assistant.sessions.open(research.id)
    await desk.until_sees("and no more")
    yield "research"
    await desk.press("d")
    await desk.until(lambda: isinstance(desk.app.screen, AnswerChangesScreen))
    yield "changes"
    await desk.press("escape")
    await desk.until(lambda: desk.app.screen is desk.app.desk)
    replay = await desk.assistant.sessions.play(research_session(), "Attention over long documents")
    replay.pause(True)
    while (state := _research_state(desk)) is None or not (third := state.branch("3")) or not third.ended:
        replay.step()
    await desk.until(lambda: desk.app.desk.query(PlanList) and desk.app.desk.query_one(PlanList).is_on_screen)
    desk.app.desk.query_one(PlanList).focus()
    await desk.until_sees("Who measured recall")
    yield "plan"
    await desk.press("j", "enter")
    await desk.until(lambda: isinstance(desk.app.desk.focused, BranchView))
    yield "branch"


def _research_state(desk: AppDriver) -> ResearchState | None:
    blocks = desk.assistant.sessions.current.blocks()
    return next((block.state for block in blocks if isinstance(block, PlanBlock)), None)
