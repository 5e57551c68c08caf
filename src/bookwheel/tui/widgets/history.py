"""Earlier questions, walked through with Up and Down; what was being typed is kept at the end."""

from __future__ import annotations

from collections.abc import Iterable

MAX_ENTRIES = 500


class History:
    """Oldest first; `_place` counts back from the end, 0 is what is being typed."""

    def __init__(self) -> None:
        self._entries: list[str] = []
        self._place = 0
        self._draft = ""

    def load(self, questions: Iterable[str]) -> None:
        """Put questions of a session before those that were typed here."""
        known = set(self._entries)
        before = [question for question in dict.fromkeys(questions) if question not in known]
        self._entries = [*before, *self._entries][-MAX_ENTRIES:]

    def add(self, text: str) -> None:
        """A question was sent, or a draft dropped."""
        if text in self._entries:
            self._entries.remove(text)
        self._entries = [*self._entries, text][-MAX_ENTRIES:]
        self._place = 0
        self._draft = ""

    def earlier(self, typed: str) -> str | None:
        """The question before; None at the oldest."""
        if self._place == 0:
            self._draft = typed
        if self._place >= len(self._entries):
            return None
        self._place += 1
        return self._entries[-self._place]

    def later(self, typed: str) -> str | None:
        """The question after, at last the draft; None when that is shown already."""
        if self._place == 0:
            return None
        self._place -= 1
        return self._entries[-self._place] if self._place else self._draft
