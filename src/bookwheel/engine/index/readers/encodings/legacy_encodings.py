"""Which encoding of before Unicode a text is in, by the languages that its letters fit.

The evidence is all text beyond ASCII in the whole file: of a table that is ASCII but for a few names, the names. Each
encoding decodes it, each language of that encoding judges the result by its letter pairs, and the cheapest wins.
`docs/decisions` has the comparison with other detectors.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from bookwheel.engine.index.readers.encodings.letter_models import LetterModel, letter_models, lowest_cost, tokens_of
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_SMALL_SAMPLE = 1_000
_SAMPLE = 8_000
_LONGEST_PIECE = 2_000
# Encodings that cost so much more in the small sample do not reach the large one.
_HOPELESS = 60.0
_BROKEN = 16.0
_MOST_BROKEN_SHARE = 0.005
_DOUBTFUL_MARGIN = 3.5
# The highest plausible cost of a letter, of an ideograph (they are many, and names have rare ones), and of any text.
_LETTER_COST = 9.0
_IDEOGRAPH_COST = 12.5
_FIRST_COST = 8.0
_CONTEXT_WEIGHT = 0.5
_CONTEXT_MOST = 4.0
_FOREIGN_SCRIPT_IN_PROSE = 5.0
_CONTEXT_WORDS = 300

# Pieces between the delimiters of tables and sentences; no second byte of a character in East Asian encodings is one.
_PIECE = lazy_regex(rb'[^\x00-\x1f,;:"<>]*[\x80-\xff][^\x00-\x1f,;:"<>]*')
# Lines of a frame in the code pages of DOS: ───── and ═════, and all parts of frames, ░▒▓█▄▀ and ■.
_FRAME = lazy_regex(
    rb"[\xda\xc0\xc3]\xc4{3}|[\xc9\xc8\xcc]\xcd{3}|\xc4{6}|\xcd{6}|\xb0{6}|\xb1{6}|\xb2{6}|\xdb{6}|\xdc{6}|\xdf{6}"
)
_FRAME_PARTS = bytes.fromhex("c4cdb3badabfc0d9c3b4c2c1c5c9bbc8bcccb9cbcaceb0b1b2dbdcdffe")
# Corners of double and single lines, which only two of the code pages have.
_MIXED_FRAME = lazy_regex(rb"[\xd3-\xd6][\xc4\xcd]{4}")
_MIXED_PARTS = bytes.fromhex("b5b6b7b8bdbec6c7cfd0d1d2d3d4d5d6d7d8ddde")
_OF_DOS = ("cp437", "cp850", "cp852", "cp866")
_HIGH_RUN = lazy_regex(rb"[\x80-\xff]+")
_BESIDE_A_LETTER = lazy_regex(rb"[A-Za-z\x80-\xff][\x80-\xff]|[\x80-\xff][A-Za-z]")
_USUAL = "cp1252"
_WITH_HIGH = lazy_regex(rb"[A-Za-z]*[\x80-\xff]+[A-Za-z\x80-\xff]*")
_ASCII_WORD = lazy_regex(rb"[A-Za-z]{3,}")
_UNPRINTED = lazy_regex("[\x80-\x9f\ue000-\uf8ff]")

# Languages, then their encodings with a handicap for rare ones. Where Python has two codecs for one encoding, this is
# the one with the vendor's characters.
_CENTRAL = "cs pl sk hu ro sl hr sq"
_CYRILLIC = "ru uk bg be mk sr"
_WESTERN = "de fr es pt it sv da nb fi nl is ca ga en"
_CANDIDATES: Sequence[tuple[str, Mapping[str, float]]] = (
    (
        _WESTERN,
        {"cp1252": 0, "iso8859_15": 2, "mac_roman": 3, "cp850": 3, "cp437": 4, "cp860": 5, "cp861": 5, "cp863": 5},
    ),
    (_CENTRAL, {"cp1250": 1, "iso8859_2": 2, "cp852": 3, "mac_latin2": 6}),
    (
        _CYRILLIC,
        {"cp1251": 1, "koi8_r": 2, "koi8_u": 2.5, "cp866": 3, "mac_cyrillic": 4, "iso8859_5": 4, "cp855": 6},
    ),
    ("el", {"cp1253": 1, "iso8859_7": 2, "cp737": 4, "mac_greek": 6, "cp869": 5}),
    ("tr", {"cp1254": 1.5, "cp857": 4, "mac_turkish": 6}),
    ("he", {"cp1255": 1, "cp862": 4}),
    ("ar fa", {"cp1256": 1, "iso8859_6": 2.5}),
    ("lt lv et", {"cp1257": 1.5, "cp775": 4}),
    ("vi", {"cp1258": 2.5}),
    ("th", {"cp874": 1}),
    ("ja", {"cp932": 1, "euc_jp": 2}),
    ("zh-hans", {"gb18030": 1}),
    ("zh-hant", {"cp950": 1.5}),
    ("ko", {"cp949": 1, "johab": 3}),
)
_RARE = frozenset(
    {
        "cp860",
        "cp861",
        "cp863",
        "cp869",
        "cp737",
        "mac_greek",
        "cp857",
        "mac_turkish",
        "cp862",
        "cp775",
        "cp855",
        "mac_latin2",
        "johab",
    }
)
_NAMES = {
    "cp932": "Shift-JIS", "cp949": "EUC-KR", "cp950": "Big5", "big5hkscs": "Big5", "gb18030": "GB18030",
    "euc_jp": "EUC-JP", "euc_jis_2004": "EUC-JP", "koi8_r": "KOI8-R", "koi8_u": "KOI8-U", "mac_roman": "MacRoman",
    "mac_cyrillic": "MacCyrillic", "cp874": "Windows-874", "iso8859_2": "ISO 8859-2", "iso8859_5": "ISO 8859-5",
    "iso8859_6": "ISO 8859-6", "iso8859_7": "ISO 8859-7", "iso8859_15": "ISO 8859-15", "johab": "Johab",
    "mac_latin2": "MacCentralEurope", "mac_greek": "MacGreek", "mac_turkish": "MacTurkish",
}  # fmt: skip
# Another codec for the same encoding, with more characters.
_WIDER = {"cp950": ("big5hkscs",), "euc_jp": ("euc_jis_2004",)}


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding (a codec of Python) with its cost; `rival` is another encoding that is nearly as plausible."""

    encoding: str
    cost: float
    letters: int
    rival: str = ""
    highest_plausible_cost: float = 0.0

    @property
    def fits_no_language(self) -> bool:
        """Whether the text is nonsense in this encoding too."""
        return self.cost > self.highest_plausible_cost


