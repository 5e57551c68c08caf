"""BibTeX (.bib): each entry under its title, its fields as lines, the letters that LaTeX spells written out."""

from __future__ import annotations

from collections.abc import Iterator

from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.index.readers.text_markup.latex import plain_text
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

_ENTRY = lazy_regex(r"@[ \t]*(?P<kind>[A-Za-z]{2,30})[ \t]*[{(]\s*(?P<key>[^,\s{}()]{1,200})\s*,")
_FIELD = lazy_regex(r"\s*,?\s*(?P<name>[A-Za-z][\w-]{0,40})\s*=\s*")
_BARE = lazy_regex(r"[^\s,{}\"#]+")
_JOIN = lazy_regex(r"\s*#\s*")
_AND = lazy_regex(r"\s+and\s+")
# A brace that is never closed must not make each entry read the whole file.
_LONGEST_VALUE = 20_000
_PEOPLE = ("author", "editor", "translator")
_NOT_SHOWN = frozenset({"file", "bdsk-url-1", "date-added", "date-modified", "owner", "timestamp", "mendeley-tags"})


def read(source: Source) -> Document:
    """The entries; a file without any is read as plain text."""
    text = clean(decoded(source))
    composer = Composer()
    end = 0
    for match in _ENTRY.finditer(text):
        if match.start() < end or match["kind"].lower() in ("comment", "string", "preamble"):
            continue
        read = list(_fields(text, match.end()))
        end = max((at for _, _, at in read), default=0)  # what stands in a value is not an entry
        fields = {name: value for name, value, _ in read}
        composer.heading(1, fields.get("title") or match["key"])
        composer.line(f"Key: {match['key']} ({match['kind'].lower()})")
        for name, value in fields.items():
            if value and name != "title" and name not in _NOT_SHOWN:
                composer.line(f"{name.capitalize()}: {value}")
    return made_document(source, text) if composer.is_empty else composer.document(source)


def _fields(text: str, at: int) -> Iterator[tuple[str, str, int]]:
    while (match := _FIELD.match(text, at)) is not None:
        name = match["name"].lower()
        raw, at = _value(text, match.end())
        if name in _PEOPLE:
            # A semicolon separates names: many stand with the family name first, before a comma.
            yield name, "; ".join(plain_text(person) for person in _AND.split(raw)), at
        else:
            is_code = name in ("doi", "url", "eprint")
            yield name, raw.strip() if is_code else " ".join(plain_text(raw).split()), at


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that begins at `at`, its parts joined, and where it ends."""
    parts: list[str] = []
    while at < len(text):
        if text[at] in '{"':
            end = _end_of(text, at)
            parts.append(text[at + 1 : end])
            at = end + 1
        elif (bare := _BARE.match(text, at)) is not None:
            parts.append(bare[0])
            at = bare.end()
        joined = _JOIN.match(text, at)
        if joined is None:
            break
        at = joined.end()
    return " ".join(parts), at


def _end_of(text: str, at: int) -> int:
    """Where the value in braces or quotation marks that opens at `at` closes, at most `_LONGEST_VALUE` further on."""
    closing, depth = ("}", 0) if text[at] == "{" else ('"', 0)
    end = min(len(text), at + _LONGEST_VALUE)
    for index in range(at + 1, end):
        sign = text[index]
        if sign == closing and depth == 0:
            return index
        if text[index - 1] != "\\":
            depth += (sign == "{") - (sign == "}")
    return end
