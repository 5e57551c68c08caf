"""Normalizes variants of spelling before text is cut into terms; the same for passages and questions.

Runs of scripts without spaces come out as overlapping pieces with spaces between them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bookwheel.engine.text.languages import IDEOGRAPHS, LETTERS_WITHOUT_SPACES
from bookwheel.lazy_regex import lazy_regex

# Optional marks inside words, at which the tokenizer would cut.
_DROPPED = lazy_regex(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u08ca-\u08ff\u093c\u094d\u0951-\u0954\u09bc\u09cd\u09fe\u0a3c\u0a4d"
    "\u0abc\u0acd\u0afd-\u0aff\u0b3c\u0b4d\u0b55\u0bcd\u0c3c\u0c4d\u0cbc\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0e47-\u0e4c\u0e4e"
    "\u0eba\u0ec8-\u0ecc\u0f18\u0f19\u0f35\u0f37\u0f39\u0f3e\u0f3f\u0f84\u0f86\u0f87\u0fc6\u1037\u1039\u103a\u135d-\u135f"
    "\u1714\u1715\u1734\u17b4\u17b5\u17c9-\u17d3\u17dd\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20f0\u2cef-\u2cf1\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+"
)
_OTHER_LETTERS = str.maketrans(
    {
        "\u0130": "I",  # Turkish İ, whose lower case would be an i with a second dot
        "\u0149": "n",
        # Persian and Urdu forms of Arabic letters.
        "\u06a9": "\u0643",
        "\u06cc": "\u064a",
        "\u06c0": "\u0647",
        "\u06c1": "\u0647",
        "\u06be": "\u0647",
        # Cyrillic and Greek letters that are often written without their accent.
        "\u0451": "\u0435",
        "\u0401": "\u0415",
    }
)
_OTHER_LETTER = lazy_regex(f"[{''.join(map(chr, _OTHER_LETTERS))}]")
_OTHER_DIGIT = lazy_regex(r"(?![0-9])\d")
# A nasal before a consonant is written by its letter or by a dot; the vowel that ends a Hindi word changes with number
# and case (a light stemmer: Ramanathan and Rao, 2003). The same holds for the related scripts.
_NASAL = lazy_regex(r"(?:[\u0928\u092e\u0919\u091e\u0923]\u094d(?=[\u0915-\u0939]))|\u0901")
_ENDING = lazy_regex(
    r"(?<=[\u0915-\u0939\u0995-\u09b9\u0a95-\u0ab9])(?:[\u0901-\u0903\u093e-\u094c\u0981-\u0983\u09be-\u09cc\u0a81-\u0a83"
    r"\u0abe-\u0acc]{1,3})(?![\u0900-\u0aff])"
)
_INDIC = lazy_regex("[\u0900-\u0aff]")
# Persian separates endings by a zero-width non-joiner: the part before it is a word.
_JOINED = lazy_regex("\u200c(?=[\u0600-\u06ff])")
_THOUSANDS = lazy_regex(r",(?<=\d,)(?=\d{3}(?!\d))")
# C++, F# and .NET. Each begins with its sign: to look for it and then at what is before it takes a tenth of the time.
_NAMED_BY = r"(?:(?<=(?<![\w+#])([A-Za-z]){sign})|(?<=(?<![\w+#])([A-Za-z][A-Za-z]){sign}))(?![\w+#])"
_PLUS_PLUS = lazy_regex(r"\+\+" + _NAMED_BY.format(sign=r"\+\+"))
_SHARP = lazy_regex("#" + _NAMED_BY.format(sign="#"))
_NET = lazy_regex(r"\.(?<![\w+#]\.)(net|NET|Net)\b")
# Thai and similar scripts: pieces under three letters are in every text, longer ones rarely repeat.
_PIECE = 3
# All characters that are changed below; most texts have only quotation marks, dashes, accents and signs.
_HAS_OTHERS = lazy_regex(
    "[\u00ad\u0130\u0149\u0300-\u036f\u0401\u0451\u0483-\u0489\u0530-\u200f\u2028-\u202f\u205f-\u209f\u20c1-\u20ff"
    "\u2c00-\U0010ffff]"
)
_ASCII = bytes(range(0x80))
# No letter, digit or sign, and combines with none.
_BORDER = "\0"
# What most texts have beside ASCII: letters of Western Europe and signs that no normalization changes.
_IN_ONE_FORM = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ‘’“”„–—•«»¿¡§©®°±×÷¶£¥€")
_LETTERS_RUN = lazy_regex(f"[{LETTERS_WITHOUT_SPACES}]+")
_IDEOGRAPHS_RUN = lazy_regex(f"[{IDEOGRAPHS}]+")


def normalized(text: str) -> str:
    """The text as the analyzers want it."""
    return _spelled_out(text if text.isascii() else _one_form(text))


def all_normalized(texts: Sequence[str]) -> list[str]:
    """What `normalized` gives of each; those in ASCII together, which is a little faster."""
    plain = list(filter(str.isascii, texts))
    joined = _BORDER.join(plain)
    if joined.count(_BORDER) >= len(plain):
        return list(map(normalized, texts))
    together = iter(_spelled_out(joined).split(_BORDER))
    return [next(together) if text.isascii() else normalized(text) for text in texts]


def _spelled_out(text: str) -> str:
    if "," in text:
        # 12,345 is one figure, not two.
        text = _THOUSANDS.sub("", text)
    # The tokenizer drops signs; what is left of C++, C# and .NET would be a letter or a common word.
    # One character is found a hundred times as fast as two.
    if "+" in text and "++" in text:
        text = _PLUS_PLUS.sub(lambda match: f"plusplus {match[1] or match[2]}", text)
    if "#" in text:
        text = _SHARP.sub(lambda match: f"sharp {match[1] or match[2]}", text)
    return _NET.sub(r" dotnet \1", text)


def _one_form(text: str) -> str:
    # Replacing only the characters that most texts have is ten times faster than a full normalization.
    text = text.replace("\u00a0", " ")
    if _IN_ONE_FORM.issuperset(_beyond_ascii(text)):
        return text
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    if text.isascii() or not _HAS_OTHERS.search(_beyond_ascii(text)):
        return text
    # File names that are not UTF-8 hold lone surrogates, which the index refuses.
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = _OTHER_LETTER.sub(lambda match: match.group().translate(_OTHER_LETTERS), text)
    if indic := _INDIC.search(text) is not None:
        text = _NASAL.sub("\u0902", text)
    text = _DROPPED.sub("", _JOINED.sub(" ", text))
    if indic:
        text = _ENDING.sub("", text)
    text = _OTHER_DIGIT.sub(lambda match: str(unicodedata.digit(match.group())), text)
    text = _LETTERS_RUN.sub(_pieces, text)
    return _IDEOGRAPHS_RUN.sub(_singles_and_pairs, text)


def _beyond_ascii(text: str) -> str:
    # Deleting ASCII first is faster than searching the whole text for a character class.
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def _pieces(match: re.Match[str]) -> str:
    run = match.group()
    last = max(len(run) - _PIECE, 0)
    return " " + " ".join([run[at : at + _PIECE] for at in range(last + 1)]) + " "


def _singles_and_pairs(match: re.Match[str]) -> str:
    # Single characters too: one alone can be a word, and a whole question.
    run = match.group()
    return " " + " ".join([run[at : at + length] for at in range(len(run)) for length in (1, 2)][:-1]) + " "
