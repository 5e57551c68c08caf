"""Choosing by keyboard which documents are searched."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from tests.support.desk import Folder, Workflows
from tests.support.desk_app import AppDriver, running_app

from bookwheel.engine.index.progress import FileState
from bookwheel.engine.selection import EVERYTHING, Selection

SIZES = [(140, 42), (80, 24)]


class Papers(Folder):
    """A folder with three documents, two of them below `reports`."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        files = [
            FileState(path=f"{root}/reports/a.pdf", root=str(root), status="indexed", format="pdf", passages=3, pages=2,
                      size=2_000, title="Report A", author="Ada Lovelace", date=date(2023, 5, 1)),
            FileState(path=f"{root}/reports/b.md", root=str(root), status="indexed", format="markdown", passages=1,
                      title="Report B", date=date(2024, 5, 1)),
            FileState(path=f"{root}/notes.txt", root=str(root), status="indexed", format="text", passages=1,
                      changed=date(2024, 6, 1)),
        ]  # fmt: skip
        self.states = {file.path: file for file in files}


@asynccontextmanager
async def library_open(
    tmp_path: Path, size: tuple[int, int], workflows: Workflows | None = None
) -> AsyncIterator[AppDriver]:
    root = tmp_path / "papers"
    async with running_app(tmp_path, workflows, size=size, library=Papers(root)) as desk:
        await asyncio.to_thread((root / "reports").mkdir)
        await desk.press("escape", "l")
        await desk.until(lambda: desk.app.focused is desk.app.desk.library)
        await desk.until_sees("reports")
        yield desk


@pytest.mark.parametrize("size", SIZES)
async def test_the_document_under_the_cursor_is_described(tmp_path: Path, size: tuple[int, int]) -> None:
    async with library_open(tmp_path, size) as desk:
        await desk.press("down", "down")
        await desk.until_sees("Ada Lovelace · 2023-05-01")
        assert desk.sees("2 pages · 3 passages")
        assert desk.sees("Report A")
        await desk.press("down")
        await desk.until_sees("Report B")
        await desk.until(lambda: not desk.sees("Ada Lovelace"))


@pytest.mark.parametrize("size", SIZES)
async def test_a_folder_is_searched_alone_until_one_key_undoes_it(tmp_path: Path, size: tuple[int, int]) -> None:
    async with library_open(tmp_path, size) as desk:
        await desk.press("down", "space")
        await desk.until_sees("2 of 3 searched")
        assert desk.assistant.status.selection == Selection(scope=(str(tmp_path / "papers" / "reports"),))
        assert desk.screen_text().count("only in reports/") == 2  # over the list, and in the status line
        assert desk.sees("2/3")
        await desk.press("escape", "F")
        await desk.until(lambda: not desk.sees("only in reports/"))
        assert desk.assistant.status.selection == EVERYTHING


async def test_choosing_a_document_twice_removes_it_from_the_filter(tmp_path: Path) -> None:
    async with library_open(tmp_path, (140, 42)) as desk:
        await desk.press("down", "space")
        await desk.until_sees("only in reports/")
        await desk.press("down", "space")
        await desk.until_sees("only in a.pdf")
        await desk.press("space")
        await desk.until(lambda: desk.assistant.status.selection == EVERYTHING)


@pytest.mark.parametrize("size", SIZES)
async def test_types_and_days_are_chosen_in_a_menu(tmp_path: Path, size: tuple[int, int]) -> None:
    async with library_open(tmp_path, size) as desk:
        await desk.press("f")
        await desk.until_sees("Search only… (each choice takes effect at once)")
        await desk.until(lambda: desk.sees("Enter choose") and desk.sees("Esc back"))
        for text in ("only in papers", "markdown", "pdf", "text", "since…", "until…"):
            assert desk.sees(text)
        await desk.type("pdf")
        await desk.press("enter")
        await desk.until_sees("✓ pdf")
        await desk.type("mark")
        await desk.press("enter")
        await desk.until_sees("✓ markdown")
        await desk.type("since")
        await desk.press("enter")
        await desk.until_sees("empty: any day")
        await desk.type("2024")
        await desk.press("enter")
        await desk.until_sees("1 of 3 searched")
        assert desk.assistant.status.filter == "pdf, markdown · since 2024"


async def test_an_invalid_day_is_refused_with_an_example(tmp_path: Path) -> None:
    async with library_open(tmp_path, (140, 42)) as desk:
        await desk.press("f")
        await desk.until_sees("Search only…")
        await desk.type("until")
        await desk.press("enter")
        await desk.until_sees("empty: any day")
        await desk.type("soon")
        await desk.press("enter")
        await desk.until_sees("'soon' is not a date.")
        assert desk.assistant.status.selection == EVERYTHING


async def test_a_question_shows_its_filter(tmp_path: Path) -> None:
    workflows = Workflows()
    async with library_open(tmp_path, (140, 42), workflows) as desk:
        await desk.press("i")
        await desk.ask("/type md")
        await desk.until_sees("only markdown")
        await desk.ask("What does it say?")
        await desk.until_sees("▌ only markdown")
        assert workflows.selection == Selection(types=("markdown",))


async def test_a_filter_that_matches_nothing_returns_the_question(tmp_path: Path) -> None:
    async with library_open(tmp_path, (140, 42)) as desk:
        await desk.press("i")
        await desk.ask("/until 1999")
        await desk.until_sees("only until 1999")
        await desk.ask("What does it say?")
        await desk.until_sees("/clear-filter")
        assert desk.app.desk.prompt.text == "What does it say?"


async def test_a_long_filter_never_leaves_the_screen_at_sixty_columns(tmp_path: Path) -> None:
    async with library_open(tmp_path, (60, 20)) as desk:
        await desk.press("i")
        await desk.ask("/type md pdf text")
        await desk.until_sees("only markdown")
        assert all(len(line) <= 60 for line in desk.lines())


async def test_the_app_may_be_opened_on_some_documents_only(tmp_path: Path) -> None:
    papers = Papers(tmp_path / "papers")
    async with running_app(tmp_path, library=papers, selection=Selection(types=("pdf",))) as desk:
        await desk.until_sees("only pdf")
        await desk.until_sees("1 of 3 searched")
