"""Drawings as text: SVG by its lines, diagrams by their shapes and arrows."""

import base64
import io
import zipfile
import zlib
from urllib.parse import quote

import pytest
from tests.support.sample_files import zip_of

from bookwheel.engine.index.readers.about import remarks_of
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError


def read(name: str, data: str) -> Document:
    format_name = format_of(name, data.encode()[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", data.encode()))


def svg(inner: str, before: str = "") -> Document:
    return read("a.svg", f'{before}<svg xmlns="http://www.w3.org/2000/svg">{inner}</svg>')


def test_words_on_one_line_of_a_drawing_are_joined_and_lines_below_follow() -> None:
    document = svg(
        "<title>Mill</title><desc>Section of the mill</desc><defs><text>not drawn</text></defs><style>.a{}</style>"
        '<g transform="translate(10, 20)"><text x="0" y="10" textLength="40">The wh</text>'
        '<text x="40" y="10" textLength="20">eel</text><text x="70" y="10">turns &amp; turns</text>'
        '<text x="0" y="22">in May.</text></g><text x="300" y="90">Sluice</text><text display="none">gone</text>'
    )
    assert document.text == "Mill\n\nSection of the mill\n\nThe wheel turns & turns\nin May.\n\nSluice"
    assert document.metadata["title"] == "Mill"


def test_parts_of_a_text_in_a_drawing_begin_a_line_where_they_are_moved_down() -> None:
    text = '<text x="4" y="9"><tspan>Gate <tspan>3</tspan></tspan><tspan x="4" dy="12">opens at noon</tspan></text>'
    assert svg(text).text == "Gate 3\nopens at noon"


def test_a_text_with_a_copy_for_older_programs_is_read_once() -> None:
    switch = (
        '<switch><foreignObject><div><b>Pump</b> house</div></foreignObject><text x="1" y="1">Pump ho…</text></switch>'
    )
    assert svg(switch).text == "Pump house"


def test_a_chart_that_draws_letters_as_shapes_names_them_in_comments() -> None:
    chart = '<g id="text_3"><!-- Flow (l/s) --><use href="#F"/><use href="#l"/></g><path d="M0 0"/>'
    document = svg(chart, '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD" "svg.dtd">\n')
    assert document.text == "Flow (l/s)"
    assert remarks_of(document.metadata) == ("hardly any text: what it shows is drawn as shapes, which are not read",)


def test_an_icon_is_a_picture_and_a_drawing_of_shapes_alone_is_refused_with_its_reason() -> None:
    assert format_of("icon.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>') is None
    with pytest.raises(DocumentError, match="drawn as shapes"):
        svg('<text> </text><path d="M0 0h9"/>')
    with pytest.raises(DocumentError, match="XML is broken"):
        read("a.svg", "<svg><text>Mill")


def test_entities_of_a_drawing_are_not_expanded() -> None:
    entities = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    assert svg('<text x="&b;">Mill&b;</text>', entities).text == "Mill"


CELLS = (
    '<mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/>'
    '<mxCell id="2" value="&lt;b&gt;Sluice&lt;/b&gt; gate" vertex="1" parent="1"/>'
    '<object label="Turbine" id="3"><mxCell vertex="1" parent="1"/></object>'
    '<mxCell id="4" value="opens" edge="1" source="2" target="3" parent="1"/>'
    '<mxCell id="5" value="at noon" vertex="1" parent="4"/></root></mxGraphModel>'
)


def test_a_diagram_says_what_its_arrows_join() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = base64.b64encode(packer.compress(quote(CELLS).encode()) + packer.flush()).decode()
    diagram = f'<mxfile><diagram name="Water">{CELLS}</diagram><diagram name="Again">{packed}</diagram></mxfile>'
    page = "Sluice gate\nTurbine\nSluice gate → Turbine: opens at noon"
    assert read("mill.drawio", diagram).text == f"Water\n\n{page}\n\nAgain\n\n{page}"


def test_a_page_of_a_diagram_that_cannot_be_unpacked_is_named() -> None:
    document = read("a.drawio", f'<mxfile><diagram name="A">{CELLS}</diagram><diagram name="B">@@</diagram></mxfile>')
    assert remarks_of(document.metadata) == ("the page B is not read: it is broken",)


def test_xml_of_an_unknown_suffix_is_read_as_xml() -> None:
    assert (
        read("mill.settings", '<?xml version="1.0"?><mill wheels="2"><dir>/srv</dir></mill>').text
        == "wheels: 2\ndir: /srv"
    )


def test_text_boxes_over_a_sheet_are_read() -> None:
    from openpyxl import Workbook

    book, target = Workbook(), io.BytesIO()
    book.save(target)
    with zipfile.ZipFile(target) as packed:
        members: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
    members["xl/worksheets/_rels/sheet1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}" Target="../drawings/drawing1.xml"/></Relationships>'
    )
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    members["xl/drawings/drawing1.xml"] = (
        f'<d:wsDr xmlns:d="{drawing}/spreadsheetDrawing" xmlns:a="{drawing}/main"><d:sp><d:txBody><a:p>'
        "<a:r><a:t>The key </a:t></a:r><a:r><a:t>is in locker 12.</a:t></a:r></a:p></d:txBody></d:sp></d:wsDr>"
    )
    source = Source("/desk/a.xlsx", zip_of(members))
    assert reader_of("xlsx")(source).text == "The key is in locker 12."
