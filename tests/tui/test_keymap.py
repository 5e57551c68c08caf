"""The table of keys: no collision, every action exists, the user's keys are checked."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.support.desk_app import running_app
from textual.dom import DOMNode

from bookwheel.errors import ConfigError
from bookwheel.tui.app import BookwheelApp
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.key_table import KEYS
from bookwheel.tui.keymap import bindings, display_key, key_help, key_of, merged_keys
from bookwheel.tui.screen_keys import PANES
from bookwheel.tui.screens.allowed_calls import AllowedScreen
from bookwheel.tui.screens.answer_changes import AnswerChangesScreen
from bookwheel.tui.screens.brief import BriefScreen
from bookwheel.tui.screens.confirm import ConfirmScreen
from bookwheel.tui.screens.desk_screen import DeskScreen
from bookwheel.tui.screens.detail import JsonList
from bookwheel.tui.screens.help import HelpScreen
from bookwheel.tui.screens.jump import JumpScreen
from bookwheel.tui.screens.line import LineScreen
from bookwheel.tui.screens.model_screen import ModelScreen
from bookwheel.tui.screens.page import PageScreen
from bookwheel.tui.screens.pick import PickScreen
from bookwheel.tui.screens.picture_screen import PictureScreen
from bookwheel.tui.screens.research.branch_view import BranchView
from bookwheel.tui.screens.research.plan_list import PlanList
from bookwheel.tui.screens.session_list import SessionsScreen
from bookwheel.tui.screens.settings_screen import SettingsScreen
from bookwheel.tui.screens.timeline import StepList
from bookwheel.tui.screens.wrapped_list import WrappedScreen
from bookwheel.tui.widgets.empty_state import EmptyState
from bookwheel.tui.widgets.event_log import EventLog
from bookwheel.tui.widgets.key_hints import KeyedScreen
from bookwheel.tui.widgets.library_list import LibraryList
from bookwheel.tui.widgets.prompt import Prompt

OWNERS: Mapping[str, type[DOMNode]] = {
    "app": BookwheelApp,
    "desk": DeskScreen,
    "prompt": Prompt,
    "start": EmptyState,
    "conversation": ConversationView,
    "library": LibraryList,
    "trace": EventLog,
    "approval": DeskScreen,
    "replay": DeskScreen,
    "screen": KeyedScreen,
    "wrapped": WrappedScreen,
    "page": PageScreen,
    "picture": PictureScreen,
    "retry": DeskScreen,
    "brief": BriefScreen,
    "plan": PlanList,
    "branch": BranchView,
    "allowed": AllowedScreen,
    "settings": SettingsScreen,
    "changes": AnswerChangesScreen,
    "sessions": SessionsScreen,
    "detail": JsonList,
    "timeline": StepList,
    "help": HelpScreen,
    "pick": PickScreen,
    "models": ModelScreen,
    "line": LineScreen,
    "confirm": ConfirmScreen,
    "jump": JumpScreen,
}


def test_no_two_actions_share_a_key_in_a_pane() -> None:
    assert merged_keys({KEYS[0].id: KEYS[0].keys}) == {KEYS[0].id: KEYS[0].keys}


def test_ids_are_unique_and_name_a_pane() -> None:
    ids = [key.id for key in KEYS]
    assert len(ids) == len(set(ids))
    assert {key.pane for key in KEYS} == set(PANES) == set(OWNERS)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.id)
def test_action_exists_where_its_key_works(key: object) -> None:
    assert key in KEYS
    namespace, _, action = key.action.rpartition(".")  # type: ignore[attr-defined]
    owner = {"": OWNERS[key.pane], "app": BookwheelApp, "screen": DeskScreen}[namespace]  # type: ignore[attr-defined]
    assert callable(getattr(owner, f"action_{action.partition('(')[0]}", None))


async def test_every_named_action_of_the_desk_exists(tmp_path: Path) -> None:
    wanted = {key.action.partition("act('")[2].removesuffix("')") for key in KEYS if "act('" in key.action}
    async with running_app(tmp_path) as desk:
        assert wanted <= desk.app.desk.action_names


@pytest.mark.parametrize("pane", PANES)
def test_panes_bind_their_keys_and_nothing_else(pane: str) -> None:
    wanted = {binding.id for binding in bindings(pane)}
    bound = {binding.id for binding in OWNERS[pane].BINDINGS}  # type: ignore[attr-defined]
    assert wanted <= bound


def test_only_keys_that_arrive_through_ssh_and_tmux_are_used() -> None:
    used = {name.strip() for key in KEYS for name in key.keys.split(",")}
    never = {
        "ctrl+a",
        "ctrl+b",
        "ctrl+h",
        "ctrl+i",
        "ctrl+m",
        "ctrl+s",
        "ctrl+q",
        "ctrl+enter",
        "ctrl+tab",
        "alt+enter",
    }
    assert not used & never


def test_every_listed_action_has_a_description() -> None:
    assert all(key.tooltip for key in KEYS if key.listed)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"desk.libary": "f2"}, ["desk.libary", "Did you mean 'desk.library'?"]),
        ({"desk.library": "t"}, ["desk.library", "desk.trace", "t"]),
        ({"desk.library": "f2", "desk.trace": "f2"}, ["desk.library", "desk.trace", "F2"]),
        ({"desk.library": "slash"}, ["desk.library", "conversation.search"]),
        ({"desk.library": "/"}, ["desk.library", "conversation.search"]),
        ({"app.mode": "ctrl+r"}, ["app.mode", "app.sessions"]),
        ({"desk.library": "ctrl+i"}, ["desk.library", "Tab"]),
        ({"desk.library": "hyper+x"}, ["desk.library", "hyper+x"]),
        ({"desk.library": "flubber"}, ["desk.library", "flubber"]),
        ({"desk.library": " , "}, ["desk.library", "no key"]),
    ],
)
def test_wrong_keys_are_refused_with_their_names(keys: dict[str, str], words: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        merged_keys(keys)
    for word in words:
        assert word in str(refused.value)


def test_keys_can_be_swapped() -> None:
    assert merged_keys({"desk.library": "t", "desk.trace": "l"}) == {"desk.library": "t", "desk.trace": "l"}


def test_users_keys_are_shown_in_help_and_hints() -> None:
    user_keys = {"desk.library": "f2,ctrl+g"}
    shown = {key.id: key.keys for key in key_help(user_keys)}
    assert shown["desk.library"] == "F2 Ctrl+G"
    assert key_of("desk.library", user_keys) == "F2"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("question_mark", "?"), ("ctrl+j", "Ctrl+J"), ("G", "G"), ("shift+tab", "Shift+Tab"), ("f1", "F1"), ("up", "↑")],
)
def test_keys_are_shown_as_people_know_them(name: str, shown: str) -> None:
    assert display_key(name) == shown
