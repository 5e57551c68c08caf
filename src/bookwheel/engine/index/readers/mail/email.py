"""Mail (.eml, .mbox): who wrote to whom, when and about what, the text, attached texts, and mails inside."""

from __future__ import annotations

import email
import email.utils
import re
from collections.abc import Iterator, Sequence
from email.message import Message
from typing import cast

from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.mail.mail_parts import REPORTS, body, file_name, header, payload
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.locations import Heading, locations_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError, MissingExtraError
from bookwheel.lazy_regex import lazy_regex

_SHOWN = ("From", "To", "Cc", "Date")
_DEEPEST_MAIL = 20
_MOST_READ = 50
_MOST_ATTACHED_BYTES = 20_000_000
_MOST_NAMED = 200
_MOST_TOLD = 5
# Attachments that are not read, and not missed in the text.
_DECORATION = ("image/", "audio/", "video/", "application/pgp-keys")
_HARDLY_ANY = 10
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_MAIL = "message/rfc822"
_ENCRYPTED = "it is encrypted: its text is not read"
_ELSEWHERE = {
    "multipart/encrypted": _ENCRYPTED,
    "application/pkcs7-mime": _ENCRYPTED,
    "application/x-pkcs7-mime": _ENCRYPTED,
    "message/partial": "it is one part of a mail that was sent in several; the others are not here",
    "message/external-body": "its text is kept elsewhere, and not read",
}
# A mail in a mailbox begins with such a line: "From ada@example.org Tue Mar  5 10:00:00 2024".
_ENVELOPE = lazy_regex(rb"^From [^\n]*\d\d:\d\d[^\n]*\n(?=[!-9;-~]+:)", re.MULTILINE)
_QUOTED_FROM = lazy_regex(rb"^>(>*From )", re.MULTILINE)
# Apple Mail writes the number of bytes above a mail, and a list of its flags below.
_LENGTH_ABOVE = lazy_regex(rb"\s*(\d{1,12})[ \t]*\r?\n")
_BOUNDARY = lazy_regex(r"(?m)^--([^\s\"]{1,70})\r?$\n(?=[\w-]{1,40}:)")


def read(source: Source) -> Document:
    """The mail; its title is the subject, its author the sender."""
    message = _parsed(_without_frame(source.data) if source.suffix == ".emlx" else source.data)
    if not any(header(message, name) for name in ("Subject", *_SHOWN)):
        raise DocumentError("it is not an email: it has neither sender nor subject")
    composer = Composer()
    _MailWriter(source, composer).write(message, 1)
    sender, address = email.utils.parseaddr(header(message, "From"))
    return composer.document(
        source, title=header(message, "Subject"), author=sender or address, date=header(message, "Date")
    )


def read_mailbox(source: Source) -> Document:
    """The mails of a mailbox in the order of the file, each under its subject."""
    composer = Composer()
    starts = [match.span() for match in _ENVELOPE.finditer(source.data)]
    if not starts:
        raise DocumentError("it is not a mailbox: no mail begins in it")
    ends = [start for start, _ in starts[1:]] + [len(source.data)]
    for (_, begin), end in zip(starts, ends, strict=True):
        source.on_fraction(begin / len(source.data))
        try:
            message = _parsed(_QUOTED_FROM.sub(rb"\1", source.data[begin:end]))
            _MailWriter(source, composer).write(message, 1)
        except DocumentError as error:
            source.remarks.append(f"a mail in it is not read: {error.message}")
    return composer.document(source)


def _without_frame(data: bytes) -> bytes:
    length = _LENGTH_ABOVE.match(data)
    return data if length is None else data[length.end() : length.end() + int(length[1])]


def _parsed(data: bytes) -> Message:
    try:
        message = email.message_from_bytes(data)
        for _ in message.walk():
            pass
    except RecursionError as error:
        raise DocumentError("its parts are nested too deep") from error
    return message


