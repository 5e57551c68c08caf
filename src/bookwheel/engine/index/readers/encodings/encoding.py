"""Bytes to text in any encoding.

UTF-8 is read as `Path.read_text("utf-8", errors="replace")` reads it, also when some bytes are broken. Other bytes are
read in the encoding that `legacy_encodings` finds. A declared encoding counts unless the bytes contradict it.
"""

from __future__ import annotations

import codecs
from contextlib import suppress

from bookwheel.engine.index.readers.encodings.legacy_encodings import (
    Guess,
    best_guess,
    can_decode,
    cost_in,
    cost_of,
    decoded_as,
    highest_plausible_cost,
    shown_name,
)
from bookwheel.engine.index.readers.encodings.mixed_encodings import (
    with_legacy_lines,
    with_two_legacy_parts,
    with_wide_part,
)
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536
_HIGH = lazy_regex(rb"[\x80-\xff]")
_UTF8_CHARACTER = lazy_regex(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\b\t\n\v\f\r\x1b")
_MOST_CONTROLS = 0.02
# Declared as ISO 8859-2, bytes of Windows-1250 become controls; as GBK, those of Big5 become private characters.
_WITHOUT_MEANING = lazy_regex("[\x80-\x84\x86-\x9f\ue000-\uf8ff]")
_LEAST_UTF16 = 8
_UTF16_TEXT = lazy_regex(
    "[\t\n\r\x20-\u10ff\u2000-\u206f\u3000-\u33ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef\U0001f000-\U0001faff]"
)
_EAST_ASIAN_TEXT = lazy_regex("[\t\n\r\x20-\x7e\u0e00-\u0e7f\u3000-\u33ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]*")
_UTF16_SHARE = 0.97
_OTHER_SIDE = 0.1
_CLEAR_SHARE = 0.15

# Escape sequences that switch the set of letters, in 7-bit mail of East Asia.
_ESCAPES = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp_ext"), (b"\x1b(J", "iso2022_jp_ext"))
# HZ: Chinese between "~{" and "~}", in pairs of ASCII characters.
_HZ = lazy_regex(rb"~\{(?:[!-w][!-~]){1,400}~\}")
_SEVEN_BIT = frozenset({"utf-7", "hz", "iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_kr"})
# What is written under a declared label in fact: the vendor's larger set.
_IN_FACT = {
    "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "euc_kr": "cp949",
    "shift_jis": "cp932", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "iso8859-8": "cp1255",
    "iso8859-2": "iso8859_2", "iso8859-5": "iso8859_5", "iso8859-7": "iso8859_7", "koi8-r": "koi8_r",
    "koi8-u": "koi8_u", "mac-roman": "mac_roman", "mac-cyrillic": "mac_cyrillic",
}  # fmt: skip
_EAST_ASIAN = frozenset({"gb18030", "cp950", "cp949", "cp932", "euc_jp", "big5hkscs"})
# A declared encoding is overruled by one that costs so much less.
_CONTRADICTION = 12.0
_MOST_HZ, _LEAST_HZ, _HZ_COST = 50, 4, 9.5
_CHANCE_CHARACTERS = 3
# So few characters of UTF-8 may be pairs of letters of another encoding.
_FEW_CHARACTERS = 8
# Many pairs of Thai letters are UTF-8 by chance; of a text in UTF-8 hardly so large a share is broken.
_MOST_BROKEN = 0.25


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with doubts about its letters, each in words for the user."""

    text: str
    remarks: tuple[str, ...] = ()


def decode(data: bytes) -> str | None:
    """The text of `data`, newlines as text mode reads them; None when the bytes are not text."""
    decoded = decoded_text(data)
    return None if decoded is None else decoded.text


def decoded_text(data: bytes, declared: str = "") -> Decoded | None:
    """As `decode`, with the doubts; `declared` is the name of the encoding that the document gives."""
    found = _decoded(data, declared)
    if found is None or "\r" not in found.text:
        return found
    return Decoded(found.text.replace("\r\n", "\n").replace("\r", "\n"), found.remarks)


def is_text(data: bytes) -> bool:
    """Whether these bytes (perhaps only the beginning of a file) look like text in some encoding."""
    if data.startswith(tuple(bom for bom, _ in _BOMS)) or _wide_without_mark(data) is not None:
        return True
    return not _is_binary(data) or (b"\0" in data and with_wide_part(data) is not None)


def _is_binary(data: bytes) -> bool:
    return b"\0" in data or _has_controls(data[:_SAMPLE])


def _has_controls(sample: bytes) -> bool:
    # Most texts have none: to look for each takes less than half of the time that counting them takes.
    if not any(control in sample for control in _CONTROLS):
        return False
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > _MOST_CONTROLS * len(sample)


def codec_of(label: str) -> str | None:
    """The codec for a declared label; None for a label that names no encoding of text."""
    plain = label.strip().strip("\"'").lower()
    for name in (plain, plain.removeprefix("x-"), plain.replace("cp-", "cp")):
        # `lookup` finds "hex" too, and raises ValueError for a label with a NUL.
        with suppress(LookupError, ValueError):
            found = codecs.lookup(name)
            if found.decode(b"", "strict")[0] == "":
                return _IN_FACT.get(found.name, found.name)
    return None


def _decoded(data: bytes, declared: str) -> Decoded | None:
    if b"\0" in data and (parts := with_wide_part(data)) is not None:
        return _changing(*parts)
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return Decoded(data.decode(encoding, errors="replace"))
    if (encoding := _wide_without_mark(data)) is not None:
        return Decoded(data.decode(encoding, errors="replace"))
    codec = codec_of(declared) if declared else None
    seven_bit = codec if codec in _SEVEN_BIT else _seven_bit_of(data)
    if seven_bit is not None and can_decode(data, seven_bit):
        return Decoded(data.decode(seven_bit))  # before the look for controls: Korean is switched on and off by them
    if _is_binary(data):
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data, codec)
    if codec not in _EAST_ASIAN or len(_UTF8_CHARACTER.findall(data)) > _CHANCE_CHARACTERS:
        return Decoded(text)
    # A few characters of an East Asian encoding may be valid UTF-8 by chance.
    as_declared = decoded_as(data, codec) if can_decode(data, codec) else text
    return Decoded(text if cost_of(text) <= cost_of(as_declared) else as_declared)


def _seven_bit_of(data: bytes) -> str | None:
    # One byte is found a hundred times as fast as two.
    escaped = (name for mark, name in _ESCAPES if mark in data) if b"\x1b" in data else iter(())
    return next(escaped, None) or ("hz" if b"~" in data and _is_hz(data) else None)


def _is_hz(data: bytes) -> bool:
    """Whether what stands between the marks of HZ is Chinese: in a program they are braces."""
    if b"~{" not in data or not data.isascii() or not can_decode(data, "hz"):
        return False
    marked = b" ".join(_HZ.findall(data)[:_MOST_HZ])
    text = marked.decode("hz", errors="replace") if marked else ""
    ideographs = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
    return ideographs >= _LEAST_HZ and cost_of(text) <= _HZ_COST * ideographs


def _not_utf8(data: bytes, codec: str | None) -> Decoded:
    in_utf8 = _UTF8_CHARACTER.findall(data)
    mixed = with_legacy_lines(data) if in_utf8 else None
    if mixed is not None:
        text, lines, encoding = mixed
        return Decoded(text, (f"its encoding changes: {lines} in {shown_name(encoding)}, the others in UTF-8",))
    high, valid = len(_HIGH.findall(data)), sum(map(len, in_utf8))
    is_mostly_utf8 = valid > high / 2
    if is_mostly_utf8 and len(in_utf8) > _FEW_CHARACTERS and high - valid <= valid * _MOST_BROKEN:
        return Decoded(data.decode("utf-8", errors="replace"))
    guess = best_guess(data)
    if codec is not None and _is_plausible(data, codec, guess):
        return Decoded(decoded_as(data, codec))
    text = data.decode("utf-8", errors="replace")
    if guess is None or (is_mostly_utf8 and cost_of(text) <= guess.cost):
        return Decoded(text)
    return _guessed(data, guess, is_declared=codec is not None)


def _is_plausible(data: bytes, codec: str, guess: Guess | None) -> bool:
    """Whether the declared codec is not clearly worse than the best."""
    if codec == "utf-8" or not can_decode(data, codec):
        return False
    if _WITHOUT_MEANING.search(decoded_as(data[:_SAMPLE], codec)) and guess is not None:
        return False
    cost = cost_in(data, codec)
    return guess is None or cost is None or cost < guess.cost + _CONTRADICTION


def _changing(text: str, line: int, first: str, second: str) -> Decoded:
    return Decoded(text, (f"its encoding changes: {first}, from line {line:,} on {second}",))


def _guessed(data: bytes, guess: Guess, *, is_declared: bool) -> Decoded:
    parts = with_two_legacy_parts(data, guess.encoding)
    name = shown_name(guess.encoding)
    if parts is not None:
        text, line, first, second = parts
        return _changing(text, line, shown_name(first), shown_name(second))
    text = decoded_as(data, guess.encoding)
    if guess.fits_no_language:
        return Decoded(text, (f"its encoding is unknown: read as {name}, its letters fit no language",))
    if guess.rival and not is_declared:
        rival = shown_name(guess.rival)
        return Decoded(text, (f"its encoding is not certain: read as {name}, perhaps it is {rival}",))
    return Decoded(text)


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 or UTF-32 that no mark announces."""
    sample = data[: _SAMPLE & ~3] or data
    if len(sample) < _LEAST_UTF16:
        return None
    if b"\0" not in sample:
        return _utf16_by_letters(sample) if len(data) % 2 == 0 and _has_controls(sample) else None
    quarter = len(sample) // 4
    if sample[3::4].count(0) == quarter == sample[2::4].count(0):
        return "utf-32-le"
    if sample[0::4].count(0) == len(sample[0::4]) and sample[1::4].count(0) == len(sample[1::4]):
        return "utf-32-be"
    return _utf16_without_mark(data[: _SAMPLE & ~1], len(data))


def _utf16_by_letters(sample: bytes) -> str | None:
    """For a few words of Chinese or Thai: they have no blank or line end, and some ideographs hold a NUL."""
    fitting = list[tuple[float, str]]()
    for encoding in ("utf-16-le", "utf-16-be"):
        with suppress(UnicodeDecodeError):
            text = sample.decode(encoding)
            if _EAST_ASIAN_TEXT.fullmatch(text) and cost_of(text) <= highest_plausible_cost(text):
                fitting.append((cost_of(text), encoding))
    return min(fitting, default=(0.0, None))[1]


def _utf16_without_mark(sample: bytes, size: int) -> str | None:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.6 and even < half * 0.02:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.02:
        return "utf-16-be"
    if size % 2:
        return None
    # In text beyond ASCII the NULs belong to blanks, digits and line ends, all on one side. The other side has few.
    shares = {encoding: _share_of_text(sample, encoding) for encoding in ("utf-16-le", "utf-16-be")}
    if min(even, odd) <= _OTHER_SIDE * max(even, odd):
        encoding = "utf-16-le" if odd > even else "utf-16-be"
        if shares[encoding] >= _UTF16_SHARE:
            return encoding
    best, other = sorted(shares, key=lambda encoding: shares[encoding], reverse=True)
    if shares[best] >= _UTF16_SHARE and shares[other] < _UTF16_SHARE - _CLEAR_SHARE:
        return best
    return _utf16_by_letters(sample)


def _share_of_text(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, errors="replace")
    return len(_UTF16_TEXT.findall(text)) / len(text)
