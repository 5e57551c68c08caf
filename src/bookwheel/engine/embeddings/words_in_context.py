"""The words of texts with their vectors in context, and how near those of a question are to those of other texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bookwheel.engine.text.languages import count_unsegmented
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np

    Row = np.ndarray[tuple[int], np.dtype[np.float32]]
    Rows = np.ndarray[tuple[int, int], np.dtype[np.float32]]
    SmallRows = np.ndarray[tuple[int, int], np.dtype[np.float16]]

# Stands before the first piece of a word.
_SPACE = "\u2581"
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class ReadText:
    """The vector of a text, its words in their order, and the vector of each word in its context."""

    vector: Row
    words: tuple[str, ...]
    of_words: SmallRows


@runtime_checkable
class ReadsWords(Protocol):
    """An embedding model that also gives the vectors of the words of a text. It may block."""

    def read_texts(self, texts: Sequence[str], *, is_query: bool) -> list[ReadText]:
        """The texts as they are read, in their order."""
        ...


def words_of_pieces(pieces: Sequence[str]) -> list[tuple[str, list[int]]]:
    """The words that a tokenizer's pieces make up, each with the places of its pieces; signs are left out.

    In a script without spaces each piece is a word.
    """
    words: list[tuple[str, list[int]]] = []
    for at, piece in enumerate(pieces):
        text = piece.lstrip(_SPACE)
        if not text:
            words.append(("", []))
        elif words and _goes_on(words[-1][0], piece):
            words[-1] = (words[-1][0] + text, [*words[-1][1], at])
        else:
            words.append((text, [at]))
    return [(word, at) for word, at in words if word[:1].isalnum()]


def _goes_on(word: str, piece: str) -> bool:
    """Whether a piece is the next of a word."""
    if not word:
        return False
    return piece[0].isalnum() and word[-1].isalnum() and not count_unsegmented(word[-1] + piece[0])


def nearest_words(question: ReadText, texts: Sequence[ReadText]) -> list[list[float]]:
    """How near each word of a question is to the nearest word of each text: by text, by word.

    These are cosines of vectors less the average of all words of the texts, which is in each of them.
    """
    import numpy as np

    found = [text.of_words.astype(np.float32) for text in texts]
    average = np.concatenate(found).mean(axis=0) if any(map(len, found)) else 0.0
    asked = _of_length_one(question.of_words.astype(np.float32) - average)
    nothing: list[float] = [0.0] * len(question.words)
    return [
        (asked @ _of_length_one(words - average).T).max(axis=1).tolist() if len(words) else nothing for words in found
    ]


def _of_length_one(rows: Rows) -> Rows:
    import numpy as np

    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + _TINY)
