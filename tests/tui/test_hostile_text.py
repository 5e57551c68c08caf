"""Outside text in every part of the desk: it is shown as plain letters, and no markup may end the app."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.support.desk import Folder, Workflows
from tests.support.desk_app import AppDriver, running_app
from textual.widgets import Input

from bookwheel.engine.index.progress import FileState, LeftOut
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.errors import BookwheelError

HOSTILE = (
    "a[/b] [@click=app.quit]x[/] [link='http://evil'] [$x] \x1b]0;owned\x07 \x1b[77;7H \x1b[c \x9b31m \u202egpj.exe"
    "\u202c \x00\x0e\x7f \u200b\U000e0041 end"
)
# A tool is never called with it.
TAG = "\U000e0041"
# What may not be in any row: C0, DEL, C1, bidi controls, surrogates, tags.
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]")


class HostileFolder(Folder):
    """Files whose names and reasons are hostile."""

    def files(self, roots: Sequence[Path]) -> list[FileState]:
        root = str(roots[0]) if roots else "/papers"
        return [
            FileState(path=f"{root}/{HOSTILE}/{HOSTILE}.md", root=root, status="indexed", passages=1, title=HOSTILE),
            FileState(path=f"{root}/{HOSTILE}.pdf", root=root, status="failed", reason=HOSTILE),
        ]

    def left_out(self, roots: Sequence[Path]) -> list[LeftOut]:
        root = str(roots[0]) if roots else "/papers"
        return [LeftOut(f"{root}/{HOSTILE}", root, HOSTILE)]


def is_clean(desk: AppDriver) -> bool:
    """Every row that the compositor has made, not only the text that we see."""
    found = [line for line in desk.lines() if FORBIDDEN.search(line)]
    assert not found, found
    return True


@pytest.mark.fault("T1")
@pytest.mark.parametrize("size", [(140, 42), (80, 24), (60, 20)])
async def test_hostile_names_titles_and_errors_are_shown_as_letters(tmp_path: Path, size: tuple[int, int]) -> None:
    workflows = Workflows(llm=MockLLM([MockReply(text=HOSTILE)], model=HOSTILE))
    async with running_app(tmp_path, workflows, library=HostileFolder("x"), size=size) as desk:
        await desk.until(lambda: desk.app.desk.library.items)
        assert is_clean(desk)
        await desk.press("escape", "l", "G", "enter", "G", "enter", "G")
        await desk.until(lambda: len(desk.app.desk.library.items) > 5)
        assert is_clean(desk)
        await desk.press("g", "j", "j", "j", "enter")
        await desk.pilot.pause()
        assert is_clean(desk)
        await desk.press("escape", "escape", "i")
        await desk.ask(HOSTILE)
        await desk.until(lambda: desk.app.desk.event_log.items and desk.app.desk.status.phase == "idle")
        assert is_clean(desk)
        await desk.press("escape", "t", "g", "enter")
        await desk.until_sees("0 ms")  # the steps of the question on a time axis
        assert is_clean(desk)
        await desk.press("escape", "G", "enter")
        await desk.until_sees("RunFinished")
        assert is_clean(desk)
        await desk.press("escape", "ctrl+r")
        await desk.until_sees("Sessions")
        await desk.pilot.pause()
        assert is_clean(desk)
        await desk.press("tab", "d")
        await desk.until_sees("u brings it back")
        assert is_clean(desk)
        await desk.press("escape")
        desk.app.desk.parts.complain(BookwheelError(HOSTILE, hint=HOSTILE))
        desk.app.desk.parts.say(HOSTILE)
        await desk.pilot.pause()
        assert is_clean(desk)
        assert desk.app.failure is None


async def test_hostile_tool_call_is_shown_as_text_for_approval(tmp_path: Path) -> None:
    async def fetch(url: str) -> str:
        """Fetch."""
        return HOSTILE

    llm = MockLLM(
        [
            MockReply(tool_calls=[ToolSelection("t", "fetch", {"url": HOSTILE.replace(TAG, "")})]),
            MockReply(text="Done."),
        ]
    )
    workflows = Workflows(llm=llm, tools=[FunctionTool.from_defaults(fetch, requires_approval=True)])
    async with running_app(tmp_path, workflows, mode="agent") as desk:
        await desk.ask("Go")
        await desk.until_sees('fetch  url: "a[/b]')
        assert is_clean(desk)
        await desk.press("escape", "v")
        await desk.until_sees("arguments")
        assert is_clean(desk)
        await desk.press("escape", "a", "enter")
        await desk.until_sees("Done.")
        assert is_clean(desk)


async def test_pasted_text_is_cleaned_and_never_sends(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        from textual.events import Paste

        desk.app.desk.prompt.post_message(Paste(f"first line\r\n{HOSTILE}\nlast line\n"))
        await desk.until(lambda: "last line" in desk.app.desk.prompt.text)
        assert not FORBIDDEN.search(desk.app.desk.prompt.text.replace("\n", ""))
        assert desk.app.desk.has_class("-empty"), "nothing was asked"
        assert is_clean(desk)


async def test_pasted_book_is_cut_with_a_notice(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        from textual.events import Paste

        desk.app.desk.prompt.post_message(Paste("word " * 2_000_000))
        await desk.until_sees("100,000 characters were pasted")
        assert len(desk.app.desk.prompt.text) == 100_000


async def test_hostile_file_names_are_not_completed_into_the_line(tmp_path: Path) -> None:
    def make() -> None:
        (tmp_path / "evil\x1b[31m").mkdir()
        (tmp_path / "evil[nope]").mkdir()

    await asyncio.to_thread(make)
    async with running_app(tmp_path) as desk:
        await desk.press("escape", "l", "a")
        await desk.until_sees("add a file or folder")
        field = desk.app.screen.query_one(Input)
        field.value = f"{tmp_path}/evil"
        await desk.press("tab")
        await desk.until(lambda: field.value.endswith("evil[nope]/"))
        field.value = "\x1b[31mred\x9b"
        assert not FORBIDDEN.search(field.value)
        assert is_clean(desk)


async def test_hostile_question_is_restored_from_history_as_text(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.assistant.ask(HOSTILE)
        await desk.until(lambda: desk.app.desk.status.session_id and desk.app.desk.status.phase == "idle")
    async with running_app(tmp_path, resume_last=True) as desk:
        await desk.until(lambda: not desk.app.desk.has_class("-empty"))
        await desk.press("up")
        assert "end" in desk.app.desk.prompt.text
        assert not FORBIDDEN.search(desk.app.desk.prompt.text)


@pytest.mark.fault("A6")
async def test_a_request_names_invisible_characters_and_counts_cut_ones(tmp_path: Path) -> None:
    sent: list[str] = []

    async def search(query: str) -> str:
        """Search."""
        sent.append(query)
        return "nothing"

    query = f"wheels\u200b\u200d\ufe0f {'x' * 5_000}"
    llm = MockLLM([MockReply(tool_calls=[ToolSelection("t", "search", {"query": query})]), MockReply(text="Done.")])
    workflows = Workflows(llm=llm, tools=[FunctionTool.from_defaults(search, requires_approval=True)])
    async with running_app(tmp_path, workflows, mode="agent") as desk:
        await desk.ask("Go")
        await desk.until_sees('search  query: "wheels<U+200B><U+200D><U+FE0F> xxx')
        assert re.search(r"… 4,\d\d\d more characters: v shows all", desk.screen_text())
        await desk.press("escape", "v")
        await desk.until_sees("wheels<U+200B><U+200D><U+FE0F>")
        await desk.press("escape", "a", "enter")
        await desk.until_sees("Done.")
        assert sent == [query]
