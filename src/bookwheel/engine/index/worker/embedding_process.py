"""The embedding process: embeds passages with the local model, at the lowest priority.

    python -P -m bookwheel.engine.index.worker.embedding_process

Its input is one line, {"store": …, "threads": …}; it stops when its input ends. It answers with JSON lines:

    {"embedded": 120, "total": 4711}      after each batch
    {"error": "…", "hint": "…"}           it cannot go on; the last line
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from contextlib import aclosing

from bookwheel.engine.embeddings.local import LocalEmbedding
from bookwheel.engine.index.passage_embedder import PassageEmbedder
from bookwheel.engine.stores.store_registry import store_at
from bookwheel.errors import BookwheelError

# For each thread: about a second of work, which is lost when it is killed.
_BATCH = 8
_LOWEST_PRIORITY = 19


async def embed(location: str, threads: int | None) -> None:
    """Embed all passages without a vector, and report the progress."""
    store = store_at(location)
    embedder = PassageEmbedder(store, LocalEmbedding(threads=threads), batch_size=_BATCH * (threads or 1))
    async with aclosing(embedder.steps()) as steps:
        async for coverage in steps:
            _tell({"embedded": coverage.embedded, "total": coverage.total})
    store.close()


def main() -> None:
    """Read the job, do it, report how it ended."""
    os.umask(0o077)
    os.nice(_LOWEST_PRIORITY)
    # Ctrl+C in the terminal goes to the whole process group; the owner decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_owner, daemon=True).start()
    try:
        asyncio.run(embed(job["store"], job["threads"]))
    except BookwheelError as error:
        _tell({"error": error.message, "hint": error.hint})


def _end_with_the_owner() -> None:
    sys.stdin.read()
    # Safe at any moment: vectors are stored in whole batches.
    os._exit(0)


def _tell(message: dict[str, str | int]) -> None:
    try:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
