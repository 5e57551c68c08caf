"""Contacts (.vcf): each person or firm under the name, with numbers, addresses and notes as lines."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator

from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_FOLD = lazy_regex(r"\n[ \t]")
# Quoted-printable goes on in the next line after a "=" at the end.
_SOFT_BREAK = lazy_regex(r"=\n[ \t]?")
_PROPERTY = lazy_regex(r"(?:[\w-]{1,40}\.)?(?P<name>[A-Za-z-]{1,40})(?P<parameters>(?:;[^:\n]{0,200})?):(?P<value>.*)")
_SHOWN = {
    "ORG": "Organisation", "TITLE": "Title", "ROLE": "Role", "TEL": "Phone", "EMAIL": "Mail", "ADR": "Address",
    "BDAY": "Birthday", "URL": "Web", "NOTE": "Note", "NICKNAME": "Nickname", "CATEGORIES": "Categories",
}  # fmt: skip
_KIND = lazy_regex(r"(?:^|[;,=])\"?(home|work|cell|mobile|fax|main|pager)\b", re.IGNORECASE)


def read(source: Source) -> Document:
    """The contacts; pictures and keys in them are left out."""
    text = clean(decoded(source))
    if "BEGIN:VCARD" not in text[:10_000].upper():
        raise DocumentError("it is not a file of contacts")
    composer = Composer()
    for name, lines in _cards(text):
        composer.heading(1, name or "(no name)")
        for line in lines:
            composer.line(line)
    if composer.is_empty:
        raise DocumentError("there are no contacts in it")
    return composer.document(source)


def _cards(text: str) -> Iterator[tuple[str, list[str]]]:
    formatted, parts, lines = "", "", list[str]()
    for line in _unfolded(text).split("\n"):
        match = _PROPERTY.match(line.strip())
        if match is None:
            continue
        name, value = match["name"].upper(), _value(match["parameters"], match["value"])
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
            kind = _KIND.search(match["parameters"])
            lines.append(f"{_SHOWN[name]}{f' ({kind[1].lower()})' if kind else ''}: {value}")


def _unfolded(text: str) -> str:
    lines = _FOLD.sub("", text)
    if "quoted-printable" not in lines.lower():
        return lines
    unfolded: list[str] = []
    for line in lines.split("\n"):
        if unfolded and unfolded[-1].endswith("=") and "quoted-printable" in unfolded[-1].lower():
            unfolded[-1] = _SOFT_BREAK.sub("", f"{unfolded[-1]}\n{line}")
        else:
            unfolded.append(line)
    return "\n".join(unfolded)


def _value(parameters: str, raw: str) -> str:
    if "quoted-printable" in parameters.lower():
        charset = re.search(r"charset=\"?([\w-]{2,40})", parameters, re.IGNORECASE)
        data = quopri.decodestring(raw.encode("utf-8"))
        try:
            raw = data.decode(charset[1] if charset else "utf-8")
        except (LookupError, ValueError):
            raw = data.decode("latin-1")
    # The parts of a name or an address are between semicolons.
    parts = [re.sub(r"\\(.)", _unescaped, part).strip() for part in re.split(r"(?<!\\);", raw)]
    return ", ".join(filter(None, parts))


def _unescaped(match: re.Match[str]) -> str:
    return " " if match[1] in "nN" else match[1]
