"""What is asked of an embedding model: vectors for texts and for questions, by LlamaIndex's names."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class EmbeddingModel(Protocol):
    """Turns texts into vectors of one length, near each other where the texts mean alike.

    Any object with these two methods is one, those of LlamaIndex included. Both may block.
    """

    def get_query_embedding(self, query: str) -> list[float]:
        """The vector of a question."""
        ...

    def get_text_embedding_batch(self, texts: list[str]) -> list[list[float]]:
        """The vectors of several texts, in their order."""
        ...
