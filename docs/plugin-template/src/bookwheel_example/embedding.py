"""An embedding model: `embeddings.provider = "example"`."""

from __future__ import annotations

from bookwheel.engine.embeddings.embedding_model import EmbeddingOptions

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class LetterEmbedding:
    """Counts letters: texts with the same letters are near each other."""

    model_name = "letters-1"  # what changes the vectors must change this name

    def get_query_embedding(self, query: str) -> list[float]:
        return [float(query.lower().count(letter)) for letter in LETTERS]

    def get_text_embedding_batch(self, texts: list[str]) -> list[list[float]]:
        return [self.get_query_embedding(text) for text in texts]


def from_options(options: EmbeddingOptions) -> LetterEmbedding:
    return LetterEmbedding()
