"""The time and the memory of finding the passages nearest to a question's vector.

    python -m benchmarks.vectors [PASSAGES…]

Made-up vectors of 384 numbers in a store on disk, by default 10,000 and 100,000 of them; the exact search in
32-bit floats by numpy, all in memory, is the baseline. Each number of passages runs in its own process.
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.harness import machine
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.embedded.store import EmbeddedStore
from bookwheel.engine.stores.store_protocol import NewDocument, StoredDocument

DIMENSIONS = 384
PER_DOCUMENT = 50
MODEL = "made-up"
QUESTIONS = 40
_AT_ONCE = 500


def build(folder: Path, passages: int) -> None:
    """A store of documents of 50 short passages, each with a vector."""
    store, numbers = EmbeddedStore(folder), np.random.default_rng(passages)
    text = "".join(f"{place:4} " for place in range(PER_DOCUMENT))
    ranges = [(5 * place, 5 * place + 4) for place in range(PER_DOCUMENT)]
    for first in range(0, passages // PER_DOCUMENT, _AT_ONCE):
        with store.writer() as writer:
            for number in range(first, min(first + _AT_ONCE, passages // PER_DOCUMENT)):
                writer.put(NewDocument(StoredDocument(ref=f"d{number}"), Document(text, id_=f"d{number}"), ranges))
        while nodes := store.unembedded(MODEL, 5_000):
            vectors = numbers.standard_normal((len(nodes), DIMENSIONS), dtype=np.float32).tolist()
            store.put_vectors(MODEL, {node.id_: vector for node, vector in zip(nodes, vectors, strict=True)})
    store.close()


def ask_store(folder: Path) -> None:
    """Ours: the vectors are read from disk and scanned for each question."""
    store, before = EmbeddedStore(folder), _resident()
    show("store, int8 from disk", lambda question: store.nearest(MODEL, question, 20), before)


def ask_numpy(passages: int) -> None:
    """The baseline: the exact cosines of 32-bit floats."""
    before = _resident()
    matrix = np.random.default_rng(1).standard_normal((passages, DIMENSIONS), dtype=np.float32)
    show("numpy, float32 in memory", lambda question: np.argpartition(-(matrix @ np.array(question)), 20), before)


def show(name: str, search: Callable[[list[float]], object], before: float) -> None:
    """Time the questions and print the figures."""
    questions = np.random.default_rng(2).standard_normal((QUESTIONS, DIMENSIONS), dtype=np.float32).tolist()
    search(questions[0])
    taken = [_timed(search, question) for question in questions]
    held = _resident() - before
    print(
        f"  {name:26} p50 {statistics.median(taken):8.1f} ms   slowest {max(taken):8.1f} ms   {held:6.0f} MB held",
        flush=True,
    )


def _timed(search: Callable[[list[float]], object], question: list[float]) -> float:
    started = time.perf_counter()
    search(question)
    return (time.perf_counter() - started) * 1e3


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _alone(work: Callable[..., None], *arguments: object) -> None:
    process = get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()


def main() -> None:
    """Each step in its own process, so that none counts the memory of another."""
    print(machine())
    for passages in [int(size) for size in sys.argv[1:]] or [10_000, 100_000]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _alone(build, folder, passages)
            size = sum(file.stat().st_size for file in folder.rglob("*.sqlite3*")) / 1e6
            print(f"{passages:,} passages, {size:.0f} MB on disk", flush=True)
            _alone(ask_store, folder)
            _alone(ask_numpy, passages)


if __name__ == "__main__":
    main()
