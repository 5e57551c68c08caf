"""Marks on the desk: seen without colour, with their reasons, without moving the page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.tui.widgets.test_conversation import Desk, citation, until

from bookwheel.markup.markdown_dialect import block_tokens
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    Closed,
    Extended,
    Opened,
    QuestionBlock,
    Replaced,
    SourcesBlock,
)
from bookwheel.transcript.marks import Checked, Mark
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.rows.signs import ASCII

ANSWER = (
    "All is well [1]. It cost 1,300 [1]. And so on.\n\n- one\n- It had 99 wheels [1].\n\n"
    "| a | b |\n|---|---|\n| x | 7 |\n"
)


@pytest.fixture(autouse=True, scope="module")
def _parser_is_there() -> None:
    block_tokens("")


def mark(text: str, sentence: str, *missing: str, cited: tuple[int, ...] = (1,)) -> Mark:
    start = text.index(sentence)
    return Mark(start, start + len(sentence), sentence, cited, missing)


MARKS = (
    mark(ANSWER, "It cost 1,300 [1].", "1,300"),
    mark(ANSWER, "It had 99 wheels [1].", "99"),
    mark(ANSWER, "| x | 7 |", "7", cited=()),
)


def turn(text: str = ANSWER, marks: tuple[Mark, ...] = MARKS, run: str = "r1") -> list[Block]:
    return [
        QuestionBlock(id=f"{run}.q", run=run, status="closed", text="Question?"),
        AnswerBlock(id=f"{run}.a", run=run, status="closed", text=text, marks=marks),
        SourcesBlock(id=f"{run}.s", run=run, status="closed", citations=(citation(1),), marks=marks,
                     checked=Checked(4, len(marks))),
    ]  # fmt: skip


def underlined(app: Desk) -> str:
    return "".join(
        segment.text
        for y in range(app.view.size.height)
        for segment in app.view.render_line(y)
        if segment.style is not None and segment.style.underline
    )


async def test_a_marked_sentence_has_a_sign_in_the_margin_its_underline_and_its_reason() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.load(turn())
        await pilot.pause()
        rows = [app.row(y) for y in range(app.view.size.height)]
        assert rows[3] == f"┄{'All is well [1]. It cost 1,300 [1]. And so on.':<58}┄ not in [1]: 1,300"
        assert rows[5] == " • one"
        assert rows[6].startswith("┄• It had 99 wheels [1].")
        assert rows[6].endswith("┄ not in [1]: 99")
        assert rows[10].startswith("┄x")
        assert rows[10].endswith("┄ no source: 7")
        assert underlined(app) == "It cost 1,300 [1].It had 99 wheels [1].x7"


async def test_the_sources_are_followed_by_the_result_of_the_check() -> None:
    app = Desk()
    async with app.run_test(size=(60, 24)) as pilot:
        app.view.load(turn())
        await pilot.pause()
        assert app.screen_text().partition("[1] longformer.pdf p 3")[2].splitlines()[1:5] == [
            " ┄ 4 sentences checked, 3 not supported",
            "   not in [1]: 1,300  ·  It cost 1,300 [1].",
            "   not in [1]: 99  ·  It had 99 wheels [1].",
            "   no source: 7  ·  x 7",
        ]
        app.view.load(turn(marks=()))
        await pilot.pause()
        # A line that says "all is well" under each answer would soon be passed over.
        assert "checked" not in app.screen_text()
        assert "┄" not in app.screen_text()


@pytest.mark.parametrize("width", [20, 40, 64, 100])
async def test_marks_come_without_moving_a_single_word(width: int) -> None:
    """They come when the answer is complete and is being read: only the margin and what is behind the text change."""
    app = Desk()
    async with app.run_test(size=(width, 40)) as pilot:
        question, answer, _ = turn(marks=())
        app.view.load([question, answer])
        await pilot.pause()
        before = [app.row(y)[1:] for y in range(40)]
        assert isinstance(answer, AnswerBlock)
        app.view.apply([Replaced(replace(answer, marks=MARKS))])
        await until(pilot, lambda: "┄" in app.screen_text())
        after = [app.row(y)[1:] for y in range(40)]
        assert [now[: len(then)] for then, now in zip(before, after, strict=True)] == before


async def test_only_the_segments_with_a_mark_are_drawn_again() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        text = "\n\n".join(f"Paragraph {number} [1]." for number in range(400))
        answer = AnswerBlock(id="r1.a", run="r1", text="")
        app.view.apply([Opened(answer), Extended("r1.a", text)])
        closed = replace(answer, text=text, status="closed")
        app.view.apply([Closed(closed)])
        await pilot.pause()
        (*_, entry) = {id(line.item.entry): line.item.entry for line in app.view.lines}.values()
        parts = list(entry.parts)
        rows = [app.view.blocks.rows_of(part) for part in parts]
        app.view.go_to_top()
        await pilot.pause()
        app.view.apply([Replaced(replace(closed, marks=(mark(text, "Paragraph 3 [1].", "3"),)))])
        assert entry.parts == parts
        assert len(parts) > 1
        assert [app.view.blocks.rows_of(part) is before for part, before in zip(parts, rows, strict=True)] == [
            False,
            *[True] * (len(parts) - 1),
        ]
        await until(pilot, lambda: "┄Paragraph 3 [1]." in app.screen_text())
        assert app.screen_text().count("┄ not in [1]: 3") == 1


async def test_v_steps_through_marks_and_shows_their_reasons() -> None:
    app = Desk()
    async with app.run_test(size=(60, 16)) as pilot:
        filler = [block for number in range(2, 12) for block in turn("Nothing.", (), f"r{number}")]
        app.view.load([*turn(), *filler, *turn(run="r99")])
        await pilot.press("g")
        reasons = ["not in [1]: 1,300", "not in [1]: 99", "no source: 7"]
        for reason in [*reasons, *reasons, reasons[0]]:
            await pilot.press("v")
            remark = app.posted[-1]
            assert isinstance(remark, ConversationView.Remark)
            assert remark.text == reason
            assert reason in app.screen_text()
        await pilot.press("o")
        opened = app.posted[-1]
        assert isinstance(opened, ConversationView.CitationOpened)
        assert opened.citation.number == 1


async def test_v_says_when_there_is_nothing_to_walk_to() -> None:
    app = Desk()
    async with app.run_test(size=(60, 16)) as pilot:
        app.view.load(turn(marks=()))
        await pilot.press("v")
        remark = app.posted[-1]
        assert isinstance(remark, ConversationView.Remark)
        assert remark.text == "4 sentences checked, all supported"


async def test_a_terminal_without_signs_gets_plain_ones() -> None:
    app = Desk(ASCII)
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.load(turn())
        await pilot.pause()
        assert app.row(3).startswith("!All is well")
        assert app.screen_text().isascii()


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
async def test_answers_with_other_line_ends_and_endless_lines_are_marked_too(ending: str) -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        text = f"One.{ending}{ending}It cost 1,300.{ending}{ending}```{ending}1,300{ending}```{ending}" + "x" * 70_000
        app.view.load(turn(text, (mark(text, "It cost 1,300.", "1,300"),)))
        app.view.go_to_top()
        await pilot.pause()
        assert underlined(app) == "It cost 1,300."


async def test_a_mark_in_code_is_not_seen() -> None:
    """The check and the parser may differ about what is code; the characters that carry a mark are shown in no case."""
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        text = '- a\n\n      code 5\n\n`x 6`\n\n[t](http://a.b/c7 "8")\n\n<b>9</b>\n'
        marks = tuple(mark(text, part, part) for part in ("code 5", "x 6", "a.b/c7", "b>9"))
        app.view.load(turn(text, marks))
        await pilot.pause()
        assert not {char for char in app.screen_text() if 0x1DA00 <= ord(char) <= 0x1DAAF}
