"""How plausible a decoded text is in a language, by how often its letters and letter pairs occur there.

Only text beyond ASCII counts: ASCII is the same in all encodings in question. A cost is the negative natural logarithm
of a probability, so the costs of two readings of the same bytes can be compared.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_FIRST_CODE = 35
_STEPS = 4
_NEVER = 15.0
_MIXTURE = 1.5
_BACKSLASH = "~"

# Costs in place of a missing frequency, and of what no language writes.
_RARE_PAIR = 11.5
_FOREIGN = 13.5
_UPPER_AFTER_LOWER = 5.0
_LOWER_IN_CAPITALS = 4.0
_NEXT_TO_ASCII = 3.5
_HALF_WIDTH = 3.0
_ALONE = 4.0
_THAI_MARK = 2.5
_QUOTE = 4.5
_WIDE_MARK = 5.0
_USUAL_SIGN = 5.5
_SIGN_AT_NUMBER = 3.5
_SIGN_OF_FIGURES = 2.5
_LETTER_AT_NUMBER = 3.0
_SIGN_AT_WORD = 10.5
_ODD_SIGN = 11.5
_SIGN_IN_WORD = 14.0
_MISPLACED_WIDE_MARK = 12.0
_RAREST_ASCII_PAIR = 9.0

_OPENING = frozenset("“„‘‚«‹¿¡")
_CLOSING = frozenset("”’»›…™®°ºª“‘")
# Signs that stand at the letters of a unit: "180 °C", "40 µm", "12 m²".
_BEFORE_UNIT, _BEHIND_UNIT, _SQUARED_UNITS = frozenset("°µ"), frozenset("²³"), frozenset("mMs")
_AT_FIGURES = frozenset("€£№§©½¼¾")  # also with a blank between: "12 €"
_FRAME_SIGNS = frozenset("│║")
_USUAL = frozenset("“”„‘’–—…•«»°©®™§£€±²³µ·½¼¾¿¡ºª\u00a0№‹›†‰€")
# Superscripts, fractions and numbers in circles are word characters to `re`.
_LETTER = (
    r"[^\W\d_\u00aa\u00b5\u00ba\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218f\u2460-\u24ff\u3220-\u32ff]"
)
_TOKEN = lazy_regex(rf"{_LETTER}+(?:[\u0300-\u036f]+{_LETTER}*)*|[^\x00-\x7f]|[\x00-\x7f]")

ModelKind = Literal["latin", "script", "ideographs"]


class Token(NamedTuple):
    """A word or a sign beyond ASCII, and the characters before and after it."""

    text: str
    before: str
    after: str
    is_word: bool


@dataclass(frozen=True, slots=True)
class LetterModel:
    """The letters of one language: the cost of each at the beginning of a word, and of each after another."""

    language: str
    kind: ModelKind
    first: Mapping[str, float]
    pairs: Mapping[str, float]

    def costs(self, tokens: Sequence[Token]) -> list[float]:
        """The cost of each of the tokens of a text (see `tokens_of`)."""
        return [self._cost(token) for token in tokens]

    def ascii_cost(self, word: str) -> float:
        """The cost of the letter pairs of a lower-case ASCII word."""
        return sum(
            min(self.pairs.get(one + two, _RAREST_ASCII_PAIR), _RAREST_ASCII_PAIR) for one, two in pairwise(word)
        )

    def _cost(self, token: Token) -> float:
        if token.is_word:
            beside_number = token.before.isdigit() or token.after.isdigit()
            return self._word(token.text) + (_LETTER_AT_NUMBER if beside_number and self.kind != "ideographs" else 0)
        if "\u0e30" <= token.text <= "\u0e4e":
            return _THAI_MARK if self.language == "th" and "\u0e00" <= token.before <= "\u0e7f" else _FOREIGN
        return self._sign(token.text, token.before, token.after)

    def _word(self, word: str) -> float:
        total, before = _ALONE if len(word) == 1 and self.kind == "script" else 0.0, ""
        for index, written in enumerate(word):
            letter = written.lower()[0]
            if written > "\x7f":
                total += self._letter(letter, before) + _misplaced_capital(word, index)
            elif before > "\x7f":
                total += self._ascii_after(letter, before)
            before = letter
        return total

    def _letter(self, letter: str, before: str) -> float:
        if self.kind == "ideographs":
            cost = self.first.get(letter, _FOREIGN)
            if "\uff61" <= letter <= "\uff9f":
                cost = _HALF_WIDTH + self.first.get(unicodedata.normalize("NFKC", letter), _HALF_WIDTH)
            return cost + (_NEXT_TO_ASCII if before and before < "\x80" else 0)
        if not before:
            return self.first.get(letter, _FOREIGN)
        if self.kind == "script" and before < "\x80":
            return _FOREIGN
        cost = self.pairs.get(before + letter)
        return min(_RARE_PAIR, max(6.0, self.first.get(letter, _FOREIGN) + 3) if cost is None else cost)

    def _ascii_after(self, letter: str, before: str) -> float:
        if self.kind == "ideographs":
            return _NEXT_TO_ASCII
        return _FOREIGN if self.kind == "script" else min(_RARE_PAIR, self.pairs.get(before + letter, _RARE_PAIR))

    def _sign(self, sign: str, before: str, after: str) -> float:
        if "\u3000" <= sign <= "\u303f" or "\uff00" <= sign <= "\uff60":
            by_ascii = (before.isalpha() and before < "\x80") or (after.isalpha() and after < "\x80")
            return _WIDE_MARK if self.kind == "ideographs" and not by_ascii else _MISPLACED_WIDE_MARK
        if "\uff61" <= sign <= "\uff65":
            return _MISPLACED_WIDE_MARK
        if before.isalpha() and after.isalpha():
            return _QUOTE if sign == "’" else _SIGN_IN_WORD
        if sign in _AT_FIGURES and not before.isalpha() and not after.isalpha():
            return _SIGN_OF_FIGURES
        if sign in _USUAL and (before.isdigit() or after.isdigit() or _is_at_unit(sign, before, after)):
            return _SIGN_AT_NUMBER
        if sign in _FRAME_SIGNS and before.isspace() and after.isspace():
            return _USUAL_SIGN
        opens = sign in _OPENING and not before.isalpha()
        closes = sign in _CLOSING and not after.isalpha() and before != " "
        if opens or closes:
            return _QUOTE
        if sign not in _USUAL:
            return _ODD_SIGN
        return _SIGN_AT_WORD if before.isalpha() or after.isalpha() else _USUAL_SIGN


def tokens_of(text: str) -> list[Token]:
    """The words and signs of a text that are not ASCII. Accents that stand alone are joined with their letters."""
    pieces = [" ", *_TOKEN.findall(unicodedata.normalize("NFC", text)), " "]
    return [
        Token(piece, before[-1], after[0], piece[0].isalpha() and piece != "µ")
        for before, piece, after in zip(pieces, pieces[1:], pieces[2:], strict=False)
        if not piece.isascii()
    ]


def lowest_cost(tokens: Sequence[Token], models: Iterable[LetterModel], context: Mapping[str, float]) -> float:
    """The cost of a text in the language that fits best, or, of names from everywhere, in the best of each.

    `context` is what the surroundings of the text say against each language.
    """
    costs = [(model.costs(tokens), context.get(model.language, 0.0)) for model in models]
    single = min(sum(row) + extra for row, extra in costs)
    mixed = sum(min(column) + _MIXTURE for column in zip(*(row for row, _ in costs), strict=True))
    return min(single, mixed + min(extra for _, extra in costs))


def _is_at_unit(sign: str, before: str, after: str) -> bool:
    is_before = sign in _BEFORE_UNIT and after.isalpha() and not before.isalpha()
    return is_before or (sign in _BEHIND_UNIT and before in _SQUARED_UNITS and not after.isalpha())


def _misplaced_capital(word: str, index: int) -> float:
    if index == 0:
        return 0.0
    written, before = word[index], word[index - 1]
    is_second = index == 1 and before.isupper() and word[2:3].islower()  # "ZÅrich"
    if written.isupper() and (before.islower() or is_second):
        return _UPPER_AFTER_LOWER
    in_capitals = index > 1 and written.islower() and before.isupper() and word[index - 2].isupper()
    return _LOWER_IN_CAPITALS if in_capitals else 0.0


@cache
def letter_models() -> Mapping[str, LetterModel]:
    """The models by language, in two letters (and "zh-hans", "zh-hant"). Read from the table beside this module."""
    lines = Path(__file__).with_name("letters.txt").read_text("utf-8").split("\n")
    rows = iter([line for line in lines if line and not line.startswith("# ")])
    return {model.language: model for model in _models(rows)}


def _models(rows: Iterator[str]) -> Iterator[LetterModel]:
    for head in rows:
        language, alphabet = head.split(" ")
        if alphabet == "*":
            yield LetterModel(language, "ideographs", dict(zip(next(rows), _costs(next(rows)), strict=True)), {})
            continue
        first = dict(zip(alphabet, _costs(next(rows)), strict=True))
        pairs = {
            letter + after: cost
            for letter in alphabet
            for after, cost in zip(alphabet, _costs(next(rows)), strict=True)
            if cost < _NEVER
        }
        yield LetterModel(language, "latin" if alphabet[0] == "a" else "script", first, pairs)


def _costs(row: str) -> list[float]:
    codes = row.replace(_BACKSLASH, "\\")
    return [(ord(code) - _FIRST_CODE) / _STEPS for code in codes]
