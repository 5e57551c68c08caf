"""Drawing an answer while it is written, against Textual's own Markdown stream; and opening a long conversation."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import Markdown

from benchmarks.harness import Case, Sample, interleaved, main, report
from benchmarks.load.markdown_answer import answer
from bookwheel.transcript.blocks import AnswerBlock, Block, Extended, QuestionBlock
from bookwheel.tui.conversation.view import ConversationView

SIZE = (140, 42)
PIECE = 4
FRAMES = 40
FLOOD = 600
ROUNDS = 7


class Ours(App[None]):
    def compose(self) -> ComposeResult:
        yield ConversationView()


class Stock(App[None]):
    def compose(self) -> ComposeResult:
        with VerticalScroll() as scroll:
            scroll.anchor()
            yield Markdown()


Run = Callable[[Pilot[None]], Awaitable[Sample]]


def pieces(count: int) -> list[str]:
    text = answer(count * PIECE)
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def case(app: type[App[None]], run: Run) -> Case:
    """A case that opens the app anew; only the time that `run` returns counts."""

    async def measured() -> Sample:
        async with app().run_test(size=SIZE) as pilot:
            await pilot.app.workers.wait_for_complete()  # pyright: ignore[reportUnknownMemberType]
            return await run(pilot)

    return lambda: asyncio.run(measured())


def stopwatch() -> Callable[[], Sample]:
    wall, cpu = time.perf_counter(), time.process_time()
    return lambda: Sample(time.perf_counter() - wall, time.process_time() - cpu)


async def _ours_with(pilot: Pilot[None], length: int) -> ConversationView:
    view = pilot.app.query_one(ConversationView)
    view.load([AnswerBlock(id="a", run="r", text=answer(length))])
    await pilot.pause()
    return view


async def _stock_with(pilot: Pilot[None], length: int) -> Markdown:
    markdown = pilot.app.query_one(Markdown)
    await markdown.update(answer(length))
    await pilot.pause()
    return markdown


def ours_framed(length: int) -> Run:
    async def run(pilot: Pilot[None]) -> Sample:
        view = await _ours_with(pilot, length)
        taken = stopwatch()
        for piece in pieces(FRAMES):
            view.apply([Extended("a", piece)])
            view.show()
            await pilot.pause()
        return taken()

    return run


def stock_framed(length: int) -> Run:
    async def run(pilot: Pilot[None]) -> Sample:
        markdown = await _stock_with(pilot, length)
        taken = stopwatch()
        for piece in pieces(FRAMES):
            await markdown.append(piece)
            await pilot.pause()
        return taken()

    return run


def ours_flooded(length: int) -> Run:
    async def run(pilot: Pilot[None]) -> Sample:
        view = await _ours_with(pilot, length)
        taken = stopwatch()
        for piece in pieces(FLOOD):
            view.apply([Extended("a", piece)])
            await asyncio.sleep(0)
        view.show()
        await pilot.pause()
        return taken()

    return run


def stock_flooded(length: int) -> Run:
    async def run(pilot: Pilot[None]) -> Sample:
        markdown = await _stock_with(pilot, length)
        taken = stopwatch()
        stream = Markdown.get_stream(markdown)
        for piece in pieces(FLOOD):
            await stream.write(piece)
            await asyncio.sleep(0)
        await stream.stop()
        await pilot.pause()
        return taken()

    return run


def opened(count: int) -> Run:
    blocks = list(islice(_conversation(), count))

    async def run(pilot: Pilot[None]) -> Sample:
        view = pilot.app.query_one(ConversationView)
        taken = stopwatch()
        view.load(blocks)
        await pilot.pause()
        return taken()

    return run


def _conversation() -> Iterator[Block]:
    number = 0
    while True:
        run = f"r{number}"
        yield QuestionBlock(id=f"{run}.q", run=run, status="closed", text="What is this, and how does it work?")
        yield AnswerBlock(id=f"{run}.a", run=run, status="closed", text=answer(2000))
        number += 1


def run() -> None:
    stock = "Textual's Markdown, 2 kB"
    framed = {
        stock: case(Stock, stock_framed(2_000)),
        "Textual's Markdown, 20 kB": case(Stock, stock_framed(20_000)),
        "Bookwheel, 2 kB": case(Ours, ours_framed(2_000)),
        "Bookwheel, 20 kB": case(Ours, ours_framed(20_000)),
        "Bookwheel, 200 kB": case(Ours, ours_framed(200_000)),
    }
    report(
        "a piece and its frame, by the length of the answer",
        interleaved(framed, rounds=ROUNDS),
        baseline=stock,
        per=FRAMES,
    )
    stock = "Textual's Markdown stream, 2 kB"
    flooded = {
        stock: case(Stock, stock_flooded(2_000)),
        "Textual's Markdown stream, 20 kB": case(Stock, stock_flooded(20_000)),
        "Bookwheel, 2 kB": case(Ours, ours_flooded(2_000)),
        "Bookwheel, 20 kB": case(Ours, ours_flooded(20_000)),
        "Bookwheel, 200 kB": case(Ours, ours_flooded(200_000)),
    }
    report("a piece of a flood", interleaved(flooded, rounds=ROUNDS), baseline=stock, per=FLOOD, unit="µs")
    empty = "an empty conversation"
    opening = {
        empty: case(Ours, opened(0)),
        "10 messages": case(Ours, opened(10)),
        "10,000 messages": case(Ours, opened(10_000)),
    }
    report("opening, to the frame", interleaved(opening, rounds=ROUNDS), baseline=empty)


if __name__ == "__main__":
    main("conversation", run)
