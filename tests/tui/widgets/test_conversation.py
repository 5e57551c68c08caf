"""The conversation, driven by its keys in a small app."""

import codecs
import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.patience import until
from tests.support.styled_app import StyledApp
from textual.app import ComposeResult

from bookwheel.markup import markdown_dialect as dialect
from bookwheel.markup.markdown_dialect import block_tokens
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    Citation,
    Closed,
    EventBlock,
    Extended,
    InputBlock,
    NoticeBlock,
    Opened,
    QuestionBlock,
    Replaced,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.rows.signs import ASCII, UNICODE, Signs

if TYPE_CHECKING:
    from textual.message import Message


@pytest.fixture(autouse=True, scope="module")
def _parser_is_there() -> None:
    """The view imports it in a thread after its first frame, which most of these tests need not wait for."""
    block_tokens("")


class Desk(StyledApp):
    """Nothing but the conversation; keeps what it posts."""

    def __init__(self, signs: Signs = UNICODE) -> None:
        super().__init__()
        self.view = ConversationView(signs=signs)
        self.posted: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()

    def on_conversation_view_citation_opened(self, message: ConversationView.CitationOpened) -> None:
        self.posted.append(message)

    def on_conversation_view_copy_requested(self, message: ConversationView.CopyRequested) -> None:
        self.posted.append(message)

    def on_conversation_view_ask_again(self, message: ConversationView.AskAgain) -> None:
        self.posted.append(message)

    def on_conversation_view_input_opened(self, message: ConversationView.InputOpened) -> None:
        self.posted.append(message)

    def on_row_view_remark(self, message: ConversationView.Remark) -> None:
        self.posted.append(message)

    def screen_text(self) -> str:
        return "\n".join(self.row(y) for y in range(self.view.size.height))

    def row(self, y: int) -> str:
        return self.view.render_line(y).text.rstrip()


def citation(number: int, path: str = "/papers/longformer.pdf", page: int | None = 3) -> Citation:
    return Citation(
        number=number, node_id=f"n{number}", path=path, page=page, start_char_idx=0, end_char_idx=5, text="words"
    )


def turn(number: int, answer: str = "An answer [1].", citations: Sequence[Citation] = ()) -> list[Block]:
    run = f"r{number}"
    sources = citations or (citation(1),)
    return [
        QuestionBlock(id=f"{run}.q", run=run, status="closed", text=f"Question {number}?"),
        SourcesBlock(id=f"{run}.s", run=run, status="closed", citations=tuple(sources)),
        AnswerBlock(id=f"{run}.a", run=run, status="closed", text=answer),
    ]


async def test_blocks_are_drawn_in_reading_order() -> None:
    app = Desk()
    async with app.run_test(size=(60, 14)) as pilot:
        app.view.load(turn(1))
        await pilot.pause()

        assert [app.row(y) for y in range(7)] == [
            "",
            " ▌ Question 1?",
            "",
            " An answer [1].",
            "",
            " [1] longformer.pdf p 3",
            "",
        ]


async def test_until_the_parser_is_there_nothing_is_laid_out_and_then_everything() -> None:
    dialect._parser.cache_clear()
    app = Desk()
    async with app.run_test(size=(60, 14)) as pilot:
        app.view.load(turn(1))
        await until(pilot, lambda: "An answer [1]." in app.screen_text())


