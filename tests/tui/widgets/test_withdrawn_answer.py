"""An answer on the page that turns out to be a thought is folded, and the answer follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.patience import until
from tests.support.styled_app import StyledApp

from bookwheel.markup.markdown_dialect import block_tokens
from bookwheel.transcript.blocks import AnswerBlock, Closed, Extended, Opened, QuestionBlock, ThoughtBlock
from bookwheel.tui.conversation.view import ConversationView

if TYPE_CHECKING:
    from textual.app import ComposeResult


@pytest.fixture(autouse=True, scope="module")
def _parser_is_there() -> None:
    """The view imports it in a thread after its first frame."""
    block_tokens("")


class Page(StyledApp):
    """Nothing but the conversation."""

    def __init__(self) -> None:
        super().__init__()
        self.view = ConversationView()

    def compose(self) -> ComposeResult:
        yield self.view

    def rows(self) -> list[str]:
        lines = (self.view.render_line(y).text.strip() for y in range(self.view.size.height))
        return [line for line in lines if line]


async def test_an_answer_that_was_a_thought_is_folded() -> None:
    app = Page()
    async with app.run_test(size=(60, 14)) as pilot:
        question = QuestionBlock(id="r1.q", run="r1", status="closed", text="How hot?", mode="query", model="m")
        app.view.apply([Opened(question), Opened(AnswerBlock(id="r1.1", run="r1"))])
        app.view.apply([Extended("r1.1", "Passage [2] is of clay.\n\n- and\n- more\n")])
        await until(pilot, lambda: any("is of clay" in row for row in app.rows()))
        thought = ThoughtBlock(id="r1.1", run="r1", status="closed", text="Passage [2] is of clay.\n\n- and\n- more\n")
        app.view.apply([Closed(thought), Opened(AnswerBlock(id="r1.2", run="r1")), Extended("r1.2", "It is hot [1].")])
        await until(pilot, lambda: app.rows()[-1] == "It is hot [1].")
        assert not any("clay" in row for row in app.rows())
        assert any("thought" in row for row in app.rows())
