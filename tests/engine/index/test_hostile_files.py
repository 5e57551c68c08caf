"""Files made to do harm are refused at once with a reason; they expand, fetch and write nothing."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from tests.support import sample_files
from tests.support.growth import is_cheap
from tests.support.sample_files import zip_of

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.errors import DocumentError

Members = Callable[[], dict[str, str | bytes]]
TEXT_PARTS: list[tuple[str, Members, str]] = [
    ("a.docx", sample_files.docx_members, "word/document.xml"),
    ("a.odt", sample_files.odt_members, "content.xml"),
    ("a.epub", sample_files.epub_members, "OEBPS/book.opf"),
]
every_archive = pytest.mark.parametrize(("name", "members", "part"), TEXT_PARTS)


def read(name: str, data: bytes) -> str:
    format_name = format_of(name, data[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", data)).text


@pytest.mark.fault("D1")
@every_archive
@pytest.mark.parametrize(("megabytes", "reason"), [(200, "more than 64 MB"), (20, "100 times its size")])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    name: str, members: Members, part: str, megabytes: int, reason: str
) -> None:
    bomb = zip_of({**members(), part: b" " * (megabytes << 20)})

    def refuse() -> None:
        with pytest.raises(DocumentError, match=reason):
            read(name, bomb)

    def unpack() -> None:
        with zipfile.ZipFile(BytesIO(bomb)) as archive:
            archive.read(part)

    assert is_cheap(refuse, beside=unpack)


@pytest.mark.fault("D1")
def test_a_zip_directory_with_false_sizes_unpacks_no_more_than_declared() -> None:
    """zipfile asked for all of a member first unpacks all there is, and cuts it to the declared size afterwards."""
    bomb = b"x" * (100 << 20)
    data = zip_of({"a": bomb}).replace(struct.pack("<L", len(bomb)), struct.pack("<L", 1_000))
    data = data.replace(struct.pack("<L", zlib.crc32(bomb)), struct.pack("<L", zlib.crc32(bomb[:1_000])))
    assert Archive(data).read("a") == bomb[:1_000]
    copied = Archive(data).copy(lambda _: None)
    assert zipfile.ZipFile(copied).read("a") == bomb[:1_000]
    with pytest.raises(DocumentError, match="broken"):
        Archive(data.replace(struct.pack("<L", 1_000), struct.pack("<L", 2_000))).read("a")


def test_zip_members_with_overlapping_bytes_are_refused() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a", b"x" * 5_000)
        archive.filelist.extend([archive.filelist[0]] * 10)
    with pytest.raises(DocumentError, match="overlap"):
        Archive(target.getvalue())


def test_an_office_file_with_a_password_is_refused_with_the_reason() -> None:
    with pytest.raises(DocumentError, match="locked by a password"):
        read("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


BILLION_LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {after} '{f'&{before};' * 10}'>" for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.fault("D4")
@every_archive
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_neither_expanded_nor_fetched(
    name: str, members: Members, part: str, encoding: str, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not say")
    for entity in (f"<!DOCTYPE x [<!ENTITY i SYSTEM '{secret.as_uri()}'>]>", f"{BILLION_LAUGHS}]>"):
        content = str(members()[part]).replace("The wheel", "&i;").replace("Le diverse machine", "&i;")
        attack = f"<?xml version='1.0' encoding='{encoding}'?>{entity}{content}".encode(encoding)
        with pytest.raises(DocumentError, match="document type"):
            read(name, zip_of({**members(), part: attack}))


@pytest.mark.fault("D4")
def test_entities_declared_in_a_chapter_are_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("do not say")
    uri = (tmp_path / "secret.txt").as_uri()
    chapter = f"<!DOCTYPE html [<!ENTITY i SYSTEM '{uri}'>]><html><body><p>it says &i;</p></body></html>"
    text = read("a.epub", zip_of({**sample_files.epub_members(), "one.xhtml": chapter}))
    assert "&i;" in text
    assert "do not say" not in text


@pytest.mark.fault("D6")
def test_paths_in_an_epub_cannot_reach_files_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xhtml"
    secret.write_text("<p>do not say")
    members = sample_files.epub_members()
    package = str(members["OEBPS/book.opf"]).replace("../one.xhtml", f"../../../..{secret}")
    text = read("a.epub", zip_of({**members, "OEBPS/book.opf": package, "../../evil.txt": "x", "/evil.txt": "x"}))
    assert text == "Two\n\nWater & wheels."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.xhtml"]


def test_a_docx_too_deep_for_its_library_is_refused() -> None:
    """mammoth calls itself once a level."""
    members = sample_files.docx_members()
    opening, closing = "<w:sdt><w:sdtContent>" * 3_000, "</w:sdtContent></w:sdt>" * 3_000
    deep = str(members["word/document.xml"]).replace("<w:body>", "<w:body>" + opening)
    deep = deep.replace("</w:body>", closing + "</w:body>")
    with pytest.raises(DocumentError, match="nested too deep"):
        read("a.docx", zip_of({**members, "word/document.xml": deep}))


def test_an_odt_too_deep_for_the_html_parser_is_refused() -> None:
    members = sample_files.odt_members()
    # A list in an item without text of its own only says how deep the next one is, and is read.
    opening = "<text:list><text:list-item><text:p>a</text:p>" * 5_000
    closing = "</text:list-item></text:list>" * 5_000
    deep = str(members["content.xml"]).replace("<text:list>", opening + "<text:list>")
    deep = deep.replace("</text:list>", "</text:list>" + closing)
    with pytest.raises(DocumentError, match="nested more than"):
        read("a.odt", zip_of({**members, "content.xml": deep}))


def test_a_chapter_that_the_list_of_a_book_repeats_is_read_once() -> None:
    members = sample_files.epub_members()
    once = read("a.epub", zip_of(members))
    book = str(members["OEBPS/book.opf"])
    reference = book[book.index("<itemref") : book.index("/>", book.index("<itemref")) + 2]
    members["OEBPS/book.opf"] = book.replace(reference, reference * 50)
    assert read("a.epub", zip_of(members)) == once
