"""The parts of a mail as text: headers and bodies in their encodings, HTML where the plain text is only a stub."""

from __future__ import annotations

import binascii
import email.errors
import email.header
import mimetypes
import re
from collections.abc import Iterator, Sequence
from email.message import Message
from typing import NamedTuple, cast

from bookwheel.engine.index.readers.encodings.encoding import decoded_text
from bookwheel.engine.index.readers.mail.ics import calendar_text
from bookwheel.engine.index.readers.web.html import page_of
from bookwheel.lazy_regex import lazy_regex

_ENCODING_SAMPLE = 20_000
_ENCODING = "Content-Transfer-Encoding"
_NOT_BASE64 = lazy_regex(rb"[^A-Za-z0-9+/=\s]|[A-Za-z0-9] [A-Za-z0-9]")
_MOST_STRAY = 3
_BASE64_BLOCK = lazy_regex(
    rb"\s*(?:[A-Za-z0-9+/]{60,76}\r?\n)*[A-Za-z0-9+/]{1,76}(?:={1,2}\r?\n|(?<=[A-Za-z0-9+/]{40})\r?\n)"
)
# RFC 1896: `<bold>`, `<color><param>red</param>`; "<<" stands for a "<".
_ENRICHED = lazy_regex(r"<param>[^<>]{0,200}</param>|</?[a-z-]{1,60}>", re.IGNORECASE)
_RAW = lazy_regex(rb"[\x80-\xff]")
_QUOTED = lazy_regex(rb"=\r?\n|=[89A-F][0-9A-F]")
_LONGEST_HEADER = 10_000
_WORD = lazy_regex(r"[^\W_]+")
# HTML is read instead of the plain text when so much of its words is not there.
_MISSING_WORDS = 0.4
_LEAST_WORDS = 4
# Bytes beyond ASCII, and the escape sequences of Japanese and Korean mail.
_FOREIGN_BYTES = lazy_regex("[\udc80-\udcff]|\x1b[$(]")
# Reports on a mail that was sent: their parts have only headers.
REPORTS = ("message/delivery-status", "message/disposition-notification")
# A file inside the plain text, as mail programs wrote it before MIME.
_UUENCODED = lazy_regex(
    r"^begin [0-7]{3,4} (?P<name>[^\n]{1,200})\n(?P<lines>(?:[ -`]{1,90}\r?\n)*)end\s*?$", re.MULTILINE
)


class MailBody(NamedTuple):
    """The text of a mail, doubts about its letters, and the files inside its plain text by their names."""

    text: str
    remarks: Sequence[str]
    attached: Sequence[tuple[str, bytes]] = ()


def header(message: Message, name: str) -> str:
    """A header on one line, its encoded words decoded; empty when it is missing."""
    raw = _raw_header(message, name)[:_LONGEST_HEADER]
    if _FOREIGN_BYTES.search(raw):
        found = decoded_text(raw.encode("ascii", "surrogateescape"), message.get_content_charset() or "")
        raw = raw.encode("ascii", "replace").decode() if found is None else found.text
    try:
        pieces = email.header.decode_header(raw)
    except (ValueError, email.errors.MessageError):
        pieces = [(raw, None)]
    # Blanks between encoded words are not text, blanks beside other words are: `decode_header` keeps those.
    return " ".join("".join(_header_piece(piece, charset) for piece, charset in pieces).split())


def file_name(part: Message) -> str:
    """The name of an attachment on one line; empty for a body."""
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        return "(a name that cannot be read)"
    if not name and part.get_content_maintype() not in ("text", "message", "multipart"):
        return f"unnamed{mimetypes.guess_extension(part.get_content_type()) or ''}"
    if "=?" in name:
        name = "".join(_header_piece(piece, charset) for piece, charset in email.header.decode_header(name))
    return " ".join(_FOREIGN_BYTES.sub("\ufffd", name).split())


def payload(part: Message) -> bytes:
    """The bytes of a part without its transfer encoding, if it is in that encoding."""
    encoding = str(part.get(_ENCODING, "")).strip().lower()
    if encoding in ("base64", "quoted-printable"):
        part.replace_header(_ENCODING, "8bit")
        written = _decoded_payload(part)
        part.replace_header(_ENCODING, encoding)
        if _is_not_encoded(written, encoding):
            return _with_footer(written) if encoding == "base64" else written
    return _decoded_payload(part)


def _with_footer(written: bytes) -> bytes:
    """A plain text, or an encoded one under which a mailing list has written its footer."""
    block = _BASE64_BLOCK.match(written)
    if block is None or len(b"".join(block[0].split())) % 4:
        return written
    return binascii.a2b_base64(block[0]) + b"\n" + written[block.end() :]


