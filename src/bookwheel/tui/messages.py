"""The messages that cross widgets: what the user wants, posted by the widget where the key was pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.message import Message

from bookwheel.engine.schema import JsonObject
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.blocks import InputBlock
from bookwheel.transcript.event_rows import EventRow
from bookwheel.tui.rows.library_rows import LibraryRow

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode
    from textual.widget import Widget


def app_of(node: DOMNode) -> App[object]:
    """The app of a widget or screen, with a type: Textual types `node.app` as `App[Unknown]`."""
    return cast("App[object]", node.app)  # pyright: ignore[reportUnknownMemberType] - see above


def is_open(screen: Widget) -> bool:
    """Whether a screen has its widgets: not from when it begins to close, nor once the app exits.

    A coroutine asks after each `await`, before it shows something: Textual removes the widgets of a screen first and
    cancels its workers last, and those of the desk go on. `is_attached` alone is true until the last widget is gone.
    """
    return screen.is_attached and screen.display


class AskMessage(Message):
    """A widget wants something asked, answered or run."""


class DocumentMessage(Message):
    """A widget wants something done with documents."""


class FilterMessage(Message):
    """A widget wants the document filter changed."""


class SessionMessage(Message):
    """A widget wants a session, or details of it."""


@dataclass
class QuestionSubmitted(AskMessage):
    """The prompt was sent; `text` is what was typed, without blanks around it."""

    text: str


@dataclass
class NothingSubmitted(AskMessage):
    """Enter in an empty prompt."""


@dataclass
class QuestionProposed(AskMessage):
    """The user wants this question in the prompt, to change or to send it."""

    text: str


@dataclass
class TextPasted(AskMessage):
    """Text was pasted, uncleaned, while a pane had the keys."""

    text: str


@dataclass
class EditorWanted(AskMessage):
    """The user wants to edit the prompt's text in $EDITOR."""

    text: str


@dataclass
class RequestAnswered(AskMessage):
    """A request of the agent was answered: `response` is the choice or the text, `reason` goes with a refusal.

    `rule` goes with a lasting permission, `edited` are the arguments that are to run, if the user changed them.
    """

    request_id: str
    response: str
    reason: str = ""
    rule: str = ""
    edited: JsonObject | None = None


@dataclass
class RequestEdited(AskMessage):
    """The user has changed the arguments of a request; the page gets the keys, so that a choice can be typed."""


@dataclass
class DocumentWanted(DocumentMessage):
    """The user wants to read a document of the library."""

    path: str


@dataclass
class OutsideWanted(DocumentMessage):
    """The user wants `text`, the document at `path`, in a pager or editor, at the character `offset`."""

    path: str
    text: str
    offset: int


@dataclass
class FailureWanted(DocumentMessage):
    """The user wants to know why a file could not be read."""

    path: str
    reason: str


@dataclass
class AddDocumentsWanted(DocumentMessage):
    """The user wants to add files or folders to the library."""


@dataclass
class RemoveRootWanted(DocumentMessage):
    """The user wants to remove a file or folder from the library; its files stay."""

    path: str


@dataclass
class RefreshWanted(DocumentMessage):
    """The user wants new and changed files to be indexed."""


@dataclass
class NameFilterWanted(DocumentMessage):
    """The user wants to type what the shown file names must hold; `current` is in force."""

    current: str


@dataclass
class AskHereWanted(FilterMessage):
    """The user wants to search only this file or folder, or no longer."""

    path: str


@dataclass
class FilterMenuWanted(FilterMessage):
    """The user wants to choose which documents are searched."""


@dataclass
class EarlierWanted(SessionMessage):
    """The page needs what is before its blocks: the next part, or the `whole` rest of the session."""

    whole: bool


@dataclass
class SessionWanted(SessionMessage):
    """The user wants to open a saved session."""

    session_id: str


@dataclass
class EventDetailWanted(SessionMessage):
    """The user wants to see the arguments and results behind a row of the event log."""

    row: EventRow


@dataclass
class EventCopyWanted(SessionMessage):
    """The user wants the event of a row in the clipboard."""

    row: EventRow


@dataclass
class RunSaveWanted(SessionMessage):
    """The user wants all events of the question of a row in a file."""

    row: EventRow


@dataclass
class RequestDetailWanted(SessionMessage):
    """The user wants to see every argument that a tool would get."""

    block: InputBlock


@dataclass
class RowFocused(Message):
    """The library's cursor is on this row now, or the row has changed."""

    row: LibraryRow | None


@dataclass
class TitleChanged(Message):
    """The title of a pane must be drawn again (a filter, a count)."""


@dataclass
class NextPaneWanted(Message):
    """Tab had nothing to complete."""


@dataclass
class QuitWanted(Message):
    """Ctrl+D in an empty prompt."""


@dataclass
class TerminalGone(Message):
    """The connection to the terminal was lost."""


@dataclass
class RedrawWanted(Message):
    """Frames were dropped because the terminal was slow; it takes bytes again."""
