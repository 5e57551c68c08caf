"""Text to measure with: made up, but with the word frequencies of a language, so that rare and frequent words exist."""

import random
from collections.abc import Iterator
from itertools import accumulate

_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu ar el in or un st tr pl".split()
_FUNCTION_WORDS = (
    "the of and to in is that for it as was with be by on not he this are or his from at which but have".split()
)


class MadeUpLanguage:
    """Words whose frequency falls with their rank, as in any language (Zipf)."""

    def __init__(self, seed: int, vocabulary: int = 60_000) -> None:
        self._random = random.Random(seed)
        words = {"".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 4))) for _ in range(vocabulary)}
        self._words = [*_FUNCTION_WORDS, *sorted(words)]
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(len(self._words))))

    def sentence(self) -> str:
        """Six to twenty-four words."""
        words = self._random.choices(self._words, cum_weights=self._weights, k=self._random.randint(6, 24))
        return " ".join(words).capitalize() + "."

    def document(self, paragraphs: int) -> str:
        """Paragraphs of five sentences, under a heading each four."""
        parts: list[str] = []
        for number in range(paragraphs):
            if number % 4 == 0:
                parts.append(f"## {' '.join(self._random.choices(self._words, k=3))}")
            parts.append(" ".join(self.sentence() for _ in range(5)))
        return "\n\n".join(parts)

    def questions(self, count: int) -> Iterator[str]:
        """Questions of four to nine words, stop words and a question mark among them."""
        for _ in range(count):
            words = self._random.choices(self._words, cum_weights=self._weights, k=self._random.randint(4, 9))
            yield f"What is the {' '.join(words)}?"
