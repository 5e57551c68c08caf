"""Goes through an answer sentence by sentence: what each cites, and which words of a passage it is based on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bookwheel.engine.query.citations import CITATION, cited_numbers
from bookwheel.engine.text.answer_sentences import split_sentences
from bookwheel.engine.text.cited_part import cited_parts
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.blocks import Citation
from bookwheel.tui.rows.wrapping import wrap
from bookwheel.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from textual.content import Content

MAX_ROWS = 4
# "It turns [1]." without its citation would be "It turns ."
_BEFORE_STOP = lazy_regex(r"\s+(?=[.,;:!?…]+(?:\s|\Z))")


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of the answer, without its citations, and the numbers that it cites; `is_marked` if unsupported."""

    text: str
    numbers: tuple[int, ...]
    is_marked: bool


class SentenceWalk:
    """The sentences of `answer` that cite one of `citations`, those that no source supports first."""

    def __init__(self, answer: str, citations: Sequence[Citation]) -> None:
        known = {citation.number for citation in citations}
        unsupported = {
            each.start for citation in citations for each in citation.support or () if each.status == "unsupported"
        }
        self._sentences: list[CitedSentence] = []
        self._uncited: list[tuple[int, str]] = []
        self._paragraphs: dict[int, set[int]] = {}
        before: tuple[int, int, str] | None = None
        for sentence in split_sentences(answer) if answer else ():
            text = answer[sentence.start : sentence.end]
            numbers = tuple(number for number in cited_numbers(text) if number in known)
            words = _BEFORE_STOP.sub("", " ".join(CITATION.sub("", text).split()))
            start, paragraph = sentence.start, sentence.paragraph
            if numbers and not words and before:
                # Citations alone, as below the row of a table, are those of what stands before them.
                self._uncited, (start, paragraph, words) = self._uncited[:-1], before
            before = (start, paragraph, words) if not numbers else None
            self._paragraphs.setdefault(paragraph, set()).update(numbers)
            if numbers:
                self._sentences.append(CitedSentence(words, numbers, start in unsupported))
            else:
                self._uncited.append((sentence.paragraph, words))
        self._stops = sorted(
            ((not each.is_marked, at, number) for at, each in enumerate(self._sentences) for number in each.numbers)
        )
        self._at: int | None = None

    @property
    def shown(self) -> str:
        """The current sentence, with its number and how many there are."""
        if self._at is None:
            return ""
        _, at, number = self._stops[self._at]
        sign = "not supported · " if self._sentences[at].is_marked else ""
        return f"{self._at + 1}/{len(self._stops)}  {sign}{self._sentences[at].text} [{number}]"

    def go(self, step: int, number: int | None) -> int | None:
        """Go `step` sentences on, at first to one that cites `number`; the citation to show, None without any."""
        if not self._stops:
            return None
        if self._at is None:
            first = (at for at, stop in enumerate(self._stops) if stop[2] == number)
            self._at = next(first, 0) if self._stops[0][0] else 0
        else:
            self._at = (self._at + step) % len(self._stops)
        return self._stops[self._at][2]

    def parts(self, citation: Citation) -> list[tuple[int, int]]:
        """The ranges of the passage's text that the answer is based on; empty where they are not known."""
        if self._at is not None and self._stops[self._at][2] == citation.number:
            sentences = [self._sentences[self._stops[self._at][1]].text]
        else:
            sentences = [each.text for each in self._sentences if citation.number in each.numbers]
            # "One. Two. [1]": the citation at the end of a paragraph is that of its other sentences too.
            sentences += [text for at, text in self._uncited if citation.number in self._paragraphs[at]]
        return cited_parts(citation.text, sentences) if sentences else []


class SentenceLine(TextLine):
    """The sentence of the answer whose source is shown, and what is wrong with the source."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._shown: tuple[tuple[str, str], ...] = ()

    def show(self, sentence: str, trouble: str = "") -> None:
        """Hidden while there is nothing to show."""
        named = ((clean_line(sentence), "strong"), (clean_line(trouble), "error"))
        self._shown = tuple((text, style) for text, style in named if text)
        self.display = bool(self._shown)
        self.refresh(layout=True)

    def render(self) -> Content:
        width = max(10, self.size.width - 2)
        return self.content(
            [(f" {text[start:end]}", style)]
            for text, style in self._shown
            for start, end in wrap(text, width)[:MAX_ROWS]
        )
