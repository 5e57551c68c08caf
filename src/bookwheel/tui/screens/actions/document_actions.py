"""Documents: reading them, adding and removing them, and opening the passages that an answer cites."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.errors import BookwheelError
from bookwheel.markup.sanitize import clean_line
from bookwheel.paths import working_folder
from bookwheel.tui import messages
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.messages import app_of
from bookwheel.tui.screens.desk_parts import DeskParts
from bookwheel.tui.widgets.completion_list import complete_path
from bookwheel.tui.widgets.text_line import Pane

if TYPE_CHECKING:
    from bookwheel.engine.index.progress import FileState
    from bookwheel.engine.schema import Document
    from bookwheel.transcript.blocks import Citation
    from bookwheel.tui.screens.page import PageScreen


class DocumentActions:
    """What the library pane and the citations ask for."""

    def __init__(self, desk: DeskParts) -> None:
        self._desk = desk
        self._page: PageScreen | None = None

    def follow(self, files: Sequence[FileState]) -> None:
        """The documents of the library as they are now: the one that is read may be gone, or another by now."""
        if self._page is not None:
            self._page.follow(files)

    def by_name(self) -> Mapping[str, Callable[[], object]]:
        """What `act('name')` of the key table does, for the names of this subject."""
        return {"add_documents": self.add, "open_outside": self.open_outside, "picture": self.show_pictures}

    def take(self, message: messages.DocumentMessage) -> None:
        """Do what a widget asks for."""
        match message:
            case messages.DocumentWanted(path=path):
                self._desk.do(self._open(path))
            case ConversationView.CitationOpened():
                self._desk.do(self._open_citation(message))
            case messages.AddDocumentsWanted():
                self.add()
            case messages.RemoveRootWanted(path=path):
                self._desk.do(self._remove(Path(path)))
            case messages.RefreshWanted():
                self._desk.say("Looking for new and changed files", timeout=2.0)
                self._desk.do(self._refresh())
            case messages.NameFilterWanted(current=current):
                self._desk.ask_line("show files with", current, on_change=self._desk.library.set_pattern)
            case messages.OutsideWanted(path=path, text=text, offset=offset):
                self._desk.do(self._read_outside(path, text, offset))
            case messages.FailureWanted():
                self._explain(message)
            case _:
                raise TypeError(f"not about documents: {message}")

    def add(self, typed: str = "") -> None:
        """Let the user type a path, and index it; one that is not found can be corrected."""

        def entered(typed: str) -> None:
            if typed:
                self._desk.do(self._desk.assistant.documents.add_typed(typed), on_error=lambda: self.add(typed))

        async def complete(typed: str) -> Sequence[str]:
            return await asyncio.to_thread(complete_path, typed)

        self._desk.ask_line("add a file or folder", typed or f"{working_folder()}/", entered, complete=complete)

    def open_outside(self) -> None:
        """Open the document of the chosen source, else of the first, in the user's own pager or editor."""
        cursor = self._desk.conversation.block_cursor
        number = cursor.chosen_citation
        citation = next((each for each in cursor.citations if number in (None, each.number)), None)
        if citation is None:
            self._desk.say("No sources here")
        else:
            self._desk.do(self._cited_outside(citation))

    def show_pictures(self) -> None:
        """Draw the pictures that the question being read names, else the page of the chosen source, else the first."""
        self._desk.do(self._show_pictures())

    async def _show_pictures(self) -> None:
        from bookwheel.assistant.question_pictures import sources_of
        from bookwheel.tui.screens.picture_screen import PictureScreen, pictures_of

        cursor, assistant = self._desk.conversation.block_cursor, self._desk.assistant
        question = assistant.sessions.current.question(cursor.run)
        pages = {file.path: file.pages or 0 for file in assistant.documents.state.files}
        sources, start = await sources_of(question[0] if question else "", tuple(pages)), 0
        chosen = [each for each in cursor.citations if cursor.chosen_citation in (None, each.number)]
        if cursor.chosen_citation is not None or not sources:
            drawn = ((each.page, pictures_of(each.path, pages.get(each.path, each.page or 0))) for each in chosen)
            page, cited = next(((page, found) for page, found in drawn if found), (None, sources))
            sources, start = cited, max(0, (page or 1) - 1)
        if sources:
            self._desk.open_screen(PictureScreen(sources, start))
        else:
            self._desk.say("No picture here: @plot.png in a question, and the pages of a PDF, are drawn")

    async def _refresh(self) -> None:
        documents = self._desk.assistant.documents
        before = {file.path: file for file in documents.state.files}
        await self._reindex()
        now = {file.path: file for file in documents.state.files}
        counts = (
            (len(now.keys() - before.keys()), "new"),
            (sum(now[path] != before[path] for path in now.keys() & before.keys()), "changed"),
            (len(before.keys() - now.keys()), "gone"),
        )
        found = ", ".join(f"{count} {what}" for count, what in counts if count)
        self._desk.say(f"Files: {found}" if found else "No new or changed files")

    async def _cited_outside(self, citation: Citation) -> None:
        document = await self._desk.assistant.documents.read(citation.path)
        start, words = citation.start_char_idx, citation.text
        if document.text[start : start + len(words)] != words:
            start = max(0, document.text.find(words))
        await self._read_outside(citation.path, document.text, start)

    async def _read_outside(self, path: str, text: str, offset: int) -> None:
        from bookwheel.tui.editor import read_outside

        await read_outside(app_of(self._desk.screen), Path(path).name, text, offset)

    def _explain(self, message: messages.FailureWanted) -> None:
        self._desk.warn(f"{clean_line(Path(message.path).name)}: {what_to_do(message.reason)}")

    async def _open(self, path: str) -> None:
        self._show(await self._desk.assistant.documents.read(path))

    async def _open_citation(self, event: ConversationView.CitationOpened) -> None:
        from bookwheel.tui.screens.page import PageScreen
        from bookwheel.tui.screens.shown_document import fetched_page, is_web

        citation, document_of = event.citation, self._desk.assistant.documents.read
        try:
            document = fetched_page(citation) if is_web(citation) else await document_of(citation.path)
        except BookwheelError as error:
            page = PageScreen.of_cited_words(
                event.citations,
                citation.number,
                error,
                document_of=document_of,
                reindex=self._reindex,
                answer=event.answer,
                t=event.t,
            )
        else:
            page = PageScreen(
                document,
                event.citations,
                citation.number,
                document_of=document_of,
                passages_of=self._desk.assistant.documents.passages,
                reindex=self._reindex,
                answer=event.answer,
                t=event.t,
            )
        self._open_beside(page)

    async def _reindex(self) -> None:
        documents = self._desk.assistant.documents
        await documents.refresh()
        await documents.wait_indexed()

    def _open_beside(self, page: PageScreen) -> None:
        """Show a source on the right half, where there is room, and the answer alone on the left one."""
        desk = self._desk.screen
        desk.add_class("-beside")
        # The page stays in sight, but the keys go to the source.
        panes = list(desk.query(Pane))
        for pane in panes:
            pane.light(has_keys=False)

        def closed(_: None) -> None:
            desk.remove_class("-beside")
            for pane in panes:
                pane.light()

        self._open_page(page, closed)

    def _open_page(self, page: PageScreen, closed: Callable[[None], None] | None = None) -> None:
        page.follow(self._desk.assistant.documents.state.files)
        self._page = page
        self._desk.open_screen(page, closed)

    async def _remove(self, root: Path) -> None:
        await self._desk.assistant.documents.remove(root)
        self._desk.say(f"Removed {root.name} from the library; its files are untouched")

    def _show(self, document: Document) -> None:
        from bookwheel.tui.screens.page import PageScreen

        documents = self._desk.assistant.documents
        page = PageScreen(document, document_of=documents.read, passages_of=documents.passages, reindex=self._reindex)
        self._open_page(page)


_WAYS_OUT: Sequence[tuple[tuple[str, ...], str]] = (
    (("install", "extra"), "install what it names, then R reads the file again"),
    (
        ("picture", "scan", "no text"),
        'pip install "bookwheel[ocr]" reads pages that are pictures; then R reads it again',
    ),
    (("password", "encrypted"), "save a copy without its password into the folder; R reads it again"),
    (
        ("seconds", "memory", "larger", "too large", " mb"),
        "raise index.seconds_per_file, index.memory_mb or index.largest_file_mb in the settings, then R",
    ),
)


def what_to_do(reason: str) -> str:
    """What the user can do about a file that could not be read; the box shows the reason itself."""
    said = reason.lower()
    found = next((way for words, way in _WAYS_OUT if any(word in said for word in words)), "")
    return (
        found
        or "open it in its own program and save it again; R reads it again, and bookwheel doctor lists all such files"
    )
