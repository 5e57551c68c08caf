"""The text, headings and metadata from notebooks, data, mail, books and office files."""

import sys
from contextlib import suppress

import pytest
from tests.support import sample_files
from tests.support.growth import grows_linearly

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import REMARKS, Document
from bookwheel.errors import DocumentError, MissingExtraError


def read(name: str, data: bytes) -> Document:
    format_name = format_of(name, data[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", data))


def headings(document: Document) -> list[tuple[int, str]]:
    """Level and title of each heading; each stands in the text where it says."""
    found = locations_of(document.metadata).headings
    assert all(heading.title in document.text[heading.start :].replace("*", "")[:200] for heading in found)
    return [(heading.level, heading.title) for heading in found]


def test_a_notebook_gives_its_cells_and_their_output() -> None:
    document = read("a.ipynb", sample_files.notebook())
    assert document.text == (
        "# The wheel\n\nIt turns *slowly*.\n## Parts\n\nturn(3)\n\nthree turns\n\n42\n\nValueError: stuck\n\nas it is"
    )
    assert headings(document) == [(1, "The wheel"), (2, "Parts")]
    assert document.metadata["title"] == "The wheel"
    assert document.metadata["author"] == "Ada, Bob"


@pytest.mark.parametrize("data", [b"[]", b"{", b"[" * 100_000, b"1"])
def test_other_json_with_the_suffix_of_a_notebook_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="not a notebook"):
        read("a.ipynb", data)


def test_json_values_carry_their_paths_and_numbers_stay_as_written() -> None:
    document = read("a.json", sample_files.json_file())
    assert document.text == (
        "title: Wheels\ndate: 1588-05-01T00:00:00Z\nmaker.name: Ramelli\nmaker.version: 1.10\ntags: oak, iron\n"
        "note:\none\ntwo\nturns: true\n\nparts[0]\nid: 1\n\nparts[0].uses[0]\nof: oak\n\nparts[1]\nid: 2"
    )
    assert headings(document) == [(2, "parts[0]"), (3, "parts[0].uses[0]"), (2, "parts[1]")]
    assert (document.metadata["title"], document.metadata["date"]) == ("Wheels", "1588-05-01")


def test_json_lines_keep_their_numbers_and_broken_lines() -> None:
    text = "line 1\nname: Ada\nborn: 1815\n\nnot json\n\nline 4\nname: Bob"
    assert read("a.jsonl", sample_files.json_lines()).text == text
    assert read("lines.json", sample_files.json_lines()).text == text


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_text_that_is_not_json_is_read_as_text(name: str) -> None:
    text = '// settings\n{"name": "Ada",\n'
    assert read(name, text.encode()).text == text


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize("data", [b"[" * 100_000, b"[" * 300 + b"1" + b"]" * 300, b'{"a":' * 300 + b"1" + b"}" * 300])
def test_json_that_is_nested_too_deep_has_that_reason(name: str, data: bytes) -> None:
    with pytest.raises(DocumentError, match="nested more than 200 deep"):
        read(name, data)


def test_lone_surrogates_and_numbers_of_many_digits_are_read() -> None:
    document = read("a.json", b'{"a": "\\ud800x", "b": ' + b"9" * 5_000 + b', "c": NaN}')
    assert document.text == "a: \ufffdx\nb: " + "9" * 5_000 + "\nc: NaN"


def test_each_row_of_a_table_carries_the_headers_of_its_columns() -> None:
    text = "Name: Lovelace; Ada; Born: 1815; City: London\nName: Bob; City: São Paulo"
    assert read("a.csv", sample_files.csv()).text == text


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.tsv", "Name\tBorn\nAda\t1815\n", "Name: Ada; Born: 1815"),
        ("a.csv", "1,2\n3,4\n", "1; 2\n3; 4"),
        ("a.csv", "a,a\nb,b\n", "a; a\nb; b"),
        ("a.csv", "Name,Born\nAda,1815,London\n", "Name: Ada; Born: 1815; London"),
        ("a.csv", "Name,Born\n", "Name,Born\n"),
        ("a.csv", 'Name,Born\n"Ada,1815\n', 'Name,Born\n"Ada,1815\n'),
    ],
)
def test_tables_without_headers_or_without_rows_keep_their_text(name: str, data: str, text: str) -> None:
    assert read(name, data.encode()).text == text


def test_an_epub_is_read_in_the_order_of_its_spine() -> None:
    document = read("a.epub", sample_files.epub())
    assert document.text == "One\n\nBooks.\nA note.\n\nTwo\n\nWater & wheels."
    assert headings(document) == [(1, "One"), (1, "Two")]
    found = {key: document.metadata[key] for key in ("title", "author", "date")}
    assert found == {"title": "Le diverse machine", "author": "Agostino Ramelli", "date": "1588-02-03"}


def test_an_epub_with_drm_is_refused_with_the_reason() -> None:
    reference = '<CipherReference xmlns="http://www.w3.org/2001/04/xmlenc#" URI="one.xhtml"/>'
    with pytest.raises(DocumentError, match="DRM"):
        read("a.epub", sample_files.zip_of({**sample_files.epub_members(), "META-INF/encryption.xml": reference}))


def test_an_email_gives_its_headers_its_plain_text_and_the_names_of_attachments() -> None:
    document = read("a.eml", sample_files.email())
    assert document.text == (
        "Über das Rad\nFrom: Ada Lovelace <ada@example.org>\nTo: Bob <bob@example.org>\n"
        "Date: Tue, 05 Mar 2024 10:00:00 +0100\n\nDear Bob,\n\nit turns – at last.\n\nAttachments: plan ä.pdf"
    )
    found = {key: document.metadata[key] for key in ("title", "author", "date")}
    assert found == {"title": "Über das Rad", "author": "Ada Lovelace", "date": "2024-03-05"}


