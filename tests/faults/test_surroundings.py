"""An odd environment: no home, a clock that jumps, settings that change, few descriptors."""

import asyncio
import errno
import fcntl
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.cli.program import Ended, bookwheel, environment, write_settings
from tests.cli.scenes import CANARY, NOTES, QUESTION, assert_canary_is_nowhere, use
from tests.journeys.terminal import CTRL_C, Terminal
from tests.support.desk import MockLLM, Workflows, desk
from tests.support.desk_app import running_app
from tests.support.growth import is_cheap
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Reply, say

from bookwheel import paths
from bookwheel.config.load import load_config
from bookwheel.config.write import write_config
from bookwheel.engine.record import EventRecord
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.reducer import blocks_of

REPO = Path(__file__).resolve().parents[2]


def started(seq: int, run: str, t: float = 1.0) -> EventRecord:
    return EventRecord(seq, t, run, "RunStarted", {"user_msg": f"question {run}", "mode": "query", "model": "m"})


def finished(seq: int, run: str, t: float = 1.0) -> EventRecord:
    return EventRecord(seq, t, run, "RunFinished", {"status": "completed", "response": f"answer {run}"})


async def ask_in(notes: Path, changes: Mapping[str, str | None]) -> Ended:
    """`ask` with some variables set and others (None) taken away; Bookwheel's own folders are not named."""
    env = {name: value for name, value in environment().items() if not name.startswith("BOOKWHEEL_")}
    env |= {name: value for name, value in changes.items() if value is not None}
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bookwheel", "ask", QUESTION, str(notes),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=notes,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


