"""The messages that cross widgets: what the user wants, said by the widget where the key was pressed."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from bookwheel.transcript.blocks import InputBlock
from bookwheel.transcript.event_rows import TraceRow
from bookwheel.tui.rows.library_rows import LibraryRow


@dataclass
class QuestionSubmitted(Message):
    """The prompt was sent; `text` is what was typed, without blanks around it."""

    text: str


@dataclass
class EditorWanted(Message):
    """The prompt's text shall be edited in $EDITOR."""

    text: str


@dataclass
class DocumentWanted(Message):
    """A document of the library shall be shown."""

    path: str


@dataclass
class AddDocumentsWanted(Message):
    """The user wants to put files or folders on the desk."""


@dataclass
class RemoveRootWanted(Message):
    """A file or folder shall leave the desk; its files stay."""

    path: str


@dataclass
class RefreshWanted(Message):
    """The library shall look for new and changed files."""


@dataclass
class FilterWanted(Message):
    """A list shall be filtered by what the user types next."""

    current: str


@dataclass
class AskHereWanted(Message):
    """Only this file or folder shall be asked, or no longer."""

    path: str


@dataclass
class FilterMenuWanted(Message):
    """The user wants to choose which documents are asked."""


@dataclass
class RowFocused(Message):
    """The cursor of the library is on this row now, or the row has changed."""

    row: LibraryRow | None


@dataclass
class FailureWanted(Message):
    """The user wants to know why a file could not be read."""

    path: str
    reason: str


@dataclass
class EventDetailWanted(Message):
    """The arguments and results behind a row of the event log shall be shown."""

    row: TraceRow


@dataclass
class RequestAnswered(Message):
    """A question of the agent was answered: `response` is the choice or the text, `reason` goes with a refusal."""

    request_id: str
    response: str
    reason: str = ""


@dataclass
class RequestDetailWanted(Message):
    """The user wants to see everything that a tool would get."""

    block: InputBlock


@dataclass
class SessionWanted(Message):
    """A saved session shall be opened."""

    session_id: str


@dataclass
class TitleChanged(Message):
    """The pane's title says something else now (a filter, a count)."""


@dataclass
class NextPaneWanted(Message):
    """Tab had nothing to complete."""


@dataclass
class QuitWanted(Message):
    """Ctrl+D in an empty prompt."""


@dataclass
class TerminalGone(Message):
    """The connection to the terminal has dropped."""


@dataclass
class RedrawWanted(Message):
    """Frames were dropped because the terminal was slow; it can take a whole one again."""
