"""CPU for each piece of a streamed answer: the engine's layers against a bare `openai` loop on the same server.

The server is a process of its own and sends its pieces without a pause.
"""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager

from tests.support.openai_server import OpenAIServer
from tests.support.retrievers import CATS, FixedRetriever
from tests.support.wire_replies import DONE, Reply, chunk, usage_chunk

from benchmarks.harness import Case, interleaved, main, report, timed
from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import AgentStream
from bookwheel.engine.llms.openai_compatible import OpenAI
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.engine.schema import ChatMessage
from bookwheel.engine.workflow.handler import Handler

PIECES = 5_000
ROUNDS = 7
QUESTION = "How long do cats sleep?"
BARE = "bare openai loop over chunk models"


@contextmanager
def server() -> Iterator[str]:
    """The base URL of a server in a child process."""
    command = [sys.executable, "-m", "benchmarks.streaming", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def serve() -> None:
    """Answer every question with the same pieces."""
    pieces = [chunk({"content": f"word{n % 10} "}) for n in range(PIECES)]
    reply = Reply([*pieces, chunk({}, finish_reason="stop"), usage_chunk(), DONE])
    async with OpenAIServer(script=lambda _: reply) as listening:
        print(listening.base_url, flush=True)
        await asyncio.Event().wait()


def bare_client(base_url: str) -> Callable[[], Awaitable[int]]:
    """The loop that the client's own documentation shows."""
    import openai

    client = openai.AsyncOpenAI(base_url=base_url, api_key="none", organization="", project="")

    async def ask() -> int:
        count = 0
        stream = await client.chat.completions.create(
            model="m",
            messages=[{"role": "user", "content": QUESTION}],
            stream=True,
            stream_options={"include_usage": True},
        )
        async for piece in stream:
            for choice in piece.choices:
                count += bool(choice.delta.content)
        return count

    return ask


def model(llm: OpenAI) -> Callable[[], Awaitable[int]]:
    """Our model alone."""

    async def ask() -> int:
        async with aclosing(llm.astream_chat([ChatMessage(content=QUESTION)])) as deltas:
            return sum([bool(delta.delta) async for delta in deltas])

    return ask


def workflow(start: Callable[[], Handler[object]]) -> Callable[[], Awaitable[int]]:
    """A run with all its events, read by one reader."""

    async def ask() -> int:
        events = start().stream_events()
        return sum([bool(event.delta) async for event in events if isinstance(event, AgentStream)])

    return ask


def checked(loop: asyncio.AbstractEventLoop, ask: Callable[[], Awaitable[int]]) -> Case:
    """A case that makes sure that every piece has come."""

    async def once() -> None:
        count = await ask()
        assert count == PIECES, f"{count} pieces of {PIECES} came"

    return timed(lambda: loop.run_until_complete(once()))


def run() -> None:
    """Measure and print."""
    with server() as base_url, asyncio.Runner() as runner:
        loop = runner.get_loop()
        llm = OpenAI("m", base_url=base_url)
        query = QueryWorkflow(FixedRetriever(CATS), llm)
        agent = AgentWorkflow.from_tools_or_functions([], llm=llm)
        asks = {
            BARE: bare_client(base_url),
            "OpenAI.astream_chat": model(llm),
            "QueryWorkflow, all events": workflow(lambda: query.run(QUESTION)),
            "AgentWorkflow, all events": workflow(lambda: agent.run(user_msg=QUESTION)),
        }
        medians = interleaved({name: checked(loop, ask) for name, ask in asks.items()}, rounds=ROUNDS)
        report(f"a streamed answer of {PIECES} pieces, for each piece", medians, baseline=BARE, per=PIECES, unit="µs")
        loop.run_until_complete(llm.aclose())


if __name__ == "__main__":
    if "--serve" in sys.argv:
        asyncio.run(serve())
    else:
        main("Streaming", run)
