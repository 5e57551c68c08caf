"""Email (.eml): who wrote to whom, when and about what, then the text; attachments are named."""

from __future__ import annotations

import email
import email.errors
import email.header
import email.message
import email.utils
from collections.abc import Iterator

from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.encoding import decoded_text
from bookwheel.engine.index.readers.html import page_of
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

_SHOWN = ("From", "To", "Cc", "Date")
_LONGEST_HEADER = 10_000


def read(source: Source) -> Document:
    """The message; its title is the subject, its author the sender."""
    try:
        message = email.message_from_bytes(source.data)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except RecursionError as error:
        raise DocumentError("its parts are nested too deep") from error
    if not any(_header(message, name) for name in ("Subject", *_SHOWN)):
        raise DocumentError("it is not an email: it has neither sender nor subject")
    composer = Composer()
    subject = _header(message, "Subject")
    composer.heading(1, subject)
    for name in _SHOWN:
        if value := _header(message, name):
            composer.line(f"{name}: {value}")
    for text in _texts(parts):
        composer.paragraph(text)
    if attached := [name for part in parts if (name := _file_name(part))]:
        composer.paragraph("Attachments: " + ", ".join(attached))
    sender, address = email.utils.parseaddr(_header(message, "From"))
    return composer.document(source, title=subject, author=sender or address, date=_header(message, "Date"))


def _texts(parts: list[email.message.Message]) -> Iterator[str]:
    """The plain texts; when there are none, those of the HTML parts."""
    bodies = [part for part in parts if not _file_name(part)]
    plain = [_text(part) for part in bodies if part.get_content_type() == "text/plain"]
    if any(text.strip() for text in plain):
        yield from plain
        return
    for part in bodies:
        if part.get_content_type() == "text/html":
            yield page_of(_text(part), whole=True).text


def _text(part: email.message.Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    found = decoded_text(data, part.get_content_charset() or "")
    return data.decode("utf-8", errors="replace") if found is None else found.text


def _header(message: email.message.Message, name: str) -> str:
    raw = str(message.get(name, ""))[:_LONGEST_HEADER]
    try:
        decoded = str(email.header.make_header(email.header.decode_header(raw)))
    except (LookupError, ValueError, email.errors.MessageError):
        decoded = raw
    return " ".join(decoded.split())


def _file_name(part: email.message.Message) -> str:
    try:
        return " ".join((part.get_filename() or "").split())
    except (LookupError, ValueError, TypeError):
        return "(a name that cannot be read)"
