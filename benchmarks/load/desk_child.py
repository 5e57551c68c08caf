"""What `desk_load` measures, each in its own process: the whole app in a pseudo-terminal, a bare `openai` loop.

Both ask a server in a third process, are told on a socket what to ask, and answer with the seconds of processor time
that it took, without their imports and first requests.
"""

import asyncio
import gc
import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.support.desk import Folder, Scripted, Workflows

from benchmarks.load.markdown_answer import answer
from bookwheel import wiring
from bookwheel.__main__ import COLLECT_AT
from bookwheel.assistant.assistant import Assistant
from bookwheel.config.load import load_config
from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.workflow.context import Context
from bookwheel.sessions.session_store import SessionStore
from bookwheel.tui.app import BookwheelApp

GROWN_PIECES = 40
GROWN_BY = 40
"""Characters of each piece: what a fast model writes between two frames."""
SETTLE_S = 2.0


async def bare(base_url: str, control: socket.socket) -> None:
    """The loop that the client's own documentation shows."""
    import openai

    client = openai.AsyncOpenAI(base_url=base_url, api_key="none", organization="", project="")

    async def ask(question: str) -> None:
        stream = await client.chat.completions.create(
            model="steady",
            messages=[{"role": "user", "content": question}],
            stream=True,
            stream_options={"include_usage": True},
        )
        text: list[str] = []
        async for chunk in stream:
            text += [choice.delta.content or "" for choice in chunk.choices]
        assert text

    await serve(control, ask)


async def whole_app(base_url: str, control: socket.socket) -> None:
    """The app as `bookwheel FOLDER` opens it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": base_url}
        os.environ |= {"BOOKWHEEL_CONFIG_DIR": str(folder / "config"), "BOOKWHEEL_DATA_DIR": str(folder / "data")}
        (folder / "config").mkdir()
        (folder / "config" / "config.toml").write_text('[model]\nname = "steady"\n')
        (folder / "notes").mkdir()
        (folder / "notes" / "cats.md").write_text("Cats sleep for fifteen hours a day. They hunt at dawn.")
        assistant = wiring.build(load_config())
        app = BookwheelApp(assistant, roots=[folder / "notes"], theme="bookwheel-dark")

        async def ask(question: str) -> None:
            finished = await assistant.wait_finished(await assistant.ask(question))
            assert finished.data["status"] == "completed", finished.data

        async def measure() -> None:
            while not assistant.documents.state.files:  # noqa: ASYNC110 - the app has no event for it
                await asyncio.sleep(0.05)
            await assistant.documents.wait_indexed()
            await serve(control, ask, assistant.sessions.new)
            app.exit()

        await asyncio.gather(app.run_async(), measure())
        await app.close_assistant()


def collect_as_command() -> None:
    """What the command `bookwheel` says to the garbage collector."""
    gc.set_threshold(*COLLECT_AT)
    gc.freeze()


async def serve(
    control: socket.socket,
    ask: Callable[[str], Awaitable[object]],
    prepare: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Ask each line of `control`, and answer with the processor time of this process."""
    reader, writer = await asyncio.open_connection(sock=control)
    writer.write(b"ready\n")
    while line := (await reader.readline()).decode().strip():
        if prepare is not None:
            await prepare()
            await asyncio.sleep(0.5)
        before = time.process_time()
        await ask(line)
        await asyncio.sleep(0.2)  # until the last frame
        writer.write(f"{time.process_time() - before}\n".encode())
    writer.close()


