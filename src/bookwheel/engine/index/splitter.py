"""Documents to passages, cut at headings, paragraphs and sentences, each with its exact range."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence, Sized
from functools import cached_property
from itertools import pairwise
from typing import Any

from bookwheel.engine.locations import Heading, locations_of, without_locations
from bookwheel.engine.node_links import NodeRelationship, RelatedNodeInfo
from bookwheel.engine.query.installed_tokens import installed_tokenizer
from bookwheel.engine.query.tokens import Tokenizer
from bookwheel.engine.schema import Document, TextNode
from bookwheel.engine.stores.store_protocol import PassageRange, node_id
from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.plain_paragraphs import is_plain_prose, may_be_fenced
from bookwheel.engine.text.sentences import sentence_ends
from bookwheel.engine.text.text_blocks import LONGEST_HEADING, TextRegion, text_blocks
from bookwheel.errors import UsageError
from bookwheel.lazy_regex import lazy_regex

CHARACTERS_A_TOKEN = 4

_SPACES = " \t\n\v\f\r\u00a0\ufeff\u2028\u2029\u3000"
# The name that the reader of code gives to functions.
_FUNCTION = lazy_regex(r"(?:def|function\*?|func|fn|sub|defp?) ")
_NEAR = 160
# Characters read after a full stop to decide whether it ends a sentence.
_LOOK_AHEAD = 40
# Characters by which the length of a token is guessed.
_SAMPLE = 20_000
_WITHOUT_EFFECT = {
    "callback_manager",
    "id_func",
    "include_metadata",
    "include_prev_next_rel",
    "paragraph_separator",
    "secondary_chunking_regex",
    "separator",
}
# The quality of a border between two blocks.
_LEADS, _BETWEEN, _GAP = 0, 1, 2
# Sections shorter than this share of a passage are joined with the next.
_SHORT_SHARE = 8


def four_characters_a_token(text: str) -> Sized:
    """The tokenizer that needs no table: by it Bookwheel's own index is cut, the same on every machine."""
    return range(len(text) // CHARACTERS_A_TOKEN)


class SentenceSplitter:
    """Cuts documents into passages of at most `chunk_size` tokens, `chunk_overlap` of them shared with the one before.

    Tokens are counted by the `tokenizer`, any function from a text to its tokens such as
    `tiktoken.encoding_for_model("gpt-4o").encode`, else by `Settings.tokenizer`, else by an installed tiktoken whose
    table is on this machine already; sizes hold to the token then. Otherwise a token is taken as four characters. Pages
    and headings always begin a new passage; only very short sections are joined. A passage has no white space at its
    ends.
    """

    def __init__(
        self,
        chunk_size: int = 1024,
        chunk_overlap: int = 200,
        *,
        tokenizer: Tokenizer | None = None,
        **others: object,
    ) -> None:
        """LlamaIndex's arguments about separators and metadata are taken and have no effect."""
        if unknown := sorted(others.keys() - _WITHOUT_EFFECT):
            raise UsageError(
                f"A splitter has no argument {', '.join(map(repr, unknown))}.",
                hint="It takes chunk_size, chunk_overlap and tokenizer.",
            )
        if chunk_size < 1 or not 0 <= chunk_overlap < chunk_size:
            raise UsageError(
                f"A splitter cannot have chunk_size={chunk_size} with chunk_overlap={chunk_overlap}.",
                hint="chunk_size must be positive, chunk_overlap smaller than it.",
            )
        self.chunk_size = chunk_size
        self.chunk_overlap = chunk_overlap
        self._longest = chunk_size * CHARACTERS_A_TOKEN
        self._overlap = chunk_overlap * CHARACTERS_A_TOKEN
        self._given_tokenizer = tokenizer

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        if self._given_tokenizer is not None:
            return self._given_tokenizer
        # The process that indexes for the app needs none of the models that `Settings` knows.
        from bookwheel.engine.query.settings import Settings

        return Settings.tokenizer or installed_tokenizer() or four_characters_a_token

    @classmethod
    def from_defaults(cls, chunk_size: int = 1024, chunk_overlap: int = 200, **others: Any) -> SentenceSplitter:
        """The same splitter by LlamaIndex's constructor."""
        return cls(chunk_size, chunk_overlap, **others)

    def __call__(self, nodes: Sequence[Document], **_: Any) -> list[TextNode]:
        """As `get_nodes_from_documents`: a splitter is a transformation."""
        return self.get_nodes_from_documents(nodes)

    def split_text(self, text: str) -> list[str]:
        """The passages of a plain text."""
        return [text[start:end] for start, end in self.passages(Document(text=text))]

    def split_texts(self, texts: Sequence[str]) -> list[str]:
        """The passages of several texts, one after the other."""
        return [passage for text in texts for passage in self.split_text(text)]

    def get_nodes_from_documents(self, documents: Sequence[Document], show_progress: bool = False) -> list[TextNode]:
        """The passages of all documents, with their locations and the metadata of their documents."""
        return [node for document in documents for node in self._nodes(document)]

    def passages(self, document: Document) -> list[PassageRange]:
        """The character ranges of the passages, in order; time is linear in the length of the text."""
        if not document.text or self._tokenizer is four_characters_a_token:
            return self._estimated(document)
        sample = document.text[:_SAMPLE]
        characters = len(sample) / max(len(self._tokenizer(sample)), 1)
        found = self._of_length(characters).passages(document)
        return [piece for passage in found for piece in self._fitted(document.text, passage, characters * 0.8)]

    def _fitted(self, text: str, passage: PassageRange, characters: float) -> Iterator[PassageRange]:
        """The passage, or its parts where it has too many tokens: cut again for tokens of so many `characters`."""
        start, end = passage
        if end - start <= CHARACTERS_A_TOKEN or self._tokens(text[start:end]) <= self.chunk_size:
            yield passage
            return
        for begin, stop in self._of_length(characters).passages(Document(text=text[start:end])):
            yield from self._fitted(text, (start + begin, start + stop), characters * 0.8)

    def _tokens(self, text: str) -> int:
        return len(self._tokenizer(text))

    def _of_length(self, characters: float) -> SentenceSplitter:
        """The same splitter with estimated sizes, for tokens of so many characters."""
        share = characters / CHARACTERS_A_TOKEN
        size = max(int(self.chunk_size * share), 1)
        overlap = min(int(self.chunk_overlap * share), size - 1)
        return SentenceSplitter(size, overlap, tokenizer=four_characters_a_token)

    def _estimated(self, document: Document) -> list[PassageRange]:
        text = document.text
        locations = locations_of(document.metadata)
        pages = [0, *(start for start in locations.page_starts if 0 < start < len(text)), len(text)]
        headings = list(self._section_starts(locations.headings, len(text)))
        found: list[PassageRange] = []
        for start, end in pairwise(pages):
            for section_start, section_end in self._sections(start, end, headings):
                found.extend(self._cut(text, section_start, section_end))
        return found

    def _nodes(self, document: Document) -> Iterator[TextNode]:
        shared, locations = without_locations(document.metadata), locations_of(document.metadata)
        passages = self.passages(document)
        ids = [node_id(document.id_, start, end) for start, end in passages]
        for at, (start, end) in enumerate(passages):
            links = {NodeRelationship.SOURCE: document.id_}
            if at > 0:
                links[NodeRelationship.PREVIOUS] = ids[at - 1]
            if at + 1 < len(ids):
                links[NodeRelationship.NEXT] = ids[at + 1]
            yield TextNode(
                text=document.text[start:end],
                metadata={**shared, **locations.metadata_at(start)},
                id_=ids[at],
                relationships={kind: RelatedNodeInfo(found) for kind, found in links.items()},
                ref_doc_id=document.id_,
                start_char_idx=start,
                end_char_idx=end,
            )

    def _section_starts(self, headings: Sequence[Heading], end: int) -> Iterator[int]:
        """Where sections begin: at each heading but those inside a function that fits into a passage."""
        whole_until = 0
        for at, heading in enumerate(headings):
            if heading.start < whole_until:
                continue
            yield heading.start
            if _FUNCTION.match(heading.title):
                following = (other.start for other in headings[at + 1 :] if other.level <= heading.level)
                after = next(following, end)
                whole_until = after if after - heading.start <= self._longest else 0

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
        borders: _Borders | None = None
        while True:
            start, end = _stripped(text, start, end)
            if end - start <= self._longest:
                if covered < end and start < end:
                    yield start, end
                return
            if borders is None:
                borders = _Borders(text, start, end)
            border = self._border(borders, start, end, covered)
            passage = _stripped(text, start, border)
            if passage[1] > covered:
                yield passage
            covered = border
            start = self._after(text, start, border)

    def _border(self, borders: _Borders, start: int, end: int, covered: int) -> int:
        # Divide the rest evenly, so that no short piece is left at the end of a section.
        parts = -(-(end - start) // self._longest)
        limit = start + self._longest
        high = start + min(self._longest, (end - start) // parts + self._longest // 6)
        # An overlapping passage must reach further than the one before.
        low = max(start + max((high - start) // 2, 1), covered + 1)
        high = max(high, min(low + 1, limit))
        return (
            borders.best(low, high)
            or borders.first(high, limit)
            or borders.best(max(start, covered) + 1, low)
            or borders.inside(low, limit)
        )

    def _after(self, text: str, start: int, border: int) -> int:
        if not self._overlap:
            return border
        low = max(border - self._overlap, start + 1)
        for end in sentence_ends(text, low, border + _LOOK_AHEAD):
            if end < border:
                return end
        space = text.find(" ", low, border)
        return space if space > 0 else border


class _Borders:
    """Where a section may be cut: between its blocks, and after the sentences of its prose.

    A border at a blank line is better than one at the end of a line or sentence, and one after a heading or after the
    line that leads to a list is the last choice.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._start = start
        self._end = end
        self._named = ""
        self._may_be_fenced = start == 0 or may_be_fenced(text, start, end)

    # Most borders are found without these: to make them takes half of the time of splitting.
    @cached_property
    def _blocks(self) -> list[TextRegion]:
        return list(text_blocks(self._text, self._start, self._end))

    @cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self._blocks]

    @cached_property
    def _ends(self) -> list[int]:
        return [block.end for block in self._blocks]

    @cached_property
    def _strengths(self) -> list[int]:
        return [_strength(self._text, above, below) for above, below in pairwise(self._blocks)]

    def _language(self) -> str:
        # Most full stops end a sentence in every language; deciding takes as long as cutting a passage.
        if not self._named:
            self._named = language_of(self._text[self._start : self._start + 2_000])
        return self._named

    def best(self, low: int, high: int) -> int | None:
        """The best border in `low..high`; of equal ones the last."""
        if (gap := self._gap_in_prose(low, high)) is not None:
            return gap
        first, last = bisect_left(self._ends, low), bisect_right(self._ends, high)
        inside = [(strength, at) for at, strength in enumerate(self._strengths[first:last], first)]
        strongest = max(inside, default=None)
        if strongest is not None and strongest[0] >= _GAP:
            return self._ends[strongest[1]]
        sentence = self._last_sentence(low, high)
        plain = self._ends[strongest[1]] if strongest is not None and strongest[0] > _LEADS else 0
        at_worst = self._ends[strongest[1]] if strongest is not None else 0
        return max(sentence or 0, plain) or at_worst or None

    def _gap_in_prose(self, low: int, high: int) -> int | None:
        """The last blank line in `low..high`, if plain prose is above and below it: there is no better border."""
        text = self._text
        gap = text.rfind("\n\n", low, high + 2)
        if self._may_be_fenced or gap <= low or gap + 2 >= self._end or text[gap - 1].isspace():
            return None
        above = max(text.rfind("\n\n", self._start, gap) + 2, self._start)
        below = text.find("\n\n", gap + 2, self._end)
        is_plain = is_plain_prose(text, above, gap, LONGEST_HEADING)
        following = text[gap + 2 : self._end if below < 0 else below].rstrip()
        return gap if is_plain and is_plain_prose(following, 0, len(following), LONGEST_HEADING) else None

    def first(self, low: int, high: int) -> int | None:
        """The first border in `low..high`."""
        at = bisect_left(self._ends, low)
        block = self._ends[at] if at < len(self._strengths) and self._ends[at] <= high else None
        sentence = next(self._sentences(low, min(high, block or high)), None)
        return sentence or block

    def inside(self, low: int, high: int) -> int:
        """A border within a block longer than a passage: a blank line, a line, a sentence, a cell, a space."""
        line = max(self._text.rfind("\n\n", low, high), 0) or self._text.rfind("\n", low, high)
        if line > 0:
            return line
        *_, sentence = (
            0,
            *(end for end in sentence_ends(self._text, low, high + _LOOK_AHEAD, self._language) if end <= high),
        )
        if sentence:
            return sentence
        cell = max(self._text.rfind(mark, low, high) for mark in (" | ", "; ", "\t"))
        return cell + 1 if cell > 0 else max(self._text.rfind(" ", low, high), 0) or high

    def _last_sentence(self, low: int, high: int) -> int | None:
        # The last one is wanted, and there is usually one near the end.
        near = max(low, high - _NEAR)
        for begin, end in ((near, high), (low, near)):
            if ends := list(self._sentences(begin, end)):
                return ends[-1]
        return None

    def _sentences(self, low: int, high: int) -> Iterator[int]:
        """The ends of sentences in the prose of `low..high`."""
        at = max(bisect_right(self._starts, low) - 1, 0)
        while at < len(self._blocks) and self._starts[at] < high:
            block = self._blocks[at]
            if block.kind == "prose":
                begin, end = max(low, block.start), min(high, block.end)
                ends = sentence_ends(self._text, begin, min(end + _LOOK_AHEAD, block.end), self._language)
                yield from (border for border in ends if border <= end)
            at += 1


def _strength(text: str, above: TextRegion, below: TextRegion) -> int:
    if above.kind == "heading" or (above.kind == "row" and below.kind == "rule"):
        return _LEADS
    if above.kind == "rule" and below.kind == "row":
        return _LEADS
    if below.kind != "prose" and text.endswith((":", "："), above.start, above.end):
        return _LEADS
    if below.kind == above.kind == "item":
        return _BETWEEN
    return _GAP if below.gap else _BETWEEN


def _stripped(text: str, start: int, end: int) -> PassageRange:
    while start < end and text[start] in _SPACES:
        start += 1
    while end > start and text[end - 1] in _SPACES:
        end -= 1
    return start, end
