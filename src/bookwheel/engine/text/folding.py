"""Text as its bare words, so that a quotation is found whatever its line breaks, hyphens and quotation marks are."""

from __future__ import annotations

import re
import unicodedata

from bookwheel.engine.text.languages import UNSEGMENTED_CHARACTERS

_COMBINING = re.compile("[\u0300-\u036f]")
# Within a word, and at the end of a line where the word goes on in the next. (NFKD makes U+2011 of others to U+2010.)
_HYPHEN = re.compile("\xad|(?<=[^\\W\\d_])[-\u2010](?:[ \t]*\r?\n\\s*)?(?=[^\\W\\d_])")
# "5 %" and "$5" are other words than "5".
_WORD = re.compile(r"[^\W_]+(?:_+[^\W_]+)*|[%$€£¥₹]")
_NO_SPACE = re.compile(f"(?<=[{UNSEGMENTED_CHARACTERS}]) (?=[{UNSEGMENTED_CHARACTERS}])")
_UNSEGMENTED = re.compile(f"[{UNSEGMENTED_CHARACTERS}]")


def words_of(text: str) -> str:
    """The words of `text` with one blank between them: no case, accents, punctuation or hyphens.

    Signs that make another figure of a figure (%, $) count as words.
    """
    if text.isascii():
        return " ".join(_WORD.findall(_HYPHEN.sub("", text).lower()))
    plain = _COMBINING.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return _NO_SPACE.sub("", " ".join(_WORD.findall(_HYPHEN.sub("", plain))))


def as_needle(words: str) -> str:
    """`words` to be looked for in a text of words: with blanks at its ends, so that no word is found in another.

    Scripts that have no blanks between words are found anywhere.
    """
    start = "" if _UNSEGMENTED.match(words) else " "
    end = "" if _UNSEGMENTED.match(words, max(0, len(words) - 1)) else " "
    return f"{start}{words}{end}"


def count_words(words: str) -> int:
    """How many words these are; of a script without blanks two characters count as one."""
    return words.count(" ") + bool(words) + len(_UNSEGMENTED.findall(words)) // 2
