"""Tools that print, exit, fork, hang and raise: the run goes on or ends with a reason, and the screen stays whole."""

import sys
import threading
from pathlib import Path

import pytest
from tests.journeys.terminal import CTRL_C, Terminal
from tests.support.desk import MockLLM, MockReply, Workflows
from tests.support.desk_app import running_app

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import ToolCallResult
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.tui.crash import write_crash_log

LOUD = '''
import os, sys, subprocess
from bookwheel import AgentWorkflow, MockLLM
from bookwheel.engine.llms.mock import MockReply
from bookwheel.engine.schema import ToolSelection

NOISE = "NOISE-" + "x" * 40

def prints() -> str:
    """Print."""
    print(NOISE, flush=True)
    print(NOISE, file=sys.stderr, flush=True)
    return "printed"

def writes() -> str:
    """Write past Python."""
    os.write(1, (NOISE + "\\x1b[2J").encode())
    os.write(2, (NOISE + "\\x1b]0;owned\\x07").encode())
    subprocess.run(["sh", "-c", f"echo {NOISE}; echo {NOISE} >&2"], check=True)
    return "written"

def exits() -> str:
    """Exit."""
    sys.exit("a tool wanted out")

async def exits_too() -> str:
    """Exit on the loop."""
    raise SystemExit(3)

def forks() -> str:
    """Fork."""
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "forked"

def raises() -> str:
    """Raise."""
    raise BaseExceptionGroup("all at once", [ValueError("one"), OSError("two")])

TOOLS = [prints, writes, exits, exits_too, forks, raises]

def agent():
    replies = [MockReply(tool_calls=[ToolSelection(f"c{n}", tool.__name__, {})]) for n, tool in enumerate(TOOLS)]
    return AgentWorkflow.from_tools(TOOLS, llm=MockLLM([*replies, "All six are done."]))
'''


@pytest.mark.fault("A2")
@pytest.mark.journey
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_what_tools_write_and_raise_leaves_the_screen_whole(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text(LOUD)
    async with Terminal("run", "loud:agent", "Try them all", cwd=tmp_path, env={"PYTHONWARNINGS": ""}) as terminal:
        await terminal.shows("All six are done.")
        during = bytes(terminal.raw)
        assert b"NOISE-" not in during
        assert b"\x1b]0;" not in during
        terminal.press(CTRL_C, CTRL_C)
        assert await terminal.wait_for_exit() == 0
        assert terminal.is_restored
        assert b"\x1b]0;" not in terminal.raw


@pytest.mark.fault("A2")
async def test_each_tool_that_fails_is_an_error_for_the_model() -> None:
    def exits() -> str:
        sys.exit("out")

    async def exits_on_the_loop() -> str:
        raise SystemExit(3)

    async def raises() -> str:
        raise ExceptionGroup("all at once", [ValueError("one")])

    calls = [ToolSelection(f"c{n}", name, {}) for n, name in enumerate(("exits", "exits_on_the_loop", "raises"))]
    handler = AgentWorkflow.from_tools([exits, exits_on_the_loop, raises], llm=MockLLM([calls, "Done."])).run("go")
    results = [event async for event in handler.stream_events() if isinstance(event, ToolCallResult)]
    assert [result.tool_output.is_error for result in results] == [True, True, True]
    assert str(await handler) == "Done."


@pytest.mark.fault("P15")
async def test_a_tool_that_sleeps_does_not_hold_up_the_keys(tmp_path: Path) -> None:
    typed = threading.Event()

    def sleep() -> str:
        """Sleep."""
        typed.wait(60)
        return "slept"

    llm = MockLLM([MockReply(tool_calls=[ToolSelection("t", "sleep", {})]), MockReply(text="Done.")])
    workflows = Workflows(llm=llm, tools=[FunctionTool.from_defaults(sleep)])
    async with running_app(tmp_path, workflows, mode="agent") as desk_app:
        await desk_app.ask("Go")
        await desk_app.until_sees("sleep")
        await desk_app.type("wheel")
        await desk_app.until(lambda: desk_app.app.desk.prompt.text == "wheel")
        assert desk_app.app.desk.status.phase != "idle", "the keys did not wait for the tool"
        typed.set()
        await desk_app.until_sees("Done.")


@pytest.mark.fault("P8")
def test_nested_locals_cost_nothing_when_the_app_breaks() -> None:
    looks: list[int] = []

    class Leaf:
        def __init__(self, secret: str) -> None:
            self.secret = secret

        def __repr__(self) -> str:
            looks.append(1)
            return self.secret

    def fail(depth: int, secret: str) -> None:
        tree: object = Leaf(secret)
        for _ in range(depth):
            tree = [tree] * 6
        raise RuntimeError(f"broke at {depth}")

    with pytest.raises(RuntimeError) as caught:
        fail(9, "sk-canary-0123456789abcdef")
    looks.clear()
    file = write_crash_log(caught.value)
    assert looks == [], "ten million of them are in the locals"
    assert file is not None
    text = file.read_text(encoding="utf-8")
    assert "broke at 9" in text
    assert "canary" not in text.replace(__file__, "").replace('fail(9, "sk-canary-0123456789abcdef")', "")
