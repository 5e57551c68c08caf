"""A document at the passage that an answer cites: the cited sentence marked, beside the answer where there is room."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Self

from textual import getters
from textual.containers import Vertical
from textual.screen import ModalScreen

from bookwheel.engine.index.progress import FileState, SearchedPassage
from bookwheel.engine.locations import PAGE_STARTS
from bookwheel.engine.schema import Document
from bookwheel.errors import BookwheelError
from bookwheel.markup.sanitize import clean, clean_line
from bookwheel.transcript.blocks import Citation
from bookwheel.transcript.filter_text import BETWEEN
from bookwheel.tui.conversation.number_keys import NumberKeys
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import OutsideWanted, app_of, is_open
from bookwheel.tui.screens.sentence_walk import SentenceLine, SentenceWalk
from bookwheel.tui.screens.shown_document import (
    WEB,
    document_name,
    fetched_page,
    is_web,
    only_words,
    passages_line,
    quoted,
)
from bookwheel.tui.widgets.key_hints import KeyedScreen, KeyHints
from bookwheel.tui.widgets.page_header import PageHeader
from bookwheel.tui.widgets.search_bar import SearchBar
from bookwheel.tui.widgets.text_rows import MarkedPassage
from bookwheel.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

NOW = "··· the document now ···"
GONE = "No longer found on disk: this is its text as it was read · r looks again"
OTHER = "Changed on disk since it was opened · r shows it as it is now"

DocumentSource = Callable[[str], Awaitable[Document]]
PassageSource = Callable[[str], Awaitable[Sequence[SearchedPassage]]]
Reindex = Callable[[], Awaitable[None]]


class PageScreen(ModalScreen[None], KeyedScreen[None]):
    """Shows `document` at citation `number` of `citations`; without a number, from its start.

    `document_of` gives the documents that the other citations are in; without it only those in this one can be reached.
    `reindex` indexes what has changed on disk.
    With the `answer`, written at `t` (seconds), only the sentences that it is based on are marked, not the whole
    passage, and `v` goes through the answer sentence by sentence.
    Posts `ConversationView.CopyRequested`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("page")]

    view = getters.query_one(TextView)
    header = getters.query_one(PageHeader)
    search_bar = getters.query_one(SearchBar)

    def __init__(
        self,
        document: Document,
        citations: Sequence[Citation] = (),
        number: int | None = None,
        *,
        document_of: DocumentSource | None = None,
        passages_of: PassageSource | None = None,
        reindex: Reindex | None = None,
        answer: str = "",
        t: float = 0.0,
    ) -> None:
        super().__init__(classes="-beside" if answer else "")
        self._walk = SentenceWalk(answer, citations)
        self._t = t
        self._document = self._as_read = document
        self._citations = tuple(citations)
        self._number = number
        self._document_of = document_of
        self._passages_of = passages_of
        self._reindex = reindex
        # A document that was moved has another path now than its citations name.
        self._cited_as = next((citation.path for citation in citations if citation.number == number), "")
        self._is_gone = False
        self._trouble = ""
        self._files: Sequence[FileState] = ()
        self._numbers = NumberKeys(self._choose, self.set_timer)

    @classmethod
    def of_cited_words(
        cls,
        citations: Sequence[Citation],
        number: int,
        error: BookwheelError,
        *,
        document_of: DocumentSource,
        reindex: Reindex | None = None,
        answer: str = "",
        t: float = 0.0,
    ) -> Self:
        """For a citation whose document cannot be read: the cited words, and why the rest is missing."""
        citation = next(citation for citation in citations if citation.number == number)
        document = quoted(citation)
        screen = cls(document, citations, number, document_of=document_of, reindex=reindex, answer=answer, t=t)
        screen._is_gone, screen._trouble = True, only_words(error)
        return screen

    def compose(self) -> ComposeResult:
        with Vertical(id="page-body"):
            yield PageHeader()
            yield SentenceLine(id="page-sentence")
            yield TextView(id="page-text")
            yield SearchBar(id="page-search")
            yield KeyHints()

    def on_mount(self) -> None:
        self.view.focus()
        self._show_document(self._document)
        self._show_citation()

    def on_text_view_moved(self, event: TextView.Moved) -> None:
        self.header.show_page(event.page, event.pages)

    def on_row_view_remark(self, event: TextView.Remark) -> None:
        event.stop()
        self.header.say(event.text)

    def on_row_view_searched(self, event: TextView.Searched) -> None:
        event.stop()
        self.header.say(f"{event.place}: n next, N previous, Esc ends" if event.place is not None else "")

    def follow(self, files: Sequence[FileState]) -> None:
        """The documents of the library as they are now: says so when this one is gone, or is another by now.

        The first call, before the screen is open, only notes how it was.
        """
        before, self._files = self._files, files
        path = self._as_read.metadata.get("file_path")
        was, now = (next((file for file in each if file.path == path), None) for each in (before, files))
        if was == now or not is_open(self):
            return
        if now is None:
            self._trouble = GONE
            self._show_facts()
        elif now.status != "indexing" and self._document_of is not None:
            work = partial(self._compare, now, self._document_of)
            self.run_worker(work, group="follow", exclusive=True, description="compare with the document now")

    async def _compare(self, file: FileState, document_of: DocumentSource) -> None:
        try:
            is_other = (await document_of(file.path)).text != self._as_read.text
        except BookwheelError:
            is_other = file.status == "failed"
        if is_open(self) and (is_other or self._trouble in (GONE, OTHER)):
            self._trouble = OTHER if is_other else ""
            self._show_facts()

    def action_close(self) -> None:
        """Back; from the search line back to the text first, and from a search to the text without its marks."""
        if self.search_bar.display:
            self.view.focus()
        elif self.view.is_searching:
            self.view.clear_search()
        else:
            self.dismiss(None)

    def action_scroll_rows(self, rows: int) -> None:
        self.view.step_rows(rows)

    def action_scroll_page(self, step: int) -> None:
        self.view.scroll_rows(step * max(1, self.view.size.height - 2))

    def action_top(self) -> None:
        self.view.go_to_top()

    def action_bottom(self) -> None:
        self.view.go_to_bottom()

    def action_citation(self, digit: int) -> None:
        self._numbers.press(digit, {citation.number for citation in self._citations})

    def action_step_citation(self, step: int) -> None:
        self._go_on(step)

    def action_walk(self, step: int) -> None:
        """To the next sentence of the answer that cites something, and to the words that it cites."""
        number = self._walk.go(step, self._number)
        if number is None:
            self.header.say("No sentence of the answer cites anything")
            return
        self._choose(number)

    def action_search(self) -> None:
        self.search_bar.ask(self.view)

    def action_search_on(self, step: int) -> None:
        self.view.search_on(step)

    async def action_passages(self) -> None:
        """Show the passages by which this document is searched, or hide them again."""
        if self.view.text_rows.searched:
            self.view.show_searched(())
            return
        path = str(self._document.metadata.get("file_path") or "")
        try:
            # Below former words the text is another one than the index has.
            is_as_read = self._document is self._as_read and not self._is_gone
            found: Sequence[SearchedPassage] = ()
            if self._passages_of is not None and is_as_read:
                found = await self._passages_of(path)
        except BookwheelError as error:
            self._say_trouble(error)
            return
        if is_open(self):
            self.view.show_searched(found)
            self.header.say(passages_line(found))

    def action_reindex(self) -> None:
        """Index what has changed on disk, and show this document as it is then."""
        path = str(self._as_read.metadata.get("file_path") or "")
        if self._reindex is None or self._document_of is None or path.startswith(WEB):
            self.header.say("Only a document of the library can be indexed again")
            return
        self.header.say("Indexing what has changed …")
        # Not a worker of this screen: closing it would end the indexing half-way.
        app_of(self).run_worker(self._index_again(path, self._reindex, self._document_of), description="index again")

    async def _index_again(self, path: str, reindex: Reindex, document_of: DocumentSource) -> None:
        try:
            await reindex()
        except BookwheelError as error:
            self._say_trouble(error)
            if not is_open(self):
                self.notify(clean_line(error.message), severity="error", markup=False)
            return
        is_elsewhere = self._citation is not None and not self._is_shown(self._citation)
        if is_open(self) and not is_elsewhere:
            work = partial(self._read_again, path, document_of)
            self.run_worker(work, group="open", exclusive=True, description="read again")

    async def _read_again(self, path: str, document_of: DocumentSource) -> None:
        try:
            document = await document_of(path)
        except BookwheelError as error:
            self._say_trouble(error)
            return
        if not is_open(self):
            return
        is_same, self._as_read = document.text == self._as_read.text, document
        self._is_gone, self._trouble = False, ""
        self._show_document(document)
        self._show_citation()
        found = "not changed" if is_same else "this is the document now"
        self.header.say(f"Indexed again: {'the cited words are not in it' if self._trouble else found}")

    def _say_trouble(self, error: BookwheelError) -> None:
        if is_open(self):
            self.header.say(error.message, is_trouble=True)

    def action_open_outside(self) -> None:
        """Open the document in the user's own pager, at the marked passage."""
        found = self._range_of(self._citation) if self._citation is not None else None
        path = str(self._document.metadata.get("file_path") or "document")
        self.post_message(OutsideWanted(path, self._document.text, found[0] if found is not None else 0))

    def action_picture(self) -> None:
        """Draw the page that is shown, or the picture that this document is the text of."""
        from bookwheel.tui.screens.picture_screen import PictureScreen, pictures_of

        path = str(self._document.metadata.get("file_path") or "")
        sources = pictures_of(path, self.view.pages)
        if sources:
            app_of(self).push_screen(PictureScreen(sources, max(0, self.view.shown_page - 1)))
        else:
            self.header.say("Only pages of a PDF and picture files can be drawn")

    def action_copy_passage(self) -> None:
        citation = self._citation
        if citation is None:
            self.header.say("No passage is marked")
        else:
            self.post_message(ConversationView.CopyRequested(clean(citation.text), "passage"))

    @property
    def _citation(self) -> Citation | None:
        return next((citation for citation in self._citations if citation.number == self._number), None)

    @property
    def _reachable(self) -> list[Citation]:
        if self._document_of is not None:
            return list(self._citations)
        return [citation for citation in self._citations if self._is_shown(citation)]

    def _is_shown(self, citation: Citation) -> bool:
        return citation.path in (self._cited_as, self._document.metadata.get("file_path"))

    def _go_on(self, step: int) -> None:
        citations = self._reachable
        if not citations:
            self.header.say("No citations here")
            return
        numbers = [citation.number for citation in citations]
        index = numbers.index(self._number) + step if self._number in numbers else (0 if step > 0 else -1)
        self._choose(numbers[index % len(numbers)])

    def _choose(self, number: int) -> None:
        citation = next((citation for citation in self._reachable if citation.number == number), None)
        if citation is None:
            self.header.say(f"No source [{number}] here")
            return
        self._number = number
        if self._is_shown(citation) and not self._is_gone:
            self._show_citation()
        else:
            self.run_worker(partial(self._open, citation), group="open", exclusive=True, description="open a source")

    async def _open(self, citation: Citation) -> None:
        """Another document of the same answer; when it cannot be read, its quoted words are shown instead."""
        try:
            document, self._trouble = await self._source_of(citation), ""
        except BookwheelError as error:
            document, self._trouble = quoted(citation), only_words(error)
        if not is_open(self):
            return
        self._cited_as, self._is_gone = citation.path, bool(self._trouble)
        self._as_read = document
        self._show_document(document)
        self._show_citation()

    async def _source_of(self, citation: Citation) -> Document:
        assert self._document_of is not None
        return fetched_page(citation) if is_web(citation) else await self._document_of(citation.path)

    def _show_document(self, document: Document) -> None:
        self._document = document
        starts = document.metadata.get("page_starts")
        pages = [start for start in starts if isinstance(start, int)] if isinstance(starts, Sequence) else []
        self.view.load(document.text, page_starts=pages)
        metadata = document.metadata
        about = BETWEEN.join(str(metadata[key]) for key in ("author", "date") if metadata.get(key))
        self.header.show_document(document_name(document), about)

    def _show_citation(self) -> None:
        """Mark the passages of this document and go to the chosen one."""
        chosen = self._citation
        passages: list[MarkedPassage] = []
        if chosen is not None and self._range_of(chosen) is None:
            self._show_former_words(chosen)
        for citation in self._citations:
            found = self._range_of(citation) if self._is_shown(citation) else None
            if found is not None:
                parts = self._walk.parts(citation)
                spans = [(found[0] + start, found[0] + end) for start, end in parts] or [found]
                passages += [MarkedPassage(*span, is_current=citation is chosen) for span in spans]
        self.view.mark(passages)
        current = next((passage for passage in passages if passage.is_current), None)
        if current is not None:
            self.view.go_to(current.start)
        self._show_facts()

    def _show_facts(self) -> None:
        """Show the number of the citation, and what is wrong with the document."""
        chosen = self._citation
        self.header.show_citation(chosen.number if chosen else None, max(map(_number, self._citations), default=0))
        is_beside = self.has_class("-beside")
        # Beside the answer the trouble gets a line that wraps, because half a screen is narrow.
        self.query_one(SentenceLine).show(self._walk.shown, self._trouble if is_beside else "")
        if self._trouble and not is_beside:
            self.header.say(self._trouble, is_trouble=True)

    def _show_former_words(self, citation: Citation) -> None:
        """The document has changed and no longer holds the cited words: show them as they were, above its text."""
        day = f" ({time.strftime('%d %b %Y', time.localtime(self._t))})" if self._t else ""
        self._trouble = f"Changed since the answer{day} · r re-index · first the cited words, then the document now"
        document = self._as_read
        metadata = {key: value for key, value in document.metadata.items() if key != PAGE_STARTS}
        self._show_document(Document(text=f"{citation.text}\n\n{NOW}\n\n{document.text}", metadata=metadata))

    def _range_of(self, citation: Citation) -> tuple[int, int] | None:
        """The range of the cited words: as noted, or where they are now when the document has changed since."""
        text, words = self._document.text, citation.text
        if text[citation.start_char_idx : citation.end_char_idx] == words:
            return citation.start_char_idx, citation.end_char_idx
        start = text.find(words) if words else -1
        return (start, start + len(words)) if start >= 0 else None


def _number(citation: Citation) -> int:
    return citation.number
