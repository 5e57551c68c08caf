"""Texts that steer a terminal, pasted and shown in every part of the desk: no row holds one of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.support.desk import Folder, Workflows
from tests.support.desk_app import AppDriver, running_app
from tests.support.payloads import FORBIDDEN, all_payloads
from textual.widgets import Input

from bookwheel.engine.index.progress import FileState, LeftOut
from bookwheel.errors import BookwheelError
from bookwheel.tui.input_reader import PASTE_END, PASTE_START, InputReader
from bookwheel.tui.textual_private import KeyParser
from bookwheel.tui.widgets.prompt import MAX_PASTED_LINES
from bookwheel.tui.widgets.search_bar import MAX_FIELD, Field

AT_ONCE = 16


class PayloadFolder(Folder):
    """A file and a file left out for each payload."""

    def files(self, roots: Sequence[Path]) -> list[FileState]:
        root = str(roots[0]) if roots else "/papers"
        return [
            FileState(path=f"{root}/{number}{text}.md", root=root, status="failed", reason=text, title=text)
            for number, text in enumerate(all_payloads())
        ]

    def left_out(self, roots: Sequence[Path]) -> list[LeftOut]:
        return [LeftOut(f"/papers/{text}", "/papers", text) for text in all_payloads()]


def assert_clean(desk: AppDriver, where: object) -> None:
    found = [line for line in desk.lines() if FORBIDDEN.search(line)]
    assert not found, (where, found)


def paste(desk: AppDriver, text: str) -> None:
    """As a terminal sends it, cut in the middle."""
    reader = InputReader(KeyParser(debug=False), time.monotonic)
    raw = f"{PASTE_START}{text}{PASTE_END}"
    for piece in (raw[: len(raw) // 2], raw[len(raw) // 2 :]):
        for event in reader.feed(piece):
            event.set_sender(desk.app)
            desk.app.post_message(event)


@pytest.mark.fault("T1", "P16")
async def test_no_paste_reaches_a_row_or_does_anything(tmp_path: Path) -> None:
    texts = all_payloads()
    async with running_app(tmp_path) as desk:
        await desk.press("i")
        for start in range(0, len(texts), AT_ONCE):
            desk.app.desk.prompt.put("")
            for text in texts[start : start + AT_ONCE]:
                paste(desk, f"{text}\n")
            paste(desk, f"end{start}")
            await desk.until(lambda start=start: desk.app.desk.prompt.text.endswith(f"end{start}"), repr(start))
            assert not FORBIDDEN.search(desk.app.desk.prompt.text), texts[start : start + AT_ONCE]
            assert_clean(desk, start)
        assert desk.app.desk.has_class("-empty"), "nothing was asked"
        desk.app.desk.prompt.put("")
        paste(desk, "\r" * (MAX_PASTED_LINES + 5))
        await desk.until_sees("4,000 lines were pasted")
        assert desk.app.desk.prompt.text.count("\n") == MAX_PASTED_LINES - 1


@pytest.mark.fault("T1", "P16")
async def test_a_paste_into_a_field_is_cleaned_and_cut(tmp_path: Path) -> None:
    # A field takes the first line of a paste. Terminals let no end of a paste through inside one.
    hostile = "".join("".join(all_payloads()).replace(PASTE_END, "").splitlines())
    async with running_app(tmp_path) as desk:
        for open_field in (
            lambda: desk.app.desk.parts.ask_line("a name"),
            lambda: desk.app.desk.search_bar.ask(desk.app.desk.conversation),
        ):
            open_field()
            await desk.until(lambda: isinstance(desk.app.focused, Field))
            field = desk.app.focused
            assert isinstance(field, Field)
            paste(desk, hostile)
            await desk.until(lambda field=field: len(field.value) > 500)
            assert not FORBIDDEN.search(field.value)
            assert_clean(desk, "field")
            paste(desk, "x" * 500_000)
            await desk.until_sees("10,000 characters were pasted")
            assert len(field.value) <= MAX_FIELD
            desk.app.clear_notifications()
            await desk.press("escape")


@pytest.mark.fault("T1")
async def test_no_name_reason_title_or_error_reaches_a_row(tmp_path: Path) -> None:
    texts = all_payloads()
    async with running_app(tmp_path, Workflows(), library=PayloadFolder("x")) as desk:
        await desk.until(lambda: desk.app.desk.library.items)
        await desk.press("escape", "l", "G", "enter")
        for start in range(0, len(texts), AT_ONCE):
            await desk.press("pageup")
            assert_clean(desk, "names")
            text = "".join(texts[start : start + AT_ONCE])
            desk.app.clear_notifications()
            desk.app.desk.parts.complain(BookwheelError(f"e {text}", hint=text))
            desk.app.desk.parts.say(f"n {text}")
            desk.app.desk.parts.ask_line(f"l {text}", f"v {text}", placeholder=text)
            await desk.pilot.pause()
            assert_clean(desk, start)
            field = desk.app.screen.query(Input).first()
            assert not FORBIDDEN.search(field.value)
            await desk.press("escape")
        assert desk.app.failure is None