class _MailWriter:
    """Writes one mail and what is in it."""

    def __init__(self, source: Source, composer: Composer) -> None:
        self._source = source
        self._composer = composer
        self._read = 0
        self._bytes = 0
        self._not_read: list[str] = []
        self._says_little = False

    def write(self, message: Message, level: int) -> None:
        """Headers, text, attachments, then the mails inside under headings one level lower."""
        self._write_mail(message, level)
        if self._not_read:
            names = ", ".join(self._not_read[:_MOST_TOLD]) + ("…" if len(self._not_read) > _MOST_TOLD else "")
            count = "one attachment is" if len(self._not_read) == 1 else f"{len(self._not_read):,} attachments are"
            self._source.remarks.append(f"{count} not read: {names}")

    def _write_mail(self, message: Message, level: int) -> None:
        self._composer.heading(level, header(message, "Subject"))
        for name in _SHOWN:
            if value := header(message, name):
                self._composer.line(f"{name}: {value}")
        parts = list(_parts_of(message))
        found = body([part for part in parts if not file_name(part) and part.get_content_type() != _MAIL])
        self._source.remarks.extend(found.remarks)
        self._composer.paragraph(found.text)
        self._says_little = len(found.text.strip()) < _HARDLY_ANY
        self._source.remarks.extend(_missing(message, parts, found.text))
        names = [name for part in parts if (name := file_name(part))] + [name for name, _ in found.attached]
        if names:
            self._composer.paragraph("Attachments: " + ", ".join(names[:_MOST_NAMED]))
        for part in parts:
            if (inner := _inner_mail(part)) is not None:
                self._write_inner(inner, level + 1)
            elif (name := file_name(part)) and part.get_content_type() not in _SIGNATURES:
                self._write_attachment(name, payload(part), part.get_content_type(), level + 1)
        for name, data in found.attached:
            self._write_attachment(name, data, "", level + 1)

    def _write_inner(self, inner: Message, level: int) -> None:
        if level <= _DEEPEST_MAIL:
            self._write_mail(inner, level)
        else:
            self._source.remarks.append(f"mails nested more than {_DEEPEST_MAIL} deep are not read")

    def _write_attachment(self, name: str, data: bytes, kind: str, level: int) -> None:
        self._read += 1
        self._bytes += len(data)
        if self._read > _MOST_READ or self._bytes > _MOST_ATTACHED_BYTES:
            self._not_read.append(name)
            return
        document = self._document(name, data)
        if document is None:
            # A logo is not missed; a scan is, where the mail says nothing else.
            if self._says_little or not kind.startswith(_DECORATION):
                self._not_read.append(name)
            return
        self._composer.heading(level, name)
        headings = [
            Heading(inner.start, min(inner.level + level, 9), inner.title)
            for inner in locations_of(document.metadata).headings
        ]
        self._composer.part(document.text.rstrip(), headings)

    def _document(self, name: str, data: bytes) -> Document | None:
        format_name = format_of(name, data[:HEAD_BYTES])
        if format_name is None or not data or format_name in ("email", "mbox", "picture"):
            return None
        try:
            return reader_of(format_name)(Source(f"/{name.replace('/', '_')}", data))
        except (DocumentError, MissingExtraError):
            return None


def _missing(message: Message, parts: Sequence[Message], text: str) -> Iterator[str]:
    """What a mail does not say because it was sent in another way, in words for the user."""
    kind = message.get_content_type()
    if str(message.get_param("smime-type", "")).lower() == "signed-data":
        yield "its text is inside its signature (S/MIME), and not read"
    elif kind in _ELSEWHERE:
        yield _ELSEWHERE[kind]
    elif not text.strip() and any(part.get_content_type() == "text/html" for part in parts):
        yield "it has no text: its page holds pictures only"


def _parts_of(message: Message) -> Iterator[Message]:
    """The parts of one mail; a mail inside it is one part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part is not message and part.get_content_type() in (_MAIL, *REPORTS):
            yield part
        elif part.is_multipart():
            # A list, as long as `is_multipart` is true.
            waiting.extend(reversed(cast("list[Message]", part.get_payload())))
        elif part.get_content_maintype() == "multipart" and isinstance(whole := part.get_payload(), str) and whole:
            waiting.append(_with_found_boundary(whole))
        else:
            yield part


def _with_found_boundary(whole: str) -> Message:
    """The parts of a message that names another boundary than it has; its text as it stands where it has none."""
    found = _BOUNDARY.search(whole)
    head = f'Content-Type: multipart/mixed; boundary="{found[1]}"' if found else "Content-Type: text/plain"
    parts = email.message_from_bytes(f"{head}\n\n{whole}".encode("utf-8", "surrogateescape"))
    if not parts.is_multipart():
        parts.set_type("text/plain")
    return parts


def _inner_mail(part: Message) -> Message | None:
    if part.get_content_type() == _MAIL and part.is_multipart():
        inner = cast("list[Message]", part.get_payload())
        return _without_encoding(part, inner[0]) if inner else None
    if file_name(part).lower().endswith(".eml") or part.get_content_type() == _MAIL:
        return _parsed(payload(part)) if payload(part) else None
    return None


def _without_encoding(part: Message, inner: Message) -> Message:
    """A mail inside another one; RFC 2046 does not allow to encode it as a whole, but some programs do."""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding not in ("base64", "quoted-printable") or inner.keys():
        return inner
    whole = Message()
    whole["Content-Transfer-Encoding"] = encoding
    whole.set_payload(inner.get_payload())
    return _parsed(payload(whole))
