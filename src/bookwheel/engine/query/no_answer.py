"""A model says by `[0]` before its sentence that the passages do not answer; readers never see the mark.

It has the form of the citations that the model writes anyway. When a model forgets it, only the exit code of a script
is wrong; a model that writes it and also answers with citations counts as having answered.
"""

from __future__ import annotations

from bookwheel.engine.query.citations import cited_numbers
from bookwheel.lazy_regex import lazy_regex

MARK = "[0]"
NOTHING_REQUIRED = "The documents do not say what the schema requires."
# A longer text is an answer.
MAX_SENTENCE_CHARS = 400

_MAY_OPEN = lazy_regex(r"\s*(?:\[(?:0(?:\][\s:.,–-]*)?)?)?")
_OPENS = lazy_regex(r"\s*\[0\][\s:.,–-]*")
# Some models write it where other citations stand.
_MAY_CLOSE = lazy_regex(r"[^\S\n]*\[(?:0(?:\]\s*\.?\s*)?)?\Z")
_CLOSES = lazy_regex(r"[^\S\n]*\[0\]\s*(\.?)\s*")
_BEFORE_INDEX = lazy_regex(r"[\w)\]`]\Z")


class NoAnswerReader:
    """Removes the mark from an answer as it streams; elsewhere `[0]` is ordinary text (`items[0]`).

    Holds back only what may be the mark: the first characters of an answer, and its last ones.
    """

    def __init__(self) -> None:
        self._held = ""
        self._shown = ""
        self._chars = 0
        self._is_marked = False

    def push(self, text: str) -> str:
        """The text that can be shown with this piece."""
        text = self._held + text
        self._held = ""
        if not self._chars:
            if _MAY_OPEN.fullmatch(text):
                self._held = text
                return ""
            text = self._without_opening(text)
        # Fast path: most pieces have no bracket.
        if "[" in text and (end := _MAY_CLOSE.search(text)) is not None:
            self._held = text[end.start() :]
            text = text[: end.start()]
        return self._show(text)

    def finish(self) -> str:
        """The rest that was held back; call it at the end of the answer."""
        text, self._held = self._held, ""
        if not self._chars:
            return self._show(self._without_opening(text))
        end = _CLOSES.fullmatch(text)
        is_index = text.startswith("[") and _BEFORE_INDEX.search(self._shown) is not None
        if end is None or is_index or self._chars > MAX_SENTENCE_CHARS:
            return self._show(text)
        self._is_marked = True
        return self._show(end[1])

    def says_no_answer(self, answer: str) -> bool:
        """Whether the whole answer, as it was shown, says that the passages don't answer."""
        return self._is_marked and self._chars <= MAX_SENTENCE_CHARS and not cited_numbers(answer)

    def _without_opening(self, text: str) -> str:
        opening = _OPENS.match(text)
        if opening is None:
            return text
        self._is_marked = True
        return text[opening.end() :]

    def _show(self, text: str) -> str:
        self._chars += len(text)
        self._shown = text[-1:] or self._shown
        return text
