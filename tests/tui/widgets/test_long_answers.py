"""A long answer that comes in one event, or with a session, is cut in steps, and ends as if it had been cut at once."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.support.patience import until
from tests.support.styled_app import StyledApp

from bookwheel.markup.markdown_dialect import block_tokens
from bookwheel.transcript.blocks import AnswerBlock, Closed, Extended, Opened, QuestionBlock
from bookwheel.transcript.marks import Mark
from bookwheel.transcript.segments import Segment, segments_of
from bookwheel.tui.conversation.answer_cutting import AnswerCutting
from bookwheel.tui.conversation.entry_parts import CUT_AT_ONCE, Entry
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.rows.row_text import BLANK
from bookwheel.tui.widgets.row_source import Line

if TYPE_CHECKING:
    from textual.app import ComposeResult

PARAGRAPH = "Some *words* of **text** that an answer is made of [1]. " * 8 + "\n\n"
TEXT = "".join(f"## Head {number}\n\n{PARAGRAPH}- one\n- two\n\n" for number in range(60)) + "The very end."
STEPS = -(-len(TEXT) // CUT_AT_ONCE)


def segments(entry: Entry) -> list[Segment]:
    return [segment for part in entry.parts for segment in part.segments]


def steps_to_cut(entry: Entry) -> int:
    """How many steps of at most `CUT_AT_ONCE` characters it takes to cut the entry."""
    steps, before = 1, 0
    entry.settle()
    while True:
        cut = sum(len(segment.text) for segment in segments(entry))
        assert cut - before <= 2 * CUT_AT_ONCE, "a step closes what it reads, and the tail of the step before"
        before = cut
        if not entry.is_uncut:
            return steps
        entry.cut_on()
        steps += 1


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_each_step_cuts_a_bounded_piece_and_all_end_as_at_once(line_end: str) -> None:
    text = TEXT.replace("\n", line_end)
    entry = Entry(AnswerBlock(id="a", run="r", status="closed", text=text))
    assert steps_to_cut(entry) == -(-len(text) // CUT_AT_ONCE) > 3
    assert segments(entry) == segments_of(text)


def test_what_comes_while_a_piece_is_being_cut_is_cut_after_it() -> None:
    block = AnswerBlock(id="a", run="r", text=TEXT[:40])
    entry = Entry(block)
    entry.settle()
    entry.extend(TEXT[40:-20])
    assert entry.is_uncut
    entry.extend(TEXT[-20:])
    closed = replace(block, text=TEXT, status="closed")
    entry.cut_on()
    entry.replace(closed)
    assert entry.is_uncut, "what is on the screen stays"
    start, end = TEXT.index("Some"), TEXT.index("[1]")
    mark = Mark(start=start, end=end, text=TEXT[start:end])
    entry.replace(replace(closed, marks=(mark,)))
    while entry.cut_on():
        pass
    whole = Entry(replace(closed, marks=(mark,)))
    whole.cut_all()
    assert segments(entry) == segments(whole)
    assert segments(whole) != segments_of(TEXT), "the mark is in the text"


class Page(StyledApp):
    def __init__(self) -> None:
        super().__init__()
        self.view = ConversationView()

    def compose(self) -> ComposeResult:
        yield self.view

    def shows(self, text: str) -> bool:
        return any(text in line.row.text for line in self.view.lines)


async def test_first_part_of_an_event_is_shown_before_the_rest_is_cut() -> None:
    entry = Entry(AnswerBlock(id="a", run="r"))
    part = entry.settle()[0]
    entry.extend(TEXT)
    was_uncut, work = list[bool](), list[Coroutine[None, None, None]]()
    cutting = AnswerCutting(work.append, lambda: was_uncut.append(entry.is_uncut))
    cutting.look_at([Line(part, 0, BLANK)] * 2)
    assert len(work) == 1
    await work[0]
    assert was_uncut == [True, False]


async def test_page_shows_the_end_of_a_long_answer_once_it_is_cut() -> None:
    block_tokens("")
    app = Page()
    question = QuestionBlock(id="q", run="r", status="closed", text="How does it grow?")
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.view
        view.load([question, AnswerBlock(id="a", run="r", status="closed", text=TEXT)])
        await until(pilot, lambda: app.shows("The very end."))
        view.load([question])
        view.apply([Opened(AnswerBlock(id="a", run="r"))])
        await until(pilot, lambda: app.shows("How does it grow?"))
        view.apply([Extended("a", TEXT)])
        entry = view.blocks.model.entry("a")
        assert entry is not None
        assert entry.is_uncut
        await until(pilot, lambda: app.shows("The very end."))
        view.apply([Closed(AnswerBlock(id="a", run="r", status="closed", text=TEXT))])
        await until(pilot, lambda: app.shows("The very end."))
        assert segments(entry) == segments_of(TEXT)


async def test_search_finds_what_is_not_cut_yet() -> None:
    block_tokens("")
    app = Page()
    async with app.run_test(size=(80, 24)):
        app.view.load([AnswerBlock(id="a", run="r", status="closed", text=TEXT)])
        entry = app.view.blocks.model.entry("a") or app.view.blocks.model.last
        assert entry is not None
        assert app.view.lines
        assert entry.is_uncut
        assert app.view.search("the very end")
        assert app.shows("The very end.")
