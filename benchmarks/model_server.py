"""A model's endpoint for the benchmarks, in its own process; the name of the model chooses the answer.

`pieces-5000` streams 5,000 pieces without a pause, `paced-600` 600 pieces at 200 a second, `arrival` the time
(`time.monotonic`) of the request.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache

from tests.support.openai_server import OpenAIServer, Request
from tests.support.wire_replies import DONE, Pause, Reply, chunk, usage_chunk

PIECE = "word{} "
PIECES_A_SECOND = 200


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


def _answer(request: Request) -> Reply:
    now = time.monotonic()
    model = request.json["model"].rpartition(":")[2]
    if model == "arrival":
        return _stamped(now)
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
    parts = [part for piece in _many(count).parts for part in (Pause(1 / PIECES_A_SECOND), piece)]
    return Reply(parts)


async def _serve() -> None:
    async with OpenAIServer(script=_answer) as server:
        print(server.base_url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
