"""Translations of gettext (.po, .pot): a line a text, with its translation and what translators are told of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

_KEYWORD = lazy_regex(r"(?:#~ ?)?(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d{1,2})\])?[ \t]+\"(.*)\"[ \t]*")
_GOES_ON = lazy_regex(r"(?:#~ ?)?\"(.*)\"[ \t]*")
_ESCAPE = lazy_regex(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": ""}
_NAMES = {"msgctxt": "Context", "msgid": "Text", "msgid_plural": "Plural", "msgstr": "Translation"}
_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nb": "Norwegian", "nl": "Dutch", "nn": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip
_LANGUAGE = lazy_regex(r"(?m)^Language:[ \t]*([a-z]{2})")


class _Keyword(NamedTuple):
    keyword: str
    number: str
    pieces: list[str]

    @property
    def text(self) -> str:
        plain = _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), "".join(self.pieces))
        return " ".join(plain.split()) if self.keyword != "head" else plain


def read(source: Source) -> Document:
    """The texts in their order, below what the head of the file says; of each, its comments too."""
    text = decoded(source)
    composer = Composer()
    name = _NAMES["msgstr"]
    for lines in _entries(text):
        parts = list(_parts(lines))
        ids = [part.text for part in parts if part.keyword == "msgid"]
        said = [part for part in parts if part.keyword == "msgstr"]
        if ids == [""] and said and composer.is_empty:
            head = said[0]._replace(keyword="head").text
            language = _LANGUAGE.search(head)
            name = f"{_LANGUAGES.get(language[1], language[1])} translation" if language else name
            composer.paragraph(head)
            continue
        cells = [f"{_name_of(part, name)}: {part.text}" for part in parts if part.text]
        cells += _told(lines)
        if ids and cells:
            composer.line("; ".join(cells))
    return made_document(source, text) if composer.is_empty else composer.document(source)


def _entries(text: str) -> Iterator[list[str]]:
    """The lines of each entry; a blank line, or a comment behind a translation, ends one."""
    found: list[str] = []
    has_translation = False
    for line in text.split("\n"):
        is_new = (line.startswith("#") and not line.startswith("#~")) or "msgid " in line or "msgctxt " in line
        if not line.strip() or (has_translation and is_new):
            if found:
                yield found
            found, has_translation = [], False
        if line.strip():
            found.append(line.strip())
            has_translation |= "msgstr" in line[:12]
    if found:
        yield found


def _parts(lines: list[str]) -> Iterator[_Keyword]:
    part: _Keyword | None = None
    for line in lines:
        if keyword := _KEYWORD.fullmatch(line):
            if part is not None:
                yield part
            part = _Keyword(keyword[1], keyword[2] or "", [keyword[3]])
        elif part is not None and (more := _GOES_ON.fullmatch(line)):
            part.pieces.append(more[1])
    if part is not None:
        yield part


def _name_of(part: _Keyword, translation: str) -> str:
    if part.keyword != "msgstr":
        return _NAMES[part.keyword]
    return f"{translation} {part.number}" if part.number not in ("", "0") else translation


def _told(lines: list[str]) -> Iterator[str]:
    """What the programmers and translators say of a text, and whether its translation is only a guess."""
    said = [line[2:].strip() for line in lines if line.startswith(("#.", "# "))]
    if said:
        yield f"Comment: {' '.join(filter(None, said))}"
    if any(line.startswith("#,") and "fuzzy" in line for line in lines):
        yield "State: not checked"
    if any(line.startswith("#~") for line in lines):
        yield "State: no longer used"
