"""Bytes to text, whatever the encoding.

UTF-8 is read as `Path.read_text("utf-8", errors="replace")` reads it, also when some bytes are broken. Other encodings
are taken only when the bytes speak for them plainly.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536
_HIGH = re.compile(rb"[\x80-\xff]")
_TWO_HIGH = re.compile(rb"[\x80-\xff]{2}")
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
_MOST_CONTROLS = 0.02

# How plausible a decoded text is: characters that belong to the script of the encoding, in words of it.
_EAST_ASIAN = (
    ("shift_jis", re.compile("[\u3040-\u30ff]")),
    ("euc_jp", re.compile("[\u3040-\u30ff]")),
    ("euc_kr", re.compile("[\uac00-\ud7a3]")),
    ("gb18030", re.compile("[\u4e00-\u9fa5]")),
    ("big5", re.compile("[\u4e00-\u9fa5]")),
)
_COMMON_CHINESE = re.compile("[的一是不了在人有我他这這个們们中来來上大为為和国國地到以说說时時]")
_CYRILLIC = ("cp1251", "koi8_r", "iso8859_5")
_COMMON_CYRILLIC = re.compile("[оеаинтсрвл]")
_LATIN_IN_PLACE = re.compile(
    "(?<=[A-Za-z])[À-ÖØ-öø-ÿŠšŽžŒœŸ’]|[À-ÖØ-öø-ÿŠšŽžŒœ](?=[a-zà-ÿ])|(?:\\A|(?<=[\\s(]))[àáéóúíÀÉÓ](?=[\\s,.;:!?)]|\\Z)"
    "|[“”„‘’–—…•«»°©®™§£€±²³µ·½¼¿¡º\u00a0]"
)


def decode(data: bytes) -> str | None:
    """The text of a file, newlines as text mode reads them; None when the bytes are not text."""
    text = _decoded(data)
    if text is None or "\r" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_text(data: bytes) -> bool:
    """Whether these bytes (perhaps only the beginning of a file) look like text in some encoding."""
    if data.startswith(tuple(bom for bom, _ in _BOMS)) or _utf16_without_mark(data) is not None:
        return True
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return b"\0" not in data and controls <= _MOST_CONTROLS * len(sample)


def _decoded(data: bytes) -> str | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    if not is_text(data):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        encoding = _utf16_without_mark(data) or _legacy_encoding(data[:_SAMPLE])
        return data.decode(encoding or "utf-8", errors="replace")


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    if len(sample) < 8 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.6 and even < half * 0.02:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.02:
        return "utf-16-be"
    return None


def _legacy_encoding(sample: bytes) -> str | None:
    high = len(_HIGH.findall(sample))
    in_utf8 = sum(map(len, _UTF8_CHARACTER.findall(sample)))
    if in_utf8 > high / 2:
        return None  # broken UTF-8
    if high > len(sample) / 5:
        encoding = _east_asian(sample, high) or _cyrillic(sample)
        if encoding is not None or _TWO_HIGH.search(sample):
            return encoding
        # A few letters, some of them accented: of a few words that is soon a fifth.
    text = sample.decode("cp1252", errors="replace")
    return "cp1252" if len(_LATIN_IN_PLACE.findall(text)) >= high * 0.9 else None


def _east_asian(sample: bytes, high: int) -> str | None:
    for encoding, script in _EAST_ASIAN:
        text = sample.decode(encoding, errors="replace")
        broken = text[:-1].count("\ufffd")  # the sample may end inside a character
        found = len(script.findall(text))
        expected = high / 2 * (0.3 if "jis" in encoding or "jp" in encoding else 0.7)
        if broken > len(text) / 200 or found < expected:
            continue
        if encoding in ("gb18030", "big5") and len(_COMMON_CHINESE.findall(text)) < found / 40:
            continue
        return encoding
    return None


def _cyrillic(sample: bytes) -> str | None:
    def common(encoding: str) -> int:
        return len(_COMMON_CYRILLIC.findall(sample.decode(encoding, errors="replace")))

    best = max(_CYRILLIC, key=common)
    return best if common(best) > len(_HIGH.findall(sample)) * 0.4 else None
