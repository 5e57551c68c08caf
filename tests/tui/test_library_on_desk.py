"""The library on the desk: searchable and failed files with reasons, and every key on every row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.desk import Folder
from tests.support.desk_app import running_app

from bookwheel.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from bookwheel.engine.index.progress import IngestUpdate

REASON = "no text found on its one page (a scan?); run it through OCR first"


class Unreachable(Folder):
    """A library whose store cannot be reached."""

    async def refresh(self, roots: Sequence[Path]) -> AsyncGenerator[IngestUpdate, None]:
        raise StoreError("The shared index 'papers' at db cannot be reached.", hint="Is the server up?")
        yield  # a generator, as it must be


def with_failures(count: int) -> Folder:
    library = Folder(*(f"/papers/deep/deeper/a-rather-long-name-{number}.pdf" for number in range(count)))
    for name, state in list(library.states.items())[1:]:
        library.states[name] = replace(state, status="failed", reason=REASON)
    return library


async def test_files_that_could_not_be_read_are_not_counted_as_searchable(tmp_path: Path) -> None:
    async with running_app(tmp_path, library=with_failures(3)) as desk:
        await desk.until_sees("1 searchable · 2 not")
        assert desk.sees("l shows why")
        assert desk.sees("3 · 2 failed")


async def test_a_name_is_shortened_before_the_reason_below_it(tmp_path: Path) -> None:
    async with running_app(tmp_path, library=with_failures(2)) as desk:
        await desk.until_sees("1 searchable · 1 not")
        await desk.press("escape", "l", "G", "up")
        row = next(line.partition("│")[0] for line in desk.lines() if "! a" in line)
        assert "-name-1.pdf" in row
        assert "no text" not in row
        await desk.until_sees("through OCR")


async def test_a_low_screen_keeps_rows_for_the_files(tmp_path: Path) -> None:
    async with running_app(tmp_path, size=(40, 12), library=Folder("/one.md", "/two.md"), roots=["/"]) as desk:
        await desk.press("escape", "l")
        await desk.until_sees("one.md")
        assert desk.sees("two.md")


async def test_unfolding_the_last_row_shows_its_content(tmp_path: Path) -> None:
    async with running_app(tmp_path, size=(140, 24), library=Folder(*(f"/n{n}.md" for n in range(40)))) as desk:
        await desk.until_sees("40 documents")
        await desk.press("escape", "l", "G", "enter")
        await desk.until_sees("hidden")
        await desk.press("space")
        await desk.until_sees("Files that are left out cannot be searched.")


async def test_an_index_that_cannot_be_reached_is_said_in_full_and_stays_said(tmp_path: Path) -> None:
    async with running_app(tmp_path, size=(60, 20), library=Unreachable()) as desk:
        await desk.until_sees("The shared index 'papers' at db cannot be reached.")
        assert desk.sees("Is the server up?")
        await desk.until_sees("! The shared index")
        await desk.press("escape", "l")
        await desk.until_sees("! not read")
