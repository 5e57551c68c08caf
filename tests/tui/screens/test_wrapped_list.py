"""A screen of rows: what a new one has without keys of its own, and the help of one that has them."""

from collections.abc import Sequence
from pathlib import Path

from tests.support.desk_app import running_app

from bookwheel.tui.screens.answer_changes import AnswerChangesScreen
from bookwheel.tui.screens.help import pane_of
from bookwheel.tui.screens.wrapped_list import WrappedRow, WrappedScreen, wrapped


class Counts(WrappedScreen):
    def make_title(self) -> tuple[str, str]:
        return "Counts", ""

    def make_rows(self, width: int) -> Sequence[WrappedRow]:
        return [row for word in ("one", "two", "three") for row in wrapped([(word, self.rows.look.text)], width)]


async def test_a_screen_of_rows_without_keys_of_its_own_moves_by_the_arrows_and_closes_by_esc(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        counts = Counts()
        await desk.app.push_screen(counts)
        await desk.until_sees("three")
        await desk.until_sees("Esc back")
        await desk.press("down", "j")
        assert counts.rows.cursor == 2
        await desk.press("up")
        assert counts.rows.cursor == 1
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.app.desk)


def test_help_begins_with_the_keys_of_the_screen_below_it() -> None:
    assert pane_of(AnswerChangesScreen.__new__(AnswerChangesScreen)) == "changes"
    assert pane_of(Counts.__new__(Counts)) == "wrapped"