async def test_each_kind_of_block_says_its_state_in_words_and_signs() -> None:
    blocks: list[Block] = [
        ThoughtBlock(id="1", run="r", status="open", text="hm"),
        ToolBlock(id="2", run="r", status="open", tool_id="t", tool_name="search", tool_kwargs={"query": "x"}),
        ToolBlock(
            id="3", run="r", status="closed", tool_id="t", tool_name="search", output="x" * 1234, duration_s=0.04
        ),
        ToolBlock(id="4", run="r", status="failed", tool_id="t", tool_name="web", output="no", is_error=True),
        ToolBlock(id="5", run="r", status="cut", tool_id="t", tool_name="slow"),
        InputBlock(id="6", run="r", status="open", request_id="q", prefix="May I?", tool_name="web"),
        InputBlock(id="7", run="r", status="closed", request_id="q", prefix="May I?", response="once"),
        InputBlock(
            id="13",
            run="r",
            status="closed",
            request_id="q",
            prefix="May I?",
            tool_name="web",
            tool_kwargs={"query": "old"},
            response="once",
            edited_kwargs={"query": "new"},
        ),
        InputBlock(id="8", run="r", status="cut", request_id="q", prefix="May I?"),
        EventBlock(id="9", run="r", status="closed", type="Progress", data={"step": 3, "of": 4}),
        NoticeBlock(id="10", run="r", status="cut", text="stopped by you", hint="r ask again"),
        NoticeBlock(id="11", run="r", status="closed", level="error", text="No connection.", hint="Start the server."),
        NoticeBlock(id="12", run="r", status="closed", level="warning", text="Not saved."),
    ]
    app = Desk()
    async with app.run_test(size=(60, 30)) as pilot:
        app.view.load(blocks)
        await pilot.pause()

        shown = [line for line in app.screen_text().split("\n") if line]
        assert shown == [
            " ▸ thinking…",
            ' ◔ search  "x"  running…',
            " ✓ search  1.2 kB · 40 ms",
            " ✗ web  failed",
            " ■ slow  stopped",
            " ? May I?",
            "   waiting for you  ·  web",
            " ✓ May I?",
            "   you: once",
            " ✓ May I?",
            '   you: once  ·  edited web  query: "new"',
            " ■ May I?",
            "   not answered",
            " ○ Progress  step=3 of=4",
            " ■ stopped by you",
            "   r ask again",
            " ✗ No connection.",
            "   Start the server.",
            " ! Not saved.",
        ]


async def test_a_question_of_ten_megabytes_costs_a_screenful() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        call = ToolBlock(
            id="t", run="r", status="closed", tool_id="1", tool_name="x", tool_kwargs={"a": "é" * 3_000_000}
        )
        app.view.load([QuestionBlock(id="q", run="r", status="closed", text="word " * 2_000_000), call])
        await pilot.pause()

        assert "10.0 MB in all; copy the block to have it" in app.screen_text()
        assert len(app.view.lines) == 12


async def test_a_hidden_conversation_lays_nothing_out_and_is_right_when_shown() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.display = False
        await pilot.pause()
        app.view.load(turn(1))
        app.view.apply([Opened(AnswerBlock(id="x", run="r1", status="open", text="more"))])
        assert app.view.blocks.laid_out_count == 0
        app.view.display = True
        await until(pilot, lambda: "An answer [1]." in app.screen_text() and "more" in app.screen_text())


async def test_an_ascii_terminal_gets_ascii_signs() -> None:
    app = Desk(signs=ASCII)
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.load([*turn(1, "- item\n\n> quote"), NoticeBlock(id="n", run="r1", status="cut", text="stopped")])
        await pilot.pause()

        assert app.screen_text().isascii()


async def test_ten_thousand_blocks_open_with_a_screenful_laid_out() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.load([block for number in range(3_334) for block in turn(number)])
        await pilot.pause()

        assert app.view.questions == (3_334, 3_334)
        assert "Question 3333?" in app.screen_text()
        assert app.view.blocks.laid_out_count < 40
        assert len(app.view.blocks.model._entries) < 100

        await pilot.press("g")
        assert app.view.questions[0] == 1
        assert "Question 0?" in app.screen_text()
        assert app.view.blocks.laid_out_count < 80


async def test_layout_is_bounded() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.load([block for number in range(600) for block in turn(number)])
        await pilot.pause()
        for _ in range(300):
            app.view.action_scroll_page(-1)
        assert app.view.blocks.laid_out_count <= 100


