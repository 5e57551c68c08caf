"""What the escapes of a man page stand for, and the words of its macro lines."""

from __future__ import annotations

import re

from bookwheel.lazy_regex import lazy_regex

_NAME = r"(?:\((?P<two{0}>..)|\[(?P<long{0}>[^\]\n]{{0,40}})\]|(?P<one{0}>.))"
_ESCAPE = lazy_regex(
    r"\\(?:"
    r"\((?P<two>..)|\[(?P<long>[^\]\n]{1,40})\]"
    r"|\*"
    + _NAME.format("_string")
    + r"|[fFmMgkYVn][+-]?"
    + _NAME.format("_set")
    + r"|s(?:[+-]?\d{1,2}|[+-]?\[[^\]\n]{1,8}\])"
    r"|[hvwXxZolLDbNRABCHS](?:'[^'\n]{0,200}'|\"[^\"\n]{0,200}\")"
    r"|(?P<other>.)|\Z)"
)
_COMMENT = lazy_regex(r"(?<!\\)(?:\\\\)*(?P<comment>\\[\"#])")
_WORD = lazy_regex(r'"(?P<quoted>(?:[^"]|"")*)"?|(?P<bare>(?:\\.|[^\s"\\])(?:\\.|[^\s\\]|\\\Z)*)')
_CHARACTERS = dict(
    zip(
        "aq dq bu em en hy co rg tm lq rq oq cq ga ha ti rs at sh Do Eu Po mu -> <- => <= >= != == +- mi de sc "
        "Fo Fc fo fc ci sq ct lB rB lC rC la ra sl ba ul".split(),
        "' \" • — – - © ® ™ “ ” ‘ ’ ` ^ ~ \\ @ # $ € £ × → ← ⇒ ≤ ≥ ≠ ≡ ± − ° § « » ‹ › ○ □ ¢ [ ] { } ⟨ ⟩ / | _".split(),
        strict=True,
    )
) | {"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "/o": "ø", "/O": "Ø", "oa": "å", "oA": "Å"}
_ACCENTS = {":": "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", ",": "\u0327", "v": "\u030c"}
_STRINGS = {"R": "®", "Tm": "™", "lq": "“", "rq": "”", "Aq": "'", 'L"': '"', 'R"': '"', "C`": "", "C'": "", "--": "—"}
_SIGNS = {
    "-": "-",
    "e": "\\",
    "\\": "\\",
    " ": " ",
    "~": " ",
    "0": " ",
    "t": "\t",
    "`": "`",
    "'": "'",
    ".": ".",
    "_": "_",
}


def without_comment(line: str) -> str:
    """The line up to its comment."""
    if '\\"' not in line and "\\#" not in line:
        return line
    comment = _COMMENT.search(line)
    return line if comment is None else line[: comment.start("comment")].rstrip()


def unescaped(text: str) -> str:
    """The text with the letters that its escapes name, without changes of font and size."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def macro_words(rest: str) -> list[str]:
    """The arguments of a macro, as written: escapes stay."""
    words = (
        match["bare"] if match["quoted"] is None else match["quoted"].replace('""', '"')
        for match in _WORD.finditer(rest)
    )
    return list(words)


def _character(match: re.Match[str]) -> str:
    name = match["two"] or match["long"]
    if name is not None:
        return _named(name)
    string = match["two_string"] or match["long_string"] or match["one_string"]
    if string is not None:
        return _STRINGS.get(string, "")
    return _SIGNS.get(match["other"] or "", "")


def _named(name: str) -> str:
    if name in _CHARACTERS:
        return _CHARACTERS[name]
    if len(name) == 2 and name[0] in _ACCENTS:
        from unicodedata import normalize

        return normalize("NFC", name[1] + _ACCENTS[name[0]])
    if name[:1] == "u" and 5 <= len(name) <= 7:
        try:
            code = int(name[1:], 16)
        except ValueError:
            return ""
        return chr(code) if code < 0x110000 else ""
    return ""
