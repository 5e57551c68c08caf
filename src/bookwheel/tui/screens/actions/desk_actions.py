"""The actions of the desk, beside drawing and moving the focus: its action objects, and its actions by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from bookwheel.tui import messages
from bookwheel.tui.screens.actions.answer_actions import AnswerActions
from bookwheel.tui.screens.actions.ask_actions import AskActions
from bookwheel.tui.screens.actions.branch_actions import BranchActions
from bookwheel.tui.screens.actions.document_actions import DocumentActions
from bookwheel.tui.screens.actions.filter_actions import FilterActions
from bookwheel.tui.screens.actions.replay_actions import ReplayActions
from bookwheel.tui.screens.actions.session_actions import SessionActions
from bookwheel.tui.screens.actions.setting_actions import SettingActions
from bookwheel.tui.screens.research.plan_actions import PlanActions

if TYPE_CHECKING:
    from textual.message import Message

    from bookwheel.tui.screens.desk_parts import DeskParts


class DeskActions:
    """The actions over `desk`; `run_key` does what the key with an id of the key table would do."""

    def __init__(
        self, desk: DeskParts, user_keys: Mapping[str, str], run_key: Callable[[str], Awaitable[None]]
    ) -> None:
        self.answers = AnswerActions(desk)
        self.branches = BranchActions(desk)
        self.asking = AskActions(desk, self.branches, user_keys, run_key)
        self.documents = DocumentActions(desk)
        self.filters = FilterActions(desk, self.asking)
        self.sessions = SessionActions(desk)
        self.settings = SettingActions(desk, run_key)
        self.plan = PlanActions(desk)
        self.replay = ReplayActions(desk, self.settings)
        subjects = (
            self.answers,
            self.branches,
            self.asking,
            self.documents,
            self.filters,
            self.sessions,
            self.settings,
            self.plan,
            self.replay,
        )
        self.named: Mapping[str, Callable[[], object]] = {
            name: action for subject in subjects for name, action in subject.by_name().items()
        }
        """What `act('name')` of the key table does."""

    def take(self, message: Message) -> None:
        """Do what a widget asks for. Raises TypeError for a message that is not for the desk."""
        match message:
            case messages.AskMessage():
                self.asking.take(message)
            case messages.DocumentMessage():
                self.documents.take(message)
            case messages.FilterMessage():
                self.filters.take(message)
            case messages.SessionMessage():
                self.sessions.take(message)
            case _:
                raise TypeError(f"not for the desk: {message}")