async def test_a_streamed_answer_ends_as_the_one_that_was_loaded() -> None:
    text = "# Head\n\nSome **bold** text [1].\n\n- one\n- two\n\n```py\nx = 1\n```\n\n| a |\n|---|\n| 1 |\n\nEnd."
    question, sources, answer = turn(1, text)
    loaded, streamed = Desk(), Desk()
    async with loaded.run_test(size=(60, 30)) as pilot:
        loaded.view.load([question, sources, answer])
        await pilot.pause()
        expected = loaded.screen_text()
    async with streamed.run_test(size=(60, 30)) as pilot:
        streamed.view.load([question])
        streamed.view.apply([Opened(replace(sources, status="open"))])
        streamed.view.apply([Opened(AnswerBlock(id="r1.a", run="r1"))])
        for start in range(0, len(text), 3):
            streamed.view.apply([Extended("r1.a", text[start : start + 3])])
            await pilot.pause()
        streamed.view.apply([Closed(answer), Closed(sources)])
        await until(pilot, lambda: streamed.screen_text() == expected)


async def test_closed_rows_are_not_drawn_again() -> None:
    app = Desk()
    async with app.run_test(size=(60, 30)) as pilot:
        app.view.load([AnswerBlock(id="a", run="r", text="First paragraph.\n\nSecond.\n\nThird")])
        await pilot.pause()
        await until(pilot, lambda: "Third" in app.screen_text())
        before = [line.row for line in app.view.lines]
        app.view.apply([Extended("a", " grows.")])
        await until(pilot, lambda: "Third grows." in app.screen_text())
        after = [line.row for line in app.view.lines]

        assert after[1].text == "First paragraph."
        assert after[1] is before[1]
        assert after[:-1] == before[:-1]


async def test_at_the_end_the_page_follows() -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.view.load([*turn(1), AnswerBlock(id="a", run="r2")])
        await pilot.pause()
        app.view.apply([Extended("a", "".join(f"line {number}\n\n" for number in range(30)))])
        await until(pilot, lambda: "line 29" in app.screen_text())


async def test_away_from_the_end_the_page_stays_and_counts_new_blocks() -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.view.load([*turn(1, "word " * 300), AnswerBlock(id="a", run="r2", text="end")])
        await pilot.pause()
        app.view.action_scroll_half_page(-1)
        await pilot.pause()
        before = [app.row(y) for y in range(9)]
        app.view.apply([Extended("a", "".join(f"line {number}\n\n" for number in range(30)))])
        await until(pilot, lambda: "new  G" in app.row(9))

        assert [app.row(y) for y in range(9)] == before
        await pilot.press("G")
        assert "line 29" in app.screen_text()
        assert "new  G" not in app.row(9)


async def test_older_blocks_come_in_above_without_moving_the_page() -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.view.load([block for number in range(10, 20) for block in turn(number)])
        await pilot.pause()
        await pilot.press("g")
        before = app.screen_text().split("\n")
        app.view.prepend([block for number in range(10) for block in turn(number)])
        await pilot.pause()

        # Only the scroll mark has moved.
        assert [line[:58].rstrip() for line in app.screen_text().split("\n")] == [line[:58].rstrip() for line in before]
        assert app.view.questions == (11, 20)
        app.view.scroll_rows(-3)
        assert "longformer.pdf" in app.row(2)


async def test_a_resize_keeps_the_position() -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.view.load([block for number in range(40) for block in turn(number, "word " * 60)])
        await pilot.pause()
        for _ in range(20):
            app.view.action_scroll_page(-1)
        await pilot.pause()
        entry = app.view.lines[0].item.entry
        await pilot.resize_terminal(30, 12)
        await until(pilot, lambda: app.view.size.width == 30)

        assert app.view.lines[0].item.entry is entry


