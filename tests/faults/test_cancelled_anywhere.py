"""Work that is cancelled at each of its await points, one after the other: nothing is left, and the next goes well."""

import asyncio
import gc
import os
import tempfile
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from pathlib import Path
from types import coroutine
from typing import Any

import pytest
from tests.support.desk import MockLLM, MockReply, desk
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.index.library import Library
from bookwheel.engine.llms.openai.models import OpenAILike
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool

MOST_STEPS = 2_000


@coroutine
def cancelled_at(step: int, work: Coroutine[Any, Any, Any]) -> Generator[Any, Any, None]:
    """Await `work`, and cancel the task when it waits for the `step`-th time."""
    count = 0
    value: Any = None
    error: BaseException | None = None
    while True:
        try:
            waited_for = work.send(value) if error is None else work.throw(error)
        except StopIteration:
            return
        count += 1
        task = asyncio.current_task()
        if count == step and task is not None:
            task.cancel()
        value, error = None, None
        try:
            value = yield waited_for
        except BaseException as raised:  # noqa: BLE001 - it is for the work
            error = raised


async def at_each_await(work: Callable[[], Coroutine[Any, Any, None]], check: Callable[[int], None]) -> int:
    """Run `work` again and again, cancelled one await later each time, until it ends by itself; how often."""
    for step in range(1, MOST_STEPS):
        before = asyncio.all_tasks()

        async def run(step: int = step) -> None:
            await cancelled_at(step, work())

        task = asyncio.get_running_loop().create_task(run())
        await asyncio.wait([task], timeout=30)
        assert task.done(), f"cancelled at await {step}, it did not end"
        async with asyncio.timeout(20):
            while left := asyncio.all_tasks() - before:
                await asyncio.wait(left, timeout=0.01)
        check(step)
        if not task.cancelled():
            task.result()
            return step
    raise AssertionError("the work never came to its end")


def descriptors() -> set[str]:
    """What this process has open: pipes, sockets and files by their names."""
    found: set[str] = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:
            continue
    return {target for target in found if target.startswith(("socket:", "/"))}


@pytest.mark.fault("P14")
@pytest.mark.timeout(180)
async def test_an_agent_on_an_endpoint_leaves_no_task_and_no_connection() -> None:
    def look(word: str) -> str:
        """Look a word up."""
        return f"{word}: found"

    async with OpenAIServer() as server:

        async def ask() -> None:
            server.replies.clear()
            server.replies += [call(("look", {"word": "wheel"})), say("It is found.")]
            llm = OpenAILike("scripted", base_url=server.base_url, api_key="sk-x")
            try:
                handler = AgentWorkflow.from_tools([look], llm=llm).run("go")
                try:
                    async for _ in handler.stream_events():
                        pass
                    assert str(await handler) == "It is found."
                finally:
                    if not handler.is_done():
                        await handler.cancel_run()
                        with suppress(Exception):
                            await handler
            finally:
                await llm.aclose()

        before = descriptors()

        def check(step: int) -> None:
            gc.collect()

        steps = await at_each_await(ask, check)
        assert steps > 5
        async with asyncio.timeout(60):
            while len(descriptors() - before) > 2:
                await asyncio.sleep(0.01)


@pytest.mark.fault("P14", "N28")
@pytest.mark.timeout(180)
async def test_a_run_stopped_at_any_turn_of_the_loop_ends_once_and_the_next_question_works(tmp_path: Path) -> None:
    def note(text: str) -> str:
        """Note."""
        return text

    replies = [
        MockReply(tool_calls=[ToolSelection("c1", "note", {"text": "wheel"})]),
        MockReply(text="A wheel of many words turns slowly in the river."),
    ]
    stopped = 0
    async with desk(tmp_path, mode="agent") as assistant:
        for turns in range(0, 400, 3):
            assistant.workflows.llm = MockLLM(list(replies))  # type: ignore[attr-defined]
            assistant.workflows.tools = [FunctionTool.from_defaults(note)]  # type: ignore[attr-defined]
            run_id = await assistant.ask("Go")
            for _ in range(turns):
                await asyncio.sleep(0)
            was_running = await assistant.cancel()
            end = await assistant.wait_finished(run_id)
            records = [record for record in await assistant.sessions.current.records() if record.run == run_id]
            assert [record.type for record in records].count("RunFinished") == 1
            assert records[-1].type == "RunFinished"
            stopped += end.data["status"] == "cancelled"
            if end.data["status"] == "completed" and not was_running:
                break
        assert stopped > 5
        assistant.workflows.llm = MockLLM(["Whole."])  # type: ignore[attr-defined]
        end = await assistant.wait_finished(await assistant.ask("Next?"))
        assert end.data["response"] == "Whole."
        seqs = [record.seq for record in await assistant.sessions.current.records()]
        assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.fault("P14")
@pytest.mark.timeout(300)
async def test_indexing_cancelled_anywhere_leaves_no_process_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, temporary = tmp_path / "notes", tmp_path / "tmp"
    folder.mkdir()
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for number in range(3):
        (folder / f"{number}.md").write_text(f"# Note {number}\n\nThe wheel number {number} turns.\n")

    rounds = 0

    async def index() -> None:
        nonlocal rounds
        rounds += 1
        library = Library(tmp_path / f"index-{rounds}")
        try:
            async for _ in library.refresh([folder]):
                pass
        finally:
            await library.aclose()

    def check(step: int) -> None:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        assert not children, f"a process is left after await {step}"
        assert not list(temporary.iterdir()), f"a file is left after await {step}"

    steps = await at_each_await(index, check)
    assert steps > 3
    for number in range(1, rounds + 1):
        again = Library(tmp_path / f"index-{number}")
        try:
            async for _ in again.refresh([folder]):
                pass
            assert [state.status for state in await asyncio.to_thread(again.files, [folder])] == ["indexed"] * 3
        finally:
            await again.aclose()
