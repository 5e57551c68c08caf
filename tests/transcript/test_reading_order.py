"""One session is read in one order: on the screen, live and reopened, in both exports, in `sessions show` and `ask`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from io import StringIO

import pytest

from bookwheel.cli.console import Console, OutputStream
from bookwheel.cli.work import sessions as session_work
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.headless.formats import PlainText
from bookwheel.headless.outlet import Outlet
from bookwheel.transcript.blocks import Block
from bookwheel.transcript.export import exported
from bookwheel.transcript.plain_blocks import PlainBlocks
from bookwheel.transcript.reading_order import reading_order
from bookwheel.transcript.reducer import Transcript, blocks_of
from bookwheel.tui.conversation.entries import ConversationModel

NODE: JsonObject = {
    "number": 1,
    "node_id": "n",
    "path": "/SOURCE.md",
    "start_char_idx": 0,
    "end_char_idx": 4,
    "text": "t",
}
STARTED = ("RunStarted", {"user_msg": "QUESTION", "mode": "agent", "model": "m"})
RETRIEVAL = ("Retrieval", {"query": "q", "nodes": [NODE]})
ANSWER = ("AgentStream", {"delta": "ANSWER [1]."})
CALL = ("ToolCall", {"tool_name": "TOOL", "tool_kwargs": {}, "tool_id": "1"})
RESULT = ("ToolCallResult", {"tool_name": "TOOL", "tool_id": "1", "tool_output": {"content": "x", "is_error": False}})
WAIT = ("Notice", {"text": "WAITING"})


def end(status: str, error: JsonObject | None = None) -> tuple[str, JsonObject]:
    response = "ANSWER [1]."
    return "RunFinished", {"status": status, "response": response, "citations": [NODE], "error": error}


Events = list[tuple[str, JsonObject]]
STOPPED: JsonObject = {"type": "X", "message": "STOPPED", "hint": ""}
SESSIONS: dict[str, Events] = {
    "completed": [STARTED, RETRIEVAL, ANSWER, end("completed")],
    "stopped": [STARTED, RETRIEVAL, ANSWER, end("cancelled", STOPPED)],
    "failed": [STARTED, RETRIEVAL, ANSWER, end("failed", STOPPED)],
    "failed at once": [STARTED, ("RunFinished", {"status": "failed", "error": STOPPED})],
    "with tools": [STARTED, ("AgentStream", {"delta": "FIRST"}), CALL, RETRIEVAL, RESULT, ANSWER, end("completed")],
    "with a notice before the answer": [STARTED, RETRIEVAL, WAIT, ANSWER, end("completed")],
    "with a notice before the passages": [STARTED, WAIT, RETRIEVAL, ANSWER, end("cancelled", STOPPED)],
    "with sources only at its end": [STARTED, ANSWER, end("cancelled", STOPPED)],
    "without an answer": [STARTED, RETRIEVAL, WAIT, end("cancelled", STOPPED)],
    "killed": [STARTED, RETRIEVAL, ANSWER, STARTED, RETRIEVAL, ANSWER, end("completed")],
}
MARKERS = ("QUESTION", "FIRST", "TOOL", "WAITING", "ANSWER", "SOURCE", "STOPPED")


def records(events: Events) -> list[EventRecord]:
    made: list[EventRecord] = []
    run = 0
    for seq, (type_, data) in enumerate(events, start=1):
        run += type_ == "RunStarted"
        made.append(EventRecord(seq, 1e9 + seq, f"r{run}", type_, data))
    return made


def markers(text: str) -> list[str]:
    """The markers in the order in which `text` has them, each once where they follow one another."""
    places = sorted((place, word) for word in MARKERS for place in _places(text, word))
    words = [word for _, word in places]
    return [word for word, before in zip(words, ["", *words], strict=False) if word != before]


def _places(text: str, word: str) -> Iterable[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def rendered(blocks: Iterable[Block]) -> list[str]:
    return markers("\n".join(map(PlainBlocks(str).render, blocks)))


def on_screen(model: ConversationModel) -> list[Block]:
    blocks: list[Block] = []
    entry = model.first
    while entry is not None:
        blocks.append(entry.block)
        entry = entry.next
    return blocks


def live_screen(made: list[EventRecord]) -> list[str]:
    model, transcript = ConversationModel(), Transcript()
    for record in made:
        for change in transcript.apply(record):
            model.apply(change)
    return rendered(on_screen(model))


def reopened_screen(made: list[EventRecord]) -> list[str]:
    model = ConversationModel()
    model.load(blocks_of(made))
    return rendered(on_screen(model))


def markdown(made: list[EventRecord]) -> list[str]:
    return markers(exported("md", "", made))


def html(made: list[EventRecord]) -> list[str]:
    return markers(exported("html", "", made).partition("<body>")[2])


def shown(made: list[EventRecord]) -> list[str]:
    out = StringIO()
    session_work.print_records(made, Console(OutputStream(out, False), OutputStream(StringIO(), False)))
    return markers(out.getvalue())


READERS: list[Callable[[list[EventRecord]], list[str]]] = [live_screen, reopened_screen, markdown, html, shown]


@pytest.mark.parametrize("name", SESSIONS)
async def test_every_reader_has_the_same_order(name: str) -> None:
    made = records(SESSIONS[name])
    expected = rendered(reading_order(blocks_of(made)))
    assert set(expected) <= set(MARKERS)
    for reader in READERS:
        assert await asyncio.to_thread(reader, made) == expected, reader.__name__  # a page reads its theme
    # `ask` prints the question nowhere, and leaves the last notice to its caller.
    printed = await _asked(made)
    assert printed == [word for word in expected if word not in ("QUESTION", "STOPPED")]


async def _asked(made: list[EventRecord]) -> list[str]:
    out = StringIO()
    outlet = Outlet(out, out)
    text = PlainText(outlet, shown_path=str, activity=True)
    for record in made:
        text.show(record)
    outlet.close()
    await outlet.run(on_error=lambda: None)
    return markers(out.getvalue())


def test_sources_stand_before_the_notices_that_end_a_run() -> None:
    assert rendered(reading_order(blocks_of(records(SESSIONS["stopped"])))) == [
        "QUESTION", "ANSWER", "SOURCE", "STOPPED",
    ]  # fmt: skip
