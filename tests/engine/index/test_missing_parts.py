"""A file of which a part is missing says so in a remark; what an office file draws beside its text is read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.sample_files import zip_of

from bookwheel.engine.index.readers.about import remarks_of
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import format_of, reader_of
from bookwheel.engine.schema import Document


def read(name: str, data: str | bytes) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    format_name = format_of(name, raw)
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", raw))


def remarks(name: str, data: str | bytes) -> tuple[str, ...]:
    return remarks_of(read(name, data).metadata)


SCRIPT = "hardly any text: a script writes this page; save it from the browser as it is shown"
PICTURE = "one picture is not read, and there is little text beside it"
PLOT = [{"output_type": "display_data", "data": {"image/png": "iVBOR"}}]


def notebook(source: str) -> str:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source, "outputs": PLOT}]})


def mail(head: str, body: str = "") -> str:
    return f"From: a@b.c\nSubject: Roof\nMIME-Version: 1.0\n{head}\n\n{body}"


@pytest.mark.parametrize(
    ("name", "data", "remark"),
    [
        ("a.html", "<div id=root></div><noscript>You need JavaScript.</noscript><script src=a.js></script>", SCRIPT),
        ("a.html", f"<title>Shop</title><p>Loading</p><script>{'var a=1;' * 200}</script>", SCRIPT),
        ("a.html", "<p>The plan:</p><iframe width=9 src='plan.html'></iframe>",
         "hardly any text: it shows another page in frames, which are not read"),
        ("a.csv", 'a,b\n1,2\n"3,4\n5,6\n',
         "its quotation marks do not fit together: its rows are read without their column names"),
        ("a.json", '{"a": 1, "b": [1,', "its JSON is broken or cut: it is read as plain text"),
        ("a.csv", "a;b\n1;#REF!\n2;3\n", "one cell shows an error in place of a value (#REF!)"),
        ("a.md", "# Plan\n\n![](plan.png)\n", PICTURE),
        ("a.html", "<h1>Plan</h1><img src=plan.png>", PICTURE),
        ("a.rtf", r"{\rtf1\ansi Scan follows. {\pict\pngblip 89504e47}}", PICTURE),
        ("a.ipynb", notebook("plot()"), PICTURE),
        ("a.eml", mail("Content-Type: text/html", "<a href=x><img src=cid:1></a>"),
         "it has no text: its page holds pictures only"),
        ("a.eml", mail("Content-Type: message/partial; number=1; total=3; id=x", "The first third."),
         "it is one part of a mail that was sent in several; the others are not here"),
        ("a.eml", mail("Content-Type: multipart/encrypted; boundary=z", "--z\nContent-Type: application/x\n\nx\n--z--"),
         "it is encrypted: its text is not read"),
        ("a.eml", mail("Content-Type: message/external-body; access-type=URL", "Content-Type: text/plain\n\n"),
         "its text is kept elsewhere, and not read"),
    ],
)  # fmt: skip
def test_a_file_that_misses_a_part_says_which(name: str, data: str, remark: str) -> None:
    assert remark in remarks(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", "<p>A short page.</p><script src=a.js></script>"),
        (
            "a.html",
            f"<div id=app><p>{'It rains. ' * 40}</p></div><script>{'x' * 9_000}</script>",
        ),
        ("a.json", "# settings\nname: Ada\n"),
        ("a.ipynb", notebook("# The harbour has two basins and a lock of oak.\n" * 6)),
        ("a.eml", mail("Content-Type: text/html", "<p>Come <img src=cid:1></p>")),
    ],
)
def test_a_whole_file_has_no_remark(name: str, data: str) -> None:
    assert remarks(name, data) == ()


SPACE = "urn:oasis:names:tc:opendocument:xmlns"
ODF = (
    f'xmlns:o="{SPACE}:office:1.0" xmlns:t="{SPACE}:text:1.0" xmlns:d="{SPACE}:drawing:1.0" '
    'xmlns:x="http://www.w3.org/1999/xlink"'
)
FORMULA = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>y</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>'
)


def odt(frame: str, **objects: str) -> bytes:
    body = f"<t:p>Yield: <d:frame>{frame}</d:frame></t:p>"
    members: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<o:document-content {ODF}><o:body><o:text>{body}</o:text></o:body></o:document-content>",
    }
    return zip_of(members | {f"{name}/content.xml": content for name, content in objects.items()})


def test_formulas_of_odt_are_read_and_other_objects_and_pictures_are_named() -> None:
    drawn = '<d:object x:href="./Formula"/><d:image x:href="Replacements/1"/>'
    formula = read("a.odt", odt(drawn, Formula=FORMULA))
    assert (formula.text, remarks_of(formula.metadata)) == ("Yield: y = 1/2", ())
    chart = odt('<d:object x:href="./Chart"/>', Chart=f"<o:document-content {ODF}/>")
    assert remarks("a.odt", chart) == ("one embedded object is not read (sheets, charts)",)
    assert remarks("a.odt", odt('<d:image x:href="Pictures/1.png"/>')) == (PICTURE,)


def workbook(fill: Callable[[Any], None]) -> bytes:
    from openpyxl import Workbook

    book, target = Workbook(), io.BytesIO()
    fill(book.active)
    book.save(target)
    return target.getvalue()


def test_notes_on_cells_are_read_and_errors_in_cells_are_counted() -> None:
    from openpyxl.comments import Comment

    def fill(sheet: Any) -> None:
        for row in (["Item", "Total"], ["Bolt", 3], ["Nut", "#REF!"]):
            sheet.append(row)
        sheet["B3"].data_type = "e"
        sheet["B2"].comment = Comment("Counted twice", "Ida Moe")

    document = read("a.xlsx", workbook(fill))
    assert document.text.split("\n")[1:] == ["Item: Bolt; Total: 3", "Item: Nut; Total: #REF!",
                                             "Note at B2 by Ida Moe: Counted twice"]  # fmt: skip
    assert remarks_of(document.metadata) == ("one cell shows an error in place of a value (#REF!)",)


def test_a_chart_of_a_slide_is_read_with_the_slide() -> None:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    slides = Presentation()
    data = CategoryChartData()  # type: ignore[no-untyped-call] - the package has no annotations
    data.categories = ["North", "South"]
    data.add_series("2023", (19, 21))
    for title in ("Sales", "End"):
        slide = slides.slides.add_slide(slides.slide_layouts[5])
        slide.shapes.title.text = title
        if title == "Sales":
            slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 9_000, 9_000, data)
    target = io.BytesIO()
    slides.save(target)
    assert read("a.pptx", target.getvalue()).text == "Sales\n\nNorth; 2023: 19\nSouth; 2023: 21\n\nEnd"
