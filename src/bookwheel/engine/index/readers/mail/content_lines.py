"""The lines of calendars and contacts: unfolded and decoded, each a property with its value (RFC 5545, RFC 6350)."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_FOLD = lazy_regex(r"\n[ \t]")
# Quoted-printable goes on in the next line after a "=" at the end.
_SOFT_BREAK = lazy_regex(r"=\n[ \t]?")
_PROPERTY = lazy_regex(
    r"(?:[\w-]{1,40}\.)?(?P<name>[A-Za-z-]{1,40})"
    r"(?P<parameters>(?:;[^:\n\"]*(?:\"[^\"\n]*\"[^:\n\"]*)*)?):(?P<value>.*)"
)
_CHARSET = lazy_regex(r"charset=\"?([\w-]{2,40})", re.IGNORECASE)
_ESCAPED = lazy_regex(r"\\(.)")

Entry: TypeAlias = "tuple[str, Sequence[str]]"
"""The name of an event or a contact, and its lines."""


class Property(NamedTuple):
    """A property by its name in capitals, its parameters as they are written, and its decoded value."""

    name: str
    parameters: str
    value: str
    """With its backslashes: a separator inside a part has one before it."""


def properties_of(text: str) -> Iterator[Property]:
    """The properties in the order of the file; other lines are left out."""
    for line in _unfolded(clean(text)).split("\n"):
        match = _PROPERTY.match(line.strip())
        if match is not None:
            yield Property(match["name"].upper(), match["parameters"], _decoded(match["parameters"], match["value"]))


def unescaped(value: str) -> str:
    """A value as it is read, on one line."""
    return _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value).strip()


def entries_document(source: Source, entries: Iterable[Entry], *, unnamed: str, nothing: str) -> Document:
    """Each entry under its name. Raises DocumentError with the reason `nothing` when there are none."""
    composer = Composer()
    for name, lines in entries:
        composer.heading(1, name or unnamed)
        for line in lines:
            composer.line(line)
    if composer.is_empty:
        raise DocumentError(nothing)
    return composer.document(source)


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


def _decoded(parameters: str, raw: str) -> str:
    if "quoted-printable" not in parameters.lower():
        return raw
    charset = _CHARSET.search(parameters)
    data = quopri.decodestring(raw.encode("utf-8"))
    try:
        return data.decode(charset[1] if charset else "utf-8")
    except (LookupError, ValueError):
        return data.decode("latin-1")
