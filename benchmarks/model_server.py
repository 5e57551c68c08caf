"""A model's endpoint for the benchmarks, in its own process; the name of the model chooses the answer.

`pieces-5000` streams 5,000 pieces without a pause, `paced-600` 600 pieces at 200 a second, `arrival` the time
(`time.monotonic`) of the request; a question may name the pieces and their rate instead (`steady_question`). Each piece
has its time by the clock: a busy machine sends late ones together and does not stretch the answer.
"""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cache

from tests.support.openai_server import OpenAIServer, Request
from tests.support.wire_replies import DONE, At, Part, Reply, chunk, usage_chunk

from benchmarks.load.markdown_answer import CHARACTERS, pieces_of

PIECE = "word{} "
PIECES_A_SECOND = 200
_STEADY = re.compile(r"(\d+) pieces at (\d+) a second")


@contextmanager
def model_server() -> Generator[str]:
    """The base URL of a server in a child process."""
    command = [sys.executable, "-m", "benchmarks.model_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def text_size(pieces: int) -> int:
    """How many bytes the answer of `pieces-N` has."""
    return pieces * len(PIECE.format(0))


def steady_question(rate: int, pieces: int) -> str:
    """The question that `steady` answers in so many pieces, so many a second."""
    return f"How long do cats sleep? Say it in {pieces} pieces at {rate} a second."


def _answer(request: Request) -> Reply:
    now = time.monotonic()
    model = request.json["model"].rpartition(":")[2]
    if model == "arrival":
        return _stamped(now)
    if asked := _STEADY.search(request.last_message):
        return _steady(int(asked[1]), int(asked[2]))
    kind, _, count = model.partition("-")
    return _paced(int(count)) if kind == "paced" else _many(int(count))


def _stamped(now: float) -> Reply:
    return Reply([chunk({"content": repr(now)}), chunk({}, finish_reason="stop"), usage_chunk(), DONE])


@cache
def _many(count: int) -> Reply:
    pieces = [chunk({"content": PIECE.format(n % 10)}) for n in range(count)]
    return Reply([*pieces, chunk({}, finish_reason="stop"), usage_chunk(), DONE])


@cache
def _paced(count: int) -> Reply:
    return Reply(_at_times(_many(count).parts, PIECES_A_SECOND))


@cache
def _steady(count: int, rate: int) -> Reply:
    pieces = [chunk({"content": piece}) for piece in pieces_of(round(count * CHARACTERS))]
    ends = [chunk({}, finish_reason="stop"), usage_chunk(completion_tokens=count), DONE]
    return Reply([*_at_times(pieces, rate), *ends])


def _at_times(parts: Sequence[Part], rate: int) -> list[Part]:
    return [each for number, part in enumerate(parts) for each in (At(number / rate), part)]


async def _serve() -> None:
    async with OpenAIServer(script=_answer) as server:
        print(server.base_url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
