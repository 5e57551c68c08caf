"""How long a key waits behind 39 kB of hostile paste: until it is in the prompt, and until the frame with it is drawn.

The paste comes in pieces of a terminal's reads. Processor time, because that is what a busy machine stretches.
"""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.desk_app import AppDriver, running_app
from textual.message import Message

from benchmarks.harness import main
from bookwheel.tui.input_reader import PASTE_END, PASTE_START, InputReader
from bookwheel.tui.textual_private import KeyParser

BYTES = 39_000
READ_BYTES = 1_024
ROUNDS = 3
KEY = "Z"
LOG_LINE = "\x1b[31mERROR\x1b[0m \x1b[1mmill\x1b[22m wheel \x1b]0;owned\x07stopped at \x1b[32mnine\x1b[0m\r"


def _filled(piece: str) -> str:
    return piece * (BYTES // len(piece.encode("utf-8", "surrogatepass")))


PASTES: Mapping[str, str] = {
    name: _filled(piece)
    for name, piece in {
        "coloured log": LOG_LINE, "one long line": "x", "words in one line": "word ", "line ends": "\r", "tabs": "\t",
        "Escapes": "\x1b", "8-bit controls": "\x9b", "zeros": "\0", "half ends": "\x1b[201", "begins": "\x1b[200~",
        "half sequences": "\x1b[1", "half titles": "\x1b]0;y", "stacked marks": "\u0301", "bidi marks": "\u202e",
        "tag characters": "\U000e0041", "joined emoji": "\u200d\U0001f469", "flags": "\U0001f1e9\U0001f1ea",
        "wide": "漢", "markup": "[/b][@click=app.quit]", "Markdown": "`*_", "mentions": "@a ", "commands": "/",
        "brackets": "![",
    }.items()
}  # fmt: skip


async def _waits(desk: AppDriver, text: str) -> tuple[float, float]:
    """The seconds until the key behind the paste is in the prompt, and until it is drawn."""
    prompt = desk.app.desk.prompt
    prompt.put("")
    await desk.pilot.pause()
    reader = InputReader(KeyParser(debug=False), time.monotonic)
    raw = f"{PASTE_START}{text}{PASTE_END}{KEY}"
    begun = time.process_time()
    for start in range(0, len(raw), READ_BYTES):
        for event in reader.feed(raw[start : start + READ_BYTES]):
            _send(desk, event)
    while not prompt.text.endswith(KEY):
        await desk.pilot.pause(0)
    typed = time.process_time()
    await desk.pilot.pause()
    return typed - begun, time.process_time() - begun


def _send(desk: AppDriver, event: Message) -> None:
    event.set_sender(desk.app)
    desk.app.post_message(event)


async def _measure() -> None:
    print(f"\n{BYTES // 1000} kB of paste, then a key  (ms of the processor; the best of {ROUNDS})")
    with TemporaryDirectory() as folder:
        async with running_app(Path(folder), size=(140, 42)) as desk:
            await desk.press("i")
            for name, text in PASTES.items():
                waits = [await _waits(desk, text) for _ in range(ROUNDS)]
                typed, drawn = min(each[0] for each in waits), min(each[1] for each in waits)
                print(f"  {name:<18}  in the prompt {typed * 1e3:7.1f}   drawn {drawn * 1e3:7.1f}")


def run() -> None:
    asyncio.run(_measure())


if __name__ == "__main__":
    main("pastes", run)
