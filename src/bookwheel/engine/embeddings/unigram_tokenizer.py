"""Cuts texts into the likeliest sequence of vocabulary pieces, as SentencePiece's unigram model does."""

from __future__ import annotations

from bookwheel.engine.embeddings.packed_model import Vocabulary
from bookwheel.lazy_regex import lazy_regex

# Stands for the space before a word. No piece holds one elsewhere than at its start, so words are cut one by one.
_SPACE = "\u2581"
_SPACES = lazy_regex(" {2,}")
_MOST_KEPT = 50_000
_LONGEST_KEPT = 40
# An unknown character costs this much more than the least likely piece.
_UNKNOWN_COST = 10.0
_UNREACHED = -1e30


class UnigramTokenizer:
    """Ids of pieces for a text. The pieces of words that were met are kept. Not for several threads at once.

    Source of the algorithm: Kudo, "Subword Regularization" (2018), section 3.2; the best path by Viterbi.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._scores = vocabulary.scores
        self._replaced = dict(vocabulary.replaced)
        self._unknown = vocabulary.unknown
        self._unknown_score = min(vocabulary.scores) - _UNKNOWN_COST
        self._ids = {piece: number for number, piece in enumerate(vocabulary.pieces) if piece}
        self._ids.pop(vocabulary.pieces[vocabulary.unknown], None)
        self._longest = max(map(len, vocabulary.pieces))
        self._kept: dict[str, list[int]] = {}

    def pieces(self, text: str) -> list[int]:
        """The ids of a text's pieces, without marks of its beginning and end."""
        plain = _SPACES.sub(" ", text.translate(self._replaced))
        ids: list[int] = []
        for word in plain.removeprefix(" ").split(" "):
            ids += self._of_word(word)
        return ids

    def _of_word(self, word: str) -> list[int]:
        kept = self._kept.get(word)
        if kept is not None:
            return kept
        ids = self._best_path([character.encode() for character in _SPACE + word])
        if len(word) <= _LONGEST_KEPT:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[word] = ids
        return ids

    def _best_path(self, characters: list[bytes]) -> list[int]:
        count = len(characters)
        best = [0.0] + [_UNREACHED] * count
        steps: list[tuple[int, int]] = [(0, 0)] * (count + 1)
        for start in range(count):
            here, piece = best[start], b""
            for end in range(start + 1, count + 1):
                piece += characters[end - 1]
                if len(piece) > self._longest:
                    break
                number = self._ids.get(piece)
                if number is not None and (score := here + self._scores[number]) > best[end]:
                    best[end], steps[end] = score, (start, number)
            if (score := here + self._unknown_score) > best[start + 1]:
                best[start + 1], steps[start + 1] = score, (start, self._unknown)
        ids: list[int] = []
        end = count
        while end:
            end, number = steps[end]
            ids.append(number)
        return ids[::-1]