def test_an_email_with_only_html_is_read_as_a_page() -> None:
    data = b"Subject: Wheel\nContent-Type: text/html; charset=x-unknown\n\n<p>It <b>turns</b>.<script>x</script>"
    assert read("a.eml", data).text == "Wheel\n\nIt turns."


@pytest.mark.parametrize("data", [b"", b"\0\1\2", b"no headers here\n"])
def test_other_bytes_with_the_suffix_of_an_email_are_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="not an email"):
        read("a.eml", data)


def test_an_email_of_a_thousand_nested_parts_is_refused() -> None:
    """The parser and the walk over the parts call themselves once a level."""
    levels = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2_000))
    with pytest.raises(DocumentError, match="too deep"):
        read("a.eml", f"Subject: deep\n{levels}".encode())


OFFICE = {"title": "On wheels", "author": "Ada", "date": "2024-03-05"}


def about(document: Document) -> dict[str, object]:
    return {key: document.metadata.get(key) for key in ("title", "author", "date")}


def test_an_odt_keeps_headings_lists_and_tables_but_not_deleted_text() -> None:
    document = read("a.odt", sample_files.odt())
    assert document.text == "The wheel\n\nIt turns <slowly>.\nAlways.\n\nParts\n\n- oak\n\na | b"
    assert headings(document) == [(1, "The wheel"), (2, "Parts")]
    assert about(document) == OFFICE


def test_slides_of_open_document_are_pages_with_titles_and_notes() -> None:
    document = read("a.odp", sample_files.odp())
    assert document.text == "The wheel\n\n- oak\n\nSay it twice.\n\nThe axle"
    assert headings(document) == [(1, "The wheel"), (1, "The axle")]
    assert list(locations_of(document.metadata).page_starts) == [0, 33, 41]
    assert document.metadata[REMARKS] == ["1 of 3 slides hold no text (pictures?)"]
    assert about(document) == OFFICE


def test_a_flat_open_document_text_is_read_as_a_packed_one() -> None:
    content, meta = (str(sample_files.odt_members()[name]) for name in ("content.xml", "meta.xml"))
    flat = content.replace("<office:body>", meta + "<office:body>", 1)
    document = read("a.fodt", b"<?xml version='1.0'?>" + flat.encode())
    assert document.text == read("a.odt", sample_files.odt()).text
    assert about(document) == OFFICE


def test_an_odt_with_a_password_is_refused_with_the_reason() -> None:
    manifest = "<manifest><encryption-data/></manifest>"
    with pytest.raises(DocumentError, match="locked by a password"):
        read("a.odt", sample_files.zip_of({**sample_files.odt_members(), "META-INF/manifest.xml": manifest}))


def test_a_docx_keeps_headings_and_tables() -> None:
    document = read("a.docx", sample_files.docx())
    assert document.text == "The wheel\n\nIt turns <slowly>.\n\na | b"
    assert headings(document) == [(1, "The wheel")]
    assert about(document) == OFFICE


def test_a_slide_is_a_page_under_its_title() -> None:
    document = read("a.pptx", sample_files.pptx())
    assert document.text == (
        "The wheel\n\n- It turns.\n- Slowly.\n\nNotes: Smile.\n\nParts\n\nPart: rim; Wood: oak\n\nin a group"
    )
    assert headings(document) == [(1, "The wheel"), (1, "Parts")]
    assert locations_of(document.metadata).page_starts == [0, document.text.index("Parts")]
    assert about(document) == OFFICE


def test_a_workbook_gives_its_sheets_row_by_row() -> None:
    document = read("a.xlsx", sample_files.xlsx())
    assert document.text == (
        "Wheels\nName: rim; Turns: 3; Made: 1588-02-03; Share: 0.5; Oak: true\nName: hub\n\nBare\n1; 2"
    )
    assert headings(document) == [(1, "Wheels"), (1, "Bare")]
    assert about(document) == OFFICE


def test_rtf_gives_its_text_title_author_and_date() -> None:
    document = read("a.rtf", sample_files.rtf())
    assert document.text == "The wheel turns –äh.\n\nAlways."
    assert about(document) == OFFICE


@pytest.mark.parametrize(
    ("name", "package"), [("a.docx", "mammoth"), ("a.pptx", "pptx"), ("a.xlsx", "openpyxl"), ("a.rtf", "striprtf")]
)
def test_a_missing_extra_names_itself(name: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # how Python remembers that a package cannot be imported
    with pytest.raises(MissingExtraError, match="'office'"):
        read(name, b"{\\rtf1}")


def test_latex_gives_its_text_its_sections_and_its_mathematics() -> None:
    document = read("a.tex", sample_files.latex())
    assert document.text == (
        "On wheels\n\nAuthor: Ada Lovelace\nDate: 2024-03-05\n\nThe wheel\n\n"
        "It turns at 5% — “slowly”, says Étienne Müller [ramelli]. "
        "So $a_1 + \\alpha = 3$ holds:\n  E = mc^2\n\nParts\n\n- oak rim\n- hub, see [fig:hub]"
    )
    assert headings(document) == [(1, "On wheels"), (4, "The wheel"), (5, "Parts")]
    assert about(document) == {"title": "On wheels", "author": "Ada Lovelace", "date": "2024-03-05"}


def test_latex_of_only_special_characters_takes_linear_time() -> None:
    def read_or_refuse(text: str) -> None:
        with suppress(DocumentError):
            read("a.tex", text.encode())

    for piece in ("$", "\\(", "\\begin{equation}", "{", "\\section{", "\\title{", "%", "\\'", "\\ref["):
        assert grows_linearly(read_or_refuse, piece, 5_000), piece
