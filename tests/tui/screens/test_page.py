"""A document at its cited passage."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, cast

import pytest
from tests.support.patience import until
from tests.support.styled_app import StyledApp
from textual.app import App
from textual.pilot import Pilot

from bookwheel.engine.index.progress import SearchedPassage
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.transcript.blocks import Citation
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.screens.page import PageScreen
from bookwheel.tui.widgets.key_hints import KeyHints
from bookwheel.tui.widgets.row_widget import SLOW_LINE
from bookwheel.tui.widgets.text_rows import TextRows
from bookwheel.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from textual.message import Message

PATH = "/papers/longformer.pdf"
PAGES = [f"Page {number} begins.\n\n" + f"Words of page {number} that go on.\n" * 30 for number in range(1, 6)]


def document() -> Document:
    starts = [sum(map(len, PAGES[:number])) for number in range(len(PAGES))]
    return Document(text="".join(PAGES), metadata={"file_path": PATH, "page_starts": starts})


def citation(number: int, words: str, *, text: str, path: str = PATH, page: int | None = None) -> Citation:
    start = text.find(words)
    return Citation(
        number=number,
        node_id=str(number),
        path=path,
        page=page,
        start_char_idx=start,
        end_char_idx=start + len(words),
        text=words,
    )


class Desk(StyledApp):
    def __init__(self) -> None:
        super().__init__()
        self.copied: list[Message] = []

    def on_conversation_view_copy_requested(self, message: ConversationView.CopyRequested) -> None:
        self.copied.append(message)


def lines(app: App[None]) -> list[str]:
    view = app.screen.query_one(TextView)
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def marked(app: App[None]) -> str:
    """The words that stand on a ground of their own."""
    view = app.screen.query_one(TextView)
    return "".join(
        text
        for y in range(view.size.height)
        for text, style, _ in view.render_line(y)
        if style and style.meta.get("passage") == "current"
    )


def header(app: PageScreen) -> str:
    return app.header.render().plain


async def opened(
    app: App[None],
    pilot: Pilot[None],
    doc: Document,
    citations: Sequence[Citation] = (),
    number: int | None = None,
    document_of: Callable[[str], Awaitable[Document]] | None = None,
) -> PageScreen:
    screen = PageScreen(doc, citations, number, document_of=document_of)
    await app.push_screen(screen)
    await until(pilot, lambda: bool(screen.view.lines) or not doc.text)
    await pilot.pause()
    return screen


async def test_the_cited_words_are_marked_with_their_page_around_them() -> None:
    doc = document()
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        screen = await opened(app, pilot, doc, [citation(1, "Page 3 begins.", text=doc.text)], 1)
        await until(pilot, lambda: marked(app) == "Page 3 begins.")

        assert any(line.startswith("▌Page 3 begins.") for line in lines(app))
        assert "── page 3 ─" in "\n".join(lines(app))
        assert "Words of page 2 that go on." in lines(app)[0]
        assert "longformer.pdf" in header(screen)
        assert "page 3 of 5" in header(screen)
        assert "Esc back" in screen.query_one(KeyHints).render().plain


async def test_the_keys_shown_are_those_of_the_user() -> None:
    app = Desk()
    app.set_keymap({"page.search": "f3"})
    async with app.run_test(size=(100, 20)) as pilot:
        screen = await opened(app, pilot, document())
        assert "F3 search" in screen.query_one(KeyHints).render().plain.replace("f3", "F3")


@pytest.mark.parametrize("line", ["", SLOW_LINE])
async def test_a_row_down_is_seen_and_is_a_quarter_of_the_page_on_a_slow_line(line: str) -> None:
    """The rows were compared with those laid out a moment before, which are the same: nothing was drawn."""
    app = Desk()
    async with app.run_test(size=(60, 18)) as pilot:
        await opened(app, pilot, Document("\n".join(f"{number} words" for number in range(1, 99))))
        app.set_class(line == SLOW_LINE, SLOW_LINE)
        view = app.screen.query_one(TextView)
        y = view.region.y
        assert shown(app)[y].startswith(" 1 words")
        rows = max(1, view.size.height // 4)
        await pilot.press("j")
        await until(pilot, lambda: shown(app)[y].startswith(f" {1 + rows if line else 2} words"))


def shown(app: App[None]) -> list[str]:
    """What was drawn."""
    return [strip.text for strip in app.screen._compositor.render_strips()]  # pyright: ignore[reportPrivateUsage]


async def test_next_and_previous_go_from_passage_to_passage() -> None:
    doc = document()
    citations = [citation(number, f"Page {page} begins.", text=doc.text) for number, page in ((1, 2), (2, 5))]
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        await opened(app, pilot, doc, citations, 1)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: marked(app) == "Page 5 begins.")
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: marked(app) == "Page 2 begins.")
        await pilot.press("2")
        await until(pilot, lambda: marked(app) == "Page 5 begins.")


async def test_a_citation_of_another_document_opens_that() -> None:
    doc = document()
    other = Document(text="Other words entirely.", metadata={"file_path": "/notes/other.md"})
    citations = [
        citation(1, "Page 2 begins.", text=doc.text),
        citation(2, "words entirely", text=other.text, path="/notes/other.md"),
    ]

    async def document_of(path: str) -> Document:
        assert path == "/notes/other.md"
        return other

    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        screen = await opened(app, pilot, doc, citations, 1, document_of)
        await pilot.press("2")
        await until(pilot, lambda: marked(app) == "words entirely")
        assert "other.md" in header(screen)


@pytest.mark.fault("D14")
async def test_a_deleted_document_shows_the_cited_words() -> None:
    doc = document()

    async def document_of(path: str) -> Document:
        raise DocumentError(f"{path} is not there any more.")

    gone = citation(2, "quoted words", text="quoted words", path="/gone.md")
    app = Desk()
    async with app.run_test(size=(100, 20)) as pilot:
        screen = await opened(app, pilot, doc, [gone], None, document_of)
        await pilot.press("2")
        await until(pilot, lambda: marked(app) == "quoted words")
        assert "/gone.md is not there any more." in header(screen)


async def test_a_document_that_was_moved_since_is_marked_as_ever() -> None:
    doc = document()
    doc.metadata["file_path"] = "/papers/2020/longformer.pdf"
    citations = [citation(1, "Page 2 begins.", text=doc.text), citation(2, "Page 4 begins.", text=doc.text)]
    app = Desk()
    async with app.run_test(size=(100, 20)) as pilot:
        screen = await opened(app, pilot, doc, citations, 1)
        await until(pilot, lambda: marked(app) == "Page 2 begins.")
        assert "longformer.pdf" in header(screen)
        await pilot.press("2")
        await until(pilot, lambda: marked(app) == "Page 4 begins.")
        assert "changed" not in header(screen)


async def test_moved_words_are_found_and_deleted_words_are_reported() -> None:
    doc = document()
    moved = Citation(number=1, node_id="1", path=PATH, page=1, start_char_idx=7, end_char_idx=9, text="Page 4 begins.")
    gone = Citation(number=2, node_id="2", path=PATH, page=1, start_char_idx=0, end_char_idx=9, text="never written")
    app = Desk()
    async with app.run_test(size=(100, 20)) as pilot:
        screen = await opened(app, pilot, doc, [moved, gone], 1)
        await until(pilot, lambda: marked(app) == "Page 4 begins.")
        await pilot.press("2")
        await until(pilot, lambda: "Changed since the answer" in header(screen))
        assert marked(app) == "never written"
        assert "the document now" in "".join(lines(app))


async def test_r_shows_a_changed_document_as_it_is_once_it_is_indexed_again() -> None:
    indexed = [document(), document()]
    indexed[1].text += "\n\nnever written"
    gone = Citation(number=1, node_id="1", path=PATH, page=1, start_char_idx=0, end_char_idx=9, text="never written")

    async def reindex() -> None:
        if len(indexed) > 1:
            indexed.pop(0)

    async def document_of(path: str) -> Document:
        assert path == PATH
        return indexed[0]

    app = Desk()
    async with app.run_test(size=(100, 20)) as pilot:
        screen = PageScreen(indexed[0], [gone], 1, document_of=document_of, reindex=reindex)
        await app.push_screen(screen)
        await until(pilot, lambda: "Changed since the answer · r re-index" in header(screen))
        await pilot.press("r")
        await until(pilot, lambda: "this is the document now" in header(screen))
        assert marked(app) == "never written"
        assert "··· the document now ···" not in "".join(lines(app))
        await pilot.press("r")
        await until(pilot, lambda: "Indexed again: not changed" in header(screen))
        await app.push_screen(PageScreen(indexed[0]))
        await pilot.press("r")
        await until(pilot, lambda: "Only a document of the library" in header(cast("PageScreen", app.screen)))


async def test_y_copies_the_passage_and_escape_goes_back() -> None:
    doc = document()
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        screen = await opened(app, pilot, doc, [citation(1, "Page 3 begins.", text=doc.text)], 1)
        await pilot.press("y")
        await until(pilot, lambda: bool(app.copied))
        assert app.copied == [app.copied[0]]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not screen)


async def test_search_finds_over_pages_and_escape_leaves_the_search_first() -> None:
    doc = document()
    app = Desk()
    async with app.run_test(size=(60, 20)) as pilot:
        screen = await opened(app, pilot, doc)
        await pilot.press("slash", *"PAGE 4 that", "enter")
        await until(pilot, lambda: any("Words of page 4 that" in line for line in lines(app)))
        await pilot.press("slash", "escape")
        await until(pilot, lambda: not screen.search_bar.display)
        assert app.screen is screen
        await pilot.press("n", "N")
        assert screen.view.has_focus


async def test_fifty_megabytes_open_with_a_screenful_laid_out() -> None:
    line = "word " * 19 + "word\n"
    doc = Document(text=line * 500_000, metadata={"file_path": "/big.txt"})
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot, doc)
        assert screen.view.text_rows.laid_out_count < 60
        await pilot.press("G")
        assert lines(app)[-1].startswith(" word")
        assert screen.view.is_at_end
        assert screen.view.text_rows.laid_out_count < 120
        await pilot.press("g")
        assert screen.view.lines[0].item == 0


async def test_one_endless_line_is_shown_in_pieces() -> None:
    text = "".join(f"{number:08d} " for number in range(1_000_000))
    doc = Document(text=text, metadata={"file_path": "/line.txt"})
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot, doc, [citation(1, "00500000", text=text, path="/line.txt")], 1)
        await until(pilot, lambda: marked(app) == "00500000")
        assert screen.view.text_rows.laid_out_count < 10


async def test_walking_up_meets_the_same_lines_as_walking_down() -> None:
    rows = TextRows("one\n\ntwo " + "x" * 20_000 + "\nthree\n", page_starts=[0, 5, 9])
    down: list[int] = []
    item: int | None = rows.first_item()
    while item is not None:
        down.append(item)
        item = rows.item_after(item)
    up: list[int] = []
    item = rows.last_item()
    while item is not None:
        up.append(item)
        item = rows.item_before(item)

    assert down == up[::-1]
    assert {0, 4, 5, 9} <= set(down)


async def test_hostile_text_is_safe_and_the_marks_stay_right() -> None:
    text = "a\x1b[31mred\x00\u202egpj.exe cited\x07 words\x9b2J \ufeffend [/nope] [@click=app.quit]x[/]\r\nnext"
    doc = Document(text=text, metadata={"file_path": "/x/\x1b]0;title\x07[b].md"})
    app = Desk()
    async with app.run_test(size=(90, 12)) as pilot:
        screen = await opened(
            app, pilot, doc, [citation(1, "cited\x07 words", text=text, path=str(doc.metadata["file_path"]))], 1
        )
        await until(pilot, lambda: marked(app) == "cited\u2407 words")
        shown = "".join(lines(app)) + header(screen)
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char == "\u202e" for char in shown)
        assert "[/nope] [@click=app.quit]x[/]" in shown
        assert "[b].md" in shown


async def test_an_empty_document_is_an_empty_page() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await opened(app, pilot, Document(text="", metadata={"file_path": "/empty"}))
        await pilot.press("j", "G", "g", "n", "y", "right_square_bracket", "escape")


async def test_passages_are_shown_on_demand_with_their_tokens_and_vectors() -> None:
    text = "First line.\nSecond line.\nThird line."
    found = [SearchedPassage(0, 24, 6, True), SearchedPassage(12, len(text), 7, False)]
    asked: list[str] = []

    async def passages_of(path: str) -> Sequence[SearchedPassage]:
        asked.append(path)
        return found

    screen = PageScreen(Document(text=text, metadata={"file_path": PATH}), passages_of=passages_of)
    app = Desk()
    async with app.run_test(size=(100, 16)) as pilot:
        await app.push_screen(screen)
        await pilot.press("p")
        await until(pilot, lambda: "2 passages, 6 to 7 tokens, 1 with a vector" in header(screen))
        await until(pilot, lambda: any("Third line" in line for line in lines(app)))
        assert [line.strip() for line in lines(app) if line] == [
            "┌ passage 1 of 2 · 6 tokens · vector · begins “First line. Second line.…”",
            "First line.",
            "┌ passage 2 of 2 · 7 tokens · no vector yet · begins “Second line. Third line.…”",
            "Second line.",
            "└ passage 1 of 2 · ends here",
            "Third line.",
            "└ passage 2 of 2 · ends here",
        ]
        await pilot.press("p")
        await until(pilot, lambda: not any("passage" in line for line in lines(app)))
        found.clear()
        await pilot.press("p")
        await until(pilot, lambda: "no passages" in header(screen))
    assert asked == [PATH, PATH]
