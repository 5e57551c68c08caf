"""The start page: what to do next, the last sessions by their digits, and which model answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from bookwheel.lazy_dataclass import dataclass
from bookwheel.sessions.header import SessionInfo
from bookwheel.transcript.sanitize import clean_line
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import SessionWanted
from bookwheel.tui.rows.wrapping import clip, wrap
from bookwheel.tui.widgets.text_line import StyledText, TextLine

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.content import Content

RECENT = 3
MAX_WIDTH = 88

Line: TypeAlias = list[StyledText]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFacts:
    """What the page shows; texts are not cleaned yet."""

    model: str = ""
    model_problem: str = ""
    files: int = 0
    searchable: int = 0
    indexing: str = ""
    roots: tuple[str, ...] = ()
    error: str = ""
    is_loading: bool = False
    example: str = ""
    is_own_workflow: bool = False


class EmptyState(TextLine, can_focus=True):
    """Shown while the session has no question yet."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("start")]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._facts = StartFacts(is_loading=True)
        self._recent: tuple[SessionInfo, ...] = ()

    def show(self, facts: StartFacts) -> None:
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    @property
    def has_recent(self) -> bool:
        """Whether it shows a session that can be opened."""
        return bool(self._recent)

    def show_recent(self, sessions: Sequence[SessionInfo]) -> None:
        self._recent = tuple(sessions[:RECENT])
        self.refresh()

    def action_open_recent(self, number: int) -> None:
        if number <= len(self._recent):
            self.post_message(SessionWanted(self._recent[number - 1].id))

    def render(self) -> Content:
        width = max(20, min(MAX_WIDTH, self.size.width - 4))
        model = _model(self._facts, width)
        return self.content([*_documents(self._facts, width), [], *_recent(self._recent, width), *model])


def _documents(facts: StartFacts, width: int) -> list[Line]:
    if facts.error:
        return _wrapped(facts.error, width, "error")
    if facts.is_own_workflow:
        return [[("Ask your workflow.", "strong")]]
    if facts.is_loading:
        return [[("Ask your documents.", "strong")], [("looking for documents", "muted")]]
    if not facts.roots:
        return [
            [("No documents yet.", "strong")],
            [],
            [("Esc", "strong"), (" then ", "plain"), ("a", "strong"), ("   add a file or a folder", "muted")],
            [("bookwheel ~/papers", "strong"), ("   starts with a folder", "muted")],
            [("bookwheel demo", "strong"), ("   opens the guide", "muted")],
        ]
    names = ", ".join(clean_line(root.rstrip("/").rpartition("/")[2] or root) for root in facts.roots)
    is_part = facts.indexing or facts.searchable < facts.files
    counts = f"{facts.searchable} of {facts.files} documents are searchable" if is_part else _count(facts.files)
    lines: list[Line] = [
        [("Ask your documents.", "strong")],
        [(clip(f"{counts} in {names}", width), "muted")],
    ]
    if facts.indexing:
        lines += _wrapped(f"{facts.indexing} You can ask at once about what is indexed.", width, "muted")
    elif is_part:
        lines += _wrapped("The library shows why the others are not.", width, "muted")
    if facts.example:
        lines += [[], [("for instance  ", "muted"), (clip(clean_line(facts.example), width - 14), "plain")]]
    return lines


def _recent(sessions: Sequence[SessionInfo], width: int) -> list[Line]:
    if not sessions:
        return []
    lines: list[Line] = [[("Continue a session", "strong"), ("   Esc, then the digit", "muted")]]
    for number, session in enumerate(sessions, start=1):
        day = time.strftime("%d %b %H:%M", time.localtime(session.updated))
        title = clip(clean_line(session.title) or "untitled", width - 18)
        lines.append([(f"{number}  ", "accent"), (title, "plain"), (f"   {day}", "muted")])
    return [*lines, []]


def _model(facts: StartFacts, width: int) -> list[Line]:
    if facts.model_problem:
        return _wrapped(facts.model_problem, width, "warning")
    if not facts.model:
        return []
    if facts.is_own_workflow:
        return [[("answers come from ", "muted"), (clean_line(facts.model), "plain")]]
    return [[("answers come from ", "muted"), (clean_line(facts.model), "plain"), ("   m  another model", "muted")]]


def _wrapped(text: str, width: int, style: str) -> list[Line]:
    text = clean_line(text)
    return [[(text[start:end], style)] for start, end in wrap(text, width)]


def _count(files: int) -> str:
    return "1 document" if files == 1 else f"{files} documents"
