"""Crashes of the app: one clear line, the screen restored, no locals, no keys."""

import asyncio
import stat
import time
from pathlib import Path

import pytest
from tests.support.desk import Folder, Workflows
from tests.support.desk_app import running_app

from bookwheel import paths
from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.updates import TranscriptReset
from bookwheel.errors import ConfigError
from bookwheel.sessions.session_store import SessionStore
from bookwheel.tui.app import BookwheelApp
from bookwheel.tui.crash import LOG_NAME, crash_message, redacted, write_crash_log

SECRET = "sk-proj-0123456789abcdef"


def broken(depth: int = 0) -> Exception:
    """An exception whose frames hold a key and a deeply nested tree."""
    headers = {"Authorization": f"Bearer {SECRET}"}
    tree: object = "leaf"
    for _ in range(6):
        tree = [tree] * 6
    try:
        raise ValueError(f"bad [/b] \x1b[31m answer {headers['Authorization']}")
    except ValueError as error:
        return error


def test_message_is_short_and_holds_no_key_and_no_control_character() -> None:
    message = crash_message(broken(), None)
    assert "ValueError: bad [/b]" in message
    assert SECRET not in message
    assert "\x1b" not in message
    assert len(message.splitlines()) == 2


def test_own_errors_have_a_hint_and_no_internals() -> None:
    message = crash_message(ConfigError("The theme x is not there.", hint="There are: a, b."), None)
    assert message == "bookwheel: The theme x is not there.\nThere are: a, b."


@pytest.mark.fault("P7")
def test_log_has_the_traceback_without_locals_and_is_private() -> None:
    start = time.monotonic()
    log = write_crash_log(broken())
    assert time.monotonic() - start < 1.0
    assert log == paths.data_dir() / LOG_NAME
    text = log.read_text()
    assert "ValueError" in text
    assert "test_crash.py" in text
    assert SECRET not in text
    assert "leaf" not in text.replace('"leaf"', "")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_log_that_cannot_be_written_does_not_crash_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKWHEEL_DATA_DIR", "/proc/nowhere")
    assert write_crash_log(broken()) is None


def test_log_is_not_followed_through_a_link(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    paths.data_dir().mkdir(parents=True)
    (paths.data_dir() / LOG_NAME).symlink_to(target)
    assert write_crash_log(broken()) is None
    assert target.read_text() == "precious"


def test_values_of_key_variables_are_redacted() -> None:
    environ = {"MY_SERVICE_API_KEY": "plain-looking", "HOME": "/home/me"}
    assert redacted("plain-looking /home/me tvly-abcdefghijkl", environ) == "*** /home/me ***"


@pytest.mark.fault("P7")
@pytest.mark.parametrize("where", ["handler", "worker"])
async def test_unexpected_error_ends_the_app_at_once_and_is_kept(tmp_path: Path, where: str) -> None:
    error = broken()

    async def work() -> None:
        raise error

    def handle() -> None:
        raise error

    async def run() -> None:
        async with running_app(tmp_path) as desk:
            apps.append(desk.app)
            if where == "worker":
                desk.app.desk.run_worker(work())
            else:
                desk.app.desk.call_later(handle)
            await desk.until(lambda: desk.app.failure is not None)

    apps: list[BookwheelApp] = []
    with pytest.raises(Exception, match=r"bad \[/b\]"):
        await run()
    assert apps[0].failure is error
    assert apps[0].return_code == 1


async def test_session_that_is_not_there_ends_with_usage_error(tmp_path: Path) -> None:
    assistant = Assistant(workflows=Workflows(), library=Folder(), sessions=SessionStore(tmp_path / "sessions"))
    app = await asyncio.to_thread(lambda: BookwheelApp(assistant, session_id="nope"))
    async with app.run_test() as pilot:
        end = time.monotonic() + 10
        while app.failure is None and time.monotonic() < end:
            await pilot.pause()
    await app.close_assistant()
    assert app.return_code == 2
    assert "nope" in crash_message(app.failure or Exception(), None)


def test_broken_settings_are_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    assistant = Assistant(workflows=Workflows(), library=Folder(), sessions=SessionStore(tmp_path / "sessions"))
    with pytest.raises(ConfigError, match=r"desk\.library.*desk\.trace"):
        BookwheelApp(assistant, keys={"desk.library": "t"})
    with pytest.raises(ConfigError, match="no theme 'nope'"):
        BookwheelApp(assistant, theme="nope")


async def test_updates_while_the_app_closes_are_not_drawn(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        pass
    desk.app._apply([TranscriptReset(())])
    assert desk.app.failure is None
