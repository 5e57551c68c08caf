"""The cost of the engine: processor time of a streamed piece, memory, the time to the request, the import.

The goals: at most half of the processor time of a bare `openai` loop for each piece; memory in proportion to the text;
at most 1.5 times the bare client's time until the request is sent; an import of at most 3 bare interpreters.
Where `.venv-llamaindex` has been made (`make test` does), LlamaIndex is measured in the same way.
"""

import asyncio
import gc
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from benchmarks.askers import (
    AGENT,
    BARE,
    LLAMAINDEX,
    Asker,
    agent_workflow,
    bare_client,
    llamaindex_workflow,
    model_alone,
    query_engine,
    query_workflow,
)
from benchmarks.harness import Case, Sample, child, interleaved, main, report, timed
from benchmarks.model_server import model_server, text_size
from bookwheel.engine.llms.openai.models import OpenAI

PIECES = 5_000
LONG = (5_000, 20_000)
ARRIVALS = 40
IMPORTS = {
    "from bookwheel import AgentWorkflow": "from bookwheel import AgentWorkflow",
    "from openai import AsyncOpenAI": "from openai import AsyncOpenAI",
    "LlamaIndex: import AgentWorkflow": "from llama_index.core.agent.workflow import AgentWorkflow",
}
HAS_LLAMAINDEX = find_spec("llama_index") is not None
THEIR_PYTHON = Path(__file__).resolve().parent.parent / ".venv-llamaindex" / "bin" / "python"


def askers(base_url: str, model: str) -> dict[str, Asker]:
    """All ways of asking that this environment has."""
    llm = OpenAI(model, base_url=base_url)
    ways = {
        BARE: bare_client(base_url, model),
        "OpenAI.astream_chat": model_alone(llm),
        "streaming query engine": query_engine(llm),
        "QueryWorkflow, all events": query_workflow(llm),
        AGENT: agent_workflow(llm),
    }
    return {**ways, LLAMAINDEX: llamaindex_workflow(base_url, model)} if HAS_LLAMAINDEX else ways


def streaming(loop: asyncio.AbstractEventLoop, base_url: str) -> None:
    """Processor time for each piece."""
    ways = askers(base_url, f"pieces-{PIECES}")
    medians = interleaved({name: _checked(loop, ask) for name, ask in ways.items()})
    report(f"a streamed answer of {PIECES} pieces, for each piece", medians, baseline=BARE, per=PIECES, unit="µs")


def _checked(loop: asyncio.AbstractEventLoop, ask: Asker) -> Case:
    """A case that checks that every piece has arrived."""

    async def once() -> None:
        count = sum([bool(text) async for text, _ in ask()])
        assert count == PIECES, f"{count} pieces of {PIECES} arrived"

    return timed(lambda: loop.run_until_complete(once()))


def to_the_wire(loop: asyncio.AbstractEventLoop, base_url: str) -> None:
    """From the call to the request's arrival at the server, over a connection that is open already."""
    ways = askers(base_url, "arrival")
    cases = {name: _arrival(loop, ask) for name, ask in ways.items()}
    report("from the call to the request's arrival", interleaved(cases, rounds=ARRIVALS, warm_up=3), baseline=BARE)


def _arrival(loop: asyncio.AbstractEventLoop, ask: Asker) -> Case:
    async def once() -> Sample:
        began, cpu = time.monotonic(), time.process_time()
        text = "".join([text async for text, _ in ask()])
        return Sample(float(text) - began, time.process_time() - cpu)

    return lambda: loop.run_until_complete(once())


def memory() -> None:
    """The peak memory of a long run when all its events are kept; a new process for each."""
    print("\na run whose events are all kept  (peak of Python's memory, above that before the run)")
    for name in (AGENT, *([LLAMAINDEX] if HAS_LLAMAINDEX else [])):
        for pieces in LONG:
            command = [sys.executable, "-m", "benchmarks.engine", "--memory", name, str(pieces)]
            grown = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            times = grown / text_size(pieces)
            print(f"  {name:<{len(LLAMAINDEX)}}  {pieces:6} pieces  {grown / 1e6:9.1f} MB  {times:8.0f}× the text")


async def kept(name: str, pieces: int, base_url: str) -> int:
    """How many bytes the process grows while it reads and keeps every event of a long run."""
    short, long = (askers(base_url, f"pieces-{count}")[name] for count in (10, pieces))
    assert [event async for _, event in short()]
    gc.collect()
    tracemalloc.start()
    events = [event async for _, event in long()]
    assert len(events) > pieces
    return tracemalloc.get_traced_memory()[1]


def imports() -> None:
    """Fresh interpreters."""
    bare = "python -c pass"
    wanted = {name: code for name, code in IMPORTS.items() if HAS_LLAMAINDEX or "llama_index" not in code}
    cases: Mapping[str, Case] = {
        bare: child([sys.executable, "-c", "pass"]),
        **{name: child([sys.executable, "-c", code]) for name, code in wanted.items()},
    }
    report("to the end of a program that only imports", interleaved(cases), baseline=bare)


def run() -> None:
    """Measure and print; then again with LlamaIndex, in its environment."""
    with model_server() as base_url, asyncio.Runner() as runner:
        streaming(runner.get_loop(), base_url)
        to_the_wire(runner.get_loop(), base_url)
    memory()
    imports()
    if not HAS_LLAMAINDEX and THEIR_PYTHON.exists():
        print(flush=True)
        subprocess.run([THEIR_PYTHON, "-m", "benchmarks.engine"], check=True)


def grown_for(name: str, pieces: int) -> int:
    """The growth of this process for one long run."""
    with model_server() as base_url:
        return asyncio.run(kept(name, pieces, base_url))


if __name__ == "__main__":
    if "--memory" in sys.argv:
        print(grown_for(sys.argv[-2], int(sys.argv[-1])))
    else:
        main("engine, beside LlamaIndex" if HAS_LLAMAINDEX else "engine", run)
