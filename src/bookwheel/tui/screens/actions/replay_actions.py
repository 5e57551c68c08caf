"""A session that is played back: pause, step, speed, and asking its question another model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from bookwheel.tui.screens.actions.setting_actions import SettingActions
from bookwheel.tui.screens.desk_parts import DeskParts

if TYPE_CHECKING:
    from bookwheel.assistant.session_replay import Replay


class ReplayActions:
    """What the keys of a replay ask for; without one they do nothing."""

    def __init__(self, desk: DeskParts, settings: SettingActions) -> None:
        self._desk = desk
        self._settings = settings

    def by_name(self) -> Mapping[str, Callable[[], object]]:
        """What `replay('name')` of the key table does."""
        return {
            "pause_replay": partial(self._with, lambda replay: replay.pause()),
            "step_replay": partial(self._with, lambda replay: replay.step()),
            "faster_replay": partial(self._with, lambda replay: replay.change_speed(2.0)),
            "slower_replay": partial(self._with, lambda replay: replay.change_speed(0.5)),
            "ask_replayed": self.ask_replayed,
        }

    def ask_replayed(self) -> None:
        """Pause, let the user choose a model, and ask it the question that the replay has reached."""
        self._with(lambda replay: replay.pause(True))
        self._settings.choose_model(then=self._desk.assistant.ask_replayed)

    def _with(self, change: Callable[[Replay], None]) -> None:
        if (replay := self._desk.assistant.sessions.replay) is not None:
            change(replay)
