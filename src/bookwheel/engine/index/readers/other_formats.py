"""Formats that Kreuzberg reads (extra `formats`): Word and PowerPoint of before 2007, iWork, Outlook, and more."""

from __future__ import annotations

import zipfile
from io import BytesIO

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.composer import clean
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.text_markup.markdown import headings_of
from bookwheel.engine.locations import Locations
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError, MissingExtraError

_MIME_TYPES = {
    ".doc": "application/msword",
    ".docm": "application/vnd.ms-word.document.macroEnabled.12",
    ".dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    ".ppsx": "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
    ".potx": "application/vnd.openxmlformats-officedocument.presentationml.template",
    ".xls": "application/vnd.ms-excel",
    ".xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xltx": "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
    ".pages": "application/x-iwork-pages-sffpages",
    ".numbers": "application/x-iwork-numbers-sffnumbers",
    ".key": "application/x-iwork-keynote-sffkey",
    ".msg": "application/vnd.ms-outlook",
    ".hwp": "application/x-hwp",
    ".hwpx": "application/haansofthwpx",
}
_TIMEOUT_S = 25
_MOST_WARNINGS = 3


def read(source: Source) -> Document:
    """The text as Markdown with its headings; the title is the first outermost heading."""
    try:
        import kreuzberg
    except ImportError as error:
        raise MissingExtraError("formats", f"Reading {source.suffix} files") from error
    if zipfile.is_zipfile(BytesIO(source.data)):
        Archive(source.data)  # its sizes are checked before it is unpacked
    config = kreuzberg.ExtractionConfig(
        use_cache=False,  # it would write to the disk
        output_format="markdown",
        extraction_timeout_secs=_TIMEOUT_S,
    )
    try:
        found = kreuzberg.extract_bytes_sync(source.data, _MIME_TYPES[source.suffix], config)
    except kreuzberg.KreuzbergError as error:
        raise DocumentError(f"the {source.suffix} file cannot be read ({type(error).__name__})") from error
    text = clean(found.content)
    if not text.strip():
        raise DocumentError("there is no text in it")
    source.remarks.extend(str(warning.message) for warning in found.processing_warnings[:_MOST_WARNINGS])
    headings = list(headings_of(text))
    title = next((heading.title for heading in headings if heading.level == 1), None)
    return made_document(source, text, title=title, locations=Locations(headings=headings))