async def test_keys_walk_over_the_blocks_and_the_cursor_is_marked() -> None:
    app = Desk()
    async with app.run_test(size=(60, 8)) as pilot:
        app.view.load([block for number in range(5) for block in turn(number)])
        await pilot.pause()
        await pilot.press("k")
        assert any(line.startswith("▌") and "longformer" in line for line in app.screen_text().split("\n"))
        for _ in range(14):
            await pilot.press("k")
        assert "›▌ Question 0?" in app.screen_text()
        await pilot.press("right_curly_bracket", "right_curly_bracket")
        assert "›▌ Question 2?" in app.screen_text()
        await pilot.press("left_curly_bracket")
        assert "›▌ Question 1?" in app.screen_text()


async def test_going_down_through_a_long_answer_shows_all_of_it() -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.view.load([*turn(1, "\n\n".join(f"paragraph {number}" for number in range(40))), *turn(2)])
        await pilot.pause()
        await pilot.press("g")
        seen = app.screen_text()
        for _ in range(40):
            await pilot.press("j")
            seen += app.screen_text()
        assert all(f"paragraph {number}" in seen for number in range(40))
        assert "Question 2?" in app.screen_text()


async def test_a_source_from_the_web_is_named_by_its_address() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.load(turn(1, "x [1]", [citation(1, "https://example.org/wheels/1", None)]))
        await pilot.pause()
        assert "[1] example.org/wheels/1" in app.screen_text()


async def test_a_digit_opens_that_source_of_the_answer() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        sources = [citation(number) for number in (1, 2)]
        app.view.load(turn(1, "x [1] and [2]", sources))
        await pilot.press("2")
        assert app.posted == [app.posted[0]]
        opened = app.posted[0]
        assert isinstance(opened, ConversationView.CitationOpened)
        assert opened.citation == sources[1]
        assert opened.citations == tuple(sources)


async def test_the_nearest_passages_of_a_refusal_are_named_and_open() -> None:
    app = Desk()
    async with app.run_test(size=(60, 14)) as pilot:
        near = replace(citation(1), heading="Fees \u203a Berths")
        question, sources, answer = turn(1, "Nothing answers this.", [near, citation(2)])
        assert isinstance(sources, SourcesBlock)
        app.view.load([question, replace(sources, is_nearest=True), answer])
        await pilot.pause()
        assert "The nearest passages:" in app.screen_text()
        assert "[1] longformer.pdf p 3  Fees \u203a Berths" in app.screen_text()
        await pilot.press("Y")
        await pilot.press("1")
        copied, opened = app.posted
        assert isinstance(copied, ConversationView.CopyRequested)
        assert "longformer" not in copied.text
        assert isinstance(opened, ConversationView.CitationOpened)
        assert opened.citation == near


async def test_two_digits_pressed_quickly_are_one_number() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.load(turn(1, "x [1] and [12]", [citation(number) for number in range(1, 13)]))
        await pilot.press("1", "2")
        await until(pilot, lambda: bool(app.posted))
        await pilot.press("1")
        await until(pilot, lambda: len(app.posted) == 2)
        opened = [
            message.citation.number for message in app.posted if isinstance(message, ConversationView.CitationOpened)
        ]
        assert opened == [12, 1]


async def test_a_number_without_a_source_is_reported() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.load(turn(1))
        await pilot.press("7")
        assert isinstance(app.posted[0], ConversationView.Remark)
        assert app.posted[0].text == "No source [7] here: [1]"


async def test_brackets_walk_over_the_citations() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.load(turn(1, "x [1] and [2]", [citation(1), citation(2)]))
        await pilot.press("right_square_bracket", "right_square_bracket")
        marked = [
            text
            for y in range(12)
            for text, style, _ in app.view.render_line(y)
            if style and style.reverse and style.meta.get("citation")
        ]
        assert marked[0] == "[2]"
        await pilot.press("enter")
        assert [type(message) for message in app.posted] == [ConversationView.CitationOpened]


