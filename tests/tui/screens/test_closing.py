"""A screen is closed while what it waits for is not there yet: the app lives, and what was to be changed is changed."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.desk import Folder, Workflows
from tests.support.desk_app import AppDriver, running_app
from tests.support.half_closed import HeldThreads, half_closed
from tests.support.patience import soon

from bookwheel import paths
from bookwheel.assistant.protocols import ModelOffer
from bookwheel.config.setting_tables import Config
from bookwheel.engine.index.worker.page_picture import PictureSource
from bookwheel.engine.schema import Document
from bookwheel.errors import StoreError
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.blocks import Citation
from bookwheel.tui.screens.allowed_calls import AllowedScreen
from bookwheel.tui.screens.line import LineScreen
from bookwheel.tui.screens.model_screen import ModelScreen
from bookwheel.tui.screens.page import PageScreen
from bookwheel.tui.screens.picture_screen import PictureScreen
from bookwheel.tui.screens.session_list import SessionPreview, SessionsScreen
from bookwheel.tui.screens.settings_screen import SettingsScreen
from bookwheel.wiring.tool_permissions import ToolPermissions

if TYPE_CHECKING:
    from textual.screen import Screen, ScreenResultType

RULE = "read_page url=https://a.org/*"
FILE, OTHER = "/papers/n1.md", "/papers/n2.md"

Wish = Callable[[AppDriver, HeldThreads], Awaitable[None]]


class Papers(Folder):
    """Its documents know their files."""

    def document(self, path: Path) -> Document:
        return Document(super().document(path).text, {"file_path": str(path)})


class Offering(Workflows):
    """Tries a model in a thread."""

    async def offers(self) -> list[ModelOffer]:
        return [ModelOffer(value="mock", label="mock"), ModelOffer(value="other", label="other")]

    async def try_model(self, name: str) -> str:
        return await asyncio.to_thread(str, f"answered: {name}")


@asynccontextmanager
async def slow_desk(tmp_path: Path, library: Folder | None = None) -> AsyncGenerator[tuple[AppDriver, HeldThreads]]:
    """A desk with two sessions, a rule, and threads that can be held."""
    threads = HeldThreads()
    workflows = Offering(permissions=ToolPermissions(Config()))
    async with running_app(tmp_path, workflows, library=library or Papers(FILE, OTHER)) as desk:
        for question in ("first apples", "second apples"):
            await desk.ask(question)
            await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("[1] n1.md"))
            await desk.press("ctrl+n")
            await desk.until(lambda: desk.app.desk.has_class("-empty"))
        assert workflows.permissions is not None
        await workflows.permissions.grant(RULE, always=True)
        await desk.press("escape")
        await at_rest(desk, threads)
        try:
            yield desk, threads
        finally:
            threads.release()


async def at_rest(desk: AppDriver, threads: HeldThreads) -> None:
    """Wait until the app has nothing to do but to follow the assistant."""
    await soon(lambda: not threads.waiting and {each.description for each in desk.app.workers} <= {"updates"})


async def shown(desk: AppDriver, kind: type[Screen[ScreenResultType]]) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, kind))


async def list_sessions(desk: AppDriver, threads: HeldThreads) -> None:
    threads.hold()
    await desk.press("ctrl+r")
    await shown(desk, SessionsScreen)


async def search_sessions(desk: AppDriver, threads: HeldThreads) -> None:
    await desk.press("ctrl+r")
    await desk.until_sees("second apples")
    await at_rest(desk, threads)
    threads.hold()
    await desk.type("apples")


async def delete_session(desk: AppDriver, threads: HeldThreads) -> None:
    await desk.press("ctrl+r")
    await desk.until_sees("second apples")
    await desk.press("tab", "down")
    await at_rest(desk, threads)
    threads.hold()
    await desk.press("d")


async def restore_session(desk: AppDriver, threads: HeldThreads) -> None:
    await desk.press("ctrl+r", "tab")
    await desk.until_sees("second apples")
    await at_rest(desk, threads)
    threads.hold()
    await desk.press("u")


async def list_settings(desk: AppDriver, threads: HeldThreads) -> None:
    threads.hold()
    await desk.press("S")
    await shown(desk, SettingsScreen)


async def change_setting(desk: AppDriver, threads: HeldThreads) -> None:
    await desk.press("S")
    await shown(desk, SettingsScreen)
    await desk.until_sees("api_key_env")
    await desk.press("slash")
    await desk.type("ui.bell")
    await desk.press("enter")
    await desk.until_sees("1 of ")
    threads.hold()
    await desk.press("enter")


async def delete_rule(desk: AppDriver, threads: HeldThreads) -> None:
    await desk.press("L")
    await shown(desk, AllowedScreen)
    await desk.until_sees(RULE)
    threads.hold()
    await desk.press("d")


async def try_model(desk: AppDriver, threads: HeldThreads) -> None:
    await desk.press("m")
    await shown(desk, ModelScreen)
    threads.hold()
    await desk.press("ctrl+o")


async def draw_picture(desk: AppDriver, threads: HeldThreads) -> None:
    threads.hold()
    await desk.app.push_screen(PictureScreen([PictureSource("plot.png", Path("plot.png"))]))


async def index_again(desk: AppDriver, threads: HeldThreads) -> None:
    documents = desk.assistant.documents

    async def reindex() -> None:
        await documents.refresh()
        await documents.wait_indexed()

    await desk.app.push_screen(PageScreen(await documents.read(FILE), document_of=documents.read, reindex=reindex))
    threads.hold()
    await desk.press("r")


async def read_again(desk: AppDriver, threads: HeldThreads) -> None:
    async def reindex() -> None:
        """Nothing has changed."""

    read = desk.assistant.documents.read
    await desk.app.push_screen(PageScreen(await read(FILE), document_of=read, reindex=reindex))
    threads.hold()
    await desk.press("r")


async def open_source(desk: AppDriver, threads: HeldThreads) -> None:
    read = desk.assistant.documents.read
    cited = [Citation(number, f"{number}", path, None, 0, 4, "text") for number, path in enumerate((FILE, OTHER), 1)]
    await desk.app.push_screen(PageScreen(await read(FILE), cited, 1, document_of=read))
    threads.hold()
    await desk.press("2")


WISHES: Sequence[Wish] = (
    list_sessions, search_sessions, delete_session, list_settings, change_setting, delete_rule, try_model,
    draw_picture, index_again, read_again, open_source,
)  # fmt: skip


@pytest.mark.parametrize("wish", WISHES)
async def test_the_app_lives_on_when_a_screen_is_half_closed(tmp_path: Path, wish: Wish) -> None:
    """Its widgets are gone, its workers not yet: one looked for a widget, which ended the app."""
    async with slow_desk(tmp_path) as (desk, threads):
        await wish(desk, threads)
        await soon(lambda: threads.waiting)
        async with half_closed(desk.app.screen):
            threads.release()
            await at_rest(desk, threads)
        assert desk.app.failure is None


async def test_what_was_to_be_changed_is_changed_after_the_screen_is_closed(tmp_path: Path) -> None:
    async with slow_desk(tmp_path) as (desk, threads):
        for wish in (list_settings, change_setting, delete_rule, delete_session, restore_session):
            await wish(desk, threads)
            await soon(lambda: threads.waiting)
            while desk.app.screen is not desk.app.desk:
                await desk.press("escape")
            threads.release()
            await at_rest(desk, threads)
            assert desk.app.failure is None
            deleted = await asyncio.to_thread(SessionStore(tmp_path / "sessions").deleted)
            assert len(deleted) == (wish is delete_session)
            assert not desk.sees("u brings it back")
        assert "bell = " in paths.config_file().read_text()
        assert RULE not in paths.config_file().read_text()


@pytest.mark.parametrize("trouble", ["", "The index is full."])
async def test_a_page_is_indexed_again_to_the_end_after_it_is_closed(tmp_path: Path, trouble: str) -> None:
    async with slow_desk(tmp_path) as (desk, threads):
        ended, read = list[str](), list[str]()

        async def reindex() -> None:
            await asyncio.to_thread(str)
            await asyncio.to_thread(ended.append, FILE)
            if trouble:
                raise StoreError(trouble)

        async def document_of(path: str) -> Document:
            read.append(path)
            return await desk.assistant.documents.read(path)

        await desk.app.push_screen(PageScreen(Document("text"), document_of=document_of, reindex=reindex))
        threads.hold()
        await desk.press("r", "escape")
        await desk.until(lambda: desk.app.screen is desk.app.desk)
        threads.release()
        await at_rest(desk, threads)
        assert (ended, read) == ([FILE], [])
        await desk.until_sees(trouble)


@pytest.mark.parametrize("is_gone", [False, True])
async def test_passages_are_found_while_their_page_closes(tmp_path: Path, *, is_gone: bool) -> None:
    library = Papers(FILE, OTHER)
    async with slow_desk(tmp_path, library) as (desk, threads):
        page = PageScreen(await desk.assistant.documents.read(FILE), passages_of=desk.assistant.documents.passages)
        await desk.app.push_screen(page)
        if is_gone:
            library.states.clear()
        await closed_meanwhile(page, page.action_passages(), threads)


async def test_a_line_is_completed_while_it_closes(tmp_path: Path) -> None:
    async with slow_desk(tmp_path) as (desk, threads):
        await desk.press("a")
        line = desk.app.screen
        assert isinstance(line, LineScreen)
        await closed_meanwhile(line, line.action_complete(), threads)


async def closed_meanwhile(
    screen: Screen[ScreenResultType], action: Coroutine[None, None, None], threads: HeldThreads
) -> None:
    """Close a screen while the app waits for an action of it: what an earlier key began may end late."""
    threads.hold()
    async with asyncio.TaskGroup() as group:
        group.create_task(action)
        await soon(lambda: threads.waiting)
        async with half_closed(screen):
            threads.release()


async def test_a_session_that_was_moved_to_stays_under_the_cursor_when_texts_are_found(tmp_path: Path) -> None:
    """The cursor went back to the first row, and the next key deleted that session."""
    async with slow_desk(tmp_path) as (desk, threads):
        await search_sessions(desk, threads)
        screen = desk.app.screen
        assert isinstance(screen, SessionsScreen)
        await soon(lambda: threads.waiting)
        await desk.press("tab", "down")
        moved_to = screen.sessions.current
        threads.release()
        await at_rest(desk, threads)
        assert moved_to is not None
        assert screen.sessions.current is not None
        assert screen.sessions.current is not moved_to, "the texts were found"
        assert (screen.sessions.cursor, screen.sessions.current.id) == (1, moved_to.id)


async def test_what_a_newer_wish_ends_before_it_began_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its coroutine was made and never awaited, of which Python warns."""
    async with slow_desk(tmp_path) as (desk, threads):
        await desk.press("ctrl+r")
        await desk.until_sees("second apples")
        preview = desk.app.screen.query_one(SessionPreview)
        await at_rest(desk, threads)
        for session in reversed(await desk.assistant.sessions.list()):
            preview.show(session)
        picture = PictureScreen([PictureSource(f"{number}.png", Path("plot.png")) for number in range(3)])
        await desk.app.push_screen(picture)
        picture.action_step(1)
        picture.action_step(1)
        read = desk.assistant.documents.read
        cited = [Citation(number, f"{number}", path, None, 0, 4, "text") for number, path in enumerate((FILE, OTHER))]
        page = PageScreen(await read(FILE), cited, document_of=read)
        await desk.app.push_screen(page)
        page.action_step_citation(-1)
        page.action_step_citation(1)
        page.action_step_citation(1)
        await at_rest(desk, threads)
    gc.collect()
