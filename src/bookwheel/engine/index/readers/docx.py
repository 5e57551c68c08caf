"""Word documents (DOCX), through mammoth's HTML: headings by their styles, lists, tables, footnotes."""

from __future__ import annotations

from typing import Protocol, cast

from bookwheel.engine.index.readers.about import pictures_remark, remarks_of
from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.docx_parts import completed
from bookwheel.engine.index.readers.html import page_of
from bookwheel.engine.index.readers.office import library, opened
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.xlsx import read as read_workbook
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"

_MOST_SHEETS = 20


class _Html(Protocol):
    value: str


def read(source: Source) -> Document:
    """The text; the title is that of the document's properties, or its first heading."""
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
        page = page_of(html.value, whole=True)
    source.remarks.extend([*whole.remarks, *pictures_remark(whole.pictures, len(page.text))])
    composer = Composer()
    composer.part(page.text, page.headings)
    for sheet in whole.sheets[:_MOST_SHEETS]:
        _write_sheet(composer, source, sheet)
    return composer.document(
        source,
        title=properties.title or composer.first_heading,
        author=properties.author,
        date=properties.date,
    )


def _write_sheet(composer: Composer, source: Source, data: bytes) -> None:
    inner = Source(f"{source.path}/sheet.xlsx", data)
    try:
        sheet = read_workbook(inner)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary to the parser: the text is not lost for a broken sheet
        reason = error.message if isinstance(error, DocumentError) else type(error).__name__
        source.remarks.append(f"an embedded sheet is not read: {reason}")
        return
    composer.paragraph(sheet.text)
    source.remarks.extend(remarks_of(sheet.metadata))


def _no_picture(_image: object) -> list[object]:
    return []
