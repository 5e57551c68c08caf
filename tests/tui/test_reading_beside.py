"""A source beside the answer: where there is room, which words are marked, and the walk through the answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.desk import Folder, Shelf, Workflows
from tests.support.desk_app import AppDriver, running_app

from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.schema import Document
from bookwheel.engine.text.cited_part import cited_parts
from bookwheel.errors import BookwheelError, DocumentError
from bookwheel.transcript.blocks import Citation
from bookwheel.tui.messages import DocumentWanted
from bookwheel.tui.screens.page import PageScreen
from bookwheel.tui.screens.sentence_walk import SentenceWalk
from bookwheel.tui.screens.shown_document import fetched_page, is_web, only_words

PASSAGE = "The mill turns slowly. Sliding windows cost O(n w) in all. The garden has forty trees."
ANSWER = "Windows cost O(n w) [1]. The trees in the garden are forty [1]."


def cited(text: str = PASSAGE, *, number: int = 1, path: str = "/papers/n1.md") -> Citation:
    return Citation(
        number=number, node_id="n", path=path, page=None, start_char_idx=0, end_char_idx=len(text), text=text
    )


def test_the_sentence_that_shares_most_words_is_the_cited_one() -> None:
    spans = cited_parts(PASSAGE, ["Windows cost O(n w)", "The trees in the garden are forty"])
    assert [PASSAGE[start:end] for start, end in spans] == [
        "Sliding windows cost O(n w) in all.",
        "The garden has forty trees.",
    ]
    assert cited_parts(PASSAGE, ["Nobody knows anything whatsoever about penguins"]) == []


def test_the_walk_goes_through_the_sentences_and_round() -> None:
    walk = SentenceWalk(ANSWER, [cited()])
    assert walk.go(1, 1) == 1
    assert walk.shown == "1/2  Windows cost O(n w). [1]"
    assert [PASSAGE[start:end] for start, end in walk.parts(cited())] == ["Sliding windows cost O(n w) in all."]
    walk.go(1, 1)
    assert "trees in the garden" in walk.shown
    walk.go(1, 1)
    assert walk.shown.startswith("1/2")
    assert SentenceWalk("Nothing is cited.", [cited()]).go(1, None) is None


def test_a_citation_at_the_end_of_a_paragraph_marks_its_other_sentences_too() -> None:
    answer = "The mill `turns slowly`. … The garden has forty trees. [1]\n\nSliding windows cost O(n w) in all."
    assert [PASSAGE[start:end] for start, end in SentenceWalk(answer, [cited()]).parts(cited())] == [
        "The mill turns slowly.",
        "The garden has forty trees.",
    ]


def test_a_citation_below_a_row_is_that_of_the_row() -> None:
    table = "name: Riesling; price: 12.50\nname: Merlot; price: 15.00\nname: Syrah; price: 18.20"
    walk = SentenceWalk("name: Merlot; price: 15.00\n\n[1]\n\nNothing else.", [cited(table)])
    row = ["name: Merlot; price: 15.00"]
    assert [table[start:end] for start, end in walk.parts(cited(table))] == row
    assert walk.go(1, 1) == 1
    assert walk.shown == "1/1  name: Merlot; price: 15.00 [1]"
    assert [table[start:end] for start, end in walk.parts(cited(table))] == row


def test_a_web_source_is_shown_as_it_was_fetched_with_its_address() -> None:
    web = cited("As fetched.", path="https://example.org/a")
    assert (is_web(web), is_web(cited())) == (True, False)
    page = fetched_page(web)
    assert isinstance(page, Document)
    assert (page.text, page.metadata["file_path"]) == ("As fetched.", "https://example.org/a")
    assert only_words(BookwheelError("gone")).endswith("gone")


async def asked(desk: AppDriver) -> PageScreen:
    await desk.ask("What is cheaper?")
    await desk.until_sees("[1] n1.md")
    await desk.until(lambda: desk.app.desk.status.phase == "idle")
    await desk.press("escape", "1")
    await desk.until(lambda: isinstance(desk.app.screen, PageScreen) and desk.app.screen.view.size.width > 0)
    assert isinstance(desk.app.screen, PageScreen)
    return desk.app.screen


@pytest.mark.parametrize(("width", "is_beside"), [(160, True), (120, True), (80, False)])
async def test_a_source_opens_beside_the_answer_where_there_is_room(
    tmp_path: Path, width: int, is_beside: bool
) -> None:
    workflows = Workflows(llm=MockLLM([ANSWER]), shelf=Shelf(PASSAGE))
    async with running_app(tmp_path, workflows, size=(width, 42)) as desk:
        screen = await asked(desk)
        await desk.until_sees("Sliding windows")
        await desk.until(lambda: desk.sees("▌ What is cheaper?") is is_beside)
        await desk.until(lambda: (screen.view.size.width < width) is is_beside)
        assert not desk.app.desk.page_title.has_class("-lit"), "the keys go to the source"
        await desk.press("v")
        await desk.until_sees("1/2  Windows cost")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.app.desk)
        assert not desk.app.desk.has_class("-beside")
        await desk.until(lambda: desk.app.desk.page_title.has_class("-lit"))


@pytest.mark.parametrize("width", [120, 140])
async def test_below_150_columns_the_events_fold_and_the_answer_has_more_room_than_at_80(
    tmp_path: Path, width: int
) -> None:
    async with running_app(tmp_path, size=(width, 34)) as desk:
        await desk.ask("What is cheaper?")
        await desk.until_sees("[1] n1.md")
        await desk.until(lambda: desk.app.desk.conversation.size.width > 80)
        assert not desk.app.desk.event_log.is_on_screen
        await desk.press("escape", "t")
        await desk.until(lambda: desk.app.desk.event_log.is_on_screen)


async def test_the_check_of_sentences_shows_only_what_is_wrong(tmp_path: Path) -> None:
    async with running_app(tmp_path, Workflows(llm=MockLLM(["Sliding windows cost O(n w) [1]."]))) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("[1] n1.md"))
        assert not desk.sees("checked")


class Changing(Folder):
    """Its document has another text after `change`."""

    text = "The mill turns slowly. It was built in 1921."

    def document(self, path: Path) -> Document:
        if str(path) not in self.states:
            raise DocumentError(f"{path.name} is not in the index.", hint="Index it.")
        return Document(self.text, {"file_path": str(path)})

    def change(self, text: str) -> None:
        self.text = text
        self.states = {name: replace(state, size=len(text)) for name, state in self.states.items()}


@pytest.mark.parametrize("size", [(140, 42), (80, 24)])
async def test_a_document_that_goes_or_changes_while_it_is_read_says_so(tmp_path: Path, size: tuple[int, int]) -> None:
    library = Changing("/papers/n1.md", "/papers/n2.md")
    async with running_app(tmp_path, library=library, size=size) as desk:
        await desk.ask("What is in the documents?")
        await desk.until_sees("[1] n1.md")
        for is_cited in (True, False):
            if is_cited:
                await desk.press("escape", "1")
            else:
                desk.app.desk.library.post_message(DocumentWanted("/papers/n1.md"))
            await desk.until(lambda: isinstance(desk.app.screen, PageScreen))
            library.change("The mill stands still.")
            await desk.assistant.documents.refresh()
            await desk.until_sees("Changed on disk since it was opened")
            kept = library.states
            library.states = {}
            await desk.assistant.documents.refresh()
            await desk.until_sees("No longer found on disk")
            library.states = kept
            library.change(Changing.text)
            await desk.assistant.documents.refresh()
            await desk.until(lambda: not desk.sees("No longer found") and not desk.sees("Changed on disk"))
            await desk.press("escape")
            await desk.until(lambda: desk.app.screen is desk.app.desk)
