"""`bookwheel ask` interrupted: by a signal, by a kill, by a closed pipe."""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from tests.cli.program import bookwheel, environment, finish, start, write_settings
from tests.cli.scenes import QUESTION, held, use
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

from bookwheel import paths


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str
)
async def test_a_signal_ends_the_answer_and_the_partial_text_is_printed_and_saved(
    notes: Path, number: int, code: int
) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(held("Eleven windmills and then", after_words=2)[0])
        process = await start("ask", QUESTION, str(notes))
        assert process.stdout is not None
        begun = await asyncio.wait_for(process.stdout.readexactly(len("Eleven windmills")), 40)
        process.send_signal(number)
        ended = await finish(process)
        await asyncio.wait_for(server.chats[0].hung_up.wait(), 10)
    assert ended.code == code
    assert begun.decode() + ended.out == "Eleven windmills \n"
    assert "interrupted" in ended.err
    shown = await bookwheel("sessions", "show", "last")
    assert "Eleven windmills" in shown.out


@pytest.mark.fault("P2")
@pytest.mark.skipif(shutil.which("nohup") is None, reason="there is no nohup")
async def test_a_hangup_under_nohup_does_not_end_the_answer(notes: Path) -> None:
    """It ended with 129 and half an answer when the terminal was closed, which nohup is there to prevent."""
    async with OpenAIServer() as server:
        use(server)
        reply, gate = held("Eleven windmills and then", after_words=2)
        server.replies.append(reply)
        process = await asyncio.create_subprocess_exec(
            "nohup", sys.executable, "-m", "bookwheel", "ask", QUESTION, str(notes),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=environment(),
        )  # fmt: skip
        assert process.stdout is not None
        begun = await asyncio.wait_for(process.stdout.readexactly(len("Eleven windmills")), 40)
        process.send_signal(signal.SIGHUP)
        gate.opened.set()
        ended = await finish(process)
    assert ended.code == 0
    assert begun.decode() + ended.out == "Eleven windmills and then\n"
    assert "interrupted" not in ended.err


async def test_a_killed_answer_is_saved_to_the_last_moment_and_marked_as_cut(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(held("Eleven windmills and then", after_words=2)[0])
        process = await start("ask", QUESTION, str(notes))
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readexactly(len("Eleven windmills ")), 40)
        await wait_until_saved("windmills ")
        process.kill()
        await finish(process)
    shown = await bookwheel("sessions", "show", "last")
    assert (shown.code, shown.err) == (0, "")
    assert "Eleven windmills" in shown.out


async def wait_until_saved(text: str) -> None:
    """Deltas are written merged, a fraction of a second behind."""

    def is_saved() -> bool:
        return any(text in log.read_text(encoding="utf-8") for log in paths.sessions_dir().glob("*/events.jsonl"))

    async with asyncio.timeout(60):
        while not await asyncio.to_thread(is_saved):
            await asyncio.sleep(0.02)


@pytest.mark.fault("P13")
async def test_a_closed_pipe_ends_it_quietly(notes: Path) -> None:
    """The reader leaves after the first word of a long answer, as `head` does."""
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(say("word " * 2_000))
        read_end, write_end = os.pipe()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bookwheel", "ask", QUESTION, str(notes),
            stdout=write_end, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        os.close(write_end)
        await asyncio.to_thread(os.read, read_end, 4)
        os.close(read_end)
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


POINTS = 50

# While Python itself starts, it dies of Ctrl+C or loses it: 3 of 2,500 starts went on to the end of their question.
FROM_ITS_FIRST_LINE = """
import _signal
from bookwheel.__main__ import main
_signal.pthread_sigmask(_signal.SIG_UNBLOCK, [_signal.SIGINT])
main()
"""


