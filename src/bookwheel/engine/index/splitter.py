"""Documents to passages, cut at headings, paragraphs and sentences, each with its exact range."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bookwheel.engine.locations import locations_of, without_locations
from bookwheel.engine.schema import Document, TextNode
from bookwheel.engine.stores.store_protocol import PassageRange, node_id
from bookwheel.engine.text.sentences import sentence_ends
from bookwheel.errors import UsageError

CHARACTERS_A_TOKEN = 4

_SPACES = " \t\n\v\f\r\u00a0\ufeff\u2028\u2029\u3000"
_NEAR = 160
# What follows a full stop tells whether it ends a sentence.
_LOOK_AHEAD = 40
# Sections shorter than this share of a passage are put together with the next.
_SHORT_SHARE = 8


class SentenceSplitter:
    """Cuts documents into passages of at most `chunk_size` tokens, `chunk_overlap` of them shared with the one before.

    A token is taken as four characters. Pages and headings always begin a new passage; only very short sections are
    put together. A passage has no white space at its ends.
    """

    def __init__(self, chunk_size: int = 1024, chunk_overlap: int = 200) -> None:
        if chunk_size < 1 or not 0 <= chunk_overlap < chunk_size:
            raise UsageError(
                f"A splitter cannot have chunk_size={chunk_size} with chunk_overlap={chunk_overlap}.",
                hint="chunk_size must be positive, chunk_overlap smaller than it.",
            )
        self.chunk_size = chunk_size
        self.chunk_overlap = chunk_overlap
        self._longest = chunk_size * CHARACTERS_A_TOKEN
        self._overlap = chunk_overlap * CHARACTERS_A_TOKEN

    def split_text(self, text: str) -> list[str]:
        """The passages of a plain text."""
        return [text[start:end] for start, end in self.passages(Document(text=text))]

    def get_nodes_from_documents(self, documents: Sequence[Document], show_progress: bool = False) -> list[TextNode]:
        """The passages of all documents, with their locations and the metadata of their documents."""
        return [node for document in documents for node in self._nodes(document)]

    def passages(self, document: Document) -> list[PassageRange]:
        """The character ranges of the passages, in order; time grows with the length of the text only."""
        text = document.text
        locations = locations_of(document.metadata)
        pages = [0, *(start for start in locations.page_starts if 0 < start < len(text)), len(text)]
        headings = [heading.start for heading in locations.headings]
        found: list[PassageRange] = []
        for start, end in pairwise(pages):
            for section_start, section_end in self._sections(start, end, headings):
                found.extend(self._cut(text, section_start, section_end))
        return found

    def _nodes(self, document: Document) -> Iterator[TextNode]:
        shared, locations = without_locations(document.metadata), locations_of(document.metadata)
        for start, end in self.passages(document):
            yield TextNode(
                text=document.text[start:end],
                metadata={**shared, **locations.metadata_at(start)},
                id_=node_id(document.id_, start, end),
                ref_doc_id=document.id_,
                start_char_idx=start,
                end_char_idx=end,
            )

    def _sections(self, start: int, end: int, headings: Sequence[int]) -> Iterator[PassageRange]:
        shortest = self._longest // _SHORT_SHARE
        begin = start
        for border in headings[bisect_right(headings, start) : bisect_left(headings, end)]:
            if border - begin >= shortest:
                yield begin, border
                begin = border
        yield begin, end

    def _cut(self, text: str, start: int, end: int) -> Iterator[PassageRange]:
        covered = start
        while True:
            start, end = _stripped(text, start, end)
            if end - start <= self._longest:
                if covered < end and start < end:
                    yield start, end
                return
            border = self._border(text, start, end, covered)
            passage = _stripped(text, start, border)
            if passage[1] > covered:
                yield passage
            covered = border
            start = self._after(text, start, border)

    def _border(self, text: str, start: int, end: int, covered: int) -> int:
        # The rest is shared out evenly, so that no scrap is left at the end of a section.
        parts = -(-(end - start) // self._longest)
        high = start + min(self._longest, (end - start) // parts + self._longest // 6)
        # An overlapping passage must reach further than the one before.
        low = max(start + max((high - start) // 2, 1), covered + 1)
        high = max(high, min(low + 1, start + self._longest))
        return _paragraph_end(text, low, high) or _sentence_end(text, low, high) or _word_end(text, low, high) or high

    def _after(self, text: str, start: int, border: int) -> int:
        if not self._overlap:
            return border
        low = max(border - self._overlap, start + 1)
        for end in sentence_ends(text, low, border + _LOOK_AHEAD):
            if end < border:
                return end
        space = text.find(" ", low, border)
        return space if space > 0 else border


def _paragraph_end(text: str, low: int, high: int) -> int | None:
    found = text.rfind("\n\n", low, high)
    return found if found > 0 else None


def _sentence_end(text: str, low: int, high: int) -> int | None:
    # The last one counts, and there is most often one near the end.
    near = max(low, high - _NEAR)
    return _last_sentence_end(text, near, high) or _last_sentence_end(text, low, near)


def _last_sentence_end(text: str, low: int, high: int) -> int | None:
    ends = [end for end in sentence_ends(text, low, high + _LOOK_AHEAD) if end <= high]
    return ends[-1] if ends else None


def _word_end(text: str, low: int, high: int) -> int | None:
    found = max(text.rfind("\n", low, high), text.rfind(" ", low, high))
    return found if found > 0 else None


def _stripped(text: str, start: int, end: int) -> PassageRange:
    while start < end and text[start] in _SPACES:
        start += 1
    while end > start and text[end - 1] in _SPACES:
        end -= 1
    return start, end
