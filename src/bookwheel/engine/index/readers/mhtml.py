"""Saved web pages in one file (.mhtml, .mht): the page, without its pictures and styles."""

from __future__ import annotations

import email
import re
from collections.abc import Sequence
from email.message import Message

from bookwheel.engine.index.readers.mail.mail_parts import header, payload
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.web.html import decoded_page, page_document, page_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_FRAMESET = lazy_regex(r"<frameset\b", re.IGNORECASE)
_TITLE = lazy_regex(r"<title>[^<]{0,500}</title>", re.IGNORECASE)
_FRAME = lazy_regex(r"<iframe\s[^>]{0,500}?src\s*=\s*[\"']?cid:(?P<id>[^\"'\s>]{1,300})[^>]{0,500}>", re.IGNORECASE)
# A page with less text than this may only hold frames.
_HARDLY_ANY = 200


def read(source: Source) -> Document:
    """The main text of the first page in the file; its title is that of the page, else the subject."""
    try:
        message = email.message_from_bytes(source.data)
        pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    except RecursionError as error:
        raise DocumentError("its parts are nested too deep") from error
    if not pages:
        raise DocumentError("it is not a saved web page: there is no page in it")
    first, *others = pages
    shown = payload(first)
    declared = first.get_content_charset() or ""
    if others and len(page_of(_markup(first)).text) < _HARDLY_ANY:
        shown, declared = _with_frames(_markup(first), others).encode("utf-8"), "utf-8"
    return page_document(
        source, shown, declared=declared, title=header(message, "Subject"), date=header(message, "Date")
    )


def _with_frames(markup: str, frames: Sequence[Message]) -> str:
    """A page that only holds frames, with the pages in them, which are saved beside it."""
    inner = {frame.get("Content-ID", "").strip("<>"): _markup(frame) for frame in frames}
    if _FRAMESET.search(markup):
        title = _TITLE.search(markup)
        return "".join([title[0] if title else "", *(f"<div>{page}</div>" for page in inner.values())])
    return _FRAME.sub(lambda match: f"<div>{inner.get(match['id'], '')}</div>", markup)


def _markup(part: Message) -> str:
    return decoded_page(payload(part), part.get_content_charset() or "").text