async def test_a_block_is_copied_as_its_source_text() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.load(turn(1, "Some **bold** [1].\n\n```py\nx = 1\n```"))
        await pilot.press("y", "Y", "c")
        assert [
            (message.text, message.what) for message in app.posted if isinstance(message, app.view.CopyRequested)
        ] == [
            ("Some **bold** [1].\n\n```py\nx = 1\n```", "answer"),
            (
                "Some **bold** [1].\n\n```py\nx = 1\n```\n\n[1] /papers/longformer.pdf, page 3\n",
                "answer with sources",
            ),
            ("x = 1\n", "code"),
        ]


async def test_enter_unfolds_a_tool_call() -> None:
    app = Desk()
    async with app.run_test(size=(60, 16)) as pilot:
        call = ToolBlock(
            id="t",
            run="r",
            status="closed",
            tool_id="1",
            tool_name="search",
            tool_kwargs={"query": "x"},
            output="found",
        )
        app.view.load([call])
        await pilot.press("k", "enter")
        assert "│ query: x" in app.screen_text()
        assert "│ found" in app.screen_text()
        await pilot.press("enter")
        assert "│" not in app.screen_text()


async def test_enter_on_an_open_question_of_the_agent_asks_for_its_answer() -> None:
    app = Desk()
    async with app.run_test(size=(60, 16)) as pilot:
        app.view.load([InputBlock(id="i", run="r", request_id="q7", prefix="May I?")])
        await pilot.press("k", "enter")
        assert isinstance(app.posted[0], ConversationView.InputOpened)
        assert app.posted[0].request_id == "q7"
        app.view.apply(
            [Replaced(InputBlock(id="i", run="r", status="closed", request_id="q7", prefix="May I?", response="no"))]
        )
        await until(pilot, lambda: "you: no" in app.screen_text())


async def test_r_asks_the_question_of_the_block_again() -> None:
    app = Desk()
    async with app.run_test(size=(60, 16)) as pilot:
        app.view.load([*turn(1), *turn(2)])
        await pilot.press("r")
        assert isinstance(app.posted[0], ConversationView.AskAgain)
        assert app.posted[0].run == "r2"


async def test_search_wraps_around_and_marks_matches() -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.view.load([block for number in range(30) for block in turn(number, f"Answer about topic{number}.")])
        await pilot.pause()
        assert app.view.search("TOPIC3.")
        assert "topic3." in app.screen_text()
        await pilot.press("g")
        assert app.view.search("question 2")
        for expected in (2, 20, 21, 22):
            assert f"Question {expected}?" in app.screen_text()
            await pilot.press("n")
        await pilot.press("N", "N")
        assert "Question 21?" in app.screen_text()
        await pilot.press(*"nnnnnnnnn")
        assert "Question 2?" in app.screen_text()
        assert not app.view.search("nowhere")
        await until(pilot, lambda: bool(app.posted))
        assert isinstance(app.posted[-1], ConversationView.Remark)


async def test_wide_code_moves_sideways_and_shows_that_it_is_cut() -> None:
    app = Desk()
    async with app.run_test(size=(40, 10)) as pilot:
        app.view.load([AnswerBlock(id="a", run="r", status="closed", text="```\n" + "abcdefghij" * 9 + "\n```")])
        await pilot.pause()
        assert app.row(1).endswith("›")
        await pilot.press("right", "right")
        assert app.row(1).strip().startswith("‹")
        await pilot.press("left", "left")
        assert app.row(1).strip().startswith("abc")


async def test_sources_are_shown_behind_the_answer_once_they_are_final() -> None:
    app = Desk()
    async with app.run_test(size=(60, 14)) as pilot:
        question, sources, answer = turn(1)
        app.view.load([question])
        app.view.apply([Opened(replace(sources, status="open")), Opened(replace(answer, text="An an", status="open"))])
        await until(pilot, lambda: "An an" in app.screen_text())
        assert "longformer" not in app.screen_text()
        app.view.apply([Closed(answer), Closed(sources)])
        app.view.apply([Opened(NoticeBlock(id="n", run="r1", status="closed", text="done"))])
        await until(pilot, lambda: "done" in app.screen_text())
        text = app.screen_text()
        assert text.index("An answer") < text.index("longformer") < text.index("done")


