"""Files whose encoding changes: lines that another program appended or inserted.

Each line is judged alone. A line that is valid UTF-8 is UTF-8; the others together must fit a language in a legacy
encoding.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from bookwheel.engine.index.readers.encodings.legacy_encodings import best_guess, cost_in, decoded_as
from bookwheel.lazy_regex import lazy_regex

_UTF8_CHARACTER = lazy_regex(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = lazy_regex(rb"[\x80-\xff]")
_GROUP = lazy_regex(rb"[\x80-\xff]+")
_IN_WORD = lazy_regex(rb"[A-Za-z]{2}[\x80-\xff]{1,2}|[\x80-\xff]{1,2}[a-z]{2}")
# Fewer letters than this must stand in words of ASCII letters: single broken bytes are not evidence.
_MANY_LETTERS = 8
_FEW_LETTERS = 2
_PLAUSIBLE_COST = 7.0
_LEAST_UTF8 = 3
# As many are enough where they are letters of Western Europe, whose bytes stand together in no legacy word.
_LEAST_WESTERN = 2
_WESTERN = lazy_regex(rb"(?<=[A-Za-z])\xc3[\x9f-\xbf](?=[A-Za-z])")
_LEAST_UTF8_SHARE = 0.1
# So many, in half as many lines as the others are, leave no doubt: rare pairs of letters may then stand in the others.
_BEYOND_CHANCE = 24
_MOST_CHANCE_SHARE = 0.6  # two letters of EUC-KR are often one of UTF-8 by chance
# Two legacy encodings: the parts must differ so clearly, and so many lines must have letters.
_CLEAR = 25.0
_LEAST_LINES = 8
# A part in UTF-16, and the letters that show it: those of the scripts with an alphabet.
_LEAST_WIDE = 16
_USUAL_LETTER = lazy_regex("[\t\n\r\x20-\u10ff\u2000-\u206f\ufeff]")
_USUAL_SHARE = 0.97
_SAMPLE = 65_536
_MOST_GROUPS = 16


def with_legacy_lines(data: bytes) -> tuple[str, str, str] | None:
    """The text of a file that is UTF-8 but for some lines, their number ("one line is"), and their encoding."""
    lines = data.split(b"\n")
    legacy = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    foreign = b"\n".join(lines[number] for number in legacy)
    utf8_lines = sum(not line.isascii() for line in lines) - len(legacy)
    characters = len(_UTF8_CHARACTER.findall(data)) - len(_UTF8_CHARACTER.findall(foreign))
    by_chance = sum(map(len, _UTF8_CHARACTER.findall(foreign))) > _MOST_CHANCE_SHARE * len(_HIGH.findall(foreign))
    western = len(_WESTERN.findall(data)) - len(_WESTERN.findall(foreign))
    is_sure = characters >= _LEAST_UTF8 or western == characters >= _LEAST_WESTERN
    if by_chance or not is_sure or utf8_lines < _LEAST_UTF8_SHARE * len(legacy):
        return None
    guess = best_guess(foreign)
    if guess is None or not _has_evidence(foreign, guess.letters):
        return None
    is_beyond_chance = characters >= _BEYOND_CHANCE and utf8_lines >= len(legacy) / 2
    if guess.fits_no_language if is_beyond_chance else guess.cost > _PLAUSIBLE_COST * guess.letters:
        return None
    unreadable = set(legacy)
    texts = (
        decoded_as(line, guess.encoding) if number in unreadable else line.decode("utf-8")
        for number, line in enumerate(lines)
    )
    count = "one line is" if len(legacy) == 1 else f"{len(legacy):,} lines are"
    return "\n".join(texts), count, guess.encoding


def with_two_legacy_parts(data: bytes, encoding: str) -> tuple[str, int, str, str] | None:
    """The text of a file that changes from one legacy encoding to another, the line of the change, and both encodings.

    `encoding` is the best for the file as a whole.
    """
    lines = data.split(b"\n")
    with_letters = [number for number, line in enumerate(lines) if not line.isascii()]
    if len(with_letters) < _LEAST_LINES:
        return None
    third = len(with_letters) // 3
    ends = [best_guess(_joined(lines, part)) for part in (with_letters[:third], with_letters[-third:])]
    first, last = (encoding if end is None else end.encoding for end in ends)
    if first == last or not _differ(lines, with_letters[:third], with_letters[-third:], first, last):
        return None
    size = -(-len(with_letters) // _MOST_GROUPS)
    groups = [with_letters[at : at + size] for at in range(0, len(with_letters), size)]
    gains = [_cost(lines, group, first) - _cost(lines, group, last) for group in groups]
    # Up to the change the first encoding is cheaper: the sum of what the second would save is lowest there.
    change = min(range(len(groups) + 1), key=lambda at: sum(gains[:at]) - sum(gains[at:]))
    if not 0 < change < len(groups):
        return None
    line = groups[change][0]
    texts = (decoded_as(text, first if number < line else last) for number, text in enumerate(lines))
    return "\n".join(texts), line + 1, first, last


def with_wide_part(data: bytes) -> tuple[str, int, str, str] | None:
    """The text of a file of which one part is UTF-16, the line of the change, and both encodings.

    PowerShell appends UTF-16 to a file in UTF-8 (`>>`), and other programs append UTF-8 to what it wrote.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        is_little = data.startswith(codecs.BOM_UTF16_LE)
        change = data.rfind(b"\n\0" if is_little else b"\0\n") + 2
        first, second = "utf-16", "utf-8"
    else:
        zero = data.find(b"\0")
        change = data.rfind(b"\n", 0, zero) + 1
        is_little = (zero - change) % 2 == 1
        first, second = "utf-8", "utf-16-le" if is_little else "utf-16-be"
    parts = (data[:change], data[change:])
    if min(map(len, parts)) < _LEAST_WIDE or b"\0" in parts[second == "utf-8"]:
        return None
    texts = [_text_of(part, codec) for part, codec in zip(parts, (first, second), strict=True)]
    if None in texts:
        return None
    text = "".join(filter(None, texts)).replace("\ufeff", "")
    line = data[:change].count(b"\n") + 1
    return (text, line, "UTF-16", "UTF-8") if second == "utf-8" else (text, line, "UTF-8", "UTF-16")


