"""The words that read: sources, documents, the session's turns, the library and the event log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.events.run_events import Citation
from bookwheel.errors import BookwheelError, UsageError
from bookwheel.headless.plain.plain_words import Word
from bookwheel.markup.sanitize import clean, clean_line
from bookwheel.transcript.blocks import AnswerBlock, Block, QuestionBlock, SourcesBlock
from bookwheel.transcript.marks import Mark
from bookwheel.transcript.plain_blocks import PlainBlocks

AROUND = 400
"""Characters shown before and after a cited passage."""
PART = 2_000
"""Characters of a document that `read` shows at a time."""
MOST_LINES = 200


class ReadingWords:
    """`say_blocks` writes blocks as turns."""

    def __init__(
        self, assistant: Assistant, shown_path: Callable[[str], str], say_blocks: Callable[[Sequence[Block]], None]
    ) -> None:
        self._assistant = assistant
        self._shown_path = shown_path
        self._say_blocks = say_blocks
        self._chosen = 0
        self._document = ("", "")
        self._read_to = 0

    def words(self) -> Iterator[Word]:
        yield Word(
            name="open",
            key="1",
            argument="[N]",
            takes_number=True,
            is_at_once=True,
            help="Read source N of the last answer: the words that it stands on, in their document",
            act=self._open,
        )
        yield Word(name="next", key="]", help="Read the next source", is_at_once=True, act=lambda _: self._step(1))
        yield Word(
            name="previous", key="[", help="Read the source before", is_at_once=True, act=lambda _: self._step(-1)
        )
        yield Word(name="sources", key="o", help="The sources of the last answer", is_at_once=True, act=self._sources)
        yield Word(
            name="check",
            key="v",
            help="The sentences of the last answer that no source supports",
            is_at_once=True,
            act=self._check,
        )
        yield Word(name="read", argument="NAME", help="Read a document from its beginning, by its name", act=self._read)
        yield Word(name="more", help="The next part of that document", is_at_once=True, act=self._more)
        yield Word(name="history", key="g", help="All questions and answers of this session", act=self._history)
        yield Word(name="find", argument="TEXT", help="The lines of this session that hold a text", act=self._find)
        yield Word(name="library", key="l", help="The documents, and what could not be read", act=self._library)
        yield Word(name="events", key="t", help="Each step of the last run", is_at_once=True, act=self._events)

    def _last_sources(self) -> SourcesBlock:
        """Raises UsageError when there are none."""
        blocks = self._assistant.sessions.current.all_blocks
        found = next((block for block in reversed(blocks) if isinstance(block, SourcesBlock)), None)
        if found is None or not found.citations:
            raise UsageError("The last answer has no sources.", hint="Ask a question first.")
        return found

    async def _sources(self, _: str) -> str:
        return PlainBlocks(self._shown_path).sources(self._last_sources())

    async def _step(self, step: int) -> str:
        numbers = [citation.number for citation in self._last_sources().citations]
        index = numbers.index(self._chosen) + step if self._chosen in numbers else (0 if step > 0 else -1)
        return await self._open(str(numbers[index % len(numbers)]))

    async def _open(self, argument: str) -> str:
        citations = self._last_sources().citations
        number = argument or str(citations[0].number)
        citation = next((each for each in citations if str(each.number) == number), None)
        if citation is None:
            known = ", ".join(str(each.number) for each in citations)
            raise UsageError(f"The last answer has no source {clean_line(number)}.", hint=f"It has {known}.")
        self._chosen = citation.number
        where = f", page {citation.page}" if citation.page else ""
        head = f"Source {citation.number}: {self._shown_path(citation.path)}{where}"
        return "\n".join([head, *await self._around(citation)])

    async def _around(self, citation: Citation) -> list[str]:
        """The cited passage with the text before and after it; alone where the document cannot be read."""
        try:
            document = await self._assistant.documents.read(citation.path)
        except BookwheelError as error:
            return [f"Cited: {citation.text.strip()}", f"Note: {error.message}"]
        text, start, end = document.text, citation.start_char_idx, citation.end_char_idx
        if text[start:end] != citation.text:
            return [f"Cited: {citation.text.strip()}", "Note: the document has changed since."]
        self._document, self._read_to = (citation.path, text), end
        before, after = text_around(text, start, end)
        parts = [("Before: ", before), ("Cited: ", citation.text.strip()), ("After: ", after)]
        return [f"{label}{words}" for label, words in parts if words]

    async def _check(self, _: str) -> str:
        marks: tuple[Mark, ...] = self._last_sources().marks
        if not marks:
            return "Each sentence of the last answer that was checked is supported by its sources."
        return "\n".join(f"Not supported: {mark.words} ({mark.reason})" for mark in marks)

    async def _read(self, name: str) -> str:
        paths = [file.path for file in self._assistant.documents.state.files]
        found = [path for path in paths if name in (path, Path(path).name)] or [p for p in paths if name in p]
        if len(found) != 1:
            problem = f"{len(found)} documents are called '{name}'." if found else f"No document is called '{name}'."
            raise UsageError(clean_line(problem), hint="library lists the documents.")
        document = await self._assistant.documents.read(found[0])
        self._document, self._read_to = (found[0], document.text), 0
        return f"Document: {self._shown_path(found[0])}\n{await self._more('')}"

    async def _more(self, _: str) -> str:
        path, text = self._document
        if not path:
            raise UsageError("No document is open.", hint="open 1 reads a source, /read NAME a document.")
        start = self._read_to
        if start >= len(text):
            return "End of the document."
        end = text.rfind("\n", start, start + PART) + 1 if len(text) > start + PART else len(text)
        self._read_to = end = end if end > start else min(len(text), start + PART)
        rest = f"\n({end / len(text):.0%} of it; more goes on)" if end < len(text) else "\nEnd of the document."
        return f"{text[start:end].strip()}{rest}"

    async def _history(self, _: str) -> str:
        blocks = self._assistant.sessions.current.all_blocks
        self._say_blocks(blocks)
        return "" if blocks else "This session has no question yet."

    async def _find(self, wanted: str) -> str:
        lines = [
            f"{label}: {line.strip()}"
            for block in self._assistant.sessions.current.all_blocks
            for label, text in _texts(block)
            for line in clean(text).splitlines()
            if wanted.casefold() in line.casefold()
        ]
        count = len(lines)
        return "\n".join([f"{count} line{'' if count == 1 else 's'} with {wanted}", *lines[:MOST_LINES]])

    async def _library(self, _: str) -> str:
        state = self._assistant.documents.state
        if state.is_loading:
            return "The documents are still being looked up."
        files = sorted(state.files, key=lambda file: file.path)
        searchable = sum(file.status == "indexed" for file in files)
        lines = [
            f"Documents: {searchable} of {len(files)} can be searched, below {', '.join(state.roots) or 'nothing'}."
        ]
        for file in files[:MOST_LINES]:
            reason = f": {clean_line(file.reason)}" if file.reason else ""
            lines.append(f"{clean_line(self._shown_path(file.path))}, {file.status}{reason}")
        if len(files) > MOST_LINES:
            lines.append(f"and {len(files) - MOST_LINES} more")
        lines += [f"{clean_line(left.path)}, left out: {clean_line(left.reason)}" for left in state.left_out]
        return "\n".join(lines)

    async def _events(self, _: str) -> str:
        rows = self._assistant.sessions.current.event_rows.rows
        last = [row for row in rows if rows and row.run == rows[-1].run][-MOST_LINES:]
        lines = [
            f"{time.strftime('%H:%M:%S', time.localtime(row.t))} {row.kind}: {clean_line(row.summary)}"
            + (f", {row.duration_s:.2f} s" if row.duration_s is not None else "")
            + (", failed" if row.status == "error" else "")
            for row in last
        ]
        return "\n".join(lines) or "No event yet."


def _texts(block: Block) -> Iterator[tuple[str, str]]:
    match block:
        case QuestionBlock():
            yield "You", block.text
        case AnswerBlock():
            yield "Answer", block.text
        case _:
            return


def text_around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a passage, in whole words; a mark says where the document has more."""
    before, after = text[max(0, start - AROUND) : start].strip(), text[end : end + AROUND].strip()
    if start > AROUND:
        before = f"… {before.partition(' ')[2] or before}"
    if end + AROUND < len(text):
        after = f"{after.rpartition(' ')[0] or after} …"
    return before, after