async def test_a_theme_switched_live_changes_the_colours_and_not_the_position() -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.view.load([block for number in range(9) for block in turn(number)])
        await pilot.press("left_curly_bracket")
        text, colours = app.screen_text(), [style for _, style, _ in app.view.render_line(1)]
        app.theme = "textual-light"
        await until(pilot, lambda: [style for _, style, _ in app.view.render_line(1)] != colours)
        assert app.screen_text() == text


PAYLOADS = "hostile/terminal_payloads.json"


def hostile_blocks(text: str) -> Iterator[Block]:
    place = {"run": "r", "status": "closed"}
    arguments = {text: text, "list": [text]}
    yield QuestionBlock(id="1", text=text, mode=text, model=text, **place)
    yield ThoughtBlock(id="2", text=text, **place)
    yield ToolBlock(id="3", tool_id=text, tool_name=text, tool_kwargs=arguments, output=text, **place)
    yield InputBlock(id="4", request_id="q", prefix=text, tool_name=text, tool_kwargs=arguments, response=text, **place)
    yield AnswerBlock(id="5", text=text, **place)
    markdown = (
        f"# {text}\n\n- {text}\n\n> {text}\n\n| {text} |\n|---|\n| {text} |\n\n```{text}\n{text}\n```\n\n"
        f"[{text}](http://x/{text}) `{text}` **{text}** [1]"
    )
    yield AnswerBlock(id="6", text=markdown, **place)
    yield NoticeBlock(id="8", text=text, hint=text, **place)
    yield EventBlock(id="9", type=text, data={text: text}, **place)
    yield SourcesBlock(id="7", citations=(citation(1, path=f"/dir/{text}"),), **place)


def is_safe(char: str) -> bool:
    return (
        unicodedata.category(char) not in {"Cc", "Cs"}
        and char not in "\u2028\u2029"
        and not ("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" or "\U000e0000" <= char <= "\U000e0fff")
    )


@pytest.mark.fault("T1")
async def test_no_payload_reaches_the_screen_in_any_block_at_once_or_in_pieces(shared: Path) -> None:
    app = Desk()
    payloads = [
        codecs.decode(item["text_escaped"], "unicode_escape")
        for item in json.loads((shared / PAYLOADS).read_text(encoding="utf-8"))
    ]
    assert payloads
    async with app.run_test(size=(100, 70)) as pilot:
        for text in payloads:
            app.view.load(hostile_blocks(text))
            app.view.blocks.unfolded.update("239")
            app.view.relayout()
            await pilot.pause()
            assert all(map(is_safe, app.screen_text().replace("\n", ""))), repr(text)
            app.view.load([AnswerBlock(id="a", run="r"), ThoughtBlock(id="t", run="r")])
            third = max(1, len(text) // 3)
            for piece in (text[:third], text[third : 2 * third], text[2 * third :]):
                app.view.apply([Extended("a", piece), Extended("t", piece)])
                app.view.show()
                assert all(map(is_safe, app.screen_text().replace("\n", ""))), repr(text)


@pytest.mark.fault("T2")
@pytest.mark.parametrize("markup", ["[/nope]", "[TODO]", "[@click=app.quit]x[/]", "[link='http://evil']x[/link]"])
async def test_markup_is_shown_as_it_is_everywhere(markup: str) -> None:
    app = Desk()
    async with app.run_test(size=(100, 60)) as pilot:
        app.view.load(hostile_blocks(markup))
        await pilot.pause()
        assert app.screen_text().count(markup) > 10
