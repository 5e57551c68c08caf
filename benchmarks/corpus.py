"""Text for measuring: made up with the word frequencies of a language, or real sentences in random order."""

import gzip
import json
import os
import random
import re
import sysconfig
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from pydoc_data.topics import topics

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
        """Paragraphs of five sentences, with a heading for each four."""
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


class RecombinedText:
    """Any number of passages of real English sentences in random order, each with rare tokens.

    The sentences are those of the corpora in `$BOOKWHEEL_SHARED/eval` when there are any, else of Python's own
    documentation.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        shared = sorted(Path(os.environ.get("BOOKWHEEL_SHARED", "../shared"), "eval").glob("*/corpus.jsonl.gz"))
        texts = _texts_of(shared) if shared else _documentation_of_python()
        sentences = {sentence for text in texts for sentence in _SENTENCE_BORDER.split(" ".join(text.split()))}
        self._sentences = sorted(sentence for sentence in sentences if 40 <= len(sentence) <= 300)

    def passage(self) -> str:
        """At most 800 characters."""
        parts = [self._rare_token()]
        length = len(parts[0])
        while True:
            sentence = self._random.choice(self._sentences)
            length += len(sentence) + 1
            if length > 800:
                return " ".join(parts)
            parts.append(sentence)

    def document(self, passages: int) -> str:
        """Markdown with one heading for each passage."""
        return "\n\n".join(f"## {self._heading()}\n\n{self.passage()}" for _ in range(passages))

    def questions(self, count: int) -> Iterator[str]:
        """Three to twelve words that stand together in a sentence, stop words and all; one in five has a rare token."""
        for number in range(count):
            words = self._random.choice(self._sentences).split()
            length = self._random.randint(3, 12)
            start = self._random.randint(0, max(len(words) - length, 0))
            rare = [self._rare_token()] if number % 5 == 0 else []
            yield " ".join([*words[start : start + length], *rare]).rstrip(".") + "?"

    def _heading(self) -> str:
        return " ".join(self._random.choice(self._sentences).split()[:4])

    def _rare_token(self) -> str:
        return f"qx{self._random.randrange(2_000_000)}"


_SENTENCE_BORDER = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_DOCSTRING = re.compile(r'"""(.+?)"""', re.DOTALL)


def _texts_of(corpora: list[Path]) -> Iterator[str]:
    for path in corpora:
        if "xquad_" in path.parent.name and not path.parent.name.endswith("_en"):
            continue  # only English, so that one analyzer is measured
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def _documentation_of_python() -> Iterator[str]:
    yield from topics.values()
    for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        if not {"site-packages", "test"} & set(path.parts):
            yield from _DOCSTRING.findall(path.read_text("utf-8", errors="replace"))