def best_guess(data: bytes) -> Guess | None:
    """The most plausible encoding of `data`, which is text but not UTF-8; None when no encoding can decode it."""
    drawn = _drawn_on_a_terminal(data)
    if drawn is not None:
        return drawn
    small = _sample(data, _SMALL_SAMPLE)
    ranked = _ranked(small, _CANDIDATES)
    if not ranked:
        return None
    large = _sample(data, _SAMPLE)
    if large != small:
        hopeful = {encoding for cost, encoding, _ in ranked if cost < ranked[0][0] + _HOPELESS}
        ranked = _ranked(large, _only(hopeful)) or ranked
    # The whole file is decoded only in the encodings that are in question: of 20 MB each takes a tenth of a second.
    chosen = next((found for found in ranked if can_decode(data, found[1])), ranked[0])
    cost, encoding, text = chosen
    near = [found for found in ranked if found[2] != text and cost <= found[0] < cost + _DOUBTFUL_MARGIN]
    if encoding == _USUAL:
        # A sign in another encoding than the usual one ("®" for "©") is too rare to be told as a doubt.
        near = [found for found in near if _has_letters_where_it_differs(found[2], text)]
    rival = next((other for _, other, _ in near if can_decode(data, other)), "")
    western = next((found[2] for found in near if found[1] == _USUAL), None)
    if western is not None and not _BESIDE_A_LETTER.search(data) and _has_other_letters(text, western):
        # Letters that stand alone have no neighbours to judge them by: the usual encoding, with the doubt.
        encoding, rival, text = _USUAL, encoding, western
    return Guess(encoding, cost, sum(character > "\x7f" for character in text), rival, highest_plausible_cost(text))


def _drawn_on_a_terminal(data: bytes) -> Guess | None:
    """For text with frames of lines, which the code pages of DOS have at the same places: their best, by the rest."""
    if _FRAME.search(data) is None:
        return None
    is_mixed = _MIXED_FRAME.search(data) is not None
    rest = _sample(data.translate(None, _FRAME_PARTS + (_MIXED_PARTS if is_mixed else b"")), _SAMPLE)
    ranked = _ranked(rest, _only(_OF_DOS[::3] if is_mixed else _OF_DOS))
    cost, encoding, text = ranked[0] if ranked else (0.0, "cp437", "")
    rival = next((other for price, other, read in ranked[1:] if read != text and price < cost + _DOUBTFUL_MARGIN), "")
    return Guess(encoding, cost, sum(map(str.isalpha, text)), rival, highest_plausible_cost(text))


def _has_other_letters(text: str, western: str) -> bool:
    return all(a.isalpha() and b.isalpha() for a, b in zip(text, western, strict=False) if a != b)


def _has_letters_where_it_differs(text: str, usual: str) -> bool:
    return len(text) != len(usual) or any(a != b and a.isalpha() for a, b in zip(text, usual, strict=True))