async def start_deaf(*arguments: str) -> asyncio.subprocess.Process:
    """Start `bookwheel` so that it gets a Ctrl+C that comes while Python starts when it runs its own first line."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", FROM_ITS_FIRST_LINE, *arguments, env=environment(), start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


@pytest.mark.fault("P3")
@pytest.mark.timeout(400)
async def test_ctrl_c_at_any_moment_ends_ask_with_130_and_keeps_the_partial_answer(notes: Path) -> None:
    """The first signal was lost while the model was being chosen: the whole answer ran to its end, and exit was 130.

    In the program's first line, Python itself dies of the signal (-2, which a shell shows as 130).
    """
    async with OpenAIServer() as server:
        use(server)
        loop = asyncio.get_running_loop()
        began = loop.time()
        server.replies.append(say("Nine [1]."))
        assert (await bookwheel("ask", QUESTION, str(notes))).code == 0
        whole_s = loop.time() - began

        async def interrupted(delay_s: float) -> tuple[int, str]:
            process = await start_deaf("ask", QUESTION, str(notes))
            await asyncio.sleep(delay_s)
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            ended = await finish(process)
            assert "Traceback" not in ended.err or ended.code == -signal.SIGINT, ended.err
            return ended.code, ended.out

        server.replies += [held("Eleven windmills and then", after_words=2)[0] for _ in range(POINTS)]
        codes: list[tuple[int, str]] = []
        for first in range(0, POINTS, 5):
            points = [(first + offset) * 1.5 * whole_s / POINTS for offset in range(5)]
            async with asyncio.TaskGroup() as group:  # all are ended, also when one of them fails
                tasks = [group.create_task(interrupted(point)) for point in points]
            codes += [task.result() for task in tasks]
    assert {code for code, _ in codes} <= {130, -signal.SIGINT}
    assert {out for _, out in codes} <= {"", "Eleven \n", "Eleven windmills \n"}


AT_THE_END_OF_AN_IMPORT = """
import os, sys
from bookwheel.__main__ import main

left = int(sys.argv.pop(1))

def interrupt(frame, event, argument):
    global left
    if event == "call" and frame.f_code.co_name == "cb":
        left -= 1
        if not left:
            sys.setprofile(None)
            os.kill(os.getpid(), 2)

sys.setprofile(interrupt)
main()
"""


@pytest.mark.parametrize("number", [1, 2, 3, 30, 100])
async def test_ctrl_c_at_the_end_of_an_import_is_not_lost(notes: Path, number: int) -> None:
    """Python prints and forgets what is raised there: in the first imports the signal was lost."""
    write_settings('[model]\nprovider = "extractive"')
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", AT_THE_END_OF_AN_IMPORT, str(number), "ask", QUESTION, str(notes), env=environment(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    ended = await finish(process)
    assert (ended.code, ended.out, ended.err) == (130, "", "")


async def test_ctrl_c_that_python_lost_with_its_lock_of_imports_ends_the_program(notes: Path) -> None:
    """The threads of the question waited for that lock, and at its end the program for the threads, for ever."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import _imp; from bookwheel.__main__ import main; _imp.acquire_lock(); main()",
        "ask", QUESTION, str(notes), env=environment(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    ended = await finish(process)
    assert (ended.code, ended.out, ended.err) == (130, "", "")


INSIDE_AN_IMPORT = """
import os, signal, sys, time, types
from bookwheel.__main__ import _interrupt

signal.signal(signal.SIGINT, _interrupt)
sys.modules["threading"] = types.ModuleType("threading")
try:
    {imported}
    time.sleep(30)
except KeyboardInterrupt:
    del sys.modules["threading"]
    sys.exit(130 if interrupted.is_whole else 1)
"""


# As Python imports a module, and as those are imported that an earlier run has imported together.
BY_PYTHON = "import interrupted"
FROM_KEPT_CODE = """interrupted = types.ModuleType("interrupted")
    with open(os.environ["PYTHONPATH"] + "/interrupted.py") as file:
        exec(file.read(), vars(interrupted))"""


@pytest.mark.parametrize("imported", [BY_PYTHON, FROM_KEPT_CODE], ids=["by Python", "from kept code"])
async def test_ctrl_c_during_an_import_waits_for_its_end_also_of_threading(tmp_path: Path, imported: str) -> None:
    """It was an internal error while `threading` was half imported: 1 of 180 starts that were interrupted."""
    (tmp_path / "interrupted.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nis_whole = True\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", INSIDE_AN_IMPORT.replace("{imported}", imported),
        env=environment({"PYTHONPATH": str(tmp_path)}),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    ended = await finish(process)
    assert (ended.code, ended.err) == (130, "")


async def test_ctrl_c_while_the_model_is_chosen_ends_ask_at_once(notes: Path) -> None:
    async with OpenAIServer() as server:
        write_settings(f'[model]\nbase_url = "{server.base_url}"\n')  # no name: the endpoint is asked for its models
        server.listing = held("never listed", after_words=1)[0]
        process = await start("ask", QUESTION, str(notes))
        async with asyncio.timeout(40):
            while not server.requests:
                await asyncio.sleep(0.01)
        process.send_signal(signal.SIGINT)
        ended = await finish(process)
    assert (ended.code, ended.out) == (130, "")
    assert server.chats == []