async def growing(control: socket.socket) -> None:
    """Answers of the lengths that `control` names, each growing by pieces; the milliseconds of each with its frame."""
    reader, writer = await asyncio.open_connection(sock=control)
    lengths = asyncio.Queue[int]()

    async def grow(ctx: Context[Any]) -> str:
        text = answer(await lengths.get())
        ctx.write_event_to_stream(AgentStream(delta=text, current_agent_name="writer"))
        await asyncio.sleep(SETTLE_S)
        started, more, taken = time.monotonic(), answer(GROWN_PIECES * GROWN_BY), list[float]()
        for number in range(GROWN_PIECES):
            before = time.process_time()
            piece = more[number * GROWN_BY : (number + 1) * GROWN_BY]
            ctx.write_event_to_stream(AgentStream(delta=piece, current_agent_name="writer"))
            await asyncio.sleep(max(0.0, started + (number + 1) / 8 - time.monotonic()))
            taken.append((time.process_time() - before) * 1e3)
        writer.write((" ".join(f"{each:.2f}" for each in taken) + "\n").encode())
        return text + more

    with TemporaryDirectory() as folder:
        assistant = Assistant(
            workflows=Workflows(custom=Scripted(grow)),
            library=Folder("/papers/n1.md", "/papers/n2.md"),
            sessions=SessionStore(Path(folder) / "sessions"),
        )
        app = BookwheelApp(assistant, roots=[Path(folder)], theme="bookwheel-dark")

        async def measure() -> None:
            while not app.is_running or not assistant.documents.roots:  # noqa: ASYNC110 - the app has no event for it
                await asyncio.sleep(0.05)
            writer.write(b"ready\n")
            while line := (await reader.readline()).decode().strip():
                await assistant.sessions.new()
                lengths.put_nowait(int(line))
                await assistant.wait_finished(await assistant.ask("How does it grow?"))
            app.exit()

        await asyncio.gather(app.run_async(), measure())
        await app.close_assistant()


async def at_once(control: socket.socket) -> None:
    """An answer that comes in one event, then the same reopened; for each the longest turn of the event loop.

    In milliseconds of its thread's processor time, from the question or the opening until all is drawn; garbage is
    collected thoroughly a second later.
    """
    reader, writer = await asyncio.open_connection(sock=control)
    lengths = asyncio.Queue[int]()

    async def say(ctx: Context[Any]) -> str:
        text = answer(await lengths.get())
        ctx.write_event_to_stream(AgentStream(delta=text, current_agent_name="writer"))
        return text

    async def longest_turn(work: Awaitable[object]) -> float:
        longest, is_over = 0.0, asyncio.Event()

        async def turns() -> None:
            nonlocal longest
            while not is_over.is_set():
                before = time.thread_time()
                await asyncio.sleep(0)
                longest = max(longest, time.thread_time() - before)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(turns())
            await work
            await asyncio.sleep(0.2)
            while (last := app.desk.conversation.blocks.model.last) is None or last.is_uncut:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.1)
            is_over.set()
        return longest * 1e3

    with TemporaryDirectory() as folder:
        assistant = Assistant(
            workflows=Workflows(custom=Scripted(say)),
            library=Folder("/papers/n1.md", "/papers/n2.md"),
            sessions=SessionStore(Path(folder) / "sessions"),
        )
        app = BookwheelApp(assistant, roots=[Path(folder)], theme="bookwheel-dark")

        async def ask() -> None:
            await assistant.wait_finished(await assistant.ask("How long is it?"))

        async def measure() -> None:
            while not app.is_running or not assistant.documents.roots:  # noqa: ASYNC110 - the app has no event for it
                await asyncio.sleep(0.05)
            writer.write(b"ready\n")
            while line := (await reader.readline()).decode().strip():
                await assistant.sessions.new()
                lengths.put_nowait(int(line))
                asked = await longest_turn(ask())
                session = (await assistant.sessions.list())[0].id
                await assistant.sessions.new()
                opened = await longest_turn(assistant.sessions.open(session))
                writer.write(f"{asked:.2f} {opened:.2f}\n".encode())
            app.exit()

        await asyncio.gather(app.run_async(), measure())
        await app.close_assistant()


if __name__ == "__main__":
    kind, *arguments, descriptor = sys.argv[1:]
    control = socket.socket(fileno=int(descriptor))
    match kind:
        case "bare":
            asyncio.run(bare(arguments[0], control))
        case "app":
            collect_as_command()
            asyncio.run(whole_app(arguments[0], control))
        case "growing":
            collect_as_command()
            asyncio.run(growing(control))
        case _:
            collect_as_command()
            asyncio.run(at_once(control))