def cost_in(data: bytes, encoding: str) -> float | None:
    """The cost of `data` in one encoding; None when it is not among the candidates, or cannot decode it."""
    ranked = _ranked(_sample(data, _SAMPLE), _only({encoding}))
    return ranked[0][0] if ranked else None


def decoded_as(data: bytes, encoding: str) -> str:
    """The text in this encoding, with U+FFFD for each byte that it does not know."""
    text = _strictly(data, encoding)
    found = data.decode(encoding, errors="replace") if text is None else text
    return unicodedata.normalize("NFC", found) if encoding == "cp1258" else found  # its accents stand alone


def can_decode(data: bytes, encoding: str) -> bool:
    """Whether each byte has a meaning in this encoding."""
    return _strictly(data, encoding) is not None


def _strictly(data: bytes, encoding: str) -> str | None:
    for codec in (encoding, *_WIDER.get(encoding, ())):
        with suppress(UnicodeDecodeError):
            return data.decode(codec)
    return None


def shown_name(encoding: str) -> str:
    """The usual name of a codec: "Windows-1250" for cp1250."""
    number = encoding.removeprefix("cp")
    return _NAMES.get(encoding) or (f"Windows-{number}" if number.startswith("125") else f"code page {number}")


def cost_of(text: str) -> float:
    """The cost of a text that is decoded already, in the language that fits best; U+FFFD counts as broken."""
    tokens = tokens_of(text.replace("\ufffd", ""))
    return lowest_cost(tokens, letter_models().values(), {}) + text.count("\ufffd") * _BROKEN


def highest_plausible_cost(text: str) -> float:
    """The most that text with these letters costs in a language that it is written in."""
    costs = (_LETTER_COST if character < "\u2e80" else _IDEOGRAPH_COST for character in text if character > "\x7f")
    return sum(costs) + _FIRST_COST


def _only(encodings: Iterable[str]) -> Iterator[tuple[str, Mapping[str, float]]]:
    wanted = set(encodings)
    for languages, handicaps in _CANDIDATES:
        if left := {encoding: handicap for encoding, handicap in handicaps.items() if encoding in wanted}:
            yield languages, left


def _sample(data: bytes, size: int) -> bytes:
    """Different pieces of text beyond ASCII from the whole file, up to about `size` bytes in all."""
    pieces = list(dict.fromkeys(piece[:_LONGEST_PIECE] for piece in _PIECE.findall(data)))
    total = sum(map(len, pieces))
    step = max(1, total // size)
    chosen, taken = list[bytes](), 0
    for piece in pieces[::step]:
        chosen.append(piece)
        taken += len(piece) + 1
        if taken >= size:
            break
    return b"\n".join(chosen)


def _ranked(sample: bytes, candidates: Iterable[tuple[str, Mapping[str, float]]]) -> list[tuple[float, str, str]]:
    """Cost, encoding and decoded sample of each candidate that decodes nearly all of it, the cheapest first."""
    models = letter_models()
    context = _context_costs(sample, models)
    found: list[tuple[float, str, str]] = []
    for languages, handicaps in candidates:
        for encoding, handicap in handicaps.items():
            text = _UNPRINTED.sub("\ufffd", decoded_as(sample, encoding))
            broken = text.count("\ufffd")
            if broken > 1 + len(sample) * _MOST_BROKEN_SHARE:
                continue
            if encoding in _RARE and len({letter for letter in text if letter > "\x7f" and letter.isalpha()}) < 2:
                continue  # a letter alone and a sign in a word prove nothing: "ķ na’ve" for "é naïve"
            tokens = tokens_of(text)
            cost = lowest_cost(tokens, [models[name] for name in languages.split()], context)
            found.append((cost + handicap + broken * _BROKEN, encoding, text))
    return sorted(found)


def _context_costs(sample: bytes, models: Mapping[str, LetterModel]) -> Mapping[str, float]:
    """How badly the ASCII words around fit each language; for other scripts, whether there are many of them."""
    words = [word.decode().lower() for word in _ASCII_WORD.findall(_WITH_HIGH.sub(b" ", sample))[:_CONTEXT_WORDS]]
    latin = {
        name: sum(map(model.ascii_cost, words)) / max(len(words), 1) ** 0.5
        for name, model in models.items()
        if model.kind == "latin"
    }
    best = min(latin.values())
    in_prose = len(words) >= 3 * len(set(_HIGH_RUN.findall(sample)))
    foreign = _FOREIGN_SCRIPT_IN_PROSE if in_prose else 0.0
    return {
        name: min(_CONTEXT_MOST, _CONTEXT_WEIGHT * (latin[name] - best)) if name in latin else foreign
        for name in models
    }
