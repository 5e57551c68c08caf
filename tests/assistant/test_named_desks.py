"""Named desks: folders, filter, model, mode and sessions under a name, and switching between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.support.desk import Folder, Workflows

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.slash_commands.standard_commands import standard_commands
from bookwheel.config.kept import DeskStore, KeptChoices, NamedDesk
from bookwheel.config.setting_tables import MODE, MODEL, Config
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.sessions.session_store import SessionStore


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("papers", "notes"):
        (tmp_path / name).mkdir()
    return tmp_path


def stored(home: Path) -> DeskStore:
    return DeskStore(home / "desks")


@asynccontextmanager
async def opened(home: Path, desk: NamedDesk | None = None, *roots: str) -> AsyncGenerator[Assistant]:
    assistant = Assistant(
        workflows=Workflows(),
        library=Folder(),
        sessions=SessionStore(home / "sessions"),
        choices=KeptChoices(home / "state.toml", Config()),
        desks=stored(home),
    )
    await assistant.start([home / root for root in roots], desk=desk)
    try:
        yield assistant
    finally:
        await assistant.aclose()


async def test_a_desk_keeps_its_folders_model_mode_and_filter(home: Path) -> None:
    async with opened(home, NamedDesk(name="thesis"), "papers") as assistant:
        await assistant.documents.add([home / "notes"])
        assistant.set_mode("agent")
        assistant.set_model("other")
        await assistant.documents.set_filter(Selection(types=("pdf",)))
    desk = await asyncio.to_thread(stored(home).load, "thesis")
    assert desk is not None
    assert desk.folders == (str(home / "papers"), str(home / "notes"))
    assert (desk.model, desk.mode, desk.selection.types) == ("other", "agent", ("pdf",))
    assert await asyncio.to_thread(KeptChoices(home / "state.toml", Config()).known) == {}

    async with opened(home, desk) as assistant:
        assert assistant.documents.roots == (home / "papers", home / "notes")
        assert (assistant.status.mode, assistant.status.model) == ("agent", "other")
        assert (assistant.status.filter != "", assistant.status.desk) == (True, "thesis")


async def test_without_a_desk_choices_are_kept_for_the_next_start(home: Path) -> None:
    async with opened(home, None, "papers") as assistant:
        assistant.set_model("other")
        assistant.set_mode("agent")
    assert await asyncio.to_thread(KeptChoices(home / "state.toml", Config()).known) == {MODEL: "other", MODE: "agent"}


async def test_switching_desks_brings_each_ones_folders_and_last_session(home: Path) -> None:
    commands = standard_commands()
    async with opened(home, NamedDesk(name="thesis"), "papers") as assistant:
        await assistant.wait_finished(await assistant.ask("About the thesis?"))
        await commands.run(assistant, "/desk work")
        assert assistant.sessions.info.id == ""
        assert assistant.documents.roots == (home / "papers",)
        await assistant.documents.remove(home / "papers")
        await assistant.documents.add([home / "notes"])
        await assistant.wait_finished(await assistant.ask("About work?"))
        assert (await commands.run(assistant, "/desk")).startswith("Desks: ")

        await commands.run(assistant, "/desk thesis")
        assert assistant.documents.roots == (home / "papers",)
        assert assistant.sessions.info.title == "About the thesis?"
        await commands.run(assistant, "/desk work")
        assert assistant.documents.roots == (home / "notes",)
        assert assistant.sessions.info.title == "About work?"
        assert {info.desk for info in await assistant.sessions.list()} == {"thesis", "work"}


async def test_opening_a_session_of_a_desk_opens_the_desk_and_another_leaves_it(home: Path) -> None:
    async with opened(home, None, "notes") as assistant:
        plain = await assistant.ask("Anywhere?")
        await assistant.wait_finished(plain)
        plain_id = assistant.sessions.info.id
        await assistant.open_desk("thesis")
        await assistant.wait_finished(await assistant.ask("About the thesis?"))
        thesis_id = assistant.sessions.info.id
        await assistant.sessions.open(plain_id)
        assert assistant.status.desk == ""
        await assistant.documents.add([home / "papers"])
        await assistant.sessions.open(thesis_id)
        assert assistant.status.desk == "thesis"
        assert assistant.documents.roots == (home / "notes",)


async def test_a_deleted_desk_leaves_its_sessions_and_the_open_folders(home: Path) -> None:
    async with opened(home, NamedDesk(name="thesis"), "papers") as assistant:
        await assistant.wait_finished(await assistant.ask("About the thesis?"))
        await standard_commands().run(assistant, "/delete-desk thesis")
        assert (assistant.status.desk or assistant.keeper.name) == ""
        assert assistant.documents.roots == (home / "papers",)
        assert assistant.documents.filter.selection == EVERYTHING
        assert len(await assistant.sessions.list()) == 1
    assert await asyncio.to_thread(stored(home).names) == []
