"""The start page: what can be asked about, an example that fits, the last sessions, and which model answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import counted
from bookwheel.markup.sanitize import clean_line
from bookwheel.sessions.header import SessionInfo
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import QuestionProposed, SessionWanted
from bookwheel.tui.rows.wrapping import cells, clip, wrap
from bookwheel.tui.widgets.text_line import StyledText, TextLine

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.content import Content

RECENT = 3
MAX_WIDTH = 76
ROOMY = 24
FULL = 16
"""The lines of a page with an example and three sessions."""

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
    is_checking: bool = False
    """Whether a look for changed files has not ended: there may be more than the index has."""
    example: str = ""
    is_own_workflow: bool = False


class EmptyState(TextLine, can_focus=True):
    """Shown while the session has no question yet."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("start")]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._facts = StartFacts(is_loading=True)
        self._recent: tuple[SessionInfo, ...] = ()

    def show(self, facts: StartFacts) -> bool:
        """Show these facts; whether another example is offered now."""
        is_other = facts.example != self._facts.example
        if facts != self._facts:
            self._facts = facts
            self.refresh()
        return is_other

    @property
    def offered(self) -> Sequence[str]:
        """The example question, if there is one."""
        return [self._facts.example] if self._facts.example else []

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

    def action_take_example(self) -> None:
        if self._facts.example:
            self.post_message(QuestionProposed(self._facts.example))

    def render(self) -> Content:
        width = max(20, min(MAX_WIDTH, self.size.width - 4))
        parts = [_identity(width), _documents(self._facts, width), _example(self._facts.example, width)]
        parts += [_recent(self._recent, width), _model(self._facts, width)]
        is_roomy = self.size.height >= ROOMY
        lines: list[Line] = []
        for part in parts:
            lines += [*part, *([[], []] if is_roomy and part is parts[0] else [[]])] if part else []
        return self.content(self._placed(lines, width, is_roomy=is_roomy))

    def _placed(self, lines: Sequence[Line], width: int, *, is_roomy: bool) -> list[Line]:
        """In the middle of a wide page, a third down a high one; the first lines stay where they are as others come."""
        above = (self.size.height - max(FULL, len(lines))) // 3 if is_roomy else 0
        left = " " * max(0, (self.size.width - width) // 2 - 1)
        return [*([[]] * max(0, above)), *([(left, "plain"), *line] for line in lines)]


def _identity(width: int) -> list[Line]:
    """The name, and what it is."""
    what = "many open books, one reader: ask your own documents"
    if width < cells(what) + 13:
        return [[("Bookwheel", "accent")]]
    return [[("Bookwheel", "accent"), (f"   {what}", "muted")]]


def _documents(facts: StartFacts, width: int) -> list[Line]:
    """What can be asked about, and how much of it is searchable."""
    if facts.error:
        return _wrapped(facts.error, width, "error")
    if facts.is_own_workflow:
        return [[("Ask your workflow.", "strong")]]
    if facts.is_loading:
        return [[("looking for documents", "muted")]]
    if not facts.roots:
        return [
            [("No documents yet", "strong")],
            [],
            _keyed("Esc a", "add a file or a folder", width),
            _keyed("bookwheel ~/papers", "opens a folder", width),
            _keyed("bookwheel demo", "opens the guide", width),
        ]
    names = ", ".join(clean_line(root.rstrip("/").rpartition("/")[2] or root) for root in facts.roots)
    lines: list[Line] = [[(clip(f"{counted(facts.files, 'document')} in {names}", width), "strong")]]
    if facts.indexing:
        said = f"{facts.searchable:,} searchable so far, {_lower(facts.indexing)} You can ask at once."
        return lines + _wrapped(said, width, "muted")
    if facts.is_checking:
        return [*lines, [("looking for changes", "muted")]]
    if facts.searchable < facts.files:
        left = facts.files - facts.searchable
        return lines + _wrapped(f"{facts.searchable:,} searchable · {left:,} not: Esc l shows why", width, "muted")
    return [*lines, [("all searchable", "muted")]]


def _example(example: str, width: int) -> list[Line]:
    if not example:
        return []
    shown = clip(clean_line(example), max(10, width - 16))
    gap = " " * max(2, width - cells(shown) - 13)
    return [
        [("for instance", "muted")],
        [(shown, "plain"), (f"{gap}", "plain"), ("↑", "strong"), (" takes it", "muted")],
    ]


def _recent(sessions: Sequence[SessionInfo], width: int) -> list[Line]:
    if not sessions:
        return []
    lines: list[Line] = [[("go on with", "muted")]]
    for number, session in enumerate(sessions, start=1):
        day = time.strftime("%d %b %H:%M", time.localtime(session.updated))
        title = clip(clean_line(session.title) or "untitled", width - 20)
        gap = " " * max(2, width - cells(title) - cells(day) - 7)
        lines.append([("Esc ", "faint"), (f"{number}", "accent"), (f"  {title}", "plain"), (f"{gap}{day}", "muted")])
    return lines


def _model(facts: StartFacts, width: int) -> list[Line]:
    if facts.model_problem:
        return _wrapped(facts.model_problem, width, "warning")
    if not facts.model:
        return []
    name = clean_line(facts.model)
    line: Line = [("answers come from ", "muted"), (clip(name, max(10, width - 40)), "plain")]
    return [line if facts.is_own_workflow else [*line, ("   Esc m", "strong"), (" another model", "muted")]]


def _keyed(key: str, what: str, width: int) -> Line:
    return [(key.ljust(min(22, width // 2)), "strong"), (what, "muted")]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _wrapped(text: str, width: int, style: str) -> list[Line]:
    text = clean_line(text)
    return [[(text[start:end], style)] for start, end in wrap(text, width)]