@pytest.mark.fault("S13")
async def test_xdg_folders_are_used_when_absolute_and_ignored_when_relative(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    config, data = tmp_path / "xdg-config", tmp_path / "xdg-data"
    named = {"HOME": str(home), "XDG_CONFIG_HOME": str(config), "XDG_DATA_HOME": str(data)}
    assert (await ask_in(notes, named)).code == 0
    assert list((config / "bookwheel" / "sessions").glob("*/events.jsonl"))
    assert (data / "bookwheel" / "index").is_dir()
    assert not list(home.iterdir())

    relative = {"HOME": str(home), "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "./data"}
    assert (await ask_in(notes, relative)).code == 0
    assert list((home / ".config" / "bookwheel" / "sessions").glob("*/events.jsonl"))
    assert (home / ".local" / "share" / "bookwheel" / "index").is_dir()
    assert sorted(path.name for path in notes.iterdir()) == ["mill.md"]


@pytest.mark.fault("S13")
@pytest.mark.parametrize("home", ["/dev/null/home", "/proc/home"])
async def test_a_home_that_cannot_be_made_ends_with_1_and_is_named(notes: Path, home: str) -> None:
    ended = await ask_in(notes, {"HOME": home})
    assert ended.code == 1
    assert home in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err.splitlines()) <= 4


@pytest.mark.fault("S13")
@pytest.mark.parametrize("arguments", [("ask", QUESTION, "notes"), ("search", "mill", "notes")])
async def test_a_working_folder_that_was_deleted_is_named(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """It was "No such file or directory."."""
    gone = tmp_path / "gone"
    gone.mkdir()
    command = 'cd "$1"; rmdir "$1"; shift; exec "$@"'
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", command, "sh", str(gone), sys.executable, "-m", "bookwheel", *arguments,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    _, err = await process.communicate()
    assert (process.returncode, "The working folder does not exist any more" in err.decode()) == (2, True)


@pytest.mark.fault("S12")
async def test_without_a_place_for_sessions_the_answer_is_printed_and_the_exit_code_is_1(
    notes: Path, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    ended = await bookwheel("ask", QUESTION, str(notes), env={"BOOKWHEEL_CONFIG_DIR": str(blocked / "config")})
    assert ended.code == 1
    assert "nine revolutions" in ended.out
    assert "could not be saved" in ended.err


@pytest.mark.fault("S17")
async def test_a_file_system_without_locks_is_read_only_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SessionStore(tmp_path)
    session = await asyncio.to_thread(store.create, "Locks?")
    await asyncio.to_thread(session.append, [started(1, "r1"), finished(2, "r1")], durable=True)
    session.close()

    def flock(fd: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    opened = await asyncio.to_thread(store.open, session.id)
    assert "cannot lock it (No locks available)" in opened.read_only
    assert [record.seq for record in opened.records()] == [1, 2]
    opened.close()


@pytest.mark.fault("S21")
def test_a_clock_that_jumps_changes_no_order_and_no_duration(tmp_path: Path) -> None:
    times = [1_800_000_000.0, 1_799_913_600.0, 0.0, 1_800_086_400.0]
    records = [
        record
        for number, t in enumerate(times)
        for record in (started(2 * number + 1, f"r{number}", t), finished(2 * number + 2, f"r{number}", t - 5.0))
    ]
    session = SessionStore(tmp_path).create("When?")
    session.append(records, durable=True)
    session.close()
    loaded = SessionStore(tmp_path).open(session.id, for_writing=False)
    assert [record.seq for record in loaded.records()] == list(range(1, 9))
    questions = [block.run for block in blocks_of(loaded.records()) if type(block).__name__ == "QuestionBlock"]
    assert questions == ["r0", "r1", "r2", "r3"]
    loaded.close()


@pytest.mark.fault("S21")
async def test_durations_come_from_the_monotonic_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(tmp_path, Workflows(MockLLM(["Fine."]))) as assistant:
        monkeypatch.setattr("time.time", lambda: 0.0)
        end = await assistant.wait_finished(await assistant.ask("How long?"))
        assert 0 <= end.data["duration_s"] < 60
        records = await assistant.sessions.current.records()
        assert [record.t for record in records] == sorted(record.t for record in records)
        monkeypatch.undo()


@pytest.mark.fault("S26")
def test_repeated_numbers_and_odd_parents_hide_nothing(tmp_path: Path) -> None:
    session = SessionStore(tmp_path).create("Twice?")
    odd = started(1, "r3")
    odd.data["parent"] = "nowhere"
    loop = started(1, "r4")
    loop.data["parent"] = "r4"
    session.append([started(1, "r1"), finished(1, "r1"), started(1, "r2"), odd, loop], durable=True)
    session.close()
    loaded = SessionStore(tmp_path).open(session.id, for_writing=False)
    assert [record.run for record in loaded.records()] == ["r1", "r1", "r2", "r3", "r4"]
    questions = [block.run for block in blocks_of(loaded.records()) if type(block).__name__ == "QuestionBlock"]
    assert questions == ["r1", "r2", "r3", "r4"]
    loaded.close()


@pytest.mark.fault("S24")
def test_a_long_session_opens_with_its_last_questions(tmp_path: Path) -> None:
    huge = EventRecord(3, 1.0, "r0", "ToolCallResult", {"tool_output": {"content": "x" * 50_000_000}})
    records = [started(1, "r0"), huge]
    for number in range(20_000):
        records += [started(5 * number + 4, f"r{number + 1}"), finished(5 * number + 5, f"r{number + 1}")]
    session = SessionStore(tmp_path).create("Long?")
    session.append(records, durable=True)
    session.close()

    def load_the_end() -> None:
        loaded = SessionStore(tmp_path).open(session.id, for_writing=False)
        assert len(loaded.tail(40).records) == 80
        loaded.close()

    def load_all() -> None:
        assert len(SessionStore(tmp_path).open(session.id, for_writing=False).records()) == len(records)

    assert is_cheap(load_the_end, beside=load_all)


@pytest.mark.fault("P10")
async def test_too_few_descriptors_are_an_error_in_a_line_or_two(notes: Path) -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8)); "
        "from bookwheel.__main__ import main; sys.argv[1:] = ['ask', sys.argv[1], sys.argv[2]]; main()"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, QUESTION, str(notes),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    _, err = await asyncio.wait_for(process.communicate(), 50)
    assert process.returncode == 1
    assert "Traceback" not in err.decode()
    assert "oo many open files" in err.decode()


@pytest.mark.fault("P11")
async def test_a_refused_thread_is_an_error_in_a_line_or_two(notes: Path) -> None:
    """As with `ulimit -u`, which does not hold root."""
    code = (
        "import sys, threading\n"
        'def refuse(thread): raise RuntimeError("can\'t start new thread")\n'
        "threading.Thread.start = refuse\n"
        "from bookwheel.__main__ import main; sys.argv[1:] = ['ask', sys.argv[1], sys.argv[2]]; main()"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, QUESTION, str(notes),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    _, err = await process.communicate()
    assert process.returncode == 1
    assert err.decode().startswith("bookwheel: The system refuses another thread.\n")
    assert "ulimit -u" in err.decode()


@pytest.mark.fault("K5")
async def test_no_process_leaves_a_core_file(notes: Path) -> None:
    code = (
        "import sys, resource; from bookwheel.cli.main import run; run(['--version']); "
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=subprocess.PIPE, env=environment()
    )
    out, _ = await process.communicate()
    assert out.decode().split()[-1] == "0"


@pytest.mark.fault("C2")
async def test_settings_that_are_deleted_or_broken_meanwhile_stay_in_force(tmp_path: Path) -> None:
    write_settings('[model]\nname = "first"\n')
    config = await asyncio.to_thread(load_config)
    async with desk(tmp_path, Workflows(MockLLM(["One.", "Two."]))) as assistant:
        await assistant.wait_finished(await assistant.ask("One?"))
        await asyncio.to_thread(paths.config_file().write_text, "[model\nname = broken")
        end = await assistant.wait_finished(await assistant.ask("Two?"))
        assert end.data["status"] == "completed"
    assert config.model.name == "first"


@pytest.mark.fault("C3")
def test_settings_written_by_two_at_once_are_those_of_one_of_them(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    texts = [f"# {letter}\n" + f'[model]\nname = "{letter * 200}"\n' for letter in "ab"]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(50):
            list(pool.map(lambda text: write_config(file, text, force=True), texts))
            assert file.read_text(encoding="utf-8") in texts
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


CHANGES = """
import sys
from pathlib import Path
from bookwheel.config.edit import change_allowed, change_setting
from bookwheel.config.env_endpoints import EnvEndpoint, remember
from bookwheel.config.kept import KeptChoices
from bookwheel.config.setting_tables import Config

folder, name = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(15):
    change_setting(folder / "config.toml", f"profiles.p{name}{number}.model.name", name)
    change_allowed(folder / "config.toml", "tools", add=f"{name}{number}")
    KeptChoices(folder / "state.toml", Config()).keep({f"{name}{number}": name})
    remember(EnvEndpoint(f"/{name}/{number}", "http://127.0.0.1:9/v1"), is_allowed=True)
"""


@pytest.mark.fault("C3")
def test_changes_of_two_windows_at_once_are_all_kept(tmp_path: Path) -> None:
    """Each window wrote the file as it had read it, so that one of two changes at one moment was lost."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "config.toml").write_text("# my own words\n[tools]\nmax_rounds = 5  # few\n")
    windows = [
        subprocess.Popen(
            [sys.executable, "-c", CHANGES, str(folder), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=environment({"BOOKWHEEL_CONFIG_DIR": str(folder)}), text=True,
        )
        for name in "ab"
    ]  # fmt: skip
    try:
        for window in windows:
            assert window.stdout is not None
            assert window.stdout.readline() == "ready\n"
        for window in windows:
            assert window.stdin is not None
            window.stdin.write("\n")
            window.stdin.flush()
        for window in windows:
            window.communicate()
    finally:
        for window in windows:
            window.kill()
            window.wait()
    assert [window.returncode for window in windows] == [0, 0]
    all_names = {f"{name}{number}" for name in "ab" for number in range(15)}
    text = (folder / "config.toml").read_text()
    settings = tomllib.loads(text)
    assert text.startswith("# my own words\n[tools]\nmax_rounds = 5  # few\n")
    assert settings["profiles"].keys() == {f"p{name}" for name in all_names}
    assert set(settings["tools"]["allow"]) == all_names
    assert tomllib.loads((folder / "state.toml").read_text())["choices"].keys() == all_names
    assert len(tomllib.loads((folder / "env_endpoints.toml").read_text())) == len(all_names)
    assert sorted(path.name for path in folder.iterdir()) == ["config.toml", "env_endpoints.toml", "state.toml"]


@pytest.mark.fault("T10")
async def test_logs_hold_no_raw_control_bytes(notes: Path) -> None:
    hostile = "\x1b]0;owned\x07\x9b31m\u202e\x7f"
    (notes / "evil.md").write_text(f"{NOTES}\n\nThe sail {hostile} turns at ten revolutions.\n", encoding="utf-8")
    await bookwheel("ask", f"How fast does the sail turn {hostile}?", str(notes))
    logs = list(paths.sessions_dir().glob("*/events.jsonl"))
    assert logs
    for log in logs:
        text = log.read_text(encoding="utf-8")
        assert all(char.isprintable() or char == "\n" for char in text)
        assert all(json.loads(line) for line in text.splitlines())


@pytest.mark.fault("S8")
def test_settings_on_a_full_disk_stay_the_old_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    write_config(file, "# old\n")

    def fsync(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(Exception, match="No space left"):
        write_config(file, "# new\n", force=True)
    assert file.read_text(encoding="utf-8") == "# old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


@pytest.mark.fault("N19")
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_no_redirect_carries_the_key_or_the_question_elsewhere(notes: Path, status: int) -> None:
    async with OpenAIServer() as server, OpenAIServer() as elsewhere:
        moved = {"location": f"{elsewhere.root_url}/v1/chat/completions"}
        server.script = lambda _: Reply([], status, headers=moved)
        use(server)
        ended = await bookwheel("ask", QUESTION, str(notes), env={"OPENAI_API_KEY": CANARY})
        assert ended.code == 1
        assert elsewhere.requests == []
        assert elsewhere.connections == 0
        assert_canary_is_nowhere(ended)


@pytest.mark.fault("T7")
async def test_no_browser_is_started(notes: Path, tmp_path: Path) -> None:
    witness, browser = tmp_path / "started", tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\ntouch {witness}\n")
    browser.chmod(0o700)
    env = {"BROWSER": str(browser), "SSH_CONNECTION": "10.0.0.1 22 10.0.0.2 22"}
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(say("See [the page](http://example.invalid/) and http://example.invalid/x [1]."))
        async with Terminal(str(notes), env=env) as terminal:
            await terminal.shows("● mill.md")
            await terminal.ask(QUESTION)
            await terminal.shows("See the page")
            terminal.press("\x1b")
            await terminal.until(lambda: "READ" in terminal.text, "the page, with the focus on it")
            terminal.press("\r", "o", "\r")
            terminal.press(CTRL_C, CTRL_C)
            await terminal.wait_for_exit()
    assert not witness.exists()
    sources = (REPO / "src").rglob("*.py")
    assert not [path for path in sources if "webbrowser" in path.read_text(encoding="utf-8")]


@pytest.mark.fault("S13")
async def test_the_app_goes_on_when_its_working_folder_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key for an export ended the app; so did the home of an unknown user as its name."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    monkeypatch.setenv("PWD", str(gone))
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("n1.md"))
        gone.rmdir()
        for keys, name in (("E", "o.md"), ("E", "~x/o"), ("la", "x"), ("la", "~x/o")):
            await desk.press("escape", *keys, "ctrl+u")
            await desk.type(name)
            await desk.press("enter")
            await desk.pilot.pause()
            await desk.press("escape")
        for command in ("/export md out.md", "/in ~x/o", "/in x", "/settings"):
            await desk.press("i")
            await desk.ask(command)
            await desk.pilot.pause()
            await desk.press("escape", "escape")
        await desk.press("i")
        await desk.ask("And now?")
        await desk.until_sees("▌ And now?")
