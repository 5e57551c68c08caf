"""Text in one form, so that writing the same thing in two ways makes no difference: case, accents, hyphens, blanks."""

from __future__ import annotations

import unicodedata

from bookwheel.engine.text.languages import UNSEGMENTED_CHARACTERS, count_unsegmented, is_beyond_latin
from bookwheel.lazy_regex import lazy_regex

_COMBINING = lazy_regex("[\u0300-\u036f]")
# Within a word, and at the end of a line where the word goes on in the next. (NFKD turns U+2011 into U+2010.)
_HYPHEN = lazy_regex("\xad|(?<=[^\\W\\d_])[-\u2010](?:[ \t]*\r?\n\\s*)?(?=[^\\W\\d_])")
# "5 %" and "$5" are other words than "5".
_WORD = lazy_regex(r"[^\W_]+(?:_+[^\W_]+)*|[%$€£¥₹]")
_NO_SPACE = lazy_regex(f"(?<=[{UNSEGMENTED_CHARACTERS}]) (?=[{UNSEGMENTED_CHARACTERS}])")
# Tag characters, zero-width spaces and controls of the writing direction.
_HIDDEN = lazy_regex("[\U000e0000-\U000e007f\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\u00ad]")


def fold(text: str) -> str:
    """The text without case, accents and ligatures."""
    if text.isascii():
        return text.lower()
    return _COMBINING.sub("", unicodedata.normalize("NFKD", text)).casefold()


def fold_case(text: str) -> str:
    """The text without case and ligatures; accents stay."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> str:
    """The folded words of `text` with one space between them: no punctuation, no hyphens.

    Signs that make another figure of a figure (%, $) count as words.
    """
    words = " ".join(_WORD.findall(_HYPHEN.sub("", fold(text))))
    return _NO_SPACE.sub("", words) if is_beyond_latin(words) else words


def as_needle(words: str) -> str:
    """`words` to be looked for in a text of words: with spaces at its ends, so that it is found as whole words only.

    Words of scripts without spaces are found anywhere.
    """
    start = "" if count_unsegmented(words[:1]) else " "
    end = "" if count_unsegmented(words[-1:]) else " "
    return f"{start}{words}{end}"


def count_words(words: str) -> int:
    """How many words these are; in a script without spaces two characters count as one word."""
    return words.count(" ") + bool(words) + count_unsegmented(words) // 2


def without_hidden(text: str) -> str:
    """The text without characters that readers do not see and that could carry instructions to a model."""
    return text if text.isascii() else _HIDDEN.sub("", text)
