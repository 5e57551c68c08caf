"""Saved web pages in one file (.mhtml, .mht): the page, without its pictures and styles."""

from __future__ import annotations

import email

from bookwheel.engine.index.readers.html import page_document
from bookwheel.engine.index.readers.mail_parts import header, payload
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError


def read(source: Source) -> Document:
    """The main text of the first page in the file; its title is that of the page, else the subject."""
    try:
        message = email.message_from_bytes(source.data)
        page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    except RecursionError as error:
        raise DocumentError("its parts are nested too deep") from error
    if page is None:
        raise DocumentError("it is not a saved web page: there is no page in it")
    return page_document(
        source,
        payload(page),
        declared=page.get_content_charset() or "",
        title=header(message, "Subject"),
        date=header(message, "Date"),
    )
