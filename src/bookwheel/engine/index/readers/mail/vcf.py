"""Contacts (.vcf): each person or firm under the name, with numbers, addresses and notes as lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookwheel.engine.index.readers.mail.content_lines import Entry, entries_document, properties_of, unescaped
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_SHOWN = {
    "ORG": "Organisation", "TITLE": "Title", "ROLE": "Role", "TEL": "Phone", "EMAIL": "Mail", "ADR": "Address",
    "BDAY": "Birthday", "URL": "Web", "NOTE": "Note", "NICKNAME": "Nickname", "CATEGORIES": "Categories",
}  # fmt: skip
_KIND = lazy_regex(r"(?:^|[;,=])\"?(home|work|cell|mobile|fax|main|pager)\b", re.IGNORECASE)
# The parts of a name or an address are between semicolons.
_BETWEEN_PARTS = lazy_regex(r"(?<!\\);")


def read(source: Source) -> Document:
    """The contacts; pictures and keys in them are left out."""
    text = decoded(source)
    if "BEGIN:VCARD" not in text[:10_000].upper():
        raise DocumentError("it is not a file of contacts")
    return entries_document(source, _cards(text), unnamed="(no name)", nothing="there are no contacts in it")


def _cards(text: str) -> Iterator[Entry]:
    formatted, parts, lines = "", "", list[str]()
    for name, parameters, raw in properties_of(text):
        value = ", ".join(filter(None, map(unescaped, _BETWEEN_PARTS.split(raw))))
        if name == "BEGIN":
            formatted, parts, lines = "", "", list[str]()
        elif name == "END":
            yield formatted or parts, lines
        elif name == "FN":
            formatted = value
        elif name == "N":
            family, given, *others = [*value.split(", "), ""]
            parts = " ".join(filter(None, (*reversed([family, given]), *others)))
        elif name in _SHOWN and value:
            kind = _KIND.search(parameters)
            lines.append(f"{_SHOWN[name]}{f' ({kind[1].lower()})' if kind else ''}: {value}")