def _text_of(part: bytes, codec: str) -> str | None:
    """The text of a part; None unless nearly all of it is printed letters of the usual scripts."""
    try:
        text = (part[: len(part) & ~1] if codec.startswith("utf-16") else part).decode(codec)
    except UnicodeDecodeError:
        return None
    return text if len(_USUAL_LETTER.findall(text[:_SAMPLE])) >= _USUAL_SHARE * len(text[:_SAMPLE]) else None


def _differ(lines: Sequence[bytes], head: Sequence[int], tail: Sequence[int], first: str, last: str) -> bool:
    head_gain = _cost(lines, head, last) - _cost(lines, head, first)
    tail_gain = _cost(lines, tail, first) - _cost(lines, tail, last)
    return head_gain > _CLEAR and tail_gain > _CLEAR


def _cost(lines: Sequence[bytes], numbers: Sequence[int], encoding: str) -> float:
    cost = cost_in(_joined(lines, numbers), encoding)
    return 1_000.0 if cost is None else cost  # this encoding cannot even decode it


def _joined(lines: Sequence[bytes], numbers: Sequence[int]) -> bytes:
    return b"\n".join(lines[number] for number in numbers)


def _has_evidence(data: bytes, letters: int) -> bool:
    in_words, groups = len(_IN_WORD.findall(data)), len(_GROUP.findall(data))
    return letters >= _MANY_LETTERS or (letters >= _FEW_LETTERS and in_words >= min(letters, groups))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