def _decoded_payload(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _is_not_encoded(written: bytes, encoding: str) -> bool:
    """Whether a text is plain against what its part says: programs copy the heads of other parts."""
    sample = written[:_ENCODING_SAMPLE]
    if encoding == "base64":
        return len(_NOT_BASE64.findall(sample)) > _MOST_STRAY
    # Quoted-printable leaves no byte beyond ASCII, and ends the lines that it wraps with "=".
    return encoding == "quoted-printable" and _RAW.search(sample) is not None and _QUOTED.search(sample) is None


def body(parts: Sequence[Message]) -> MailBody:
    """The text of the parts that are not attachments, in their order."""
    remarks = list[str]()
    attached: list[tuple[str, bytes]] = []
    plain = [(part, _without_files(_plain(part, remarks), attached)) for part in parts if _is_plain(part)]
    pages = [(part, _page(part, remarks)) for part in parts if part.get_content_type() == "text/html"]
    seen = "\n".join(text for _, text in plain)
    # The whole page stands for the plain text, which is a stub or a part of it; else the page would repeat it.
    chosen = {id(part): text for part, text in pages if _is_missing(text, seen)}
    in_page = "\n".join(chosen.values())
    chosen.update((id(part), text) for part, text in plain if not chosen or _is_missing(text, in_page))
    if chosen and len(plain) == 1 and len(pages) == 1 and id(pages[0][0]) in chosen:
        chosen.pop(id(plain[0][0]), None)  # two versions of one text: "your program cannot show HTML" and the text
    for part in parts:
        if part.get_content_type() == "text/calendar":
            chosen[id(part)] = calendar_text(_plain(part, remarks))
        elif part.get_content_type() in REPORTS:
            chosen[id(part)] = "\n\n".join(_report(part))
    text = "\n\n".join(found for part in parts if (found := chosen.get(id(part), "").strip("\n")))
    return MailBody(text, remarks, attached)


def _is_plain(part: Message) -> bool:
    kind = part.get_content_type()
    return kind.startswith("text/") and kind not in ("text/html", "text/calendar", "text/x-amp-html", "text/css")


def _plain(part: Message, remarks: list[str]) -> str:
    found = decoded_text(payload(part), part.get_content_charset() or "")
    if found is None:
        return ""
    remarks.extend(found.remarks)
    if part.get_content_type() in ("text/enriched", "text/richtext"):
        return _ENRICHED.sub("", found.text.replace("<<", "\ufffe")).replace("\ufffe", "<")
    is_flowed = str(part.get_param("format", "")).lower() == "flowed"
    joins_words = str(part.get_param("delsp", "")).lower() == "yes"
    return _unflowed(found.text, joins_words=joins_words) if is_flowed else found.text


def _report(part: Message) -> Iterator[str]:
    if part.is_multipart():
        for block in cast("list[Message]", part.get_payload()):  # a list, as long as `is_multipart` is true
            yield "\n".join(f"{name}: {header(block, name)}" for name in dict.fromkeys(block.keys()))


def _without_files(text: str, attached: list[tuple[str, bytes]]) -> str:
    """The text without the files encoded in it, which go to `attached`."""
    if "\nend" not in text:
        return text

    def take(match: re.Match[str]) -> str:
        try:
            data = b"".join(map(binascii.a2b_uu, match["lines"].splitlines()))
        except binascii.Error:
            return match[0]
        attached.append((match["name"].strip(), data))
        return ""

    return _UUENCODED.sub(take, text)


def _page(part: Message, remarks: list[str]) -> str:
    found = decoded_text(payload(part), part.get_content_charset() or "")
    if found is None:
        return ""
    remarks.extend(found.remarks)
    return page_of(found.text, whole=True).text


def _unflowed(text: str, *, joins_words: bool) -> str:
    """RFC 3676: a line that ends with a blank goes on in the next line of the same quotation; "-- " signs.

    With `joins_words` (DelSp) that blank is not text. A blank that begins a line guards what follows it.
    """
    lines: list[str] = []
    depth_of_last, is_open = 0, False
    for line in text.split("\n"):
        plain = line.lstrip(">")
        depth = len(line) - len(plain)
        said = plain.removeprefix(" ")
        if is_open and said and depth == depth_of_last:
            lines[-1] += said
        else:
            lines.append(f"{'>' * depth} {said}" if depth else said)
        depth_of_last, is_open = depth, said.endswith(" ") and said != "-- "
        if is_open and joins_words:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _is_missing(text: str, seen: str) -> bool:
    words = [word.lower() for word in _WORD.findall(text)]
    known = {word.lower() for word in _WORD.findall(seen)}
    missing = sum(word not in known for word in words)
    return bool(words) and (not known or (missing >= _LEAST_WORDS and missing > _MISSING_WORDS * len(words)))


def _raw_header(message: Message, name: str) -> str:
    # `message[name]` hides bytes beyond ASCII in a Header of unknown encoding; the raw items keep them.
    return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _header_piece(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    found = decoded_text(piece, charset or "")
    return piece.decode("latin-1") if found is None else found.text
