"""Word documents (DOCX), through mammoth's HTML: headings by their styles, lists, tables, footnotes."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Protocol, cast

from bookwheel.engine.index.readers.about import pictures_remark, remarks_of
from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.office.docx_parts import completed
from bookwheel.engine.index.readers.office.office import library, opened
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.index.readers.web.html import page_of
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"

_MOST_INSERTED = 20
# The library writes an arrow behind each note, a link to the place that it belongs to.
_LINK_BACK = lazy_regex(r' <a href="#[^"]{1,200}note-ref-[^"]{1,40}">↑</a>')


class _Html(Protocol):
    value: str


def read(source: Source) -> Document:
    """The text; the title is that of the document's properties, or its first heading."""
    return _document(source, is_inserted=False)


def _document(source: Source, *, is_inserted: bool) -> Document:
    with library("DOCX"):
        import mammoth

        archive = Archive(source.data)
        whole = completed(archive)
        file, properties = opened(archive, whole.members)
        # mammoth has no annotations; the type is from its documentation.
        html = cast(
            "_Html",
            mammoth.convert_to_html(  # pyright: ignore[reportUnknownMemberType]
                file, style_map=_STYLES, include_embedded_style_map=False, convert_image=_no_picture
            ),
        )
        page = page_of(_LINK_BACK.sub("", html.value), whole=True)
    source.remarks.extend([*whole.remarks, *pictures_remark(whole.pictures, len(page.text))])
    composer = Composer()
    composer.part(page.text, page.headings)
    # A part of a part may hold the whole again.
    inserted = {} if is_inserted else dict(whole.inserted[:_MOST_INSERTED])
    if is_inserted and whole.inserted:
        source.remarks.append("parts inserted into an inserted part are not read")
    for name, data in inserted.items():
        _write_inserted(composer, source, PurePosixPath(name).name, data)
    return composer.document(
        source,
        title=properties.title or composer.first_heading,
        author=properties.author,
        date=properties.date,
    )


def _write_inserted(composer: Composer, source: Source, name: str, data: bytes) -> None:
    is_sheet = name.lower().endswith((".xlsx", ".xlsm"))
    what = "an embedded sheet" if is_sheet else "a part inserted from another file"
    try:
        format_name = "xlsx" if is_sheet else format_of(name, data[:HEAD_BYTES])
        if format_name is None:
            raise DocumentError("its format is not known")
        inner_source = Source(f"{source.path}/{name}", data)
        if format_name == "docx":
            inner = _document(inner_source, is_inserted=True)
        else:
            inner = reader_of(format_name)(inner_source)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary to the parser: the text is not lost for a broken part
        reason = error.message if isinstance(error, DocumentError) else type(error).__name__
        source.remarks.append(f"{what} is not read: {reason}")
        return
    composer.part(inner.text.rstrip(), list(locations_of(inner.metadata).headings))
    source.remarks.extend(remarks_of(inner.metadata))


def _no_picture(_image: object) -> list[object]:
    return []
