"""The actions of the desk, beside drawing and moving the focus: its action objects, and its actions by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from bookwheel.tui import messages
from bookwheel.tui.screens.answer_actions import AnswerActions
from bookwheel.tui.screens.ask_actions import AskActions
from bookwheel.tui.screens.branch_actions import BranchActions
from bookwheel.tui.screens.document_actions import DocumentActions
from bookwheel.tui.screens.filter_actions import FilterActions
from bookwheel.tui.screens.research.plan_actions import PlanActions
from bookwheel.tui.screens.session_actions import SessionActions
from bookwheel.tui.screens.setting_actions import SettingActions

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
        self.asking = AskActions(desk, self.branches, user_keys)
        self.documents = DocumentActions(desk)
        self.filters = FilterActions(desk, self.asking)
        self.sessions = SessionActions(desk)
        self.settings = SettingActions(desk, run_key)
        self.plan = PlanActions(desk)
        self.named: Mapping[str, Callable[[], object]] = {
            "add_documents": self.documents.add,
            "branches": self.branches.choose,
            "brief": self.answers.show_brief,
            "clear_filter": self.filters.clear,
            "command_line": self.asking.type_command,
            "compare": self.answers.compare,
            "edit": self.branches.edit,
            "export": self.sessions.export,
            "fork": self.branches.fork,
            "model": self.settings.choose_model,
            "open_outside": self.documents.open_outside,
            "pin": self.answers.pin,
            "plan": self.plan.show,
            "next_branch": partial(self.branches.step, 1),
            "previous_branch": partial(self.branches.step, -1),
            "scope": self.filters.open_menu,
            "settings": self.settings.choose_setting,
            "theme": self.settings.choose_theme,
            "unqueue": self.asking.unqueue,
            "web": self.settings.next_web_policy,
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
