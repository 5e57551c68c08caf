"""Colours the citations of an answer while it is streamed to a terminal."""

from __future__ import annotations

from collections.abc import Callable

from bookwheel.lazy_regex import lazy_regex

_CITATION = lazy_regex(r"\[\d+(?:, ?\d+)*\]")
_BEGUN = lazy_regex(r"\[[\d, ]{0,40}\Z")


class CitationPaint:
    """Give it the pieces in order; what may be the first half of a citation is held back until the next piece."""

    def __init__(self, paint: Callable[[str], str]) -> None:
        self._paint = paint
        self._held = ""

    def push(self, text: str) -> str:
        """The text so far with its citations painted."""
        text, self._held = self._held + text, ""
        if begun := _BEGUN.search(text):
            text, self._held = text[: begun.start()], begun[0]
        return _CITATION.sub(lambda found: self._paint(found[0]), text)

    def flush(self) -> str:
        """What was held back, at the end of the answer."""
        held, self._held = self._held, ""
        return held
