"""The numbers of lists as they are written: iv, b, 二."""

from __future__ import annotations

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"  # lists leave out ё, й, ъ, ы, ь
_DIGITS = "〇一二三四五六七八九"
_IDEOGRAPHS = frozenset(
    (
        "chineseCounting chineseCountingThousand japaneseCounting taiwaneseCounting taiwaneseCountingThousand "
        "ideographDigital japaneseDigitalTenThousand taiwaneseDigital koreanCounting"
    ).split()
)
_HIGHEST_ROMAN = 4_000


def written_number(count: int, number_format: str) -> str:
    """A count in one of the formats of ISO/IEC 29500-1 (`lowerRoman`); in digits where the format is another."""
    match number_format:
        case "lowerLetter" | "upperLetter" if count > 0:
            letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
            return letter if number_format == "lowerLetter" else letter.upper()
        case "lowerRoman" | "upperRoman" if 0 < count < _HIGHEST_ROMAN:
            roman = ""
            for value, letters in _ROMAN:
                times, count = divmod(count, value)
                roman += letters * times
            return roman if number_format == "lowerRoman" else roman.upper()
        case "decimalZero":
            return f"{count:02}"
        case "russianLower" | "russianUpper" if 0 < count <= len(_RUSSIAN):
            letter = _RUSSIAN[count - 1]
            return letter if number_format == "russianLower" else letter.upper()
        case _ if number_format in _IDEOGRAPHS and 0 < count < 100:
            tens, ones = divmod(count, 10)
            return f"{_DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{_DIGITS[ones] if ones else ''}"
        case _:
            return str(count)
